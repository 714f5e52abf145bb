"""What the words around a claim say of it: the kind of event, and whether it is news, history, trial or exercise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from monitor.facts.lexicon import TABLES, Kind, Table
from monitor.facts.words import Word
from monitor.model import Context, Domain

_STRONG = frozenset({"isis", "militant", "iraqi", "kurdish", "syrian"})
_GROUPS = frozenset({"isis", "militant"})
_ARMED = frozenset({"force", "fighter"})
_CIVIL_FORCE = ("police", "officer", "guard", "trooper", "cop", "swat", "security guard", "constable")
# Countries at war or under insurgency: there, people reported killed with no other word are killed in it.
_TROUBLED = frozenset(
    [
        "SY",
        "IQ",
        "YE",
        "LB",
        "PS",
        "SD",
        "SS",
        "SO",
        "ET",
        "ML",
        "BF",
        "NE",
        "CD",
        "CF",
        "MZ",
        "AF",
        "LY",
        "UA",
        "MM",
        "IL",
    ]
)


def tagged(words: Iterable[Word], table: str) -> dict[str, int]:
    """How often the terms of each name of ``table`` occur, of those that do."""
    found: dict[str, int] = {}
    bit = TABLES[table]
    for word in words:
        if word.entry.tables & bit:
            for name in word.entry.tags[table]:
                found[name] = found.get(name, 0) + 1
    return found


def domain_of(words: Sequence[Word]) -> Domain:
    """The kind of event that words speak of: the heaviest of conflict, crime, accident, disaster, sport.

    Give a title twice: it weighs double.
    """
    found: dict[str, int] = {}
    conflict = stormed = 0
    troubled = False
    before: Word | None = None
    for word in words:
        entry, kind = word.entry, word.kind
        if entry.tables & Table.DOMAIN:
            names = entry.tags["domain"]
            for name in names:
                found[name] = found.get(name, 0) + 1
            if before is not None and kind & Kind.TERM and 0 <= word.start - before.end <= 1:
                if before.kind & Kind.NATION and "violence" in names:
                    conflict += 3  # "Russian strikes"
                if before.kind & Kind.PERSON and entry.tables & Table.OPERATION and "disaster" in names:
                    stormed += 1  # "protesters storm"
        if entry.party and entry.party in _STRONG and not (kind & Kind.BE and not word.cap):
            conflict += 4 if entry.party in _GROUPS else 2
        elif entry.people in _ARMED and not kind & Kind.TERM and not word.text.startswith(_CIVIL_FORCE):
            conflict += 1
        before = word
        troubled = troubled or entry.nation in _TROUBLED
    count = found.get
    conflict += 3 * (count("conflict", 0) + count("terror", 0)) + count("violence", 0) + (2 if troubled else 0)
    scores = {
        Domain.DISASTER: 4 * max(0, count("disaster", 0) - 2 * stormed),
        Domain.ACCIDENT: 3 * count("accident", 0),
        Domain.CRIME: 2 * count("crime", 0),
        Domain.SPORT: 3 * count("sport", 0),
    }
    best = max(scores, key=scores.__getitem__)
    if conflict >= 2 and (conflict > scores[best] or (conflict == scores[best] and best is not Domain.CRIME)):
        return Domain.CONFLICT
    return best if scores[best] else Domain.UNKNOWN


def domain_at(domain: Domain, countries: Iterable[str]) -> Domain:
    """``domain``, or that of a conflict where no word tells one and it is in one of the ``countries`` at war."""
    return Domain.CONFLICT if domain is Domain.UNKNOWN and not _TROUBLED.isdisjoint(countries) else domain


def context_of(
    sentence: Sequence[Word], tables: int, item: Mapping[str, int], published: datetime | None, *, title: bool = False
) -> Context:
    """What kind of telling ``sentence``, of ``tables``, is, in an item with the context terms ``item``."""
    here: dict[str, int] = {}
    if tables & Table.CONTEXT:
        here = tagged(sentence, "context")
        here["trial"] = proceedings(sentence)
    for context in (Context.TRIAL, Context.EXERCISE, Context.FICTION) if here or item else ():
        name = context.value
        told = item.get(name, 0)
        if here.get(name) or told >= 2 or (told and context is Context.TRIAL and title):
            return context
    if "historical" in here or old_year(sentence, published) is not None:
        return Context.HISTORICAL
    return Context.CURRENT


def apart(sentence: Sequence[Word], start: int, end: int, published: datetime | None) -> bool:
    """Whether words ``start`` to ``end`` tell no history in a sentence that has some.

    A year may stand in another clause ("..., abducted in 2012, was killed"), and an anniversary be where it happens.
    """
    for at, word in enumerate(sentence):
        names = word.entry.tags["context"] if word.entry.tables & Table.CONTEXT else ()
        if "historical" in names and ("occasion" not in names or _marks(sentence, at, start)):
            return False
    year = old_year(sentence, published)
    if year is None:
        return True
    between = sentence[end:year] if year >= end else sentence[year + 1 : start]
    if end > year and _told_of_before(sentence, year):
        return True
    inserted = year < end and any(word.text == "," for word in sentence[:year])
    closed = any(word.text == "," for word in sentence[year + 1 : end])
    # "the 2008 attacks that killed 160": the year is that of what the relative clause tells more of
    ends = any(word.kind & Kind.CLAUSE and (year >= end or not word.kind & Kind.WHO) for word in between)
    return ends or (inserted and closed)


def _told_of_before(sentence: Sequence[Word], year: int) -> bool:
    """Whether the year is of a relative clause that the main verb follows: "a man who left in 2014 was killed"."""
    for at in range(year - 1, max(-1, year - 10), -1):
        if sentence[at].kind & Kind.PUNCTUATION:
            return False
        if sentence[at].kind & Kind.WHO:
            return any(word.kind & (Kind.BE | Kind.HAVE) for word in sentence[year + 1 : year + 3])
    return False


def _marks(sentence: Sequence[Word], occasion: int, start: int) -> bool:
    """Whether it is what the words from ``start`` tell that is remembered: "the anniversary of a raid that killed ten".

    "On the anniversary of the raid, gunmen killed ten" and "a bomb at an anniversary of the raid killed ten" are news.
    """
    if start < occasion or any(word.text == "," for word in sentence[occasion:start]):
        return False
    verb = sentence[start]
    finite = verb.kind & (Kind.AFTER | Kind.EITHER) and not verb.kind & Kind.NOUN and not verb.text.endswith("ing")
    if finite and not sentence[start - 1].kind & Kind.WHO:
        return False
    return sentence[occasion].text.endswith("after") or any(
        word.kind & (Kind.OF | Kind.TO) or (word.kind & Kind.PREPOSITION and not word.entry.named("place"))
        for word in sentence[occasion + 1 : occasion + 4]
    )


def proceedings(words: Sequence[Word]) -> int:
    """How many of ``words`` are of a trial.

    A court that something happens at is a place, a judge who was killed a victim, and a prosecutor who tells the news
    its source.
    """
    found = 0
    for at, word in enumerate(words):
        if not word.entry.tables & Table.CONTEXT:
            continue
        names = word.entry.tags["context"]
        if "trial" not in names:
            continue
        before = words[max(0, at - 3) : at]
        struck = "courthouse" in names and any(one.entry.named("operation") for one in before)
        beside = struck or any("beside" in one.entry.named("place") for one in before)
        victim = any(one.kind & (Kind.AFTER | Kind.EITHER) for one in before[-2:])
        held = word.text == "jailed" and at + 1 < len(words) and words[at + 1].kind & (Kind.PARTY | Kind.PERSON)
        found += not (beside or victim or held or ("office" in names and not _presides(words, at)))
    return found


def _presides(words: Sequence[Word], at: int) -> bool:
    """Whether the judge or prosecutor at ``at`` acts as one: begins a clause, and does not merely tell something."""
    told_of = any(word.kind & (Kind.PREPOSITION | Kind.OF | Kind.OUTCOME) for word in words[max(0, at - 3) : at])
    says = [word.entry.named("say") for word in words[at + 1 : at + 5]]
    return not told_of and not any("verb" in said and "blame" not in said for said in says)  # "accuses" is no telling


def old_year(sentence: Sequence[Word], published: datetime | None) -> int | None:
    """The index of a year of at least two years before ``published``; None where there is none."""
    if published is None:
        return None
    for at, word in enumerate(sentence):
        year = word.kind & Kind.NUMBER and len(word.text) == 4 and word.text.isdigit()
        since = any(one.text.startswith("since") for one in sentence[max(0, at - 8) : at])
        if year and 1900 <= word.entry.value <= published.year - 2 and not since:
            return at
    return None
