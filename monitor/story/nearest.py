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

from monitor.model import Sketch
from monitor.story.copies import copied
from monitor.story.prepared import Prepared
from monitor.story.signs import WEIGHTS, Compared, compare

WINDOW = timedelta(days=30)  # between two reports of one event

_BEST, _ALL = 0.85, 0.15  # what the likeliest report of a story counts, and the mean of the likeliest ones
_MEAN_OF = 4
_VETO = 4.0  # taken off for a report of the story that something speaks against
_AT_MOST = -2.0
_TOLD = 3  # signs named in the reasons


@dataclass(frozen=True, slots=True)
class Nearest:
    """What an item is to the others: the story it joins, the item it copies, the story it may belong to, and why."""

    story: str | None = None
    copy_of: str | None = None
    possibly: str | None = None
    reasons: tuple[str, ...] = ()


def nearest(one: Prepared, others: Iterable[Prepared], *, joins: bool = True) -> Nearest:
    """Where ``one`` belongs among ``others``. ``joins``: it may join a story as another report of its event."""
    key, at = one.sketch.key, one.sketch.at
    near = sorted(
        (other for other in others if other.sketch.key != key and abs(at - other.sketch.at) <= WINDOW),
        key=lambda other: (other.sketch.at, other.sketch.key),
    )
    in_story = [other for other in near if other.sketch.story is not None]
    for some in (in_story, [other for other in near if other.sketch.story is None]):  # a copy of what is in one first
        for other in some:
            if why := copied(one, other):
                found = other.sketch
                return Nearest(found.story, found.copy_of or found.key, None, (f"{why} as item {found.key}",))
    return _likest(one, in_story) if joins else Nearest()


def _likest(one: Prepared, others: Sequence[Prepared]) -> Nearest:
    by_story: dict[str, list[tuple[Compared, Sketch]]] = defaultdict(list)
    for each in others:
        by_story[each.sketch.story or ""].append((compare(one, each), each.sketch))
    scores = {name: _score([_counted(compared) for compared, _ in found]) for name, found in by_story.items()}
    likest = max(scores, key=lambda name: (scores[name], name), default=None)
    if likest is not None and scores[likest] >= 0:
        compared, other = max(by_story[likest], key=lambda pair: (_counted(pair[0]), pair[1].key))
        return Nearest(likest, None, None, (f"same event as item {other.key}", *_told(compared)))
    against = [pair for found in by_story.values() for pair in found if pair[0].against and pair[0].score >= 0]
    if against:
        compared, other = max(against, key=lambda pair: (pair[0].score, pair[1].key))
        return Nearest(None, None, other.story, (f"like item {other.key}, but {compared.against}",))
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
