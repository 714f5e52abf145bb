"""What an item is to the story it belongs to: a pure decision, the store gives what the story has.

An item is a repeat when it tells nothing that the story had not: same figures, no higher level, and for a later
version of an item the same headline. What is a repeat is kept and counted as a report of its story, and not told again.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.model import Fact, Item, Join, Level, Match, StoryHint
from monitor.story.change import changes as changes_of
from monitor.story.nearest import Nearest


def join(
    key: str,
    item: Item,
    level: Level | None,
    hints: Sequence[StoryHint],
    facts: Sequence[Fact] = (),
    near: Nearest | None = None,
) -> Join:
    """How an item joins the story that it is nearest to; without one it begins a story named after its key.

    ``hints`` are items of that story; ``level`` is the highest level the item matched at (None: nothing matched
    it, and it is a copy), ``facts`` what was read from it.
    """
    own = next((hint for hint in hints if hint.item_key == key), None)
    if near is None and hints:
        near = Nearest((own or hints[-1]).story)
    if near is None or near.story is None:
        reasons = near.reasons if near and near.reasons else ("no story had it",)
        possibly, copy_of = (near.possibly, near.copy_of) if near else (None, None)
        return Join(key, new=True, repeat=False, reasons=reasons, copy_of=copy_of, possibly=possibly)
    changes = changes_of(item, facts, own, hints)
    if level is not None and level > max((one.level for one in hints), default=Level.INFORMATIONAL):
        changes = (*changes, f"now {level.word}")
    if level is None:
        changes = ()
    return Join(near.story, new=False, repeat=not changes, reasons=near.reasons, changes=changes, copy_of=near.copy_of)


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
    level = max((match.level for match in matches), default=Level.INFORMATIONAL)
    return StoryHint(joined.story, key, url, item.title, item.summary, level, tuple(facts), origin)
