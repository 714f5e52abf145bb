"""Writing many rows at once, without what SQLAlchemy does for each: a third of a poll's time in the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, Insert, Table, Update, bindparam, update
from sqlmodel.sql.sqltypes import UTCDateTime

from monitor.store.convert.texts import Values
from monitor.store.database import insert_for


class _Writing(NamedTuple):
    """How rows of one table are written: the statement, what it takes of a row in order, which of these are moments.

    ``names`` is empty where the driver takes rows by name, and moments as they are.
    """

    statement: str
    names: tuple[str, ...]
    moments: tuple[int, ...]


def add_rows(connection: Connection, table: Table, rows: Sequence[Values]) -> int:
    """Adds those of ``rows`` (all with the same columns) whose keys are not there yet; how many that were."""
    if not rows:
        return 0
    return _write(connection, _adding(connection.dialect, table, tuple(rows[0])), rows)


def change_rows(connection: Connection, table: Table, key: str, rows: Sequence[Values]) -> None:
    """Sets what each of ``rows`` (all with the same columns) holds, where ``key`` is what it has as ``of``."""
    if rows:
        _write(connection, _changing(connection.dialect, table, key, tuple(rows[0])), rows)


def _write(connection: Connection, writing: _Writing, rows: Sequence[Values]) -> int:
    given: Any = rows
    if writing.names:
        take, moments = itemgetter(*writing.names), writing.moments
        given = [list(take(row)) for row in rows]
        for row in given:
            for at in moments:
                row[at] = _written(row[at])
        given = list(map(tuple, given))
    return connection.exec_driver_sql(writing.statement, given).rowcount


@lru_cache(maxsize=64)
def _adding(dialect: Dialect, table: Table, columns: tuple[str, ...]) -> _Writing:
    return _compiled(dialect, table, insert_for(dialect.name, table).on_conflict_do_nothing(), columns)


@lru_cache(maxsize=64)
def _changing(dialect: Dialect, table: Table, key: str, columns: tuple[str, ...]) -> _Writing:
    return _compiled(dialect, table, update(table).where(table.c[key] == bindparam("of")), columns)


def _compiled(dialect: Dialect, table: Table, statement: Insert | Update, columns: Sequence[str]) -> _Writing:
    made = statement.compile(dialect=dialect, column_keys=list(columns))
    if dialect.name != "sqlite":
        return _Writing(str(made), (), ())
    names = tuple(made.positiontup or ())
    dates = (at for at, name in enumerate(names) if name != "of" and isinstance(table.c[name].type, UTCDateTime))
    return _Writing(str(made), names, tuple(dates))


@lru_cache(maxsize=1_000)  # most rows of a poll have the same, and each item its own twice
def _written(moment: datetime | None) -> str | None:
    """As SQLAlchemy writes a moment into SQLite, and reads it."""
    return moment.astimezone(UTC).isoformat(" ", "microseconds")[:26] if moment is not None else None
