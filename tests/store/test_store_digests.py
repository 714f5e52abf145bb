"""Digests in the store: due, composed once from what is untold, and frozen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from store_samples import DAY, FIGURE, HOUR, MINUTE, NOW, ON_DESK, compose, deliver_all, digest, judged, match, poll

from monitor.model import Change, Entry, Join, Level, Owed, OwedStatus, Reason, Status
from monitor.store import Store

MORNING = ("morning", "desk")
ALERTS = ("alerts", "duty")


def test_a_digest_is_due_when_its_time_has_come(store: Store) -> None:
    evening = ("evening", "desk")
    store.sync_digests({MORNING: ("cron 0 8", NOW), evening: ("cron 0 7", NOW - HOUR)})
    assert store.due_digests(NOW - 2 * HOUR) == ()
    assert store.due_digests(NOW - MINUTE) == (evening,)
    assert store.due_digests(NOW) == (evening, MORNING)
    assert store.next_due_at() == NOW - HOUR


def test_what_tells_at_once_is_due_while_its_channel_is_owed_something(store: Store) -> None:
    store.sync_digests({ALERTS: ("at once", None)})
    assert store.due_digests(NOW) == ()
    assert store.next_due_at() is None
    store.save_poll(poll(judged(1, owed=(Owed("duty", OwedStatus.HELD, Reason.QUIET, NOW + HOUR),))))
    assert store.due_digests(NOW) == ()
    assert store.next_release_at() == NOW + HOUR
    assert store.due_digests(NOW + HOUR) == (ALERTS,)
    store.save_poll(poll(judged(2, owed=(Owed("duty", OwedStatus.PENDING),)), at=NOW + MINUTE))
    assert store.due_digests(NOW) == (ALERTS,)


def test_a_due_time_is_kept_until_the_schedule_is_edited(store: Store) -> None:
    store.sync_digests({MORNING: ("cron 0 8", NOW)})
    store.sync_digests({MORNING: ("cron 0 8", NOW + DAY)})
    assert store.next_due_at() == NOW
    store.sync_digests({MORNING: ("cron 0 9", NOW + DAY)})
    assert store.next_due_at() == NOW + DAY
    store.sync_digests({})
    assert store.next_due_at() is None


def test_a_poison_digest_can_be_put_off(store: Store) -> None:
    store.sync_digests({MORNING: ("cron 0 8", NOW), ALERTS: ("at once", None)})
    for spec, channel in (MORNING, ALERTS):
        store.postpone_digest(spec, channel, NOW + HOUR)
    assert store.due_digests(NOW) == ()
    assert set(store.due_digests(NOW + HOUR)) == {MORNING, ALERTS}


def test_the_loudest_and_then_the_newest_is_untold_first(store: Store) -> None:
    store.save_poll(poll(judged(1), judged(2, matches=(match(level=Level.LOW), match("loud", Level.CRITICAL)))))
    store.save_poll(poll(judged(4), judged(3), at=NOW + MINUTE))
    untold = store.untold("desk", NOW)
    assert [one.report.item_key[-1] for one in untold] == ["2", "3", "4", "1"]
    assert [one.level for one in untold] == [Level.CRITICAL, Level.HIGH, Level.HIGH, Level.HIGH]
    assert store.untold("duty", NOW) == ()


def test_an_alert_looks_at_what_is_loud_or_of_a_rule_that_can_be(store: Store) -> None:
    store.save_poll(poll(judged(1), judged(2, matches=(match("strikes", Level.CRITICAL),)), judged(3, matches=())))
    store.save_poll(poll(judged(4, matches=(match("rising", Level.LOW), match("quiet", Level.LOW)))))
    loud = store.untold("desk", NOW, Level.CRITICAL, [match().rule, "quiet"])
    assert {one.report.item_key[-1] for one in loud} == {"2", "4"}
    assert [len(one.matched) for one in loud if one.report.item_key.endswith("4")] == [2]


def test_what_is_held_is_untold_once_its_hold_ends(store: Store) -> None:
    store.save_poll(poll(judged(1, owed=(Owed("desk", OwedStatus.HELD, Reason.QUIET, NOW + HOUR),))))
    assert store.untold("desk", NOW + HOUR - MINUTE) == ()
    assert len(store.untold("desk", NOW + HOUR)) == 1


def test_a_digest_freezes_what_it_tells_and_owes_each_recipient_one_delivery(store: Store) -> None:
    store.save_poll(poll(judged(1), judged(2, join=Join("s2", True, False, (), ("killed 4 → 6",)))))
    frozen = compose(store, recipients=("a@example.org", "b@example.org", "a@example.org"))
    store.save_poll(poll(judged(1, 2, title="Changed at the source"), at=NOW + MINUTE))
    assert store.digest("d1") == frozen
    assert store.digest("no such digest") is None
    assert [(sent.recipient, body) for sent, body in store.unsent()] == [
        ("a@example.org", frozen),
        ("b@example.org", frozen),
    ]


def test_what_a_digest_has_taken_is_not_untold_while_it_is_on_its_way(store: Store) -> None:
    store.save_poll(poll(judged(1)))
    compose(store)
    assert store.untold("desk", NOW) == ()
    assert store.books().pending == 1


def test_composing_the_same_again_tells_nothing_twice(store: Store) -> None:
    store.sync_digests({MORNING: ("cron 0 8", NOW)})
    store.save_poll(poll(judged(1)))
    stale = digest(store.untold("desk", NOW))
    assert store.compose("desk", "morning", [(stale, ("",))], (), (), NOW + DAY, NOW)
    assert not store.compose("desk", "morning", [(stale, ("",))], (), (), NOW + 2 * DAY, NOW)
    assert not store.compose("desk", "morning", [(replace(stale, id="d2"), ("",))], (), (), NOW + 2 * DAY, NOW)
    assert store.next_due_at() == NOW + DAY
    assert len(list(store.unsent())) == 1


def test_an_empty_digest_of_one_slot_is_sent_once(store: Store) -> None:
    store.sync_digests({MORNING: ("cron 0 8", NOW)})
    empty = digest(())
    assert store.compose("desk", "morning", [(empty, ("",))], (), (), NOW + DAY, NOW)
    assert not store.compose("desk", "morning", [(empty, ("",))], (), (), NOW + DAY, NOW)
    assert deliver_all(store) == 1


def test_nothing_to_tell_moves_the_due_time_alone(store: Store) -> None:
    store.sync_digests({MORNING: ("cron 0 8", NOW)})
    assert store.compose("desk", "morning", (), (), (), NOW + DAY, NOW)
    assert store.next_due_at() == NOW + DAY
    assert list(store.unsent()) == []


def test_each_story_can_be_a_digest_of_its_own(store: Store) -> None:
    store.save_poll(poll(judged(1), judged(2), judged(3)))
    untold = store.untold("desk", NOW)
    alerts = [(digest([one], f"alert-{place}"), ("",)) for place, one in enumerate(untold)]
    assert store.compose("desk", "alerts", alerts, (), (), None, NOW)
    assert store.untold("desk", NOW) == ()
    assert deliver_all(store) == 3


def test_compose_holds_and_suppresses_what_it_leaves_out(store: Store) -> None:
    store.save_poll(poll(judged(1), judged(2), judged(3)))
    holds = [("key-wire-1", 1, Reason.QUIET, NOW + HOUR, 1)]
    repeats = [("key-wire-2", 1, Reason.REPEAT)]
    assert store.compose("desk", "morning", (), holds, repeats, None, NOW)
    assert [one.report.item_key for one in store.untold("desk", NOW)] == ["key-wire-3"]
    books = store.books()
    assert (books.held, books.suppressed, books.pending) == ({"quiet": 1}, {"repeat": 1}, 1)
    assert len(store.untold("desk", NOW + HOUR)) == 2
    compose(store, now=NOW + HOUR)
    assert store.books().held == {}


def test_a_compose_that_fails_half_way_changes_nothing(store: Store) -> None:
    store.sync_digests({MORNING: ("cron 0 8", NOW)})
    store.save_poll(poll(judged(1), judged(2)))
    untold = store.untold("desk", NOW)
    both = [(digest(untold[:1], "d1"), ("",)), (digest(untold[:1], "d2"), ("",))]
    assert not store.compose("desk", "morning", both, [("key-wire-2", 1, Reason.QUIET, NOW + DAY, 1)], (), None, NOW)
    assert store.digest("d1") is None
    assert store.untold("desk", NOW) == untold
    assert store.next_due_at() == NOW


def test_a_digest_without_a_recipient_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="recipient"):
        store.compose("desk", "morning", [(digest(()), ())], (), (), None, NOW)


def test_a_digest_may_show_what_was_told_before_beside_what_was_not(store: Store) -> None:
    same = Join("story", True, False, ())
    store.save_poll(poll(judged(1, join=same)))
    compose(store)
    deliver_all(store)
    store.save_poll(poll(judged(2, join=replace(same, new=False)), at=NOW + MINUTE))
    (new,) = store.untold("desk", NOW)
    frozen = digest([new], "d2")
    entry = replace(frozen.entries[0], reports=(new.report, store.matched_since(NOW - DAY)[1]))
    assert store.compose("desk", "morning", [(replace(frozen, entries=(entry,)), ("",))], (), (), None, NOW)
    deliver_all(store)
    assert store.books().delivered == 2


def test_a_channel_is_told_what_it_last_read_of_a_story(store: Store) -> None:
    store.save_poll(poll(judged(1, owed=(*ON_DESK, Owed("duty", OwedStatus.PENDING)))))
    compose(store, "d1")
    deliver_all(store, NOW + MINUTE)
    changed = judged(1, 2, join=Join("story-key-wire-1", False, False, (), ("figures 7 → 9",)), title="Nine killed")
    store.save_poll(poll(replace(changed, owed=(*ON_DESK, Owed("duty", OwedStatus.PENDING))), at=NOW + HOUR))
    (untold,) = store.untold("desk", NOW + HOUR)
    told = store.told("desk", [untold.story])[untold.story]
    assert (told.title, told.at, told.thread) == ("Raid 1 in Anbar", NOW + MINUTE, "d1@monitor")
    assert (told.level, told.status, told.figures) == (Level.HIGH, (Status.REPORTED,), (FIGURE,))
    assert untold.changes == ("figures 7 → 9",)
    assert store.told("duty", [untold.story]) == {}

    compose(store, "d2", now=NOW + HOUR)
    deliver_all(store, NOW + HOUR)
    store.save_poll(poll(judged(1, 3, join=changed.join), at=NOW + DAY))
    told = store.told("desk", [untold.story])[untold.story]
    # The title is the last one told, the thread that of the first message.
    assert (told.title, told.at, told.thread) == ("Nine killed", NOW + HOUR, "d1@monitor")


def test_what_a_digest_under_way_tells_counts_as_told(store: Store) -> None:
    store.save_poll(poll(judged(1), judged(2)))
    compose(store)
    names = [f"story-key-wire-{number}" for number in (1, 2, 3)]
    assert {story: one.title for story, one in store.told("desk", names).items()} == {
        names[0]: "Raid 1 in Anbar",
        names[1]: "Raid 2 in Anbar",
    }
    while (claimed := store.claim(NOW + DAY)) is not None:
        store.dead(claimed[0].id, "gone", NOW)
    assert store.told("desk", names) == {}  # nobody ever read it


def test_the_level_of_a_story_told_is_the_highest_it_was_told_at(store: Store) -> None:
    store.save_poll(poll(judged(1)))
    compose(store)
    deliver_all(store)
    (known,) = store.told("desk", ["story-key-wire-1"]).values()
    (report,) = store.story_reports(["story-key-wire-1"])["story-key-wire-1"]
    lower = replace(
        digest(()), id="d2", entries=(Entry("story-key-wire-1", Change.UPDATED, Level.LOW, "x", (report,)),)
    )
    store.save_poll(poll(judged(1, 2), at=NOW + HOUR))
    lower = replace(lower, entries=(replace(lower.entries[0], reports=(store.untold("desk", NOW + HOUR)[0].report,)),))
    assert store.compose("desk", "morning", [(lower, ("",))], (), (), None, NOW + HOUR)
    deliver_all(store, NOW + HOUR)
    assert store.told("desk", ["story-key-wire-1"])["story-key-wire-1"].level is known.level is Level.HIGH


def test_what_is_unconfirmed_may_be_told_at_any_time_and_wakes_alerts_when_its_story_moves(store: Store) -> None:
    store.sync_digests({("urgent", "desk"): ("at once", None)})
    store.save_poll(poll(judged(1)))
    held = [("key-wire-1", 1, Reason.UNCONFIRMED, NOW + DAY, 1)]
    assert store.compose("desk", "urgent", (), held, (), None, NOW)
    assert store.books().held == {"unconfirmed": 1}
    assert [one.report.item_key for one in store.untold("desk", NOW + MINUTE)] == ["key-wire-1"]
    assert store.due_digests(NOW + MINUTE) == ()
    again = Join("story-key-wire-1", False, True, ())
    store.save_poll(poll(judged(2, join=again, owed=()), at=NOW + HOUR))
    assert store.due_digests(NOW + HOUR) == (("urgent", "desk"),)
    [one] = store.untold("desk", NOW + HOUR)
    held = [("key-wire-1", 1, Reason.UNCONFIRMED, NOW + DAY, one.revision)]
    assert store.compose("desk", "urgent", (), held, (), None, NOW + HOUR)
    assert store.due_digests(NOW + 2 * HOUR) == ()
    assert store.due_digests(NOW + DAY) == (("urgent", "desk"),)  # the hold has come to its end


def test_what_was_suppressed_since_the_last_digest_is_counted_by_reason(store: Store) -> None:
    def kept(number: int, reason: Reason) -> None:
        owed = (Owed("desk", OwedStatus.SUPPRESSED, reason),)
        store.save_poll(poll(judged(number, owed=owed), at=NOW + number * MINUTE))

    kept(1, Reason.MUTED)
    kept(2, Reason.UNROUTED)
    assert store.suppressed_since("morning", "desk") == {"muted": 1}
    compose_at = NOW + 3 * MINUTE
    empty = replace(digest(()), composed_at=compose_at)
    assert store.compose("desk", "morning", [(empty, ("",))], (), (), None, compose_at)
    assert store.suppressed_since("morning", "desk") == {}
    assert store.suppressed_since("evening", "desk") == {"muted": 1}
    kept(4, Reason.MUTED)
    kept(5, Reason.REPEAT)
    assert store.suppressed_since("morning", "desk") == {"muted": 1, "repeat": 1}
    assert store.suppressed_since("morning", "duty") == {}
