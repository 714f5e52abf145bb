"""Items brought to a real store, feed by feed, every one taken as matched: who joins whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zlib import crc32

from house import House

from monitor.model import FeedState, Item, Join, Judged, Poll
from monitor.pipeline import Monitor
from monitor.pipeline.joining import Joining
from monitor.pipeline.judging import judge
from monitor.replay import Everything

MORNING = datetime(2024, 10, 24, 6, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
FEEDS = ("wire", "daily", "herald")


def report(title: str, summary: str = "", *, feed: str = "wire", at: datetime = MORNING, url: str = "") -> Item:
    """A report with an address of its own, unless ``url`` gives one."""
    page = url or f"https://{feed}.example/{crc32(repr((title, summary, at)).encode())}"
    return Item(feed, page, page, title, summary, published=at)


@dataclass
class Newsroom:
    """A monitor and what was judged so far."""

    monitor: Monitor

    def bring(self, *items: Item, at: datetime | None = None, everything: bool = True) -> list[Judged]:
        """Judge and save the items of one feed as one document; not ``everything``: as the rules have it."""
        now = at or max(item.published or MORNING for item in items)
        feed = self.monitor.setup.feeds[items[0].feed]
        setup = self.monitor.setup
        if everything:
            setup = replace(setup, rule_set=Everything(setup.rule_set))
        judgement = judge(self.monitor.joining, setup, feed, items, now, baseline=False)
        state = FeedState(feed.id, baselined=True)
        self.monitor.store.save_poll(Poll(state, now, judgement.judged, judgement.counts, "everything"))
        return list(judgement.judged)

    def joins(self, items: Sequence[Item]) -> list[Join]:
        """How items that come one by one, each a document of its own, join."""
        return [join for item in items for one in self.bring(item) if (join := one.join) is not None]

    def restart(self) -> None:
        """What the process kept in memory is gone."""
        self.monitor.joining = Joining(self.monitor.store)


@contextmanager
def newsroom(folder: Path) -> Iterator[Newsroom]:
    """A newsroom in ``folder`` that takes three feeds."""
    house = House(folder, {name: f"https://{name}.example/feed" for name in FEEDS}, {"desk": "console://"})
    with house.monitor(MORNING) as monitor:
        yield Newsroom(monitor)
