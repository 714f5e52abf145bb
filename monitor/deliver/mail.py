"""Mail as it should be: our MIME, our headers, and the server's own words about what became of it.

Apprise's ``NotifyEmail`` reads the URL, with its knowledge of the big providers; it would build a
message without a text part of ours, without References, and keep no SMTP code.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from monitor.errors import DeliveryError
from monitor.model import Message

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # Apprise's PGP support imports imghdr
    from apprise.plugins.email import NotifyEmail

_OURS = {
    "from", "to", "cc", "bcc", "subject", "date", "message-id", "in-reply-to", "references", "list-id",
    "auto-submitted", "mime-version", "content-type", "content-transfer-encoding",
}  # fmt: skip
_VERDICT = 600.0  # seconds: given up on sooner, a slow server gets the letter twice (RFC 5321 section 4.5.3.2.6)
_GOODBYE = 1.0  # seconds to wait for the answer to QUIT
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Letter:
    """One message for one address; timeouts in seconds."""

    message: Message
    recipient: str
    connect: float
    read: float


class Mail(NotifyEmail):  # type: ignore[no-untyped-call]  # Apprise is typed in part only
    """``mailto://`` and ``mailtos://``: sends its ``letter``; ``failure`` says why it could not.

    No decision is made here about trying again, and nothing is tried twice.
    """

    letter: Letter | None = None
    failure: DeliveryError | None = None
    reply: str = ""

    def addresses(self) -> tuple[str, ...]:
        """Everybody the URL names, each once: to, cc and bcc alike get a letter of their own."""
        named = [address for _, address in self.targets] + sorted(self.cc) + sorted(self.bcc)
        once: dict[str, str] = {}
        for address in named:
            once.setdefault(address.casefold(), address)
        return tuple(once.values())

    def send(self, *_args: Any, **_kwargs: Any) -> bool:
        """Called by Apprise, with what the letter holds already."""
        if self.letter is None:
            return False
        try:
            self.reply = self._post(self.letter)
        except DeliveryError as error:
            self.failure = error
            return False
        return True

    @property
    def _sender(self) -> str:
        return str(self.from_addr[1])

    def compose(self, letter: Letter) -> EmailMessage:
        """The letter as MIME: text and HTML side by side, threaded by Message-ID (RFC 5322, 2046, 2919, 3834)."""
        message = letter.message
        mail = EmailMessage(policy=SMTP)
        name, _ = self.from_addr
        mail["From"] = _address(str(name or ""), self._sender)
        mail["To"] = _address("", letter.recipient)
        mail["Subject"] = _line(message.subject)
        mail["Date"] = format_datetime(datetime.now(UTC))
        mail["Message-ID"] = f"<{_line(message.message_id)}>"
        if message.thread and message.thread != message.message_id:
            mail["In-Reply-To"] = mail["References"] = f"<{_line(message.thread).strip('<>')}>"
        if message.list_id:
            mail["List-Id"] = f"<{_line(message.list_id)}>"
        mail["Auto-Submitted"] = "auto-generated"
        if message.urgent:
            mail["Importance"] = "high"
        if self.reply_to:
            mail["Reply-To"] = tuple(_address(str(self.names.get(one) or ""), one) for one in sorted(self.reply_to))
        for header, value in self.headers.items():
            if _HEADER_NAME.fullmatch(header) and header.casefold() not in _OURS:
                mail[header] = _line(value)
        body = message.parts[0]
        mail.set_content(message.text or body, cte="quoted-printable")
        if message.text:
            mail.add_alternative(body, subtype="html", cte="quoted-printable")
        return mail

    def _post(self, letter: Letter) -> str:
        try:
            raw = self.compose(letter).as_bytes()
        except (ValueError, TypeError, IndexError, MessageError) as error:
            raise DeliveryError(f"no mail can be made of this: {type(error).__name__}", permanent=True) from error
        with self._connected(letter) as smtp:
            _expect(smtp.mail(self._sender), "sender")
            _expect(smtp.rcpt(letter.recipient), "recipient")
            return self._data(smtp, raw)

    def knock(self, letter: Letter) -> str:
        """The server's yes to the recipient, and no letter (RFC 5321 section 4.1.1.5); raises ``DeliveryError``."""
        with self._connected(letter) as smtp:
            _expect(smtp.mail(self._sender), "sender")
            reply = _expect(smtp.rcpt(letter.recipient), "recipient")
            smtp.rset()
            return reply

    def _data(self, smtp: smtplib.SMTP, raw: bytes) -> str:
        _expect(smtp.docmd("DATA"), "message", wanted=354)
        try:
            # From the final dot on only the server knows whether it took the message (RFC 5321 section 4.5.3.2.6).
            smtp.send(re.sub(rb"(?m)^\.", b"..", raw).removesuffix(b"\r\n") + b"\r\n.\r\n")
            if smtp.sock is not None:
                smtp.sock.settimeout(_VERDICT)
            answer = smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            detail = f"{_why(error)} before the message was accepted"
            raise DeliveryError(detail, permanent=False, maybe_delivered=True) from error
        return _expect(answer, "message")

    @contextlib.contextmanager
    def _connected(self, letter: Letter) -> Iterator[smtplib.SMTP]:
        """A session ready for a letter. What goes wrong within it is a ``DeliveryError``; how it ends is not."""
        smtp: smtplib.SMTP | None = None
        try:
            smtp = self._open(letter)
            smtp.ehlo_or_helo_if_needed()
            if self.secure_mode == "starttls":
                smtp.starttls(context=self._context())
                smtp.ehlo_or_helo_if_needed()
            if self.user and self.password:
                smtp.login(self.user, self.password)
            yield smtp
        except smtplib.SMTPNotSupportedError as error:
            raise DeliveryError(
                f"the mail server does not offer what the URL asks for: {error}", permanent=True
            ) from error
        except smtplib.SMTPAuthenticationError as error:
            raise _refused(error.smtp_code, error.smtp_error, "login") from error
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code, error.smtp_error, "connection") from error
        except UnicodeError as error:
            raise DeliveryError("the address needs SMTPUTF8, which is not supported", permanent=True) from error
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryError(_why(error), permanent=False) from error
        finally:
            # The message is accepted or refused by now: a server that hangs up without a word changes nothing.
            if smtp is not None:
                with contextlib.suppress(smtplib.SMTPException, OSError):
                    if smtp.sock is not None:
                        smtp.sock.settimeout(_GOODBYE)
                    smtp.quit()
                smtp.close()

    def _open(self, letter: Letter) -> smtplib.SMTP:
        # A name of our own for EHLO: smtplib would ask the DNS for one, which can take long.
        name = socket.gethostname()
        host, port = str(self.smtp_host), int(self.port or 0)
        local = name if "." in name else "[127.0.0.1]"
        if self.secure_mode == "ssl":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, port, local, timeout=letter.connect, context=self._context())
        else:
            smtp = smtplib.SMTP(host, port, local, timeout=letter.connect)
        if smtp.sock is not None:
            smtp.sock.settimeout(letter.read)
        return smtp

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if not self.verify_certificate:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def _expect(answer: tuple[int, bytes], what: str, wanted: int = 250) -> str:
    code, text = answer
    if code == wanted or (wanted == 250 and code == 251):
        return f"{code} {_words(text)}".strip()
    raise _refused(code, text, what)


def _refused(code: int, text: bytes | str, what: str) -> DeliveryError:
    """5xx is for good; anything else may pass (RFC 5321 section 4.2.1)."""
    return DeliveryError(f"{what} refused: {code} {_words(text)}".strip(), permanent=500 <= code < 600)


def _why(error: BaseException) -> str:
    if isinstance(error, smtplib.SMTPServerDisconnected) and isinstance(error.__context__, OSError):
        return _why(error.__context__)  # smtplib calls a time-out a disconnection
    match error:
        case smtplib.SMTPServerDisconnected():
            return "the mail server dropped the connection"
        case TimeoutError():
            return "the mail server did not answer in time"
        case ConnectionRefusedError():
            return "the mail server refuses connections"
        case ssl.SSLError():
            return f"no safe connection to the mail server: {error.reason or 'TLS error'}"
        case socket.gaierror():
            return "the mail server's name is not known"
        case OSError():
            return f"the connection to the mail server failed: {error.strerror or type(error).__name__}"
    return f"the mail server answered nonsense: {type(error).__name__}"


def _words(text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return _line(words)[:160]


def _line(text: str) -> str:
    """``text`` on one line: a header can't be ended from within."""
    return _CONTROL.sub(" ", text).encode("utf-8", "replace").decode().strip()


def _address(name: str, address: str) -> Address:
    return Address(display_name=_line(name), addr_spec=address)
