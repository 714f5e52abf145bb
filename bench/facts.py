"""How long facts take: an item where trigger words stand and elsewhere, beside a bare pass, and of a poll cycle.

Reads up to 5,000 real items from ../shared/data (or $MONITOR_SHARED_DATA) where that is present, else repeats
a few of its own. A bare pass lowers the same texts and finds their words with one regular expression: what any
reader has to do, so that the ratio says the same on a slow machine. The share is of a whole poll cycle of the items
of a stream in 30 feeds: fetched from a local server, parsed, judged by the shipped rules, stored, composed, printed.
Run: python bench/facts.py [--budget MICROSECONDS]; exits 1 over the budget where triggers stand.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from io import StringIO
from pathlib import Path
from xml.sax.saxutils import escape

from monitor import app, facts, replay
from monitor.facts.languages import language_of
from monitor.facts.triggers import worth_reading
from monitor.model import Fact, Item
from monitor.settings import load

DATA = Path(os.environ.get("MONITOR_SHARED_DATA", "../shared/data")) / "dev"
NOW = datetime(2022, 12, 3, tzinfo=UTC)  # the stream's end
_WORDS = re.compile(r"\w+")
OWN = (
    ("Raid kills five militants near Kirkuk", "Two soldiers were wounded, the army said on Tuesday."),
    ("Museum opens a hall on the Nile", "Two hundred objects show daily life in the delta."),
    ("About 900 troops remain in the north-east", "The defence ministry announced a withdrawal within a year."),
)


def items() -> list[Item]:
    """Up to 5,000 items: headlines and summaries."""
    found = []
    for name in ("stream-2022-11-30", "current-events", "labels"):
        path = DATA / f"{name}.jsonl"
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
            row = json.loads(line)
            found.append(Item("bench", None, "", row.get("title") or "", row.get("summary") or row.get("text") or ""))
    if len(found) > 5000:
        found = [found[number * len(found) // 5000] for number in range(5000)]  # some of every file
    return found or [Item("bench", None, "", *OWN[number % len(OWN)]) for number in range(5000)]


def timed(chosen: list[Item], job: Callable[[Item], object]) -> float:
    """Microseconds of processor time an item, the best of three rounds."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        for item in chosen:
            job(item)
        best = min(best, time.process_time() - start)
    return best / max(len(chosen), 1) * 1e6


def bare(item: Item) -> int:
    """The words of an item's text, lowered: the least that any reading of it does."""
    return len(_WORDS.findall(f"{item.title}\n{item.summary}".lower()))


def documents(folder: Path, feeds: int) -> int:
    """Writes the first items of the stream to ``folder`` as feeds of 30 items; how many items, 0 without a stream."""
    path = DATA / "stream-2022-11-30.jsonl"
    rows = replay.read(path)[: 30 * feeds] if path.exists() else ()
    for number in range(feeds):
        items = "".join(
            f"<item><title>{escape(row.item.title)}</title><link>https://news.example/{escape(row.id)}</link>"
            f"<description>{escape(row.item.summary)}</description>"
            f"<pubDate>{format_datetime(row.item.published or NOW)}</pubDate></item>"
            for row in rows[number::feeds]
        )
        document = f"<rss version='2.0'><channel><title>Feed {number}</title>{items}</channel></rss>"
        (folder / f"{number}.xml").write_text(document, encoding="utf-8")
    return len(rows)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a server of ``folder``, in a process of its own: its work is not this one's."""
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert server.stdout is not None
    try:
        yield f"http://127.0.0.1:{server.stdout.readline().split()[5]}"
    finally:
        server.kill()
        server.wait()


def share() -> tuple[float, float, int] | None:
    """Seconds of processor time in facts and in a whole poll cycle, and its items; None without a stream."""
    spent = 0.0
    whole = facts.read

    def clocked(item: Item, *, published: datetime | None = None) -> tuple[Fact, ...]:
        nonlocal spent
        start = time.process_time()
        try:
            return whole(item, published=published)
        finally:
            spent += time.process_time() - start

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "feeds").mkdir()
        if not (count := documents(folder / "feeds", 30)):
            return None
        shutil.copytree(Path(__file__).parent.parent / "config", folder / "config")
        env = {"MONITOR_CONFIG": str(folder / "config"), "MONITOR_DATA": str(folder / "data")}
        logging.disable(logging.WARNING)
        facts.read = clocked
        try:
            with served(folder / "feeds") as address, redirect_stdout(StringIO()):
                feeds = [
                    f"  - {{id: f{n}, url: '{address}/{n}.xml', lang: en, allow_private: true}}" for n in range(30)
                ]
                (folder / "config/feeds.yaml").write_text("\n".join(["defaults: {include_last: 9d}", "feeds:", *feeds]))
                settings = load(env)
                with app.open_store(settings) as store, store.lease():
                    monitor = app.make_monitor(settings, store=store, setup=app.check(settings, {}).setup)
                    monitor.begin(NOW)
                    start = time.process_time()
                    report = monitor.poll(NOW + timedelta(hours=1))
                    monitor.compose(NOW + timedelta(hours=1))
                    monitor.deliver(NOW + timedelta(hours=1))
                    cycle = time.process_time() - start
        finally:
            facts.read = whole
        assert report.counts.new == count, report
        return spent, cycle, count


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--budget", type=float, default=float("inf"), help="microseconds an item with triggers")
    budget = parser.parse_args().budget
    every = items()
    read = [item for item in every if worth_reading(f"{item.title}\n{item.summary}", language_of(item) or "en")]
    rest = [item for item in every if item not in set(read)]
    timed(every[:200], facts.read)  # lexicons and automata are made on first use
    with_triggers, without = timed(read, facts.read), timed(rest, facts.read)
    least = timed(read, bare), timed(rest, bare)
    found = sum(len(facts.read(item)) for item in read)
    print(f"{len(every)} items; triggers stand in {len(read)}; {found} facts")
    for what, took, floor in (("with triggers", with_triggers, least[0]), ("without", without, least[1])):
        print(f"{took:7.0f} µs an item {what}: {took / max(floor, 0.1):.1f} bare passes")
    print(f"{(with_triggers * len(read) + without * len(rest)) / len(every):7.0f} µs an item overall")
    of_all = share()
    if of_all is not None:
        spent, cycle, count = of_all
        print(f"{spent / cycle:7.1%} of a poll cycle of {count} new items, {spent:.2f} s of {cycle:.2f} s")
    return int(with_triggers > budget)


if __name__ == "__main__":
    sys.exit(main())
