"""``monitor feeds list`` and ``test``."""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from monitor import app, parse
from monitor.cli import FINDINGS, OK, edge
from monitor.errors import ParseError
from monitor.fetch import Request
from monitor.model import Failed, Feed, FeedCondition, Fetched, FetchResult, NotModified, ParsedFeed, Validators
from monitor.settings import Settings


def list_feeds(arguments: argparse.Namespace, settings: Settings) -> int:
    """Every configured feed, its state and when it is next fetched."""
    checked = app.check(settings)
    now = edge.now()
    with closing(app.open_store(settings)) as store:
        states = {state.feed: state for state in store.feed_states()}
    feeds = checked.setup.feeds.values()
    if arguments.json:
        edge.show_json(
            [
                {
                    "id": feed.id,
                    "title": feed.title,
                    "url": feed.url,
                    "tier": feed.tier,
                    "state": asdict(states[feed.id]) if feed.id in states else None,
                }
                for feed in feeds
            ]
        )
        return OK
    rows = []
    for feed in feeds:
        state = states.get(feed.id)
        condition = state.condition if state else FeedCondition.NEW
        newest = edge.ago(state.newest_item_at, now) if state else "never"
        due = edge.ago(state.next_fetch_at, now) if state and state.next_fetch_at else "stopped" if state else "now"
        rows.append((feed.id, feed.tier, condition, newest, due, (state.problem or "") if state else ""))
    edge.show(edge.table(rows, ("FEED", "TIER", "STATE", "NEWEST ITEM", "NEXT FETCH", "PROBLEM")))
    return OK


def test(arguments: argparse.Namespace, settings: Settings) -> int:
    """Fetch or read each source now and show what arrives; stores nothing."""
    known = app.check(settings).setup.feeds
    results: list[tuple[Feed, FetchResult]] = []
    wanted = []
    for source in arguments.source:
        path = Path(source)
        if source in known:
            wanted.append(Request(known[source], Validators()))
        elif path.is_file():
            body = path.read_bytes()
            results.append(
                (
                    Feed(source, path.resolve().as_uri(), path.name),
                    Fetched(path.as_uri() if path.is_absolute() else "", 200, body, None, Validators()),
                )
            )
        else:
            wanted.append(Request(Feed(source, source, source), Validators()))
    results += app.make_fetcher(settings).fetch_all(wanted)
    bad = 0
    for feed, result in results:
        state, parsed, problems = _outcome(feed, result)
        bad += state not in (FeedCondition.OK, FeedCondition.EMPTY)
        if arguments.json:
            line = {
                "source": feed.id,
                "state": state,
                "items": len(parsed.items) if parsed else 0,
                "problems": problems,
            }
            edge.show(json.dumps(line, ensure_ascii=False))
            continue
        edge.show(f"{feed.id}: {state}, {len(parsed.items) if parsed else 0} items")
        for problem in problems:
            edge.show(f"  ! {problem}")
        for item in parsed.items[:5] if parsed else ():
            date = f"{item.published:%Y-%m-%d %H:%M}Z" if item.published else "undated          "
            edge.show(f"  {date}  {item.title[:90]}")
    return FINDINGS if bad else OK


def _outcome(feed: Feed, result: FetchResult) -> tuple[FeedCondition, ParsedFeed | None, list[str]]:
    if isinstance(result, Failed):
        return FeedCondition.FAILING, None, [f"{result.kind.value}: {result.detail}"]
    if isinstance(result, NotModified):
        return FeedCondition.FAILING, None, ["304 to a request that was not conditional"]
    try:
        parsed = parse.parse(feed, result)
    except ParseError as error:
        return FeedCondition.FAILING, None, [str(error)]
    problems = list(parsed.problems)
    if result.moved_to:
        problems.append(f"moved for good to {result.moved_to}: put that in feeds.yaml")
    return (FeedCondition.OK if parsed.items else FeedCondition.EMPTY), parsed, problems
