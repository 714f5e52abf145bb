"""A compiled query: small nodes that say whether they hold for a reading, and by which words.

Each node knows ``needs``: atoms of which at least one must have been seen for it to hold; None where
it may hold without any. The engine wakes a rule only when one of them was.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol, cast

from monitor.rules.reading import Evidence, Reading
from monitor.rules.scan import Spans, Text
from monitor.text import at_most_between

MOST_PAIRS = 500  # occurrences of one NEAR that are kept


class Plan(Protocol):
    """A node of a compiled query."""

    needs: frozenset[int] | None

    def holds(self, reading: Reading) -> bool:
        """Whether the query holds."""

    def evidence(self, reading: Reading, found: Evidence) -> None:
        """Add the words that make it hold; only called where it holds."""


class Place(NamedTuple):
    """One occurrence of an operand of NEAR: from its first word to its last, and the words."""

    start: int
    end: int
    words: tuple[tuple[int, int, int], ...]  # atom, start, end


class Findable(Plan, Protocol):
    """A node that stands somewhere: what NEAR can measure from."""

    def places(self, reading: Reading) -> list[Place]:
        """Its occurrences, by their start."""


class Words:
    """Any of some terms and expressions, all asked of the same text."""

    __slots__ = ("atoms", "needs", "text")

    def __init__(self, atoms: frozenset[int], text: str) -> None:
        self.atoms = atoms
        self.needs: frozenset[int] | None = atoms
        self.text = text

    def holds(self, reading: Reading) -> bool:
        return not reading.seen.keys().isdisjoint(self.atoms)  # goes through the shorter of the two

    def evidence(self, reading: Reading, found: Evidence) -> None:
        text = reading.texts[self.text]
        for atom in self.atoms.intersection(reading.seen):
            found.update((atom, start, end) for start, end in reading.spans(atom, text))

    def places(self, reading: Reading) -> list[Place]:
        text = reading.texts[self.text]
        return sorted(
            Place(start, end, ((atom, start, end),))
            for atom in self.atoms.intersection(reading.seen)
            for start, end in reading.spans(atom, text)
        )


class All:
    """Every one of some nodes."""

    __slots__ = ("needs", "parts")

    def __init__(self, parts: Sequence[Plan], cost: Callable[[frozenset[int]], float]) -> None:
        # The part that is cheapest to wait for comes first and wakes the whole.
        able = sorted((part.needs for part in parts if part.needs is not None), key=cost)
        self.needs = able[0] if able else None
        self.parts = sorted(parts, key=lambda part: (part.needs != self.needs, isinstance(part, Near | InSentence)))

    def holds(self, reading: Reading) -> bool:
        held = reading.held.get(self)
        if held is None:
            held = reading.held[self] = self._hold(reading)
        return held

    def _hold(self, reading: Reading) -> bool:
        for part in self.parts:  # noqa: SIM110 - all() with a generator takes twice as long here
            if not part.holds(reading):
                return False
        return True

    def evidence(self, reading: Reading, found: Evidence) -> None:
        for part in self.parts:
            part.evidence(reading, found)


class AtLeast:
    """At least ``count`` of some nodes; OR is one of them."""

    __slots__ = ("count", "needs", "parts")

    def __init__(self, count: int, parts: Sequence[Plan], cost: Callable[[frozenset[int]], float]) -> None:
        self.count = count
        self.parts = tuple(parts)
        needs = sorted((part.needs for part in parts), key=lambda atoms: float("inf") if atoms is None else cost(atoms))
        # With all but count - 1 of the parts impossible it can't hold, so these are enough to wait for.
        waited = needs[: len(needs) - count + 1]
        self.needs: frozenset[int] | None = None
        if waited and None not in waited:
            self.needs = frozenset().union(*(atoms for atoms in waited if atoms is not None))

    def holds(self, reading: Reading) -> bool:
        held = reading.held.get(self)
        if held is None:
            held = reading.held[self] = self._hold(reading)
        return held

    def _hold(self, reading: Reading) -> bool:
        missing = self.count
        for part in self.parts:
            if part.holds(reading):
                missing -= 1
                if not missing:
                    return True
        return False

    def evidence(self, reading: Reading, found: Evidence) -> None:
        for part in self.parts:
            if part.holds(reading):
                part.evidence(reading, found)

    def places(self, reading: Reading) -> list[Place]:
        """As an operand of NEAR: only where it is an OR of what can be found."""
        return sorted(place for part in self.parts for place in cast(Findable, part).places(reading))


class Several:
    """At least ``count`` of some terms, all asked of the same text: AtLeast, faster."""

    __slots__ = ("atoms", "count", "needs", "text")

    def __init__(self, count: int, atoms: frozenset[int], text: str) -> None:
        self.count = count
        self.atoms = atoms
        self.text = text
        self.needs: frozenset[int] | None = atoms

    def holds(self, reading: Reading) -> bool:
        return len(self.atoms.intersection(reading.seen)) >= self.count

    def evidence(self, reading: Reading, found: Evidence) -> None:
        Words(self.atoms, self.text).evidence(reading, found)


class Without:
    """NOT: shows no words, as there are none to show."""

    __slots__ = ("needs", "part")

    def __init__(self, part: Plan) -> None:
        self.part = part
        self.needs: frozenset[int] | None = None

    def holds(self, reading: Reading) -> bool:
        return not self.part.holds(reading)

    def evidence(self, reading: Reading, found: Evidence) -> None:
        """Nothing was found, which was the point."""


class Near:
    """Two operands of one field with at most so many words between."""

    __slots__ = ("left", "needs", "ordered", "right", "text", "words")

    def __init__(
        self,
        left: Findable,
        right: Findable,
        words: int,
        ordered: bool,
        text: str,
        cost: Callable[[frozenset[int]], float],
    ) -> None:
        self.left, self.right = left, right
        self.words, self.ordered, self.text = words, ordered, text
        self.needs: frozenset[int] | None = min(
            (side.needs for side in (left, right) if side.needs is not None), key=cost
        )

    def holds(self, reading: Reading) -> bool:
        # Cheap first: most texts have one side only.
        if not (self.left.holds(reading) and self.right.holds(reading)):
            return False
        held = reading.held.get(self)
        if held is None:
            held = reading.held[self] = next(self._pairs(reading), None) is not None
        return held

    def evidence(self, reading: Reading, found: Evidence) -> None:
        for place in self._pairs(reading):
            found.update(place.words)

    def places(self, reading: Reading) -> list[Place]:
        if not (self.left.holds(reading) and self.right.holds(reading)):
            return []
        return sorted(self._pairs(reading))

    def _pairs(self, reading: Reading) -> Iterator[Place]:
        text = reading.texts[self.text]
        left, right = self.left.places(reading), self.right.places(reading)
        kept: set[Place] = set()
        for first, second, swapped in ((left, right, False), (right, left, True)):
            if swapped and self.ordered:
                break
            starts = [place.start for place in second]
            for one in first:
                for other in second[bisect_left(starts, one.start) :]:
                    if other.start >= one.end and not self._close(text, one.end, other.start):
                        break
                    if text.field_at(one.start) != text.field_at(other.start):
                        break
                    if other.start < one.end and (self.ordered or _share(one, other)):
                        continue
                    pair = Place(one.start, max(one.end, other.end), tuple(sorted({*one.words, *other.words})))
                    if pair not in kept:
                        kept.add(pair)
                        yield pair
                        if len(kept) >= MOST_PAIRS:
                            return

    def _close(self, text: Text, end: int, start: int) -> bool:
        return at_most_between(text.folded, text.blanked, end, start, self.words)


def _share(one: Place, other: Place) -> bool:
    """Whether two occurrences have a word in common: a word isn't near itself."""
    return any(a[1] < b[2] and b[1] < a[2] for a in one.words for b in other.words)


class InSentence:
    """SENT: a node that holds for what stands in one sentence."""

    __slots__ = ("atoms", "inner", "loose", "needs", "text")

    def __init__(self, inner: Plan, atoms: frozenset[int], text: str) -> None:
        self.inner = inner
        self.loose = without_not(inner)
        self.atoms = atoms
        self.text = text
        self.needs = inner.needs

    def holds(self, reading: Reading) -> bool:
        held = reading.held.get(self)
        if held is None:
            held = reading.held[self] = next(self._sentences(reading), None) is not None
        return held

    def evidence(self, reading: Reading, found: Evidence) -> None:
        for within in self._sentences(reading):
            self.inner.evidence(within, found)

    def _sentences(self, reading: Reading) -> Iterator[Reading]:
        text = reading.texts[self.text]
        # What isn't there at all is in no sentence: most texts need not be cut into sentences.
        if self.loose is not None and not self.loose.holds(reading):
            return
        spans = [
            (start, end, atom)
            for atom in self.atoms.intersection(reading.seen)
            for start, end in reading.spans(atom, text)
        ]
        spans.sort()
        starts = [span[0] for span in spans]
        for first, last in text.sentences():
            inside: dict[int, Spans | None] = {}
            for start, end, atom in spans[bisect_left(starts, first) : bisect_left(starts, last)]:
                if end <= last:
                    place = inside.setdefault(atom, [])
                    if place is not None:
                        place.append((start, end))
            if inside:
                within = reading.only(inside)
                if self.inner.holds(within):
                    yield within


def without_not(part: Plan) -> Plan | None:
    """``part`` with every NOT taken as satisfied: what holds wherever ``part`` may; None: anything."""
    if isinstance(part, Without):
        return None
    if isinstance(part, All):
        kept = [below for below in map(without_not, part.parts) if below is not None]
        if kept == part.parts:
            return part
        return All(kept, len) if kept else None
    if isinstance(part, AtLeast):
        loose = tuple(without_not(below) for below in part.parts)
        if loose == part.parts:
            return part
        return None if None in loose else AtLeast(part.count, [below for below in loose if below is not None], len)
    return part


Wanted = tuple[int, frozenset[int]]  # how many of which atoms


def ways(part: Plan) -> tuple[tuple[Wanted, ...], ...]:
    """Ways for ``part`` to hold, one of which must be open: of each of its sets so many atoms were seen.

    That is more than ``needs`` says and less than ``holds``: it costs next to nothing to ask.
    """
    if isinstance(part, AtLeast) and part.count == 1:
        return tuple(tuple(_wanted(below)) for below in part.parts)
    return (tuple(_wanted(part)),)


def _wanted(part: Plan) -> list[Wanted]:
    if isinstance(part, All):
        return [each for below in part.parts for each in _wanted(below)]
    if isinstance(part, Near):
        return [*_wanted(part.left), *_wanted(part.right)]
    if isinstance(part, InSentence):
        return _wanted(part.loose) if part.loose is not None else []
    if isinstance(part, Several):
        return [(part.count, part.atoms)]
    return [(1, part.needs)] if part.needs is not None else []
