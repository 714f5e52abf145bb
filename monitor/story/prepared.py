"""A sketch about to be compared with many: what each comparison needs of it, reckoned once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from monitor.model import Outcome, Sketch
from monitor.story.sketch import Rarity, again, norm
from monitor.story.weights import WEIGHTS
from monitor.story.words import answers, common, follows, recalls

COUNTED = frozenset({Outcome.KILLED.value, Outcome.WOUNDED.value})  # outcomes whose tolls are compared

_NEARLY = 1.0  # that a word may tell less than the rarest and still be one of the telling ones


class Prepared:
    """``sketch`` with what its words tell by ``rarity``. What few comparisons ask for is reckoned for the first."""

    def __init__(self, sketch: Sketch, rarity: Rarity) -> None:
        self.sketch = sketch
        self.rarity = rarity
        self.at = sketch.at.timestamp()  # when it was published or seen, in seconds of an era

    def placed(self, story: str | None, copy_of: str | None) -> Prepared:
        """The same in ``story`` and as a copy of ``copy_of``: all of a sketch that changes."""
        if (self.sketch.story, self.sketch.copy_of) == (story, copy_of):
            return self
        return self.standing(replace(self.sketch, story=story, copy_of=copy_of))

    def standing(self, sketch: Sketch) -> Prepared:
        """The same for ``sketch``, which differs in story and what it is a copy of alone."""
        if sketch is self.sketch:
            return self
        other = Prepared.__new__(Prepared)
        other.__dict__.update(self.__dict__)
        other.sketch = sketch
        return other

    @cached_property
    def of_title(self) -> frozenset[int]:
        """The words of the headline."""
        return frozenset(self.sketch.title)

    @cached_property
    def of_lead(self) -> frozenset[int]:
        """The words of the text."""
        return frozenset(self.sketch.lead)

    @cached_property
    def every(self) -> frozenset[int]:
        """The words of both."""
        return self.of_title | self.of_lead

    @cached_property
    def told(self) -> float:
        """How much the words of the headline tell."""
        return sum(map(self.rarity, self.of_title)) or 1.0

    @cached_property
    def telling(self) -> tuple[int, ...]:
        """Those of the headline that tell most: the rarest, and what tells nearly as much."""
        telling = [(self.rarity(term), term) for term in self.of_title if not common(term)]
        least = max(telling, default=(0.0, 0))[0] - _NEARLY
        return tuple(term for rare, term in telling if rare >= least)

    @cached_property
    def said(self) -> frozenset[object]:
        """Who is named, how old, and how many were killed and wounded: where these differ nothing of it is the same."""
        one = self.sketch
        return frozenset((*one.people, *one.aged.items(), *one.ages, *one.tolls))

    @cached_property
    def promise(self) -> float:
        """The most that what is the same of ``said`` could say for another report."""
        one = self.sketch
        outcomes = COUNTED & {outcome for outcome, _, _ in one.tolls}
        return (
            WEIGHTS["same toll"] * len(outcomes)
            + WEIGHTS["same people"] * bool(one.people)
            + WEIGHTS["same person and age"] * bool(one.aged)
            + WEIGHTS["same age"] * bool(one.ages)
        )

    @cached_property
    def norms(self) -> tuple[float, float]:
        """The lengths of headline and text as vectors."""
        one = self.sketch
        return one.norms or (norm(one.title, self.rarity), norm(one.lead, self.rarity))

    @cached_property
    def rarest(self) -> tuple[int, ...]:
        """The words of headline and text, what tells most first."""
        return tuple(sorted(self.every, key=self.rarity, reverse=True))

    @cached_property
    def again(self) -> tuple[dict[int, float], dict[int, float]]:
        """How much more those words tell that headline and text have more than once."""
        return _again(self.sketch.title, self.of_title), _again(self.sketch.lead, self.of_lead)

    @cached_property
    def headed(self) -> bool:
        """Whether it has a headline of its own, and not the first sentence of its text in its place."""
        return self.sketch.title != self.sketch.lead[: len(self.sketch.title)]

    @cached_property
    def answers(self) -> bool:
        """Whether it tells of a deed that answers another one."""
        return answers(self.sketch.title, self.sketch.lead)

    @cached_property
    def follows(self) -> bool:
        """Whether its headline tells of who was taken or tried for a deed, which may be days old."""
        return follows(self.sketch.title)

    @cached_property
    def recalls(self) -> bool:
        """Whether its headline looks back at what happened years ago."""
        return recalls(self.sketch.title)


def _again(terms: Sequence[int], once: frozenset[int]) -> dict[int, float]:
    if len(terms) == len(once):
        return {}
    return {term: again(times) for term, times in Counter(terms).items() if times > 1}
