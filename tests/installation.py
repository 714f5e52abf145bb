"""A daemon of its own process with real feeds and receivers around it, for tests that kill and edit it."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from house import House, entry, rss
from post import Hook, Post
from servers import Answer, FeedServer

from monitor import app
from monitor.model import Books

ITEMS = (1, 2, 3)
LINKS = {f"https://news.example.org/{number}" for number in ITEMS}  # a title may be named beside another story
REPEAT = "possible repeat"
PATIENCE = 120  # seconds that a test waits for what must come: only a failure, or a very slow machine, takes so long


class Installation:
    """Two feeds, a mail channel with two recipients and a webhook, and the processes that serve them."""

    def __init__(self, folder: Path, feeds: FeedServer, post: Post, hook: Hook) -> None:
        self.post, self.hook = post, hook
        now = datetime.now(UTC)  # the daemon reads the real clock, and tells what is recent
        noise = (entry(90, "Football results", published=now), entry(91, "Weather", published=now))
        feeds.routes["/one"] = Answer(body=rss(entry(1, published=now), entry(2, published=now), noise[0]))
        # Feeds that answer at one time are one transaction; this one comes later, and so is another.
        feeds.routes["/two"] = Answer(body=rss(entry(3, published=now), noise[1]), delay=0.7)
        self.house = House(
            folder,
            {"one": feeds.url("/one"), "two": feeds.url("/two")},
            {"desk": post.url("a@example.org", "b@example.org"), "chat": hook.url()},
        )

    def told(self) -> dict[str, Counter[str]]:
        """How often each recipient was told of each item, not counting what is marked a possible repeat."""
        return self._count(lambda text: REPEAT not in text.lower())

    def repeats(self) -> dict[str, Counter[str]]:
        """How often each recipient was told of each item in a message marked a possible repeat."""
        return self._count(lambda text: REPEAT in text.lower())

    def _count(self, wanted: Callable[[str], bool]) -> dict[str, Counter[str]]:
        found: dict[str, Counter[str]] = {name: Counter() for name in ("a@example.org", "b@example.org", "chat")}
        for recipient, letter in zip(self.post.recipients, self.post.letters, strict=True):
            body = letter.get_body(("plain",))
            assert body is not None
            text = f"{letter['Subject']}\n{body.get_content()}"
            if wanted(text):
                found[recipient].update(link for link in LINKS if link in text)
        for call in self.hook.received:
            text = json.dumps(call.json, ensure_ascii=False)
            if wanted(text):
                found["chat"].update(link for link in LINKS if link in text)
        return found

    def everyone_knows_everything(self) -> bool:
        told, repeated = self.told(), self.repeats()
        return all(set(told[name] + repeated[name]) >= LINKS for name in told)

    def start(self, *arguments: str, limit: int | None = None) -> "subprocess.Popen[bytes]":
        def limited() -> None:
            if limit is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        with (self.house.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("crash.py")), *(arguments or ("never", "1"))],
                env={**os.environ, **self.house.env},
                stderr=log,
                preexec_fn=limited,  # noqa: PLW1509 - the child does nothing but this before it becomes the daemon
            )

    @contextmanager
    def running(self, **options: int | None) -> Iterator["subprocess.Popen[bytes]"]:
        """A daemon that must end with 0, within ten seconds of SIGTERM."""
        process = self.start(**options)
        try:
            yield process
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0, self.log()
        finally:
            process.kill()
            process.wait()

    def log(self) -> str:
        return (self.house.folder / "log").read_text()

    def books(self) -> Books:
        """The books as the store has them, while the daemon runs or not; as of an empty one before there is a store."""
        with app.open_store(self.house.settings) as store:
            return store.books()

    def status(self) -> dict[str, object]:
        found = subprocess.run(
            [sys.executable, "-m", "monitor", "status", "--json"], env={**os.environ, **self.house.env},
            capture_output=True, check=False,
        )  # fmt: skip
        answer: dict[str, object] = json.loads(found.stdout)
        return answer

    def wait_until(self, true: Callable[[], bool], seconds: float = PATIENCE) -> None:
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.05)
