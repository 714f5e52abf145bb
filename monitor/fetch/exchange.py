"""One feed's exchange with its server: from a request, over redirects, to a result.

Everything a server can do wrong becomes a ``Failed`` here. Its detail is made of our own words and
of host names, never of the server's and never of a whole URL: paths and queries carry tokens.
"""

from __future__ import annotations

import asyncio
import base64
import os
import re
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from urllib.parse import quote

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from monitor.fetch.coding import ACCEPTED, BadCoding, Body, TooLarge
from monitor.fetch.connect import Refused
from monitor.fetch.headers import fresh_for, retry_after, validators
from monitor.model import Failed, FailureKind, Feed, Fetched, FetchResult, NotModified, Validators

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9,"
    " application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_ANSWERS = frozenset({200, 203})  # other successes carry no document, or a part of one
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # RFC 9110 section 5.6.2
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SMALL = 1024 * 1024  # bytes a body may have before it needs room of its own


@dataclass(frozen=True, slots=True)
class Request:
    """A feed to fetch, and the validators to make the GET conditional with.

    ``moved_to`` is where a permanent redirect of the feed's URL led before (RFC 9110 section 15.4.2):
    it is asked in place of that URL, without the feed's headers where it is another origin. A ``direct``
    one goes past the proxy. ``patience`` is how long its whole answer may take, where that is less than by the
    manners.
    """

    feed: Feed
    validators: Validators = field(default_factory=Validators)
    moved_to: str | None = None
    direct: bool = False
    patience: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Manners:
    """How to ask: who we are, how long we wait, how much we take.

    ``body_limit`` counts bytes after decompression; ``redirects`` is how many are followed.
    """

    user_agent: str
    timeout: timedelta
    connect_timeout: timedelta
    body_limit: int
    redirects: int
    proxy: str | None
    socks: str | None = None
    socks_errors: tuple[type[Exception], ...] = ()
    waits: aiohttp.ClientTimeout = field(init=False)

    def __post_init__(self) -> None:
        waits = aiohttp.ClientTimeout(total=None, connect=self.connect_timeout.total_seconds())
        object.__setattr__(self, "waits", waits)  # made once: it is asked for at every request


@dataclass(frozen=True, slots=True)
class Line:
    """What an exchange needs of its surroundings.

    ``session`` gives the session for a request (guarded or not); ``room`` returns when a body may grow
    past the small ones. Whoever takes the result frees that room again.
    """

    session: Callable[[Request], aiohttp.ClientSession]
    room: Callable[[], Awaitable[None]]


class _Failure(Exception):
    """An exchange that ends here."""

    def __init__(
        self, kind: FailureKind, detail: str, status: int | None = None, wait: timedelta | None = None
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.status = status
        self.wait = wait


async def exchange(request: Request, manners: Manners, line: Line) -> FetchResult:
    """Ask for one feed. Whatever the network or the server does is a value; only a bug raises."""
    began = time.monotonic()
    patience = min(manners.timeout, request.patience or manners.timeout).total_seconds()

    def seconds() -> float:
        return time.monotonic() - began

    try:
        async with asyncio.timeout(patience) as limit:
            return await _Exchange(request, manners, line, limit, seconds).run()
    except TimeoutError:
        return Failed(FailureKind.TIMEOUT, f"no whole answer within {patience:g} s", seconds=seconds())
    except _Failure as failure:
        return Failed(failure.kind, failure.detail, failure.status, failure.wait, seconds())


class _Exchange:
    """The state of one exchange: where it stands, and where it has been."""

    def __init__(
        self,
        request: Request,
        manners: Manners,
        line: Line,
        limit: asyncio.Timeout,
        seconds: Callable[[], float],
    ) -> None:
        self._request = request
        self._sent = request.validators
        self._manners = manners
        self._line = line
        self._limit = limit
        self._seconds = seconds
        self._url, self._own_headers = _start(request.feed)
        self._own = self._url
        self._moved_to = request.moved_to
        if request.moved_to is not None:
            self._url = _url(request.moved_to).with_user(None)
            if self._url.origin() != self._own.origin():
                self._own_headers = ()

    async def run(self) -> FetchResult:
        visited = {self._url}
        permanent = True
        for _ in range(self._manners.redirects + 1):
            async with self._ask() as answer:
                if answer.status not in _REDIRECTS:
                    return await self._take(answer)
                target = self._target(answer)
                permanent = permanent and answer.status in _PERMANENT
            if target in visited:
                raise _Failure(FailureKind.REDIRECT, "redirects go in a circle", answer.status)
            visited.add(target)
            self._url = target
            if permanent:
                self._moved_to = str(target)
            if target.origin() != self._own.origin():
                self._own_headers = ()  # for good: what comes back from elsewhere is no longer ours
        raise _Failure(FailureKind.REDIRECT, f"more than {self._manners.redirects} redirects")

    @asynccontextmanager
    async def _ask(self) -> AsyncIterator[aiohttp.ClientResponse]:
        """GET the current URL; raises ``_Failure`` for all that goes wrong before its headers are in."""
        host = self._url.host or ""
        try:
            async with self._line.session(self._request).get(
                self._url,
                headers=self._headers(),
                allow_redirects=False,
                timeout=self._manners.waits,
                proxy=None if self._request.direct else self._manners.proxy,
            ) as answer:
                yield answer
        except self._manners.socks_errors:
            raise _Failure(FailureKind.CONNECT, f"the proxy gave no connection to {host}") from None
        except (aiohttp.ClientError, OSError) as error:  # a total time-out is the caller's
            if isinstance(error, TimeoutError) and not isinstance(error, aiohttp.ServerTimeoutError):
                raise
            # aiohttp's stream keeps its error, and that the frames it passed through, with what came of the body.
            raise _explained(error.with_traceback(None), host) from None

    def _headers(self) -> CIMultiDict[str]:
        headers = CIMultiDict({"User-Agent": self._manners.user_agent, "Accept": _ACCEPT})
        headers["Accept-Encoding"] = ACCEPTED
        if self._sent.etag:
            headers["If-None-Match"] = self._sent.etag
        if self._sent.last_modified:
            headers["If-Modified-Since"] = self._sent.last_modified
        for name, value in self._own_headers:
            headers[name] = value
        return headers

    def _target(self, answer: aiohttp.ClientResponse) -> URL:
        """Where a redirect leads; credentials in it are the redirecting server's, and dropped."""
        location = answer.headers.get("Location", "").strip()
        if not location:
            raise _Failure(FailureKind.REDIRECT, "a redirect without a target", answer.status)
        try:
            target = self._url.join(_url(location)).with_fragment(None)
        except ValueError:
            raise _Failure(FailureKind.REDIRECT, "a redirect to what is no URL", answer.status) from None
        if target.scheme not in ("http", "https") or not target.host:
            raise _Failure(FailureKind.REDIRECT, "a redirect to what is not http or https", answer.status)
        return target.with_user(None)

    async def _take(self, answer: aiohttp.ClientResponse) -> FetchResult:
        """What the last answer of the chain amounts to."""
        status, headers = answer.status, answer.headers
        wait = retry_after(headers, datetime.now(UTC))
        if status == HTTPStatus.NOT_MODIFIED:
            if self._sent == Validators():
                raise _Failure(FailureKind.HTTP, "answered 304 to an unconditional request", status, wait)
            fresh = validators(headers)
            kept = Validators(fresh.etag or self._sent.etag, fresh.last_modified or self._sent.last_modified)
            return NotModified(kept, self._moved_to, wait, self._seconds(), fresh_for(headers))
        if status not in _ANSWERS:
            kind = FailureKind.GONE if status == HTTPStatus.GONE else FailureKind.HTTP
            raise _Failure(kind, f"answered {_status_words(status)}", status, wait)
        body = await self._body(answer)
        return Fetched(
            url=str(self._url),
            status=status,
            body=body,
            content_type=headers.get("Content-Type"),
            validators=validators(headers),
            moved_to=self._moved_to,
            retry_after=wait,
            seconds=self._seconds(),
            fresh_for=fresh_for(headers),
        )

    async def _body(self, answer: aiohttp.ClientResponse) -> bytes:
        limit = self._manners.body_limit
        if (answer.content_length or 0) > limit:
            raise _too_large(limit, answer.status)
        try:
            body = Body(",".join(answer.headers.getall("Content-Encoding", ())), limit)
            spacious = False
            async for piece in answer.content.iter_any():
                body.feed(piece)
                if body.size > _SMALL and not spacious:
                    spacious = True
                    await self._make_room()
            return body.finish()
        except TooLarge:
            raise _too_large(limit, answer.status) from None
        except BadCoding as error:
            raise _Failure(FailureKind.ENCODING, str(error), answer.status) from None

    async def _make_room(self) -> None:
        """Wait until a large body may be held; the wait is ours and does not count against the server."""
        loop = asyncio.get_running_loop()
        began, deadline = loop.time(), self._limit.when()
        self._limit.reschedule(None)
        await self._line.room()
        if deadline is not None:
            self._limit.reschedule(deadline + loop.time() - began)


def _start(feed: Feed) -> tuple[URL, tuple[tuple[str, str], ...]]:
    """A feed's URL without its user and password, and the headers that only its own server gets."""
    try:
        url = _url(feed.url.strip())
    except ValueError:
        raise _Failure(FailureKind.CONNECT, "the feed's url is not a URL") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise _Failure(FailureKind.CONNECT, "the feed's url is not an http or https URL")
    for name, value in feed.headers:
        if not _HEADER_NAME.fullmatch(name) or not value.isprintable():
            raise _Failure(FailureKind.CONNECT, "a header of the feed holds what no header may")
    headers = feed.headers
    if url.user is not None or url.password is not None:
        if not any(name.lower() == "authorization" for name, _ in headers):
            pair = f"{url.user or ''}:{url.password or ''}".encode()
            headers = (*headers, ("Authorization", f"Basic {base64.b64encode(pair).decode()}"))
        url = url.with_user(None)
    return url.with_fragment(None) if url.raw_fragment else url, headers


def _url(text: str) -> URL:
    """``text`` as a URL, its escapes untouched: signed URLs break when they are tidied.

    Bytes that are no ASCII are escaped as they came; raises ``ValueError`` for what is no URL.
    """
    if _CONTROL.search(text):
        raise ValueError(text)
    if text.isascii():
        url = URL(text.replace(" ", "%20"), encoded=True)
    else:
        try:
            url = URL(text)  # a host in another script becomes its ASCII form
        except UnicodeEncodeError:
            raw = text.encode("utf-8", "surrogateescape")
            url = URL(quote(raw, safe="!#$%&'()*+,/:;=?@[]~"), encoded=True)
    _ = url.host, url.port  # yarl looks at these, and may refuse them, only when asked
    return url


def _too_large(limit: int, status: int) -> _Failure:
    # Made where it is raised: in a variable of a frame it passes through it would keep that frame, and what came of
    # the body, until garbage is looked for.
    return _Failure(FailureKind.TOO_LARGE, f"the body is larger than {limit} bytes", status)


def _status_words(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _explained(error: Exception, host: str) -> _Failure:
    """A failure of the connection, cut by what an operator would look at."""
    cause = getattr(error, "os_error", error)
    if isinstance(cause, Refused):
        return _Failure(FailureKind.ADDRESS, f"{host} leads to {cause}")
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return _Failure(FailureKind.DNS, f"the name {host} can't be resolved")
    if isinstance(error, aiohttp.ServerTimeoutError):
        return _Failure(FailureKind.TIMEOUT, f"no connection to {host} in time")
    certificate = getattr(error, "certificate_error", None)
    if isinstance(certificate, ssl.SSLCertVerificationError):
        return _Failure(FailureKind.TLS, f"the certificate of {host} is refused: {certificate.verify_message}")
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError) or certificate is not None:
        return _Failure(FailureKind.TLS, f"no secure connection to {host}")
    if isinstance(error, aiohttp.ClientPayloadError):
        return _Failure(FailureKind.CONNECT, f"the answer of {host} broke off")
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return _Failure(FailureKind.CONNECT, f"{host} closed the connection without an answer")
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return _Failure(FailureKind.CONNECT, f"the proxy answered {_status_words(error.status)}")
    if isinstance(error, aiohttp.ClientResponseError):
        return _Failure(FailureKind.HTTP, f"the answer of {host} is not HTTP")
    if isinstance(error, aiohttp.InvalidURL):
        return _Failure(FailureKind.CONNECT, f"{host} is no host to connect to")
    number = getattr(cause, "errno", None)
    words = os.strerror(number).lower() if number and number > 0 else "the connection failed"
    return _Failure(FailureKind.CONNECT, f"no connection to {host}: {words}")
