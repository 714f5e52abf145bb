"""What kind of document this is, and where its root element begins."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from monitor.errors import ParseError

_ROOT = re.compile(r"<([A-Za-z_][\w.\-]*:)?(rss|feed|rdf|channel)(?=[\s>/])", re.IGNORECASE)
_ELEMENT = re.compile(r"<([A-Za-z_][\w.\-]*:)?([A-Za-z_][\w.\-]*)")
_HTML = frozenset({"html", "head", "body", "script", "meta", "frameset", "title", "div", "center", "h1", "p", "br"})
_DOCTYPE = re.compile(r"<!doctype\s+([\w:.\-]+)", re.IGNORECASE)
_SPACE = re.compile(r"[\s\ufeff]*")
_SUBSET_PART = re.compile(r""""[^"]*"|'[^']*'|<!--|[\[\]>]""")
_ENTITY = re.compile(r"""<!ENTITY\s+([A-Za-z_][\w.\-]{0,60})\s+(?:"([^"]*)"|'([^']*)')\s*>""")
_REFERENCE = re.compile(r"&#(?:(\d{1,7})|[xX]([0-9a-fA-F]{1,6}));")
_SEARCHED = 64 * 1024  # characters in which a feed may begin, after what a server put before it
_LONGEST_ENTITY = 1000


@dataclass(frozen=True, slots=True)
class Document:
    """An XML document from its root element on; ``root`` is that element's local name, lower case.

    ``entities`` are those it declares that are plain text and short. Others (built of entities,
    external, or long) are never expanded.
    """

    text: str
    root: str
    entities: dict[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def open_document(text: str) -> Document:
    """Find the root element of ``text``; raises ``ParseError`` for what is clearly no feed."""
    position, doctype, subset = _prolog(text)
    entities, problems = _entities(subset)
    if _ROOT.match(text, position) is None:
        element = _ELEMENT.match(text, position)
        if doctype == "html" or (element is not None and element[2].lower() in _HTML and not _feed_in(text, position)):
            raise ParseError("an HTML page instead of a feed")
        start = _ROOT.search(text, position, position + _SEARCHED)
        if start is not None:
            problems = (*problems, "something stands before the feed")
            position = start.start()
        elif element is None:
            raise ParseError("neither XML nor JSON")
    found = _ELEMENT.match(text, position)
    root = found[2].lower() if found else ""
    return Document(text[position:] if position else text, root, entities, problems)


def _feed_in(text: str, position: int) -> bool:
    """Whether a feed follows the HTML that a failing script printed before it."""
    html = re.compile(r"<html\b", re.IGNORECASE).search(text, position, position + _SEARCHED)
    feed = _ROOT.search(text, position, position + _SEARCHED)
    return html is None and feed is not None


def _prolog(text: str) -> tuple[int, str, str]:
    """Where the first element (or whatever is there instead) begins, the doctype's name and its subset."""
    position, doctype, subset = 0, "", ""
    while True:
        space = _SPACE.match(text, position)
        position = space.end() if space else position
        if text.startswith("<?", position):
            close = text.find(">", position)
        elif text.startswith("<!--", position):
            close = text.find("-->", position)
            close = close + 2 if close >= 0 else close
        elif match := _DOCTYPE.match(text, position):
            doctype = match[1].lower()
            close = _doctype_end(text, match.end())
            subset = text[match.end() : close]
        else:
            return position, doctype, subset
        if close < 0:  # never closed: the element that follows is all there is to go by
            start = _ROOT.search(text, position)
            return (start.start() if start else len(text)), doctype, ""
        position = close + 1


def _doctype_end(text: str, position: int) -> int:
    """The offset of the ">" that closes a document type declaration; -1 where there is none."""
    inside = False
    skip_to = 0
    for part in _SUBSET_PART.finditer(text, position):
        if part.start() < skip_to:
            continue
        mark = part[0]
        if mark == "<!--":
            close = text.find("-->", part.end())
            if close < 0:
                return -1
            skip_to = close + 3
        elif mark == "[":
            inside = True
        elif mark == "]":
            inside = False
        elif mark == ">" and not inside:
            return part.start()
    return -1


def _entities(subset: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """The harmless entities of a document type's internal subset, and a word on the others.

    Harmless is text that names no other entity: nothing that could grow (XML 1.0 section 4.4).
    """
    if "<!ENTITY" not in subset:
        return {}, ()
    kept: dict[str, str] = {}
    for name, double, single in _ENTITY.findall(subset):
        value = _REFERENCE.sub(_character, double or single)
        if len(value) <= _LONGEST_ENTITY and not set(value) & set("&<%"):
            kept.setdefault(name, value)
    refused = subset.count("<!ENTITY") - len(kept)
    return kept, ((f"{refused} entity declarations were refused",) if refused else ())


def _character(found: re.Match[str]) -> str:
    code = int(found[1]) if found[1] else int(found[2], 16)
    return chr(code) if 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE else " "
