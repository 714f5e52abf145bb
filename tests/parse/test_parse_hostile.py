"""Documents built to exhaust or to escape: each is a clear answer, and soon."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from feed_documents import ATOM, read, rss
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import ParseError
from monitor.parse import choice


@pytest.fixture(autouse=True)
def soon() -> Iterator[None]:
    """No document of these tests may take more than a few seconds, on a slow machine."""
    began = time.perf_counter()
    yield
    assert time.perf_counter() - began < 15


def test_entities_made_of_entities_are_never_expanded() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE rss [<!ENTITY l0 "ha">{laughs}]>'
    parsed = read(doctype + rss("<title>&l9;</title>").partition("?>")[2])
    assert parsed.items[0].title == "&l9;"
    assert parsed.problems[0] == "9 entity declarations were refused"


def test_one_entity_named_a_million_times_is_bounded() -> None:
    doctype = f'<!DOCTYPE rss [<!ENTITY a "{"x" * 900}">]>'
    parsed = read(doctype + rss(f"<description>{'&a;' * 300_000}</description>").partition("?>")[2])
    assert len(parsed.items[0].summary) <= 40_001


def test_short_entities_of_plain_text_are_put_in() -> None:
    doctype = '<!DOCTYPE rss [\n<!ENTITY who "the group">\n<!ENTITY e "&#233;">]>'
    parsed = read(doctype + rss("<title>&who; d&e;clare &eacute;</title>").partition("?>")[2])
    assert parsed.items[0].title == "the group déclare é"


def test_external_entities_are_never_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret words")
    for uri in (secret.as_uri(), "http://127.0.0.1:9/x"):
        doctype = f'<!DOCTYPE rss SYSTEM "{uri}" [<!ENTITY x SYSTEM "{uri}"><!ENTITY % y SYSTEM "{uri}"> %y;]>'
        parsed = read(doctype + rss("<title>&x;</title>").partition("?>")[2])
        assert parsed.items[0].title == "&x;"


def test_a_body_that_names_a_file_does_not_open_it(tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(rss("<title>secret</title>"))
    with pytest.raises(ParseError):
        read(str(feed))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (rss(channel="<a/>" * 400_000), "built to exhaust"),
        (rss("<a " + " ".join(f"a{n}='x'" for n in range(10_000)) + "/>"), "attributes"),
        (rss("".join(f"<a xmlns:n{n}='u{n}'/>" for n in range(10_000))), "namespaces"),
        (rss(*[""] * 250_000), "more than 200000 items"),
        ('{"a":' + "[" * 200_000, "nested too deep"),
    ],
)
def test_what_is_built_to_exhaust_is_refused(body: str, why: str) -> None:
    with pytest.raises(ParseError, match=why):
        read(body)


@pytest.mark.parametrize(
    "item", ["<a/>" * 60_000, "<category>x</category>" * 60_000, "\n<!---->" * 60_000, "<?x?>" * 60_000]
)
def test_an_item_no_one_could_read_does_not_take_the_others_along(item: str) -> None:
    parsed = read(rss("<title>One</title>", item, "<title>Three</title>"))
    assert [one.title for one in parsed.items] == ["One", "Three"]
    assert parsed.problems == ("1 items of more than 50000 elements were refused",)


@pytest.mark.parametrize(
    "piece",
    [
        "<![CDATA[",
        "<!--",
        "<?",
        "<!DOCTYPE ",
        "<a b='",
        '<a b="',
        "</a>",
        "<a>",
        "&",
        "<",
        "]]>",
        "<!DOCTYPE a [<!ENTITY a '",
    ],
)
def test_broken_markup_repeated_takes_time_in_proportion(piece: str) -> None:
    for body in ("<rss><channel>&" + piece * 100_000, piece * 100_000, "<rss>" + "\n" * 1_000_000 + piece):
        try:
            assert read(body).items == ()
        except ParseError:
            continue


def test_what_is_nested_too_deep_is_flattened_and_told() -> None:
    for deep in ("<a>" * 100_000 + "text" + "</a>" * 100_000, "<a>" * 300_000):
        parsed = read(rss("<title>One</title>", f"<description>{deep}</description>", "<title>Three</title>"))
        assert [item.title for item in parsed.items] == ["One", "", "Three"]
        assert parsed.problems == ("elements nested more than 500 deep",)


def test_open_items_repeated_are_items() -> None:
    parsed = read("<rss><channel>" + "<item><title>x" * 300)
    assert len(parsed.items) == 300


def test_a_text_of_megabytes_is_cut_and_told() -> None:
    parsed = read(
        rss(f"<title>{'word ' * 400_000}</title><guid>{'g' * 9_000}</guid><link>http://x/{'y' * 9_000}</link>")
    )
    (item,) = parsed.items
    assert len(item.title) <= 4_001
    assert len(item.guid or "") == 4_000
    assert item.url == ""
    assert len(parsed.problems) == 3


def test_more_items_than_one_poll_reads_follow_at_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "MOST_ITEMS", 400)
    document = rss(*(f"<title>Item {n}</title>" for n in range(1_000)))
    titles: list[str] = []
    seen: frozenset[bytes] = frozenset()
    for left in (600, 200, 0):
        parsed = read(document, seen=seen)
        assert parsed.unread == left
        assert len(parsed.items) + parsed.skipped + parsed.unread == 1_000
        assert bool(parsed.problems) == bool(left)
        titles += [item.title for item in parsed.items]
        seen = frozenset(parsed.hashes)
    assert titles == [f"Item {n}" for n in range(1_000)]


def test_a_hundred_thousand_items_are_read_in_part_and_the_rest_counted() -> None:
    parsed = read(rss(*(f"<title>{n}</title>" for n in range(100_000))))
    assert len(parsed.items) == 10_000
    assert parsed.unread == 90_000
    assert parsed.problems == ("90000 more items than one poll reads: they follow at the next",)


def test_an_item_that_feedparser_stumbles_over_does_not_take_the_others_along() -> None:
    trap = "<title>Trap</title><psc:chapters><psc:chapter start='99999999999999999:00:00'/></psc:chapters>"
    parsed = read(
        rss("<title>One</title>", trap, "<title>Three</title>", root='xmlns:psc="http://podlove.org/simple-chapters"')
    )
    assert {"One", "Three"} <= {item.title for item in parsed.items}


def test_control_codes_and_direction_marks_do_not_get_through() -> None:
    parsed = read(rss("<title>a\x1b]0;x\x07b \u202edef\u2066 \x00</title><category>t\u202e\x1b</category>"))
    (item,) = parsed.items
    assert item.title == "a ]0;x b def"
    assert item.tags == ("t",)


SOUP = """
<rss> </rss> <channel> </channel> <item> </item> <feed> <entry> </entry> <title> </title> <link> <guid> <category/>
<media:credit> <media:rating/> <media:group> <media:content/> <media:restriction> <source> </source> <image> </image>
<textinput> <content> </content> <itunes:category/> <georss:point>1</georss:point> <gml:pos>x</gml:pos> <width>x</width>
<dc:date> <![CDATA[ ]]> &amp; &x; & < > text <!-- --> <svg> </svg> <content:encoded> <author> <name>x</name> <?x?>
<cc:license/> <psc:chapter/> <psc:chapters> </author> <tags>
"""


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(SOUP.split()), max_size=40),
    st.sampled_from(["", "<rss><channel><item>", f"<feed {ATOM}><entry>"]),
)
def test_no_soup_of_feed_elements_crashes(parts: list[str], start: str) -> None:
    try:
        read(start + "".join(parts))
    except ParseError:
        return


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_crash(body: bytes) -> None:
    for data in (body, b"<rss><channel><item>" + body, b'{"version":"https://jsonfeed.org/version/1","items":[' + body):
        try:
            read(data)
        except ParseError:
            continue
