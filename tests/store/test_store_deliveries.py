"""Deliveries in the store: every attempt leaves a trace before it is made."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from store_samples import DAY, HOUR, MINUTE, NOW, ON_DESK, compose, deliver_all, digest, judged, match, poll

from monitor.model import Delivery, DeliveryHistory, DeliveryStatus, Level, Owed, OwedStatus
from monitor.store import Store

TWO = ("a@example.org", "b@example.org")


def taken(store: Store, now: datetime = NOW) -> Delivery:
    found = store.claim(now)
    assert found is not None
    return found[0]


def composed(store: Store, *recipients: str) -> None:
    store.save_poll(poll(judged(1)))
    compose(store, recipients=recipients or ("",))


def traces(store: Store) -> tuple[DeliveryHistory, ...]:
    history = store.history("key-wire-1")
    assert history is not None
    return history.versions[0].owed[0].deliveries


def status(store: Store) -> tuple[OwedStatus, str | None]:
    history = store.history("key-wire-1")
    assert history is not None
    owed = history.versions[0].owed[0]
    return owed.status, owed.reason


def test_an_attempt_is_on_record_before_it_is_made(store: Store) -> None:
    composed(store)
    delivery = taken(store, NOW + MINUTE)
    assert (delivery.status, delivery.attempts) == (DeliveryStatus.ATTEMPTING, 1)
    (trace,) = traces(store)
    assert trace.delivery == delivery
    assert [(one.number, one.started_at, one.outcome) for one in trace.attempts] == [(1, NOW + MINUTE, None)]


def test_a_delivery_is_claimed_once(store: Store) -> None:
    composed(store, *TWO)
    assert {taken(store).recipient, taken(store).recipient} == set(TWO)
    assert store.claim(NOW) is None
    assert store.next_attempt_at() is None


def test_the_loudest_digest_goes_first_and_then_the_oldest(store: Store) -> None:
    store.save_poll(poll(judged(1), judged(2, matches=(match(level=Level.CRITICAL),)), judged(3)))
    loud, *others = store.untold("desk", NOW)
    for minute, one in enumerate([*others, loud]):
        at = NOW + minute * MINUTE
        assert store.compose("desk", "alerts", [(digest([one], one.story), ("",))], (), (), None, at)
    order = [taken(store, NOW + HOUR).digest for _ in range(3)]
    assert order == [loud.story, *(one.story for one in others)]
    assert [frozen for _, frozen in store.unsent()] == []


def test_a_channel_that_is_busy_is_skipped(store: Store) -> None:
    owed = (*ON_DESK, Owed("duty", OwedStatus.PENDING))
    store.save_poll(poll(judged(1, owed=owed)))
    compose(store, "d1", "desk")
    compose(store, "d2", "duty")
    found = store.claim(NOW, ("desk",))
    assert found is not None
    assert found[0].channel == "duty"
    assert store.claim(NOW, {"desk", "duty"}) is None


def test_what_was_delivered_is_told(store: Store) -> None:
    composed(store)
    store.delivered(taken(store).id, "250 OK id=7", NOW, message_id="d1@monitor")
    assert status(store) == (OwedStatus.DELIVERED, None)
    (trace,) = traces(store)
    assert trace.delivery.status is DeliveryStatus.DELIVERED
    assert [(one.outcome, one.detail) for one in trace.attempts] == [("delivered", "250 OK id=7")]


def test_a_digest_is_told_when_its_last_recipient_is_served_or_given_up(store: Store) -> None:
    composed(store, *TWO)
    first, second = taken(store), taken(store)
    store.delivered(first.id, "", NOW)
    assert status(store) == (OwedStatus.PENDING, None)
    store.dead(second.id, "550 no such user", NOW)
    assert status(store) == (OwedStatus.DELIVERED, None)
    assert [letter.last_error for letter in store.dead_letters()] == ["550 no such user"]


def test_an_update_reads_as_one_as_soon_as_one_recipient_has_the_first_report(store: Store) -> None:
    composed(store, *TWO)
    first, second = taken(store), taken(store)
    store.delivered(first.id, "", NOW, message_id="d1@monitor")
    store.retry(second.id, "451 try later", NOW + HOUR, NOW)
    store.save_poll(poll(judged(1, version=2)))
    [update] = store.untold("desk", NOW)
    told = store.told("desk", [update.story])[update.story]
    assert (told.at, told.thread) == (NOW, "d1@monitor")
    store.delivered(taken(store, NOW + HOUR).id, "", NOW + HOUR)
    assert store.told("desk", [update.story])[update.story].at == NOW


def test_a_digest_nobody_got_is_dead(store: Store) -> None:
    composed(store, *TWO)
    for error in ("550 no such user", "552 too large"):
        store.dead(taken(store).id, error, NOW)
    assert status(store) == (OwedStatus.DEAD, "not delivered")
    assert store.books().dead == 1


def test_a_failure_that_may_pass_is_tried_again_from_the_part_that_failed(store: Store) -> None:
    composed(store)
    delivery = taken(store)
    store.part_done(delivery.id, 2)
    store.retry(delivery.id, "451 try later", NOW + HOUR, NOW)
    assert store.claim(NOW + HOUR - MINUTE) is None
    assert store.next_attempt_at() == NOW + HOUR
    again = taken(store, NOW + HOUR)
    assert (again.attempts, again.parts_done, again.last_error) == (2, 2, "451 try later")
    assert not again.possible_repeat
    assert [one.outcome for one in traces(store)[0].attempts] == ["failed", None]


def test_what_a_dead_process_was_sending_is_sent_again_as_a_possible_repeat(store: Store) -> None:
    composed(store, *TWO)
    lost = taken(store)
    store.part_done(lost.id, 3)
    assert store.recover(NOW + MINUTE) == 1
    again = [taken(store, NOW + MINUTE) for _ in TWO]
    marked = {delivery.recipient: (delivery.possible_repeat, delivery.parts_done) for delivery in again}
    assert marked == {"a@example.org": (True, 3), "b@example.org": (False, 0)}
    assert [one.outcome for one in traces(store)[0].attempts] == ["no record", None]
    assert store.recover(NOW + MINUTE) == 2


def test_recovering_twice_or_from_nothing_does_nothing(store: Store) -> None:
    composed(store)
    assert store.recover(NOW) == 0
    deliver_all(store)
    assert store.recover(NOW) == 0
    assert status(store) == (OwedStatus.DELIVERED, None)


def test_what_a_receiver_took_stays_delivered_whatever_is_said_afterwards(store: Store) -> None:
    composed(store)
    delivery = taken(store)
    store.delivered(delivery.id, "", NOW)
    store.retry(delivery.id, "late time-out", NOW + HOUR, NOW)
    store.dead(delivery.id, "late time-out", NOW)
    store.delivered(delivery.id, "", NOW + DAY)
    assert status(store) == (OwedStatus.DELIVERED, None)
    assert store.claim(NOW + DAY) is None


def test_a_failure_after_which_the_receiver_may_have_it_marks_what_follows(store: Store) -> None:
    composed(store)
    store.retry(taken(store).id, "connection lost after the text", NOW, NOW, possible_repeat=True)
    assert taken(store).possible_repeat


def test_a_dead_letter_that_may_have_arrived_is_marked_when_it_is_taken_up_again(store: Store) -> None:
    composed(store)
    letter = taken(store)
    store.dead(letter.id, "connection lost after the text", NOW, possible_repeat=True)
    store.requeue(letter.id, NOW)
    assert taken(store).possible_repeat


def test_the_operator_can_take_a_dead_letter_up_again(store: Store) -> None:
    composed(store)
    letter = taken(store)
    store.dead(letter.id, "535 wrong password", NOW)
    assert store.requeue(letter.id, NOW + HOUR)
    assert not store.requeue(letter.id, NOW + HOUR)
    assert store.dead_letters() == ()
    assert status(store) == (OwedStatus.PENDING, None)
    again = taken(store, NOW + HOUR)
    assert (again.attempts, again.created_at, again.possible_repeat) == (1, NOW + HOUR, False)
    store.delivered(letter.id, "", NOW + HOUR)
    assert status(store) == (OwedStatus.DELIVERED, None)


def test_a_second_recipient_taken_up_again_leaves_told_what_was_told(store: Store) -> None:
    composed(store, *TWO)
    store.delivered(taken(store).id, "", NOW)
    letter = taken(store)
    store.dead(letter.id, "mailbox full", NOW)
    assert store.requeue(letter.id, NOW)
    assert status(store) == (OwedStatus.DELIVERED, None)
    store.dead(taken(store).id, "mailbox still full", NOW)
    assert status(store) == (OwedStatus.DELIVERED, None)


def test_a_dead_letter_of_a_removed_channel_or_a_pruned_digest_stays_dead(store: Store) -> None:
    composed(store)
    letter = taken(store)
    store.dead(letter.id, "535 wrong password", NOW)
    store.sync_channels(("duty",), NOW)
    assert not store.requeue(letter.id, NOW)
    store.sync_channels(("desk", "duty"), NOW)
    store.prune(NOW + DAY, HOUR)
    assert not store.requeue(letter.id, NOW)


def test_words_of_a_receiver_that_a_database_refuses_are_recorded_all_the_same(store: Store) -> None:
    composed(store)
    store.retry(taken(store).id, "45\0 \ud800 later", NOW, NOW)
    assert taken(store).last_error == "45� � later"


def test_an_empty_digest_is_delivered_like_any_other(store: Store) -> None:
    assert store.compose("desk", "morning", [(replace(digest(()), id="e"), ("",))], (), (), None, NOW)
    assert deliver_all(store) == 1
