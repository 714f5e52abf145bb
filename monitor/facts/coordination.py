"""People that are told in one breath: what is joined by a comma or "and", and whose verb is another."""

from __future__ import annotations

from monitor.facts.groups import Group
from monitor.facts.lexicon import Kind
from monitor.facts.sentences import Sentence


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
            and words[step].kind
            & (Kind.UNKNOWN | Kind.COUNTRY | Kind.NATION | Kind.DETERMINER | Kind.TIME | Kind.PERSON)
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
    another = bool(words[group.start].kind & Kind.DETERMINER and words[group.start].entry.cue("whose"))
    if not conjunction and group.count is None and group.head and not group.many and _single(last) and not another:
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
    if is_own(sentence, group) or (group.count is None and group.many and words[group.start].text in ("a", "an")):
        return None  # "..., a claim officials rejected"
    share = not conjunction and not group.head and last.head and last.figures[2] > group.figures[2] > 0
    told_apart = group.end < size and words[group.end].kind & Kind.PREPOSITION and step == last.end
    if share and told_apart and not any(word.entry.named("condition") for word in words[group.end : group.end + 4]):
        return None  # "two protesters, one in the head": no third
    if group.count is None and group.end < size and "verb" in words[group.end].entry.named("say"):
        return None  # "injures one person, officials say"
    if group.count is None and group.name is None and not group.head:
        return None
    if not group.head and group.end < size and words[group.end - 1].kind & Kind.OF and words[group.end].kind & Kind.WHO:
        return None  # "four leaders, two of which ..."
    if not group.head and group.end < size and words[group.end].text.startswith("of "):
        return None  # "two of whom": a part, if anything
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
    if shares_number(sentence, last, group):
        return None  # "10 shoppers and workers": one number for both
    return group


def shares_number(sentence: Sentence, first: Group, second: Group) -> bool:
    """Whether the number of ``first`` counts ``second`` too: "51 troops and allied militiamen"."""
    return (
        first.count is not None
        and first.count.floor >= 2
        and second.count is None
        and second.many
        and not sentence.words[second.start].kind & Kind.DETERMINER
    )


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
