"""Mutes: what of a report they cover. Pure decisions.

A mute suppresses and never holds: what came while it lasted is not told when it is over. One that was
ended before its time covers nothing any more, so that a mistake costs only what was left out meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from monitor.model import Match, Mute, Untold

Finds = Callable[[Mute, Untold], bool]  # whether the mute's query finds the report


def lasts(mute: Mute, seen_at: datetime, now: datetime) -> bool:
    """Whether ``mute`` concerns what was seen at ``seen_at`` and is to be told ``now``."""
    if mute.ended_by is not None:
        return False
    return any(mute.starts_at <= moment < mute.ends_at for moment in (seen_at, now))


def left(one: Untold, mutes: Sequence[Mute], finds: Finds, now: datetime) -> tuple[tuple[Match, ...], Mute | None]:
    """The matches of ``one`` that no mute covers, and the first mute that covers any; None where none does.

    A report whose matches are all covered is muted: ``one`` need not be owed to anybody, and what nothing matched
    is covered by what mutes the whole item.
    """
    near = [mute for mute in mutes if lasts(mute, one.report.first_seen, now) and _concerns(mute, one, finds)]
    kept = tuple(match for match in one.report.matches if not any(mute.rule in (None, match.rule) for mute in near))
    rules = {match.rule for match in one.report.matches}
    taken = next((mute for mute in near if mute.rule is None or mute.rule in rules), None)
    return kept, taken


def _concerns(mute: Mute, one: Untold, finds: Finds) -> bool:
    """Whether all the conditions of ``mute`` on the item hold; that on its rule is for each match."""
    if mute.feed is not None and mute.feed != one.report.feed:
        return False
    if mute.story is not None and mute.story != one.story:
        return False
    return mute.query is None or finds(mute, one)
