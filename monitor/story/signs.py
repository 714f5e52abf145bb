"""What speaks for two reports being of one event, and what against: signs with weights, each with its words.

The sum of the weighted signs is a score; from 0 on two reports may be of one event. A veto forbids the join
whatever the score: a missed join is told twice, a wrong one hides an event.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from math import log1p

from monitor.model import Outcome, Sketch
from monitor.story.prepared import Prepared
from monitor.story.sketch import Rarity, again
from monitor.story.words import term
from monitor.text import fold

_DAY = 86_400.0
_LONG = 25  # terms of a text long enough to speak for itself

# Fitted by logistic regression, drawn towards 0, to pairs of reports whose events are known, each held to the side
# it speaks for, and rounded. Chosen by what was left out of the fit: events, a quarter at a time. Near misses of daily
# war news, where nearly every report is of another event, are among them.
WEIGHTS: Mapping[str, float] = {
    "headlines": 0.8,  # cosine of the headlines
    "no text": 0.45,
    "headline covered": 2.15,  # the share of a headline's words, by what they tell, that the other report has
    "telling words missing": -2.4,  # the share of a headline's rarest words that the other report lacks
    "names": 0.6,
    "no names": 1.1,
    "days apart": -1.35,
    "same day of the event": 2.15,
    "other place": -0.9,
    "same toll": 0.8,
    "same people": 1.1,
    "same person and age": 1.9,
    "other people of an age": -0.9,
    "same age": 1.6,
    "other age": -1.75,
    "other numbers": -1.1,
    "rare words": 1.1,
    # Chosen by reading, not fitted: a first sentence in a headline's place says less of which event it is.
    "no headline": -1.5,
}
BASE = -6.2  # 0 is where joining begins: it takes more than as likely as not


@dataclass(frozen=True, slots=True)
class Compared:
    """Two reports side by side. ``against``: what forbids that they are of one event, in words; "" for nothing."""

    score: float
    signs: Mapping[str, float]
    against: str = ""


def compare(one: Prepared, other: Prepared) -> Compared:
    """What speaks for and against two reports being of one event; the same either way round."""
    signs = _signs(one, other)
    score = BASE + sum(WEIGHTS[name] * value for name, value in signs.items())
    return Compared(score, signs, _against(one, other, signs))


def _signs(mine: Prepared, theirs: Prepared) -> dict[str, float]:
    one, other, rarity = mine.sketch, theirs.sketch, mine.rarity
    signs: dict[str, float] = {}
    titles = _cosine(mine.title, theirs.of_title, other.title, one.norms[0] * other.norms[0], rarity)
    covered = max(
        _covered(mine.of_title & theirs.every, mine.told, rarity),
        _covered(theirs.of_title & mine.every, theirs.told, rarity),
    )
    if min(len(one.lead), len(other.lead)) >= _LONG:
        # A headline that two different texts stand under says little: "Two dead in East Side shooting".
        texts = _cosine(mine.lead, theirs.every, other.lead, one.norms[1] * other.norms[1], rarity)
        titles, covered = min(titles, 0.2 + 2.5 * texts), min(covered, 0.35 + 2.5 * texts)
    signs["headlines"], signs["headline covered"] = titles, covered
    signs["telling words missing"] = (_missing(mine.telling, theirs.every) + _missing(theirs.telling, mine.every)) / 2
    named = one.names.keys() & other.names.keys()
    signs["names"] = log1p(sum(rarity(one.names[sound]) for sound in named)) if named else 0.0
    apart = abs((one.at - other.at).total_seconds()) / _DAY
    signs["days apart"] = log1p(apart)
    rarest = sorted(map(rarity, mine.every & theirs.every), reverse=True)[:3]
    signs["rare words"] = sum(rarest) / 3
    told: dict[str, bool] = {
        "no text": not (one.lead and other.lead),
        "no names": not (one.names and other.names),
        "no headline": not (mine.headed and theirs.headed),
        "same day of the event": _between(one.days, other.days) == 0,
        "other place": _differ(one.places, other.places),
        "same people": not one.people.isdisjoint(other.people),
        "same person and age": not one.aged.items().isdisjoint(other.aged.items()),
        "other people of an age": _differ(one.aged.keys(), other.aged.keys()),
        "same age": not one.ages.isdisjoint(other.ages),
        "other age": _differ(one.title_ages, other.ages) or _differ(other.title_ages, one.ages),
        "other numbers": _differ(one.title_numbers, other.title_numbers),
    }
    signs.update((name, 1.0) for name, holds in told.items() if holds)
    tolls = one.tolls & other.tolls
    alike = sum(any(toll[0] == outcome for toll in tolls) for outcome in (Outcome.KILLED, Outcome.WOUNDED))
    if alike:
        signs["same toll"] = float(alike)
    return signs


def _against(mine: Prepared, theirs: Prepared, signs: Mapping[str, float]) -> str:
    """Why the two can't be of one event, in words; "" where nothing forbids it."""
    one, other = mine.sketch, theirs.sketch
    if one.roundup or other.roundup:
        return "one of them reports many events"
    known = "same people" in signs or "same person and age" in signs
    late = signs["days apart"] > log1p(2)
    between = _between(one.days, other.days)
    far = between is not None and between >= 2
    if label := _other_label(one, other):
        return f"the headlines name {label}"
    if not known and _elsewhere(one, other) and _elsewhere(other, one):
        return f"the headlines name {_listed(one.title_places)} and {_listed(other.title_places)}"
    if not known and signs["headlines"] < _MUCH and mine.answers != theirs.answers:
        return "one of them tells of an answer to another event"
    if signs["telling words missing"] == 1 and not known and "same age" not in signs:
        return "neither has a telling word of the other's headline"
    if far and "same person and age" not in signs and not signs.keys().isdisjoint(_DETAILS):
        return f"the events are days apart and differ in more: {next(name for name in _DETAILS if name in signs)}"
    if far and late and not known:
        return "the events are days apart, and so are the reports"
    if late and "other numbers" in signs and not known:
        return "the reports are days apart and their headlines have different numbers"
    return ""


_MUCH = 0.5  # of headlines, from where on they tell the same
_DETAILS = ("other numbers", "other age", "other place")


def _other_label(one: Sketch, other: Sketch) -> str:
    """What names another thing with the same word: "Raid 1" and "Raid 7", embassies of two countries; "" for none."""
    for word in sorted({word for word, _ in one.title_labels} & {word for word, _ in other.title_labels}):
        mine, theirs = (
            {label for each, label in labels if each == word} for labels in (one.title_labels, other.title_labels)
        )
        if mine.isdisjoint(theirs):
            return f"{_listed(mine)} and {_listed(theirs)}"
    return ""


def _elsewhere(one: Sketch, other: Sketch) -> bool:
    """Whether the headline of ``one`` names places, and ``other`` has no word of them but places of its own."""
    if not one.title_places or not other.title_places or not one.title_places.isdisjoint(other.places):
        return False
    said = {*other.title, *other.lead}
    return not any(term(part) in said for place in one.title_places for part in fold(place).text.split())


def _cosine(
    mine: Mapping[int, float], among: AbstractSet[int], theirs: Sequence[int], norms: float, rarity: Rarity
) -> float:
    """The likeness of a text of these weights and the terms ``theirs``; all they share is ``among`` some."""
    shared = 0.0
    for word in mine.keys() & among:
        times = theirs.count(word)
        if times:
            shared += mine[word] * rarity(word) * (again(times) if times > 1 else 1.0)
    return min(1.0, shared / norms)


def _missing(telling: Sequence[int], there: AbstractSet[int]) -> float:
    return sum(term not in there for term in telling) / len(telling) if telling else 0.0


def _covered(shared: Iterable[int], told: float, rarity: Rarity) -> float:
    return sum(map(rarity, shared)) / told if told else 0.0


def _between(one: Sequence[tuple[int, int]], other: Sequence[tuple[int, int]]) -> int | None:
    """The days between the events at least; None where a report doesn't say when."""
    gaps = [max(mine[0] - theirs[1], theirs[0] - mine[1], 0) for mine in one for theirs in other]
    return min(gaps, default=None)


def _differ(mine: AbstractSet[object], theirs: AbstractSet[object]) -> bool:
    """Whether both name something and not one thing the same."""
    return bool(mine and theirs) and mine.isdisjoint(theirs)


def _listed(found: Iterable[str]) -> str:
    return ", ".join(sorted(found))
