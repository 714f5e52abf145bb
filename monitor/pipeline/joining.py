"""Which story each item of a document joins: the index is asked once, the decision is ``story``'s."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import nlargest

from monitor import story
from monitor.identity import Sighting
from monitor.model import Fact, Sketch
from monitor.store import LATEST, Store
from monitor.story import Nearest, Prepared

_CANDIDATES = 16  # that an item is compared with
_SHARE = 0.25  # of what the likeliest candidate shares with an item, that another one must share to be compared
_SURE = 10.0  # what the mark of an address, a headline or a piece of text counts, a word counting what it tells
_READ = 600  # sketches that are kept ready to be compared again, some two kB each


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
        self._read: OrderedDict[int, Prepared] = OrderedDict()  # by number, what was compared last at the end
        self._last = 0

    def sketch(self, arrived: Sequence[Arrived], now: datetime) -> list[Sketch]:
        """What is kept of each item, numbered in order."""
        words = self._learned()
        sketches = []
        for one in arrived:
            item = one.sighting.item
            self._last += 1
            made = story.sketch(
                one.sighting.key,
                item,
                one.sighting.marks.url,
                min(item.published or now, now),  # a date to come is nobody's
                one.facts,
                words.rarity,
                joins=one.joins,
                number=self._last,
            )
            sketches.append(made)
        return sketches

    def candidates(self, sketches: Sequence[Sketch]) -> Candidates:
        """What the items of a document may belong to: what the index has, and later each other."""
        words = self._words or self._learned()
        near = self.store.near({mark for one in sketches for mark in one.marks})
        chosen = {one.number: _likest(_shared(one.marks, near, words)) for one in sketches}
        kept = self._kept({number for numbers in chosen.values() for number in numbers})
        return Candidates(self, words, kept, chosen)

    def prepared(self, one: Sketch) -> Prepared:
        """``one`` ready to be compared, kept as the last that was."""
        words = self._words or self._learned()
        made = self._read.pop(one.number, None)
        made = made.standing(one) if made else Prepared(one, words.rarity)
        self._read[one.number] = made
        if len(self._read) > _READ:
            self._read.popitem(last=False)
        return made

    def _kept(self, numbers: set[int]) -> dict[int, Prepared]:
        """Those of these sketches that are still kept. What a sketch has never changes, but for the story it is in."""
        kept: dict[int, Prepared] = {}
        for number, standing in self.store.standing(numbers & self._read.keys()).items():
            self._read.move_to_end(number)
            kept[number] = self._read[number] = self._read[number].placed(*standing)
        for sketch in self.store.sketches(numbers - self._read.keys()):
            kept[sketch.number] = self.prepared(sketch)
        return kept

    def _learned(self) -> story.Vocabulary:
        """What words tell by now. Counted again at the same items whenever the process was started."""
        if self._words is None:
            self._words, self._last = story.Vocabulary(self.store.word_counts()), self.store.sketched()
        counts = self._words.counts
        if story.due(counts, self._last):
            self._words = story.Vocabulary(story.learn(counts, self.store.words_after(counts.seen), self._last))
            self.store.save_word_counts(self._words.counts)
            self._read.clear()  # it was prepared with what words told before
        return self._words


class Candidates:
    """The sketches that the items of one document are compared with; those placed before are among them."""

    def __init__(
        self,
        joining: Joining,
        words: story.Vocabulary,
        kept: dict[int, Prepared],
        chosen: Mapping[int, Sequence[int]],
    ) -> None:
        self._joining = joining
        self._words = words
        self._kept = kept
        self._chosen = chosen
        self._placed: dict[int, Sketch] = {}
        self._near: dict[int, Prepared] = {}  # those of them that something was compared with
        self._found_by: dict[int, list[int]] = {}  # by mark, the last few that have it

    def place(self, one: Sketch, *, joins: bool) -> Nearest:
        """Where ``one`` belongs. A document of thousands of items costs each no more than one of ten."""
        found = {each.sketch.key: each for each in map(self._kept.get, self._chosen[one.number]) if each}
        for number in _likest(_shared(one.marks, self._found_by, self._words)):
            each = self._near.get(number)
            if each is None:  # what was placed stays where it is
                each = self._near[number] = self._joining.prepared(self._placed[number])
            found[each.sketch.key] = each
        return story.nearest(self._joining.prepared(one), found.values(), joins=joins) if found else Nearest()

    def placed(self, one: Sketch) -> None:
        """Makes ``one``, with the story it joined, a candidate for what comes after it in the document."""
        self._placed[one.number] = one
        for mark in one.marks:
            numbers = self._found_by.get(mark)
            if numbers is None:
                self._found_by[mark] = [one.number]
            else:
                numbers.append(one.number)
                del numbers[:-LATEST]


def _shared(marks: Iterable[int], near: Mapping[int, Iterable[int]], words: story.Vocabulary) -> dict[int, float]:
    """By number, how much the sketches share of ``marks``, by what each tells."""
    shared: dict[int, float] = {}
    for mark in marks:
        numbers = near.get(mark)
        if numbers:
            weight = words.rarity(mark) if story.is_word(mark) else _SURE
            for number in numbers:
                shared[number] = shared[number] + weight if number in shared else weight
    return shared


def _likest(shared: Mapping[int, float]) -> tuple[int, ...]:
    """The sketches that share most; of equal ones the latest."""
    if not shared:
        return ()
    least = _SHARE * max(shared.values())
    likely = ((weight, number) for number, weight in shared.items() if weight >= least)
    return tuple(number for _, number in nlargest(_CANDIDATES, likely))
