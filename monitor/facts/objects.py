"""The people behind an active verb, and what is joined to them."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.facts.coordination import is_own, joined_to
from monitor.facts.groups import Group
from monitor.facts.lexicon import Kind
from monitor.facts.parts import parts
from monitor.facts.sentences import QUOTES, Sentence, Toll, can_suffer
from monitor.facts.words import Word

PRONOUNS = frozenset({"him", "her", "them"})


def objects(sentence: Sentence, at: int, outcome: str) -> list[Toll]:
    """The victims behind an active verb."""
    words = sentence.words
    begin = at + 1
    while begin < len(words) and (
        (words[begin].kind & Kind.ADVERB and not words[begin].kind & (Kind.BOUND | Kind.DETERMINER))
        or words[begin].text in QUOTES
    ):
        begin += 1
    if (
        begin < len(words)
        and words[begin].kind & Kind.AND
        and begin + 1 < len(words)
        and words[begin + 1].kind & (Kind.AFTER | Kind.EITHER)
    ):
        begin += 2  # "killing and wounding dozens": the same people for both
    if begin < len(words) and words[begin].text in PRONOUNS and _ends_there(words, begin + 1):
        return _pronoun(sentence, at, begin, outcome)
    if begin < len(words) and words[begin].kind & Kind.REFLEXIVE and words[begin].text.endswith(("self", "selves")):
        begin += 1  # "kills himself and two policemen"
        if begin < len(words) and (words[begin].kind & Kind.AND or words[begin].text == ","):
            begin += 1
    first = sentence.starting(begin) or _somebody(words, at, begin)
    if first is not None and first.owner and first.end < len(words) and words[first.end].kind & Kind.POSSESSIVE:
        first = sentence.starting(first.end + 1) or first  # "shot the boy's mother"
    if first is not None and words[at].entry.cue("verb_first"):
        first = _behind_the_subject(sentence, first) or first
    if first is not None and first.name is not None:
        described_by_clause(sentence, first)
    if first is None or not can_suffer(sentence, first, outcome, direct=True):
        return []
    return with_rest(sentence, at, first, outcome, passive=False)


def _behind_the_subject(sentence: Sentence, first: Group) -> Group | None:
    """The people behind those who act, of a verb that stands before both; None where none are."""
    words = sentence.words
    step = first.end
    while step < len(words) and step < first.end + 2 and words[step].kind & Kind.UNKNOWN:
        second = sentence.starting(step)
        if second is not None and second.start == step:
            return second
        step += 1
    second = sentence.starting(step) if step < len(words) else None
    return second if second is not None and second.start == step and second.head else None


def _somebody(words: Sequence[Word], at: int, begin: int) -> Group | None:
    """ "Shot dead a village mukhtar": one of a calling that no table has, behind a verb that has people for objects."""
    end = begin + 1
    while end < len(words) and end - begin < 4 and _may_be_a_calling(words[end]):
        end += 1
    human = words[at].entry.cue("human") or (
        words[at].entry.cue("shoots") and end < len(words) and words[end].entry.cue("dies")
    )
    if end == begin + 1 or words[begin].text not in ("a", "an") or not human:
        return None
    if words[end - 1].kind & (Kind.TERM | Kind.THING):
        return None
    group = Group(begin)
    group.head, group.end = "unknown", end
    return group


def _may_be_a_calling(word: Word) -> bool:
    return bool(word.kind & Kind.UNKNOWN) and word.text.isalpha() and not word.cap


def _called(words: Sequence[Word], group: Group) -> None:
    """Takes in what ``group`` is called: "an emir known as Abu Omar"."""
    at = group.end
    if at + 2 >= len(words) or not words[at].entry.cue("known_as"):
        return
    at += 1 + bool(words[at + 1].kind & Kind.CLAUSE)
    end = at
    while end < len(words) and words[end].cap and words[end].kind & Kind.UNKNOWN:
        end += 1
    if end > at:
        group.name, group.end = (at, end), end


def _ends_there(words: Sequence[Word], at: int) -> bool:
    return at == len(words) or not words[at].kind & (Kind.PERSON | Kind.UNKNOWN | Kind.NATION | Kind.ADVERB)


def _pronoun(sentence: Sentence, at: int, pronoun: int, outcome: str) -> list[Toll]:
    """ "struck a guard in the chest, killing him": the people told of before in the sentence."""
    many = sentence.words[pronoun].text == "them"
    for group in reversed(sentence.groups):
        placed = not group.head and group.start and sentence.words[group.start - 1].entry.named("place")
        if group.end <= at and (group.head or group.name) and not group.owner and not placed:
            plural = group.many or (group.count is not None and group.figures[2] > 1)
            if plural == many:
                found = [Toll(outcome, group, group.start, pronoun + 1, at, False)]
                words = sentence.words
                if pronoun + 2 < len(words) and words[pronoun + 1].kind & Kind.AND:  # "killing him and a passenger"
                    other = sentence.starting(pronoun + 2)
                    if other is not None and (other.count or other.head) and not is_own(sentence, other):
                        found.append(Toll(outcome, other, other.start, other.end, at, False))
                return found
    return []


def with_rest(sentence: Sentence, at: int, first: Group, outcome: str, *, passive: bool) -> list[Toll]:
    """``first`` with what is joined to it, and the parts that "including" names."""
    words = sentence.words
    found = [Toll(outcome, first, min(at, first.start), max(at + 1, first.end), at, passive)]
    last = first
    if not first.many and not passive:
        _called(words, first)
    while True:
        joined = joined_to(sentence, last)
        if joined is None:
            break
        found.append(Toll(outcome, joined, joined.start, joined.end, at, passive))
        last = joined
    if not passive:
        found += _along_with(sentence, at, last.end, outcome)
    found += parts(sentence, last.end, found[0])
    if passive and last.end < at + 1:
        found += parts(sentence, at + 1, found[0])
    return found if words else []


def described_by_clause(sentence: Sentence, group: Group) -> None:
    """Takes what "who was a member of the group" says of ``group``."""
    words = sentence.words
    at = group.end
    while at < len(words) and words[at].text == ",":
        at += 1
    if at + 2 < len(words) and words[at].kind & Kind.WHO and words[at + 1].kind & Kind.BE:
        said = sentence.starting(at + 2)
        if said is not None and said.start <= at + 3 and said.head and not said.many and not group.head:
            group.head, group.party, group.roles, group.nation = said.head, said.party, said.roles, said.nation


def _along_with(sentence: Sentence, verb: int, at: int, outcome: str) -> list[Toll]:
    """ "Killed a leader who had helped the army, along with two of his sons": who is added behind a clause."""
    words = sentence.words
    for step in range(at + 1, min(at + 12, len(words) - 1)):
        if words[step].kind & Kind.OUTCOME:
            break
        if words[step].entry.cue("along_with") and words[step - 1].text == ",":
            added = sentence.starting(step + 1)
            if added is not None and (added.head or added.count) and not is_own(sentence, added):
                return [Toll(outcome, added, added.start, added.end, verb, False)]
            break
    return []
