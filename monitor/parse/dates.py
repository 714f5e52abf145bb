"""Read the dates that feeds carry: RFC 822/5322 and ISO 8601, and nothing made up.

A time without a zone, or with a name that more than one zone goes by (AST, IST, BST), is not a
moment and gives None; feedparser would take AST for Atlantic time, and IST and EEST for UTC. A day
without a time is the start of that day in UTC. Dates far in the past or future are kept as given.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

# Hours east of UTC. RFC 5322 section 4.3 defines the American ones; the others are in use by one
# zone alone. Single letters but Z are to be read as unknown there, and are.
_ZONES: dict[str, float] = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "akst": -9, "akdt": -8, "hst": -10,
    "west": 1, "cet": 1, "met": 1, "mez": 1, "cest": 2, "mest": 2, "mesz": 2,
    "eet": 2, "eest": 3, "msk": 3, "trt": 3, "irst": 3.5, "sast": 2, "wib": 7, "pkt": 5, "npt": 5.75,
    "hkt": 8, "sgt": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "acst": 9.5, "acdt": 10.5,
    "nzst": 12, "nzdt": 13,
}  # fmt: skip
_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split(), 1)}
_OFFSET = r"[+-]\d\d?(?::?\d\d)?"
_TIME = r"(?P<hour>\d\d?)(?::(?P<minute>\d\d?)(?::(?P<second>\d\d?)(?:[.,]\d{1,12})?)?)?"
_ISO = re.compile(
    r"(?:[^\W\d]{2,12}\.?,?\s+)?(?P<year>\d{4})[-/](?P<month>\d\d?)[-/](?P<day>\d\d?)"
    rf"(?:(?:[tT]|\s+)\s*{_TIME}\s*(?P<zone>{_OFFSET}|[a-zA-Z]+)?(?P<rest>.*))?$"
)
_BASIC = re.compile(
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"
    rf"(?:[tT](?P<hour>\d\d):?(?P<minute>\d\d):?(?P<second>\d\d)?\s*(?P<zone>{_OFFSET}|[a-zA-Z]+)?)?$"
)
_RFC = re.compile(
    r"(?:[^\W\d]{2,12}\.?,?\s+)?"
    r"(?:(?P<day>\d\d?)[\s-]+(?P<month>[a-zA-Z]{3,9})\.?|(?P<month2>[a-zA-Z]{3,9})\.?[\s-]+(?P<day2>\d\d?)),?"
    r"[\s-]+(?P<year>\d{4}|\d\d)"
    rf"(?:,?\s+{_TIME}(?:\s*(?P<half>[ap])\.?m\.?)?)?"
    rf"(?:\s*(?P<zone>(?:(?:GMT|UTC|UT)\s?)?{_OFFSET}|(?:Etc/)?[a-zA-Z]+))?"
    r"(?:\s*\([^()]*\))?\s*$",
    re.IGNORECASE,
)
# asctime(3), as some servers print it: no zone, unless it stands before the year.
_ASC = re.compile(
    rf"[a-zA-Z]{{3,9}}\s+(?P<month>[a-zA-Z]{{3,9}})\s+(?P<day>\d\d?)\s+{_TIME}(?:\s+(?P<zone>[a-zA-Z]+))?"
    r"\s+(?P<year>\d{4})\s*$"
)
# As nearly all feeds write it: what these take, the patterns above would take for the same moment.
_DAY_TIME = r"([0-2]\d):([0-5]\d):([0-5]\d)"
_USUAL_RFC = re.compile(
    rf"[A-Z][a-z]{{2}}, (\d\d?) ([A-Z][a-z]{{2}}) (\d{{4}}) {_DAY_TIME} (?:GMT|UTC|([+-]\d\d)(\d\d))", re.ASCII
)
_USUAL_ISO = re.compile(rf"(\d{{4}})-(\d\d)-(\d\d)T{_DAY_TIME}(?:\.\d{{1,12}})?(?:Z|([+-]\d\d):(\d\d))", re.ASCII)
_ONE_DAY = timedelta(days=1)
_LONGEST = 100  # characters of a date; what is longer is something else


def read_date(text: str | None) -> datetime | None:
    """The moment that ``text`` names, in UTC; None where it names none."""
    text = (text or "").strip()
    if not text or len(text) > _LONGEST:
        return None
    usual = _usual(text)
    if usual is not None:
        return usual
    match = _ISO.match(text) or _BASIC.match(text) or _RFC.match(text) or _ASC.match(text)
    if match is None:
        return None
    parts = match.groupdict()
    if parts.get("rest"):
        return None
    try:
        return _moment(parts)
    except (ValueError, OverflowError, KeyError):
        return None


def _usual(text: str) -> datetime | None:
    """The moment of a date in its usual form; None where the other patterns are to look at it."""
    try:
        if found := _USUAL_RFC.fullmatch(text):
            day, name, year, hour, minute, second, hours, minutes = found.groups()
            month = _MONTHS[name.lower()]
        elif found := _USUAL_ISO.fullmatch(text):
            year, number, day, hour, minute, second, hours, minutes = found.groups()
            month = int(number)
        else:
            return None
        moment = datetime(int(year), month, int(day), int(hour), int(minute), int(second), tzinfo=UTC)
        if not hours or hours[1:] == minutes == "00":
            return moment
        ahead = timedelta(hours=int(hours[1:]), minutes=int(minutes))
        return None if ahead >= _ONE_DAY else moment + ahead if hours[0] == "-" else moment - ahead
    except (ValueError, OverflowError, KeyError):
        return None


def _moment(parts: dict[str, str | None]) -> datetime | None:
    """The date of the ``parts`` a pattern found; raises ``ValueError`` or the like for no date at all."""
    year = _year(parts["year"] or "")
    month = parts.get("month") or parts.get("month2") or ""
    day = parts.get("day") or parts.get("day2") or ""
    number = int(month) if month.isdigit() else _MONTHS[month[:3].lower()]
    if parts["hour"] is None:
        return datetime(year, number, int(day), tzinfo=UTC)
    offset = _offset(parts.get("zone"))
    if offset is None:
        return None
    hour, minute, second = int(parts["hour"]), int(parts["minute"] or 0), int(parts["second"] or 0)
    if half := parts.get("half"):
        hour = hour % 12 + (12 if half in "pP" else 0)
    # 24:00 and leap seconds are real, and are the start of what follows.
    late = timedelta(days=1) if (hour, minute, second) == (24, 0, 0) else timedelta(seconds=second == 60)
    moment = datetime(year, number, int(day), hour % 24 if late else hour, minute, min(second, 59), tzinfo=offset)
    return (moment + late).astimezone(UTC)


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) > 2 else year + (2000 if year < 90 else 1900)


def _offset(zone: str | None) -> timezone | None:
    """The zone as an offset; None where it is missing, unknown or ambiguous."""
    if not zone:
        return None
    found = re.search(_OFFSET, zone)
    if found is None:
        hours = _ZONES.get(zone.lower().removeprefix("etc/"))
        return None if hours is None else timezone(timedelta(hours=hours))
    digits = found[0][1:].replace(":", "")
    if len(digits) == 3:
        digits = f"0{digits}"
    span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return timezone(-span if found[0][0] == "-" else span)
