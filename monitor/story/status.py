"""How sure a story is, from who tells it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.model import Basis, Fact, Figure, Operation, Party, Report, Role, Status, Tier
from monitor.story.claims import is_now

_NOT_OFFICIAL = (Party.ISIS, Party.MILITANT)


def status(
    reports: Sequence[Report], figures: Sequence[Figure], sides: frozenset[Party], *, denied: bool, corrected: bool
) -> Iterator[Status]:
    """The status of a story: ``reports`` are the last versions, ``figures`` what they say of casualties."""
    voices = [voice for figure in figures for voice in figure.voices]
    claims = [fact for report in reports for fact in report.facts if is_now(fact)]
    official = any(report.tier is Tier.OFFICIAL for report in reports) or any(map(_is_official, claims))
    origins = {report.origin or report.feed for report in reports} if not voices else {voice.origin for voice in voices}
    independent = any(not voice.side for voice in voices) if voices else _is_told_by_others(reports, claims, sides)
    if not independent:
        yield Status.CLAIMED
    elif official and len(origins) > 1:
        yield Status.CONFIRMED
    else:
        yield Status.REPORTED
    if denied:
        yield Status.DENIED
    if corrected:
        yield Status.CORRECTED


def _is_official(fact: Fact) -> bool:
    said = fact.said
    return said is not None and said.role in (Role.AUTHORITY, Role.SIDE) and said.party not in _NOT_OFFICIAL


def _is_told_by_others(reports: Sequence[Report], claims: Sequence[Fact], sides: frozenset[Party]) -> bool:
    """Whether anybody but those who took part tells of it, where no figure says."""
    told = [fact for fact in claims if isinstance(fact, Operation)]
    claimed = told and all(
        fact.basis is Basis.CLAIMED
        or (
            fact.said is not None
            and fact.said.role in (Role.SIDE, Role.PERPETRATOR)
            and (fact.said.party is None or fact.said.party in sides)
        )
        for fact in told
    )
    return not claimed and any(report.tier is not Tier.GROUP for report in reports)
