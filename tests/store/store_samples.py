"""Samples for the tests of the store: feeds, items and what was decided about them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, update

from monitor.model import (
    Change,
    Coverage,
    Digest,
    Entry,
    Evidence,
    Feed,
    FeedCondition,
    FeedState,
    Figure,
    Item,
    Join,
    Judged,
    Level,
    Marks,
    Match,
    Outcome,
    Owed,
    OwedStatus,
    Party,
    Poll,
    PollCounts,
    Status,
    StoryState,
    Tier,
    Untold,
    Validators,
    Voice,
)
from monitor.store import Store
from monitor.store.tables import metadata, totals

NOW = datetime(2024, 10, 24, 8, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WIRE = Feed("wire", "https://wire.example/feed?token=s3cret", "The Wire", Tier.WIRE, "en", ("iraq",))
RADIO = Feed("radio", "https://radio.example/rss", "Radio", Tier.LOCAL, "ar")
FEEDS = (WIRE, RADIO)
ON_DESK = (Owed("desk", OwedStatus.PENDING),)


def short_hash(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def item(number: int = 1, feed: str = "wire", **changes: object) -> Item:
    sample = Item(
        feed=feed,
        guid=f"{feed}-{number}",
        url=f"https://{feed}.example/news/{number}?utm_source=rss",
        title=f"Raid {number} in Anbar",
        summary="Seven killed, two wounded.",
        body="",
        published=NOW - HOUR,
        lang="en",
        tags=("raid",),
    )
    return replace(sample, **changes)  # type: ignore[arg-type]


def marks(sample: Item) -> Marks:
    return Marks(
        guid=sample.guid or "",
        url=sample.url.partition("://")[2].partition("?")[0],
        title=short_hash(sample.title.casefold()) if sample.title else "",
        content=short_hash(sample.title, sample.summary, sample.body),
        published=sample.published,
    )


def match(rule: str = "isis-operation", level: Level = Level.HIGH) -> Match:
    return Match(rule, "Operation", "operation", level, (Evidence("title", 0, 4, "raid*"),))


def judged(
    number: int = 1,
    version: int = 1,
    matches: Sequence[Match] = (match(),),
    owed: Sequence[Owed] = ON_DESK,
    join: Join | None = None,
    *,
    baseline: bool = False,
    **changes: object,
) -> Judged:
    """A matched item, owed to the desk, that begins its own story; without ``matches`` an unmatched one."""
    sample = item(number, **changes)  # type: ignore[arg-type]
    key = f"key-{sample.feed}-{number}"
    own = join or Join(f"story-{key}", version == 1, False, ("no story had it",))
    if not matches:
        return Judged(key, version, sample, marks(sample), (), None, (), baseline)
    return Judged(key, version, sample, marks(sample), tuple(matches), own, tuple(owed), baseline)


def poll(*items: Judged, at: datetime = NOW, known: int = 0, feed: str = "wire", **state: object) -> Poll:
    """The poll of a feed that gave ``items`` and ``known`` others."""
    matched = sum(bool(each.matches) for each in items)
    new = sum(each.version == 1 for each in items)
    counts = PollCounts(len(items) + known, new, len(items) - new, known, matched, len(items) - matched)
    after = FeedState(
        feed,
        FeedCondition.OK,
        Validators('W/"v1"', "Thu, 24 Oct 2024 07:00:00 GMT"),
        next_fetch_at=at + 15 * MINUTE,
        last_fetch_at=at,
        last_success_at=at,
        newest_item_at=at,
        body_hash=short_hash(at.isoformat()),
        items=len(items) + known,
        baselined=True,
    )
    return Poll(replace(after, **state), at, items, counts, "rules-1")  # type: ignore[arg-type]


FIGURE = Figure(
    "ISIS killed", Party.ISIS, Outcome.KILLED, (Voice("sohr", "SOHR", "7", 7, 7, 7, NOW, "k", "seven fighters killed"),)
)


def digest(untold: Sequence[Untold], name: str = "d1", channel: str = "desk", spec: str = "morning") -> Digest:
    """A digest of everything untold, one entry a story."""
    entries = tuple(
        Entry(
            story=one.story,
            change=Change.NEW,
            level=one.level,
            title=one.report.title,
            reports=(one.report,),
            changes=one.changes,
            state=StoryState((Status.REPORTED,), (FIGURE,)),
        )
        for one in untold
    )
    return Digest(
        name, spec, channel, "ISIS watch", "Asia/Baghdad", NOW, entries, Coverage(2, 2), suppressed={"muted": 1}
    )


def compose(
    store: Store,
    name: str = "d1",
    channel: str = "desk",
    recipients: Sequence[str] = ("",),
    now: datetime = NOW,
    next_due_at: datetime | None = None,
) -> Digest:
    """Freezes everything the channel has not been told."""
    frozen = replace(digest(store.untold(channel, now), name, channel), composed_at=now)
    assert store.compose(channel, "morning", [(frozen, recipients)], (), (), next_due_at, now)
    return frozen


def empty(store: Store) -> None:
    """Forgets everything."""
    with store._db.write() as connection:
        for table in reversed(metadata.sorted_tables):
            if table is not totals:
                connection.execute(delete(table))
        connection.execute(update(totals).values(fetched=0, known=0, matched=0, unmatched=0, owed=0))


def deliver_all(store: Store, now: datetime = NOW) -> int:
    """Delivers whatever is due; how many that was."""
    count = 0
    while taken := store.claim(now):
        store.delivered(taken[0].id, "250 OK", now, message_id=f"{taken[1].id}@monitor")
        count += 1
    return count
