"""One term of a rule as the engine looks for it: a literal for the automaton, and what to check
around it once it was seen. What a term matches is told in docs/rules.md, section "Words".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from monitor.folding import SIGNED, UNSPACED, fold

# --- which neighbours of a hit still leave it a word ----------------------------------------------

# What stands before a hyphen and makes another word of what follows: "de-escalation", "non-combat".
BOUND_PREFIXES = frozenset(
    {"a", "co", "de", "dis", "e", "ex", "in", "mis", "non", "post", "pre", "re", "self", "sub", "un"}
)
# What stands before an apostrophe and belongs to no word: l'Irak, d'ISIS, dell'Isis.
ELISIONS = frozenset(
    {"l", "d", "j", "m", "n", "s", "t", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "un", "dell", "all", "nell",
     "sull", "dall", "quell", "coll"}
)  # fmt: skip
# What stands after an apostrophe and belongs to no word: the English possessive, Turkish case endings.
ENDINGS = frozenset(
    {"s"}
    | {
        "a", "e", "i", "u", "ya", "ye", "yi", "yu", "na", "ne", "ni", "nu", "in", "un", "nin", "nun", "da", "de", "ta",
        "te", "nda", "nde", "dan", "den", "tan", "ten", "ndan", "nden", "la", "le", "yla", "yle", "li", "lu", "ci",
        "cu", "lar", "ler", "daki", "deki", "taki", "teki", "lilar", "liler", "dir", "tir", "dur", "tur",
    }
)  # fmt: skip
# Arabic particles written together with the word they stand before: and, so, with, to, like, the.
PARTICLES = frozenset(
    first + second
    for first in ("", "و", "ف")
    for second in ("", "ال", "ب", "ك", "ل", "بال", "كال", "لل")
    if first + second
)
_ARABIC = re.compile("[\u0621-\u064a]")

EDGE = frozenset("-'.,")  # neighbours that need a look; any other sign or space ends a word


def starts_alone(folded: str, blanked: str, start: int) -> bool:
    """Whether the sign before ``start`` (no letter) leaves what begins there a word of its own."""
    before = folded[start - 1]
    if before in "-'":
        part = blanked[max(0, start - 1 - _LOOK) : start - 1].rsplit(" ", 1)[-1]
        return not part or (part not in BOUND_PREFIXES if before == "-" else part in ELISIONS)
    return not (before in ".," and folded[start - 2].isdigit() and folded[start].isdigit())


def ends_alone(folded: str, blanked: str, end: int) -> bool:
    """Whether the sign at ``end`` (no letter) leaves what ends there a word of its own."""
    after = folded[end]
    if after == "'":
        part = blanked[end + 1 : end + 1 + _LOOK].split(" ", 1)[0]
        return not part or part in ENDINGS
    return not (after in ".," and folded[end - 1].isdigit() and folded[end + 1 : end + 2].isdigit())


_LOOK = 12  # characters: longer than any prefix, elision, ending or particle above


def _particle_before(blanked: str, start: int) -> str:
    return blanked[max(0, start - _LOOK) : start].rsplit(" ", 1)[-1]


# --- terms -----------------------------------------------------------------------------------------

LONGEST_WORD = 100  # characters an asterisk may stand for
_LETTERS = rf"[^\W_]{{0,{LONGEST_WORD}}}"
_SIGNED_LETTERS = rf"(?:[^\W_]|[{SIGNED}]){{0,{LONGEST_WORD}}}"
# Between the words of a phrase: a hyphen, or white space with or without quotes at it.
_GAP = r"""(?:-|["']{0,3}\s{1,40}["']{0,3})"""
_ANY_WORD = r"[^\W_]{1,100}(?:['.,-][^\W_]{1,100}){0,20}"
_REACH = {"star": LONGEST_WORD, "gap": 46, "word": 400}  # at most, in characters; a word of parts may be longer
MOST_NEXT = 40  # characters of a word beside a literal that is looked up
_PIECE = re.compile(rf"(?P<letters>(?:[^\W_]|[{SIGNED}])+)|(?P<star>\*)|(?P<gap>[\s\"-]+)|(?P<sign>.)", re.DOTALL)
_NO_SPACES = re.compile(f"[{UNSPACED}\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")  # Thai, Lao, Burmese, Khmer too


@dataclass(frozen=True, slots=True)
class Anchor:
    """A literal that stands in every text the term stands in, and how to find the term around it.

    ``literal`` is looked for in blanked text, where a space is a word's edge: ``lead`` and ``trail``
    count its own (0 or 1). ``whole``: nothing is left to check but the signs beside it.
    """

    literal: str
    lead: int
    trail: int
    whole: bool
    before: str | None = None  # the expression of what stands before the literal, ending where it begins
    rest: str | None = None  # and of the literal and what follows
    reach: int = 0  # how many characters ``before`` may take
    contracted: bool = False  # "ال" has become "ل" after the particle "ل": لل
    previous: str = ""  # the word that stands right before the literal, "" where it may be any or none
    next: str = ""  # and the one right behind it
    written: str = ""  # of an exact term: how the literal is spelled; "" where folding cuts the term otherwise


@dataclass(frozen=True, slots=True)
class TermMatcher:
    """A term ready to be looked for. Two terms with the same ``key`` match the same words."""

    key: tuple[str, bool]
    anchors: tuple[Anchor, ...]
    open_end: bool  # it ends with an asterisk
    particles: bool  # Arabic particles may be written together with it
    free_start: bool  # its first letter is of a script without spaces
    free_end: bool
    spelled: str | None  # of an exact term: the expression of its spelling

    def around(self, anchor: Anchor, folded: str, blanked: str, at: int, end: int) -> tuple[int, int] | None:
        """The span of the term whose literal was seen at ``at`` to ``end``; None where it isn't there.

        The spelling of an exact term is not checked: that needs the original text (``is_spelled``).
        """
        start = at
        if anchor.before is not None:
            before = _compiled(anchor.before).search(folded, max(0, at - anchor.reach), at)
            if before is None:
                return None
            start = before.start()
        if anchor.rest is not None:
            rest = _compiled(anchor.rest).match(folded, at)
            if rest is None:
                return None
            end = rest.end()
        elif self.open_end:
            end = word_end(blanked, end)
        if not self._starts(anchor, blanked, start) or not starts_alone(folded, blanked, start):
            return None
        if self.open_end:
            return start, end
        if not (self.free_end or blanked[end] == " ") or not ends_alone(folded, blanked, end):
            return None
        return start, end

    def _starts(self, anchor: Anchor, blanked: str, start: int) -> bool:
        if self.particles:
            particle = _particle_before(blanked, start)
            return particle in ("ل", "ول", "فل") if anchor.contracted else not particle or particle in PARTICLES
        return self.free_start or blanked[start - 1] == " "

    def is_spelled(self, original: str) -> bool:
        """Whether ``original``, the words that were found, are spelled as the term (always, if it isn't exact)."""
        return self.spelled is None or _is_spelled(self.spelled, original)


@lru_cache(maxsize=2048)
def _is_spelled(source: str, original: str) -> bool:
    """Remembered: a text that holds a word a thousand times spells it in few ways."""
    return _compiled(source).fullmatch(plain(original)) is not None


@lru_cache(maxsize=10_000)
def _compiled(source: str) -> re.Pattern[str]:
    """Compiled when a literal was first seen: that takes longer than all else about a term, and most are never seen."""
    return re.compile(source)


def word_end(blanked: str, at: int) -> int:
    """Where the word that goes on at ``at`` ends, at most ``LONGEST_WORD`` on."""
    end = blanked.find(" ", at, at + LONGEST_WORD)
    return end if end >= 0 else min(at + LONGEST_WORD, len(blanked) - 1)


def plain(text: str) -> str:
    """``text`` as exact terms are compared: NFC, quotes and dashes as on a keyboard, case and accents kept."""
    if text.isascii():
        return text
    for marks, one in (("\u2018\u2019\u02bc\u02bb", "'"), ("\u201c\u201d", '"'), ("\u2010\u2011\u2013", "-")):
        for mark in marks:
            text = text.replace(mark, one)
    return unicodedata.normalize("NFC", text)


_Piece = tuple[str, str]  # kind (letters, star, gap, sign, word) and text


def matcher(text: str, exact: bool = False) -> TermMatcher:
    """The matcher of a term that ``mistakes.refuse_term`` lets pass."""
    pieces = _pieces(fold(text).text)
    sources = [_source(kind, piece) for kind, piece in pieces]
    first, last = pieces[0][1], pieces[-1][1]
    open_end = pieces[-1][0] == "star"
    particles = bool(_ARABIC.match(first)) and len(first) >= 3
    best = max(
        (i for i, (kind, _) in enumerate(pieces) if kind == "letters"), key=lambda i: (min(len(pieces[i][1]), 8), -i)
    )
    free_start = bool(_NO_SPACES.match(first[0]))
    free_end = not open_end and bool(_NO_SPACES.match(last[-1]))
    tail = "" if open_end or free_end else r"(?![^\W_])"
    head = "" if particles or free_start else r"(?<![^\W_])"
    anchors = [_anchor(pieces, sources, best, head, tail, particles and best == 0)]
    # A word at the end of a phrase is all of a word, unless something may be written together with it.
    first_whole, last_whole = not (particles or free_start), not (open_end or free_end)
    anchors[0] = replace(
        anchors[0],
        previous=_neighbour(pieces[:best][::-1], first_whole),
        next=_neighbour(pieces[best + 1 :], last_whole),
    )
    if particles and first.startswith("ال") and len(first) >= 5:
        bare = [("letters", first[1:]), *pieces[1:]]
        at = _anchor(bare, [_source(*bare[0]), *sources[1:]], 0, head, tail, True)
        anchors.append(replace(at, contracted=True, whole=False))
    spelled = None
    canonical = "".join(sources)
    if exact:
        written = _pieces(plain(text))
        spelled = canonical = "".join(_source(kind, piece) for kind, piece in written)
        if [kind for kind, _ in written] == [kind for kind, _ in pieces]:
            anchors[0] = replace(anchors[0], written=written[best][1])
    return TermMatcher((canonical, exact), tuple(anchors), open_end, particles, free_start, free_end, spelled)


def _anchor(pieces: list[_Piece], sources: list[str], best: int, head: str, tail: str, glued: bool) -> Anchor:
    literal = pieces[best][1]
    after_star = best > 0 and pieces[best - 1][0] == "star"
    before_star = best + 1 < len(pieces) and pieces[best + 1][0] == "star"
    lead = not (after_star or glued or _NO_SPACES.match(literal[0]))
    trail = not (before_star or _NO_SPACES.match(literal[-1]))
    ends_in_star = before_star and best + 2 == len(pieces)
    return Anchor(
        literal=" " * lead + literal + " " * trail,
        lead=int(lead),
        trail=int(trail),
        whole=best == 0 and lead and ((trail and len(pieces) == 1) or ends_in_star),
        before=head + "".join(sources[:best]) + r"\Z" if best else None,
        reach=sum(_REACH.get(kind, len(piece)) for kind, piece in pieces[:best]),
        rest=None if best + 1 == len(pieces) or ends_in_star else "".join(sources[best:]) + tail,
    )


def _neighbour(pieces: Sequence[_Piece], end_is_whole: bool) -> str:
    """The word that comes first among ``pieces``, seen from the literal; "" where it isn't known as a whole."""
    if len(pieces) < 2 or pieces[0][0] != "gap" or pieces[1][0] != "letters" or len(pieces[1][1]) > MOST_NEXT:
        return ""
    whole = end_is_whole if len(pieces) == 2 else pieces[2][0] != "star"
    return pieces[1][1] if whole else ""


def word_before(blanked: str, at: int) -> str:
    """The word before ``at``, where a phrase may go on from it; its end, if it is longer than any that is asked for."""
    return blanked[max(0, at - _REACH["gap"] - MOST_NEXT - 1) : at].rstrip().rpartition(" ")[2]


def word_behind(blanked: str, at: int) -> str:
    """The word behind ``at``, or its beginning."""
    return blanked[at : at + _REACH["gap"] + MOST_NEXT + 1].lstrip().partition(" ")[0]


def _pieces(text: str) -> list[_Piece]:
    pieces = [(found.lastgroup or "", found[0]) for found in _PIECE.finditer(text)]
    while pieces[0][0] in ("gap", "sign"):
        del pieces[0]
    while pieces[-1][0] in ("gap", "sign"):
        del pieces[-1]
    for i in range(1, len(pieces) - 1):
        if pieces[i][0] == "star" and pieces[i - 1][0] == pieces[i + 1][0] == "gap":
            pieces[i] = ("word", "*")
    return pieces


def _source(kind: str, piece: str) -> str:
    if kind == "star":
        return _SIGNED_LETTERS
    if kind == "word":
        return _ANY_WORD
    return _GAP if kind == "gap" else re.escape(piece)
