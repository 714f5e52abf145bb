"""How many a toll counts: "the death toll rises to at least 70", "the number of civilians killed"."""

from __future__ import annotations

from monitor.facts.counts import OPENS, count_at, is_date
from monitor.facts.groups import Group
from monitor.facts.lexicon import Kind
from monitor.facts.sentences import Sentence, Toll
from monitor.facts.words import Word


def _bare(sentence: Sentence, at: int) -> Group | None:
    """The number close behind a toll that no group has, as its noun or verb is in no table."""
    words = sentence.words
    for step in range(at + 1, min(at + 5, len(words))):
        count = count_at(words, step) if words[step].kind & OPENS else None
        if count is not None and not is_date(words, count.start, count.end):
            found = Group(step)
            found.count, found.end = count, count.end
            return found
    return None


def _not_yet(sentence: Sentence, at: int, start: int) -> bool:
    """Whether a toll only may come to the number that begins at ``start``: "the toll could exceed 100"."""
    between = sentence.words[at + 1 : start]
    return any(word.kind & Kind.MODAL for word in between) and not any(word.kind & Kind.HAVE for word in between)


def number_of(sentence: Sentence, at: int, word: Word, before: list[Toll]) -> list[Toll]:
    """ "the death toll rises to at least 70", "the number of civilians killed increases to 1,200"."""
    outcome = word.entry.outcome(Kind.TOLL)
    counted = sentence.starting(at + 1) if outcome == "any" else None
    if outcome == "any":
        told = [
            other.entry.outcomes[0][1]
            for other in sentence.words[at : at + 14]
            if other.kind & (Kind.OUTCOME & ~Kind.ATTRIBUTE | Kind.INJURY) and other.entry.outcomes
        ]
        if not told or (counted is not None and counted.count is not None):
            return []
        outcome = told[0]
    raised = any("raising" in other.entry.named("scope") for other in sentence.words[max(0, at - 6) : at])
    if word.entry.cue("sum") and not (raised and any(toll.outcome == outcome for toll in before)):
        return []  # "bringing the total to 40" is of the dead where they were told of
    taken = {toll.group.start for toll in before}
    behind = [
        group for group in sentence.groups if group.start > at and group.count is not None and group.start - at < 24
    ]
    if not behind and (bare := _bare(sentence, at)) is not None:
        behind = [bare]
    ahead = [
        group
        for group in sentence.groups
        if group.end <= at
        and at - group.end <= 2
        and group.figures[2] > 1
        and group.count is not None
        and not group.head
    ]
    for group in [*ahead, *behind[:1]]:
        if group.start in taken or _not_yet(sentence, at, group.start):
            continue
        figures = group
        counted_first = figures.count
        if (
            counted_first is not None
            and counted_first.high != counted_first.low
            and sentence.words[counted_first.start].text in ("from", "de")
        ):
            figures.count = counted_first._replace(
                low=counted_first.high, floor=counted_first.high or 0
            )  # "from 12 to 17"
        for other in behind:
            if other is not figures and other.start - figures.end <= 1 and sentence.words[other.start - 1].text == "to":
                figures = other  # "from 12 to 17"
        if counted is not None and counted.head and not figures.head:
            figures.head, figures.party, figures.nation, figures.roles, figures.many = (
                counted.head,
                counted.party,
                counted.nation,
                counted.roles,
                True,
            )
        found = Toll(outcome, figures, min(at, figures.start), max(at + 1, figures.end), at, True)
        found.counted = counted.start if counted is not None else -1
        return [found]
    return []
