"""``monitor feeds list``, ``health``, ``import`` and ``export``."""

from __future__ import annotations

import argparse
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from monitor import app, health, opml
from monitor.cli import FINDINGS, OK, edge
from monitor.errors import MonitorError, ParseError
from monitor.fetch import Request
from monitor.model import Feed, FeedCondition, FeedState, Fetched
from monitor.parse.discovery import discover
from monitor.settings import Settings


def list_feeds(arguments: argparse.Namespace, settings: Settings) -> int:
    """Every configured feed, its state and when it is next fetched."""
    checked = app.check(settings)
    now = edge.now()
    states = _states(settings)
    feeds = checked.setup.feeds.values()
    if arguments.json:
        edge.show_json([_line(feed, states.get(feed.id)) for feed in feeds])
        return OK
    rows = []
    for feed in feeds:
        state = states.get(feed.id)
        condition = state.condition if state else FeedCondition.NEW
        newest = edge.ago(state.newest_item_at, now) if state else "never"
        rows.append((feed.id, feed.tier, condition, newest, _due(state, now), (state.problem or "") if state else ""))
    edge.show(edge.table(rows, ("FEED", "TIER", "STATE", "NEWEST ITEM", "NEXT FETCH", "PROBLEM")))
    return OK


def feeds_health(arguments: argparse.Namespace, settings: Settings) -> int:
    """What is wrong with each feed, since when, and its learned rhythm; exit 1 where something persists."""
    feeds = app.check(settings).setup.feeds
    states, now = _states(settings), edge.now()
    known = [(feed, states.get(feed.id) or FeedState(feed.id)) for feed in feeds.values()]
    wrong = [feed for feed, state in known if health.in_trouble(feed, state, now)]
    if arguments.json:
        edge.show_json([_line(feed, states.get(feed.id)) for feed, _ in known])
        return FINDINGS if wrong else OK
    rows = []
    for feed, state in known:
        words = ", ".join(one.trouble.value for one in state.troubles) or state.condition.value
        rhythm = state.rhythm
        usual = f"every {health.span(rhythm.gap)}" if rhythm.gap else "not known yet"
        limit = health.silent_after(rhythm, now)
        rows.append((feed.id, words, edge.ago(state.last_success_at, now), edge.ago(rhythm.newest, now), usual,
                     health.span(limit) if limit else "-", _due(state, now)))  # fmt: skip
    heads = ("FEED", "HEALTH", "ANSWERED", "NEWEST ITEM", "RHYTHM", "STALE AFTER", "NEXT FETCH")
    edge.show(edge.table(rows, heads))
    for feed, state in known:
        for one in state.troubles:
            edge.show(f"{feed.id}: {one.words} (since {one.since:%Y-%m-%d %H:%M}Z)")
    well = sum(not state.troubles for _, state in known)  # as ``status`` counts; the exit code waits until it persists
    edge.show(f"{well} of {len(known)} feeds healthy")
    return FINDINGS if wrong else OK


def _states(settings: Settings) -> Mapping[str, FeedState]:
    with closing(app.open_store(settings)) as store:
        return {state.feed: state for state in store.feed_states()}


def _line(feed: Feed, state: FeedState | None) -> Mapping[str, object]:
    found = {name: value for name, value in asdict(state).items() if name != "hashes"} if state else None
    return {"id": feed.id, "title": feed.title, "url": feed.url, "tier": feed.tier, "state": found}


def _due(state: FeedState | None, now: datetime) -> str:
    if state is None or state.condition is FeedCondition.NEW:
        return "now"
    if state.next_fetch_at is None:
        return "stopped"
    return edge.ago(state.next_fetch_at, now) if state.next_fetch_at > now else "due"


# --- lists from and for other readers ------------------------------------------------------------


def export(arguments: argparse.Namespace, settings: Settings) -> int:  # noqa: ARG001 - every command has this form
    """Every configured feed as OPML, to stdout."""
    edge.show(opml.write(app.check(settings).setup.feeds.values(), "monitor").rstrip("\n"))
    return OK


def import_feeds(arguments: argparse.Namespace, settings: Settings) -> int:
    """The feeds of an OPML file, or those that a site names, as YAML for feeds.yaml, to stdout."""
    feeds = app.check(settings).setup.feeds
    watched = {feed.url: feed.id for feed in feeds.values()}
    taken = set(feeds)
    new = 0
    for source in arguments.source:
        for outline in _outlines(source, settings, allow_private=arguments.allow_private):
            if outline.url in watched:
                edge.say(f"already watched as {watched[outline.url]}: {outline.url}")
                continue
            if not new:
                edge.show("feeds:")
            edge.show("\n".join(_entry(outline, taken)))
            watched[outline.url] = "one of these"
            new += 1
    edge.say(f"{new} feeds; put them in feeds.yaml, look at each with `monitor feeds test`, then `monitor check`")
    return OK if new else FINDINGS


def _outlines(source: str, settings: Settings, *, allow_private: bool) -> Iterable[opml.Outline]:
    if re.match(r"https?://", source, re.IGNORECASE):
        feed = Feed(source, source, source, allow_private=allow_private)
        [(_, result)] = app.make_fetcher(settings).fetch_all([Request(feed)])
        if not isinstance(result, Fetched):
            raise MonitorError(f"{source}: {getattr(result, 'detail', 'not modified')}")
        try:
            return opml.read(result.body)
        except ParseError:
            return [opml.Outline(url, title) for url, title in discover(result)]
    try:
        return opml.read(Path(source).read_bytes())
    except OSError as error:
        raise MonitorError(f"{source} can't be read: {error.strerror}") from error
    except ParseError as error:
        raise MonitorError(f"{source} is no OPML: {error}") from error


def _entry(outline: opml.Outline, taken: set[str]) -> Iterator[str]:
    parts = urlsplit(outline.url)
    url, note = outline.url, ""
    if "@" in parts.netloc:
        url = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        note = " # its address held a password: write it as headers: {Authorization: '${NAME}'}"
    title = outline.title or parts.hostname or url
    tags = list(dict.fromkeys(filter(None, (_slug(name) for name in (*outline.folders, *outline.categories)))))
    yield f"  - id: {_free(_slug(title) or _slug(parts.hostname or '') or 'feed', taken)}"
    yield f"    url: {_quoted(url)}{note}"
    yield f"    title: {_quoted(title)}"
    lang = re.match(r"[a-zA-Z]{2,3}", outline.lang)
    if lang:
        yield f"    lang: {lang[0].lower()}"
    if tags:
        yield f"    tags: [{', '.join(tags)}]"


def _free(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    taken.add(free)
    return free


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")
    return f"feed-{slug}" if slug[:1].isdigit() else slug


def _quoted(text: str) -> str:
    # A JSON string is a YAML 1.2 string, and none of its characters means anything else there.
    return json.dumps("".join(char if char.isprintable() else " " for char in text), ensure_ascii=False)
