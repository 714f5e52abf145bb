"""``monitor feeds test``: fetch or read feeds now and show what arrives, what is wrong and what rhythm they have."""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from monitor import app, health, pace, parse
from monitor.cli import FINDINGS, OK, documents, edge
from monitor.cli.terminal import count
from monitor.errors import ConfigError, MonitorError, ParseError
from monitor.fetch import Fetcher, Request
from monitor.model import (
    Failed,
    FailureKind,
    Feed,
    FeedCondition,
    FetchResult,
    NotModified,
    ParsedFeed,
    Rhythm,
    Wishes,
)
from monitor.parse.discovery import discover
from monitor.settings import Settings
from monitor.text import headline

log = logging.getLogger("monitor.feeds")


@dataclass(frozen=True)
class Outcome:
    """What became of one source."""

    source: str
    state: FeedCondition
    parsed: ParsedFeed | None
    problems: tuple[str, ...]
    fresh_for: str = ""


def feeds_test(arguments: argparse.Namespace, settings: Settings) -> int:
    """Each source in the order given; stores nothing. Exit 1 where one is no feed that can be read."""
    bad = 0
    for outcome in _outcomes(arguments.source, settings, allow_private=arguments.allow_private):
        bad += outcome.state not in (FeedCondition.OK, FeedCondition.EMPTY)
        if arguments.json:
            items = len(outcome.parsed.items) if outcome.parsed else 0
            line = {"source": outcome.source, "state": outcome.state, "items": items, "problems": outcome.problems}
            edge.show(json.dumps(line, ensure_ascii=False))
        else:
            _show(outcome)
    return FINDINGS if bad else OK


def _outcomes(sources: list[str], settings: Settings, *, allow_private: bool) -> Iterator[Outcome]:
    known = _known(settings)
    remote: dict[int, Feed] = {}
    for number, source in enumerate(sources):
        if source in known or _is_address(source):
            feed = known.get(source) or Feed(source, source, source, allow_private=allow_private)
            remote[number] = feed
    # An id of its own for each: a source may be given twice.
    requests = [Request(_renamed(feed, str(number))) for number, feed in remote.items()]
    fetcher: Fetcher = app.make_fetcher(settings)
    arriving = fetcher.fetch_all(requests)
    arrived: dict[int, Outcome] = {}
    for number, source in enumerate(sources):
        if number not in remote:
            yield _of_file(source, settings.fetch.body_limit)
            continue
        while number not in arrived:
            feed, result = next(arriving)
            there = int(feed.id)
            arrived[there] = _outcome(sources[there], feed, result)
        yield arrived.pop(number)


def _is_address(source: str) -> bool:
    return "://" in source


def _known(settings: Settings) -> Mapping[str, Feed]:
    """The configured feeds; none where the configuration is not right, for files can be read without."""
    try:
        return app.check_offline(settings).feeds
    except ConfigError:
        return {}


def _renamed(feed: Feed, name: str) -> Feed:
    return replace(feed, id=name)


def _of_file(source: str, limit: int) -> Outcome:
    try:
        fetched = documents.of_file(source, limit)
    except documents.NoSuchFile:
        why = "neither a file, nor an address (https://…), nor the id of a feed: monitor feeds list"
    except MonitorError as error:
        why = str(error)
    else:
        return _outcome(source, Feed(source, "", source), fetched)
    return Outcome(source, FeedCondition.FAILING, None, (why,))


def _outcome(source: str, feed: Feed, result: FetchResult) -> Outcome:
    if isinstance(result, Failed):
        state = FeedCondition.GONE if result.kind is FailureKind.GONE else FeedCondition.FAILING
        refused = "allow_private" in result.detail and feed.url == source
        hint = " (to try it here: --allow-private)" if refused else ""
        return Outcome(source, state, None, (f"{result.kind.value}: {result.detail}{hint}",))
    if isinstance(result, NotModified):
        return Outcome(source, FeedCondition.FAILING, None, ("304 to a request that was not conditional",))
    try:
        parsed = parse.parse(feed, result)
    except ParseError as error:
        named = map(_named, discover(result))
        return Outcome(source, FeedCondition.FAILING, None, (f"not a feed: {error}", *named))
    except Exception as error:  # a bug that one document sets off must not hide what the others hold
        log.exception("document could not be read", extra={"event": "bug"})
        return Outcome(source, FeedCondition.FAILING, None, (f"internal error: {type(error).__name__}",))
    problems = list(parsed.problems)
    if result.moved_to:
        problems.append(f"moved for good to {result.moved_to}: put that in feeds.yaml")
    if parsed.items and not any(item.published for item in parsed.items):
        problems.append("none of its items says when it was published")
    state = FeedCondition.OK if parsed.items else FeedCondition.EMPTY
    return Outcome(source, state, parsed, tuple(problems), health.span(result.fresh_for) if result.fresh_for else "")


def _named(found: tuple[str, str]) -> str:
    url, title = found
    where = "" if "://" in url else ", below the address it was saved from"
    return f"it names a feed: {url}{f' ({title})' if title else ''}{where}"


def _show(outcome: Outcome) -> None:
    parsed = outcome.parsed
    edge.show(f"{outcome.source}: {outcome.state}, {count(len(parsed.items) if parsed else 0, 'item')}")
    for problem in outcome.problems:
        edge.show(f"  ! {problem}")
    if parsed is None:
        return
    for said in (_rhythm(parsed), _asks(parsed.wishes, outcome.fresh_for)):
        if said:
            edge.show(f"  {said}")
    for item in parsed.items[:5]:
        date = f"{item.published:%Y-%m-%d %H:%M}Z" if item.published else "undated          "
        edge.show(f"  {date}  {headline(item)[:90]}")


def _rhythm(parsed: ParsedFeed) -> str:
    now = edge.now()
    rhythm = pace.learn(Rhythm(), [item.published for item in parsed.items if item.published], now)
    if rhythm.gap is None or rhythm.newest is None:
        return ""
    window = health.span(rhythm.newest - rhythm.since) if rhythm.since else ""
    return (
        f"rhythm: one item every {health.span(rhythm.gap)}, longest silence {health.span(rhythm.longest)}; "
        f"it holds {window} of items, the newest {edge.ago(rhythm.newest, now)}"
    )


def _asks(wishes: Wishes, fresh_for: str) -> str:
    asked = [f"to be asked every {health.span(wishes.ttl)}"] if wishes.ttl else []
    asked += [f"to be taken as fresh for {fresh_for}"] if fresh_for else []
    if wishes.skip_hours or wishes.skip_days:
        asked.append(
            f"to be left alone in {len(wishes.skip_hours)} hours of a day, {len(wishes.skip_days)} days of a week"
        )
    return f"asks: {', '.join(asked)}" if asked else ""
