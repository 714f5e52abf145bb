"""A sketch about to be compared with many: what each comparison needs of it, reckoned once."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from functools import cached_property

from monitor.model import Sketch
from monitor.story.sketch import Rarity, weights
from monitor.story.words import answers, common

_NEARLY = 1.0  # that a word may tell less than the rarest and still be one of the telling ones


class Prepared:
    """``sketch`` with what its words tell by ``rarity``. What is not asked for is not reckoned."""

    def __init__(self, sketch: Sketch, rarity: Rarity) -> None:
        self.sketch = sketch
        self.rarity = rarity

    def placed(self, story: str | None, copy_of: str | None) -> Prepared:
        """The same in ``story`` and as a copy of ``copy_of``: all of a sketch that changes."""
        if (self.sketch.story, self.sketch.copy_of) == (story, copy_of):
            return self
        other = copy(self)
        other.sketch = replace(self.sketch, story=story, copy_of=copy_of)
        return other

    @cached_property
    def title(self) -> dict[int, float]:
        """How much each word of the headline tells."""
        return weights(self.sketch.title, self.rarity)

    @cached_property
    def lead(self) -> dict[int, float]:
        """How much each word of the text tells."""
        return weights(self.sketch.lead, self.rarity)

    @cached_property
    def of_title(self) -> frozenset[int]:
        """The words of the headline."""
        return frozenset(self.sketch.title)

    @cached_property
    def every(self) -> frozenset[int]:
        """The words of headline and text."""
        return self.of_title.union(self.sketch.lead)

    @cached_property
    def headed(self) -> bool:
        """Whether it has a headline of its own, and not the first sentence of its text in its place."""
        return self.sketch.title != self.sketch.lead[: len(self.sketch.title)]

    @cached_property
    def told(self) -> float:
        """How much the words of the headline tell."""
        return sum(map(self.rarity, self.of_title))

    @cached_property
    def telling(self) -> tuple[int, ...]:
        """The words of the headline that tell most: the rarest, and what tells nearly as much."""
        telling = [term for term in self.of_title if not common(term)]
        least = max(map(self.rarity, telling), default=0.0) - _NEARLY
        return tuple(term for term in telling if self.rarity(term) >= least)

    @cached_property
    def shingles(self) -> frozenset[int]:
        """The runs of words of the text."""
        return frozenset(self.sketch.shingles)

    @cached_property
    def answers(self) -> bool:
        """Whether it tells of a deed that answers another one."""
        return answers(self.sketch.title, self.sketch.lead)
