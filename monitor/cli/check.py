"""``monitor check``: all configuration, all problems."""

from __future__ import annotations

import argparse

from monitor import app
from monitor.cli import CONFIGURATION, OK, edge, located
from monitor.cli.terminal import count
from monitor.errors import ConfigError, Problem
from monitor.settings import Settings


def check(arguments: argparse.Namespace, settings: Settings) -> int:
    """Say what the configuration holds, or every problem of it, those of the settings (``refused``) among them."""
    refused: tuple[Problem, ...] = arguments.refused
    try:
        checked = app.check(settings)
    except ConfigError as error:
        return _refuse(arguments, (*refused, *error.problems))
    if refused:
        return _refuse(arguments, refused)
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
        edge.show("  " + ", ".join(count(number, name.removesuffix("s")) for name, number in counts.items()))
    return OK


def _refuse(arguments: argparse.Namespace, problems: tuple[Problem, ...]) -> int:
    if arguments.json:
        edge.show_json({"ok": False, "problems": located.problems_json(problems)})
    else:
        edge.show_problems(problems)
    return CONFIGURATION
