"""How a command prints for people: colour on a terminal alone, lines no wider than it, and no text
from outside that a terminal would obey.

A line is made of runs, (text, style). Where there is no colour, a hit (what a rule found in a text) is «marked».
"""

from __future__ import annotations

import os
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Literal, TextIO

from monitor.model import Evidence
from monitor.render import hostile

Style = Literal["", "bold", "dim", "hit", "word", "good", "bad"]
Run = tuple[str, Style]
Part = str | Run

_CODES: dict[Style, str] = {"bold": "1", "dim": "2", "hit": "1;33", "word": "33", "good": "1;32", "bad": "1;31"}
_WIDEST = 120  # cells: longer lines are hard to read
_LONGEST = 1500  # code points of one text


class Screen:
    """Standard output as a person sees it."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """``stream`` is standard output unless another is given.

        Colour as https://no-color.org has it: none in a pipe, with ``NO_COLOR``, or on a dumb terminal.
        """
        self._stream = stream or sys.stdout
        terminal = self._stream.isatty()
        self.colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        self.width = min(shutil.get_terminal_size().columns, _WIDEST) if terminal else None

    def line(self, *parts: Part, indent: int = 0, hang: int = 0) -> None:
        """Print ``parts`` from column ``indent`` on, wrapped; further lines stand ``hang`` cells more to the right."""
        runs = [self._visible(part if isinstance(part, tuple) else (part, "")) for part in parts]
        for number, pieces in enumerate(_wrapped(runs, self.width, indent, hang)):
            lead = " " * (indent if number == 0 else indent + hang)
            self._stream.write(f"{lead if pieces else ''}{''.join(self._paint(*piece) for piece in pieces)}\n")

    def entry(self, label: str, *parts: Part, indent: int = 0, room: int = 9, style: Style = "dim") -> None:
        """Print ``label`` in a column of ``room`` cells, and ``parts`` to the right of it."""
        self.line((pad(label, room), style), *parts, indent=indent, hang=room)

    def blank(self) -> None:
        """Print an empty line."""
        self._stream.write("\n")

    def _visible(self, run: Run) -> Run:
        text, style = run
        return (f"«{text}»", "") if style == "hit" and not self.colour else run

    def _paint(self, text: str, style: Style) -> str:
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.colour and style and text.strip() else text


def outside(text: str) -> str:
    """Text from outside on one line: nothing in it that a terminal obeys or that turns the line around."""
    return hostile.as_text(hostile.shown(text))


def name_of(feed: str) -> str:
    """A feed's id as people know it; of one that is known by its address, the site."""
    return hostile.domain(feed) or outside(feed)


def marked(
    text: str, evidence: Iterable[Evidence], field: str, style: Style = "", *, most: int = _LONGEST
) -> list[Run]:
    """``text``, which is the ``field`` of an item, with the places of ``evidence`` as hits; cut to ``most``."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted((each.start, each.end) for each in evidence if each.field == field):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    runs = hostile.marked(text, spans, most).runs
    return [(hostile.clean(piece), "hit" if hit else style) for piece, hit in runs]


def cells(text: str) -> int:
    """How many columns ``text`` takes."""
    return sum(_cells(char) for char in text)


def pad(text: str, width: int) -> str:
    """``text`` with spaces after it up to ``width`` cells; at least one."""
    return text + " " * max(1, width - cells(text))


def columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows as aligned lines: each column as wide as its widest cell, two spaces between."""
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "".join(pad(cell, width + 2) for cell, width in zip(row, widths, strict=True)).rstrip()


def stamp(moment: datetime | None, *, seconds: bool = False) -> str:
    """A moment in UTC: ``2024-10-24 12:00Z``; "undated" for None."""
    if moment is None:
        return "undated"
    return f"{moment.astimezone(UTC):{'%Y-%m-%d %H:%M:%S' if seconds else '%Y-%m-%d %H:%M'}}Z"


def count(number: int, thing: str) -> str:
    """``1 rule``, ``1,204 rules``."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _cells(char: str) -> int:
    if char < "\x7f":
        return 1
    if unicodedata.combining(char) or unicodedata.category(char) in ("Cf", "Me", "Mn"):
        return 0
    return 1 + (unicodedata.east_asian_width(char) in "WF")


def _wrapped(runs: Iterable[Run], width: int | None, indent: int, hang: int) -> Iterator[list[Run]]:
    """Lines of at most ``width`` cells, broken at spaces; a longer word stands alone and whole."""
    line: list[tuple[str, Style]] = []
    used, broken, holds = indent, False, False
    for word in _words(runs):
        blank = word[0][0] == " "
        size = sum(_cells(char) for char, _ in word)
        if width is not None and holds and not blank and used + size > width:
            yield _joined(line)
            line, used, broken, holds = [], indent + hang, True, False
        if blank and broken and not line:
            continue  # the space at which the line was broken
        line += word
        used += size
        holds = holds or not blank
    yield _joined(line)


def _words(runs: Iterable[Run]) -> Iterator[list[tuple[str, Style]]]:
    """The letters of each word, and of each row of spaces, with their styles."""
    word: list[tuple[str, Style]] = []
    for text, style in runs:
        for char in text:
            if word and (word[0][0] == " ") != (char == " "):
                yield word
                word = []
            word.append((char, style))
    if word:
        yield word


def _joined(letters: list[tuple[str, Style]]) -> list[Run]:
    """A line's letters as runs, without the spaces at its end."""
    while letters and letters[-1][0] == " ":
        letters.pop()
    runs: list[Run] = []
    for char, style in letters:
        if runs and runs[-1][1] == style:
            runs[-1] = (runs[-1][0] + char, style)
        else:
            runs.append((char, style))
    return runs
