"""A whole monitor in a folder of its own: real files, a real store, real servers on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from xml.sax.saxutils import escape

from monitor import app
from monitor import settings as settings_module
from monitor.pipeline import Monitor, Step, no_step
from monitor.settings import Settings

NOON = datetime(2024, 10, 24, 12, tzinfo=UTC)
Run = Callable[..., tuple[int, str, str]]  # words of a command line → exit code, output, errors

RULES = """\
lists:
  isis: [ISIS, Daesh, "Islamic State"]
rules:
  - id: isis-operation
    title: Operation by or against ISIS
    category: operation
    level: high
    when: |
      @isis AND (raid* OR kill* OR strike*)
    examples:
      match: ["Raid kills seven ISIS members"]
      ignore: ["Exhibition on the goddess Isis opens"]
"""


def entry(
    number: int, title: str | None = None, summary: str = "", published: datetime | None = NOON, **marks: str
) -> str:
    """One RSS item; ``marks`` may set its guid and link."""
    link = marks.get("link", f"https://news.example.org/{number}")
    guid = marks.get("guid", link)
    date = f"<pubDate>{format_datetime(published)}</pubDate>" if published else ""
    return (
        f"<item><title>{escape(title or f'Raid {number} kills seven ISIS members')}</title>"
        f"<link>{escape(link)}</link><guid>{escape(guid)}</guid>{date}"
        f"<description>{escape(summary)}</description></item>"
    )


def rss(*entries: str) -> bytes:
    """A well-formed RSS 2.0 document."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>The Wire</title>'
        f"<link>https://news.example.org/</link>{''.join(entries)}</channel></rss>"
    ).encode()


class House:
    """The configuration and the data of one installation, under ``folder``."""

    def __init__(
        self,
        folder: Path,
        feeds: Mapping[str, str],
        channels: Mapping[str, str],
        digest: str = "at_once: informational",
        rules: str = RULES,
        include_last: str = "52w",
    ) -> None:
        self.folder = folder
        self.config = folder / "config"
        (self.config / "rules").mkdir(parents=True)
        self.write("rules/rules.yaml", rules)
        self.feeds(feeds, include_last)
        self.channels(channels)
        self.digest(digest, list(channels))

    def write(self, name: str, text: str) -> None:
        """Write a configuration file as an editor does that saves in one go."""
        path = self.config / name
        part = path.with_suffix(".part")
        part.write_text(text, encoding="utf-8")
        part.replace(path)

    def feeds(self, feeds: Mapping[str, str], include_last: str = "52w") -> None:
        lines = [f"defaults: {{interval: 1m, include_last: {include_last}}}", "feeds:"]
        lines += [
            f"  - {{id: {name}, title: {name.title()}, url: '{url}', allow_private: true}}"
            for name, url in feeds.items()
        ]
        self.write("feeds.yaml", "\n".join(lines))

    def channels(self, channels: Mapping[str, str]) -> None:
        lines = ["channels:"] + [f"  - {{id: {name}, title: {name}, url: '{url}'}}" for name, url in channels.items()]
        self.write("channels.yaml", "\n".join(lines))

    def digest(self, schedule: str, channels: Sequence[str]) -> None:
        names = ", ".join(channels)
        self.write("digests.yaml", f"digests:\n  - {{id: all, title: ISIS watch, channels: [{names}], {schedule}}}")

    @property
    def env(self) -> dict[str, str]:
        """The environment a process of this installation runs in."""
        return {
            "MONITOR_CONFIG": str(self.config),
            "MONITOR_DATA": str(self.folder / "data"),
            "MONITOR_TICK": "100ms",
            "MONITOR_DELIVER__BACKOFF_FIRST": "100ms",
            "MONITOR_DELIVER__BACKOFF_MAX": "1s",
            "MONITOR_DELIVER__TIMEOUT": "2s",
        }

    @property
    def settings(self) -> Settings:
        return settings_module.load(self.env)

    @contextmanager
    def monitor(self, now: datetime = NOON, step: Step = no_step) -> Iterator[Monitor]:
        """A monitor that has begun, alone on its store; the books balance when it is done with."""
        settings = self.settings
        store = app.open_store(settings)
        try:
            with store.lease():
                monitor = app.make_monitor(settings, store=store, setup=app.check(settings, {}).setup, step=step)
                monitor.begin(now)
                yield monitor
                assert_balanced(monitor)
        finally:
            store.close()


def assert_balanced(monitor: Monitor) -> None:
    """Both sums of the books hold."""
    assert monitor.books().problems() == ()


def cycle(monitor: Monitor, now: datetime) -> None:
    """Poll, compose and deliver, as ``monitor once`` does; the books balance after each."""
    for job in (monitor.poll, monitor.compose, monitor.deliver):
        job(now)
        assert_balanced(monitor)


MINUTES = [NOON + timedelta(minutes=n) for n in range(0, 300, 2)]
