"""The parts of a whole: those behind "including", "two of them", and what a dash or a colon itemises."""

from __future__ import annotations

from copy import copy

from monitor.facts.coordination import is_own, joined_to
from monitor.facts.groups import Group
from monitor.facts.lexicon import Kind
from monitor.facts.sentences import Sentence, Toll

_OPENS = frozenset("-–—:(")


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
    noun = sentence.starting(step) or _identified(sentence, step)
    if counted.count is None or counted.count.end != counted.end:
        return None  # "two thirds of them"
    if noun is None:
        there = step == at + 1 and step < len(words) and words[step].kind & Kind.PREPOSITION
        ends = step > at + 1 and (step == len(words) or words[step].kind & Kind.PUNCTUATION)
        return counted if there or ends else None  # "16 of them in a café", "two of them seriously"
    if not noun.head or (noun.count is not None and noun.count.high != 1):
        return None
    told = copy(noun)
    told.start, told.count = counted.start, counted.count
    return told


def _attributive(sentence: Sentence, at: int) -> bool:
    """Whether the outcome word at ``at`` only describes people: "including five wounded soldiers"."""
    return bool(sentence.words[at].kind & Kind.ATTRIBUTE) and any(
        group.start <= at < group.end for group in sentence.groups
    )


def _by_condition(sentence: Sentence, at: int, whole: Toll) -> Toll | None:
    """ "Nine hurt, one critically, ...": those of a whole whom only an adverb tells apart."""
    words = sentence.words
    if whole.outcome != "wounded" or at + 2 >= len(words) or words[at].text != ",":
        return None
    some = sentence.starting(at + 1)
    if (
        some is None
        or some.count is None
        or some.head
        or some.end >= len(words)
        or some.figures[2] >= whole.group.figures[2]
    ):
        return None
    ends = some.end + 1 == len(words) or words[some.end + 1].kind & (Kind.PUNCTUATION | Kind.PREPOSITION | Kind.CLAUSE)
    if not words[some.end].entry.cue("badly") or words[some.end].kind & Kind.OUTCOME or not ends:
        return None
    return Toll("wounded", some, some.start, some.end + 1, whole.verb, whole.passive, part_of=whole)


def _identified(sentence: Sentence, at: int) -> Group | None:
    """What "Hezbollah identified as a commander" behind "one of whom" says of them."""
    words = sentence.words
    for step in range(at, min(at + 5, len(words) - 1)):
        if words[step].entry.cue("known_as") and words[step + 1].kind & Kind.CLAUSE:
            return sentence.starting(step + 2)
        if words[step].kind & (Kind.PUNCTUATION | Kind.OUTCOME | Kind.CLAUSE):
            break
    return None


def parts(sentence: Sentence, at: int, whole: Toll) -> list[Toll]:
    """The groups behind "including": claims of their own, parts of ``whole``."""
    words = sentence.words
    size = len(words)
    if at < size and words[at].text in _OPENS and (itemised := _itemised(sentence, at + 1, whole)):
        return itemised
    if (worst := _by_condition(sentence, at, whole)) is not None:
        return [worst]
    limit = at + 14
    step = at
    while step < size and step < limit:
        word = words[step]
        if word.kind & Kind.INCLUDING:
            break
        if word.kind & (Kind.OUTCOME | Kind.TOLL) and step > at and not _attributive(sentence, step):
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
    some = words[step].entry.cue("of_them") and words[step - 1].text.isalpha()
    if words[step].kind & Kind.MOSTLY or some:
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


def share(sentence: Sentence, at: int, outcome: str) -> list[Toll]:
    """ "12 of the dead were children", "of the 41 wounded, six were police": some of whom word ``at`` tells."""
    words = sentence.words
    if not at or not words[at - 1].kind & (Kind.DETERMINER | Kind.NUMBER) or outcome not in ("killed", "wounded"):
        return []
    some = sentence.ending(at)
    if some is not None and some.count is not None and not some.head and some.count.end < at:
        told = _said_to_be(sentence, some, at + 1)
        return [Toll(outcome, told, some.start, told.end, at, True)] if told is not None else []
    verb = at + 1
    opens = 2 <= at <= 3 and words[0].kind & Kind.OF
    while opens and verb < min(at + 9, len(words)) and words[verb].text != ",":
        verb += 1  # "of the 15 dead in the strike on the airport, ten were"
    if not opens or verb >= len(words):
        return []
    whole = None
    if some is not None and some.count is not None and not some.head:
        whole = Toll(outcome, some, some.start, at + 1, at, True)
    found: list[Toll] = []
    while (some := sentence.starting(verb + 1)) is not None and some.count is not None and not some.head:
        told = _said_to_be(sentence, some, some.end)
        if told is None:
            break
        found.append(Toll(outcome, told, min(some.start, at), told.end, at, True, part_of=whole))
        verb = told.end
        if verb + 1 >= len(words) or not (words[verb].text == "," or words[verb].kind & Kind.AND):
            break
    return [whole, *found] if found and whole is not None else found


def _said_to_be(sentence: Sentence, some: Group, verb: int) -> Group | None:
    """Those of the number ``some`` by the noun behind "were" at word ``verb``; None where none is there."""
    if verb >= len(sentence.words) or not sentence.words[verb].kind & Kind.BE:
        return None
    noun = sentence.starting(verb + 1)
    if noun is None or not noun.head or noun.count is not None or noun.start > verb + 2:
        return None
    told = copy(noun)
    told.start, told.count = some.start, some.count
    return told
