"""A text cut into the words that facts are read from.

The cut differs from that of ``monitor.text`` because a figure needs what a search term does not: numbers
with their separators ("1,200"), abbreviations ("U.S."), punctuation, capital letters, and terms of several
words ("at least", "Islamic State") as one. Offsets count code points of the text as given.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from monitor.facts.gazetteer import begins_a_name
from monitor.facts.lexicon import NOTHING, Entry, Kind, Lexicon, Term, kind_of
from monitor.folding import fold

_WORD = re.compile(
    r"[^\W\d_]{2,}(?:['’`](?!s\b|S\b)[^\W_]+)*(?:[-‐‑][^\W_]+(?:['’](?!s\b|S\b)[^\W_]+)*)*"
    r"|\d+(?:[.,٬\u00a0\u202f]\d{3})+(?!\d)"  # 1,200 · 1.200 · 1 200 with a hard space
    r"|\d+[-‐‑](?:[^\W\d_]+[-‐‑]?)+"  # 56-year-old
    r"|\d+(?:[.,٫]\d+)?(?![\w])"
    r"|(?:[^\W\d_]\.){2,}|[A-Z]\.[A-Z]\b"  # U.S.
    r"|['’](?:s|S)\b"
    r"|[^\W_]+(?:['’`](?!s\b|S\b)[^\W_]+)*(?:[-‐‑][^\W_]+)*"
    r"|\S"
)
# "l'armée", "qu'il": an elided word is one of its own; "IŞİD'in": what follows the apostrophe only bends the word.
_ELISION = re.compile(r"(?:[dlnsjmtcDLNSJMTC]|[Qq]u)['’](?=\w)|" + _WORD.pattern)
# Arabic that writes its vowels: the marks belong to the word they stand in.
_MARKS = "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
_VOWELLED = re.compile(rf"[^\W\d_](?:[^\W\d_]|[{_MARKS}])+|" + _WORD.pattern)
_LEADING_MARKS = re.compile(f"[{_MARKS}]*")
_SUFFIXES = re.compile(r"(?<=\w)['’][^\W\d_]+|[^\W\d_]+(?:[-/][^\W\d_]+)*|" + _WORD.pattern)
_STOPS = frozenset(".!?;•|…\u061b\u061f\u06d4")
_TITLES = frozenset(
    [
        "gen",
        "col",
        "lt",
        "sgt",
        "maj",
        "capt",
        "mr",
        "mrs",
        "ms",
        "dr",
        "st",
        "sen",
        "rep",
        "gov",
        "sept",
        "oct",
        "nov",
        "dec",
        "jan",
        "feb",
        "aug",
        "rev",
        "no",
        "brig",
        "cpl",
        "adm",
        "fig",
        "vs",
        "u.s",
        "u.n",
    ]
)

_BEFORE_A_NOUN = Kind.DETERMINER | Kind.PREPOSITION | Kind.OF | Kind.NUMBER | Kind.BOUND | Kind.OTHERS | Kind.NATION


class Word:
    """A word or term: ``text`` folded, ``start`` to ``end`` in the original, and what the lexicon knows of it."""

    __slots__ = ("cap", "end", "entry", "kind", "start", "text")

    def __init__(self, text: str, start: int, end: int, entry: Entry, kind: int, cap: bool) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.entry = entry
        self.kind = kind
        self.cap = cap

    def __repr__(self) -> str:
        return f"<{self.text} {self.start}-{self.end}>"


# A word of a chunk of text: folded, from and to in the chunk, what is known of it, its kind, whether it is capitalised,
# and the terms it can begin, by their second word.
Token = tuple[str, int, int, Entry, int, bool, Mapping[str, Sequence[Term]] | None]
_REMEMBERED = 30_000  # chunks a lexicon keeps, some 400 bytes each
_LONG = 40  # letters of a chunk that is not worth keeping


def lowered(word: str, code: str) -> str:
    """``word`` in lower case with its marks kept ("tué" is not "tue"); Turkish has two letters i."""
    if code == "tr":
        word = word.replace("İ", "i").replace("I", "ı")
    return word.lower().replace("’", "'").replace("‑", "-")


@lru_cache(maxsize=20_000)
def folded(word: str) -> str:
    """``word`` in the form the lexicon holds: lower case, no marks above letters, one kind of apostrophe."""
    if word.isascii():
        return word.lower()
    return fold(word).text.replace("’", "'").replace("‐", "-").replace("‑", "-")


def cut(text: str, lexicon: Lexicon) -> list[Word]:
    """All words of ``text`` in order; terms of several words that ``lexicon`` knows are one.

    No word crosses a space, so each distinct chunk between spaces is cut once and remembered.
    """
    memo = lexicon.memo
    found: list[Word] = []
    begun: list[tuple[int, Mapping[str, Sequence[Term]]]] = []
    at = 0
    for chunk in text.split(" "):
        tokens = memo.get(chunk)
        if tokens is None:
            tokens = _tokens(chunk, lexicon)
        for word, start, end, entry, kind, cap, terms in tokens:
            if terms is not None:
                begun.append((len(found), terms))
            found.append(Word(word, at + start, at + end, entry, kind, cap))
        at += len(chunk) + 1
    if begun:
        found = _joined(found, begun, text)
    return _with_thousands(found) if "spaced" in lexicon.options else found


def _with_thousands(words: list[Word]) -> list[Word]:
    """``words`` with numerals that a space parts made one: "31 000"."""
    found: list[Word] = []
    for word in words:
        before = found[-1] if found else word
        digits = before.text.replace(" ", "") if len(word.text) == 3 and word.text.isdigit() else ""
        if digits.isdigit() and before.end + 1 == word.start and (len(digits) < 4 or " " in before.text):
            number = replace(before.entry, value=before.entry.value * 1000 + word.entry.value)
            found[-1] = Word(f"{before.text} {word.text}", before.start, word.end, number, before.kind, before.cap)
        else:
            found.append(word)
    return found


def _tokens(chunk: str, lexicon: Lexicon) -> tuple[Token, ...]:
    """The words of ``chunk``, which has no space; remembered."""
    bent = "suffixes" in lexicon.options
    pattern = _VOWELLED if lexicon.prefixes else _WORD
    if bent:
        pattern = _SUFFIXES
    elif "elision" in lexicon.options:
        pattern = _ELISION
    found: list[Token] = []
    for match in pattern.finditer(chunk):
        raw = match.group()
        if not (bent and raw[0] in "'’" and len(raw) > 1):
            found += _known(raw, match.start(), lexicon)
        elif found and (says := lexicon.bent.get(raw[1:])):
            word, start, end, entry, kind, cap, terms = found[-1]
            found[-1] = (word, start, end, entry, kind | says, cap, terms)
    tokens = tuple(found)
    if len(lexicon.memo) < _REMEMBERED and len(chunk) <= _LONG:
        lexicon.memo[chunk] = tokens
    return tokens


def _known(raw: str, start: int, lexicon: Lexicon) -> list[Token]:
    """What the lexicon knows of a word as written, ``start`` in its chunk: one token, or two with a prefix."""
    word = lowered(raw, lexicon.code) if "marks" in lexicon.options else folded(raw)
    word = word or raw
    written = raw
    end = start + len(raw)
    if len(word) == 3 and word[1] == "." and word[2].isalpha():
        word, written = word + ".", raw + "."
    found: list[Token] = []
    prefix = lexicon.prefix(word) if lexicon.prefixes else ""
    if not prefix and lexicon.joined:
        prefix = _before_a_place(word, lexicon)
    if prefix:
        vowel = _LEADING_MARKS.match(raw, len(prefix))  # the prefix has one of its own
        size = vowel.end() if vowel else len(prefix)
        known = lexicon.words.get(prefix, NOTHING)
        found.append((prefix, start, start + size, known, known.kind, False, None))
        start += size
        word, written = word[len(prefix) :], raw[size:]
    entry = lexicon.exact.get(written) or lexicon.words.get(word) or lexicon.look(word, written)
    cap = raw[0].isupper() or ("-" in raw and raw.lower() != raw and raw[0].isalpha())
    found.append((word, start, end, entry, kind_of(word, entry), cap, lexicon.terms.get(word)))
    return found


def _before_a_place(word: str, lexicon: Lexicon) -> str:
    """The letters "in" that ``word``, which no table and no map has, begins with before a place: "بحلب"; else ""."""
    for prefix in lexicon.joined:
        rest = word[len(prefix) :]
        if (
            word.startswith(prefix)
            and len(rest) > 2
            and word not in lexicon.words
            and word not in lexicon.terms
            and begins_a_name(rest)
            and not begins_a_name(word)
        ):
            return prefix
    return ""


def _joined(words: list[Word], begun: Sequence[tuple[int, Mapping[str, Sequence[Term]]]], text: str) -> list[Word]:
    """``words`` with the terms made one word each; ``begun`` has where which can begin."""
    found: list[Word] = []
    done = 0  # words before it are taken
    count = len(words)
    for at, terms in begun:
        if at < done or at + 1 == count:
            continue
        for rest, entry, exact in terms.get(words[at + 1].text, ()):
            size = len(rest)
            if at + size >= count:
                continue
            if size > 1 and (
                words[at + 2].text != rest[1] or any(words[at + 1 + i].text != rest[i] for i in range(2, size))
            ):
                continue
            word = words[at]
            end = words[at + size].end
            if exact and not text[word.start : end].startswith(exact):
                continue
            found += words[done:at]
            term = " ".join((word.text, *rest))
            found.append(Word(term, word.start, end, entry, kind_of(term, entry), word.cap))
            done = at + size + 1
            break
    found += words[done:]
    return found


def sentences(words: list[Word], *, glued: bool = False) -> list[list[Word]]:
    """The words by sentence. With ``glued``, a capitalised common word after a small one begins a sentence too.

    Feeds glue a standfirst to the first paragraph without a stop ("... in recent days Five soldiers were").
    """
    glued = glued and sum([word.cap for word in words]) * 2 <= len(words)  # no headline
    found: list[list[Word]] = []
    now: list[Word] = []
    done = 0  # words before it are taken
    for index, word in enumerate(words):
        text = word.text
        stops = text in _STOPS
        if not (stops or (glued and word.cap and word.kind & Kind.OPENER)):
            continue
        now += words[done:index]
        done = index + stops
        before = now[-1] if now else None
        if before is None:
            continue
        if stops:
            follows = words[index + 1] if index + 1 < len(words) else None
            if text == "." and (before.text in _TITLES or (len(before.text) == 1 and before.cap)):
                continue
            if text == "." and follows is not None and not _opens(follows):
                continue
        elif not _begins(word, before):
            continue
        found.append(now)
        now = []
    now += words[done:]
    if now:
        found.append(now)
    return found


def _begins(word: Word, before: Word) -> bool:
    """Whether a capitalised word begins a sentence that is glued to the one that ends in ``before``."""
    return (
        not before.cap
        and bool(before.kind & Kind.COMMON_OR_NONE)
        and not before.kind & _BEFORE_A_NOUN
        and not word.text[-1].isdigit()
        and not (word.kind & Kind.PERSON and (not word.entry.many or word.entry.cue("proper")))
        and not before.kind & Kind.OUTCOME
        and before.text[0].isalnum()
    )


def _opens(word: Word) -> bool:
    first = word.text[0]
    return word.cap or not first.isalpha() or first > "ʯ"
