"""The lists (``@name``) and named queries (``$name``) of a rule book, parsed, and what is wrong in them."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.errors import Problem
from monitor.model import Place, QueryText, RuleBook
from monitor.rules.mistakes import refuse_term
from monitor.rules.parsing import parse
from monitor.rules.places import QueryError, Source, did_you_mean
from monitor.rules.tree import ListRef, Node, QueryRef, Span, Term, walk


class Names:
    """What ``@`` and ``$`` mean. Asking for a name raises ``QueryError``; ``problems`` holds what was found
    wrong in the definitions themselves, each in its own place.
    """

    def __init__(self, book: RuleBook) -> None:
        self.problems: list[Problem] = []
        self.entries: dict[str, list[tuple[Term | ListRef, Place]]] = {}
        self.trees: dict[str, Node] = {}
        self.sources: dict[str, Source] = {}
        self.broken: set[str] = set()
        self._terms: dict[str, tuple[Term, ...]] = {}
        for each in book.lists:
            if each.name in self.entries:
                self.problems.append(Problem(each.place, f"a second list @{each.name}", "give it another name"))
                continue
            self.entries[each.name] = self._entries(each.terms)
        for query in book.queries:
            if query.name in self.sources:
                self.problems.append(Problem(query.place, f"a second query ${query.name}", "give it another name"))
                continue
            self._add_query(query)
        self._refuse_circles()

    def terms(self, name: str, span: Span) -> tuple[Term, ...]:
        """All terms of a list, those of the lists it includes among them; each once."""
        if name not in self.entries:
            raise QueryError(
                f"there is no list @{name}", *span, did_you_mean("@", name, self.entries, "list of that name, nor any")
            )
        return self._terms.get(name, ())

    def written(self, name: str, span: Span) -> tuple[str, ...]:
        """The terms of a list as written: what predicates compare with."""
        return tuple(term.text for term in self.terms(name, span))

    def tree(self, name: str, span: Span) -> Node | None:
        """The tree of a named query; None where it has a problem of its own, told already."""
        if name not in self.sources:
            raise QueryError(
                f"there is no query ${name}",
                *span,
                did_you_mean("$", name, self.sources, "query of that name, nor any"),
            )
        return None if name in self.broken else self.trees[name]

    def _entries(self, terms: Sequence[tuple[str, Place]]) -> list[tuple[Term | ListRef, Place]]:
        entries: list[tuple[Term | ListRef, Place]] = []
        for text, place in terms:
            try:
                entries.append((entry(text), place))
            except QueryError as error:
                self.problems.append(Source(text, place).of(error))
        return entries

    def _add_query(self, query: QueryText) -> None:
        source = self.sources[query.name] = Source(query.text, query.place, query.indent)
        try:
            self.trees[query.name] = parse(query.text)
        except QueryError as error:
            self.problems.append(source.of(error))
            self.broken.add(query.name)

    def _refuse_circles(self) -> None:
        includes = {
            name: [below.name for below, _ in entries if isinstance(below, ListRef)]
            for name, entries in self.entries.items()
        }
        for name, entries in self.entries.items():
            found: dict[tuple[str, bool], Term] = {}
            for below, place in entries:
                if isinstance(below, ListRef):
                    self._check_inclusion(name, below, place, includes)
            for each in (name, *_reached(name, includes)):
                for term, _ in self.entries.get(each, ()):
                    if isinstance(term, Term):
                        found.setdefault((term.text, term.exact), term)
            self._terms[name] = tuple(found.values())
        refers = {
            name: [node.name for node in walk(tree) if isinstance(node, QueryRef)] for name, tree in self.trees.items()
        }
        for name, tree in self.trees.items():
            for node in walk(tree):
                if isinstance(node, QueryRef) and (node.name == name or name in _reached(node.name, refers)):
                    what = f"${name} refers to itself through ${node.name}"
                    self.problems.append(self.sources[name].problem(what, *node.span, "break the circle"))
                    self.broken.add(name)

    def _check_inclusion(self, name: str, below: ListRef, place: Place, includes: dict[str, list[str]]) -> None:
        source = Source(f"@{below.name}", place)
        if below.name not in self.entries:
            what, advice = f"there is no list @{below.name}", did_you_mean("@", below.name, self.entries, "list")
        elif below.name == name or name in _reached(below.name, includes):
            what, advice = f"@{name} includes itself through @{below.name}", "break the circle"
        else:
            return
        self.problems.append(source.problem(what, 0, len(source.text), advice))


def _reached(name: str, below: dict[str, list[str]]) -> list[str]:
    """Every name that ``name`` leads to, in the order met; itself only where there is a circle."""
    found: dict[str, None] = {}
    waiting = list(below.get(name, ()))
    while waiting:
        current = waiting.pop(0)
        if current not in found:
            found[current] = None
            waiting += below.get(current, ())
    return list(found)


def entry(text: str) -> Term | ListRef:
    """One entry of a list: ``@other``, ``=Exact``, or words as they are, a phrase without quotes of its own."""
    stripped = text.strip()
    first = len(text) - len(text.lstrip())
    if stripped.startswith("@"):
        name = stripped[1:]
        if not name or not name.replace("-", "").replace("_", "").isalnum():
            raise QueryError(f"{stripped} names no list", first, first + len(stripped), "write @name")
        return ListRef(name, (first, first + len(stripped)))
    exact = stripped.startswith("=")
    body = stripped[1:].strip() if exact else stripped
    at = first + stripped.find(body) if body else first
    if len(body) > 1 and body[0] == body[-1] == '"':
        body, at = body[1:-1], at + 1
    if len(body) > 1 and body[0] == body[-1] == "/":
        raise QueryError("a regular expression can't be in a list", at, at + len(body), "write it in the query")
    for operator in (" AND ", " OR ", " NOT ", " NEAR/"):
        if operator in f" {body} ":
            start = at + max(body.find(operator.strip()), 0)
            raise QueryError(
                f"{operator.strip()} in a list",
                start,
                start + len(operator.strip()),
                "write each term as an entry of its own",
            )
    body = " ".join(body.split())
    refuse_term(body, at, at + max(len(body), 1))
    return Term(body, exact, (first, first + len(stripped)))
