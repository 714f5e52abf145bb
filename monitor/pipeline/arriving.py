"""What people brought in themselves: judged, stored and owed as any item, by the one writer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from monitor.errors import MonitorError
from monitor.model import BY_HAND, Arrival, Feed, FeedCondition, FeedState, Poll, PollCounts
from monitor.pipeline.joining import Joining
from monitor.pipeline.judging import judge
from monitor.pipeline.setup import Setup

log = logging.getLogger("monitor.add")

FEED = Feed(BY_HAND, "", "brought in by hand")
_STATE = FeedState(BY_HAND, FeedCondition.OK, baselined=True)


def take(joining: Joining, latest: Callable[[], Setup], now: datetime) -> PollCounts:
    """Judge and save all that waits, by the ``latest`` setup; what was judged.

    Each is a transaction of its own. One that raises is put aside, so that it can't stop the others, and raised.
    """
    counts = PollCounts()
    bug: Exception | None = None
    store = joining.store
    waiting = store.arrivals()
    if waiting:
        store.keep_feed(_STATE, FEED)
    for arrival in waiting:
        try:
            counts += _take(joining, latest, arrival, now)
        except MonitorError:
            raise
        except Exception as error:
            log.exception("what was brought in could not be judged", extra={"event": "bug", "arrival": arrival.id})
            store.arrived(arrival.id, "")
            bug = bug or error
    if bug is not None:
        raise bug
    return counts


def _take(joining: Joining, latest: Callable[[], Setup], arrival: Arrival, now: datetime) -> PollCounts:
    store = joining.store
    with store.together():
        setup = latest()
        judgement = judge(joining, setup, FEED, [arrival.item], now, baseline=False)
        store.save_poll(Poll(_STATE, now, judgement.judged, judgement.counts, setup.rule_set.hash))
        store.arrived(arrival.id, judgement.sightings[0].key)
    return judgement.counts
