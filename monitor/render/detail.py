"""How much of a story is shown: a channel that takes little gets less of it, never another story."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Detail:
    """How much of a story is shown: ``title`` and ``quote`` in code points of its texts, the rest in lines."""

    title: int
    quote: int
    reports: int
    rows: int
    changes: int
    why: bool = True
    links: bool = True


FULL = Detail(title=300, quote=600, reports=12, rows=20, changes=6)
SHORT = Detail(title=200, quote=240, reports=4, rows=5, changes=4)
BRIEF = Detail(title=70, quote=0, reports=1, rows=0, changes=2, why=False)
BARE = replace(BRIEF, links=False)
