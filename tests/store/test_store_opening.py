"""Opening a store: made where it is missing, migrated where it is old, refused where it is not ours."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from house import House
from sqlalchemy import inspect, text
from store_samples import FEEDS, NOW, judged, poll
from store_server import Server

from monitor.errors import LeaseHeld, StoreError, StoreTooNew
from monitor.store import Store
from monitor.store.database import Database, parse_url
from monitor.store.migrate import SCRIPTS, VERSIONS, migrate, version_of
from monitor.store.tables import metadata


def schema_differences(store: Store) -> list[object]:
    with store._db.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def version(url: str) -> str | None:
    with Store.open(url) as store, store._db.read() as connection:
        return version_of(connection)


def use(store: Store) -> None:
    """A little of everything, to see that the store works."""
    store.sync_feeds(FEEDS, NOW)
    store.sync_channels(("desk",), NOW)
    store.save_poll(poll(judged(1)))
    assert len(store.untold("desk", NOW)) == 1
    assert store.books().problems() == ()


def test_a_new_store_is_made_where_there_is_none(empty_url: str) -> None:
    with Store.open(empty_url) as store:
        use(store)
    with Store.open(empty_url) as store:
        assert len(store.untold("desk", NOW)) == 1


def test_the_migrations_lead_to_the_tables_as_they_are_written(empty_url: str) -> None:
    with Store.open(empty_url) as store:
        assert schema_differences(store) == []


def test_the_versions_are_those_that_have_a_script() -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    scripts = ScriptDirectory.from_config(config)
    assert tuple(script.revision for script in scripts.walk_revisions())[::-1] == VERSIONS


@pytest.mark.parametrize("begun", range(len(VERSIONS)))
def test_a_store_of_every_earlier_version_is_brought_up_to_date(empty_url: str, begun: int) -> None:
    if begun:  # else: from nothing at all
        migrate(parse_url(empty_url), versions=VERSIONS[:begun])
    with Store.open(empty_url) as store:
        assert schema_differences(store) == []
        use(store)
    assert version(empty_url) == VERSIONS[-1]


NEXT = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "next", "{last}"
def upgrade():
    op.create_table("extra", sa.Column("id", sa.Integer, primary_key=True))
    with op.batch_alter_table("notes") as notes:
        notes.add_column(sa.Column("author", sa.String, nullable=False, server_default="unknown"))
    with op.batch_alter_table("items") as items:
        items.alter_column("guid", nullable=True)
    {end}
"""


def later_scripts(folder: Path, end: str = "") -> Path:
    """The scripts as a later version might have them: with one more."""
    shutil.copytree(SCRIPTS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "next.py").write_text(NEXT.format(last=VERSIONS[-1], end=end))
    return folder


def test_what_a_store_holds_survives_a_migration(empty_url: str, tmp_path: Path) -> None:
    with Store.open(empty_url) as store:
        use(store)
        store.set_note("reload", "ok", NOW)
    migrate(parse_url(empty_url), scripts=later_scripts(tmp_path / "scripts"), versions=(*VERSIONS, "next"))
    with opened_as_is(empty_url) as kept:
        assert len(kept.untold("desk", NOW)) == 1
        assert kept.get_note("reload") == "ok"
        with kept._db.read() as connection:
            assert connection.execute(text("SELECT author FROM notes")).scalar() == "unknown"


@contextmanager
def opened_as_is(url: str) -> Iterator[Store]:
    """A store of a later version, which ``open`` would refuse."""
    store = Store(Database(parse_url(url)))
    try:
        yield store
    finally:
        store.close()


def test_a_migration_that_fails_leaves_the_old_version_in_use(empty_url: str, tmp_path: Path) -> None:
    with Store.open(empty_url) as store:
        use(store)
    broken = later_scripts(tmp_path / "scripts", end="raise RuntimeError('half-way')")
    with pytest.raises(RuntimeError, match="half-way"):
        migrate(parse_url(empty_url), scripts=broken, versions=(*VERSIONS, "next"))
    with Store.open(empty_url) as store:
        assert schema_differences(store) == []
        assert len(store.untold("desk", NOW)) == 1


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(empty_url: str, tmp_path: Path) -> None:
    Store.open(empty_url).close()
    migrate(parse_url(empty_url), scripts=later_scripts(tmp_path / "scripts"), versions=(*VERSIONS, "next"))
    with pytest.raises(StoreTooNew, match=f"newer monitor.*next.*up to {VERSIONS[-1]}"):
        Store.open(empty_url)
    with opened_as_is(empty_url) as store, store._db.read() as connection:
        assert version_of(connection) == "next"
        assert inspect(connection).has_table("extra")


def test_several_that_open_a_new_store_at_once_all_succeed(empty_url: str) -> None:
    start = threading.Barrier(4)

    def open_one(_: int) -> None:
        start.wait()
        with Store.open(empty_url) as store:
            store.heartbeat(NOW)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(open_one, range(4)))
    assert version(empty_url) == VERSIONS[-1]


def test_a_new_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "data" / "100% of it" / "monitor.db"
    with Store.open(f"sqlite:///{path}") as store:
        use(store)
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == {"monitor.db": 0o600, "monitor.db-wal": 0o600, "monitor.db-shm": 0o600}


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("nonsense", "can't be read: write sqlite:///"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("mysql://user:s3cret@host/monitor", "'mysql' can't be used"),
        ("postgresql://user:s3cret@127.0.0.1:1/monitor", r"postgresql://127\.0\.0\.1:1/monitor: connection"),
        ("sqlite:////proc/no/such/monitor.db", "can't be opened or created"),
        ("sqlite:////etc/hostname/monitor.db", "should be a folder"),
    ],
)
def test_a_database_that_cannot_be_opened_is_refused_without_its_password(url: str, why: str) -> None:
    with pytest.raises(StoreError, match=why) as caught:
        Store.open(url)
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


def test_a_wrong_password_is_not_shown(server: Server) -> None:
    url = server.url("postgres").replace("postgres@", "no_such_role:s3cret@")
    with pytest.raises(StoreError, match="no_such_role") as caught:
        Store.open(url)
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    content = "not a database, but long enough to look into\n" * 100
    path.write_text(content)
    with pytest.raises(StoreError, match=r"notes\.txt: the file is not a SQLite database"):
        Store.open(f"sqlite:///{path}")
    assert path.read_text() == content


def test_a_server_whose_database_is_not_in_utf_8_is_refused(server: Server) -> None:
    server.execute("CREATE DATABASE ascii TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'")
    with pytest.raises(StoreError, match=r"SQL_ASCII.*ENCODING 'UTF8'"):
        Store.open(server.url("ascii"))
    server.drop("ascii")


# --- the lease ---------------------------------------------------------------------------------

HOLDER = """
import sys, time
from monitor.store import Store
with Store.open(sys.argv[1]) as store, store.lease():
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_lease_is_held_by_one_at_a_time(url: str) -> None:
    with Store.open(url) as one, Store.open(url) as other:
        with one.lease() as lease:
            lease.check()
            with pytest.raises(LeaseHeld, match=r"in use by monitor \d+@"), other.lease():
                pass
        with other.lease():
            pass


def test_the_lease_of_a_process_that_is_killed_is_free(url: str) -> None:
    command = [sys.executable, "-c", HOLDER, url]
    with Store.open(url) as store, subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        try:
            assert holder.stdout.readline() == "held\n"
            with pytest.raises(LeaseHeld, match=rf"in use by monitor {holder.pid}@"), store.lease():
                pass
        finally:
            holder.kill()
            holder.wait()
        wait_for_lease(store)


def wait_for_lease(store: Store, then: Callable[[], None] = lambda: None) -> None:
    """A server takes a moment to see that a process is gone."""
    for _ in range(100):
        try:
            with store.lease():
                then()
                return
        except LeaseHeld:
            threading.Event().wait(0.05)
    pytest.fail("the lease stayed with a process that is gone")


def take_over(server: Server, name: str, store: Store, then: Callable[[], None]) -> None:
    """Take the lease from a process whose session ends, before it takes it again: it looks after it at each job."""
    for _ in range(20):
        server.end_sessions(name)
        try:
            with store.lease():
                then()
                return
        except LeaseHeld:
            continue
    pytest.fail("the other process was faster each time")


def wait_until(true: Callable[[], bool]) -> None:
    for _ in range(600):
        if true():
            return
        threading.Event().wait(0.05)
    pytest.fail("what was waited for did not come")


def test_a_lease_whose_connection_was_lost_is_taken_again_or_refused(server: Server) -> None:
    name = server.new_database()
    with Store.open(server.url(name)) as one, Store.open(server.url(name)) as other, one.lease() as lease:
        server.end_sessions(name)
        lease.check()
        with pytest.raises(LeaseHeld), other.lease():
            pass
        server.end_sessions(name)
        with other.lease(), pytest.raises(LeaseHeld):
            lease.check()
        lease.check()
    server.drop(name)


def test_a_lease_that_is_given_back_can_be_taken_at_once(server: Server) -> None:
    name = server.new_database()
    with Store.open(server.url(name)) as one, Store.open(server.url(name)) as other:
        for _ in range(20):
            with one.lease():
                pass
            with other.lease():
                pass
    server.drop(name)


def test_a_daemon_that_lost_its_lease_to_another_process_does_no_job(server: Server, tmp_path: Path) -> None:
    name = server.new_database()
    house = House(tmp_path, {"one": "http://127.0.0.1:9/closed"}, {"desk": "console://"})
    env = {**os.environ, **house.env, "MONITOR_DATABASE": server.url(name), "MONITOR_TICK": "2s"}
    with (tmp_path / "log").open("w") as log, Store.open(server.url(name)) as store:
        daemon = subprocess.Popen([sys.executable, "-m", "monitor", "run"], env=env, stderr=log)
        try:
            wait_until(lambda: store.last_heartbeat() is not None)
            take_over(server, name, store, lambda: wait_until(lambda: "in use by" in (tmp_path / "log").read_text()))
        finally:
            daemon.kill()
            daemon.wait()
    server.drop(name)


def test_a_lease_that_cannot_be_written_is_an_error_of_the_store(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'monitor.db'}") as store:
        (tmp_path / "monitor.db.lock").mkdir()
        with pytest.raises(StoreError, match=re.escape("monitor.db.lock: can't be opened")), store.lease():
            pass
