"""Channels: which there are, and what is owed to a new or a removed one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, select, update

from monitor.model import DeliveryStatus, Owed, OwedStatus
from monitor.store import convert
from monitor.store.database import Topic, insert_into
from monitor.store.settle import settle
from monitor.store.tables import channels, deliveries, owed, totals

REMOVED = "channel removed"


class ChannelStore(Topic):
    """The part of ``Store`` about channels."""

    def sync_channels(self, configured: Sequence[str], now: datetime) -> tuple[str, ...]:
        """Makes the store know exactly these channels; returns those that are new, in the order given.

        One that comes back is new again. A new one is returned each time until ``welcome`` is called
        for it, so that a process that dies in between owes it nothing less. What was owed to a removed
        channel and its unsent deliveries are dead, with the reason "channel removed".
        """
        with self._db.write() as connection:
            stored = {row.id: row.active for row in connection.execute(select(channels.c.id, channels.c.active))}
            fresh = {"active": True, "added_at": now, "welcomed_at": None, "removed_at": None}
            for channel in dict.fromkeys(configured):
                if channel not in stored:
                    connection.execute(insert_into(connection, channels).values(fresh | {"id": channel}))
                elif not stored[channel]:
                    connection.execute(update(channels).where(channels.c.id == channel).values(fresh))
            for channel in sorted(stored.keys() - set(configured)):
                if stored[channel]:
                    gone = {"active": False, "removed_at": now}
                    connection.execute(update(channels).where(channels.c.id == channel).values(gone))
                # Again for one removed long ago: a poll that ran meanwhile may have owed it something.
                _bury(connection, channel, now)
            new = select(channels.c.id).where(channels.c.active, channels.c.welcomed_at.is_(None))
            unwelcomed = set(connection.execute(new).scalars())
            return tuple(channel for channel in dict.fromkeys(configured) if channel in unwelcomed)

    def welcome(self, new: Sequence[str], debts: Sequence[tuple[str, int, Owed]], now: datetime) -> None:
        """Owes new channels what they are to be told of the past, and takes them as known, at once.

        ``debts`` are (item key, version, what is owed), of these channels. What is owed already stays as it is,
        except what died because its channel was removed: that is owed anew.
        """
        with self._db.write() as connection:
            self._owe(connection, debts, now)
            known = update(channels).where(channels.c.id.in_(list(new))).values(welcomed_at=now)
            connection.execute(known)

    def _owe(self, connection: Connection, debts: Sequence[tuple[str, int, Owed]], now: datetime) -> None:
        # One row for each key: PostgreSQL refuses to update a row twice in one statement.
        rows = {
            (key, version, debt.channel): convert.owed_values(key, version, debt, now) for key, version, debt in debts
        }
        if not rows:
            return
        key = list(owed.primary_key.columns)
        insert = insert_into(connection, owed)
        added: Sequence[Any] = connection.execute(
            insert.on_conflict_do_nothing().returning(*key), list(rows.values())
        ).all()
        for row in added:
            del rows[tuple(row)]
        if rows:
            renewed = {
                name: insert.excluded[name] for name in ("status", "reason", "hold_until", "digest", "changed_at")
            }
            died = and_(owed.c.status == OwedStatus.DEAD.value, owed.c.reason == REMOVED)
            again = insert.on_conflict_do_update(index_elements=key, set_=renewed, where=died)
            connection.execute(again, list(rows.values()))
        connection.execute(update(totals).values(owed=totals.c.owed + len(added)))


def _bury(connection: Connection, channel: str, now: datetime) -> None:
    unsent = and_(deliveries.c.channel == channel, deliveries.c.status == DeliveryStatus.PENDING.value)
    dead = {"status": DeliveryStatus.DEAD.value, "last_error": REMOVED, "next_attempt_at": None, "ended_at": now}
    stopped = connection.execute(update(deliveries).where(unsent).values(dead).returning(deliveries.c.digest))
    for digest in sorted(set(stopped.scalars())):
        settle(connection, digest, now, died_of=REMOVED)
    waiting = and_(
        owed.c.channel == channel,
        owed.c.digest.is_(None),
        owed.c.status.in_([OwedStatus.PENDING.value, OwedStatus.HELD.value]),
    )
    gone = {"status": OwedStatus.DEAD.value, "reason": REMOVED, "hold_until": None, "changed_at": now}
    connection.execute(update(owed).where(waiting).values(gone))
