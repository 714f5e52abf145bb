"""What becomes of what is owed once the last delivery of its digest has ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, select, update

from monitor.model import DeliveryStatus, OwedStatus
from monitor.store import convert
from monitor.store.database import insert_into
from monitor.store.tables import deliveries, digests, owed, told

NOT_DELIVERED = "not delivered"
_UNDER_WAY = {DeliveryStatus.PENDING.value, DeliveryStatus.ATTEMPTING.value}


def settle(connection: Connection, digest: str, now: datetime, *, died_of: str = NOT_DELIVERED) -> None:
    """Does nothing while a delivery of ``digest`` is under way. Then: one recipient has it, and what
    was owed is delivered; or nobody has, and it is dead.
    """
    ended = connection.execute(select(deliveries.c.status).where(deliveries.c.digest == digest)).all()
    if any(row.status in _UNDER_WAY for row in ended):
        return
    delivered = [row for row in ended if row.status == DeliveryStatus.DELIVERED.value]
    if not delivered:
        dead = {"status": OwedStatus.DEAD.value, "reason": died_of, "changed_at": now}
        pending = (owed.c.digest == digest, owed.c.status == OwedStatus.PENDING.value)
        connection.execute(update(owed).where(*pending).values(dead))
        return
    reached = {"status": OwedStatus.DELIVERED.value, "reason": None, "changed_at": now}
    connection.execute(
        update(owed).where(owed.c.digest == digest, owed.c.status != OwedStatus.DELIVERED.value).values(reached)
    )


def tell(connection: Connection, digest: str, now: datetime) -> None:
    """Writes the channel's ledger when the first recipient has ``digest``; later ones change nothing of it.

    From then on an update reads as one, even while another recipient's server is asked again and again.
    """
    delivered = connection.execute(
        select(deliveries.c.message_id).where(
            deliveries.c.digest == digest, deliveries.c.status == DeliveryStatus.DELIVERED.value
        )
    ).all()
    if len(delivered) == 1:
        _write_ledger(connection, digest, delivered[0].message_id, now)


def _write_ledger(connection: Connection, digest: str, thread: str | None, now: datetime) -> None:
    row = connection.execute(select(digests.c.channel, digests.c.body).where(digests.c.id == digest)).one()
    entries = {
        story: convert.told_values(known) | {"channel": row.channel, "story": story, "digest": digest, "thread": thread}
        for story, known in convert.told_by(row.body, now)
    }
    if not entries:
        return
    insert = insert_into(connection, told)
    new = insert.excluded
    values: dict[str, Any] = {name: new[name] for name in ("title", "state", "told_at", "digest")}
    # The thread stays that of the first message that told of the story: all updates hang on it.
    values["thread"] = func.coalesce(told.c.thread, new.thread)
    values["level"] = case((new.level > told.c.level, new.level), else_=told.c.level)
    ledger = insert.on_conflict_do_update(index_elements=["channel", "story"], set_=values)
    connection.execute(ledger, list(entries.values()))
