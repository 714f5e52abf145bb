"""Brings a database to the version this program knows, all at once or not at all.

The whole way runs in one transaction under the writers' lock: a process that dies half-way leaves
the old version, and two that start together take turns.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, Connection, inspect, text

from monitor.errors import StoreError, StoreTooNew
from monitor.store.database import make_engine, place_of, plain_errors

SCRIPTS = Path(__file__).parent / "migrations"

# Every version there has been, oldest first. Written here too, so that a database that is up to
# date is opened without loading Alembic; a test compares it with the scripts.
VERSIONS = ("0001",)

_LOCK = 0x6D6F6E_01  # PostgreSQL's advisory lock for migrating; the lease has another


def version_of(connection: Connection) -> str | None:
    """The version of the schema; None where there is none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def check(connection: Connection, place: str, versions: tuple[str, ...] = VERSIONS) -> bool:
    """Whether the database is up to date; raises ``StoreTooNew`` where it is ahead of us."""
    found = version_of(connection)
    if found is not None and found not in versions:
        raise StoreTooNew(
            f"{place}: written by a newer monitor (schema {found}; this one knows up to {versions[-1]}):"
            " install that version again, or give another database"
        )
    return found == versions[-1]


def migrate(url: URL, *, scripts: Path = SCRIPTS, versions: tuple[str, ...] = VERSIONS) -> None:
    """Creates the schema or brings an older one up to date.

    Raises ``StoreTooNew`` for a newer one (nothing is changed) and ``StoreError``.
    """
    place = place_of(url)
    # Foreign keys are off while SQLite rebuilds tables, and are checked as a whole afterwards.
    engine = make_engine(url, pooled=False, foreign_keys=False).execution_options(sync="FULL")
    try:
        with plain_errors(place), engine.begin() as connection:
            _upgrade(connection, place, scripts, versions)
    finally:
        engine.dispose()


def _upgrade(connection: Connection, place: str, scripts: Path, versions: tuple[str, ...]) -> None:
    on_sqlite = connection.dialect.name == "sqlite"
    if not on_sqlite:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
        if encoding != "UTF8":
            raise StoreError(f"{place}: its encoding is {encoding}; create the database with ENCODING 'UTF8'")
    if check(connection, place, versions):  # another process was first
        return
    # Loaded only here: most starts find the schema up to date.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, versions[-1])
    if on_sqlite:
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
        if broken:
            raise StoreError(f"{place}: migrating would break {len(broken)} references; nothing was changed")
