"""What the jobs work with: the configuration as one value, and the step that tests interrupt at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Protocol

from monitor.model import Channel, DigestSpec, Fact, Feed, Item, Level, Match, Publisher
from monitor.story import Origins

Step = Callable[[str], None]


def no_step(label: str) -> None:
    """What production does at every step: nothing."""


class Rules(Protocol):
    """What judges items: a compiled rule set."""

    @property
    def hash(self) -> str:
        """That of the rule set, by which its source is kept."""

    def match(
        self,
        item: Item,
        feed: Feed | None,
        *,
        now: datetime | None = None,
        read_facts: Callable[[Item], tuple[Fact, ...]] | None = None,
    ) -> tuple[Match, ...]:
        """Every rule that holds for ``item``; ``read_facts`` is for rules that ask what was read from it."""

    def tell(self, rule_id: str, story: Mapping[str, object]) -> bool:
        """Whether a match of the rule may be told, its story being so. Raises ``KeyError`` for a rule there is not."""

    def level(self, rule_id: str, story: Mapping[str, object]) -> Level:
        """The level of the rule, its story being so. Raises ``KeyError`` as ``tell``."""

    def highest(self, rule_id: str) -> Level:
        """The highest level that the rule can come to for any story. Raises ``KeyError`` as ``tell``."""


@dataclass(frozen=True)
class Setup:
    """All configuration values the stages need, swapped as a whole when a file changes."""

    feeds: Mapping[str, Feed]
    rule_set: Rules
    rule_source: str
    channels: Mapping[str, Channel]
    digests: tuple[DigestSpec, ...]
    fingerprint: str
    rule_titles: Mapping[str, str] = field(default_factory=dict)  # of every rule, by id
    publishers: tuple[Publisher, ...] = ()

    @cached_property
    def schedules(self) -> Mapping[tuple[str, str], DigestSpec]:
        """Every (digest, channel) that is composed, and its spec."""
        return {(spec.id, channel): spec for spec in self.digests for channel in spec.channels}

    @cached_property
    def origins(self) -> Origins:
        """Who is behind reports and claims."""
        return Origins(self.publishers)
