"""Which story an item belongs to and what it adds: pure decisions, the store gives the candidates.

A story is one item and its later versions, wherever the same canonical URL carries them. An item
is a repeat when it tells nothing that the story had not: same headline, same figures, no higher
level. What is a repeat is kept and counted as a report of its story, and not told again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.model import Item, Join, Level, Match, StoryHint

_NUMBER_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands "
    "dozen dozens scores no"
)
_FIGURE = re.compile(rf"\d+(?:[.,]\d+)*|\b(?:{_NUMBER_WORDS.replace(' ', '|')})\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")


def join(key: str, item: Item, level: Level, hints: Sequence[StoryHint]) -> Join:
    """The story that a matched item joins.

    ``hints`` are the matched items that have the item's key or canonical URL; ``level`` is the
    highest level it matched at. Without a hint the item begins a story named after its key.
    """
    own = next((hint for hint in hints if hint.item_key == key), None)
    if own is None and not hints:
        return Join(key, new=True, repeat=False, reasons=("no story had it",))
    hint = own or hints[-1]
    reason = "a later version of the same item" if own else f"same URL as item {hint.item_key}"
    changes = _changes(item, own, hints)
    if level > max(one.level for one in hints):
        changes = (*changes, f"now {level.word}")
    return Join(hint.story, new=False, repeat=not changes, reasons=(reason,), changes=changes)


def hint(key: str, item: Item, url: str, joined: Join, matches: Sequence[Match]) -> StoryHint:
    """What the next item of the same document may join, before the store has it."""
    return StoryHint(joined.story, key, url, item.title, item.summary, max(match.level for match in matches))


def _changes(item: Item, own: StoryHint | None, hints: Sequence[StoryHint]) -> tuple[str, ...]:
    """What ``item`` says that its story did not, in words for a reader.

    Another publisher's headline for the same page is no news; a publisher's own new headline is.
    """
    changes = []
    told = (own,) if own else hints
    before = {figure: None for hint in told for figure in _figures(hint.title, hint.summary)}
    after = _figures(item.title, item.summary)
    come = [figure for figure in after if figure not in before]
    if come:
        gone = [figure for figure in before if figure not in after]
        changes.append(f"figures {', '.join(gone) or 'none'} → {', '.join(come)}")
    if own and _words(own.title) != _words(item.title):
        changes.append(f"headline was “{own.title}”")
    return tuple(changes)


def _figures(title: str, summary: str) -> dict[str, None]:
    """The figures of a text, each once, in order."""
    return {found.group().casefold(): None for found in _FIGURE.finditer(f"{title}\n{summary}")}


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
