"""One channel and one message → a receipt, or ``DeliveryError(permanent=…)``. Apprise alone, and alone here.

What a URL hides stays here: no error, receipt or log line of this stage holds any of it. Apprise and
what it needs are loaded with the first channel that is not the console: they take a quarter of a
second and fifteen megabytes.
"""

from __future__ import annotations

from collections.abc import Callable

from monitor.deliver import console
from monitor.deliver.hiding import redacted, secrets
from monitor.errors import DeliveryError
from monitor.model import Channel, Format, Message, Receipt

_LONGEST_TIMEOUT = 5.0  # seconds: a dead receiver must not keep the others waiting


def check(url: str) -> str | None:
    """Why ``url`` can't be used, without any secret of it; None where it can. Touches no network."""
    if console.named(url):
        return None
    if url.lower().lstrip().startswith("console:"):
        return "console:// is missing something or has it in the wrong place: nothing stands behind it"
    from monitor.deliver import apprised  # noqa: PLC0415 - see above

    return apprised.check(url)


def recipients(channel: Channel) -> tuple[str, ...]:
    """Who gets a message each: the addresses of a mail URL (to, cc and bcc), else one nameless recipient.

    Raises ``DeliveryError`` where the URL can't be used.
    """
    if console.named(channel.url):
        return ("",)
    from monitor.deliver import apprised  # noqa: PLC0415 - see above

    return apprised.recipients(channel)


def form(channel: Channel) -> tuple[Format, int | None]:
    """The form that ``channel`` is told in and the most characters of a part; None: any number.

    Raises ``DeliveryError`` where the URL can't be used.
    """
    if console.named(channel.url):
        return Format.TEXT, None
    from monitor.deliver import apprised  # noqa: PLC0415 - see above

    return apprised.form(channel)


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
    send_part = _sender(channel, recipient, message, min(timeout, _LONGEST_TIMEOUT))
    receipt = Receipt()
    for number in range(parts_done, len(message.parts)):
        receipt = send_part(number)
        if on_part is not None:
            on_part(number + 1)
    return receipt


def can_knock(url: str) -> bool:
    """Whether the receiver at ``url``, which ``check`` found good, can be asked without a message."""
    if console.named(url):
        return True
    from monitor.deliver import apprised  # noqa: PLC0415 - see above

    return apprised.can_knock(url)


def knock(channel: Channel, recipient: str, message: Message, *, timeout: float = _LONGEST_TIMEOUT) -> Receipt:
    """Go as far towards sending ``message`` as can be gone without anybody seeing it. Raises ``DeliveryError``.

    Mail: the whole dialogue up to the server's yes to the recipient, and no letter. A web service: the
    request is made ready, and its address is asked with OPTIONS, a method that acts on nothing (RFC 9110
    section 9.3.7). The console: whether it is open. Services of other kinds refuse.
    """
    if console.named(channel.url):
        if not console.is_open():
            raise DeliveryError("the output is closed", permanent=False)
        return Receipt("open")
    from monitor.deliver import apprised  # noqa: PLC0415 - see above

    return apprised.knock(channel, recipient, message, min(timeout, _LONGEST_TIMEOUT))


def _sender(channel: Channel, recipient: str, message: Message, patience: float) -> Callable[[int], Receipt]:
    if console.named(channel.url):
        return lambda number: _print(message.parts[number])
    from monitor.deliver import apprised  # noqa: PLC0415 - see above

    return apprised.sender(channel, recipient, message, patience)


def _print(part: str) -> Receipt:
    if not console.show(part):
        raise DeliveryError("the output is closed", permanent=False)
    return Receipt()


__all__ = ["can_knock", "check", "form", "knock", "recipients", "redacted", "secrets", "send"]
