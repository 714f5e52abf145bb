"""Logging: one line for each event on stderr, with keys, in UTC, and without secrets.

``logging`` is used as it is: ``log = logging.getLogger(__name__)`` and
``log.info("feed polled", extra={"event": "poll", "feed_id": feed.id})``. Lines are logfmt, or JSON.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, TextIO
from urllib.parse import quote, quote_plus

KEYS = ("event", "feed_id", "item_id", "rule_id", "channel", "attempt", "duration_ms")
HIDDEN = "***"

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

# C0 and C1 controls, line separators, and what reorders or hides text on a terminal.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_BARE = re.compile(r"[^\s\"=\\]+")

_USERINFO = re.compile(r"((?<![a-z0-9+.-])[a-z][a-z0-9+.-]*://)[^\s/?#'\"]*@", re.IGNORECASE)
# Apprise keeps tokens in any part of a URL, so of a service's URL only the scheme is shown.
_SERVICE = re.compile(
    r"(?<![a-z0-9+.-])(?!(?:https?|sqlite|postgresql|file|console)\b)([a-z][a-z0-9+.-]*://)[^\s'\"]+", re.IGNORECASE
)

Redact = Callable[[str], str]


def setup(level: str = "info", format: str = "text", secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Write the log to ``stream`` (stderr), from ``level`` (debug, info, warning, error) upwards.

    ``format`` is ``text`` (logfmt) or ``json``. Each of ``secrets`` is replaced wherever it would
    appear, in exceptions too. May be called again, after a reload: the last call counts.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Json(redactor(secrets)) if format == "json" else _Logfmt(redactor(secrets)))
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old.formatter, _Lines)]:
        root.removeHandler(old)
    root.addHandler(handler)
    # Libraries speak up only to warn, at any level of ours: their debug lines hold addresses.
    root.setLevel(logging.WARNING)
    logging.getLogger("monitor").setLevel(_LEVELS[level])
    # Apprise warns with whole URLs and answers. What matters of it is in a delivery's record.
    logging.getLogger("apprise").propagate = False
    # APScheduler warns at every tick that finds its job at work, and tells what a job raised: ``schedule`` does both.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    logging.getLogger("apscheduler.executors").setLevel(logging.CRITICAL)
    logging.captureWarnings(True)


def redactor(secrets: Iterable[str]) -> Redact:
    """A function that takes known secrets, user:password parts and the URLs of services out of a text."""
    forms = {form for secret in secrets for form in _forms(secret)}
    known = re.compile("|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))) if forms else None

    def redact(text: str) -> str:
        if known:
            text = known.sub(HIDDEN, text)
        if "://" in text:
            text = _SERVICE.sub(rf"\1{HIDDEN}", _USERINFO.sub(rf"\1{HIDDEN}@", text))
        return text

    return redact


def _forms(secret: str) -> Iterator[str]:
    """``secret`` as it is, and as a URL, a repr or a JSON text would spell it."""
    if len(secret) >= 4:  # what is shorter is no secret, and hiding it would blot out half a log
        yield from (secret, quote(secret, safe=""), quote(secret), quote_plus(secret))
        yield from (repr(secret)[1:-1], json.dumps(secret)[1:-1])


class _Lines(logging.Formatter):
    """Turns a record into (key, value) pairs in a fixed order, redacted."""

    def __init__(self, redact: Redact) -> None:
        super().__init__()
        self.redact = redact

    def pairs(self, record: logging.LogRecord) -> Iterator[tuple[str, Any]]:
        moment = datetime.fromtimestamp(record.created, UTC)
        yield "ts", moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        yield "level", record.levelname.lower()
        yield "msg", self.redact(record.getMessage())
        fields = {key: value for key, value in vars(record).items() if key not in _OWN and value is not None}
        for key in (*(key for key in KEYS if key in fields), *(key for key in fields if key not in KEYS)):
            yield key, self._value(fields[key])
        if not record.name.startswith("monitor"):
            yield "logger", record.name
        if record.exc_info and record.exc_info[0]:
            yield "error", self.redact(self.formatException(record.exc_info))
        elif record.exc_text:
            yield "error", self.redact(record.exc_text)
        if record.stack_info:
            yield "stack", self.redact(record.stack_info)

    def _value(self, value: object) -> Any:
        if isinstance(value, bool | int | float):
            return value
        if isinstance(value, datetime):
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return self.redact(str(value))


class _Logfmt(_Lines):
    def format(self, record: logging.LogRecord) -> str:
        return " ".join(f"{_UNSAFE.sub('_', key)}={_logfmt(value)}" for key, value in self.pairs(record))


class _Json(_Lines):
    def format(self, record: logging.LogRecord) -> str:
        line = json.dumps(dict(self.pairs(record)), ensure_ascii=False, default=str)
        return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", line)


def _logfmt(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = f"{value:g}" if isinstance(value, float) else str(value)
    if _BARE.fullmatch(text) and not _UNSAFE.search(text):
        return text
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _UNSAFE.sub(_escaped, text) + '"'


def _escaped(match: re.Match[str]) -> str:
    known = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return known.get(match[0]) or f"\\u{ord(match[0]):04x}"
