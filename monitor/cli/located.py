"""What is wrong in a file, for people and for scripts: the place, the words, the line and a caret under it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from monitor.errors import Problem
from monitor.model import Place


def told(problem: Problem) -> Iterator[str]:
    """The lines that tell of ``problem``."""
    yield str(problem)
    if "\n" in problem.excerpt:  # a query's own line, with carets below
        yield from (f"    {line}" for line in problem.excerpt.splitlines())
    elif problem.excerpt:
        yield f"    {problem.excerpt}"
        if problem.place and (lead := _lead(problem.excerpt, problem.place)) is not None:
            yield f"    {lead}^"


def as_json(problem: Problem) -> dict[str, object]:
    """``problem`` for a script."""
    return {**where(problem.place), "what": problem.what, "instead": problem.instead}


def where(place: Place | None) -> dict[str, object]:
    """A place for a script."""
    return {
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
    }


def problems_json(problems: Iterable[Problem]) -> list[dict[str, object]]:
    """Each of ``problems`` for a script."""
    return [as_json(problem) for problem in problems]


def _lead(excerpt: str, place: Place) -> str | None:
    """What stands before the caret; None where ``excerpt`` is not the line of the file, or not up to there.

    An excerpt has lost its indentation, and perhaps a secret.
    """
    try:
        lines = Path(place.file).read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError):
        return None
    if not 0 < place.line <= len(lines):
        return None
    line = lines[place.line - 1]
    column = place.column - 1 - (len(line) - len(line.lstrip()))
    before = line.strip()[: max(column, 0)]
    if column < 0 or not excerpt.startswith(before) or not excerpt[len(before) :]:
        return None
    return "".join("\u3000" if unicodedata.east_asian_width(char) in "WF" else " " for char in before)
