"""The same figure for the same people, said twice in an item, is one claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from monitor.facts.sentences import Toll
from monitor.facts.speakers import Author
from monitor.model import Basis, Casualty, Operation, Outcome, Party, Posture, Precision

_HELD = {Outcome.ARRESTED, Outcome.CAPTURED, Outcome.ABDUCTED, Outcome.SURRENDERED}
_OPEN = {Party.PEOPLE}
_TITLES = {"abu", "sheikh", "mullah", "general", "colonel", "captain"}


@dataclass
class Kept:
    """A claim with the number of its sentence and what it was read from (``tolls``: also what was joined to it)."""

    claim: Casualty
    sentence: int
    toll: Toll
    tolls: list[Toll] = field(default_factory=list)


def merged(found: Sequence[Kept]) -> list[Kept]:
    """``found`` without repeats; of two that say the same, the more exact one stays."""
    kept: list[Kept] = []
    retold: set[tuple[int, int]] = set()  # sentence and verb that told again what was known
    for one in found:
        one.tolls = [one.toll]
        for index, other in enumerate(kept):
            if (other.sentence != one.sentence or _retold(one, other)) and _same(one.claim, other.claim):
                better = _better(other.claim, one.claim)
                if better is not other.claim:
                    one.claim = better
                    one.tolls += other.tolls
                    one.claim = _enriched(one.claim, other.claim)
                    kept[index] = one
                else:
                    other.tolls.append(one.toll)
                    other.claim = _enriched(other.claim, one.claim)
                    retold.add((one.sentence, one.toll.verb))
                break
        else:
            kept.append(one)
    for sentence, verb in retold:
        _drop_named_one_by_one(kept, sentence, verb)
    return kept


def _drop_named_one_by_one(kept: list[Kept], sentence: int, verb: int) -> None:
    """Drops single people told with others told before, where they are as many as a figure of theirs.

    "Six aid workers and two guides were killed. The six, their guide and their driver were killed on Monday."
    """
    singles = [
        one
        for one in kept
        if (one.sentence, one.toll.verb) == (sentence, verb) and (one.claim.low, one.claim.high) == (1, 1)
    ]
    kinds = {(one.claim.outcome, one.claim.party) for one in singles}
    for other in kept if len(singles) > 1 and len(kinds) == 1 else ():
        told = (other.claim.outcome, other.claim.party) in kinds and other.sentence < sentence
        if told and other.claim.low == other.claim.high == len(singles):
            kept[:] = [one for one in kept if all(one is not single for single in singles)]
            return


def _retold(one: Kept, other: Kept) -> bool:
    """Whether two verbs of one sentence tell the same figure (a feed glued two sentences into it)."""
    figures = (one.claim.low, one.claim.high)
    if one.toll.verb == other.toll.verb or figures != (other.claim.low, other.claim.high):
        return False
    return (figures[0] or 0) > 1 or bool("commander" in one.claim.roles and "commander" in other.claim.roles)


def _enriched(claim: Casualty, other: Casualty) -> Casualty:
    """``claim`` with what only the other telling of it says."""
    return replace(
        claim,
        place=claim.place
        if claim.place is not None and claim.place.precision is not Precision.COUNTRY
        else other.place or claim.place,
        when=claim.when or (other.when if other.scope is claim.scope else None),
        said=claim.said or other.said,
        nation=claim.nation or other.nation,
        roles=claim.roles or other.roles,
        name=claim.name or other.name,
        condition=claim.condition or other.condition,
        by=claim.by or other.by,
        basis=claim.basis if claim.by is not None else other.basis,
        doer=claim.doer or (other.doer if claim.by in (None, other.by) else ""),
        event=min(claim.event, other.event),
    )


def _same(one: Casualty, two: Casualty) -> bool:
    if one.outcome != two.outcome and not (one.outcome in _HELD and two.outcome in _HELD):
        return False
    parties = one.party == two.party or one.party in _OPEN or two.party in _OPEN
    figures = (one.low, one.high) == (two.low, two.high)
    if one.name is not None and two.name is not None and (one.high, two.high) == (1, 1):
        return _namesakes(one.name, two.name)
    if figures and one.words.field == two.words.field and one.party != two.party and (one.low or 0) < 10:
        return False  # "killing one person ... kill one bomber"
    if figures:
        return parties or (
            one.words.field != two.words.field
            and (
                {one.party, two.party} <= {Party.CIVILIAN, Party.PEOPLE, Party.ISIS, Party.MILITANT}
                or {one.party, two.party} <= {Party.STATE, Party.SYRIAN, Party.IRAQI}
            )
        )
    least = one.low is not None and one.low == two.low and (one.high is None) != (two.high is None) and one.low > 1
    if least and one.words.field != two.words.field:  # "21 killed" and "at least 21 fighters killed"
        return parties or {one.party, two.party} & {Party.MILITANT, Party.ISIS} != set()
    if one.words.field == two.words.field and one.low is not None and two.low is not None:
        return False
    if not parties:
        return False
    if one.high == 0 or two.high == 0:
        return False
    if one.words.field == two.words.field and _counted(one) and _counted(two):
        return False
    vague, exact = (one, two) if _width(one) >= _width(two) else (two, one)
    if (
        _width(vague) == 3
        and vague.floor <= 2
        and one.words.field == two.words.field
        and exact.party in _OPEN
        and vague.party in (Party.MILITANT, Party.ISIS)
    ):
        return False  # "four people were killed. ... fighters of the group were killed"
    if _width(vague) == 3:  # a bare plural or "dozens", and a figure that fits
        return (exact.high or exact.floor) >= vague.floor
    if vague.low is None and vague.high is not None:  # "up to 30", and "10 to 30"
        return vague.high == exact.high
    if vague.low is not None and vague.high is None:  # "over 300", and 304
        return exact.low is not None and vague.low <= exact.low <= vague.low * 1.15
    return False


def _namesakes(one: str, two: str) -> bool:
    """Whether two names share a part: "Abu Mohammad al-Adnani" and "al-Adnani"."""
    return bool(_name_parts(one) & _name_parts(two))


def _name_parts(name: str) -> set[str]:
    return {part for part in name.casefold().replace("-", " ").split() if len(part) > 3 and part not in _TITLES}


def _counted(claim: Casualty) -> bool:
    return claim.low is not None or claim.high is not None or claim.floor > 2


def _width(claim: Casualty) -> int:
    if claim.low is None and claim.high is None:
        return 3
    return 2 if claim.high is None or claim.low is None else 1


def _better(first: Casualty, second: Casualty) -> Casualty:
    if first.low is not None and first.low == second.low and first.high is not None and second.high is None:
        return replace(
            second, party=first.party if second.party in (Party.PEOPLE, Party.ISIS, Party.MILITANT) else second.party
        )
    if _width(second) < _width(first):
        return second
    if first.party in _OPEN and second.party not in _OPEN and _width(second) == _width(first):
        return second
    return first


def joined(claims: Sequence[Posture]) -> list[Posture]:
    """Posture claims without repeats: one for each action, force and number; a number beats none."""
    kept: list[Posture] = []
    for claim in claims:
        for index, other in enumerate(kept):
            if (other.action, other.force) == (claim.action, claim.force) and (
                not (claim.low or claim.high) or not (other.low or other.high) or claim.high == other.high
            ):
                if (claim.low and not other.low) or (claim.high and not other.high):
                    kept[index] = claim
                break
        else:
            kept.append(claim)
    return kept


def deeds(found: Sequence[Operation], authors: Mapping[int, Author]) -> list[Operation]:
    """Operations without repeats: one for each event and kind, with all that its tellings add."""
    kept: list[Operation] = []
    for one in found:
        claim = one
        author = authors.get(claim.event)
        if author is not None and (
            not claim.actors or (author.basis is Basis.CLAIMED and claim.basis is not Basis.STATED)
        ):
            claim = replace(claim, actors=(author.party,), basis=author.basis, doer=author.name)
        for index, other in enumerate(kept):
            if other.event == claim.event and other.operation == claim.operation:
                kept[index] = replace(
                    other,
                    weapons=tuple(dict.fromkeys((*other.weapons, *claim.weapons))),
                    actors=tuple(dict.fromkeys((*other.actors, *claim.actors))),
                    doer=other.doer or claim.doer,
                    targets=tuple(dict.fromkeys((*other.targets, *claim.targets))),
                    people=tuple(dict.fromkeys((*other.people, *claim.people))),
                    seized=tuple(dict.fromkeys((*other.seized, *claim.seized))),
                    place=other.place or claim.place,
                    when=other.when or claim.when,
                )
                break
        else:
            kept.append(claim)
    return kept
