"""The lease: one process at a time polls, composes, delivers and prunes on one store.

SQLite: a lock (flock(2)) on a file beside the database, with the owner's name in it. PostgreSQL: a
session-level advisory lock on a connection of its own. The system releases both when their
process ends, however it ends.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, text

from monitor.errors import LeaseHeld, StoreError
from monitor.store.database import make_engine, place_of, plain_errors, process_name

_LOCK = 0x6D6F6E_02


class Lease:
    """Proof that this process is the one that works on the store."""

    def check(self) -> None:
        """Makes sure that the lease still holds; call it before a job, from any thread.

        A lock on a file can't be lost. A connection can: it is made again, and ``LeaseHeld`` says
        that another process was faster, ``StoreError`` that the server can't be reached.
        """


@contextmanager
def lease(url: URL) -> Iterator[Lease]:
    """Holds the lease of the store at ``url``; raises ``LeaseHeld`` naming its owner."""
    held = _file_lease(url) if url.get_backend_name() == "sqlite" else _server_lease(url)
    with held as it:
        yield it


def _refusal(place: str, owner: str) -> LeaseHeld:
    return LeaseHeld(f"{place}: in use by {owner or 'another process'}; stop that one first")


@contextmanager
def _file_lease(url: URL) -> Iterator[Lease]:
    path = Path(f"{url.database}.lock")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(f"{path}: can't be opened or created ({error.strerror})") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.pread(descriptor, 1000, 0).decode(errors="replace").strip()
            raise _refusal(place_of(url), owner) from None
        except OSError as error:
            raise StoreError(f"{path}: can't be locked ({error.strerror})") from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{process_name()}\n".encode(), 0)
        yield Lease()
        os.ftruncate(descriptor, 0)
    finally:
        # The file stays: were it removed, a process that has it open and one that makes it anew
        # would both hold a lock.
        os.close(descriptor)


class _ServerLease(Lease):
    def __init__(self, engine: Engine, place: str) -> None:
        self._engine = engine
        self._place = place
        self._connection: Connection | None = None
        self._turn = threading.Lock()

    def take(self) -> None:
        with plain_errors(self._place):
            connection = self._engine.connect()
            try:
                self._lock(connection)
            except BaseException:
                connection.close()
                raise
            self._connection = connection

    def _lock(self, connection: Connection) -> None:
        # For this session: a host that vanished frees its lease in half a minute, not two hours.
        for setting in ("tcp_keepalives_idle = 10", "tcp_keepalives_interval = 5", "tcp_keepalives_count = 3"):
            connection.execute(text(f"SET {setting}"))
        if not connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _LOCK}).scalar_one():
            raise _refusal(self._place, connection.execute(_OWNER, {"lock": _LOCK}).scalar() or "")

    def check(self) -> None:
        with self._turn:
            if self._connection is not None:
                try:
                    with plain_errors(self._place):
                        self._connection.execute(text("SELECT 1"))
                except StoreError:
                    self.release()
            if self._connection is None:
                self.take()

    def release(self) -> None:
        if self._connection is not None:
            with suppress(StoreError), plain_errors(self._place):
                if not self._connection.invalidated:  # the server takes its time to see that a session has ended
                    self._connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
            self._connection.close()  # not pooled: this ends the session
            self._connection = None


_OWNER = text(
    "SELECT a.application_name || ' (' || coalesce(host(a.client_addr), 'local') || ')'"
    " FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid"
    " WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 0 AND l.objid = :lock AND l.objsubid = 1"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@contextmanager
def _server_lease(url: URL) -> Iterator[Lease]:
    engine = make_engine(url, pooled=False).execution_options(isolation_level="AUTOCOMMIT")
    held = _ServerLease(engine, place_of(url))
    held.take()
    try:
        yield held
    finally:
        held.release()
        engine.dispose()
