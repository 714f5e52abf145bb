"""Which story each item of a document joins: the index is asked once, the decision is ``story``'s."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor import story
from monitor.identity import Sighting
from monitor.model import Fact, Sketch
from monitor.store import Store
from monitor.story import Nearest

_CANDIDATES = 16  # that an item is compared with
_LATEST = 24  # items of a document that are found by one mark
_SHARE = 0.25  # of what the likeliest candidate shares with an item, that another one must share to be compared
_NO_WORD = 2**32  # marks from here on are of an address, a headline or a piece of text
_SURE = 10.0  # what such a mark counts, a word counting what it tells


@dataclass(frozen=True, slots=True)
class Arrived:
    """An item to be placed: what it is, and the facts of what matched (``joins``)."""

    sighting: Sighting
    facts: tuple[Fact, ...]
    joins: bool


class Joining:
    """The store's index and what words tell. One for a store, since it numbers what comes."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._words: story.Vocabulary | None = None
        self._last = 0

    def sketch(self, arrived: Sequence[Arrived], now: datetime) -> list[Sketch]:
        """What is kept of each item, numbered in order."""
        words = self._learned()
        sketches = []
        for one in arrived:
            item = one.sighting.item
            made = story.sketch(
                one.sighting.key,
                item,
                one.sighting.marks.url,
                min(item.published or now, now),  # a date to come is nobody's
                one.facts,
                words.rarity,
                joins=one.joins,
            )
            self._last += 1
            sketches.append(replace(made, number=self._last))
        return sketches

    def candidates(self, sketches: Sequence[Sketch]) -> Candidates:
        """What the items of a document may belong to: what the index has, and later each other."""
        words = self._words or self._learned()
        near = self.store.near({mark for one in sketches for mark in one.marks})
        chosen = {one.number: _likest(one.marks, near, words) for one in sketches}
        kept = self.store.sketches(number for numbers in chosen.values() for number in numbers)
        return Candidates(words, {one.number: one for one in kept}, chosen)

    def _learned(self) -> story.Vocabulary:
        """What words tell by now. Counted again at the same items whenever the process was started."""
        if self._words is None:
            self._words, self._last = story.Vocabulary(self.store.word_counts()), self.store.sketched()
        counts = self._words.counts
        if story.due(counts, self._last):
            reports = ({*one.title, *one.lead} for one in self.store.sketches_after(counts.seen))
            self._words = story.Vocabulary(story.learn(counts, reports, self._last))
            self.store.save_word_counts(self._words.counts)
        return self._words


class Candidates:
    """The sketches that the items of one document are compared with; those placed before are among them."""

    def __init__(self, words: story.Vocabulary, kept: dict[int, Sketch], chosen: dict[int, list[int]]) -> None:
        self._words = words
        self._kept = kept
        self._chosen = chosen
        self._placed: dict[int, deque[int]] = defaultdict(lambda: deque(maxlen=_LATEST))

    def place(self, one: Sketch, *, joins: bool) -> Nearest:
        """Where ``one`` belongs. A document of thousands of items costs each no more than one of ten."""
        numbers = (*self._chosen[one.number], *_likest(one.marks, self._placed, self._words))
        kept = (self._kept[number] for number in numbers if number in self._kept)
        found = {sketch.key: sketch for sketch in kept}  # of two versions the later
        return story.nearest(one, found.values(), self._words.rarity, joins=joins)

    def placed(self, one: Sketch) -> None:
        """Makes ``one``, with the story it joined, a candidate for what comes after it in the document."""
        self._kept[one.number] = one
        for mark in one.marks:
            self._placed[mark].append(one.number)


def _likest(marks: Iterable[int], near: Mapping[int, Iterable[int]], words: story.Vocabulary) -> list[int]:
    """The numbers of the sketches that share most of ``marks``, by what each tells; of equal ones the latest."""
    shared: dict[int, float] = defaultdict(float)
    for mark in marks:
        weight = _SURE if mark >= _NO_WORD else words.rarity(mark)
        for number in near.get(mark, ()):
            shared[number] += weight
    least = _SHARE * max(shared.values(), default=0.0)
    likely = [number for number, weight in shared.items() if weight >= least]
    return sorted(likely, key=lambda number: (-shared[number], -number))[:_CANDIDATES]
