"""Which language an item is read in."""

from __future__ import annotations

import re
from functools import cache

from monitor.facts.lexicon import Kind, Lexicon
from monitor.facts.load import languages, lexicon
from monitor.model import Item

_ARABIC = re.compile(r"[\u0621-\u064a]")
_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


@cache
def _marks() -> tuple[tuple[str, frozenset[str]], ...]:
    """The small words of each language, and its outcome words: what a headline of four words has of it."""
    return tuple((code, lexicon(code).marks | _outcomes(lexicon(code))) for code in languages() if code != "ar")


def _outcomes(made: Lexicon) -> frozenset[str]:
    known = {
        word for word, entry in made.words.items() if entry.kind & (Kind.OUTCOME | Kind.PERSON | Kind.BE | Kind.HAVE)
    }
    return frozenset(
        known
        | {first for first, rests in made.terms.items() if any(entry.kind & Kind.OUTCOME for _, entry, _ in rests)}
    )


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
    if not text.isascii() and len(_ARABIC.findall(text)) * 3 > len(text):
        return "ar" if "ar" in languages() else None
    words = _LETTERS.findall(text.lower())
    scores = {code: sum(map(marks.__contains__, words)) for code, marks in _marks()}
    best = max(scores, key=lambda code: (scores[code], code == "en"))
    return best if scores[best] > scores.get("en", 0) else "en"
