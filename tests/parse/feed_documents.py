"""Small feed documents for the tests of parse, and one way to read them."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from monitor import parse
from monitor.model import Feed, Fetched, Item, ParsedFeed, Validators

URL = "https://news.example/feeds/all.xml"
ATOM = 'xmlns="http://www.w3.org/2005/Atom"'


def read(
    body: bytes | str,
    content_type: str | None = "application/xml",
    *,
    url: str = URL,
    lang: str | None = None,
    seen: AbstractSet[bytes] = frozenset(),
) -> ParsedFeed:
    """Parse ``body`` (text is sent as UTF-8) as if ``url`` had answered with it."""
    data = body.encode() if isinstance(body, str) else body
    feed = Feed(id="news", url=url, title="News", lang=lang)
    return parse.parse(feed, Fetched(url, 200, data, content_type, Validators()), seen)


def only(body: bytes | str, content_type: str | None = "application/xml", **how: str) -> Item:
    """The one item of a document that has one."""
    (item,) = read(body, content_type, **how).items
    return item


def rss(*items: str, channel: str = "<title>News</title><link>https://news.example/</link>", root: str = "") -> str:
    """An RSS 2.0 document; each of ``items`` is what stands inside one item."""
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f'<?xml version="1.0"?><rss version="2.0" {root}><channel>{channel}{inside}</channel></rss>'


def atom(*entries: str, feed: str = "<title>News</title><id>tag:news.example,2024:1</id>", root: str = "") -> str:
    """An Atom 1.0 document; each of ``entries`` is what stands inside one entry."""
    inside = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<?xml version="1.0"?><feed {ATOM} {root}>{feed}{inside}</feed>'


def rdf(*items: str) -> str:
    """An RSS 1.0 document; each of ``items`` is what stands inside one item."""
    inside = "".join(f'<item rdf:about="https://news.example/{n}">{item}</item>' for n, item in enumerate(items, 1))
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        '<channel rdf:about="https://news.example/"><title>News</title><link>https://news.example/</link></channel>'
        f"{inside}</rdf:RDF>"
    )
