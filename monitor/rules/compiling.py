"""A rule book → a rule set, or every problem in it at once."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from monitor.errors import ConfigError, Problem
from monitor.model import Place, RuleBook, RuleText
from monitor.rules.atoms import Atoms
from monitor.rules.build import Broken, Builder, Shared, holds_for_nothing
from monitor.rules.names import Names
from monitor.rules.parsing import parse
from monitor.rules.places import QueryError, Source
from monitor.rules.plan import Plan
from monitor.rules.predicates import STORY_FIELDS, FieldSpec, Predicate, StoryQuery, story_query
from monitor.rules.ruleset import CompiledRule, ReadFacts, RuleSet

NO_PREDICATES: Mapping[str, Predicate] = MappingProxyType({})


def compile(
    book: RuleBook,
    predicates: Mapping[str, Predicate] = NO_PREDICATES,
    story_fields: Mapping[str, FieldSpec] = STORY_FIELDS,
    read_facts: ReadFacts | None = None,
) -> RuleSet:
    """``book`` ready to run. Raises ``ConfigError`` with all problems of all queries and lists.

    ``predicates`` are those over facts, by name; with none, using one is a problem. ``story_fields``
    are what ``tell_when:`` and ``raise:`` may compare; ``read_facts`` reads what predicates ask for
    wherever the rule set is not given another reader.
    """
    names = Names(book)
    work = _Work(names, predicates, story_fields)
    work.check_queries()
    rules = [rule for rule in map(work.rule, book.rules) if rule is not None]
    problems = (*names.problems, *work.problems, *_second_ids(book))
    if problems:
        raise ConfigError(tuple(sorted(problems, key=_order)))
    return RuleSet(book, tuple(rules), work.atoms, read_facts)


def validate_query(text: str, book: RuleBook, predicates: Mapping[str, Predicate] = NO_PREDICATES) -> None:
    """Raise ``ConfigError`` unless ``text`` is a query that could stand in ``when:`` beside ``book``'s names."""
    place = Place("query", 1, 1)
    names = Names(book)
    work = _Work(names, predicates, STORY_FIELDS)
    work.plan_of(Source(text, place), Builder(work.atoms, names, predicates, Shared()))
    if work.problems:
        raise ConfigError(tuple(work.problems))


def _order(problem: Problem) -> tuple[str, int, int]:
    place = problem.place
    return (place.file, place.line, place.column) if place else ("", 0, 0)


def _second_ids(book: RuleBook) -> list[Problem]:
    first: dict[str, RuleText] = {}
    return [
        Problem(rule.place, f"a second rule {rule.id}", f"the first is at {first[rule.id].place}; give it another id")
        for rule in book.rules
        if first.setdefault(rule.id, rule) is not rule
    ]


class _Work:
    """One compilation: what it numbers, and what it found wrong."""

    def __init__(
        self, names: Names, predicates: Mapping[str, Predicate], story_fields: Mapping[str, FieldSpec]
    ) -> None:
        self.names = names
        self.predicates = predicates
        self.story_fields = story_fields
        self.atoms = Atoms()
        self.shared = Shared()
        self.problems: list[Problem] = []

    def check_queries(self) -> None:
        """Each named query by itself, so that a mistake in one is told once and in its place."""
        scratch, shared = Atoms(self.atoms), Shared()
        for name, tree in self.names.trees.items():
            if name in self.names.broken:
                continue
            try:
                Builder(scratch, self.names, self.predicates, shared).build(tree)
            except QueryError as error:
                self.problems.append(self.names.sources[name].of(error))
                self.names.broken.add(name)
            except Broken:
                self.names.broken.add(name)

    def rule(self, text: RuleText) -> CompiledRule | None:
        """The rule compiled; None when it has problems, which are noted."""
        builder = Builder(self.atoms, self.names, self.predicates, self.shared)
        plan = self.plan_of(Source(text.when, text.when_place, text.when_indent), builder)
        tell_when = None
        if text.tell_when is not None:
            tell_when = self._story(text.tell_when, text.tell_when_place or text.place)
        raises = [(level, self._story(query, place)) for level, query, place in text.raises]
        if plan is None:
            return None
        return CompiledRule(
            text,
            plan,
            builder.written,
            {scope: self.atoms.shared(found) for scope, found in builder.fields.items()},
            builder.dated,
            tell_when,
            tuple((level, query) for level, query in raises if query is not None),
        )

    def plan_of(self, source: Source, builder: Builder) -> Plan | None:
        """The plan of a ``when:`` query; None when it has problems, which are noted."""
        try:
            tree = parse(source.text)
            plan = builder.build(tree)
        except QueryError as error:
            self.problems.append(source.of(error))
            return None
        except Broken:
            return None
        if holds_for_nothing(plan):
            what = "this holds wherever nothing is found, so for nearly every item"
            self.problems.append(source.problem(what, *tree.span, "say what must be there: x AND NOT y"))
            return None
        return plan

    def _story(self, text: str, place: Place) -> StoryQuery | None:
        source = Source(text, place)
        try:
            return story_query(parse(text), self.names.written, self.story_fields)
        except QueryError as error:
            self.problems.append(source.of(error))
            return None
