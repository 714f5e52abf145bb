"""A long message as parts that a channel takes, cut where a reader would cut it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

_LINE = 78
_COLUMN = re.compile(r".{0,28}  (?=\S)")  # up to where the last column of a line begins
_MARKER = len("(999/999)\n")


def split(blocks: Sequence[Sequence[str]], limit: int | None) -> tuple[str, ...]:
    """``blocks`` as parts of at most ``limit`` characters, "(2/3)" above each where there are several.

    A block (a story) is a sequence of pieces. It is kept whole where a part can hold it, else cut
    between its pieces; a piece is cut, between lines and then between words, only where it has more
    than ``room(limit)`` characters.
    """
    whole = "\n\n".join("\n".join(block) for block in blocks if block)
    if limit is None or len(whole) <= limit:
        return (whole,)
    space = room(limit)
    parts: list[str] = []
    part = ""
    for block in blocks:
        text = "\n".join(block)
        for piece, joint in [(text, "\n\n")] if len(text) <= space else _jointed(block, space):
            if part and len(part) + len(joint) + len(piece) > space:
                parts.append(part)
                part = ""
            part = f"{part}{joint}{piece}" if part else piece
    parts.append(part)
    return tuple(f"({number}/{len(parts)})\n{part}" for number, part in enumerate(parts, 1))


def room(limit: int) -> int:
    """The characters that a part under ``limit`` has for its content."""
    return limit - _MARKER


def _jointed(block: Sequence[str], space: int) -> list[tuple[str, str]]:
    pieces = [part for piece in block for part in ([piece] if len(piece) <= space else _cut(piece, space))]
    return [(piece, "\n" if index else "\n\n") for index, piece in enumerate(pieces)]


def wrapped(text: str) -> str:
    """``text`` with no line over 78 characters (RFC 5322 section 2.1.1), but for words that are longer themselves.

    What is carried over stands a little to the right of where the last column of its line begins. An address is one
    word, and stays whole.
    """
    return "\n".join(piece for line in text.split("\n") for piece in _wrapped(line))


def _wrapped(line: str) -> list[str]:
    if len(line) <= _LINE:
        return [line]
    indent = len(line) - len(line.lstrip())
    gap = _COLUMN.match(line)
    lead = " " * ((gap.end() if gap is not None else indent) + 2)
    return textwrap.wrap(
        line.lstrip(), _LINE, initial_indent=" " * indent, subsequent_indent=lead, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip


def _cut(piece: str, space: int) -> list[str]:
    cut = []
    for line in piece.split("\n"):
        rest = line
        while len(rest) > space:
            at = rest.rfind(" ", 1, space + 1)
            at = at if at > 0 else space - rest[:space].endswith("\\")  # an escape stays with its character
            cut.append(rest[:at])
            rest = rest[at:].lstrip()
        cut.append(rest)
    return cut
