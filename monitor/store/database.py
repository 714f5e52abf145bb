"""The engine: one way in to read, one to write, and what goes wrong told in plain words.

Both databases give the same promises to the code above:

* ``read()`` sees one consistent state (SQLite: a WAL snapshot; PostgreSQL: REPEATABLE READ).
* ``write()`` commits all or nothing. Threads of this process take turns on one lock, processes on
  the database's own (SQLite: BEGIN IMMEDIATE, so that a writer waits at its start and never fails
  at its first write).
* A durable commit survives a power cut. SQLite in WAL mode syncs at each commit only with
  ``synchronous=FULL``; NORMAL could lose the record that an attempt began, and the repeat after
  it would go unmarked. Only what repeating restores by itself (a poll without new items, a
  heartbeat) is committed with ``durable=False``; a later durable commit syncs it too.

``together()`` makes what one thread reads and writes meanwhile a single transaction: it sees its own
changes at once, others when it ends. No network call is made inside a transaction.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import NullPool

from monitor.errors import StoreError

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

T = TypeVar("T")
Insert: TypeAlias = "sqlite.Insert | postgresql.Insert"

_BUSY_SECONDS = 10  # how long a writer waits for another process

_SQLITE_WORDS = {
    "SQLITE_FULL": "the disk is full",
    "SQLITE_READONLY": "the database is read-only",
    "SQLITE_CANTOPEN": "the file can't be opened or created",
    "SQLITE_NOTADB": "the file is not a SQLite database",
    "SQLITE_CORRUPT": "the database is damaged",
    "SQLITE_BUSY": f"another process kept it locked for {_BUSY_SECONDS} s",
    "SQLITE_IOERR": "the disk could not be read or written",
}
_POSTGRESQL_WORDS = {"53100": "the server's disk is full", "25006": "the database is read-only"}


def parse_url(text: str) -> URL:
    """The database ``text`` names, with the driver used here; raises ``StoreError``.

    ``sqlite:///relative.db``, ``sqlite:////absolute.db`` or ``postgresql://user:password@host/name``.
    """
    try:
        url = make_url(text)
    except ArgumentError:
        # Not chained: the message of SQLAlchemy may show the text, and so a password.
        raise StoreError("the database URL can't be read: write sqlite:///path or postgresql://host/name") from None
    match url.get_backend_name():
        case "sqlite":
            if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
                raise StoreError("the database URL names no file: write sqlite:///path/to/monitor.db")
            return url.set(drivername="sqlite+pysqlite")
        case "postgresql" | "postgres":
            return url.set(drivername="postgresql+psycopg")
        case other:
            raise StoreError(f"a database of the kind {other!r} can't be used: write sqlite:///… or postgresql://…")


def place_of(url: URL) -> str:
    """The database as messages name it: without user, password or options."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    port = f":{url.port}" if url.port else ""
    return f"postgresql://{url.host or ''}{port}/{url.database or ''}"


def process_name() -> str:
    """This process as the owner of a lease or a connection is named."""
    return f"monitor {os.getpid()}@{socket.gethostname()}"


def _reason(error: DBAPIError) -> str:
    cause = error.orig
    name = getattr(cause, "sqlite_errorname", None) or ""
    for prefix, plain in _SQLITE_WORDS.items():
        if name == prefix or name.startswith(f"{prefix}_"):
            return f"{plain} ({cause})"
    plain = _POSTGRESQL_WORDS.get(getattr(cause, "sqlstate", None) or "", "")
    first_line = str(cause).strip().partition("\n")[0]
    return f"{plain} ({first_line})" if plain else first_line


@contextmanager
def plain_errors(place: str) -> Iterator[None]:
    """Turns what the database or its driver raises into ``StoreError``.

    A broken constraint or a value of the wrong kind is a bug of ours and passes as it is.
    """
    try:
        yield
    except (IntegrityError, DataError):
        raise
    except DBAPIError as error:
        raise StoreError(f"{place}: {_reason(error)}") from error
    except PoolTimeout as error:
        raise StoreError(f"{place}: no free connection") from error
    except NoSuchModuleError as error:
        raise StoreError(f"{place}: this kind of database is not supported") from error


def _sqlite_engine(url: URL, *, pooled: bool, foreign_keys: bool) -> Engine:
    options: dict[str, Any] = {} if pooled else {"poolclass": NullPool}
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": _BUSY_SECONDS}, **options)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, record: Any) -> None:
        record.info.clear()
        connection.isolation_level = None  # we say BEGIN ourselves, below
        # What a savepoint may have to undo is megabytes in polls of many new items: it waits in a file. The system
        # keeps pages of the database too, so that twice as many here (2,000 KB) save but 2 % of a poll.
        keys = f"foreign_keys={'ON' if foreign_keys else 'OFF'}"
        for pragma in ("journal_mode=WAL", keys, "temp_store=FILE", "cache_size=-1000"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        sync = connection.get_execution_options().get("sync")
        if sync is None:
            connection.exec_driver_sql("BEGIN")
            return
        if connection.info.get("sync") != sync:
            connection.exec_driver_sql(f"PRAGMA synchronous={sync}")
            connection.info["sync"] = sync
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _postgresql_engine(url: URL, *, pooled: bool) -> Engine:
    # A connection that died while it was idle is replaced before it is used.
    options: dict[str, Any] = {"pool_pre_ping": True} if pooled else {"poolclass": NullPool}
    connect: dict[str, Any] = {
        "application_name": process_name(),
        "client_encoding": "utf8",
        "connect_timeout": 10,
        # A server that vanished without a word is noticed within half a minute.
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
    }
    try:
        engine = create_engine(url, hide_parameters=True, connect_args=connect, **options)
    except ModuleNotFoundError as error:
        raise StoreError("PostgreSQL needs its driver: pip install 'monitor[postgresql]'") from error

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{_BUSY_SECONDS}s'")
        connection.commit()

    return engine


def make_engine(url: URL, *, pooled: bool = True, foreign_keys: bool = True) -> Engine:
    """An engine for ``url``. Migrations take one that is not pooled and, on SQLite, without foreign keys."""
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url, pooled=pooled, foreign_keys=foreign_keys)
    return _postgresql_engine(url, pooled=pooled)


def make_file(url: URL) -> None:
    """Creates a SQLite file and its folder where they are missing, readable by its owner only:
    digests and mail addresses are in it. Raises ``StoreError``.
    """
    path = Path(str(url.database))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except FileExistsError as error:
        raise StoreError(f"{path.parent}: is a file, and should be a folder") from error
    except OSError as error:
        raise StoreError(f"{path}: can't be opened or created ({error.strerror})") from error


def chunks(values: Iterable[T], size: int = 300) -> Iterator[list[T]]:
    """``values`` in lists of at most ``size``: as many as one IN list takes on any build of either database."""
    left = iter(values)
    while some := list(islice(left, size)):
        yield some


def insert_into(connection: Connection, table: Table) -> Insert:
    """An INSERT that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    return insert_for(connection.dialect.name, table)


def insert_for(dialect: str, table: Table) -> Insert:
    """The same, for a dialect by name."""
    if dialect == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - five drivers' modules, for those who use one

    return postgresql.insert(table)


class Database:
    """The connections of one store. Safe to use from several threads."""

    def __init__(self, url: URL, *, scratch: bool = False) -> None:
        self.url = url
        self.place = place_of(url)
        self.engine = make_engine(url)
        self._turn = threading.Lock()
        self._mine = threading.local()
        if url.get_backend_name() == "sqlite":
            self._reader: Engine = self.engine
            self._writer: Engine = self.engine.execution_options(sync="OFF" if scratch else "FULL")
            self._light_writer: Engine = self.engine.execution_options(sync="OFF" if scratch else "NORMAL")
        else:
            self._reader = self.engine.execution_options(isolation_level="REPEATABLE READ")
            self._writer = self._light_writer = self.engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one consistent state."""
        joined = self._joined()
        if joined is not None:
            with plain_errors(self.place):
                yield joined
            return
        with plain_errors(self.place), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Connection]:
        """A connection whose changes are committed at the end, all or (on any exception) none.

        Within ``together`` they are kept at the end, and committed with the others.
        """
        joined = self._joined()
        if joined is not None:
            with plain_errors(self.place), joined.begin_nested():
                yield joined
            return
        with self._turn, plain_errors(self.place), (self._writer if durable else self._light_writer).begin() as it:
            yield it

    @contextmanager
    def together(self, *, durable: bool = True) -> Iterator[None]:
        """All that this thread reads and writes meanwhile is one transaction; on any exception nothing is kept."""
        outer = self._joined()
        with self.write(durable=durable) as connection:
            self._mine.connection = connection
            try:
                yield
            finally:
                self._mine.connection = outer

    def _joined(self) -> Connection | None:
        return getattr(self._mine, "connection", None)

    def close(self) -> None:
        """Closes every connection. The database can be used again; the next call reconnects."""
        self.engine.dispose()


class Topic:
    """What the parts of ``Store`` share: the database, and nothing else."""

    _db: Database
