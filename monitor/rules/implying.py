"""Which terms say each other: where every text with the one has the other, too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeGuard

from monitor.rules.scan import Asked, Scanner, Spans, Text
from monitor.rules.terms import TermMatcher, matcher
from monitor.rules.tree import Term

Key = tuple[str, bool]
# Stands for what an asterisk may stand for: letters that no term spells out.
_ANY_LETTERS = "\u0294\u0295"


class Implications:
    """Over some terms: ``of(key)`` are the keys of the terms found wherever that one is found."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._terms: dict[Key, Term] = {}
        matchers: dict[Key, TermMatcher] = {}
        for term in terms:
            made = matcher(term.text, term.exact)
            self._terms.setdefault(made.key, term)
            matchers[made.key] = made
        self._keys = list(matchers)
        self._scanner = Scanner([(matchers[key], [Asked(i, -1)]) for i, key in enumerate(self._keys)], [])
        self._known: dict[Key, frozenset[Key]] = {}

    def knows(self, key: object) -> TypeGuard[Key]:
        """Whether ``key`` is one of the terms'."""
        return key in self._terms

    def of(self, key: Key) -> frozenset[Key]:
        """The keys that ``key`` implies, without itself."""
        if key not in self._known:
            term = self._terms[key]
            sample = term.text.replace("*", _ANY_LETTERS)
            seen: dict[int, Spans | None] = {}
            self._scanner.scan(Text(("sample",), (sample,)), (sample,), seen)
            # A sample has one spelling: that an exact term matches it says nothing of other spellings.
            found = {self._keys[i] for i in seen}
            self._known[key] = frozenset(k for k in found if k != key and (term.exact or not k[1]))
        return self._known[key]
