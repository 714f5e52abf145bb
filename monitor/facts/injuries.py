"""Who is hurt where no verb tells it: people with wounds, injuries to people, people who suffered some."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.facts.lexicon import Kind
from monitor.facts.sentences import Sentence, Toll, can_suffer
from monitor.facts.subjects import subject
from monitor.facts.words import Word


def with_injuries(sentence: Sentence, at: int, word: Word) -> list[Toll]:
    """ "a man with gunshot wounds", "injuries to five other people"."""
    words = sentence.words
    outcome = word.entry.outcome(Kind.INJURY)
    if at + 1 < len(words) and words[at + 1].text == "to":
        hurt = sentence.starting(at + 2)
        if hurt is not None and hurt.head and (hurt.count is not None or not hurt.many):
            return [Toll(outcome, hurt, at, hurt.end, at, True)]
    for step in range(at - 1, max(at - 5, 0), -1):
        if words[step].text == "with":
            hurt = sentence.ending(step)
            if (
                hurt is not None
                and not words[hurt.end - 1].kind & Kind.NOUN  # "bodies with bullet wounds"
                and (hurt.head or _goes_on(words, hurt.start))
                and can_suffer(sentence, hurt, outcome, direct=False)
            ):
                return [Toll(outcome, hurt, hurt.start, at + 1, at, True)]
            break
        if words[step].kind & (Kind.CLAUSE | Kind.BE | Kind.PREPOSITION):
            break
    return []


def _goes_on(words: Sequence[Word], start: int) -> bool:
    """Whether a bare number that begins at ``start`` goes on with people told of: "14 dead and scores with burns"."""
    return start > 1 and bool(words[start - 1].kind & Kind.AND and words[start - 2].kind & Kind.OUTCOME)


def maimed(sentence: Sentence, at: int) -> list[Toll]:
    """ "A soldier lost both legs"."""
    words = sentence.words
    for step in range(at + 1, min(at + 5, len(words))):
        if words[step].entry.cue("limb"):
            group = subject(sentence, at)
            if (
                group is not None
                and (group.head or group.name)
                and can_suffer(sentence, group, "wounded", direct=False)
            ):
                return [Toll("wounded", group, group.start, step + 1, at, True)]
            return []
        if not words[step].kind & (Kind.DETERMINER | Kind.NUMBER | Kind.UNKNOWN | Kind.OF):
            return []
    return []


def suffered(sentence: Sentence, at: int) -> list[Toll]:
    """ "six troops suffered brain injuries"."""
    words = sentence.words
    for step in range(at + 1, min(at + 7, len(words))):
        if words[step].kind & Kind.INJURY:
            group = subject(sentence, at)
            if group is not None and can_suffer(sentence, group, "wounded", direct=False):
                return [
                    Toll(words[step].entry.outcome(Kind.INJURY) or "wounded", group, group.start, step + 1, at, True)
                ]
            return []
        if words[step].kind & (Kind.CLAUSE | Kind.BE):
            return []
    return []
