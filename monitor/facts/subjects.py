"""The people in front of a verb: the subject, with those coordinated with it, and the agent behind "by"."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from monitor.facts.coordination import shares_number
from monitor.facts.groups import Group
from monitor.facts.lexicon import Kind
from monitor.facts.parts import parts
from monitor.facts.sentences import QUOTES, Sentence, Toll, can_suffer
from monitor.facts.words import Word

_SKIP_BACK = (
    Kind.ADVERB | Kind.BE | Kind.LEFT | Kind.HAVE | Kind.NOT | Kind.TO | Kind.TIME | Kind.HOUR | Kind.DATE | Kind.MODAL
)
_CLOSES = frozenset("-–—)")
_GOVERNORS = Kind.PREPOSITION | Kind.BY | Kind.OF | Kind.INCLUDING


def subjects(sentence: Sentence, at: int, outcome: str) -> list[Toll]:
    """The victims in front of a passive verb, "dead" or "died"."""
    words = sentence.words
    group = subject(sentence, at) or _somebody(sentence, at)
    if group is None:
        return []
    joined = group.head == "unknown" and _joined_behind(sentence, group.end - 1)
    if not (joined or can_suffer(sentence, group, outcome, direct=False)):
        return []
    if words[at].entry.cue("in_arms") and (group.head not in ("force", "fighter", "rank") or group.end < at):
        return []
    chain = [group]
    while True:
        first = chain[0]
        step = first.start - 1
        if step > 0 and whose(words[step]) and words[step - 1].kind & Kind.AND:
            step -= 1  # "a woman and her two daughters"
        while step >= 0 and (words[step].text in (",", "nor") or words[step].kind & Kind.AND):
            step -= 1
        if step == first.start - 1 or step < 0:
            break
        before = sentence.ending(step + 1) or described(sentence, step + 1)
        if before is None or before.owner:
            break
        listed = any(words[other.start - 1].kind & Kind.AND for other in chain if other.start) or (
            _opens(words, before.start) and first is group and _adds(before, first)
        )
        if (
            before.name is not None
            and not before.head
            and before.start > 1
            and words[before.start - 1].text == ","
            and (titled := sentence.ending(before.start - 1)) is not None
            and titled.head
            and not titled.many
        ):
            titled.end, before = before.end, titled  # "a leader, Abu Omar, and one of his deputies"
        if words[first.start - 1].text == "," and not listed:
            break  # "..., a spokesman, ...": only a list with "and" is one, or "Officer, two soldiers hurt"
        if before.count is not None and words[before.end - 1].kind & (Kind.BEFORE | Kind.NOUN):
            break  # "12 dead and 30 wounded", where "dead" is a noun
        prior = words[before.start - 1].kind if before.start else 0
        if prior & Kind.POSSESSIVE and not before.head:
            break  # "in Iraq's Mosul, a governor and ..."
        if prior & Kind.INCLUDING and (group.others or words[before.start - 1].entry.cue("of_them")):
            break  # "three killed, including the gunman, and 14 others injured"
        if (
            before.count is None
            and before.name is None
            and not (words[before.start].kind & Kind.DETERMINER)
            and not before.head
        ):
            break
        if prior & (Kind.AFTER | Kind.EITHER | Kind.BY) or (prior & Kind.PREPOSITION and not prior & Kind.CLAUSE):
            break
        if shares_number(sentence, before, first) or _one_person(words, before, first):
            before.end = first.end
            if first is group:
                group = before
            chain.pop(0)
        chain.insert(0, before)
    nobody = next((member.count for member in chain if member.count is not None and member.count.high == 0), None)
    if nobody is not None:
        for member in chain:
            member.count = nobody  # "no civilians nor soldiers were killed"
    found = [
        Toll(outcome, member, member.start, at + 1 if member is group else member.end, at, True) for member in chain
    ]
    whole = found[-1]
    ahead = chain[0].start - 1
    if ahead > 0 and words[ahead].entry.cue("of_them"):  # "the attackers, of whom six were killed"
        before = sentence.ending(ahead - (words[ahead - 1].text == ","))
        if before is not None and before.head and not chain[0].head:
            first = chain[0]
            first.head, first.party, first.nation, first.roles = before.head, before.party, before.nation, before.roles
    elif ahead > 0 and words[ahead].kind & Kind.INCLUDING:  # "twelve people including nine children are killed"
        before = sentence.ending(ahead) or (sentence.ending(ahead - 1) if words[ahead - 1].text == "," else None)
        if before is not None and (before.count is not None or before.head):
            whole = Toll(outcome, before, before.start, at + 1, at, True)
            for toll in found:
                toll.part_of = whole
            found.insert(0, whole)
    found += _counted_among(sentence, group.start, whole)
    found += _along_with(sentence, at, outcome)
    found += parts(sentence, at + 1, whole)
    if len(chain) == 1 and group.end < at:
        found += [part for part in parts(sentence, group.end, whole) if part.group.end <= at]
    if at + 1 < len(words):
        whole.by = agent(sentence, at + 1)
    return found


def _counted_among(sentence: Sentence, start: int, whole: Toll) -> list[Toll]:
    """ "A medic and two nurses are among five people killed": those before "among" are part of ``whole`` behind it."""
    words = sentence.words
    ahead = start - 1
    while ahead > 0 and words[ahead].kind & Kind.DETERMINER:
        ahead -= 1
    if ahead < 1 or not (words[ahead].kind & (Kind.OF | Kind.INCLUDING) and words[ahead].text.startswith("among")):
        return []
    back = ahead
    while back > 0 and words[back - 1].kind & Kind.BE:
        back -= 1
    found: list[Toll] = []
    part = sentence.ending(back) or described(sentence, back, counted=False)
    while part is not None and (part.count is not None or (part.head and not part.owner)):
        found.insert(0, Toll(whole.outcome, part, part.start, whole.end, whole.verb, True, part_of=whole))
        back = part.start
        while back > 0 and words[back - 1].kind & Kind.DETERMINER:
            back -= 1
        if back < 2 or not words[back - 1].kind & Kind.AND:
            break
        part = sentence.ending(back - 1)
    return found


def _one_person(words: Sequence[Word], before: Group, group: Group) -> bool:
    """Whether ``group`` says what else ``before`` is: "a young woman and software engineer"."""
    one = group.count is None and group.head in ("civilian", "unknown") and not group.many and group.name is None
    other = before.count is None and bool(before.head) and not before.many
    bare = not words[group.start].kind & (Kind.DETERMINER | Kind.NATION | Kind.OTHERS)
    article = words[before.start].text in ("a", "an") or words[before.start - 1].text in ("a", "an")
    return one and other and bare and article and before.head in ("civilian", "folk")


def whose(word: Word) -> bool:
    """Whether ``word`` says whose: "her", "his", "its"."""
    own = word.kind & (Kind.PRONOUN | Kind.REFLEXIVE) or word.entry.cue("whose")
    return bool(word.kind & Kind.DETERMINER and own)


def _adds(before: Group, group: Group) -> bool:
    """Whether ``group`` is none of what ``before`` is: it adds to that, and does not describe it."""
    if not (group.head and before.head):
        return False
    if group.count is not None:
        return group.many or not before.many
    return before.count is not None and before.many and not group.many  # "two soldiers, interpreter killed"


def _opens(words: Sequence[Word], at: int) -> bool:
    """Whether a headline or what it has behind a colon begins with word ``at``."""
    return at == 0 or words[at - 1].text in (":", ";")


def _somebody(sentence: Sentence, at: int) -> Group | None:
    """ "A port manager is killed": one of a calling that no table has; what is killed is alive."""
    words = sentence.words
    step = at - 1
    while step > 0 and words[step].kind & (Kind.BE | Kind.HAVE | Kind.ADVERB) and not words[step].kind & Kind.UNKNOWN:
        step -= 1
    if step == at - 1 or not (words[at].kind & Kind.EITHER or _joined_behind(sentence, step)):
        return None
    end = step + 1
    while (
        step > 0 and end - step < 5 and words[step].kind & (Kind.UNKNOWN | Kind.NATION) and words[step].text.isalpha()
    ):
        step -= 1
    if end - step < 2 or words[step].text not in ("a", "an") or words[end - 1].cap or words[end - 1].kind & Kind.TERM:
        return None
    group = Group(step)
    group.head, group.end = "unknown", end
    group.nation = next((word.entry.nation for word in words[step:end] if word.entry.nation), "")
    return group


def _joined_behind(sentence: Sentence, at: int) -> bool:
    """Whether the noun that ends at word ``at`` is joined to people: "four soldiers and an army cook were missing"."""
    words = sentence.words
    for step in range(at, max(at - 5, 0), -1):
        if words[step].kind & Kind.AND:
            before = sentence.ending(step)
            return before is not None and bool(before.head) and before.count is not None
    return False


def _along_with(sentence: Sentence, at: int, outcome: str) -> list[Toll]:
    """ "Seven officers are killed, along with a civilian"."""
    words = sentence.words
    step = at + 1
    if step + 1 < len(words) and words[step].entry.named("place"):
        while step < len(words) and step < at + 5 and not words[step].kind & Kind.AND and words[step].text != ",":
            step += 1  # "killed in Nangarhar along with"
    if step < len(words) and words[step].text == ",":
        step += 1
    if step < len(words) and words[step].entry.cue("along_with"):
        joined = sentence.starting(step + 1)
        if joined is not None and (joined.head or joined.count) and can_suffer(sentence, joined, outcome, direct=False):
            return [Toll(outcome, joined, joined.start, joined.end, at, True)]
    return []


def described(sentence: Sentence, at: int, *, counted: bool = True) -> Group | None:
    """The group whose description ends before word ``at``: "contractors from the company and ..." """
    words = sentence.words
    for group in reversed(sentence.groups):
        if group.end <= at and group.start and words[group.start - 1].kind & (Kind.PREPOSITION | Kind.OF):
            continue
        if group.end <= at and group.head and (group.count is not None or not (counted or group.many)):
            gap = words[group.end : at]
            if (
                gap
                and len(gap) <= 6
                and gap[0].kind & (Kind.PREPOSITION | Kind.OF)
                and not any(
                    word.kind & (Kind.OUTCOME | Kind.BE | Kind.CLAUSE | Kind.AND) or word.text == "," for word in gap
                )
            ):
                return group
            return None
    return None


def subject(sentence: Sentence, at: int) -> Group | None:
    """The group that is the subject of the verb at word ``at``."""
    words = sentence.words
    step = at - 1
    while step >= 0 and (
        (words[step].kind & _SKIP_BACK and not words[step].kind & (Kind.PERSON | Kind.NUMBER | Kind.PARTY))
        or words[step].text in QUOTES
    ):
        step -= 1
    if step > 0 and words[at - 1].text == "being" and words[step].kind & Kind.CLAUSE:
        return next((group for group in sentence.groups if group.end < step and (group.head or group.name)), None)
    if step > 1 and words[step].text in _CLOSES and (opens := _opened(words, step)) > 0:
        inserted = sentence.ending(opens)  # "twelve people - nine civilians and three soldiers - were"
        if inserted is not None and (inserted.head or inserted.count):
            return inserted
    relative = step >= 0 and bool(words[step].kind & Kind.WHO) and not words[step].kind & Kind.DETERMINER
    if relative:
        strict = words[step].text != "who"
        step -= 1
        if step >= 0 and words[step].text == ",":
            step -= 1
        if strict:
            return sentence.ending(step + 1)
        aged = step
        while aged > 0 and (words[aged].text == "," or words[aged].kind & Kind.NUMBER):
            aged -= 1
        named = sentence.ending(aged + 1)
        if named is not None and named.name is not None and aged < step:
            return named  # "the sister of John Smith, 20, who was killed"
    if step > 0 and words[step].text == "," and not relative:  # "forces, captured at the base, were executed"
        for back in range(step - 1, 0, -1):
            if words[back].text == ",":
                inserted = sentence.ending(back) or described(sentence, back)
                if inserted is not None:
                    return inserted
                break
    found: Group | None = None
    verbal = step < at - 1 or not words[at].kind & Kind.EITHER
    for group in reversed(sentence.groups):
        if group.end > step + 1:
            continue
        between = words[group.end : step + 1]
        if any(_cuts(word) and not _dates(words, group.end + at) for at, word in enumerate(between)):
            break
        if _another_subject(between):
            break
        governed = (
            group.start > 0
            and words[group.start - 1].kind & _GOVERNORS
            and not words[group.start - 1].kind & Kind.CLAUSE
        )
        if governed and group.name is not None and not group.head and words[group.start - 1].entry.named("place"):
            continue  # "troops in Hiraan suffered"
        if governed and words[group.start - 1].kind & Kind.OF:
            of_whom = sentence.ending(group.start - 1)  # "the wife of a commander was killed"
            if (
                of_whom is not None
                and of_whom.head == "civilian"
                and not of_whom.many
                and of_whom.end == group.start - 1
            ):
                return of_whom
        whose = words[at - 1].kind & Kind.TO and group.start > 0 and words[group.start - 1].text == "for"
        if governed and (between or words[group.start - 1].kind & Kind.BY) and not whose:
            continue  # but "for Russian troops at the plant to leave"
        if (
            group.name is not None
            and not group.head
            and group.start
            and (words[group.start - 1].kind & Kind.POSSESSIVE or words[group.start - 1].text[0].isdigit())
        ):
            continue  # "of the Division's 655th Battalion"
        if group.owner or (group.name is not None and not group.head and between and group.count is None):
            continue
        if (
            between
            and not verbal
            and between[-1].kind & Kind.UNKNOWN
            and not between[-1].cap
            and not between[-1].text.endswith(("ing", "ed", "ly"))
            and not _modifies(between)
        ):
            break  # "took an apparent shot", "the capital captured by the army"
        if any(word.text == "," for word in between) and found is None and not _apposed(words, step, between):
            found = group
            continue
        return group
    return found


def _opened(words: Sequence[Word], close: int) -> int:
    """The index of the dash or bracket that the one at ``close`` answers; -1 for none."""
    marks = ("(",) if words[close].text == ")" else _CLOSES
    return next((at for at in range(close - 2, max(-1, close - 16), -1) if words[at].text in marks), -1)


def _another_subject(between: Sequence[Word]) -> bool:
    """Whether "and a ..." begins before the verb: what it has for a noun, the people before it are not its subject."""
    return any(first.kind & Kind.AND and second.text in ("a", "an") for first, second in pairwise(between))


def _modifies(between: Sequence[Word]) -> bool:
    """Whether the words before a verb end in what describes the noun before them: "in charge of attacks"."""
    for word in reversed(between):
        if word.text == ",":
            return False
        if word.kind & (Kind.PREPOSITION | Kind.OF):
            return True
    return False


def _apposed(words: Sequence[Word], step: int, between: Sequence[Word]) -> bool:
    return words[step].text == "," or not any(word.text == "," for word in between)


def _dates(words: Sequence[Word], at: int) -> bool:
    """Whether the word at ``at`` only says when: "soldiers held since 2016 were executed"."""
    following = words[at + 1] if at + 1 < len(words) else words[at]
    return bool(words[at].kind & Kind.PREPOSITION and following.kind & (Kind.NUMBER | Kind.DATE | Kind.TIME))


def _cuts(word: Word) -> bool:
    """Whether ``word`` ends the reach of a verb to its left."""
    kind = word.kind
    if word.text in (";", ":", "–", "—", "-"):
        return True
    if kind & Kind.CLAUSE and not kind & (Kind.WHO | Kind.INCLUDING | Kind.LEFT):
        return True
    return bool(kind & (Kind.AFTER | Kind.TOLL | Kind.BEFORE)) and not kind & (Kind.NOUN | Kind.ATTRIBUTE)


def agent(sentence: Sentence, at: int) -> Group | None:
    """The group named by "by" close behind word ``at``."""
    words = sentence.words
    for step in range(at, min(at + 4, len(words))):
        if words[step].kind & Kind.BY:
            return sentence.starting(step + 1)
        if words[step].kind & (Kind.CLAUSE | Kind.AND) or words[step].text == ",":
            return None
    return None
