"""What an item says that its story did not, in words for a reader: pure decisions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor import wording
from monitor.model import Casualty, Fact, Item, StoryHint
from monitor.story.claims import counts, is_of_the_wounded

_NUMBER_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands "
    "dozen dozens scores no"
)
_FIGURE = re.compile(rf"\d+(?:[.,]\d+)*|\b(?:{_NUMBER_WORDS.replace(' ', '|')})\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")


def changes(item: Item, facts: Sequence[Fact], own: StoryHint | None, hints: Sequence[StoryHint]) -> tuple[str, ...]:
    """What ``item`` says that its story did not, in words for a reader.

    Another publisher's headline for the same page is no news; a publisher's own new headline is.
    """
    found: list[str] = []
    told = (own,) if own else hints
    before = {figure: None for hint in told for figure in _figures(hint.title, hint.summary)}
    after = _figures(item.title, item.summary)
    come = [figure for figure in after if figure not in before]
    tolls = _tolls([fact for hint in told for fact in hint.facts], facts) if come else ()
    if tolls:
        found += tolls
    elif come and (own or not _claims(facts)):  # of another's text whose figures were read, the rest is its own telling
        gone = [figure for figure in before if figure not in after]
        found.append(f"figures {', '.join(gone)} → {', '.join(come)}" if gone else f"figures now {', '.join(come)}")
    if own and _words(own.title) != _words(item.title):
        found.append(f"headline was “{own.title}”")
    return tuple(found)


def _tolls(before: Sequence[Fact], after: Sequence[Fact]) -> tuple[str, ...]:
    """What the claims of people say now and did not: "Syrian forces killed 4 → 6"; () where they tell no difference."""
    old, new = _claims(before), _claims(after)
    return tuple(
        f"{label} {', '.join(old[label])} → {', '.join(come)}" if label in old else f"{label} now {', '.join(come)}"
        for label, figures in new.items()
        if (come := [figure for figure in figures if figure not in old.get(label, ())])
    )


def _claims(facts: Sequence[Fact]) -> dict[str, list[str]]:
    """The figures of this event by whom and what became of them."""
    found: dict[str, list[str]] = {}
    for fact in facts:
        if isinstance(fact, Casualty) and counts(fact) and not is_of_the_wounded(fact):
            figure = wording.figure(fact.low, fact.high, fact.floor)
            figures = found.setdefault(wording.label(fact), [])
            if figure not in figures:
                figures.append(figure)
    return found


def _figures(title: str, summary: str) -> dict[str, None]:
    """The figures of a text, each once, in order."""
    return {found.group().casefold(): None for found in _FIGURE.finditer(f"{title}\n{summary}")}


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
