"""Numbers as news writes them: digits, words, ranges, bounds, and words for numbers nobody counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.facts.lexicon import Kind
from monitor.facts.words import Word

_DASHES = frozenset("-–—‐‑")
_MONEY = frozenset("$€£¥₹")
_NOT_PEOPLE = Kind.HOUR


@dataclass(frozen=True, slots=True)
class Count:
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
    at, size = start, len(words)
    least = most = False
    bound = False
    while at < size and words[at].kind & (Kind.BOUND | Kind.FROM):
        kind = words[at].kind
        if kind & Kind.FROM and not (kind & Kind.BOUND) and at + 1 < size and not words[at + 1].kind & Kind.QUANTITY:
            return None
        least = least or bool(kind & Kind.LEAST)
        most = most or bool(kind & Kind.MOST)
        bound = True
        at += 1
        while at < size and words[at].text in "\"'“”‘’«»" and at + 1 < size:
            at += 1
    if at < size and words[at].text == "the" and bound and at + 1 < size and words[at + 1].kind & Kind.NUMBER:
        at += 1
    value = _value(words, at)
    if value is None:
        return None
    number, end, vague = value
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
        kind & Kind.DETERMINER
        and at + 2 < size
        and words[at + 1].kind & Kind.ORDINAL
        and words[at + 2].kind & (Kind.BE | Kind.HAVE | Kind.OUTCOME)
    ):
        return 1, at + 2, False  # "a sixth is injured"
    if not kind & Kind.NUMBER:
        return None
    total, now, end = 0, 0, at
    while end < size and words[end].kind & (Kind.NUMBER | Kind.MULTIPLIER):
        part = words[end]
        if part.kind & Kind.NUMBER:
            value = part.entry.value
            if (
                end > at
                and words[end - 1].kind & Kind.NUMBER
                and not (now % 100 == 0 or (now >= 20 and 0 < value < 10 and now % 10 == 0))
            ):
                break
            if end > at and part.text[0].isdigit():
                break
            now = value if value < 0 else now + value
        elif len(part.text) == 1 and words[end].start != words[end - 1].end:
            break
        else:
            scale = part.entry.value
            now = -now * scale // 10 if now < 0 else max(now, 1) * scale
            if scale >= 1000:
                total, now = total + now, 0
        end += 1
        if (
            end + 1 < size
            and words[end].text in ("and", "et", "y", "و")
            and now % 100 == 0
            and now > 0
            and words[end + 1].kind & Kind.NUMBER
            and not words[end + 1].text[0].isdigit()
            and words[end - 1].kind & Kind.MULTIPLIER
        ):
            end += 1
    if (
        end + 1 < size
        and words[end].text == "و"
        and 0 < now < 10
        and words[end + 1].kind & Kind.NUMBER
        and 20 <= words[end + 1].entry.value <= 90
        and not words[end + 1].text[0].isdigit()
    ):
        now += words[end + 1].entry.value  # "five and twenty"
        end += 2
    total += now
    if total < 0:  # 2.5 of something, not of people
        return None
    return total, end, False


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
    return word.text.isdigit() and len(word.text) == 4 and 1900 <= word.entry.value <= 2100
