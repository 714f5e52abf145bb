"""feedparser, alone: a well-formed document to drafts of its items.

Its strict parser is used directly. ``feedparser.parse`` would open a file that a body names, guess
the encoding anew, and run patterns over the prolog that take time without bound; by the time a
document comes here all that is settled. Sanitizing and resolving are off: text is made plain and
links absolute elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from feedparser.util import FeedParserDict

from monitor.parse.items import Draft
from monitor.parse.reader import Reader


class Unreadable(Exception):
    """feedparser stumbled over this document: its own mistake, or XML that outwits it."""


@dataclass(frozen=True, slots=True)
class Entries:
    """What one document gave: of the feed itself, and its items."""

    title: str
    lang: str | None
    link: str
    drafts: tuple[Draft, ...]
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # ttl, hour, … as written


def read_entries(data: bytes) -> Entries:
    """The items of ``data``, UTF-8 and well-formed; raises ``Unreadable``."""
    reader = Reader()
    try:
        reader.drive(data)
    except expat.ExpatError as error:
        raise Unreadable(expat.ErrorString(error.code)) from None
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError) as error:
        # Callbacks that take for granted what a hostile document leaves out.
        raise Unreadable(type(error).__name__) from error
    feed: Mapping[str, Any] = reader.feeddata
    return Entries(
        title=_text(feed, "title"),
        lang=_text(feed, "language") or None,
        link=_text(feed, "link"),
        drafts=tuple(_draft(entry) for entry in reader.entries),
        asked=reader.asked(),
    )


def _draft(entry: FeedParserDict) -> Draft:
    own: Mapping[str, Any] = dict(entry)  # past FeedParserDict's look-up, which stands in for missing keys
    guid = _text(own, "id")
    title_detail = own.get("title_detail") or {}
    summary_detail = own.get("summary_detail")  # absent where the summary is a copy of the content
    body, body_markup = _body(own.get("content") or ())
    link = _text(own, "link")
    links = tuple(_links(own.get("links") or ()))
    return Draft(
        guid=guid or None,
        # A guid that is no URL gets taken for a link where the feed gives none: it leads nowhere.
        links=links if link == guid and not link.startswith("http") else (link, *links),
        title=_text(own, "title"),
        title_markup=_is_markup(title_detail),
        summary=_text(own, "summary") if summary_detail is not None or not body else "",
        summary_markup=_is_markup(summary_detail or {}),
        body=body,
        body_markup=body_markup,
        published=(_text(own, "published"), _text(own, "created"), _text(own, "updated")),
        updated=_text(own, "updated"),
        lang=_text(own, "language") or _lang(title_detail, summary_detail or {}, *(own.get("content") or ())),
        tags=tuple(_tags(own.get("tags") or ())),
    )


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""


def _is_markup(detail: Mapping[str, Any]) -> bool:
    return dict(detail).get("type") != "text/plain"


def _body(contents: Sequence[Mapping[str, Any]]) -> tuple[str, bool]:
    """The longest content that is text, and whether it is markup; content elsewhere or of another kind is none."""
    best, markup = "", True
    for content in contents:
        kind = str(content.get("type") or "text/html")
        value = _text(content, "value")
        if (kind.startswith("text/") or kind == "application/xhtml+xml") and len(value) > len(best):
            best, markup = value, kind != "text/plain"
    return best, markup


def _links(links: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Where else an item may lead: its alternates of any type, but no enclosures, replies or editing."""
    for link in links:
        own = dict(link)
        if own.get("rel") == "alternate" and own.get("href"):
            yield str(own["href"])


def _lang(*details: Mapping[str, Any]) -> str | None:
    for detail in details:
        if language := _text(dict(detail), "language"):
            return language
    return None


def _tags(tags: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for tag in tags:
        own = dict(tag)
        if name := own.get("label") or own.get("term"):
            yield str(name)
