"""One channel and one message → a receipt, or ``DeliveryError(permanent=…)``. Apprise alone, and alone here.

One Apprise object, one URL and one recipient per call, so that every outcome has one owner. What a
URL hides stays here: no error, receipt or log line of this stage holds any of it.
"""

from __future__ import annotations

from collections.abc import Callable

from apprise import Apprise, AppriseResult, NotifyType

from monitor.deliver import service as services
from monitor.deliver import web
from monitor.deliver.console import Console
from monitor.deliver.mail import Letter
from monitor.deliver.service import Service, Unusable, redacted, secrets
from monitor.errors import DeliveryError
from monitor.model import Channel, Format, Message, Receipt

_LONGEST_TIMEOUT = 5.0  # seconds: a dead receiver must not keep the others waiting


def check(url: str) -> str | None:
    """Why ``url`` can't be used, without any secret of it; None where it can. Touches no network."""
    try:
        services.service(url)
    except Unusable as error:
        return str(error)
    return None


def recipients(channel: Channel) -> tuple[str, ...]:
    """Who gets a message each: the addresses of a mail URL (to, cc and bcc), else one nameless recipient.

    Raises ``DeliveryError`` where the URL can't be used.
    """
    mail = _service(channel).mail
    return mail.addresses() if mail else ("",)


def form(channel: Channel) -> tuple[Format, int | None]:
    """The form that ``channel`` is told in and the most characters of a part; None: any number.

    Raises ``DeliveryError`` where the URL can't be used.
    """
    return _service(channel).form


def send(
    channel: Channel,
    recipient: str,
    message: Message,
    *,
    parts_done: int = 0,
    on_part: Callable[[int], None] | None = None,
    timeout: float = _LONGEST_TIMEOUT,
) -> Receipt:
    """Send the parts of ``message`` from ``parts_done`` on; ``on_part`` is told after each how many are done.

    ``timeout`` is in seconds, for the connection and for each answer, and 5 at most; a mail server's answer to
    the whole letter is waited for ten minutes, as RFC 5321 asks. Raises
    ``DeliveryError``: permanent for SMTP 5xx, HTTP 4xx (but 408, 425 and 429) and an unusable URL;
    passing for everything else. Its ``maybe_delivered`` says that the receiver may have it
    nevertheless: the connection broke between the last byte sent and the answer.
    """
    made = _service(channel)
    patience = min(timeout, _LONGEST_TIMEOUT)
    made.plugin.socket_connect_timeout = made.plugin.socket_read_timeout = patience
    if made.mail:
        made.mail.letter = Letter(message, recipient, connect=patience, read=patience)
    receipt = Receipt()
    for number in range(parts_done, len(message.parts)):
        try:
            receipt = _send_part(made, channel, message, number)
        except DeliveryError as error:
            error.parts_done = number
            raise
        if on_part is not None:
            on_part(number + 1)
    return receipt


def can_knock(url: str) -> bool:
    """Whether the receiver at ``url``, which ``check`` found good, can be asked without a message."""
    made = services.service(url)
    return made.mail is not None or isinstance(made.plugin, Console) or web.speaks(made.plugin)


def knock(channel: Channel, recipient: str, message: Message, *, timeout: float = _LONGEST_TIMEOUT) -> Receipt:
    """Go as far towards sending ``message`` as can be gone without anybody seeing it. Raises ``DeliveryError``.

    Mail: the whole dialogue up to the server's yes to the recipient, and no letter. A web service: the
    request is made ready, and its address is asked with OPTIONS, a method that acts on nothing (RFC 9110
    section 9.3.7). The console: whether it is open. Services of other kinds refuse.
    """
    made = _service(channel)
    patience = min(timeout, _LONGEST_TIMEOUT)
    made.plugin.socket_connect_timeout = made.plugin.socket_read_timeout = patience
    if made.mail:
        try:
            reply = made.mail.knock(Letter(message, recipient, connect=patience, read=patience))
        except DeliveryError as error:
            error.detail = services.scrubbed(error.detail, channel.url)
            error.args = (error.detail,)
            raise
        return Receipt(services.scrubbed(reply, channel.url))
    if isinstance(made.plugin, Console):
        if not made.plugin.is_open():
            raise DeliveryError("the output is closed", permanent=False)
        return Receipt("open")
    if not web.speaks(made.plugin):
        raise DeliveryError("this service can't be asked without a message: set canary: message", permanent=True)
    with web.knocking() as answers:
        _notify(made, message, 0)
    if answers.status is not None and not web.refuses(answers.status):
        return Receipt(f"asked, HTTP {answers.status}")
    raise web.failure(answers, redacted(channel.url), "asked without a message")


def _notify(made: Service, message: Message, number: int) -> AppriseResult:
    apprise = Apprise()
    apprise.add(made.plugin)
    return apprise.notify(
        body=message.parts[number],
        title=_title(made, message, number),
        notify_type=NotifyType.WARNING if message.urgent else NotifyType.INFO,
        body_format=message.format.value,
        interpret_escapes=False,
    )


def _send_part(made: Service, channel: Channel, message: Message, number: int) -> Receipt:
    with web.listening() as answers:
        result = _notify(made, message, number)
    if result:
        detail = made.mail.reply if made.mail else f"HTTP {answers.status}" if answers.status else ""
        return Receipt(services.scrubbed(detail, channel.url))
    if made.mail and made.mail.failure:
        failed = made.mail.failure
        failed.detail = services.scrubbed(failed.detail, channel.url)
        failed.args = (failed.detail,)
        raise failed
    said = next((entry.message for entry in result.logs()), "")
    raise web.failure(answers, redacted(channel.url), services.scrubbed(said, channel.url))


def _title(made: Service, message: Message, number: int) -> str:
    """The subject, where a service shows titles apart; elsewhere the body begins with all that it says."""
    plugin = made.plugin
    if isinstance(plugin, Console) or plugin.title_maxlen <= 0 or plugin.overflow_amalgamate_title:
        return ""
    return message.subject if number == 0 else f"{message.subject} ({number + 1}/{len(message.parts)})"


def _service(channel: Channel) -> Service:
    try:
        return services.service(channel.url)
    except Unusable as error:
        raise DeliveryError(f"channel {channel.id} can't be used: {error}", permanent=True) from None


__all__ = ["can_knock", "check", "form", "knock", "recipients", "redacted", "secrets", "send"]
