"""What a channel is told: reports, digests, messages and their deliveries."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.model.facts import Fact
from monitor.model.matches import Match
from monitor.model.state import Difference, StoryState, Told
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
    """A report owed to a channel since ``owed_at`` and not yet told.

    ``matched`` are its matches at the level that its story gives them, ``ready`` those of them that may be told now
    (``tell_when``), and ``possible`` all at the highest level that ``raise`` may come to.
    ``repeat`` and ``changes``: what it adds to its story; ``possibly`` is another story that it may belong to.
    ``revision`` is that of its story when it was read.
    """

    story: str
    report: Report
    level: Level
    changes: tuple[str, ...]
    owed_at: datetime
    repeat: bool = False
    possibly: str | None = None
    revision: int = 0
    ready: tuple[Match, ...] = ()
    matched: tuple[Match, ...] = ()
    possible: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """A story as it stands, with the last version of each of its reports, and what a channel knows of it.

    ``told`` is None where the channel was never told; ``differences`` is what it does not know yet.
    """

    state: StoryState
    reports: tuple[Report, ...]
    told: Told | None = None
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One story in a digest: all its reports, the untold ones first and newest first, and what changed.

    ``differences`` are changes of what is known of it, ``changes`` those of its words. ``unconfirmed``: it is
    told although its story never came to satisfy ``tell_when``. ``possibly``: the title of a story it may be one with.
    """

    story: str
    change: Change
    level: Level
    title: str
    reports: tuple[Report, ...]
    changes: tuple[str, ...] = ()
    told_title: str | None = None
    told_at: datetime | None = None
    state: StoryState = field(default_factory=StoryState)
    differences: tuple[Difference, ...] = ()
    unconfirmed: bool = False
    possibly: str = ""


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

    ``subject`` is a feed's id, or "rule ID", "language CODE" or "the configuration"; ``topic`` joins troubles of which
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
    ``thread`` is the Message-ID an update refers to (RFC 5322 section 3.6.4). ``unconfirmed`` counts the
    stories held as such, ``waiting`` shows them where the digest is to. It is ``part`` of ``parts``.
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
    unconfirmed: int = 0
    waiting: tuple[Entry, ...] = ()
    part: int = 1
    parts: int = 1

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
