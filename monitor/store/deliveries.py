"""Deliveries: claimed before they are sent, recorded after, and never forgotten in between."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, select, update

from monitor.model import Delivery, DeliveryStatus, Digest, OwedStatus
from monitor.store import convert
from monitor.store.database import Topic, insert_into
from monitor.store.settle import settle, tell
from monitor.store.tables import attempts, channels, deliveries, digests, owed

_REMOVED = select(channels.c.id).where(~channels.c.active)


class DeliveryStore(Topic):
    """The part of ``Store`` about deliveries."""

    def claim(self, now: datetime, skip_channels: Collection[str] = ()) -> tuple[Delivery, Digest] | None:
        """Takes the next delivery that is due: the highest level first, then the oldest. None: nothing is due.

        On return the attempt is committed, with its count, so that a process that dies while it sends
        leaves a trace (see ``recover``). A delivery is claimed once, whoever else tries.
        """
        due = (
            select(deliveries, digests.c.body)
            .join(digests, digests.c.id == deliveries.c.digest)
            .where(_is(DeliveryStatus.PENDING), deliveries.c.next_attempt_at <= now)
            .where(deliveries.c.channel.not_in(list(skip_channels)), deliveries.c.channel.not_in(_REMOVED))
            .order_by(deliveries.c.level.desc(), deliveries.c.created_at, deliveries.c.id)
            .limit(1)
            .with_for_update(of=deliveries, skip_locked=True)  # SQLite has no such words: there a writer is alone
        )
        with self._db.write() as connection:
            row = connection.execute(due).one_or_none()
            if row is None:
                return None
            taken = {"status": DeliveryStatus.ATTEMPTING.value, "attempts": row.attempts + 1, "next_attempt_at": None}
            still_due = and_(deliveries.c.id == row.id, _is(DeliveryStatus.PENDING))
            claimed = connection.execute(update(deliveries).where(still_due).values(taken).returning(deliveries)).one()
            begun = {"delivery": row.id, "number": claimed.attempts, "started_at": now, "detail": ""}
            connection.execute(insert_into(connection, attempts).values(begun))
            return convert.delivery(claimed), convert.digest(row.body)

    def delivered(self, delivery: int, detail: str, now: datetime, *, message_id: str | None = None) -> None:
        """Records that the receiver took it. ``message_id`` is what later messages of the story refer to.

        With the first delivery of a digest the channel's ledger is written, with the last what was owed is delivered.
        """
        values = {"receipt": detail, "message_id": message_id, "ended_at": now, "next_attempt_at": None}
        self._end(delivery, DeliveryStatus.DELIVERED, "delivered", detail, now, values)

    def dead(self, delivery: int, error: str, now: datetime, *, possible_repeat: bool = False) -> None:
        """Records that it is given up. When every delivery of a digest is dead, so is what was owed.

        ``possible_repeat`` as for ``retry``: it is said if the operator takes the letter up again.
        """
        values: dict[str, Any] = {"last_error": error, "ended_at": now, "next_attempt_at": None}
        if possible_repeat:
            values["possible_repeat"] = True
        self._end(delivery, DeliveryStatus.DEAD, "dead", error, now, values)

    def retry(
        self,
        delivery: int,
        error: str,
        next_attempt_at: datetime,
        now: datetime,
        *,
        possible_repeat: bool = False,
    ) -> None:
        """Records a failure that may pass; the parts that were recorded as done are not sent again.

        ``possible_repeat``: the receiver may have taken it all the same, so the next attempt may repeat it.
        """
        values: dict[str, Any] = {"last_error": error, "next_attempt_at": next_attempt_at}
        if possible_repeat:
            values["possible_repeat"] = True
        self._end(delivery, DeliveryStatus.PENDING, "failed", error, now, values)

    def _end(
        self,
        delivery: int,
        status: DeliveryStatus,
        outcome: str,
        detail: str,
        now: datetime,
        values: dict[str, Any],
    ) -> None:
        """Ends the attempt under way. What a receiver took stays delivered whatever is said afterwards."""
        cleaned = {name: convert.clean(value) if isinstance(value, str) else value for name, value in values.items()}
        before = (
            ~_is(DeliveryStatus.DELIVERED) if status is DeliveryStatus.DELIVERED else _is(DeliveryStatus.ATTEMPTING)
        )
        with self._db.write() as connection:
            change = update(deliveries).where(deliveries.c.id == delivery, before)
            ended = connection.execute(change.values(cleaned | {"status": status.value}).returning(deliveries.c.digest))
            digest = ended.scalar_one_or_none()
            if digest is None:
                return
            running = and_(attempts.c.delivery == delivery, attempts.c.outcome.is_(None))
            result = {"ended_at": now, "outcome": outcome, "detail": convert.clean(detail)}
            connection.execute(update(attempts).where(running).values(result))
            if status is DeliveryStatus.DELIVERED:
                tell(connection, digest, now)
            if status is not DeliveryStatus.PENDING:
                settle(connection, digest, now)

    def part_done(self, delivery: int, parts_done: int) -> None:
        """Records, while it is sent, that the receiver took the first ``parts_done`` parts."""
        with self._db.write() as connection:
            change = update(deliveries).where(deliveries.c.id == delivery)
            connection.execute(change.values(parts_done=parts_done))

    def recover(self, now: datetime) -> int:
        """Takes up what nobody is sending any more: due now, marked as a possible repeat. How many.

        A process died meanwhile, or could not record what became of it. To be called under the lease, while this
        process sends nothing.
        """
        with self._db.write() as connection:
            lost = {"status": DeliveryStatus.PENDING.value, "possible_repeat": True, "next_attempt_at": now}
            interrupted = select(deliveries.c.id).where(_is(DeliveryStatus.ATTEMPTING))
            running = and_(attempts.c.delivery.in_(interrupted), attempts.c.outcome.is_(None))
            connection.execute(update(attempts).where(running).values(outcome="no record"))
            return connection.execute(update(deliveries).where(_is(DeliveryStatus.ATTEMPTING)).values(lost)).rowcount

    def unsent(self) -> Iterator[tuple[Delivery, Digest]]:
        """Every delivery that waits to be sent, due or not, in the order in which it will be claimed."""
        waiting = select(deliveries, digests.c.body).join(digests, digests.c.id == deliveries.c.digest)
        order = (deliveries.c.level.desc(), deliveries.c.created_at, deliveries.c.id)
        with self._db.read() as connection:
            rows = connection.execute(waiting.where(_is(DeliveryStatus.PENDING)).order_by(*order)).all()
        return ((convert.delivery(row), convert.digest(row.body)) for row in rows)

    def dead_letters(self) -> tuple[Delivery, ...]:
        """Every delivery that was given up, the latest first."""
        dead = select(deliveries).where(_is(DeliveryStatus.DEAD))
        with self._db.read() as connection:
            rows = connection.execute(dead.order_by(deliveries.c.ended_at.desc(), deliveries.c.id.desc()))
            return tuple(convert.delivery(row) for row in rows)

    def next_attempt_at(self) -> datetime | None:
        """When the next delivery is due; None where none waits."""
        waiting = select(func.min(deliveries.c.next_attempt_at)).where(
            _is(DeliveryStatus.PENDING), deliveries.c.channel.not_in(_REMOVED)
        )
        with self._db.read() as connection:
            found: datetime | None = connection.execute(waiting).scalar()
            return found

    def requeue(self, delivery: int, now: datetime) -> bool:
        """Takes a dead letter up again as if it were composed now: due, and its attempts and age counted afresh.

        False where it is not dead, its channel is gone, or its digest was pruned.
        """
        dead = and_(
            deliveries.c.id == delivery,
            _is(DeliveryStatus.DEAD),
            deliveries.c.channel.not_in(_REMOVED),
            deliveries.c.digest.in_(select(digests.c.id).where(digests.c.body.is_not(None))),
        )
        again = {
            "status": DeliveryStatus.PENDING.value,
            "attempts": 0,
            "created_at": now,
            "next_attempt_at": now,
            "ended_at": None,
        }
        with self._db.write() as connection:
            found = connection.execute(update(deliveries).where(dead).values(again).returning(deliveries.c.digest))
            digest = found.scalar_one_or_none()
            if digest is None:
                return False
            _revive(connection, digest, now)
            return True


def _is(status: DeliveryStatus) -> ColumnElement[bool]:
    return deliveries.c.status == status.value


def _revive(connection: Connection, digest: str, now: datetime) -> None:
    dead = (owed.c.digest == digest, owed.c.status == OwedStatus.DEAD.value)
    pending = {"status": OwedStatus.PENDING.value, "reason": None, "changed_at": now}
    connection.execute(update(owed).where(*dead).values(pending))
