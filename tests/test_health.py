"""What is wrong with a source, told apart, told once when it persists and once when it is over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor import health
from monitor.model import Failed, FailureKind, Feed, FeedCondition, FeedState, Finding, Notice, Rhythm, Tier, Trouble
from monitor.pace import learn

NOW = datetime(2024, 10, 24, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FEED = Feed("radio", "https://radio.example/rss", "Radio")
OFFICIAL = replace(FEED, tier=Tier.OFFICIAL)
HOURLY = learn(Rhythm(), [NOW - 20 * DAY + n * HOUR for n in range(20 * 24)], NOW)


def down(kind: FailureKind, at: datetime, before: tuple[Finding, ...] = ()) -> tuple[Finding, ...]:
    return health.failed(before, Failed(kind, "words"), at)


def review(
    state: FeedState, at: datetime, told: Mapping[tuple[str, str], Notice] | None = None, feed: Feed = FEED
) -> list[Notice]:
    return list(health.review({feed.id: feed}, [state], told or {}, at))


def as_told(notice: Notice) -> dict[tuple[str, str], Notice]:
    return {(notice.subject, notice.topic): notice}


# --- findings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "trouble"),
    [
        (FailureKind.DNS, Trouble.FAILING),
        (FailureKind.TLS, Trouble.FAILING),
        (FailureKind.TIMEOUT, Trouble.FAILING),
        (FailureKind.HTTP, Trouble.FAILING),
        (FailureKind.NOT_A_FEED, Trouble.NOT_A_FEED),
        (FailureKind.GONE, Trouble.GONE),
    ],
)
def test_failures_are_told_apart_with_their_kind(kind: FailureKind, trouble: Trouble) -> None:
    [found] = down(kind, NOW)
    assert (found.trouble, found.since, found.words) == (trouble, NOW, f"{kind.value}: words")


def test_a_trouble_began_when_it_was_first_seen_in_whatever_form() -> None:
    found = down(FailureKind.NOT_A_FEED, NOW + HOUR, down(FailureKind.DNS, NOW))
    assert [(one.trouble, one.since) for one in found] == [(Trouble.NOT_A_FEED, NOW)]


def test_a_failure_leaves_standing_what_only_a_document_could_tell() -> None:
    undated = Finding(Trouble.UNDATED, NOW - DAY, "undated")
    assert undated in down(FailureKind.DNS, NOW, (undated,))


def test_an_answer_ends_a_failure() -> None:
    before = FeedState("radio", troubles=down(FailureKind.DNS, NOW))
    assert health.answered(before, FeedState("radio"), NOW + HOUR, empty=False) == ()


def test_empty_and_undated_are_troubles_that_stay_while_the_document_stays() -> None:
    before = FeedState("radio")
    for words in ({"empty": True}, {"undated": True}):
        first = health.answered(before, before, NOW, **words)
        again = health.answered(replace(before, troubles=first), before, NOW + HOUR)
        assert [(one.trouble.value, one.since) for one in again] == [(next(iter(words)), NOW)]


def test_a_moved_feed_says_what_to_write_in_the_configuration() -> None:
    state = FeedState("radio", moved_to="https://new.example/rss")
    [found] = health.answered(FeedState("radio"), state, NOW, empty=False)
    assert found.words == "moved for good to https://new.example/rss: put that in feeds.yaml"


# --- silence -------------------------------------------------------------------------------------


def silent(rhythm: Rhythm, at: datetime, changed_at: datetime | None = None) -> list[Trouble]:
    state = FeedState("radio", rhythm=rhythm, changed_at=changed_at or rhythm.newest)
    return [one.trouble for one in health.answered(state, state, at)]


def test_silence_is_a_trouble_only_beyond_what_the_feed_has_kept_before() -> None:
    limit = health.silent_after(HOURLY, NOW)
    assert limit == 12 * HOUR
    newest = HOURLY.newest
    assert newest is not None
    assert silent(HOURLY, newest + limit) == []
    assert silent(HOURLY, newest + limit + MINUTE) == [Trouble.FROZEN]
    assert silent(HOURLY, newest + limit + MINUTE, changed_at=newest + limit) == [Trouble.STALE]


def test_a_feed_that_rests_at_the_weekend_is_not_stale_on_monday() -> None:
    monday = datetime(2024, 10, 21, 0, tzinfo=UTC)
    hours = [
        monday - timedelta(weeks=w) + d * DAY + h * HOUR for w in range(1, 4) for d in range(5) for h in range(8, 18)
    ]
    rhythm = learn(Rhythm(), hours, monday)
    assert silent(rhythm, monday + 8 * HOUR) == []
    assert silent(rhythm, monday + 8 * DAY) == [Trouble.FROZEN]


def test_of_a_feed_that_is_hardly_known_nothing_is_said() -> None:
    assert health.silent_after(learn(Rhythm(), [NOW - n * HOUR for n in range(4)], NOW), NOW) is None
    assert silent(Rhythm(), NOW + 100 * DAY) == []


def test_in_its_first_week_a_feed_gets_a_day_at_least() -> None:
    young = learn(Rhythm(), [NOW - n * MINUTE for n in range(30)], NOW)
    assert health.silent_after(young, NOW) == 3 * DAY
    assert health.silent_after(young, NOW + 7 * DAY) == 6 * HOUR


# --- notices -------------------------------------------------------------------------------------


def test_a_failure_is_told_once_when_it_persists_and_once_on_recovery() -> None:
    state = FeedState("radio", failures=3, troubles=down(FailureKind.DNS, NOW))
    assert review(state, NOW + HOUR) == []
    [first] = review(state, NOW + 2 * HOUR)
    assert first.text == "Radio: dns: words, since 24 Oct 12:00Z"
    assert review(state, NOW + 9 * HOUR, as_told(first)) == []
    [over] = review(FeedState("radio"), NOW + 9 * HOUR, as_told(first))
    assert (over.over, over.silent) == (True, False)
    assert over.text == "Radio: well again, 7 h after it was told"
    assert review(FeedState("radio"), NOW + 9 * HOUR, as_told(over)) == []


def test_an_official_source_is_told_of_after_half_an_hour_but_never_on_one_failure_alone() -> None:
    state = FeedState("radio", failures=2, troubles=down(FailureKind.TLS, NOW))
    assert len(review(state, NOW + 30 * MINUTE, feed=OFFICIAL)) == 1
    assert review(replace(state, failures=1), NOW + 30 * MINUTE, feed=OFFICIAL) == []


def test_a_feed_that_comes_and_goes_is_told_once_a_day_at_most() -> None:
    over = Notice("radio", "no answer", "well again", NOW, over=True)
    state = FeedState("radio", failures=5, troubles=down(FailureKind.DNS, NOW + HOUR))
    assert review(state, NOW + 5 * HOUR, as_told(over)) == []
    assert len(review(state, NOW + DAY, as_told(over))) == 1


def test_410_is_told_at_once_and_a_page_in_place_of_a_feed_does_not_repeat_a_time_out() -> None:
    gone = FeedState("radio", failures=1, troubles=down(FailureKind.GONE, NOW))
    assert len(review(gone, NOW)) == 1
    told = Notice("radio", "no answer", "timeout", NOW)
    page = FeedState("radio", failures=9, troubles=down(FailureKind.NOT_A_FEED, NOW))
    assert review(page, NOW + DAY, as_told(told)) == []


def test_each_gap_is_an_event_of_its_own_and_is_never_over() -> None:
    gap = Finding(Trouble.OVERRUN, NOW, health.gap_words(NOW - 8 * HOUR, NOW, 40))
    state = FeedState("radio", troubles=(gap,))
    [first] = review(state, NOW)
    assert first.text == "Radio: possible gap 04:00–12:00Z, about 40 items; polled more often from now on"
    assert review(state, NOW + HOUR, as_told(first)) == []
    [end] = review(FeedState("radio"), NOW + 2 * DAY, as_told(first))
    assert end.silent
    later = replace(state, troubles=(replace(gap, since=NOW + 3 * DAY),))
    assert len(review(later, NOW + 3 * DAY, as_told(end))) == 1


def test_a_feed_taken_out_of_the_configuration_ends_its_notices_in_silence() -> None:
    told = Notice("radio", "no answer", "timeout", NOW)
    [end] = health.review({}, [], as_told(told), NOW)
    assert (end.over, end.silent) == (True, True)


# --- rules and languages -------------------------------------------------------------------------


def test_a_rule_that_usually_fires_and_has_gone_quiet_is_told_once_and_once_again_when_it_is_back() -> None:
    daily = learn(Rhythm(), [NOW - n * DAY for n in range(6, 40)], NOW)
    assert not list(health.quiet("rule posture", "rule posture", daily, {}, NOW))
    [found] = health.quiet("rule posture", "rule “US posture”", daily, {}, NOW + 7 * DAY)
    assert found.text == "rule “US posture”: nothing since 18 Oct; usually one every 24 h"
    assert not list(health.quiet("rule posture", "x", daily, as_told(found), NOW + 8 * DAY))
    again = learn(daily, [NOW + 9 * DAY], NOW + 9 * DAY)
    [back] = health.quiet("rule posture", "rule", again, as_told(found), NOW + 9 * DAY)
    assert back.over


@pytest.mark.parametrize(
    ("trouble", "hours", "well"),
    [
        (Trouble.MOVED, 99, True),
        (Trouble.UNDATED, 99, True),
        (Trouble.OVERRUN, 1, True),
        (Trouble.EMPTY, 5, True),
        (Trouble.EMPTY, 6, False),
        (Trouble.STALE, 0, False),
        (Trouble.FROZEN, 0, False),
    ],
)
def test_a_feed_that_answers_is_healthy_while_it_covers_something(trouble: Trouble, hours: int, *, well: bool) -> None:
    state = FeedState("radio", condition=FeedCondition.OK, troubles=(Finding(trouble, NOW, "words"),))
    assert health.healthy(state, NOW + hours * HOUR) is well


def test_a_feed_that_fails_is_not_healthy_from_its_first_failure_on() -> None:
    assert not health.healthy(FeedState("radio", condition=FeedCondition.FAILING), NOW)
    assert health.healthy(FeedState("radio"), NOW)  # nobody has asked it yet
