"""The rule sets that judged an item: today's, or the one that was in force, compiled again from its stored source."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.cli import rulebooks
from monitor.model import ItemHistory
from monitor.rules import RuleSet
from monitor.store import Store


@dataclass(frozen=True)
class Judge:
    """What explains the verdict on one version: ``which`` is now, then, or instead.

    ``then``: the rules as they were, from their stored source; ``instead``: today's, because those can't
    be had. ``note`` says so for people. ``rule_set`` is None where there is neither.
    """

    rule_set: RuleSet | None
    which: str
    note: str


class Judges:
    """Finds the rule set of a version. To be used while the store is open."""

    def __init__(self, store: Store, today: RuleSet | None, refused: str = "") -> None:
        """``today`` is None where the configuration is refused, which ``refused`` says."""
        self._store = store
        self.today = today
        self.refused = refused
        self._known: dict[str, Judge] = {}

    def know(self, rule: str, history: ItemHistory) -> bool:
        """Whether any rule set that has to do with the item has this rule. Finds all of them."""
        sets = [self.of(version.rule_set).rule_set for version in history.versions]
        return any(has(each, rule) for each in (*sets, self.today) if each is not None)

    def gather(self, history: ItemHistory) -> None:
        """Find the rule set of every version now, so that the store may be closed."""
        for version in history.versions:
            self.of(version.rule_set)

    def of(self, wanted: str) -> Judge:
        """The judge of a version that was judged by the rule set with this hash."""
        if wanted not in self._known:
            self._known[wanted] = self._find(wanted)
        return self._known[wanted]

    def _find(self, wanted: str) -> Judge:
        if self.today is not None and self.today.hash == wanted:
            return Judge(self.today, "now", f"rule set {wanted[:8]}, the one in force")
        source = self._store.rule_set(wanted)
        then = rulebooks.stored(source, wanted) if source is not None else None
        if then is not None:
            now = self.refused or "the rules have changed since"
            return Judge(then, "then", f"rule set {wanted[:8]}, compiled again from its stored source: {now}")
        lost = "is not stored" if source is None else "can't be compiled by this version"
        if self.today is None:
            return Judge(None, "none", f"rule set {wanted[:8]}: its source {lost}, and {self.refused}")
        return Judge(self.today, "instead", f"rule set {wanted[:8]}: its source {lost}; explained by today's rules")


def has(rule_set: RuleSet, rule: str) -> bool:
    """Whether the rule set has a rule of this id."""
    return any(each.text.id == rule for each in rule_set.rules)
