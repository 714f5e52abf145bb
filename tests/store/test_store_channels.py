"""Channels in the store: a new one is welcomed, a removed one leaves nothing hanging."""

from __future__ import annotations

from store_samples import DAY, NOW, ON_DESK, compose, deliver_all, judged, poll

from monitor.model import Owed, OwedStatus, Reason
from monitor.store import Store


def statuses(store: Store, key: str = "key-wire-1") -> dict[str, tuple[str, str | None]]:
    """Where each channel stands with an item: (status, reason)."""
    history = store.history(key)
    assert history is not None
    return {each.channel: (each.status.value, each.reason) for each in history.versions[-1].owed}


def test_a_channel_is_new_until_it_is_welcomed(store: Store) -> None:
    assert store.sync_channels(("night", "desk", "duty", "night"), NOW) == ("night",)
    assert store.sync_channels(("desk", "duty", "night"), NOW) == ("night",)
    store.welcome(("night",), (), NOW)
    assert store.sync_channels(("desk", "duty", "night"), NOW) == ()


def test_a_new_channel_is_owed_what_it_may_catch_up_on_at_once_with_its_welcome(store: Store) -> None:
    store.save_poll(poll(judged(1), judged(2)))
    (new,) = store.sync_channels(("desk", "duty", "night"), NOW)
    debts = [(each.item_key, each.version, Owed(new, OwedStatus.PENDING)) for each in store.matched_since(NOW)]
    store.welcome((new,), debts, NOW)
    assert len(store.untold("night", NOW)) == 2
    assert store.books().owed == 4


def test_owing_the_same_again_owes_it_once(store: Store) -> None:
    store.save_poll(poll(judged(1)))
    debt = ("key-wire-1", 1, Owed("duty", OwedStatus.PENDING))
    store.welcome((), [debt, debt], NOW)
    store.welcome((), [debt, ("key-wire-1", 1, Owed("desk", OwedStatus.SUPPRESSED, Reason.MUTED))], NOW)
    assert statuses(store) == {"desk": ("pending", None), "duty": ("pending", None)}
    assert store.books().owed == 2


def test_what_a_removed_channel_was_owed_is_dead_and_says_why(store: Store) -> None:
    held = (Owed("desk", OwedStatus.HELD, Reason.QUIET, NOW + DAY),)
    store.save_poll(poll(judged(1), judged(2, owed=held), judged(3, owed=(Owed("duty", OwedStatus.PENDING),))))
    store.sync_channels(("duty",), NOW)
    assert statuses(store, "key-wire-1") == {"desk": ("dead", "channel removed")}
    assert statuses(store, "key-wire-2") == {"desk": ("dead", "channel removed")}
    assert statuses(store, "key-wire-3") == {"duty": ("pending", None)}
    assert store.books().dead == 2


def test_the_unsent_digest_of_a_removed_channel_is_a_dead_letter(store: Store) -> None:
    store.save_poll(poll(judged(1)))
    compose(store, recipients=("a@example.org", "b@example.org"))
    store.sync_channels(("duty",), NOW)
    assert [letter.last_error for letter in store.dead_letters()] == ["channel removed"] * 2
    assert statuses(store) == {"desk": ("dead", "channel removed")}
    assert store.claim(NOW + DAY) is None
    assert store.next_attempt_at() is None


def test_a_digest_that_one_recipient_has_is_told_though_the_channel_is_removed(store: Store) -> None:
    store.save_poll(poll(judged(1)))
    compose(store, recipients=("a@example.org", "b@example.org"))
    taken = store.claim(NOW)
    assert taken is not None
    store.delivered(taken[0].id, "250 OK", NOW)
    store.sync_channels(("duty",), NOW)
    assert statuses(store) == {"desk": ("delivered", None)}


def test_a_send_under_way_when_its_channel_is_removed_is_recorded_as_it_ends(store: Store) -> None:
    store.save_poll(poll(judged(1)))
    compose(store)
    taken = store.claim(NOW)
    assert taken is not None
    store.sync_channels(("duty",), NOW)
    assert statuses(store) == {"desk": ("pending", None)}
    store.delivered(taken[0].id, "250 OK", NOW)
    assert statuses(store) == {"desk": ("delivered", None)}


def test_what_a_poll_owes_a_channel_removed_meanwhile_is_dead_with_the_next_sync(store: Store) -> None:
    store.sync_channels(("duty",), NOW)
    store.save_poll(poll(judged(1)))
    store.sync_channels(("duty",), NOW)
    assert statuses(store) == {"desk": ("dead", "channel removed")}


def test_a_channel_that_comes_back_is_new_and_can_be_owed_what_died_with_it(store: Store) -> None:
    store.save_poll(poll(judged(1)))
    compose(store)
    store.save_poll(poll(judged(2), at=NOW + DAY))
    store.sync_channels(("duty",), NOW)
    assert store.sync_channels(("desk", "duty"), NOW) == ("desk",)
    assert store.untold("desk", NOW) == ()
    store.welcome(("desk",), [("key-wire-1", 1, ON_DESK[0]), ("key-wire-2", 1, ON_DESK[0])], NOW)
    assert len(store.untold("desk", NOW)) == 2
    compose(store, "d2")
    assert deliver_all(store) == 1
    assert store.books().delivered == 2


def test_a_delivered_item_is_not_owed_again(store: Store) -> None:
    store.save_poll(poll(judged(1)))
    compose(store)
    deliver_all(store)
    store.welcome((), [("key-wire-1", 1, ON_DESK[0])], NOW)
    assert statuses(store) == {"desk": ("delivered", None)}
    assert store.dead_letters() == ()
