"""Feeds that are all due at once, polled in one cycle from a local server with the shipped rules.

python bench/due.py [FEEDS]        default 1,000 feeds of 30 items, one item in twenty matching
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ITEMS = 30


def document(feed: int, now: str) -> bytes:
    """One feed of thirty items, one or two of which an ISIS rule matches."""
    entries = []
    for number in range(ITEMS):
        matching = (feed * ITEMS + number) % 20 == 0
        title = f"Raid {feed}-{number} kills seven ISIS fighters" if matching else f"Harvest report {feed}-{number}"
        entries.append(
            f"<item><title>{title}</title><link>https://f{feed}.example/{number}</link><guid>{feed}-{number}</guid>"
            f"<pubDate>{now}</pubDate><description>{'Some words of a summary. ' * 12}</description></item>"
        )
    return f"<rss version='2.0'><channel><title>F{feed}</title>{''.join(entries)}</channel></rss>".encode()


def serve() -> None:
    """Serve any feed on a free port, which is printed."""
    now = format_datetime(datetime.now(UTC))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = document(int(self.path.strip("/")), now)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 1024

    server = Server(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


def main(feeds: int) -> None:
    """Run ``monitor once`` over all feeds and print what it did, how long it took and its peak memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config").mkdir()
        (folder / "config" / "rules").symlink_to(Path(__file__).parents[1] / "config" / "rules")
        server = subprocess.Popen([sys.executable, __file__, "serve"], stdout=subprocess.PIPE, text=True)
        assert server.stdout is not None
        port = int(server.stdout.readline())
        try:
            lines = "\n".join(
                f"  - {{id: f{n}, url: 'http://127.0.0.1:{port}/{n}', allow_private: true}}" for n in range(feeds)
            )
            (folder / "config/feeds.yaml").write_text(f"defaults: {{include_last: 24h}}\nfeeds:\n{lines}\n")
            (folder / "config/channels.yaml").write_text("channels:\n  - {id: console, url: 'console://'}\n")
            (folder / "config/digests.yaml").write_text("digests:\n  - {id: d, channels: [console], every: 1d}\n")
            command = [sys.executable, "-m", "monitor", "once", "--json", "--log-level", "error",
                       "--config", str(folder / "config"), "--data", str(folder / "data")]  # fmt: skip
            command_env = {"MONITOR_FETCH__PER_HOST": "16", "PATH": "/usr/bin:/bin"}
            began = time.perf_counter()
            done = subprocess.run(command, env=command_env, capture_output=True, text=True, check=False)
            seconds = time.perf_counter() - began
        finally:
            server.terminate()
            server.wait()
        report = json.loads(done.stdout)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        counts = report["poll"]["counts"]
        print(f"{feeds} feeds due at once: polled {report['poll']['polled']}, failed {report['poll']['failed']}")
        print(
            f"items new {counts['new']} of {feeds * ITEMS}, matched {counts['matched']}, balanced {report['balanced']}"
        )
        print(f"{seconds:.1f} s, peak {peak:.0f} MB (the larger of monitor and the server)")


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        serve()
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
