"""A configuration, loaded: what the stages take their values from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from monitor.config.reading import Document
from monitor.errors import Problem
from monitor.model import Channel, DigestSpec, Feed, Place, Publisher, RuleBook


@dataclass(frozen=True, slots=True)
class Config:
    """Everything people configured, checked as far as no stage is needed for it.

    ``fingerprint`` is a hash of all file contents; ``source`` the text of the rule files, each after
    a comment that names it; ``secrets`` are the strings no log may show; ``files`` were read, secret
    files included. ``book_complete`` is False where a rule file had problems, so that a list or a
    query may be missing from ``book`` (``read`` gives such a one, ``load`` never does).
    """

    feeds: tuple[Feed, ...] = ()
    book: RuleBook = field(default_factory=RuleBook)
    channels: tuple[Channel, ...] = ()
    digests: tuple[DigestSpec, ...] = ()
    publishers: tuple[Publisher, ...] = ()
    fingerprint: str = ""
    source: str = ""
    files: tuple[Path, ...] = ()
    secrets: tuple[str, ...] = field(default=(), repr=False)
    book_complete: bool = True
    _places: Mapping[tuple[str, str, str], Place] = field(default_factory=dict, repr=False)
    _documents: Mapping[str, Document] = field(default_factory=dict, repr=False)

    def place(self, kind: str, id: str, key: str = "") -> Place | None:
        """Where ``key`` of the feed, rule, channel, digest, publisher, list or query ``id`` stands.

        ``kind`` is one of these seven words. Without ``key``, or where it was left out, the place of
        the entry itself; None for an id that no file names.
        """
        return self._places.get((kind, id, key)) or self._places.get((kind, id, ""))

    def shown(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """``problems`` of any stage in the order of the files, each with the line it stands in."""
        found = []
        for problem in problems:
            document = self._documents.get(problem.place.file) if problem.place else None
            if document and problem.place and not problem.excerpt:
                found.append(replace(problem, excerpt=document.excerpt(problem.place)))
            else:
                found.append(problem)
        order = {name: number for number, name in enumerate(self._documents)}
        return tuple(sorted(dict.fromkeys(found), key=lambda problem: _order(problem, order)))


def _order(problem: Problem, order: Mapping[str, int]) -> tuple[int, str, int, int]:
    place = problem.place
    return (order.get(place.file, -1), place.file, place.line, place.column) if place else (-2, "", 0, 0)
