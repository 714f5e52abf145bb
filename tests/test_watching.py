"""From a source that dies to the operators' channel and the footers of digests, over whole cycles."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from house import NOON, House, cycle, entry, rss
from post import Hook, Post
from servers import Answer, FeedServer

from monitor.pipeline import RELOAD, Monitor

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with FeedServer({"/one": Answer(body=rss(entry(1))), "/two": Answer(body=rss(entry(2)))}) as server:
        yield server


def house(folder: Path, feeds: FeedServer, desk: str, operators: str) -> House:
    place = House(folder, {}, {"desk": desk}, digest="every: 1h, send_empty: true", include_last="0s")
    lines = [
        f"  - {{id: {name}, title: {name.title()}, url: '{feeds.url('/' + name)}', allow_private: true, {more}}}"
        for name, more in (("one", "lang: ar, tags: [syria]"), ("two", "lang: en, tags: [syria]"))
    ]
    place.write("feeds.yaml", "\n".join(["defaults: {interval: 10m}", "feeds:", *lines]))
    place.write(
        "channels.yaml",
        f"channels:\n  - {{id: desk, url: '{desk}'}}\n  - {{id: ops, url: '{operators}', operators: true}}",
    )
    return place


def pass_time(monitor: Monitor, start: int, end: int) -> None:
    """From ``start`` to ``end`` minutes after noon, a cycle every ten."""
    for minute in range(start, end, 10):
        now = NOON + minute * MINUTE
        monitor.watch(now)
        cycle(monitor, now)


def test_a_dead_feed_is_told_once_when_it_persists_and_once_when_it_is_back(
    tmp_path: Path, feeds: FeedServer, hook: Hook, post: Post
) -> None:
    with house(tmp_path, feeds, post.url(), hook.url()).monitor() as monitor:
        pass_time(monitor, 0, 30)
        feeds.routes["/one"] = Answer(body=b"<!doctype html><html><body>Just a moment</body></html>")
        pass_time(monitor, 30, 600)
        feeds.routes["/one"] = Answer(body=rss(entry(1)))
        pass_time(monitor, 600, 1200)
    told = [f"{call.json['title']}\n{call.json['message']}" for call in hook.received]
    assert len(told) == 2
    assert "not a feed: an HTML page instead of a feed, since 24 Oct 12:30Z" in told[0]
    assert "One: well again" in told[1]
    subjects = [str(letter["Subject"]) for letter in post.letters]
    assert not any("For operators" in subject for subject in subjects)  # readers are not operators


def test_an_edit_that_stays_refused_is_told_once_and_once_when_the_files_are_right_again(
    tmp_path: Path, feeds: FeedServer, hook: Hook, post: Post
) -> None:
    with house(tmp_path, feeds, post.url(), hook.url()).monitor() as monitor:
        monitor.store.set_note(
            RELOAD, "refused, the last good configuration runs on:\nrules/a.yaml:3:1: no level", NOON
        )
        cycle(monitor, NOON)
        monitor.watch(NOON + 4 * MINUTE)
        assert monitor.deliver(NOON + 4 * MINUTE).delivered == 0  # it may be saved half done
        for minute in (5, 6, 60):
            monitor.watch(NOON + minute * MINUTE)
        monitor.store.set_note(RELOAD, "ok", NOON + 61 * MINUTE)
        for minute in (62, 63):
            monitor.watch(NOON + minute * MINUTE)
        monitor.deliver(NOON + 64 * MINUTE)
    told = [f"{call.json['title']}\n{call.json['message']}" for call in hook.received]
    assert len(told) == 2
    assert "For operators: an edit is refused since 12:00Z" in told[0]
    assert "rules/a.yaml:3:1: no level" in told[0]
    assert "the configuration is right again" in told[1]


def test_lost_coverage_stands_in_the_footer_of_digests_while_it_lasts(
    tmp_path: Path, feeds: FeedServer, hook: Hook, post: Post
) -> None:
    with house(tmp_path, feeds, post.url(), hook.url()).monitor() as monitor:
        pass_time(monitor, 0, 70)
        feeds.routes["/one"] = Answer(500)
        pass_time(monitor, 70, 400)
        feeds.routes["/one"] = Answer(body=rss(entry(1)))
        pass_time(monitor, 400, 900)
    texts = []
    for letter in post.letters:
        body = letter.get_body(("plain",))
        assert body is not None
        texts.append(body.get_content())
    blind = ["blind: no Arabic feed since 24 Oct" in text for text in texts]
    assert any(blind)
    assert not blind[0]
    assert not blind[-1]
    assert "1 of 2 feeds healthy · blind: no Arabic feed since 24 Oct · failing: One" in texts[blind.index(True)]


def test_notices_wait_for_an_operators_channel_and_are_told_once(
    tmp_path: Path, feeds: FeedServer, hook: Hook, post: Post
) -> None:
    place = house(tmp_path, feeds, post.url(), hook.url())
    feeds.routes["/two"] = Answer(410)
    place.channels({"desk": post.url()})
    with place.monitor() as monitor:
        pass_time(monitor, 0, 20)
        assert len(monitor.store.untold_notices(NOON)) == 1
    place.write("channels.yaml", f"channels:\n  - {{id: desk, url: '{hook.url()}', operators: true}}")
    for _ in range(2):
        with place.monitor(NOON + HOUR) as monitor:
            pass_time(monitor, 60, 70)
            assert monitor.store.untold_notices(NOON) == ()
    told = [str(call.json["message"]) for call in hook.received]
    assert sum("gone: answered 410 Gone" in text for text in told) == 1


def test_a_watch_that_was_told_before_tells_nothing_again_after_a_restart(
    tmp_path: Path, feeds: FeedServer, hook: Hook, post: Post
) -> None:
    feeds.routes["/two"] = Answer(410)
    place = house(tmp_path, feeds, post.url(), hook.url())
    for hour in range(3):
        with place.monitor(NOON + hour * HOUR) as monitor:
            pass_time(monitor, hour * 60, hour * 60 + 10)
    assert len(hook.received) == 1


def test_a_rule_and_a_language_that_fall_silent_are_told_once_and_once_when_they_are_back(
    tmp_path: Path, feeds: FeedServer, hook: Hook, post: Post
) -> None:
    place = house(tmp_path, feeds, post.url(), hook.url())
    lines = [
        f"  - {{id: {name}, title: {name.title()}, url: '{feeds.url('/' + name)}', allow_private: true, lang: ar}}"
        for name in ("one", "two")
    ]
    place.write("feeds.yaml", "\n".join(["defaults: {interval: 10m}", "feeds:", *lines]))
    with place.monitor() as monitor:

        def live(start: int, end: int, *, well: bool) -> None:
            for hour in range(start, end, 1 if well else 10):
                now = NOON + hour * HOUR
                for number, name in enumerate(("/one", "/two")) if well else ():
                    feeds.routes[name] = Answer(body=rss(entry(10 * hour + number, published=now)))
                monitor.watch(now)
                cycle(monitor, now)

        live(0, 12, well=True)
        live(12, 72, well=False)
        assert [one for one in monitor.store.last_notices().values() if one.topic == "quiet"] == []
        live(72, 142, well=False)
        live(142, 146, well=True)
    told = [line for call in hook.received for line in call.json["message"].splitlines() if line.startswith("- ")]
    of_rule = [line for line in told if "rule" in line]
    of_language = [line for line in told if "Arabic feeds" in line]
    rule = "- rule “Operation by or against ISIS”: "
    assert of_rule == [f"{rule}nothing since 24 Oct; usually one every 60 min", f"{rule}back again"]
    assert of_language == [
        "- Arabic feeds: nothing since 24 Oct; usually one every 30 min",
        "- Arabic feeds: back again",
    ]
    assert not any("rule" in str(letter["Subject"]) for letter in post.letters)
