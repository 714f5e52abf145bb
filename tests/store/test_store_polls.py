"""A poll in the store: all of it once, and items recognised by any of their marks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from store_samples import DAY, HOUR, MINUTE, NOW, ON_DESK, item, judged, marks, match, poll, short_hash

from monitor.model import (
    Books,
    Evidence,
    Join,
    Known,
    Level,
    Marks,
    Match,
    Owed,
    OwedStatus,
    PollCounts,
    Reason,
    StoryHint,
)
from monitor.store import Store


def test_a_moment_without_its_zone_is_refused_and_nothing_of_its_poll_is_kept(store: Store) -> None:
    with pytest.raises(ValueError, match="without its zone"):
        store.save_poll(poll(judged(1), judged(2, updated=NOW.replace(tzinfo=None))))
    assert store.history(judged(1).key) is None


def test_a_poll_is_committed_with_everything_it_decided(store: Store) -> None:
    evidence = (Evidence("title", 0, 4, "raid*"), Evidence("summary", 2, 9, "“kïll” داعش"))
    matches = (Match("b-rule", "Second", "posture", Level.LOW, evidence), match("a-rule"))
    join = Join("story-7", True, False, ("no story had it",), ("killed 4 → 6",))
    owed = (Owed("desk", OwedStatus.HELD, Reason.QUIET, NOW + HOUR), Owed("duty", OwedStatus.SUPPRESSED, Reason.MUTED))
    first = judged(1, matches=matches, join=join, owed=owed, title="غارة على داعش", updated=NOW)
    store.save_poll(poll(first, judged(2, matches=()), known=28))

    history = store.history(first.key)
    assert history is not None
    (version,) = history.versions
    assert (history.key, history.marks, history.first_seen) == (first.key, first.marks, NOW)
    assert version.item == first.item
    assert version.matches == matches  # in the order they were given
    assert version.join == join
    assert version.rule_set == "rules-1"
    assert [(each.channel, each.status, each.reason, each.hold_until) for each in version.owed] == [
        ("desk", OwedStatus.HELD, "quiet", NOW + HOUR),
        ("duty", OwedStatus.SUPPRESSED, "muted", None),
    ]
    assert store.books() == Books(
        PollCounts(fetched=30, new=2, known=28, matched=1, unmatched=1), 2, 0, 0, {"quiet": 1}, {"muted": 1}, 0
    )


def test_saving_the_same_poll_again_changes_nothing_and_counts_nothing(store: Store) -> None:
    once = poll(judged(1), judged(2, matches=()), known=3)
    store.save_poll(once)
    books, untold = store.books(), store.untold("desk", NOW)
    store.save_poll(once)
    assert store.books() == books
    assert store.untold("desk", NOW) == untold


def test_two_polls_at_the_same_moment_are_both_saved(store: Store) -> None:
    store.save_poll(poll(judged(1)))
    store.save_poll(poll(judged(2)))
    assert store.books().items == PollCounts(fetched=2, new=2, matched=2)


def test_an_item_that_is_there_already_is_counted_as_known(store: Store) -> None:
    store.save_poll(poll(judged(1), judged(2, matches=())))
    store.save_poll(poll(judged(1), judged(2, matches=()), judged(3), at=NOW + MINUTE))
    assert store.books().items == PollCounts(fetched=5, new=3, known=2, matched=2, unmatched=1)
    assert len(store.untold("desk", NOW)) == 2


def test_a_revised_item_is_found_by_the_marks_of_its_last_version_and_knows_the_earlier(store: Store) -> None:
    store.save_poll(poll(judged(1)))
    second = judged(1, 2, title="Raid 1 in Anbar, toll rises", url="https://wire.example/moved/1", updated=NOW)
    third = judged(1, 3, title=second.item.title, url=second.item.url, summary="Nine killed.", updated=NOW + MINUTE)
    store.save_poll(poll(second, at=NOW + MINUTE))
    store.save_poll(poll(third, at=NOW + 2 * MINUTE))
    (known,) = store.known("wire", [third.marks])
    earlier = frozenset({judged(1).marks.content, second.marks.content})
    assert known == Known("key-wire-1", 3, third.marks, NOW + MINUTE, earlier)
    assert store.known("wire", [replace(judged(1).marks, guid="other")]) == ()
    assert store.books().items == PollCounts(fetched=3, new=1, revised=2, matched=3)


def test_two_versions_of_an_item_may_come_in_one_poll(store: Store) -> None:
    store.save_poll(poll(judged(1), judged(1, 2, title="Corrected")))
    (known,) = store.known("wire", [marks(item(1))])
    assert (known.version, known.marks.title) == (2, short_hash("corrected"))


def test_what_feeds_know_is_asked_for_all_of_them_at_once(store: Store) -> None:
    store.save_poll(poll(judged(1), judged(2)))
    asked = {"wire": [marks(item(1)), marks(item(3))], "radio": [marks(item(2))]}
    known = store.known_of(asked)
    assert [one.key for one in known["wire"]] == ["key-wire-1"]
    assert known["radio"] == ()


@pytest.mark.parametrize("same", ["guid", "url", "title"])
def test_an_item_is_known_by_its_guid_or_its_url_or_its_title(store: Store, same: str) -> None:
    store.save_poll(poll(judged(1), judged(2)))
    other = Marks("another guid", "other.example/x", "another title", "other content", None)
    wanted = replace(other, **{same: getattr(marks(item(1)), same)})
    assert [known.key for known in store.known("wire", [wanted])] == ["key-wire-1"]
    assert store.known("wire", [other]) == ()
    assert store.known("radio", [wanted]) == ()


def test_an_empty_mark_recognises_nothing(store: Store) -> None:
    nothing = {"guid": None, "url": "", "title": ""}
    store.save_poll(poll(judged(1, **nothing), judged(2, **nothing)))
    assert store.known("wire", [Marks("", "", "", "x", None)]) == ()


def test_a_thousand_items_are_looked_up_at_once(store: Store) -> None:
    store.save_poll(poll(*(judged(number, matches=()) for number in range(1000))))
    wanted = [marks(item(number)) for number in range(1200)]
    known = store.known("wire", wanted)
    assert len(known) == 1000
    assert {each.marks for each in known} == set(wanted[:1000])


def test_marks_that_a_database_refuses_are_recognised_all_the_same(store: Store) -> None:
    odd = [
        marks(item(1, guid="nul\0 and a lone \ud800 surrogate")),
        marks(item(2, guid="long " * 2000, url=f"https://wire.example/{'ü' * 3000}")),
    ]
    store.save_poll(
        poll(
            replace(
                judged(1, guid=odd[0].guid, summary="a\0b\udfff", tags=("\ud800",), url="https://x.example/\0"),
                marks=odd[0],
            ),
            replace(judged(2, guid=odd[1].guid), marks=odd[1]),
        )
    )
    assert [known.marks for known in store.known("wire", odd)] == odd
    assert len(store.known("wire", [odd[1], odd[0]])) == 2
    assert store.untold("desk", NOW)[0].report.summary in {"a�b�", "Seven killed, two wounded."}


def test_a_url_names_the_stories_of_every_matched_item_that_has_it(store: Store) -> None:
    shared = "https://news.example/same"
    one = judged(1, url=shared, matches=(match(level=Level.LOW),), join=Join("s1", True, False, ()))
    other = judged(2, feed="radio", url=shared, title="Copy", join=Join("s1", False, True, ("same URL",)))
    store.save_poll(poll(one, judged(3, url=shared, matches=())))
    store.save_poll(poll(other, at=NOW + MINUTE, feed="radio"))
    url = "news.example/same"
    assert store.story_hints([url, "unknown.example/x", ""]) == (
        StoryHint("s1", one.key, url, "Raid 1 in Anbar", "Seven killed, two wounded.", Level.HIGH),
        StoryHint("s1", other.key, url, "Copy", "Seven killed, two wounded.", Level.HIGH),
    )


def test_a_story_is_hinted_by_the_key_and_last_matched_version_of_an_item(store: Store) -> None:
    store.save_poll(poll(judged(1, join=Join("s1", True, False, ()))))
    store.save_poll(poll(judged(1, 2, title="Moved", join=Join("s2", True, False, ())), at=NOW + MINUTE))
    store.save_poll(poll(judged(1, 3, title="Unmatched now", matches=()), at=NOW + 2 * MINUTE))
    (hint,) = store.story_hints([], ["key-wire-1", "no such key"])
    assert (hint.story, hint.title) == ("s2", "Moved")


def test_the_rule_set_that_judged_is_kept_with_its_source(store: Store) -> None:
    store.save_rule_set("rules-1", "rules: …", NOW)
    store.save_rule_set("rules-1", "never looked at", NOW + DAY)
    assert store.rule_set("rules-1") == "rules: …"
    assert store.rule_set("rules-2") is None


def test_what_was_matched_lately_is_told_by_its_last_version_loudest_first(store: Store) -> None:
    old = judged(1)
    store.save_poll(poll(old, at=NOW - DAY))
    store.save_poll(
        poll(
            judged(2, matches=(match(level=Level.LOW),)),
            judged(3, matches=(match(level=Level.CRITICAL),)),
            judged(4, matches=()),
            judged(5, baseline=True, published=NOW - 30 * DAY),
            judged(6, baseline=True, published=NOW - MINUTE, matches=(match(level=Level.INFORMATIONAL),)),
        )
    )
    store.save_poll(poll(judged(2, 2, matches=(match(level=Level.LOW),), title="Later"), at=NOW + MINUTE))
    found = store.matched_since(NOW - HOUR)
    assert [(each.item_key, each.version) for each in found] == [
        ("key-wire-3", 1),
        ("key-wire-2", 2),
        ("key-wire-6", 1),
    ]


def test_what_is_owed_to_no_channel_is_in_the_books(store: Store) -> None:
    store.save_poll(poll(judged(1, owed=(Owed("", OwedStatus.SUPPRESSED, Reason.UNROUTED), *ON_DESK))))
    assert store.books().suppressed == {"unrouted": 1}
