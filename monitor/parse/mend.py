"""Make a broken feed well-formed, so that its items can still be read.

Feeds are written by templates: bare ampersands, HTML that was not escaped, tags that were not
closed, prefixes that were not declared, documents that break off. What is unambiguous is put right
and the rest becomes text; no item is dropped. One pass, in time proportional to the document.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from html.entities import html5

_NAME = r"[A-Za-z_][A-Za-z0-9_.\-]*(?::[A-Za-z_][A-Za-z0-9_.\-]*)?"
_TOKEN = re.compile(
    rf"<(?:(?P<opener>!--|!\[CDATA\[|\?|!)|/(?P<end>{_NAME})[^<>]*>"
    rf"""|(?P<start>{_NAME})(?P<attributes>(?:[\s/](?:[^<>"']++|"[^"<]*+"|'[^'<]*+'|["'])*+)?)>)"""
)
_ATTRIBUTE = re.compile(rf"""({_NAME})(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+)))?""")
_REFERENCE = re.compile(r"&(?:#(\d{1,7});|#[xX]([0-9a-fA-F]{1,6});|([A-Za-z_][A-Za-z0-9_.\-]{0,60});)?")
# What XML 1.0 can't hold at all (section 2.2).
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_ITEMS = frozenset({"item", "entry"})
_FRAME = frozenset({"rss", "channel", "feed", "rdf"})
# HTML elements that have no end tag, where HTML was not escaped.
_VOID = frozenset({"area", "br", "col", "embed", "hr", "img", "input", "param", "wbr"})
# Elements that hold text only: one that begins ends another that was left open.
_LEAVES = frozenset({"title", "link", "guid", "id", "pubdate", "published", "updated", "category"})
_ENDS_A_LEAF = _LEAVES | {"description", "summary", "content", "encoded", "author", "enclosure", "comments", "source"}
_DEEPEST = 200  # tags within more than this are dropped, and their text stays
_EXPANSION = 1_000_000  # characters that a document's own entities may add

_NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rss": "http://backend.userland.com/rss",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "xlink": "http://www.w3.org/1999/xlink",
}


def mend(text: str, entities: Mapping[str, str]) -> str:
    """``text``, from its root element on, as well-formed XML with names in lower case.

    ``entities`` are the plain-text entities that the document declared. Text without a single
    element gives "".
    """
    return _Mender(_FORBIDDEN.sub(" ", text), entities).run()


class _Mender:
    def __init__(self, text: str, entities: Mapping[str, str]) -> None:
        self._text = text
        self._entities = entities
        self._budget = _EXPANSION
        self._out: list[str] = []
        self._open: list[str] = []
        self._count: Counter[str] = Counter()  # of the names in _open
        self._missing: set[str] = set()
        self._root = ""
        self._root_attributes: dict[str, str] = {}
        self._prefixes: dict[str, str] = {}  # every prefix used, and what it was declared to be

    def run(self) -> str:
        text, done = self._text, 0
        while (found := _TOKEN.search(text, done)) is not None:
            self._say(text[done : found.start()])
            if found["opener"]:
                done = self._skip(found)
                continue
            done = found.end()
            if found["end"]:
                self._end(found["end"].lower())
            else:
                attributes = found["attributes"] or ""
                self._start(found["start"].lower(), attributes, closed=attributes.endswith("/"))
        self._say(text[done:])
        self._close(0)
        if not self._root:
            return ""
        for prefix, uri in self._prefixes.items():
            self._root_attributes.setdefault(f"xmlns:{prefix}", uri)
        return f"<{self._root}{_written(self._root_attributes)}>{''.join(self._out)}</{self._root}>"

    def _say(self, text: str) -> None:
        if text and self._root:
            self._out.append(self._escaped(text).replace("]]>", "]]&gt;"))

    def _skip(self, found: re.Match[str]) -> int:
        """Pass over a comment, a CDATA section, an instruction or a declaration; where to go on."""
        text, start, end = self._text, found.start(), found.end()
        opener = found["opener"]
        if opener == "![CDATA[":
            close = self._find("]]>", end)
            after = close + 3
            if close < 0:  # never closed: to the end of the element it stands in
                close = text.find(f"</{self._open[-1]}", end) if self._open else -1
                after = close = len(text) if close < 0 else close
            if self._root:
                self._out.append(f"<![CDATA[{text[end:close]}]]>")
            return after
        closing = {"!--": "-->", "?": ">", "!": ">"}[opener]
        close = self._find(closing, end)
        if close < 0:
            self._say(text[start:end])
            return end
        return close + len(closing)

    def _find(self, what: str, start: int) -> int:
        """``str.find``, remembering what there is no more of: looking again and again takes for ever."""
        if what in self._missing:
            return -1
        found = self._text.find(what, start)
        if found < 0:
            self._missing.add(what)
        return found

    def _start(self, name: str, attributes: str, *, closed: bool) -> None:
        local = name.rpartition(":")[2]
        if len(self._open) >= _DEEPEST:
            return
        if self._open and self._open[-1] in _LEAVES and local in _ENDS_A_LEAF:
            self._close(len(self._open) - 1)
        if local in _ITEMS and name in self._open:
            self._close(self._open.index(name))
        given = self._attributes(attributes.rstrip("/") if closed else attributes)
        self._use(name)
        if not self._root:
            self._root, self._root_attributes = name, given
            return
        if closed or name in _VOID:
            self._out.append(f"<{name}{_written(given)}/>")
            return
        self._out.append(f"<{name}{_written(given)}>")
        self._open.append(name)
        self._count[name] += 1

    def _end(self, name: str) -> None:
        """Close ``name`` and all that was left open inside it; an end without a beginning is dropped.

        Nothing but an item's own end, or that of the frame around it, ends an item.
        """
        if not self._count[name]:
            return
        local = name.rpartition(":")[2]
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index] == name:
                self._close(index)
                return
            if self._open[index].rpartition(":")[2] in _ITEMS and local not in _FRAME:
                return

    def _close(self, count: int) -> None:
        """Close open elements, the innermost first, until ``count`` are left."""
        while len(self._open) > count:
            name = self._open.pop()
            self._count[name] -= 1
            self._out.append(f"</{name}>")

    def _attributes(self, text: str) -> dict[str, str]:
        given: dict[str, str] = {}
        for name, double, single, bare in _ATTRIBUTE.findall(text):
            key = name.lower()
            value = self._escaped(double or single or bare).replace('"', "&quot;").replace("<", "&lt;")
            prefix, _, declared = key.partition(":")
            if prefix == "xmlns":
                if declared in ("xml", "xmlns") or (declared and not value):
                    continue  # what may not be declared
                if declared:
                    self._prefixes[declared] = value
            else:
                self._use(key)
            given.setdefault(key, value)
        return given

    def _use(self, name: str) -> None:
        prefix, colon, _ = name.partition(":")
        if colon and prefix not in ("xml", "xmlns"):
            self._prefixes.setdefault(prefix, _NAMESPACES.get(prefix, f"urn:undeclared:{prefix}"))

    def _escaped(self, text: str) -> str:
        if "&" in text:
            text = _REFERENCE.sub(self._reference, text)
        return text.replace("<", "&lt;")

    def _reference(self, found: re.Match[str]) -> str:
        number, code, name = found.groups()
        if number or code:
            point = int(number) if number else int(code, 16)
            return f"&#{point};" if _is_char(point) else "\ufffd"  # XML knows no &#X41;
        if name is None:
            return "&amp;"
        if name in ("amp", "lt", "gt", "quot", "apos"):
            return found[0]
        value = self._entities.get(name)
        if value is not None and len(value) <= self._budget:
            self._budget -= len(value)
            return value.replace("&", "&amp;").replace("<", "&lt;")
        known = html5.get(f"{name};")
        return known if known is not None and value is None else f"&amp;{name};"


def _is_char(code: int) -> bool:
    """Whether a character reference to ``code`` is allowed (XML 1.0 section 2.2)."""
    if code < 0x20:
        return code in (9, 10, 13)
    return code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF


def _written(attributes: Mapping[str, str]) -> str:
    return "".join(f' {name}="{value}"' for name, value in attributes.items())
