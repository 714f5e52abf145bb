"""Typed claims from text: who, how many, where, when, says who.

``read`` is the whole of it: an item in, facts out, each with the exact words it was read from. ``predicate`` makes what
rules ask of them, ``TRIGGERS`` the words without which a predicate cannot hold, ``told`` what a digest shows. Rules
and lexicons only: no language model, and no I/O once a language's files were loaded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.facts import predicates, reading
from monitor.facts.languages import language_of
from monitor.facts.load import languages, lexicon
from monitor.facts.predicates import (
    Comparison,
    Predicate,
    age,
    age_of,
    asserted_by,
    context,
    point_of,
    predicate,
    within,
)
from monitor.facts.record import record
from monitor.facts.triggers import Triggers, worth_reading
from monitor.model import Casualty, Context, Domain, Fact, Item, Modality

__all__ = [
    "TRIGGERS", "Comparison", "Predicate", "age", "age_of", "asserted_by", "context", "languages",
    "point_of", "predicate", "predicates", "read", "record", "told", "within",
]  # fmt: skip

TRIGGERS: Mapping[str, tuple[str, ...]] = Triggers()


def read(item: Item, *, published: datetime | None = None) -> tuple[Fact, ...]:
    """The facts of ``item``; dates are told against ``published`` (the item's own date where None).

    Pure and total: never fails, and gives () for a language without a lexicon or a text without a trigger word.
    """
    code = language_of(item)
    if code is None or not any(
        worth_reading(text[: reading.MOST], code) for text in (item.title, item.summary, item.body) if text
    ):
        return ()
    return reading.read(item, lexicon(code), published or item.published)


def told(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """The facts that a report of conflict is told by.

    Of casualties: none where no claim is of a current conflict (crime, accidents, disasters, trials, history), else all
    that happened, background figures included. Of postures: those of no sport, exercise or fiction. The rest as it is.
    """
    happened = [
        index
        for index, fact in enumerate(facts)
        if isinstance(fact, Casualty) and fact.modality is Modality.HAPPENED and fact.high != 0
    ]
    place = {index: number for number, index in enumerate(happened)}  # a part stays one of the same whole
    people = [
        replace(fact, part_of=None if fact.part_of is None else place.get(fact.part_of))
        for index in happened
        if isinstance(fact := facts[index], Casualty)
    ]
    current = any(fact.domain is Domain.CONFLICT and fact.context is Context.CURRENT for fact in people)
    rest = (
        fact
        for fact in facts
        if not isinstance(fact, Casualty)
        and fact.domain not in (Domain.SPORT, Domain.DISASTER)
        and fact.context not in (Context.FICTION, Context.HISTORICAL, Context.TRIAL)
    )
    return (*(people if current else ()), *rest)
