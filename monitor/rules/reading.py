"""One item as the rules see it: what was found in its text, and what else is known of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from monitor.model import Evidence as ClaimWords
from monitor.model import Feed, Item
from monitor.rules.scan import Spans, Text

Evidence = set[tuple[int, int, int]]  # atom, folded start, folded end


class Reading:
    """One item as the rules see it: what was found in its text, and what else is known of it.

    ``feed`` is None where the text came from no feed: conditions on it then never stand in the way. Rules
    share what they ask alike: ``held`` and ``said`` are the answers given already, by the node that was asked.
    """

    __slots__ = ("_spans_of", "claims", "facts", "feed", "fresh", "held", "item", "now", "said", "seen", "texts")

    def __init__(
        self,
        seen: dict[int, Spans | None],
        texts: Mapping[str, Text],
        spans_of: Callable[[int, Text], Spans],
        item: Item,
        feed: Feed | None,
        now: datetime | None,
        facts: Callable[[], tuple[object, ...]],
    ) -> None:
        self.seen = seen
        self.texts = texts
        self._spans_of = spans_of
        self.item = item
        self.feed = feed
        self.now = now
        self.facts = facts
        self.claims: list[ClaimWords] = []  # the words of facts that made predicates hold
        self.fresh = False
        self.held: dict[object, bool] = {}
        self.said: dict[object, tuple[ClaimWords, ...] | None] = {}

    def spans(self, atom: int, text: Text) -> Spans:
        """Where a seen atom stands in its text."""
        spans = self.seen[atom]
        if spans is None:
            spans = self.seen[atom] = self._spans_of(atom, text)
        return spans

    def only(self, seen: dict[int, Spans | None]) -> Reading:
        """The same reading with nothing seen but ``seen``."""
        return Reading(seen, self.texts, self._spans_of, self.item, self.feed, self.now, self.facts)

    def freshly(self) -> Reading:
        """The same reading, in which predicates hold by facts of the last days alone."""
        reading = self.only(self.seen)
        reading.fresh = True
        return reading
