"""Which of the reports that the index found an item belongs to: a pure decision with its reasons.

An item joins the story whose reports are most like it, by the best of them and by the others too, so that one
chance likeness does not carry. Where something speaks against that story's likeliest report, the item is only
*possibly* the same: it begins a story of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from monitor.story.copies import copied
from monitor.story.prepared import Prepared
from monitor.story.signs import Compared, compare, may_be
from monitor.story.weights import WEIGHTS

WINDOW = timedelta(days=30)  # between two reports of one event

_BEST, _ALL = 0.85, 0.15  # what the likeliest report of a story counts, and the mean of the likeliest ones
_MEAN_OF = 4
_VETO = 4.0  # taken off for a report of the story that something speaks against
_AT_MOST = -2.0
_TOLD = 3  # signs named in the reasons


@dataclass(frozen=True, slots=True)
class Nearest:
    """What an item is to the others: the story it joins, the item it copies, the story it may belong to, and why.

    ``copy_of`` is the first item that has the text, ``same_as`` the one it was found by: the first may be in no story.
    """

    story: str | None = None
    copy_of: str | None = None
    possibly: str | None = None
    reasons: tuple[str, ...] = ()
    same_as: str | None = None


def nearest(one: Prepared, others: Iterable[Prepared], *, joins: bool = True) -> Nearest:
    """Where ``one`` belongs among ``others``. ``joins``: it may join a story as another report of its event."""
    key, at = one.sketch.key, one.sketch.at
    near = sorted(
        (other for other in others if other.sketch.key != key and abs(at - other.sketch.at) <= WINDOW),
        key=lambda other: (other.sketch.at, other.sketch.key),
    )
    in_story = [other for other in near if other.sketch.story is not None]
    runs = frozenset(one.sketch.shingles)
    for some in (in_story, [other for other in near if other.sketch.story is None]):  # a copy of what is in one first
        for other in some:
            if why := copied(one, other, runs):
                found = other.sketch
                return Nearest(
                    found.story, found.copy_of or found.key, None, (f"{why} as item {found.key}",), found.key
                )
    return _likest(one, in_story) if joins else Nearest()


def _likest(one: Prepared, others: Sequence[Prepared]) -> Nearest:
    by_story: dict[str, list[Prepared]] = defaultdict(list)
    for each in others:
        by_story[each.sketch.story or ""].append(each)
    scores: dict[str, float] = {}
    found: list[Compared] = []
    for name, some in by_story.items():
        likely = [each for each in some if may_be(one, each)]
        compared = [compare(one, each) for each in likely]
        found += (each for each in compared if each.score >= 0)
        if any(each.score >= 0 and not each.against for each in compared):  # else it is no story to join
            compared += [compare(one, each) for each in some if each not in likely]
            scores[name] = _score([_counted(each) for each in compared])
    likest = max(scores, key=lambda name: (scores[name], name), default=None)
    if likest is not None and scores[likest] >= 0:
        in_it = (each for each in found if each.other.story == likest and not each.against)
        best = max(in_it, key=lambda each: (each.score, each.other.key))
        return Nearest(likest, None, None, (f"same event as item {best.other.key}", *_told(best)))
    against = [each for each in found if each.against]
    if against:
        best = max(against, key=lambda each: (each.score, each.other.key))
        return Nearest(None, None, best.other.story, (f"like item {best.other.key}, but {best.against}",))
    return Nearest()


def _counted(compared: Compared) -> float:
    return min(compared.score - _VETO, _AT_MOST) if compared.against else compared.score


def _score(scores: list[float]) -> float:
    """The likeliest report counts most, and the next likeliest have a say."""
    scores.sort(reverse=True)
    some = scores[:_MEAN_OF]
    return _BEST * scores[0] + _ALL * sum(some) / len(some)


def _told(compared: Compared) -> tuple[str, ...]:
    """The signs that spoke loudest for a join, and what spoke against it."""
    weighed = sorted(((WEIGHTS[name] * value, name) for name, value in compared.signs.items()), reverse=True)
    words = [f"{name} +{weight:.1f}" for weight, name in weighed[:_TOLD] if weight > 0]
    words += [f"{name} {weight:.1f}" for weight, name in weighed[-2:] if weight < -0.5]
    return (", ".join(words),)
