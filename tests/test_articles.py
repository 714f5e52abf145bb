"""The article behind a headline: fetched after the item is safe, judged as a revision of it, within bounds."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest
from house import NOON, House, assert_balanced, cycle, entry, rss
from post import Hook
from servers import Answer, Asked, FeedServer

from monitor import app
from monitor.cli import CONFIGURATION, main
from monitor.model import Feed, Fetched, Item, Judged, Marks, Validators
from monitor.parse.article import extract
from monitor.pipeline import Monitor, articles
from monitor.pipeline.articles import wanted

SENTENCE = "The provincial council met on Thursday to discuss the repair of the old bridge over the river. "
ARTICLE = f"""<!doctype html><html><head><title>Council</title><script>var isis = "raid kills"</script></head><body>
<nav><a href="/">Home</a> <a href="/subscribe">Subscribe now</a></nav>
<article><h1>Council meets</h1><p>{SENTENCE * 3}</p>
<p>Later in the day a raid killed three ISIS members near the town, officials said.</p><p>{SENTENCE * 3}</p></article>
<footer>All rights reserved. Cookies.</footer></body></html>"""
RULES = """\
rules:
  - id: deep
    title: Deep in the text
    category: operation
    level: high
    when: |
      body:(raid AND ISIS)
"""


@pytest.fixture
def house(tmp_path: Path, feeds: FeedServer, hook: Hook) -> House:
    place = House(tmp_path, {}, {"chat": hook.url()}, rules=RULES)
    feed = f"{{id: one, title: One, url: '{feeds.url('/one')}', allow_private: true, full_text: true, interval: 1m}}"
    place.write("feeds.yaml", f"defaults: {{include_last: 52w}}\nfeeds:\n  - {feed}")
    return place


def headline(feeds: FeedServer, number: int) -> str:
    return entry(number, f"Council meets {number}", link=feeds.url(f"/story/{number}"))


def page(monitor: Monitor) -> str:
    [(_, _, item)] = [found for found in monitor.store.items() if found[1] == 2]
    return item.body


def test_what_only_the_article_says_is_matched_and_told_once(house: House, feeds: FeedServer, hook: Hook) -> None:
    feeds.routes["/one"] = Answer(body=rss(headline(feeds, 1)))
    feeds.routes["/story/1"] = Answer(body=ARTICLE.encode(), headers={"Content-Type": "text/html; charset=utf-8"})
    with house.monitor() as monitor:
        cycle(monitor, NOON)
        body = page(monitor)
        assert "a raid killed three ISIS members near the town" in body
        assert "Subscribe" not in body
        assert len(hook.received) == 1
        # The feed goes on giving the headline alone: that is no revision, and the article is not asked for again.
        feeds.routes["/one"] = Answer(body=rss(headline(feeds, 1), "<ttl>1</ttl>"))
        report = monitor.poll(NOON + timedelta(minutes=5))
        assert (report.counts.new, report.counts.revised, report.counts.known) == (0, 0, 1)
        cycle(monitor, NOON + timedelta(minutes=10))
    assert len(hook.received) == 1
    assert [asked.path for asked in feeds.requests].count("/story/1") == 1


@pytest.mark.parametrize(
    "answer",
    [Answer(404), Answer(body=b"%PDF", headers={"Content-Type": "application/pdf"}), Answer(raw=b""),
     Answer(body=b"<html><body><p>Accept cookies</p></body></html>", headers={"Content-Type": "text/html"})],
)  # fmt: skip
def test_an_article_that_can_not_be_read_leaves_the_item_as_its_feed_gave_it(
    answer: Answer, house: House, feeds: FeedServer
) -> None:
    feeds.routes["/one"] = Answer(body=rss(headline(feeds, 1)))
    feeds.routes["/story/1"] = answer
    with house.monitor() as monitor:
        report = monitor.poll(NOON)
        assert (report.counts.new, report.counts.revised, report.failed) == (1, 0, 0)
        assert_balanced(monitor)


def test_slow_articles_hold_up_the_next_poll_for_a_while_at_most(
    house: House, feeds: FeedServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(articles, "_WITHIN", timedelta(seconds=0.3))
    feeds.routes["/one"] = Answer(body=rss(*(headline(feeds, number) for number in range(9))))
    for number in range(9):
        feeds.routes[f"/story/{number}"] = Answer(body=ARTICLE.encode(), delay=3)
    with house.monitor() as monitor, caplog.at_level("INFO"):
        began = time.monotonic()
        report = monitor.poll(NOON)
        assert time.monotonic() - began < 3
        assert report.counts.new == 9
        assert_balanced(monitor)
    assert "no article: no whole answer within 0.3 s" in caplog.messages


def test_an_article_at_a_private_address_is_refused_where_its_feed_may_not_be_private(
    house: House, feeds: FeedServer
) -> None:
    """Checked by the fetcher: an article's request is made of its feed's own permission."""
    feed = Feed("one", "https://example.org/", "One", full_text=True)
    [(asked, _)] = wanted([(feed, judged(1, feeds.url("/story/1")))])
    assert not asked.allow_private


def judged(number: int, url: str = "", **changes: object) -> Judged:
    item = Item("one", None, url or f"https://example.org/{number}", "Title", "", **changes)  # type: ignore[arg-type]
    return Judged(f"key-{number}", 1, item, Marks("", "", "", "", None), (), None, ())


def test_articles_are_asked_for_within_bounds_and_only_where_they_are_wanted() -> None:
    feeds = [Feed(f"feed-{n}", "https://example.org/", "F", full_text=True) for n in range(20)]
    fresh = [(feed, judged(number)) for feed in feeds for number in range(30)]
    asked = list(wanted(fresh))
    assert len(asked) == 60
    assert max(sum(one.id == feed.id for one, _ in asked) for feed in feeds) == 10
    plain = Feed("plain", "https://example.org/", "P")
    assert not list(
        wanted([(plain, judged(1)), (feeds[0], judged(1, body="x" * 2000)), (feeds[0], judged(1, "ftp://x"))])
    )


@pytest.mark.parametrize("body", [b"", b"\xff\xfe<", b"<p>" * 20_000, b"<html>" + b"a " * 1_500_000, b"\x00" * 1000])
def test_any_bytes_are_read_without_a_crash(body: bytes) -> None:
    assert extract(Fetched("https://e.org/", 200, body, "text/html", Validators())) == ""


def test_the_configuration_says_so_where_the_extra_is_missing(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(app.article, "available", lambda: False)
    for name, value in house.env.items():
        monkeypatch.setenv(name, value)
    assert main(["check"]) == CONFIGURATION
    assert "full_text needs its extra; pip install 'monitor[fulltext]'" in capsys.readouterr().err


def test_a_feed_whose_url_is_edited_while_its_articles_are_read_is_asked_at_its_new_url_at_once(
    house: House, feeds: FeedServer
) -> None:
    def edited(asked: Asked) -> Answer:
        house.feeds({"one": feeds.url("/right")})
        monitor.adopt(app.check(house.settings, {}).setup, NOON)
        return Answer(body=ARTICLE.encode(), headers={"Content-Type": "text/html; charset=utf-8"})

    feeds.routes["/one"] = Answer(body=rss(headline(feeds, 1)), headers={"ETag": '"old"'})
    feeds.routes["/story/1"] = edited
    with house.monitor() as monitor:
        monitor.poll(NOON)
        [state] = monitor.store.due_feeds(NOON)
        assert state.validators.etag is None
