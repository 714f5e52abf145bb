"""What is no feed is refused; what is a broken feed is read, and the damage told."""

from __future__ import annotations

import pytest
from feed_documents import only, rdf, read, rss

from monitor.errors import ParseError


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>x</body></html>",
        b"<html><body><h1>503</h1></body></html>",
        b"\xef\xbb\xbf\n\n<!-- cache --><HTML><HEAD></HEAD></HTML>",
        b"<?xml version='1.0'?><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' 'x'><html></html>",
        b"<script>location.href='/'</script>",
    ],
)
def test_a_page_with_status_200_is_broken(body: bytes) -> None:
    with pytest.raises(ParseError, match="an HTML page instead of a feed"):
        read(body, "application/rss+xml")


@pytest.mark.parametrize("body", [b"", b" \r\n\t", b"\xef\xbb\xbf", b"\x00" * 100])
def test_an_empty_body_is_broken(body: bytes) -> None:
    with pytest.raises(ParseError, match="empty"):
        read(body)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ('{"error": "rate limited"}', "JSON that is not a JSON Feed"),
        ('[{"id": 1}]', "JSON that is not a JSON Feed"),
        ('{"items": []}', "JSON that is not a JSON Feed"),
        ('{"version": "https://jsonfeed.org/version/1", "items": {}}', "JSON that is not a JSON Feed"),
        ('{"version": "https://jsonfeed.org/version/1", "items": [', "not valid JSON"),
        ("<urlset><url><loc>https://news.example/</loc></url></urlset>", "not a feed .its root is urlset"),
        ("<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "not a feed .its root is error"),
        ("Service unavailable", "neither XML nor JSON"),
        ("%PDF-1.4 \x01\x02", "neither XML nor JSON"),
        ("<?xml version='1.0'?>", "neither XML nor JSON"),
    ],
)
def test_what_is_another_document_is_no_feed(body: str, why: str) -> None:
    with pytest.raises(ParseError, match=why):
        read(body)


def test_what_is_wrong_is_said_in_one_line() -> None:
    with pytest.raises(ParseError) as caught:
        read(f"<{'x' * 5000}>\n</{'x' * 5000}>")
    assert len(str(caught.value)) < 200
    assert "\n" not in str(caught.value)


ITEMS = (
    "<title>One</title><link>https://news.example/1</link>",
    "<title>Two</title><link>https://news.example/2</link>",
)


@pytest.mark.parametrize(
    "body",
    [
        rss(*ITEMS).replace("One", "One & only").replace("Two", "Two &nbsp;&undefined; &#0; &#xD800;"),
        rss(*ITEMS).replace("One", "One\x00\x0b\x1f"),
        rss(*ITEMS) + "<script src='/cdn.js'></script>",
        rss(*ITEMS) + "\n<!-- cached -->\njunk",
        "\n\n  " + rss(*ITEMS),
        "<br />\n<b>Warning</b>: mkdir() in <b>/srv/x.php</b><br />" + rss(*ITEMS),
        "Warning: something\n" + rss(*ITEMS),
        rss(*ITEMS)[:-30],
        rss(*ITEMS).replace("</title><link>https://news.example/1", "<link>https://news.example/1"),
        rss(*ITEMS).replace("</item>", "", 1),
        rss(*ITEMS)
        .replace("<title>One", "<title><![CDATA[One")
        .replace("<title>Two", "<media:text>x</media:text><title>Two"),
        rss(*ITEMS).replace("<link>", "<p>text<br><img src=x alt='a>b'></p><link>"),
        rss(*ITEMS).replace("</item>", "</b></item>"),
        rss(*ITEMS).replace("</channel></rss>", "") + "</rss></channel>",
        rss(*ITEMS).replace("<item>", "<item a=1 a=2 b checked>"),
        rss(*ITEMS).replace("</channel>", "</channel></channel></rss><channel>"),
        rss(*ITEMS).replace("item>", "ITEM>").replace("</title>", "</TITLE>"),
        rdf(*ITEMS).replace(' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"', ""),
    ],
)
def test_a_broken_feed_still_gives_its_items(body: str) -> None:
    parsed = read(body)
    assert [item.title[:3] for item in parsed.items] == ["One", "Two"]
    assert [item.url for item in parsed.items if item.url] in (
        ["https://news.example/1", "https://news.example/2"],
        ["https://news.example/2"],  # where the first link was swallowed
    )


def test_a_broken_feed_says_what_was_wrong() -> None:
    assert "broken XML" in read(rss("<title>One & only</title>")).problems[0]
    assert read(rss("<title>One</title>") + "x").problems == ("something follows the feed",)
    assert read("x" + rss("<title>One</title>")).problems == ("something stands before the feed",)


def test_bare_ampersands_in_links_stay_what_they_mean() -> None:
    item = only(rss("<title>A & B</title><link>https://news.example/?a=1&b=2&copy=3</link>"))
    assert (item.title, item.url) == ("A & B", "https://news.example/?a=1&b=2&copy=3")


def test_a_lying_content_type_is_told_and_the_feed_read() -> None:
    parsed = read(rss("<title>One</title>"), "text/html; charset=utf-8")
    assert (len(parsed.items), parsed.problems) == (1, ("served as text/html",))
    assert only(rss("<title>One</title>"), "image/png").title == "One"
    assert only('{"version": "https://jsonfeed.org/version/1", "items": [{"title": "One"}]}', "text/xml").title == "One"


def test_undeclared_prefixes_are_taken_for_what_they_always_mean() -> None:
    item = only(rss("<title>One</title><dc:date>2024-10-22T12:00:00Z</dc:date><content:encoded>Body</content:encoded>"))
    assert item.published is not None
    assert item.body == "Body"


def test_a_character_reference_with_a_capital_x_is_read() -> None:
    [item] = read("<rss><channel><item><title>Raid &#X41; &#X1F6A8;</title></item></channel></rss>").items
    assert item.title == "Raid A 🚨"
