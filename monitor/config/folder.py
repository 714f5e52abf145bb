"""Which files make a configuration, and whether they changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from monitor.config import secrets

FILES = ("feeds.yaml", "channels.yaml", "digests.yaml", "publishers.yaml", "settings.yaml")
RULES = "rules"


def listing(folder: Path) -> tuple[Path, ...]:
    """The files that ``load`` would read in ``folder``, whether or not they are right."""
    found = [folder / name for name in FILES if (folder / name).is_file()]
    return (*found, *sorted((folder / RULES).glob("*.yaml")))


def stamp(folder: Path, more: Iterable[Path] = ()) -> str:
    """A short text that changes when a file of ``folder``, or one of ``more``, is edited, added or
    removed. Cheap: nothing is read."""
    parts = []
    for path in dict.fromkeys((*listing(folder), *more)):
        try:
            status = path.stat()
        except OSError:
            continue
        parts.append(f"{path}|{status.st_ino}|{status.st_size}|{status.st_mtime_ns}")
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def references(folder: Path) -> frozenset[str]:
    """The variables that the files of ``folder`` refer to as ``${NAME}``."""
    found: set[str] = set()
    for path in listing(folder):
        try:
            found.update(secrets.names(path.read_text(encoding="utf-8", errors="replace")))
        except OSError:
            continue
    return frozenset(found)


def stand_ins(folder: Path) -> dict[str, str]:
    """Something for each variable that ``folder`` refers to, for work that needs no secret: it may be a whole URL."""
    return dict.fromkeys(references(folder), "offline://")
