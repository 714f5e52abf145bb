"""Facts in the store: every field comes back, with the report they were read from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from store_samples import DAY, FEEDS, HOUR, NOW, judged, poll

from monitor.model import (
    Assertion,
    Basis,
    Casualty,
    Context,
    Dated,
    Fact,
    Location,
    Operation,
    Outcome,
    Party,
    Person,
    Posture,
    Precision,
    Role,
    Strength,
    Words,
)
from monitor.store import Store

WORDS = Words("summary", 0, 12, "Seven killed")
RAID = Operation(
    words=Words("title", 0, 4, "Raid"),
    operation="raid",
    weapons=("helicopter",),
    actors=(Party.IRAQI, Party.COALITION),
    basis=Basis.STATED,
    targets=(Party.ISIS,),
    people=(Person("Abu Sample", "commander", Outcome.KILLED, Party.ISIS),),
    seized=("weapons",),
)
KILLED = Casualty(
    words=WORDS,
    outcome=Outcome.KILLED,
    party=Party.ISIS,
    low=7,
    high=None,
    floor=7,
    place=Location("Anbar", "Al Anbar", "IQ", Precision.PROVINCE, near=True),
    when=Dated("on Tuesday", date(2024, 10, 22), date(2024, 10, 22)),
    said=Assertion("the army", Role.SIDE, relayed=True, party=Party.IRAQI),
    context=Context.CURRENT,
    roles=("commander",),
    by=Party.IRAQI,
    part_of=0,
)
MOVE = Posture(
    words=WORDS, action="reduce", force=Party.US, low=900, high=900, floor=900, before=2000, timeframe="a year"
)
SIZE = Strength(words=WORDS, party=Party.ISIS, low=1500, high=3000, floor=1500, source="a UN report")
ALL: tuple[Fact, ...] = (KILLED, RAID, MOVE, SIZE)


@pytest.fixture
def store(store: Store) -> Store:
    store.sync_feeds(FEEDS, NOW)
    return store


def test_facts_come_back_as_they_were_read(store: Store) -> None:
    store.save_poll(poll(replace(judged(), facts=ALL)))
    history = store.history("key-wire-1")
    assert history is not None
    assert history.versions[0].facts == ALL


def test_facts_are_found_with_their_report_in_the_order_of_arrival(store: Store) -> None:
    store.save_poll(poll(replace(judged(1), facts=ALL), at=NOW))
    store.save_poll(poll(replace(judged(2), facts=(KILLED,)), at=NOW + HOUR))
    found = list(store.facts())
    assert [each.fact for each in found] == [*ALL, KILLED]
    assert [each.place for each in found] == [0, 1, 2, 3, 0]
    assert found[0].url.startswith("https://wire.example/news/1")
    assert found[0].story == "story-key-wire-1"
    assert [each.item_key for each in store.facts(NOW + HOUR)] == ["key-wire-2"]


def test_a_later_version_takes_the_place_of_the_one_before(store: Store) -> None:
    store.save_poll(poll(replace(judged(), facts=(KILLED,))))
    more = replace(KILLED, low=9, floor=9)
    store.save_poll(poll(replace(judged(version=2, summary="Nine killed."), facts=(more,)), at=NOW + HOUR))
    assert [each.fact for each in store.facts()] == [more]


def test_the_same_poll_again_adds_no_fact(store: Store) -> None:
    again = poll(replace(judged(), facts=ALL))
    store.save_poll(again)
    store.save_poll(again)
    assert len(list(store.facts())) == len(ALL)


def test_facts_outlive_the_texts_they_were_read_from(store: Store) -> None:
    store.save_poll(poll(replace(judged(owed=()), facts=ALL)))
    assert store.prune(NOW + 100 * DAY, 90 * DAY) == 1
    assert [each.fact for each in store.facts()] == list(ALL)
