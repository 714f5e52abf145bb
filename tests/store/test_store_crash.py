"""What a kill, a full disk, a lost server and many threads leave behind: all of a change, or nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import event
from store_samples import FEEDS, MINUTE, NOW, RADIO, compose, deliver_all, judged, poll
from store_server import Server

from monitor.errors import StoreError
from monitor.model import PollCounts
from monitor.store import Store


def test_a_kill_at_any_statement_leaves_all_of_a_change_or_nothing(url: str) -> None:
    script = Path(__file__).with_name("store_killed.py")
    command = [sys.executable, "-W", "error", str(script), url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    jobs = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(jobs) == 11
    for job in jobs:
        assert len(job["left"]) >= 2, job  # killed after a statement and before the commit at the least
        if job["job"] != "prune":  # which is many short transactions
            assert set(job["left"]) == {"nothing changed"}, job
        assert job["lived"] == "changed, books balanced", job


def with_pragma(store: Store, pragma: str) -> Callable[[], None]:
    """Sets a pragma on every connection of the store; call the result to end that."""

    def prepare(connection: object, _record: object) -> None:
        connection.execute(f"PRAGMA {pragma}").close()  # type: ignore[attr-defined]

    event.listen(store._db.engine, "connect", prepare)
    store.close()

    def end() -> None:
        event.remove(store._db.engine, "connect", prepare)
        store.close()

    return end


@pytest.fixture
def file_store(tmp_path: Path) -> Iterator[Store]:
    """A store in a file of its own, with two feeds."""
    with Store.open(f"sqlite:///{tmp_path / 'monitor.db'}") as store:
        store.sync_feeds(FEEDS, NOW)
        yield store


def test_a_full_disk_changes_nothing_and_says_so(file_store: Store) -> None:
    file_store.save_poll(poll(judged(1)))
    before = file_store.books()
    with file_store._db.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    big = poll(*(judged(number, body="x" * 5000) for number in range(2, 60)), at=NOW + MINUTE)
    end = with_pragma(file_store, f"max_page_count={pages}")
    with pytest.raises(StoreError, match="the disk is full"):
        file_store.save_poll(big)
    assert file_store.books() == before
    assert file_store.feed_states()[1].last_fetch_at == NOW
    end()
    file_store.save_poll(big)
    assert file_store.books().items.new == 59


def test_a_read_only_database_is_told_as_such(file_store: Store) -> None:
    end = with_pragma(file_store, "query_only=ON")
    with pytest.raises(StoreError, match="read-only"):
        file_store.heartbeat(NOW)
    assert file_store.last_heartbeat() is None
    end()


def test_a_database_that_another_process_keeps_locked_is_told_as_such(file_store: Store) -> None:
    with_pragma(file_store, "busy_timeout=20")
    with Store.open(f"sqlite:///{file_store._db.place}") as other, other._db.write():
        with pytest.raises(StoreError, match="kept it locked"):
            file_store.heartbeat(NOW)
        assert file_store.last_heartbeat() is None  # reading goes on
    file_store.heartbeat(NOW)


def test_a_damaged_database_is_told_as_such(file_store: Store) -> None:
    file_store.save_poll(poll(*(judged(number, body="x" * 3000) for number in range(100))))
    path = Path(file_store._db.place)
    file_store.close()
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 60] = b"\xff" * (4096 * 57)
    path.write_bytes(content)
    with pytest.raises(StoreError, match="damaged"), Store.open(f"sqlite:///{path}") as store:
        list(store.items())


def test_a_server_that_ends_a_session_in_the_midst_of_a_change_is_an_error_and_then_forgotten(server: Server) -> None:
    name = server.new_database()
    with Store.open(server.url(name)) as store:
        store.sync_feeds(FEEDS, NOW)
        before = store.feed_states()
        statements = 0

        def cut(*_: object) -> None:
            nonlocal statements
            statements += 1
            if statements == 4:
                server.end_sessions(name)

        event.listen(store._db.engine, "before_cursor_execute", cut)
        with pytest.raises(StoreError, match=f"/{name}: "):
            store.save_poll(poll(judged(1)))
        assert store.feed_states() == before
        store.save_poll(poll(judged(1)))
        assert store.books().items == PollCounts(fetched=1, new=1, matched=1)
    server.drop(name)


def test_a_connection_that_died_while_idle_is_not_noticed(server: Server) -> None:
    name = server.new_database()
    with Store.open(server.url(name)) as store:
        store.heartbeat(NOW)
        server.end_sessions(name)
        assert store.last_heartbeat() == NOW
    server.drop(name)


def test_a_server_that_is_down_is_an_error_until_it_is_up_again(server: Server) -> None:
    name = server.new_database()
    with Store.open(server.url(name)) as store:
        server.halt()
        try:
            for _ in range(2):
                with pytest.raises(StoreError, match=f"/{name}: "):
                    store.heartbeat(NOW)
        finally:
            server.start()
        store.heartbeat(NOW)
        assert store.last_heartbeat() == NOW
    server.drop(name)


def test_threads_take_turns_to_write_and_lose_nothing(store: Store) -> None:
    def save(number: int) -> None:
        feed = FEEDS[number % 2].id
        items = [judged(number * 10 + one, feed=feed) for one in range(5)]
        store.save_poll(poll(*items, at=NOW + number * MINUTE, feed=feed))
        store.known(RADIO.id, [one.marks for one in items])

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(save, range(24)))
    assert store.books().items == PollCounts(fetched=120, new=120, matched=120)
    assert len(store.untold("desk", NOW)) == 120


def test_two_that_claim_at_once_never_get_the_same(store: Store, url: str) -> None:
    store.save_poll(poll(judged(1)))
    recipients = [f"{number}@example.org" for number in range(20)]
    compose(store, recipients=recipients)

    def claim_all(one: Store) -> list[str]:
        found = []
        while taken := one.claim(NOW):
            found.append(taken[0].recipient)
        return found

    with Store.open(url) as other, ThreadPoolExecutor(2) as threads:
        claimed = [recipient for part in threads.map(claim_all, (store, other)) for recipient in part]
    assert sorted(claimed) == sorted(recipients)
    assert deliver_all(store) == 0
