"""Arrivals: what people brought in themselves, a row until the one writer has judged it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from monitor.model import Arrival, Feed, FeedState, Item
from monitor.store import convert
from monitor.store.database import Topic, insert_into
from monitor.store.tables import arrivals, feeds


class ArrivalStore(Topic):
    """The part of ``Store`` about what came by hand."""

    def bring(self, item: Item, author: str, now: datetime) -> int:
        """Keeps ``item`` for the next poll to judge; returns its number."""
        row = {"body": convert.item_json(item), "author": convert.clean(author), "at": now}
        with self._db.write() as connection:
            added = insert_into(connection, arrivals).values(row).returning(arrivals.c.id)
            number: int = connection.execute(added).scalar_one()
            return number

    def arrivals(self) -> tuple[Arrival, ...]:
        """What waits to be judged, in the order it was brought."""
        with self._db.read() as connection:
            waiting = select(arrivals).where(arrivals.c.item_key.is_(None)).order_by(arrivals.c.id)
            return tuple(convert.arrival(row) for row in connection.execute(waiting))

    def arrived(self, number: int, key: str) -> None:
        """Says which item this arrival became ("": it could not be judged)."""
        with self._db.write() as connection:
            values = {"item_key": key, "body": ""}
            connection.execute(update(arrivals).where(arrivals.c.id == number).values(values))

    def arrival_key(self, number: int) -> str | None:
        """The key of the item this arrival became; None while it waits."""
        with self._db.read() as connection:
            found: str | None = connection.execute(select(arrivals.c.item_key).where(arrivals.c.id == number)).scalar()
            return found

    def brought_by(self, key: str) -> tuple[tuple[str, datetime], ...]:
        """Who brought in the item with this key, and when; oldest first."""
        with self._db.read() as connection:
            rows = connection.execute(
                select(arrivals.c.author, arrivals.c.at).where(arrivals.c.item_key == key).order_by(arrivals.c.id)
            )
            return tuple((row.author, row.at) for row in rows)

    def keep_feed(self, state: FeedState, feed: Feed) -> None:
        """Makes sure there is a row of a feed that nobody configures and nobody polls."""
        row = convert.feed_values(feed) | convert.state_values(state) | {"active": False}
        with self._db.write() as connection:
            connection.execute(insert_into(connection, feeds).values(row).on_conflict_do_nothing())
