"""The one wiring function, and the one place where every stage checks its part of the configuration.

Cheap things are checked first and the store is opened last, so that a bad edit never reaches it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from monitor import __version__, config, deliver, log, rules
from monitor.config import Config
from monitor.errors import ConfigError, Problem
from monitor.fetch import Fetcher
from monitor.memory import look_for_garbage_less_often, share_one_heap
from monitor.model import RuleBook
from monitor.parse import article
from monitor.pipeline import Flyer, Monitor, Retrying, Setup, Step, no_step
from monitor.pipeline.predicates import compiled
from monitor.rules import RuleSet
from monitor.settings import Settings
from monitor.store import Store


@dataclass(frozen=True)
class Checked:
    """A configuration that every stage has accepted, compiled."""

    config: Config
    setup: Setup


def check(settings: Settings, env: Mapping[str, str] = os.environ) -> Checked:
    """Load and compile the configuration; touches no network and no store.

    Raises ConfigError with the problems of every file and every stage at once.
    """
    loaded, problems = config.read(settings.config, env)
    found = list(problems)
    rule_set: RuleSet | None = None
    try:
        rule_set = compiled(loaded.book)
    except ConfigError as error:
        # A list or query that a broken file holds back would be called unknown: say the cause alone.
        found.extend(error.problems if loaded.book_complete else ())
    if loaded.book_complete:
        found.extend(rules.check_examples(rule_set) if rule_set is not None else _examples(loaded.book))
    for feed in loaded.feeds:
        if feed.full_text and not article.available():
            place = loaded.place("feed", feed.id, "full_text")
            found.append(Problem(place, "full_text needs its extra", "pip install 'monitor[fulltext]', or remove this"))
    for channel in loaded.channels:
        why = deliver.check(channel.url)
        if why is not None:
            found.append(Problem(loaded.place("channel", channel.id, "url"), f"channel {channel.id}: {why}"))
    if settings.canary.every:
        for channel in loaded.channels:
            if channel.canary == "quiet" and deliver.check(channel.url) is None and not deliver.can_knock(channel.url):
                what = f"channel {channel.id}: its service can't be asked without a message, and a canary flies"
                place = loaded.place("channel", channel.id, "url")
                found.append(Problem(place, what, "write canary: message, or canary: off"))
    if found or rule_set is None:
        raise ConfigError(loaded.shown(found))
    return Checked(loaded, _setup(loaded, rule_set))


def _examples(book: RuleBook) -> Iterator[Problem]:
    """What is wrong with the examples of those rules of ``book`` that compile, where some do not."""
    for rule in book.rules:
        try:
            alone = compiled(replace(book, rules=(rule,)))
        except ConfigError:
            continue
        yield from rules.check_examples(alone)


def _setup(loaded: Config, rule_set: RuleSet) -> Setup:
    return Setup(
        feeds={feed.id: feed for feed in loaded.feeds},
        rule_set=rule_set,
        rule_source=loaded.source,
        channels={channel.id: channel for channel in loaded.channels},
        digests=loaded.digests,
        fingerprint=loaded.fingerprint,
        rule_titles={rule.id: rule.title for rule in loaded.book.rules},
        publishers=loaded.publishers,
    )


def check_offline(settings: Settings) -> Setup:
    """As ``check``, for work that sends nothing: secrets need not be there and channels are not looked at."""
    loaded, problems = config.read(settings.config, config.stand_ins(settings.config))
    if problems:
        raise ConfigError(problems)
    return _setup(loaded, compiled(loaded.book))


def hide_secrets(settings: Settings, checked: Checked) -> None:
    """Send the log to stderr without any secret of the settings and the configuration."""
    secrets = [*settings.secrets, *checked.config.secrets]
    for channel in checked.config.channels:
        secrets.extend(deliver.secrets(channel.url))
    log.setup(settings.log.level, settings.log.format, secrets)


def open_store(settings: Settings, *, scratch: bool = False) -> Store:
    """The store of this installation, migrated; ``scratch``: to be thrown away. Raises StoreError."""
    return Store.open(settings.database_url, scratch=scratch)


def copy_store(settings: Settings, to: Settings) -> None:
    """Give the installation ``to`` (SQLite) a copy of the store of ``settings`` as it stands."""
    Store.copy(settings.database_url, to.database_url)


def make_fetcher(settings: Settings) -> Fetcher:
    """The fetcher of this installation."""
    contact = f"; {settings.fetch.contact}" if settings.fetch.contact else ""
    return Fetcher(
        user_agent=f"monitor/{__version__} (feed reader{contact})",
        timeout=settings.fetch.timeout,
        connect_timeout=settings.fetch.connect_timeout,
        body_limit=settings.fetch.body_limit,
        concurrency=settings.fetch.concurrency,
        per_host=settings.fetch.per_host,
        spacing=settings.fetch.spacing,
        space_private=False,
        proxy=settings.fetch.proxy or None,
    )


def make_monitor(settings: Settings, *, store: Store, setup: Setup, step: Step = no_step) -> Monitor:
    """Wire the stages over an open ``store``."""
    share_one_heap()
    look_for_garbage_less_often()
    retrying = Retrying(
        first=settings.deliver.backoff_first,
        longest=settings.deliver.backoff_max,
        give_up_after=settings.deliver.give_up_after,
    )
    flight = settings.canary
    flyer = (
        Flyer(store, make_fetcher(settings), flight.every, flight.patience, flight.dead_man) if flight.every else None
    )
    return Monitor(
        store,
        make_fetcher(settings),
        setup,
        retrying=retrying,
        send_timeout=settings.deliver.timeout.total_seconds(),
        flyer=flyer,
        step=step,
    )
