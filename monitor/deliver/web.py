"""What a web service answered. Apprise's plugins make a plain False of every HTTP code."""

from __future__ import annotations

import contextvars
import email.utils
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Any

import requests
from urllib3.exceptions import NewConnectionError

from monitor.errors import DeliveryError

_PASSING = {408, 425, 429}
_NOT_HERE = {401, 403, 404, 407, 410, 451}
_UNKNOWN_METHOD = {501, 505}
_LONGEST_WAIT = 86400.0


@dataclass(slots=True)
class Answers:
    """The last answer to the requests made under ``listening``, or how the last one failed."""

    status: int | None = None
    retry_after: float | None = None
    error: requests.RequestException | None = None
    knocks: bool = False


class Knocked(requests.RequestException):
    """Raised to a plugin in place of an answer: its request was not sent, the address was only asked."""


_listener: contextvars.ContextVar[Answers | None] = contextvars.ContextVar("monitor_answers", default=None)


@contextmanager
def listening() -> Iterator[Answers]:
    """Notes what the requests of this thread are answered."""
    answers = Answers()
    token = _listener.set(answers)
    try:
        yield answers
    finally:
        _listener.reset(token)


@contextmanager
def knocking() -> Iterator[Answers]:
    """As ``listening``; but no request of this thread is sent: the first one's address is asked with OPTIONS."""
    with listening() as answers:
        answers.knocks = True
        yield answers


def speaks(plugin: object) -> bool:
    """Whether a plugin talks through requests, where it can be kept from sending."""
    return getattr(sys.modules[type(plugin).__module__], "requests", None) is requests


def refuses(status: int) -> bool:
    """Whether an answer to OPTIONS says that a message would not be taken. That the method is unknown says nothing."""
    return status in _NOT_HERE or (status >= 500 and status not in _UNKNOWN_METHOD)


def failure(answers: Answers, host: str, said: str) -> DeliveryError:
    """Why a send through a web service failed; ``said`` is what its plugin says, without secrets."""
    tail = f": {said}" if said else ""
    if answers.error is not None:
        detail = f"{_trouble(answers.error)} {host}"
        return DeliveryError(detail, permanent=False, maybe_delivered=_was_sent(answers.error))
    if answers.status is None:
        return DeliveryError(f"not sent{tail}" if said else "not sent, and no reason given", permanent=False)
    if answers.status < 400:
        return DeliveryError(f"{host} answered {answers.status}, and it counts as refused{tail}", permanent=False)
    permanent = answers.status < 500 and answers.status not in _PASSING
    detail = f"{host} answered HTTP {answers.status}{tail}"
    return DeliveryError(detail, permanent=permanent, retry_after=answers.retry_after)


def _was_sent(error: requests.RequestException) -> bool:
    """Whether the request may have arrived: a connection that never stood carries nothing."""
    never = (requests.ConnectTimeout, requests.exceptions.SSLError, requests.exceptions.ProxyError)
    if isinstance(error, never) or not isinstance(error, (requests.ReadTimeout, requests.ConnectionError)):
        return False
    cause = getattr(error.args[0] if error.args else None, "reason", None)
    return not isinstance(cause, NewConnectionError)


def _trouble(error: requests.RequestException) -> str:
    match error:
        case requests.ConnectTimeout():
            return "no connection in time to"
        case requests.ReadTimeout():
            return "no answer in time from"
        case requests.exceptions.SSLError():
            return "no safe connection to"
        case requests.ConnectionError():
            return "no connection, or a broken one, to"
    return f"{type(error).__name__} from"


def _seconds(value: str | None) -> float | None:
    """Retry-After as seconds from now (RFC 9110 section 10.2.3); None where it can't be read."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            moment = email.utils.parsedate_to_datetime(value)
        except ValueError:
            return None
        seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return min(max(0.0, seconds), _LONGEST_WAIT) if seconds == seconds else None  # noqa: PLR0124 - not a number


def _listen() -> None:
    """Wraps ``Session.send`` once, for the process: only Apprise uses requests here, and only its plugins see it."""
    send = requests.Session.send

    @wraps(send)
    def heard(session: requests.Session, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        answers = _listener.get()
        if answers is not None and answers.knocks:
            return _ask(answers, session, request, **kwargs)
        try:
            response = send(session, request, **kwargs)
        except requests.RequestException as error:
            if answers is not None:
                answers.status, answers.error = None, error
            raise
        if answers is not None:
            answers.status, answers.error = response.status_code, None
            answers.retry_after = _seconds(response.headers.get("Retry-After"))
        return response

    def _ask(
        answers: Answers, session: requests.Session, request: requests.PreparedRequest, **kwargs: Any
    ) -> requests.Response:
        if answers.status is None and answers.error is None:
            asked = request.copy()
            asked.method, asked.body = "OPTIONS", None
            for name in ("Content-Length", "Content-Type", "Transfer-Encoding"):
                asked.headers.pop(name, None)
            try:
                response = send(session, asked, **kwargs)
                answers.status, answers.retry_after = (
                    response.status_code,
                    _seconds(response.headers.get("Retry-After")),
                )
                response.close()
            except requests.RequestException as error:
                answers.error = error
        raise Knocked

    setattr(requests.Session, "send", heard)  # noqa: B010 - mypy forbids the plain assignment to a method


_listen()
