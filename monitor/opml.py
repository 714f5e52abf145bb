"""OPML 2.0 (opml.org/spec2.opml): lists of feeds from and for other readers. Pure.

A list from elsewhere is hostile text: no entity is expanded, no document type taken, and how deep and
how long it may be is bounded.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from monitor.errors import ParseError
from monitor.model import Feed, Tier

_DEEPEST = 50
_MOST = 50_000
_LONGEST = 2_000  # characters of an attribute


@dataclass(frozen=True, slots=True)
class Outline:
    """One entry of a list that has an address, of whatever kind; ``tier`` only where this program wrote the list.

    ``folders`` are the names of the outlines it stands in, outermost first.
    """

    url: str
    title: str = ""
    lang: str = ""
    categories: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    tier: Tier | None = None


def read(data: bytes) -> tuple[Outline, ...]:
    """The entries of an OPML document in its order, each URL once; raises ``ParseError`` for what is none."""
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise ParseError(f"broken XML: {expat.ErrorString(error.code)} at line {error.lineno}") from None
    except (LookupError, ValueError):
        raise ParseError("an encoding that can't be read") from None
    if not reader.is_opml:
        raise ParseError("an XML document that is not OPML")
    return tuple(reader.found.values())


def write(feeds: Iterable[Feed], title: str) -> str:
    """``feeds`` as an OPML document, in their order; credentials are never part of it."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">']
    lines += [f"  <head><title>{_text(title)}</title></head>", "  <body>"]
    for feed in feeds:
        pairs = {"text": feed.title, "title": feed.title, "type": "rss", "xmlUrl": feed.url}
        if feed.lang:
            pairs["language"] = feed.lang
        pairs["category"] = ",".join([f"/{feed.tier.value}", *feed.tags])
        attributes = " ".join(f"{name}={quoteattr(value)}" for name, value in pairs.items())
        lines.append(f"    <outline {attributes}/>")
    return "\n".join([*lines, "  </body>", "</opml>"]) + "\n"


def _text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


class _Reader:
    """The callbacks of one pass."""

    def __init__(self) -> None:
        self.found: dict[str, Outline] = {}
        self.is_opml = False
        self._folders: list[str] = []
        self._depth = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._refuse

    def _refuse(self, *_: object) -> None:
        raise ParseError("a document type, which no OPML needs")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ParseError(f"outlines nested more than {_DEEPEST} deep")
        if self._depth == 1:
            self.is_opml = name.lower() == "opml"
        if name.lower() != "outline":
            return
        values = {key.lower(): " ".join(value.split())[:_LONGEST] for key, value in attributes.items()}
        title = values.get("title") or values.get("text") or ""
        url = values.get("xmlurl", "")
        if url.startswith("feed:"):  # an old habit: feed://host/path, feed:https://…
            url = url.removeprefix("feed:")
            url = f"http:{url}" if url.startswith("//") else url
        if url:
            categories = tuple(filter(None, map(str.strip, values.get("category", "").split(","))))
            tier = next((tier for tier in Tier if f"/{tier.value}" in categories), None)
            tags = tuple(name for name in categories if not tier or name != f"/{tier.value}")
            folders = tuple(filter(None, self._folders))
            outline = Outline(url, title, values.get("language", ""), tags, folders, tier)
            self.found.setdefault(url, outline)
            if len(self.found) > _MOST:
                raise ParseError(f"more than {_MOST} feeds")
        self._folders.append("" if url else title)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if name.lower() == "outline":
            self._folders.pop()
