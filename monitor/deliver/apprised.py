"""All channels but the console: one Apprise object, one URL and one recipient per call.

So every outcome has one owner. The functions are those of the stage, which says what they promise.
"""

from __future__ import annotations

from collections.abc import Callable

from apprise import Apprise, AppriseResult, NotifyType

from monitor.deliver import service as services
from monitor.deliver import web
from monitor.deliver.hiding import redacted, scrubbed
from monitor.deliver.mail import Letter
from monitor.deliver.service import Service, Unusable
from monitor.errors import DeliveryError
from monitor.model import Channel, Format, Message, Receipt


def check(url: str) -> str | None:
    """Why ``url`` can't be used; None where it can."""
    try:
        services.service(url)
    except Unusable as error:
        return str(error)
    return None


def recipients(channel: Channel) -> tuple[str, ...]:
    """The addresses of a mail URL (to, cc and bcc), else one nameless recipient."""
    mail = _service(channel).mail
    return mail.addresses() if mail else ("",)


def form(channel: Channel) -> tuple[Format, int | None]:
    """The form that ``channel`` is told in and the most characters of a part."""
    return _service(channel).form


def sender(channel: Channel, recipient: str, message: Message, patience: float) -> Callable[[int], Receipt]:
    """What sends the part of ``message`` with this number; waits ``patience`` seconds for each answer."""
    made = _ready(channel, patience)
    if made.mail:
        made.mail.letter = Letter(message, recipient, connect=patience, read=patience)
    return lambda number: _send_part(made, channel, message, number)


def can_knock(url: str) -> bool:
    """Whether the receiver at ``url``, which ``check`` found good, can be asked without a message."""
    made = services.service(url)
    return made.mail is not None or web.speaks(made.plugin)


def knock(channel: Channel, recipient: str, message: Message, patience: float) -> Receipt:
    """Go as far towards sending ``message`` as can be gone without anybody seeing it."""
    made = _ready(channel, patience)
    if made.mail:
        try:
            reply = made.mail.knock(Letter(message, recipient, connect=patience, read=patience))
        except DeliveryError as error:
            error.detail = scrubbed(error.detail, channel.url)
            error.args = (error.detail,)
            raise
        return Receipt(scrubbed(reply, channel.url))
    if not web.speaks(made.plugin):
        raise DeliveryError("this service can't be asked without a message: set canary: message", permanent=True)
    with web.knocking() as answers:
        _notify(made, message, 0)
    if answers.status is not None and not web.refuses(answers.status):
        return Receipt(f"asked, HTTP {answers.status}")
    raise web.failure(answers, redacted(channel.url), "asked without a message")


def _ready(channel: Channel, patience: float) -> Service:
    made = _service(channel)
    made.plugin.socket_connect_timeout = made.plugin.socket_read_timeout = patience
    return made


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
        return Receipt(scrubbed(detail, channel.url))
    if made.mail and made.mail.failure:
        failed = made.mail.failure
        failed.detail = scrubbed(failed.detail, channel.url)
        failed.args = (failed.detail,)
        raise failed
    said = next((entry.message for entry in result.logs()), "")
    raise web.failure(answers, redacted(channel.url), scrubbed(said, channel.url))


def _title(made: Service, message: Message, number: int) -> str:
    """The subject, where a service shows titles apart; elsewhere the body begins with all that it says."""
    plugin = made.plugin
    if plugin.title_maxlen <= 0 or plugin.overflow_amalgamate_title:
        return ""
    return message.subject if number == 0 else f"{message.subject} ({number + 1}/{len(message.parts)})"


def _service(channel: Channel) -> Service:
    try:
        return services.service(channel.url)
    except Unusable as error:
        raise DeliveryError(f"channel {channel.id} can't be used: {error}", permanent=True) from None
