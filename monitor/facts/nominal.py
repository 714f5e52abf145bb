"""Outcomes told by a noun or an adjective: "the death of five", "three wounded soldiers", "no casualties"."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.facts.groups import Group
from monitor.facts.lexicon import Kind
from monitor.facts.objects import with_rest
from monitor.facts.parts import parts
from monitor.facts.reference import sufferer
from monitor.facts.sentences import QUOTES, Sentence, Toll, can_suffer
from monitor.facts.subjects import agent
from monitor.facts.words import Word

_HELD = ("abducted", "captured", "arrested")


def attributive(sentence: Sentence, at: int) -> bool:
    """Whether the word describes the noun behind it: "three wounded soldiers"."""
    words = sentence.words
    if at + 1 >= len(words):
        return False
    for group in sentence.groups:
        if group.start <= at < group.end and group.attribute:
            if group.start == at:
                ahead = at - 1 if at and words[at - 1].kind & Kind.ADVERB else at
                told = sentence.ending(ahead)
                if told is not None and told.count is not None:
                    return False  # "six gunmen dead Somali forces said": two sentences that a feed glued
                return (
                    not words[at].kind & Kind.EITHER
                    or at == 0
                    or bool(words[at - 1].kind & (Kind.PREPOSITION | Kind.OF | Kind.DETERMINER | Kind.AFTER))
                )
            return True
    return False


def _freed(words: Sequence[Word], group: Group) -> bool:
    """Whether ``group`` are let go: "rescued 14 kidnapped girls", "three abducted nuns were released"."""
    around = [*words[max(0, group.start - 2) : group.start], *words[group.end : group.end + 4]]
    return any(word.entry.cue("frees") for word in around)


def attribute(sentence: Sentence, at: int) -> list[Toll]:
    for group in sentence.groups:
        if group.start <= at < group.end and group.attribute and (group.count is not None or not group.many):
            if group.attribute in _HELD and _freed(sentence.words, group):
                return []
            return [Toll(group.attribute, group, group.start, group.end, at, True)]
    return []


def noun(sentence: Sentence, at: int, word: Word) -> list[Toll]:
    """ "the death of five", "five deaths", "the leader's death", "20 bodies"."""
    words = sentence.words
    outcome = word.entry.outcome(Kind.NOUN)
    behind = at + 1
    while behind < len(words) and words[behind].text in QUOTES:
        behind += 1
    if (behind < len(words) and words[behind].kind & Kind.OF) or word.text.endswith(" of"):
        begin = at + 1 if word.text.endswith(" of") else behind + 1
        group = sentence.starting(begin) or sentence.starting(behind)  # "de" may be of the number: "mort de trois"
        if group is not None and can_suffer(sentence, group, outcome, direct=False, named=True):
            found = with_rest(sentence, at, group, outcome, passive=True)
            found[0].by = agent(sentence, group.end)
            return found
    for group in sentence.groups:
        if group.start < at < group.end and group.count is not None and words[group.end - 1] is word:
            side = sufferer(sentence, group)
            if side is not None:
                group.head, group.party, group.nation, group.roles = side.head, side.party, side.nation, side.roles
            return [
                Toll(outcome, group, group.start, group.end, at, True),
                *parts(sentence, at + 1, Toll(outcome, group, group.start, group.end, at, True)),
            ]
        if group.end == at and (group.count is not None) and not group.owner:
            whole = Toll(outcome, group, group.start, at + 1, at, True)
            return [whole, *parts(sentence, at + 1, whole)]
        if group.owner and group.end == at - 1 and words[at - 1].kind & Kind.POSSESSIVE and (group.head or group.name):
            return [Toll(outcome, group, group.start, at + 1, at, True)]
    return []


def nobody(sentence: Sentence, met: set[int]) -> list[Toll]:
    """ "No casualties were reported", "no reports of injuries": nobody had the outcomes that the noun stands for."""
    return [
        Toll(outcome, group, group.start, group.end, group.end - 1, True)
        for group in sentence.groups
        if group.figures == (0, 0, 0) and group.start not in met
        for outcome in sentence.words[group.end - 1].entry.named("unhurt")
    ]
