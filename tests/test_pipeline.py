"""Whole cycles through every stage, with real feeds, a real store and real receivers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from house import MINUTES, NOON, RULES, House, cycle, entry, rss
from post import Hook, Post, dead_port, web_receiver
from servers import Answer, Asked, FeedServer

from monitor.model import FeedCondition, Item, Match
from monitor.pipeline import Monitor


def house(folder: Path, feeds: FeedServer, hook: Hook, **options: str) -> House:
    feeds.routes.setdefault("/one", Answer(body=rss(entry(1))))
    return House(folder, {"one": feeds.url("/one")}, {"chat": hook.url()}, **options)


def told(hook: Hook) -> list[str]:
    return [f"{call.json.get('title', '')}\n{call.json['message']}" for call in hook.received]


def state(monitor: Monitor, feed: str = "one") -> FeedCondition:
    return next(one.condition for one in monitor.store.feed_states() if one.feed == feed)


# --- first polls -------------------------------------------------------------------------------


def test_a_feeds_first_poll_is_a_baseline_and_what_comes_after_is_told(
    tmp_path: Path, feeds: FeedServer, hook: Hook
) -> None:
    with house(tmp_path, feeds, hook, include_last="0s").monitor() as monitor:
        cycle(monitor, MINUTES[0])
        assert hook.received == []
        assert monitor.books().suppressed == {"baseline": 1}
        feeds.routes["/one"] = Answer(body=rss(entry(1), entry(2)))
        cycle(monitor, MINUTES[1])
        [text] = told(hook)
        assert "Raid 2" in text
        assert "news.example.org/1" not in text


def test_include_last_tells_the_recent_part_of_a_baseline(tmp_path: Path, feeds: FeedServer, hook: Hook) -> None:
    old = entry(2, published=NOON - timedelta(days=3))
    feeds.routes["/one"] = Answer(body=rss(entry(1), old, entry(3, published=None)))
    with house(tmp_path, feeds, hook, include_last="24h").monitor() as monitor:
        cycle(monitor, MINUTES[0])
        [text] = told(hook)
        assert "Raid 1" in text
        assert monitor.books().suppressed == {"baseline": 2}


# --- updates and repeats -----------------------------------------------------------------------


def test_a_changed_toll_is_told_as_an_update_with_both_figures(tmp_path: Path, feeds: FeedServer, hook: Hook) -> None:
    with house(tmp_path, feeds, hook).monitor() as monitor:
        cycle(monitor, MINUTES[0])
        feeds.routes["/one"] = Answer(body=rss(entry(1, "Raid 1 kills nine ISIS members")))
        cycle(monitor, MINUTES[1])
        first, second = told(hook)
        assert "UPDATED" not in first
        assert "UPDATED" in second
        assert "ISIS killed: you had 7 (12:00) · now 9, One, 12:02" in second


def test_a_known_url_through_another_feed_is_told_once(tmp_path: Path, feeds: FeedServer, hook: Hook) -> None:
    feeds.routes["/one"] = Answer(body=rss(entry(1)))
    copy = entry(9, "Raid 1 kills seven ISIS members", link="https://news.example.org/1?utm_source=x", guid="other")
    feeds.routes["/two"] = Answer(body=rss(copy))
    place = House(tmp_path, {"one": feeds.url("/one"), "two": feeds.url("/two")}, {"chat": hook.url()})
    with place.monitor() as monitor:
        cycle(monitor, MINUTES[0])
        [text] = told(hook)
        assert "2 reports, 1 source" in text
        assert (monitor.books().delivered, monitor.books().suppressed) == (2, {})


def test_reports_of_one_event_that_one_poll_brings_are_one_story(tmp_path: Path, feeds: FeedServer, hook: Hook) -> None:
    feeds.routes["/one"] = Answer(body=rss(entry(1, "Raid near Kirkuk kills seven ISIS members", guid="a")))
    other = entry(2, "Seven ISIS members killed in raid near Kirkuk", link="https://other.example/2", guid="b")
    feeds.routes["/two"] = Answer(body=rss(other))
    place = House(tmp_path, {"one": feeds.url("/one"), "two": feeds.url("/two")}, {"chat": hook.url()})
    with place.monitor() as monitor:
        cycle(monitor, MINUTES[0])
        [text] = told(hook)
        assert "2 reports" in text


def test_a_known_url_through_another_feed_later_is_a_repeat(tmp_path: Path, feeds: FeedServer, hook: Hook) -> None:
    feeds.routes["/one"] = Answer(body=rss(entry(1)))
    feeds.routes["/two"] = Answer(body=rss())
    place = House(tmp_path, {"one": feeds.url("/one"), "two": feeds.url("/two")}, {"chat": hook.url()})
    with place.monitor() as monitor:
        cycle(monitor, MINUTES[0])
        copy = entry(9, "Raid 1 kills seven ISIS members", link="https://news.example.org/1?utm_source=x", guid="other")
        feeds.routes["/two"] = Answer(body=rss(copy))
        cycle(monitor, MINUTES[1])
        assert len(told(hook)) == 1
        assert monitor.books().suppressed == {"repeat": 1}


def test_an_update_by_mail_refers_to_the_mail_that_told_the_story(
    tmp_path: Path, feeds: FeedServer, post: Post
) -> None:
    feeds.routes["/one"] = Answer(body=rss(entry(1)))
    with House(tmp_path, {"one": feeds.url("/one")}, {"desk": post.url()}).monitor() as monitor:
        cycle(monitor, MINUTES[0])
        feeds.routes["/one"] = Answer(body=rss(entry(1, "Raid 1 kills nine ISIS members")))
        cycle(monitor, MINUTES[1])
        first, second = post.letters
        assert second["References"] == first["Message-ID"]


def test_a_whole_feed_changing_its_guids_tells_nobody_anything(tmp_path: Path, feeds: FeedServer, hook: Hook) -> None:
    feeds.routes["/one"] = Answer(body=rss(*(entry(n, guid=f"old-{n}") for n in range(20))))
    with house(tmp_path, feeds, hook).monitor() as monitor:
        cycle(monitor, MINUTES[0])
        before = len(hook.received)
        feeds.routes["/one"] = Answer(body=rss(*(entry(n, guid=f"new-{n}") for n in range(20))))
        report = monitor.poll(MINUTES[1])
        assert (report.counts.new, report.counts.revised, report.counts.known) == (0, 0, 20)
        cycle(monitor, MINUTES[2])
        assert len(hook.received) == before


def test_the_big_story_is_item_43_and_there_is_no_cap(tmp_path: Path, feeds: FeedServer, hook: Hook) -> None:
    quiet = [entry(n, f"Weather report {n}") for n in range(42)]
    feeds.routes["/one"] = Answer(body=rss(*quiet, entry(43)))
    with house(tmp_path, feeds, hook).monitor() as monitor:
        cycle(monitor, MINUTES[0])
        assert "Raid 43" in told(hook)[0]


def test_what_is_pruned_stays_known(tmp_path: Path, feeds: FeedServer, hook: Hook) -> None:
    feeds.routes["/one"] = Answer(body=rss(entry(1), entry(2, "Weather")))
    with house(tmp_path, feeds, hook).monitor() as monitor:
        cycle(monitor, MINUTES[0])
        later = NOON + timedelta(days=200)
        assert monitor.prune(later, timedelta(days=90)) == 3  # two items and the digest
        feeds.routes["/one"] = Answer(body=rss(entry(2, "Weather"), entry(1)))
        report = monitor.poll(later)
        assert report.counts.known == 2
        cycle(monitor, later + timedelta(minutes=5))
        assert len(hook.received) == 1


# --- what feeds do -----------------------------------------------------------------------------


def test_a_304_after_a_failure_proves_nothing(tmp_path: Path, feeds: FeedServer, hook: Hook) -> None:
    def lazy(asked: Asked) -> Answer:
        if asked.headers.get("If-None-Match"):
            return Answer(304)
        return Answer(body=rss(entry(1), entry(2)), headers={"ETag": '"b"'})

    feeds.routes["/one"] = Answer(body=rss(entry(1)), headers={"ETag": '"a"'})
    with house(tmp_path, feeds, hook).monitor() as monitor:
        cycle(monitor, MINUTES[0])
        feeds.routes["/one"] = Answer(body=b"<html><body>Down for maintenance</body></html>", headers={"ETag": '"b"'})
        cycle(monitor, MINUTES[1])
        assert state(monitor) is FeedCondition.FAILING
        feeds.routes["/one"] = lazy
        cycle(monitor, MINUTES[4])
        assert state(monitor) is FeedCondition.OK
        assert "Raid 2" in told(hook)[-1]


def test_validators_come_back_exactly_as_they_were_sent(tmp_path: Path, feeds: FeedServer, hook: Hook) -> None:
    headers = {"ETag": 'W/"odd-\'quote"', "Last-Modified": "Thu, 24 Oct 2024 11:59:59 GMT"}
    feeds.routes["/one"] = Answer(body=rss(entry(1)), headers=headers)
    with house(tmp_path, feeds, hook).monitor() as monitor:
        cycle(monitor, MINUTES[0])
        feeds.routes["/one"] = Answer(304)
        report = monitor.poll(MINUTES[1])
        asked = feeds.requests[-1].headers
        assert (asked["If-None-Match"], asked["If-Modified-Since"]) == (headers["ETag"], headers["Last-Modified"])
        assert (report.not_modified, state(monitor)) == (1, FeedCondition.OK)


@pytest.mark.parametrize(
    ("answer", "condition"),
    [
        (Answer(body=rss()), FeedCondition.EMPTY),
        (Answer(body=b"<html><body>Please wait</body></html>"), FeedCondition.FAILING),
        (Answer(403, b"<?xml version='1.0'?><rss><channel></channel></rss>"), FeedCondition.FAILING),
        (Answer(410), FeedCondition.GONE),
        (Answer(body=rss(entry(1)).replace(b"</rss>", b"")), FeedCondition.OK),
    ],
    ids=["empty is not broken", "HTML with 200 is broken", "an XML 403 is broken", "gone", "bozo is not broken"],
)
def test_what_a_document_is_decides_the_feeds_condition(
    tmp_path: Path, feeds: FeedServer, hook: Hook, answer: Answer, condition: FeedCondition
) -> None:
    feeds.routes["/one"] = answer
    with house(tmp_path, feeds, hook).monitor() as monitor:
        cycle(monitor, MINUTES[0])
        assert state(monitor) is condition


def test_one_broken_feed_never_stops_another(tmp_path: Path, feeds: FeedServer, hook: Hook) -> None:
    feeds.routes |= {"/a": Answer(raw=b"\x00\x01garbage\r\n\r\n"), "/b": Answer(500), "/c": Answer(body=rss(entry(1)))}
    names = {name: feeds.url(f"/{name}") for name in "abc"} | {"d": "http://127.0.0.1:9/closed"}
    with House(tmp_path, names, {"chat": hook.url()}).monitor() as monitor:
        report = monitor.poll(MINUTES[0])
        assert (report.polled, report.failed, report.counts.new) == (4, 3, 1)
        cycle(monitor, MINUTES[1])
        assert len(hook.received) == 1


class PoisonRules:
    """Rules with a bug that one feed sets off."""

    hash = "poison"

    def match(self, item: Item, feed: object, **how: object) -> tuple[Match, ...]:
        if item.feed == "one":
            raise ZeroDivisionError("a bug")
        return ()


def test_a_bug_set_off_by_one_feed_moves_it_on_lets_the_others_finish_and_is_raised(
    tmp_path: Path, feeds: FeedServer, hook: Hook
) -> None:
    feeds.routes |= {"/one": Answer(body=rss(entry(1))), "/two": Answer(body=rss(entry(2)))}
    place = House(tmp_path, {"one": feeds.url("/one"), "two": feeds.url("/two")}, {"chat": hook.url()})
    with place.monitor() as monitor:
        sound = monitor.setup
        monitor.adopt(replace(sound, rule_set=PoisonRules()), MINUTES[0])  # type: ignore[arg-type]
        with pytest.raises(ZeroDivisionError):
            monitor.poll(MINUTES[0])
        assert (state(monitor, "one"), state(monitor, "two")) == (FeedCondition.FAILING, FeedCondition.OK)
        assert monitor.store.due_feeds(MINUTES[0]) == ()
        monitor.adopt(sound, MINUTES[1])
        cycle(monitor, MINUTES[9])
        assert any("Raid 1" in text for text in told(hook))


def test_validators_do_not_advance_without_their_items(tmp_path: Path, feeds: FeedServer, hook: Hook) -> None:
    def conditional(asked: Asked) -> Answer:
        if asked.headers.get("If-None-Match") == '"a"':
            return Answer(304)
        return Answer(body=rss(entry(1)), headers={"ETag": '"a"'})

    def dies(label: str) -> None:
        if label == "judged":
            raise KeyboardInterrupt

    feeds.routes["/one"] = conditional
    place = house(tmp_path, feeds, hook)
    with pytest.raises(KeyboardInterrupt), place.monitor(step=dies) as monitor:
        monitor.poll(MINUTES[0])
    with place.monitor() as monitor:
        cycle(monitor, MINUTES[1])
    assert len(hook.received) == 1


def test_two_hundred_feeds_due_at_once_are_all_polled(tmp_path: Path, feeds: FeedServer, hook: Hook) -> None:
    names = {f"f{n}": feeds.url(f"/f{n}") for n in range(200)}
    feeds.routes |= {f"/f{n}": Answer(body=rss(entry(n))) for n in range(200)}
    with House(tmp_path, names, {"chat": hook.url()}).monitor() as monitor:
        report = monitor.poll(MINUTES[0])
        assert (report.polled, report.failed, report.counts.matched) == (200, 0, 200)


# --- channels ----------------------------------------------------------------------------------


def test_a_channel_that_fails_for_good_is_a_dead_letter_and_delays_no_other(
    tmp_path: Path, feeds: FeedServer, hook: Hook, post: Post
) -> None:
    post.refuse_recipient = "550 no such user"
    feeds.routes["/one"] = Answer(body=rss(entry(1)))
    with House(tmp_path, {"one": feeds.url("/one")}, {"desk": post.url(), "chat": hook.url()}).monitor() as monitor:
        cycle(monitor, MINUTES[0])
        assert len(hook.received) == 1
        [letter] = monitor.store.dead_letters()
        assert letter.channel == "desk"
        assert "550" in (letter.last_error or "")
        assert monitor.books().dead == 1


def test_a_channel_that_is_down_is_told_when_it_is_back(tmp_path: Path, feeds: FeedServer, post: Post) -> None:
    post.refuse_message = "451 try later"
    feeds.routes["/one"] = Answer(body=rss(entry(1)))
    with House(tmp_path, {"one": feeds.url("/one")}, {"desk": post.url()}).monitor() as monitor:
        cycle(monitor, MINUTES[0])
        assert monitor.books().pending == 1
        post.refuse_message = ""
        cycle(monitor, MINUTES[1])
        assert len(post.letters) == 1
        assert monitor.books().delivered == 1


def test_nobody_at_the_other_end_is_tried_again(tmp_path: Path, feeds: FeedServer) -> None:
    feeds.routes["/one"] = Answer(body=rss(entry(1)))
    with dead_port() as port:
        place = House(tmp_path, {"one": feeds.url("/one")}, {"chat": f"json://127.0.0.1:{port}/"})
        with place.monitor() as monitor:
            cycle(monitor, MINUTES[0])
            assert monitor.books().pending == 1
            due = monitor.store.next_attempt_at()
            assert due is not None
            assert due > MINUTES[0]


def test_a_removed_channel_is_a_dead_letter_with_that_reason(tmp_path: Path, feeds: FeedServer, hook: Hook) -> None:
    place = house(tmp_path, feeds, hook, digest='cron: "0 8 * * *"')
    with place.monitor() as monitor:
        cycle(monitor, MINUTES[0])
        assert monitor.books().pending == 1
    place.channels({"other": hook.url("other")})
    place.digest('cron: "0 8 * * *"', ["other"])
    with place.monitor(MINUTES[1]) as monitor:
        assert (monitor.books().pending, monitor.books().dead) == (0, 1)


def test_a_new_channel_starts_with_a_baseline(tmp_path: Path, feeds: FeedServer, hook: Hook) -> None:
    place = house(tmp_path, feeds, hook)
    with place.monitor() as monitor:
        cycle(monitor, MINUTES[0])
    with web_receiver() as late:
        place.channels({"chat": hook.url(), "late": late.url()})
        place.digest("at_once: informational", ["chat", "late"])
        with place.monitor(MINUTES[1]) as monitor:
            cycle(monitor, MINUTES[1])
            assert late.received == []
            feeds.routes["/one"] = Answer(body=rss(entry(1), entry(2)))
            cycle(monitor, MINUTES[2])
            assert len(late.received) == 1


# --- schedules ---------------------------------------------------------------------------------


def test_a_scheduled_digest_holds_what_the_channel_was_not_told_and_nothing_else(
    tmp_path: Path, feeds: FeedServer, hook: Hook
) -> None:
    place = house(tmp_path, feeds, hook, digest='cron: "0 8 * * *", timezone: Asia/Baghdad, send_empty: true')
    morning = datetime(2024, 10, 25, 5, 0, tzinfo=UTC)
    with place.monitor() as monitor:
        cycle(monitor, MINUTES[0])
        assert hook.received == []
        feeds.routes["/one"] = Answer(body=rss(entry(1), entry(2)))
        cycle(monitor, MINUTES[1])
        cycle(monitor, morning)
        [text] = told(hook)
        assert "Raid 1" in text
        assert "Raid 2" in text
        cycle(monitor, morning + timedelta(days=1))
        assert "Raid" not in told(hook)[1]
        assert "1 of 1" in told(hook)[1]


def test_quiet_hours_hold_in_the_books_and_release_later(tmp_path: Path, feeds: FeedServer, hook: Hook) -> None:
    digest = 'at_once: informational, quiet: {from: "11:00", to: "13:00"}'
    with house(tmp_path, feeds, hook, digest=digest).monitor() as monitor:
        cycle(monitor, MINUTES[0])
        assert (hook.received, monitor.books().held) == ([], {"quiet": 1})
        cycle(monitor, NOON + timedelta(hours=1))
        assert len(hook.received) == 1
        assert monitor.books().held == {}


def test_each_report_is_kept_with_who_is_behind_it(tmp_path: Path, feeds: FeedServer, hook: Hook) -> None:
    feeds.routes["/one"] = Answer(body=rss(entry(1), entry(2, summary="BAGHDAD (AP) - Seven were killed.")))
    feeds.routes["/two"] = Answer(body=rss(entry(2, "Seven killed in raid on ISIS", guid="other")))
    place = house(tmp_path, feeds, hook)
    place.write("publishers.yaml", "publishers:\n  - {id: ap, agency: true, names: [AP]}")
    with place.monitor() as monitor:
        monitor.poll(NOON)
        origins = {one.report.item_key: one.report.origin for one in monitor.store.untold("chat", NOON)}
        assert sorted(origins.values()) == ["ap", "example.org"]
        place.feeds({"one": feeds.url("/one"), "two": feeds.url("/two")})
    with place.monitor() as monitor:
        monitor.poll(NOON + timedelta(minutes=5))
        [found] = monitor.store.find_items("Seven killed in raid")
        assert [one.origin for one in monitor.store.story_hints((), [found.key])] == [
            "ap"
        ]  # the page that AP's report is


# --- slow receivers ----------------------------------------------------------------------------


def test_what_falls_due_while_a_slow_server_is_waited_for_is_sent_meanwhile(
    tmp_path: Path, feeds: FeedServer, hook: Hook, post: Post
) -> None:
    feeds.routes["/one"] = Answer(body=rss(entry(1)))
    slow = House(tmp_path, {"one": feeds.url("/one")}, {"desk": post.url(), "chat": hook.url()})
    post.slow = 2.5
    with slow.monitor() as monitor:
        monitor.poll(NOON)
        [spec] = monitor.setup.digests
        assert monitor.teller.compose_now(monitor.setup, spec, "desk", NOON) == 1
        assert monitor.teller.compose_now(monitor.setup, spec, "chat", NOON + timedelta(seconds=1)) == 1
        assert monitor.deliver(NOON).delivered == 2


# --- as the story stands -------------------------------------------------------------------------

SURE = RULES.replace("    when: |", "    tell_when: reports >= 2\n    when: |")
RISES = RULES.replace("    when: |", '    raise: {critical: "reports >= 2"}\n    when: |')


def later(number: int, *, title: str = "Seven killed in raid on ISIS") -> str:
    """Another feed's link to a page of the first."""
    return entry(number + 90, title, link=f"https://news.example.org/{number}?utm_source=x", guid=f"other{number}")


def test_what_its_story_does_not_bear_out_is_held_and_told_when_it_does(
    tmp_path: Path, feeds: FeedServer, hook: Hook
) -> None:
    feeds.routes |= {"/one": Answer(body=rss(entry(1))), "/two": Answer(body=rss())}
    both = {"one": feeds.url("/one"), "two": feeds.url("/two")}
    with House(tmp_path, both, {"chat": hook.url()}, rules=SURE).monitor() as monitor:
        cycle(monitor, MINUTES[0])
        assert (hook.received, monitor.books().held) == ([], {"unconfirmed": 1})
        cycle(monitor, MINUTES[1])
        assert monitor.books().held == {"unconfirmed": 1}
        feeds.routes["/two"] = Answer(body=rss(later(1)))
        cycle(monitor, MINUTES[2])
        [text] = told(hook)
        assert "2 reports" in text
        assert (monitor.books().held, monitor.books().delivered) == ({}, 2)


def test_what_was_never_borne_out_is_let_go_by_an_alert_and_told_as_such_by_a_digest(
    tmp_path: Path, feeds: FeedServer, hook: Hook
) -> None:
    place = house(tmp_path, feeds, hook, rules=SURE)
    place.write(
        "digests.yaml",
        "digests:\n  - {id: alert, channels: [chat], at_once: high}\n"
        "  - {id: daily, channels: [chat], every: 1h, unconfirmed: {hold: 2h, show: true}}",
    )
    with place.monitor() as monitor:
        cycle(monitor, NOON)
        cycle(monitor, NOON + timedelta(hours=1))
        assert (hook.received, monitor.books().held) == ([], {"unconfirmed": 1})
        cycle(monitor, NOON + timedelta(hours=3))
        [text] = told(hook)
        assert "unconfirmed" in text
    other = house(tmp_path / "other", feeds, hook, rules=SURE)
    with other.monitor() as monitor:
        cycle(monitor, NOON)
        cycle(monitor, NOON + timedelta(hours=25))
        assert monitor.books().suppressed == {"unconfirmed": 1}
        assert len(told(hook)) == 1


def test_a_level_that_the_story_lifts_rings_although_the_report_is_a_repeat(
    tmp_path: Path, feeds: FeedServer, hook: Hook
) -> None:
    feeds.routes |= {"/one": Answer(body=rss(entry(1))), "/two": Answer(body=rss())}
    place = House(tmp_path, {"one": feeds.url("/one"), "two": feeds.url("/two")}, {"chat": hook.url()}, rules=RISES)
    place.write(
        "digests.yaml",
        "digests:\n  - {id: urgent, channels: [chat], at_once: critical}\n  - {id: soon, channels: [chat], every: 1m}",
    )
    with place.monitor(NOON - timedelta(hours=1)) as monitor:
        cycle(monitor, MINUTES[0])
        [first] = told(hook)
        assert "HIGH · NEW" in first
        feeds.routes["/two"] = Answer(body=rss(later(1)))
        cycle(monitor, MINUTES[2])
        [_, second] = told(hook)
        assert second.startswith("[critical] update: ")
        assert "level: high → critical" in second


def test_what_only_another_channel_was_told_is_no_repeat(tmp_path: Path, feeds: FeedServer, hook: Hook) -> None:
    feeds.routes |= {"/one": Answer(body=rss(entry(1))), "/two": Answer(body=rss())}
    place = House(tmp_path, {"one": feeds.url("/one"), "two": feeds.url("/two")}, {"chat": hook.url()})
    place.write("feeds.yaml", (place.config / "feeds.yaml").read_text().replace("id: two,", "id: two, tags: [iraq],"))
    place.write("digests.yaml", "digests:\n  - {id: all, channels: [chat], every: 1m, select: {tags: [iraq]}}")
    with place.monitor(NOON - timedelta(hours=1)) as monitor:
        cycle(monitor, MINUTES[0])
        assert hook.received == []
        feeds.routes["/two"] = Answer(body=rss(later(1, title="Raid 1 kills seven ISIS members")))
        cycle(monitor, MINUTES[1])
        assert len(told(hook)) == 1
