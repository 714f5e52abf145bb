"""A text as stories compare it: words without their endings and alike words as one, names, ages, people.

A term is a number (the CRC of a word), so that what is kept of an item is small and bounded.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple
from zlib import crc32

from monitor.text import capitalised, sentences

_SMALL = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
NUMBERS: Mapping[str, str] = {
    word: str(n) for n, word in enumerate(f"{_SMALL} seventeen eighteen nineteen".split())
} | {
    "twenty": "20",
    "double": "2",
    "triple": "3",
    "quadruple": "4",
}
# Names of more than one word that are one word here, as their alike words are: the sign of each is seen sooner.
_PHRASES = tuple(
    (sign, sign.isupper(), re.compile(pattern), word)
    for sign, pattern, word in (
        ("islamic s", r"(?i:\b(?:the )?islamic state(?: group)?(?: of iraq and (?:the levant|syria))?\b)", "ISIS"),
        ("IS ", r"\bIS(?= (?:group|leader|chief|head|fighter|militant|jihadi|claim|says|attack))", "ISIS"),
        ("u.s.", r"(?i:\bU\.S\.)", "America"),
        ("US", r"\bUS\b", "America"),
        ("united states", r"(?i:\bunited states\b)", "America"),
        ("u.k.", r"(?i:\bU\.K\.)", "Britain"),
        ("united kingdom", r"(?i:\bunited kingdom\b)", "Britain"),
        ("air", r"(?i:\bair[ -](?=strike|raid))", "air"),
        ("white house", r"(?i:\bwhite house\b)", "Whitehouse"),
    )
)
_DASHES = frozenset("|·–—-")
_PARTS_OF_A_HEADLINE = re.compile(r"\s+[|·–—-]{1,2}\s+|\s*\|\s*")
# A report of many events at once joins none, and none joins it. Each has one of the signs, which are seen sooner.
_ROUNDUP_SIGNS = (
    *("at a glance", "briefing", "papers", "roundup", "round-up", "recap", "newsletter", "catch up", "podcast", "quiz"),
    *("in pictures", "live", "in review", "this week?", "on day ", "must-read", "mustread", "headlines"),
)
_ROUNDUP = re.compile(
    r"\bat a glance\b|\bbriefing\b|^the papers\b|\bround-?up(?=$|:| of\b)|\brecap\b|\bnewsletter\b|\bcatch up\b"
    r"|\bpodcast\b|\bquiz\b|\bin pictures\b|\blive (?:updates?|news|blog)\b|^live\b|[–—|-] (?:\w+ )?live$|\blive:"
    r"|\bweek in review\b|\bthis week\?|\bon day \d+\b|\bmust-?reads?\b|\bheadlines$",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"(?:\s*(?:\bThe post .{1,200} appeared first on [^.]{1,80}\.?|#\w+))+\s*$")
_PICTURE = re.compile(
    r"\((?:(?:file )?(?:photos?|images?|pictures?|videos?)|source|credit)\b[^():]{0,20}:[^()]{1,120}\)", re.IGNORECASE
)
_AGE = re.compile(
    r"\b(\d{1,2}|[a-z]+)[ -](year|month|week|day)s?[ -]old\b"
    r"|\b(?:girl|boy|man|woman|child|toddler|baby|son|daughter|teen|teenager),? (?:aged? )?(\d{1,2})\b",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_AGED = re.compile(
    r"\b([A-Z][\w’'.-]+(?:\s+[A-Z][\w’'.-]*){1,3}),?\s+(?:aged? )?(\d{1,2})\b"
    r"(?!\s*(?:a\.?m|p\.?m|:|%|percent|people|years in|Jan|Feb|,0))"
)
_TWO_NAMES = re.compile(r"\b([A-Z][a-z’'.-]+)\s+(?:[A-Z]\.?\s+)?([A-Z][\w’'-]{2,})\b")
# What stands before a place, a street or the rest of a longer name.
_NO_PERSON = re.compile(r"(?:\b(?:in|at|near|of|from|outside|to|the|on|around|across|[A-Z][\w'’.-]*|\d+)|,)\s+$")
_VOWELS = re.compile("[aeiouyw]")
_TWICE = re.compile(r"(.)\1+")
_LETTERS = re.compile(r"[^a-z]")


class _Tables(NamedTuple):
    """What ``words.toml`` has: ``common`` and ``frequent`` as terms; ``alike`` from a stem to what it is taken for."""

    empty: frozenset[str]
    common: frozenset[int]
    frequent: frozenset[int]
    alike: Mapping[str, str]
    no_names: frozenset[str]
    dated: frozenset[str]
    countries: Mapping[str, str]  # the stem of a word → the country
    sites: frozenset[str]
    earlier: frozenset[str]
    answers: frozenset[int]
    follows: frozenset[int]
    recalls: frozenset[int]
    marks: frozenset[int]


@cache
def _tables() -> _Tables:
    """The tables of ``words.toml``, read once."""
    data = tomllib.loads(files("monitor.story").joinpath("words.toml").read_text(encoding="utf-8"))
    alike = {
        stem(word): stem(line.split()[0]) for line in (*data["alike"], *data["countries"]) for word in line.split()
    }
    common = set(data["common"].split()) | set(NUMBERS.values())
    frequent = {*data["frequent"].split(), *(word for line in data["countries"] for word in line.split())}
    terms, often = ({crc32(alike.get(stem(word), stem(word)).encode()) for word in some} for some in (common, frequent))

    def terms_of(table: str) -> frozenset[int]:
        return frozenset(crc32(alike.get(stem(word), stem(word)).encode()) for word in data[table].split())

    return _Tables(
        empty=frozenset(data["empty"].split()),
        common=frozenset(terms),
        frequent=frozenset(often),
        alike=alike,
        no_names=frozenset(data["places"].split()) | common,
        dated=frozenset(data["dated"].split()),
        countries={stem(word): line.split()[0] for line in data["countries"] for word in line.split()},
        sites=frozenset(data["sites"].split()),
        earlier=frozenset(data["earlier"].split()),
        answers=terms_of("answers"),
        follows=terms_of("follows"),
        recalls=terms_of("recalls"),
        marks=terms_of("marks"),
    )


def common(term: int) -> bool:
    """Whether ``term`` is a word of every day's news."""
    return term in _tables().common


def frequent(term: int) -> bool:
    """Whether ``term`` is a word of every day's news of war and crime."""
    return term in _tables().frequent


def answers(*texts: Iterable[int]) -> bool:
    """Whether these terms tell of a deed that answers another one."""
    return not _tables().answers.isdisjoint(term for terms in texts for term in terms)


def follows(terms: Iterable[int]) -> bool:
    """Whether these terms tell of who was taken or tried for a deed."""
    return not _tables().follows.isdisjoint(terms)


def recalls(terms: Iterable[int]) -> bool:
    """Whether these terms of a headline look back: "anniversary of", "Iraq marks 11 years since"."""
    tables, found = _tables(), set(terms)
    return not tables.recalls.isdisjoint(found) or (term("years") in found and not tables.marks.isdisjoint(found))


def stem(word: str) -> str:
    """``word`` (folded) without the endings of English number, tense and person."""
    if not word.isascii():
        return word
    if len(word) > 4:
        if word.endswith("ies"):
            word = word[:-3] + "y"
        elif word.endswith("sses"):
            word = word[:-2]
        elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
            word = word[:-1]
    if len(word) > 5:
        if word.endswith("ing"):
            word = word[:-3]
        elif word.endswith("ed"):
            word = word[:-2]
        if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls":
            word = word[:-1]
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


@lru_cache(maxsize=20_000)
def term(word: str) -> int:
    """The number of a folded word; 0 for one that tells nothing."""
    word = NUMBERS.get(word, word)
    tables = _tables()
    if word in tables.empty or (len(word) < 2 and not word.isdigit()):
        return 0
    stemmed = stem(word)
    return crc32(tables.alike.get(stemmed, stemmed).encode("utf-8", "surrogatepass"))


@lru_cache(maxsize=20_000)
def sound(name: str) -> int:
    """A number that spellings of one name in Latin letters share: "Qurashi" and "Qurayshi", "Hasan" and "Hassan"."""
    short = _TWICE.sub(r"\1", name[0] + _VOWELS.sub("", name[1:])) if len(name) > 4 else name
    return crc32(short.encode("utf-8", "surrogatepass"))


def plain(text: str) -> str:
    """``text`` with names of several words as one word."""
    lower = text.lower()
    for sign, written_so, pattern, word in _PHRASES:
        if sign in (text if written_so else lower):
            text = pattern.sub(word, text)
    return text


def own(text: str) -> str:
    """``text`` without what a site puts behind it, tags and where it appeared, and who took or has a picture."""
    if "#" in text or "appeared first on" in text:
        text = _BEHIND.sub("", text)
    return _PICTURE.sub(" ", text) if ":" in text and "(" in text else text


def headline(title: str) -> str:
    """The part of a title that is its headline, without the name of site or author behind a dash."""
    if _DASHES.isdisjoint(title):
        return title
    parts = [part for part in _PARTS_OF_A_HEADLINE.split(title) if part]
    return max(parts, key=len) if parts else title


def roundup(title: str) -> bool:
    """Whether a title is that of a report of many events: a briefing, a live page, the papers."""
    lower = title.lower()
    return any(sign in lower for sign in _ROUNDUP_SIGNS) and bool(_ROUNDUP.search(title))


def parts(words: Sequence[str]) -> list[str]:
    """The parts of folded words: a hyphenated word is its parts, and an apostrophe inside is nothing."""
    return " ".join(words).replace("'", "").replace("-", " ").split()


def owned(parts: Iterable[str]) -> frozenset[tuple[int, str]]:
    """The sites of a country in another that the words of a headline name, with whose they are: "the Danish
    embassy", "US and Danish embassies". Not those of an earlier event: "… after a blast at the Danish embassy".
    """
    tables = _tables()
    found: set[tuple[int, str]] = set()
    owners: set[str] = set()
    for part in parts:
        if part in tables.earlier:
            break
        country = tables.countries.get(stem(part))
        if country is not None:
            owners.add(country)
        elif part in tables.sites:
            found.update((term(part), owner.title()) for owner in owners)
            owners.clear()
        elif part != "and":
            owners.clear()
    return frozenset(found)


def names(text: str, most: int, *, title: bool) -> dict[int, int]:
    """The names (sound → term) among the first ``most`` words: those with a capital inside a sentence; {} of a
    Title In Capitals.
    """
    if title and capitals(text):
        return {}
    tables = _tables()
    starts = {start for start, _ in sentences(text)}
    names = {}
    for at, word in capitalised(text, most):
        if at in starts or text[max(0, at - 1) : at] in _QUOTES:
            continue
        for part in parts((word,)):
            if len(part) > 2 and part not in tables.empty and part not in tables.no_names:
                names[sound(part)] = term(part)
    return names


_QUOTES = frozenset("\"“‘'")


def capitals(title: str) -> bool:
    """Whether a title has most of its words capitalised, so that capitals tell no name."""
    long = re.findall(r"[^\W\d_]{4,}", title)
    return bool(long) and sum(word[0].isupper() for word in long) > 0.6 * len(long)


def people(text: str) -> frozenset[int]:
    """Who is named by two names or more, by the sounds of the first and the last."""
    tables = _tables()
    found = set()
    for match in _TWO_NAMES.finditer(text):
        first, last = match[1].lower(), _LETTERS.sub("", match[2].lower())
        if not last or first in tables.empty or first in tables.no_names or last in tables.no_names:
            continue
        if not _NO_PERSON.search(text, max(0, match.start() - 14), match.start()):
            found.add(crc32(f"{sound(first)} {sound(last)}".encode()))
    return frozenset(found)


def ages(text: str) -> frozenset[str]:
    """The ages told in ``text``: "y7" for seven years, "m6" for six months."""
    return frozenset(_ages(text)) if _DIGIT.search(text) or "old" in text.lower() else frozenset()


def _ages(text: str) -> Iterator[str]:
    for match in _AGE.finditer(text):
        number = match[3] or NUMBERS.get(match[1].lower(), match[1])
        if number.isdigit():
            yield f"{(match[2] or 'y')[0].lower()}{number}"


def aged(text: str) -> dict[int, int]:
    """Who is named with an age ("Jane Roe, 21"): last name → age."""
    found = {}
    for match in _AGED.finditer(text):
        named = [_LETTERS.sub("", word.lower()) for word in match[1].split()]
        last = named[-2] if named[-1] in ("jr", "sr", "ii", "iii") else named[-1]
        if len(last) > 2 and last not in _tables().dated:
            found[crc32(last.encode())] = int(match[2])
    return found
