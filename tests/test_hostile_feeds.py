"""Everything a server can do to harm, in one poll: each is a clear state of that feed, and the others go on."""

from __future__ import annotations

import gzip
import itertools
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from house import NOON, House, assert_balanced, entry, rss
from servers import Answer, FeedServer

from monitor import app
from monitor import settings as settings_module
from monitor.model import FeedCondition

BOMB = "<!DOCTYPE r [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {new} '{f'&{old};' * 10}'>" for old, new in itertools.pairwise("abcdefghij")
)
FAILING = {
    "redirected-inside": (Answer(302, headers={"Location": "http://169.254.169.254/latest/meta-data/"}), "address"),
    "circle": (Answer(302, headers={"Location": "/circle"}), "redirect: redirects go in a circle"),
    "file": (Answer(302, headers={"Location": "file:///etc/passwd"}), "redirect: a redirect to what is not http"),
    "gzip-bomb": (
        Answer(body=gzip.compress(b" " * 30_000_000), headers={"Content-Encoding": "gzip"}),
        "too large: the body is larger than 1048576 bytes",
    ),
    "deflate-bomb": (
        Answer(body=zlib.compress(b" " * 30_000_000), headers={"Content-Encoding": "deflate"}),
        "too large: the body is larger than 1048576 bytes",
    ),
    "brotli": (Answer(body=b"\x0b\x02\x80", headers={"Content-Encoding": "br"}), "encoding: an unknown content enc"),
    "zstd": (
        Answer(body=b"\x28\xb5\x2f\xfd", headers={"Content-Encoding": "zstd"}),
        "encoding: an unknown content enc",
    ),
    "gigabyte": (Answer(body=itertools.repeat(b"x" * 65536, 16384)), "too large"),
    "announced": (Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n<rss/>"), "too large"),
    "short": (Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n<rss/>"), "connect: the answer of"),
    "drip": (Answer(body=itertools.repeat(b"<", 600), pause=0.1), "timeout: no whole answer within 2 s"),
    "nonsense": (Answer(raw=b"\x00\x01\x02 not http\r\n\r\n"), "http: the answer of 127.0.0.1 is not HTTP"),
    "page": (
        Answer(body=b"<html><body>Log in</body></html>", headers={"Content-Type": "application/rss+xml"}),
        "not a feed",
    ),
}
READ = {
    "entities": Answer(body=f"{BOMB}]><rss><channel><item><title>&j;</title></item></channel></rss>".encode()),
    "nul": Answer(body=rss(entry(1, "Raid")).replace(b"Raid", b"Ra\x00\x08id\x1b[31m")),
    "charset": Answer(body=rss(entry(1, "Kämpfe")), headers={"Content-Type": "text/xml; charset=koi8-r"}),
    "typed": Answer(body=rss(entry(1)), headers={"Content-Type": "image/png"}),
    "undated": Answer(body=rss(entry(1)).replace(b"<pubDate>", b"<pubDate>31 Feb 99999999 25:61")),
    "many": Answer(body=rss(*(entry(n) for n in range(3_000)))),
}


@pytest.fixture
def server() -> Iterator[FeedServer]:
    routes = {f"/{name}": answer for name, answer in {**{n: a for n, (a, _) in FAILING.items()}, **READ}.items()}
    deep = Answer(body=b"<rss>" + b"<a>" * 200_000)
    with FeedServer({**routes, "/deep": deep, "/good": Answer(body=rss(entry(7)))}) as found:
        yield found


def test_each_is_a_state_of_its_own_feed_and_the_good_one_is_read(tmp_path: Path, server: FeedServer) -> None:
    names = [*FAILING, *READ, "deep", "good"]
    house = House(tmp_path, {name: server.url(f"/{name}") for name in names}, {"console": "console://"})
    env = {**house.env, "MONITOR_FETCH__TIMEOUT": "2s", "MONITOR_FETCH__BODY_LIMIT": "1MiB"}
    settings = settings_module.load(env)
    with app.open_store(settings) as store:
        monitor = app.make_monitor(settings, store=store, setup=app.check(settings, {}).setup)
        monitor.begin(NOON)
        report = monitor.poll(NOON)
        states = {state.feed: state for state in store.feed_states()}
        assert_balanced(monitor)
    assert report.polled == len(names)
    assert report.failed == len(FAILING)
    for name, (_, problem) in FAILING.items():
        assert states[name].condition is FeedCondition.FAILING, name
        assert problem in (states[name].problem or ""), name
    assert states["deep"].condition is FeedCondition.EMPTY  # no item stands in it
    for name in (*READ, "good"):
        assert states[name].condition is FeedCondition.OK, name
        assert states[name].items == (3_000 if name == "many" else 1), name
