"""What the words around a claim say of it: the kind of event, the context, whether it happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from monitor.facts.lexicon import TABLES, Kind, Table
from monitor.facts.words import Word
from monitor.model import Context, Domain, Modality

_STRONG = frozenset({"isis", "militant", "iraqi", "kurdish", "syrian"})
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


def tagged(words: Iterable[Word], table: str) -> Counter[str]:
    """How often the terms of each name of ``table`` occur."""
    found: Counter[str] = Counter()
    bit = TABLES[table]
    for word in words:
        if word.entry.tables & bit:
            for name in word.entry.tags[table]:
                found[name] += 1
    return found


def domain_of(words: Sequence[Word]) -> Domain:
    """The kind of event that words speak of: the heaviest of conflict, crime, accident, disaster, sport.

    Give a title twice: it weighs double.
    """
    counts = tagged(words, "domain")
    conflict = 3 * (counts["conflict"] + counts["terror"]) + counts["violence"]
    troubled = False
    before: Word | None = None
    for word in words:
        if word.entry.party in _STRONG and not (word.kind & Kind.BE and not word.cap):
            conflict += 4 if word.entry.party in ("isis", "militant") else 2
        elif (
            word.entry.people in ("force", "fighter")
            and not word.kind & Kind.TERM
            and not word.text.startswith(_CIVIL_FORCE)
        ):
            conflict += 1
        if (
            word.kind & Kind.TERM
            and before is not None
            and before.kind & Kind.NATION
            and 0 <= word.start - before.end <= 1
            and "violence" in word.entry.tags.get("domain", ())
        ):
            conflict += 3  # "Russian strikes"
        before = word
        troubled = troubled or word.entry.nation in _TROUBLED
    conflict += 2 if troubled else 0
    scores = {
        Domain.DISASTER: 4 * counts["disaster"],
        Domain.ACCIDENT: 3 * counts["accident"],
        Domain.CRIME: 2 * counts["crime"],
        Domain.SPORT: 3 * counts["sport"],
    }
    best = max(scores, key=lambda domain: scores[domain])
    if conflict >= 2 and (conflict > scores[best] or (conflict == scores[best] and best is not Domain.CRIME)):
        return Domain.CONFLICT
    return best if scores[best] else Domain.UNKNOWN


def context_of(
    sentence: Sequence[Word], item: Counter[str], published: datetime | None, *, title: bool = False
) -> Context:
    """What kind of telling ``sentence`` is, in an item with the context terms ``item``."""
    here = tagged(sentence, "context")
    here["trial"] = proceedings(sentence)
    for name in ("trial", "exercise", "fiction"):
        if here[name] or item[name] >= 2 or (item[name] and name == "trial" and title):
            return Context(name)
    if here["historical"] or old_year(sentence, published) is not None:
        return Context.HISTORICAL
    return Context.CURRENT


def apart(sentence: Sequence[Word], start: int, end: int, published: datetime | None) -> bool:
    """Whether a sentence is historical only for a year in another clause than words ``start`` to ``end``."""
    year = old_year(sentence, published)
    if year is None or tagged(sentence, "context")["historical"]:
        return False
    between = sentence[end:year] if year >= end else sentence[year + 1 : start]
    inserted = year < end and any(word.text == "," for word in sentence[:year])  # "..., abducted in 2012, was killed"
    closed = any(word.text == "," for word in sentence[year + 1 : end])
    return any(word.kind & Kind.CLAUSE for word in between) or (inserted and closed)


def proceedings(words: Sequence[Word]) -> int:
    """How many of ``words`` are of a trial: a court that something happens near is a place, a judge killed a victim."""
    found = 0
    for at, word in enumerate(words):
        if word.entry.tables & Table.CONTEXT and "trial" in word.entry.tags["context"]:
            beside = any("beside" in one.entry.tags.get("place", ()) for one in words[max(0, at - 3) : at])
            victim = any(one.kind & (Kind.AFTER | Kind.EITHER) for one in words[max(0, at - 2) : at])
            held = word.text == "jailed" and at + 1 < len(words) and words[at + 1].kind & (Kind.PARTY | Kind.PERSON)
            found += not beside and not victim and not held
    return found


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


def _refuted(sentence: Sequence[Word], verb: int) -> bool:
    """ "denied killing five civilians", "denied that five were killed", "a report that five were killed is false"."""
    for at in range(verb - 1, max(-1, verb - 12), -1):
        if sentence[at].entry.tables & Table.MODALITY and "denied" in sentence[at].entry.tags["modality"]:
            return at + 1 == verb or sentence[at + 1].text in ("that", "having")
        if sentence[at].kind & (Kind.OUTCOME | Kind.PUNCTUATION):
            break
    return any(
        word.entry.tables & Table.MODALITY
        and "denied" in word.entry.tags["modality"]
        and word.text.split()[0] in ("is", "was", "are", "were")
        for word in sentence[verb + 1 : verb + 6]
    )


_CHAIN = (
    Kind.NOT | Kind.BE | Kind.HAVE | Kind.ADVERB | Kind.MODAL | Kind.TO | Kind.LEFT
)  # what stands between "not" and its verb


def modality_of(sentence: Sequence[Word], verb: int, *, active: bool) -> Modality:
    """Whether what the outcome word at ``verb`` tells happened."""
    if _refuted(sentence, verb):
        return Modality.DENIED
    clause = 0
    for at in range(verb - 1, -1, -1):
        kind = sentence[at].kind
        if (kind & Kind.CLAUSE and not kind & (Kind.WHO | Kind.LEFT)) or sentence[at].text in (";", ":"):
            clause = at + 1
            break
    near = sentence[max(clause, verb - 4) : verb]
    noun = bool(sentence[verb].kind & Kind.NOUN and not sentence[verb].kind & (Kind.EITHER | Kind.AFTER))
    planned = False
    for back in range(len(near) - 1, -1, -1):
        word = near[back]
        if not word.kind & _CHAIN and not planned and not noun:
            break
        if word.kind & Kind.NOT:
            return Modality.DENIED
        if word.kind & Kind.MODAL and not (word.kind & Kind.DATE and word.cap):
            planned = True
    if (
        active
        and near
        and (
            near[-1].kind & Kind.TO
            or (
                any(word.kind & (Kind.TO | Kind.OF) for word in near)
                and tagged(sentence[max(clause, verb - 8) : verb], "modality")["planned"]
            )
        )
    ):
        planned = True
    likely = any(word.text == "likely" for word in near)
    if near and near[-1].kind & Kind.TO and (likely or sentence[verb].text in ("die", "perish")):
        planned = True  # "more likely to be killed", "ready to die"
    if not planned:
        return Modality.HAPPENED
    return Modality.FOILED if tagged(sentence[:verb], "modality")["foiled"] else Modality.PLANNED
