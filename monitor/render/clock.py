"""Times as a reader is told them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Clock:
    """Times in a digest's zone, as seen from ``now``."""

    def __init__(self, timezone: str, now: datetime) -> None:
        self.now = now
        self._zone = ZoneInfo(timezone)
        self._place = timezone.rsplit("/", 1)[-1].replace("_", " ")

    def full(self, moment: datetime) -> str:
        """ "Thu 24 Oct 2024 08:00 Baghdad"."""
        return f"{self._day(moment.astimezone(self._zone), year=True)} {self._place}"

    def local(self, moment: datetime) -> str:
        """ "Tue 22 Oct 17:05", with its year where that is not this one."""
        there = moment.astimezone(self._zone)
        return self._day(there, year=there.year != self.now.astimezone(self._zone).year)

    def near(self, moment: datetime) -> str:
        """ "17:05" of today, of another day as ``local``."""
        there = moment.astimezone(self._zone)
        return f"{there:%H:%M}" if there.date() == self.now.astimezone(self._zone).date() else self.local(moment)

    def date(self, moment: datetime) -> str:
        """ "19 Oct", with its year where that is not this one."""
        there = moment.astimezone(self._zone)
        year = f" {there.year}" if there.year != self.now.astimezone(self._zone).year else ""
        return f"{there.day} {_MONTHS[there.month - 1]}{year}"

    def utc(self, moment: datetime) -> str:
        """ " (14:05Z)" behind a local time, with the day where that differs; "" in UTC itself."""
        there, here = moment.astimezone(self._zone), moment.astimezone(UTC)
        if there.utcoffset() == timedelta(0):
            return " UTC"
        day = "" if there.date() == here.date() else f"{here.day} {_MONTHS[here.month - 1]} "
        return f" ({day}{here:%H:%M}Z)"

    def zulu(self, moment: datetime) -> str:
        """ "02:41Z", with its day where that is not today."""
        here = moment.astimezone(UTC)
        day = "" if here.date() == self.now.astimezone(UTC).date() else f"{_DAYS[here.weekday()]} {here.day} "
        return f"{day}{_MONTHS[here.month - 1] + ' ' if day else ''}{here:%H:%M}Z"

    @staticmethod
    def _day(moment: datetime, *, year: bool) -> str:
        # Names of our own: strftime's depend on the locale of the process.
        date = f"{_DAYS[moment.weekday()]} {moment.day} {_MONTHS[moment.month - 1]}"
        return f"{date}{f' {moment.year}' if year else ''} {moment:%H:%M}"
