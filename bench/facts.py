"""How long facts take: microseconds an item, where trigger words stand and elsewhere.

Reads up to 5,000 real items from ../shared/data (or $MONITOR_SHARED_DATA) where that is present, else repeats
a few of its own. Run: python bench/facts.py [--budget MICROSECONDS]; exits 1 over the budget where triggers stand.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

from monitor import facts
from monitor.facts.languages import language_of
from monitor.facts.triggers import worth_reading
from monitor.model import Item

DATA = Path(os.environ.get("MONITOR_SHARED_DATA", "../shared/data")) / "dev"
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


def timed(chosen: list[Item]) -> float:
    """Microseconds of processor time an item, the best of three rounds."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        for item in chosen:
            facts.read(item)
        best = min(best, time.process_time() - start)
    return best / max(len(chosen), 1) * 1e6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--budget", type=float, default=float("inf"), help="microseconds an item with triggers")
    budget = parser.parse_args().budget
    every = items()
    read = [item for item in every if worth_reading(f"{item.title}\n{item.summary}", language_of(item) or "en")]
    rest = [item for item in every if item not in set(read)]
    timed(every[:200])  # lexicons and automata are made on first use
    with_triggers, without = timed(read), timed(rest)
    found = sum(len(facts.read(item)) for item in read)
    print(f"{len(every)} items; triggers stand in {len(read)}; {found} facts")
    print(f"{with_triggers:7.0f} µs an item with triggers")
    print(f"{without:7.0f} µs an item without")
    print(f"{(with_triggers * len(read) + without * len(rest)) / len(every):7.0f} µs an item overall")
    return int(with_triggers > budget)


if __name__ == "__main__":
    sys.exit(main())
