"""When a feed is fetched next: pure decisions from what it is, how its fetches went and what its publisher asks.

    interval, made shorter where items would run out of the document between two polls, or longer
    where the feed is quiet or its publisher asks for it ─► within the feed's bounds ─► not in hours
    to be skipped ─► a little less, each feed its own little ─► Retry-After, whatever else holds

A publisher's wishes are honoured up to the feed's own longest interval: an official feed's ``ttl`` of an
hour does not make its news an hour old. A server's Retry-After is honoured whatever it costs.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.model import Failed, FailureKind, Feed, FetchResult, Rhythm, Tier, Wishes

_LONGEST_BACK_OFF = timedelta(hours=6)
_LONGEST_URGENT_BACK_OFF = timedelta(hours=1)  # of official and wire feeds: their return is news itself
_LONGEST_RETRY_AFTER = timedelta(days=1)  # a server that says more is not believed for more
_POLLS_IN_A_WINDOW = 4  # an item is seen this many times before it leaves its document
_POLLS_IN_A_GAP = 24  # a quiet feed is not asked more often than that between two items
_LEARNED = 3  # gaps before a rhythm says anything
_STEADY = 30  # gaps that the usual one is an average of
_LONGEST_GAP = timedelta(days=30)  # a longer one says that the feed was away, or pins an old item
_FADING = timedelta(days=60)  # in which the longest gap counts for half
_ROLLING = 5  # items: of fewer, all may be new without a loss
_LONGER = 1.2  # than the longest gap: a silence that means something
_NOW = timedelta(0)
_NO_WISHES = Wishes()
_NO_RHYTHM = Rhythm()


def next_fetch(
    feed: Feed,
    result: FetchResult,
    failures: int,
    now: datetime,
    *,
    wishes: Wishes = _NO_WISHES,
    rhythm: Rhythm = _NO_RHYTHM,
    items: int = 0,
    late: timedelta = _NOW,
) -> datetime | None:
    """When to fetch ``feed`` again after ``result``; None after 410 (RFC 9110 section 15.5.11).

    ``failures`` counts those in a row, this one included. A failing feed is backed off but never
    abandoned; Retry-After (RFC 9110 section 10.2.3) is honoured whatever else holds. ``items`` is how
    many the document holds. ``late`` is how long after its time this fetch was: after a standstill
    every feed is due at one time, and the next times are spread so that they are not so again.
    """
    wait: timedelta
    if isinstance(result, Failed):
        if result.kind is FailureKind.GONE:
            return None
        longest = _LONGEST_URGENT_BACK_OFF if feed.tier in (Tier.OFFICIAL, Tier.WIRE) else _LONGEST_BACK_OFF
        wait = max(feed.interval, min(feed.interval * 2 ** min(failures - 1, 10), longest))
    else:
        wait = _skipping(feed, _usual(feed, wishes, rhythm, items, result.fresh_for), wishes, now)
    own = zlib.crc32(feed.id.encode()) % 1000 / 1000
    wait *= 0.5 + 0.48 * own if late > feed.interval else 0.9 + 0.08 * own
    if result.retry_after is not None:
        wait = max(wait, min(result.retry_after, _LONGEST_RETRY_AFTER) * (1 + own / 20))
    return now + wait


def _usual(feed: Feed, wishes: Wishes, rhythm: Rhythm, items: int, fresh_for: timedelta | None) -> timedelta:
    """The wait from the feed's bounds, its rhythm and what is asked."""
    wait = feed.interval
    known = rhythm.gap is not None and rhythm.count >= _LEARNED
    if known and rhythm.gap is not None:
        wait = max(wait, rhythm.gap / _POLLS_IN_A_GAP)
    wait = max([wait, *(asked for asked in (wishes.ttl, fresh_for) if asked is not None)])
    if known and rhythm.gap is not None and items:
        # Nothing is missed: this weighs more than any wish.
        wait = min(wait, rhythm.gap * items / _POLLS_IN_A_WINDOW)
    return min(max(wait, min(feed.interval_min, feed.interval)), feed.interval_max or feed.interval)


def _skipping(feed: Feed, wait: timedelta, wishes: Wishes, now: datetime) -> timedelta:
    """``wait``, or until the first hour that is not to be skipped, at most the feed's longest interval."""
    longest = feed.interval_max or feed.interval
    due = now + wait
    while (due.hour in wishes.skip_hours or due.weekday() in wishes.skip_days) and due - now < longest:
        due = due.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return max(wait, min(due - now, longest))


def learn(rhythm: Rhythm, moments: Iterable[datetime], now: datetime) -> Rhythm:
    """``rhythm`` after items of these ``moments`` (published, or first seen) have come; pure.

    A moment in the future counts as ``now``. An item dated before the newest says that items come
    faster than their dates show.
    """
    for moment in sorted(min(moment, now) for moment in moments):
        if rhythm.newest is None:
            rhythm = replace(rhythm, since=rhythm.since or moment, newest=moment)
            continue
        gap = min(max(moment - rhythm.newest, _NOW), _LONGEST_GAP)
        usual = gap if rhythm.gap is None else rhythm.gap + (gap - rhythm.gap) / min(rhythm.count + 1, _STEADY)
        rhythm = replace(
            rhythm,
            newest=max(moment, rhythm.newest),
            gap=usual,
            longest=max(rhythm.longest * float(2 ** -(gap / _FADING)), gap),
            count=rhythm.count + 1,
        )
    return rhythm


def together(rhythms: Sequence[Rhythm]) -> Rhythm:
    """The rhythm of several feeds as if they were one: as often as all of them, as silent as the least."""
    known = [one for one in rhythms if one.gap and one.newest and one.since and one.count >= _LEARNED]
    if not known:
        return _NO_RHYTHM
    return Rhythm(
        since=min(one.since for one in known if one.since),
        newest=max(one.newest for one in known if one.newest),
        gap=timedelta(seconds=1 / sum(1 / max(1.0, one.gap.total_seconds()) for one in known if one.gap)),
        longest=min(one.longest for one in known),
        count=sum(one.count for one in known),
    )


@dataclass(frozen=True, slots=True)
class Gap:
    """Items that may have come and gone between two polls: about so many, between these moments."""

    start: datetime
    end: datetime
    items: int


def overrun(
    rhythm: Rhythm, moments: Sequence[datetime], items: int, since: datetime, now: datetime, *, held: int = 0
) -> tuple[Rhythm, Gap | None]:
    """What was missed where no known item is left in a document, and the rhythm to go on learning from.

    ``rhythm`` is that from before the document; ``moments`` are its dated items', ``items`` is how many
    it has, ``held`` how many the last one had, and ``since`` is when the feed was last read. None where
    nothing need be missing: the document is no window that rolls on (few items, or fewer than before),
    and the time between what was known and what is there no longer than silences of the feed.
    """
    rolls = items >= _ROLLING and items * 5 >= held * 4
    if moments and rhythm.newest is not None:
        start, end = rhythm.newest, min(moments)
        usual = (max(moments) - end) / (len(moments) - 1) if len(moments) > 1 else rhythm.gap
        present = 1
    else:
        start, end, usual, present = since, now, rhythm.gap, items
    if not usual or end - start <= (usual * 2 if rolls and held else rhythm.longest * _LONGER):
        return rhythm, None
    missed = round((end - start) / usual) - present
    if missed < 1:
        return rhythm, None
    tightened = replace(rhythm, newest=end, gap=min(rhythm.gap or usual, usual), count=max(rhythm.count, _LEARNED))
    return tightened, Gap(start, end, missed)
