"""The kinds of value that stand in configuration: durations, ids, zones, schedules, addresses.

Each reader takes what YAML or the environment gave and returns the value, or raises ``Wrong`` with
what to write instead. The ``Annotated`` types join them to pydantic and to the JSON Schema.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, time, timedelta
from difflib import get_close_matches
from typing import Annotated, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from cronsim import CronSim, CronSimError
from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from monitor.model import Level, Party, Tier

# {key} is the key that the query stands under: `problems` knows it.
BLOCK = "put the query in a block: `{key}: |`, with the query indented on the next line"


class Wrong(ValueError):
    """A value is refused: what is wrong, what to write instead, and under which key of the entry."""

    def __init__(self, what: str, instead: str = "", key: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.instead = instead
        self.key = key


def nearest(word: str, known: Iterable[str], likeness: float = 0.6) -> str | None:
    """The known word that ``word`` was probably meant to be, or None; ``likeness`` of 1 is the same."""
    close = get_close_matches(word, list(known), 1, likeness)
    return close[0] if close else None


def choices(word: str, known: Iterable[str]) -> str:
    """Advice for a word that is none of ``known``: the nearest, else all of them."""
    known = list(known)
    near = nearest(word, known)
    if near:
        return f"did you mean {near!r}?"
    return f"known: {', '.join(known)}" if known else "there are none"


def shown(value: object) -> str:
    """``value`` as an error message shows it: short, on one line, in the words of YAML."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "a mapping"
    text = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def kind_of(value: object) -> str:
    """What YAML took ``value`` for. The value itself is not told: it may be a secret out of place."""
    kinds: dict[type, str] = {bool: "a truth value", int: "a number", float: "a number", str: "text"}
    return kinds.get(type(value)) or shown(value)


# --- durations and times of day ----------------------------------------------------------------

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_DURATION = re.compile(r"(\d{1,9})(ms|s|m|h|d|w)", re.ASCII)
_SPOKEN = re.compile(r"(\d{1,9})\s*(ms|mo|s|m|h|d|w)[a-z]*", re.ASCII | re.IGNORECASE)


def duration(value: object) -> timedelta:
    """The span that ``30s``, ``5m``, ``1h``, ``2d`` or ``1w`` stands for."""
    if isinstance(value, timedelta):
        return value
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise Wrong(f"{shown(value)} is no duration", f"write {_as_duration(value)}")
    # Ten years: a span is added to moments, and those end with the year 9999.
    if int(match[1]) * _UNITS[match[2]] > 3650 * _UNITS["d"]:
        raise Wrong(f"{shown(value)} is too long", "write 3650d or less")
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])


def _as_duration(value: object) -> str:
    units = "a number and s, m, h, d or w, such as 30s, 5m, 1h, 2d"
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9:
        return f"its unit with it: {value}s, {value}m, {value}h or {value}d"
    if not isinstance(value, str) or not re.fullmatch(rf"\s*(?:{_SPOKEN.pattern}\W*(?:and\W+)?)+", value, re.I | re.A):
        return units
    parts = [(int(number), unit.lower()) for number, unit in _SPOKEN.findall(value)]
    if any(unit == "mo" for _, unit in parts):
        return units + "; months differ in length"
    seconds = sum(number * _UNITS[unit] for number, unit in parts)
    for unit in ("w", "d", "h", "m", "s"):
        if seconds and seconds % _UNITS[unit] == 0:
            return f"{int(seconds // _UNITS[unit])}{unit}"
    return units


def at_least(least: timedelta, most: timedelta | None = None) -> Callable[[timedelta], timedelta]:
    """A check that a duration is within bounds."""

    def check(span: timedelta) -> timedelta:
        if span < least:
            raise Wrong(f"{spell(span)} is too short", f"write {spell(least)} or more")
        if most is not None and span > most:
            raise Wrong(f"{spell(span)} is too long", f"write {spell(most)} or less")
        return span

    return check


def spell(span: timedelta) -> str:
    """``span`` as people write it: ``5m``."""
    seconds = span.total_seconds()
    for unit in ("w", "d", "h", "m", "s"):
        if seconds and seconds % _UNITS[unit] == 0:
            return f"{int(seconds // _UNITS[unit])}{unit}"
    return f"{int(seconds * 1000)}ms" if seconds else "0s"


def clock(value: object) -> time:
    """A time of day: ``22:00``."""
    if isinstance(value, time):
        return value
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", value, re.ASCII) if isinstance(value, str) else None
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise Wrong(f"{shown(value)} is no time of day", "write hours and minutes from 00:00 to 23:59, such as 22:00")
    return time(int(match[1]), int(match[2]))


def zone(name: str) -> str:
    """The name of an IANA time zone."""
    try:
        ZoneInfo(name)
    # A folder of the database (Asia) is an OSError, a path that leads out of it a ValueError.
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Wrong(f"{shown(name)} is no IANA time zone", _zone_like(name)) from None
    return name


def _zone_like(name: str) -> str:
    # Etc/GMT+3 is three hours *west* of Greenwich: never what someone meant who wrote GMT+3.
    places = [known for known in sorted(available_timezones()) if "/" in known and not known.startswith("Etc/")]
    known = {place.casefold(): place for place in places}
    cities = {place.rsplit("/", 1)[-1].casefold(): place for place in places}
    word = name.strip().replace(" ", "_").casefold()
    if word == "utc":
        return "write UTC"
    if "/" in word:
        near = nearest(word, known)
        meant = known[near] if near else None
    else:
        near = nearest(word, cities, 0.8)
        meant = cities[near] if near else None
    return f"did you mean {meant!r}?" if meant else "write the name of a place, such as Asia/Baghdad, or UTC"


def cron(expression: str) -> str:
    """A cron expression with five fields, as Debian's cron reads them."""
    words = expression.split()
    if len(words) != 5:
        raise Wrong(
            f"a cron expression has five fields, this has {len(words)}",
            "write minute hour day month weekday, such as '0 8 * * *' for 08:00 each day",
        )
    try:
        next(CronSim(expression, datetime(2024, 1, 1, tzinfo=UTC)))
    except StopIteration:
        raise Wrong(f"{shown(expression)} never comes", "choose a day that its month has") from None
    except (CronSimError, ValueError, AssertionError) as error:
        raise Wrong(_cron_field(error, words), _CRON_RANGES) from None
    return expression


_CRON_RANGES = "minute 0-59, hour 0-23, day 1-31, month 1-12, weekday 0-7 (0 and 7 are Sunday); *, lists, ranges, */n"


def _cron_field(error: Exception, words: list[str]) -> str:
    names = {"minute": 0, "hour": 1, "day-of-month": 2, "month": 3, "day-of-week": 4}
    bad = str(error).removeprefix("Bad ")
    if bad == "day-of-month" and words[2].isdecimal() and 1 <= int(words[2]) <= 31:
        return f"{shown(' '.join(words))} never comes: its month has no day {words[2]}"
    return (
        f"{shown(words[names[bad]])} is no {bad} of a cron expression" if bad in names else "this is no cron schedule"
    )


# --- words and addresses -----------------------------------------------------------------------

ID_PATTERN = r"[a-z0-9][a-z0-9-]{0,99}"
_LANG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)


def identifier(value: str) -> str:
    """An id: lower-case ASCII letters, digits and ``-``."""
    if not re.fullmatch(ID_PATTERN, value):
        slug = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")[:100]
        like = f"write {slug!r}" if slug else "write one such as 'us-casualties'"
        raise Wrong(f"{shown(value)} is no id", f"{like}: lower-case letters, digits and '-'")
    return value


def one_line(value: str) -> str:
    """Text for a title: one line of printable characters."""
    if not value.strip():
        raise Wrong("this is empty", "write a few words")
    # Not str.isprintable: Arabic and Persian text holds U+200C to U+200F, French text U+00A0.
    if re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", value):
        raise Wrong("this has a line break or a control character in it", "write one line of plain text")
    return value


def example(value: str) -> str:
    """An example of a rule: a headline, and lines below it that are its summary."""
    for line in value.strip().split("\n"):
        one_line(line)
    return value


def query(value: object) -> str:
    """A query: any text with a word in it. What it means, ``rules`` says."""
    if not isinstance(value, str):
        raise Wrong(f"YAML reads this query as {kind_of(value)}", BLOCK)
    if not value.strip():
        raise Wrong("this query is empty", BLOCK)
    return value


def term(value: object) -> str:
    """A term of a list."""
    if not isinstance(value, str):
        raise Wrong(f"YAML reads this term as {kind_of(value)}", "put it in quotes")
    return one_line(value)


def lang(value: str) -> str:
    """A language tag (BCP 47)."""
    if not _LANG.fullmatch(value):
        raise Wrong(f"{shown(value)} is no language tag", "write one such as en, ar or pt-BR")
    return value


def feed_url(value: str) -> str:
    """An absolute http(s) address without credentials in it: a feed's address is shown and stored."""
    try:
        parts = urlsplit(value)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host or not value.isprintable() or " " in value:
        raise Wrong("this is no address of a feed", "write one such as https://example.org/feed.xml")
    if "@" in parts.netloc or "${" in value:
        raise Wrong(
            "a feed's address is shown and stored, so it holds no credentials",
            "write them under headers: {Authorization: '${NAME}'}",
        )
    return value


_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}", re.ASCII)


def host_name(value: str) -> str:
    """A domain in small letters, without scheme, port or path."""
    if not _HOST.fullmatch(value):
        bare = urlsplit(value if "//" in value else f"//{value}").hostname or ""
        like = bare.removeprefix("www.") if _HOST.fullmatch(bare) else "example.org"
        raise Wrong(f"{shown(value)} is no domain", f"write {like}")
    return value


Word = TypeVar("Word", bound=enum.Enum)


def one_of(kind: type[Word], name: str, words: Callable[[Word], str]) -> Callable[[object], Word]:
    """A reader of the words of an enumeration."""
    known = {words(member): member for member in kind}

    def read(value: object) -> Word:
        if isinstance(value, kind):
            return value
        if not isinstance(value, str) or value not in known:
            advice = choices(value, known) if isinstance(value, str) else f"known: {', '.join(known)}"
            raise Wrong(f"{shown(value)} is no {name}", advice)
        return known[value]

    return read


_LEVELS = [level.word for level in Level]
_TEXT = {"type": "string", "minLength": 1}

Id = Annotated[str, AfterValidator(identifier), WithJsonSchema({"type": "string", "pattern": f"^{ID_PATTERN}$"})]
Text = Annotated[str, AfterValidator(one_line), WithJsonSchema(_TEXT)]
Example = Annotated[str, AfterValidator(example), WithJsonSchema(_TEXT)]
QueryWords = Annotated[str, BeforeValidator(query), WithJsonSchema(_TEXT)]
Term = Annotated[str, BeforeValidator(term), WithJsonSchema(_TEXT)]
Lang = Annotated[str, AfterValidator(lang), WithJsonSchema({"type": "string", "pattern": f"^{_LANG.pattern}$"})]
Zone = Annotated[str, AfterValidator(zone), WithJsonSchema(_TEXT)]
Cron = Annotated[str, AfterValidator(cron), WithJsonSchema(_TEXT)]
FeedUrl = Annotated[str, AfterValidator(feed_url), WithJsonSchema({"type": "string", "pattern": "^https?://"})]
LevelWord = Annotated[
    Level,
    BeforeValidator(one_of(Level, "level", lambda level: level.word)),
    WithJsonSchema({"type": "string", "enum": _LEVELS}),
]
TierWord = Annotated[
    Tier,
    BeforeValidator(one_of(Tier, "tier", lambda tier: tier.value)),
    WithJsonSchema({"type": "string", "enum": [tier.value for tier in Tier]}),
]
PartyWord = Annotated[
    Party,
    BeforeValidator(one_of(Party, "party", lambda party: party.value)),
    WithJsonSchema({"type": "string", "enum": [party.value for party in Party]}),
]
HostName = Annotated[str, AfterValidator(host_name), WithJsonSchema({"type": "string", "pattern": "^[a-z0-9_.-]+$"})]
Clock = Annotated[
    time, BeforeValidator(clock), WithJsonSchema({"type": "string", "pattern": "^([01]?[0-9]|2[0-3]):[0-5][0-9]$"})
]
Duration = Annotated[
    timedelta,
    BeforeValidator(duration),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]+(ms|s|m|h|d|w)$"}),
]
Interval = Annotated[Duration, AfterValidator(at_least(timedelta(seconds=1)))]
