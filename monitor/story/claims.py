"""Which claims tell of the event that a report is about."""

from __future__ import annotations

import re
from collections.abc import Iterable

from monitor.model import Casualty, Context, Fact, Modality, Operation, Outcome, Party, Posture, Report, Scope, Strength

_OF_THE_WOUNDED = re.compile(
    r"\b(?:wounded|injured|wounds|injuries|blessés?|blessures|heridos?|heridas|yaralı\w*)\b|جرح|جراح|مصاب",
    re.IGNORECASE,
)
_CORRECTION = re.compile(
    r"\b(?:corrects?|corrected|correction|corrigé|corrección|revis(?:es|ed)|retracts?|retracted|düzeltme)\b|تصحيح",
    re.IGNORECASE,
)
_BARE_PLURAL = 2  # the floor of "troops": no number


def is_now(fact: Fact) -> bool:
    """Whether it is current and of the event reported, not of another one or of a running toll."""
    scope = fact.scope if isinstance(fact, Casualty) else Scope.EVENT
    return fact.context is Context.CURRENT and fact.event == 0 and scope is Scope.EVENT


def is_denied(fact: Fact) -> bool:
    """Whether somebody denies the event, or what it cost."""
    return fact.modality is Modality.DENIED and is_now(fact) and isinstance(fact, Casualty | Operation)


def is_of_the_wounded(fact: Casualty) -> bool:
    """Whether it counts wounded who died: they are among those killed, and no others."""
    return fact.outcome is Outcome.KILLED and _OF_THE_WOUNDED.search(fact.words.text) is not None


def says_correction(report: Report) -> bool:
    """Whether a report says that it corrects one."""
    return _CORRECTION.search(f"{report.title}\n{report.summary}") is not None


def counts(fact: Fact) -> bool:
    """Whether a claim is a figure of the event that its report is about."""
    return (
        isinstance(fact, Casualty)
        and is_now(fact)
        and fact.modality is Modality.HAPPENED
        and fact.part_of is None
        and fact.high != 0
    )


def named(fact: Casualty) -> str:
    """Who one person that is counted is; "" where that is not said. One word alone may as well be a place."""
    return fact.name if fact.name and " " in fact.name and fact.low == fact.high == 1 else ""


def counts_forces(fact: Fact) -> bool:
    """Whether a claim is a figure of forces: of those that go or leave, numbered or not, or how many there are."""
    return (
        isinstance(fact, Posture | Strength)
        and fact.context is Context.CURRENT
        and fact.modality is not Modality.DENIED
        and (
            (isinstance(fact, Posture) and fact.moves)
            or fact.low is not None
            or fact.high is not None
            or fact.floor > _BARE_PLURAL
        )
    )


def sides(reports: Iterable[Report]) -> frozenset[Party]:
    """The parties that took part in the event: who did it, who was hit."""
    found: set[Party] = set()
    for report in reports:
        for fact in report.facts:
            if not is_now(fact):
                continue
            if isinstance(fact, Operation):
                found.update((*fact.actors, *fact.targets))
            elif isinstance(fact, Casualty):
                found.update(party for party in (fact.party, fact.by) if party is not None)
    return frozenset(found - {Party.CIVILIAN, Party.PEOPLE})
