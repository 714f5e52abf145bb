"""One new item of a document whose others were read at the last poll, against feedparser's defaults.

python bench/parsing.py        reads the real documents beside the checkout; without them it says so
"""

from __future__ import annotations

import io
import statistics
import time
from pathlib import Path

import feedparser

from monitor.model import Feed, Fetched, Validators
from monitor.parse import parse

DOCUMENTS = sorted((Path(__file__).resolve().parents[2] / "shared" / "data" / "dev" / "feeds").glob("*"))
FEED = Feed("f", "https://example.org/feed", "F")


def main() -> None:
    """Print the median ratio over all documents."""
    if not DOCUMENTS:
        print("parsing: no real documents beside the checkout; nothing to measure")
        return
    ratios = []
    for path in DOCUMENTS:
        fetched = Fetched(FEED.url, 200, path.read_bytes(), None, Validators())
        seen = frozenset(parse(FEED, fetched).hashes[1:])
        began = time.perf_counter()
        parse(FEED, fetched, seen)
        ours = time.perf_counter() - began
        began = time.perf_counter()
        feedparser.parse(io.BytesIO(fetched.body))
        ratios.append((time.perf_counter() - began) / ours)
    print(
        f"{len(ratios)} documents, one new item each: {statistics.median(ratios):.0f} × feedparser's defaults (goal 8)"
    )


if __name__ == "__main__":
    main()
