"""What speaks for two reports being of one event, and what against: signs with weights, each with its words.

The sum of the weighted signs is a score; from 0 on two reports may be of one event. A veto forbids the join
whatever the score: a missed join is told twice, a wrong one hides an event.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import islice
from math import log1p

from monitor.folding import fold
from monitor.model import Sketch
from monitor.story.prepared import COUNTED, Prepared
from monitor.story.sketch import Rarity
from monitor.story.weights import BASE, WEIGHTS
from monitor.story.words import term

_DAY = 86_400.0
_RAREST = 3  # words
_LONG = 25  # terms of a text long enough to speak for itself


class Compared:
    """Two reports side by side: the score, and the signs of which it is the sum."""

    def __init__(self, one: Prepared, other: Prepared, signs: Mapping[str, float]) -> None:
        self.other = other.sketch
        self.signs = signs
        self.score = BASE + sum(WEIGHTS[name] * value for name, value in signs.items())
        self._both = one, other

    @cached_property
    def against(self) -> str:
        """What forbids that they are of one event, in words; "" for nothing."""
        return _against(*self._both, self.signs)


def may_be(one: Prepared, other: Prepared) -> bool:
    """False only where ``compare`` can't reach 0, be its other signs as they may: most of what the index finds is no
    more than alike, and to see that is a fraction of the work.
    """
    mine, theirs, rarity = one.sketch, other.sketch, one.rarity
    most = BASE + WEIGHTS["headlines"] + WEIGHTS["days apart"] * log1p(abs(one.at - other.at) / _DAY)
    most += WEIGHTS["rare words"] * _rarest(one, other) + WEIGHTS["names"] * _named(mine, theirs, rarity)
    if not (mine.names and theirs.names):
        most += WEIGHTS["no names"]
    if not (mine.lead and theirs.lead):
        most += WEIGHTS["no text"]
    if not one.said.isdisjoint(other.said):
        most += min(one.promise, other.promise)
    if mine.days and theirs.days and _between(mine.days, theirs.days) == 0:
        most += WEIGHTS["same day of the event"]
    if most + WEIGHTS["headline covered"] < 0:
        return False
    return (
        most
        + WEIGHTS["headline covered"] * _cover(one, other)
        + WEIGHTS["telling words missing"] * _lacking(one, other)
        > -_ROUNDING
    )


_ROUNDING = 1e-6  # more than sums in another order differ by


def compare(one: Prepared, other: Prepared) -> Compared:
    """What speaks for and against two reports being of one event; the same either way round."""
    return Compared(one, other, _signs(one, other))


def _signs(mine: Prepared, theirs: Prepared) -> dict[str, float]:
    one, other = mine.sketch, theirs.sketch
    signs: dict[str, float] = {}
    titles = _cosine(mine, theirs, 0)
    covered = _cover(mine, theirs)
    if min(len(one.lead), len(other.lead)) >= _LONG:
        # A headline that two different texts stand under says little: "Two dead in East Side shooting".
        texts = _cosine(mine, theirs, 1)
        titles, covered = min(titles, 0.2 + 2.5 * texts), min(covered, 0.35 + 2.5 * texts)
    signs["headlines"], signs["headline covered"] = titles, covered
    signs["telling words missing"] = _lacking(mine, theirs)
    signs["names"] = _named(one, other, mine.rarity)
    signs["days apart"] = log1p(abs(mine.at - theirs.at) / _DAY)
    signs["rare words"] = _rarest(mine, theirs)
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
    if alike := COUNTED & {outcome for outcome, _, _ in one.tolls & other.tolls}:
        signs["same toll"] = float(len(alike))
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
    agree = "same day of the event" in signs and "same toll" in signs and signs["rare words"] >= _SELDOM
    if label := _other_label(one, other):
        return f"the headlines name {label}"
    if not known and _elsewhere(one, other) and _elsewhere(other, one):
        return f"the headlines name {_listed(one.title_places)} and {_listed(other.title_places)}"
    # The answer itself, told by one as such: on one day, and each has nearly all that the other's headline tells.
    one_deed = "same day of the event" in signs and signs["telling words missing"] <= _FEW
    if not (known or one_deed) and signs["headlines"] < _MUCH and mine.answers != theirs.answers:
        return "one of them tells of an answer to another event"
    if mine.recalls != theirs.recalls and "same toll" not in signs and not known and signs["headlines"] < _MUCH:
        return "one of them looks back at another event"
    if signs["telling words missing"] == 1 and not (known or agree or "same age" in signs):
        return "neither has a telling word of the other's headline"
    if far and "same person and age" not in signs and not signs.keys().isdisjoint(_DETAILS):
        return f"the events are days apart and differ in more: {next(name for name in _DETAILS if name in signs)}"
    # Of a report of who was taken or tried for it, the day is that of the arrest.
    if far and late and not known and mine.follows == theirs.follows:
        return "the events are days apart, and so are the reports"
    dated = "same day of the event" in signs or "same age" in signs
    if late and "other numbers" in signs and not (known or dated):
        return "the reports are days apart and their headlines have different numbers"
    return ""


_SELDOM = 5.5  # of the rarest words that both have, from where on one report in some two hundred has each
_FEW = 0.25  # of a headline's telling words, up to where they are told nearly all
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


def _cosine(mine: Prepared, theirs: Prepared, part: int) -> float:
    """The likeness of the headlines (``part`` 0) or the texts (1), as vectors of what their words tell."""
    rarity, often, there = mine.rarity, mine.again[part], theirs.again[part]
    both = mine.of_lead & theirs.of_lead if part else mine.of_title & theirs.of_title
    shared = sum(rarity(word) ** 2 * often.get(word, 1.0) * there.get(word, 1.0) for word in both)
    return min(1.0, shared / (mine.norms[part] * theirs.norms[part]))


def _rarest(mine: Prepared, theirs: Prepared) -> float:
    """How much the rarest words tell that both have."""
    return sum(map(mine.rarity, islice(filter(theirs.every.__contains__, mine.rarest), _RAREST))) / _RAREST


def _named(one: Sketch, other: Sketch, rarity: Rarity) -> float:
    """How much the names tell that both have."""
    if one.names.keys().isdisjoint(other.names):
        return 0.0
    return log1p(sum(rarity(one.names[sound]) for sound in one.names.keys() & other.names.keys()))


def _cover(mine: Prepared, theirs: Prepared) -> float:
    """The larger share of a headline's words, by what they tell, that the other report has."""
    return max(
        sum(map(mine.rarity, mine.of_title & theirs.every)) / mine.told,
        sum(map(mine.rarity, theirs.of_title & mine.every)) / theirs.told,
    )


def _lacking(mine: Prepared, theirs: Prepared) -> float:
    """The share of a headline's rarest words that the other report lacks; the mean of both."""
    lacking = 0.0
    for one, other in ((mine, theirs), (theirs, mine)):
        if one.telling:
            lacking += 1 - sum(map(other.every.__contains__, one.telling)) / len(one.telling)
    return lacking / 2


def _between(one: Sequence[tuple[int, int]], other: Sequence[tuple[int, int]]) -> int | None:
    """The days between the events at least; None where a report doesn't say when."""
    gaps = [max(mine[0] - theirs[1], theirs[0] - mine[1], 0) for mine in one for theirs in other]
    return min(gaps, default=None)


def _differ(mine: AbstractSet[object], theirs: AbstractSet[object]) -> bool:
    """Whether both name something and not one thing the same."""
    return bool(mine and theirs) and mine.isdisjoint(theirs)


def _listed(found: Iterable[str]) -> str:
    return ", ".join(sorted(found))
