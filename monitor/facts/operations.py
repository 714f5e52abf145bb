"""What was done: raids, strikes, attacks, arrests; with what, by whom, against whom. And how strong a group is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from monitor.facts.counts import Count, count_at
from monitor.facts.groups import WEAK, Group
from monitor.facts.lexicon import Kind, Table
from monitor.facts.parties import PARTIES
from monitor.facts.sentences import Sentence, Toll
from monitor.facts.speakers import Author, author
from monitor.facts.words import Word
from monitor.model import Outcome, Party, Person

_WEIGHT = (
    "plot foiled",
    "prison break",
    "raid",
    "ambush",
    "bombing",
    "air strike",
    "siege",
    "seizure",
    "shelling",
    "execution",
    "abduction",
    "attack",
    "clash",
    "arrest",
)
OUTCOMES = {outcome.value: outcome for outcome in Outcome}
_FROM_AFAR = frozenset({"aircraft", "drone", "missile", "helicopter"})
_TARGETS = frozenset({"isis", "militant", "us", "coalition", "iraqi", "kurdish", "syrian", "un"})


@dataclass
class Deed:
    """One operation as read from a sentence; ``at`` is the word that names it."""

    operation: str
    at: int
    start: int
    end: int
    actor: Author | None = None
    targets: tuple[Party, ...] = ()
    weapons: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    seized: tuple[str, ...] = ()
    tolls: list[Toll] = field(default_factory=list)


def tags(word: Word, table: str) -> tuple[str, ...]:
    """The names under which ``table`` of the lexicon lists ``word``."""
    return word.entry.tags.get(table, ())


def deed(sentence: Sentence, read_here: Sequence[Toll], text: str, parties: dict[int, Party]) -> Deed | None:
    """The operation a sentence tells of, the most telling of several; None where it tells of none."""
    words = sentence.words
    best: tuple[int, str, int] | None = None
    for at, word in enumerate(words):
        for name in word.entry.tags["operation"] if word.entry.tables & Table.OPERATION else ():
            rank = (_WEIGHT.index(name), name, at)
            if best is None or rank < best:
                best = rank
    if best is None:
        found = _strike(words) or _violence(words, read_here)
        if found is None:
            return None
        best = (0, *found)
    _, name, at = best
    if name in ("arrest", "execution", "abduction") and not read_here:
        return None
    armed = [word for word in words if word.entry.tables & Table.WEAPON]
    weapons = tuple(dict.fromkeys(weapon for word in armed for weapon in tags(word, "weapon")))
    return Deed(
        operation=name,
        at=at,
        start=at,
        end=at + 1,
        actor=_actor(words, at, read_here, parties),
        targets=_targets(sentence, at, read_here, parties),
        weapons=weapons,
        people=_people(words, read_here, text, parties),
        seized=seized(words),
    )


def _strike(words: Sequence[Word]) -> tuple[str, int] | None:
    """An attack told by a verb that forces or weapons have with a site: "the air force targets a market"."""
    for at, word in enumerate(words):
        if not (at and word.entry.tables & Table.STRIKE and "verb" in tags(word, "strike")):
            continue
        start = at
        while start and not (words[start - 1].kind & Kind.CLAUSE or words[start - 1].text in (",", ";", ":")):
            start -= 1
        by = words[start:at]
        if not any(_armed(each) for each in by) and not words[at - 1].kind & Kind.COUNTRY:
            continue
        for each in words[at + 1 : at + 8]:
            if each.kind & (Kind.CLAUSE | Kind.OUTCOME | Kind.BY) or each.text == ",":
                break
            if each.entry.tables & Table.SITE:
                from_afar = any(_flies(each) for each in by)
                return "air strike" if from_afar else "attack", at
    return None


def _flies(word: Word) -> bool:
    return "flying" in tags(word, "strike") or not _FROM_AFAR.isdisjoint(tags(word, "weapon"))


def _armed(word: Word) -> bool:
    return bool(
        _flies(word) or word.entry.tables & Table.WEAPON or word.entry.people in ("force", "fighter")
        or word.entry.party in _TARGETS or word.entry.party in WEAK
    )  # fmt: skip


def _violence(words: Sequence[Word], read_here: Sequence[Toll]) -> tuple[str, int] | None:
    """What kills where no kind of operation is named: "ethnic violence kills 30", "30 killed in tribal unrest"."""
    for at, word in enumerate(words):
        if not word.entry.tables & Table.STRIKE or "violence" not in tags(word, "strike"):
            continue
        for toll in read_here:
            between = words[at + 1 : toll.verb] if at < toll.verb else words[toll.end : at]
            kills = not toll.passive if at < toll.verb else any(each.kind & Kind.PREPOSITION for each in between)
            if (
                kills
                and len(between) < 8
                and not any(
                    each.text == "," or (each.kind & Kind.CLAUSE and not each.kind & Kind.PREPOSITION)
                    for each in between
                )
            ):
                return "clash", at
    return None


def _actor(words: Sequence[Word], at: int, read_here: Sequence[Toll], parties: dict[int, Party]) -> Author | None:
    """Who did it: "by" someone, the one whose it is ("Israeli air strikes"), or who kills in the sentence."""
    victims = {parties.get(toll.group.start) for toll in read_here}
    found = author(words, at, passive=True)
    if found is None:
        near = words[max(0, at - 3) : at]
        named = bool(words[at].kind & Kind.VERB) or any(word.entry.nation or word.kind & Kind.PARTY for word in near)
        verb = words[at].text.endswith(("ed", "s")) and not words[at].text.endswith("strikes")
        found = author(words, at, passive=False) if named or verb else None
    if found is None or found.party in victims:
        active = [toll for toll in read_here if not toll.passive]
        found = author(words, active[0].verb, passive=False) if active else None
    return found if found is not None and found.party not in victims else None


def _targets(sentence: Sentence, at: int, read_here: Sequence[Toll], parties: dict[int, Party]) -> tuple[Party, ...]:
    words = sentence.words
    found: dict[Party, None] = {}
    for step in range(at + 1, min(at + 10, len(words))):
        if tags(words[step], "target"):
            for word in words[step + 1 : step + 6]:
                if word.entry.party in _TARGETS and not (word.kind & Kind.BE and not word.cap):
                    found[PARTIES[word.entry.party]] = None
                    break
                if word.kind & (Kind.CLAUSE | Kind.OUTCOME):
                    break
            break
    if words[at].text.endswith("ed") and not (at and words[at - 1].kind & Kind.BE):  # "raided an ISIS position"
        for word in words[at + 1 : at + 6]:
            if word.kind & (Kind.PREPOSITION | Kind.BY | Kind.CLAUSE | Kind.OUTCOME):
                break
            if word.entry.party in _TARGETS and not (word.kind & Kind.BE and not word.cap):
                found[PARTIES[word.entry.party]] = None
                break
    for toll in read_here:
        party = parties.get(toll.group.start)
        if party in (Party.ISIS, Party.MILITANT):
            found[party] = None
    return tuple(found)


def _people(
    words: Sequence[Word], read_here: Sequence[Toll], text: str, parties: dict[int, Party]
) -> tuple[Person, ...]:
    found = []
    for toll in read_here:
        name = toll.group.name
        if name is None:
            continue
        role = text[words[toll.group.start].start : words[name[0] - 1].end] if name[0] > toll.group.start else None
        if role is not None:
            role = role.strip(" \"'“”‘’") or None
        found.append(
            Person(
                text[words[name[0]].start : words[name[1] - 1].end],
                role,
                OUTCOMES[toll.outcome],
                parties.get(toll.group.start),
            )
        )
    return tuple(found)


def seized(words: Sequence[Word]) -> tuple[str, ...]:
    """Material taken: "weapons were seized", "seized explosives and documents"."""
    verbs = [at for at, word in enumerate(words) if word.entry.tables & Table.SEIZE]
    if not verbs:
        return ()
    found: dict[str, None] = {}
    for at, word in enumerate(words):
        for material in tags(word, "material"):
            if any(abs(at - verb) <= 8 for verb in verbs):
                found[material] = None
    return tuple(found)


@dataclass
class Estimate:
    """An armed group's size as read from a sentence."""

    party: str
    count: Count
    start: int
    end: int


def estimate(sentence: Sentence, taken: set[int]) -> Estimate | None:
    """ "ISIS has 1,500 to 3,000 fighters": the size that a sentence with a word of strength gives an armed group."""
    words = sentence.words
    for group in sentence.groups:
        if group.start in taken or group.count is None or not _fighters(words, group):
            continue
        if (group.count.low or group.count.high or 0) < 50 or any(
            word.kind & Kind.OUTCOME for word in words[group.end : group.end + 3]
        ):
            continue
        if group.start and words[group.start - 1].kind & (Kind.AFTER | Kind.EITHER):
            continue
        party = (
            group.party
            if group.party in ("isis", "militant")
            else next(
                (
                    word.entry.party
                    for word in words
                    if word.entry.party in ("isis", "militant") and not (word.kind & Kind.BE and not word.cap)
                ),
                "",
            )
        )
        if party:
            return Estimate(party, group.count, group.start, group.end)
    for at, word in enumerate(words):  # "puts ISIS at 1,500 to 3,000"
        if word.text == "at" and at and words[at - 1].entry.party in ("isis", "militant"):
            count = count_at(words, at + 1)
            if count is not None and (count.low or 0) >= 50:
                return Estimate(words[at - 1].entry.party, count, at - 1, count.end)
    return None


def _fighters(words: Sequence[Word], group: Group) -> bool:
    return group.head == "fighter" or (
        group.head == "rank"
        and group.many
        and any(word.text in ("members", "fighters") for word in words[group.start : group.end])
    )
