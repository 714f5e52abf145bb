"""The words without which there is nothing to read: what the first, cheap pass over a text looks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from monitor.facts.lexicon import Entry, Kind, Lexicon
from monitor.facts.load import languages, lexicon
from monitor.facts.stationing import POLICE
from monitor.text import fold

PREDICATES = ("casualties", "operation", "posture", "strength")
_POSTURE = frozenset({"telling", "asset", "withdraw_noun", "deploy_noun", "base_noun", "mission_noun"})


def _entries(made: Lexicon) -> Iterator[tuple[str, Entry]]:
    """(the term as folded, its entry) of every term."""
    for word, entry in (*made.words.items(), *((word.lower(), entry) for word, entry in made.exact.items())):
        yield word, entry
    for first, rests in made.terms.items():
        for rest, entry, _ in rests:
            yield " ".join((first, *rest)), entry
    for stem, entry in made.stems.items():
        yield stem + "*", entry


def _of(made: Lexicon, predicate: str) -> frozenset[str]:
    found = set()
    for word, entry in _entries(made):
        if predicate == "casualties":
            wanted = bool(entry.kind & (Kind.OUTCOME | Kind.TOLL | Kind.INJURY))
        elif predicate == "operation":
            wanted = bool(entry.named("operation"))
        elif predicate == "posture":
            force = entry.people == "force" and bool(entry.kind & Kind.PERSON) and not word.startswith(POLICE)
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


@cache
def _automaton(code: str) -> AhoCorasick:
    made = lexicon(code)
    words = {word.rstrip("*") for predicate in PREDICATES for word in _of(made, predicate)}
    return AhoCorasick(sorted(words), implementation=Implementation.ContiguousNFA, matchkind=MatchKind.LeftmostLongest)


def worth_reading(text: str, code: str) -> bool:
    """Whether ``text`` holds any trigger of the language ``code``; a false yes costs time, a false no a fact."""
    folded = fold(text).text if code in ("ar", "en") else text.lower()
    if code == "tr":
        folded = text.replace("İ", "i").replace("I", "ı").lower()
    folded = folded.replace("\n", " ")
    size = len(folded)
    bound = not lexicon(code).prefixes
    for _, start, end in _automaton(code).find_matches_as_indexes(folded):
        if bound and start and folded[start - 1].isalnum():
            continue
        if end < size and folded[end].isalnum() and not lexicon(code).stems and bound:
            continue
        return True
    return False
