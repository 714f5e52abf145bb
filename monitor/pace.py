"""When a feed is fetched next: pure decisions from how its last fetches went."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta

from monitor.model import Failed, FailureKind, Feed, FetchResult

_LONGEST_BACK_OFF = timedelta(hours=6)
_LONGEST_RETRY_AFTER = timedelta(days=1)  # a server that says more is not believed for more


def next_fetch(feed: Feed, result: FetchResult, failures: int, now: datetime) -> datetime | None:
    """When to fetch ``feed`` again after ``result``; None after 410 (RFC 9110 section 15.5.11).

    ``failures`` counts those in a row, this one included. A failing feed is backed off but never
    abandoned; Retry-After (RFC 9110 section 10.2.3) is honoured whatever else holds. A feed's
    own few per cent of jitter, the same every time, keep feeds from bunching up.
    """
    wait = feed.interval
    if isinstance(result, Failed):
        if result.kind is FailureKind.GONE:
            return None
        wait = max(wait, min(feed.interval * 2 ** min(failures - 1, 10), _LONGEST_BACK_OFF))
    wait *= 1 + zlib.crc32(feed.id.encode()) % 1000 / 20_000
    if result.retry_after is not None:
        wait = max(wait, min(result.retry_after, _LONGEST_RETRY_AFTER))
    return now + wait
