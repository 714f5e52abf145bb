"""Writing many rows at once, without what SQLAlchemy does for each: a third of a poll's time in the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, Insert, Table, Update, bindparam, update
from sqlmodel.sql.sqltypes import UTCDateTime

from monitor.store.convert.texts import Values
from monitor.store.database import insert_for


class _Writing(NamedTuple):
    """How rows of one table are written: the statement, what it takes of a row in order, where moments stand in that
    and as what the driver takes them.

    ``names`` is empty where the driver takes rows by name.
    """

    statement: str
    names: tuple[str, ...]
    moments: tuple[int | str, ...]
    written: Callable[[datetime | None], object]


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
    take = itemgetter(*writing.names) if writing.names else None
    given: list[Any] = [list(take(row)) if take else dict(row) for row in rows]
    for row in given:
        for at in writing.moments:
            row[at] = writing.written(row[at])
    return connection.exec_driver_sql(writing.statement, list(map(tuple, given)) if take else given).rowcount


@lru_cache(maxsize=64)
def _adding(dialect: Dialect, table: Table, columns: tuple[str, ...]) -> _Writing:
    return _compiled(dialect, table, insert_for(dialect.name, table).on_conflict_do_nothing(), columns)


@lru_cache(maxsize=64)
def _changing(dialect: Dialect, table: Table, key: str, columns: tuple[str, ...]) -> _Writing:
    return _compiled(dialect, table, update(table).where(table.c[key] == bindparam("of")), columns)


def _compiled(dialect: Dialect, table: Table, statement: Insert | Update, columns: Sequence[str]) -> _Writing:
    made = statement.compile(dialect=dialect, column_keys=list(columns))
    dates = [name for name in columns if name != "of" and isinstance(table.c[name].type, UTCDateTime)]
    if dialect.name != "sqlite":
        return _Writing(str(made), (), tuple(dates), _utc)
    names = tuple(made.positiontup or ())
    return _Writing(str(made), names, tuple(map(names.index, dates)), _text)


def _utc(moment: datetime | None) -> datetime | None:
    if moment is not None and moment.utcoffset() is None:
        raise ValueError(f"a moment without its zone: {moment}")
    return moment.astimezone(UTC) if moment is not None else None


@lru_cache(maxsize=1_000)  # most rows of a poll have the same, and each item its own twice
def _text(moment: datetime | None) -> str | None:
    """As SQLAlchemy writes a moment into SQLite, and reads it."""
    utc = _utc(moment)
    return utc.isoformat(" ", "microseconds")[:26] if utc is not None else None
