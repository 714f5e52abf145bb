"""The feeds that a web page names as its own (RSS Advisory Board: autodiscovery; WHATWG HTML: rel=alternate)."""

from __future__ import annotations

import html
import re
from urllib.parse import urljoin

from monitor.model import Fetched
from monitor.parse.decoding import decode
from monitor.parse.plain import tidy

_SEARCHED = 500_000  # characters: a page names its feeds in its head
_MOST = 20
_LINK = re.compile(r"<(link|a|base)\b([^<>]{1,4000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-z-]{1,20}+)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")


def discover(fetched: Fetched) -> tuple[tuple[str, str], ...]:
    """(address, title) of each feed a page names, in its order, each once; empty where it names none."""
    text = decode(fetched.body[: 4 * _SEARCHED], fetched.content_type).text[:_SEARCHED]
    base = fetched.url
    found: dict[str, str] = {}
    for tag in _LINK.finditer(text):
        values = {
            name.lower(): html.unescape(one or two or three) for name, one, two, three in _ATTRIBUTE.findall(tag[2])
        }
        href = values.get("href", "").strip()
        if tag[1].lower() == "base":
            base = _joined(base, href) or base
            continue
        kind = values.get("type", "").partition(";")[0].strip().lower()
        alternate = "alternate" in values.get("rel", "").lower().split()
        if href and kind in _TYPES and (alternate or tag[1].lower() == "a"):
            address = _joined(base, href)
            if address:
                found.setdefault(address, tidy(values.get("title", ""))[:200])
        if len(found) == _MOST:
            break
    return tuple(found.items())


def _joined(base: str, href: str) -> str:
    try:
        address = urljoin(base, href)
    except ValueError:
        return ""
    return address if address.lower().startswith(("http://", "https://")) else ""
