"""What an item is made of, in each format."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from feed_documents import atom, only, rdf, read, rss

NOON = datetime(2024, 10, 22, 12, 0, tzinfo=UTC)


def test_rss_2_gives_every_field() -> None:
    item = only(
        rss(
            "<title>Joint raid in Anbar</title><link>https://news.example/1</link><guid isPermaLink='false'>a-1</guid>"
            "<description>&lt;p&gt;Seven killed.&lt;/p&gt;</description><content:encoded><![CDATA[<p>Seven killed, two"
            " wounded.</p>]]></content:encoded><pubDate>Tue, 22 Oct 2024 15:00:00 +0300</pubDate>"
            "<category>Iraq</category><category domain='x'>Security</category><category>Iraq</category>",
            channel="<title>News &amp; more</title><link>https://news.example/</link><language>en-us</language>",
            root='xmlns:content="http://purl.org/rss/1.0/modules/content/"',
        )
    )
    assert (item.title, item.url, item.guid) == ("Joint raid in Anbar", "https://news.example/1", "a-1")
    assert (item.summary, item.body) == ("Seven killed.", "Seven killed, two wounded.")
    assert (item.published, item.updated, item.lang, item.tags) == (NOON, None, "en-US", ("Iraq", "Security"))
    assert item.feed == "news"


def test_atom_gives_every_field() -> None:
    parsed = read(
        atom(
            '<title type="html">Raid in &lt;b&gt;Anbar&lt;/b&gt;</title><id>tag:news.example,2024:7</id>'
            '<link rel="enclosure" href="https://news.example/7.mp3"/><link href="https://news.example/7"/>'
            "<summary>Seven killed.</summary><published>2024-10-22T12:00:00Z</published>"
            '<updated>2024-10-22T13:00:00+01:00</updated><category term="iraq" label="Iraq"/>'
            '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One</p><p>two &amp; three</p></div>'
            "</content>",
            root='xml:lang="ar"',
        )
    )
    (item,) = parsed.items
    assert (item.title, item.url, item.guid) == ("Raid in Anbar", "https://news.example/7", "tag:news.example,2024:7")
    assert (item.summary, item.body) == ("Seven killed.", "One two & three")
    assert (item.published, item.updated, item.lang, item.tags) == (NOON, NOON, "ar", ("Iraq",))
    assert (parsed.title, parsed.lang, parsed.problems) == ("News", "ar", ())


def test_rss_1_keeps_rdf_about_as_guid_and_dc_date_as_date() -> None:
    item = only(rdf("<title>One</title><link>https://news.example/1</link><dc:date>2024-10-22T12:00:00Z</dc:date>"))
    assert (item.guid, item.url, item.published) == ("https://news.example/1", "https://news.example/1", NOON)


def test_rss_0_91_with_its_public_doctype_is_read() -> None:
    document = (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">'
        '<rss version="0.91"><channel><title>N</title><item><title>Caf&eacute;</title></item></channel></rss>'
    )
    assert only(document).title == "Café"


def test_json_feed_gives_every_field() -> None:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "News",
        "home_page_url": "https://news.example/",
        "language": "fr",
        "items": [
            {
                "id": 12,
                "url": "/12",
                "title": "Deux blessés",
                "content_html": "<p>Deux &eacute;l&egrave;ves</p>",
                "summary": "Court",
                "date_published": "2024-10-22T12:00:00Z",
                "date_modified": "2024-10-22T14:00:00+02:00",
                "tags": ["Irak", 3],
            }
        ],
    }
    item = only(json.dumps(document), "application/feed+json")
    assert (item.guid, item.url, item.title) == ("12", "https://news.example/12", "Deux blessés")
    assert (item.summary, item.body, item.lang, item.tags) == ("Court", "Deux élèves", "fr", ("Irak",))
    assert (item.published, item.updated) == (NOON, NOON)


def test_json_values_of_the_wrong_type_are_left_out() -> None:
    document = '{"version": "https://jsonfeed.org/version/1", "items": [{"id": null, "url": 3, "title": ["x"]}, 4]}'
    parsed = read(document, "application/json")
    assert [(item.guid, item.url, item.title) for item in parsed.items] == [(None, "", "")]
    assert parsed.problems == ("1 items are no objects",)


def test_a_guid_stays_as_sent_though_it_looks_relative() -> None:
    item = only(rss("<title>T</title><guid>2024/10/abc 1</guid><link>/1</link>"))
    assert (item.guid, item.url) == ("2024/10/abc 1", "https://news.example/1")


def test_a_guid_that_is_a_permalink_is_the_link_where_there_is_no_other() -> None:
    assert only(rss("<title>T</title><guid>https://news.example/9</guid>")).url == "https://news.example/9"


def test_a_guid_that_is_no_url_is_not_made_a_link() -> None:
    item = only(rss("<title>T</title><guid>4711</guid>"))
    assert (item.guid, item.url) == ("4711", "")


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("/a?b=1&amp;c=2", "https://news.example/a?b=1&c=2"),
        ("b.html", "https://news.example/feeds/b.html"),
        ("//cdn.example/x", "https://cdn.example/x"),
        ("https://news.example/two words", "https://news.example/two%20words"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("ftp://news.example/x", ""),
        ("http://", ""),
        ("http://[broken", ""),
    ],
)
def test_links_are_absolute_http_or_nothing(link: str, expected: str) -> None:
    assert only(rss(f"<title>T</title><link>{link}</link>")).url == expected


def test_links_follow_xml_base_before_the_address_of_the_document() -> None:
    entry = '<title>T</title><link href="7"/>'
    assert only(atom(entry, root='xml:base="https://mirror.example/a/"')).url == "https://mirror.example/a/7"
    assert only(atom(entry, root='xml:base="/b/"')).url == "https://news.example/b/7"


def test_links_follow_the_feeds_link_where_the_document_came_from_a_file() -> None:
    assert only(rss("<title>T</title><link>/1</link>"), url="sample.xml").url == "https://news.example/1"


def test_the_summary_is_the_beginning_of_the_body_where_there_is_no_other() -> None:
    body = "Seven people were killed. " * 100
    item = only(
        rss(
            f"<title>T</title><content:encoded>{body}</content:encoded>",
            root='xmlns:content="http://purl.org/rss/1.0/modules/content/"',
        )
    )
    assert item.body == body.strip()
    assert item.summary.endswith(" …")
    assert item.body.startswith(item.summary[:-2])
    assert 500 < len(item.summary) <= 600


def test_the_items_own_language_comes_before_the_feeds_and_that_before_the_configured() -> None:
    assert only(atom('<title xml:lang="ku">T</title>', root='xml:lang="ar"'), lang="en").lang == "ku"
    assert only(atom("<title>T</title>", root='xml:lang="ar"'), lang="en").lang == "ar"
    assert only(atom("<title>T</title>"), lang="en").lang == "en"
    assert only(rss("<title>T</title>", channel="<language>English</language>")).lang is None


def test_a_well_formed_feed_without_items_is_a_feed() -> None:
    for document in (rss(), atom(), rdf(), '{"version": "https://jsonfeed.org/version/1", "items": []}'):
        assert read(document).items == ()


def test_undated_back_dated_future_and_same_second_items_are_all_kept() -> None:
    same = "<pubDate>Tue, 22 Oct 2024 12:00:00 GMT</pubDate>"
    parsed = read(
        rss(
            "<title>undated</title>",
            "<title>old</title><pubDate>Mon, 01 Jan 1900 00:00:00 GMT</pubDate>",
            "<title>future</title><pubDate>Tue, 22 Oct 2999 12:00:00 GMT</pubDate>",
            f"<title>one</title>{same}",
            f"<title>two</title>{same}",
        )
    )
    years = [item.published.year if item.published else None for item in parsed.items]
    assert years == [None, 1900, 2999, 2024, 2024]


def test_item_43_is_there() -> None:
    parsed = read(rss(*(f"<title>Item {number}</title>" for number in range(1, 101))))
    assert len(parsed.items) == 100
    assert parsed.items[42].title == "Item 43"


def test_the_same_guid_twice_is_two_items_here() -> None:
    assert len(read(rss("<guid>1</guid><title>A</title>", "<guid>1</guid><title>B</title>")).items) == 2


def test_prefixed_atom_is_atom() -> None:
    document = (
        '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>N</a:title><a:entry><a:title>T</a:title>'
        '<a:link href="https://news.example/1"/></a:entry></a:feed>'
    )
    item = only(document)
    assert (item.title, item.url) == ("T", "https://news.example/1")
