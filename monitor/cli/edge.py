"""What every command stands on: settings and logging, one clock reading, errors told to people."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor import log
from monitor import settings as settings_module
from monitor.cli import CONFIGURATION, FAILURE, located
from monitor.cli.terminal import Screen
from monitor.errors import ConfigError, LeaseHeld, MonitorError, Problem, StoreTooNew
from monitor.model import Level
from monitor.settings import Settings

Command = Callable[[argparse.Namespace, Settings], int]


def guard(command: Command, arguments: argparse.Namespace) -> int:
    """Run ``command`` and turn what it raises into advice and an exit code.

    A traceback means a bug: only errors of this program's own tree are advised on.
    """
    try:
        try:
            settings = load_settings(arguments)
        except ConfigError as error:
            if arguments.command != "check":
                raise
            # What is wrong with the settings hides nothing of the other files.
            arguments.refused = error.problems
            settings = Settings(config=Path(arguments.config or os.environ.get("MONITOR_CONFIG") or "config"))
        return command(arguments, settings)
    except ConfigError as error:
        show_problems(error.problems)
        return CONFIGURATION
    except LeaseHeld as error:
        say(f"monitor: {error}\nTwo can't work on one database. How the other fares: monitor status.")
        return FAILURE
    except StoreTooNew as error:
        say(f"monitor: {error}\nInstall the newer version, or point MONITOR_DATABASE or --data elsewhere.")
        return FAILURE
    except MonitorError as error:
        say(f"monitor: {error}")
        return FAILURE
    except KeyboardInterrupt:
        say("monitor: interrupted; what was under way is due again")
        return 130


def load_settings(arguments: argparse.Namespace) -> Settings:
    """The settings, flags first; logging is set up with what they say."""
    loaded = settings_module.load(
        os.environ, config=arguments.config, data=arguments.data, log={"level": arguments.log_level}
    )
    log.setup(loaded.log.level, loaded.log.format, loaded.secrets)
    return loaded


def now() -> datetime:
    """The moment this run works at: the only reading of the clock in a command."""
    return datetime.now(UTC)


def say(text: str) -> None:
    """Tell the person at the terminal something that is not data."""
    sys.stderr.write(text + "\n")


def show(text: str) -> None:
    """Print data."""
    sys.stdout.write(text + "\n")


def show_json(value: object) -> None:
    """Print one JSON document."""
    show(json.dumps(_worded(value), ensure_ascii=False, indent=2, default=_plain))


def _worded(value: object) -> object:
    """``value`` with each level as its word, as everywhere else."""
    if isinstance(value, Level):
        return value.word
    if isinstance(value, dict):
        return {key: _worded(part) for key, part in value.items()}
    return [_worded(part) for part in value] if isinstance(value, list | tuple) else value


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, timedelta):
        return value.total_seconds()
    return str(value)


def show_problems(problems: Sequence[Problem]) -> None:
    """Every problem with the line it stands in and a caret under the place."""
    screen = Screen(sys.stderr)
    for problem in problems:
        first, *excerpt = located.told(problem)
        screen.line(first, hang=2)
        for line in excerpt:  # as they are: the caret stands under its place
            say(line)
    count = len(problems)
    say(f"{count} problem{'s' if count != 1 else ''}. Nothing was changed.")


def ago(moment: datetime | None, at: datetime) -> str:
    """How long before or after ``at`` a moment lies, as people say it."""
    if moment is None:
        return "never"
    seconds = round((at - moment).total_seconds())
    span = abs(seconds)
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if span >= size:
            text = f"{span // size}{unit}"
            break
    else:
        text = f"{span}s"
    return f"in {text}" if seconds < 0 else f"{text} ago"


@contextmanager
def progress(title: str, *, shown: bool = True) -> Iterator[Callable[[int, int | None], None]]:
    """A progress bar on a terminal, where it may be ``shown``; nothing elsewhere.

    The callable is told done and total, None where nobody knows it.
    """
    if not shown or not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console  # noqa: PLC0415 - costs 100 ms, and only a terminal needs it
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def table(rows: Sequence[Sequence[str]], heads: Sequence[str]) -> str:
    """Left-aligned columns as wide as their widest cell, for terminal and pipe alike."""
    widths = [max(len(row[i]) for row in (heads, *rows)) for i in range(len(heads))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (heads, *rows)]
    return "\n".join(line.rstrip() for line in lines)
