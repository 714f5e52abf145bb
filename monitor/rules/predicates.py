"""Conditions: which fields they compare, with what, and whether a value satisfies them.

Two kinds. Predicates over facts (``casualties(party=us, killed >= 1)``) are known to a registry that
who compiles brings along: the language itself knows none. Conditions on a story (``origins >= 2``,
in ``tell_when:`` and ``raise:``) are known here.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from monitor.model import Evidence, Item, Tier
from monitor.rules.mistakes import refuse_term
from monitor.rules.places import QueryError, did_you_mean
from monitor.rules.tree import And, AnyOf, Call, Condition, Node, Not, Or, Within

Value = float | timedelta | tuple[str, ...]
Kind = Literal["word", "number", "duration"]
_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}
_NUMBER = re.compile(r"\d{1,12}(?:\.\d{1,6})?", re.ASCII)
_DURATION = re.compile(r"(\d{1,6})(s|m|h|d|w)", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """What a field holds. ``words``: the only words it knows; empty: any word."""

    kind: Kind
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Test:
    """One condition, checked: ``names`` are added up, ``value`` is of the field's kind.

    ``km`` is set for ``within``: ``value`` then holds the terms of the list of places.
    """

    __test__ = False  # not pytest's

    names: tuple[str, ...]
    operator: str
    value: Value
    km: float | None = None

    def accepts(self, found: object) -> bool:
        """Whether ``found`` satisfies the condition: a number, a timedelta, a word or several words.

        Of several words one is enough for ``=``, and all must differ for ``!=``. None (not known)
        satisfies nothing.
        """
        if found is None:
            return False
        if isinstance(self.value, tuple):
            words = {found} if isinstance(found, str) else set(found)  # type: ignore[call-overload]
            meant = {str(word).casefold() for word in words} & {word.casefold() for word in self.value}
            return bool(meant) == (self.operator != "!=")
        if isinstance(self.value, timedelta):
            if not isinstance(found, timedelta):
                return False
            return _COMPARE[self.operator](found.total_seconds(), self.value.total_seconds())
        return isinstance(found, int | float) and _COMPARE[self.operator](found, self.value)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a predicate is asked of: an item and the facts read from it. ``now`` None: nothing is old."""

    item: Item
    facts: tuple[object, ...]
    now: datetime | None = None


Holds = Callable[[Asked], tuple[Evidence, ...] | None]
Lacks = Callable[[Asked], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Predicate:
    """One name that queries may use over facts.

    ``triggers`` are terms as in a list (words, phrases, ``kill*``) of which one stands in every text
    that has such a fact. ``asks`` gets the checked conditions once, when the query is compiled, and
    gives what says of an item which words make all of them hold (None: nothing does); it raises
    ``ValueError`` with what to write instead. ``called``: it is written ``name(…)``; else it is a
    condition of its own (``asserted_by = official``; ``within``). ``lacks`` gives, in the same way, what says
    of an item for which the conditions do not hold why not, one phrase a fact.
    """

    name: str
    triggers: tuple[str, ...]
    fields: Mapping[str, FieldSpec]
    asks: Callable[[tuple[Test, ...]], Holds]
    called: bool = True
    lacks: Callable[[tuple[Test, ...]], Lacks] | None = None


PAGED_AGE = Test(("age",), "<=", timedelta(days=3))  # of what may wake somebody, unless a rule says otherwise
Predicates = Mapping[str, Predicate]
ListTerms = Callable[[str, tuple[int, int]], tuple[str, ...]]  # name, span → the terms; raises QueryError


def check(written: Condition | Within, fields: Mapping[str, FieldSpec], of: str, terms: ListTerms) -> Test:
    """A condition made sure of; raises ``QueryError`` located at what is wrong in it."""
    if isinstance(written, Within):
        if "within" not in fields:
            raise QueryError(f"{of} has no place to measure from", *written.span, _fields(fields))
        return Test(("within",), "<=", terms(written.places, written.span), written.km)
    for name in written.names:
        if name not in fields:
            raise QueryError(
                f"{of} has no field {name}", *written.span, did_you_mean("", name, fields, f"field of {of}")
            )
    spec = fields[written.names[0]]
    if any(fields[name].kind != spec.kind or spec.kind == "word" for name in written.names[1:]):
        raise QueryError("only numbers can be added", *written.span, "compare each by itself")
    if not written.operator:
        raise QueryError(
            f"{written.names[0]} is compared with nothing", *written.span, f"write {_example(written.names[0], spec)}"
        )
    if spec.kind == "word":
        return _check_words(written, spec, terms)
    if len(written.values) != 1:
        raise QueryError("a number is compared with one number", *written.span, "write OR between two comparisons")
    return Test(written.names, written.operator, _measure(written.values[0], spec.kind, written))


def _check_words(written: Condition, spec: FieldSpec, terms: ListTerms) -> Test:
    name = written.names[0]
    if written.operator not in ("=", "!="):
        raise QueryError(
            f"{name} is a word and has no {written.operator}", *written.span, "words are compared with = and !="
        )
    words: list[str] = []
    for value in written.values:
        if value.startswith("@"):
            words += terms(value[1:], written.span)
        elif spec.words and value.casefold() not in spec.words:
            raise QueryError(f"{name} is never {value}", *written.span, did_you_mean("", value, spec.words, "word"))
        else:
            refuse_term(value, *written.span)
            words.append(value)
    return Test((name,), written.operator, tuple(words))


def _measure(value: str, kind: Kind, written: Condition) -> float | timedelta:
    if kind == "number":
        if _NUMBER.fullmatch(value.replace(",", "")):
            return float(value.replace(",", ""))
        raise QueryError(f"{value} is no number", *written.span, f"write {written.names[0]} {written.operator} 2")
    found = _DURATION.fullmatch(value)
    if not found:
        raise QueryError(f"{value} is no duration", *written.span, "write 36h or 3d (s, m, h, d, w)")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _fields(fields: Mapping[str, FieldSpec]) -> str:
    return f"its fields are {', '.join(sorted(fields))}" if fields else "it has no fields"


def _example(name: str, spec: FieldSpec) -> str:
    if spec.kind == "word":
        return f"{name} = {min(spec.words) if spec.words else 'word'}"
    return f"{name} >= 1" if spec.kind == "number" else f"{name} <= 3d"


# --- stories ---------------------------------------------------------------------------------------

STORY_FIELDS: Mapping[str, FieldSpec] = {
    "origins": FieldSpec("number"),  # independent sources
    "reports": FieldSpec("number"),  # items, copies among them
    "feeds": FieldSpec("number"),
    "tier": FieldSpec("word", frozenset(tier.value for tier in Tier)),  # of any of its reports
    "status": FieldSpec("word", frozenset({"claimed", "reported", "confirmed", "denied", "corrected"})),
    "asserted_by": FieldSpec("word"),
    "context": FieldSpec("word", frozenset({"current", "historical", "trial", "exercise"})),
    "age": FieldSpec("duration"),  # since its event or, where that isn't known, its first report
}
StoryValues = Mapping[str, object]
_UNKNOWN_AGE = timedelta(0)  # what has no date is not old


@dataclass(frozen=True, slots=True)
class StoryQuery:
    """A checked ``tell_when:`` or ``raise:`` query; ``names`` are the fields it speaks of."""

    names: frozenset[str]
    _holds: Callable[[StoryValues], bool] = field(repr=False)

    def holds(self, story: StoryValues) -> bool:
        """Whether the story satisfies it. A value that is missing or None satisfies no condition."""
        return self._holds(story)


def story_query(tree: Node, terms: ListTerms, fields: Mapping[str, FieldSpec] = STORY_FIELDS) -> StoryQuery:
    """The evaluator of a query over stories; raises ``QueryError`` where it asks for anything else."""
    names: set[str] = set()
    test = _story_test(tree, terms, fields, names)
    return StoryQuery(frozenset(names), test)


def _story_test(
    node: Node, terms: ListTerms, fields: Mapping[str, FieldSpec], names: set[str]
) -> Callable[[StoryValues], bool]:
    match node:
        case And() | Or() | AnyOf():
            tests = [_story_test(part, terms, fields, names) for part in node.parts]
            least = {And: len(tests), Or: 1}.get(type(node), getattr(node, "count", 1))
            if least > len(tests):
                raise QueryError(f"{least} of {len(tests)} can't hold", *node.span, "ask for fewer")
            return lambda story: sum(test(story) for test in tests) >= least
        case Not():
            inner = _story_test(node.inner, terms, fields, names)
            return lambda story: not inner(story)
        case Condition():
            check_ = check(node, fields, "a story", terms)
            names.update(node.names)
            return lambda story: _satisfies(check_, story)
        case Call() | Within():
            raise QueryError("a story is not asked for facts here", *node.span, "write the predicate in when:")
        case _:
            raise QueryError(
                "words are looked for in items, not in stories",
                *node.span,
                f"write it in when:, or compare one of {', '.join(sorted(fields))}",
            )


def _satisfies(test: Test, story: StoryValues) -> bool:
    values = [story.get(name) for name in test.names]
    if test.names == ("age",) and values[0] is None:
        values = [_UNKNOWN_AGE]
    if len(values) == 1:
        return test.accepts(values[0])
    numbers = [value for value in values if isinstance(value, int | float)]
    return test.accepts(sum(numbers)) if numbers else False
