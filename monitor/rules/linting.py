"""Findings about a rule book that compiles: what is legal and hardly what was meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from monitor.model import Place, RuleBook
from monitor.rules.compiling import NO_PREDICATES, compile
from monitor.rules.implying import Implications, Key
from monitor.rules.names import Names
from monitor.rules.parsing import parse
from monitor.rules.places import Source
from monitor.rules.predicates import Predicate
from monitor.rules.printing import show
from monitor.rules.satisfying import Possibility
from monitor.rules.terms import matcher
from monitor.rules.tree import (
    And,
    AnyOf,
    Call,
    Condition,
    ListRef,
    Near,
    Node,
    Or,
    QueryRef,
    Regex,
    Span,
    Term,
    Within,
    children,
    walk,
)

_SHORTEST_STEM = 3
_ASCII_CLASS = re.compile(r"\\[bBwWdD]")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at. ``kind`` is one of mixed, never, shadowed, unused, same, short, ascii."""

    kind: str
    place: Place
    what: str
    instead: str = ""
    excerpt: str = ""
    rule: str | None = None

    def __str__(self) -> str:
        return f"{self.place}: {self.kind}: {self.what}{f'; {self.instead}' if self.instead else ''}"


def lint(book: RuleBook, predicates: Mapping[str, Predicate] = NO_PREDICATES) -> tuple[Finding, ...]:
    """All findings, by place. Raises ``ConfigError`` where ``book`` does not compile."""
    compile(book, predicates)
    findings = _Lint(book).findings()
    return tuple(sorted(findings, key=lambda each: (each.place.file, each.place.line, each.place.column, each.kind)))


@dataclass(frozen=True, slots=True)
class _Query:
    """A query to be looked at; ``rule`` is None for a named one."""

    rule: str | None
    source: Source
    tree: Node

    def finding(self, kind: str, span: Span, what: str, instead: str) -> Finding:
        at = self.source
        return Finding(kind, at.at(span[0]), what, instead, at.excerpt(*span), self.rule)


class _Lint:
    def __init__(self, book: RuleBook) -> None:
        self.book = book
        self.names = Names(book)
        self.rules = [
            _Query(rule.id, Source(rule.when, rule.when_place, rule.when_indent), parse(rule.when))
            for rule in book.rules
        ]
        self.named = [_Query(None, self.names.sources[name], tree) for name, tree in self.names.trees.items()]
        every = [node for query in (*self.rules, *self.named) for node in walk(query.tree) if isinstance(node, Term)]
        for name in self.names.entries:
            every += self.names.terms(name, (0, 0))
        self._keys: dict[tuple[str, bool], Key] = {}
        self.implications = Implications(every)

    def findings(self) -> Iterator[Finding]:
        for query in (*self.rules, *self.named):
            yield from self._mixed(query)
            yield from self._shadowed_in(query)
            yield from self._weak(query)
        possible = Possibility(self._terms_of, lambda name: self.names.trees[name], self._implied)
        for query in self.rules:
            yield from self._never(query, possible.never)
        yield from self._same()
        yield from self._shadowed_in_lists()
        yield from self._unused()

    def _key(self, term: Term) -> Key:
        written = (term.text, term.exact)
        if written not in self._keys:
            self._keys[written] = matcher(*written).key
        return self._keys[written]

    def _terms_of(self, node: Term | ListRef) -> frozenset[object]:
        terms = self.names.terms(node.name, node.span) if isinstance(node, ListRef) else (node,)
        return frozenset(self._key(term) for term in terms)

    def _implied(self, key: object) -> frozenset[object]:
        # A regular expression's key implies nothing that is known here.
        return frozenset(self.implications.of(key)) if self.implications.knows(key) else frozenset()

    # --- one query -------------------------------------------------------------------------------

    def _mixed(self, query: _Query) -> Iterator[Finding]:
        for node in walk(query.tree):
            for part in children(node) if isinstance(node, Or) else ():
                if isinstance(part, And) and not part.grouped:
                    yield query.finding(
                        "mixed",
                        part.span,
                        "AND and OR without parentheses; AND binds tighter",
                        f"write ({_short(show(part))})",
                    )

    def _weak(self, query: _Query) -> Iterator[Finding]:
        for node in walk(query.tree):
            if isinstance(node, Term) and (stem := _short_stem(node.text)):
                yield query.finding("short", node.span, f"{stem} begins a great many words", "write more of the word")
            if isinstance(node, Regex) and not node.source.isascii() and _ASCII_CLASS.search(node.source):
                yield query.finding(
                    "ascii",
                    node.span,
                    r"\b, \w and \d know ASCII letters only",
                    r"write \pL for any letter, or use terms",
                )

    def _never(self, query: _Query, never: Callable[[Node], bool]) -> Iterator[Finding]:
        if never(query.tree):
            yield query.finding("never", query.tree.span, "this can never match: what it needs it also forbids", "")
            return
        for node in walk(query.tree):
            for part in children(node) if isinstance(node, Or) else ():
                if never(part):
                    yield query.finding(
                        "never", part.span, "this part can never match: what it needs it also forbids", ""
                    )

    def _shadowed_in(self, query: _Query) -> Iterator[Finding]:
        inside: set[int] = set()
        for node in walk(query.tree):
            if isinstance(node, Or | AnyOf) and id(node) not in inside:
                parts = _flat(node)
                inside |= {id(each) for each in parts}
                listed = {key: f"@{part.name}" for part in parts if isinstance(part, ListRef)
                          for key in self._terms_of(part)}  # fmt: skip
                yield from self._shadows(query, [part for part in parts if isinstance(part, Term)], listed)

    def _shadows(self, query: _Query, terms: list[Term], listed: dict[object, str]) -> Iterator[Finding]:
        first: dict[Key, Term] = {}
        for term in terms:
            key = self._key(term)
            if key in first:
                yield query.finding("shadowed", term.span, f"{show(term)} stands here twice", "remove one")
            elif key in listed:
                yield query.finding("shadowed", term.span, f"{show(term)} is in {listed[key]} already", "remove it")
            first.setdefault(key, term)
        for key, term in first.items():
            if key in listed:
                continue
            for other in sorted(self.implications.of(key), key=str):
                if other in first or other in listed:
                    by = show(first[other]) if other in first else f"a term of {listed[other]}"
                    yield query.finding("shadowed", term.span, f"{show(term)} adds nothing to {by}", "remove it")
                    break

    # --- the book --------------------------------------------------------------------------------

    def _shadowed_in_lists(self) -> Iterator[Finding]:
        for name, entries in self.names.entries.items():
            own = [(term, place) for term, place in entries if isinstance(term, Term)]
            keys = {self._key(term): term for term in self.names.terms(name, (0, 0))}
            seen: set[Key] = set()
            for term, place in own:
                key = self._key(term)
                by = next((keys[other] for other in sorted(self.implications.of(key), key=str) if other in keys), None)
                if key in seen:
                    yield Finding("shadowed", place, f"{show(term)} is in @{name} twice", "remove one", term.text)
                elif by is not None:
                    yield Finding("shadowed", place, f"{show(term)} adds nothing to {show(by)}", "remove it", term.text)
                if stem := _short_stem(term.text):
                    yield Finding(
                        "short", place, f"{stem} begins a great many words", "write more of the word", term.text
                    )
                seen.add(key)

    def _unused(self) -> Iterator[Finding]:
        lists: set[str] = set()
        queries: set[str] = set()
        waiting = [query.tree for query in self.rules]
        for rule in self.book.rules:
            waiting += [parse(text) for text in (rule.tell_when, *(query for _, query, _ in rule.raises)) if text]
        while waiting:
            for node in walk(waiting.pop()):
                lists.update(_lists_in(node))
                if isinstance(node, QueryRef) and node.name not in queries:
                    queries.add(node.name)
                    waiting.append(self.names.trees[node.name])
        reached = list(lists)
        while reached:
            for term, _ in self.names.entries.get(reached.pop(), ()):
                if isinstance(term, ListRef) and term.name not in lists:
                    lists.add(term.name)
                    reached.append(term.name)
        for each in self.book.lists:
            if each.name not in lists:
                yield Finding("unused", each.place, f"no rule uses the list @{each.name}", "remove it, or use it")
        for query in self.book.queries:
            if query.name not in queries:
                yield Finding("unused", query.place, f"no rule uses the query ${query.name}", "remove it, or use it")

    def _same(self) -> Iterator[Finding]:
        first: dict[object, _Query] = {}
        for query in self.rules:
            other = first.setdefault(self._meaning(query.tree), query)
            if other is not query:
                what = f"rule {query.rule} looks for the same as rule {other.rule}"
                yield query.finding("same", query.tree.span, what, "make them one, or say what parts them")

    def _meaning(self, node: Node) -> object:
        """A value that is equal for queries that say the same with their parts in another order."""
        match node:
            case Term() | ListRef():
                return ("or", frozenset(("word", key) for key in self._terms_of(node)))
            case QueryRef():
                return self._meaning(self.names.trees[node.name])
            case Or():
                return ("or", frozenset(each for part in node.parts for each in _within(self._meaning(part), "or")))
            case And():
                return ("and", frozenset(each for part in node.parts for each in _within(self._meaning(part), "and")))
            case AnyOf():
                return ("of", node.count, tuple(sorted((self._meaning(part) for part in node.parts), key=repr)))
            case Near():
                sides = (self._meaning(node.left), self._meaning(node.right))
                return ("near", node.words, node.ordered, sides if node.ordered else frozenset(sides))
            case _:
                below = tuple(self._meaning(part) for part in children(node))
                return (type(node).__name__, getattr(node, "name", ""), below) if below else node


def _within(meaning: object, kind: str) -> list[object]:
    """What a meaning of ``kind`` holds; any other by itself."""
    if isinstance(meaning, tuple) and meaning[0] == kind:
        return list(meaning[1])
    return [meaning]


def _flat(node: Node) -> list[Node]:
    """The parts of a node, with those of parts of its own kind in their place."""
    parts: list[Node] = []
    for part in children(node):
        parts += _flat(part) if type(part) is type(node) and not isinstance(node, AnyOf) else [part]
    return parts


def _lists_in(node: Node) -> Iterator[str]:
    if isinstance(node, ListRef):
        yield node.name
    for condition in node.conditions if isinstance(node, Call) else (node,):
        if isinstance(condition, Within):
            yield condition.places
        elif isinstance(condition, Condition):
            yield from (value[1:] for value in condition.values if value.startswith("@"))


def _short_stem(text: str) -> str:
    for word in text.split():
        stem = word.split("*")[0]
        if "*" in word and word != "*" and stem.isascii() and len(stem) < _SHORTEST_STEM:
            return word
    return ""


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"
