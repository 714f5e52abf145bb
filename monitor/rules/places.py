"""From an offset in a query to file:line:column, with the line and a caret under the place."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.errors import Problem
from monitor.model import Place

_WIDEST = 160  # of an excerpt: more says nothing to a reader


class QueryError(Exception):
    """One thing wrong in a query: ``start`` to ``end`` of its text, and what to write instead."""

    def __init__(self, what: str, start: int, end: int, instead: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.start = start
        self.end = end
        self.instead = instead


@dataclass(frozen=True, slots=True)
class Source:
    """A query's text and where in which file it begins.

    Lines after the first begin ``indent`` columns into the file's lines.
    """

    text: str
    place: Place
    indent: int = 0

    def at(self, offset: int) -> Place:
        """The place of ``offset``: columns count code points from 1."""
        offset = min(max(offset, 0), len(self.text))
        line = self.text.count("\n", 0, offset)
        if line == 0:
            return Place(self.place.file, self.place.line, self.place.column + offset)
        column = offset - (self.text.rfind("\n", 0, offset) + 1)
        return Place(self.place.file, self.place.line + line, self.indent + 1 + column)

    def problem(self, what: str, start: int, end: int, instead: str = "") -> Problem:
        """A problem at ``start`` to ``end``, its excerpt the line with carets below."""
        return Problem(self.at(start), what, instead, self.excerpt(start, end))

    def of(self, error: QueryError) -> Problem:
        """The problem that a ``QueryError`` is, in its file."""
        return self.problem(error.what, error.start, error.end, error.instead)

    def excerpt(self, start: int, end: int) -> str:
        """The line of ``start`` and, below it, carets from ``start`` to ``end`` (on that line)."""
        start = min(max(start, 0), len(self.text))
        first = self.text.rfind("\n", 0, start) + 1
        last = self.text.find("\n", first)
        last = len(self.text) if last < 0 else last
        if last - first > _WIDEST:
            first = max(first, start - _WIDEST // 2)
            last = min(last, first + _WIDEST)
        line = "".join(" " if _has_no_width_of_its_own(c) else c for c in self.text[first:last])
        before = "".join("\u3000" if unicodedata.east_asian_width(c) in "WF" else " " for c in line[: start - first])
        return f"{line.rstrip()}\n{before}{'^' * max(1, min(end, last) - start)}"


def _has_no_width_of_its_own(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that ``word`` was probably meant to be, or None."""
    found = difflib.get_close_matches(word.casefold(), list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(sign: str, word: str, known: Iterable[str], what: str) -> str:
    """The suggestion for an unknown ``word``: the nearest one, or all that there are."""
    names = sorted(known)
    close = nearest(word, names)
    if close:
        return f"did you mean {sign}{close}?"
    if not names:
        return f"there is no {what} yet"
    shown = ", ".join(f"{sign}{name}" for name in names[:12])
    return f"there is {shown}{', …' if len(names) > 12 else ''}"
