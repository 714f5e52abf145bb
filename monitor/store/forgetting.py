"""Forgetting: a canary that has landed leaves nothing behind, its part of the books included."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, delete, exists, func, select, update

from monitor.model import CANARY, DeliveryStatus, OwedStatus
from monitor.store.database import Topic, chunks
from monitor.store.tables import (
    attempts,
    deliveries,
    digests,
    facts,
    items,
    matches,
    owed,
    stories,
    story_items,
    told,
    totals,
    versions,
)

_AT_ONCE = 100  # canaries forgotten in one transaction: others wait for it
_UNDER_WAY = [DeliveryStatus.PENDING.value, DeliveryStatus.ATTEMPTING.value]
_WAITING = [OwedStatus.PENDING.value, OwedStatus.HELD.value]


class ForgettingStore(Topic):
    """The part of ``Store`` that takes out whole what nobody will ask for."""

    def forget_canaries(self, now: datetime, keep: timedelta) -> int:
        """Takes out every canary older than ``keep`` that is on its way to nobody, with its story, digests and
        deliveries, as if it had never flown; how many there were.
        """
        waiting = exists().where(owed.c.item_key == items.c.key, owed.c.status.in_(_WAITING))
        old = (
            select(items.c.key)
            .where(items.c.feed == CANARY, items.c.first_seen < now - keep, ~waiting)
            .order_by(items.c.key)
            .limit(_AT_ONCE)
        )
        forgotten = 0
        while True:
            with self._db.write() as connection:
                keys = [row.key for row in connection.execute(old)]
                if keys:
                    _forget(connection, keys)
                    _forget_digests(connection, now - keep)
            forgotten += len(keys)
            if len(keys) < _AT_ONCE:
                return forgotten


def _forget(connection: Connection, keys: list[str]) -> None:
    of_items = versions.c.item_key.in_(keys)
    count = select(func.count(), func.count().filter(versions.c.matched)).where(of_items)
    fetched, matched = connection.execute(count).one()
    own = owed.c.item_key.in_(keys)
    due = connection.execute(select(func.count()).select_from(owed).where(own)).scalar_one()
    less = {"fetched": fetched, "matched": matched, "unmatched": fetched - matched, "owed": due}
    connection.execute(update(totals).values({name: totals.c[name] - count for name, count in less.items()}))
    joined = list(connection.execute(select(story_items.c.story).where(story_items.c.item_key.in_(keys))).scalars())
    for table in (owed, facts, matches, story_items, versions):
        connection.execute(delete(table).where(table.c.item_key.in_(keys)))
    connection.execute(delete(items).where(items.c.key.in_(keys)))
    connection.execute(delete(stories).where(stories.c.id.in_(joined)))  # each canary is an event of its own
    connection.execute(delete(told).where(told.c.story.in_(joined)))


def _forget_digests(connection: Connection, before: datetime) -> None:
    """The canary's digests that nothing owed is in any more, and what was done to deliver them."""
    under_way = exists().where(deliveries.c.digest == digests.c.id, deliveries.c.status.in_(_UNDER_WAY))
    holds = exists().where(owed.c.digest == digests.c.id)
    of_canaries = and_(digests.c.spec == CANARY, digests.c.composed_at < before, ~under_way, ~holds)
    gone = [row.id for row in connection.execute(select(digests.c.id).where(of_canaries))]
    for some in chunks(gone):
        sent = select(deliveries.c.id).where(deliveries.c.digest.in_(some))
        connection.execute(delete(attempts).where(attempts.c.delivery.in_(sent)))
        connection.execute(delete(deliveries).where(deliveries.c.digest.in_(some)))
        connection.execute(delete(digests).where(digests.c.id.in_(some)))
