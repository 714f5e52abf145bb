"""The outline of a well-formed document: where each item stands, found in one pass of expat.

feedparser's time goes into a Python call for every element, so the one big saving is to give it
less: items already seen are cut out by their byte ranges before it reads the rest. The same pass
bounds what a document may cost: depth, elements, namespaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from xml.parsers import expat

from monitor.errors import ParseError
from monitor.parse.choice import HASH_BYTES

SEPARATOR = "\x0c"  # between a namespace and a name: no XML document can hold this character
_DEEPEST = 500
_MOST_ITEMS = 200_000  # of one document; how many are read at one time is decided elsewhere
_MOST_NAMESPACES = 200
_MOST_ATTRIBUTES = 200  # of one element
_ITEM_NAMES = ("item", "entry")
_TAG = re.compile(rb"""<(?:[^"'>]++|"[^"]*"|'[^']*')*+>""")
_VERSION = b"1"  # of what a hash stands for: raise it when items must be read anew

# Namespaces whose elements feedparser reads as RSS's or Atom's own.
_CORE = frozenset(
    {
        "",
        "http://backend.userland.com/rss",
        "http://backend.userland.com/rss2",
        "http://blogs.law.harvard.edu/tech/rss",
        "http://purl.org/rss/1.0/",
        "http://my.netscape.com/rdf/simple/0.9/",
        "http://purl.org/atom/ns#",
        "http://www.w3.org/2005/atom",
    }
)


class NotWellFormed(Exception):
    """The document can't be read as it stands. The message says why."""


@dataclass(frozen=True, slots=True)
class Span:
    """One item: the bytes from ``start`` to ``end``, and how many parse events lie between."""

    start: int
    end: int
    events: int


@dataclass(slots=True)
class Outline:
    """Where the items of ``data`` stand. ``even`` says that each can be read without the others."""

    data: bytes
    spans: list[Span] = field(default_factory=list)
    events: int = 0  # of the whole document
    even: bool = True
    trailing: bool = False  # bytes after the root element were cut off
    _ancestors: list[bytes] = field(default_factory=list)  # start tags around every item
    _around: bytes = b""  # what surrounds every item: names and attributes of its ancestors, namespaces

    @property
    def frame_events(self) -> int:
        """The parse events outside of items."""
        return self.events - sum(span.events for span in self.spans)

    def hashes(self, base: str) -> list[bytes]:
        """One hash an item: of its bytes and of what bears on their meaning (``base`` is the URL).

        Equal hashes mean an equal item. Empty where items can't be read apart from each other.
        """
        if not self.even:
            return []
        around = blake2b(self._around + base.encode("utf-8", "replace") + _VERSION, digest_size=16).digest()
        return [
            blake2b(self.data[span.start : span.end], digest_size=HASH_BYTES, key=around).digest()
            for span in self.spans
        ]

    def only(self, kept: Iterable[int]) -> bytes:
        """The document with only those items whose indices are in ``kept``."""
        pieces = []
        done = 0
        wanted = frozenset(kept)
        for index, span in enumerate(self.spans):
            if index not in wanted:
                pieces.append(self.data[done : span.start])
                done = span.end
        pieces.append(self.data[done:])
        return b"".join(pieces)

    def bare(self, kept: Iterable[int]) -> bytes:
        """The items ``kept``, in order, with nothing around them but the tags of their ancestors."""
        items = (self.data[span.start : span.end] for span in (self.spans[index] for index in kept))
        names = (tag[1:].split(None, 1)[0].rstrip(b">") for tag in reversed(self._ancestors))
        return b"".join([*self._ancestors, *items, *(b"</" + name + b">" for name in names)])


def outline(data: bytes) -> Outline:
    """The outline of a UTF-8 document that begins with its root element and has no doctype.

    Bytes after the root element are cut off. Raises ``NotWellFormed`` for what must be mended first,
    and ``ParseError`` for what has more items, attributes or namespaces than any feed.
    """
    survey = _Survey(data)
    try:
        survey.parser.Parse(data, True)
    except expat.ExpatError as error:
        if error.code != expat.errors.codes[expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT] or not survey.root_end:
            words = expat.ErrorString(error.code)
            raise NotWellFormed(f"broken XML: {words} at line {error.lineno}") from None
        survey.found.data = data[: survey.root_end]
        survey.found.trailing = True
    finally:
        # It and the survey refer to each other: they would keep the document until garbage is looked for.
        del survey.parser
    return survey.result()


class _Survey:
    """The callbacks of one pass; they do as little as they can, for they run at every tag."""

    def __init__(self, data: bytes) -> None:
        self.found = Outline(data)
        self.root_end = 0
        self._data = data
        self._depth = 0
        self._events = 0
        self._item_depth = 0  # of the item we are in; 0 outside
        self._item_start = 0
        self._item_events = 0
        self._open: list[tuple[str, Sequence[str]]] = []
        self._starts: list[int] = []  # where the tags of the elements in _open begin
        self._parents: list[tuple[str, Sequence[str]]] | None = None
        self._is_item: dict[str, bool] = {}
        self._namespaces: dict[str | None, str] = {}
        self.parser = expat.ParserCreate("utf-8", SEPARATOR)
        self.parser.ordered_attributes = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CommentHandler = self._passed
        self.parser.ProcessingInstructionHandler = self._passed
        self.parser.StartNamespaceDeclHandler = self._namespace

    def result(self) -> Outline:
        self.found.events = self._events
        return self.found

    def _start(self, name: str, attributes: list[str]) -> None:
        self._depth += 1
        self._events += 1
        if attributes:
            self._weigh(attributes)
        if self._item_depth:
            if self._depth > _DEEPEST:
                raise NotWellFormed(f"elements nested more than {_DEEPEST} deep")
            return
        is_item = self._is_item.get(name)
        if is_item is None:
            is_item = self._is_item[name] = self._names_an_item(name)
        if is_item:
            if len(self.found.spans) >= _MOST_ITEMS:
                raise ParseError(f"more than {_MOST_ITEMS} items")
            self._item_depth = self._depth
            self._item_start = self.parser.CurrentByteIndex
            self._item_events = self._events
            if self._parents is None:
                self._parents = list(self._open)
                around = (self._parents, sorted((prefix or "", uri) for prefix, uri in self._namespaces.items()))
                self.found._around = repr(around).encode("utf-8", "replace")
                self.found._ancestors = [self._tag_at(start) for start in self._starts]
            elif self._parents != self._open:
                self.found.even = False
            return
        if self._depth > _DEEPEST:
            raise NotWellFormed(f"elements nested more than {_DEEPEST} deep")
        self._open.append((name, attributes))
        self._starts.append(self.parser.CurrentByteIndex)

    def _end(self, _name: str) -> None:
        if not self._item_depth:
            self._open.pop()
            self._starts.pop()
        elif self._depth == self._item_depth:
            self._item_depth = 0
            end = self._after_tag(self._item_start)
            self.found.spans.append(Span(self._item_start, end, self._events - self._item_events + 1))
        self._depth -= 1
        if not self._depth:
            self.root_end = self._after_tag(0)

    def _after_tag(self, start: int) -> int:
        """The offset after the element that began at ``start`` and ends where expat stands.

        That is at its end tag, or after the whole of an empty element such as ``<item/>``.
        """
        at = self.parser.CurrentByteIndex
        if self._data.startswith(b"/>", at - 2):
            tag = _TAG.match(self._data, start)
            if tag is not None and tag.end() == at:
                return at
        return self._data.index(b">", at) + 1

    def _weigh(self, attributes: list[str]) -> None:
        count = len(attributes) // 2
        if count > _MOST_ATTRIBUTES:
            raise ParseError(f"an element of {count} attributes")
        self._events += count

    def _tag_at(self, start: int) -> bytes:
        tag = _TAG.match(self._data, start)
        return tag[0] if tag else b""

    def _passed(self, *_: object) -> None:
        self._events += 1

    def _namespace(self, prefix: str | None, uri: str) -> None:
        if self._namespaces.setdefault(prefix, uri) != uri and prefix is not None:
            # feedparser keeps prefixes for the whole document: an earlier item may bear on a later one
            self.found.even = False
        if len(self._namespaces) > _MOST_NAMESPACES:
            raise ParseError(f"more than {_MOST_NAMESPACES} namespaces")

    def _names_an_item(self, name: str) -> bool:
        uri, _, local = name.rpartition(SEPARATOR)
        if local.lower() not in _ITEM_NAMES:
            return False
        return uri.lower() in _CORE or self._namespaces.get(None) == uri
