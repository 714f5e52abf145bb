"""Whom words stand for that do not say it themselves: "killing six of them", "five of his men", "losing 30"."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.facts.groups import Group
from monitor.facts.lexicon import Kind, Table
from monitor.facts.parties import PARTIES, force_of
from monitor.facts.sentences import Sentence, Toll
from monitor.facts.subjects import subject, whose
from monitor.facts.words import Word
from monitor.model import Party

_SERVE = frozenset({"force", "fighter", "rank"})


def owner(words: Sequence[Word], group: Group) -> Party | None:
    """The party whose people ``group`` are by a word like "its" or "his"; None where they are nobody's forces.

    "A Peshmerga commander said 22 of his men": the side that was named last before them.
    """
    serves = group.head in _SERVE or words[group.end - 1].entry.cue("men") or whose(words[group.end - 1])
    if not serves or group.party or group.nation:
        return None
    owned = next((at for at in range(group.start, group.end) if whose(words[at])), None)
    if owned is None:
        return None
    armed = forces = False
    before = range(group.start - 1, -1, -1)
    own = words[owned].entry.cue("own")
    for at in reversed(before) if own else before:  # its own: of who acts, named first
        entry = words[at].entry
        if (
            entry.party in PARTIES
            and entry.party != "civilian"
            and not (words[at].kind & Kind.BE and not words[at].cap)
        ):
            return PARTIES[entry.party]
        forces = forces or entry.party == "force" or entry.people == "force"
        armed = armed or entry.party == "armed" or (entry.people == "fighter" and not entry.nation)
        if own and (forces or armed):
            break
        if entry.nation and group.head != "fighter" and not armed:
            return force_of(entry.nation)
    if forces and not armed:
        group.head = "force"  # "the military said eight of its own men"
    return Party.MILITANT if armed else None


def antecedent(sentence: Sentence, toll: Toll) -> Group | None:
    """The people whom the bare number of ``toll`` is of; None where nothing before it says so.

    "Ambushed a patrol of soldiers, killing six of them": the soldiers. Without "of them" only those whom the main
    verb had for its object: "bombed a barracks where militiamen slept, killing nine".
    """
    words, group = sentence.words, toll.group
    if group.head or group.count is None or group.name is not None or group.others:
        return None
    partitive = group.end < len(words) and words[group.end].entry.cue("of_them")
    participle = group.start - 1 == toll.verb and words[toll.verb].text.endswith("ing")
    for other in reversed(sentence.groups):
        if other.end > toll.start or not other.head or other.owner or other.figures == (0, 0, 0):
            continue
        if words[other.end - 1].entry.named("unhurt") and other.figures[2] > group.figures[2]:
            return other  # "64 civilian casualties, 23 killed and 41 hurt"
        if not partitive and not participle:
            return None
        if not other.many or (other.figures[2] < group.figures[2] and other.count is not None):
            continue
        if partitive:
            return other
        return other if _acted_upon(sentence, other) else None
    return None


def _acted_upon(sentence: Sentence, group: Group) -> bool:
    """Whether ``group`` is what an attack was on: behind its verb, behind "on" or "of", or where it struck."""
    words = sentence.words
    if group.head not in ("force", "fighter", "civilian", "folk") or group.start == 0:
        return False
    before = words[group.start - 1]
    at_it = before.entry.tables & (Table.TARGET | Table.OPERATION | Table.STRIKE) or any(
        word.entry.cue("holding") for word in words[group.start - 1 : group.end]
    )
    told_of = group.start > 1 and words[group.start - 2].kind & (Kind.PERSON | Kind.QUANTITY)  # "two of the rebels"
    return bool(at_it) and not (before.kind & Kind.OF and told_of)


def sufferer(sentence: Sentence, group: Group) -> Group | None:
    """Who suffered the deaths that ``group`` counts: "troops ... suffered six fatalities"."""
    words = sentence.words
    before = group.start - 1
    if before < 1 or not words[before].kind & Kind.SUFFER or not words[group.end - 1].kind & Kind.NOUN:
        return None
    side = subject(sentence, before)
    return side if side is not None and side.head in _SERVE else None


def takes_after(words: Sequence[Word], group: Group, *, same_verb: bool) -> bool:
    """Whether ``group`` are by their noun people of whoever is named with them: "a leader and two followers".

    Without ``same_verb``, those told before by another verb: "a soldier killed, three comrades hurt".
    """
    own = words[group.start : group.end]
    return any(word.entry.cue("fellow") or (same_verb and word.entry.cue("company")) for word in own)
