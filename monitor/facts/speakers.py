"""Who says so: the speaker of a sentence, what the speaker is to the event, and who is named as its author."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from monitor.facts.groups import WEAK
from monitor.facts.lexicon import Kind, Table
from monitor.facts.parties import PARTIES, force_of
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
_ENDS_A_PHRASE = (
    Kind.PREPOSITION
    | Kind.BY
    | Kind.BE
    | Kind.HAVE
    | Kind.MODAL
    | Kind.CLAUSE
    | Kind.PUNCTUATION
    | Kind.AND
    | Kind.VERB
)
_DASHES = frozenset({":", "-", "–"})
_NAMES = Kind.NATION | Kind.COUNTRY
_LONGEST_NAME = 6  # words
_CIVIL = ("police", "government", "interior ministry", "defense ministry", "defence ministry", "state", "federal")


_TOPICS = frozenset((*WEAK, "isis", "militant"))  # "Boko Haram: 12 killed": what it is about


class Author(NamedTuple):
    """The party named as having done it, and on what ground.

    ``span`` is from and to in the text, of words that name it; None where they say only what kind it is ("gunmen").
    """

    party: Party
    basis: Basis
    span: tuple[int, int] | None = None
    name: str = ""  # those words, once they were taken out of their text

    def named(self, text: str) -> str:
        """What the words of ``text`` call it; "" where they say only what kind it is."""
        return self.name or (text[self.span[0] : self.span[1]] if self.span else "")


def _says(word: Word, name: str) -> bool:
    return bool(word.entry.tables & Table.SAY) and name in word.entry.tags["say"]


def _speaks(word: Word, name: str) -> bool:
    return bool(word.entry.tables & Table.SPEAKER) and name in word.entry.tags["speaker"]


def speaker(words: Sequence[Word], text: str) -> Assertion | None:
    """Who the sentence says it from; None where it does not tell."""
    size = len(words)
    for at, word in enumerate(words):
        says = word.entry.tables & Table.SAY
        if not says and word.text not in _DASHES:
            continue
        if says and _says(word, "behind") and at + 1 < size:
            return _assertion(words, at + 1, _run(words, at + 1), text)
        if (
            word.text in _DASHES
            and size - at <= 5
            and at + 1 < size
            and any(_speaks(other, "authority") or _speaks(other, "third") for other in words[at + 1 :])
        ):
            return _assertion(words, at + 1, size, text)
        if not _says(word, "verb") and not _says(word, "responsibility"):
            continue
        if at and words[at - 1].kind & Kind.BE and not words[at - 1].cap:
            continue  # "are said to have been killed"
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
                or _says(before, "verb")
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
    return _before_a_colon(words, text)


def _before_a_colon(words: Sequence[Word], text: str) -> Assertion | None:
    """ "UN: up to 3,000 fighters remain": who a headline has it from. A country there says where, not who."""
    for at, word in enumerate(words[:6]):
        if word.text == ":":
            named = any(_speaks(one, "third") or _speaks(one, "authority") for one in words[:at])
            party = any(one.kind & Kind.PARTY and one.entry.party not in _TOPICS for one in words[:at])
            acts = any(one.kind & (Kind.OUTCOME | Kind.BE | Kind.PREPOSITION) for one in words[:at])
            return _assertion(words, 0, at, text) if (named or party) and not acts else None
    return None


def _run(words: Sequence[Word], start: int) -> int:
    end = start
    while end < len(words) and end - start < _LONGEST:
        word = words[end]
        if (
            word.text in (",", ";", ".", "(", "”", '"')
            or (word.kind & (Kind.BE | Kind.CLAUSE | Kind.HAVE) and not word.cap)
            or _says(word, "verb")
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
    if not span or (span[0].kind & Kind.NUMBER and span[0].entry.value == 0):
        return None  # "nobody has claimed the attack"
    party: Party | None = None
    for word in span:
        if word.entry.party in PARTIES and not (word.kind & Kind.BE and not word.cap):
            party = PARTIES[word.entry.party]
            break
    nation = next((word.entry.nation for word in span if word.entry.nation), "")
    third = any(_speaks(word, "third") for word in span)
    authority = any(_speaks(word, "authority") for word in span)
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
    relayed = (any(_says(word, "behind") for word in words) and any(_says(word, "verb") for word in words)) or any(
        word.text.endswith(_MEDIA) for word in span
    )
    return Assertion(who=who, role=role, relayed=relayed, party=party)


def author(words: Sequence[Word], verb: int, *, passive: bool) -> Author | None:
    """The party that did it, where the sentence names one: the subject of an active verb, or behind "by"."""
    found = _agent(words, verb) if passive else _subject(words, verb)
    if found is None:
        return None
    suspected = any(word.entry.tables & Table.SAY and _says(word, "suspect") for word in words)
    return found._replace(basis=Basis.SUSPECTED) if suspected else found


def _agent(words: Sequence[Word], verb: int) -> Author | None:
    """ "by ISIS", "in a US air strike" behind ``verb``."""
    size = len(words)
    for at in range(verb + 1, min(verb + 6, size)):
        if words[at].kind & Kind.BY:
            return _doer(words, at + 1, _phrase(words, at + 1, size), size)
        if words[at].text == ",":
            return None
    if verb + 1 < size and words[verb + 1].text == "in":
        end = _phrase(words, verb + 2, size)
        if any(word.entry.tables & Table.OPERATION for word in words[verb + 2 : end]):
            return _doer(words, verb + 2, end, size)
    return None


def _subject(words: Sequence[Word], verb: int) -> Author | None:
    back = verb - 1
    while back > 0 and words[back].kind & (Kind.ADVERB | Kind.HAVE):
        back -= 1
    if back > 0 and words[back].kind & Kind.WHO and not words[back].kind & Kind.DETERMINER:
        start = back  # "a gunman of the group who killed three": the noun phrase before "who"
        while start > 0 and back - start < 8 and not words[start - 1].kind & _ENDS_A_PHRASE:
            start -= 1
        return _doer(words, start, back, back)
    start = verb
    while start > 0 and words[start - 1].text not in (";", ":"):
        if words[start - 1].kind & Kind.CLAUSE and not words[start - 1].kind & (
            Kind.WHO | Kind.UNKNOWN | Kind.INCLUDING
        ):
            break
        start -= 1
    while start < verb and words[start].kind & Kind.CLAUSE and words[start].kind & Kind.WHO:
        start += 1  # "says that"
    if words[start].kind & Kind.PREPOSITION:  # "In Anbar, militants kill ..."
        while start < verb and words[start].text != ",":
            start += 1
        start += 1
    end = _phrase(words, start, verb)
    found = _doer(words, start, end, verb) or _own_forces(words, start, end)
    if found is None and end < verb:  # "an attack in Anbar by militants kills"
        for at in range(end, min(end + 8, verb)):
            if words[at].kind & Kind.BY:
                return _doer(words, at + 1, _phrase(words, at + 1, verb), verb)
            if words[at].text == ",":
                break
    return found


def _own_forces(words: Sequence[Word], start: int, end: int) -> Author | None:
    """ "Iraq says its forces killed": the country, or the side, that was named before it."""
    span = words[start:end]
    if not span or not span[0].entry.cue("whose") or not any(word.entry.people == "force" for word in span):
        return None
    for word in reversed(words[:start]):
        if word.entry.party in PARTIES and word.entry.party != "civilian":
            return Author(PARTIES[word.entry.party], Basis.STATED)
        if word.entry.nation:
            return Author(force_of(word.entry.nation), Basis.STATED)
    return None


def _phrase(words: Sequence[Word], start: int, limit: int) -> int:
    """Where the noun phrase that begins at ``start`` ends; ``limit`` at most."""
    at = start
    while at < limit:
        word = words[at]
        kind = word.kind
        if kind & Kind.OF and at > start and words[at - 1].kind & (Kind.PERSON | Kind.VAGUE | Kind.QUANTITY):
            at += 1  # "members of the group"
            continue
        if at > start and word.text in ("from", "with") and words[at - 1].kind & Kind.PERSON:
            at += 1  # "gunmen from the group"
            continue
        if (
            word.text in (",", ";", ":", "(")
            or (
                kind
                & (
                    Kind.PREPOSITION
                    | Kind.OF
                    | Kind.BY
                    | Kind.HAVE
                    | Kind.MODAL
                    | Kind.CLAUSE
                    | Kind.OUTCOME
                    | Kind.AND
                )
                and not kind & (Kind.UNKNOWN | Kind.PARTY | Kind.PERSON)
            )
            or (kind & Kind.BE and not (kind & Kind.PARTY and word.cap))
        ):
            break
        if "verb" in word.entry.named("strike"):
            break  # what was hit is no part of who did it
        at += 1
    return at


def _doer(words: Sequence[Word], start: int, end: int, verb: int) -> Author | None:
    """The party that the noun phrase ``start`` to ``end`` names as one that acts."""
    party = _acting(words, start, end, verb)
    if party is None:
        return None
    if end == verb and words[end - 1].kind & Kind.NATION and words[verb : verb + 1]:
        end += 1  # "Turkish air strikes": an adjective alone names nobody
    return Author(party, Basis.STATED, _name(words[start:end]))


def _name(span: Sequence[Word]) -> tuple[int, int] | None:
    """From and to in the text of what names who acts in a noun phrase; None where it names only what kind it is."""
    start = 0
    while start < len(span) and (span[start].kind & Kind.DETERMINER or not span[start].text[0].isalnum()):
        start += 1
    named = [word for word in span[start:] if word.kind & _NAMES or (word.entry.party and word.cap)]
    if not named or len(span) - start > _LONGEST_NAME:
        return None
    return span[start].start, span[-1].end


def _acting(words: Sequence[Word], start: int, end: int, verb: int) -> Party | None:
    span = words[start:end]
    for word in span:
        entry = word.entry
        if entry.party in PARTIES and entry.party != "civilian" and not (word.kind & Kind.BE and not word.cap):
            return PARTIES[entry.party]
    if any(word.entry.people == "fighter" or word.entry.party == "armed" for word in span):
        return Party.MILITANT
    for at, word in enumerate(span):
        nation = word.entry.nation
        if not nation or not word.kind & (Kind.NATION | Kind.COUNTRY):
            continue
        rest = words[start + at + 1 : max(end, min(verb + 1, end + 1))]
        acts = any(
            (other.kind & Kind.PERSON and other.entry.people == "force")
            or other.entry.party == "force"
            or other.entry.tables & (Table.OPERATION | Table.WEAPON)
            or "asset" in other.entry.named("posture")
            for other in rest
        )
        named = word.kind & Kind.NATION or word.text.startswith("united")  # "a United States drone"
        if named and acts:
            return Party.MILITANT if nation == "PS" else force_of(nation)
        # a country before a verb acts, before a noun ("Iraq bombing kills") it is a place
        if word.kind & Kind.COUNTRY and (
            not rest or (len(rest) > 1 and rest[0].text.endswith(("s", "ed")) and not rest[0].kind & Kind.POSSESSIVE)
        ):
            return force_of(nation) if end <= verb else None
    return None


def responsibility(words: Sequence[Word]) -> Author | None:
    """Who claims the event, or is blamed for it, in a sentence that says so."""
    for at, word in enumerate(words):
        if not word.entry.tables & Table.SAY:
            continue
        if _says(word, "responsibility") and not (at + 1 < len(words) and words[at + 1].kind & Kind.OUTCOME):
            around = words[at + 1 : at + 6] if word.text.endswith("by") else words[max(0, at - 8) : at]
            basis = Basis.CLAIMED
        elif _says(word, "blame") or _says(word, "suspect"):
            around = [*words[at + 1 : at + 8], *words[max(0, at - 6) : at]]
            if not _says(word, "blame") and not any(other.entry.cue("behind_it") for other in around):
                continue  # "a suspected member of the group": it is what he is, not what it did
            basis = Basis.BLAMED if _says(word, "blame") else Basis.SUSPECTED
        else:
            continue
        for other in around:
            if other.entry.party in ("isis", "militant", "us", "coalition", "iraqi", "kurdish", "syrian") and not (
                other.kind & Kind.BE and not other.cap
            ):
                party = PARTIES[other.entry.party]
                fighters = party is Party.KURDISH and any(near.entry.cue("insurgents") for near in around)
                return Author(Party.MILITANT if fighters else party, basis, (other.start, other.end))
    return None
