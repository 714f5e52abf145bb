"""The words without which there is nothing to read: what the first, cheap pass over a text looks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from monitor.facts.lexicon import Entry, Kind, Lexicon
from monitor.facts.load import languages, lexicon
from monitor.folding import fold

PREDICATES = ("casualties", "operation", "posture", "strength")
_STRIKES = frozenset({"verb", "violence"})
_POSTURE = frozenset({"telling", "asset", "withdraw_noun", "deploy_noun", "base_noun", "mission_noun"})


def _entries(made: Lexicon) -> Iterator[tuple[str, Entry]]:
    """(the term as folded, its entry) of every term."""
    for word, entry in (*made.words.items(), *((word.lower(), entry) for word, entry in made.exact.items())):
        yield word, entry
    for first, rest, entry in made.every_term():
        yield " ".join((first, *rest)), entry
    for stem, entry in made.stems.items():
        yield stem + "*", entry


def _of(made: Lexicon, predicate: str) -> frozenset[str]:
    found = set()
    for word, entry in _entries(made):
        if predicate == "casualties":
            wanted = bool(entry.kind & (Kind.OUTCOME | Kind.TOLL | Kind.INJURY | Kind.TAKEN) or entry.named("unhurt"))
        elif predicate == "operation":
            wanted = bool(entry.named("operation") or not _STRIKES.isdisjoint(entry.named("strike")))
        elif predicate == "posture":
            force = entry.people == "force" and bool(entry.kind & Kind.PERSON) and not entry.cue("police")
            wanted = force or not _POSTURE.isdisjoint(entry.named("posture"))
        else:
            wanted = entry.people == "fighter" or word == "members"
        if wanted:
            found.add(word)
    return frozenset(found)


class Triggers(Mapping[str, tuple[str, ...]]):
    """For each predicate the folded words and phrases of all languages, one of which a text must hold.

    A trailing ``*`` stands for any ending. Read from the lexicons when first asked for.
    """

    def __getitem__(self, predicate: str) -> tuple[str, ...]:
        if predicate not in PREDICATES:
            raise KeyError(predicate)
        return _all(predicate)

    def __iter__(self) -> Iterator[str]:
        return iter(PREDICATES)

    def __len__(self) -> int:
        return len(PREDICATES)


@cache
def _all(predicate: str) -> tuple[str, ...]:
    found: set[str] = set()
    for code in languages():
        found |= {fold(word).text for word in _of(lexicon(code), predicate)}
    return tuple(sorted(found))


_COMMON = Kind.COMMON_OR_NONE & ~(Kind.OUTCOME | Kind.PERSON | Kind.PARTY | Kind.UNKNOWN | Kind.TERM)
_REMEMBERED = 50_000  # chunks of each kind that a language keeps
_LONG = 40  # letters of a chunk that is not worth keeping


class _Gate:
    """Tells texts of one language that hold a trigger by what stands between their spaces, remembered."""

    def __init__(self, code: str) -> None:
        self.code = code
        made = lexicon(code)
        terms = {word.rstrip("*") for predicate in PREDICATES for word in _of(made, predicate)}
        self._bound = not made.prefixes  # triggers begin where words do
        self._open = bool(made.stems) or bool(made.prefixes)  # and may end within one
        self._terms = _automaton(terms)
        common = {word for word, entry in made.words.items() if entry.kind & _COMMON}
        self._parts = _automaton(
            {max(term.split(), key=lambda word: (word not in common, len(word))) for term in terms if " " in term}
        )
        self._sure: set[str] = set()  # chunks with a trigger
        self._perhaps: set[str] = set()  # with the rarest word of a trigger of several words
        self._plain: set[str] = set()  # with neither

    def holds(self, text: str) -> bool:
        """Whether ``text`` holds any trigger."""
        chunks = text.split(" ")
        if not self._sure.isdisjoint(chunks):
            return True
        if self._plain.issuperset(chunks):
            return False
        for chunk in chunks:
            if chunk not in self._plain and chunk not in self._perhaps:
                folded = self._folded(chunk)
                if self._stands_in(folded, self._terms):
                    _keep(chunk, self._sure)
                    return True
                _keep(chunk, self._perhaps if self._stands_in(folded, self._parts) else self._plain)
        return self._stands_in(self._folded(text), self._terms)

    def _folded(self, text: str) -> str:
        if self.code in ("ar", "en"):
            folded = fold(text).text
        elif self.code == "tr":
            folded = text.replace("İ", "i").replace("I", "ı").lower()
        else:
            folded = text.lower()
        return folded.replace("\n", " ")

    def _stands_in(self, folded: str, terms: AhoCorasick) -> bool:
        size = len(folded)
        for _, start, end in terms.find_matches_as_indexes(folded, overlapping=True):
            if self._bound and start and folded[start - 1].isalnum():
                continue
            if not self._open and end < size and folded[end].isalnum():
                continue
            return True
        return False


def _automaton(words: Iterable[str]) -> AhoCorasick:
    return AhoCorasick(sorted(words), implementation=Implementation.ContiguousNFA, matchkind=MatchKind.Standard)


def _keep(chunk: str, known: set[str]) -> None:
    if len(known) < _REMEMBERED and len(chunk) <= _LONG:
        known.add(chunk)


_gate = cache(_Gate)


def worth_reading(text: str, code: str) -> bool:
    """Whether ``text`` holds any trigger of the language ``code``; a false yes costs time, a false no a fact."""
    return _gate(code).holds(text)
