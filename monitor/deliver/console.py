"""``console://`` prints: the channel that a fresh clone has, and that needs no secret."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
import unicodedata

_ISOLATE, _POP = "\u2068", "\u2069"
_WIDEST = 100  # cells: longer lines are hard to read


def named(url: str) -> bool:
    """Whether ``url`` names the console: ``console://`` and nothing behind it."""
    return re.fullmatch(r"console:/{0,2}", url.strip(), re.IGNORECASE) is not None


def show(body: str) -> bool:
    """Prints a digest to standard output, wrapped to the terminal, unwrapped into a pipe or file.

    False where the output is closed.
    """
    try:
        width = min(shutil.get_terminal_size().columns, _WIDEST) if sys.stdout.isatty() else None
        # One write, so that two channels on one terminal do not mix their lines.
        sys.stdout.write(f"{wrapped(body, width) if width else body}\n\n")
        sys.stdout.flush()
    except (OSError, ValueError):
        return False
    return True


def is_open() -> bool:
    """Whether there is an output that takes what is printed."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        return False
    return not sys.stdout.closed


def wrapped(text: str, width: int) -> str:
    """``text`` in lines of at most ``width`` cells, each going on under its own first word."""
    return "\n".join(piece for line in text.split("\n") for piece in _wrap(line, width))


def _wrap(line: str, width: int) -> list[str]:
    if _cells(line) <= width:
        return [line]
    indent = re.match(r"\s*(?:\d+  \S+\s+\S+\s+)?", line)
    hanging = " " * len(indent.group()) if indent else ""
    pieces = textwrap.wrap(
        line, width, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )
    # A direction isolate ends with its line: begin it again on the next.
    whole, opened = [], False
    for piece in pieces:
        body = piece.lstrip()
        text = f"{piece[: len(piece) - len(body)]}{_ISOLATE if opened else ''}{body}"
        opened = text.count(_ISOLATE) > text.count(_POP)
        whole.append(text + (_POP if opened else ""))
    return whole


def _cells(text: str) -> int:
    return sum(
        0
        if unicodedata.combining(c) or unicodedata.category(c) == "Cf"
        else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )
