"""Operations: the books, the heartbeat, notes, and pruning."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, or_, select, update

from monitor.model import Books, DeliveryStatus, OwedStatus, PollCounts
from monitor.store import convert
from monitor.store.database import Topic, insert_into
from monitor.store.tables import deliveries, digests, items, notes, owed, totals, versions

_HEARTBEAT = "heartbeat"
_AT_ONCE = 400  # versions pruned in one transaction: others wait for it


class OperationStore(Topic):
    """The part of ``Store`` about running it."""

    def books(self) -> Books:
        """The books at this moment, from two independent sources.

        What was fetched, known, matched, unmatched and owed comes from running totals; what is new and
        revised, and where everything owed stands, is counted in the rows themselves.
        """
        with self._db.read() as connection:
            total = connection.execute(select(totals)).one()
            new = connection.execute(select(func.count()).select_from(items)).scalar_one()
            known_versions = connection.execute(select(func.count()).select_from(versions)).scalar_one()
            counted = select(owed.c.status, owed.c.reason, func.count()).group_by(owed.c.status, owed.c.reason)
            rows = connection.execute(counted).all()
        by_status: dict[str, Counter[str]] = {status.value: Counter() for status in OwedStatus}
        for status, reason, count in rows:
            by_status[status][reason or ""] += count
        return Books(
            items=PollCounts(
                fetched=total.fetched,
                new=new,
                revised=known_versions - new,
                known=total.known,
                matched=total.matched,
                unmatched=total.unmatched,
            ),
            owed=total.owed,
            delivered=by_status[OwedStatus.DELIVERED].total(),
            pending=by_status[OwedStatus.PENDING].total(),
            held=dict(by_status[OwedStatus.HELD]),
            suppressed=dict(by_status[OwedStatus.SUPPRESSED]),
            dead=by_status[OwedStatus.DEAD].total(),
        )

    def heartbeat(self, now: datetime) -> None:
        """Says that the daemon is alive at ``now``."""
        with self._db.write(durable=False) as connection:
            set_note(connection, _HEARTBEAT, "", now)

    def stop_heartbeat(self) -> None:
        """Says that the daemon ended, so that the next one is alive only when it is."""
        with self._db.write(durable=False) as connection:
            connection.execute(delete(notes).where(notes.c.key == _HEARTBEAT))

    def last_heartbeat(self) -> datetime | None:
        """When the daemon last said that it is alive; None: never, or it ended."""
        return self.noted_at(_HEARTBEAT)

    def get_note(self, key: str) -> str | None:
        """What was last noted under ``key``; None: nothing."""
        with self._db.read() as connection:
            found: str | None = connection.execute(select(notes.c.value).where(notes.c.key == key)).scalar()
            return found

    def noted_at(self, key: str) -> datetime | None:
        """When something was last noted under ``key``; None: never."""
        with self._db.read() as connection:
            found: datetime | None = connection.execute(select(notes.c.at).where(notes.c.key == key)).scalar()
            return found

    def set_note(self, key: str, value: str, now: datetime) -> None:
        """Notes a small fact for the operator, in place of what was noted under ``key`` before."""
        with self._db.write() as connection:
            set_note(connection, key, convert.clean(value), now)

    def prune(self, now: datetime, keep: timedelta) -> int:
        """Empties what is older than ``keep`` and needed no more; the number of versions and digests emptied.

        Of versions go summary, body and tags; key, marks, title, matches and what became of them stay, so
        that the item stays known and explained. Of digests goes the text. Never of what is pending or held.
        """
        before = now - keep
        pruned = 0
        while some := self._prune_versions(before):
            pruned += some
        return pruned + self._prune_digests(before)

    def _prune_versions(self, before: datetime) -> int:
        key = (versions.c.item_key, versions.c.version)
        waiting = exists().where(
            owed.c.item_key == versions.c.item_key,
            owed.c.version == versions.c.version,
            or_(owed.c.status == OwedStatus.PENDING.value, owed.c.status == OwedStatus.HELD.value),
        )
        old = select(*key).where(~versions.c.pruned, versions.c.seen_at < before, ~waiting).limit(_AT_ONCE)
        with self._db.write() as connection:
            found = [tuple(row) for row in connection.execute(old)]
            if found:
                empty = {"summary": "", "body": "", "tags": "[]", "pruned": True}
                one = and_(versions.c.item_key == bindparam("of_key"), versions.c.version == bindparam("of_version"))
                these = [{"of_key": item_key, "of_version": version} for item_key, version in found]
                connection.execute(update(versions).where(one).values(empty), these)
            return len(found)

    def _prune_digests(self, before: datetime) -> int:
        under_way = exists().where(
            deliveries.c.digest == digests.c.id,
            or_(
                deliveries.c.status == DeliveryStatus.PENDING.value,
                deliveries.c.status == DeliveryStatus.ATTEMPTING.value,
            ),
        )
        old = and_(digests.c.composed_at < before, digests.c.body.is_not(None), ~under_way)
        with self._db.write() as connection:
            return connection.execute(update(digests).where(old).values(body=None)).rowcount


def set_note(connection: Connection, key: str, value: str, now: datetime) -> None:
    """Notes ``value`` under ``key``, in place of what was there."""
    values = {"value": value, "at": now}
    insert = insert_into(connection, notes).values(values | {"key": key})
    connection.execute(insert.on_conflict_do_update(index_elements=["key"], set_=values))
