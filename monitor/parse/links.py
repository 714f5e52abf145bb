"""Make a link absolute, or nothing: only http and https lead a reader anywhere."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

_LONGEST = 8000  # characters; servers refuse longer ones
_CONTROL = re.compile("[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]+")
# What most feeds write; what is left over is for the URL parser.
_USUAL = re.compile(r"https?://[a-zA-Z0-9.-]*[a-zA-Z0-9](?::[0-9]{1,4})?(?:[/?#][!-~]*)?")


def absolute(link: str, *bases: str) -> str:
    """``link`` as an absolute http or https URL, resolved against the first of ``bases`` that is one.

    "" for what leads nowhere: another scheme, no host, no base to resolve against, or 8,000
    characters and more. Spaces inside are escaped; line breaks and control codes are taken out.
    """
    if not link or len(link) > _LONGEST:
        return ""
    if _USUAL.fullmatch(link):
        return link
    link = _CONTROL.sub(_escaped, link.strip()) if _CONTROL.search(link) else link
    if link.startswith(("https://", "http://")) and _usable(link):
        return link
    for base in bases:
        if base.startswith(("https://", "http://")):
            try:
                joined = urljoin(base, link)
            except ValueError:
                return ""
            return joined if _usable(joined) else ""
    return link if _usable(link) else ""


def _escaped(found: re.Match[str]) -> str:
    return "%20" * found[0].count(" ")


def _usable(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
