"""Which items of a document are read now, which were read before, and which are left to the next poll."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

MOST_ITEMS = 10_000  # new items that one poll reads
MOST_EVENTS = 300_000  # elements, attributes and comments that one poll reads: a few seconds of feedparser
HASH_BYTES = 12  # of the hash of one item
_LARGEST_ITEM = 50_000  # of these that one item may have; no text has


@dataclass(frozen=True, slots=True)
class Choice:
    """``kept`` are the indices of the items to read; ``known`` those that were seen or will be, with their hashes."""

    kept: tuple[int, ...] = ()
    known: tuple[tuple[int, bytes], ...] = ()
    skipped: int = 0
    unread: int = 0
    refused: int = 0

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """What is to be given as seen at the next poll."""
        return tuple(key for _, key in self.known)

    def problems(self) -> tuple[str, ...]:
        """What is left for the next poll, or for none."""
        told = []
        if self.unread:
            told.append(f"{self.unread} more items than one poll reads: they follow at the next")
        if self.refused:
            told.append(f"{self.refused} items of more than {_LARGEST_ITEM} elements were refused")
        return tuple(told)


def hashes_of(kept: bytes) -> frozenset[bytes]:
    """The hashes that were kept one after the other."""
    return frozenset(kept[at : at + HASH_BYTES] for at in range(0, len(kept), HASH_BYTES))


def choose(hashes: Sequence[bytes], events: Sequence[int], seen: AbstractSet[bytes]) -> Choice:
    """Leave out what was ``seen``, and what goes beyond the bounds of one poll.

    Nothing is lost by the bounds: what is left out now is not among the hashes, so the next poll
    passes over what was read and goes on behind it. An item that no one could read is refused.
    """
    kept: list[int] = []
    known: list[tuple[int, bytes]] = []
    skipped = unread = refused = spent = 0
    for index, (key, cost) in enumerate(zip(hashes, events, strict=True)):
        if key in seen:
            skipped += 1
        elif cost > _LARGEST_ITEM:
            refused += 1
            continue
        elif len(kept) < MOST_ITEMS and spent + cost <= MOST_EVENTS:
            spent += cost
            kept.append(index)
        else:
            unread += 1
            continue
        known.append((index, key))
    return Choice(tuple(kept), tuple(known), skipped, unread, refused)
