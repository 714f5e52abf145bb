"""Mutes in the store: every field comes back, and what one kept back names it."""

from __future__ import annotations

from dataclasses import replace

from store_samples import DAY, HOUR, NOW, judged, poll

from monitor.model import Mute, OwedStatus
from monitor.store import Store

MUTE = Mute(0, "ana", "exercise", NOW, NOW + DAY, "isis", "wire", "s1", "raid AND \x00iraq")


def test_a_mute_comes_back_as_it_was_kept(store: Store) -> None:
    number = store.add_mute(MUTE)
    assert store.mutes() == (replace(MUTE, id=number, query="raid AND \ufffdiraq"),)


def test_a_mute_ends_once_and_stays_to_be_explained(store: Store) -> None:
    number = store.add_mute(MUTE)
    assert not store.end_mute(number, "ben", NOW + DAY)  # it is over by itself
    assert store.end_mute(number, "ben", NOW + HOUR)
    assert not store.end_mute(number, "cem", NOW + HOUR)
    assert store.mutes() == ()
    [ended] = store.mutes(ended=True)
    assert (ended.ended_by, ended.ends_at) == ("ben", NOW + HOUR)


def test_what_is_kept_back_names_its_mute_and_what_a_digest_took_is_left_alone(store: Store) -> None:
    store.save_poll(poll(judged(1), judged(2)))
    number = store.add_mute(MUTE)
    key, other = (each.report.item_key for each in store.untold("desk", NOW))
    assert store.mute_owed("desk", [(key, 1, number)], NOW) == 1
    assert store.mute_owed("desk", [(key, 1, number)], NOW) == 0
    assert store.books().suppressed == {"muted": 1}
    assert store.muted_counts() == {number: 1}
    assert [each.report.item_key for each in store.untold("desk", NOW)] == [other]
    found = store.history(key)
    assert found is not None
    [owed] = [each for each in found.versions[0].owed if each.channel == "desk"]
    assert (owed.status, owed.mute) == (OwedStatus.SUPPRESSED, store.mutes()[0])


def test_what_came_when_all_mutes_were_over_need_not_be_looked_at(store: Store) -> None:
    early, late = judged(1), judged(2)
    store.save_poll(poll(early))
    store.save_poll(poll(late, at=NOW + DAY))
    found = store.untold_before("desk", NOW + DAY, NOW + DAY)
    assert [each.report.item_key for each in found] == [early.key]
    assert len(store.untold_before("desk", NOW + 2 * DAY, NOW + DAY)) == 2
