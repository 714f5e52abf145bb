"""``monitor add``: bring in what came by another way than a feed."""

from __future__ import annotations

import argparse
import time
from contextlib import closing
from dataclasses import replace

from monitor import app
from monitor.cli import FAILURE, OK, USAGE, edge, rulebooks, sources
from monitor.cli.mute import user
from monitor.cli.sources import NoSuchFile
from monitor.cli.terminal import Screen, outside
from monitor.errors import LeaseHeld
from monitor.model import BY_HAND, Item, OwedStatus
from monitor.parse import article
from monitor.parse.dates import read_date
from monitor.render import hostile
from monitor.settings import Settings
from monitor.store import Store

_PATIENCE = 15.0  # seconds to wait for a daemon that is at work to judge it


def add(arguments: argparse.Namespace, settings: Settings) -> int:
    """Keep it for the next poll, or judge it now where no daemon runs, and say what became of it."""
    author = arguments.author or user()
    if not author:
        edge.say("monitor: nobody knows who you are here: --author NAME")
        return USAGE
    item = _item(arguments, settings)
    if item is None:
        return USAGE
    with closing(app.open_store(settings)) as store:
        try:
            with store.lease():
                checked = app.check(settings)
                app.hide_secrets(settings, checked)
                number = store.bring(item, author, edge.now())
                monitor = app.make_monitor(settings, store=store, setup=checked.setup)
                monitor.begin(edge.now())
                monitor.take_arrivals(edge.now())
        except LeaseHeld:
            number = store.bring(item, author, edge.now())
            _await(store, number)
        return _tell(arguments, store, number)


def _item(arguments: argparse.Namespace, settings: Settings) -> Item | None:
    """What is brought in; None where it can't be, which is said."""
    given = " ".join(arguments.given)
    if arguments.url is not None and not hostile.link(arguments.url):
        edge.say(f"monitor: --url: {outside(arguments.url)} is no http address")
        return None
    date = read_date(arguments.date) if arguments.date is not None else None
    if arguments.date is not None and date is None:
        edge.say(f"monitor: --date: {arguments.date!r} is no date with its zone; write 2024-10-22T08:00+03:00")
        return None
    try:
        source = sources.read(given, settings, rulebooks.feeds(settings), allow_private=arguments.allow_private)
    except NoSuchFile as error:
        edge.say(f"monitor: {error}")
        return None
    if source.kind in ("feed", "archive"):
        edge.say(f"monitor: {outside(source.name)} is {source.kind} of {len(source.subjects)} items, not one item; "
                 "a feed belongs in feeds.yaml (monitor feeds import), an archive in monitor replay")  # fmt: skip
        return None
    found = source.subjects[0].item
    if source.kind == "page" and not article.available():
        found = replace(found, body="")  # the whole page, menus and other headlines included, is no article
    item = replace(found, feed=BY_HAND, url=arguments.url or found.url, published=date or found.published,
                   lang=arguments.lang)  # fmt: skip
    if not (item.title or item.summary):
        edge.say("monitor: there are no words in it")
        return None
    return sources.tidied(item)


def _await(store: Store, number: int) -> None:
    """Wait a while for the daemon, which alone judges."""
    deadline = time.monotonic() + _PATIENCE
    while store.arrival_key(number) is None and time.monotonic() < deadline:
        time.sleep(0.2)


def _tell(arguments: argparse.Namespace, store: Store, number: int) -> int:
    key = store.arrival_key(number)
    history = store.history(key) if key else None
    if history is None:
        if arguments.json:
            edge.show_json({"number": number, "key": None, "judged": key is not None, "matches": [], "owed": []})
        if key == "":
            edge.say("monitor: it could not be judged; the log of the daemon tells why")
            return FAILURE
        edge.say(f"kept as arrival {number}; the daemon judges it at its next poll")
        return OK
    version = history.versions[-1]
    if arguments.json:
        owed = [{"channel": one.channel, "status": one.status, "reason": one.reason} for one in version.owed]
        rules = [match.rule for match in version.matches]
        edge.show_json({"number": number, "key": key, "judged": True, "matches": rules, "owed": owed})
        return OK
    screen = Screen()
    screen.entry("item", history.key)
    for match in version.matches:
        screen.entry("MATCH", (match.rule, "bold"), f"  {match.level.word} · {outside(match.title)}", style="good")
    if not version.matches:
        screen.line("no rule matches it: kept, and told to nobody")
    for one in version.owed:
        reason = f" ({one.reason})" if one.reason else ""
        when = ": for its next digest or alert" if one.status is OwedStatus.PENDING else ""
        screen.entry("channel", (one.channel, "bold"), f"  {one.status}{reason}{when}")
    screen.line((f"more: monitor why {history.key}", "dim"))
    return OK
