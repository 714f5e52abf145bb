"""The facts read from a version."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from pydantic import TypeAdapter

from monitor.model import Casualty, Fact, FoundFact, Operation, Posture, Strength, Tier
from monitor.store.convert.texts import AnyRow, Values, to_json


@cache
def _facts() -> Mapping[str, TypeAdapter[Any]]:
    # Built when first needed, as that of digests.
    kinds: tuple[type[Fact], ...] = (Casualty, Operation, Posture, Strength)
    return {kind.__name__.lower(): TypeAdapter(kind) for kind in kinds}


def fact_values(key: str, version: int, place: int, fact: Fact) -> Values:
    party = None if isinstance(fact, Operation) else fact.force if isinstance(fact, Posture) else fact.party
    outcome = {"operation": "operation", "posture": "action", "casualty": "outcome"}.get(fact.kind)
    counted = None if isinstance(fact, Operation) else fact
    return {
        "item_key": key,
        "version": version,
        "place": place,
        "kind": fact.kind,
        "party": None if party is None else party.value,
        "outcome": str(getattr(fact, outcome)) if outcome else "",
        "low": counted.low if counted else None,
        "high": counted.high if counted else None,
        "body": to_json(_facts()[fact.kind].dump_python(fact, mode="json", exclude_defaults=True)),
    }


def fact(row: AnyRow) -> Fact:
    """The fact of a row of ``facts``. A field added to it later needs a default, to read what is stored."""
    return cast("Fact", _facts()[row.kind].validate_json(row.body))


def found_fact(row: AnyRow) -> FoundFact:
    """A fact of a row of ``facts`` joined with its version, story and feed (its tier named ``feed_tier``)."""
    return FoundFact(
        item_key=row.item_key,
        version=row.version,
        place=row.place,
        fact=fact(row),
        story=row.story,
        feed=row.feed,
        tier=Tier(row.feed_tier),
        url=row.url,
        title=row.title,
        published=row.published,
        seen_at=row.seen_at,
    )
