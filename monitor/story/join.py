"""Which story an item belongs to: a pure decision, the store gives the candidates.

A story is one item and its later versions, wherever the same canonical URL carries them. An item
is a repeat when it tells nothing that the story had not: same headline, same figures, no higher
level. What is a repeat is kept and counted as a report of its story, and not told again.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.model import Fact, Item, Join, Level, Match, StoryHint
from monitor.story.change import changes as changes_of


def join(key: str, item: Item, level: Level, hints: Sequence[StoryHint], facts: Sequence[Fact] = ()) -> Join:
    """The story that a matched item joins.

    ``hints`` are the matched items that have the item's key or canonical URL; ``level`` is the
    highest level it matched at, ``facts`` what was read from it. Without a hint the item begins a
    story named after its key.
    """
    own = next((hint for hint in hints if hint.item_key == key), None)
    if own is None and not hints:
        return Join(key, new=True, repeat=False, reasons=("no story had it",))
    hint = own or hints[-1]
    reason = "a later version of the same item" if own else f"same URL as item {hint.item_key}"
    changes = changes_of(item, facts, own, hints)
    if level > max(one.level for one in hints):
        changes = (*changes, f"now {level.word}")
    return Join(hint.story, new=False, repeat=not changes, reasons=(reason,), changes=changes)


def hint(
    key: str,
    item: Item,
    url: str,
    joined: Join,
    matches: Sequence[Match],
    facts: Sequence[Fact] = (),
    origin: str = "",
) -> StoryHint:
    """What the next item of the same document may join, before the store has it."""
    level = max(match.level for match in matches)
    return StoryHint(joined.story, key, url, item.title, item.summary, level, tuple(facts), origin)
