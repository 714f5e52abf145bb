"""What joining costs an item as history grows, and how well it groups beside TF-IDF clustering.

    python bench/stories.py [--sizes 1000,10000,100000]

A document is 30 reports, one read of the index and one write; reports are made from a vocabulary of 20,000 words
with the frequencies of a language, one in four of them another report of an event before. The time is that of
the whole document in the processor: sketches, look-up, comparing and saving, the items' own rows included. Ratios
count: the machine is noisy, so that the time of feedparser for the same document stands beside it. Measured where
every item may join, and where a rule takes one in twenty, as a daemon meets them: the others are only looked for
as copies.
Where labelled news lies beside the checkout, ours and a peer (average-link single-pass clustering of TF-IDF at its
best threshold, with scikit-learn from .venv-peers) are measured on it; bench/steady.py says how steady stories are.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import accumulate, islice
from pathlib import Path

import feedparser

from monitor import facts, identity
from monitor.identity import Sight, Sighting
from monitor.model import Feed, FeedState, Item, Join, Judged, Poll, PollCounts
from monitor.pipeline.joining import Arrived, Joining
from monitor.store import Store

HERE = Path(__file__).resolve().parent.parent
DEV = HERE.parent / "shared" / "data" / "dev"
PEER = HERE / ".venv-peers" / "bin" / "python"
NOW = datetime(2024, 10, 24, 8, tzinfo=UTC)
FEEDS = [Feed(f"feed-{number}", f"https://{number}.example/feed", f"Feed {number}") for number in range(100)]
ITEMS, ROUNDS = 30, 20
TOLD = "Seven people were killed on Tuesday."
FACTS = facts.read(Item("", None, "", TOLD, "", published=NOW))  # of every report: reading them is another stage
SYLLABLES = [first + vowel for first in "bdfgklmnprstvz" for vowel in "aeiou"]


def reports() -> Iterator[list[Item]]:
    """Documents of 30 reports without end; the same every time."""
    chance = random.Random(7)
    words = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(20_000)]
    often = list(accumulate(1 / (rank + 3) for rank in range(len(words))))
    recent: list[list[str]] = []
    number = 0
    while True:
        feed = FEEDS[number // ITEMS % len(FEEDS)].id
        document = []
        for _ in range(ITEMS):
            number += 1
            told = chance.choices(words, cum_weights=often, k=40)
            if recent and chance.random() < 0.25:
                told[:28] = chance.choice(recent)[:28]
            recent = [*recent[-200:], told]
            title = " ".join(told[:9]).capitalize()
            summary = f"{' '.join(told[9:]).capitalize()} in {told[3].capitalize()}. {TOLD}"
            url = f"https://{feed}.example/{number}"
            document.append(Item(feed, url, url, title, summary, published=NOW + timedelta(seconds=20 * number)))
        yield document


def take(joining: Joining, document: list[Item], one_in: int) -> float:
    """Seconds for joining one document of which a rule takes one item in so many, saving included; reading its
    facts is another stage.
    """
    now = max(item.published or NOW for item in document)
    marks = [identity.marks(item) for item in document]
    seen = [
        Sighting(item, mark, identity.decide([item], ())[0].key, 1, Sight.NEW)
        for item, mark in zip(document, marks, strict=True)
    ]
    taken = {one.key for one in seen if int(one.item.url.rpartition("/")[2]) % one_in == 0}
    arrived = [Arrived(one, FACTS if one.key in taken else (), one.key in taken) for one in seen]
    begin = time.process_time()
    sketches = joining.sketch(arrived, now)
    candidates = joining.candidates(sketches)
    judged = []
    for one, sketch in zip(seen, sketches, strict=True):
        near = candidates.place(sketch, joins=one.key in taken)
        story = near.story or (one.key if one.key in taken else None)
        kept = sketch
        if story or near.copy_of:
            kept = replace(sketch, story=story, copy_of=near.copy_of)
        candidates.placed(kept)
        join = Join(story, near.story is None, False, near.reasons, copy_of=near.copy_of) if story else None
        judged.append(Judged(one.key, 1, one.item, one.marks, (), join, (), sketch=kept))
    spent = time.process_time() - begin
    plain = Poll(FeedState(document[0].feed), now, tuple(judged), PollCounts(fetched=ITEMS, new=ITEMS, unmatched=ITEMS))
    begin = time.process_time()
    joining.store.save_poll(plain)
    return spent + time.process_time() - begin


def cost(size: int, documents: Iterator[list[Item]], joining: Joining, done: int, one_in: int) -> tuple[float, int]:
    """The median time an item in µs at ``size`` items of history, and how many there are now."""
    while done < size:
        take(joining, next(documents), one_in)
        done += ITEMS
    times = [take(joining, next(documents), one_in) for _ in range(ROUNDS)]
    return statistics.median(times) / ITEMS * 1e6, done + ROUNDS * ITEMS


def parsed() -> float:
    """The median time of feedparser an item in µs, of documents like these."""
    times = []
    for document in islice(reports(), ROUNDS):
        told = "".join(
            f"<item><title>{item.title}</title><link>{item.url}</link><guid>{item.url}</guid>"
            f"<description>{item.summary}</description>"
            f"<pubDate>{format_datetime(item.published or NOW)}</pubDate></item>"
            for item in document
        )
        text = f'<rss version="2.0"><channel><title>News</title>{told}</channel></rss>'.encode()
        begin = time.process_time()
        feedparser.parse(text, response_headers={"content-type": "application/rss+xml; charset=utf-8"})
        times.append(time.process_time() - begin)
    return statistics.median(times) / ITEMS * 1e6


PEER_CODE = """
import json, sys
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
rows = sorted(map(json.loads, open(sys.argv[1])), key=lambda row: row["date"])
texts = [(row.get("title") or "") + " " + (row.get("text") or row.get("summary") or "") for row in rows]
vectors = TfidfVectorizer(stop_words="english", sublinear_tf=True).fit_transform(texts)
alike = (vectors @ vectors.T).toarray()
for threshold in np.arange(0.04, 0.5, 0.02):
    found = np.zeros(len(rows), dtype=int)
    groups = 0
    for i in range(len(rows)):
        means = np.bincount(found[:i], alike[i, :i], groups) / np.maximum(np.bincount(found[:i], minlength=groups), 1)
        near = int(means.argmax()) if groups else -1
        found[i] = near if near >= 0 and means[near] >= threshold else groups
        groups = max(groups, found[i] + 1)
    print(json.dumps([float(threshold), {row["id"]: int(group) for row, group in zip(rows, found)}]))
"""


def grouped(archive: Path) -> dict[str, object]:
    """The story that each item of an archive joins."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "monitor", "replay", str(archive), "--all", "--out", folder]
        subprocess.run([*command, "--config", str(HERE / "config")], check=True, stdout=subprocess.DEVNULL)
        lines = (Path(folder) / "items.jsonl").read_text(encoding="utf-8").splitlines()
        return {row["id"]: row["story"] for row in map(json.loads, lines)}


def b_cubed(true: dict[str, object], found: dict[str, object]) -> float:
    """F1 of B-cubed over the items that both groupings have."""
    both = true.keys() & found.keys()
    of_true, of_found = defaultdict(set), defaultdict(set)
    for item in both:
        of_true[true[item]].add(item)
        of_found[found[item]].add(item)
    shared = [(item, len(of_true[true[item]] & of_found[found[item]])) for item in both]
    precision = sum(number / len(of_found[found[item]]) for item, number in shared) / len(both)
    recall = sum(number / len(of_true[true[item]]) for item, number in shared) / len(both)
    return 2 * precision * recall / (precision + recall)


def peer(name: str, ours: dict[str, object], rows: list[dict[str, str]]) -> None:
    """What ours and TF-IDF clustering reach on one labelled file."""
    true: dict[str, object] = {row["id"]: row["group"] for row in rows}
    print(f"{name}: B-cubed F1 of ours {b_cubed(true, ours):.3f}", flush=True)
    if not PEER.exists():
        print(f"{name}: no .venv-peers (make bench), so no peer measured")
        return
    run = [str(PEER), "-c", PEER_CODE, str(DEV / f"{name}.jsonl")]
    said = subprocess.run(run, check=True, capture_output=True, text=True).stdout
    best, at = max((b_cubed(true, found), at) for at, found in map(json.loads, said.splitlines()))
    print(f"{name}: B-cubed F1 of TF-IDF clustering {best:.3f} at its best threshold, {at:.2f}", flush=True)


def quality() -> None:
    """What is reached on the labelled news, where that lies beside the checkout."""
    if not DEV.is_dir():
        print("no labelled news beside the checkout; grouping not measured")
        return
    for name in ("stories", "shootings"):
        rows = [json.loads(line) for line in (DEV / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
        ours = grouped(DEV / f"{name}.jsonl")
        peer(name, ours, rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000,100000")
    arguments = parser.parse_args()
    sizes = [int(size) for size in arguments.sizes.split(",") if size]
    peer_micros = parsed()
    print(f"feedparser takes {peer_micros:.0f} µs an item", flush=True)
    for one_in, which in ((1, "every item may join"), (20, "one item in 20 may join")):
        documents, done, first = reports(), 0, 0.0
        with tempfile.TemporaryDirectory() as folder, Store.open(f"sqlite:///{folder}/monitor.db") as store:
            store.sync_feeds(FEEDS, NOW)
            joining = Joining(store)
            for size in sizes:
                micros, done = cost(size, documents, joining, done, one_in)
                first = first or micros
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                print(f"{which}, {size:>7,} items of history: {micros:5.0f} µs an item, {micros / first:.2f} × the "
                      f"first, {micros / peer_micros:.2f} × feedparser; peak {peak:.0f} MB", flush=True)  # fmt: skip
    quality()


if __name__ == "__main__":
    main()
