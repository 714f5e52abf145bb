"""What a channel is told: reports, digests, messages and their deliveries."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.model.facts import Fact
from monitor.model.matches import Match
from monitor.model.vocabulary import Change, Format, Level, Tier


@dataclass(frozen=True, slots=True)
class Report:
    """One item version as a digest shows it."""

    item_key: str
    version: int
    feed: str
    feed_title: str
    tier: Tier
    url: str
    title: str
    summary: str
    published: datetime | None
    first_seen: datetime
    matches: tuple[Match, ...]
    lang: str | None = None
    tags: tuple[str, ...] = ()  # of the item and of its feed: what a digest may select by
    facts: tuple[Fact, ...] = ()
    origin: str = ""  # who is behind it, as in ``Judged``


@dataclass(frozen=True, slots=True)
class Untold:
    """A report owed to a channel and not yet told, with what the channel was told of its story."""

    story: str
    report: Report
    level: Level
    changes: tuple[str, ...]
    told_title: str | None  # what the channel last read of this story; None: never told
    told_at: datetime | None
    thread: str | None  # Message-ID of the first message that told the channel of this story


@dataclass(frozen=True, slots=True)
class Entry:
    """One story in a digest: its reports newest first, its level and what changed."""

    story: str
    change: Change
    level: Level
    title: str
    reports: tuple[Report, ...]
    changes: tuple[str, ...] = ()
    told_title: str | None = None
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Blind:
    """A part of the coverage that no healthy feed is left for: "Arabic Syria", and since when."""

    what: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many feeds were healthy when the digest was composed, which were not, and what nobody covers."""

    healthy: int
    total: int
    failing: tuple[str, ...] = ()
    blind: tuple[Blind, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """What operators are told once when a trouble persists, and once when it is over.

    ``subject`` is a feed's id, or "rule ID" or "language CODE"; ``topic`` joins troubles of which
    one takes the place of another. A ``silent`` one is only kept.
    """

    subject: str
    topic: str
    text: str
    at: datetime
    over: bool = False
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Flight:
    """One canary under way or come to its end. ``told``: operators were told that it is late.

    ``lost`` says in words what it did not reach, when last looked at; ``pinged_at`` is when the dead-man's URL
    was reached, ``tried_at`` when it was last tried.
    """

    token: str
    launched_at: datetime
    channels: tuple[str, ...]
    lost: str = ""
    told: bool = False
    ended: bool = False
    arrived_at: datetime | None = None
    tried_at: datetime | None = None
    pinged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """What one channel is told at one moment. Immutable once composed.

    ``suppressed`` counts what was kept from this digest since the channel's last one, by reason;
    ``thread`` is the Message-ID an update refers to (RFC 5322 section 3.6.4).
    """

    id: str
    spec: str
    channel: str
    title: str
    timezone: str
    composed_at: datetime
    entries: tuple[Entry, ...]
    coverage: Coverage
    urgent: bool = False
    held: int = 0
    suppressed: Mapping[str, int] = field(default_factory=dict)
    thread: str | None = None
    notices: tuple[str, ...] = ()  # to operators, in place of entries

    @property
    def level(self) -> Level | None:
        """The highest level of its entries; None when it is empty."""
        return max((entry.level for entry in self.entries), default=None)


@dataclass(frozen=True, slots=True)
class Message:
    """A digest rendered for one recipient. ``parts`` are sent in order, each under the limit of
    its channel; for mail ``parts`` has one part, ``html`` set, and ``text`` beside it.
    """

    message_id: str  # as in RFC 5322, without angle brackets
    subject: str
    parts: tuple[str, ...]
    format: Format
    text: str = ""
    thread: str | None = None
    urgent: bool = False
    list_id: str = ""


class DeliveryStatus(enum.StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    ATTEMPTING = "attempting"  # an attempt was written, its outcome not yet
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One digest on its way to one recipient of one channel.

    ``parts_done`` counts the parts already accepted; ``possible_repeat`` is set when an earlier
    attempt ended without a record, so that the recipient may have it already.
    """

    id: int
    digest: str
    channel: str
    recipient: str  # a mail address; "" where the channel has one recipient
    status: DeliveryStatus
    attempts: int
    parts_done: int
    possible_repeat: bool
    next_attempt_at: datetime | None
    created_at: datetime
    last_error: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The receiver's word that it took the message, where it gave one."""

    detail: str = ""
