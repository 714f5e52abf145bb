"""Notices: what operators are told of sources, a row before it is sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select, update

from monitor.model import Digest, Flight, Notice
from monitor.store import convert
from monitor.store.database import Topic, chunks, insert_into
from monitor.store.digests import FirstComerWins, freeze, must_change
from monitor.store.operations import set_note
from monitor.store.tables import matches, notes, notices, versions

_FLIGHT = "canary"


class NoticeStore(Topic):
    """The part of ``Store`` about notices."""

    def last_notices(self) -> dict[tuple[str, str], Notice]:
        """The last notice of each (subject, topic)."""
        newest = select(func.max(notices.c.id)).group_by(notices.c.subject, notices.c.topic)
        with self._db.read() as connection:
            rows = connection.execute(select(notices).where(notices.c.id.in_(newest)))
            return {(row.subject, row.topic): convert.notice(row) for row in rows}

    def add_notices(self, added: Iterable[Notice]) -> None:
        """Keeps notices, to be told to operators; a silent one counts as told."""
        rows = [convert.notice_values(one) for one in added]
        if rows:
            with self._db.write() as connection:
                connection.execute(insert_into(connection, notices), rows)

    def untold_notices(self, since: datetime) -> tuple[tuple[int, Notice], ...]:
        """(number, notice) of what no operator was told, and is no older than ``since``; oldest first."""
        wanted = select(notices).where(notices.c.told_at.is_(None), notices.c.at >= since).order_by(notices.c.id)
        with self._db.read() as connection:
            return tuple((row.id, convert.notice(row)) for row in connection.execute(wanted))

    def tell_notices(
        self, numbers: Sequence[int], frozen: Sequence[tuple[Digest, Sequence[str]]], now: datetime
    ) -> bool:
        """Freezes the digests that tell these notices, each with one pending delivery a recipient, at once.

        False, and nothing is changed, where one of them was told before.
        """
        try:
            with self._db.write() as connection:
                for some in chunks(numbers):
                    mine = update(notices).where(notices.c.id.in_(some), notices.c.told_at.is_(None))
                    must_change(connection.execute(mine.values(told_at=now)).rowcount == len(some))
                for digest, recipients in frozen:
                    freeze(connection, digest, recipients, None, 0, now)
        except FirstComerWins:
            return False
        return True

    def flight(self) -> Flight | None:
        """The last canary that was launched; None: never one."""
        with self._db.read() as connection:
            found: str | None = connection.execute(select(notes.c.value).where(notes.c.key == _FLIGHT)).scalar()
            return None if found is None else convert.flight(found)

    def save_flight(self, flight: Flight, now: datetime, told: Iterable[Notice] = ()) -> None:
        """Keeps what became of the canary, and the notices that say so, at once."""
        with self._db.write() as connection:
            set_note(connection, _FLIGHT, convert.flight_json(flight), now)
            for one in told:
                connection.execute(insert_into(connection, notices).values(convert.notice_values(one)))

    def rule_moments(self, since: datetime) -> dict[str, tuple[datetime, ...]]:
        """When each rule matched something new since then, oldest first; baselines left out."""
        fired = (
            select(matches.c.rule, versions.c.seen_at)
            .join(versions, (versions.c.item_key == matches.c.item_key) & (versions.c.version == matches.c.version))
            .where(versions.c.seen_at >= since, ~versions.c.baseline)
            .distinct()
            .order_by(versions.c.seen_at)
        )
        found: dict[str, list[datetime]] = defaultdict(list)
        with self._db.read() as connection:
            for row in connection.execute(fired):
                found[row.rule].append(row.seen_at)
        return {rule: tuple(moments) for rule, moments in found.items()}
