"""Servers that mean harm, or are broken: each becomes a clear state of that one feed."""

from __future__ import annotations

import gc
import gzip
import itertools
import resource
import socket
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from datetime import timedelta

import pytest
from servers import Answer, FeedServer

from monitor.fetch import Fetcher, Request
from monitor.fetch.address import refusal
from monitor.model import Failed, FailureKind, Feed, Fetched, FetchResult

FEED = b"<rss><channel><title>News</title></channel></rss>"
LIMIT = 256 * 1024


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer({"/feed": Answer(body=FEED)}) as running:
        yield running


def fetch(url: str, *, private: bool = True, timeout: float = 5) -> FetchResult:
    """The one result of fetching ``url`` with a limit of 256 KiB."""
    by = Fetcher(user_agent="monitor-test", timeout=timedelta(seconds=timeout), body_limit=LIMIT)
    feed = Feed(id="news", url=url, title="News", allow_private=private)
    ((_, result),) = by.fetch_all([Request(feed)])
    if isinstance(result, Failed):
        assert "\n" not in result.detail
    return result


def failure(url: str, *, private: bool = True, timeout: float = 5) -> Failed:
    result = fetch(url, private=private, timeout=timeout)
    assert isinstance(result, Failed)
    return result


# --- addresses ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    """
    127.0.0.1 127.9.9.9 0.0.0.0 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1
    100.100.100.200 168.63.129.16 192.0.0.192 198.18.0.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 192.0.2.1
    :: ::1 fe80::1 fe80::1%eth0 fc00::1 fd00:ec2::254 fec0::1 ff02::1 2001:db8::1 2001::1 100::1
    ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::127.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 2002:7f00:1::
    2002:a9fe:a9fe::1 4000::1 not-an-address
    """.split(),  # noqa: SIM905 - forty strings are easier to read like this
)
def test_an_address_inside_is_refused(address: str) -> None:
    assert refusal(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.216.34", "172.32.0.1", "2606:4700::1111", "64:ff9b::101:101", "::ffff:1.1.1.1"]
)
def test_an_address_of_the_public_internet_passes(address: str) -> None:
    assert refusal(address) is None


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0", "[::1]", "[::]"])
def test_a_feed_can_not_lead_to_this_machine(server: FeedServer, host: str) -> None:
    found = failure(server.url("/feed", host=host), private=False)
    assert found.kind is FailureKind.ADDRESS
    assert server.requests == []


@pytest.mark.parametrize(
    "host", ["localhost.", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.0.0.1.", "①②⑦.0.0.1"]
)
def test_no_odd_spelling_of_loopback_gets_through(server: FeedServer, host: str) -> None:
    assert failure(server.url("/feed", host=host), private=False).kind in (
        FailureKind.ADDRESS,
        FailureKind.CONNECT,
        FailureKind.DNS,
    )
    assert server.requests == []


@pytest.mark.parametrize("private", [True, False])
def test_no_permission_is_offered_for_a_metadata_address(*, private: bool) -> None:
    found = failure("http://169.254.169.254/latest/", private=private)
    assert found.kind is FailureKind.ADDRESS
    assert found.detail.endswith("metadata address, which is never asked")


def test_a_feed_that_is_allowed_to_may(server: FeedServer) -> None:
    assert isinstance(fetch(server.url("/feed", host="localhost"), private=True), Fetched)


class Names:
    """A name service of our own: each name has its answers in turn, the last one for good."""

    def __init__(self, **answers: list[str]) -> None:
        self.answers = {name.replace("_", "."): iter([*given[:-1], *itertools.repeat(given[-1], 99)])
                        for name, given in answers.items()}  # fmt: skip
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        self.asked.append(host)
        address = next(self.answers[host])
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]


def test_a_name_that_leads_inside_is_refused(server: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.fetch.connect.socket.getaddrinfo", Names(inside_example=["127.0.0.1"]))
    found = failure(server.url("/feed", host="inside.example"), private=False)
    assert (found.kind, found.detail) == (
        FailureKind.ADDRESS,
        "inside.example leads to a loopback address; allow_private: true at the feed in feeds.yaml permits it",
    )
    assert server.requests == []


def test_the_address_connected_to_is_the_address_that_was_checked(
    server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the first answer is public, the second is not."""
    names = Names(rebind_example=["192.0.2.1", "127.0.0.1"])
    monkeypatch.setattr("monitor.fetch.connect.socket.getaddrinfo", names)
    monkeypatch.setattr("monitor.fetch.connect.refusal", lambda address: None if address == "192.0.2.1" else "inside")
    fetch(server.url("/feed", host="rebind.example"), private=False, timeout=0.5)
    assert names.asked == ["rebind.example"]  # asked once: the answer that was checked is the one used
    assert server.requests == []


def test_a_redirect_can_not_lead_inside(server: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first hop is let through as if it were public; the second must be judged by itself."""
    monkeypatch.setattr(
        "monitor.fetch.connect.refusal", lambda address: None if address == "127.0.0.1" else refusal(address)
    )
    for inside in (
        "http://127.0.0.2/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://10.0.0.1/",
    ):
        server.routes["/feed"] = Answer(302, headers={"Location": inside})
        found = failure(server.url("/feed"), private=False)
        assert found.kind is FailureKind.ADDRESS
        assert "meta-data" not in found.detail


# --- bodies ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(FEED, mtime=0)),
        ("x-gzip", gzip.compress(FEED, mtime=0)),
        ("GZIP", gzip.compress(FEED[:9], mtime=0) + gzip.compress(FEED[9:], mtime=0)),  # two members
        ("gzip", gzip.compress(FEED, mtime=0) + b"\0" * 20),  # padded
        ("deflate", zlib.compress(FEED)),
        ("deflate", zlib.compress(FEED)[2:-4]),  # raw, as some servers have it
        ("gzip, deflate", zlib.compress(gzip.compress(FEED, mtime=0))),
        ("identity", FEED),
        ("", FEED),
        ("gzip", FEED),  # a lie
        ("deflate", FEED),  # a lie
        ("", gzip.compress(FEED, mtime=0)),  # a .gz file as it lies there
    ],
)
def test_encodings_are_undone(server: FeedServer, encoding: str, body: bytes) -> None:
    server.routes["/feed"] = Answer(body=body, headers={"Content-Encoding": encoding} if encoding else {})
    result = fetch(server.url("/feed"))
    assert isinstance(result, Fetched)
    assert result.body == FEED


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("br", b"\x0b\x02\x80"),
        ("compress", b"x"),
        ("gzip", gzip.compress(FEED, mtime=0)[:-12]),  # broken off
        ("gzip", gzip.compress(FEED, mtime=0)[:20] + b"damage" + gzip.compress(FEED, mtime=0)[26:]),
        ("gzip, gzip, gzip, gzip", b"x"),
    ],
)
def test_an_encoding_that_can_not_be_undone_is_a_failure(server: FeedServer, encoding: str, body: bytes) -> None:
    server.routes["/feed"] = Answer(body=body, headers={"Content-Encoding": encoding})
    assert failure(server.url("/feed")).kind is FailureKind.ENCODING


@pytest.mark.parametrize("layers", [1, 2])
def test_a_decompression_bomb_stops_early(server: FeedServer, layers: int) -> None:
    zipped = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join([zipped.compress(bytes(1 << 20)) for _ in range(128)]) + zipped.flush()  # 128 MB in 0.13 MB
    for _ in range(layers - 1):
        bomb = gzip.compress(bomb, mtime=0)
    server.routes["/feed"] = Answer(body=bomb, headers={"Content-Encoding": ", ".join(["gzip"] * layers)})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    assert failure(server.url("/feed")).kind is FailureKind.TOO_LARGE
    assert time.monotonic() - began < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000  # KB


def test_the_limit_holds_whatever_is_announced(server: FeedServer) -> None:
    server.routes["/announced"] = Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
    server.routes["/silent"] = Answer(body=itertools.repeat(b"x" * 65_536, 10_000))
    server.routes["/just"] = Answer(body=b"x" * LIMIT)
    server.routes["/over"] = Answer(body=b"x" * (LIMIT + 1))
    for path in ("/announced", "/silent", "/over"):
        found = failure(server.url(path))
        assert (found.kind, found.detail) == (FailureKind.TOO_LARGE, f"the body is larger than {LIMIT} bytes")
    assert isinstance(fetch(server.url("/just")), Fetched)


def test_a_body_that_breaks_off_is_not_taken_for_the_whole(server: FeedServer) -> None:
    server.routes["/short"] = Answer(body=FEED, headers={"Content-Length": "1000"})
    server.routes["/chunk"] = Answer(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n<rss>")
    for path in ("/short", "/chunk"):
        found = failure(server.url(path))
        assert found.kind is FailureKind.CONNECT
        assert "broke off" in found.detail


@pytest.mark.parametrize("end", ["breaks off", "goes on", "is damaged"])
def test_bodies_that_come_to_nothing_are_let_go(server: FeedServer, end: str) -> None:
    body, headers = b"x" * (LIMIT - 100), {}
    if end == "breaks off":
        headers = {"Content-Length": str(LIMIT)}
    elif end == "is damaged":
        body, headers = gzip.compress(body, 0)[:-1000], {"Content-Encoding": "gzip"}
    server.routes["/feed"] = Answer(body=[body] * 3 if end == "goes on" else body, headers=headers)
    gc.collect()
    gc.disable()  # what is let go is gone at once, not when garbage is looked for
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(20):
            failure(server.url("/feed"))
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.enable()
    assert after - before < 10 * LIMIT


# --- time --------------------------------------------------------------------------------------


def test_a_slow_drip_ends_with_the_time_allowed(server: FeedServer) -> None:
    server.routes["/drip"] = Answer(body=itertools.repeat(b"x", 1_000), pause=0.05)
    server.routes["/silent"] = Answer(delay=30)
    server.routes["/header"] = Answer(raw=b"HTTP/1.1 200 OK\r\nX-A: ")
    for path in ("/drip", "/silent"):
        began = time.monotonic()
        found = failure(server.url(path), timeout=0.6)
        assert (found.kind, found.detail) == (FailureKind.TIMEOUT, "no whole answer within 0.6 s")
        assert 0.5 < time.monotonic() - began < 3


def test_slow_redirects_share_one_time_allowance(server: FeedServer) -> None:
    for number in range(8):
        server.routes[f"/{number}"] = Answer(302, headers={"Location": f"/{number + 1}"}, delay=0.2)
    assert failure(server.url("/0"), timeout=0.7).kind is FailureKind.TIMEOUT


def test_an_unanswered_connection_is_a_time_out() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        assert failure(f"http://127.0.0.1:{listener.getsockname()[1]}/", timeout=0.4).kind is FailureKind.TIMEOUT


def test_a_name_server_that_hangs_does_not_hold_us_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.fetch.connect.socket.getaddrinfo", lambda *_, **__: time.sleep(3) or [])
    began = time.monotonic()
    assert failure("http://hangs.example/", timeout=0.4).kind is FailureKind.TIMEOUT
    assert time.monotonic() - began < 2


# --- what is not HTTP --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"", FailureKind.CONNECT),
        (b"SSH-2.0-OpenSSH_9\r\n", FailureKind.HTTP),
        (b"HTTP/1.1 abc\r\n\r\n", FailureKind.HTTP),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", FailureKind.HTTP),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", FailureKind.HTTP),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000 + b"\r\n\r\n", FailureKind.HTTP),
        (b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 20_000 + b"\r\n", FailureKind.HTTP),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", FailureKind.HTTP),
        (bytes(range(256)) * 10, FailureKind.HTTP),
        (b"HTTP/1.1 999 \x1b[31mred\r\n\r\n", FailureKind.HTTP),
        (b"HTTP/1.1 301 Moved\r\nLocation: http://\xff\xfe/\x80\r\n\r\n", None),
    ],
)
def test_an_answer_that_is_no_http_is_a_failure(server: FeedServer, raw: bytes, kind: FailureKind | None) -> None:
    server.routes["/feed"] = Answer(raw=raw)
    found = failure(server.url("/feed"))
    assert kind is None or found.kind is kind
    assert found.detail.isprintable()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "feed.xml",
        "ftp://x/y",
        "http://",
        "http:///x",
        "http://a b/",
        "http://x:99999/",
        "http://[::1",
        "http://x\n/",
    ],
)
def test_a_url_that_is_none_is_a_failure(url: str) -> None:
    assert failure(url).kind in (FailureKind.CONNECT, FailureKind.DNS)


def test_plain_http_where_tls_was_expected_is_a_tls_failure(server: FeedServer) -> None:
    assert failure(server.url("/feed").replace("http:", "https:")).kind is FailureKind.TLS


def test_a_header_with_a_line_break_is_not_sent(server: FeedServer) -> None:
    feed = Feed(id="news", url=server.url("/feed"), title="", allow_private=True, headers=(("X", "a\r\nEvil: 1"),))
    ((_, result),) = Fetcher(user_agent="t").fetch_all([Request(feed)])
    assert isinstance(result, Failed)
    assert "Evil" not in result.detail
    assert server.requests == []
