"""Numbers as news writes them: digits, words, ranges, bounds, and words for numbers nobody counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from monitor.facts.lexicon import Kind
from monitor.facts.words import Word

_DASHES = frozenset("-–—‐‑")
_MONEY = frozenset("$€£¥₹")
_AFTER_ORDINAL = Kind.BE | Kind.HAVE | Kind.OUTCOME | Kind.PUNCTUATION | Kind.AND
_NOT_PEOPLE = Kind.HOUR
_LIMIT = Kind.BOUND | Kind.FROM
OPENS = _LIMIT | Kind.QUANTITY | Kind.DETERMINER  # what a count can begin with


class Count(NamedTuple):
    """A number of people: ``low`` and ``high`` as in the vocabulary of facts, ``floor`` the least it can mean.

    Words ``start`` to ``end`` (exclusive) of the sentence say it.
    """

    low: int | None
    high: int | None
    floor: int
    start: int
    end: int
    vague: bool = False


def count_at(words: Sequence[Word], start: int) -> Count | None:
    """The count whose first word is ``words[start]``; None where no count begins there."""
    if start >= len(words) or not words[start].kind & OPENS:
        return None
    at, size = start, len(words)
    least = most = False
    bound = False
    while at < size and words[at].kind & _LIMIT:
        kind = words[at].kind
        if kind & Kind.FROM and not (kind & Kind.BOUND) and at + 1 < size and not words[at + 1].kind & Kind.QUANTITY:
            return None
        least = least or bool(kind & Kind.LEAST)
        most = most or bool(kind & Kind.MOST)
        bound = True
        at += 1
        while at < size and words[at].text in "\"'“”‘’«»" and at + 1 < size:
            at += 1
    if at < size and words[at].text in ("the", "a") and bound and at + 1 < size and words[at + 1].kind & Kind.NUMBER:
        at += 1
    value = _value(words, at)
    if value is None:
        return None
    number, end, vague = value
    if ((end < size and words[end].text == ":") or (start and words[start - 1].text == ":")) and _of_a_clock(
        words, start, end
    ):
        return None
    high = number
    ranged = _range(words, end)
    if ranged is not None and not vague and ranged[0] > number:
        high, end = ranged
    if (end < size and words[end].kind & Kind.PLUS and not words[end].kind & Kind.NUMBER) or (
        end < size and words[end].text == "+"
    ):
        least = True
        end += 1
    if start > 0 and words[start - 1].text in _MONEY:
        return None
    if end < size and (words[end].kind & _NOT_PEOPLE or words[end].text in _MONEY):
        return None
    if vague:
        return Count(None, None, number, start, end, vague=True)
    if most and not least:
        return Count(None, high, 1, start, end)
    if least:
        return Count(number, None, number, start, end)
    return Count(number, high, number, start, end)


def _of_a_clock(words: Sequence[Word], start: int, end: int) -> bool:
    """Whether the number is one of two that only a colon parts: "0:42", "3:1"."""
    return any(
        0 < colon < len(words) - 1
        and words[colon].text == ":"
        and words[colon - 1].end == words[colon].start
        and words[colon].end == words[colon + 1].start
        and words[colon - 1].text[0].isdigit()
        and words[colon + 1].text[0].isdigit()
        for colon in (start - 1, end)
    )


def _value(words: Sequence[Word], at: int) -> tuple[int, int, bool] | None:
    """(number, index after it, whether it is vague)."""
    size = len(words)
    if at >= size:
        return None
    word = words[at]
    kind = word.kind
    if kind & Kind.VAGUE:
        end = at + 1
        if end < size and words[end].kind & Kind.MULTIPLIER:
            return 2 * words[end].entry.value, end + 1, True
        return word.entry.value, end, True
    if (
        kind & Kind.DETERMINER
        and at + 1 < size
        and words[at + 1].kind & Kind.MULTIPLIER
        and len(words[at + 1].text) > 1
    ):
        return words[at + 1].entry.value, at + 2, False
    if (
        (kind & Kind.DETERMINER or (kind & Kind.NUMBER and word.entry.value == 1))
        and at + 1 < size
        and words[at + 1].kind & Kind.ORDINAL
        and (at + 2 == size or words[at + 2].kind & _AFTER_ORDINAL)
    ):
        return 1, at + 2, False  # "a sixth is injured"
    if not kind & Kind.NUMBER:
        return None
    total, end = _spelled(words, at)
    if total < 0:  # 2.5 of something, not of people
        return None
    return total, end, False


_AND = frozenset(("and", "et", "y", "e", "و"))
_THOUSAND = 1000


def _spelled(words: Sequence[Word], at: int) -> tuple[int, int]:
    """The number that begins at ``words[at]`` and the index after it: "two thousand three hundred and five".

    Parts are added while each is smaller than the place the one before left for it: a hundred leaves
    room for up to 99, "twenty" for up to 9, sixty and eighty, in French, for up to 19.
    """
    total, now, room, end = 0, 0, 1_000_000, at
    while end < len(words):
        part = words[end]
        step = _and(words, end, now, room) if end > at else 0
        if step:
            end += step
            part = words[end]
        if end > at and part.kind & Kind.MULTIPLIER:
            scale = part.entry.value
            if len(part.text) == 1 and part.start != words[end - 1].end:
                break
            if scale < _THOUSAND and now >= 100:
                break  # "two hundred hundred"
            now = -now * scale // 10 if now < 0 else max(now, 1) * scale
            if scale >= _THOUSAND:
                total, now = total + now, 0
            room = min(scale, _THOUSAND) if scale >= 100 else 0
        elif part.kind & Kind.NUMBER and (
            end == at or not part.text[0].isdigit() or (room == _THOUSAND and words[end - 1].entry.value == _THOUSAND)
        ):
            value = part.entry.value  # a numeral may follow a thousand: "bin 200"
            if end > at and not 0 < value < room and not _unit_first(words, end, now, value):
                break
            room = 0 if part.text[0].isdigit() else _room(value)
            now += value
            if value >= _THOUSAND and room:
                total, now = total + now, 0
        else:
            break
        end += 1
    return total + now, end


def _room(value: int) -> int:
    """What may follow ``value``: less than this."""
    if value % 100 == 0:
        return 100 if value < _THOUSAND else _THOUSAND
    if value % 10:
        return 0
    return 20 if value in (60, 80) else 10


def _and(words: Sequence[Word], at: int, now: int, room: int) -> int:
    """How many words at ``at`` only join the parts of a number: an "and", or the comma behind thousands; 0 for none."""
    if at + 1 >= len(words):
        return 0
    joint, part = words[at].text, words[at + 1]
    if not part.kind & Kind.NUMBER or part.text[0].isdigit():
        return 0
    value = part.entry.value
    if joint == "," and room == _THOUSAND:
        return int(at + 2 < len(words) and bool(words[at + 2].kind & Kind.MULTIPLIER) and value < 10)
    if joint not in _AND:
        return 0
    if joint == "و":
        return int(0 < value < room or _unit_first(words, at + 1, now, value))
    return int(0 < value < room and (room >= 100 if joint == "and" else True))


def _unit_first(words: Sequence[Word], at: int, now: int, value: int) -> bool:
    """Whether ``value`` is the twenty of "five and twenty", as Arabic counts."""
    return words[at - 1].text == "و" and 0 < now % 100 < 10 and value in range(20, 100, 10)


def _range(words: Sequence[Word], at: int) -> tuple[int, int] | None:
    """(upper number, index after it) where ``words[at]`` joins a second number: "to nine", "-30"."""
    if at + 1 >= len(words):
        return None
    word = words[at]
    if not (word.text in _DASHES or word.kind & Kind.JOIN):
        return None
    if word.kind & Kind.AND and word.text not in ("or", "to", "ou", "o", "veya", "او") and not _between(words, at):
        return None
    upper = _value(words, at + 1)
    if upper is None or upper[2]:
        return None
    return upper[0], upper[1]


def _of_a_name(words: Sequence[Word], start: int, end: int) -> bool:
    """Whether the number is the age of one who is named before it: "and Hana Karim, 31 were arrested"."""
    name = start - 1
    while name > 0 and words[name - 1].cap and words[name - 1].kind & Kind.UNKNOWN:
        name -= 1
    return (
        words[start].text.isdigit()
        and 10 <= words[start].entry.value <= 99
        and words[start - 1].text == ","
        and start - 1 - name >= 2
        and not (name and words[name - 1].kind & (Kind.PREPOSITION | Kind.OF))
        and end < len(words)
        and bool(words[end].kind & (Kind.BE | Kind.HAVE))
    )


def _between(words: Sequence[Word], at: int) -> bool:
    return at >= 2 and bool(words[at - 2].kind & Kind.FROM)


def is_date(words: Sequence[Word], start: int, end: int) -> bool:
    """Whether the number at ``start`` belongs to a date, an age or a year rather than to people."""
    size = len(words)
    while start < end - 1 and not words[start].kind & Kind.NUMBER:
        start += 1  # past "between", "about"
    word = words[start]
    if start > 0 and words[start - 1].kind & Kind.DATE and word.entry.value <= 31:
        return True
    if (
        end < size
        and words[end].kind & Kind.DATE
        and word.entry.value <= 31
        and words[end].text not in ("may", "march")
    ):
        return True
    if (
        start > 0
        and words[start - 1].text == ","
        and (end >= size or words[end].text in (",", ")"))
        and word.text[0].isdigit()
    ):
        return True  # "the driver, 34, was"
    if _of_a_name(words, start, end):
        return True
    return word.text.isdigit() and len(word.text) == 4 and 1900 <= word.entry.value <= 2100
