"""Which rules hold for an item, and by which words."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.model.vocabulary import Level


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words a term was found in: code points ``start`` to ``end`` of the item's ``field``."""

    field: str  # title, summary or body
    start: int
    end: int
    term: str  # the term of the rule, as written


@dataclass(frozen=True, slots=True)
class Match:
    """One rule that holds for one item, with the words that made it hold."""

    rule: str
    title: str
    category: str
    level: Level
    evidence: tuple[Evidence, ...]
