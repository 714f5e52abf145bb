"""Who says so: the speaker of a sentence, what the speaker is to the event, and who is named as its author."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.facts.lexicon import Kind
from monitor.facts.parties import force_of
from monitor.facts.words import Word
from monitor.model import Assertion, Basis, Party, Role

_SIDES = frozenset({Party.ISIS, Party.MILITANT, Party.US, Party.COALITION, Party.IRAQI, Party.KURDISH, Party.SYRIAN})
_MEDIA = (
    "media",
    "agency",
    "tv",
    "television",
    "newspaper",
    "times",
    "reuters",
    "afp",
    "sana",
    "irna",
    "website",
    "report",
    "cnn",
    "bbc",
)
_LONGEST = 10
_CIVIL = ("police", "government", "interior ministry", "defense ministry", "defence ministry", "state", "federal")


@dataclass(frozen=True, slots=True)
class Author:
    """The party named as having done it, and on what ground."""

    party: Party
    basis: Basis


def _has(word: Word, tag: str) -> bool:
    table, _, name = tag.partition(":")
    return name in word.entry.tags.get(table, ())


def speaker(words: Sequence[Word], text: str) -> Assertion | None:
    """Who the sentence says it from; None where it does not tell."""
    size = len(words)
    for at, word in enumerate(words):
        if _has(word, "say:behind") and at + 1 < size:
            return _assertion(words, at + 1, _run(words, at + 1), text)
        if (
            word.text in (":", "-", "–")
            and size - at <= 5
            and at + 1 < size
            and any(_has(other, "speaker:authority") or _has(other, "speaker:third") for other in words[at + 1 :])
        ):
            return _assertion(words, at + 1, size, text)
        if not _has(word, "say:verb"):
            continue
        if (
            at
            and (words[at - 1].text == "," or at + 1 == size - 0)
            and at + 1 < size
            and words[at + 1].cap
            and at > size // 2
        ):
            return _assertion(words, at + 1, _run(words, at + 1), text)  # "..., says CENTCOM"
        start = at
        while start > 0 and at - start < _LONGEST:
            before = words[start - 1]
            if (
                before.text in (",", ";", ":", "“", "”", '"', "–", "-")
                or (before.kind & Kind.OUTCOME and not before.kind & Kind.UNKNOWN)
                or _has(before, "say:verb")
            ):
                break
            if before.kind & (Kind.CLAUSE | Kind.AND) and not before.kind & Kind.UNKNOWN:
                break
            start -= 1
        if start == at:
            continue
        found = _assertion(words, start, at, text)
        if found is not None:
            return found
    return None


def _run(words: Sequence[Word], start: int) -> int:
    end = start
    while end < len(words) and end - start < _LONGEST:
        word = words[end]
        if (
            word.text in (",", ";", ".", "(", "”", '"')
            or (word.kind & (Kind.BE | Kind.CLAUSE | Kind.HAVE) and not word.cap)
            or _has(word, "say:verb")
        ):
            break
        end += 1
    return end


def _assertion(words: Sequence[Word], start: int, end: int, text: str) -> Assertion | None:
    while end > start and words[end - 1].kind & (Kind.TIME | Kind.ADVERB | Kind.HAVE | Kind.BE):
        end -= 1
    while start < end and (
        words[start].kind & (Kind.DETERMINER | Kind.PREPOSITION | Kind.TIME) or not words[start].text[0].isalnum()
    ):
        start += 1
    span = words[start:end]
    if not span:
        return None
    party: Party | None = None
    for word in span:
        if word.entry.party in Party._value2member_map_ and not (word.kind & Kind.BE and not word.cap):
            party = Party(word.entry.party)
            break
    nation = next((word.entry.nation for word in span if word.entry.nation), "")
    third = any(_has(word, "speaker:third") for word in span)
    authority = any(_has(word, "speaker:authority") for word in span)
    forces = any(
        (word.kind & Kind.PARTY and word.entry.party == "force" and word.text not in _CIVIL)
        or word.text in ("military", "army", "forces", "centcom", "pentagon", "coalition")
        for word in span
    )
    if third and not forces:
        role = Role.THIRD
        party = None
    elif party in _SIDES or forces:
        role = Role.SIDE
        party = party or (force_of(nation) if nation else None)
    elif authority or nation:
        role = Role.AUTHORITY
        party = party or (force_of(nation) if nation else None)
    elif span[0].cap and len(span) <= 6:
        role = Role.THIRD
    else:
        return None
    who = text[span[0].start : span[-1].end]
    relayed = (
        any(_has(word, "say:behind") for word in words) and any(_has(word, "say:verb") for word in words)
    ) or any(word.text.endswith(_MEDIA) for word in span)
    return Assertion(who=who, role=role, relayed=relayed, party=party)


def author(words: Sequence[Word], verb: int, *, passive: bool) -> Author | None:
    """The party that did it, where the sentence names one: the subject of an active verb, or behind "by"."""
    suspected = any(_has(word, "say:suspect") for word in words)
    span: Sequence[Word] = ()
    if passive:
        for at in range(verb + 1, min(verb + 6, len(words))):
            if words[at].kind & Kind.BY:
                span = words[at + 1 : at + 8]
                break
            if words[at].text == ",":
                break
    else:
        start = verb
        while start > 0 and verb - start < 14 and words[start - 1].text not in (";", ":"):
            if words[start - 1].kind & Kind.CLAUSE and not words[start - 1].kind & (Kind.WHO | Kind.UNKNOWN):
                break
            start -= 1
        span = words[start:verb]
    for word in span:
        if word.kind & (Kind.OUTCOME | Kind.CLAUSE) and not word.kind & (Kind.UNKNOWN | Kind.PARTY):
            break
        party = _doer(word)
        if party is not None:
            return Author(party, Basis.SUSPECTED if suspected else Basis.STATED)
    return None


def _doer(word: Word) -> Party | None:
    entry = word.entry
    if (
        entry.party in Party._value2member_map_
        and entry.party != "civilian"
        and not (word.kind & Kind.BE and not word.cap)
    ):
        return Party(entry.party)
    if entry.people == "fighter" or entry.party == "armed":
        return Party.MILITANT
    if entry.nation and word.kind & (Kind.NATION | Kind.COUNTRY):
        return force_of(entry.nation)
    return None


def responsibility(words: Sequence[Word]) -> Author | None:
    """Who claims the event, or is blamed for it, in a sentence that says so."""
    for at, word in enumerate(words):
        if _has(word, "say:responsibility"):
            around = words[at + 1 : at + 6] if word.text.endswith("by") else words[max(0, at - 8) : at]
            basis = Basis.CLAIMED
        elif _has(word, "say:blame") or _has(word, "say:suspect"):
            around = [*words[at + 1 : at + 8], *words[max(0, at - 6) : at]]
            basis = Basis.BLAMED if _has(word, "say:blame") else Basis.SUSPECTED
        else:
            continue
        for other in around:
            if (
                other.entry.party in Party._value2member_map_
                and other.entry.party in ("isis", "militant", "us", "coalition", "iraqi", "kurdish", "syrian")
                and not (other.kind & Kind.BE and not other.cap)
            ):
                return Author(Party(other.entry.party), basis)
    return None
