"""A fact as one flat row of plain values: what scripts, spreadsheets and maps get."""

from __future__ import annotations

from monitor.model import Casualty, Fact, Operation, Posture, Strength


def record(fact: Fact) -> dict[str, object]:
    """``fact`` as JSON has it: words for enumerations, ISO 8601 dates, None for what is not known.

    ``evidence`` is the words it was read from, code points ``start`` to ``end`` of ``field``.
    """
    words, place, when, said = fact.words, fact.place, fact.when, fact.said
    return {
        "kind": fact.kind,
        **_own(fact),
        "evidence": words.text,
        "field": words.field,
        "start": words.start,
        "end": words.end,
        "event": fact.event,
        "place": (place.name or place.words) if place else None,
        "place_words": place.words if place else None,
        "country": place.country if place else None,
        "precision": place.precision.value if place else None,
        "near": place.near if place else None,
        "latitude": place.latitude if place else None,
        "longitude": place.longitude if place else None,
        "date_from": when.start.isoformat() if when else None,
        "date_to": when.end.isoformat() if when else None,
        "date_words": when.words if when else None,
        "said_by": said.who if said else None,
        "said_role": said.role.value if said else None,
        "said_party": said.party.value if said and said.party else None,
        "relayed": said.relayed if said else None,
        "modality": fact.modality.value,
        "context": fact.context.value,
        "domain": fact.domain.value,
        "lang": fact.lang,
        "gloss": fact.gloss,
    }


def _own(fact: Fact) -> dict[str, object]:
    if isinstance(fact, Casualty):
        return {
            "outcome": fact.outcome.value,
            "party": fact.party.value,
            "low": fact.low,
            "high": fact.high,
            "floor": fact.floor,
            "nation": fact.nation,
            "roles": list(fact.roles),
            "name": fact.name,
            "condition": fact.condition,
            "by": fact.by.value if fact.by else None,
            "basis": fact.basis.value,
            "scope": fact.scope.value,
            "part_of": fact.part_of,
        }
    if isinstance(fact, Operation):
        return {
            "operation": fact.operation,
            "weapons": list(fact.weapons),
            "actors": [party.value for party in fact.actors],
            "basis": fact.basis.value,
            "targets": [party.value for party in fact.targets],
            "people": [
                {
                    "name": each.name,
                    "role": each.role,
                    "fate": each.fate.value if each.fate else None,
                    "party": each.party.value if each.party else None,
                }
                for each in fact.people
            ],
            "seized": list(fact.seized),
        }
    if isinstance(fact, Posture):
        return {
            "action": fact.action,
            "force": fact.force.value,
            "nation": fact.nation,
            "low": fact.low,
            "high": fact.high,
            "floor": fact.floor,
            "before": fact.before,
            "phase": fact.phase,
            "timeframe": fact.timeframe,
        }
    return _strength(fact)


def _strength(fact: Strength) -> dict[str, object]:
    return {"party": fact.party.value, "low": fact.low, "high": fact.high, "floor": fact.floor, "source": fact.source}
