"""When: the dates a sentence gives for what it tells, against the publication date.

Without a publication date, words that need one ("on Tuesday", "yesterday") give nothing: unknown is not today.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from monitor.facts.lexicon import Kind
from monitor.facts.words import Word
from monitor.model import Dated

_DAY = timedelta(days=1)
_DATING = Kind.TIME | Kind.DATE | Kind.NUMBER


class Moment(NamedTuple):
    """A date told by words ``start`` to ``end`` (exclusive) of a sentence."""

    dated: Dated
    start: int
    end: int


def moments(words: Sequence[Word], text: str, published: date | None) -> list[Moment]:
    """All dates that ``words`` of the field ``text`` give, in order.

    The day on which it was told ("police said on Saturday") counts where no other is given, as that day or the one
    before.
    """
    found: list[Moment] = []
    at = 0
    while at < len(words):
        word = words[at]
        if not word.kind & _DATING and ("a" <= word.text[0] <= "z" or not word.text[0].isdigit()):
            at += 1
            continue
        read = _calendar(words, at, published) or _relative(words, at, published)
        if read is None:
            at += 1
            continue
        first, last, end = read
        found.append(Moment(Dated(text[words[at].start : words[end - 1].end], first, last), at, end))
        at = end
    events = [moment for moment in found if not _of_the_telling(words, moment.start)]
    return events or found


def _tag(word: Word, table: str) -> str:
    return next(iter(word.entry.tags.get(table, ())), "")


def _calendar(words: Sequence[Word], at: int, published: date | None) -> tuple[date, date, int] | None:
    """ "October 22", "22 October 2024", "Oct. 22", "in October", "in 2014", "the 14th"."""
    word = words[at]
    size = len(words)
    if word.kind & Kind.NUMBER and word.text.isdigit():
        value = word.entry.value
        if len(word.text) == 4 and 1900 <= value <= 2100:
            if at and words[at - 1].text in ("in", "since", "of", "during", "until", "early", "late"):
                return date(value, 1, 1), date(value, 12, 31), at + 1
            return None
        month = at + 2 if at + 2 < size and words[at + 1].kind & Kind.OF else at + 1  # "22 de octubre"
        if month < size and words[month].kind & Kind.DATE and 1 <= value <= 31:
            return _day(value, words[month].entry.value, words, month + 1, published)
        return None
    if word.text[0].isdigit() and word.text.endswith(("st", "nd", "rd", "th")) and word.text[:-2].isdigit():
        if at and words[at - 1].text == "the" and published is not None and 1 <= int(word.text[:-2]) <= 31:
            return _day_of_month(int(word.text[:-2]), published, at + 1)
        return None
    if not word.kind & Kind.DATE or not word.cap:
        return None
    month = word.entry.value
    step = at + 1
    if step < size and words[step].text == ".":
        step += 1
    if (
        step < size
        and words[step].kind & Kind.NUMBER
        and words[step].text.isdigit()
        and words[step].entry.value <= 31
        and not (step + 1 < size and words[step + 1].kind & Kind.PERSON)
    ):
        return _day(words[step].entry.value, month, words, step + 1, published)
    year, end = _year(words, step)
    if year is None:
        if published is None or not (
            at and words[at - 1].text in ("in", "last", "since", "of", "early", "late", "mid", "during")
        ):
            return None
        year = published.year if month <= published.month else published.year - 1
    return date(year, month, 1), _month_end(year, month), end


def _day(day: int, month: int, words: Sequence[Word], at: int, published: date | None) -> tuple[date, date, int] | None:
    year, end = _year(words, at)
    if year is None:
        if published is None:
            return None
        year = published.year
        try:
            if date(year, month, day) > published + 7 * _DAY:
                year -= 1
        except ValueError:
            return None
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found, found, end


def _year(words: Sequence[Word], at: int) -> tuple[int | None, int]:
    step = at + 1 if at < len(words) and words[at].text == "," else at
    if (
        step < len(words)
        and words[step].text.isdigit()
        and len(words[step].text) == 4
        and 1900 <= words[step].entry.value <= 2100
    ):
        return words[step].entry.value, step + 1
    return None, at


def _day_of_month(day: int, published: date, end: int) -> tuple[date, date, int] | None:
    month = published.replace(day=1)
    for _ in range(3):
        try:
            found = month.replace(day=day)
        except ValueError:
            found = None
        if found is not None and found <= published:
            return found, found, end
        month = (month - _DAY).replace(day=1)
    return None


def _month_end(year: int, month: int) -> date:
    return (date(year + month // 12, month % 12 + 1, 1)) - _DAY


def _relative(words: Sequence[Word], at: int, published: date | None) -> tuple[date, date, int] | None:
    """ "on Tuesday", "yesterday", "earlier this month", "two days ago"."""
    if published is None:
        return None
    word = words[at]
    offset = _tag(word, "day")
    if offset:
        day = published + int(offset) * _DAY
        return day, published if offset == "-1" and word.text == "overnight" else day, at + 1
    weekday = _tag(word, "weekday")
    if weekday:
        back = (published.weekday() - int(weekday)) % 7
        if back == 0 and at and words[at - 1].text == "last":
            back = 7
        if at and words[at - 1].text == "next":
            back -= 7
        day = published - back * _DAY
        if _of_the_telling(words, at):
            return day - _DAY, day, at + 1  # what is told was then or on the day before
        return day, day, at + 1
    span = _tag(word, "span")
    if span:
        first, last = _span(span, published)
        return first, last, at + 1
    unit = _tag(word, "ago")
    if unit and at:
        count = words[at - 1].entry.value if words[at - 1].kind & Kind.NUMBER else 1
        day = published - int(unit) * max(count, 1) * _DAY
        slack = {"1": 0, "7": 3, "30": 15}.get(unit, 183) * _DAY
        return day - slack, day + slack, at + 1
    return None


def _of_the_telling(words: Sequence[Word], at: int) -> bool:
    """Whether the day at ``at`` is when it was said: "police said on Saturday", not "said Saturday's attack"."""
    if at + 1 < len(words) and words[at + 1].kind & Kind.POSSESSIVE:
        return False
    back = at - 2 if at and words[at - 1].text == "on" else at - 1
    return back >= 0 and "verb" in words[back].entry.named("say")


def _span(span: str, published: date) -> tuple[date, date]:
    monday = published - published.weekday() * _DAY
    first = published.replace(day=1)
    if span == "week":
        return monday, published
    if span == "last_week":
        return monday - 7 * _DAY, monday - _DAY
    if span == "month":
        return first, published
    if span == "last_month":
        return (first - _DAY).replace(day=1), first - _DAY
    year = published.year - (span == "last_year")
    return date(year, 1, 1), date(year, 12, 31) if span == "last_year" else published


def moment_of(found: Sequence[Moment], start: int, end: int) -> Dated | None:
    """The date that words ``start`` to ``end`` of a sentence are bound to: the nearest one."""
    if not found:
        return None
    return min(found, key=lambda moment: max(moment.start - end, start - moment.end, 0)).dated
