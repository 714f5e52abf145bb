"""What a document asks of those who poll it, read leniently and within reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from monitor.model import Wishes

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_LONGEST = timedelta(days=30)
_NO_WISHES = Wishes()


def read_wishes(asked: Mapping[str, tuple[str, ...]]) -> Wishes:
    """The wishes in the elements ``ttl``, ``hour`` and ``day`` (RSS 2.0) and those of the syndication module.

    What is no number, no day or out of range is left out; a document that would have every hour or
    every day skipped asks for nothing that can be done.
    """
    if not asked:
        return _NO_WISHES
    hours = {_number(text) for text in asked.get("hour", ())}
    days = {text.strip().lower() for text in asked.get("day", ())}
    skip_hours = tuple(hour for hour in range(24) if hour in hours or (hour == 0 and 24 in hours))
    skip_days = tuple(number for number, day in enumerate(_DAYS) if day in days)
    return Wishes(
        ttl=_ttl(asked),
        skip_hours=skip_hours if len(skip_hours) < 24 else (),
        skip_days=skip_days if len(skip_days) < 7 else (),
    )


def _ttl(asked: Mapping[str, tuple[str, ...]]) -> timedelta | None:
    minutes = _number("".join(asked.get("ttl", ())))
    if minutes:
        return min(timedelta(minutes=minutes), _LONGEST)
    period = _PERIODS.get("".join(asked.get("sy_updateperiod", ())).strip().lower())
    if period is None:
        return None
    return min(period / (_number("".join(asked.get("sy_updatefrequency", ()))) or 1), _LONGEST)


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None
