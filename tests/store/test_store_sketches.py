"""The index of copies and events in the store."""

from __future__ import annotations

from dataclasses import replace

from store_samples import DAY, HOUR, NOW, item, judged, poll

from monitor.model import Casualty, Join, Outcome, Party, Sketch, WordCounts, Words
from monitor.store import Store
from monitor.story import Vocabulary, sketch

RARITY = Vocabulary(WordCounts()).rarity


def sketched(number: int, key: str, title: str = "Raid in Anbar kills seven", **changes: object) -> Sketch:
    words = Words("title", 0, 4, "seven")
    facts = (
        Casualty(words=words, outcome=Outcome.KILLED, party=Party.ISIS, low=7, high=None, floor=7, name="Abu Omar"),
    )
    report = item(
        number, title=title, summary="Abu Omar al-Iraqi, 41, was killed near Rutba on Tuesday with six others."
    )
    made = sketch(key, report, f"wire.example/{number}", NOW, facts, RARITY)
    return replace(made, number=number, **changes)  # type: ignore[arg-type]


def test_a_sketch_comes_back_as_it_was_kept_and_is_found_by_each_of_its_marks(store: Store) -> None:
    one = judged(1)
    kept = sketched(1, one.key, story=one.key, copy_of="other")
    store.save_poll(poll(replace(one, sketch=kept)))
    assert store.sketches([1]) == (replace(kept, marks=()),)
    assert store.near(kept.marks) == dict.fromkeys(kept.marks, (1,))
    assert store.sketched() == 1


def test_a_later_version_takes_the_place_of_the_sketch_before(store: Store) -> None:
    one = judged(1)
    store.save_poll(poll(replace(one, sketch=sketched(1, one.key))))
    later = judged(1, version=2, title="Raid in Anbar kills nine")
    store.save_poll(poll(replace(later, sketch=sketched(2, one.key)), at=NOW + HOUR))
    assert [each.number for each in store.sketches([1, 2])] == [2]


def test_a_mark_keeps_the_latest_sketches_alone_so_that_a_look_up_does_not_grow(store: Store) -> None:
    for number in range(1, 40):
        one = judged(number)
        store.save_poll(poll(replace(one, sketch=sketched(number, one.key)), at=NOW + number * HOUR))
    kept = sketched(99, "k")
    shared = store.near(kept.marks)
    assert max(map(len, shared.values())) == 24
    assert all(numbers[-1] == 39 for numbers in shared.values())


def test_what_is_too_old_to_be_joined_is_pruned_with_its_marks(store: Store) -> None:
    old, young = judged(1), judged(2)
    store.save_poll(poll(replace(old, sketch=sketched(1, old.key, "Convoy ambushed in Palmyra"))))
    store.save_poll(poll(replace(young, sketch=sketched(2, young.key, "Prison stormed in Hasakah")), at=NOW + 40 * DAY))
    assert store.prune_sketches(NOW + 41 * DAY, 30 * DAY) == 1
    assert [each.number for each in store.sketches([1, 2])] == [2]
    assert store.near(sketched(1, old.key, "Convoy ambushed in Palmyra").marks).keys() <= set(
        sketched(2, young.key, "Prison stormed in Hasakah").marks
    )


def test_words_are_read_on_from_any_sketch(store: Store) -> None:
    kept = [sketched(number, judged(number).key, title) for number, title in ((1, "Raid"), (2, "Siege"), (3, "Truce"))]
    for one in kept:
        store.save_poll(poll(replace(judged(one.number), sketch=one), at=NOW + one.number * HOUR))
    assert list(store.words_after(1)) == [{*one.title, *one.lead} for one in kept[1:]]


def test_the_story_of_a_sketch_is_read_without_its_words(store: Store) -> None:
    alone, copied = judged(1), judged(2)
    store.save_poll(poll(replace(alone, sketch=sketched(1, alone.key))))
    copy = sketched(2, copied.key, story="s", copy_of=alone.key)
    store.save_poll(poll(replace(copied, sketch=copy), at=NOW + HOUR))
    assert store.standing([1, 2, 3]) == {1: (None, None), 2: ("s", alone.key)}


def test_word_counts_are_kept_in_place_of_those_before(store: Store) -> None:
    assert store.word_counts() == WordCounts()
    store.save_word_counts(WordCounts(3, 3, {7: 2}))
    store.save_word_counts(WordCounts(9, 9, {7: 5, 2**32 - 1: 1}))
    assert store.word_counts() == WordCounts(9, 9, {7: 5, 2**32 - 1: 1})


def test_an_unmatched_copy_is_a_report_of_the_story_and_owed_to_nobody(store: Store) -> None:
    told = judged(1)
    assert told.join is not None
    story = told.join.story
    join = Join(story, False, True, ("the same text",), copy_of=told.key)
    copy = replace(judged(2, matches=()), join=join, origin="wire")
    store.save_poll(poll(told, copy))
    hints = store.story_hints((), (), [story])
    assert [(hint.item_key, hint.origin) for hint in hints] == [(told.key, told.origin), (copy.key, "wire")]
    history = store.history(copy.key)
    assert history is not None
    assert history.versions[0].join == join
