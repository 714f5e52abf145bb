"""A sentence with the groups of people in it, and what a casualty claim is read into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.facts.groups import Group
from monitor.facts.lexicon import AGENT, ONE_AGENT, Kind
from monitor.facts.people import group_at
from monitor.facts.words import Word

QUOTES = frozenset("\"'“”‘’«»")


@dataclass
class Toll:
    """One claim as read from a sentence: ``outcome`` for ``group``, told by words ``start`` to ``end`` (exclusive)."""

    outcome: str
    group: Group
    start: int
    end: int
    verb: int  # the outcome word
    passive: bool
    by: Group | None = None
    part_of: Toll | None = None
    party: str = ""
    counted: int = -1  # where those begin whose number it is: "the number of guards killed rose to 17"
    of_wounds: bool = False  # "two of the wounded died": they may be counted among the dead already


# What a group can begin with.
_BEGINS = (
    Kind.PERSON | Kind.QUANTITY | Kind.BOUND | Kind.FROM | Kind.DETERMINER | Kind.NO | Kind.PARTY | Kind.NATION
    | Kind.COUNTRY | Kind.NATIONALS | Kind.UNKNOWN | Kind.OTHERS | Kind.ATTRIBUTE
)  # fmt: skip
_COUNTS = Kind.QUANTITY | Kind.BOUND | Kind.FROM | Kind.NO | Kind.MULTIPLIER | Kind.ORDINAL | Kind.OTHERS
_COUNTED = _COUNTS | Kind.NATION | Kind.PARTY  # "an Israeli", "a Peshmerga"
_PEOPLE = Kind.PERSON | Kind.NATIONALS | Kind.OTHERS | Kind.HOUSE
_ALONE = _COUNTS | _PEOPLE | Kind.ATTRIBUTE  # may be a group whatever follows
_DESCRIBES = (
    Kind.PARTY | Kind.NATION | Kind.COUNTRY | Kind.ATTRIBUTE | Kind.POSSESSIVE | Kind.ADVERB | Kind.LEFT | Kind.HOUR
    | Kind.ORDINAL
)  # fmt: skip
_DESCRIBED = Kind.PERSON | Kind.NATIONALS | Kind.PARTY | Kind.NATION
_NO_PEOPLE_BEFORE = Kind.PARTY | Kind.UNKNOWN | Kind.WHO | Kind.AND | Kind.HAVE | Kind.PERSON | Kind.COUNTRY | Kind.TIME
_MARKS = QUOTES | frozenset("()-–")


class Sentence:
    """The words of one sentence with the groups of people in them."""

    def __init__(self, words: Sequence[Word], *, headline: bool = False) -> None:
        self.words = words
        self.headline = headline
        self.groups: list[Group] = []
        leads = _leads(words, headline=headline)
        at = 0
        size = len(words)
        while at < size:
            word = words[at]
            kind = word.kind
            if not kind & _BEGINS or not (kind & _ALONE or leads[at]):
                at += 1
                continue
            if kind & Kind.UNKNOWN and not word.cap and not word.text[0].isalpha():
                at += 1
                continue
            if kind & Kind.ATTRIBUTE and not (at + 1 < size and words[at + 1].kind & _DESCRIBED):
                at += 1
                continue
            if kind & Kind.EITHER and at and words[at - 1].kind & _NO_PEOPLE_BEFORE:
                at += 1
                continue
            group = group_at(words, at, headline=headline)
            if group is None:
                at += 1
            elif self._is_of_the_last(at, group):
                self.groups[-1].end = at = group.end
            else:
                self.groups.append(group)
                at = max(group.end, at + 1)

    def _is_of_the_last(self, at: int, group: Group) -> bool:
        """Whether ``group``, no more than a name, says of what the person before it is: "the governor of Kunduz"."""
        if not self.groups or group.head or group.count is not None or group.name is None or group.owner:
            return False
        last = self.groups[-1]
        return bool(at and self.words[at - 1].kind & Kind.OF and last.end == at - 1 and last.head and not last.many)

    def starting(self, at: int) -> Group | None:
        """The group that begins at word ``at``, quotes and articles aside."""
        for group in self.groups:
            if group.start >= at:
                gap = self.words[at : group.start]
                if all(word.text in QUOTES or word.kind & (Kind.DETERMINER | Kind.ADVERB | Kind.BOUND) for word in gap):
                    return group
                return None
        return None

    def ending(self, at: int) -> Group | None:
        """The group that ends just before word ``at``, quotes aside."""
        for group in reversed(self.groups):
            if group.end <= at:
                return group if all(word.text in QUOTES for word in self.words[group.end : at]) else None
        return None


def _leads(words: Sequence[Word], *, headline: bool) -> list[bool]:
    """For each word whether those that follow it can make a group with it: a noun for people, a name or a number.

    A yes may be wrong, and costs the time to see it; most words of most sentences describe nobody.
    """
    found = [False] * len(words)
    leads = False
    following = 0
    for at in range(len(words) - 1, -1, -1):
        word = words[at]
        kind = word.kind
        if kind & _PEOPLE:
            found[at] = leads = True
        elif kind & Kind.UNKNOWN:
            if kind & Kind.AGENT or (word.cap and not headline):
                leads = True
            elif kind & Kind.VERB and not word.text.endswith(("ing", "ed")):
                leads = False
            found[at] = leads
        elif kind & Kind.DETERMINER:
            more = following & Kind.DETERMINER and found[at + 1]  # "all the victims"
            found[at] = leads or bool(more) or bool(following & _COUNTED)
            leads = bool(kind & _DESCRIBES) and leads
        elif kind & _DESCRIBES:
            found[at] = leads or bool(kind & Kind.NATION and following & Kind.EITHER)
        elif not (word.text in _MARKS or ((kind & Kind.AND or word.text in (",", "/")) and following & Kind.NATION)):
            leads = False
        following = kind
    return found


def _any_forces(words: Sequence[Word], group: Group) -> bool:
    """Whether forces or fighters stand before ``group`` in its sentence."""
    return any(
        word.entry.people in ("force", "fighter") or (word.kind & Kind.PARTY and word.entry.party)
        for word in words[: group.start]
    )


def _ends(words: Sequence[Word], at: int) -> bool:
    """Whether no noun follows: "losing 30 in Marib"."""
    return at == len(words) or bool(words[at].kind & (Kind.PREPOSITION | Kind.PUNCTUATION | Kind.AND | Kind.CLAUSE))


def _goes_on(words: Sequence[Word], start: int) -> bool:
    """Whether the bare number that begins at ``start`` goes on behind another: "eight soldiers killed, 3 captured"."""
    joint = words[start - 1] if start > 1 else None
    if joint is None or not (joint.text == "," or joint.kind & Kind.AND):
        return False
    return bool(words[start - 2].kind & (Kind.EITHER | Kind.BEFORE))


def can_suffer(sentence: Sentence, group: Group, outcome: str, *, direct: bool, named: bool = False) -> bool:
    """Whether ``group`` can be the victims of ``outcome``: people, counted, named or described as one."""
    words = sentence.words
    before = group.start - 1
    while direct and before > 0 and words[before].kind & (Kind.DETERMINER | Kind.ADVERB):
        before -= 1
    if direct and "lost" in words[before].entry.named("own"):  # soldiers, or men that an army has lost
        armed = group.head in ("force", "fighter") or (
            (group.head in ("folk", "people") or (not group.head and _ends(words, group.end)))
            and (_any_forces(words, group) or words[before - 1].entry.cue("we"))
        )
        return armed and group.count is not None
    if group.head == "unknown":
        agent = words[group.end - 1].text.endswith((*AGENT, *ONE_AGENT))
        return (agent or outcome in ("killed", "wounded")) and not words[group.end - 1].kind & Kind.TERM
    if group.count is not None and group.head == "" and group.name is None:
        return outcome not in ("captured",) or group.others or direct or _goes_on(words, group.start)
    if group.head:
        if group.owner and not named:
            return False
        if (
            direct
            and group.count is None
            and group.many
            and not group.party
            and not group.nation
            and words[group.start].text == "the"
        ):
            return False  # "shooting the victims": told of before
        if group.head == "force" and group.count is None and group.many and not direct and outcome in ("arrested",):
            return True
        return True
    if group.name is not None:
        if outcome in ("captured", "missing", "surrendered") or group.owner:
            return False
        size = group.name[1] - group.name[0]
        first = words[group.name[0]]
        return not sentence.headline and (size >= 2 or "-" in first.text or named or not direct)
    return group.others
