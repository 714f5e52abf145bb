"""What a figure covers: the event that is told, a toll that has been running, or an event told of before.

A word of a running toll ("since", "so far", "this year") speaks of the clause it stands in, not of the sentence:
"kills 20, bringing the toll to 300" holds one figure of each kind, and "the deadliest attack since 2019" no toll.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.facts.lexicon import Kind, Table
from monitor.facts.words import Word
from monitor.model import Scope

_CUTS = frozenset({",", ";", ":", "–", "—"})


def scope_of(words: Sequence[Word], start: int, end: int) -> Scope:
    """What the figure told by words ``start`` to ``end`` (exclusive) of a sentence covers."""
    if (
        _adds_up(words, start)
        or _of_a_war(words, start)
        or any(_runs(words, at, end) for at in _clause(words, start, end))
    ):
        return Scope.RUNNING
    return Scope.PAST if _told_before(words, start) else Scope.EVENT


def running_from(words: Sequence[Word], at: int) -> bool:
    """Whether the date at ``at`` is the day that something has been running since: "since the truce broke in March"."""
    for step in range(at - 1, max(-1, at - 9), -1):
        if words[step].text in _CUTS:
            return False
        if _named(words[step], "running"):
            return True
    return False


def _named(word: Word, name: str) -> bool:
    return bool(word.entry.tables & Table.SCOPE) and name in word.entry.tags["scope"]


def _clause(words: Sequence[Word], start: int, end: int) -> list[int]:
    """The words that speak of the figure: of its clause, an opening "In the past year," and a trailing ", so far"."""
    first = start
    while first > 0 and not _cuts(words, first - 1):
        first -= 1
    last = end
    while last < len(words) and not _cuts(words, last) and not _leads_on(words, last):
        last += 1
    found = list(range(first, last))
    opening = next((at for at in range(len(words)) if words[at].text in _CUTS), len(words))
    if opening < first and any(_named(word, "running") for word in words[:2]):
        found += range(opening)
    if last + 1 < len(words) and words[last].text == "," and _named(words[last + 1], "running"):
        found.append(last + 1)
    return found


def _cuts(words: Sequence[Word], at: int) -> bool:
    return words[at].text in _CUTS


def _leads_on(words: Sequence[Word], at: int) -> bool:
    """Whether another clause begins: "while ...", "after ...", and "bringing the toll to ..."."""
    word = words[at]
    if _raises(words, at):
        return True
    own = word.kind & (Kind.WHO | Kind.INCLUDING | Kind.LEFT) or word.entry.named("scope") or word.entry.named("say")
    return bool(word.kind & Kind.CLAUSE and not own)


def _raises(words: Sequence[Word], at: int) -> bool:
    """ "bringing the death toll to", "raising the number of those killed to"."""
    return _named(words[at], "raising") and any(
        word.kind & Kind.TOLL or _named(word, "running") for word in words[at + 1 : at + 6]
    )


def _adds_up(words: Sequence[Word], start: int) -> bool:
    for at in range(start, -1, -1):
        if words[at].text in (";", ":"):
            return False
        if _raises(words, at):
            return True
    return False


def _runs(words: Sequence[Word], at: int, end: int) -> bool:
    """Whether the word at ``at`` makes a toll of the figure that ends before ``end``."""
    word = words[at]
    if word.kind & Kind.TOLL:  # "kills 26, and the toll may rise": of the figure that is called one
        return at < end
    after = words[at + 1 : at + 4]
    spanned = _named(word, "running") or (  # "in two months"
        _named(word, "long")
        and at > 1
        and bool(words[at - 1].kind & Kind.QUANTITY and words[at - 2].kind & Kind.PREPOSITION)
        and not words[at - 2].kind & Kind.CLAUSE
    )
    if not spanned or (word.kind & Kind.CLAUSE and at and words[at - 1].kind & Kind.HAVE):  # "has since claimed"
        return False
    if any(_named(each, "short") or each.entry.named("weekday") or each.entry.named("day") for each in after):
        return False  # "in the past 24 hours", "since Monday": what just happened
    return not any(_named(each, "record") or each.kind & Kind.ORDINAL for each in words[max(0, at - 8) : at])


def _of_a_war(words: Sequence[Word], start: int) -> bool:
    """ "a conflict that has killed hundreds": in a relative clause, of what lasts."""
    for at in range(start - 1, max(-1, start - 4), -1):
        if words[at].kind & Kind.WHO:
            lasts = any(_named(word, "enduring") for word in words[max(0, at - 6) : at])
            return lasts and any(word.kind & Kind.HAVE for word in words[at + 1 : start + 2])
    return False


def _told_before(words: Sequence[Word], start: int) -> bool:
    """ "a recent attack that killed five": in a relative clause, of an event that is called an earlier one."""
    for at in range(start - 1, max(-1, start - 10), -1):
        if words[at].kind & Kind.WHO:
            return any(_named(word, "earlier") for word in words[max(0, at - 8) : at])
        if _cuts(words, at):
            break
    return False
