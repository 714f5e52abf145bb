"""The tools for feeds: test, health, lists from and for other readers, and what a site names as its feeds."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from house import House, entry, rss
from servers import Answer, FeedServer

from monitor import config
from monitor.cli import FAILURE, FINDINGS, OK, main
from monitor.model import Fetched, Validators
from monitor.parse.discovery import discover

PAGE = """<!doctype html><html><head><base href="/news/">
<link rel="stylesheet" href="a.css"><LINK href='rss.xml?a=1&amp;b=2'
title="All &amp; everything" TYPE=application/rss+xml rel="Alternate">
<link rel=alternate type="application/atom+xml; charset=utf-8" href="https://other.example/atom">
<link rel="alternate" type="text/html" hreflang="ar" href="/ar">
<link rel=alternate type=application/rss+xml href="javascript:x">
</head><body>Please enable cookies</body></html>"""
OPML = """<?xml version="1.0"?><opml version="1.0"><head><title>Mine</title></head><body>
<outline text="Middle East"><outline text="Syria">
  <outline text="Radio &quot;Free&quot; 24" xmlUrl="https://radio.example/rss" type="rss" language="ar-SY"/>
  <outline title="Radio &quot;Free&quot; 24" text="x" xmlUrl="https://radio.example/2"/></outline>
  <outline text="Old habit" xmlUrl="feed://old.example/feed"/>
</outline>
<outline text="With a password" xmlUrl="https://me:secret@paid.example/rss"/>
<outline text="Twice" xmlUrl="https://radio.example/rss"/>
<outline text="No feed" htmlUrl="https://page.example/"/>
<outline text="The same, free" xmlUrl="https://paid.example/rss"/>
<outline xmlUrl="http://127.0.0.1:9/one"/>
<outline text="Broken" xmlUrl="http://me:secret@[::1/rss"/>
<outline text="Older" xmlUrl="ftp://old.example/feed"/>
<outline text="null"><outline text="True" xmlUrl="https://words.example/rss"/></outline>
</body></opml>"""


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with FeedServer({"/one": Answer(body=rss("<ttl>60</ttl>", entry(1)))}) as server:
        yield server


@pytest.fixture
def house(tmp_path: Path, feeds: FeedServer, monkeypatch: pytest.MonkeyPatch) -> House:
    made = House(tmp_path, {"one": feeds.url("/one")}, {"console": "console://"})
    for name, value in made.env.items():
        monkeypatch.setenv(name, value)
    return made


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


# --- test ----------------------------------------------------------------------------------------


def test_each_source_gives_one_line_in_the_order_given_whatever_becomes_of_it(
    house: House, feeds: FeedServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, empty = tmp_path / "a.xml", tmp_path / "empty.xml"
    file.write_bytes(rss(entry(1), entry(2)))
    empty.write_bytes(rss())
    feeds.routes["/slow"] = Answer(body=rss(entry(1)), delay=0.2)
    feeds.routes["/gone"] = Answer(410)
    sources = [feeds.url("/slow"), str(file), "one", feeds.url("/gone"), str(empty), str(file), "nothing"]
    assert main(["feeds", "test", *sources, "--json", "--allow-private"]) == FINDINGS
    found = lines(capsys)
    assert [line["source"] for line in found] == sources
    assert all(list(line) == ["source", "state", "items", "problems"] for line in found)
    assert [(line["state"], line["items"]) for line in found] == [
        ("ok", 1), ("ok", 2), ("ok", 1), ("gone", 0), ("empty", 0), ("ok", 2), ("failing", 0),
    ]  # fmt: skip


def test_files_are_read_without_a_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.xml").write_bytes(rss(entry(1, published=None)))
    Path("huge.xml").write_bytes(b" " * 11 * 2**20)
    assert main(["feeds", "test", "a.xml", "huge.xml", "--json"]) == FINDINGS
    first, second = lines(capsys)
    assert (first["state"], first["problems"]) == ("ok", ["none of its items says when it was published"])
    assert second["problems"] == ["the file is larger than 10485760 bytes"]


def test_what_is_neither_file_nor_address_nor_feed_is_said_to_be(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["feeds", "test", "onne", str(tmp_path)]) == FINDINGS
    told = capsys.readouterr().out
    assert "onne: failing, 0 items\n  ! neither a file, nor an address" in told
    assert "can't be read: Is a directory" in told


def test_a_feed_whose_time_has_come_is_due(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["once"]) == OK
    assert main(["feeds", "list"]) == OK
    assert "  in " in capsys.readouterr().out
    with closing(sqlite3.connect(house.folder / "data" / "monitor.db")) as database, database:
        database.execute("UPDATE feeds SET next_fetch_at = '2024-10-24 12:00:00.000000'")
    assert main(["feeds", "list"]) == OK
    assert "  due" in capsys.readouterr().out


def test_a_page_in_place_of_a_feed_names_the_feeds_of_its_site(
    house: House, feeds: FeedServer, capsys: pytest.CaptureFixture[str]
) -> None:
    feeds.routes["/"] = Answer(body=PAGE.encode())
    assert main(["feeds", "test", feeds.url("/"), "--allow-private"]) == FINDINGS
    told = capsys.readouterr().out
    assert "not a feed: an HTML page instead of a feed" in told
    assert f"it names a feed: {feeds.url('/news/rss.xml?a=1&b=2')} (All & everything)" in told


def test_people_read_the_rhythm_and_what_the_publisher_asks_for(
    house: House, feeds: FeedServer, capsys: pytest.CaptureFixture[str]
) -> None:
    feeds.routes["/one"] = Answer(
        body=rss("<ttl>90</ttl>", *(entry(n, published=None) for n in range(2))).replace(
            b"<title>Raid", b"<pubDate>Thu, 24 Oct 2024 12:00:00 GMT</pubDate><title>Raid", 1
        ).replace(b"<title>Raid 1", b"<pubDate>Thu, 24 Oct 2024 09:00:00 GMT</pubDate><title>Raid 1"),
        headers={"Cache-Control": "max-age=300"},
    )  # fmt: skip
    assert main(["feeds", "test", feeds.url("/one"), "--allow-private"]) == OK
    told = capsys.readouterr().out
    assert "rhythm: one item every 3 h, longest silence 3 h; it holds 3 h of items" in told
    assert "asks: to be asked every 2 h, to be taken as fresh for 5 min" in told


LINKED = '<link rel=alternate type="application/rss+xml" title="All" href="/rss.xml">'


@pytest.mark.parametrize(
    ("head", "named"),
    [
        ("<!-- saved from url=(0025)https://e.example/a/b -->", "https://e.example/rss.xml (All)"),
        ('<link rel=canonical href="https://e.example/a/b">', "https://e.example/rss.xml (All)"),
        ('<meta property="og:url" content="https://e.example/">', "https://e.example/rss.xml (All)"),
        ('<base href="https://e.example/news/">', "https://e.example/rss.xml (All)"),
        ("", "/rss.xml (All), below the address it was saved from"),
    ],
)
def test_a_page_that_was_saved_names_the_feeds_of_the_site_it_was_saved_from(
    head: str, named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("page.html").write_text(f"<!doctype html>{head}{LINKED}<link rel=alternate href='file:///etc/passwd'>")
    assert main(["feeds", "test", "page.html"]) == FINDINGS
    told = capsys.readouterr().out.splitlines()
    assert told[2:] == [f"  ! it names a feed: {named}"]


def test_a_packed_file_is_read_as_if_a_server_had_sent_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    packed = gzip.compress(rss(entry(1)))
    Path("a.xml.gz").write_bytes(packed)
    Path("cut.gz").write_bytes(packed[:-20])
    Path("bomb.gz").write_bytes(gzip.compress(b" " * 11 * 2**20))
    assert main(["feeds", "test", "a.xml.gz", "cut.gz", "bomb.gz", "--json"]) == FINDINGS
    whole, cut, bomb = lines(capsys)
    assert (whole["state"], whole["items"]) == ("ok", 1)
    assert cut["problems"] == ["the file can't be unpacked: the compressed body broke off"]
    assert bomb["problems"] == ["the file is larger than 10485760 bytes"]


@pytest.mark.parametrize(
    "page", [b"", b"<link rel=alternate type=application/rss+xml", b"<link " * 50_000, b"\xff" * 99]
)
def test_discovery_takes_any_bytes(page: bytes) -> None:
    assert discover(Fetched("https://e.org/", 200, page, None, Validators())) == ()


# --- health --------------------------------------------------------------------------------------


def test_health_tells_what_is_wrong_since_when_and_exits_1_where_it_persists(
    house: House, feeds: FeedServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["once"]) == OK
    assert main(["feeds", "health"]) == OK
    told = capsys.readouterr().out
    assert "1 of 1 feeds healthy" in told
    assert max(map(len, told.splitlines())) <= 80
    feeds.routes["/one"] = Answer(410)
    assert main(["once", "--all"]) == OK
    assert main(["feeds", "health"]) == FINDINGS
    told = capsys.readouterr().out
    assert "one: gone: answered 410 Gone (since " in told
    assert "stopped" in told
    assert main(["feeds", "health", "--json"]) == FINDINGS
    [line] = json.loads(capsys.readouterr().out)
    assert line["state"]["troubles"][0]["trouble"] == "gone"


def test_feeds_are_counted_alike_wherever_they_are_counted(
    house: House, feeds: FeedServer, capsys: pytest.CaptureFixture[str]
) -> None:
    old = datetime.now(UTC) - timedelta(days=30)
    hourly = [entry(n, published=old - timedelta(hours=n)) for n in range(40)]
    house.feeds({name: feeds.url(f"/{name}") for name in ("one", "two", "three")})
    feeds.routes["/one"] = Answer(body=rss(*hourly))  # stale
    feeds.routes["/two"] = Answer(301, headers={"Location": "/three"})
    feeds.routes["/three"] = Answer(body=rss(entry(1, published=None)))
    assert main(["once"]) == OK
    capsys.readouterr()
    assert main(["status"]) == FINDINGS
    told = capsys.readouterr().out
    assert "feeds     2 of 3 healthy\n          one: answers, and has no new item since" in told
    assert main(["feeds", "health"]) == FINDINGS
    assert "2 of 3 feeds healthy" in capsys.readouterr().out


# --- lists from and for other readers ------------------------------------------------------------


def test_an_imported_list_is_a_configuration_and_comes_back_from_an_export(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house.feeds({"one": "http://127.0.0.1:9/one"})
    (tmp_path / "list.opml").write_text(OPML)
    assert main(["feeds", "import", str(tmp_path / "list.opml")]) == OK
    out, err = capsys.readouterr()
    assert "already watched as one: http://127.0.0.1:9/one" in err
    assert "already watched as with-a-password: https://paid.example/rss" in err
    assert "left out: Broken: this is no address of a feed" in err
    assert "left out: Older: this is no address of a feed" in err
    assert "5 feeds for feeds.yaml" in err
    assert "secret" not in out + err
    house.write("feeds.yaml", out)
    loaded = config.load(house.config, {}).feeds
    assert [(feed.id, feed.url) for feed in loaded] == [
        ("radio-free-24", "https://radio.example/rss"),
        ("radio-free-24-2", "https://radio.example/2"),
        ("old-habit", "http://old.example/feed"),
        ("with-a-password", "https://paid.example/rss"),
        ("feed-true", "https://words.example/rss"),
    ]
    assert (loaded[0].title, loaded[0].lang, loaded[0].tags) == ('Radio "Free" 24', "ar", ("middle-east", "syria"))
    assert main(["feeds", "export"]) == OK
    exported = capsys.readouterr().out
    root = ElementTree.fromstring(exported)  # noqa: S314 - our own
    assert [one.get("xmlUrl") for one in root.iter("outline")] == [feed.url for feed in loaded]
    (tmp_path / "list.opml").write_text(exported)
    assert main(["feeds", "import", str(tmp_path / "list.opml")]) == FINDINGS  # nothing new in it
    assert capsys.readouterr().err.splitlines()[-1] == "no feed that is new"


def test_an_export_keeps_what_stands_behind_a_feed_and_needs_no_secret_of_a_channel(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house.write("channels.yaml", "channels:\n  - {id: console, url: '${NOT_SET}'}")
    house.write(
        "feeds.yaml", "feeds:\n  - {id: ministry, url: https://mod.example/rss, tier: official, tags: [iraq, local]}"
    )
    before = config.read(house.config, {})[0].feeds
    assert main(["feeds", "export"]) == OK
    (tmp_path / "list.opml").write_text(capsys.readouterr().out)
    house.write("feeds.yaml", "feeds: []")
    assert main(["feeds", "import", str(tmp_path / "list.opml")]) == OK
    house.write("feeds.yaml", capsys.readouterr().out)
    assert [(feed.url, feed.tier, feed.tags) for feed in config.read(house.config, {})[0].feeds] == [
        (feed.url, feed.tier, feed.tags) for feed in before
    ]


def test_who_begins_with_a_list_needs_no_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("list.opml").write_text(OPML)
    assert main(["feeds", "import", "list.opml"]) == OK
    out, err = capsys.readouterr()
    assert 'url: "https://radio.example/rss"' in out
    assert "what is watched already is not known" in err


def test_a_site_is_imported_by_the_feeds_it_names(
    house: House, feeds: FeedServer, capsys: pytest.CaptureFixture[str]
) -> None:
    feeds.routes["/"] = Answer(body=PAGE.encode())
    assert main(["feeds", "import", feeds.url("/"), "--allow-private"]) == OK
    house.write("feeds.yaml", capsys.readouterr().out)
    first, second = config.load(house.config, {}).feeds
    assert (first.id, first.url) == ("all-everything", feeds.url("/news/rss.xml?a=1&b=2"))
    assert (second.id, second.url) == ("other-example", "https://other.example/atom")


def test_a_site_that_is_private_is_imported_with_leave_to_be(
    house: House, feeds: FeedServer, capsys: pytest.CaptureFixture[str]
) -> None:
    house.write("feeds.yaml", "feeds: []")
    assert main(["feeds", "import", feeds.url("/one")]) == FAILURE
    assert "(to try it: --allow-private)" in capsys.readouterr().err
    assert main(["feeds", "import", feeds.url("/one"), "--allow-private"]) == OK  # a feed's own address
    house.write("feeds.yaml", capsys.readouterr().out)
    [feed] = config.load(house.config, {}).feeds
    assert (feed.url, feed.allow_private) == (feeds.url("/one"), True)


def test_what_names_no_feed_is_said_to_without_its_password(
    house: House, feeds: FeedServer, capsys: pytest.CaptureFixture[str]
) -> None:
    feeds.routes["/"] = Answer(body=b"<html><p>Nothing here")
    address = feeds.url("/").replace("//", "//me:secret@")
    assert main(["feeds", "import", address, "--allow-private"]) == FAILURE
    err = capsys.readouterr().err
    assert "is no OPML and names no feed" in err
    assert "secret" not in err


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<opmml/>", "an XML document that is not OPML"),
        ("<rss/>", "is a feed, and no list of feeds"),
        ("<opml><body>", "broken XML: no element found"),
        ('<!DOCTYPE opml [<!ENTITY a "aaaa">]><opml>&a;</opml>', "a document type, which no OPML needs"),
        (f"<opml>{'<outline>' * 60}", "outlines nested more than 50 deep"),
    ],
)
def test_what_is_no_list_is_refused_in_a_sentence(
    text: str, why: str, house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "list.opml").write_text(text)
    assert main(["feeds", "import", str(tmp_path / "list.opml")]) == FAILURE
    assert why in capsys.readouterr().err
