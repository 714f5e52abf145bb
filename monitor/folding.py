"""Folding: the spellings that a reader takes for one word become the same string, with the way back to the original.

NFKC and case folding (Unicode Standard, 3.11 and 3.13), Latin and Greek diacritics off, Arabic letter variants,
Turkish i, Cyrillic ё, digits of any script to ASCII, typographic quotes and dashes to ASCII. It may change lengths,
so ``Folded`` carries the map back. Pure: no I/O, no clock.
"""

from __future__ import annotations

import functools
import operator
import re
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence, Set
from io import StringIO
from itertools import chain, compress, count, islice
from typing import NamedTuple


class Folded(NamedTuple):
    """Folded text and the map from its offsets to those of the original text.

    The map is kept as runs: folded offset ``at[k]`` comes from original offset ``to[k]``, and within a
    run both count together. Empty ones say that both texts have the same offsets.
    """

    text: str
    at: Sequence[int] = ()
    to: Sequence[int] = ()

    def origin(self, i: int) -> int:
        """The original code point offset of folded offset ``i`` (0 to ``len(text)``, inclusive)."""
        if not self.at:
            return i
        run = bisect_right(self.at, i) - 1
        return self.to[run] + i - self.at[run]

    def place(self, original: int) -> int:
        """The folded offset that original offset ``original`` went to: ``origin`` the other way."""
        if not self.at:
            return original
        run = bisect_right(self.to, original) - 1
        return self.at[run] + original - self.to[run]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original span that folded ``start`` to ``end`` was made from.

        Never empty for ``start < end``: half of a ligature gives the whole ligature, and marks that
        folding removed stay with the letter before them.
        """
        if not self.at or start >= end:
            return self.origin(start), self.origin(end)
        return self.origin(start), max(self.origin(end), self.origin(end - 1) + 1)


def fold(text: str) -> Folded:
    """``text`` as terms are compared, with the way back. Never fails, lone surrogates included."""
    if not text.isascii():
        # What English news has besides ASCII, done in C: most texts are ASCII after this.
        for mark, plain in _COMMON:
            text = text.replace(mark, plain)
        if not text.isascii():
            return _fold_any(text)
    return Folded(text.lower())


# A hyphen joins words and an em dash parts them, so it becomes a sign that parts them in ASCII too.
_COMMON = (
    ("\u2019", "'"),
    ("\u2018", "'"),
    ("\u201c", '"'),
    ("\u201d", '"'),
    ("\u2013", "-"),
    ("\u2014", ";"),
    ("\u00a0", " "),
    ("\u2026", "."),
)


def _fold_any(text: str) -> Folded:
    normal = unicodedata.is_normalized("NFC", text)
    folded = text.translate(_TABLE)  # also fills _TABLE.resizing for every character of the text
    resizing = _TABLE.resizing
    if normal:
        if resizing.isdisjoint(text):
            return Folded(folded)
        sizes = {char: len(_TABLE[ord(char)]) for char in resizing}
        if not any(sizes[char] for char in resizing.intersection(text)):
            return Folded(folded, *_removals(text, resizing))
        return Folded(folded, *_runs((i, i + 1, sizes[char]) for i, char in enumerate(text) if char in sizes))
    out = StringIO()  # a list of so many small pieces would take ten times the text
    runs = _runs(_clusters_of(text, out))
    return Folded(out.getvalue(), *runs)


def _removals(text: str, removed: Set[str]) -> tuple[Sequence[int], Sequence[int]]:
    """The runs of a ``Folded`` where folding only leaves out the signs ``removed``: Arabic with its vowels, in C."""
    at, to = array("q", [0]), array("q", [0])
    to.extend(compress(range(1, len(text) + 1), map(removed.__contains__, text)))
    at.extend(map(operator.sub, islice(to, 1, None), count(1)))
    return at, to


def _clusters_of(text: str, out: StringIO) -> Iterator[tuple[int, int, int]]:
    """Units for ``_runs`` where NFC draws a letter and the marks behind it into one; ``out`` gets the folding."""
    done = 0
    for cluster in chain(_clusters().finditer(text), (None,)):
        start, end = cluster.span() if cluster else (len(text), len(text))
        out.write(text[done:start].translate(_TABLE))
        for i in range(done, start):
            if text[i] in _TABLE.resizing:
                yield i, i + 1, len(_TABLE[ord(text[i])])
        if cluster:
            piece = unicodedata.normalize("NFC", cluster[0]).translate(_TABLE)
            out.write(piece)
            yield start, end, len(piece)
        done = end


def _runs(units: Iterable[tuple[int, int, int]]) -> tuple[Sequence[int], Sequence[int]]:
    """The runs of a ``Folded`` from what changed its length: original start and end, folded size."""
    at, to = array("q", [0]), array("q", [0])  # a tuple takes five times as much, and texts may be large
    shift = 0  # from original to folded offsets, so far
    for start, end, size in units:
        for k in range(1, size):
            at.append(start + shift + k)
            to.append(start)
        shift += size - (end - start)
        at.append(end + shift)
        to.append(end)
    return at, to


@functools.cache
def _clusters() -> re.Pattern[str]:
    marks = "".join(re.escape(chr(code)) for code in (*range(0x20000), 0xE0100) if unicodedata.combining(chr(code)))
    return re.compile(f"[\u1100-\u11ff]+|.?[{marks}]+", re.DOTALL)


class _Table(dict[int, str]):
    """``str.translate`` table that learns each character when it is first met."""

    def __init__(self) -> None:
        super().__init__()
        self.resizing: set[str] = set()  # characters met whose folding isn't one character

    def __missing__(self, code: int) -> str:
        folded = _fold_char(chr(code))
        self[code] = folded
        if len(folded) != 1:
            self.resizing.add(chr(code))
        return folded


_TABLE = _Table()

_SPECIAL = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u02bb\u02b9\u02be\u02bf\u02bd\u2032\u2035\u00b4`\u055a\ua78c", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\u2036\u301d\u301e\u301f", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d\u058a\u05be", "-"),
    **dict.fromkeys("\u2014\u2015\u2e3a\u2e3b", ";"),
    **dict.fromkeys("\u2028\u2029\u0085", "\n"),
    "\u2026": ".",
    **dict.fromkeys("™℠®©", " "),
    # Latin letters that have no decomposition (Hausa hooks, Turkish dotless i, Nordic, Polish, ...)
    **dict(zip("ıɓɗƙƴđðøłħŧıŋ", "ibdkyddolhtin", strict=True)),
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ə": "a",  # schwa of Azerbaijani and of transliterated Kurdish
    "ё": "е",
    # Arabic, after Lucene's ArabicNormalizer, with hamza carriers, Persian, Urdu and Kurdish forms
    **dict.fromkeys("أإآٱٲٳ", "ا"),
    **dict.fromkeys("ىئیېےۍ", "ي"),
    "ؤ": "و",
    **dict.fromkeys("ةەہۃھۀ", "ه"),
    **dict.fromkeys("کڪ", "ك"),
}
_REMOVED = re.compile(
    # combining marks of Latin, Greek, Cyrillic; Hebrew points; Arabic harakat, superscript alef and tatweel;
    # soft hyphen, zero-width and direction marks, variation selectors
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0640"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
    "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufe00-\ufe0f]"
)
_ZWNJ = "\u200c"  # parts the morphemes of a Persian word; a space to us, as in Lucene's PersianCharFilter


def _fold_char(char: str) -> str:
    if "\ud800" <= char <= "\udfff":
        return "\ufffd"  # ahocorasick and re2 take UTF-8, which has no surrogates
    if char in _SPECIAL:
        return _SPECIAL[char]
    if char == _ZWNJ:
        return " "
    whole = unicodedata.normalize("NFKC", char)
    if len(whole) > 1 and char.isalnum() and not whole.isalnum() and not _REMOVED.sub("", whole).isalnum():
        return char  # ¼ and its like would become several words in the place of one sign
    out = []
    for part in whole.casefold():
        decimal = unicodedata.decimal(part, None)
        if decimal is not None:
            out.append(str(decimal))
            continue
        base = unicodedata.normalize("NFD", part)[0]
        letter = base if _is_latin_or_greek(base) else part
        out.append(_REMOVED.sub("", _SPECIAL.get(letter, letter)))
    return "".join(out)


def _is_latin_or_greek(char: str) -> bool:
    return char < "\u0250" or "\u0370" <= char <= "\u03ff" or "\u1e00" <= char <= "\u1fff"


# Scripts that write words without spaces: each character is a token of its own.
UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Vowel signs of these scripts are marks, which ``\w`` leaves out.
SIGNED = "\u0900-\u0963\u0966-\u0dff\u0e00-\u0e7f\u0f00-\u0fbc\u1000-\u109f\u1780-\u17ff"


class _Blanks(dict[int, str]):
    """``str.translate`` table that keeps what words are made of and turns all else into spaces."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = char if char.isalnum() or _SIGN.match(char) else " "
        return self[code]


_SIGN = re.compile(f"[{SIGNED}]")
_BLANKS = _Blanks()


def blank(folded: str) -> str:
    """``folded`` with a space for everything that is no letter and no digit: same length, same offsets."""
    return folded.translate(_BLANKS)
