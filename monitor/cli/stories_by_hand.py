"""``monitor story split`` and ``merge``: what people know better about which reports are of one event."""

from __future__ import annotations

import argparse
from contextlib import closing

from monitor import app
from monitor.cli import FINDINGS, OK, edge
from monitor.errors import NotPossible
from monitor.settings import Settings


def split(arguments: argparse.Namespace, settings: Settings) -> int:
    """Give an item a story of its own; its later versions stay with it."""
    with closing(app.open_store(settings)) as store:
        found = store.find_items(arguments.item, limit=2)
        if len(found) != 1:
            edge.say(
                f"monitor: {'more than one' if found else 'no'} item is {arguments.item!r}; monitor why finds its key"
            )
            return FINDINGS
        try:
            own = store.split_story(found[0].key, edge.now())
        except NotPossible as error:
            edge.say(f"monitor: {error}")
            return FINDINGS
    return _told(arguments, own, f"item {found[0].key} is story {own} now")


def merge(arguments: argparse.Namespace, settings: Settings) -> int:
    """Make one story part of another, with all that later joins it."""
    with closing(app.open_store(settings)) as store:
        try:
            whole = store.merge_stories(arguments.story, arguments.into)
        except NotPossible as error:
            edge.say(f"monitor: {error}")
            return FINDINGS
    return _told(arguments, whole, f"story {arguments.story} is part of {whole} now")


def _told(arguments: argparse.Namespace, story: str, what: str) -> int:
    if arguments.json:
        edge.show_json({"story": story})
    else:
        edge.show(story)
        edge.say(what)
    return OK
