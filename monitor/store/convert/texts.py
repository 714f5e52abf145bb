"""Texts that any database takes.

The databases accept less than Python does: PostgreSQL no NUL in a text and no index entry above
2,700 bytes, neither of them a lone surrogate. ``clean`` and ``bounded`` see to that, so that a
hostile feed can't make its own poll fail for ever.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sqlalchemy import Row

Values = dict[str, Any]
AnyRow = Row[Any]

_INDEXED_BYTES = 1000  # of a text in an index; two of them stay below PostgreSQL's limit


def clean(text: str) -> str:
    """``text`` without what a database refuses: NUL and lone surrogates become U+FFFD."""
    if text.isascii():
        return text.replace("\0", "�") if "\0" in text else text
    return text.replace("\0", "�").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def bounded(text: str) -> str:
    """``text`` fit for an index: cleaned, and where it is too long its head and a hash of it."""
    text = clean(text)
    if len(text) * 4 <= _INDEXED_BYTES or len(text.encode()) <= _INDEXED_BYTES:
        return text
    return f"{text[:100]}…sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def to_json(value: object) -> str:
    return clean(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def words(text: str) -> tuple[str, ...]:
    """The tuple of strings that a JSON column holds."""
    return tuple(json.loads(text))
