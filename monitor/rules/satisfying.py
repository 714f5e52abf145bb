"""Whether a query can hold at all: by which words it needs and which it forbids."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from monitor.rules.tree import (
    TEXT_FIELDS,
    And,
    AnyOf,
    Field,
    ListRef,
    Near,
    Node,
    Not,
    Or,
    QueryRef,
    Regex,
    Sentence,
    Term,
)

_MOST_WAYS = 2000  # beyond it a query is taken to be able to hold
_ONE_VALUED = ("tier:", "feed:")
Atom = tuple[str, object]  # scope, and what is asked of it


@dataclass(frozen=True, slots=True)
class Way:
    """One way to hold: of each of ``needs`` at least one, and none of ``forbids``."""

    needs: frozenset[frozenset[Atom]] = frozenset()
    forbids: frozenset[Atom] = frozenset()


class Possibility:
    """``terms`` gives the keys of a term or list, ``tree`` a named query, ``implied`` what a key implies."""

    def __init__(
        self,
        terms: Callable[[Term | ListRef], frozenset[object]],
        tree: Callable[[str], Node],
        implied: Callable[[object], frozenset[object]],
    ) -> None:
        self._terms = terms
        self._tree = tree
        self._implied = implied

    def never(self, node: Node) -> bool:
        """Whether ``node`` can hold for no text at all. False where it is too much to work out."""
        ways = self._ways(node, "head", False)
        return ways is not None and not any(self._possible(way) for way in ways)

    def _possible(self, way: Way) -> bool:
        values: dict[str, frozenset[Atom]] = {}
        for need in way.needs:
            if all(self._forbidden(atom, way.forbids) for atom in need):
                return False
            scope = next(iter(need))[0]
            if scope in _ONE_VALUED:
                values[scope] = values.get(scope, need) & need
                if not values[scope]:
                    return False
        return True

    def _forbidden(self, atom: Atom, forbids: frozenset[Atom]) -> bool:
        scope, key = atom
        wider = (scope, "head") if scope in ("title", "summary") else (scope,)
        said = {key, *self._implied(key)} if scope in ("head", *TEXT_FIELDS) else {key}
        return any((where, each) in forbids for where in wider for each in said)

    def _ways(self, node: Node, scope: str, negated: bool) -> list[Way] | None:  # noqa: PLR0912 - a branch a kind
        """All ways for ``node`` to hold (or, negated, not to); None: too many to say."""
        match node:
            case Term() | ListRef():
                atoms = frozenset((scope, key) for key in self._terms(node))
                return [Way(forbids=atoms)] if negated else [Way(frozenset({atoms}))]
            case Regex():
                return self._leaf((scope, (node.source, node.ignore_case)), negated)
            case QueryRef():
                return self._ways(self._tree(node.name), scope, negated)
            case Not():
                return self._ways(node.inner, scope, not negated)
            case And() | Or():
                ways = [self._ways(part, scope, negated) for part in node.parts]
                return _all(ways) if isinstance(node, And) != negated else _any(ways)
            case AnyOf():
                every = node.count == len(node.parts) and not any(isinstance(part, ListRef) for part in node.parts)
                if negated and node.count > 1:
                    return [Way()]
                ways = [self._ways(part, scope, negated) for part in node.parts]
                return _all(ways) if every or negated else _any(ways)
            case Near():
                if negated:
                    return [Way()]
                return _all([self._ways(node.left, scope, False), self._ways(node.right, scope, False)])
            case Sentence():
                inner = self._ways(node.inner, scope, False)
                if negated or inner is None:
                    return [Way()]
                # What the sentence must not hold may stand in another.
                return [Way(way.needs) for way in inner if self._possible(way)]
            case Field():
                if node.name in TEXT_FIELDS:
                    return self._ways(node.inner, node.name, negated)
                return self._ways(node.inner, f"{node.name}:", negated)
            case _:
                return [Way()]

    def _leaf(self, atom: Atom, negated: bool) -> list[Way]:
        return [Way(forbids=frozenset({atom}))] if negated else [Way(frozenset({frozenset({atom})}))]


def _any(parts: list[list[Way] | None]) -> list[Way] | None:
    ways: list[Way] = []
    for part in parts:
        if part is None or len(ways) + len(part) > _MOST_WAYS:
            return None
        ways += part
    return ways


def _all(parts: list[list[Way] | None]) -> list[Way] | None:
    ways = [Way()]
    for part in parts:
        if part is None or len(ways) * len(part) > _MOST_WAYS:
            return None
        ways = [Way(a.needs | b.needs, a.forbids | b.forbids) for a in ways for b in part]
    return ways
