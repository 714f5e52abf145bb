"""The shortcut: what was read at the last poll is cut out, and the rest is what the full parse gives."""

from __future__ import annotations

import codecs
import json

import pytest
from feed_documents import ATOM, URL, atom, rdf, read, rss
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import ParsedFeed


def hold_equal(document: bytes | str, content_type: str = "application/xml") -> ParsedFeed:
    """Assert that every choice of seen items gives the full parse less those items; return the full parse."""
    full = read(document, content_type)
    assert len(full.hashes) == len(full.items)
    choices = [full.hashes[1:], full.hashes[:-1], full.hashes[::2], full.hashes[1::2], full.hashes, ()]
    for chosen in choices:
        seen = frozenset(chosen)
        short = read(document, content_type, seen=seen)
        left = [item for item, key in zip(full.items, full.hashes, strict=True) if key not in seen]
        assert list(short.items) == left
        assert short.skipped == len(full.items) - len(left)
        assert (short.hashes, short.title, short.lang) == (full.hashes, full.title, full.lang)
    return full


ITEMS = tuple(
    f"<title>Item {n}</title><link>/{n}</link><guid isPermaLink='false'>{n}</guid>"
    f"<description>&lt;p&gt;Text {n} &amp;amp; more&lt;/p&gt;</description>"
    f"<pubDate>Tue, 22 Oct 2024 {n:02}:00:00 GMT</pubDate><category>c{n}</category>"
    for n in range(1, 8)
)
ENTRIES = tuple(
    f'<title type="html">Item &lt;i&gt;{n}&lt;/i&gt;</title><id>tag:x,2024:{n}</id><link href="{n}"/>'
    f'<updated>2024-10-22T{n:02}:00:00Z</updated><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">'
    f"<p>Text {n}</p></div></content>"
    for n in range(1, 8)
)


@pytest.mark.parametrize(
    "document",
    [
        rss(*ITEMS),
        atom(*ENTRIES),
        rdf(*ITEMS),
        rss(*ITEMS).encode("utf-16"),
        codecs.BOM_UTF8 + rss(*ITEMS).encode(),
        rss(*ITEMS).replace("Item", "Événement").replace("?>", ' encoding="latin-1"?>', 1).encode("latin-1"),
        atom(*ENTRIES, root='xml:base="https://mirror.example/a/" xml:lang="ar"'),
        atom(*ENTRIES).replace("<entry>", '<entry xml:base="sub/" xml:lang="ku">'),
        rss(*ITEMS).replace("<title>Item", "<title><![CDATA[</item><item>]]>Item"),
        rss(*ITEMS).replace("<link>", "<!-- <item> --><?x <item> ?><link>"),
        rss(*ITEMS).replace("</item>", '<enclosure url="https://x.example/>" length="1"/></item  >'),
        rss(*ITEMS, "", channel="<title>N</title><language>en</language>") + "<script/>",
        rss(*ITEMS).replace("Item 3", "Item & 3"),  # broken: it is mended first
        rss(*ITEMS).replace("<channel>", "<channel><item/>").replace("</channel>", "<item a='>'/></channel>"),
        rss(*ITEMS).replace("</item>", "</item><lastBuildDate>x</lastBuildDate>"),
        rss(*ITEMS, *ITEMS[:3]),  # the same bytes twice
        atom(*ENTRIES).replace("<feed", "<a:feed").replace("</feed", "</a:feed").replace(ATOM, f"{ATOM} xmlns:a='x'"),
    ],
)
def test_the_rest_is_what_the_full_parse_gives(document: bytes | str) -> None:
    hold_equal(document)


def test_json_items_are_passed_over_too() -> None:
    items = [{"id": str(n), "title": f"Item {n}", "content_text": "x"} for n in range(5)]
    hold_equal(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}), "application/json")


def test_a_revised_item_is_not_seen() -> None:
    before = read(rss(*ITEMS))
    after = read(rss(*ITEMS).replace("Text 4", "Text 4, revised"), seen=frozenset(before.hashes))
    assert [(item.title, item.summary) for item in after.items] == [("Item 4", "Text 4, revised & more")]
    assert after.skipped == 6


def test_what_surrounds_an_item_is_part_of_it() -> None:
    seen = frozenset(read(atom(*ENTRIES)).hashes)
    assert read(atom(*ENTRIES, root='xml:base="https://mirror.example/"'), seen=seen).skipped == 0
    assert read(atom(*ENTRIES), url="https://other.example/feed", seen=seen).skipped == 0
    assert (
        read(atom(*ENTRIES, feed="<title>Renamed</title><updated>2024-10-23T00:00:00Z</updated>"), seen=seen).skipped
        == 7
    )


def test_items_move_and_are_still_seen() -> None:
    seen = frozenset(read(rss(*ITEMS)).hashes)
    parsed = read(rss("<title>New</title>", *reversed(ITEMS)), seen=seen)
    assert [item.title for item in parsed.items] == ["New"]
    assert len(parsed.hashes) == 8


@pytest.mark.parametrize(
    "document",
    [
        rss(*ITEMS).replace("<item><title>Item 2", "<item><item><title>inner</title></item><title>Item 2"),
        rss(*ITEMS).replace(
            "</channel>", "</channel><channel lang='x'><item><title>Elsewhere</title></item></channel>"
        ),
        rss(
            "<title>One</title><p:date xmlns:p='http://purl.org/dc/elements/1.1/'>2024-10-22T01:00:00Z</p:date>",
            "<title>Two</title><p:date xmlns:p='urn:other'>2024-10-22T02:00:00Z</p:date>",
        ),
    ],
)
def test_what_can_not_be_read_apart_is_read_whole(document: str) -> None:
    full = read(document)
    assert full.hashes == ()
    assert len(full.items) == document.count("<item>")
    assert read(document, seen=frozenset({b"x" * 12})).items == full.items


def test_a_document_from_a_file_is_read_as_one_from_the_web_within_the_same_bounds() -> None:
    assert len(read(rss(*ITEMS), url="sample.xml").hashes) == len(ITEMS)


TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=30)
MARKUP = st.one_of(
    TEXT.map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")),
    TEXT.map(lambda text: f"<![CDATA[{text.replace(']]>', '')}]]>"),
    st.sampled_from(
        ["<!-- </item> -->", "&#233;", "&lt;b&gt;x&lt;/b&gt;", "<b>x</b>", "<x:y a='>'/>", "\n", "<?pi ?>"]
    ),
)
CHILD = st.tuples(
    st.sampled_from(
        [
            "title",
            "link",
            "guid",
            "description",
            "pubDate",
            "category",
            "x:note",
            "content:encoded",
            "dc:date",
            "author",
        ]
    ),
    st.lists(MARKUP, max_size=3).map("".join),
).map(lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0]}>")
GENERATED = st.lists(st.lists(CHILD, max_size=6).map("".join), min_size=1, max_size=8)


@settings(max_examples=150, deadline=None)
@given(items=GENERATED, data=st.data(), encoding=st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]))
def test_generated_feeds_give_the_same_either_way(items: list[str], data: st.DataObject, encoding: str) -> None:
    root = (
        'xmlns:x="urn:x" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xml:base="https://mirror.example/"'
    )
    document = rss(*items, root=root).encode(encoding)
    full = read(document, url=URL)
    assert (len(full.items), len(full.hashes), full.problems[:0]) == (len(items), len(items), ())
    seen = frozenset(data.draw(st.sets(st.sampled_from(full.hashes))))
    short = read(document, url=URL, seen=seen)
    kept = [item for item, key in zip(full.items, full.hashes, strict=True) if key not in seen]
    assert list(short.items) == kept
    assert len(short.items) + short.skipped == len(items)
    assert short.hashes == full.hashes
