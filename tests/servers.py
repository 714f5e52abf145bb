"""A real HTTP server on loopback: a test sets what each path answers and reads what was asked.

with FeedServer() as server:
    server.routes["/news.xml"] = Answer(body=b"<rss/>", headers={"ETag": '"1"'})
    ...
    assert server.requests[0].headers["If-None-Match"] == '"1"'
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType


@dataclass(frozen=True)
class Answer:
    """What the server sends. ``raw`` replaces everything else, status line included.

    A ``body`` that is no bytes is sent piece by piece, without a Content-Length, ``pause`` seconds
    apart; ``delay`` is waited before the first byte. ``headers`` may name a Content-Length of its own, and lie.
    """

    status: int = 200
    body: bytes | Iterable[bytes] = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    pause: float = 0.0
    delay: float = 0.0
    raw: bytes | None = None


@dataclass(frozen=True)
class Asked:
    """One request as it arrived, with the times (monotonic) it came and was answered."""

    path: str
    headers: Message
    came: float
    host: str


Route = Answer | Callable[[Asked], Answer]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 512

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what several tests are about."""


class FeedServer:
    """Serves ``routes`` (path → answer, or a function from the request to one) on 127.0.0.1."""

    def __init__(self, routes: Mapping[str, Route] | None = None) -> None:
        self.routes: dict[str, Route] = dict(routes or {})
        self.requests: list[Asked] = []
        self.open = 0  # requests that wait for their answer, and the most there were at one time
        self.most_open = 0
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer._answer(self)

            def log_message(self, format: str, *args: object) -> None:
                """The requests are in ``requests``."""

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """The address of ``path``; ``host`` may be any name or address that leads to loopback."""
        return f"http://{host}:{self.port}{path}"

    def __enter__(self) -> FeedServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        asked = Asked(handler.path, handler.headers, time.monotonic(), handler.headers.get("Host", ""))
        with self._lock:
            self.requests.append(asked)
            self.open += 1
            self.most_open = max(self.most_open, self.open)
        try:
            route = self.routes.get(handler.path.partition("?")[0], Answer(404))
            answer = route if isinstance(route, Answer) else route(asked)
            if answer.delay:
                time.sleep(answer.delay)
        finally:
            with self._lock:
                self.open -= 1  # before the client can know that it may ask again
        with contextlib.suppress(OSError):  # the client hung up
            _send(handler, answer)


def _send(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    handler.close_connection = True
    if answer.raw is not None:
        handler.wfile.write(answer.raw)
        return
    headers = dict(answer.headers)
    whole = answer.body if isinstance(answer.body, bytes) else None
    if whole is not None and answer.status not in (204, 304):
        headers.setdefault("Content-Length", str(len(whole)))
    handler.send_response_only(answer.status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Connection", "close")
    handler.end_headers()
    if whole is not None:
        handler.wfile.write(whole)
        return
    for piece in answer.body:
        handler.wfile.write(piece)  # type: ignore[arg-type]
        handler.wfile.flush()
        if answer.pause:
            time.sleep(answer.pause)
