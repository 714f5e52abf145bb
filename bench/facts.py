"""How long facts take: an item where trigger words stand and elsewhere, beside a bare pass, and of a poll cycle.

Reads up to 5,000 real items from ../shared/data (or $MONITOR_SHARED_DATA) where that is present, else repeats
a few of its own. A bare pass lowers the same texts and finds their words with one regular expression: what any
reader has to do, so that the ratio says the same on a slow machine. The share is of polling, judging, storing and
composing the first items of a stream with the shipped rules.
Run: python bench/facts.py [--budget MICROSECONDS]; exits 1 over the budget where triggers stand.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from monitor import facts, replay
from monitor.facts.languages import language_of
from monitor.facts.triggers import worth_reading
from monitor.model import Fact, Item
from monitor.settings import load

DATA = Path(os.environ.get("MONITOR_SHARED_DATA", "../shared/data")) / "dev"
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
    found = found[::2][:5000] if len(found) >= 6000 else found[:5000]
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


def share() -> tuple[float, float] | None:
    """Seconds of processor time in facts, and in the whole way of the first items of a stream; None without one."""
    path = DATA / "stream-2022-11-30.jsonl"
    if not path.exists():
        return None
    spent = 0.0
    whole = facts.read

    def clocked(item: Item, *, published: datetime | None = None) -> tuple[Fact, ...]:
        nonlocal spent
        start = time.process_time()
        try:
            return whole(item, published=published)
        finally:
            spent += time.process_time() - start

    rows = replay.read(path)[:800]
    with tempfile.TemporaryDirectory() as folder:
        settings = load({}, config=Path(__file__).parent.parent / "config")
        facts.read = clocked
        start = time.process_time()
        try:
            replay.replay(settings, rows, Path(folder) / "out")
        finally:
            facts.read = whole
        return spent, time.process_time() - start


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
        print(f"{of_all[0] / of_all[1]:7.1%} of the way from items to digests, {of_all[0]:.2f} s of {of_all[1]:.2f} s")
    return int(with_triggers > budget)


if __name__ == "__main__":
    sys.exit(main())
