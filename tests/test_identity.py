"""Which sightings are one item."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.identity import Sight, canonical_url, decide, marks
from monitor.model import Item, Known

NOON = datetime(2024, 10, 24, 12, tzinfo=UTC)


def item(
    guid: str | None = "g1",
    url: str = "https://example.org/news/raid",
    title: str = "Raid in Anbar",
    summary: str = "Seven dead.",
    published: datetime | None = NOON,
    updated: datetime | None = None,
) -> Item:
    return Item("wire", guid, url, title, summary, published=published, updated=updated)


def stored(one: Item, key: str = "k1", version: int = 1, earlier: frozenset[str] = frozenset()) -> Known:
    return Known(key, version, marks(one), one.updated, earlier)


def sights(items: list[Item], known: list[Known]) -> list[Sight]:
    return [one.sight for one in decide(items, known)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://www.example.org/a/", "https://example.org/a"),
        ("https://example.org/a?utm_source=rss&id=7", "https://example.org/a?id=7"),
        ("https://example.org/a?b=2&a=1", "https://EXAMPLE.org/a?a=1&b=2"),
        ("https://example.org/a#comments", "https://example.org/a"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("https://m.example.org/a/amp", "https://example.org/a"),
        ("https://example.org/a?fbclid=x&at_medium=RSS", "https://example.org/a"),
    ],
)
def test_one_page_behind_two_addresses_has_one_canonical_url(one: str, other: str) -> None:
    assert canonical_url(one) == canonical_url(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a?id=7", "https://example.org/a?id=8"),
        ("https://example.org/a", "https://example.com/a"),
        ("https://example.org/A", "https://example.org/a"),
        ("https://example.org:8080/a", "https://example.org/a"),
        ("https://news.example.org/a", "https://example.org/a"),
    ],
)
def test_two_pages_keep_two_canonical_urls(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize(
    "url", ["https://example.org/", "https://example.org", "mailto:a@b", "", "not a url", "http://["]
)
def test_a_home_page_or_no_url_identifies_nothing(url: str) -> None:
    assert canonical_url(url) == ""


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_canonical_urls_are_idempotent(tail: str) -> None:
    once = canonical_url(f"https://example.org/{tail}")
    assert canonical_url(f"https://{once}") == once


def test_an_item_seen_again_is_known() -> None:
    assert sights([item()], [stored(item())]) == [Sight.KNOWN]


def test_same_guid_and_url_with_another_headline_is_the_item_revised() -> None:
    [one] = decide([item(title="Raid in Anbar kills nine")], [stored(item())])
    assert (one.sight, one.key, one.version) == (Sight.REVISED, "k1", 2)


def test_same_guid_and_title_at_another_url_is_the_item_known_or_revised() -> None:
    assert sights([item(url="https://example.org/2024/raid")], [stored(item())]) == [Sight.KNOWN]


def test_a_reused_guid_with_another_url_and_another_title_is_another_item() -> None:
    [one] = decide([item(url="https://example.org/news/talks", title="Talks in Erbil")], [stored(item())])
    assert one.sight is Sight.NEW
    assert one.key != "k1"


def test_a_whole_feed_changing_its_guids_does_not_flood() -> None:
    old = [item(guid=f"old-{n}", url=f"https://example.org/{n}", title=f"Report {n}") for n in range(50)]
    known = [stored(one, f"k{n}") for n, one in enumerate(old)]
    new = [item(guid=f"new-{n}", url=f"https://example.org/{n}", title=f"Report {n}") for n in range(50)]
    assert set(sights(new, known)) == {Sight.KNOWN}


def test_a_feed_that_moves_to_another_site_does_not_flood() -> None:
    known = [stored(item(guid="https://old.example/raid", url="https://old.example/raid"))]
    assert sights([item(guid="https://new.example/raid", url="https://new.example/raid")], known) == [Sight.KNOWN]


def test_an_edited_headline_under_a_new_guid_at_the_same_url_is_a_revision() -> None:
    assert sights([item(guid="g1#1", title="Raid in Anbar: toll rises")], [stored(item())]) == [Sight.REVISED]


def test_a_url_that_several_items_of_a_document_share_identifies_none_of_them() -> None:
    live = "https://example.org/live"
    document = [item(guid=f"g{n}", url=live, title=f"Update {n}") for n in range(3)]
    assert sights(document, []) == [Sight.NEW] * 3
    again = [*document, item(guid="g9", url=live, title="Update 9")]
    known = [stored(one, f"k{n}") for n, one in enumerate(document)]
    assert sights(again, known) == [Sight.KNOWN] * 3 + [Sight.NEW]


def test_the_same_item_twice_in_one_document_is_one_item() -> None:
    assert sights([item(), item()], []) == [Sight.NEW, Sight.KNOWN]


def test_of_two_versions_in_one_document_the_later_dated_counts_whatever_the_order() -> None:
    late = item(summary="Nine dead.", updated=NOON + timedelta(hours=2))
    early = item(updated=NOON)
    assert sights([early, late], []) == [Sight.KNOWN, Sight.NEW]
    assert sights([late, early], []) == [Sight.NEW, Sight.KNOWN]


def test_undated_back_dated_future_dated_and_same_second_items_are_all_new() -> None:
    dates = [None, NOON - timedelta(days=4000), NOON + timedelta(days=400), NOON, NOON]
    document = [
        item(guid=f"g{n}", url=f"https://example.org/{n}", title=f"Report {n}", published=date)
        for n, date in enumerate(dates)
    ]
    assert sights(document, []) == [Sight.NEW] * 5


def test_a_column_with_the_same_title_every_day_is_a_new_item_every_day() -> None:
    today = item("g2", "https://example.org/brief-2", "Morning briefing", published=NOON + timedelta(days=1))
    assert sights([today], [stored(item("g1", "https://example.org/brief-1", "Morning briefing"))]) == [Sight.NEW]


def test_an_old_version_from_a_cache_behind_is_no_revision() -> None:
    first, second = item(), item(summary="Nine dead.")
    known = stored(second, version=2, earlier=frozenset({marks(first).content}))
    assert sights([first], [known]) == [Sight.KNOWN]


def test_a_dated_return_to_the_earlier_figure_is_a_revision() -> None:
    first = item(updated=NOON)
    second = item(summary="Nine dead.", updated=NOON + timedelta(hours=1))
    known = stored(second, version=2, earlier=frozenset({marks(first).content}))
    corrected = item(updated=NOON + timedelta(hours=2))
    assert sights([corrected], [known]) == [Sight.REVISED]


def test_an_item_without_guid_and_url_is_known_by_title_and_date() -> None:
    bare = item(guid=None, url="")
    assert sights([bare], [stored(bare)]) == [Sight.KNOWN]
    tomorrow = item(guid=None, url="", published=NOON + timedelta(days=1))
    assert sights([tomorrow], [stored(bare)]) == [Sight.NEW]


plain = st.builds(
    item,
    guid=st.sampled_from([None, "g1", "g2", "g3"]),
    url=st.sampled_from(["https://example.org/a", "https://example.org/b", "https://example.org/c"]),
    title=st.sampled_from(["Raid", "Convoy", "Talks"]),
    summary=st.sampled_from(["", "Two dead.", "Four dead."]),
    published=st.sampled_from([None, NOON, NOON + timedelta(hours=1)]),
)


def remember(known: dict[str, Known], document: list[Item]) -> set[Sight]:
    """What the store holds after a document, and what the document was to it."""
    found = decide(document, known.values())
    for one in found:
        if one.sight is not Sight.KNOWN:
            old = known.get(one.key)
            earlier = old.earlier | {old.marks.content} if old else frozenset()
            known[one.key] = Known(one.key, one.version, one.marks, one.item.updated, earlier)
    return {one.sight for one in found}


@given(st.lists(plain, max_size=8, unique_by=lambda one: one.guid or one.url + one.title))
def test_a_document_read_twice_has_nothing_new_or_revised_the_second_time(document: list[Item]) -> None:
    known: dict[str, Known] = {}
    remember(known, document)
    assert remember(known, document) <= {Sight.KNOWN}


@given(st.lists(plain, max_size=8))
def test_however_muddled_its_guids_a_document_that_stays_the_same_soon_tells_nothing_new(document: list[Item]) -> None:
    known: dict[str, Known] = {}
    for _ in range(4):
        remember(known, document)
    assert remember(known, document) <= {Sight.KNOWN}
