"""``monitor feeds list`` and ``health``."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict
from datetime import datetime

from monitor import app, health
from monitor.cli import FINDINGS, OK, edge
from monitor.model import Feed, FeedCondition, FeedState
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
    well = sum(health.healthy(state, now) for _, state in known)  # the exit code waits until a trouble persists
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
