"""Tokens and sentences of a text, and what a report is known by.

What rules, facts and story share, on top of ``folding``. Pure: no I/O, no clock. ``docs/rules.md`` tells the same
in words for people who write rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from monitor.folding import SIGNED, UNSPACED, Folded, fold
from monitor.model import Item, Report

# --- tokens -----------------------------------------------------------------------------------


class Token(NamedTuple):
    """A word: original offsets ``start`` to ``end`` and its folded form ``word``."""

    start: int
    end: int
    word: str


def _token_pattern(letter: str, alpha: str = r"[^\W\d_]", first: str = "") -> re.Pattern[str]:
    part = rf"(?:\d+(?:[.,]\d+)+(?:{letter})*|(?:{letter})+)"
    dotted = rf"(?:{alpha}\.){{2,}}(?:{alpha}(?!\w))?(?:-{part})*|{alpha}\.{alpha}(?![\w.])"  # U.S., e.g, U.S.-led
    # Most words have no sign inside: that is seen at once. A possessive 's is passed over: it belongs to no token.
    plain = rf"(?:{letter})++(?!['.,-](?:\w|{letter}))"
    return re.compile(rf"({first}{plain}|{dotted}|{part}(?:'(?!s(?!\w)){part}|-{part})*)(?:'s(?!\w))?")


_ASCII = _token_pattern("[a-zA-Z0-9]", "[a-zA-Z]")  # the same as the next where there is nothing else
_PLAIN = _token_pattern(r"[^\W_]")
_ANY = _token_pattern(rf"(?![{UNSPACED}])[^\W_]|[{SIGNED}]", first=rf"[{UNSPACED}]|")
_NEEDS_ANY = re.compile(f"[{UNSPACED}{SIGNED}]")


_AROUND = '.,:;!?()"'  # what stands around a word and is no part of it


def _pattern(folded: str) -> re.Pattern[str]:
    if folded.isascii():
        return _ASCII
    return _ANY if _NEEDS_ANY.search(folded) else _PLAIN


def tokens(text: str) -> Sequence[Token]:
    """The words of ``text`` in order.

    Hyphenated words are one token, and so are words with an apostrophe inside ("Da'esh"), numbers
    with separators ("2,500", "7.62") and dotted abbreviations ("U.S."). A possessive 's belongs to no
    token. Each Han or kana character is one.
    """
    return tokens_of(fold(text))


def tokens_of(folded: Folded) -> Sequence[Token]:
    """``tokens`` of a text that is folded already."""
    pattern = _pattern(folded.text)
    if not folded.at:
        return [Token(m.start(1), m.end(1), m[1]) for m in pattern.finditer(folded.text)]
    return [Token(*folded.span(m.start(1), m.end(1)), m[1]) for m in pattern.finditer(folded.text)]


def capitalised(text: str, most: int) -> Iterator[tuple[int, str]]:
    """Of the first ``most`` words of ``tokens(text)`` those that begin with a capital: where, and the folded word."""
    folded = fold(text)
    for found in islice(_pattern(folded.text).finditer(folded.text), most):
        at = folded.origin(found.start(1)) if folded.at else found.start(1)
        if text[at].isupper():
            yield at, found[1]


def spelled(text: str) -> list[str]:
    """The folded words of ``tokens(text)``, without their places: a tenth of the work."""
    folded = fold(text).text
    pattern = _pattern(folded)
    if pattern is _ANY:
        return pattern.findall(folded)
    found: list[str] = []
    for chunk in folded.split():  # no token has a space in it, and most are all that stands between two
        if chunk.isalnum():
            found.append(chunk)
        elif (inner := chunk.strip(_AROUND)).isalnum():
            found.append(inner)
        else:
            found += pattern.findall(chunk)
    return found


def at_most_between(folded: str, blanked: str, end: int, start: int, most: int) -> bool:
    """Whether at most ``most`` tokens lie wholly between offset ``end`` and the later offset ``start``.

    Words that only begin before ``end`` or go on after ``start`` are not between. ``blanked`` is
    ``blank(folded)``; both begin and end with a sign that is no letter.
    """
    pattern = _ASCII if folded.isascii() else _PLAIN
    if pattern is _PLAIN and _NEEDS_ANY.search(folded, end - 1, start + 1):
        pattern = _ANY
    elif start - end <= 2 * most + 1:
        return True  # a token between takes a letter and what parts it from the next
    elif start - end < 1000 and len(blanked[end:start].split()) <= most:
        return True
    # From the beginning of the token that ``end`` may stand in, so that tokens are cut as everywhere.
    first = end
    for _ in range(_MOST_PARTS):
        first = blanked.rfind(" ", 0, first) + 1
        if not (first > 1 and folded[first - 1] in "-'.," and blanked[first - 2] != " "):
            break
        first -= 1
    last = blanked.find(" ", start)
    between = (
        found
        for found in pattern.finditer(folded, first, last if last >= 0 else len(folded))
        if found.start(1) >= end and found.end(1) <= start
    )
    return len(list(islice(between, most + 1))) <= most


_MOST_PARTS = 20  # of one token that are followed back to its beginning


# --- sentences --------------------------------------------------------------------------------


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Abbreviations that go on before a name, and those that go on before a figure.
_TITLES = _words(
    "mr mrs ms dr prof st gen lt col maj capt cmdr cpl sgt brig adm pvt sen rep gov pres hon rev vs v ca"
    " approx bin mlle mme"
)
_COUNTED = _words("jan feb mar apr jun jul aug sep sept oct nov dec no nos art fig vol pp p op ca approx par sec ch nr")
_STOP = re.compile(
    r"""(?P<stop>[.!?\u2026\u061f\u06d4\u0964]+)['"\u2019\u201d\u00bb)\]]*(?=\s)|[\u3002\uff01\uff1f]+[\u300d\u300f]*|\n"""
)
_LAST_WORD = re.compile(r"(\w+)$")


def sentences(text: str) -> Sequence[tuple[int, int]]:
    """Spans of the sentences of ``text``, without the white space around them, in order.

    A line break always ends one. A full stop does not after an abbreviation or an initial ("Gen.
    Kurilla", "J. Smith", "U.S. troops"), nor before a lower-case letter.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for stop in _STOP.finditer(text):
        if stop["stop"] and stop["stop"] in ".\u2026" and not _ends_sentence(text, stop):
            continue
        _add_span(spans, text, start, stop.end())
        start = stop.end()
    _add_span(spans, text, start, len(text))
    return spans


def opening(text: str) -> str:
    """The first sentence of a text."""
    start, end = next(iter(sentences(text)), (0, 0))
    return text[start:end].strip()


def known_by(title: str, summary: str) -> str:
    """What a report is known by: its title, or the first sentence of one without, as the posts of many channels are."""
    return title or opening(summary)


def headline(of: Item | Report) -> str:
    """What an item or a report is known by."""
    return known_by(of.title, of.summary)


def _ends_sentence(text: str, stop: re.Match[str]) -> bool:
    after = text[stop.end() : stop.end() + 16].lstrip(" \t\u00a0'\"\u2018\u201c\u00ab([")
    if after and after[0].islower():
        return False
    if stop["stop"] != ".":
        return True
    before = _LAST_WORD.search(text, max(0, stop.start() - 20), stop.start())
    if before is None:
        return True
    word = before[1]
    if len(word) == 1 and word.isalpha():
        # "J. Smith" and "the U.S. Army" go on; "in the U.S. The raid" can't be told apart by form,
        # so a dotted abbreviation ends a sentence only before a word that begins most sentences.
        dotted = before.start() >= 2 and text[before.start() - 1] == "."
        return dotted and after.split(" ", 1)[0] in _OPENERS
    return word.casefold() not in (_COUNTED if after[:1].isdigit() else _TITLES)


_OPENERS = _words("The A An In On At It He She They We I But And This That These Those Its His Her Their There")


def _add_span(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))
