"""A simulated month of feeds that rest, flicker and die: ``python tests/month.py [FEEDS] [DAYS] [SEED]``.

The clock is injected and everything random is seeded. Decisions are the program's own (``pace``,
``health``, ``pipeline.states``); the network and the publishers are made up here. A feed publishes by
its own rhythm (some only by day, some not at weekends), drops single polls, has outages, and some
die: without an answer, with a page in place of the feed, with 410, or in silence with 200 OK.
"""

from __future__ import annotations

import heapq
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from monitor import health, pace
from monitor.identity import Sight, Sighting
from monitor.model import (
    Failed,
    FailureKind,
    Feed,
    FeedState,
    Fetched,
    Item,
    Marks,
    Notice,
    NotModified,
    ParsedFeed,
    PollCounts,
    Tier,
    Validators,
)
from monitor.pipeline import states
from monitor.pipeline.judging import Judgement

START = datetime(2024, 10, 1, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DEATHS = (FailureKind.DNS, FailureKind.TIMEOUT, FailureKind.NOT_A_FEED, FailureKind.GONE, None)  # None: in silence
_NO_MARKS = Marks("", "", "", "", None)


@dataclass
class Publisher:
    """One made-up feed: every moment it publishes at, when it is away, and when it dies, of what."""

    feed: Feed
    moments: list[datetime]
    holds: int
    outages: list[tuple[datetime, datetime]]
    dies_at: datetime | None
    dies_of: FailureKind | None
    state: FeedState
    seen: set[int] = field(default_factory=set)
    visible: int = 0  # how many of its items it has published
    told: dict[tuple[str, str], Notice] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    silent_limit: timedelta | None = None  # what its rhythm allowed when it died

    @property
    def missed(self) -> int:
        return self.visible - len(self.seen)


@dataclass(frozen=True)
class Month:
    """What came of it."""

    feeds: int
    polls: int
    not_modified: int
    published: int
    missed: int
    gaps_told: int
    deaths: int
    reported_late: tuple[str, ...]  # deaths not reported within their bound
    latest: timedelta  # after the bound began to run, the longest any report took
    false_reports: Counter[str]


def publishers(count: int, days: int, seed: int) -> Iterator[Publisher]:
    chance = random.Random(seed)
    for number in range(count):
        tier = chance.choice(list(Tier))
        interval = 5 * MINUTE if tier in (Tier.OFFICIAL, Tier.WIRE) else 15 * MINUTE
        top = {Tier.OFFICIAL: 5, Tier.WIRE: 5, Tier.NATIONAL: 30, Tier.LOCAL: 60, Tier.GROUP: 30}[tier] * MINUTE
        feed = Feed(
            f"feed-{number}", "https://example.org/", f"Feed {number}", tier, interval=interval, interval_max=top
        )
        gap = timedelta(minutes=chance.choice([4, 15, 40, 90, 240, 1440]))
        by_day, workdays = chance.random() < 0.5, chance.random() < 0.3
        moments = []
        moment = START - 12 * DAY
        while moment < START + days * DAY:
            moment += max(MINUTE / 2, timedelta(seconds=chance.expovariate(1 / gap.total_seconds())))
            if by_day and not 6 <= moment.hour < 22:
                continue
            if workdays and moment.weekday() >= 5:
                continue
            moments.append(moment)
        outages = []
        for _ in range(chance.randrange(4)):
            begin = START + timedelta(seconds=chance.uniform(0, days * 86400))
            outages.append((begin, begin + timedelta(minutes=chance.expovariate(1 / 60))))
        dies = chance.random() < 0.15
        dies_at = START + timedelta(days=chance.uniform(days * 0.5, days * 0.75)) if dies else None
        state = FeedState(feed.id, next_fetch_at=START + chance.random() * interval)
        yield Publisher(feed, moments, chance.choice([10, 20, 30]), outages, dies_at, chance.choice(DEATHS), state)


def simulate(count: int, days: int, seed: int) -> Month:
    """The month of ``count`` feeds."""
    chance = random.Random(seed + 1)
    world = list(publishers(count, days, seed))
    due = [(one.state.next_fetch_at, number) for number, one in enumerate(world) if one.state.next_fetch_at]
    heapq.heapify(due)
    end = START + days * DAY
    tick = START
    polls = unchanged = 0
    while due and due[0][0] < end:
        now, number = heapq.heappop(due)
        while tick <= now:  # operators are told by a watch of its own, not by polls
            for one in world:
                watch(one, tick)
            tick += 10 * MINUTE
        one = world[number]
        was = poll(one, now, chance)
        polls += 1
        unchanged += was
        if one.state.next_fetch_at is not None:
            heapq.heappush(due, (one.state.next_fetch_at, number))
    return account(world, polls, unchanged, end)


def poll(one: Publisher, now: datetime, chance: random.Random) -> bool:
    """One poll; whether it was answered with 304."""
    state, feed = one.state, one.feed
    dead = one.dies_at is not None and now >= one.dies_at
    away = any(begin <= now < end for begin, end in one.outages)
    kind = one.dies_of if dead else FailureKind.TIMEOUT if away else None
    if kind is None and chance.random() < 0.01:
        kind = chance.choice([FailureKind.TIMEOUT, FailureKind.CONNECT, FailureKind.HTTP])
    if dead and one.silent_limit is None and one.dies_at:
        one.silent_limit = health.silent_after(state.rhythm, one.dies_at) or 10 * DAY
    if kind is not None:
        failed = Failed(kind, "made up")
        one.state = replace(
            state,
            failures=state.failures + 1,
            last_fetch_at=now,
            next_fetch_at=pace.next_fetch(feed, failed, state.failures + 1, now),
            troubles=health.failed(state.troubles, failed, now),
        )
        return False
    until = min(now, one.dies_at) if one.dies_at else now
    one.visible = advance(one.moments, one.visible, until)
    window = range(max(0, one.visible - one.holds), one.visible)
    fresh = [index for index in window if index not in one.seen]
    answered = replace(state, last_fetch_at=now, last_success_at=now, failures=0)
    if state.baselined and not fresh:
        one.state = states.unchanged(feed, state, answered, NotModified(Validators()), now)
        return True
    if not state.baselined:
        one.seen.update(range(window.start))  # what was over before it was watched is nobody's loss
    one.seen.update(fresh)
    items = tuple(Item(feed.id, None, "", str(index), "", published=one.moments[index]) for index in fresh)
    sightings = tuple(Sighting(item, _NO_MARKS, item.title, 1, Sight.NEW) for item in items)
    counts = PollCounts(len(window), len(fresh), 0, len(window) - len(fresh), 0, len(fresh))
    parsed = ParsedFeed("", None, items, skipped=len(window) - len(fresh))
    after = states.learned(feed, state, answered, parsed, Judgement(sightings, (), counts), now)
    page = Fetched("", 200, b"", None, Validators())
    one.state = replace(after, next_fetch_at=states.next_fetch_at(feed, state, after, page, now))
    return False


def advance(moments: list[datetime], index: int, now: datetime) -> int:
    while index < len(moments) and moments[index] <= now:
        index += 1
    return index


def watch(one: Publisher, now: datetime) -> None:
    for notice in list(health.review({one.feed.id: one.feed}, [one.state], one.told, now)):
        one.told[notice.subject, notice.topic] = notice
        if not notice.silent:
            one.notices.append(notice)


def account(world: list[Publisher], polls: int, unchanged: int, end: datetime) -> Month:
    late, latest, false = [], timedelta(0), Counter[str]()
    gaps = deaths = 0
    for one in world:
        gaps += sum(notice.topic == "overrun" for notice in one.notices)
        reports = [notice for notice in one.notices if not notice.over and notice.topic != "overrun"]
        for notice in reports:
            dead = one.dies_at is not None and notice.at >= one.dies_at
            out = any(begin <= notice.at <= stop + 2 * HOUR for begin, stop in one.outages)
            false[one.feed.id] += not dead and not out
        if one.dies_at is None:
            continue
        deaths += 1
        runs_from = one.dies_at + (one.silent_limit or timedelta(0) if one.dies_of is None else timedelta(0))
        # A poll must see it, and a second; then it must last; then the watch comes round.
        bound = runs_from + 3 * (one.feed.interval_max or one.feed.interval) + 2 * HOUR + 20 * MINUTE
        told = [notice.at for notice in reports if notice.at >= one.dies_at]
        if told:
            latest = max(latest, told[0] - runs_from)
        if bound < end and not any(at <= bound for at in told):
            late.append(f"{one.feed.id} died of {one.dies_of} at {one.dies_at:%d %H:%M}, told {told[:1]}")
    missed = sum(one.missed for one in world)
    published = sum(one.visible for one in world)
    return Month(len(world), polls, unchanged, published, missed, gaps, deaths, tuple(late), latest,
                 Counter({name: count for name, count in false.items() if count}))  # fmt: skip


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    month = simulate(*(numbers + [300, 30, 7][len(numbers) :]))
    sys.stdout.write(f"{month}\n")
