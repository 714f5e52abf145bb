"""Where forces go, stay and leave: deployments, withdrawals, strengths, bases, missions.

Needs forces in the sentence (soldiers, ships, aircraft, a force by name, or a country's "withdrawal") and an action
word whose object, subject or "of" they are.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.facts.counts import count_at
from monitor.facts.groups import Group
from monitor.facts.lexicon import Kind, Table
from monitor.facts.sentences import Sentence
from monitor.facts.stationing import OWN, Move, based, has, is_military, more, of_a_country, strength_of
from monitor.facts.subjects import subject
from monitor.facts.words import Word

_FORCES = ("force", "fighter", "rank")
_SHARES = {"half": 2, "third": 3, "quarter": 4}
_NOUNS = frozenset({"withdraw_noun", "deploy_noun", "reduce_noun", "base_noun", "mission_noun"})
_VERBS = frozenset({"deploy_verb", "withdraw_verb", "reduce_verb", "stay_verb"})
_SEATS = frozenset({"base_noun", "mission_noun"})


def moves(sentence: Sentence, taken: set[int], tables: int) -> list[Move]:
    """All posture claims of a sentence of ``tables``; ``taken`` are starts of groups that are victims of something."""
    words = sentence.words
    forces = [
        group
        for group in sentence.groups
        if group.head in _FORCES and group.start not in taken and _is_force(words, group)
    ]
    marked = []
    if tables & Table.POSTURE:
        marked = [
            (at, word.entry.tags["posture"]) for at, word in enumerate(words) if word.entry.tables & Table.POSTURE
        ]
    if not forces and not marked:
        return []
    assets = [
        at
        for at, names in marked
        if "asset" in names and not _describes(words, at) and not any(group.start <= at < group.end for group in forces)
    ]
    nouns = any(not _NOUNS.isdisjoint(names) or "presence" in names for _, names in marked)
    if not (forces or assets or nouns or _any_own(words)):
        return []
    found: list[Move] = []
    used: set[int] = set()
    for at, names in marked:
        move = None
        if not _NOUNS.isdisjoint(names):
            move = _nominal(sentence, at, forces, assets)
        if move is None and not _VERBS.isdisjoint(names):
            move = _verbal(sentence, at, forces, assets)
        if move is None and not _SEATS.isdisjoint(names):
            move = based(sentence, at)
        if move is None:
            continue
        found.append(move)
        if move.group is not None:
            used.add(move.group.start)
            whole = move.group.count
            if move.action == "reduce" and whole is not None and whole is not move.count and whole.low == move.before:
                found.append(_move("strength", move.group, at, move.group.start, move.group.end))  # "half of its 1,200"
    for group in forces:
        if (
            group.start not in used
            and group.count is not None
            and not any(move.start <= group.start < move.end for move in found)
        ):
            strength = strength_of(sentence, group)
            if strength is not None:
                found.append(strength)
                found += more(sentence, strength)
    return found


def _any_own(words: Sequence[Word]) -> bool:
    """Whether a force is named as such: "CENTCOM"."""
    return any(word.kind & Kind.PARTY and word.cap and word.entry.party in OWN for word in words)


def _describes(words: Sequence[Word], at: int) -> bool:
    """Whether "military" or the like describes a thing that is no force: "military activity", "army base"."""
    if not words[at].entry.cue("adjective") or at + 1 >= len(words):
        return False
    following = words[at + 1]
    return bool(following.kind & Kind.UNKNOWN) and following.text[0].isalpha() and not following.kind & Kind.TERM


def _is_force(words: Sequence[Word], group: Group) -> bool:
    if group.attribute:
        return False  # "the injured commandos were moved"
    if group.head == "force":
        if any(word.entry.cue("embassy") for word in words[group.end : group.end + 4]):
            return False
        return not words[group.end - 1].entry.cue("police") and not any(
            word.entry.cue("diplomatic") for word in words[max(0, group.start - 1) : group.end]
        )
    return group.head in ("fighter", "rank") and group.many and group.party in OWN


def _nominal(sentence: Sentence, at: int, forces: list[Group], assets: list[int]) -> Move | None:
    """ "the withdrawal of US troops", "Russian troop deployments", "the U.S. withdrawal"."""
    words = sentence.words
    if at and words[at - 1].kind & Kind.TO and not words[at].text.endswith(("al", "ment")):
        return None  # "forced to retreat": a verb
    for action in ("withdraw", "deploy", "reduce"):
        if not has(words[at], f"{action}_noun"):
            continue
        if at + 1 < len(words) and words[at + 1].kind & Kind.OF:
            for group in forces:
                if 0 <= group.start - at - 2 <= 3:
                    return _move(action, group, at, at, group.end)
            for asset in assets:
                if 0 <= asset - at - 2 <= 4:
                    return _asset(words, action, asset, at)
        start = at - 1
        nation = party = ""
        military = False
        placed = ""
        while start >= 0 and at - start <= 5:
            word = words[start]
            if (
                word.entry.nation
                and not nation
                and not (
                    action == "withdraw"
                    and word.kind & Kind.COUNTRY
                    and not word.kind & Kind.NATION
                    and not words[start + 1].kind & Kind.POSSESSIVE
                )
            ):
                nation = word.entry.nation
            elif word.entry.nation and not nation:
                placed = word.entry.nation  # "the Afghanistan withdrawal": from where, not whose
            elif word.kind & Kind.PARTY and word.entry.party in OWN and not party:
                party = word.entry.party
            elif has(word, "asset") or word.entry.cue("military"):
                military = True
            elif word.kind & Kind.POSSESSIVE or word.entry.cue("extent"):
                pass
            else:
                break
            start -= 1
        if placed and not nation and not party:
            if not is_military(words):
                return None
            party = "us" if placed in ("AF", "IQ", "SY") else ""
            return Move(action, None, nation, party, None, start + 1, at + 1, at, away=placed)
        before = sentence.ending(at)
        if before is not None and _is_force(words, before):
            return _move(action, before, at, before.start, at + 1)
        if military or (nation and action == "withdraw") or party:
            if action == "withdraw" and not military and not is_military(words):
                return None
            return Move(action, None, nation, party, None, start + 1, at + 1, at)
        if action == "withdraw" and at + 1 < len(words) and words[at + 1].entry.cue("from") and is_military(words):
            return Move(action, None, "", "", None, at, at + 2, at)
    return None


def _verbal(sentence: Sentence, at: int, forces: list[Group], assets: list[int]) -> Move | None:
    words = sentence.words
    word = words[at]
    action = next((name for name in ("deploy", "withdraw", "reduce", "stay") if has(word, f"{name}_verb")), "")
    if not action or (
        at and words[at - 1].kind & (Kind.DETERMINER | Kind.POSSESSIVE) and not word.text.endswith(("ed", "ing"))
    ):
        return None
    if word.entry.cue("enters"):  # troops that enter a town are fighting; ships are not
        assets = [asset for asset in assets if has(words[asset], "afloat") and asset < at]
        forces = []
    if word.entry.cue("takes_place") and not (at and words[at - 1].kind & (Kind.TO | Kind.MODAL)):
        return None  # "takes place"
    if (
        action == "withdraw"
        and word.entry.cue("left")
        and at + 1 < len(words)
        and words[at + 1].kind & (Kind.QUANTITY | Kind.BOUND | Kind.OUTCOME | Kind.PERSON)
    ):
        return None
    negated = any(other.kind & Kind.NOT for other in words[max(0, at - 3) : at])
    if not has(word, "no_object"):
        for group in forces:
            if (
                0
                <= group.start - at - 1
                <= (4 if any(other.entry.cue("number_of") for other in words[at + 1 : at + 4]) else 3)
                and _clear(words, at + 1, group.start)
                and _goal(sentence, word, group.end, action)
            ):
                return _changed(sentence, _part(words, _move(action, group, at, at, group.end)), negated)
        for asset in assets:
            if 0 <= asset - at - 1 <= 6 and _clear(words, at + 1, asset) and _goal(sentence, word, asset + 1, action):
                move = _asset(words, action, asset, at)
                joined = next((group for group in forces if 0 < group.start - asset <= 4 and group.count), None)
                if joined is not None and any(other.kind & Kind.AND for other in words[asset + 1 : joined.start]):
                    move = _move(action, joined, at, at, joined.end)  # "aircraft and 1,200 soldiers"
                return _changed(sentence, move, negated)
    of_it = of_a_country(words, at, action)
    if of_it is not None:
        return _changed(sentence, of_it, negated)
    if has(word, "needs_away") or has(word, "needs_goal") or action == "reduce":
        passive = at and words[at - 1].kind & Kind.BE
        if not passive:
            return None
    if word.entry.cue("takes_object"):
        return None
    following = words[at + 1] if at + 1 < len(words) else None
    if following is not None and word.entry.cue("remaining") and following.kind & (Kind.PERSON | Kind.UNKNOWN):
        return None
    if (
        following is not None
        and action == "withdraw"
        and word.entry.cue("withdraws")
        and following.kind & Kind.DETERMINER
    ):
        return None
    if word.entry.cue("orders") and following is not None and following.kind & Kind.TO:
        return None  # "are ordered to withdraw": that verb tells
    actor = subject(sentence, at)
    if actor is not None and any(actor is group for group in forces):
        return _changed(sentence, _move(action, actor, at, actor.start, at + 1), negated)
    named = _named_before(words, at)
    if named is not None and (following is None or not following.kind & (Kind.DETERMINER | Kind.PERSON)):
        return _changed(sentence, Move(action, None, "", words[named].entry.party, None, named, at + 1, at), negated)
    for asset in assets if not word.entry.cue("leaves") else ():
        if (
            0 < at - asset <= 7
            and all(
                other.kind & (Kind.BE | Kind.HAVE | Kind.ADVERB | Kind.MODAL | Kind.TO | Kind.NOT | Kind.COUNTRY)
                or has(other, "asset")
                or other.entry.cue("placed")
                or (other.cap and other.kind & Kind.UNKNOWN)  # the name of a ship or unit
                or (other.text == "." and words[asset + 1].cap)
                for other in words[asset + 1 : at]
            )
        ):
            return _changed(sentence, _asset(words, action, asset, at), negated)
    return None


def _named_before(words: Sequence[Word], at: int) -> int | None:
    """The index of a force named as such that is the subject of the verb at ``at``: "the U.S. military withdraws"."""
    step = at - 1
    while step >= 0 and (
        (
            words[step].kind & (Kind.BE | Kind.HAVE | Kind.ADVERB | Kind.MODAL | Kind.NOT)
            and not words[step].kind & Kind.PARTY
        )
        or words[step].entry.cue("units")
    ):
        step -= 1
    if step >= 0 and words[step].kind & Kind.PARTY and words[step].entry.party in OWN and words[step].cap:
        return step
    return None


def _clear(words: Sequence[Word], start: int, end: int) -> bool:
    return not any(
        word.kind & (Kind.CLAUSE | Kind.BE)
        or word.text in (",", ":")
        or (word.kind & Kind.PREPOSITION and not word.kind & Kind.BOUND)
        for word in words[start:end]
    )


def _goal(sentence: Sentence, word: Word, end: int, action: str) -> bool:
    """Whether a verb that is also used otherwise says here that forces come or go."""
    behind = sentence.words[end : end + 10]
    if has(word, "needs_away"):
        return any(other.entry.cue("away") for other in behind)
    if word.entry.cue("orders"):  # to a place; before a verb that one tells
        for at, other in enumerate(behind[:-1]):
            if other.entry.cue("toward"):
                return behind[at + 1].cap or bool(behind[at + 1].kind & Kind.DETERMINER)
        return False
    if has(word, "needs_goal"):
        return any(other.entry.cue("goal") for other in (behind if word.entry.cue("sends") else behind[:5]))
    return action != "reduce" or word.entry.cue("reduces")


def _move(action: str, group: Group, verb: int, start: int, end: int) -> Move:
    return Move(
        action, group, group.nation, group.party, group.count, min(start, group.start, verb), max(end, verb + 1), verb
    )


def _part(words: Sequence[Word], move: Move) -> Move:
    """ "recalls half of its 1,200 troops": a reduction, by the half of them."""
    share = next((_SHARES[word.text] for word in words[move.verb + 1 : move.verb + 4] if word.text in _SHARES), 0)
    if share and move.action == "withdraw":
        move.action = "reduce"
        count = move.count
        if count is not None and count.low is not None:
            move.count = count._replace(low=count.low // share, high=count.low // share, floor=count.low // share)
            move.before = count.low
    return move


def _asset(words: Sequence[Word], action: str, asset: int, verb: int) -> Move:
    """Forces told by what they have: "two destroyers", "a Russian air defence system"."""
    nation = party = ""
    start = asset
    count = None
    if asset > 2 and words[asset - 1].entry.cue("strong"):  # "a 1,100-strong contingent"
        count = count_at(words, asset - 2 - (words[asset - 2].text == "-"))
    while start > 0 and asset - start < 5:
        word = words[start - 1]
        if word.entry.nation:
            nation = nation or word.entry.nation
        elif word.kind & Kind.PARTY and word.entry.party in OWN:
            party = party or word.entry.party
        elif not word.kind & (
            Kind.UNKNOWN | Kind.POSSESSIVE | Kind.DETERMINER | Kind.QUANTITY | Kind.BOUND | Kind.OTHERS | Kind.PARTY
        ):
            break
        start -= 1
        if start == verb:
            break
    first = min(start, verb) if count is None else min(count.start, verb)
    return Move(action, None, nation, party, count, first, max(asset, verb) + 1, verb)


def _changed(sentence: Sentence, move: Move, negated: bool) -> Move:
    """Negation turns leaving into staying; "from 5,000 to 3,000" gives the number it becomes."""
    words = sentence.words
    if negated and move.action in ("withdraw", "reduce"):
        move.action = "stay"
    if move.action in ("reduce", "deploy") or move.count is not None:
        for at in range(move.end, min(move.end + 10, len(words))):
            if words[at].entry.cue("becoming") and at + 1 < len(words):
                target = count_at(words, at + 1)
                if target is not None and not target.vague and (target.low or 0) > 50:
                    if move.action == "reduce" or words[at - 1].kind & Kind.NUMBER:
                        source = count_at(words, at - 1) if words[at - 1].kind & Kind.NUMBER else None
                        move.before = source.low if source is not None else (move.count.low if move.count else None)
                        move.count = target
                        move.end = target.end
                    break
            if words[at].kind & Kind.CLAUSE:
                break
    return move
