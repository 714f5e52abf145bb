"""What the store tells of an item afterwards, for whoever asks why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.model.facts import Fact
from monitor.model.items import Item, Marks
from monitor.model.matches import Match
from monitor.model.mutes import Mute
from monitor.model.stories import Join
from monitor.model.telling import Delivery
from monitor.model.vocabulary import OwedStatus, Tier


@dataclass(frozen=True, slots=True)
class FoundItem:
    """An item that a search found, by its last version; ``title`` is the first sentence where it has none."""

    key: str
    version: int
    feed: str
    url: str
    title: str
    published: datetime | None
    first_seen: datetime
    matched: bool


@dataclass(frozen=True, slots=True)
class FoundFact:
    """A fact with the report it was read from. ``place`` is its number among the facts of that version."""

    item_key: str
    version: int
    place: int
    fact: Fact
    story: str | None
    feed: str
    tier: Tier
    url: str
    title: str
    published: datetime | None
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to send a delivery. ``outcome`` is None while it runs; ``no record`` says that the
    process ended before it could write one.
    """

    number: int
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None  # delivered, failed, dead, no record
    detail: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryHistory:
    """A delivery with every attempt of it, oldest first."""

    delivery: Delivery
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class OwedHistory:
    """What became of one (item version, channel). ``reason`` is a ``Reason``, or words where it is dead."""

    channel: str
    status: OwedStatus
    reason: str | None
    hold_until: datetime | None
    owed_at: datetime
    changed_at: datetime
    digest: str | None
    deliveries: tuple[DeliveryHistory, ...] = ()
    mute: Mute | None = None


@dataclass(frozen=True, slots=True)
class VersionHistory:
    """One version of an item and everything decided about it. ``pruned``: its texts are gone."""

    version: int
    item: Item
    content: str  # hash of its texts, as in ``Marks``
    seen_at: datetime
    baseline: bool
    rule_set: str
    pruned: bool
    matches: tuple[Match, ...]
    join: Join | None
    owed: tuple[OwedHistory, ...]
    facts: tuple[Fact, ...] = ()
    origin: str = ""  # who is behind it; "" where it joined no story


@dataclass(frozen=True, slots=True)
class ItemHistory:
    """All that is kept of one item, for whoever asks why; versions oldest first."""

    key: str
    marks: Marks  # of the last version
    first_seen: datetime
    versions: tuple[VersionHistory, ...]
