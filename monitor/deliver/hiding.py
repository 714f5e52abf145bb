"""What a channel's URL hides, and how little of it may be shown."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, unquote_plus, urlsplit

_SHORTEST_SECRET = 4
_NO_SECRET = {"services", "hooks", "hook", "webhook", "webhooks", "general", "notify", "message", "messages"}


def redacted(url: str) -> str:
    """Service and host of ``url``: all of it that may be shown. Where the host may be a token, not even that."""
    schema = url.partition(":")[0].strip().lower()
    if not re.fullmatch(r"[a-z0-9][a-z0-9+.-]{0,30}", schema):
        return "…"
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    # slack://TokenA/… has a token where others have a host; a name with a dot, or of this machine, is one.
    if url.rstrip("/").endswith(":"):
        return f"{schema}://"
    known = re.fullmatch(r"([a-z0-9-]{1,40}\.)+([a-z]{2,24}|\d{1,3})|localhost|[0-9a-f]*:[0-9a-f:]+", host)
    return f"{schema}://{host if known and host in url else '…'}"  # a token has capitals; urlsplit lowers them


def secrets(url: str) -> tuple[str, ...]:
    """Every string of ``url`` that a log must not hold, longest first: as written and as decoded."""
    found = {url, url.partition("://")[2]}
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return tuple(sorted(found, key=len, reverse=True))
    shown_host = redacted(url).partition("://")[2]
    login, _, address = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    pieces = [password, *parts.path.split("/"), parts.query, parts.fragment]
    if parts.scheme not in ("mailto", "mailtos"):
        pieces.append(user)  # a token, in many URLs
    for key, value in parse_qsl(parts.query):
        pieces += [value] if not re.fullmatch(r"[a-z]{1,5}|\d{1,3}", value) else []
        pieces += [key] if len(key) > 20 else []  # a token given as a bare key
    if host != shown_host:
        pieces += [address, *address.split(":")]
    for piece in pieces:
        found |= {piece, unquote(piece), unquote_plus(piece)}
    return tuple(
        sorted((one for one in found if len(one) >= _SHORTEST_SECRET and one not in _NO_SECRET), key=len, reverse=True)
    )


def scrubbed(text: str, url: str) -> str:
    """``text`` on one line, with nothing in it that ``url`` hides."""
    for secret in secrets(url):
        whole = r"{}" if len(secret) > 7 else r"(?<!\w){}(?!\w)"  # a short one may be part of any word
        text = re.sub(whole.format(re.escape(secret)), "…", text, flags=re.IGNORECASE)
    text = re.sub(r"\S+://\S*", "…", text)
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", text).strip()[:200]
