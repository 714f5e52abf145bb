"""Deliveries when something else goes wrong, or is edited, while they are under way."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from house import MINUTES, NOON, House, entry, rss
from post import Hook, web_receiver
from servers import Answer, FeedServer
from sqlalchemy.exc import IntegrityError

from monitor import app
from monitor.errors import StoreError
from monitor.pipeline import Monitor

DAY = timedelta(days=1)


def house(folder: Path, feeds: FeedServer, url: str) -> House:
    feeds.routes["/one"] = Answer(body=rss(entry(1)))
    return House(folder, {"one": feeds.url("/one")}, {"chat": url})


def compose(monitor: Monitor) -> None:
    monitor.poll(NOON)
    assert monitor.compose(NOON) == 1


def run(folder: Path, statement: str) -> None:
    """What no monitor does to its database."""
    with closing(sqlite3.connect(folder / "data" / "monitor.db")) as connection:
        connection.execute(statement)


class Outage:
    """A database that refuses what ends an attempt, from the first message sent until it is ``over``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._begun = False

    def __call__(self, label: str) -> None:
        if label == "claimed" and not self._begun:
            self._begun = True
            run(self._folder, "ALTER TABLE attempts RENAME TO away")

    def over(self) -> None:
        run(self._folder, "ALTER TABLE away RENAME TO attempts")


def test_a_message_that_was_taken_and_could_not_be_recorded_is_recorded_later_and_not_sent_again(
    tmp_path: Path, feeds: FeedServer, hook: Hook
) -> None:
    outage = Outage(tmp_path)
    with house(tmp_path, feeds, hook.url()).monitor(step=outage) as monitor:
        compose(monitor)
        with pytest.raises(StoreError):
            monitor.deliver(NOON)
        outage.over()
        assert monitor.deliver(MINUTES[1]).delivered == 1
        assert monitor.books().delivered == 1
    assert len(hook.received) == 1


def test_a_failure_that_could_not_be_recorded_is_tried_again_as_a_possible_repeat(
    tmp_path: Path, feeds: FeedServer, hook: Hook
) -> None:
    outage = Outage(tmp_path)
    hook.status = 503
    with house(tmp_path, feeds, hook.url()).monitor(step=outage) as monitor:
        compose(monitor)
        with pytest.raises(StoreError):
            monitor.deliver(NOON)
        outage.over()
        hook.status = 200
        assert monitor.deliver(MINUTES[1]).delivered == 1
        assert "possible repeat" in str(hook.received[-1].json).lower()


class Patient(House):
    """An installation that leaves the pauses between attempts as they are by default."""

    @property
    def env(self) -> dict[str, str]:
        return {name: value for name, value in super().env.items() if "BACKOFF" not in name}


def test_a_receiver_that_is_down_over_a_weekend_is_told_when_it_is_back(
    tmp_path: Path, feeds: FeedServer, hook: Hook
) -> None:
    hook.status = 503
    place = Patient(tmp_path, {"one": feeds.url("/one")}, {"chat": hook.url()})
    feeds.routes["/one"] = Answer(body=rss(entry(1)))
    with place.monitor() as monitor:
        compose(monitor)
        now = NOON
        while now < NOON + 2.5 * DAY:
            assert monitor.deliver(now).dead == 0
            now = monitor.store.next_attempt_at() or now
        hook.status = 200
        assert monitor.deliver(now).delivered == 1


def test_an_edit_made_while_messages_go_out_holds_for_those_that_follow(
    tmp_path: Path, feeds: FeedServer, hook: Hook
) -> None:
    with web_receiver() as moved, web_receiver() as new:
        feeds.routes["/one"] = Answer(body=rss(entry(1)))
        place = House(tmp_path, {"one": feeds.url("/one")}, {"first": hook.url(), "second": hook.url("old")})

        def edit(label: str) -> None:
            if label == "claimed" and "third" not in monitor.setup.channels:
                place.channels({"first": hook.url(), "second": moved.url(), "third": new.url()})
                place.digest("at_once: informational", ["first", "second", "third"])
                monitor.adopt(app.check(place.settings, {}).setup, NOON)
                feeds.routes["/one"] = Answer(body=rss(entry(1), entry(2)))
                monitor.poll(MINUTES[1])
                assert monitor.compose(NOON) == 3

        with place.monitor(step=edit) as monitor:
            monitor.poll(NOON)
            assert monitor.compose(NOON) == 2
            assert monitor.deliver(NOON).delivered == 5
        assert len(hook.received) == 2
        assert len(moved.received) == 2
        assert len(new.received) == 1


def test_a_part_that_was_taken_and_not_recorded_makes_what_follows_a_possible_repeat(
    tmp_path: Path, feeds: FeedServer, hook: Hook
) -> None:
    with house(tmp_path, feeds, hook.url()).monitor() as monitor:
        compose(monitor)
        run(tmp_path, "CREATE TRIGGER no_parts BEFORE UPDATE OF parts_done ON deliveries WHEN NEW.parts_done > 0 "
                      "BEGIN SELECT RAISE(ABORT, 'no'); END")  # fmt: skip
        with pytest.raises(IntegrityError):
            monitor.deliver(NOON)
        run(tmp_path, "DROP TRIGGER no_parts")
        assert monitor.deliver(MINUTES[1]).delivered == 1
        assert "possible repeat" in str(hook.received[-1].json).lower()
