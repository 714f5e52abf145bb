"""When a feed is fetched next."""

from datetime import UTC, datetime, timedelta

from monitor.model import Failed, FailureKind, Feed, NotModified, Validators
from monitor.pace import next_fetch

NOW = datetime(2024, 10, 24, 12, tzinfo=UTC)
FEED = Feed("wire", "https://example.org/feed", "The Wire", interval=timedelta(minutes=10))


def failed(kind: FailureKind = FailureKind.TIMEOUT, retry_after: timedelta | None = None) -> Failed:
    return Failed(kind, "no answer", retry_after=retry_after)


def wait(result: Failed | NotModified, failures: int = 0) -> timedelta:
    due = next_fetch(FEED, result, failures, NOW)
    assert due is not None
    return due - NOW


def test_a_healthy_feed_is_fetched_at_its_interval_give_or_take_five_per_cent() -> None:
    assert timedelta(minutes=10) <= wait(NotModified(Validators())) <= timedelta(minutes=10.5)


def test_a_failing_feed_is_backed_off_and_never_abandoned() -> None:
    waits = [wait(failed(), failures) for failures in (1, 2, 3, 50, 5000)]
    assert waits == sorted(waits)
    assert waits[1] > 1.9 * waits[0]
    assert waits[-1] <= timedelta(hours=6.5)


def test_retry_after_is_obeyed_on_failure_and_on_success() -> None:
    hour = timedelta(hours=1)
    assert wait(failed(FailureKind.HTTP, hour), 1) >= hour
    assert wait(NotModified(Validators(), retry_after=hour)) >= hour


def test_a_retry_after_of_a_year_is_not_believed() -> None:
    assert wait(failed(FailureKind.HTTP, timedelta(days=365)), 1) <= timedelta(days=1)


def test_410_ends_polling() -> None:
    assert next_fetch(FEED, failed(FailureKind.GONE), 1, NOW) is None
