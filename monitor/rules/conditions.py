"""Nodes of a compiled query that ask for more than words: what is known of the item, and its facts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from monitor.model import Evidence as ClaimWords
from monitor.model import Feed, Item
from monitor.rules.predicates import Asked, Holds, Lacks
from monitor.rules.reading import Evidence, Reading


class Known:
    """A condition on what is known of the item besides its words: feed, tag, language, tier, age."""

    __slots__ = ("name", "needs", "negated", "test")

    def __init__(self, name: str, test: Callable[[Item, Feed, datetime | None], bool], negated: bool) -> None:
        self.name = name
        self.test = test
        self.negated = negated
        self.needs: frozenset[int] | None = None

    def holds(self, reading: Reading) -> bool:
        if reading.feed is None:
            return not self.negated
        return self.test(reading.item, reading.feed, reading.now)

    def evidence(self, reading: Reading, found: Evidence) -> None:
        """No words: a condition is seen in the item's own fields."""


class Claimed:
    """A predicate over facts. Facts are read only where one of its trigger words was seen.

    ``test`` gives the words of the facts that satisfy it, or None where none does; ``fresh`` is the
    same for what may wake somebody: facts of the last days alone.
    """

    __slots__ = ("fresh", "lacks", "name", "needs", "test")

    def __init__(self, name: str, needs: frozenset[int], test: Holds, fresh: Holds, lacks: Lacks | None) -> None:
        self.name = name
        self.needs: frozenset[int] | None = needs
        self.test = test
        self.fresh = fresh
        self.lacks = lacks

    def why_not(self, reading: Reading) -> tuple[str, ...] | None:
        """Where it does not hold, why no fact of the text satisfies it, one phrase a fact; None: it can't tell."""
        return self.lacks(Asked(reading.item, reading.facts(), reading.now)) if self.lacks is not None else None

    def holds(self, reading: Reading) -> bool:
        if self.needs is not None and reading.seen.keys().isdisjoint(self.needs):
            return False
        return self._words(reading) is not None

    def evidence(self, reading: Reading, found: Evidence) -> None:  # noqa: ARG002 - a claim brings its own words
        reading.claims += self._words(reading) or ()

    def _words(self, reading: Reading) -> tuple[ClaimWords, ...] | None:
        if self not in reading.said:
            test = self.fresh if reading.fresh else self.test
            reading.said[self] = test(Asked(reading.item, reading.facts(), reading.now))
        return reading.said[self]
