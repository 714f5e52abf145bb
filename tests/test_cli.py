"""What people type, what they read and the exit code a script gets."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from house import RULES, House, entry, rss
from post import Hook, mail_server
from servers import Answer, FeedServer

from monitor import app
from monitor.cli import CONFIGURATION, FAILURE, FINDINGS, OK, USAGE, main


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with FeedServer() as server:
        server.routes["/one"] = Answer(body=rss(entry(1, published=datetime.now(UTC))))
        yield server


@pytest.fixture
def house(tmp_path: Path, feeds: FeedServer, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> House:
    made = House(tmp_path, {"one": feeds.url("/one")}, {"chat": hook.url()})
    for name, value in made.env.items():
        monkeypatch.setenv(name, value)
    return made


def test_no_command_prints_help_and_is_fine(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == OK
    assert "monitor demo" in capsys.readouterr().out


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; from monitor.cli import parser; parser().format_help(); print(len(sys.modules))"
    heavy = "assert not {'pydantic', 'sqlalchemy', 'apprise', 'aiohttp', 'feedparser'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", f"{code}; {heavy}"], check=True, capture_output=True)


def test_wrong_usage_exits_with_two() -> None:
    with pytest.raises(SystemExit) as ended:
        main(["feeds"])
    assert ended.value.code == USAGE


def test_a_family_without_a_command_shows_those_it_has(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["mute"])
    assert ended.value.code == USAGE
    told = capsys.readouterr().err
    assert "the mutes that last" in told
    assert "end a mute before its time" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["statsu"], "monitor: there is no command statsu; did you mean status?\nWhat there is: monitor --help\n"),
        (["mute", "x"], "monitor mute: there is no command x\nWhat there is: monitor mute --help\n"),
    ],
)
def test_a_command_that_is_none_is_answered_with_the_nearest(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == USAGE
    assert capsys.readouterr().err == told


def test_check_says_what_the_configuration_holds(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == OK
    assert "1 feed, 1 rule, 2 examples" in capsys.readouterr().out


def test_check_tells_every_problem_of_every_stage_with_its_place(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    house.write("feeds.yaml", "feeds:\n  - {id: one, url: 'ftp://x', intervall: 5m}\n")
    house.write("channels.yaml", "channels:\n  - {id: chat, url: 'nonsense://x'}\n")
    house.write("rules/rules.yaml", "rules:\n  - {id: r, category: c, level: high, when: 'raid AND (kill'}\n")
    assert main(["check"]) == CONFIGURATION
    said = capsys.readouterr().err
    for place in ("feeds.yaml:2:", "channels.yaml:2:", "rules/rules.yaml:2:"):
        assert place in said
    assert "intervall" in said
    assert "interval" in said
    assert "^" in said


def test_what_is_wrong_with_the_settings_hides_nothing_of_the_other_files(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    house.write("settings.yaml", "keep: forever\n")
    house.write("digests.yaml", "digests: [{}]")
    assert main(["check"]) == CONFIGURATION
    told = capsys.readouterr().err
    assert "settings.yaml:1:7: " in told
    assert "digests.yaml:1:11: " in told
    assert main(["check", "--json"]) == CONFIGURATION
    files = {Path(each["file"]).name for each in json.loads(capsys.readouterr().out)["problems"]}
    assert files == {"settings.yaml", "digests.yaml"}
    assert main(["status"]) == CONFIGURATION


def test_a_rule_that_can_not_be_read_hides_no_example_of_another(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = "  - {id: broken, title: B, category: c, level: low, when: '(raid'}\n"
    house.write("rules/rules.yaml", RULES.replace("Raid kills seven ISIS members", "Nothing of the kind") + broken)
    assert main(["check"]) == CONFIGURATION
    told = capsys.readouterr().err
    assert "this parenthesis is never closed" in told
    assert "Nothing of the kind" in told


def test_an_example_that_does_not_hold_is_a_problem_of_check(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    rules = (house.config / "rules/rules.yaml").read_text().replace("Raid kills seven ISIS members", "Rain in Turin")
    house.write("rules/rules.yaml", rules)
    assert main(["check"]) == CONFIGURATION
    assert "rules.yaml:11:" in capsys.readouterr().err


def test_once_polls_tells_and_reports_balanced_books(
    house: House, hook: Hook, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["once", "--json"]) == OK
    report = json.loads(capsys.readouterr().out)
    assert (report["poll"]["polled"], report["composed"], report["deliver"]["delivered"]) == (1, 1, 1)
    assert report["balanced"] is True
    assert len(hook.received) == 1


def test_a_dry_run_shows_what_it_would_send_and_leaves_everything_as_it_was(
    house: House, hook: Hook, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["once", "--dry-run"]) == OK
    assert "Raid 1 kills seven" in capsys.readouterr().out
    assert hook.received == []
    assert not (house.folder / "data" / "monitor.db").exists()
    assert main(["once"]) == OK
    assert len(hook.received) == 1


def test_what_a_first_poll_keeps_to_itself_is_said(
    house: House, feeds: FeedServer, capsys: pytest.CaptureFixture[str]
) -> None:
    house.feeds({"one": feeds.url("/one")}, include_last="0s")
    assert main(["once", "--dry-run"]) == OK
    told = capsys.readouterr()
    assert "baseline 1: read for the first time, known and not told" in told.err
    assert "pending" not in told.err
    assert told.out == ""


def test_status_points_at_what_an_operator_should_look_at(
    house: House, feeds: FeedServer, capsys: pytest.CaptureFixture[str]
) -> None:
    feeds.routes["/one"] = Answer(500)
    main(["once"])
    assert main(["status"]) == FINDINGS
    said = capsys.readouterr().out
    assert "0 of 1 healthy" in said
    assert "balanced" in said


def test_a_dead_letter_is_shown_and_can_be_tried_again(
    tmp_path: Path, feeds: FeedServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with mail_server(refuse_recipient="550 no such user") as post:
        made = House(tmp_path, {"one": feeds.url("/one")}, {"desk": post.url()})
        for name, value in made.env.items():
            monkeypatch.setenv(name, value)
        assert main(["once"]) == FINDINGS
        assert main(["status"]) == FINDINGS
        assert "550" in capsys.readouterr().out
        post.refuse_recipient = ""
        assert main(["notify", "retry"]) == OK
        assert main(["once"]) == OK
        assert len(post.letters) == 1


def test_digest_preview_changes_nothing_and_send_sends_now(
    house: House, hook: Hook, capsys: pytest.CaptureFixture[str]
) -> None:
    house.digest('cron: "0 8 1 1 *"', ["chat"])
    assert main(["once"]) == OK
    assert "pending 1: their digest is not due" in capsys.readouterr().err
    assert main(["digest", "preview", "--json"]) == OK
    assert json.loads(capsys.readouterr().out)[0]["entries"][0]["level"] == "high"
    for _ in range(2):
        assert main(["digest", "preview"]) == OK
        assert "Raid 1" in capsys.readouterr().out
    assert main(["digest", "send", "all"]) == OK
    assert len(hook.received) == 1
    assert main(["digest", "send", "nonsense"]) == USAGE


def test_notify_test_sends_a_real_message(house: House, hook: Hook) -> None:
    assert main(["notify", "test", "chat"]) == OK
    assert "test message" in hook.received[0].json["message"]
    assert main(["notify", "test", "nobody"]) == USAGE


def test_feeds_test_reads_a_file_a_url_and_a_configured_feed(
    house: House, feeds: FeedServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "saved.xml"
    file.write_bytes(rss(entry(1), entry(2)))
    page = tmp_path / "page.html"
    page.write_bytes(b"<html><body>No feed</body></html>")
    assert main(["feeds", "test", "one", str(file), str(page), "--json"]) == FINDINGS
    lines = {line["source"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())}
    assert {source: line["items"] for source, line in lines.items()} == {"one": 1, str(file): 2, str(page): 0}
    assert lines[str(page)]["state"] == "failing"
    assert lines[str(page)]["problems"]


def test_feeds_list_shows_every_feed(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    main(["once"])
    capsys.readouterr()
    assert main(["feeds", "list"]) == OK
    assert "one   national  ok" in capsys.readouterr().out


def test_prune_says_what_it_dropped(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prune", "--json"]) == OK
    assert json.loads(capsys.readouterr().out) == {"dropped": 0}


def test_prune_lets_go_of_all_that_the_daemon_does(house: House, feeds: FeedServer) -> None:
    with house.monitor(datetime.now(UTC) - timedelta(days=100)) as monitor:
        monitor.poll(datetime.now(UTC) - timedelta(days=100))
        assert monitor.store.sketched() == 1
    assert main(["prune"]) == OK
    with closing(app.open_store(house.settings)) as store:
        assert store.sketched() == 0


def test_healthcheck_is_for_a_daemon_that_lives(house: House) -> None:
    assert main(["healthcheck"]) == FINDINGS
    with closing(app.open_store(house.settings)) as store:
        store.heartbeat(datetime.now(UTC))
    assert main(["healthcheck"]) == OK


def test_a_database_of_a_newer_version_is_refused_with_advice(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    main(["status"])
    with closing(sqlite3.connect(house.folder / "data/monitor.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = 'v9999'")
    assert main(["once"]) == FAILURE
    assert "newer" in capsys.readouterr().err


def test_two_runs_of_once_do_not_work_on_one_database_at_a_time(house: House) -> None:
    with closing(app.open_store(house.settings)) as store, store.lease():
        assert main(["once"]) == FAILURE


def test_data_goes_to_stdout_and_everything_else_to_stderr(house: House) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "monitor", "once", "--json"],
        env={**os.environ},
        capture_output=True,
        text=True,
        check=True,
    )
    json.loads(ran.stdout)
    assert "level=info" in ran.stderr


def test_a_log_level_that_is_none_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["check", "--log-level", "loud"])
    assert caught.value.code == USAGE
    assert "choose from" in capsys.readouterr().err


def test_a_fresh_installation_says_how_to_begin(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status"]) == OK
    assert "none known yet: `monitor once` or `monitor run`" in capsys.readouterr().out


def test_a_dead_letter_that_is_none_is_said_to_be(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["notify", "retry", "99"]) == FINDINGS
    printed = capsys.readouterr()
    assert (printed.out, "no dead letter 99" in printed.err) == ("0 dead letters put back in line\n", True)
