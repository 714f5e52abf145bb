"""Numbers for terms and expressions: what rules ask for, each thing once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from monitor.rules.scan import Asked, Scanner
from monitor.rules.terms import TermMatcher, matcher
from monitor.rules.tree import Term

HEAD = ("title", "summary")  # where bare words look; fields of the one text scanned for every item
TEXT_OF = {"head": "head", "title": "head", "summary": "head", "body": "body"}  # scope → text
_FIELD_OF = {"head": -1, "title": 0, "summary": 1, "body": -1}  # scope → field of that text; -1: any


class Atoms:
    """The same term asked of the same field is one atom, whichever rules ask."""

    def __init__(self, beside: Atoms | None = None) -> None:
        """``beside``: others that numbers are given to at the same time; a term is made ready once for both."""
        self._terms: dict[tuple[str, bool, str], int] = {}
        self._matchers: dict[tuple[str, bool], TermMatcher] = beside._matchers if beside else {}
        self._lists: dict[tuple[str, str], tuple[frozenset[int], Mapping[int, str]]] = {}
        self._asked: dict[str, dict[tuple[str, bool], tuple[TermMatcher, list[Asked]]]] = {"head": {}, "body": {}}
        self._regexes: dict[str, dict[str, list[Asked]]] = {"head": {}, "body": {}}
        self._triggers: dict[tuple[str, ...], frozenset[int]] = {}
        self.weights: list[float] = []  # by atom: how often it may be seen, roughly
        self.kinds: list[str] = []  # by atom: the text it is asked of, head or body
        self._sets: dict[frozenset[int], frozenset[int]] = {}

    def term(self, text: str, exact: bool, scope: str) -> int:
        """The atom of a term in ``scope``: title, summary, body, or head (title and summary)."""
        made = self._matchers.get((text, exact))
        if made is None:
            made = self._matchers[(text, exact)] = matcher(text, exact)
        key = (*made.key, scope)
        atom = self._terms.get(key)
        if atom is None:
            longest = max(len(anchor.literal) for anchor in made.anchors)
            kind, field = TEXT_OF[scope], _FIELD_OF[scope]
            atom = self._terms[key] = self._new(kind, 0.6 ** min(longest, 15))
            self._asked[kind].setdefault(made.key, (made, []))[1].append(Asked(atom, field))
        return atom

    def of_list(self, name: str, terms: Iterable[Term], scope: str) -> tuple[frozenset[int], Mapping[int, str]]:
        """The atoms of the list ``name``, whose terms are ``terms``, in ``scope``; and how each is first written.

        Reckoned once: long lists stand in many rules.
        """
        known = self._lists.get((name, scope))
        if known is None:
            written: dict[int, str] = {}
            for term in terms:
                written.setdefault(self.term(term.text, term.exact, scope), term.written)
            known = self._lists[name, scope] = (self.shared(written), written)
        return known

    def of_triggers(self, triggers: tuple[str, ...]) -> frozenset[int]:
        """The atoms of a predicate's ``triggers`` in any text; reckoned once, as every rule asks predicates."""
        known = self._triggers.get(triggers)
        if known is None:
            known = self._triggers[triggers] = self.shared(
                self.term(trigger.lstrip("="), trigger.startswith("="), scope)
                for trigger in triggers
                for scope in ("head", "body")
            )
        return known

    def regex(self, source: str, scope: str) -> int:
        """The atom of a regular expression (with its flags in it) in ``scope``."""
        kind, field = TEXT_OF[scope], _FIELD_OF[scope]
        asked = self._regexes[kind].setdefault(source, [])
        for each in asked:
            if each.field == field:
                return each.atom
        atom = self._new(kind, 0.3)
        asked.append(Asked(atom, field))
        return atom

    def scanner(self, kind: str) -> Scanner | None:
        """What finds the atoms of one kind of text; None when nothing is asked of it."""
        terms, regexes = list(self._asked[kind].values()), list(self._regexes[kind].items())
        return Scanner(terms, regexes) if terms or regexes else None

    def shared(self, atoms: Iterable[int]) -> frozenset[int]:
        """``atoms`` as a set that all who ask for the same share: long lists stand in many rules."""
        made = frozenset(atoms)
        known = self._sets.get(made)
        if known is None:
            known = frozenset(set(made))  # a copy has no more room than it needs
            self._sets[known] = known
        return known

    def cost(self, atoms: frozenset[int]) -> float:
        """How often one of ``atoms`` may be seen, roughly."""
        return sum(self.weights[atom] for atom in atoms)

    def _new(self, kind: str, weight: float) -> int:
        self.weights.append(weight)
        self.kinds.append(kind)
        return len(self.weights) - 1
