"""The feeds that a web page names as its own (RSS Advisory Board: autodiscovery; WHATWG HTML: rel=alternate)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urljoin, urlsplit

from monitor.model import Fetched
from monitor.parse.decoding import decode
from monitor.parse.plain import tidy

_SEARCHED = 500_000  # characters: a page names its feeds in its head
_MOST = 20
_LINK = re.compile(r"<(link|a|base|meta)\b([^<>]{1,4000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-z-]{1,20}+)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(https?://[^\s<>]{1,2000})", re.IGNORECASE)  # browsers' mark
_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")


def discover(fetched: Fetched) -> tuple[tuple[str, str], ...]:
    """(address, title) of each feed a page names, in its order, each once; empty where it names none.

    A page from a file is resolved against the address it says it had; where it says none, what it gives
    relative to that stays so.
    """
    text = decode(fetched.body[: 4 * _SEARCHED], fetched.content_type).text[:_SEARCHED]
    tags = [
        (tag[1].lower(), {name.lower(): html.unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(tag[2])})
        for tag in _LINK.finditer(text)
    ]
    base = fetched.url if _is_web(fetched.url) else _own_address(text, tags)
    found: dict[str, str] = {}
    for name, values in tags:
        href = values.get("href", "").strip()
        if name == "base":
            base = _joined(base, href) or base
            continue
        kind = values.get("type", "").partition(";")[0].strip().lower()
        if href and kind in _TYPES and (name == "a" or "alternate" in _relations(values)):
            address = _joined(base, href)
            if address:
                found.setdefault(address, tidy(values.get("title", ""))[:200])
        if len(found) == _MOST:
            break
    return tuple(found.items())


def _own_address(text: str, tags: Iterable[tuple[str, Mapping[str, str]]]) -> str:
    """What a page that was saved says of where it was; "" where it says nothing."""
    saved = _SAVED_FROM.search(text)
    said = [saved[1]] if saved else []
    for name, values in tags:
        if name == "link" and "canonical" in _relations(values):
            said.append(values.get("href", "").strip())
        elif name == "meta" and values.get("property", "").lower() == "og:url":
            said.append(values.get("content", "").strip())
    return next(filter(_is_web, said), "")


def _relations(values: Mapping[str, str]) -> Sequence[str]:
    return values.get("rel", "").lower().split()


def _is_web(address: str) -> bool:
    return address.lower().startswith(("http://", "https://"))


def _joined(base: str, href: str) -> str:
    try:
        address = urljoin(base, href)
        scheme = urlsplit(address).scheme
    except ValueError:
        return ""
    return address if _is_web(address) or not (base or scheme) else ""
