"""A long message as parts that a channel takes, cut where a reader would cut it."""

from __future__ import annotations

from collections.abc import Sequence

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
