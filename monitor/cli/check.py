"""``monitor check``: all configuration, all problems."""

from __future__ import annotations

import argparse

from monitor import app
from monitor.cli import CONFIGURATION, OK, edge
from monitor.errors import ConfigError
from monitor.settings import Settings


def check(arguments: argparse.Namespace, settings: Settings) -> int:
    """Say what the configuration holds, or every problem of it."""
    try:
        checked = app.check(settings)
    except ConfigError as error:
        if not arguments.json:
            raise
        edge.show_json(
            {
                "ok": False,
                "problems": [
                    {
                        "file": problem.place.file if problem.place else None,
                        "line": problem.place.line if problem.place else None,
                        "column": problem.place.column if problem.place else None,
                        "what": problem.what,
                        "instead": problem.instead,
                    }
                    for problem in error.problems
                ],
            }
        )
        return CONFIGURATION
    book = checked.config.book
    examples = sum(len(rule.must_match) + len(rule.must_ignore) for rule in book.rules)
    counts = {
        "feeds": len(checked.config.feeds),
        "rules": len(book.rules),
        "examples": examples,
        "lists": len(book.lists),
        "channels": len(checked.config.channels),
        "digests": len(checked.config.digests),
    }
    if arguments.json:
        edge.show_json({"ok": True, "problems": [], "counts": counts, "fingerprint": checked.config.fingerprint})
    else:
        edge.show(f"{settings.config}: ok")
        edge.show("  " + ", ".join(f"{count} {name}" for name, count in counts.items()))
    return OK
