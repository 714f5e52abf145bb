"""The people behind an active verb, what is joined to them, and the parts that "including" names."""

from __future__ import annotations

from monitor.facts.groups import Group
from monitor.facts.lexicon import Kind
from monitor.facts.sentences import QUOTES, Sentence, Toll, can_suffer


def objects(sentence: Sentence, at: int, outcome: str) -> list[Toll]:
    """The victims behind an active verb."""
    words = sentence.words
    begin = at + 1
    while begin < len(words) and (
        (words[begin].kind & Kind.ADVERB and not words[begin].kind & Kind.BOUND) or words[begin].text in QUOTES
    ):
        begin += 1
    if (
        begin < len(words)
        and words[begin].kind & Kind.AND
        and begin + 1 < len(words)
        and words[begin + 1].kind & (Kind.AFTER | Kind.EITHER)
    ):
        begin += 2  # "killing and wounding dozens": the same people for both
    if begin < len(words) and words[begin].kind & Kind.REFLEXIVE and words[begin].text.endswith(("self", "selves")):
        begin += 1  # "kills himself and two policemen"
        if begin < len(words) and (words[begin].kind & Kind.AND or words[begin].text == ","):
            begin += 1
    first = sentence.starting(begin)
    if first is None or not can_suffer(sentence, first, outcome, direct=True):
        return []
    return with_rest(sentence, at, first, outcome, passive=False)


def with_rest(sentence: Sentence, at: int, first: Group, outcome: str, *, passive: bool) -> list[Toll]:
    """``first`` with what is joined to it, and the parts that "including" names."""
    words = sentence.words
    found = [Toll(outcome, first, min(at, first.start), max(at + 1, first.end), at, passive)]
    last = first
    while True:
        joined = joined_to(sentence, last)
        if joined is None:
            break
        found.append(Toll(outcome, joined, joined.start, joined.end, at, passive))
        last = joined
    found += parts(sentence, last.end, found[0])
    if passive and last.end < at + 1:
        found += parts(sentence, at + 1, found[0])
    return found if words else []


def joined_to(sentence: Sentence, last: Group) -> Group | None:
    """The group joined to ``last`` by a comma or "and" that is no subject of another verb."""
    words = sentence.words
    at = last.end
    size = len(words)
    # a short place or time may stand between: "three soldiers in Anbar and two civilians"
    step = at
    if step < size and words[step].kind & (Kind.PREPOSITION | Kind.OF) and not words[step].kind & Kind.CLAUSE:
        step += 1
        while (
            step < size
            and step - at < 6
            and words[step].kind & (Kind.UNKNOWN | Kind.COUNTRY | Kind.NATION | Kind.DETERMINER | Kind.TIME)
        ):
            step += 1
        if step >= size or not words[step].kind & Kind.AND:
            return None
        at = step
    comma = conjunction = False
    while at < size and (words[at].text == "," or (words[at].kind & Kind.AND and not words[at].kind & Kind.PERSON)):
        comma = True
        conjunction = conjunction or bool(words[at].kind & Kind.AND)
        at += 1
    if not comma or (at < size and words[at].kind & Kind.MOSTLY):
        return None
    group = sentence.starting(at)
    if group is None or group.start - at > 1:
        return None
    if not conjunction and group.count is None and group.head and not group.many and _single(last):
        if not last.head:  # "killed Abu Omar, a commander of the group": one person, told twice
            last.head, last.party, last.roles, last.nation = group.head, group.party, group.roles, group.nation
        last.end = group.end
        return joined_to(sentence, last)
    if not conjunction and group.name is not None and not group.head and last.head and _single(last):
        last.end = group.end  # "a commander, Abu Omar, and two guards"
        return joined_to(sentence, last)
    if group.count is None and not (
        group.head
        and (
            (group.start < group.end and words[group.start].kind & Kind.DETERMINER)
            or words[group.end - 1].kind & Kind.PERSON
        )
    ):
        return None
    if is_own(sentence, group):
        return None
    if group.count is None and group.name is None and not group.head:
        return None
    if (
        not group.head
        and group.end + 1 < size
        and words[group.end].kind & Kind.OF
        and words[group.end + 1].kind & Kind.WHO
    ):
        return None  # "four leaders, two of which ..."
    if (
        group.count is None
        and group.head
        and not group.many
        and group.name is None
        and not any(words[step].kind & (Kind.DETERMINER | Kind.OTHERS) for step in (group.start, group.start - 1))
    ):
        return None  # "a Frenchman and history teacher": one person
    if step != last.end and group.count is None:
        return None
    if (
        group.count is None
        and group.many
        and last.count is not None
        and not words[group.start].kind & Kind.DETERMINER
        and not group.party
        and not group.nation
    ):
        return None  # "10 shoppers and workers": one number for both
    return group


def _single(group: Group) -> bool:
    return not group.many and (group.count is None or group.count.high == 1)


def is_own(sentence: Sentence, group: Group) -> bool:
    """Whether an outcome or another verb behind ``group`` takes it: "..., 3 wounded"."""
    words = sentence.words
    at = group.end
    while (
        at < len(words)
        and words[at].kind & (Kind.ADVERB | Kind.BE | Kind.HAVE | Kind.LEFT)
        and not words[at].kind & Kind.OUTCOME
    ):
        if words[at].kind & (Kind.BE | Kind.HAVE):
            return True
        at += 1
    return (
        at < len(words)
        and bool(words[at].kind & (Kind.EITHER | Kind.BEFORE | Kind.AFTER))
        and not words[at].kind & Kind.CLAUSE
    )


def parts(sentence: Sentence, at: int, whole: Toll) -> list[Toll]:
    """The groups behind "including": claims of their own, parts of ``whole``."""
    words = sentence.words
    size = len(words)
    limit = at + 14
    step = at
    while step < size and step < limit:
        word = words[step]
        if word.kind & Kind.INCLUDING:
            break
        if word.kind & (Kind.OUTCOME | Kind.TOLL) and step > at and not word.kind & Kind.ATTRIBUTE:
            return []
        step += 1
    else:
        return []
    if step >= size:
        return []
    found: list[Toll] = []
    first = sentence.starting(step + 1)
    behind = True
    if words[step].text == "among them" and first is None:  # "..., the group's top figure among them"
        first = next(
            (group for group in reversed(sentence.groups) if at < group.end <= step and (group.head or group.count)),
            None,
        )
        behind = False
    if first is None and words[step].kind & Kind.OF and not words[step].text.startswith("includ"):
        first = sentence.ending(step)  # "two of them children"
        behind = False
    while first is not None and (first.count is not None or first.head):
        part = Toll(whole.outcome, first, first.start, first.end, whole.verb, whole.passive, part_of=whole)
        found.append(part)
        if not behind or is_own(sentence, first):
            break
        following = joined_to(sentence, first)
        if following is None:
            break
        first = following
    return found
