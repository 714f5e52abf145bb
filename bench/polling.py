"""A poll cycle against its peers: 500 feeds of 30 items from a local server, everything switched on.

    python bench/polling.py [--feeds 500] [--rounds 3] [--peers VENV] [--scale [--items 30]]

Each program works in a process of its own on its own store, against one aiohttp server that answers
conditional requests. Phases: cold (nothing is known), one new item a feed, nothing new; all programs
take turns within a round, so that a slow moment of the machine meets them all. `monitor` runs the
shipped rules over items of which one in twenty matches, composes, and delivers to its console. Peers
that are not installed are left out. ``--scale`` measures monitor alone from 100 to 10,000 feeds.

What is fair about it: `monitor` and `reader` are daemons or libraries of one, and stay in memory, so their
start is in no phase but their peak of memory has it; `rss2email` and `newsboat` are started for each
cycle, as by cron, and their start counts. An item has a title of eight words and a text of some sixty,
a teaser and not a whole article.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ITEMS = 30
PHASES = ("cold", "one new item a feed", "nothing new")
# Everyday words, of which none has a rule or a fact read: the other nineteen items are about other things.
WORDS = """
    council market season harvest bridge festival museum railway budget weather teacher hospital river valley
    league stadium concert library award election minister committee energy airline software chess garden recipe
    novel school winter summer mayor company price report survey plan road station tower island coast lake forest
    park street village region farmer engineer doctor student artist writer singer player coach team match final
    record ticket visitor tourist hotel kitchen bread coffee cheese apple orchard vineyard sheep horse bird fish
    whale rain snow drought flood heat wind solar power grid engine tram ferry harbour port canal tunnel runway
    satellite rocket telescope planet comet fossil virus vaccine clinic nurse patient study journal professor
    university exam degree grant loan bank currency inflation export tariff steel timber cotton copper paper
    printer phone network website video camera photo painting sculpture theatre opera ballet drum guitar piano
    album poem prize jury court judge lawyer verdict licence permit tax pension wage union factory workshop
    apprentice tailor carpenter builder architect roof window facade cathedral archive opens closes grows falls
    rises returns plans offers finds wins draws hosts delays repairs restores sells buys new old first last early
    late local national public private young modern ancient rare popular quiet busy green
""".split()  # noqa: SIM905 - so many words are easier on the eye as a text
SMALL = ["the", "of", "in", "and", "to", "for", "with", "on", "at", "from"]
PLAIN = WORDS[:16]  # of which none makes a rule say no
TOWNS = ["Kirkuk", "Mosul", "Tikrit", "Ramadi", "Fallujah", "Baiji", "Sinjar", "Haditha", "Samarra", "Hawija"]
START = datetime(2024, 10, 24, 6, tzinfo=UTC)


# --- the server ----------------------------------------------------------------------------------


def document(feed: int, step: int, size: int = ITEMS) -> bytes:
    """The feed as it stands after ``step`` new items: about 21 KB, one item in twenty on the subject."""
    items = []
    for number in range(step + size, step, -1):
        chance = random.Random(f"{feed}-{number}")  # the same text for the same item, whoever asks
        words = [chance.choice(SMALL if place % 3 == 2 else WORDS) for place in range(60)]
        title = f"{' '.join(words[:7]).capitalize()} {feed}-{number}"
        if (feed + number) % 20 == 0:
            town, killed = TOWNS[(feed + number // 20) % len(TOWNS)], feed % 40 + 3
            title = f"Iraqi forces kill {killed} ISIS militants in raid {feed}-{number} near {town}"
            words = [chance.choice(SMALL if place % 3 == 2 else PLAIN) for place in range(60)]
        when = format_datetime(START + timedelta(minutes=number))
        link = f"https://news{feed}.example/{number}"
        text = " ".join(words)
        items.append(
            f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid><pubDate>{when}</pubDate>"
            f"<category>{words[3]}</category><description>&lt;p&gt;{text}&lt;/p&gt; "
            f"&lt;a href=&quot;{link}&quot;&gt;more&lt;/a&gt;</description></item>"
        )
    head = f"<title>News {feed}</title><link>https://news{feed}.example/</link><description>d</description>"
    channel = f"<channel>{head}{''.join(items)}</channel>"
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0">{channel}</rss>'.encode()


def serve() -> None:
    """Serve feeds on a free port of every loopback address until stdin closes."""
    from aiohttp import web  # noqa: PLC0415 - the other processes of this bench have no use for it

    state, size = {"step": 0}, int(sys.argv[3])
    made: dict[tuple[int, int], bytes] = {}

    async def feed(request: web.Request) -> web.Response:
        number, step = int(request.match_info["number"]), state["step"]
        tag = f'"{number}-{step}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        body = made.get((number, step))
        if body is None:
            body = made[number, step] = document(number, step, size)
        return web.Response(body=body, headers={"ETag": tag}, content_type="application/rss+xml")

    async def advance(request: web.Request) -> web.Response:
        state["step"] += 1
        made.clear()
        for number in range(int(request.query["feeds"])):
            made[number, state["step"]] = document(number, state["step"], size)
        return web.Response()

    app = web.Application()
    app.add_routes([web.get("/feed/{number}", feed), web.get("/advance", advance)])

    async def told(site: web.Application) -> None:
        del site

    app.on_startup.append(told)
    port = int(sys.argv[2])
    web.run_app(app, host="0.0.0.0", port=port, print=None, access_log=None)  # noqa: S104 - 127.0.0.0/8 is all of it


def address(port: int, feed: int) -> str:
    """Each feed has a host of its own, as in life."""
    return f"http://127.{1 + feed // 60000}.{feed // 250 % 240}.{feed % 250 + 1}:{port}/feed/{feed}"


# --- the programs --------------------------------------------------------------------------------


def monitor_child(folder: Path) -> None:
    """A whole monitor: a line on stdin is a cycle, its measure a line on stdout."""
    from monitor import app  # noqa: PLC0415 - measured without what the parent holds
    from monitor import settings as settings_module  # noqa: PLC0415

    logging.disable(logging.INFO)
    out = os.fdopen(os.dup(1), "w")
    sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - the console channel prints
    env = {"MONITOR_CONFIG": str(folder / "config"), "MONITOR_DATA": str(folder / "data")}
    settings = settings_module.load(env)
    with app.open_store(settings) as store, store.lease():
        monitor = app.make_monitor(settings, store=store, setup=app.check(settings, {}).setup)
        now = START + timedelta(hours=1)
        monitor.begin(now)
        for _ in sys.stdin:
            now += timedelta(hours=1)
            began, busy = time.perf_counter(), time.process_time()
            report = monitor.poll(now)
            polled = time.perf_counter() - began
            monitor.watch(now)
            monitor.compose(now)
            monitor.deliver(now)
            measure = {
                "seconds": time.perf_counter() - began,
                "poll": polled,
                "cpu": time.process_time() - busy,
                "new": report.counts.new,
                "matched": report.counts.matched,
                "failed": report.failed,
                "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
            assert not monitor.books().problems()
            out.write(json.dumps(measure) + "\n")
            out.flush()


READER_CHILD = """
import json, resource, sys, time, logging
from reader import make_reader
logging.disable(logging.CRITICAL)
reader = make_reader(sys.argv[1] + "/reader.sqlite")
for url in open(sys.argv[1] + "/urls"):
    reader.add_feed(url.strip(), exist_ok=True)
for _ in sys.stdin:
    began, busy = time.perf_counter(), time.process_time()
    new = 0
    for result in reader.update_feeds_iter(scheduled=False, workers=10):
        if isinstance(result.value, Exception): raise result.value
        new += result.value.new if result.value else 0
    print(json.dumps({"seconds": time.perf_counter() - began, "cpu": time.process_time() - busy, "new": new,
                      "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}), flush=True)
"""


class Child:
    """A program that stays in memory and is asked for one cycle after another."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def cycle(self) -> dict[str, float]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        measure: dict[str, float] = json.loads(self._process.stdout.readline())
        return measure

    def close(self) -> None:
        self._process.communicate()


class Command:
    """A program that is started anew for each cycle; its start is part of its time, as in life."""

    def __init__(self, command: Sequence[str], env: dict[str, str], count: Callable[[], int]) -> None:
        self._command, self._env, self._count = command, {**os.environ, **env}, count

    def cycle(self) -> dict[str, float]:
        before = self._count()
        began = time.perf_counter()
        done = subprocess.Popen(self._command, env=self._env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(done.pid, 0)
        seconds = time.perf_counter() - began
        done.returncode = status
        return {"seconds": seconds, "cpu": usage.ru_utime + usage.ru_stime, "new": self._count() - before,
                "mb": usage.ru_maxrss / 1024}  # fmt: skip

    def close(self) -> None:
        """Nothing is held."""


def start_monitor(folder: Path, urls: Sequence[str]) -> Child:
    """monitor with the shipped rules and digests."""
    shutil.copytree(ROOT / "config", folder / "config")
    feeds = [f"  - {{id: feed-{n}, url: '{url}', lang: en, allow_private: true}}" for n, url in enumerate(urls)]
    defaults = "defaults: {interval: 5m, include_last: 24h}"
    (folder / "config/feeds.yaml").write_text("\n".join([defaults, "feeds:", *feeds]))
    # The store is made by a process of its own: all starts but the very first find one, and load no migrations.
    status = [sys.executable, "-m", "monitor", "status", "--json"]
    env = {**os.environ, "MONITOR_CONFIG": str(folder / "config"), "MONITOR_DATA": str(folder / "data")}
    subprocess.run(status, env=env, stdout=subprocess.DEVNULL, check=True)
    return Child([sys.executable, __file__, "monitor", str(folder)])


def start_reader(folder: Path, urls: Sequence[str], peers: Path) -> Child:
    (folder / "urls").write_text("\n".join(urls))
    return Child([str(peers / "bin/python"), "-c", READER_CHILD, str(folder)])


def start_rss2email(folder: Path, urls: Sequence[str], peers: Path) -> Command:
    mail = folder / "mail"
    for name in ("cur", "new", "tmp"):
        (mail / "INBOX" / name).mkdir(parents=True)
    lines = [
        "[DEFAULT]", "from = a@example.org", "to = b@example.org", "email-protocol = maildir", f"maildir-path = {mail}",
        "maildir-mailbox = INBOX", "verbose = error",
    ]  # fmt: skip
    for number, url in enumerate(urls):
        lines += [f"[feed.f{number}]", f"url = {url}"]
    (folder / "r2e.cfg").write_text("\n".join(lines))
    (folder / "r2e.json").write_text('{"version": 2, "feeds": []}')
    command = [str(peers / "bin/r2e"), "-c", str(folder / "r2e.cfg"), "-d", str(folder / "r2e.json"), "run"]
    return Command(command, {"HOME": str(folder)}, lambda: sum(1 for _ in (mail / "INBOX/new").iterdir()))


def start_newsboat(folder: Path, urls: Sequence[str]) -> Command:
    (folder / "urls").write_text("\n".join(urls) + "\n")
    (folder / "config").write_text("reload-threads 10\n")
    command = ["newsboat", "-u", str(folder / "urls"), "-c", str(folder / "cache.db"), "-C", str(folder / "config")]

    def count() -> int:
        import sqlite3  # noqa: PLC0415

        if not (folder / "cache.db").exists():
            return 0
        with sqlite3.connect(folder / "cache.db") as database:
            return int(database.execute("select count(*) from rss_item").fetchone()[0])

    return Command([*command, "-x", "reload"], {"HOME": str(folder)}, count)


# --- the bench -----------------------------------------------------------------------------------


@contextmanager
def server(port: int, size: int = ITEMS) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, __file__, "serve", str(port), str(size)])
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/feed/0", timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait()


def advance(port: int, feeds: int) -> None:
    urllib.request.urlopen(f"http://127.0.0.1:{port}/advance?feeds={feeds}", timeout=600).close()


def programs(names: Sequence[str], folder: Path, urls: Sequence[str], peers: Path) -> dict[str, Child | Command]:
    """The programs asked for that are there, each with an empty store."""
    found: dict[str, Child | Command] = {}
    for name in names:
        place = folder / name
        place.mkdir()
        if name == "monitor":
            found[name] = start_monitor(place, urls)
        elif name == "reader" and (peers / "bin/python").exists():
            found[name] = start_reader(place, urls, peers)
        elif name == "rss2email" and (peers / "bin/r2e").exists():
            found[name] = start_rss2email(place, urls, peers)
        elif name == "newsboat" and shutil.which("newsboat"):
            found[name] = start_newsboat(place, urls)
        else:
            print(f"{name}: not installed, left out")
    return found


def compare(names: Sequence[str], feeds: int, rounds: int, peers: Path, port: int) -> None:
    """All programs in turn; the median of the rounds, and how much slower than monitor each is."""
    urls = [address(port, number) for number in range(feeds)]
    seen: dict[tuple[str, str], list[dict[str, float]]] = {}
    with server(port):
        for _ in range(rounds):
            with tempfile.TemporaryDirectory(prefix="bench-") as name:
                running = programs(names, Path(name), urls, peers)
                for phase in (PHASES[0], PHASES[1], PHASES[2], PHASES[1], PHASES[2]):
                    if phase == PHASES[1]:
                        advance(port, feeds)
                    for program, one in running.items():
                        measure = one.cycle()
                        expected = {PHASES[0]: feeds * ITEMS, PHASES[1]: feeds, PHASES[2]: 0}[phase]
                        if measure["new"] != expected:
                            print(f"! {program}, {phase}: {measure['new']:.0f} new items, not {expected}")
                        if measure.get("matched", expected / 20) < expected // 20:
                            print(f"! {program}, {phase}: no more than {measure['matched']:.0f} matched")
                        seen.setdefault((program, phase), []).append(measure)
                for one in running.values():
                    one.close()
    print(f"{feeds} feeds of {ITEMS} items, each on a host of its own; medians of {rounds} rounds")
    print(f"{'':12}{'phase':22}{'wall s':>8}{'cpu s':>8}{'peak MB':>9}{'× monitor':>11}")
    for program in dict.fromkeys(key[0] for key in seen):
        for phase in PHASES:
            runs = seen[program, phase]
            ours = statistics.median(run["seconds"] for run in seen["monitor", phase])
            wall = statistics.median(run["seconds"] for run in runs)
            cpu = statistics.median(run["cpu"] for run in runs)
            peak = max(run["mb"] for run in runs)
            print(f"{program:12}{phase:22}{wall:8.2f}{cpu:8.2f}{peak:9.0f}{wall / ours:11.1f}")


def scale(sizes: Sequence[int], items: int, port: int) -> None:
    """monitor alone, by number of feeds: what one feed costs, in time of the processor."""
    print(f"feeds of {items} items; ms of processor time a feed")
    print(f"{'feeds':>8}{'cold':>14}{'1 new':>9}{'none':>9}{'peak MB':>9}")
    with server(port, items):
        for feeds in sizes:
            with tempfile.TemporaryDirectory(prefix="bench-") as name:
                one = start_monitor(Path(name), [address(port, number) for number in range(feeds)])
                seen = {phase: [] for phase in PHASES}  # type: dict[str, list[dict[str, float]]]
                for phase in (PHASES[0], PHASES[1], PHASES[2], PHASES[1], PHASES[2]):
                    if phase == PHASES[1]:
                        advance(port, feeds)
                    seen[phase].append(one.cycle())
                one.close()
            cost: Callable[[str], float] = lambda phase: (  # noqa: E731
                statistics.median(run["cpu"] for run in seen[phase]) / feeds * 1000  # noqa: B023
            )
            peak = max(run["mb"] for runs in seen.values() for run in runs)
            print(
                f"{feeds:8}{cost(PHASES[0]):14.2f}{cost(PHASES[1]):9.2f}{cost(PHASES[2]):9.2f}{peak:9.0f}", flush=True
            )


def main() -> None:
    parser: Any = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--port", type=int, default=18431)
    parser.add_argument("--peers", type=Path, default=ROOT / ".venv-peers")
    parser.add_argument("--only", nargs="*", default=["monitor", "reader", "rss2email", "newsboat"])
    parser.add_argument("--scale", nargs="*", type=int, help="monitor alone, with so many feeds each")
    parser.add_argument("--items", type=int, default=ITEMS, help="of a feed, with --scale: fewer for a shorter run")
    arguments = parser.parse_args()
    if arguments.scale is not None:
        scale(arguments.scale or (100, 1000, 10_000), arguments.items, arguments.port)
    else:
        compare(arguments.only, arguments.feeds, arguments.rounds, arguments.peers, arguments.port)


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve()
    elif sys.argv[1:2] == ["monitor"]:
        monitor_child(Path(sys.argv[2]))
    else:
        main()
