"""Where the rule language meets facts: the predicates that queries may use, and rules compiled with them.

The language knows how conditions are written and the facts how they are satisfied; neither knows the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from functools import cache

from monitor import facts, rules
from monitor.model import Evidence, Fact, RuleBook
from monitor.rules import Asked, FieldSpec, Predicate, RuleSet, Test

_OPEN = ("place", "nation")  # any word; of the rest the words are known
_COORDINATES = re.compile(r"(-?\d{1,2}(?:\.\d+)?)[,\s]\s*(-?\d{1,3}(?:\.\d+)?)$", re.ASCII)
_TOLD = 3  # facts that do not satisfy a predicate, told with why
Takes = Callable[[Fact, Asked], bool]


def compiled(book: RuleBook) -> RuleSet:
    """``book`` compiled with all predicates, over facts read as everywhere. Raises ConfigError."""
    return rules.compile(book, predicates(), read_facts=facts.read)


@cache
def predicates() -> Mapping[str, Predicate]:
    """Every predicate over facts, by name."""
    triggers = tuple(dict.fromkeys(word for kind in facts.TRIGGERS for word in facts.TRIGGERS[kind]))
    asserted = FieldSpec("word", facts.predicates.WORDS["asserted_by"])
    context = FieldSpec("word", facts.predicates.WORDS["context"] - {"any"})
    found = [
        Predicate(kind, words, _fields(kind), _asker(kind), lacks=_lacker(kind))
        for kind, words in facts.TRIGGERS.items()
    ]
    found += [
        Predicate("asserted_by", triggers, {"asserted_by": asserted}, _asserted_by, called=False),
        Predicate("context", triggers, {"context": context}, _context, called=False),
        Predicate("within", triggers, {"within": FieldSpec("word")}, _within, called=False),
    ]
    return {each.name: each for each in found}


def _fields(kind: str) -> Mapping[str, FieldSpec]:
    known = {**facts.predicates.WORDS, **facts.predicates.known_words()}
    fields = {name: FieldSpec("word", known.get(name, frozenset())) for name in facts.predicates.OPTIONS[kind]}
    fields |= {name: FieldSpec("number") for name in facts.predicates.QUANTITIES[kind]}
    return {**fields, "age": FieldSpec("duration"), "within": FieldSpec("word")}


def _asker(kind: str) -> Callable[[tuple[Test, ...]], Callable[[Asked], tuple[Evidence, ...] | None]]:
    def asks(tests: tuple[Test, ...]) -> Callable[[Asked], tuple[Evidence, ...] | None]:
        predicate, takes = _made(kind, tests)

        def holds(asked: Asked) -> tuple[Evidence, ...] | None:
            read = _facts(asked)
            found = predicate.match(read, lambda fact: all(take(fact, asked) for _, take in takes))
            return _evidence(found, kind)

        return holds

    return asks


def _lacker(kind: str) -> Callable[[tuple[Test, ...]], Callable[[Asked], tuple[str, ...]]]:
    """What says why no fact of an item satisfies a predicate: the words of each, and what of it is otherwise."""

    def lacks(tests: tuple[Test, ...]) -> Callable[[Asked], tuple[str, ...]]:
        predicate, takes = _made(kind, tests)

        def why(asked: Asked) -> tuple[str, ...]:
            def against(fact: Fact) -> list[str]:
                return [name for name, take in takes if not take(fact, asked)]

            short = [(fact, why) for fact, why in predicate.lacking(_facts(asked), against) if why]
            told = [f"“{fact.words.text}”: {', '.join(why)}" for fact, why in short[:_TOLD]]
            return tuple([*told, f"{len(short) - _TOLD} more"] if len(short) > _TOLD else told)

        return why

    return lacks


def _made(kind: str, tests: tuple[Test, ...]) -> tuple[facts.Predicate, list[tuple[str, Takes]]]:
    """The predicate that ``tests`` ask for, and what else they ask of each fact, with words for where it isn't so."""
    options: dict[str, frozenset[str]] = {}
    comparisons: list[tuple[tuple[str, ...], str, int]] = []
    takes: list[tuple[str, Takes]] = []
    for test in tests:
        name = test.names[0]
        if test.km is not None:
            takes.append((f"not within {test.km:g}km", _near(test)))
        elif isinstance(test.value, timedelta):
            takes.append((f"age is not {test.operator} {_span(test.value)}", _aged(test)))
        elif isinstance(test.value, tuple):
            wanted = _wanted(name, test)
            options[name] = options.get(name, wanted) & wanted
            if not options[name]:
                raise ValueError(f"{name} can't be two words at once; write {name}=a|b")
        else:
            comparisons.append((test.names, test.operator, _whole(test)))
    return facts.predicate(kind, options, comparisons), takes


def _span(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{hours / 24:g}d" if hours >= 48 else f"{hours:g}h"


def _wanted(name: str, test: Test) -> frozenset[str]:
    """The words that satisfy ``test``; of != all others."""
    words = frozenset(word.casefold() for word in test.value) if isinstance(test.value, tuple) else frozenset()
    if test.operator != "!=":
        return words
    known = {**facts.predicates.WORDS, **facts.predicates.known_words()}.get(name)
    if known is None or name in _OPEN:
        raise ValueError(f"{name} has no !=; write NOT around a predicate with {name}=")
    return known - words - {"any"}


def _whole(test: Test) -> int:
    if not isinstance(test.value, float) or not test.value.is_integer():
        raise ValueError("people are counted in whole numbers")
    return int(test.value)


def _aged(test: Test) -> Takes:
    def take(fact: Fact, asked: Asked) -> bool:
        if asked.now is None:
            return True
        return test.accepts(facts.age_of(fact, asked.now, asked.item.published))

    return take


def _near(test: Test) -> Takes:
    points = tuple(point for term in _terms(test) for point in _points(term))
    limit = test.km or 0.0
    return lambda fact, _: bool(facts.within((fact,), limit, points))


def _points(term: str) -> tuple[tuple[float, float], ...]:
    """Where a term of a list of sites lies: its coordinates, or those of the largest place of that name."""
    found = _COORDINATES.search(term)
    if found:
        latitude, longitude = float(found[1]), float(found[2])
        if abs(latitude) > 90 or abs(longitude) > 180:
            raise ValueError(f"{term}: latitude is at most 90 degrees and longitude 180")
        return ((latitude, longitude),)
    point = facts.point_of(term)
    if point is None:
        raise ValueError(f"the gazetteer has no place {term}; write its latitude and longitude: {term} 33.79 42.44")
    return (point,)


def _terms(test: Test) -> tuple[str, ...]:
    return test.value if isinstance(test.value, tuple) else ()


def _asserted_by(tests: tuple[Test, ...]) -> Callable[[Asked], tuple[Evidence, ...] | None]:
    words = _wanted("asserted_by", tests[0])
    return lambda asked: _evidence(facts.asserted_by(_facts(asked), words), "asserted_by")


def _context(tests: tuple[Test, ...]) -> Callable[[Asked], tuple[Evidence, ...] | None]:
    words = _wanted("context", tests[0])
    return lambda asked: _evidence(facts.context(_facts(asked), words), "context")


def _within(tests: tuple[Test, ...]) -> Callable[[Asked], tuple[Evidence, ...] | None]:
    take = _near(tests[0])

    def holds(asked: Asked) -> tuple[Evidence, ...] | None:
        here = [fact for fact in facts.context(_facts(asked), ("current",)) if take(fact, asked)]
        return _evidence(here, "within")

    return holds


def _facts(asked: Asked) -> tuple[Fact, ...]:
    return tuple(fact for fact in asked.facts if isinstance(fact, Fact))


def _evidence(found: Iterable[Fact], name: str) -> tuple[Evidence, ...] | None:
    """The words of the facts that were asked for, each once; None where there are none."""
    words = dict.fromkeys(Evidence(fact.words.field, fact.words.start, fact.words.end, name) for fact in found)
    return tuple(words) or None
