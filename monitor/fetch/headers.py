"""What a server's headers say about the next visit: validators, Retry-After and freshness."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from monitor.model import Validators

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE | re.ASCII)
_UNCACHED = re.compile(r"(?:^|[\s,])no-(?:cache|store)(?:$|[\s,])", re.IGNORECASE)
_LONGEST_WAIT = timedelta(days=30)  # a longer one is no wish a server can mean


def validators(headers: Mapping[str, str]) -> Validators:
    """The validators of an answer, byte for byte as sent: weak marks and odd quotes included.

    One that can't be sent back unchanged (bytes that are no UTF-8, or empty) is left out: the next
    GET is then unconditional, which is always right.
    """
    return Validators(etag=_exact(headers.get("ETag")), last_modified=_exact(headers.get("Last-Modified")))


def _exact(value: str | None) -> str | None:
    if not value:
        return None
    try:
        value.encode()
    except UnicodeEncodeError:
        return None
    return value


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """The wait a server asks for (RFC 9110 section 10.2.3), from 0 to 30 days; None if it asks none.

    A date is read against the server's own ``Date`` where it sent one, so that a wrong clock on
    either side does not matter.
    """
    value = headers.get("Retry-After", "").strip()
    if not value:
        return None
    if value.isascii() and value.isdigit():
        return min(timedelta(seconds=int(value[:9])), _LONGEST_WAIT)
    until = _http_date(value)
    if until is None:
        return None
    wait = until - (_http_date(headers.get("Date", "")) or now)
    return min(max(wait, timedelta(0)), _LONGEST_WAIT)


def fresh_for(headers: Mapping[str, str]) -> timedelta | None:
    """How long the server calls its answer fresh (RFC 9111 section 4.2), up to 30 days; None: it does not say.

    ``max-age`` less ``Age``, or else ``Expires`` less ``Date``. What is not to be cached is never fresh.
    """
    control = headers.get("Cache-Control", "")
    if _UNCACHED.search(control):
        return None
    found = _MAX_AGE.search(control)
    if found:
        age = headers.get("Age", "").strip()
        left = timedelta(seconds=int(found[1])) - timedelta(seconds=int(age) if re.fullmatch(r"\d{1,9}", age) else 0)
    else:
        expires = _http_date(headers.get("Expires", ""))
        sent = _http_date(headers.get("Date", "")) if expires is not None else None
        if expires is None or sent is None:
            return None
        left = expires - sent
    return min(left, _LONGEST_WAIT) if left > timedelta(0) else None


def _http_date(value: str) -> datetime | None:
    if not value:
        return None
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
