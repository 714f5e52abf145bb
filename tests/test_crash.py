"""Killed at any step, the next start tells everyone everything, and twice only what it can't know was told."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from house import RULES
from installation import ITEMS, PATIENCE, Installation
from post import mail_server, web_receiver
from servers import FeedServer


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    with ExitStack() as stack:
        feeds = stack.enter_context(FeedServer())
        yield Installation(tmp_path, feeds, stack.enter_context(mail_server()), stack.enter_context(web_receiver()))


def settled(installation: Installation) -> None:
    """Nothing is pending any more, the books balance, and everyone was told everything."""
    installation.wait_until(installation.everyone_knows_everything)
    installation.wait_until(lambda: installation.books().pending == 0)
    status = installation.status()
    assert status["balanced"] is True
    assert status["dead_letters"] == []
    assert installation.books().delivered == len(ITEMS) * 2  # items × channels


STEPS = [("fetched", 1), ("fetched", 2), ("judged", 1), ("judged", 2), ("saved", 1), ("saved", 2),
         ("composed", 1), ("composed", 2), ("frozen", 1), ("frozen", 2), ("claimed", 1), ("claimed", 2), ("claimed", 5),
         ("sent", 1), ("sent", 3), ("recorded", 1), ("recorded", 4)]  # fmt: skip


@pytest.mark.parametrize(("label", "times"), STEPS)
def test_killed_at_any_step_nothing_is_lost_and_only_unrecorded_sends_may_repeat(
    installation: Installation, label: str, times: int
) -> None:
    process = installation.start(label, str(times))
    try:
        assert process.wait(PATIENCE) == -signal.SIGKILL, installation.log()
    finally:
        process.kill()
        process.wait()
    with installation.running():
        settled(installation)
    told, repeated = installation.told(), installation.repeats()
    assert all(count == 1 for name in told for count in told[name].values())
    if times == 1 and label in ("fetched", "judged", "saved", "composed"):
        # Later steps may be those of one channel while another's send is under way in its own thread.
        assert not any(repeated.values())
    for name, counts in repeated.items():
        assert max(counts.values(), default=0) <= 1, name


def test_a_mail_server_that_takes_a_message_and_drops_the_connection_is_told_once_or_marked(
    installation: Installation,
) -> None:
    installation.post.drop = "before 250"
    with installation.running():
        installation.wait_until(lambda: len(installation.post.letters) >= 2)
        installation.post.drop = ""
        settled(installation)
    told = installation.told()
    assert all(count == 1 for name in told for count in told[name].values())


def test_a_full_disk_loses_nothing_and_the_daemon_survives_it(installation: Installation) -> None:
    with installation.running(limit=600_000) as process:
        installation.wait_until(
            lambda: "disk" in installation.log() or "full" in installation.log() or "too large" in installation.log()
        )
        installation.house.write("rules/rules.yaml", "rules: [")
        installation.wait_until(lambda: "reload_refused" in installation.log())
        time.sleep(1)
        installation.house.write("rules/rules.yaml", RULES)
        assert process.poll() is None
    with installation.running():
        settled(installation)


def test_a_second_daemon_on_the_same_database_is_refused_with_its_owner_named(installation: Installation) -> None:
    with installation.running() as first:
        installation.wait_until(lambda: "running" in installation.log())
        second = subprocess.run(
            [sys.executable, "-m", "monitor", "run"], env={**os.environ, **installation.house.env},
            capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert second.returncode == 4
        assert str(first.pid) in second.stderr
        settled(installation)
