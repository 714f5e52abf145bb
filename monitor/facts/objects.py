"""The people behind an active verb, what is joined to them, and the parts that "including" names."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

from monitor.facts.groups import Group
from monitor.facts.lexicon import Kind
from monitor.facts.sentences import QUOTES, Sentence, Toll, can_suffer
from monitor.facts.words import Word

_OPENS = frozenset("-–—:(")
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
    if first is not None and first.name is not None:
        described_by_clause(sentence, first)
    if first is None or not can_suffer(sentence, first, outcome, direct=True):
        return []
    return with_rest(sentence, at, first, outcome, passive=False)


def _somebody(words: Sequence[Word], at: int, begin: int) -> Group | None:
    """ "Shot dead a village mukhtar": one of a calling that no table has, behind a verb that has people for objects."""
    end = begin + 1
    while end < len(words) and end - begin < 4 and _may_be_a_calling(words[end]):
        end += 1
    if end == begin + 1 or words[begin].text not in ("a", "an") or not words[at].entry.cue("human"):
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


def _itemised(sentence: Sentence, at: int, whole: Toll) -> list[Toll]:
    """The parts of a whole that a dash, a colon or a bracket opens: "12 people - nine civilians and three soldiers"."""
    found: list[Toll] = []
    part = sentence.starting(at)
    while part is not None and part.count is not None and part.head and not is_own(sentence, part):
        if part.figures[2] >= whole.group.figures[2]:
            return []
        found.append(Toll(whole.outcome, part, part.start, part.end, whole.verb, whole.passive, part_of=whole))
        part = joined_to(sentence, part)
    return found


def _of_those(sentence: Sentence, counted: Group, at: int) -> Group | None:
    """Those of "six of them policemen" and "six of whom were policemen"; None where it says what they were or did."""
    words = sentence.words
    step = at + 1
    while (
        step < len(words)
        and words[step].kind & (Kind.BE | Kind.LEFT | Kind.ADVERB)
        and not words[step].kind & Kind.OUTCOME
    ):
        step += 1
    noun = sentence.starting(step)
    if counted.count is None or counted.count.end != counted.end:
        return None  # "two thirds of them"
    if noun is None:
        there = step == at + 1 and step < len(words) and words[step].kind & Kind.PREPOSITION
        return counted if there else None  # "16 of them in a café"
    if not noun.head or (noun.count is not None and noun.count.high != 1):
        return None
    told = copy(noun)
    told.start, told.count = counted.start, counted.count
    return told


def _single(group: Group) -> bool:
    return not group.many and (group.count is None or group.count.high == 1)


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
    if at < size and words[at].text in _OPENS and (itemised := _itemised(sentence, at + 1, whole)):
        return itemised
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
    if (
        words[step].entry.cue("of_them")
        and (counted := sentence.ending(step)) is not None
        and counted.count is not None
    ):
        told = _of_those(sentence, counted, step)
        if told is None:
            return []
        return [Toll(whole.outcome, told, told.start, told.end, whole.verb, whole.passive, part_of=whole)]
    if words[step].entry.cue("of_them") and words[step - 1].entry.cue("all"):
        those = sentence.starting(step + 1)  # "nine people, all of them civilians"
        if those is not None and those.head and whole.group.head in ("people", ""):
            whole.group.head, whole.group.party, whole.group.nation = those.head, those.party, those.nation
        return []
    if words[step].kind & Kind.MOSTLY:
        return []  # "most of them women": nobody counted them
    found: list[Toll] = []
    first: Group | None = sentence.starting(step + 1)
    behind = True
    if words[step].text == "among them" and first is None:  # "..., the group's top figure among them"
        first = next(
            (group for group in reversed(sentence.groups) if at < group.end <= step and (group.head or group.count)),
            None,
        )
        behind = False
    if first is None and words[step].kind & Kind.OF:
        first, behind = sentence.ending(step), False
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
