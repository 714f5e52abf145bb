"""What a posture claim is read into; numbers present, bases, missions, and what a country does with forces unnamed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.facts.counts import Count, count_at
from monitor.facts.groups import Group
from monitor.facts.lexicon import Kind, Table
from monitor.facts.sentences import Sentence
from monitor.facts.words import Word

OWN = frozenset({"kurdish", "syrian", "iraqi", "us", "coalition", "un"})


@dataclass
class Move:
    """One posture claim: ``action`` by ``force``, words ``start`` to ``end`` (exclusive) of the sentence."""

    action: str
    group: Group | None
    nation: str
    party: str
    count: Count | None
    start: int
    end: int
    verb: int
    before: int | None = None
    away: str = ""  # the country they leave, which is not theirs


def has(word: Word, name: str) -> bool:
    """Whether the lexicon lists ``word`` under ``name`` of its posture terms."""
    return bool(word.entry.tables & Table.POSTURE) and name in word.entry.tags["posture"]


def is_military(words: Sequence[Word]) -> bool:
    """Whether anything of a sentence says that armed forces are meant."""
    return any(
        has(word, "asset")
        or (word.kind & Kind.PERSON and word.entry.people == "force")
        or word.entry.party in OWN
        or word.entry.cue("warlike")
        for word in words
    )


def strength_of(sentence: Sentence, group: Group) -> Move | None:
    """A stated number present: "has about 2,500 troops in Iraq", "900 U.S. troops are stationed in"."""
    words = sentence.words
    count = group.count
    if count is None or (count.low or count.high or 0) < 20:
        return None
    behind = words[group.end : group.end + 5]
    ahead = words[max(0, group.start - 4) : group.start]
    if any(word.kind & Kind.OUTCOME for word in behind) or any(word.kind & Kind.OUTCOME for word in ahead):
        return None
    stationed = any(word.entry.cue("stationed") for word in behind)
    there = any(word.entry.cue("there") for word in ahead)
    placed = any(word.entry.cue("placed") for word in behind[:2]) or (
        len(behind) > 2
        and bool(behind[0].kind & Kind.BE and behind[1].kind & Kind.ADVERB)
        and behind[2].entry.cue("in")
    )
    the = bool(ahead) and ahead[-1].entry.cue("the")
    if stationed or (there and placed) or (placed and (group.nation or group.party in OWN) and (not ahead or the)):
        return Move("strength", group, group.nation, group.party, count, group.start, group.end, group.start)
    return None


def more(sentence: Sentence, first: Move) -> list[Move]:
    """ "2,500 US troops in Iraq and 900 in Syria": the second number is of the same forces."""
    words = sentence.words
    for at in range(first.end, min(first.end + 8, len(words) - 2)):
        if words[at].kind & Kind.AND:
            count = count_at(words, at + 1)
            if count is not None and count.end < len(words) and words[count.end].entry.cue("placed"):
                return [
                    Move(
                        "strength",
                        None,
                        first.nation,
                        first.party,
                        count,
                        at + 1,
                        min(count.end + 2, len(words)),
                        at + 1,
                    )
                ]
    return []


def based(sentence: Sentence, at: int) -> Move | None:
    """Bases opened, closed and handed over; missions begun, changed and ended."""
    words = sentence.words
    for action in ("base", "mission"):
        if not has(words[at], f"{action}_noun"):
            continue
        for verb in range(at - 1, max(-1, at - 9), -1):
            if words[verb].kind & Kind.CLAUSE and not has(words[verb], f"{action}_verb"):
                break
            if words[verb].cap and verb and words[verb - 1].cap:
                continue  # part of a name
            if has(words[verb], f"{action}_verb") and (action == "mission" or _owned(words, verb, at)):
                return _whose(sentence, action, verb, at, at)
        for verb in range(at + 1, min(at + 5, len(words))):
            if has(words[verb], f"{action}_verb") and words[verb - 1].kind & (
                Kind.BE | Kind.HAVE | Kind.TO | Kind.MODAL
            ):
                return _whose(sentence, action, verb, at, verb)
    return None


def _owned(words: Sequence[Word], verb: int, noun: int) -> bool:
    return any(
        word.entry.nation or word.kind & Kind.PARTY or word.entry.cue("owned")
        for word in words[max(0, verb - 6) : noun + 1]
    )


def _whose(sentence: Sentence, action: str, verb: int, noun: int, last: int) -> Move | None:
    words = sentence.words
    nation = party = ""
    for at in range(verb if action == "mission" else 0):  # the subject of the verb
        if words[at].entry.nation and not (at and words[at - 1].kind & (Kind.PREPOSITION | Kind.OF)):
            nation = words[at].entry.nation
            break
    for word in [*reversed(words[:noun]), *words[noun : noun + 4]]:
        if word.kind & Kind.PARTY and word.entry.party in OWN and not party:
            party = word.entry.party
        if word.entry.nation and not nation:
            nation = word.entry.nation
    if not nation and not party:
        return None
    if action == "mission" and words[noun].entry.cue("of_coalition"):
        party = "coalition"
    own = " " in words[noun].text or (noun and (words[noun - 1].entry.nation or words[noun - 1].kind & Kind.PARTY))
    if action == "mission" and not own and not is_military(words):
        return None
    return Move(action, None, nation, party, None, min(verb, noun), last + 1, verb)


def of_a_country(words: Sequence[Word], at: int, action: str) -> Move | None:
    """What a country does with forces that are not named: it withdraws from a base, extends a deployment, cuts its
    presence to a number."""
    nation = party = ""
    for step in range(at - 1, -1, -1):
        word = words[step]
        if word.kind & Kind.PARTY and word.entry.party in OWN and not nation:
            party = word.entry.party  # "asked NATO to increase its presence"
            break
        named = word.entry.nation if word.kind & Kind.COUNTRY else next(iter(word.entry.named("capital")), "")
        if named and not (step and words[step - 1].kind & (Kind.PREPOSITION | Kind.OF)):
            nation = named  # the first one of the clause
        elif word.kind & Kind.CLAUSE and not word.kind & Kind.UNKNOWN:
            break
    if not nation and not party:
        return None
    behind = range(at + 1, min(at + 9, len(words)))
    end = 0
    count = None
    before: int | None = None
    if action == "withdraw" and at + 1 < len(words) and words[at + 1].entry.cue("from"):
        end = next((other + 1 for other in behind if has(words[other], "base_noun")), 0)
    elif action == "stay":
        end = next((other + 1 for other in behind[:4] if has(words[other], "deploy_noun")), 0)
        end = end if end < len(words) and words[end].entry.cue("held_in") else 0
    elif action == "reduce" or (action == "deploy" and words[at].entry.cue("raises")):
        noun = next((other for other in behind[:4] if has(words[other], "presence")), len(words))
        for other in range(noun + 1, min(noun + 8, len(words))):  # "cut its force in the country from 900 to 500"
            count = count_at(words, other + 1) if words[other].entry.cue("becoming") else None
            if count is not None and (count.low or count.high or 0) > 50:
                end = count.end
                source = count_at(words, other - 1)
                before = source.low if source is not None else None
                break
    return Move(action, None, nation, party, count if end else None, at, end, at, before=before) if end else None
