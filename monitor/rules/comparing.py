"""What an edit of the rules changes: the matches one rule set has and the other has not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from monitor.model import Feed, Item, Match
from monitor.rules.ruleset import RuleSet


@dataclass(frozen=True, slots=True)
class Difference:
    """``match`` is gained by the new rules, or lost (``gained`` False: as the old rules had it)."""

    item: Item
    match: Match
    gained: bool


def compare(old: RuleSet, new: RuleSet, items: Iterable[tuple[Item, Feed | None]]) -> Iterator[Difference]:
    """The differences item by item, by rule id in the order of each book. Lazy and pure.

    A rule is the same in both sets when its id is; what changed of its title or level is no difference.
    """
    for item, feed in items:
        before = {match.rule: match for match in old.match(item, feed)}
        after = {match.rule: match for match in new.match(item, feed)}
        for rule, match in after.items():
            if rule not in before:
                yield Difference(item, match, True)
        for rule, match in before.items():
            if rule not in after:
                yield Difference(item, match, False)
