"""Parse: the bytes of a feed document to its items.

    bytes ─► decoding ─► document ─┬─► jsonfeed ───────────────────────────┬─► items ─► ParsedFeed
                         (HTML?)   └─► outline (mend) ─► cut ─► feedparser ┘   plain, links, dates

Feed text is hostile, and a feed's time is bounded: each step takes time in proportion to the
document, entities are never expanded into each other, and what goes beyond a bound is counted and
told, or refused in one sentence. What was read at the last poll is cut out before feedparser sees
the document (``seen``); the result is the full parse less those items.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import replace

from monitor.errors import ParseError
from monitor.model import Feed, Fetched, ParsedFeed
from monitor.parse.choice import hashes_of
from monitor.parse.decoding import decode
from monitor.parse.jsonfeed import parse_json
from monitor.parse.xmlfeed import parse_xml

__all__ = ["hashes_of", "parse"]


def parse(feed: Feed, fetched: Fetched, seen: AbstractSet[bytes] = frozenset()) -> ParsedFeed:
    """The items of a document in its order, those whose hash is ``seen`` left out and counted.

    Takes RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed, well-formed or not, in any encoding. Titles,
    summaries and bodies are plain text (where an item has only a body, the summary is its first
    600 code points); links are absolute http(s) or ""; dates are UTC or None. Raises ``ParseError``
    for what is no feed: an HTML page, an empty body, other XML or JSON, or a document built to
    exhaust. A feed without items is a feed.
    """
    decoded = decode(fetched.body, fetched.content_type)
    start = decoded.text.lstrip("\ufeff\x00 \t\r\n")[:1]
    if not start:
        raise ParseError("the body is empty")
    read = parse_json if start in "{[" else parse_xml
    parsed = read(feed, fetched.url, decoded.text, seen)
    problems = [problem for problem in (decoded.problem,) if problem]
    if (fetched.content_type or "").strip().lower().startswith("text/html"):
        problems.append("served as text/html")
    return replace(parsed, problems=(*problems, *parsed.problems)) if problems else parsed
