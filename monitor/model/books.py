"""The two sums that must always balance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.model.stories import PollCounts


@dataclass(frozen=True, slots=True)
class Books:
    """The two sums that must always balance; ``problems()`` says where they do not."""

    items: PollCounts
    owed: int
    delivered: int
    pending: int
    held: Mapping[str, int]
    suppressed: Mapping[str, int]
    dead: int

    def problems(self) -> tuple[str, ...]:
        """A sentence for each sum that does not balance; empty when all do."""
        found = []
        items = self.items
        if items.fetched != items.new + items.revised + items.known:
            found.append(
                f"fetched {items.fetched} is not new {items.new} + revised {items.revised} + known {items.known}"
            )
        if items.new + items.revised != items.matched + items.unmatched:
            found.append(
                f"new {items.new} + revised {items.revised} is not matched {items.matched}"
                f" + unmatched {items.unmatched}"
            )
        parts = self.delivered + self.pending + sum(self.held.values()) + sum(self.suppressed.values()) + self.dead
        if self.owed != parts:
            found.append(f"owed {self.owed} is not the sum of its parts {parts}")
        return tuple(found)
