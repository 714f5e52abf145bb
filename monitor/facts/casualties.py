"""Who was killed, wounded, missing, arrested, abducted or surrendered, and how many.

Each outcome word of the lexicon says where its victims stand: after it ("kills five"), before it ("five dead"),
either ("killed": active or passive, which the words around it decide) or behind "of" ("the death of five").
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

from monitor.facts.coordination import is_own
from monitor.facts.groups import Group
from monitor.facts.injuries import maimed, suffered, with_injuries
from monitor.facts.lexicon import Kind
from monitor.facts.nominal import attribute, attributive, nobody, noun
from monitor.facts.objects import objects
from monitor.facts.parts import share
from monitor.facts.sentences import QUOTES, Sentence, Toll
from monitor.facts.subjects import subjects
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
            found += [toll for toll in _taken(sentence, at, word) if (toll.group.start, toll.outcome) not in seen]
        if word.kind & Kind.INJURY:
            found += [
                toll for toll in with_injuries(sentence, at, word) if (toll.group.start, toll.outcome) not in seen
            ]
        if not word.kind & (Kind.OUTCOME | Kind.TOLL | Kind.SUFFER):
            continue
        if word.cap and at and words[at - 1].text[0].isalnum() and _names(words) and _in_a_name(words, at):
            continue  # "the Never Forget the Killed Foundation"
        if word.entry.cue("dies") and any(toll.end == at and words[toll.verb].entry.cue("shoots") for toll in found):
            continue  # "shot a guard dead"
        read = _read(sentence, at, word, found)
        if not read and word.kind & Kind.TOLL and (counted := sentence.starting(at + 1)) and counted.count is None:
            seen |= {
                (counted.start, outcome) for outcome in ("killed", "wounded")
            }  # "the number of civilians hurt fell"
        for toll in read:
            if toll.outcome == "wounded" and not toll.passive and _to_death(words, toll.verb, toll.end):
                toll.outcome = "killed"
            if _one_or_the_other(words, at, toll):
                toll.group = _at_most(toll.group)
            key = (toll.group.start, toll.outcome)
            if key not in seen:
                seen |= {key, (toll.counted, toll.outcome)}
                (described if toll.verb < toll.group.end and toll.group.attribute == toll.outcome else found).append(
                    toll
                )
    met = {toll.group.start for toll in found}
    alive = _not_counted_dead(found)
    return [*alive, *(toll for toll in described if toll.group.start not in met), *nobody(sentence, met)]


def _taken(sentence: Sentence, at: int, word: Word) -> list[Toll]:
    """ "took 17 others prisoner", "burned ten men alive": what one becomes stands behind those who do."""
    words = sentence.words
    outcome = word.entry.outcome(Kind.TAKEN)
    group = sentence.ending(at + 1 if word.entry.many else at)  # "taken three prisoners"
    if group is None or group.end < at or not group.start or not (group.count or group.head) or group.owner:
        return []
    verb = group.start - 1
    if not words[verb].entry.cue("brings" if outcome == "killed" else "takes_some" if word.entry.many else "takes"):
        return []
    return [Toll(outcome, group, verb, at + 1, verb, False)]


def _not_counted_dead(found: Sequence[Toll]) -> list[Toll]:
    """``found`` without the wounds of those who are dead: "stabbed and beheaded", "wounded on Monday, has died"."""
    died = {toll.group.start: toll for toll in found if toll.outcome == "killed"}

    def counted(toll: Toll) -> bool:
        dead = died.get(toll.group.start) if toll.outcome == "wounded" else None
        if dead is not None and dead.group.figures != toll.group.figures:
            return False  # "seven of the 23 soldiers wounded on Monday have died"
        return dead is not None and (dead.group.figures[1] == 1 or toll.verb + 2 < dead.verb)

    return [toll for toll in found if not counted(toll)]


def _to_death(words: Sequence[Word], verb: int, at: int) -> bool:
    """ "shot four people to death", "shot a guard dead"."""
    if at < len(words) and words[at].entry.cue("dies") and words[verb].entry.cue("shoots"):
        return True
    return at < len(words) and words[at].entry.outcome(Kind.TAKEN) == "killed"


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
    if kind & (Kind.BEFORE | Kind.EITHER):
        some = share(sentence, at, word.entry.outcome(Kind.BEFORE) or word.entry.outcome(Kind.EITHER))
        if some:
            return some
    if kind & Kind.TOLL:
        return number_of(sentence, at, word, before)
    if kind & Kind.SUFFER:
        return suffered(sentence, at)
    if kind & Kind.ATTRIBUTE and attributive(sentence, at):
        return attribute(sentence, at)
    if kind & Kind.EITHER:
        return _either(sentence, at, word)
    if kind & Kind.NOUN:
        named = noun(sentence, at, word)
        if named or not kind & (Kind.AFTER | Kind.BEFORE):
            return named
    if kind & Kind.AFTER:
        if at and words[at - 1].kind & (Kind.POSSESSIVE | Kind.DETERMINER) and not word.text.endswith("ing"):
            return []  # "the teacher's wounds"
        if following is not None and following.kind & Kind.OF and kind & Kind.NOUN:
            return []
        lost = (maimed(sentence, at) or _lost(sentence, at)) if "lost" in word.entry.named("own") else []
        return lost or objects(sentence, at, word.entry.outcome(Kind.AFTER))
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


def _lost(sentence: Sentence, at: int) -> list[Toll]:
    """ "Two soldiers lost in an offensive": those who were, where nothing follows that they have lost."""
    words = sentence.words
    group = sentence.ending(at)
    ends = at + 1 == len(words) or words[at + 1].kind & (Kind.PREPOSITION | Kind.PUNCTUATION)
    if group is None or group.count is None or group.head not in ("force", "fighter") or not ends:
        return []
    return [Toll("killed", group, group.start, at + 1, at, True)]


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
    for toll in found:
        if (
            toll.group.whole is not None and toll.group.end == at and at + 1 < len(words)
        ):  # "of the 23 soldiers wounded"
            toll.group = copy(toll.group)
            toll.group.count = toll.group.whole
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
