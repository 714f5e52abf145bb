"""``monitor why``: what happened to an item, and why (or why not)."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from urllib.parse import urlsplit

from monitor import app
from monitor.cli import FINDINGS, OK, USAGE, edge, rulebooks, telling, telling_json
from monitor.cli.judges import Judges
from monitor.cli.terminal import Screen, columns, count, outside, stamp
from monitor.errors import ConfigError
from monitor.identity import canonical_url
from monitor.model import Feed, FeedCondition, FeedState, FoundItem
from monitor.pipeline.standing import story_standing
from monitor.settings import Settings
from monitor.store import Store
from monitor.story.origins import site

_MOST = 20  # hits listed


def why(arguments: argparse.Namespace, settings: Settings) -> int:
    """Tell all that is kept of one item; list the items where several fit; exit 1 where none does."""
    asked = " ".join(arguments.asked).strip()
    today, refused = None, ""
    try:
        mine = rulebooks.configured(settings)
        today, feeds = mine.rule_set, mine.feeds
    except ConfigError as error:  # what happened can be told all the same
        feeds = rulebooks.feeds(settings)
        refused = f"the rules are refused now ({count(len(error.problems), 'problem')})"
    with closing(app.open_store(settings)) as store:
        found = store.find_items(asked, canonical=canonical_url(asked), limit=_MOST + 1)
        history = store.history(found[0].key) if len(found) == 1 else None
        if history is None:
            return _several_or_none(arguments, asked, found, _advice(asked, feeds, store))
        judges = Judges(store, today, refused)
        judges.gather(history)
        if arguments.rule is not None and not judges.know(arguments.rule, history):
            edge.say(f"monitor: no rule {arguments.rule}, neither now nor when the item was judged")
            return USAGE
        states = {state.feed: state for state in store.feed_states()}
        brought = store.brought_by(history.key)
        joined = {version.join.story for version in history.versions if version.join is not None}
        publishers = rulebooks.publishers(settings)
        stories = {name: known for name in joined if (known := story_standing(store, publishers, name)) is not None}
    told = telling.Told(history, feeds, states, judges, arguments.rule, edge.now(), brought, stories)
    if arguments.json:
        item = telling_json.as_json(told)
        edge.show_json({"asked": asked, "found": [asdict(one) for one in found], "item": item, "advice": []})
    else:
        telling.show(Screen(), told)
    return OK


def _several_or_none(
    arguments: argparse.Namespace, asked: str, found: Sequence[FoundItem], advice: Sequence[str]
) -> int:
    if arguments.json:
        told = {"asked": asked, "found": [asdict(one) for one in found], "item": None}
        edge.show_json({**told, "advice": [] if found else advice})
    elif found:
        _list(Screen(), found)
    else:
        _regret(asked, advice)
    return OK if found else FINDINGS


def _list(screen: Screen, found: Sequence[FoundItem]) -> None:
    rows = [("KEY", "PUBLISHED", "FEED", "", "TITLE")]
    for one in found[:_MOST]:
        date = f"{one.published:%Y-%m-%d}" if one.published else "undated"
        rows.append((one.key, date, outside(one.feed), "matched" if one.matched else "", outside(one.title)))
    for number, line in enumerate(columns(rows)):
        screen.line((line, "dim" if number == 0 else ""), hang=26)
    screen.blank()
    more = f"the newest {_MOST} of more" if len(found) > _MOST else f"{len(found)} items"
    screen.line(f"{more}; say which: monitor why KEY")


def _regret(asked: str, advice: Sequence[str]) -> None:
    screen = Screen(sys.stderr)
    screen.line("monitor: nothing kept has this key, this URL, or all these words in its title: ", outside(asked))
    screen.line("Was it ever in a polled feed?")
    for line in advice:
        screen.line(line, indent=2, hang=2)


def _advice(asked: str, feeds: Mapping[str, Feed], store: Store) -> list[str]:
    """What may have kept the item away, and how to look further."""
    states = {state.feed: state for state in store.feed_states()}
    lines = []
    host = (urlsplit(asked).hostname or "").removeprefix("www.") if "://" in asked else ""
    if host:
        theirs = [feed for feed in feeds.values() if _same_site(host, urlsplit(feed.url).hostname or "")]
        lines += [f"feed {feed.id} is of that site: {_fares(states.get(feed.id))}" for feed in theirs]
        if not theirs:
            lines.append(f"no configured feed is of {outside(host)}; another may carry its items all the same")
    bad = [state.feed for state in states.values() if state.condition in (FeedCondition.FAILING, FeedCondition.GONE)]
    if bad:
        lines.append(f"{len(bad)} of {count(len(states), 'feed')} can't be read now: {', '.join(bad[:8])}")
    if not any(state.last_success_at for state in states.values()):
        lines.append("no feed was ever read: monitor once")
    lines.append("monitor feeds list: which feeds there are; monitor feeds test FEED: what one carries now")
    lines.append("monitor match 'its headline': what the rules would say of it")
    return lines


def _fares(state: FeedState | None) -> str:
    if state is None or state.last_fetch_at is None:
        return "never polled yet"
    if state.problem and state.condition in (FeedCondition.FAILING, FeedCondition.GONE):
        return f"{state.condition} since {stamp(state.last_success_at)}: {outside(state.problem)}"
    return f"{state.condition}, last read {stamp(state.last_success_at)}"


def _same_site(one: str, other: str) -> bool:
    """Whether two hosts are of one publisher, as far as names tell."""
    return bool(other) and site(one) == site(other)
