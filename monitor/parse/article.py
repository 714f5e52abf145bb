"""trafilatura, alone: from the bytes of a page to the text of the article on it.

It is an extra (57 MB with what it needs): ``pip install 'monitor[fulltext]'``.
"""

from __future__ import annotations

import importlib.util
import logging

from monitor.model import Fetched
from monitor.parse.decoding import decode
from monitor.parse.plain import shorten, tidy

_LARGEST = 2 * 1024 * 1024  # bytes of a page: an article has less, and extraction takes time in proportion
_LONGEST = 100_000  # code points kept of one
_SHORTEST = 200  # code points: less is a cookie notice, not an article

log = logging.getLogger("monitor.parse")
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it logs what pages say


def available() -> bool:
    """Whether the extra is installed."""
    return importlib.util.find_spec("trafilatura") is not None


def extract(page: Fetched) -> str:
    """The article's own words, plain; "" for what is no page, too large, or holds no article."""
    kind = (page.content_type or "").partition(";")[0].strip().lower()
    if kind not in ("text/html", "application/xhtml+xml", "") or len(page.body) > _LARGEST:
        return ""
    import trafilatura  # noqa: PLC0415 - an extra, and slow to load

    words = decode(page.body, page.content_type).text
    try:
        text = trafilatura.extract(words, include_comments=False, include_tables=False, favor_precision=True)
    except Exception as error:  # noqa: BLE001 - what a hostile page may set off in it is no bug of ours
        log.warning("page could not be read: %s", type(error).__name__, extra={"event": "article"})
        return ""
    plain = tidy(text or "")
    return shorten(plain, _LONGEST) if len(plain) >= _SHORTEST else ""
