"""An Apprise URL as a service that can be asked: is it good, whom does it reach, what does it hide."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from apprise import AppriseAsset, NotifyFormat
from apprise.common import OverflowMode
from apprise.exception import AppriseException
from apprise.manager_plugins import NotificationManager
from apprise.plugins import url_to_dict

from monitor.deliver.hiding import scrubbed
from monitor.deliver.mail import Mail
from monitor.model import Format

_OURS: dict[str, Any] = {"mailto": Mail, "mailtos": Mail}
# A generic receiver shows what it gets as it is: plain text, unless the URL says format=markdown.
_PLAIN = {"json", "jsons", "form", "forms", "xml", "xmls", "amqp", "amqps", "apprise", "apprises"}
_TITLE_ROOM = 160  # characters kept free where a service counts the title within its limit
_MAIL_KEYS = {"To": "to=", "Carbon Copy": "cc=", "Blind Carbon Copy": "bcc=", "Reply To": "reply="}
_DROPPED = re.compile(r"Dropped invalid (.+) email ")
_WRITE_TO = "write to=desk@example.org,duty@example.org"
_LAST_PORT = 65535
_loading = threading.Lock()
_plugins: Any = cast(Any, NotificationManager)()  # untyped, all of it
_url_to_dict: Any = url_to_dict

# Apprise's own log names hosts, users and paths: its words reach an operator only through ``scrubbed``.
_log = logging.getLogger("apprise")
_log.propagate = False
_log.setLevel(logging.WARNING)
_log.addHandler(logging.NullHandler())
# At debug level, urllib3 logs the path of every request, and a webhook's path is its password.
logging.getLogger("urllib3").setLevel(logging.ERROR)


class Unusable(ValueError):
    """A channel URL that can't be used; the text says why, without any secret of it."""


@dataclass(slots=True)
class Service:
    """An Apprise plugin made from one URL; ``asked`` is the form that the URL asks for, if any."""

    schema: str
    plugin: Any  # Apprise's classes are typed in part only
    asked: str | None = None

    @property
    def mail(self) -> Mail | None:
        """The plugin, where it is mail."""
        return self.plugin if isinstance(self.plugin, Mail) else None

    @property
    def form(self) -> tuple[Format, int | None]:
        """The richest form that the service shows as it is meant, and the characters a part may have."""
        if self.mail:
            return Format.HTML, None
        told: Any = self.plugin.notify_format  # one, or several in order of preference
        formats = [NotifyFormat(one).value for one in ([told] if isinstance(told, str) else list(told))]
        if self.asked in formats:
            chosen = self.asked
        elif "markdown" in formats and self.schema not in _PLAIN:
            chosen = "markdown"
        else:
            chosen = formats[0]
        if chosen == "html":
            return Format.HTML, None
        limit = int(self.plugin.body_maxlen) - (_TITLE_ROOM if self.plugin.overflow_amalgamate_title else 0)
        return Format(chosen), max(1, limit)


def service(url: str) -> Service:
    """The service that ``url`` names, ready to be told one message; raises ``Unusable``."""
    schema = url.partition(":")[0].strip().lower()
    if not re.fullmatch(r"[a-z0-9][a-z0-9+.-]*", schema) or ":" not in url:
        raise Unusable("not a URL: it must begin with a service and ://, like mailto:// or slack://")
    made: Service | None = None
    with _Said() as said:
        try:
            tokens = _tokens(schema, url)
            if tokens is not None:
                plugin = (_OURS.get(tokens["schema"]) or _plugins[tokens["schema"]])(**tokens, asset=_asset())
                made = Service(tokens["schema"], plugin, tokens.get("format"))
        except (AppriseException, TypeError, ValueError, KeyError, AttributeError) as error:
            if isinstance(error, AppriseException):
                said.lines.insert(0, str(error))
    if made is None:
        raise Unusable(_reason(schema, scrubbed(said.lines[0] if said.lines else "", url)))
    _own(made)
    if made.mail:
        _whole(made.mail, url, said.lines)
    return made


class _Said(logging.Handler):
    """What Apprise logs in this thread while it reads a URL: its only word on what is wrong."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self.lines.append(record.getMessage())

    def __enter__(self) -> _Said:
        _log.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        _log.removeHandler(self)


def _tokens(schema: str, url: str) -> dict[str, Any] | None:
    ours = _OURS.get(schema)
    found: dict[str, Any] | None
    if ours is not None:  # without loading the 150 plugins, which takes a fifth of a second
        found = ours.parse_url(url.replace("/#", "/%23"))
    else:
        _load()
        found = _url_to_dict(url)
    return found


def _load() -> None:
    # Apprise marks its plugins as loaded before they are: a second thread would find no service.
    with _loading:
        _plugins.load_modules()


def _asset() -> AppriseAsset:
    # No pictures from Apprise's site, no retries and no threads of Apprise's: those are the pipeline's to decide.
    return AppriseAsset(
        app_id="monitor", app_desc="monitor", app_url="", image_url_mask="", image_url_logo="", theme=None,
        async_mode=False, service_timeout=0, interpret_escapes=False, interpret_emojis=False,
    )  # fmt: skip


def _own(made: Service) -> None:
    """Takes back what a URL could switch on behind the pipeline's back."""
    plugin = made.plugin
    plugin.retry = 0
    plugin.optional = False  # ``optional=yes`` calls every failure a success
    plugin.interpret_emojis = False
    # Parts fit already; but a dialect's escapes may make one longer, and a service would refuse it.
    plugin.overflow_mode = OverflowMode.UPSTREAM if made.form[0] is Format.HTML else OverflowMode.SPLIT
    if made.mail:
        if made.mail.pgp_mode != "no":
            raise Unusable("PGP is not supported in mail URLs; take pgp= and wkd= out")
    elif len(plugin) > 1:
        raise Unusable(f"it names {len(plugin)} targets, and a channel is one recipient: make a channel of each")


def _whole(mail: Mail, url: str, said: Sequence[str]) -> None:
    # Apprise leaves out what it can't read as an address, with a word in its log or without one, and
    # goes on with the others: whoever was meant would never be told.
    unread = [_MAIL_KEYS.get(found[1], "the URL") for line in said if (found := _DROPPED.match(line))]
    for key, value in parse_qsl(urlsplit(url).query):
        named = re.sub(r'"[^"]*"', "", value)  # the comma of "Doe, Jane" <jane@example.org>
        if key in ("to", "cc", "bcc") and any("@" not in one for one in re.split("[,;]", named) if one.strip()):
            unread.append(f"{key}=")
    if unread:
        raise Unusable(f"{unread[0]} holds something that is no mail address; {_WRITE_TO}")
    if not mail.addresses():
        raise Unusable(f"it names nobody to write to; {_WRITE_TO}")
    if mail.port and mail.port > _LAST_PORT:
        raise Unusable(f"its port is above {_LAST_PORT}")


def _reason(schema: str, said: str) -> str:
    _load()
    if schema not in _OURS and schema not in _plugins and schema not in ("http", "https"):
        return f"Apprise knows no service {schema}://"
    help_url = _plugins[schema].setup_url if schema in _plugins else ""
    see = f"; how to write it: {help_url}" if help_url else ""
    return f"{schema}:// is missing something or has it in the wrong place{f' ({said})' if said else ''}{see}"
