"""Why a rule holds for an item, or why not: what was found, what is missing, what stands in the way."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.model import Evidence
from monitor.rules import conditions, plan
from monitor.rules.build import atoms_of
from monitor.rules.plan import Plan
from monitor.rules.reading import Reading

if TYPE_CHECKING:  # it is the rule set that asks
    from monitor.rules.ruleset import CompiledRule, RuleSet

_SHOWN = 8  # terms of one list named in an explanation
_OF_MANY = 3  # of a longer one, whose kind a few terms tell
_WAYS = 3  # alternatives named in an explanation: those that lack least
_ANY = r"/\S/"  # a field that is not empty


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one rule made of one item.

    ``matched``: the places of all its terms that were found, whether or not the rule holds.
    ``missing``: what would have to be there as well, one phrase for each part; empty where the rule
    holds. ``blocked``: the places of what must not be there (NOT) and is.
    """

    rule: str
    title: str
    holds: bool
    matched: tuple[Evidence, ...]
    missing: tuple[str, ...]
    blocked: tuple[Evidence, ...]


def explain(rule_set: RuleSet, reading: Reading, rule_id: str | None = None) -> tuple[Explanation, ...]:
    """An explanation of each rule, or of one; raises ``KeyError`` for an id that no rule has."""
    rules = rule_set.rules if rule_id is None else (rule_set.rule(rule_id),)
    return tuple(_explanation(rule_set, rule, reading) for rule in rules)


def missing_of(rule_set: RuleSet, rule: CompiledRule, reading: Reading) -> tuple[str, ...]:
    """What keeps ``rule`` from holding for ``reading``, one phrase for each part."""
    return _explanation(rule_set, rule, reading).missing


def _explanation(rule_set: RuleSet, rule: CompiledRule, reading: Reading) -> Explanation:
    holds = rule.plan.holds(reading)
    missing: list[str] = []
    blocking: set[int] = set()
    if not holds:
        _missing(rule.plan, rule, reading, missing, blocking)
    unwanted = _unwanted(rule.plan, negated=False)
    asked = {atom for atom in atoms_of(rule.plan) if atom in reading.seen}
    matched = rule_set.evidence(rule, reading) if holds else _places(rule_set, rule, reading, asked - unwanted)
    blocked = _places(rule_set, rule, reading, blocking & asked)
    return Explanation(rule.text.id, rule.text.title, holds, matched, tuple(dict.fromkeys(missing)), blocked)


def _places(rule_set: RuleSet, rule: CompiledRule, reading: Reading, atoms: set[int]) -> tuple[Evidence, ...]:
    found = {
        (atom, start, end) for atom in atoms for start, end in reading.spans(atom, reading.texts[rule_set.kind(atom)])
    }
    return tuple(rule_set.located(rule, reading, found))


def _missing(part: Plan, rule: CompiledRule, reading: Reading, missing: list[str], blocking: set[int]) -> None:  # noqa: PLR0912 - a branch a kind
    """Add why ``part``, which does not hold, does not."""
    match part:
        case plan.Words():
            missing.append(_named(part.atoms, rule))
        case plan.All():
            for below in part.parts:
                if not below.holds(reading):
                    _missing(below, rule, reading, missing, blocking)
        case plan.AtLeast():
            ways = _ways(part, rule, reading, blocking)
            if part.count > 1:
                held = len(part.parts) - sum(not below.holds(reading) for below in part.parts)
                more = ", …" if len(ways) > _SHOWN else ""
                missing.append(f"{part.count - held} more of ({', '.join(ways[:_SHOWN])}{more})")
            elif ways:
                others = len(ways) - _WAYS
                more = f" or {others} other way{'s' if others > 1 else ''}" if others > 0 else ""
                missing.append(" or ".join(ways[:_WAYS]) + more)
        case plan.Several():
            found = part.atoms & reading.seen.keys()
            missing.append(f"{part.count - len(found)} more of {_named(part.atoms - found, rule)}")
        case plan.Near():
            sides = [side for side in (part.left, part.right) if not side.holds(reading)]
            for side in sides:
                _missing(side, rule, reading, missing, blocking)
            if not sides:
                order = " in this order" if part.ordered else ""
                left, right = _named(atoms_of(part.left), rule), _named(atoms_of(part.right), rule)
                missing.append(f"{left} within {part.words} words of {right}{order}")
        case plan.InSentence():
            if part.inner.holds(reading):
                missing.append(f"{_named(part.atoms, rule)} in one sentence")
            else:
                _missing(part.inner, rule, reading, missing, blocking)
        case plan.Without():
            blocking |= atoms_of(part.part)
            words = atoms_of(part.part) & reading.seen.keys()
            missing.append(_absent(words, rule))
        case conditions.Known():
            missing.append(part.name)
        case conditions.Claimed():
            seen = part.needs is not None and not part.needs.isdisjoint(reading.seen)
            missing.append(f"{part.name}: {_unsatisfied(part, reading) if seen else 'none of its trigger words'}")


def _ways(part: plan.AtLeast, rule: CompiledRule, reading: Reading, blocking: set[int]) -> list[str]:
    """What each part that does not hold lacks, each once, those that lack least first."""
    ways = _lacks(part, rule, reading, blocking)
    return sorted(ways, key=lambda way: (ways[way], len(way), way))


def _lacks(part: plan.AtLeast, rule: CompiledRule, reading: Reading, blocking: set[int]) -> dict[str, int]:
    """What each part that does not hold lacks, and how many things; alternatives within one are alternatives."""
    ways: dict[str, int] = {}
    for below in part.parts:
        if below.holds(reading):
            continue
        if part.count == 1 and isinstance(below, plan.AtLeast) and below.count == 1:
            ways |= _lacks(below, rule, reading, blocking)
            continue
        lacks: list[str] = []
        _missing(below, rule, reading, lacks, blocking)
        lacks = list(dict.fromkeys(lacks))
        ways[f"({' and '.join(lacks)})" if len(lacks) > 1 else "".join(lacks)] = len(lacks)
    return ways


def _absent(atoms: Set[int], rule: CompiledRule) -> str:
    """What must not be there, and is."""
    if not atoms:
        return "NOT (a condition that is met)"
    if {rule.written.get(atom) for atom in atoms} == {_ANY}:
        return f"no {_field(atoms, rule) or 'text'} at all"
    return f"NOT {_named(atoms, rule)}"


def _field(atoms: Set[int], rule: CompiledRule) -> str:
    """The one field that all of ``atoms`` are asked of; "" for any."""
    return next((name for name, asked in rule.fields.items() if atoms <= asked), "")


def _unsatisfied(part: conditions.Claimed, reading: Reading) -> str:
    why = part.why_not(reading)
    if why is None:
        return "no fact satisfies it"
    return f"no fact satisfies it: {'; '.join(why)}" if why else "no such fact was read"


def _named(atoms: Set[int], rule: CompiledRule) -> str:
    names = list(dict.fromkeys(rule.written.get(atom, "?") for atom in sorted(atoms)))
    first = names if len(names) <= _SHOWN else names[:_OF_MANY]
    shown = " | ".join(first) + (f" | … {len(names) - len(first)} more" if len(first) < len(names) else "")
    field = _field(atoms, rule)
    return f"{field}:" * bool(field) + (f"({shown})" if len(names) > 1 else shown)


def _unwanted(part: Plan, negated: bool) -> set[int]:
    """Atoms that stand under NOT only to be absent."""
    match part:
        case plan.Without():
            return _unwanted(part.part, not negated)
        case plan.All() | plan.AtLeast():
            return {atom for below in part.parts for atom in _unwanted(below, negated)}
        case _:
            return set(atoms_of(part)) if negated else set()
