"""Fetching from a real server on loopback: what comes back, and what the server was asked."""

from __future__ import annotations

import base64
import itertools
import threading
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from servers import Answer, Asked, FeedServer

from monitor.fetch import Fetcher, Request
from monitor.model import Failed, FailureKind, Feed, Fetched, FetchResult, NotModified, Validators

FEED = b"<rss><channel/></rss>"
NONE = Validators()


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer({"/feed": Answer(body=FEED)}) as running:
        yield running


def fetcher(**settings: object) -> Fetcher:
    wanted: dict[str, object] = {"user_agent": "monitor-test (+ops@example.org)", "timeout": timedelta(seconds=10)}
    return Fetcher(**(wanted | settings))  # type: ignore[arg-type]


def fetch(url: str, validators: Validators = NONE, *, by: Fetcher | None = None, **feed: object) -> FetchResult:
    """The one result of fetching ``url`` from loopback."""
    wanted: dict[str, object] = {"id": "news", "url": url, "title": "News", "allow_private": True}
    request = Request(Feed(**(wanted | feed)), validators)  # type: ignore[arg-type]
    ((_, result),) = (by or fetcher()).fetch_all([request])
    return result


def test_a_document_arrives_with_what_was_said_about_it(server: FeedServer) -> None:
    headers = {"ETag": 'W/"a"', "Last-Modified": "Tue, 22 Oct 2024 10:00:00 GMT", "Content-Type": "text/xml; charset=x"}
    server.routes["/feed"] = Answer(body=FEED, headers=headers)
    result = fetch(server.url("/feed"))
    assert isinstance(result, Fetched)
    assert (result.url, result.status, result.body) == (server.url("/feed"), 200, FEED)
    assert result.content_type == "text/xml; charset=x"
    assert result.validators == Validators('W/"a"', "Tue, 22 Oct 2024 10:00:00 GMT")
    assert (result.moved_to, result.retry_after) == (None, None)
    assert 0 < result.seconds < 10


def test_the_server_is_told_who_asks(server: FeedServer) -> None:
    fetch(server.url("/feed"))
    (asked,) = server.requests
    assert asked.headers["User-Agent"] == "monitor-test (+ops@example.org)"
    assert "application/atom+xml" in asked.headers["Accept"]
    assert asked.headers["Accept-Encoding"] == "gzip, deflate"
    assert asked.headers["If-None-Match"] is None
    assert asked.headers["If-Modified-Since"] is None


@pytest.mark.parametrize(
    ("etag", "modified"),
    [
        ('W/"weak"', "Tue, 22 Oct 2024 10:00:00 GMT"),
        ("unquoted", "yesterday, about noon"),
        ('"odd "quotes" inside"', None),
        ("'single'", None),
        ('W/"a-gzip", "b"', None),
        ('"é"', None),
        (None, "1729591200"),
    ],
)
def test_validators_go_back_exactly_as_they_came(server: FeedServer, etag: str | None, modified: str | None) -> None:
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
    raw += f"ETag: {etag}\r\n".encode() if etag else b""
    raw += f"Last-Modified: {modified}\r\n".encode() if modified else b""
    server.routes["/feed"] = Answer(raw=raw + b"\r\n")
    first = fetch(server.url("/feed"))
    assert isinstance(first, Fetched)
    assert first.validators == Validators(etag, modified)
    fetch(server.url("/feed"), first.validators)
    sent = server.requests[1].headers
    received = (sent["If-None-Match"] or "").encode("latin-1").decode() or None  # as the wire has it
    assert (received, sent["If-Modified-Since"]) == (etag, modified)


def test_a_validator_that_can_not_be_sent_back_is_not_kept(server: FeedServer) -> None:
    server.routes["/feed"] = Answer(raw=b'HTTP/1.1 200 OK\r\nETag: "\xff\xfe"\r\nContent-Length: 0\r\n\r\n')
    result = fetch(server.url("/feed"))
    assert isinstance(result, Fetched)
    assert result.validators == Validators()


def test_not_modified_keeps_the_validators_and_takes_fresh_ones(server: FeedServer) -> None:
    server.routes["/feed"] = Answer(304, headers={"ETag": '"2"'})
    result = fetch(server.url("/feed"), Validators('"1"', "yesterday"))
    assert isinstance(result, NotModified)
    assert result.validators == Validators('"2"', "yesterday")


def test_a_304_to_an_unconditional_request_proves_nothing(server: FeedServer) -> None:
    server.routes["/feed"] = Answer(304)
    result = fetch(server.url("/feed"))
    assert isinstance(result, Failed)
    assert (result.kind, result.status) == (FailureKind.HTTP, 304)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 503, 204, 206])
def test_an_error_is_an_error_though_its_body_begins_like_a_feed(server: FeedServer, status: int) -> None:
    body = b"" if status == 204 else b"<?xml version='1.0'?>" + FEED
    server.routes["/feed"] = Answer(status, body=body)
    result = fetch(server.url("/feed"))
    assert isinstance(result, Failed)
    assert (result.kind, result.status) == (FailureKind.HTTP, status)
    assert result.detail.startswith(f"answered {status} ")


def test_410_is_gone(server: FeedServer) -> None:
    server.routes["/feed"] = Answer(410)
    result = fetch(server.url("/feed"))
    assert isinstance(result, Failed)
    assert (result.kind, result.status) == (FailureKind.GONE, 410)


def test_retry_after_is_read_as_seconds_and_as_a_date(server: FeedServer) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    wrong_clock = datetime(2001, 1, 1, tzinfo=UTC)
    for value, date, expected in (
        ("120", None, timedelta(seconds=120)),
        (format_datetime(now + timedelta(hours=1), usegmt=True), format_datetime(now, usegmt=True), timedelta(hours=1)),
        (
            format_datetime(wrong_clock + timedelta(hours=2), usegmt=True),
            format_datetime(wrong_clock, usegmt=True),
            timedelta(hours=2),
        ),
        (format_datetime(wrong_clock, usegmt=True), None, timedelta(0)),
        ("9" * 30, None, timedelta(days=30)),
        ("soon", None, None),
        ("-5", None, None),
    ):
        server.routes["/feed"] = Answer(503, headers={"Retry-After": value} | ({"Date": date} if date else {}))
        result = fetch(server.url("/feed"))
        assert isinstance(result, Failed)
        assert result.retry_after == expected, value


# --- redirects ---------------------------------------------------------------------------------


def chain(server: FeedServer, *statuses: int) -> str:
    """A feed behind one redirect for each of ``statuses``; the address to begin at."""
    for number, status in enumerate(statuses):
        target = "/feed" if number == len(statuses) - 1 else f"/hop{number + 1}"
        server.routes[f"/hop{number}"] = Answer(status, headers={"Location": target})
    return server.url("/hop0")


@pytest.mark.parametrize(
    ("statuses", "moved_to"),
    [
        ((301,), "/feed"),
        ((308, 301), "/feed"),
        ((302,), None),
        ((307, 301), None),
        ((301, 302), "/hop1"),
        ((301, 308, 303, 301), "/hop2"),
    ],
)
def test_only_an_unbroken_chain_of_permanent_redirects_is_remembered(
    server: FeedServer, statuses: tuple[int, ...], moved_to: str | None
) -> None:
    result = fetch(chain(server, *statuses))
    assert isinstance(result, Fetched)
    assert result.body == FEED
    assert result.url == server.url("/feed")
    assert result.moved_to == (server.url(moved_to) if moved_to else None)


def test_a_permanent_redirect_is_remembered_with_a_304_too(server: FeedServer) -> None:
    server.routes["/feed"] = Answer(304)
    result = fetch(chain(server, 301), Validators('"1"'))
    assert isinstance(result, NotModified)
    assert result.moved_to == server.url("/feed")
    assert [asked.headers["If-None-Match"] for asked in server.requests] == ['"1"', '"1"']


def test_redirects_end(server: FeedServer) -> None:
    result = fetch(chain(server, *[302] * 9))
    assert isinstance(result, Failed)
    assert (result.kind, result.detail) == (FailureKind.REDIRECT, "more than 8 redirects")
    assert isinstance(fetch(chain(server, *[302] * 8)), Fetched)


def test_redirects_in_a_circle_are_noticed(server: FeedServer) -> None:
    server.routes["/a"] = Answer(301, headers={"Location": "/b"})
    server.routes["/b"] = Answer(301, headers={"Location": server.url("/a#top")})
    result = fetch(server.url("/a"))
    assert isinstance(result, Failed)
    assert (result.kind, result.detail) == (FailureKind.REDIRECT, "redirects go in a circle")
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://x/y", "gopher://x", "javascript:alert(1)", "http://", "http://[x/", ""]
)
def test_a_redirect_to_what_is_not_http_is_refused(server: FeedServer, target: str) -> None:
    server.routes["/feed"] = Answer(301, headers={"Location": target})
    result = fetch(server.url("/feed"))
    assert isinstance(result, Failed)
    assert result.kind is FailureKind.REDIRECT
    assert "passwd" not in result.detail


def test_a_redirect_keeps_the_escapes_of_its_target(server: FeedServer) -> None:
    server.routes["/feed"] = Answer(302, headers={"Location": "/x/a%2Fb%20c?sig=%7Ex%2B%3D"})
    fetch(server.url("/feed"))
    assert server.requests[1].path == "/x/a%2Fb%20c?sig=%7Ex%2B%3D"


# --- secrets -----------------------------------------------------------------------------------


def test_user_and_password_of_a_url_are_sent_as_a_header_and_shown_nowhere(server: FeedServer) -> None:
    server.routes["/feed"] = Answer(302, headers={"Location": "/next"})
    server.routes["/next"] = Answer(403)
    url = server.url("/feed").replace("http://", "http://us%40er:p%3Ass@")
    result = fetch(url)
    expected = f"Basic {base64.b64encode(b'us@er:p:ss').decode()}"
    assert [asked.headers["Authorization"] for asked in server.requests] == [expected, expected]
    assert "p:ss" not in repr(result)
    server.routes["/feed"] = Answer(301, headers={"Location": "/next"})
    server.routes["/next"] = Answer(body=FEED)
    result = fetch(url)
    assert isinstance(result, Fetched)
    assert (result.url, result.moved_to) == (server.url("/next"), server.url("/next"))


def test_credentials_and_feed_headers_never_reach_another_origin(server: FeedServer) -> None:
    with FeedServer() as other:
        server.routes["/feed"] = Answer(302, headers={"Location": other.url("/there")})
        other.routes["/there"] = Answer(302, headers={"Location": server.url("/back")})
        server.routes["/back"] = Answer(body=FEED)
        headers = (("X-Api-Key", "secret"), ("Cookie", "session=secret"), ("User-Agent", "mine"))
        assert isinstance(fetch(server.url("/feed").replace("//", "//user:pw@"), headers=headers), Fetched)
        asked = [*server.requests, *other.requests]
        own = [one.path for one in asked if one.headers["X-Api-Key"] or one.headers["Cookie"]]
        authorized = [one.path for one in asked if one.headers["Authorization"]]
        assert own == authorized == ["/feed"]
        assert other.requests[0].headers["User-Agent"].startswith("monitor-test")


def test_credentials_that_a_redirect_brings_are_dropped(server: FeedServer) -> None:
    server.routes["/feed"] = Answer(301, headers={"Location": server.url("/next").replace("//", "//evil:pw@")})
    server.routes["/next"] = Answer(body=FEED)
    result = fetch(server.url("/feed"))
    assert isinstance(result, Fetched)
    assert result.moved_to == server.url("/next")
    assert server.requests[1].headers["Authorization"] is None


def test_cookies_are_not_kept(server: FeedServer) -> None:
    server.routes["/feed"] = Answer(302, headers={"Location": "/next", "Set-Cookie": "track=1; Path=/"})
    server.routes["/next"] = Answer(body=FEED)
    fetch(server.url("/feed"))
    assert all(asked.headers["Cookie"] is None for asked in server.requests)


def test_the_words_of_a_failure_hold_no_path_and_no_query() -> None:
    result = fetch("http://127.0.0.1:1/private/token123?key=abc")
    assert isinstance(result, Failed)
    assert result.kind is FailureKind.CONNECT
    assert "token123" not in result.detail
    assert "abc" not in result.detail


# --- many feeds --------------------------------------------------------------------------------


def requests_for(urls: list[str]) -> list[Request]:
    return [Request(Feed(id=str(number), url=url, title="", allow_private=True)) for number, url in enumerate(urls)]


def test_every_request_has_exactly_one_result(server: FeedServer) -> None:
    urls = [server.url("/feed"), "http://127.0.0.1:1/", "no url at all", "http://no-such-host.invalid/"] * 20
    results = list(fetcher().fetch_all(requests_for(urls)))
    assert sorted(int(feed.id) for feed, _ in results) == list(range(80))
    kinds = {feed.id: type(result) for feed, result in results}
    assert sum(kind is Fetched for kind in kinds.values()) == 20


def test_no_requests_give_no_results() -> None:
    assert list(fetcher().fetch_all([])) == []


def test_one_slow_feed_does_not_hold_up_the_others(server: FeedServer) -> None:
    server.routes["/slow"] = Answer(body=FEED, delay=1.0)
    order = [feed.id for feed, _ in fetcher().fetch_all(requests_for([server.url("/slow"), server.url("/feed")]))]
    assert order == ["1", "0"]


def test_one_host_is_asked_a_few_at_a_time(server: FeedServer) -> None:
    server.routes["/feed"] = Answer(body=FEED, delay=0.02)
    assert len(list(fetcher(per_host=2).fetch_all(requests_for([server.url("/feed")] * 20)))) == 20
    assert server.most_open <= 2


def test_what_waits_for_its_host_too_long_is_left_out_and_holds_up_nobody(server: FeedServer) -> None:
    server.routes["/hangs"] = Answer(body=FEED, delay=0.6)
    urls = [server.url("/hangs")] * 40 + [server.url("/feed", host="localhost")] * 2
    began = time.monotonic()
    asked = fetcher(per_host=2, spacing=timedelta(seconds=5))
    found = [feed.id for feed, _ in asked.fetch_all(requests_for(urls), timedelta(seconds=0.3))]
    assert time.monotonic() - began < 5
    assert sorted(found, key=int) == ["0", "1", "40", "41"]
    assert len(server.requests) == 4


def test_a_request_may_have_less_patience_than_the_others(server: FeedServer) -> None:
    server.routes["/hangs"] = Answer(body=FEED, delay=2)
    feed = requests_for([server.url("/hangs")])[0].feed
    [(_, result)] = fetcher().fetch_all([Request(feed, patience=timedelta(milliseconds=200))])
    assert isinstance(result, Failed)
    assert result.detail == "no whole answer within 0.2 s"


def test_all_hosts_together_are_asked_so_many_at_a_time() -> None:
    servers = [FeedServer({"/feed": Answer(body=FEED, delay=0.05)}) for _ in range(6)]
    now: list[int] = []
    most = 0
    lock = threading.Lock()

    def count(asked: Asked) -> Answer:
        nonlocal most
        with lock:
            now.append(1)
            most = max(most, len(now))
        time.sleep(0.05)
        with lock:
            now.pop()
        return Answer(body=FEED)

    try:
        for one in servers:
            one.routes["/feed"] = count
            one.__enter__()
        urls = [one.url("/feed") for one in servers for _ in range(3)]
        assert len(list(fetcher(concurrency=3).fetch_all(requests_for(urls)))) == 18
    finally:
        for one in servers:
            one.__exit__(None, None, None)
    assert 1 <= most <= 3


def test_a_host_rests_between_two_requests(server: FeedServer) -> None:
    polite = fetcher(per_host=1, spacing=timedelta(milliseconds=150))
    assert len(list(polite.fetch_all(requests_for([server.url("/feed")] * 3)))) == 3
    times = [asked.came for asked in server.requests]
    assert all(later - earlier >= 0.14 for earlier, later in itertools.pairwise(times))


def test_a_thousand_feeds_due_at_once_are_all_fetched(server: FeedServer) -> None:
    results = fetcher(per_host=16).fetch_all(requests_for([server.url("/feed")] * 1000))
    assert sum(isinstance(result, Fetched) for _, result in results) == 1000


def test_closing_early_cancels_what_runs(server: FeedServer) -> None:
    server.routes["/slow"] = Answer(body=FEED, delay=5)
    results = fetcher().fetch_all(requests_for([server.url("/feed"), *[server.url("/slow")] * 50]))
    assert isinstance(next(iter(results)), tuple)
    began = time.monotonic()
    results.close()  # type: ignore[attr-defined]
    assert time.monotonic() - began < 2
    assert len(server.requests) < 10
    assert not [thread for thread in threading.enumerate() if thread.name == "fetch"]


def test_results_do_not_pile_up_while_the_caller_is_busy(server: FeedServer) -> None:
    results = fetcher(concurrency=4, per_host=4).fetch_all(requests_for([server.url("/feed")] * 200))
    next(iter(results))
    time.sleep(0.5)
    assert len(server.requests) <= 4 + 32 + 2
    assert sum(1 for _ in results) == 199


def test_a_few_large_bodies_are_held_at_one_time(server: FeedServer) -> None:
    server.routes["/large"] = Answer(body=b"x" * 3_000_000)
    waiting = fetcher(per_host=8, timeout=timedelta(seconds=2)).fetch_all(requests_for([server.url("/large")] * 8))
    first = next(iter(waiting))
    time.sleep(2.5)  # longer than the time-out: waiting for us is not the server's fault
    results = [first, *waiting]
    assert [len(result.body) for _, result in results if isinstance(result, Fetched)] == [3_000_000] * 8


def test_a_body_that_was_taken_is_held_no_longer(server: FeedServer) -> None:
    server.routes["/large"] = Answer(body=b"x" * 3_000_000)
    tracemalloc.start()
    try:
        for _, result in fetcher(per_host=16).fetch_all(requests_for([server.url("/large")] * 32)):
            assert isinstance(result, Fetched)
            del result
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 50_000_000  # sixteen that begin, and a few that are whole


def test_a_bug_is_raised_and_not_made_a_failure(server: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("monitor.fetch.exchange.retry_after", broken)
    with pytest.raises(ZeroDivisionError):
        list(fetcher().fetch_all(requests_for([server.url("/feed")] * 5)))


def test_a_proxy_is_asked_for_the_whole_address(server: FeedServer) -> None:
    server.routes["http://news.example/feed"] = Answer(body=FEED)
    proxied = fetcher(proxy=server.url("/").replace("//", "//us:pw@"))
    result = fetch("http://news.example/feed", by=proxied, allow_private=False)
    assert isinstance(result, Fetched)
    assert result.url == "http://news.example/feed"
    assert server.requests[0].headers["Proxy-Authorization"] == f"Basic {base64.b64encode(b'us:pw').decode()}"
    with pytest.raises(ValueError, match="proxy"):
        fetcher(proxy="ftp://127.0.0.1:1080")
