"""What ``monitor match`` is given, as items: a text, a file, an address, an archive or standard input."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from monitor import app, parse, replay
from monitor.cli import edge
from monitor.errors import MonitorError, ParseError
from monitor.fetch import Request
from monitor.model import Failed, Feed, Fetched, Item, NotModified, Validators
from monitor.parse import article
from monitor.parse.dates import read_date
from monitor.parse.decoding import decode
from monitor.parse.plain import plain, tidy
from monitor.settings import Settings

_PAGE_HEAD = 200_000  # characters in which a page's own words about itself are looked for
_ENDINGS = (".jsonl", ".txt", ".md", ".xml", ".rss", ".atom", ".rdf", ".html", ".htm", ".json")
_META = re.compile(r"<meta\s([^<>]{1,4000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""(?<![a-z:-])([a-z:-]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_TITLE = re.compile(r"<title[^<>]*>([^<]*)", re.IGNORECASE)


class NoSuchFile(MonitorError):
    """What was given reads like the name of a file, and there is none."""


@dataclass(frozen=True)
class Subject:
    """One item to be judged. ``id`` is the archive's, ``now`` the moment ``age`` counts from; None where unknown."""

    item: Item
    feed: Feed | None = None
    id: str | None = None
    now: datetime | None = None


@dataclass(frozen=True)
class Source:
    """What was given: ``kind`` is text, page, feed or archive; ``name`` says where it is from ("" for a text)."""

    kind: str
    name: str
    subjects: tuple[Subject, ...]
    problems: tuple[str, ...] = ()


def read(given: str, settings: Settings, feeds: Mapping[str, Feed], *, allow_private: bool = False) -> Source:
    """What ``given`` names, or is. ``feeds`` are the configured ones, by id.

    Raises MonitorError: a file that can't be read, an address that gives nothing to read.
    """
    if given == "-":
        return _bytes(sys.stdin.buffer.read(), "standard input", "stdin:")
    if re.match(r"https?://", given, re.IGNORECASE):
        return _fetched(given, settings, feeds, allow_private=allow_private)
    path = Path(given)
    try:
        is_file = path.is_file()
    except (OSError, ValueError):  # too long for a name, or a NUL in it: a text
        is_file = False
    if is_file:
        return _file(path, feeds)
    if " " not in given.strip() and given.lower().endswith(_ENDINGS):
        raise NoSuchFile(f"there is no file {given}; a text that ends like this goes to standard input: echo … | … -")
    return _text(given)


def feed_of(item: Item, feeds: Mapping[str, Feed]) -> Feed:
    """The feed an item came by, as configured; of one that is not configured no more than its name is known."""
    return feeds.get(item.feed) or Feed(item.feed, item.feed, item.feed)


def tidied(item: Item) -> Item:
    """``item`` with its texts as a feed's would be stored: no control codes, white space folded."""
    return replace(item, title=tidy(item.title), summary=tidy(item.summary), body=tidy(item.body))


def _text(text: str) -> Source:
    title, _, summary = text.strip().partition("\n")
    return Source("text", "", (Subject(tidied(Item("", None, "", title, summary))),))


def _file(path: Path, feeds: Mapping[str, Feed]) -> Source:
    if path.suffix.lower() == ".jsonl":
        rows = replay.read(path)
        subjects = (Subject(tidied(row.item), feed_of(row.item, feeds), row.id, row.at) for row in rows)
        return Source("archive", str(path), tuple(subjects))
    try:
        body = path.read_bytes()
    except OSError as error:
        raise MonitorError(f"{path} can't be read: {error.strerror}") from error
    return _bytes(body, str(path), path.resolve().as_uri())


def _bytes(body: bytes, name: str, url: str) -> Source:
    if body.lstrip()[:1] in (b"<", b"{"):
        try:
            return _document(Fetched(url, 200, body, None, Validators()), Feed(name, url, name), name, None)
        except ParseError:
            pass  # a text that begins like one
    return replace(_text(body.decode("utf-8-sig", "replace")), name=name)


def _fetched(url: str, settings: Settings, feeds: Mapping[str, Feed], *, allow_private: bool) -> Source:
    feed = next((each for each in feeds.values() if each.url == url), Feed(url, url, url, allow_private=allow_private))
    [(_, result)] = app.make_fetcher(settings).fetch_all([Request(feed, Validators())])
    if isinstance(result, Failed):
        raise MonitorError(f"{url}: {result.kind.value}: {result.detail}")
    if isinstance(result, NotModified):
        raise MonitorError(f"{url}: 304 to a request that was not conditional")
    try:
        return _document(result, feed, url, edge.now())
    except ParseError:
        if (result.content_type or "").lower().startswith("text/plain"):
            return replace(_text(decode(result.body, result.content_type).text), name=url)
        raise


def _document(fetched: Fetched, feed: Feed, name: str, now: datetime | None) -> Source:
    """A feed's items, or a web page as one item. Raises ParseError for what is neither."""
    try:
        parsed = parse.parse(feed, fetched)
    except ParseError:
        text = decode(fetched.body, fetched.content_type).text
        if not re.search(r"<(!doctype html|html|head|body|article|p)\b", text[:_PAGE_HEAD], re.IGNORECASE):
            raise
        return Source("page", name, (Subject(_page(text, fetched)),))
    return Source("feed", name, tuple(Subject(item, feed, None, now) for item in parsed.items), parsed.problems)


def _page(text: str, page: Fetched) -> Item:
    """A page as the item a feed would make of it: what it says of itself, and as the body the article on it, or
    its whole text where the extra that finds articles is not installed.
    """
    head = text[:_PAGE_HEAD]
    said: dict[str, str] = {}
    for tag in _META.finditer(head):
        values = {name.lower(): one or other for name, one, other in _ATTRIBUTE.findall(tag[1])}
        said.setdefault((values.get("property") or values.get("name") or "").lower(), values.get("content", ""))
    named = _TITLE.search(head)
    title = said.get("og:title") or (named[1] if named else "")
    summary = said.get("og:description") or said.get("description", "")
    body = (article.extract(page) if article.available() else "") or plain(text)
    published = read_date(said.get("article:published_time"))
    return Item("", None, page.url, plain(title), plain(summary), body, published)
