"""Polls of several feeds in one transaction: seen at once within it, by others when it ends, or never."""

from __future__ import annotations

import threading

import pytest
from store_samples import NOW, judged, poll

from monitor.errors import StoreError
from monitor.store import Store


def known_to_others(store: Store) -> int:
    """How many items another thread sees."""
    seen: list[int] = []
    other = threading.Thread(target=lambda: seen.append(store.books().items.new))
    other.start()
    other.join()
    return seen[0]


def test_what_is_saved_together_is_seen_within_at_once_and_by_others_at_the_end(store: Store) -> None:
    one, two = judged(1), judged(2, feed="radio")
    with store.together():
        store.save_poll(poll(one))
        store.save_poll(poll(two, feed="radio"))
        assert len(store.known("wire", [one.marks])) == 1
        assert known_to_others(store) == 0
    assert known_to_others(store) == 2
    assert store.books().problems() == ()


def test_an_exception_undoes_all_that_was_saved_together(store: Store) -> None:
    class Stopped(Exception):
        pass

    def save_and_stop() -> None:
        with store.together():
            store.save_poll(poll(judged(1)))
            raise Stopped

    with pytest.raises(Stopped):
        save_and_stop()
    assert known_to_others(store) == 0
    store.save_poll(poll(judged(1)))  # and nothing is left of it that would be in the way
    assert known_to_others(store) == 1


def test_a_database_that_fails_a_read_within_is_told_in_plain_words(store: Store) -> None:
    class Undone(Exception):
        pass

    def read_what_is_not_there() -> None:
        with store.together():
            with store._db.write() as connection:
                connection.exec_driver_sql("ALTER TABLE feeds RENAME TO gone")
            with pytest.raises(StoreError):
                store.due_feeds(NOW)
            raise Undone

    with pytest.raises(Undone):
        read_what_is_not_there()


def test_one_transaction_within_another_leaves_the_outer_one_open(store: Store) -> None:
    with store.together():
        with store.together():
            store.save_poll(poll(judged(1)))
        store.save_poll(poll(judged(2, feed="radio"), feed="radio"))
        assert known_to_others(store) == 0
    assert known_to_others(store) == 2


def test_one_save_that_fails_undoes_itself_alone(store: Store) -> None:
    with store.together():
        store.save_poll(poll(judged(1)))
        with pytest.raises(ValueError, match="never synced"):
            store.save_polls([poll(judged(2, feed="radio"), feed="radio"), poll(feed="nobody")])
    assert known_to_others(store) == 1
    assert store.books().problems() == ()


def test_polls_of_several_feeds_are_counted_as_if_each_were_saved_alone(store: Store) -> None:
    polls = [poll(judged(1), judged(2), known=3), poll(judged(3, feed="radio"), feed="radio", known=1)]
    store.save_polls(polls)
    store.save_polls(polls)  # the same again counts nothing
    books = store.books()
    assert (books.items.new, books.items.known, books.items.fetched) == (3, 4, 7)
    assert books.problems() == ()
    with pytest.raises(ValueError, match="two polls of one feed"):
        store.save_polls([poll(judged(4)), poll(judged(5))])
