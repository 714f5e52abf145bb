"""Where messages arrive: a real SMTP server and a real webhook receiver on loopback, well or badly behaved.

with mail_server() as post:                      # takes everything
    ... f"mailto://127.0.0.1:{post.port}/?from=a@example.org&to=b@example.org"
    post.letters[0]["Subject"]
with mail_server(refuse_recipient="550 no such user") as post: ...
with web_receiver(status=429, headers={"Retry-After": "120"}) as hook: ...
"""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Post:
    """What a mail server took, and how it behaves; change ``refuse_…`` while it runs to change its mind.

    ``refuse_sender``, ``refuse_recipient`` and ``refuse_message`` are whole replies like "450 try
    later". ``drop`` is "before 250" or "after 250": the message is taken, then the connection is cut;
    "never 250": it is taken, and no answer ever comes.
    """

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    refuse_sender: str = ""
    refuse_recipient: str = ""
    refuse_message: str = ""
    drop: str = ""
    slow: float = 0.0  # seconds before it says what became of a letter

    def url(self, *to: str, query: str = "") -> str:
        """An Apprise URL that reaches this server; to ``desk@example.org`` unless told otherwise."""
        who = ",".join(to or ("desk@example.org",))
        return f"mailto://127.0.0.1:{self.port}/?from=watch@example.org&to={who}{query}"


class _Clerk:
    """aiosmtpd's handler: does what the ``Post`` says."""

    def __init__(self, post: Post, password: str | None) -> None:
        self._post = post
        self._password = password

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if self._password and not session.authenticated:
            return "530 5.7.0 log in first"
        if self._post.refuse_sender:
            return self._post.refuse_sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if self._post.refuse_recipient:
            return self._post.refuse_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self._post.refuse_message:
            return self._post.refuse_message
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        self._post.raw.append(content)
        self._post.letters.append(cast(EmailMessage, message_from_bytes(content, policy=policy.default)))
        self._post.recipients += envelope.rcpt_tos
        await asyncio.sleep(60 if self._post.drop == "never 250" else self._post.slow)
        if self._post.drop == "before 250":
            server.transport.abort()
        elif self._post.drop == "after 250":
            server.transport.write(b"250 taken\r\n")
            server.transport.close()
        return "250 taken"


class _Controller(Controller):
    """aiosmtpd's controller on a free port, without its wait for the port that it was told."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(
    *,
    password: str | None = None,
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    **behaviour: str,
) -> Iterator[Post]:
    """An SMTP server on a free port of 127.0.0.1; with ``password`` it wants a login before anything else.

    ``tls`` speaks TLS from the first byte, ``starttls`` offers STARTTLS.
    """
    post = Post(**behaviour)  # type: ignore[arg-type]

    def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        right = isinstance(data, LoginPassword) and data.password == (password or "").encode()
        return AuthResult(success=right, handled=False)

    login: dict[str, Any] = {"authenticator": authenticate, "auth_require_tls": False} if password else {}
    controller = _Controller(
        _Clerk(post, password),
        hostname="127.0.0.1",
        port=0,
        ssl_context=tls,
        tls_context=starttls,
        ready_timeout=10,
        **login,
    )
    controller.start()
    post.port = controller.port
    try:
        yield post
    finally:
        controller.stop()


@contextmanager
def dead_port() -> Iterator[int]:
    """A port of 127.0.0.1 where nobody listens, and nobody else can while it is used."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@contextmanager
def silent_server(greeting: bytes = b"") -> Iterator[int]:
    """A port that accepts, says ``greeting``, and then nothing at all."""
    stop = threading.Event()
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)

        def serve() -> None:
            while not stop.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                held.append(connection)
                connection.sendall(greeting)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            stop.set()
            thread.join()
            for connection in held:
                connection.close()


@dataclass
class Received:
    """One request that a webhook receiver got."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


@dataclass
class Hook:
    """A webhook receiver: answers ``status`` with ``headers``; change them while it runs.

    ``decide`` may take their place: it is given how many requests came before, and says a status.
    ``drop`` takes the request and closes the connection without an answer.
    """

    port: int = 0
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    answer: bytes = b"{}"
    decide: Callable[[int], int] | None = None
    drop: bool = False
    received: list[Received] = field(default_factory=list)

    def url(self, path: str = "", query: str = "") -> str:
        """An Apprise ``json://`` URL that reaches this receiver."""
        return f"json://127.0.0.1:{self.port}/{path}{query}"


@contextmanager
def web_receiver(**behaviour: Any) -> Iterator[Hook]:
    """A webhook receiver on a free port of 127.0.0.1; ``behaviour`` is the fields of ``Hook``."""
    hook = Hook(**behaviour)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status = hook.decide(len(hook.received)) if hook.decide else hook.status
            hook.received.append(Received(self.path, dict(self.headers), body))
            if hook.drop:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in hook.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(hook.answer)))
            self.end_headers()
            self.wfile.write(hook.answer)

        do_PUT = do_GET = do_OPTIONS = do_POST

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    hook.port = server.server_port
    try:
        yield hook
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def loopback_tls() -> ssl.SSLContext:
    """TLS as ``localhost``, with a certificate that nobody trusts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(__file__).with_name("loopback.pem"))
    return context
