"""``monitor replay``: the whole job offline over an archive."""

from __future__ import annotations

import argparse
import logging
from dataclasses import asdict
from pathlib import Path

from monitor import replay as stage
from monitor.cli import OK, edge
from monitor.settings import Settings


def replay(arguments: argparse.Namespace, settings: Settings) -> int:
    """Replay an archive and say what came of it."""
    if arguments.log_level is None:
        logging.getLogger("monitor").setLevel(logging.WARNING)  # a line a digest is for the daemon
    rows = stage.read(Path(arguments.items))
    with edge.progress("replaying") as progress:
        done = stage.replay(settings, rows, Path(arguments.out), everything=arguments.all, progress=progress)
    if arguments.json:
        edge.show_json(asdict(done))
    else:
        edge.say(
            f"{done.items} items, {done.matched} matched, {done.stories} stories, {done.digests} digests: "
            f"{arguments.out}"
        )
    return OK
