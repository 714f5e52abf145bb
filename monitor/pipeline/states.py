"""What a poll's answer makes of a feed's state: its rhythm, its troubles, and when it is fetched next."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from monitor import health, pace
from monitor.fetch import Request
from monitor.identity import Sight
from monitor.model import CANARY, Feed, FeedCondition, FeedState, Fetched, NotModified, ParsedFeed
from monitor.pipeline.judging import Judgement

log = logging.getLogger("monitor.poll")


def request(feed: Feed, state: FeedState) -> Request:
    """After a failure the configured address is asked for the whole document: a 304 would prove nothing
    then, and neither does it that an address a redirect once led to is still the right one.
    """
    if feed.id == CANARY:  # it is served by this process: no proxy could reach it
        return Request(feed, direct=True)
    return Request(feed) if state.failures else Request(feed, state.validators, state.moved_to)


def next_fetch_at(
    feed: Feed, before: FeedState, after: FeedState, result: Fetched | NotModified, now: datetime
) -> datetime | None:
    late = now - before.next_fetch_at if before.next_fetch_at and before.last_fetch_at else timedelta(0)
    return pace.next_fetch(feed, result, 0, now, wishes=after.wishes, rhythm=after.rhythm, items=after.items, late=late)


def unchanged(
    feed: Feed, before: FeedState, answered: FeedState, result: Fetched | NotModified, now: datetime
) -> FeedState:
    """The state after an answer that is the document from before."""
    troubles = health.answered(before, answered, now)
    return replace(answered, troubles=troubles, next_fetch_at=next_fetch_at(feed, before, answered, result, now))


def learned(
    feed: Feed, before: FeedState, answered: FeedState, parsed: ParsedFeed, judgement: Judgement, now: datetime
) -> FeedState:
    """The state after a document that was read: what it holds, its rhythm, and what is wrong with it."""
    dates = [item.published for item in parsed.items if item.published and item.published <= now]
    fresh = [one.item.published for one in judgement.sightings if one.sight is Sight.NEW]
    undated = now if before.baselined else None  # of a first document nobody knows how old they are
    moments = [moment for moment in (date or undated for date in fresh) if moment is not None]
    rhythm, gap = before.rhythm, ""
    since = before.last_success_at
    if before.baselined and since is not None and parsed.items and len(fresh) == judgement.counts.fetched:
        rhythm, missed = pace.overrun(rhythm, dates, len(parsed.items), since, now, held=before.items)
        gap = health.gap_words(missed.start, missed.end, missed.items) if missed else ""
        if missed:
            log.warning("%s", gap, extra={"event": "overrun", "feed_id": feed.id})
    holds_any = bool(parsed.items or parsed.skipped)
    polled = replace(
        answered,
        condition=FeedCondition.OK if holds_any else FeedCondition.EMPTY,
        newest_item_at=max([*dates, *([before.newest_item_at] if before.newest_item_at else [])], default=None),
        items=len(parsed.items) + parsed.skipped,
        hashes=b"".join(parsed.hashes),
        baselined=True,
        wishes=parsed.wishes,
        rhythm=pace.learn(rhythm, moments, now),
        changed_at=now,
    )
    has_dates = any(item.published for item in parsed.items)
    undated_now = not has_dates if parsed.items and not parsed.skipped else False if has_dates else None
    return replace(
        polled, troubles=health.answered(before, polled, now, empty=not holds_any, undated=undated_now, gap=gap)
    )
