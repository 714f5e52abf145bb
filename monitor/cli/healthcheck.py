"""``monitor healthcheck``: imports little, because a container runs it every minute."""

from __future__ import annotations

import argparse
from contextlib import closing
from datetime import datetime, timedelta

from monitor.cli import FINDINGS, OK, edge
from monitor.settings import Settings
from monitor.store import Store

_PULSE = timedelta(seconds=60)  # the daemon's heart beats every 10 s; a slow disk may cost a few


def alive(beat: datetime | None, now: datetime) -> bool:
    """Whether a daemon whose heart last beat at ``beat`` is alive at ``now``."""
    return beat is not None and now - beat <= _PULSE


def healthcheck(arguments: argparse.Namespace, settings: Settings) -> int:  # noqa: ARG001 - every command has this form
    """Exit 0 while the daemon's heart beats."""
    with closing(Store.open(settings.database_url)) as store:
        beat = store.last_heartbeat()
    if alive(beat, edge.now()):
        return OK
    edge.say(f"monitor: not alive: last heartbeat {edge.ago(beat, edge.now())}")
    return FINDINGS
