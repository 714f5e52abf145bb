"""Who was killed, wounded, missing, arrested, abducted or surrendered, and how many.

Each outcome word of the lexicon says where its victims stand: after it ("kills five"), before it ("five dead"),
either ("killed": active or passive, which the words around it decide) or behind "of" ("the death of five").
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

from monitor.facts.groups import Group
from monitor.facts.injuries import suffered, with_injuries
from monitor.facts.lexicon import Kind
from monitor.facts.objects import is_own, objects, parts, with_rest
from monitor.facts.reference import sufferer
from monitor.facts.sentences import QUOTES, Sentence, Toll, can_suffer
from monitor.facts.subjects import agent, subjects
from monitor.facts.tally import number_of
from monitor.facts.words import Word

TELLING = Kind.OUTCOME | Kind.TOLL | Kind.SUFFER | Kind.INJURY | Kind.TAKEN


def tolls(sentence: Sentence) -> list[Toll]:
    """All claims of a sentence, in order; each group of people at most once for an outcome."""
    found: list[Toll] = []
    seen: set[tuple[int, str]] = set()
    described: list[Toll] = []
    words = sentence.words
    for at, word in enumerate(words):
        if not word.kind & TELLING:
            continue
        if word.kind & Kind.TAKEN:
            found += _taken(sentence, at, word)
        if word.kind & Kind.INJURY:
            found += [
                toll for toll in with_injuries(sentence, at, word) if (toll.group.start, toll.outcome) not in seen
            ]
        if not word.kind & (Kind.OUTCOME | Kind.TOLL | Kind.SUFFER):
            continue
        if word.cap and at and words[at - 1].text[0].isalnum() and _names(words) and _in_a_name(words, at):
            continue  # "the Never Forget the Killed Foundation"
        for toll in _read(sentence, at, word, found):
            if toll.outcome == "wounded" and not toll.passive and _to_death(words, toll.end):
                toll.outcome = "killed"
            if _one_or_the_other(words, at, toll):
                toll.group = _at_most(toll.group)
            key = (toll.group.start, toll.outcome)
            if key not in seen:
                seen.add(key)
                (described if toll.verb < toll.group.end and toll.group.attribute == toll.outcome else found).append(
                    toll
                )
    met = {toll.group.start for toll in found}
    alive = _not_counted_dead(found)
    return [*alive, *(toll for toll in described if toll.group.start not in met), *_nobody(sentence, met)]


def _taken(sentence: Sentence, at: int, word: Word) -> list[Toll]:
    """ "took 17 others prisoner", "have taken 20 troops captive": what one becomes stands behind those who do."""
    words = sentence.words
    group = sentence.ending(at)
    if group is None or group.end != at or not group.start or not (group.count or group.head):
        return []
    verb = group.start - 1
    if not words[verb].entry.cue("takes") or group.owner:
        return []
    return [Toll(word.entry.outcome(Kind.TAKEN), group, verb, at + 1, verb, False)]


def _not_counted_dead(found: Sequence[Toll]) -> list[Toll]:
    """``found`` without the wounds of those who are dead: "stabbed and beheaded", "wounded on Monday, has died"."""
    died = {toll.group.start: toll for toll in found if toll.outcome == "killed"}

    def counted(toll: Toll) -> bool:
        dead = died.get(toll.group.start) if toll.outcome == "wounded" else None
        return dead is not None and (dead.group.figures[1] == 1 or toll.verb + 2 < dead.verb)

    return [toll for toll in found if not counted(toll)]


def _nobody(sentence: Sentence, met: set[int]) -> list[Toll]:
    """ "No casualties were reported", "no reports of injuries": nobody had the outcomes that the noun stands for."""
    return [
        Toll(outcome, group, group.start, group.end, group.end - 1, True)
        for group in sentence.groups
        if group.figures == (0, 0, 0) and group.start not in met
        for outcome in sentence.words[group.end - 1].entry.named("unhurt")
    ]


def _to_death(words: Sequence[Word], at: int) -> bool:
    """ "shot four people to death"."""
    return at + 1 < len(words) and words[at].text == "to" and words[at + 1].text == "death"


def _names(words: Sequence[Word]) -> bool:
    """Whether capitals mean names here, and no headline."""
    return sum([word.cap for word in words]) * 2 < len(words)


def _in_a_name(words: Sequence[Word], at: int) -> bool:
    return words[at - 1].cap or (
        at + 1 < len(words) and words[at + 1].cap and bool(words[at - 1].kind & Kind.DETERMINER)
    )


def _one_or_the_other(words: Sequence[Word], at: int, toll: Toll) -> bool:
    """Whether the outcome at ``at`` shares its people with another: "killing or wounding 100", "killed and injured 9".

    Who is "kidnapped and killed" has suffered both.
    """
    for step in (-1, 1):
        other = at + 2 * step
        if not 0 <= other < len(words) or not words[other].kind & (Kind.AFTER | Kind.EITHER | Kind.BEFORE):
            continue
        hurt = words[max(at, other)]
        both = words[at + step].kind & Kind.AND and hurt.entry.cue("injures") and toll.group.figures[2] > 1
        if words[at + step].text == "or" or (both and words[min(at, other)].entry.cue("kills")):
            return True
    return False


def _at_most(group: Group) -> Group:
    """``group`` where its number is only the most that each outcome can have."""
    found = copy(group)
    if group.count is not None:
        found.count = group.count._replace(low=None, high=group.count.high, floor=1)
    return found


def _read(sentence: Sentence, at: int, word: Word, before: list[Toll]) -> list[Toll]:
    words, kind = sentence.words, word.kind
    following = words[at + 1] if at + 1 < len(words) else None
    if following is not None and following.entry.cue("comprises") and at and words[at - 1].kind & Kind.DETERMINER:
        if not kind & (Kind.BEFORE | Kind.EITHER):
            return []
        listed = objects(sentence, at + 1, word.entry.outcome(Kind.BEFORE) or word.entry.outcome(Kind.EITHER))
        for toll in listed[:1]:
            toll.start = at  # "The dead included four children"
        return listed
    if kind & Kind.TOLL:
        return number_of(sentence, at, word, before)
    if kind & Kind.SUFFER:
        return suffered(sentence, at)
    if kind & Kind.ATTRIBUTE and _attributive(sentence, at):
        return _attribute(sentence, at)
    if kind & Kind.EITHER:
        return _either(sentence, at, word)
    if kind & Kind.NOUN:
        named = _noun(sentence, at, word)
        if named or not kind & Kind.AFTER:
            return named
    if kind & Kind.AFTER:
        if at and words[at - 1].kind & (Kind.POSSESSIVE | Kind.DETERMINER) and not word.text.endswith("ing"):
            return []  # "the teacher's wounds"
        if following is not None and following.kind & Kind.OF and kind & Kind.NOUN:
            return []
        return objects(sentence, at, word.entry.outcome(Kind.AFTER))
    if kind & Kind.BEFORE and kind & Kind.ADVERB:  # "six people were shot, one fatally"
        counted = sentence.ending(at)
        ends = following is None or not following.kind & (Kind.OUTCOME | Kind.UNKNOWN)
        if counted is None or counted.count is None or not ends:
            return []
        return [Toll(word.entry.outcome(Kind.BEFORE), counted, counted.start, at + 1, at, True)]
    if kind & Kind.BEFORE:
        for group in sentence.groups:  # a noun in its group: "12 قتيلا"
            if group.start < at == group.end - 1 and group.count is not None:
                return [Toll(word.entry.outcome(Kind.BEFORE), group, group.start, group.end, at, True)]
        opens = at == 0 or bool(words[at - 1].kind & (Kind.PUNCTUATION | Kind.CLAUSE))
        if opens and following is not None and following.kind & Kind.BE and " " in word.text:
            found = objects(sentence, at + 1, word.entry.outcome(Kind.BEFORE))
            for toll in found[:1]:  # "Among the dead are three children"
                toll.start = at
            return found
        return subjects(sentence, at, word.entry.outcome(Kind.BEFORE))
    return []


def _either(sentence: Sentence, at: int, word: Word) -> list[Toll]:
    """A past form: active where people follow it directly and nothing says passive."""
    words = sentence.words
    outcome = word.entry.outcome(Kind.EITHER)
    if at and words[at - 1].kind & Kind.DETERMINER and words[at - 1].text != "another":
        return []  # "the injured"
    passive = _passive(sentence, at)
    if not passive:
        found = objects(sentence, at, outcome)
        if found:
            return found
        if (
            _acts(sentence, at)
            or _has_object(sentence, at)
            or _perfect(words, at)
            or (at + 1 < len(words) and words[at + 1].kind & Kind.REFLEXIVE)
        ):
            return []  # "has shot and injured a motorist", "hanged herself"
        if (
            outcome == "captured"
            and sentence.ending(at) is None
            and not (words[at - 1].text == "," and sentence.ending(at - 1))
        ):
            return []
        if (
            outcome == "captured"
            and at + 1 < len(words)
            and not words[at + 1].kind & (Kind.PREPOSITION | Kind.TIME | Kind.CLAUSE | Kind.PUNCTUATION)
        ):
            return []
    found = subjects(sentence, at, outcome)
    if not found and at == 0:  # "Arrested by police on Saturday, the assailant ..."
        for step in range(1, min(len(words), 12)):
            if words[step].text == ",":
                group = sentence.starting(step + 1)
                if group is not None and group.head:
                    return [Toll(outcome, group, 0, group.end, at, True)]
                break
    return found


def _has_object(sentence: Sentence, at: int) -> bool:
    """Whether a thing or person that no table has is behind the verb: "militants shot dead a village mukhtar"."""
    words = sentence.words
    counted = sentence.ending(at)
    return (
        (counted is None or counted.count is None)  # "ten killed a short way from"
        and at + 2 < len(words)
        and words[at + 1].text in ("a", "an")
        and bool(words[at + 2].kind & Kind.UNKNOWN)
        and not words[at + 2].kind & (Kind.TIME | Kind.HOUR)
    )


def _acts(sentence: Sentence, at: int) -> bool:
    """Whether people follow the verb at ``at`` whom nothing counts: "police shot the boy's mother"."""
    words = sentence.words
    begin = at + 1
    while begin < len(words) and (words[begin].kind & Kind.ADVERB or words[begin].text in QUOTES):
        begin += 1
    if begin >= len(words):
        return False
    group = sentence.starting(begin)
    counted = sentence.ending(at)
    bare = counted is not None and counted.count is not None and not counted.head  # "four murdered"
    if group is None or sentence.headline or group.count is not None or bare:
        return False
    return group.owner or (group.name is not None and words[begin].cap and not group.head)


def _perfect(words: Sequence[Word], at: int) -> bool:
    """Whether "has" or "have" stands before the verb at ``at``, or before the one it is joined to."""
    step = at - 1
    while step >= 0 and words[step].kind & Kind.ADVERB and not words[step].kind & (Kind.LEFT | Kind.BE):
        step -= 1
    if step > 0 and words[step].kind & Kind.AND and words[step - 1].kind & Kind.EITHER:
        return _perfect(words, step - 1)
    return step >= 0 and bool(words[step].kind & Kind.HAVE)


def _passive(sentence: Sentence, at: int) -> bool:
    words = sentence.words
    step = at - 1
    while step >= 0 and (
        (words[step].kind & (Kind.ADVERB | Kind.NOT) and not words[step].kind & (Kind.LEFT | Kind.BE))
        or words[step].text in QUOTES
    ):
        step -= 1
    if step >= 0:
        before = words[step]
        if before.kind & Kind.BE and not (before.kind & Kind.PARTY and before.cap):
            return True
        if before.kind & Kind.HAVE:
            return False
        if before.kind & Kind.LEFT and step + 1 == at:
            return (
                before.text not in ("said", "reported", "claimed", "reportedly", "known")
                or sentence.ending(step) is not None
            )
        if before.kind & Kind.WHO and not before.kind & Kind.DETERMINER:
            return False
        if (
            before.kind & (Kind.EITHER | Kind.AND)
            and step
            and before.kind & Kind.AND
            and words[step - 1].kind & Kind.EITHER
        ):
            return _passive(sentence, step - 1)
    if at + 1 < len(words):
        following = words[at + 1]
        if following.kind & Kind.BY:
            return True
        counted = sentence.ending(at)
        if (
            following.kind & Kind.UNKNOWN
            and following.text.endswith("ing")
            and counted is not None
            and counted.count is not None
        ):
            return True  # "three soldiers killed hunting rebels"
        group = sentence.starting(at + 1)
        if (
            group is not None
            and not group.head
            and group.count is not None
            and is_own(sentence, group)
            and sentence.ending(at) is not None
        ):
            return True  # "12 killed 36 wounded"
        if group is not None and group.head and is_own(sentence, group):
            counted = sentence.ending(at)
            if counted is not None and counted.count is not None:
                return True
    return False


def _attributive(sentence: Sentence, at: int) -> bool:
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


def _attribute(sentence: Sentence, at: int) -> list[Toll]:
    for group in sentence.groups:
        if group.start <= at < group.end and group.attribute and (group.count is not None or not group.many):
            return [Toll(group.attribute, group, group.start, group.end, at, True)]
    return []


def _noun(sentence: Sentence, at: int, word: Word) -> list[Toll]:
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
