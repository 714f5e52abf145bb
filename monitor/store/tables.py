"""The rows. They never leave ``store``: ``convert`` makes values of them.

Written as SQLModel classes, used through their Core tables (``feeds``, ``items``, …), because every
write is a bulk write. What is not obvious:

* Words of an enumeration are stored as text, so that a new word needs no migration; tuples are JSON text.
* Moments are aware UTC (sqlmodel refuses naive ones).
* ``items`` is small and stays for ever, but for canaries: it is what keeps a pruned item known. Texts are in
  ``versions``.
* ``owed`` and ``deliveries`` name channels that the configuration may have dropped, so they don't
  refer to ``channels``; ``owed.channel`` is "" where no digest takes the item (unrouted).
"""

from datetime import datetime
from typing import Any, ClassVar, cast

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Integer, MetaData, Table, UniqueConstraint
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

_NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(referred_table_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
}


_WIDE: Any = BigInteger().with_variant(Integer(), "sqlite")  # there the key of a row is its place


class Row(SQLModel, registry=registry(metadata=MetaData(naming_convention=_NAMES))):
    """What every row has in common: one set of tables with predictable constraint names."""


class FeedRow(Row, table=True):
    """A feed, configured now or once (``active``), and its state."""

    __tablename__: ClassVar[str] = "feeds"
    __table_args__ = (Index(None, "active", "next_fetch_at"),)

    id: str = Field(primary_key=True)
    title: str
    tier: str
    lang: str | None
    tags: str
    address: str  # hash of the URL, which may hold credentials: tells that it was changed
    active: bool
    condition: str
    etag: str | None
    last_modified: str | None
    next_fetch_at: datetime | None
    last_fetch_at: datetime | None
    last_success_at: datetime | None
    newest_item_at: datetime | None
    failures: int
    troubled: bool  # whether ``learned`` holds troubles
    problem: str | None
    moved_to: str | None
    body_hash: str | None
    items: int
    hashes: bytes  # of the items of the last document, one after the other
    baselined: bool
    learned: str  # its rhythm, its publisher's wishes and its troubles, as JSON
    saved_poll: str | None  # fingerprint of the last poll saved, so that it is counted once


class ItemRow(Row, table=True):
    """What an item is recognised by: the marks of its last version. Only canaries are ever deleted."""

    __tablename__: ClassVar[str] = "items"
    __table_args__ = (Index(None, "feed", "guid"), Index(None, "url", "feed"), Index(None, "feed", "title_hash"))

    key: str = Field(primary_key=True)
    feed: str = Field(foreign_key="feeds.id")
    version: int
    guid: str
    url: str
    title_hash: str
    content_hash: str
    published: datetime | None
    first_seen: datetime


class VersionRow(Row, table=True):
    """One version of an item as its feed gave it. Pruning empties summary, body and tags."""

    __tablename__: ClassVar[str] = "versions"
    __table_args__ = (Index(None, "pruned", "seen_at", "item_key", "version"),)

    item_key: str = Field(primary_key=True, foreign_key="items.key")
    version: int = Field(primary_key=True)
    guid: str | None
    url: str
    title: str
    summary: str
    body: str
    published: datetime | None
    updated: datetime | None
    lang: str | None
    tags: str
    content_hash: str
    seen_at: datetime
    baseline: bool
    matched: bool
    rule_set: str
    pruned: bool


def _version_key(*columns: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(columns, ["versions.item_key", "versions.version"])


class MatchRow(Row, table=True):
    """One rule that held for one version, with its evidence."""

    __tablename__: ClassVar[str] = "matches"
    __table_args__ = (_version_key("item_key", "version"),)

    item_key: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    rule: str = Field(primary_key=True)
    place: int  # its place among the matches of the version
    title: str
    category: str
    level: int
    evidence: str


class FactRow(Row, table=True):
    """One fact of one version: ``body`` is the value as JSON, the columns are what is looked for."""

    __tablename__: ClassVar[str] = "facts"
    __table_args__ = (_version_key("item_key", "version"), Index(None, "kind", "party", "outcome"))

    item_key: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    place: int = Field(primary_key=True)  # its number among the facts of the version
    kind: str
    party: str | None  # the victims', a force's, a group's; None: an operation has actors and targets
    outcome: str  # what became of people, what a force does, what kind of operation
    low: int | None = Field(sa_type=BigInteger)
    high: int | None = Field(sa_type=BigInteger)
    body: str


class StoryRow(Row, table=True):
    """A story, as far as it is more than its items. ``revision`` counts what may have changed how it stands."""

    __tablename__: ClassVar[str] = "stories"

    id: str = Field(primary_key=True)
    began_at: datetime
    revision: int
    merged_into: str | None = Field(foreign_key="stories.id")


class StoryItemRow(Row, table=True):
    """Which story a version joined, and why."""

    __tablename__: ClassVar[str] = "story_items"
    __table_args__ = (_version_key("item_key", "version"), Index(None, "story"))

    item_key: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    story: str = Field(foreign_key="stories.id")
    new: bool
    repeat: bool
    reasons: str
    changes: str
    copy_of: str | None
    possibly: str | None
    origin: str


class SketchRow(Row, table=True):
    """What is kept of an item for joining, by the order in which it came. Pruned when nothing can join it any more."""

    __tablename__: ClassVar[str] = "sketches"
    __table_args__ = (Index(None, "item_key"), Index(None, "story"))

    number: int = Field(primary_key=True, sa_type=_WIDE, sa_column_kwargs={"autoincrement": False})
    item_key: str
    seen_at: datetime
    story: str | None
    copy_of: str | None
    body: bytes


class MarkRow(Row, table=True):
    """The last sketches that have one mark: their numbers, four bytes each, the latest last."""

    __tablename__: ClassVar[str] = "marks"

    mark: int = Field(primary_key=True, sa_type=_WIDE, sa_column_kwargs={"autoincrement": False})
    numbers: bytes


class WordCountRow(Row, table=True):
    """One row: how often words were counted, as JSON."""

    __tablename__: ClassVar[str] = "word_counts"

    id: int = Field(primary_key=True)
    body: str


class OwedRow(Row, table=True):
    """One (item version, channel): the unit of the books.

    ``judged_at`` is the revision of its story at which what is held as unconfirmed was looked at last.
    """

    __tablename__: ClassVar[str] = "owed"
    __table_args__ = (
        _version_key("item_key", "version"),
        Index(None, "channel", "status", "reason", "changed_at"),
        Index(None, "digest"),
    )

    item_key: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    status: str
    reason: str | None
    hold_until: datetime | None
    mute: int | None = Field(foreign_key="mutes.id")
    digest: str | None = Field(foreign_key="digests.id")
    owed_at: datetime
    changed_at: datetime
    judged_at: int | None = None


class ToldRow(Row, table=True):
    """The ledger of a channel: what it last read of each story."""

    __tablename__: ClassVar[str] = "told"

    channel: str = Field(primary_key=True)
    story: str = Field(primary_key=True)
    title: str
    level: int  # the highest it was told at
    state: str  # status and figures as told, as JSON
    told_at: datetime
    digest: str
    thread: str | None


class ChannelRow(Row, table=True):
    """A channel, configured now or once. ``welcomed_at`` is None until its baseline is owed."""

    __tablename__: ClassVar[str] = "channels"

    id: str = Field(primary_key=True)
    active: bool
    added_at: datetime
    welcomed_at: datetime | None
    removed_at: datetime | None


class ScheduleRow(Row, table=True):
    """When a digest is next due for a channel. ``schedule`` is the text it was reckoned from."""

    __tablename__: ClassVar[str] = "schedules"

    spec: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    schedule: str
    next_due_at: datetime | None


class DigestRow(Row, table=True):
    """A frozen digest. ``body`` is the value as JSON; None once it was pruned."""

    __tablename__: ClassVar[str] = "digests"
    __table_args__ = (UniqueConstraint("spec", "channel", "slot", "place"), Index(None, "channel", "composed_at"))

    id: str = Field(primary_key=True)
    spec: str
    channel: str
    slot: datetime | None  # the due time it was composed for; None: at once, or by hand
    place: int  # its place among the digests of that slot
    composed_at: datetime
    body: str | None


class DeliveryRow(Row, table=True):
    """One digest on its way to one recipient."""

    __tablename__: ClassVar[str] = "deliveries"
    __table_args__ = (
        UniqueConstraint("digest", "recipient"),
        Index(None, "status", "next_attempt_at"),
        Index(None, "channel", "status"),
    )

    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(foreign_key="digests.id")
    channel: str
    recipient: str
    level: int  # of the digest: the loudest goes first
    status: str
    attempts: int
    parts_done: int
    possible_repeat: bool
    next_attempt_at: datetime | None
    created_at: datetime
    ended_at: datetime | None
    last_error: str | None
    receipt: str | None
    message_id: str | None


class AttemptRow(Row, table=True):
    """One attempt of a delivery, written before the send. ``outcome`` is None while it runs."""

    __tablename__: ClassVar[str] = "attempts"
    __table_args__ = (Index(None, "delivery"),)

    id: int | None = Field(default=None, primary_key=True)
    delivery: int = Field(foreign_key="deliveries.id")
    number: int
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    detail: str


class RuleSetRow(Row, table=True):
    """The source of a rule set that judged items."""

    __tablename__: ClassVar[str] = "rule_sets"

    hash: str = Field(primary_key=True)
    source: str
    saved_at: datetime


class NoticeRow(Row, table=True):
    """A notice to operators. The last one of a subject and topic says whether that trouble is told."""

    __tablename__: ClassVar[str] = "notices"
    __table_args__ = (Index(None, "subject", "topic", "id"), Index(None, "told_at"))

    id: int | None = Field(default=None, primary_key=True)
    subject: str
    topic: str
    text: str
    at: datetime
    over: bool
    told_at: datetime | None  # when it was frozen into a digest; or at once, where it is silent


class MuteRow(Row, table=True):
    """What people have asked not to be told for a while. Never deleted."""

    __tablename__: ClassVar[str] = "mutes"

    id: int | None = Field(default=None, primary_key=True)
    author: str
    reason: str
    starts_at: datetime
    ends_at: datetime
    rule: str | None
    feed: str | None
    story: str | None
    query: str | None
    ended_by: str | None


class ArrivalRow(Row, table=True):
    """An item that somebody brought in themselves, for the next poll to take; its JSON goes when that has."""

    __tablename__: ClassVar[str] = "arrivals"
    __table_args__ = (Index(None, "item_key"),)

    id: int | None = Field(default=None, primary_key=True)
    body: str
    author: str
    at: datetime
    item_key: str | None


class TotalsRow(Row, table=True):
    """One row of running sums, kept apart from the rows they are compared with."""

    __tablename__: ClassVar[str] = "totals"

    id: int = Field(primary_key=True)
    fetched: int = Field(sa_type=BigInteger)
    known: int = Field(sa_type=BigInteger)
    matched: int = Field(sa_type=BigInteger)
    unmatched: int = Field(sa_type=BigInteger)
    owed: int = Field(sa_type=BigInteger)


class NoteRow(Row, table=True):
    """A small fact for the operator, such as the heartbeat."""

    __tablename__: ClassVar[str] = "notes"

    key: str = Field(primary_key=True)
    value: str
    at: datetime


def _table(row: type[Row]) -> Table:
    return cast("Table", row.__dict__["__table__"])


metadata = Row.metadata
feeds = _table(FeedRow)
items = _table(ItemRow)
versions = _table(VersionRow)
matches = _table(MatchRow)
facts = _table(FactRow)
stories = _table(StoryRow)
story_items = _table(StoryItemRow)
sketches = _table(SketchRow)
marks = _table(MarkRow)
word_counts = _table(WordCountRow)
owed = _table(OwedRow)
told = _table(ToldRow)
channels = _table(ChannelRow)
schedules = _table(ScheduleRow)
digests = _table(DigestRow)
deliveries = _table(DeliveryRow)
attempts = _table(AttemptRow)
rule_sets = _table(RuleSetRow)
notices = _table(NoticeRow)
mutes = _table(MuteRow)
arrivals = _table(ArrivalRow)
totals = _table(TotalsRow)
notes = _table(NoteRow)
