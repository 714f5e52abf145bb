"""The daemon while people edit its configuration."""

import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from house import NOON, RULES, House, entry, rss
from installation import Installation
from post import mail_server, web_receiver
from servers import Answer, Asked, FeedServer

from monitor import app
from monitor.errors import StoreError
from monitor.schedule import Daemon
from monitor.store import Lease

FILMS = RULES.replace("raid* OR kill* OR strike*", "premiere*").replace(
    "Raid kills seven ISIS members", "Premiere of a film about ISIS"
)
BROKEN = RULES.replace("@isis AND (raid*", "@isis AND ((raid*")


@pytest.fixture
def installation(tmp_path: Path, feeds: FeedServer) -> Iterator[Installation]:
    with ExitStack() as stack:
        post, hook = stack.enter_context(mail_server()), stack.enter_context(web_receiver())
        yield Installation(tmp_path, feeds, post, hook)


def refused(installation: Installation) -> str | None:
    configuration = installation.status()["configuration"]
    assert isinstance(configuration, dict)
    found: str | None = configuration["refused"]
    return found


def test_a_bad_edit_keeps_the_last_good_rules_and_the_operator_is_told(
    installation: Installation, feeds: FeedServer
) -> None:
    with installation.running():
        installation.wait_until(installation.everyone_knows_everything)
        installation.house.write("rules/rules.yaml", BROKEN)
        installation.wait_until(lambda: "reload_refused" in installation.log())
        assert "rules.yaml:" in (refused(installation) or "")
        feeds.routes["/new"] = Answer(body=rss(entry(7, published=datetime.now(UTC))))
        installation.house.feeds({"one": feeds.url("/one"), "two": feeds.url("/two"), "new": feeds.url("/new")})
        time.sleep(0.5)  # refused too: the rules are still broken
        assert "feed_id=new" not in installation.log()
        installation.house.write("rules/rules.yaml", RULES)
        installation.wait_until(lambda: refused(installation) is None)
        installation.wait_until(lambda: any("Raid 7" in str(call.json) for call in installation.hook.received))


def test_an_edit_that_is_made_while_the_daemon_starts_is_noticed(installation: Installation) -> None:
    with installation.running():
        # There is a database once the configuration has been read.
        installation.wait_until((installation.house.folder / "data" / "monitor.db").exists)
        installation.house.write("rules/rules.yaml", BROKEN)
        installation.wait_until(lambda: "reload_refused" in installation.log())


def test_a_good_edit_is_adopted_without_a_restart_and_by_sighup(installation: Installation, feeds: FeedServer) -> None:
    with installation.running() as process:
        installation.wait_until(installation.everyone_knows_everything)
        installation.house.write("rules/rules.yaml", FILMS)
        installation.wait_until(lambda: installation.log().count("configuration adopted") == 1)
        process.send_signal(signal.SIGHUP)
        installation.wait_until(lambda: installation.log().count("configuration adopted") == 2)
        film = entry(8, "Premiere of a film about ISIS draws crowds", published=datetime.now(UTC))
        feeds.routes["/three"] = Answer(body=rss(film, entry(9, published=datetime.now(UTC))))
        installation.house.feeds({"three": feeds.url("/three")})
        installation.wait_until(lambda: any("Premiere" in str(call.json) for call in installation.hook.received))
        assert not any("Raid 9" in str(call.json) for call in installation.hook.received)


def test_rules_edited_ten_times_a_second_never_judge_by_half_a_set_and_lose_nothing(
    installation: Installation, feeds: FeedServer
) -> None:
    """Two rule sets that both find every raid, and a broken one, in turn; new items keep coming."""
    other = RULES.replace("id: isis-operation", "id: other-name")
    count = 0

    def fresh(asked: Asked) -> Answer:
        nonlocal count
        count += 1
        number = int(asked.path.removeprefix("/n"))
        return Answer(body=rss(entry(number, f"Raid {number} kills seven ISIS members", published=datetime.now(UTC))))

    numbers = range(100, 130)
    feeds.routes |= {f"/n{number}": fresh for number in numbers}
    with installation.running() as process:
        installation.wait_until(lambda: "event=start" in installation.log())
        installation.house.feeds({f"n{number}": feeds.url(f"/n{number}") for number in numbers})
        for turn in range(int(os.environ.get("EDITS", "60"))):
            installation.house.write("rules/rules.yaml", (RULES, other, BROKEN)[turn % 3])
            if turn % 7 == 0:
                process.send_signal(signal.SIGHUP)
            time.sleep(0.1)
        installation.house.write("rules/rules.yaml", RULES)

        def told() -> set[int]:
            texts = "\n".join(str(call.json) for call in installation.hook.received)
            return {number for number in numbers if f"Raid {number} " in texts}

        installation.wait_until(lambda: told() == set(numbers))
        installation.wait_until(lambda: installation.status()["balanced"] is True)
        assert "Traceback" not in installation.log()


def test_an_edit_that_the_store_can_not_take_is_adopted_when_it_can(installation: Installation) -> None:
    def alter(statement: str) -> None:
        with closing(sqlite3.connect(installation.house.folder / "data" / "monitor.db", timeout=10)) as connection:
            connection.execute(statement)

    with installation.running() as process:
        installation.wait_until(installation.everyone_knows_everything)
        alter("ALTER TABLE rule_sets RENAME TO away")
        installation.house.write("rules/rules.yaml", FILMS)
        installation.wait_until(lambda: "no such table" in installation.log())
        assert process.poll() is None
        alter("ALTER TABLE away RENAME TO rule_sets")
        installation.wait_until(lambda: "configuration adopted" in installation.log())


@pytest.mark.parametrize(
    ("raised", "noted"),
    [(KeyError("mailto://user:s3cret@host"), "poll: KeyError"), (StoreError("the disk is full"), None)],
)
def test_a_bug_is_noted_without_its_words_and_what_is_none_is_not(
    tmp_path: Path, feeds: FeedServer, raised: Exception, noted: str | None
) -> None:
    feeds.routes["/one"] = Answer(body=rss())
    house = House(tmp_path, {"one": feeds.url("/one")}, {"desk": "console://"})
    with house.monitor() as monitor:
        daemon = Daemon(monitor, lambda: app.check(house.settings, {}), (), house.settings, "", Lease())
        daemon._failed(JobExecutionEvent(EVENT_JOB_ERROR, "poll", "default", NOON, exception=raised))
        assert monitor.store.get_note("failure") == noted


def test_a_bug_is_told_until_the_daemon_is_started_anew(installation: Installation) -> None:
    with app.open_store(installation.house.settings) as store:
        store.set_note("failure", "poll: KeyError", datetime.now(UTC))
    assert installation.status()["failure"] == "poll: KeyError"
    with installation.running():
        installation.wait_until(lambda: not installation.status()["failure"])


def test_sigterm_ends_the_daemon_in_time_whatever_it_waits_for(installation: Installation, feeds: FeedServer) -> None:
    feeds.routes["/one"] = Answer(body=rss(), delay=25)
    with installation.running():
        installation.wait_until(lambda: any(asked.path == "/one" for asked in feeds.requests))
    assert "event=stop" in installation.log()
