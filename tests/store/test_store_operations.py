"""Running the store: the books, notes, pruning, the archive, and answers to "why"."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update
from store_samples import DAY, FEEDS, HOUR, MINUTE, NOW, compose, deliver_all, item, judged, marks, match, poll

from monitor.errors import StoreError
from monitor.model import Level, Owed, OwedStatus, Reason
from monitor.store import Store
from monitor.store.tables import owed, totals, versions


def test_the_books_of_an_empty_store_balance(store: Store) -> None:
    books = store.books()
    assert books.problems() == ()
    assert books.items.fetched == books.owed == 0


def test_the_books_add_up_every_fate(store: Store) -> None:
    fates = (
        Owed("desk", OwedStatus.HELD, Reason.QUIET, NOW + HOUR),
        Owed("duty", OwedStatus.SUPPRESSED, Reason.BASELINE),
    )
    store.save_poll(poll(judged(1), judged(2, owed=fates), judged(3, matches=()), known=10))
    compose(store)
    deliver_all(store)
    store.save_poll(poll(judged(4), at=NOW + MINUTE))
    store.save_poll(poll(judged(4, 2, matches=()), at=NOW + 2 * MINUTE))
    books = store.books()
    assert books.problems() == ()
    assert (books.owed, books.delivered, books.pending, books.held, books.suppressed) == (
        4, 1, 1, {"quiet": 1}, {"baseline": 1},
    )  # fmt: skip
    assert (books.items.fetched, books.items.new, books.items.revised, books.items.known) == (15, 4, 1, 10)
    assert (books.items.matched, books.items.unmatched) == (3, 2)


@pytest.mark.parametrize("lost", ["a row that is owed", "a version", "a count of the poll"])
def test_the_books_show_what_is_lost(bare_store: Store, lost: str) -> None:
    bare_store.sync_feeds(FEEDS, NOW)
    sent = poll(judged(1), judged(2, matches=()))
    if lost == "a count of the poll":
        sent = replace(sent, counts=replace(sent.counts, unmatched=0))
    bare_store.save_poll(sent)
    with bare_store._db.write() as connection:
        if lost == "a row that is owed":
            connection.execute(owed.delete())
        elif lost == "a version":
            connection.execute(versions.delete().where(~versions.c.matched))
    assert bare_store.books().problems() != ()


def test_totals_go_beyond_what_fits_in_four_bytes(store: Store) -> None:
    many = 5_000_000_000
    with store._db.write() as connection:
        connection.execute(update(totals).values(fetched=many, known=many))
    assert store.books().items.fetched == many


def test_the_heartbeat_is_that_of_the_last_beat(store: Store) -> None:
    assert store.last_heartbeat() is None
    store.heartbeat(NOW)
    store.heartbeat(NOW + MINUTE)
    assert store.last_heartbeat() == NOW + MINUTE


def test_a_note_replaces_the_one_before(store: Store) -> None:
    assert store.get_note("reload") is None
    store.set_note("reload", "refused", NOW)
    store.set_note("reload", "ok", NOW + MINUTE)
    assert (store.get_note("reload"), store.noted_at("reload")) == ("ok", NOW + MINUTE)


def test_what_is_pruned_stays_known_and_explained(store: Store) -> None:
    store.save_poll(poll(judged(1, body="long text"), judged(2, matches=(), body="long text")))
    compose(store)
    deliver_all(store)
    assert store.prune(NOW + DAY, HOUR) == 3  # two versions and a digest
    assert store.prune(NOW + DAY, HOUR) == 0
    known = store.known("wire", [marks(item(1, body="long text")), marks(item(2, body="long text"))])
    assert [each.marks.content for each in known] == [judged(n, body="long text").marks.content for n in (1, 2)]
    history = store.history("key-wire-1")
    assert history is not None
    (version,) = history.versions
    assert version.pruned
    assert (version.item.title, version.item.summary, version.item.body) == ("Raid 1 in Anbar", "", "")
    assert version.matches == (match(),)
    assert version.owed[0].deliveries[0].attempts[0].outcome == "delivered"
    assert store.digest("d1") is None
    assert len(store.story_hints([marks(item(1)).url])) == 1
    assert list(store.items()) == []


def test_nothing_that_is_still_to_be_told_is_pruned(store: Store) -> None:
    held = (Owed("desk", OwedStatus.HELD, Reason.QUIET, NOW + 100 * DAY),)
    store.save_poll(poll(judged(1), judged(2, owed=held)))
    store.save_poll(poll(judged(3), at=NOW + MINUTE))
    frozen = compose(store)
    store.claim(NOW)
    assert store.prune(NOW + 50 * DAY, DAY) == 0
    assert store.digest("d1") == frozen
    assert len(list(store.items())) == 3


def test_what_is_young_is_not_pruned(store: Store) -> None:
    store.save_poll(poll(judged(1, matches=())))
    assert store.prune(NOW + HOUR, HOUR) == 0
    assert store.prune(NOW + HOUR + MINUTE, HOUR) == 1


def test_more_is_pruned_than_one_transaction_takes(store: Store) -> None:
    store.save_poll(poll(*(judged(number, matches=()) for number in range(900))))
    assert store.prune(NOW + DAY, HOUR) == 900


def test_the_archive_is_read_in_order_of_arrival_page_by_page(store: Store) -> None:
    store.save_poll(poll(*(judged(number, matches=()) for number in range(600)), at=NOW - DAY))
    store.save_poll(poll(*(judged(number, matches=()) for number in range(600, 1100))))
    store.save_poll(poll(judged(3, 2, matches=(), title="Later"), at=NOW + MINUTE))
    everything = list(store.items())
    assert len(everything) == 1101
    assert {key for key, _, _ in everything[:600]} == {f"key-wire-{number}" for number in range(600)}
    assert everything[-1][:2] == ("key-wire-3", 2)
    assert everything[-1][2].title == "Later"
    assert len(list(store.items(NOW))) == 501
    assert list(store.items(NOW + HOUR)) == []


def test_an_item_is_found_by_key_url_or_title_words(store: Store) -> None:
    store.save_poll(
        poll(
            judged(1, title="Raid in ANBAR kills seven", url="https://wire.example/a?utm_source=x"),
            judged(2, title="Рейд в Анбаре", matches=()),
            judged(3, title="100% of nothing_", matches=()),
        )
    )
    store.save_poll(poll(judged(4, feed="radio", title="Another raid in Anbar"), at=NOW + MINUTE, feed="radio"))

    def found(text: str, canonical: str = "") -> list[str]:
        return [each.key for each in store.find_items(text, canonical=canonical)]

    assert found("key-wire-2") == ["key-wire-2"]
    assert found("wire.example/a") == ["key-wire-1"]
    assert found("https://wire.example/a?utm_source=x") == ["key-wire-1"]
    assert found("https://amp.wire.example/a", "wire.example/a") == ["key-wire-1"]
    assert found("anbar raid") == ["key-radio-4", "key-wire-1"]
    assert found("рейд") == ["key-wire-2"]
    assert found("100%") == ["key-wire-3"]
    assert found("%") == ["key-wire-3"]
    assert found("no such words") == found("  ") == []
    (first,) = store.find_items("key-wire-1")
    assert (first.feed, first.url, first.version, first.matched) == (
        "wire",
        "https://wire.example/a?utm_source=x",
        1,
        True,
    )
    assert (first.published, first.first_seen) == (NOW - HOUR, NOW)
    assert len(store.find_items("raid", limit=1)) == 1


def test_the_history_of_an_item_tells_every_version_and_attempt(store: Store) -> None:
    store.save_poll(poll(judged(1), judged(2)))
    compose(store, "d1", recipients=("a@example.org",))
    first = store.claim(NOW)
    assert first is not None
    store.retry(first[0].id, "451 later", NOW + MINUTE, NOW)
    deliver_all(store, NOW + MINUTE)
    store.save_poll(poll(judged(1, 2, matches=(), title="Corrected"), at=NOW + HOUR))
    history = store.history("key-wire-1")
    assert history is not None
    assert [(each.version, each.item.title, bool(each.matches)) for each in history.versions] == [
        (1, "Raid 1 in Anbar", True),
        (2, "Corrected", False),
    ]
    (owed_row,) = history.versions[0].owed
    assert (owed_row.status, owed_row.digest, owed_row.owed_at) == (OwedStatus.DELIVERED, "d1", NOW)
    (sent,) = owed_row.deliveries
    assert [(each.outcome, each.detail) for each in sent.attempts] == [("failed", "451 later"), ("delivered", "250 OK")]
    assert history.versions[1].join is None
    assert store.history("never seen") is None


def test_a_copy_holds_what_the_store_held_and_changes_nothing_in_it(store: Store, url: str, tmp_path: Path) -> None:
    store.save_poll(poll(judged(1, matches=(match(level=Level.LOW),)), judged(2)))
    compose(store)
    store.save_poll(poll(judged(3), at=NOW + MINUTE))
    books = store.books()
    target = f"sqlite:///{tmp_path / 'copy' / 'monitor.db'}"
    Store.copy(url, target)
    with Store.open(target) as copied:
        assert copied.books() == books
        assert copied.untold("desk", NOW) == store.untold("desk", NOW)
        assert copied.feed_states() == store.feed_states()
        assert deliver_all(copied) == 1
        assert copied.sync_channels(("desk", "duty"), NOW) == ()
    assert store.books() == books


def test_a_store_that_nobody_has_open_can_be_copied(tmp_path: Path) -> None:
    source, target = (f"sqlite:///{tmp_path / name}" for name in ("monitor.db", "copy.db"))
    with Store.open(source) as store:
        store.set_note("reload", "ok", NOW)
    Store.copy(source, target)
    with Store.open(target) as copied:
        assert copied.get_note("reload") == "ok"


def test_a_copy_of_nothing_is_nothing(tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    Store.copy(f"sqlite:///{tmp_path / 'none.db'}", f"sqlite:///{target}")
    assert list(tmp_path.iterdir()) == []


def test_a_copy_of_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database, but long enough to look into " * 40)
    with pytest.raises(StoreError, match=r"notes\.txt"):
        Store.copy(f"sqlite:///{tmp_path / 'notes.txt'}", f"sqlite:///{tmp_path / 'copy.db'}")
