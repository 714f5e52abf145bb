"""The elements that nearly every item is made of, kept by what they hold and not by walking through feedparser.

For an element without attributes and without elements inside, directly in an item, feedparser's start and end
come to the few lines below: the same dictionaries for a fifth of the time. ``Reader`` calls them only there, and
a leaf that finds itself in any other case says False before it has changed anything: the element then goes
feedparser's way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from feedparser.mixin import _cp1252
from feedparser.util import FeedParserDict

if TYPE_CHECKING:
    from monitor.parse.reader import Reader

Leaf = Callable[["Reader", dict[str, Any], str], bool]  # the reader, its entry as a plain dictionary, the text

_set = dict.__setitem__
_set_default = dict.setdefault


def mended(text: str) -> str:
    """``text`` as feedparser mends it: UTF-8 that was encoded twice, and Windows' signs in the place of controls."""
    if text.isascii():
        return text
    with suppress(UnicodeEncodeError, UnicodeDecodeError):
        text = text.encode("iso-8859-1").decode("utf-8")
    return text.translate(_cp1252)


def _title(reader: Reader, entry: dict[str, Any], text: str) -> bool:
    text = text.strip()
    kind = "text/plain"
    if ("<" in text or "&" in text) and not reader.version.startswith("atom") and reader.looks_like_html(text):
        kind = "text/html"
    text = mended(text)
    depth = reader.depth + 1
    if not -1 < reader.title_depth <= depth:
        _keep(reader, entry, "title", text)
        _set(entry, "title_detail", _detail(reader, kind, text))
    if text:
        reader.title_depth = depth
    return True


def _link(reader: Reader, entry: dict[str, Any], text: str) -> bool:
    text = text.strip()
    text = mended(_absolute(reader, text))
    if "&" in text:
        text = reader.query_variables(text.replace("&amp;", "&"))
    link = FeedParserDict(rel="alternate", type="text/html")
    _set_default(entry, "links", []).append(link)
    _set(entry, "link", text)
    if text:
        _set(link, "href", text)
    return True


def _guid(reader: Reader, entry: dict[str, Any], text: str) -> bool:
    return _id(reader, entry, text, is_link=True)


def _opaque_guid(reader: Reader, entry: dict[str, Any], text: str) -> bool:
    return _id(reader, entry, text, is_link=False)


def _id(reader: Reader, entry: dict[str, Any], text: str, *, is_link: bool) -> bool:
    reader.guidislink = is_link
    text = text.strip()
    text = mended(_absolute(reader, text) if is_link else text)
    _keep(reader, entry, "id", text)
    _set_default(entry, "guidislink", is_link and "link" not in entry.keys())  # noqa: SIM118 - past its own look-up
    if is_link:
        _set_default(entry, "link", text)
    return True


def _published(reader: Reader, entry: dict[str, Any], text: str) -> bool:
    _keep(reader, entry, "published", mended(text.strip()))
    return True


def _updated(reader: Reader, entry: dict[str, Any], text: str) -> bool:
    _keep(reader, entry, "updated", mended(text.strip()))
    return True


def _description(reader: Reader, entry: dict[str, Any], text: str) -> bool:
    if reader._summaryKey is not None or (not reader.hasContent and "summary" in entry.keys()):  # noqa: SIM118
        return False
    text = mended(text.strip())
    _keep(reader, entry, "summary", text)
    _set(entry, "summary_detail", _detail(reader, "text/html", text))
    return True


def _encoded(reader: Reader, entry: dict[str, Any], text: str) -> bool:
    reader.hasContent = 1
    text = mended(text.strip())
    _set_default(entry, "content", []).append(_detail(reader, "text/html", text))
    _set_default(entry, "summary", text)
    return True


def _category(reader: Reader, entry: dict[str, Any], text: str) -> bool:
    text = mended(text.strip())
    tags = _set_default(entry, "tags", [])
    if text and tags and not dict.get(tags[-1], "term"):
        _set(tags[-1], "term", text)
    elif text:
        reader._add_tag(text, None, None)
    return True


def _ignored(reader: Reader, entry: dict[str, Any], text: str) -> bool:  # noqa: ARG001 - nothing of it is asked for
    return True


# By the tag that feedparser gives the element.
LEAVES: Mapping[str, Leaf] = {
    "title": _title,
    "link": _link,
    "guid": _guid,
    "id": _guid,
    "pubdate": _published,
    "published": _published,
    "updated": _updated,
    "dc:date": _updated,
    "description": _description,
    "content:encoded": _encoded,
    "category": _category,
    "dc:subject": _category,
    "author": _ignored,
    "dc:creator": _ignored,
    "comments": _ignored,
    "slash:comments": _ignored,
    "wfw:commentrss": _ignored,
}
# A guid says most often whether it is a link: by its one attribute's name and value.
GUIDS: Mapping[tuple[str, str], Leaf] = {("isPermaLink", "true"): _guid, ("isPermaLink", "false"): _opaque_guid}


def _keep(reader: Reader, entry: dict[str, Any], name: str, text: str) -> None:
    reader.depths[name] = reader.depth + 1  # what stands deeper in the item does not replace it
    _set(entry, name, text)


def _absolute(reader: Reader, link: str) -> str:
    """As feedparser has it where there is no base: slashes too many are taken out, and no more."""
    resolved: str = reader.resolve_uri(link) if ":///" in link else link
    return resolved


def _detail(reader: Reader, kind: str, text: str) -> FeedParserDict:
    lang = reader.lang.replace("_", "-") if reader.lang else reader.lang
    return FeedParserDict(type=kind, language=lang, base=reader.baseuri, value=text)
