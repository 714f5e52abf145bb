"""Which language an item is read in."""

from __future__ import annotations

import re
from functools import cache

from monitor.facts.lexicon import Kind, Lexicon
from monitor.facts.load import languages, lexicon
from monitor.model import Item

_ARABIC = re.compile(r"[\u0621-\u064a]")
_REMEMBERED = 50_000  # chunks
_LONG = 40  # letters of a chunk that is not worth keeping
_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


_ROOM = 12  # bits for the count of each language: texts of 600 letters have fewer words than they hold
_FULL = (1 << _ROOM) - 1


class _Counts(dict[str, int]):
    """How many words of each language a chunk between spaces has: one number of which each language has ``_ROOM`` bits.

    The words are the small ones of the language, and its outcome words: what a headline of four words has of it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.codes = tuple(code for code in languages() if code != "ar")
        self.english = self.codes.index("en") * _ROOM
        self._words: dict[str, int] = {}
        for place, code in enumerate(self.codes):
            for word in lexicon(code).marks | _outcomes(lexicon(code)):
                self._words[word] = self._words.get(word, 0) | 1 << place * _ROOM

    def __missing__(self, chunk: str) -> int:
        counted = sum(self._words.get(word, 0) for word in _LETTERS.findall(chunk.lower()))
        if len(self) < _REMEMBERED and len(chunk) <= _LONG:
            self[chunk] = counted
        return counted


@cache
def _counts() -> _Counts:
    return _Counts()


def _outcomes(made: Lexicon) -> frozenset[str]:
    known = {
        word for word, entry in made.words.items() if entry.kind & (Kind.OUTCOME | Kind.PERSON | Kind.BE | Kind.HAVE)
    }
    return frozenset(known | {first for first, _, entry in made.every_term() if entry.kind & Kind.OUTCOME})


def _foreign(text: str) -> int:
    """The most letters beyond ASCII that ``text`` can have, without a look at each."""
    return len(text.encode("utf-8", "surrogatepass")) - len(text)


def language_of(item: Item) -> str | None:
    """The code of the lexicon to read ``item`` with; None where no lexicon fits.

    The feed's word counts first; without one, Arabic is known by its letters and the others by their small words.
    """
    named = (item.lang or "").lower().replace("_", "-").split("-")[0]
    if named in languages():
        return named
    if named:
        return None
    text = f"{item.title} {item.summary}"[:600]
    if not text.isascii() and _foreign(text) * 3 > len(text) and len(_ARABIC.findall(text)) * 3 > len(text):
        return "ar" if "ar" in languages() else None
    counts = _counts()
    total = sum(filter(None, map(counts.__getitem__, text.split(" "))))
    best, most = "en", total >> counts.english & _FULL
    for place, code in enumerate(counts.codes):
        words = total >> place * _ROOM & _FULL
        if words > most:
            best, most = code, words
    return best
