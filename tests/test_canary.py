"""The canary: over the whole path to real receivers, seen by no reader, and the dead-man told only when it arrived."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from house import NOON, House, assert_balanced, entry, rss
from post import Hook, Post, web_receiver
from servers import Answer, FeedServer

from monitor import app, canary, deliver
from monitor import settings as settings_module
from monitor.errors import ConfigError, DeliveryError
from monitor.model import CANARY, Channel, Format, Message
from monitor.pipeline import Monitor
from monitor.rules import compile as compile_rules
from monitor.store import Store

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with FeedServer({"/wire": Answer(body=rss(entry(1))), "/dead-man/secret": Answer(body=b"OK")}) as server:
        yield server


class Aviary:
    """An installation whose canaries fly every hour, and its operators' channel."""

    def __init__(
        self, folder: Path, feeds: FeedServer, post: Post, hook: Hook, operators: Hook, more: str = ""
    ) -> None:
        self.feeds = feeds
        self.operators = operators
        self.house = House(folder, {"wire": feeds.url("/wire")}, {}, digest="every: 1h")
        self.house.write(
            "channels.yaml",
            "channels:\n"
            f"  - {{id: desk, url: '{post.url('a@example.org', 'b@example.org')}'{more}}}\n"
            f"  - {{id: chat, url: '{hook.url()}'{more}}}\n"
            "  - {id: console, url: 'console://'}\n"
            f"  - {{id: ops, url: '{operators.url()}', operators: true, canary: off}}",
        )
        self.house.digest("every: 1h", ["desk", "chat"])
        dead_man = feeds.url("/dead-man/secret")
        self.env = {**self.house.env, "MONITOR_CANARY__EVERY": "1h", "MONITOR_CANARY__DEAD_MAN": dead_man}

    def pass_time(self, *minutes: int, monitor: Monitor | None = None) -> None:
        """The jobs of a daemon at each of these minutes after noon; the books balance after each."""
        settings = settings_module.load(self.env)
        store = app.open_store(settings)
        try:
            with store.lease():
                monitor = app.make_monitor(settings, store=store, setup=app.check(settings, {}).setup)
                monitor.begin(NOON + minutes[0] * MINUTE)
                for minute in minutes:
                    now = NOON + minute * MINUTE
                    for job in (monitor.fly, monitor.poll, monitor.compose, monitor.deliver):
                        job(now)
                        assert_balanced(monitor)
                    monitor.fly(now, launch=False)
                    monitor.watch(now)
                monitor.deliver(now)
                assert not monitor.store.feed_states()[0].failures
                monitor.close()
        finally:
            store.close()

    @property
    def pings(self) -> int:
        return sum(asked.path == "/dead-man/secret" for asked in self.feeds.requests)

    @property
    def notices(self) -> list[str]:
        return [str(call.json["message"]) for call in self.operators.received if "Canary" in call.json["message"]]


@pytest.fixture
def aviary(tmp_path: Path, feeds: FeedServer, post: Post, hook: Hook) -> Iterator[Aviary]:
    with web_receiver() as operators:
        yield Aviary(tmp_path, feeds, post, hook, operators)


def test_it_travels_to_every_channel_and_no_reader_sees_it(
    aviary: Aviary, post: Post, hook: Hook, capfd: pytest.CaptureFixture[str]
) -> None:
    aviary.pass_time(*range(0, 190, 10))
    assert aviary.pings == 4  # at 12:00, 13:00, 14:00 and 15:00
    asked = [call for call in hook.received if not call.body]
    assert len(asked) == 4  # OPTIONS, without a body
    texts = [letter.as_string() for letter in post.letters] + [call.body.decode() for call in hook.received]
    assert any("Raid 1 kills seven" in text for text in texts)  # the channels work, and get what is theirs
    assert not any("anary" in text for text in texts)
    assert any("1 of 1 feed" in text for text in texts)  # its feed is none of theirs
    assert "anary" not in capfd.readouterr().out
    assert aviary.notices == []


def test_it_goes_through_every_stage(aviary: Aviary) -> None:
    aviary.pass_time(0, 1)
    settings = settings_module.load(aviary.env)
    with app.open_store(settings) as store:
        flight = store.flight()
        assert flight is not None
        [found] = store.find_items(canary.address(flight.token))
        history = store.history(found.key)
        assert history is not None
        [version] = history.versions
        assert version.item.feed == CANARY
        assert [match.rule for match in version.matches] == [CANARY]
        assert version.join is not None
        assert version.join.new
        told = {one.channel: [sent.attempts[-1].detail for sent in one.deliveries] for one in version.owed}
    assert told == {"desk": ["250 OK", "250 OK"], "chat": ["asked, HTTP 200"], "console": ["open"], "ops": []}


@pytest.mark.parametrize("broken", ["mail", "hook"])
def test_a_broken_channel_means_no_ping_and_operators_are_told_once_and_once_when_it_is_over(
    aviary: Aviary, post: Post, hook: Hook, broken: str
) -> None:
    if broken == "mail":
        post.refuse_recipient = "450 try later"
    else:
        hook.status = 503
    aviary.pass_time(*range(0, 130, 10))
    assert aviary.pings == 0
    [lost] = aviary.notices
    assert "Canary of 12:00Z did not arrive everywhere" in lost
    assert ("desk a@example.org: recipient refused: 450" if broken == "mail" else "chat: json://127.0.0.1") in lost
    post.refuse_recipient, hook.status = "", 200
    aviary.pass_time(*range(130, 260, 10))
    assert aviary.pings >= 2
    assert len(aviary.notices) == 2
    assert "Canary: arrived everywhere again" in aviary.notices[1]


def test_a_channel_that_refuses_for_good_is_asked_again_with_the_next_canary(aviary: Aviary, post: Post) -> None:
    post.refuse_recipient = "550 no such user"
    aviary.pass_time(0, 10, 20)
    post.refuse_recipient = ""
    aviary.pass_time(60, 61, 62)
    assert aviary.pings == 1
    assert len(aviary.notices) == 2


def test_a_rule_stage_that_loses_it_means_no_ping(aviary: Aviary, monkeypatch: pytest.MonkeyPatch) -> None:
    deaf = canary.RULES.rules[0]
    monkeypatch.setattr(canary, "RULES", type(canary.RULES)((type(deaf)(**{**_fields(deaf), "when": "title:never"}),)))
    aviary.pass_time(0, 10, 20)
    assert aviary.pings == 0
    assert "its rule did not match" in aviary.notices[0]


def _fields(value: object) -> dict[str, object]:
    return {name: getattr(value, name) for name in type(value).__dataclass_fields__}  # type: ignore[attr-defined]


def test_a_dead_man_that_does_not_answer_is_asked_again_for_the_same_canary(aviary: Aviary, feeds: FeedServer) -> None:
    feeds.routes["/dead-man/secret"] = Answer(500)
    aviary.pass_time(0, 1)
    feeds.routes["/dead-man/secret"] = Answer(204)
    aviary.pass_time(2, 3, 4, 5)
    assert [asked.path for asked in feeds.requests].count("/dead-man/secret") == 3  # 12:00, 12:01, and 12:02 reached it


def test_a_restart_goes_on_with_the_canary_in_flight(aviary: Aviary, hook: Hook) -> None:
    hook.status = 503
    aviary.pass_time(0)
    hook.status = 200
    aviary.pass_time(1, 2)
    assert aviary.pings == 1


def test_a_canary_launched_while_its_feed_is_being_polled_is_read_by_the_next_poll(aviary: Aviary) -> None:
    launched = []

    def launch(label: str) -> None:
        if label == "fetched" and not launched:
            launched.append(label)
            monitor.fly(NOON)

    settings = settings_module.load(aviary.env)
    with app.open_store(settings) as store, store.lease():
        monitor = app.make_monitor(settings, store=store, setup=app.check(settings, {}).setup, step=launch)
        monitor.begin(NOON)
        monitor.poll(NOON)
        flight = store.flight()
        assert flight is not None
        assert not store.find_items(canary.address(flight.token))
        monitor.fly(NOON + MINUTE)
        monitor.poll(NOON + MINUTE)
        assert store.find_items(canary.address(flight.token))
        monitor.close()


def test_a_canary_that_has_landed_leaves_nothing_behind_once_its_time_is_over(aviary: Aviary) -> None:
    aviary.pass_time(0, 2, 61, 63)
    settings = settings_module.load(aviary.env)
    with closing(app.open_store(settings)) as store, store.lease():
        monitor = app.make_monitor(settings, store=store, setup=app.check(settings, {}).setup)
        before = {name: rows(store, name) for name in ROWS}
        monitor.prune(NOON + 62 * MINUTE, HOUR)
        assert_balanced(monitor)
        assert rows(store, "items") == before["items"] - 1
        assert all(rows(store, name) < before[name] for name in ROWS)
        assert store.unsound() == ()
        monitor.prune(NOON + 3 * HOUR, HOUR)
        assert rows(store, "digests", "spec = '.canary'") == 0
        assert rows(store, "items", "feed = '.canary'") == 0
        assert rows(store, "items") > 0
        assert_balanced(monitor)
        assert store.unsound() == ()
        monitor.close()


ROWS = ("items", "versions", "matches", "owed", "stories", "story_items", "digests", "deliveries", "attempts")


def rows(store: Store, table: str, where: str = "1 = 1") -> int:
    with store._db.read() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table} WHERE {where}").scalar_one())  # noqa: S608


def test_a_channel_may_ask_for_the_message_itself(tmp_path: Path, feeds: FeedServer, post: Post, hook: Hook) -> None:
    with web_receiver() as operators:
        aviary = Aviary(tmp_path, feeds, post, hook, operators, more=", canary: message")
        aviary.pass_time(0, 1)
    subjects = [str(letter["Subject"]) for letter in post.letters]
    assert sum("Canary: nothing to do" in subject for subject in subjects) == 2
    assert not any(letter["Importance"] for letter in post.letters)
    assert sum("Canary: nothing to do" in call.json["title"] for call in hook.received) == 1
    assert aviary.pings == 1


def test_what_cannot_be_asked_quietly_is_refused_before_a_canary_flies(tmp_path: Path, feeds: FeedServer) -> None:
    place = House(tmp_path, {"wire": feeds.url("/wire")}, {"log": "syslog://"})
    assert app.check(settings_module.load(place.env), {})
    with pytest.raises(ConfigError, match="can't be asked without a message"):
        app.check(settings_module.load({**place.env, "MONITOR_CANARY__EVERY": "1h"}), {})


def test_a_dead_man_without_a_canary_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no canary flies"):
        settings_module.load({"MONITOR_CONFIG": str(tmp_path), "MONITOR_CANARY__DEAD_MAN": "https://hc.example.org/x"})


def test_the_address_of_the_dead_man_is_a_secret(tmp_path: Path) -> None:
    env = {"MONITOR_CANARY__DEAD_MAN": "https://hc.example.org/0a1b-2c", "MONITOR_CANARY__EVERY": "1h"}
    settings = settings_module.load({"MONITOR_CONFIG": str(tmp_path), **env})
    assert "0a1b-2c" in settings.secrets
    assert "0a1b-2c" not in repr(settings)


def test_status_says_where_the_canary_is(aviary: Aviary, hook: Hook) -> None:
    hook.status = 503
    aviary.pass_time(0, 10)
    command = [sys.executable, "-m", "monitor", "status"]
    found = subprocess.run(
        command, env={**aviary.env, "PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False
    )
    assert "LOST: chat: json://127.0.0.1" in found.stdout
    assert "secret" not in found.stdout
    assert found.returncode == 1
    assert "1 of 1 healthy" in found.stdout


@pytest.mark.parametrize(
    ("status", "well"), [(200, True), (405, True), (501, True), (404, False), (401, False), (503, False)]
)
def test_an_answer_to_options_tells_a_working_address_from_one_that_is_gone(
    hook: Hook, status: int, well: bool
) -> None:
    hook.status = status
    message = Message("id@example.org", "Canary", ("text",), Format.TEXT)
    channel = Channel("chat", "Chat", hook.url())
    if well:
        assert deliver.knock(channel, "", message).detail == f"asked, HTTP {status}"
    else:
        with pytest.raises(DeliveryError, match=f"HTTP {status}"):
            deliver.knock(channel, "", message)
    assert [call.body for call in hook.received] == [b""]


def test_no_two_canaries_look_like_copies_of_each_other() -> None:
    words = [set(canary.document(f"2024102{day}T120000Z", NOON).decode().split()) for day in range(5)]
    made = [{word for word in one if word.isalpha() and word.islower()} for one in words]
    shared = set.intersection(*made)
    assert all(len(one - shared) >= 12 for one in made)


def test_its_rule_is_a_rule_of_the_language() -> None:
    assert compile_rules(canary.RULES).hash
