"""Mutes: kept for good, so that what one kept back is explained afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from monitor.model import Mute, OwedStatus, Reason
from monitor.store import convert
from monitor.store.database import Topic, insert_into
from monitor.store.digests import change_owed, judge_again
from monitor.store.tables import mutes, owed


class MuteStore(Topic):
    """The part of ``Store`` about mutes."""

    def add_mute(self, mute: Mute) -> int:
        """Keeps ``mute`` and returns the number it is known by from then on."""
        texts = ("author", "reason", "rule", "feed", "story", "query")
        row = {key: convert.clean(value) if key in texts and value else value for key, value in asdict(mute).items()}
        row.pop("id")
        with self._db.write() as connection:
            number: int = connection.execute(
                insert_into(connection, mutes).values(row).returning(mutes.c.id)
            ).scalar_one()
            return number

    def mutes(self, *, ended: bool = False) -> tuple[Mute, ...]:
        """The mutes, oldest first; with ``ended`` also those that somebody ended before their time."""
        wanted = select(mutes).order_by(mutes.c.id)
        with self._db.read() as connection:
            rows = connection.execute(wanted if ended else wanted.where(mutes.c.ended_by.is_(None)))
            return tuple(convert.mute(row) for row in rows)

    def end_mute(self, number: int, by: str, now: datetime) -> bool:
        """Ends the mute with this number; False where there is none that still lasts or is to come.

        What it kept from being a source of its story counts again, so what is held is looked at anew.
        """
        lasting = (mutes.c.id == number, mutes.c.ended_by.is_(None), mutes.c.ends_at > now)
        with self._db.write() as connection:
            ended = update(mutes).where(*lasting).values(ended_by=convert.clean(by), ends_at=now)
            found = bool(connection.execute(ended).rowcount)
            if found:
                judge_again(connection)
            return found

    def mute_owed(self, channel: str, taken: Sequence[tuple[str, int, int]], now: datetime) -> int:
        """Suppresses what is still free of these (item key, version, number of the mute); how many that were."""
        values: dict[str, Any] = {"status": OwedStatus.SUPPRESSED.value, "reason": Reason.MUTED.value}
        values |= {"hold_until": None, "changed_at": now}
        changed = 0
        with self._db.write() as connection:
            for number in sorted({each for _, _, each in taken}):
                these = [(key, version) for key, version, each in taken if each == number]
                changed += change_owed(connection, channel, these, values | {"mute": number})
        return changed

    def muted_counts(self) -> dict[int, int]:
        """How much of what channels are owed each mute kept back, by its number."""
        counted = select(owed.c.mute, func.count()).where(owed.c.mute.is_not(None)).group_by(owed.c.mute)
        with self._db.read() as connection:
            return dict(tuple(row) for row in connection.execute(counted))
