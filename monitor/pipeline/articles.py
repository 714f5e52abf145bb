"""Full text: the articles behind new items of feeds that give little more than a headline.

The item itself is safe before its article is asked for: should that fail, or the process end, the
item stays as its feed gave it. What the article adds is a revision of the item, and is judged like any.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.fetch import Fetcher, Request
from monitor.model import Failed, Feed, FeedState, Fetched, Judged, Poll, PollCounts
from monitor.parse import article
from monitor.pipeline.joining import Joining
from monitor.pipeline.judging import judge
from monitor.pipeline.setup import Setup

log = logging.getLogger("monitor.articles")

_MOST = 60  # articles that one poll asks for
_MOST_OF_A_FEED = 10
_ENOUGH = 1_000  # code points of a body that is an article already
_WITHIN = timedelta(seconds=10)  # they are begun, and for each as much: the next poll waits for them
_HEADERS = (("Accept", "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"),)

Fresh = tuple[Feed, Judged]


def wanted(fresh: Sequence[Fresh]) -> Iterator[Fresh]:
    """Of what polls brought, the items to ask for: not the baseline, not what is an article already, within bounds."""
    asked: Counter[str] = Counter()
    for feed, one in fresh:
        plain = one.item.url.startswith(("http://", "https://")) and len(one.item.body) < _ENOUGH
        if not feed.full_text or one.baseline or one.version > 1 or not plain:
            continue
        if asked.total() < _MOST and asked[feed.id] < _MOST_OF_A_FEED:
            asked[feed.id] += 1
            yield feed, one


def read(
    joining: Joining,
    fetcher: Fetcher,
    latest: Callable[[], Setup],
    fresh: Sequence[Fresh],
    states: Mapping[str, FeedState],
    now: datetime,
) -> PollCounts:
    """Fetch the articles of ``fresh`` items, as politely as feeds, and save what each adds, by the ``latest`` setup.

    ``states`` are those the feeds were saved with; nothing of them changes, and one whose URL was edited meanwhile
    has another: its articles are let go. Returns what was judged.
    """
    found = {one.key: (feed, one) for feed, one in wanted(fresh)}
    requests = [
        # The feed's own headers may be secrets of its server; an article may lie anywhere.
        Request(replace(feed, id=key, url=one.item.url, headers=_HEADERS), patience=_WITHIN)
        for key, (feed, one) in found.items()
    ]
    counts = PollCounts()
    for page, result in fetcher.fetch_all(requests, _WITHIN):
        feed, one = found[page.id]
        text = article.extract(result) if isinstance(result, Fetched) else ""
        if len(text) <= len(one.item.body):
            why = result.detail if isinstance(result, Failed) else "none found on the page"
            log.info("no article: %s", why, extra={"event": "article", "feed_id": feed.id, "item_id": one.key})
            continue
        item = replace(one.item, body=text)
        with joining.store.together():
            setup = latest()
            current = setup.feeds.get(feed.id)
            if current is None or current.url != feed.url:
                continue
            judgement = judge(joining, setup, current, [item], now, baseline=False)
            joining.store.save_poll(Poll(states[feed.id], now, judgement.judged, judgement.counts, setup.rule_set.hash))
        counts += judgement.counts
    return counts
