"""What an operator's examination asks of the store: whether it is sound, and what has stood still."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, exists, func, select, text

from monitor.model import DeliveryStatus, OwedStatus
from monitor.store.database import Topic
from monitor.store.tables import deliveries, feeds, notes, owed

_MOST = 5  # complaints of the database told
_UNDER_WAY = [DeliveryStatus.PENDING.value, DeliveryStatus.ATTEMPTING.value]


class ExaminationStore(Topic):
    """The part of ``Store`` that ``monitor doctor`` asks. Changes nothing."""

    def unsound(self) -> tuple[str, ...]:
        """What is wrong with the database itself, in words; empty where nothing is.

        SQLite checks every page and reference of the file; a PostgreSQL server keeps its own. Either is asked
        whether everything that a digest has taken is under way, as it must be.
        """
        found = []
        with self._db.read() as connection:
            if connection.dialect.name == "sqlite":
                rows = connection.execute(text(f"PRAGMA integrity_check({_MOST})")).scalars().all()
                found += [str(row) for row in rows if row != "ok"]
                loose = connection.execute(text("PRAGMA foreign_key_check")).all()
                found += [f"a row of {row[0]} refers to none of {row[2]}" for row in loose[:_MOST]]
            on_its_way = exists().where(deliveries.c.digest == owed.c.digest, deliveries.c.status.in_(_UNDER_WAY))
            stuck = and_(owed.c.status == OwedStatus.PENDING.value, owed.c.digest.is_not(None), ~on_its_way)
            count = connection.execute(select(func.count()).select_from(owed).where(stuck)).scalar_one()
        if count:
            found.append(f"{count} reports are pending in a digest that nothing delivers any more")
        return tuple(found)

    def latest_moment(self) -> datetime | None:
        """The latest moment at which anything was done; None where nothing was."""
        with self._db.read() as connection:
            moments = [
                connection.execute(select(func.max(column))).scalar() for column in (feeds.c.last_fetch_at, notes.c.at)
            ]
        return max((moment for moment in moments if moment is not None), default=None)

    def oldest_pending(self) -> datetime | None:
        """Since when what is owed longest has been pending; None where nothing is."""
        pending = select(func.min(owed.c.owed_at)).where(owed.c.status == OwedStatus.PENDING.value)
        with self._db.read() as connection:
            found: datetime | None = connection.execute(pending).scalar()
            return found
