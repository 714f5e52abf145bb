"""Feeds in the store: which are polled, when, and what survives an edit of the configuration."""

from __future__ import annotations

from dataclasses import replace

import pytest
from store_samples import DAY, FEEDS, HOUR, MINUTE, NOW, RADIO, WIRE, judged, poll

from monitor.model import FeedCondition, FeedState, Finding, Rhythm, Trouble, Validators
from monitor.store import Store


def test_a_new_feed_is_due_at_once(store: Store) -> None:
    assert [state.feed for state in store.due_feeds(NOW)] == ["radio", "wire"]
    assert store.due_feeds(NOW - MINUTE) == ()
    assert store.feed_states() == (FeedState("radio", next_fetch_at=NOW), FeedState("wire", next_fetch_at=NOW))


def test_what_is_known_of_a_feed_comes_back_as_it_was_saved(store: Store) -> None:
    saved = FeedState(
        "wire",
        FeedCondition.FAILING,
        Validators('W/"\'odd\udce9\\"', "yesterday"),  # a byte that is no UTF-8 is kept as it was sent
        next_fetch_at=NOW + HOUR,
        last_fetch_at=NOW,
        last_success_at=NOW - DAY,
        newest_item_at=NOW - DAY,
        failures=3,
        problem="http: 503 from the server",
        moved_to="https://new.example/feed",
        body_hash="abc",
        items=30,
        baselined=True,
    )
    store.save_poll(replace(poll(), state=saved))
    assert store.feed_states()[1] == saved


def test_feeds_with_troubles_are_found_without_reading_the_others(store: Store) -> None:
    trouble = Finding(Trouble.STALE, NOW, "nothing new")
    store.save_poll(replace(poll(), state=FeedState("wire", troubles=(trouble,), rhythm=Rhythm(count=7))))
    assert [(state.feed, state.troubles) for state in store.troubled_feeds()] == [("wire", (trouble,))]
    assert {feed: rhythm.count for feed, rhythm in store.rhythms().items()} == {"radio": 0, "wire": 7}
    store.save_poll(replace(poll(at=NOW + DAY), state=FeedState("wire")))
    assert store.troubled_feeds() == ()


def test_the_longest_due_feed_is_polled_first(store: Store) -> None:
    store.save_poll(poll(at=NOW + MINUTE, feed="radio"))
    store.save_poll(poll(at=NOW, feed="wire"))
    assert [state.feed for state in store.due_feeds(NOW + DAY)] == ["wire", "radio"]
    assert store.next_fetch_at() == NOW + 15 * MINUTE


def test_a_feed_that_is_gone_is_never_due_until_the_operator_says_so(store: Store) -> None:
    for feed in FEEDS:
        store.save_poll(poll(feed=feed.id, condition=FeedCondition.GONE, next_fetch_at=None))
    assert store.next_fetch_at() is None
    assert store.due_feeds(NOW + 1000 * DAY) == ()
    store.make_due(["wire"], NOW + DAY)
    assert [state.feed for state in store.due_feeds(NOW + DAY)] == ["wire"]


def test_a_feed_that_left_the_configuration_is_not_polled_and_returns_with_its_state(store: Store) -> None:
    store.save_poll(poll(judged(1)))
    before = store.feed_states()
    store.sync_feeds([RADIO], NOW)
    assert [state.feed for state in store.feed_states()] == ["radio"]
    assert [state.feed for state in store.due_feeds(NOW + DAY)] == ["radio"]
    store.sync_feeds(FEEDS, NOW + DAY)
    assert store.feed_states() == before


def test_a_feed_under_another_url_forgets_the_validators_of_the_old_one_but_not_its_baseline(store: Store) -> None:
    store.save_poll(poll(judged(1), condition=FeedCondition.GONE, next_fetch_at=None, failures=2, problem="gone"))
    store.sync_feeds([replace(WIRE, url="https://wire.example/new"), RADIO], NOW + DAY)
    wire = store.feed_states()[1]
    assert wire == FeedState("wire", next_fetch_at=NOW + DAY, last_success_at=NOW, newest_item_at=NOW, baselined=True)


def test_the_url_and_the_headers_of_a_feed_are_not_stored(store: Store, url: str) -> None:
    store.sync_feeds([replace(WIRE, headers=(("Authorization", "Bearer s3cret"),))], NOW)
    with store._db.read() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM feeds").all()
    assert "s3cret" not in repr(rows)
    assert "wire.example" not in repr(rows)


def test_reports_carry_the_title_tier_and_tags_the_feed_has_now(store: Store) -> None:
    store.save_poll(poll(judged(1)))
    store.sync_feeds([replace(WIRE, title="Renamed", tags=("iraq", "raid", "syria")), RADIO], NOW)
    (untold,) = store.untold("desk", NOW)
    assert untold.report.feed_title == "Renamed"
    assert untold.report.tags == ("raid", "iraq", "syria")


def test_a_poll_of_a_feed_that_was_never_configured_is_a_bug(store: Store) -> None:
    with pytest.raises(ValueError, match="never synced"):
        store.save_poll(poll(feed="stranger"))


def test_many_feeds_can_leave_at_once(store: Store) -> None:
    store.sync_feeds([replace(WIRE, id=f"feed-{number}") for number in range(700)], NOW)
    assert len(store.due_feeds(NOW)) == 700
    store.sync_feeds(FEEDS, NOW)
    assert len(store.due_feeds(NOW)) == 2
