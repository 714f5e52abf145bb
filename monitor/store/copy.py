"""A copy of a store as it stands, for a rehearsal that must change nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, Engine, delete, select

from monitor.errors import StoreError
from monitor.store.database import make_engine, make_file, place_of, plain_errors
from monitor.store.migrate import VERSIONS, migrate, version_of
from monitor.store.tables import metadata

_PAGE = 1000


def copy(source: URL, target: URL) -> None:
    """Copies what is in ``source`` to a new SQLite file ``target``; where there is no source, nothing.

    ``source`` is only read: other processes may go on writing. Raises ``StoreError``.
    """
    if source.get_backend_name() == "sqlite":
        if Path(str(source.database)).exists():
            _copy_file(source, target)
        return
    reader = make_engine(source, pooled=False).execution_options(isolation_level="REPEATABLE READ")
    try:
        _copy_rows(reader, source, target)
    finally:
        reader.dispose()


def _copy_file(source: URL, target: URL) -> None:
    make_file(target)
    try:
        # mode=ro: a source that does not exist must not be made.
        address = f"{Path(str(source.database)).absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as old, closing(sqlite3.connect(str(target.database))) as new:
            old.backup(new)
    except sqlite3.Error as error:
        raise StoreError(f"{source.database}: can't be copied to {target.database} ({error})") from error


def _copy_rows(reader: Engine, source: URL, target: URL) -> None:
    make_file(target)
    migrate(target)
    writer = make_engine(target, pooled=False, foreign_keys=False).execution_options(sync="NORMAL")
    with plain_errors(place_of(source)), reader.begin() as old, plain_errors(place_of(target)), writer.begin() as new:
        found = version_of(old)
        if found is None:
            return
        if found != VERSIONS[-1]:
            raise StoreError(f"{place_of(source)}: has schema {found}, not {VERSIONS[-1]}: start monitor on it first")
        for table in metadata.sorted_tables:
            new.execute(delete(table))
            rows = old.execution_options(yield_per=_PAGE).execute(select(table))
            for page in rows.mappings().partitions():
                new.execute(table.insert(), [dict(row) for row in page])
