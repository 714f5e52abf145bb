"""How much a word tells, learned from the stream: rare words tell more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from math import log

from monitor.model import WordCounts
from monitor.story.words import common, frequent

_PRIOR = 1_000  # reports that the words of every day's news are taken to have been counted in before
# In how many of them a common word stood, a word of war and crime, and any other.
_COMMON, _FREQUENT, _OTHER = 0.04 * _PRIOR, 0.012 * _PRIOR, 0.002 * _PRIOR
_MOST = 30_000  # words kept
_REPORTS = 40_000  # reports kept: beyond, older ones count less


class Vocabulary:
    """What was counted up to one moment; never changes."""

    def __init__(self, counts: WordCounts) -> None:
        self.counts = counts
        self.rarity = _Rarities(counts).__getitem__
        """How much a term tells: the logarithm of how few reports have it."""


class _Rarities(dict[int, float]):
    """How much each term tells, reckoned when it is first asked for: it is asked for a thousand times an item."""

    def __init__(self, counts: WordCounts) -> None:
        super().__init__()
        self._of: Mapping[int, int] = counts.words
        self._all = counts.reports + _PRIOR

    def __missing__(self, term: int) -> float:
        prior = _COMMON if common(term) else _FREQUENT if frequent(term) else _OTHER
        found = log(self._all / (self._of.get(term, 0) + prior))
        if len(self) < _MOST:
            self[term] = found
        return found


def due(counts: WordCounts, seen: int) -> bool:
    """Whether it is time to count again, ``seen`` reports having come: often at first, then every thousand."""
    return seen - counts.seen >= min(max(16, counts.seen // 4), 1_024)


def learn(counts: WordCounts, reports: Iterable[Iterable[int]], seen: int) -> WordCounts:
    """``counts`` with the words of ``reports``, bounded: what is rarest and what is oldest goes first."""
    words, number = Counter(dict(counts.words)), counts.reports

    def counted() -> Iterator[set[int]]:
        nonlocal number
        for report in reports:
            number += 1
            yield set(report)

    words.update(chain.from_iterable(counted()))
    if number > _REPORTS:
        number //= 2
        words = Counter({term: times // 2 for term, times in words.items() if times > 1})
    if len(words) > _MOST:
        kept = sorted(words.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST]
        words = Counter(dict(kept))
    return WordCounts(seen, number, dict(sorted(words.items())))
