"""What a word can be, and the words of one language.

The tables of a language stand in a TOML file of ``monitor/facts/tables`` (docs/languages.md); ``monitor.facts.load``
makes a ``Lexicon`` of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


class Kind:
    """What a word can be, as bits of an int (enum flags cost a microsecond each); a word may be several things."""

    NUMBER = 1 << 0
    MULTIPLIER = 1 << 1
    VAGUE = 1 << 2
    LEAST = 1 << 3
    MOST = 1 << 4
    ABOUT = 1 << 5
    FROM = 1 << 6
    JOIN = 1 << 7
    PLUS = 1 << 8
    DETERMINER = 1 << 9
    NO = 1 << 10
    OF = 1 << 11
    AND = 1 << 12
    BY = 1 << 13
    INCLUDING = 1 << 14
    OTHERS = 1 << 15
    BE = 1 << 16
    LEFT = 1 << 17
    HAVE = 1 << 18
    MODAL = 1 << 19
    TO = 1 << 20
    NOT = 1 << 21
    WHO = 1 << 22
    POSSESSIVE = 1 << 23
    ADVERB = 1 << 24
    PREPOSITION = 1 << 25
    CLAUSE = 1 << 26
    TIME = 1 << 27
    HOUR = 1 << 28
    PERSON = 1 << 29
    PARTY = 1 << 30
    NATION = 1 << 31  # adjective of a country
    COUNTRY = 1 << 32
    NATIONALS = 1 << 33  # "Palestinians"
    AFTER = 1 << 34
    BEFORE = 1 << 35
    EITHER = 1 << 36
    NOUN = 1 << 37
    ATTRIBUTE = 1 << 38
    TOLL = 1 << 39
    SUFFER = 1 << 40
    INJURY = 1 << 41
    PUNCTUATION = 1 << 42
    UNKNOWN = 1 << 43
    TERM = 1 << 44  # of another reader: posture, operation, setting

    OUTCOME = AFTER | BEFORE | EITHER | NOUN | ATTRIBUTE
    QUANTITY = NUMBER | VAGUE
    BOUND = LEAST | MOST | ABOUT
    OPENER = NUMBER | VAGUE | BOUND | DETERMINER | PREPOSITION | PERSON | AND | CLAUSE
    DATE = 1 << 45  # the name of a month
    REFLEXIVE = 1 << 46  # "kills himself"
    MOSTLY = 1 << 47
    THING = 1 << 48  # a plural that is no people
    VERB = 1 << 49  # a verb of another reader: no part of a group of people
    PRONOUN = 1 << 50
    AFFILIATION = 1 << 51  # "linked to"
    ORDINAL = 1 << 52
    COMMON_OR_NONE = (1 << 53) - 1
    # of a word as it stands in a text, told once by its form
    AGENT = 1 << 53  # no table has it, and it ends as nouns for people do
    HOUSE = 1 << 54  # "family", "crew": people may follow behind "of"
    WHERE = 1 << 55  # a name bent to say where: "Halep'te"
    WHENCE = 1 << 56  # "Halep'ten"
    TAKEN = 1 << 57  # "took two of them hostage": behind those who become it


class Table:
    """The tables of other readers that list a word, as bits: a sentence without a bit needs no look for such words."""

    DOMAIN = 1 << 0
    CONTEXT = 1 << 1
    MODALITY = 1 << 2
    PLACE = 1 << 3
    POSTURE = 1 << 4
    CAPITAL = 1 << 5
    SAY = 1 << 6
    SPEAKER = 1 << 7
    SCOPE = 1 << 8
    OPERATION = 1 << 9
    WEAPON = 1 << 10
    MATERIAL = 1 << 11
    SEIZE = 1 << 12
    STRENGTH = 1 << 13
    CONDITION = 1 << 14
    TARGET = 1 << 15
    OFFICE = 1 << 16
    UNHURT = 1 << 17
    STRIKE = 1 << 18
    SITE = 1 << 19


# One for all: there are thousands of entries.
_NO_TAGS: Mapping[str, tuple[str, ...]] = {}
_NO_CUES: frozenset[str] = frozenset()
_TELLING = Kind.TERM | Kind.PARTY | Kind.NATION | Kind.COUNTRY | Kind.NATIONALS | Kind.PERSON
TABLES = {name.lower(): bit for name, bit in vars(Table).items() if name.isupper()}


@dataclass(frozen=True, slots=True)
class Entry:
    """What the lexicon knows of a word. ``outcomes`` maps a frame's kind to the outcome it gives.

    ``tables`` has the bits of ``Table``; ``tells`` whether the word says who or what an item is about.
    """

    kind: int
    value: int = 0
    party: str = ""
    nation: str = ""
    people: str = ""  # class of a noun for people
    many: bool = False
    roles: tuple[str, ...] = ()
    outcomes: tuple[tuple[int, str], ...] = ()
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NO_TAGS)  # of other readers: table to names
    tables: int = field(init=False)
    tells: bool = field(init=False)
    cues: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        tables = 0
        for name in self.tags:
            tables |= TABLES.get(name, 0)
        told = bool(self.party or self.nation) or self.people in ("force", "fighter")
        told = told or bool(tables & (Table.DOMAIN | Table.CONTEXT))
        object.__setattr__(self, "tables", tables)
        object.__setattr__(self, "cues", frozenset(self.tags["cue"]) if "cue" in self.tags else _NO_CUES)
        object.__setattr__(self, "tells", told and bool(self.kind & _TELLING))

    def named(self, table: str) -> tuple[str, ...]:
        """The names under which ``table`` of the lexicon lists the word."""
        return self.tags.get(table, ())

    def cue(self, name: str) -> bool:
        """Whether the lexicon lists the word under ``name`` of its cues: small words that one reader asks for."""
        return name in self.cues

    def outcome(self, frame: int) -> str:
        """The outcome this word gives in ``frame``; "" where it gives none."""
        for kind, outcome in self.outcomes:
            if kind & frame:
                return outcome
        return ""


NOTHING = Entry(Kind.UNKNOWN)
AGENT = ("ers", "ors", "ists", "ians", "men", "women", "ees", "ants", "goers", "keepers", "folk")
ONE_AGENT = ("ist", "maker", "worker", "keeper", "player", "writer", "owner")
_AGENTS = (*AGENT, *ONE_AGENT)
_HOUSES = frozenset({"family", "families", "group", "crew", "another", "both"})
AGED = Entry(Kind.PERSON, people="folk")  # "a 7-year-old"
_MARK = Entry(Kind.PUNCTUATION)
_NUMBER = re.compile(r"\d")
_ARABIC_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٬٫", "01234567890123456789,.")

Term = tuple[tuple[str, ...], Entry, str]


@dataclass
class Lexicon:
    """One language. ``words`` by folded form, ``exact`` by written form, ``terms`` by their first two words."""

    code: str
    name: str
    marks: frozenset[str]
    words: dict[str, Entry] = field(default_factory=dict)
    exact: dict[str, Entry] = field(default_factory=dict)
    terms: dict[str, dict[str, list[Term]]] = field(default_factory=dict)
    stems: dict[str, Entry] = field(default_factory=dict)
    prefixes: tuple[str, ...] = ()
    options: frozenset[str] = frozenset()
    gloss: dict[str, str] = field(default_factory=dict)
    shortest_stem: int = 99
    memo: dict[str, Any] = field(default_factory=dict)  # by what stands between two spaces
    not_people: frozenset[str] = frozenset()
    linked: frozenset[str] = frozenset()  # "ISIS-linked"
    bent: Mapping[str, int] = field(default_factory=dict)  # endings behind an apostrophe that say where
    joined: tuple[str, ...] = ()  # letters written to the name of a place: "بحلب"

    def every_term(self) -> Iterator[tuple[str, tuple[str, ...], Entry]]:
        """(first word, the words behind it, entry) of all terms of several words."""
        for first, behind in self.terms.items():
            for terms in behind.values():
                for rest, entry, _ in terms:
                    yield first, rest, entry

    def look(self, word: str, raw: str) -> Entry:
        """The entry of a word that stands in no table by itself: a numeral, a mark, a stem, a hyphenated word."""
        first = raw[0]
        if first.isdigit():
            if "-" not in raw:
                return _numeral(raw)
            return AGED if word.endswith(("-year-old", "-month-old", "-year-olds")) else NOTHING
        if not first.isalpha():
            return _MARK
        found = self._stem(word)
        if found is None and "-" in word:
            found = self._hyphenated(word, raw)
        return found or NOTHING

    def prefix(self, word: str) -> str:
        """The proclitic ("وقتل": و) that ``word`` begins with where what follows it is known; "" for none."""
        if word in self.words or word in self.terms:
            return ""
        for prefix in self.prefixes:
            rest = word[len(prefix) :]
            if word.startswith(prefix) and rest and (rest in self.words or rest in self.terms or rest[0].isdigit()):
                return prefix
        return ""

    def _stem(self, word: str) -> Entry | None:
        for size in range(len(word), self.shortest_stem - 1, -1):
            found = self.stems.get(word[:size])
            if found is not None:
                return found
        return None

    def _hyphenated(self, word: str, raw: str) -> Entry | None:
        left, _, right = word.partition("-")
        tens, unit = self.words.get(left) or self.exact.get(raw[: len(left)]), self.words.get(right)
        if tens is not None and tens.party:
            return Entry(Kind.PARTY if right in self.linked else Kind.UNKNOWN | Kind.TERM, party=tens.party)
        if unit is None and "-" in right:  # "quatre-vingt-douze"
            whole = self.words.get(word[: len(left) + 1 + right.index("-")])
            tens, unit = whole, self.words.get(right.partition("-")[2])
        if tens is None or unit is None or not tens.kind & unit.kind & Kind.NUMBER:
            return None
        room = 20 if tens.value in (60, 80) else 10  # French counts on: "soixante-douze"
        if 20 <= tens.value <= 90 and 0 < unit.value < room:
            return Entry(Kind.NUMBER, value=tens.value + unit.value)
        return None


def kind_of(word: str, entry: Entry) -> int:
    """What ``word`` of a text can be: what ``entry`` says, and what its form does."""
    kind = entry.kind
    if word in _HOUSES:
        kind |= Kind.HOUSE
    if kind & Kind.UNKNOWN and word.endswith(_AGENTS):
        kind |= Kind.AGENT
    return kind


def _numeral(raw: str) -> Entry:
    plain = raw.translate(_ARABIC_DIGITS)
    match = re.fullmatch(r"(\d+(?:[.,\u00a0\u202f]\d{3})+|\d+)", plain)
    if match:
        return Entry(Kind.NUMBER, value=int(re.sub(r"[^\d]", "", plain)[:12]))
    scaled = re.fullmatch(r"(\d+)[.,](\d)", plain)
    if scaled:  # 2.5 million: kept as tenths by a negative value
        return Entry(Kind.NUMBER, value=-(int(scaled.group(1)[:9]) * 10 + int(scaled.group(2))))
    return NOTHING
