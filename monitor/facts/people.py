"""Groups of people in a sentence: how many, of what kind, whose.

A group is a count, a noun for people, the name of a group, a nationality or a person's name, with what describes
it: "at least 20 suspected ISIS militants", "four more", "a senior commander of the group", "Palestinians".
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.facts.ages import past_ages
from monitor.facts.counts import OPENS, Count, count_at, is_date
from monitor.facts.groups import QUOTES, WEAK, Group, described_after, stronger
from monitor.facts.lexicon import AGED, AGENT, ONE_AGENT, Kind
from monitor.facts.words import Word

_DEMONYMS = ("ians", "eans", "ris", "nis", "zis", "ites", "ese")  # how the people of a place are called
_AFTER_A_NOUN = (
    Kind.PREPOSITION | Kind.AND | Kind.OUTCOME | Kind.BE | Kind.HAVE | Kind.PUNCTUATION | Kind.TIME | Kind.BY
)
_NATIONAL = Kind.NATION | Kind.COUNTRY
_NOUNS = Kind.PERSON | Kind.NATIONALS
_LEADS = Kind.PARTY | Kind.NATION | Kind.COUNTRY | Kind.POSSESSIVE
_ANY = (
    Kind.VERB | Kind.ORDINAL | Kind.PERSON | Kind.NATIONALS | Kind.PARTY | Kind.NATION | Kind.COUNTRY | Kind.EITHER
    | Kind.ATTRIBUTE | Kind.POSSESSIVE | Kind.PUNCTUATION | Kind.UNKNOWN | Kind.ADVERB | Kind.LEFT | Kind.HOUR
)  # fmt: skip


def group_at(words: Sequence[Word], start: int, *, headline: bool = False) -> Group | None:
    """The group of people whose first word is ``words[start]``; None where none begins there."""
    size = len(words)
    at = start
    while at < size and words[at].text in QUOTES:
        at += 1
    begin = at
    counted = count_at(words, at) if at < size and words[at].kind & OPENS else None
    determined = False
    if counted is None:
        while at < size and words[at].kind & Kind.DETERMINER:
            determined = True
            at += 1
        if determined:
            counted = count_at(words, at)
            begin = at if counted else begin
            if counted is None:
                counted = _both_or_other(words, at)
    if counted is None and at < size and words[at].kind & Kind.NO and not words[at].kind & Kind.NUMBER:
        counted = Count(0, 0, 0, at, at + 1)
    group = Group(begin)
    if (
        counted is None
        and at + 2 < size
        and words[at].text in ("family", "families", "group", "crew")
        and words[at + 1].kind & Kind.OF
    ):
        counted = count_at(words, at + 2)
        if counted is not None and not (counted.end < size and words[counted.end].kind & (Kind.PERSON | Kind.UNKNOWN)):
            group.count, group.end, group.head, group.many = counted, counted.end, "people", True
            return group
        counted = None
    if counted is not None:
        if _day_of_month(words, counted):
            return None  # "the October 7 attack"
        at = counted.end
        group.count = counted
        group.others = words[at - 1].text in ("other", "another")
        if at < size and words[at].kind & Kind.OF and not words[at].kind & Kind.INCLUDING:
            at += 1
            while (
                at < size
                and words[at].kind & (Kind.DETERMINER | Kind.QUANTITY | Kind.OF)
                and not words[at].kind & Kind.PERSON
            ):
                group.whole = count_at(words, at) if words[at].kind & Kind.NUMBER else group.whole
                at += 1  # "60 of the 70 people", "one of a number of hostages"
        if (at < size and words[at].kind & Kind.OTHERS and not words[at].kind & Kind.PERSON) or (
            at < size and words[at].text == "others"
        ):
            group.others = True
            at += 1
            if at < size and words[at].kind & Kind.OTHERS and words[at - 1].text != "others":
                at += not words[at].kind & Kind.PERSON
    if at < size and words[at].kind & Kind.OTHERS and words[at].text in ("other", "others", "more"):
        group.others = True
        at += 1
    first = at
    at = _noun(words, at, group, headline)
    if group.head:
        group.end = at
        described_after(words, group)
        group.end = past_ages(words, group.end, group.figures[1])
        return group
    if counted is not None:
        if len(words[counted.start].text) == 4 and is_date(words, counted.start, counted.end):
            return None
        # "the October 7 Hamas attack"
        if first < size and at > first and words[at - 1].kind & Kind.UNKNOWN:
            noun = words[at - 1]
            if noun.cap and noun.text.endswith(_DEMONYMS) and at - first == 1 and not headline:
                group.head, group.many, group.end = "people", True, at  # "17 Kashmiris"
                return group
            if noun.kind & Kind.THING or noun.cap or not noun.text.endswith("s") or at - first > 3:
                return None
            group.head, group.many, group.end = "unknown", True, at  # patients, or so many things: the verb decides
            if at + 1 < size and (words[at].kind & Kind.OF or words[at + 1].kind & Kind.OF):
                described_after(words, group)  # 13 "apostates" of the army
                group.end, group.nation = at, ""
            return group
        if (group.party or group.nation) and not words[at - 1].kind & Kind.COUNTRY:
            group.end = at
            group.head = "people" if not group.party else "rank"
            group.many = True
            return group
        if is_date(words, counted.start, counted.end):
            return None
        group.end = first
        return group
    if group.others and words[first - 1].text == "others":
        group.many = True
        group.end = first
        return group
    if group.name is not None:
        group.end = at
        return group
    if (
        at > first
        and at - first == 1
        and words[first].kind & (Kind.NATION | Kind.PARTY)
        and group.party not in WEAK
        and (
            (words[first - 1].text in ("a", "an") and (at == size or words[at].kind & _AFTER_A_NOUN))
            or (first == start and _told_of_alone(words, first))
        )
    ):
        group.head, group.end = "rank" if group.party else "folk", at  # "a Peshmerga", "an Israeli"
        return group
    return None


def _told_of_alone(words: Sequence[Word], at: int) -> bool:
    """Whether a headline has an adjective of a country for one of its people: "Palestinian killed, 3 wounded"."""
    opens = at == 0 or bool(words[at - 1].kind & Kind.PUNCTUATION)
    suffers = at + 1 < len(words) and words[at + 1].entry.outcome(Kind.EITHER) in ("killed", "wounded", "abducted")
    kind = words[at].kind
    return bool(opens and suffers and kind & Kind.NATION and not kind & (Kind.COUNTRY | Kind.PARTY))


def _day_of_month(words: Sequence[Word], counted: Count) -> bool:
    before = counted.start - 1
    if before > 0 and words[before].text == ".":
        before -= 1
    return before >= 0 and bool(words[before].kind & Kind.DATE) and words[before].cap and 0 < counted.floor <= 31


def _both_or_other(words: Sequence[Word], at: int) -> Count | None:
    """The number that "both pilots", "the other" and "injure another" stand for; words before ``at`` are articles."""
    size = len(words)
    before = words[at - 1]
    if before.text == "both" and at < size and words[at].kind & Kind.PERSON and words[at].entry.many:
        return Count(2, 2, 2, at - 1, at)
    if (
        at < size
        and words[at].text == "other"
        and (at + 1 == size or words[at + 1].kind & (Kind.PREPOSITION | Kind.AND | Kind.PUNCTUATION))
    ):
        return Count(1, 1, 1, at, at + 1)
    if before.text == "another" and (
        at == size or words[at].kind & (Kind.PREPOSITION | Kind.PUNCTUATION | Kind.OUTCOME | Kind.BE | Kind.HAVE)
    ):
        return Count(1, 1, 1, at - 1, at)
    return None


def _noun(words: Sequence[Word], at: int, group: Group, headline: bool) -> int:
    """Reads modifiers and the noun into ``group``; the index after them."""
    size = len(words)
    start = at
    unknown = 0
    names = -1
    while at < size and at - start <= 9:
        word = words[at]
        kind = word.kind
        if not kind & _ANY:
            break
        if (
            kind & Kind.VERB
            and kind & Kind.UNKNOWN
            and not (
                at
                and words[at - 1].kind & (Kind.DETERMINER | Kind.QUANTITY | Kind.NATION)
                and not words[at - 1].kind & Kind.COUNTRY  # "US sending troops"
                and word.text.endswith(("ing", "ed"))
            )
        ):
            break
        if (word.entry is AGED or kind & Kind.ORDINAL) and _leads_to_person(words, at + 1):
            at += 1
            continue
        if word.cap and not headline and kind & Kind.PERSON and _begins_a_name(words, at):
            at += 2  # "People's Front militants"
            continue
        if at == start and kind & Kind.TAKEN and (group.others or group.figures[2] > 1) and not word.entry.many:
            break  # "took 17 others prisoner"
        if kind & Kind.PERSON and kind & Kind.NOUN and not group.count and _counted_behind(words, at + 1):
            break  # "the bodies of nine shepherds": of those
        if kind & Kind.PERSON and not (kind & Kind.OTHERS and not group.count):
            at = _person(words, at, group)
            return _name(words, at, group, headline)
        if kind & Kind.NATIONALS:
            follows = words[at + 1].kind if at + 1 < size else 0
            group.nation = word.entry.nation
            at += 1
            if not follows & Kind.PERSON:
                group.head, group.many = "people", True
                return at
        elif kind & Kind.PARTY and not (kind & Kind.BE and not word.cap):
            if not group.party or group.party in WEAK:
                group.party = stronger(group.party, word.entry.party)
            at += 1
        elif kind & _NATIONAL:
            if kind & Kind.COUNTRY and not kind & Kind.NATION and at == start and not _leads_to_person(words, at + 1):
                return at
            group.mixed = group.mixed or bool(
                group.nation and group.nation != word.entry.nation and at > start and words[at - 1].kind & Kind.AND
            )
            group.nation = group.nation or word.entry.nation
            at += 1
            if (
                at + 1 < size
                and (words[at].kind & Kind.AND or words[at].text == "/" or (words[at].text == "," and group.count))
                and words[at + 1].kind & Kind.NATION
                and (_leads_to_person(words, at + 1) or words[at].text == ",")
            ):
                at += 1
        elif kind & Kind.EITHER and at > start and (words[at - 1].cap or words[at - 1].kind & Kind.PARTY):
            break  # "the army killed Islamic State fighters"
        elif kind & Kind.ATTRIBUTE and _leads_to_person(words, at + 1):
            group.attribute = word.entry.outcome(Kind.ATTRIBUTE)
            at += 1
        elif kind & Kind.POSSESSIVE and at > start:
            if names >= 0:
                group.name = (names, at)
                group.owner = True
                return at
            if (group.party or group.nation) and not _leads_to_person(words, at + 1):
                return at
            at += 1
        elif word.text == "(" and at + 2 < size and words[at + 2].text == ")":
            if words[at + 1].kind & Kind.PARTY:
                group.party = stronger(group.party, words[at + 1].entry.party)
            at += 3
        elif (word.text in QUOTES and word.text not in "()") or word.text in {"-", "–"}:
            at += 1
        elif kind & Kind.UNKNOWN and (word.text[0].isalpha() or ("-" in word.text and len(word.text) > 3)):
            text = word.text
            if (
                text.endswith(AGENT)
                and len(text) > 4
                and (group.count or at > start)
                and not (word.cap and not headline)
                and not kind & (Kind.TERM | Kind.THING)
            ):
                group.head, group.many = "unknown", True
                return at + 1
            if (
                text.endswith(ONE_AGENT)
                and len(text) > 6
                and (group.nation or (start and words[start - 1].text in ("a", "an")))
                and not word.cap
                and not kind & (Kind.TERM | Kind.THING)
            ):
                group.head = "unknown"
                return at + 1
            if word.cap and not headline and not _leads_to_person(words, at + 1):
                if names < 0:
                    names = at
                at += 1
                continue
            if names >= 0 and not word.cap and text in ("al", "bin", "ibn", "abu", "el", "de", "van", "von"):
                at += 1
                continue
            if names >= 0:
                break
            unknown += 1
            if unknown > 4:
                break
            if (
                text.endswith("s")
                and not text.endswith(("ss", "us", "is", "ous"))
                and not _leads_to_person(words, at + 1)
            ):
                at += 1
                break
            at += 1
        elif (
            kind & (Kind.ADVERB | Kind.LEFT)
            and (at > start or group.count)
            and _leads_to_person(words, at + 1)
            and not kind & Kind.OUTCOME
        ) or (kind & Kind.HOUR and at > start and _leads_to_person(words, at + 1)):
            at += 1
        else:
            break
    if names >= 0 and not group.head and group.count is None:
        group.name = (names, at)
    return at


def _counted_behind(words: Sequence[Word], at: int) -> bool:
    return at < len(words) and bool(words[at].kind & Kind.OF) and count_at(words, at + 1) is not None


def _begins_a_name(words: Sequence[Word], at: int) -> bool:
    return at + 2 < len(words) and bool(words[at + 1].kind & Kind.POSSESSIVE) and words[at + 2].cap


def _leads_to_person(words: Sequence[Word], at: int) -> bool:
    """Whether a noun for people follows within a few describing words."""
    for word in words[at : at + 5]:
        kind = word.kind
        if word.text in QUOTES:
            continue
        if kind & _NOUNS:
            return True
        if not (
            kind & _LEADS or (kind & Kind.UNKNOWN and word.text[0].isalpha() and not word.text.endswith(("ed", "ing")))
        ):
            return False
        if kind & Kind.UNKNOWN and word.text.endswith("s") and not word.text.endswith(("ss", "us")):
            return False
    return False


def _person(words: Sequence[Word], at: int, group: Group) -> int:
    """Takes the nouns at ``at`` ("police officers", "militia leader"): the last is the head."""
    size = len(words)
    while True:
        entry = words[at].entry
        stays = group.head in ("force", "fighter") or (group.head == "civilian" and entry.named("unhurt"))
        if not (stays and entry.people in ("people", "rank")):
            group.head = entry.people
        group.many = entry.many
        group.roles = (*group.roles, *(role for role in entry.roles if role not in group.roles))
        if entry.party and not group.party:
            group.party = entry.party
        if entry.value == 2 and group.count is None:
            group.count = Count(2, 2, 2, at, at + 1)
        at += 1
        if (
            at < size
            and words[at].kind & Kind.PERSON
            and not words[at].kind & Kind.OUTCOME
            and not words[at].kind & Kind.OTHERS
            and not (group.many and words[at].kind & Kind.TAKEN and not words[at].entry.many)  # "20 soldiers prisoner"
        ):
            continue
        if at < size and words[at].kind & Kind.POSSESSIVE:
            group.owner = True
        return at


def _name(words: Sequence[Word], at: int, group: Group, headline: bool) -> int:
    """A person's name after the noun: "leader Abu Omar"."""
    size = len(words)
    begin = at
    if headline or group.many:
        return at
    while at < size and (
        (words[at].cap and words[at].kind & Kind.UNKNOWN)
        or (at > begin and words[at].text in ("al", "bin", "ibn", "abu", "el", "-"))
    ):
        at += 1
    if at > begin:
        group.name = (begin, at)
        if at < size and words[at].kind & Kind.POSSESSIVE:
            group.owner = True
    return at
