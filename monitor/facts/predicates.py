"""What rules ask of facts: ``casualties(party=us, killed+wounded >= 1, place=iraq|syria)``.

A predicate is made once from its written parts and then asked of the facts of an item; it answers with the facts that
make it hold. Comparisons use a claim's floor. Unless it says otherwise, a predicate takes only claims that happened
(or are said to have), of the current event, out of trials, exercises and history.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from monitor.facts.gazetteer import key, kilometres, spots
from monitor.facts.load import languages, lexicon
from monitor.model import (
    Casualty,
    Context,
    Domain,
    Fact,
    Location,
    Modality,
    Operation,
    Outcome,
    Party,
    Posture,
    Precision,
    Role,
    Scope,
    Strength,
)  # fmt: skip

_OPERATORS: Mapping[str, Callable[[int, int], bool]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip
_HELD = {"captured": frozenset({"captured", "arrested", "surrendered", "abducted"})}
_OFFICIAL = frozenset({Role.AUTHORITY, Role.SIDE})
# How far a place's point may be from where it happened, in kilometres, by its precision.
SLACK = {Precision.SITE: 2.0, Precision.TOWN: 10.0, Precision.DISTRICT: 40.0}
_COMMON = frozenset({"place", "context", "modality", "domain", "asserted_by", "nation"})
OPTIONS: Mapping[str, frozenset[str]] = {
    "casualties": _COMMON | {"party", "role", "by", "scope", "condition"},
    "posture": _COMMON | {"action", "force", "phase"},
    "operation": _COMMON | {"kind", "weapon", "actor", "target", "seized"},
    "strength": _COMMON | {"party"},
}
QUANTITIES: Mapping[str, frozenset[str]] = {
    "casualties": frozenset(outcome.value for outcome in Outcome),
    "posture": frozenset({"troops"}),
    "operation": frozenset(),
    "strength": frozenset({"fighters"}),
}
WORDS: Mapping[str, frozenset[str]] = {
    "party": frozenset(party.value for party in Party),
    "force": frozenset(party.value for party in Party),
    "by": frozenset(party.value for party in Party),
    "actor": frozenset(party.value for party in Party),
    "target": frozenset(party.value for party in Party),
    "context": frozenset({*(context.value for context in Context), "any"}),
    "modality": frozenset({*(modality.value for modality in Modality), "any"}),
    "domain": frozenset({*(domain.value for domain in Domain), "any"}),
    "scope": frozenset({*(scope.value for scope in Scope), "any"}),
    "asserted_by": frozenset({"perpetrator", "side", "authority", "third party", "official"}),
    "action": frozenset({"deploy", "withdraw", "reduce", "stay", "strength", "base", "mission"}),
    "phase": frozenset({"debated", "announced", "begun", "complete"}),
}
_KINDS: Mapping[str, type[Fact]] = {
    "casualties": Casualty,
    "posture": Posture,
    "operation": Operation,
    "strength": Strength,
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """ "killed+wounded >= 1": the sum of the floors of these quantities against ``number``."""

    quantities: tuple[str, ...]
    sign: str
    number: int

    def holds(self, total: int) -> bool:
        """Whether ``total`` satisfies it."""
        return _OPERATORS[self.sign](total, self.number)


@dataclass(frozen=True, slots=True)
class Predicate:
    """A predicate over one kind of fact. Make it with ``predicate``, which checks its words."""

    kind: str
    options: Mapping[str, frozenset[str]]
    comparisons: tuple[Comparison, ...] = ()

    def match(self, facts: Sequence[Fact], of: Callable[[Fact], bool] = lambda _: True) -> tuple[Fact, ...]:
        """The facts that make it hold, of those that ``of`` takes; empty where it does not."""
        chosen = [fact for fact in facts if isinstance(fact, _KINDS[self.kind]) and self._takes(fact) and of(fact)]
        if not self.comparisons:
            return tuple(chosen)
        events = sorted({fact.event for fact in chosen})
        found: list[Fact] = []
        for event in events:
            here = [fact for fact in chosen if fact.event == event]
            if all(comparison.holds(_total(comparison, here, facts)) for comparison in self.comparisons):
                wanted = {
                    outcome
                    for comparison in self.comparisons
                    for quantity in comparison.quantities
                    for outcome in _HELD.get(quantity, {quantity})
                }
                found += [fact for fact in here if not isinstance(fact, Casualty) or fact.outcome.value in wanted]
        if not events and all(comparison.holds(0) for comparison in self.comparisons):
            return ()
        return tuple(found)

    def lacking(
        self, facts: Sequence[Fact], of: Callable[[Fact], Sequence[str]] = lambda _: ()
    ) -> tuple[tuple[Fact, tuple[str, ...]], ...]:
        """Where it does not hold: each fact of its kind with why it does not make it hold, the nearest first.

        ``of`` gives why a fact is not taken for other reasons than its own options.
        """
        own = [fact for fact in facts if isinstance(fact, _KINDS[self.kind])]
        found = [(fact, (*self._against(fact), *of(fact))) for fact in own]
        chosen = [fact for fact, against in found if not against]
        short = [
            (fact, self._short_of([each for each in chosen if each.event == fact.event], facts)) for fact in chosen
        ]
        return (*short, *sorted((each for each in found if each[1]), key=lambda each: len(each[1])))

    def _short_of(self, here: Sequence[Fact], every: Sequence[Fact]) -> tuple[str, ...]:
        """Which figures the facts ``here``, of one event, give together that are not those compared with."""
        totals = [(each, _total(each, here, every)) for each in self.comparisons]
        return tuple(
            f"{'+'.join(each.quantities)} is {total:,}, not {each.sign} {each.number:,}"
            for each, total in totals
            if not each.holds(total)
        )

    def _takes(self, fact: Fact) -> bool:
        options = self.options
        if next(_otherwise(fact, options, self.kind), None):
            return False
        places = options.get("place")
        if places and not located(fact.place, places):
            return False
        asserted = options.get("asserted_by")
        if asserted and not _asserted(fact, asserted):
            return False
        return next(_unlike(fact, options, self.kind), None) is None

    def _against(self, fact: Fact) -> tuple[str, ...]:
        """What about ``fact`` is not as the options have it."""
        found = [f"{name} is {value}" for name, value in _otherwise(fact, self.options, self.kind)]
        places = self.options.get("place")
        if places and not located(fact.place, places):
            found.append(f"place is {(fact.place.name or fact.place.words) if fact.place else 'not said'}")
        asserted = self.options.get("asserted_by")
        if asserted and not _asserted(fact, asserted):
            found.append(f"asserted_by is {fact.said.role.value if fact.said else 'not said'}")
        found += [
            f"{name} is {'+'.join(sorted(values)) or 'not said'}"
            for name, values in _unlike(fact, self.options, self.kind)
        ]
        return tuple(found)


def predicate(
    kind: str,
    options: Mapping[str, Iterable[str]] | None = None,
    comparisons: Iterable[tuple[Sequence[str], str, int]] = (),
) -> Predicate:
    """The predicate ``kind(option=a|b, quantity+quantity >= n)``.

    Raises ``ValueError`` that says what to write instead.
    """
    if kind not in OPTIONS:
        raise ValueError(f"no predicate {kind!r}: there are {', '.join(sorted(OPTIONS))}")
    read: dict[str, frozenset[str]] = {}
    for name, values in (options or {}).items():
        if name not in OPTIONS[kind]:
            raise ValueError(f"{kind} has no option {name!r}: it has {', '.join(sorted(OPTIONS[kind]))}")
        wanted = frozenset(value.strip().lower() for value in values)
        known = WORDS.get(name)
        strange = sorted(wanted - known) if known is not None else []
        if strange:
            raise ValueError(f"{name}={strange[0]}: write one of {', '.join(sorted(known or ()))}")
        read[name] = frozenset(value.upper() for value in wanted) if name == "nation" else wanted
    made = []
    for quantities, sign, number in comparisons:
        for quantity in quantities:
            if quantity not in QUANTITIES[kind]:
                raise ValueError(
                    f"{kind} counts no {quantity!r}: it counts {', '.join(sorted(QUANTITIES[kind])) or 'nothing'}"
                )
        if sign not in _OPERATORS:
            raise ValueError(f"no comparison {sign!r}: write one of {' '.join(_OPERATORS)}")
        made.append(Comparison(tuple(quantities), sign, number))
    return Predicate(kind, read, tuple(made))


def _otherwise(fact: Fact, options: Mapping[str, frozenset[str]], kind: str) -> Iterator[tuple[str, str]]:
    """What every predicate asks of a fact's setting and is not so: (option, what it is instead)."""
    for name, usual in _USUAL[kind].items():
        wanted = options.get(name, usual)
        if "any" not in wanted and getattr(fact, name) not in wanted:
            yield name, getattr(fact, name)


def _unlike(fact: Fact, options: Mapping[str, frozenset[str]], kind: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The options of its kind alone that ``fact`` does not satisfy: (option, what it is instead)."""
    of_kind = _VALUES[kind]
    for name, wanted in options.items():
        if name in of_kind:
            values = of_kind[name](fact)
            if wanted.isdisjoint(values):
                yield name, values


_CURRENT = {
    "context": frozenset({"current"}),
    "modality": frozenset({"happened"}),
    "domain": frozenset({"any"}),
}
_USUAL: Mapping[str, Mapping[str, frozenset[str]]] = {
    "casualties": {**_CURRENT, "scope": frozenset({"event", "running"})},
    **dict.fromkeys(("posture", "operation", "strength"), _CURRENT),
}  # what a predicate takes unless it says otherwise


def _one(name: str) -> Callable[[Any], tuple[str, ...]]:
    def value(fact: Any) -> tuple[str, ...]:
        found = getattr(fact, name)
        return (found,) if found else ()

    return value


# The words of a fact that the options of its kind are compared with.
_VALUES: Mapping[str, Mapping[str, Callable[[Any], tuple[str, ...]]]] = {
    "casualties": {
        "party": _one("party"),
        "role": lambda fact: fact.roles,
        "by": _one("by"),
        "condition": _one("condition"),
        "nation": _one("nation"),
    },
    "posture": {"action": _one("action"), "force": _one("force"), "phase": _one("phase"), "nation": _one("nation")},
    "operation": {
        "kind": _one("operation"),
        "weapon": lambda fact: tuple(weapon.lower() for weapon in fact.weapons),
        "actor": lambda fact: fact.actors,
        "target": lambda fact: fact.targets,
        "seized": lambda fact: fact.seized,
    },
    "strength": {"party": _one("party")},
}


def _total(comparison: Comparison, here: Sequence[Fact], every: Sequence[Fact]) -> int:
    """The sum of floors: of each outcome the mixed total or its parties together, whichever is more; parts once."""
    total = 0
    if not any(isinstance(fact, Casualty) for fact in here):
        return max((fact.floor for fact in here if not isinstance(fact, (Casualty, Operation))), default=0)
    for quantity in comparison.quantities:
        outcomes = _HELD.get(quantity, frozenset({quantity}))
        mixed: list[int] = []
        named: dict[Party, int] = {}
        for fact in here:
            if not isinstance(fact, Casualty) or fact.outcome.value not in outcomes or fact.high == 0:
                continue
            whole = every[fact.part_of] if fact.part_of is not None and fact.part_of < len(every) else None
            if whole is not None and whole in here:
                continue
            if fact.party is Party.PEOPLE:
                mixed.append(fact.floor)
            else:
                named[fact.party] = max(named.get(fact.party, 0), fact.floor)
        total += max([*mixed, sum(named.values())], default=0)
    return total


# --- predicates over every kind ---------------------------------------------------------------------


@cache
def _countries() -> dict[str, str]:
    return {word: entry.nation for word, entry in lexicon("en").words.items() if entry.nation and entry.kind} | {
        " ".join((first, *rest)): entry.nation for first, rest, entry in lexicon("en").every_term() if entry.nation
    }


def located(place: Location | None, wanted: frozenset[str]) -> bool:
    """Whether ``place`` is, or lies in, one of the places ``wanted`` (names of countries, provinces, towns)."""
    if place is None:
        return False
    names = {key(name) for name in (place.words, place.name or "") if name}
    for name in wanted:
        code = _countries().get(name) or (name.upper() if len(name) == 2 else "")
        if code and place.country == code:
            return True
        if key(name) in names or any(key(name) in part.split(",")[0] for part in names if len(name) > 3):
            return True
    return False


def _asserted(fact: Fact, wanted: frozenset[str]) -> bool:
    if fact.said is None:
        return False
    return fact.said.role.value in wanted or (
        "official" in wanted and fact.said.role in _OFFICIAL and fact.said.party not in (Party.ISIS, Party.MILITANT)
    )


def asserted_by(facts: Sequence[Fact], wanted: Iterable[str]) -> tuple[Fact, ...]:
    """The facts said by one of ``wanted``: perpetrator, side, authority, third party, official (a state)."""
    return tuple(fact for fact in facts if _asserted(fact, frozenset(wanted)))


def context(facts: Sequence[Fact], wanted: Iterable[str]) -> tuple[Fact, ...]:
    """The facts told in one of the contexts ``wanted``."""
    names = frozenset(wanted)
    return tuple(fact for fact in facts if fact.context.value in names)


def age(facts: Sequence[Fact], limit: timedelta, now: datetime, published: datetime | None) -> tuple[Fact, ...]:
    """The facts whose event is at most ``limit`` old at ``now``, by the latest day their words allow.

    An event without a date is as old as its report; a report without a date is new.
    """
    return tuple(fact for fact in facts if age_of(fact, now, published) <= limit)


def age_of(fact: Fact, now: datetime, published: datetime | None) -> timedelta:
    """How old the event of ``fact`` is at ``now``: see ``age``."""
    if fact.when is not None:
        return timedelta(days=(now.date() - fact.when.end).days)
    return now - published if published is not None else timedelta(0)


def point_of(name: str) -> tuple[float, float] | None:
    """Latitude and longitude of the largest place called ``name``; None where the gazetteer has none with a point."""
    for spot in spots(name):
        if spot.latitude is not None and spot.longitude is not None:
            return spot.latitude, spot.longitude
    return None


@cache
def known_words() -> Mapping[str, frozenset[str]]:
    """The words that options take besides ``WORDS``, as the lexicons have them, in small letters."""
    tags: dict[str, set[str]] = {"operation": set(), "weapon": set(), "condition": set(), "material": set()}
    roles: set[str] = set()
    for code in languages():
        made = lexicon(code)
        terms = (entry for _, _, entry in made.every_term())
        for entry in (*made.words.values(), *made.exact.values(), *terms, *made.stems.values()):
            roles.update(entry.roles)
            for table, names in tags.items():
                names.update(entry.named(table))
    named = {"kind": tags["operation"], "weapon": tags["weapon"], "condition": tags["condition"],
             "seized": tags["material"], "role": roles}  # fmt: skip
    return {name: frozenset(word.lower() for word in words) for name, words in named.items()}


def within(facts: Sequence[Fact], limit: float, sites: Iterable[tuple[float, float]]) -> tuple[Fact, ...]:
    """The facts at most ``limit`` kilometres from one of ``sites`` (latitude, longitude), allowing for precision.

    A fact without a point (a province, a country) is never within.
    """
    points = tuple(sites)
    found = []
    for fact in facts:
        place = fact.place
        if place is None or place.latitude is None or place.longitude is None:
            continue
        reach = limit + SLACK.get(place.precision, 0.0)
        if any(kilometres((place.latitude, place.longitude), point) <= reach for point in points):
            found.append(fact)
    return tuple(found)
