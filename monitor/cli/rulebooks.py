"""The rules that a command works with: those of the configuration, of a folder, of a file, or as once stored.

Only rule files count here. A channel whose secret is not set, or a feed that is not right, keeps
nobody from trying a rule.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from monitor import config
from monitor.cli import CONFIGURATION, edge, located
from monitor.config import Config
from monitor.errors import ConfigError, Problem
from monitor.model import Feed, Publisher, RuleBook
from monitor.pipeline.predicates import compiled
from monitor.rules import RuleSet
from monitor.settings import Settings

_RULES = "rules"
_FILE_OF_SOURCE = re.compile(rf"^# {_RULES}/([^/\n]+\.yaml)\n", re.MULTILINE)


@dataclass(frozen=True)
class Rules:
    """A compiled rule set, where it came from, and the feeds configured beside it."""

    name: str
    config: Config
    rule_set: RuleSet

    @property
    def feeds(self) -> Mapping[str, Feed]:
        """The configured feeds that are right, by id."""
        return {feed.id: feed for feed in self.config.feeds}


def configured(settings: Settings) -> Rules:
    """The rules of this installation. Raises ConfigError with the problems of the rule files."""
    return _compiled(str(settings.config), *_read(settings.config))


def feeds(settings: Settings) -> Mapping[str, Feed]:
    """The feeds of this installation that are right, by id, whatever may be wrong with the rest."""
    return {feed.id: feed for feed in _read(settings.config)[0].feeds}


def publishers(settings: Settings) -> tuple[Publisher, ...]:
    """The publishers of this installation that are right, whatever may be wrong with the rest."""
    return _read(settings.config)[0].publishers


def at(path: Path, settings: Settings) -> Rules:
    """The rules at ``path``: a configuration folder, a folder of rule files, or one rule file.

    What lists and queries a file by itself lacks are those of the configuration. Raises ConfigError.
    """
    if path.is_dir() and ((path / _RULES).is_dir() or not any(path.glob("*.yaml"))):
        return _compiled(str(path), *_read(path))
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    loaded, problems = _gathered({f"{file.stem}.yaml": file.read_text("utf-8-sig", "replace") for file in files})
    if path.is_file():
        loaded = replace(loaded, book=_completed(loaded.book, _read(settings.config)[0].book))
    try:
        return _compiled(str(path), loaded, problems)
    except ConfigError as error:
        own = {file.stem: str(file) for file in files}
        raise ConfigError(tuple(_moved(problem, own) for problem in error.problems)) from None


def stored(source: str, wanted: str) -> RuleSet | None:
    """The rule set with the hash ``wanted`` out of the ``source`` that a store kept; None where it is not in it."""
    pieces = _FILE_OF_SOURCE.split(source)
    files: dict[str, str] = {}
    for name, text in zip(pieces[1::2], pieces[2::2], strict=True):
        files[name] = f"{files[name]}# {_RULES}/{name}\n{text}" if name in files else text
    try:
        found = _compiled("", *_gathered(files)).rule_set
    except ConfigError:
        return None
    return found if found.hash == wanted else None


def refusing(command: Callable[[argparse.Namespace, Settings], int]) -> Callable[[argparse.Namespace, Settings], int]:
    """``command``, which with ``--json`` tells what is wrong with the rules as JSON as well."""

    def run(arguments: argparse.Namespace, settings: Settings) -> int:
        try:
            return command(arguments, settings)
        except ConfigError as error:
            if not arguments.json:
                raise
            edge.show_json({"ok": False, "problems": [located.as_json(problem) for problem in error.problems]})
            return CONFIGURATION

    run.__doc__ = command.__doc__
    return run


def _read(folder: Path) -> tuple[Config, tuple[Problem, ...]]:
    """The configuration in ``folder`` without its secrets, and what is wrong with its rules."""
    loaded, problems = config.read(folder, config.stand_ins(folder))
    own = str(folder / _RULES)
    return loaded, tuple(
        problem
        for problem in problems
        if problem.place and (problem.place.file == str(folder) or Path(problem.place.file).parent == Path(own))
    )


def _gathered(files: Mapping[str, str]) -> tuple[Config, tuple[Problem, ...]]:
    """The rule files with these names and texts, read as those of a configuration."""
    with tempfile.TemporaryDirectory(prefix="monitor-rules-") as folder:
        (Path(folder) / _RULES).mkdir()
        for name, text in files.items():
            (Path(folder) / _RULES / name).write_text(text, encoding="utf-8")
        return _read(Path(folder))


def _moved(problem: Problem, files: Mapping[str, str]) -> Problem:
    """``problem`` where people know the file it stands in: ``files`` are theirs, by name without ending."""
    place = problem.place
    if place is None or Path(place.file).stem not in files:
        return problem
    return replace(problem, place=replace(place, file=files[Path(place.file).stem]))


def _completed(book: RuleBook, other: RuleBook) -> RuleBook:
    """``book`` with the lists and queries of ``other`` that it does not have itself."""
    lists, queries = {each.name for each in book.lists}, {each.name for each in book.queries}
    return RuleBook(
        book.rules,
        (*book.lists, *(each for each in other.lists if each.name not in lists)),
        (*book.queries, *(each for each in other.queries if each.name not in queries)),
    )


def _compiled(name: str, loaded: Config, problems: tuple[Problem, ...]) -> Rules:
    if problems:
        raise ConfigError(problems)
    try:
        return Rules(name, loaded, compiled(loaded.book))
    except ConfigError as error:
        raise ConfigError(loaded.shown(error.problems)) from None
