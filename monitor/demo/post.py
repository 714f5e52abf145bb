"""What receives in the demo: a mail server (RFC 5321) and a webhook, both on loopback.

Each keeps what it was sent as files that can be opened. Neither relays, and both accept from this machine alone.
"""

from __future__ import annotations

import email
import email.policy
import json
import socketserver
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email.message import EmailMessage
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from monitor.demo.serving import Serving

_LONGEST = 10_000_000  # bytes of a message, of its lines together


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that arrived, and the files it was written to; ``html`` is None where it had no HTML part."""

    message: EmailMessage
    recipients: tuple[str, ...]
    eml: Path
    html: Path | None

    @property
    def text(self) -> str:
        """Its plain text part as its recipient reads it; "" where there is none."""
        return _part(self.message, "plain") or ""


@dataclass(frozen=True, slots=True)
class Call:
    """A webhook call that arrived, and the file its JSON was written to."""

    body: dict[str, object]
    file: Path


class MailServer(Serving):
    """Accepts every mail and writes it to ``folder`` as ``mail-N.eml`` and ``mail-N.html``."""

    def __init__(self, folder: Path) -> None:
        self.mails: list[Mail] = []
        lock = threading.Lock()

        def keep(raw: bytes, recipients: Iterable[str]) -> None:
            message = email.message_from_bytes(raw, policy=email.policy.default)
            with lock:
                eml = folder / f"mail-{len(self.mails) + 1}.eml"
                eml.write_bytes(raw)
                page = _part(message, "html")
                html = eml.with_suffix(".html") if page is not None else None
                if html and page is not None:
                    html.write_text(page, encoding="utf-8")
                self.mails.append(Mail(message, tuple(recipients), eml, html))

        super().__init__(_Sessions(("127.0.0.1", 0), keep))


class Webhook(Serving):
    """Accepts every JSON document posted to it and writes it to ``folder`` as ``webhook-N.json``."""

    def __init__(self, folder: Path) -> None:
        self.calls: list[Call] = []
        calls = self.calls
        lock = threading.Lock()

        class Request(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                try:
                    body = json.loads(self.rfile.read(min(length, _LONGEST)))
                except ValueError:
                    self.send_error(HTTPStatus.BAD_REQUEST)
                    return
                with lock:
                    file = folder / f"webhook-{len(calls) + 1}.json"
                    file.write_text(json.dumps(body, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
                    calls.append(Call(body, file))
                self.send_response(HTTPStatus.NO_CONTENT)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Nothing: the demo prints what arrived itself."""

        super().__init__(ThreadingHTTPServer(("127.0.0.1", 0), Request))


class _Sessions(socketserver.ThreadingTCPServer):
    """SMTP, one session a thread; ``keep`` is called with each message before it is accepted."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], keep: Callable[[bytes, Iterable[str]], None]) -> None:
        super().__init__(address, _Session)
        self.keep = keep


class _Session(socketserver.StreamRequestHandler):
    server: _Sessions
    timeout = 30

    def handle(self) -> None:
        recipients: list[str] = []
        self._say("220 demo.invalid ESMTP")
        while line := self.rfile.readline(2000):
            words = line.decode("utf-8", "replace").split(maxsplit=1) or [""]
            verb, rest = words[0].upper(), "".join(words[1:]).strip()
            if verb == "QUIT":
                self._say("221 2.0.0 bye")
                return
            if verb == "DATA" and recipients:
                self._say("354 end with a dot alone")
                raw = self._data()
                if raw is None:
                    return
                self.server.keep(raw, recipients)
                recipients = []
                self._say("250 2.0.0 kept")
            elif verb == "RCPT":
                recipients.append(rest.partition(":")[2].split()[0].strip("<>"))
                self._say("250 2.1.5 ok")
            elif verb == "EHLO":
                self._say("250-demo.invalid", f"250-SIZE {_LONGEST}", "250-8BITMIME", "250 SMTPUTF8")
            elif verb in ("HELO", "MAIL", "RSET", "NOOP"):
                recipients = [] if verb in ("MAIL", "RSET") else recipients
                self._say("250 2.0.0 ok")
            else:
                self._say("503 5.5.1 no recipient yet" if verb == "DATA" else "502 5.5.1 not known")

    def _data(self) -> bytes | None:
        """The message, its doubled dots undone (RFC 5321 section 4.5.2); None when the sender went away or on."""
        lines: list[bytes] = []
        size = 0
        while line := self.rfile.readline(_LONGEST):
            if line in (b".\r\n", b".\n"):
                return b"".join(lines)
            size += len(line)
            if size > _LONGEST:
                return None
            lines.append(line[1:] if line.startswith(b"..") else line)
        return None

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


def _part(message: EmailMessage, kind: str) -> str | None:
    part = message.get_body((kind,))
    return None if part is None else str(part.get_content())
