"""A simulated day against real servers, and its log of requests: ``python tests/day.py [FEEDS_A_HOST] [HOURS]``.

The clock is injected and everything random is seeded; feeds, polls and the store are real. Publishers publish by
their own rhythm and answer conditional requests; one asks for patience (Retry-After), one breaks for some hours,
one moves for good, one dies with a page in place of its feed, one goes silent. Hosts have several feeds each.
"""

from __future__ import annotations

import logging
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from house import NOON, House, entry, rss
from servers import Answer, Asked, FeedServer

from monitor import app
from monitor.fetch import Fetcher
from monitor.pipeline import Monitor, Retrying

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TICK = 2 * MINUTE
PER_HOST = 2
SPACING = timedelta(milliseconds=20)
PATIENCE = timedelta(minutes=90)  # what Retry-After asks for
HOLDS = 12  # items in a document


@dataclass
class Publisher:
    """One feed: when it publishes, what it answers at a moment, and what it was ever seen to hold."""

    name: str
    moments: list[datetime]
    fate: str = ""
    shown: set[int] = field(default_factory=set)
    asked: list[tuple[datetime, int]] = field(default_factory=list)  # when, and how it was answered

    def answer(self, asked: Asked, now: datetime, start: datetime) -> Answer:
        made = self._made(asked, now, now - start)
        self.asked.append((now, made.status))
        return made

    def _made(self, asked: Asked, now: datetime, age: timedelta) -> Answer:
        if self.fate == "busy" and age.total_seconds() % (6 * 3600) > 5 * 3600:
            return Answer(429, headers={"Retry-After": str(int(PATIENCE.total_seconds()))})
        if self.fate == "broken" and 4 * HOUR < age < 9 * HOUR:
            return Answer(500)
        if self.fate == "page" and age > 6 * HOUR:
            return Answer(body=b"<!doctype html><html><body>Just a moment</body></html>")
        if self.fate == "moved" and not asked.path.endswith("new"):
            return Answer(301, headers={"Location": f"/{self.name}/new"})
        count = sum(moment <= now for moment in self.moments)
        tag = f'"{count}"'
        if asked.headers["If-None-Match"] == tag:
            return Answer(304, headers={"ETag": tag})
        held = range(max(0, count - HOLDS), count)
        self.shown.update(held)
        items = [entry(0, f"Report {self.name}-{n}", published=self.moments[n], link=self.link(n)) for n in held]
        return Answer(body=rss(*reversed(items)), headers={"ETag": tag})

    def link(self, number: int) -> str:
        return f"https://{self.name}.example.org/{number}"


@dataclass(frozen=True)
class Day:
    """What came of it."""

    requests: int
    statuses: Counter[int]
    most_at_once: int  # at any host, of requests that waited for an answer
    closest: float  # seconds between the nth and the (n + PER_HOST)th request of one host in one round
    impatient: int  # requests sooner than a Retry-After allowed
    shown: int  # items that ever stood in a document that was sent
    missing: tuple[str, ...]  # of those, what is not in the store
    notices: tuple[str, ...]
    by_publisher: dict[str, tuple[int, str]]  # requests, fate


def publishers(host: int, feeds: int, chance: random.Random) -> list[Publisher]:
    fates = ["busy", "broken", "moved", "page"]
    made = []
    for number in range(feeds):
        gap = chance.choice([4, 10, 25, 60])
        moment, moments = NOON - 30 * 24 * HOUR, []
        while moment < NOON + 48 * HOUR:
            moment += timedelta(minutes=chance.uniform(0.5, 1.5) * gap)
            moments.append(moment)
        fate = fates[host] if number == 0 and host < len(fates) else ""
        made.append(Publisher(f"h{host}f{number}", moments[-900:], fate))
    return made


def simulate(feeds_a_host: int = 4, hours: int = 24, hosts: int = 5) -> Day:
    """The day of ``hosts`` hosts; every request is a real one, every moment made up."""
    chance = random.Random(5)
    clock = [NOON]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="day-")))
        world: list[Publisher] = []
        servers: list[FeedServer] = []
        urls: dict[str, str] = {}
        for host in range(hosts):
            server = stack.enter_context(FeedServer())
            servers.append(server)
            for one in publishers(host, feeds_a_host, chance):
                world.append(one)
                urls[one.name] = server.url(f"/{one.name}")
                route = _route(one, clock)
                server.routes[f"/{one.name}"] = server.routes[f"/{one.name}/new"] = route
        house = House(folder, urls, {"ops": "console://"}, digest="every: 1d")
        settings = house.settings
        store = stack.enter_context(app.open_store(settings, scratch=True))
        fetcher = Fetcher(user_agent="monitor", per_host=PER_HOST, spacing=SPACING)
        setup = app.check(settings, {}).setup
        monitor = Monitor(store, fetcher, setup, retrying=Retrying(MINUTE, HOUR, 24 * HOUR), send_timeout=5)
        monitor.begin(NOON)
        rounds: list[list[tuple[FeedServer, float]]] = []
        _live(monitor, clock, hours, servers, rounds, [one.name for one in world if one.fate == "moved"])
        stored = {item.url for _, _, item in store.items()}
        notices = tuple(notice.text for _, notice in store.untold_notices(NOON))
    missing = tuple(one.link(n) for one in world for n in sorted(one.shown) if one.link(n) not in stored)
    log = [status for one in world for _, status in one.asked]
    return Day(
        requests=len(log),
        statuses=Counter(log),
        most_at_once=max(server.most_open for server in servers),
        closest=_closest(rounds),
        impatient=sum(_impatient(one) for one in world),
        shown=sum(len(one.shown) for one in world),
        missing=missing,
        notices=notices,
        by_publisher={one.name: (len(one.asked), one.fate) for one in world},
    )


def _route(one: Publisher, clock: list[datetime]) -> Callable[[Asked], Answer]:
    return lambda asked: one.answer(asked, clock[0], NOON)


def _live(
    monitor: Monitor,
    clock: list[datetime],
    hours: int,
    servers: list[FeedServer],
    rounds: list[list[tuple[FeedServer, float]]],
    moved: Sequence[str],
) -> None:
    """A daemon's polls and watches, tick by tick; what each round asked is added to ``rounds``.

    A redirect is part of one fetch: only where it leads counts there.
    """
    redirected = {f"/{name}" for name in moved}
    while clock[0] < NOON + hours * HOUR:
        now = clock[0]
        due = monitor.store.next_fetch_at()
        if due is not None and due <= now:
            before = [len(server.requests) for server in servers]
            monitor.poll(now)
            rounds.append(
                [
                    (server, asked.came)
                    for server, n in zip(servers, before, strict=True)
                    for asked in server.requests[n:]
                    if asked.path not in redirected
                ]
            )
        if (now - NOON) % (10 * MINUTE) == timedelta(0):
            monitor.watch(now)
            assert not monitor.books().problems()
        clock[0] = now + TICK


def _closest(rounds: list[list[tuple[FeedServer, float]]]) -> float:
    """The shortest time in which one host got ``PER_HOST`` + 1 requests: each place rests between two."""
    shortest = float("inf")
    for one in rounds:
        by_host: dict[int, list[float]] = defaultdict(list)
        for server, came in one:
            by_host[server.port].append(came)
        for came in by_host.values():
            came.sort()
            spans = [later - sooner for sooner, later in zip(came, came[PER_HOST:], strict=False)]
            shortest = min([shortest, *spans])
    return shortest


def _impatient(one: Publisher) -> int:
    """How many requests came sooner than the Retry-After of the answer before them."""
    pairs = zip(one.asked, one.asked[1:], strict=False)
    return sum(status == 429 and later - when < PATIENCE for (when, status), (later, _) in pairs)


def told(day: Day, seconds: float) -> str:
    """The log in a few lines."""
    total = day.requests
    shares = ", ".join(f"{status} {count} ({count / total:.0%})" for status, count in sorted(day.statuses.items()))
    return "\n".join(
        [
            f"{total} requests in {seconds:.0f} s: {shares}",
            f"most at once at a host {day.most_at_once} (limit {PER_HOST}); {PER_HOST + 1} requests of a host took "
            f"{day.closest * 1000:.0f} ms or more (rest {SPACING.total_seconds() * 1000:.0f} ms)",
            f"sooner than Retry-After allowed: {day.impatient}",
            f"items ever shown {day.shown}, not in the store {len(day.missing)}",
            *(f"  {name} {fate:7} {count}" for name, (count, fate) in day.by_publisher.items()),
            *(f"  told: {notice}" for notice in day.notices),
            "",
        ]
    )


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    began = time.perf_counter()
    day = simulate(*[int(word) for word in sys.argv[1:]])
    sys.stdout.write(told(day, time.perf_counter() - began))
