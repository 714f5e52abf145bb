"""Conditions on what is known of an item besides its words: feed, tag, language, tier, age."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from monitor.model import Feed, Item
from monitor.rules.predicates import Test

ItemTest = Callable[[Item, Feed, datetime | None], bool]


def field_test(name: str, values: tuple[str, ...]) -> ItemTest:
    """What ``feed:``, ``tag:``, ``lang:`` and ``tier:`` ask."""
    wanted = [Pattern(value) for value in values]
    if name == "feed":
        return lambda _item, feed, _now: any(value.fits(feed.id) for value in wanted)
    if name == "tier":
        return lambda _item, feed, _now: any(value.fits(feed.tier.value) for value in wanted)
    if name == "tag":
        return lambda item, feed, _now: any(value.fits(tag) for value in wanted for tag in (*item.tags, *feed.tags))
    return lambda item, feed, _now: any(value.fits_language(item.lang or feed.lang or "") for value in wanted)


def tier_test(test: Test) -> ItemTest:
    """``tier = official``."""
    return lambda _item, feed, _now: test.accepts(feed.tier.value)


def age_test(test: Test) -> ItemTest:
    """``age <= 3d``: since the item was published."""
    return lambda item, _feed, now: _age_accepts(test, item, now)


class Pattern:
    """A word or phrase, with asterisks perhaps, that a whole value is compared with; case doesn't matter."""

    def __init__(self, text: str) -> None:
        self._parts = text.casefold().split("*")

    def fits(self, value: str) -> bool:
        """Whether ``value`` is what is asked for."""
        rest = value.casefold()
        first, *others = self._parts
        if not others:
            return rest == first
        if not rest.startswith(first):
            return False
        at = len(first)
        for part in others[:-1]:
            found = rest.find(part, at)
            if found < 0:
                return False
            at = found + len(part)
        return len(rest) - at >= len(others[-1]) and rest.endswith(others[-1])

    def fits_language(self, value: str) -> bool:
        """As ``fits``; ``en`` also fits ``en-GB`` (RFC 4647 section 3.3.1, basic filtering)."""
        return self.fits(value) or self.fits(re.split("[-_]", value, maxsplit=1)[0])


def _age_accepts(test: Test, item: Item, now: datetime | None) -> bool:
    # What has no date is not old, and the future is not older than the present.
    if now is None or item.published is None:
        return test.accepts(timedelta(0))
    return test.accepts(max(now - item.published, timedelta(0)))
