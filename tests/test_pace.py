"""When a feed is fetched next, and the rhythm that is learned from its items."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.model import Failed, FailureKind, Feed, NotModified, Rhythm, Tier, Validators, Wishes
from monitor.pace import learn, next_fetch, overrun

NOW = datetime(2024, 10, 24, 12, 30, tzinfo=UTC)  # a Thursday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FEED = Feed("wire", "https://example.org/feed", "The Wire", interval=10 * MINUTE)
PATIENT = Feed("wire", "https://example.org/feed", "The Wire", interval=10 * MINUTE, interval_max=HOUR)
FINE = NotModified(Validators())


def failed(kind: FailureKind = FailureKind.TIMEOUT, retry_after: timedelta | None = None) -> Failed:
    return Failed(kind, "no answer", retry_after=retry_after)


def wait(result: Failed | NotModified = FINE, failures: int = 0, feed: Feed = FEED, **known: object) -> timedelta:
    due = next_fetch(feed, result, failures, NOW, **known)  # type: ignore[arg-type]
    assert due is not None
    return due - NOW


def rhythm(gap: timedelta, count: int = 30) -> Rhythm:
    return Rhythm(NOW - 10 * DAY, NOW - gap, gap, gap * 4, count)


# --- the interval --------------------------------------------------------------------------------


def test_a_healthy_feed_is_fetched_within_its_interval_each_feed_a_little_earlier_than_another() -> None:
    waits = {wait(feed=Feed(f"feed-{n}", "https://example.org/", "F", interval=10 * MINUTE)) for n in range(50)}
    assert min(waits) >= 9 * MINUTE
    assert max(waits) < 10 * MINUTE
    assert len(waits) > 40


def test_a_feed_whose_items_leave_soon_is_polled_before_they_do_but_never_faster_than_its_bound() -> None:
    assert wait(rhythm=rhythm(MINUTE), items=20) <= 5 * MINUTE
    assert wait(rhythm=rhythm(timedelta(seconds=1)), items=20) >= 0.9 * FEED.interval_min


def test_a_quiet_feed_is_asked_less_often_up_to_its_longest_interval() -> None:
    assert 18 * MINUTE < wait(feed=PATIENT, rhythm=rhythm(8 * HOUR), items=20) <= 20 * MINUTE
    assert 54 * MINUTE < wait(feed=PATIENT, rhythm=rhythm(9 * DAY), items=20) <= HOUR
    assert wait(rhythm=rhythm(9 * DAY), items=20) <= 10 * MINUTE  # this one has no longer interval


def test_a_rhythm_of_two_gaps_says_nothing() -> None:
    assert wait(rhythm=rhythm(timedelta(seconds=1), count=2), items=20) >= 9 * MINUTE


# --- wishes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "wishes"),
    [
        (FINE, Wishes(ttl=30 * MINUTE)),
        (NotModified(Validators(), fresh_for=30 * MINUTE), Wishes()),
        (FINE, Wishes(skip_hours=(12,))),  # it is 12:30
    ],
)
def test_a_publishers_wish_is_honoured_up_to_the_longest_interval(result: NotModified, wishes: Wishes) -> None:
    assert 27 * MINUTE <= wait(result, feed=PATIENT, wishes=wishes) <= 30 * MINUTE
    assert wait(result, wishes=wishes) <= 10 * MINUTE


def test_a_day_to_be_skipped_is_skipped_up_to_the_longest_interval() -> None:
    assert 54 * MINUTE <= wait(feed=PATIENT, wishes=Wishes(skip_days=(3,))) <= HOUR
    assert wait(feed=PATIENT, wishes=Wishes(skip_days=(4,))) <= 10 * MINUTE


def test_that_nothing_is_missed_weighs_more_than_a_wish() -> None:
    assert wait(feed=PATIENT, wishes=Wishes(ttl=HOUR), rhythm=rhythm(MINUTE), items=20) <= 5 * MINUTE


# --- failures ------------------------------------------------------------------------------------


def test_a_failing_feed_is_backed_off_and_never_abandoned() -> None:
    waits = [wait(failed(), failures) for failures in (1, 2, 3, 50, 5000)]
    assert waits == sorted(waits)
    assert waits[1] > 1.9 * waits[0]
    assert waits[-1] <= 6 * HOUR
    official = Feed("mod", "https://example.org/", "MoD", Tier.OFFICIAL, interval=5 * MINUTE)
    assert wait(failed(), 5000, official) <= HOUR


def test_retry_after_is_obeyed_on_failure_and_on_success() -> None:
    assert wait(failed(FailureKind.HTTP, HOUR), 1) >= HOUR
    assert wait(NotModified(Validators(), retry_after=HOUR)) >= HOUR


def test_a_retry_after_of_a_year_is_not_believed() -> None:
    assert wait(failed(FailureKind.HTTP, 365 * DAY), 1) <= 1.05 * DAY


def test_410_ends_polling() -> None:
    assert next_fetch(FEED, failed(FailureKind.GONE), 1, NOW) is None


def test_after_a_standstill_the_next_fetches_are_spread_over_the_interval() -> None:
    feeds = [Feed(f"feed-{n}", "https://example.org/", "F", interval=10 * MINUTE) for n in range(100)]
    waits = [wait(feed=feed, late=8 * HOUR) for feed in feeds]
    assert min(waits) < 6 * MINUTE
    assert 9 * MINUTE < max(waits) <= 10 * MINUTE


# --- rhythm --------------------------------------------------------------------------------------


def test_a_rhythm_is_learned_from_the_dates_of_a_first_document() -> None:
    learned = learn(Rhythm(), [NOW - n * HOUR for n in range(30)], NOW)
    assert (learned.newest, learned.since, learned.count) == (NOW, NOW - 29 * HOUR, 29)
    assert learned.gap == HOUR
    assert learned.longest == HOUR


def test_the_longest_silence_fades_so_that_a_holiday_is_forgotten() -> None:
    after_holiday = learn(Rhythm(), [NOW - 100 * DAY, NOW - 90 * DAY], NOW)
    assert after_holiday.longest == 10 * DAY
    daily = learn(after_holiday, [NOW - n * DAY for n in range(89, -1, -1)], NOW)
    assert 3 * DAY < daily.longest < 4 * DAY


def test_dates_in_the_future_and_old_pinned_items_do_not_spoil_a_rhythm() -> None:
    ages = [-5 * DAY, *(n * HOUR for n in range(20)), 3000 * DAY]
    learned = learn(Rhythm(), [NOW - age for age in ages], NOW)
    assert learned.newest == NOW
    assert learned.longest <= 30 * DAY


# --- what was missed -----------------------------------------------------------------------------


def test_a_document_without_a_known_item_means_a_gap_of_about_so_many() -> None:
    before = learn(Rhythm(), [NOW - 8 * HOUR - n * 10 * MINUTE for n in range(20)], NOW)
    moments = [NOW - n * 10 * MINUTE for n in range(7)]
    after, gap = overrun(before, moments, 7, NOW - 8 * HOUR, NOW)
    assert gap is not None
    assert (gap.start, gap.end) == (NOW - 8 * HOUR, NOW - HOUR)
    assert gap.items == 41
    assert after.newest == gap.end  # what was missed is no silence of the feed


def test_a_silence_that_the_feed_has_kept_before_is_no_gap() -> None:
    days = [NOW - 3 * DAY + n * DAY - 12 * HOUR + k * HOUR for n in range(3) for k in range(8)]
    before = learn(Rhythm(), days, NOW)  # eight items by day, sixteen hours of night
    today = [NOW - 12 * HOUR, NOW - 11 * HOUR]
    assert overrun(before, today, 2, NOW - DAY, NOW)[1] is None


def test_an_undated_feed_is_reckoned_by_when_it_was_read() -> None:
    _, gap = overrun(rhythm(6 * MINUTE), [], 20, NOW - 6 * HOUR, NOW)
    assert gap is not None
    assert gap.items == 40
