"""How publishers are treated, over whole polls against a real server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from house import NOON, House, entry, rss
from servers import Answer, Asked, FeedServer

from monitor.model import FeedCondition, FeedState, Trouble
from monitor.pipeline import Monitor

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def monitor(tmp_path: Path, feeds: FeedServer) -> Iterator[Monitor]:
    with House(tmp_path, {"one": feeds.url("/one")}, {"console": "console://"}).monitor() as monitor:
        yield monitor


def state(monitor: Monitor) -> FeedState:
    [found] = monitor.store.feed_states()
    return found


def due_in(monitor: Monitor) -> timedelta:
    found = state(monitor).next_fetch_at
    assert found is not None
    return found - NOON


def test_a_permanent_redirect_is_remembered_shown_and_not_asked_for_again(monitor: Monitor, feeds: FeedServer) -> None:
    feeds.routes["/one"] = Answer(301, headers={"Location": "/two"})
    feeds.routes["/two"] = Answer(body=rss(entry(1)), headers={"ETag": '"1"'})
    monitor.poll(NOON)
    assert state(monitor).moved_to == feeds.url("/two")
    [moved] = state(monitor).troubles
    assert moved.trouble is Trouble.MOVED
    assert f"{feeds.url('/two')}: put that in feeds.yaml" in moved.words
    monitor.poll(NOON + HOUR)
    assert [asked.path for asked in feeds.requests] == ["/one", "/two", "/two"]
    assert feeds.requests[-1].headers["If-None-Match"] == '"1"'


def test_a_new_address_that_fails_sends_us_back_to_the_configured_one(monitor: Monitor, feeds: FeedServer) -> None:
    feeds.routes["/one"] = Answer(308, headers={"Location": "/portal"})
    feeds.routes["/portal"] = Answer(body=rss(entry(1)))
    monitor.poll(NOON)
    feeds.routes["/portal"] = Answer(body=b"<html><body>Please log in</body></html>")
    feeds.routes["/one"] = Answer(body=rss(entry(1), entry(2)))
    monitor.poll(NOON + HOUR)
    assert state(monitor).condition is FeedCondition.FAILING
    monitor.poll(NOON + 2 * HOUR)
    assert state(monitor).condition is FeedCondition.OK
    assert state(monitor).moved_to is None
    assert feeds.requests[-1].path == "/one"


def test_a_remembered_address_elsewhere_gets_no_credentials(tmp_path: Path, feeds: FeedServer) -> None:
    place = House(tmp_path, {"one": feeds.url("/one")}, {"console": "console://"})
    place.write(
        "feeds.yaml",
        f"feeds:\n  - {{id: one, url: '{feeds.url('/one')}', allow_private: true, headers: {{X-Key: open-sesame}}}}",
    )
    elsewhere = feeds.url("/two", host="localhost")
    feeds.routes["/one"] = Answer(301, headers={"Location": elsewhere})
    feeds.routes["/two"] = Answer(body=rss(entry(1)))
    with place.monitor() as monitor:
        monitor.poll(NOON)
        monitor.poll(NOON + HOUR)
    assert [asked.headers.get("X-Key") for asked in feeds.requests] == ["open-sesame", None, None]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body=rss("<ttl>20</ttl>", entry(1))),
        Answer(body=rss('<x:updatePeriod xmlns:x="http://purl.org/rss/1.0/modules/syndication/">hourly</x:updatePeriod>'
                        '<x:updateFrequency xmlns:x="http://purl.org/rss/1.0/modules/syndication/">3'
                        "</x:updateFrequency>", entry(1))),
        Answer(body=rss(entry(1)), headers={"Cache-Control": "public, max-age=1500", "Age": "300"}),
        Answer(body=rss(entry(1)), headers={"Date": "Thu, 24 Oct 2024 12:00:00 GMT",
                                            "Expires": "Thu, 24 Oct 2024 12:20:00 GMT"}),
    ],
)  # fmt: skip
def test_a_publisher_that_asks_for_twenty_minutes_gets_them(
    answer: Answer, monitor: Monitor, feeds: FeedServer
) -> None:
    feeds.routes["/one"] = answer
    monitor.poll(NOON)
    assert 18 * MINUTE <= due_in(monitor) <= 20 * MINUTE


def test_the_wishes_of_a_document_hold_while_it_is_not_modified(monitor: Monitor, feeds: FeedServer) -> None:
    def tagged(asked: Asked) -> Answer:
        known = "If-None-Match" in asked.headers
        return Answer(304 if known else 200, body=b"" if known else rss("<ttl>20</ttl>"), headers={"ETag": '"1"'})

    feeds.routes["/one"] = tagged
    for number in range(3):
        monitor.poll(NOON + number * HOUR)
    assert len(feeds.requests) == 3
    assert due_in(monitor) - 2 * HOUR > 9 * MINUTE  # an hour late each time: spread over its interval


@pytest.mark.parametrize("control", ["no-cache", "no-store, max-age=900", "max-age=0", "private", "max-age=x"])
def test_what_is_not_to_be_kept_is_asked_for_at_the_usual_interval(
    control: str, monitor: Monitor, feeds: FeedServer
) -> None:
    feeds.routes["/one"] = Answer(body=rss(entry(1)), headers={"Cache-Control": control})
    monitor.poll(NOON)
    assert due_in(monitor) <= MINUTE


def test_feeds_of_a_host_that_answers_nothing_hold_up_one_poll_a_little_and_stay_due(
    tmp_path: Path, feeds: FeedServer
) -> None:
    hanging = {f"hangs-{number}": feeds.url(f"/hangs?{number}") for number in range(8)}
    feeds.routes["/hangs"] = Answer(500, delay=0.5)
    feeds.routes["/one"] = Answer(body=rss(entry(1)))
    place = House(tmp_path, {**hanging, "one": feeds.url("/one", host="localhost")}, {"console": "console://"})
    with place.monitor() as monitor:
        polled = monitor.poll(NOON, begin_within=timedelta(seconds=0.2))
        assert (polled.polled, polled.failed, polled.counts.new) == (3, 2, 1)
        assert len(monitor.store.due_feeds(NOON)) == 6
        assert monitor.poll(NOON).failed == 6


def test_410_stops_and_is_a_trouble_to_be_told(monitor: Monitor, feeds: FeedServer) -> None:
    feeds.routes["/one"] = Answer(410)
    monitor.poll(NOON)
    monitor.poll(NOON + HOUR)
    assert len(feeds.requests) == 1
    assert [one.trouble for one in state(monitor).troubles] == [Trouble.GONE]


def test_a_window_that_ran_over_is_a_possible_gap_and_is_polled_more_often(monitor: Monitor, feeds: FeedServer) -> None:
    def page(first: int) -> Answer:  # one item every ten minutes, the newest at `first` minutes after noon
        numbers = range(first, first - 100, -10)
        return Answer(body=rss(*(entry(n, f"Item {n}", published=NOON + n * MINUTE) for n in numbers)))

    feeds.routes["/one"] = page(0)
    monitor.poll(NOON)
    assert state(monitor).troubles == ()
    feeds.routes["/one"] = page(600)
    monitor.poll(NOON + 600 * MINUTE)
    [gap] = state(monitor).troubles
    assert gap.trouble is Trouble.OVERRUN
    assert gap.words == "possible gap 12:00–20:30Z, about 50 items; polled more often from now on"


def test_an_official_feed_is_polled_every_five_minutes_unless_the_operator_says_otherwise(
    tmp_path: Path, feeds: FeedServer
) -> None:
    place = House(tmp_path, {}, {"console": "console://"})
    lines = [
        f"  - {{id: {name}, url: '{feeds.url('/' + name)}', allow_private: true, {more}}}"
        for name, more in (
            ("ours", "tier: official"),
            ("slow", "tier: official, interval: 1h"),
            ("local", "tier: local"),
        )
    ]
    place.write("feeds.yaml", "\n".join(["feeds:", *lines]))
    for name in ("ours", "slow", "local"):
        feeds.routes[f"/{name}"] = Answer(body=rss("<ttl>1440</ttl>", entry(1)))
    with place.monitor() as monitor:
        monitor.poll(NOON)
        due = {one.feed: one.next_fetch_at - NOON for one in monitor.store.feed_states() if one.next_fetch_at}
    assert due["ours"] <= 5 * MINUTE
    assert 54 * MINUTE <= due["slow"] <= HOUR
    assert 54 * MINUTE <= due["local"] <= HOUR
