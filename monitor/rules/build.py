"""A parsed query → a plan the engine can run: names resolved, fields known, every mistake located."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from monitor.model import Tier
from monitor.rules import conditions, mistakes, plan
from monitor.rules.atoms import TEXT_OF, Atoms
from monitor.rules.expressions import checked_regex
from monitor.rules.known import age_test, field_test, tier_test
from monitor.rules.names import Names
from monitor.rules.places import QueryError, did_you_mean
from monitor.rules.plan import Plan
from monitor.rules.predicates import PAGED_AGE, STORY_FIELDS, FieldSpec, Predicates, check
from monitor.rules.printing import show
from monitor.rules.tree import (
    MAX_DEPTH,
    META_FIELDS,
    TEXT_FIELDS,
    And,
    AnyOf,
    Call,
    Condition,
    Field,
    ListRef,
    Near,
    Node,
    Not,
    Or,
    QueryRef,
    Regex,
    Sentence,
    Span,
    Term,
    Within,
)

_FEW = 20  # terms whose spellings are copied


class Broken(Exception):
    """A part that has a problem of its own, which has been told already."""


@dataclass(frozen=True, slots=True)
class _Query:
    """A named query as it was built where it was first asked for; ``depth``: how deep it is nested."""

    plan: Plan
    written: ChainMap[int, str]
    fields: Mapping[str, set[int]]
    dated: bool
    depth: int


@dataclass(frozen=True, slots=True)
class Shared:
    """What the queries of one rule set build once: the rules that ask the same share its plan, and its answer."""

    queries: dict[tuple[str, str, bool, bool], _Query] = field(default_factory=dict)
    claims: dict[str, conditions.Claimed] = field(default_factory=dict)


class Builder:
    """Builds one query. ``written`` collects how it writes each of its atoms, ``fields`` those asked of one field."""

    def __init__(self, atoms: Atoms, names: Names, predicates: Predicates, shared: Shared) -> None:
        self._atoms = atoms
        self._names = names
        self._predicates = predicates
        self._shared = shared
        self.written: ChainMap[int, str] = ChainMap()
        self.fields: dict[str, set[int]] = {}
        self.dated = False  # whether the query speaks of age itself
        self._depth = self._deepest = 0

    def build(self, node: Node, scope: str = "head", *, negated: bool = False, sentence: bool = False) -> Plan:
        """The plan of ``node``; raises ``QueryError``, or ``Broken`` where the mistake was told elsewhere."""
        self._depth += 1
        self._descend(self._depth, node.span)
        try:
            return self._build(node, scope, negated, sentence)
        finally:
            self._depth -= 1

    def _descend(self, depth: int, span: Span) -> None:
        if depth > MAX_DEPTH:
            raise QueryError(f"with its queries it is nested more than {MAX_DEPTH} deep", *span, "make it simpler")
        self._deepest = max(self._deepest, depth)

    def _build(self, node: Node, scope: str, negated: bool, sentence: bool) -> Plan:
        match node:
            case Term() | ListRef() | Regex():
                return self._words(node, scope)
            case QueryRef():
                return self._query(node, scope, negated, sentence)
            case Not(inner=Not() as twice):
                return self.build(twice.inner, scope, negated=negated, sentence=sentence)
            case Not():
                return plan.Without(self.build(node.inner, scope, negated=not negated, sentence=sentence))
            case And():
                parts = [self.build(part, scope, negated=negated, sentence=sentence) for part in node.parts]
                return plan.All(parts, self._atoms.cost)
            case Or():
                return self._any(1, [self.build(p, scope, negated=negated, sentence=sentence) for p in node.parts])
            case AnyOf():
                return self._any_of(node, scope, negated, sentence)
            case Near():
                return self._place(node, scope)
            case _ if sentence:
                raise QueryError(
                    "this can't be asked of a sentence", *node.span, "SENT(…) holds words, AND, OR, NOT, NEAR"
                )
            case Sentence():
                return self._sentence(node, scope)
            case Field():
                return self._field(node, scope, negated)
            case Call() | Condition() | Within():
                return self._condition(node, negated)

    def _tree(self, ref: QueryRef) -> Node:
        tree = self._names.tree(ref.name, ref.span)
        if tree is None:
            raise Broken
        return tree

    def _query(self, ref: QueryRef, scope: str, negated: bool, sentence: bool) -> Plan:
        asked = ref.name, scope, negated, sentence
        query = self._shared.queries.get(asked)
        if query is None:
            inner = Builder(self._atoms, self._names, self._predicates, self._shared)
            inner._depth = inner._deepest = self._depth
            try:
                made = inner.build(self._tree(ref), scope, negated=negated, sentence=sentence)
            except QueryError as error:
                raise QueryError(f"in ${ref.name}: {error.what}", *ref.span, error.instead) from None
            query = _Query(made, inner.written, inner.fields, inner.dated, inner._deepest - self._depth)
            self._shared.queries[asked] = query
        self._descend(self._depth + query.depth, ref.span)
        for written in query.written.maps:
            self._note(written)
        for name, atoms in query.fields.items():
            self.fields.setdefault(name, set()).update(atoms)
        self.dated = self.dated or query.dated
        return query.plan

    # --- words -----------------------------------------------------------------------------------

    def _words(self, node: Term | ListRef | Regex, scope: str) -> plan.Words:
        written: Mapping[int, str]
        match node:
            case Regex():
                atom = self._atoms.regex(checked_regex(node), scope)
                atoms, written = frozenset({atom}), {atom: f"/{node.source}/{'i' if node.ignore_case else ''}"}
            case Term():
                atom = self._atoms.term(node.text, node.exact, scope)
                atoms, written = frozenset({atom}), {atom: node.written}
            case ListRef():
                atoms, written = self._atoms.of_list(node.name, self._names.terms(node.name, node.span), scope)
        if not atoms:
            raise QueryError("the list has no terms", *node.span, "add terms to it")
        self._note(written)
        if scope != "head":
            self.fields.setdefault(scope, set()).update(atoms)
        return plan.Words(self._atoms.shared(atoms), TEXT_OF[scope])

    def _note(self, written: Mapping[int, str]) -> None:
        """How some atoms are written, where that was not noted before; what a list says is shared by all who ask it."""
        if len(written) > _FEW:
            if not any(noted is written for noted in self.written.maps):
                self.written.maps.append(cast("dict[int, str]", written))  # and never written to: only the first one is
        else:
            self.written.update((atom, term) for atom, term in written.items() if atom not in self.written)

    def _any(self, count: int, parts: Sequence[Plan]) -> Plan:
        if count > 1:
            words = [part for part in parts if isinstance(part, plan.Words) and len(part.atoms) == 1]
            atoms = frozenset(atom for part in words for atom in part.atoms)
            if len(atoms) == len(parts) and len({part.text for part in words}) == 1:
                return plan.Several(count, self._atoms.shared(atoms), words[0].text)
            return self._at_least(count, parts)
        merged: dict[str, frozenset[int]] = {}
        others: list[Plan] = []
        for part in parts:
            if isinstance(part, plan.Words):
                merged[part.text] = merged.get(part.text, frozenset()) | part.atoms
            else:
                others.append(part)
        words = [plan.Words(self._atoms.shared(atoms), text) for text, atoms in merged.items()]
        if len(words) == 1 and not others:
            return words[0]
        return self._at_least(1, [*words, *others])

    def _at_least(self, count: int, parts: Sequence[Plan]) -> Plan:
        made = plan.AtLeast(count, parts, self._atoms.cost)
        if made.needs is not None:
            made.needs = self._atoms.shared(made.needs)
        return made

    def _any_of(self, node: AnyOf, scope: str, negated: bool, sentence: bool) -> Plan:
        parts: list[Plan] = []
        for part in node.parts:
            if isinstance(part, ListRef):
                words = self._words(part, scope)
                parts += [plan.Words(frozenset({atom}), words.text) for atom in sorted(words.atoms)]
            else:
                parts.append(self.build(part, scope, negated=negated, sentence=sentence))
        if node.count > len(parts):
            advice = "put commas between the parts" if len(parts) == 1 else f"ask for at most {len(parts)}"
            raise QueryError(f"{node.count} of {len(parts)} can never hold", *node.span, advice)
        return self._any(node.count, parts)

    def _place(self, node: Node, scope: str) -> plan.Findable:
        """``node`` as an operand of NEAR: something that stands somewhere."""
        match node:
            case Term() | ListRef() | Regex():
                return self._words(node, scope)
            case Near():
                self._depth += 1
                if self._depth > MAX_DEPTH:
                    raise QueryError(f"more than {MAX_DEPTH} NEARs in a row", *node.span, "split the query")
                left, right = self._place(node.left, scope), self._place(node.right, scope)
                self._depth -= 1
                kind = TEXT_OF[scope]
                return plan.Near(left, right, node.words, node.ordered, kind, self._atoms.cost)
            case Or():
                # An OR of what can be found can be found.
                return cast(plan.Findable, self._any(1, [self._place(part, scope) for part in node.parts]))
            case QueryRef():
                try:
                    return self._place(self._tree(node), scope)
                except QueryError as error:
                    raise QueryError(f"in ${node.name}: {error.what}", *node.span, error.instead) from None
            case And():
                raise QueryError(
                    "AND can't be measured by NEAR",
                    *node.span,
                    "write (a NEAR/5 c) AND (b NEAR/5 c), or a NEAR/5 b NEAR/5 c",
                )
            case Field():
                raise QueryError("a field can't stand inside NEAR", *node.span, f"write {node.name}:(a NEAR/5 b)")
            case _:
                raise QueryError(
                    "NEAR is between words, phrases, lists and groups of them", *node.span, "join it with AND"
                )

    def _sentence(self, node: Sentence, scope: str) -> Plan:
        inner = self.build(node.inner, scope, sentence=True)
        if inner.needs is None:
            raise QueryError("SENT(…) needs words of which one must be found", *node.span, "add what to look for")
        return plan.InSentence(inner, self._atoms.shared(atoms_of(inner)), TEXT_OF[scope])

    # --- fields and conditions -------------------------------------------------------------------

    def _field(self, node: Field, scope: str, negated: bool) -> Plan:
        if scope != "head" and node.name in (*TEXT_FIELDS, *META_FIELDS):
            raise QueryError(f"{node.name}: stands inside {scope}:", *node.span, f"take it out of {scope}:(…)")
        if node.name in TEXT_FIELDS:
            return self.build(node.inner, node.name, negated=negated)
        if node.name in META_FIELDS:
            return conditions.Known(show(node), field_test(node.name, self._values(node, node.inner)), negated)
        raise mistakes.unknown_field(node.name, node.span[0])

    def _values(self, field: Field, node: Node) -> tuple[str, ...]:
        match node:
            case Or():
                return tuple(value for part in node.parts for value in self._values(field, part))
            case ListRef():
                return self._names.written(node.name, node.span)
            case Term():
                if field.name == "tier" and node.text.casefold() not in {tier.value for tier in Tier}:
                    advice = did_you_mean("tier:", node.text, [tier.value for tier in Tier], "tier")
                    raise QueryError(f"there is no tier {node.text}", *node.span, advice)
                return (node.text,)
            case _:
                raise QueryError(
                    f"{field.name}: takes words", *node.span, f"write {field.name}:word or {field.name}:(a OR b)"
                )

    def _condition(self, node: Call | Condition | Within, negated: bool) -> Plan:
        name = node.name if isinstance(node, Call) else "within" if isinstance(node, Within) else node.names[0]
        predicate = self._predicates.get(name)
        if predicate is not None and predicate.called == isinstance(node, Call):
            written = node.conditions if isinstance(node, Call) else (node,)
            tests = tuple(check(each, predicate.fields, name, self._names.written) for each in written)
            texts = self._atoms.of_triggers(predicate.triggers)
            dated = "age" not in predicate.fields or any(test.names == ("age",) for test in tests)
            self.dated = self.dated or any(test.names == ("age",) for test in tests)
            try:
                holds = predicate.asks(tests)
                fresh = holds if dated else predicate.asks((*tests, PAGED_AGE))
            except ValueError as error:
                raise QueryError(f"{name} can't be asked this", *node.span, str(error)) from None
            lacks = predicate.lacks(tests) if predicate.lacks is not None else None
            claimed = conditions.Claimed(show(node), texts, holds, fresh, lacks)
            return self._shared.claims.setdefault(claimed.name, claimed)
        if isinstance(node, Condition):
            known = self._item_condition(node, negated)
            if known is not None:
                return known
        raise self._no_such(name, node.span)

    def _item_condition(self, node: Condition, negated: bool) -> Plan | None:
        if node.names == ("tier",):
            tier = check(node, {"tier": STORY_FIELDS["tier"]}, "an item", self._names.written)
            return conditions.Known(show(node), tier_test(tier), negated)
        if node.names == ("age",):
            self.dated = True
            age = check(node, {"age": FieldSpec("duration")}, "an item", self._names.written)
            return conditions.Known(show(node), age_test(age), negated)
        return None

    def _no_such(self, name: str, span: Span) -> QueryError:
        if name in STORY_FIELDS:
            return QueryError(f"{name} is known of stories, not of items", *span, "write it in tell_when:")
        if name in META_FIELDS or name in TEXT_FIELDS:
            return QueryError(f"{name} is compared with a colon", *span, f"write {name}:word")
        known = [*self._predicates, "tier", "age"]
        return QueryError(f"there is no predicate {name}", *span, did_you_mean("", name, known, "predicate"))


def atoms_of(part: Plan) -> set[int]:
    """Every atom that ``part`` looks at."""
    match part:
        case plan.Words() | plan.Several():
            return set(part.atoms)
        case plan.All() | plan.AtLeast():
            return {atom for below in part.parts for atom in atoms_of(below)}
        case plan.Without():
            return atoms_of(part.part)
        case plan.InSentence():
            return atoms_of(part.inner)
        case plan.Near():
            return atoms_of(part.left) | atoms_of(part.right)
        case _:
            return set()


def holds_for_nothing(part: Plan) -> bool:
    """Whether ``part`` holds where no term is found and no condition is met: for nearly every item."""
    match part:
        case plan.All():
            return all(map(holds_for_nothing, part.parts))
        case plan.AtLeast():
            return sum(map(holds_for_nothing, part.parts)) >= part.count
        case plan.Without():
            return not holds_for_nothing(part.part)
        case _:
            return False
