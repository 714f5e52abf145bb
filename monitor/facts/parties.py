"""Whose people a group is: the words of the group first, then the rest of its sentence and item."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from monitor.facts.groups import Group
from monitor.facts.lexicon import Entry, Kind
from monitor.facts.load import coalition
from monitor.facts.words import Word
from monitor.model import Party

_STATES = frozenset({Party.US, Party.COALITION, Party.IRAQI, Party.KURDISH, Party.SYRIAN, Party.STATE})
_FIGHTING = _STATES - {Party.STATE}
PARTIES = {party.value: party for party in Party}  # a call of the enumeration takes ten times as long
_NAMED = frozenset({"isis", "militant", "us", "coalition", "iraqi", "kurdish", "syrian", "un"})
_FORCES = {"US": Party.US, "IQ": Party.IRAQI, "SY": Party.SYRIAN}
_ABROAD = frozenset({"AF", "IQ", "SY", "JO", "KW", "YE"})  # where American forces served
_SHARED = {"sdf": ("JP", "SY"), "adf": ("AU", "CD")}
_STRIKES = frozenset({"raid", "air strike"})
_KABUL_FELL = datetime(2021, 8, 15, tzinfo=UTC)  # since then the Taliban are Afghanistan's state


class Background(NamedTuple):
    """What an item says of who is in it, for groups that don't say it themselves."""

    isis: bool
    other_group: bool  # another named armed group, named more often than ISIS
    nations: tuple[str, ...]  # most mentioned first
    taliban_rule: bool
    un: bool = False  # the United Nations are named


def background(words: Iterable[Word], published: datetime | None) -> Background:
    """The background of an item from all its words. ``published`` None: as today's news."""
    isis = others = 0
    un = False
    nations: dict[str, int] = {}
    for word in words:
        entry = word.entry
        if entry.party == "isis":
            isis += word.cap or not word.kind & Kind.BE
        elif entry.party == "militant":
            others += word.cap
        elif entry.party == "un":
            un = True
        if entry.nation:
            nations[entry.nation] = nations.get(entry.nation, 0) + (2 if word.kind & Kind.COUNTRY else 1)
    return Background(
        isis=isis > 0,
        other_group=others > isis,
        nations=tuple(sorted(nations, key=nations.__getitem__, reverse=True)),
        taliban_rule=published is None or published >= _KABUL_FELL,
        un=un,
    )


def distinguish(words: Iterable[Word], known: Background) -> None:
    """Makes an abbreviation that two forces share the right one: Japan has an SDF too, Australia an ADF."""
    for word in words:
        shared = _SHARED.get(word.text)
        if shared is not None and shared[0] in known.nations and shared[1] not in known.nations:
            word.entry = Entry(Kind.PARTY, party=force_of(shared[0]).value)


def party_of(
    group: Group,
    words: Sequence[Word],
    known: Background,
    outcome: str,
    *,
    country: str = "",
    passive: bool = False,
    by: Party | None = None,
    said: Party | None = None,
) -> Party:
    """The party of ``group``, victims of ``outcome``, in the sentence ``words``, in ``country`` where it tells."""
    party = _party(group, words, known, outcome, country=country, passive=passive, by=by, said=said)
    if party is Party.ISIS and by is Party.ISIS and group.party != "isis":
        return Party.CIVILIAN if group.head != "fighter" else Party.MILITANT  # whom ISIS kills is not of it
    return party


def force_of(nation: str) -> Party:
    """The party of a country's soldiers and police."""
    return _FORCES.get(nation) or (Party.COALITION if nation in coalition() else Party.STATE)


def _party(
    group: Group,
    words: Sequence[Word],
    known: Background,
    outcome: str,
    *,
    country: str = "",
    passive: bool = False,
    by: Party | None = None,
    said: Party | None = None,
) -> Party:
    """The party of ``group``, victims of ``outcome``, in the sentence ``words``, in ``country`` where it tells."""
    named = group.party
    head = group.head
    if group.mixed and head == "force":
        return Party.PEOPLE
    if (
        named == "militant"
        and known.taliban_rule
        and head not in ("fighter", "rank")
        and not any(word.entry.nation == "PK" for word in words)
        and any(word.entry.cue("taliban") for word in words[group.start : group.end])
    ):
        return Party.STATE
    if (
        named == "kurdish"
        and words[group.end - 1].entry.cue("insurgents")
        and any(word.entry.nation in ("TR", "IR") for word in words)
    ):
        return Party.MILITANT  # of the PKK and its like, not of the SDF
    abroad = head == "fighter" and named in ("us", "coalition")  # "US-backed fighters" are not US forces
    if named in _NAMED and head in ("force", "fighter", "rank") and not abroad:
        return PARTIES[named]
    if named in _NAMED and head == "" and group.name is not None:
        return PARTIES[named]
    if named == "state" and head != "civilian":
        return Party.STATE
    isis = known.isis and not known.other_group
    for at in range(group.end, min(group.end + 12, len(words) - 1)):
        if words[at].entry.cue("fighting") and head in ("folk", "people", "civilian", ""):
            ally = next((word.entry.party for word in words[at : at + 6] if word.entry.party in _NAMED), "")
            against = (
                any(word.entry.cue("against") for word in words[at : at + 1])
                and not words[at].text.endswith("alongside")
                and not words[at + 1].entry.cue("beside")
            )
            if ally and not against:
                return PARTIES[ally]
            break
    if "contractor" in group.roles and (group.nation == "US" or (not group.nation and known.nations[:1] == ("US",))):
        return Party.US
    if head == "unknown":
        if any(word.entry.cue("adjective") for word in words[group.start : group.end]):
            return _force(group, words, known, country, passive, said)  # "army auxiliaries"
        return PARTIES[named] if named in _NAMED and named != "un" else Party.CIVILIAN
    if head == "civilian":
        of_isis = outcome in ("arrested", "captured") or any(
            word.entry.named("office") for word in words[group.start : group.end]
        )
        if outcome == "arrested" and known.isis and named != "isis" and by is not Party.ISIS:
            of_isis = any(word.entry.cue("suspicion") for word in words[group.end :])
            return Party.ISIS if of_isis else Party.CIVILIAN  # "two brothers on suspicion of planning an attack"
        return Party.ISIS if named == "isis" and of_isis else Party.CIVILIAN
    if head == "force":
        return _force(group, words, known, country, passive, said)
    if head == "fighter":
        if any(word.entry.cue("both_sides") for word in words[group.end : group.end + 3]):
            return Party.PEOPLE
        armed = {
            word.entry.party
            for word in words
            if word.entry.party in ("isis", "militant") and not (word.kind & Kind.BE and not word.cap)
        }
        if len(armed) == 2 and not named and by is None:
            return Party.PEOPLE  # "200 fighters died in clashes between" two groups
        if by is Party.ISIS:  # whom ISIS kills is not of it
            other = next(
                (
                    word.entry.party
                    for word in words
                    if word.entry.party in _NAMED and word.entry.party != "isis" and word.cap
                ),
                "",
            )
            return PARTIES[other] if other else Party.MILITANT
        return Party.ISIS if isis and not group.nation else Party.MILITANT
    if head == "rank":
        if named == "force":
            civil = any(word.entry.cue("civil") for word in words[group.start : group.end])
            return (
                Party.CIVILIAN
                if civil and _officials(words, group)
                else _force(group, words, known, country, passive, said)
            )
        if named == "armed":
            return Party.ISIS if isis else Party.MILITANT
        if group.nation:
            return Party.CIVILIAN if _officials(words, group) else Party.PEOPLE
        if any(
            word.cap and word.kind & Kind.UNKNOWN and not word.kind & Kind.TERM and not word.entry.party
            for word in words[group.start + 1 : (group.name or (group.end, 0))[0]]
        ) and not _title_case(words):
            return Party.CIVILIAN  # of an organisation that no lexicon has
        near = _last_named(words, group)
        if near:
            return PARTIES[near]
        if isis:
            return Party.ISIS
        if {by, said} & _FIGHTING:
            return Party.MILITANT  # "the army said it killed two leaders": of those it fights
        return Party.MILITANT if known.other_group else Party.CIVILIAN if _officials(words, group) else Party.PEOPLE
    if named in ("isis", "kurdish", "syrian", "iraqi") or (
        named in ("militant", "armed") and head in ("people", "folk")
    ):
        return PARTIES[named] if named != "armed" else Party.MILITANT
    if (
        outcome in ("arrested", "captured")
        and known.isis
        and (head == "folk" or (head in ("people", "") and not group.nation))
    ):
        return Party.ISIS
    if head in ("folk", "people") and _armed(words, group):
        return Party.ISIS if isis else Party.MILITANT
    if head == "folk":
        return (
            Party.ISIS if isis and group.name is not None and outcome == "killed" and by in _STATES else Party.CIVILIAN
        )
    if (
        group.nation == "US"
        and head == "people"
        and any(word.entry.people == "force" or word.entry.party == "us" or word.entry.cue("base") for word in words)
    ):
        return Party.US
    if group.name is not None and not head:
        return (
            Party.ISIS if isis and outcome in ("killed", "arrested", "captured") and _struck(words) else Party.CIVILIAN
        )
    return Party.PEOPLE


def _armed(words: Sequence[Word], group: Group) -> bool:
    """Whether ``group`` wear bombs: "three men with suicide vests"."""
    if group.end >= len(words) or not words[group.end].entry.cue("wearing"):
        return False
    return any("suicide" in word.entry.named("weapon") for word in words[group.end + 1 : group.end + 4])


def _title_case(words: Sequence[Word]) -> bool:
    return sum(word.cap for word in words) * 2 > len(words)


def _struck(words: Sequence[Word]) -> bool:
    """Whether a state's forces act in the sentence: who they kill in news of ISIS is one of it."""
    return any(
        word.entry.party in ("us", "coalition", "iraqi", "kurdish", "force")
        or word.entry.people == "force"
        or not _STRIKES.isdisjoint(word.entry.named("operation"))
        for word in words
    )


def _last_named(words: Sequence[Word], group: Group) -> str:
    """The party named last before ``group``, where it is no subject: "a base of the SDF, killing one member"."""
    for at in range(group.start - 1, 0, -1):
        entry = words[at].entry
        if entry.party in _NAMED and words[at].cap:
            before = words[at - 1].kind
            return entry.party if before & (Kind.OF | Kind.PREPOSITION) or (at > 1 and before & Kind.DETERMINER) else ""
    return ""


def _officials(words: Sequence[Word], group: Group) -> bool:
    return any(word.entry.cue("official") for word in words[group.start : group.end])


def _force(
    group: Group, words: Sequence[Word], known: Background, country: str, passive: bool, said: Party | None
) -> Party:
    """Soldiers and police: of the party or country named with them, else of the country it happens in."""
    if group.party in _NAMED:
        return PARTIES[group.party]
    if "peacekeeper" in group.roles and known.un:
        return Party.UN
    if group.nation:
        return force_of(group.nation)
    if any(word.entry.cue("american") for word in words[group.start : group.end]) and (
        not country or country in _ABROAD or "US" in known.nations
    ):
        return Party.US
    if said in _STATES and group.count is not None:
        return said  # "the Turkish army says two soldiers were killed"
    for at, word in enumerate(words[: group.start]):
        if (
            not word.entry.nation
            or not word.kind & Kind.COUNTRY
            or (at and words[at - 1].kind & (Kind.PREPOSITION | Kind.OF))
        ):
            continue
        if passive and at + 1 < len(words) and not words[at + 1].kind & (Kind.POSSESSIVE | Kind.PUNCTUATION):
            return force_of(word.entry.nation)  # "US hits back after 3 troops injured": whose news it is
        if at + 1 < len(words) and words[at + 1].text == ":":
            return force_of(word.entry.nation)
    if country:
        return force_of(country)
    return force_of(known.nations[0]) if known.nations else Party.STATE
