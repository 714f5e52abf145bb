"""Real documents, where they are at hand: every one yields its items, as feedparser's own full parse does.

They are not part of the project; without them these tests pass and say so.
"""

from __future__ import annotations

import io
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest
from feed_documents import URL, read

from monitor.parse.plain import plain

FOLDER = Path(os.environ.get("MONITOR_REAL_FEEDS", Path(__file__).parents[3] / "shared/data/dev/feeds"))
DOCUMENTS = sorted(FOLDER.glob("*.xml"))


def said_absent(capsys: pytest.CaptureFixture[str]) -> bool:
    """Whether there is nothing to read; says so."""
    if not DOCUMENTS:
        with capsys.disabled():
            sys.stdout.write(f"\nno real feed documents in {FOLDER}: nothing was compared\n")
    return not DOCUMENTS


def theirs(body: bytes) -> feedparser.FeedParserDict:
    headers = {"content-type": "application/xml", "content-location": URL}
    return feedparser.parse(
        io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )


def moment(entry: feedparser.FeedParserDict) -> datetime | None:
    found = dict.get(entry, "published_parsed") or dict.get(entry, "updated_parsed")
    return datetime(*found[:6], tzinfo=UTC) if found else None


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_items_titles_links_and_dates_equal_feedparsers_full_parse(capsys: pytest.CaptureFixture[str]) -> None:
    if said_absent(capsys):
        return
    for path in DOCUMENTS:
        body = path.read_bytes()
        ours, full = read(body), theirs(body)
        assert ours.items, path.name
        if not full.entries:  # one document is so broken that feedparser finds nothing in it
            continue
        assert len(ours.items) == len(full.entries), path.name
        for item, entry in zip(ours.items, full.entries, strict=True):
            assert item.title == plain(entry.get("title", "")), path.name
            assert item.url == entry.get("link", "").replace(" ", "%20"), path.name
            assert item.published == moment(entry), path.name


def test_the_shortcut_gives_the_same_on_every_document(capsys: pytest.CaptureFixture[str]) -> None:
    if said_absent(capsys):
        return
    for path in DOCUMENTS:
        body = path.read_bytes()
        full = read(body)
        assert len(full.hashes) == len(full.items), path.name
        for seen in (frozenset(full.hashes[1:]), frozenset(full.hashes[::3] + full.hashes[1::3])):
            short = read(body, seen=seen)
            kept = [item for item, key in zip(full.items, full.hashes, strict=True) if key not in seen]
            assert list(short.items) == kept, path.name
            assert len(short.items) + short.skipped == len(full.items), path.name
