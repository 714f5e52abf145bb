"""Edits that are adopted while jobs are under way."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from threading import Thread

from house import MINUTES, NOON, House, cycle, entry, rss
from post import Hook
from servers import Answer, Asked, FeedServer

from monitor import app
from monitor.model import Level
from monitor.pipeline import Monitor
from monitor.pipeline.setup import Rules

HOUR = timedelta(hours=1)


def adopt(monitor: Monitor, place: House) -> None:
    monitor.adopt(app.check(place.settings, {}).setup, NOON)


def test_a_feed_whose_url_is_edited_while_it_is_fetched_is_asked_at_its_new_url(
    tmp_path: Path, feeds: FeedServer, hook: Hook
) -> None:
    def edited(asked: Asked) -> Answer:
        place.feeds({"one": feeds.url("/right")})
        adopt(monitor, place)
        return Answer(body=rss(entry(3)))

    feeds.routes |= {
        "/old": Answer(301, headers={"Location": feeds.url("/home")}),
        "/home": Answer(body=rss(entry(1))),
        "/right": Answer(body=rss(entry(2))),
    }
    place = House(tmp_path, {"one": feeds.url("/old")}, {"chat": hook.url()})
    with place.monitor() as monitor:
        monitor.poll(NOON)
        feeds.routes["/home"] = edited
        monitor.poll(MINUTES[1])
        [state] = monitor.store.due_feeds(NOON)
        assert (state.moved_to, state.validators.etag) == (None, None)
        feeds.requests.clear()
        monitor.poll(MINUTES[1])
        assert [asked.path for asked in feeds.requests] == ["/right"]


def test_what_a_feed_brings_that_is_taken_out_while_it_is_fetched_is_told_nobody(
    tmp_path: Path, feeds: FeedServer, hook: Hook
) -> None:
    def edited(asked: Asked) -> Answer:
        place.feeds({"two": feeds.url("/two")})
        adopt(monitor, place)
        return Answer(body=rss(entry(1)))

    feeds.routes |= {"/one": edited, "/two": Answer(body=rss(entry(2)))}
    place = House(tmp_path, {"one": feeds.url("/one")}, {"chat": hook.url()})
    with place.monitor() as monitor:
        assert monitor.poll(NOON).counts.new == 0


@dataclass(frozen=True)
class Meanwhile:
    """Rules that poll while the configuration with them is being adopted."""

    rules: Rules
    poll: Thread

    def __getattr__(self, name: str) -> object:
        return getattr(self.rules, name)

    def highest(self, rule_id: str) -> Level:
        if self.poll.ident is None:
            self.poll.start()
            self.poll.join(1)
        return self.rules.highest(rule_id)


def test_a_new_channel_is_owed_what_a_poll_brings_while_it_is_adopted(
    tmp_path: Path, feeds: FeedServer, hook: Hook
) -> None:
    feeds.routes["/one"] = Answer(body=rss(entry(1)))
    place = House(tmp_path, {"one": feeds.url("/one")}, {"chat": hook.url()})
    with place.monitor() as monitor:
        monitor.poll(NOON)
        feeds.routes["/one"] = Answer(body=rss(entry(1), entry(2)))
        place.write("channels.yaml", "channels:\n"
                    f"  - {{id: chat, title: chat, url: '{hook.url()}'}}\n"
                    f"  - {{id: late, title: late, url: '{hook.url()}', include_last: 1d}}\n")  # fmt: skip
        place.digest("at_once: informational", ["chat", "late"])
        setup = app.check(place.settings, {}).setup
        poll = Thread(target=monitor.poll, args=(MINUTES[1],))
        monitor.adopt(replace(setup, rule_set=Meanwhile(setup.rule_set, poll)), NOON)
        poll.join()
        assert len(monitor.store.untold("chat", MINUTES[1])) == 2
        assert len(monitor.store.untold("late", MINUTES[1])) == 2


def test_a_digest_whose_hour_comes_again_after_the_clock_was_set_back_comes_the_day_after(
    tmp_path: Path, feeds: FeedServer, hook: Hook
) -> None:
    feeds.routes["/one"] = Answer(body=rss(entry(1)))
    place = House(tmp_path, {"one": feeds.url("/one")}, {"chat": hook.url()}, digest='cron: "0 14 * * *"')
    with place.monitor() as monitor:
        cycle(monitor, NOON)
        cycle(monitor, NOON + 2 * HOUR)
        assert len(hook.received) == 1
        place.digest('cron: "0 14 * * 1-5"', ["chat"])
        monitor.adopt(app.check(place.settings, {}).setup, NOON + HOUR)
        feeds.routes["/one"] = Answer(body=rss(entry(1), entry(2)))
        monitor.poll(NOON + 3 * HOUR)
        cycle(monitor, NOON + 2 * HOUR)
        cycle(monitor, NOON + 26 * HOUR)
        assert len(hook.received) == 2
