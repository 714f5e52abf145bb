"""Feeds: which are configured, how they fared, and when each is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update

from monitor.model import Feed, FeedState, Rhythm
from monitor.store.convert import feed_state, feed_values, rhythm, state_values
from monitor.store.database import Topic, chunks, insert_into
from monitor.store.tables import feeds

_CONFIGURED = ("title", "tier", "lang", "tags", "address", "active")


class FeedStore(Topic):
    """The part of ``Store`` about feeds."""

    def sync_feeds(self, configured: Sequence[Feed], now: datetime) -> None:
        """Makes the store know exactly these feeds.

        A new feed is due at once. One that is no longer configured is kept, not polled, and comes
        back with its state. One whose URL was changed is due at once and forgets what only that URL
        meant (validators, body hash, failures, 410); it stays baselined, so that what the new address
        has and the old one lacked is told.
        """
        with self._db.write() as connection:
            stored = {row.id: row for row in connection.execute(select(feeds))}
            new = []
            for feed in configured:
                values = feed_values(feed) | {"active": True}
                row = stored.pop(feed.id, None)
                if row is None:
                    fresh = state_values(FeedState(feed.id, next_fetch_at=now))
                    new.append(values | fresh)
                elif row.address != values["address"]:
                    moved = FeedState(feed.id, next_fetch_at=now, baselined=row.baselined)
                    kept = {"last_success_at", "newest_item_at"}
                    values |= {name: value for name, value in state_values(moved).items() if name not in kept}
                    connection.execute(update(feeds).where(feeds.c.id == feed.id).values(values))
                elif any(getattr(row, name) != values[name] for name in _CONFIGURED):
                    connection.execute(update(feeds).where(feeds.c.id == feed.id).values(values))
            if new:
                connection.execute(insert_into(connection, feeds), new)
            gone = [row.id for row in stored.values() if row.active]
            for some in chunks(gone):
                connection.execute(update(feeds).where(feeds.c.id.in_(some)).values(active=False))

    def feed_states(self) -> tuple[FeedState, ...]:
        """The state of every configured feed, by id."""
        with self._db.read() as connection:
            rows = connection.execute(select(feeds).where(feeds.c.active).order_by(feeds.c.id))
            return tuple(feed_state(row) for row in rows)

    def troubled_feeds(self) -> tuple[FeedState, ...]:
        """The states of the configured feeds that have troubles, by id: few, and they alone are read."""
        with self._db.read() as connection:
            rows = connection.execute(select(feeds).where(feeds.c.active, feeds.c.troubled).order_by(feeds.c.id))
            return tuple(feed_state(row) for row in rows)

    def rhythms(self) -> dict[str, Rhythm]:
        """How often each configured feed brings something, by id."""
        with self._db.read() as connection:
            rows = connection.execute(select(feeds.c.id, feeds.c.learned).where(feeds.c.active).order_by(feeds.c.id))
            return {row.id: rhythm(row.learned) for row in rows}

    def due_feeds(self, now: datetime) -> tuple[FeedState, ...]:
        """The configured feeds whose time has come, the longest due first."""
        due = select(feeds).where(feeds.c.active, feeds.c.next_fetch_at <= now)
        with self._db.read() as connection:
            rows = connection.execute(due.order_by(feeds.c.next_fetch_at, feeds.c.id))
            return tuple(feed_state(row) for row in rows)

    def next_fetch_at(self) -> datetime | None:
        """When the next configured feed is due; None where there is none, or all are gone."""
        with self._db.read() as connection:
            found: datetime | None = connection.execute(
                select(func.min(feeds.c.next_fetch_at)).where(feeds.c.active)
            ).scalar()
            return found

    def make_due(self, wanted: Sequence[str], now: datetime) -> None:
        """Makes these feeds due now, whatever their time was; one that is gone too."""
        with self._db.write() as connection:
            for some in chunks(wanted):
                connection.execute(update(feeds).where(feeds.c.id.in_(some)).values(next_fetch_at=now))
