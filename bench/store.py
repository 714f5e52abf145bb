"""What an item costs in the store, at 1,000 and at 100,000 items of history, against raw sqlite3.

    python -m bench.store [--sizes 1000,100000] [--url postgresql://…]

A document is 30 items and one transaction. "raw" is sqlite3's executemany into one table with one
key, the floor; ours has six indexes, foreign keys, two tables an item, and the feed's state. Medians
of 30 rounds; the disk's sync at each commit is part of all of them.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.model import (
    Evidence,
    Feed,
    FeedState,
    Item,
    Join,
    Judged,
    Level,
    Marks,
    Match,
    Owed,
    OwedStatus,
    Poll,
    PollCounts,
)
from monitor.store import Store

NOW = datetime(2024, 10, 24, 8, tzinfo=UTC)
ITEMS = 30
ROUNDS = 30
FEEDS = [Feed(f"feed-{number}", f"https://{number}.example/feed", f"Feed {number}") for number in range(100)]
MATCHES = (Match("rule", "Rule", "operation", Level.HIGH, (Evidence("title", 0, 4, "raid*"),)),)
SUMMARY = "Seven senior operatives were killed and two soldiers wounded in a joint raid, officials said. " * 3

RAW = "CREATE TABLE item (key TEXT PRIMARY KEY, feed TEXT, guid TEXT, url TEXT, title TEXT, summary TEXT, seen TEXT)"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def documents(*, matched: int = 0) -> Iterator[Poll]:
    """Polls of 30 new items each, ``matched`` of them matched and owed to two channels, without end."""
    for number in itertools.count():
        feed = FEEDS[number % len(FEEDS)].id
        at = NOW + timedelta(seconds=number)
        judged = tuple(_judged(feed, number * ITEMS + each, at, matched=each < matched) for each in range(ITEMS))
        counts = PollCounts(ITEMS, ITEMS, 0, 0, matched, ITEMS - matched)
        yield Poll(FeedState(feed, next_fetch_at=at, last_fetch_at=at), at, judged, counts, "rules")


def _judged(feed: str, number: int, at: datetime, *, matched: bool) -> Judged:
    url = f"https://news.example/{feed}/{number}"
    key = _hash(url)
    item = Item(feed, url, url, f"Raid {number} in Anbar province kills seven", SUMMARY, published=at)
    marks = Marks(url, url.removeprefix("https://"), _hash(item.title), _hash(item.title + SUMMARY), at)
    if not matched:
        return Judged(key, 1, item, marks, (), None, ())
    owed = (Owed("desk", OwedStatus.PENDING), Owed("duty", OwedStatus.PENDING))
    return Judged(key, 1, item, marks, MATCHES, Join(key, True, False, ("no story had it",)), owed)


def micros(job: Callable[[], object]) -> float:
    """The median time of ``job`` in µs an item of a document."""
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        job()
        times.append(time.perf_counter() - begin)
    return statistics.median(times) / ITEMS * 1e6


def raw(size: int, folder: Path) -> float:
    with closing(sqlite3.connect(folder / f"raw-{size}.db", isolation_level=None)) as connection:
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", RAW):
            connection.execute(statement)
        polls = documents()

        def insert() -> None:
            rows = [
                (one.key, one.item.feed, one.item.guid, one.item.url, one.item.title, one.item.summary, str(NOW))
                for one in next(polls).judged
            ]
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO item VALUES (?,?,?,?,?,?,?) ON CONFLICT DO NOTHING", rows)
            connection.execute("COMMIT")

        for _ in range(size // ITEMS):
            insert()
        return micros(insert)


def ours(size: int, url: str) -> dict[str, float]:
    with Store.open(url) as store:
        store.sync_feeds(FEEDS, NOW)
        store.welcome(store.sync_channels(("desk", "duty"), NOW), (), NOW)
        polls = documents()
        known: list[Poll] = []
        for _ in range(size // ITEMS):
            known.append(next(polls))
            store.save_poll(known[-1])
        found = {"insert": micros(lambda: store.save_poll(next(polls)))}
        again = itertools.cycle(known)

        def look_up() -> None:
            poll = next(again)
            store.known(poll.state.feed, [one.marks for one in poll.judged])

        found["known"] = micros(look_up)
        idle = itertools.count(1)
        state = known[0].state
        counts = PollCounts(fetched=ITEMS, known=ITEMS)
        found["nothing new"] = micros(lambda: store.save_poll(Poll(state, NOW - timedelta(next(idle)), (), counts)))
        store.sync_feeds([*FEEDS, Feed("other", "https://other.example/", "Other")], NOW)
        matched = (_renamed(poll) for poll in documents(matched=3))
        found["insert, 3 matched"] = micros(lambda: store.save_poll(next(matched)))
        return found


def _renamed(poll: Poll) -> Poll:
    """The same documents under keys of their own."""
    from dataclasses import replace  # noqa: PLC0415

    judged = tuple(
        replace(one, key=_hash(one.key), join=one.join and replace(one.join, story=_hash(one.key)))
        for one in poll.judged
    )
    return replace(poll, judged=judged)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,100000")
    parser.add_argument("--url", help="an empty PostgreSQL database for the largest size, instead of SQLite files")
    arguments = parser.parse_args()
    print("µs an item, in documents of 30")
    for size in map(int, arguments.sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            floor = raw(size, Path(folder))
            found = ours(size, arguments.url or f"sqlite:///{folder}/monitor.db")
        line = " · ".join(f"{name} {value:.1f}" for name, value in found.items())
        print(f"{size:>8,} items: raw insert {floor:.1f} · {line}", flush=True)


if __name__ == "__main__":
    main()
