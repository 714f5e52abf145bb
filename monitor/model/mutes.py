"""Mutes: what people have asked not to be told for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Mute:
    """What meets every condition given is kept back from ``starts_at`` until before ``ends_at``.

    ``rule`` concerns the matches of that rule alone; ``feed``, ``story`` and ``query`` (in the rule language, over
    title and summary) the whole item. ``ended_by`` is set where somebody ended it before its time. ``id`` is 0
    until it is kept.
    """

    id: int
    author: str
    reason: str
    starts_at: datetime
    ends_at: datetime
    rule: str | None = None
    feed: str | None = None
    story: str | None = None
    query: str | None = None
    ended_by: str | None = None
