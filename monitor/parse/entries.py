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
from xml.sax.saxutils import escape
from xml.sax.xmlreader import AttributesNSImpl

from feedparser.api import StrictFeedParser
from feedparser.util import FeedParserDict

from monitor.parse.items import Draft
from monitor.parse.outline import SEPARATOR

_NO_ATTRIBUTES = AttributesNSImpl({}, {})
_TEXT_RUN = 64 * 1024  # bytes of text handed over at one time


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
    reader = _Reader("", None, "utf-8")
    try:
        _drive(reader, data)
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


def _drive(reader: _Reader, data: bytes) -> None:
    """Let expat call ``reader`` as the standard library's SAX driver would, but with whole runs of text.

    That driver breaks text at every line and every entity: forty times the calls for escaped HTML.
    """
    parser = expat.ParserCreate("utf-8", SEPARATOR)
    parser.namespace_prefixes = True
    parser.buffer_text = True
    parser.buffer_size = _TEXT_RUN
    names: dict[str, tuple[str | None, str]] = {}

    def split(name: str) -> tuple[str | None, str]:
        parts = name.split(SEPARATOR)
        names[name] = pair = (parts[0], parts[1]) if len(parts) > 1 else (None, name)
        return pair

    def start(name: str, attributes: dict[str, str]) -> None:
        given = _NO_ATTRIBUTES
        if attributes:
            values: dict[tuple[str | None, str], str] = {}
            qnames: dict[tuple[str | None, str], str] = {}
            for attribute, value in attributes.items():
                parts = attribute.split(SEPARATOR)
                pair: tuple[str | None, str] = (parts[0], parts[1]) if len(parts) > 1 else (None, attribute)
                values[pair] = value
                qnames[pair] = f"{parts[2]}:{parts[1]}" if len(parts) > 2 else pair[1]
            given = AttributesNSImpl(values, qnames)
        reader.startElementNS(names.get(name) or split(name), None, given)

    def end(name: str) -> None:
        reader.endElementNS(names.get(name) or split(name), None)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = reader.characters
    parser.StartNamespaceDeclHandler = reader.startPrefixMapping
    parser.Parse(data, True)


class _Reader(StrictFeedParser):  # type: ignore[misc]  # feedparser has no types
    """feedparser's strict parser, less what we do ourselves and what takes quadratic time."""

    resolve_relative_uris = False
    sanitize_html = False

    def asked(self) -> dict[str, tuple[str, ...]]:
        """What the document asks of those who poll it, by the name of the element."""
        found = {name: tuple(values) for name, values in self.__dict__.get("_asked", {}).items()}
        for name in ("ttl", "sy_updateperiod", "sy_updatefrequency"):
            if value := _text(self.feeddata, name):
                found[name] = (value,)
        return found

    def _ask(self, name: str) -> None:
        value = self.pop(name)
        if value and not self.inentry:
            self.__dict__.setdefault("_asked", {}).setdefault(name, []).append(value)

    def _end_hour(self) -> None:
        self._ask("hour")

    def _end_day(self) -> None:
        self._ask("day")

    def characters(self, text: str) -> None:
        if self.elementstack:
            if dict.get(self.contentparams, "type") == "application/xhtml+xml":
                text = escape(text)
            self.elementstack[-1][2].append(text)

    def _add_tag(self, term: str | None, scheme: str | None, label: str | None) -> None:
        """As feedparser's, but finding a tag it has already without walking through all."""
        context = self._get_context()
        tags = context.setdefault("tags", [])
        if not term and not scheme and not label:
            return
        key = (term, scheme, label)
        known = context.setdefault("monitor_known_tags", set())
        if key not in known:
            known.add(key)
            tags.append(FeedParserDict(term=term, scheme=scheme, label=label))

    def _end_published(self) -> None:
        self.pop("published")  # dates are read by dates.py

    _end_issued = _end_pubdate = _end_published

    def _end_updated(self) -> None:
        self.pop("updated")

    _end_modified = _end_lastbuilddate = _end_updated

    def _end_created(self) -> None:
        self.pop("created")

    def _end_expirationdate(self) -> None:
        self.pop("expired")


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
