"""From publication to the urgent message sent: a real daemon, a local server and a webhook, over many items.

    python bench/latency.py [--items 1000] [--feeds 100] [--interval 20s] [--minutes 4]

The feeds publish at random moments; each item is an urgent one. The daemon has its defaults (a tick of 5 s
among them) but for the feeds' interval, which is short so that the bench ends: what is added to the interval
is what it shows. First seen is the moment the feed was answered with the item; sent is when the webhook got it.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOWNS = ["Kirkuk", "Mosul", "Raqqa", "Palmyra", "Tikrit", "Ramadi", "Hasakah", "Sinjar", "Fallujah", "Baiji"]
WORDS = ["bridge", "canal", "harvest", "market", "depot", "orchard", "quarry", "railway", "station", "tunnel",
         "valley", "village", "warehouse", "bakery", "clinic", "ferry", "garage", "hangar", "kiln"]  # fmt: skip


class World:
    """What is published when, and when each item was first seen and sent (seconds since the epoch)."""

    def __init__(self, items: int, feeds: int, begin: float, seconds: float) -> None:
        chance = random.Random(4)
        self.published = sorted((begin + chance.uniform(0, seconds), chance.randrange(feeds)) for _ in range(items))
        self.seen: dict[int, float] = {}
        self.sent: dict[int, float] = {}
        self.times = Counter[int]()
        self._lock = threading.Lock()

    def document(self, feed: int) -> bytes:
        """The feed as it stands now; what is in it for the first time is seen now."""
        now = time.time()
        entries = []
        for number, (at, where) in enumerate(self.published):
            if at <= now and where == feed:
                with self._lock:
                    self.seen.setdefault(number, now)
                entries.append(self._entry(number, at))
        old = f"<item><title>Harvest report {feed}</title><link>https://f{feed}.example/old</link></item>"
        return (
            f"<rss version='2.0'><channel><title>F{feed}</title>{''.join(entries[-30:])}{old}</channel></rss>".encode()
        )

    @staticmethod
    def _entry(number: int, at: float) -> str:
        # No two alike, or they would be one story, and the second told with the first.
        town, words = TOWNS[number % len(TOWNS)], " ".join(random.Random(number).choices(WORDS, k=8))
        title = f"Army says {3 + number} ISIS militants killed in raid near {town} {words} [{number}]"
        when = format_datetime(datetime.fromtimestamp(at, UTC))
        return (
            f"<item><title>{title}</title><link>https://news.example/{number}</link><guid>{number}</guid>"
            f"<pubDate>{when}</pubDate><description>Operation number {number}.</description></item>"
        )

    def receive(self, text: str) -> None:
        """A message came: what it tells for the first time is sent now."""
        now = time.time()
        with self._lock:
            for number in map(int, set(re.findall(r"\[(\d+)\]", text))):
                self.sent.setdefault(number, now)
                self.times[number] += 1


def serve(world: World) -> ThreadingHTTPServer:
    """Feeds at /NUMBER, conditional on their length; a webhook at any POST."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = world.document(int(self.path.strip("/")))
            tag = f'"{len(body)}"'
            unchanged = self.headers["If-None-Match"] == tag
            self.send_response(304 if unchanged else 200)
            self.send_header("ETag", tag)
            self.send_header("Content-Length", "0" if unchanged else str(len(body)))
            self.end_headers()
            if not unchanged:
                self.wfile.write(body)

        def do_POST(self) -> None:
            world.receive(json.dumps(json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 512

    server = Server(("0.0.0.0", 0), Handler)  # noqa: S104 - every feed is a host of its own in 127.0.0.0/8
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def shown(name: str, values: Sequence[float]) -> str:
    """One distribution in a line."""
    ranked = sorted(values)
    at = [ranked[min(len(ranked) - 1, round(len(ranked) * share))] for share in (0.5, 0.9, 0.95, 0.99)]
    numbers = "  ".join(f"p{p} {value:5.1f}" for p, value in zip((50, 90, 95, 99), at, strict=True))
    return f"{name:28} mean {statistics.mean(values):5.1f}  {numbers}  max {ranked[-1]:5.1f}  s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=1000)
    parser.add_argument("--feeds", type=int, default=100)
    parser.add_argument("--interval", type=int, default=20, help="of the feeds, in seconds")
    parser.add_argument("--minutes", type=float, default=4)
    wanted = parser.parse_args()
    begin = time.time() + wanted.interval + 10  # every feed is polled once before: what it holds then is no news
    world = World(wanted.items, wanted.feeds, begin, wanted.minutes * 60)
    server = serve(world)
    port = server.server_address[1]
    with tempfile.TemporaryDirectory(prefix="latency-") as name:
        config = Path(name) / "config"
        config.mkdir()
        (config / "rules").symlink_to(ROOT / "config" / "rules")
        lines = [
            f"  - {{id: f{n}, url: 'http://127.0.{n // 250 + 1}.{n % 250 + 1}:{port}/{n}', allow_private: true,"
            f" interval: {wanted.interval}s, interval_min: {wanted.interval}s, lang: en, tier: wire}}"
            for n in range(wanted.feeds)
        ]
        (config / "feeds.yaml").write_text("\n".join(["feeds:", *lines]))
        (config / "channels.yaml").write_text(f"channels:\n  - {{id: duty, url: 'json://127.0.0.1:{port}/'}}\n")
        (config / "digests.yaml").write_text("digests:\n  - {id: urgent, channels: [duty], at_once: medium}\n")
        command = [sys.executable, "-m", "monitor", "run", "--config", str(config), "--data", f"{name}/data",
                   "--log-level", "error"]  # fmt: skip
        daemon = subprocess.Popen(command)
        try:
            last = begin + wanted.minutes * 60 + 2 * wanted.interval + 120
            while len(world.sent) < wanted.items and time.time() < last and daemon.poll() is None:
                time.sleep(0.5)
        finally:
            daemon.terminate()
            daemon.wait()
            server.shutdown()
    told = sorted(world.sent)
    often = sum(count > 1 for count in world.times.values())
    print(
        f"{wanted.items} items of {wanted.feeds} feeds polled every {wanted.interval} s, in {wanted.minutes:g} minutes"
    )
    print(f"seen {len(world.seen)}, sent {len(told)}, named in another message too (possibly the same event) {often}")
    if told:
        print(shown("publication to sent", [world.sent[n] - world.published[n][0] for n in told]))
        print(shown("first seen to sent", [world.sent[n] - world.seen[n] for n in told]))


if __name__ == "__main__":
    main()
