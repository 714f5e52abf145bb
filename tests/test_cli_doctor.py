"""``monitor doctor``: all is well, or what is not and what to do."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from house import House, cycle, entry, rss
from post import mail_server
from servers import Answer, FeedServer

from monitor import app
from monitor.cli import FINDINGS, OK, doctor, main
from monitor.model import Mute

NOW = datetime.now(UTC)  # the command reads the real clock
Look = Callable[[], dict[str, tuple[str, str]]]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An installation that has polled once and told everything."""
    with FeedServer({"/w": Answer(body=rss(entry(1, published=NOW)))}) as server, mail_server() as post:
        house = House(tmp_path, {"wire": server.url("/w")}, {"desk": post.url("a@example.org")})
        with house.monitor(NOW) as monitor:
            cycle(monitor, NOW)
        yield house


@pytest.fixture
def look(house: House, capsys: pytest.CaptureFixture[str]) -> Look:
    def look() -> dict[str, tuple[str, str]]:
        """What is to be done, by what was looked at: what was found, and the advice."""
        code = main(["doctor", "--json", "--config", str(house.config), "--data", str(house.folder / "data")])
        told = json.loads(capsys.readouterr().out)
        wrong = {each["name"]: (each["said"], each["do"]) for each in told["findings"] if not each["ok"]}
        assert (code, told["ok"]) == ((FINDINGS, False) if wrong else (OK, True))
        return wrong

    return look


def database(house: House) -> Path:
    return house.folder / "data" / "monitor.db"


def change(house: House, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(database(house))) as connection:
        connection.execute(statement, values)
        connection.commit()


def test_all_is_well_where_nothing_is_to_be_done(house: House, look: Look, capsys: pytest.CaptureFixture[str]) -> None:
    assert look() == {}
    assert main(["doctor", "--config", str(house.config), "--data", str(house.folder / "data")]) == OK
    out = capsys.readouterr().out
    assert "ok   books         balanced\n" in out
    assert out.endswith("all is well\n")


def test_a_refused_configuration_hides_nothing_else(house: House, look: Look) -> None:
    house.write("digests.yaml", "digests: [{}]")
    change(house, "UPDATE totals SET fetched = fetched + 1")
    wrong = look()
    assert wrong["configuration"][1] == "monitor check tells each"
    assert "do not balance: fetched 2 is not" in wrong["books"][0]


def test_a_database_that_is_not_there_is_not_made(house: House, look: Look) -> None:
    database(house).unlink()
    assert "not there yet" in look()["database"][0]
    assert not database(house).exists()


def test_a_damaged_database_is_told_with_the_way_back(house: House, look: Look) -> None:
    database(house).write_bytes(b"not a database at all" * 500)
    assert "last backup" in look()["database"][1]


def test_a_database_of_a_newer_version_is_told_as_such(house: House, look: Look) -> None:
    change(house, "UPDATE alembic_version SET version_num = '9999'")
    assert "install the newer version" in look()["database"][1]


def test_a_row_that_refers_to_nothing_is_found(house: House, look: Look) -> None:
    change(house, "UPDATE story_items SET story = 'nowhere'")
    assert look()["database"][0] == "a row of story_items refers to none of stories"


def test_what_is_pending_and_on_no_way_is_found(house: House, look: Look) -> None:
    change(house, "UPDATE owed SET status = 'pending'")
    assert "1 reports are pending in a digest that nothing delivers" in look()["database"][0]


def test_a_clock_that_went_back_is_found(house: House, look: Look) -> None:
    with closing(app.open_store(house.settings)) as store:
        store.set_note("reload", "ok", NOW + timedelta(days=3))
    assert "the clock went back" in look()["clock"][1]


def test_feeds_that_nobody_polls_are_found(house: House, look: Look) -> None:
    change(house, "UPDATE feeds SET next_fetch_at = '2024-10-24 12:00:00.000000'")
    assert look()["at work"] == (
        "nobody; feeds are due since 2024-10-24 12:00Z", "start monitor run, or let cron call monitor once",
    )  # fmt: skip


def test_a_process_whose_heart_stopped_is_found(house: House, look: Look) -> None:
    with closing(app.open_store(house.settings)) as store, store.lease():
        store.heartbeat(datetime.now(UTC) - timedelta(minutes=10))
        said, do = look()["at work"]
    assert said.endswith("and its heart last beat 10m ago")
    assert "end that process" in do


def test_one_that_works_on_it_is_no_finding(house: House, look: Look) -> None:
    with closing(app.open_store(house.settings)) as store, store.lease():
        store.heartbeat(datetime.now(UTC))
        assert look() == {}


def test_what_waits_too_long_is_found(house: House, look: Look) -> None:
    change(house, "UPDATE owed SET status = 'pending', digest = NULL, owed_at = '2024-10-24 12:00:00.000000'")
    assert look()["pending"][0].startswith("the oldest since 2024-10-24 12:00Z")


def test_dead_letters_failing_feeds_and_idle_mutes_are_found(house: House, look: Look) -> None:
    change(house, "UPDATE deliveries SET status = 'dead', last_error = 'no such user'")
    change(house, "UPDATE feeds SET condition = 'failing'")
    with closing(app.open_store(house.settings)) as store:
        store.add_mute(Mute(0, "ana", "why", NOW, NOW + timedelta(days=1), rule="gone"))
        store.add_mute(Mute(0, "ana", "why", NOW, NOW + timedelta(days=1), query="raid"))
    wrong = look()
    assert wrong["dead letters"] == ("1: desk, no such user", "mend the channel, then monitor notify retry")
    assert wrong["feeds"] == ("1 of 1 feed can't be read: wire", "monitor feeds health")
    assert wrong["mutes"] == ("mute 1 does nothing: there is no rule gone any more", "monitor mute end 1")


def test_a_database_that_others_can_read_and_files_that_anybody_can_write_are_found(house: House, look: Look) -> None:
    database(house).chmod(0o644)
    assert look()["permissions"][1] == f"chmod go= {database(house)}"
    database(house).chmod(0o600)
    (house.config / "digests.yaml").chmod(0o666)
    assert look()["permissions"][1] == f"chmod o-w {house.config / 'digests.yaml'}"


def test_a_disk_that_is_nearly_full_is_found(house: House, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_LITTLE", 2**60)
    assert "make room" in look()["disk"][1]
