"""Where: the places a sentence names as places, and what each resolves to.

A name is a place where a preposition, a kind ("province"), another place or the form of a headline says so; a
capital that speaks ("Baghdad says") is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from monitor.facts.gazetteer import Spot, spots
from monitor.facts.lexicon import Kind, Table
from monitor.facts.load import english_names
from monitor.facts.words import Word
from monitor.model import Location, Precision

_LONGEST = 4
_NAMES = Kind.UNKNOWN | Kind.COUNTRY | Kind.TERM | Kind.PERSON
_WAR = frozenset({"conflict", "violence"})


class Hit(NamedTuple):
    """A place named by words ``start`` to ``end`` (exclusive); ``link`` is the word before it ("in", "from")."""

    location: Location
    start: int
    end: int
    link: str
    country: str


def _tag(word: Word, name: str) -> bool:
    return bool(word.entry.tables & Table.PLACE) and name in word.entry.tags["place"]


def hits(words: Sequence[Word], text: str, nations: Sequence[str] = ()) -> list[Hit]:
    """The places named in ``words`` of the field ``text``; ``nations`` help to tell namesakes apart."""
    found: list[Hit] = []
    at = 0
    size = len(words)
    while at < size:
        word = words[at]
        # of those without capitals: "the Philippines", and scripts that have none
        named = word.cap or word.text[0] > "\u0590" or word.text.startswith("the ")
        if not named or not word.kind & _NAMES:
            at += 1
            continue
        link = _link(words, at, found)
        if link is None:
            at += 1
            continue
        hit = _resolve(words, at, text, link, nations)
        if hit is not None and hit.end < size and words[hit.end].entry.cue("namesake") and words[hit.end].cap:
            at = hit.end
            continue
        if hit is not None and at and _tag(words[at - 1], "direction"):
            place = hit.location
            hit = Hit(
                replace(place, words=text[words[at - 1].start : words[hit.end - 1].end]),
                at - 1,
                hit.end,
                hit.link,
                hit.country,
            )
        if hit is None:
            at += 1
            continue
        if (found and hit.location.precision is Precision.COUNTRY and words[at - 1].text in (",", "'s")) or (
            found
            and words[at - 1].text == ","
            and hit.location.precision is Precision.PROVINCE
            and found[-1].end == at - 1
        ):
            found[-1] = _within(found[-1], hit, words, text)
        else:
            found.append(hit)
        at = hit.end
    return found


def _link(words: Sequence[Word], at: int, found: Sequence[Hit]) -> str | None:
    """What makes the word at ``at`` a place: a preposition, "Iraq's", ", ", ":" behind it; None for nothing."""
    before = words[at - 1] if at else None
    if _adjective(words, at):
        return None  # "in a US air strike"
    if words[at].kind & (Kind.WHERE | Kind.WHENCE):
        return "in" if words[at].kind & Kind.WHERE else "from"
    step = at - 1
    while step >= 0 and (_tag(words[step], "direction") or words[step].kind & Kind.DETERMINER):
        step -= 1
    if step >= 0:
        word = words[step]
        if _tag(word, "link"):
            return word.text
        if word.kind & Kind.OF and step and (_tag(words[step - 1], "kind") or _tag(words[step - 1], "side")):
            return "in" if _tag(words[step - 1], "kind") else "near"
        if _tag(word, "kind") and step and step + 1 == at and _tag(words[step - 1], "link"):
            return words[step - 1].text
        if word.text == "," and step and step + 1 == at:
            step -= 1
        if _tag(words[step], "kind"):  # "in the Afghan capital, Kabul", "in Syria's capital Damascus"
            while step > 0 and (
                words[step - 1].kind & (Kind.NATION | Kind.COUNTRY | Kind.POSSESSIVE | Kind.DETERMINER)
                or _tag(words[step - 1], "direction")
                or _tag(words[step - 1], "kind")
            ):
                step -= 1
            if step and _tag(words[step - 1], "link"):
                return words[step - 1].text
    if (
        before is not None
        and found
        and found[-1].end == at - 1
        and (before.text in (",", "/", "'s", "(") or before.kind & Kind.AND)
    ):
        return found[-1].link
    if before is not None and before.text == "," and words[at].kind & Kind.COUNTRY:  # "in a place, its country"
        step = at - 2
        while step > 0 and at - step < 7 and (words[step].cap or _tag(words[step], "kind")):
            step -= 1
        if step < at - 2 and step >= 0 and _tag(words[step], "link"):
            return words[step].text
    if before is not None and before.text == "'s" and at >= 2 and words[at - 2].kind & Kind.COUNTRY:
        return "in"
    following = words[at + 1] if at + 1 < len(words) else None
    if following is not None:
        if at == 0 and following.text == ":":
            return "in"
        if _tag(following, "kind"):
            return "in"
        if (
            not words[at].kind & Kind.NATION
            and not (before is not None and before.text in ("a", "an"))
            and following.entry.tables & Table.DOMAIN
            and not _WAR.isdisjoint(following.entry.tags["domain"])
            and not following.kind & Kind.PERSON
            and following.text not in ("army", "military", "forces", "coalition", "regime")
        ):
            return "in"
    return None


def _adjective(words: Sequence[Word], at: int) -> bool:
    """Whether a name that is noun and adjective ("U.S.") describes what follows it."""
    both = words[at].kind & Kind.NATION and words[at].kind & Kind.COUNTRY
    return (
        bool(both)
        and at + 1 < len(words)
        and bool(words[at + 1].kind & (Kind.UNKNOWN | Kind.PERSON | Kind.PARTY) and words[at + 1].text[0].isalpha())
    )


def _resolve(words: Sequence[Word], at: int, text: str, link: str, nations: Sequence[str]) -> Hit | None:
    word = words[at]
    near = link in ("near", "outside", "around")
    if word.kind & Kind.COUNTRY:
        following = words[at + 1] if at + 1 < len(words) else None
        name = text[word.start : word.end]
        if following is not None and following.kind & Kind.POSSESSIVE:
            return None  # "in Israel's latest attack"
        if following is not None and following.cap and _tag(following, "kind"):
            named = _named(words, at, at + 2, text, nations)
            if named is not None:
                return Hit(_location(named, text[word.start : following.end], near), at, at + 2, link, named.country)
        return Hit(
            Location(name, _country_name(name, word.entry.nation), word.entry.nation, Precision.COUNTRY, near=near),
            at,
            at + 1,
            link,
            word.entry.nation,
        )
    for end in range(min(at + _LONGEST, len(words)), at, -1):
        last = words[end - 1]
        if end - 1 > at and not (
            last.cap
            or last.text[0] > "\u0590"
            or last.text in ("al", "de", "el", "ez", "da", "du", "province", "governorate", "region", "state", "of")
        ):
            continue
        if any(other.text in (",", "'s", ".", "(", ")") for other in words[at:end]):
            continue
        named = _named(words, at, end, text, nations)
        if named is not None:
            return Hit(_location(named, text[word.start : last.end], near), at, end, link, named.country)
    return None


def _named(words: Sequence[Word], start: int, end: int, text: str, nations: Sequence[str]) -> Spot | None:
    name = text[words[start].start : words[end - 1].end]
    if len(name) < 3:
        return None
    found = spots(name)
    if not found:
        return None
    near = {word.entry.nation for word in words if word.entry.nation}
    for wanted in (near, set(nations)):
        for spot in found:
            if spot.country in wanted:
                return spot
    if found[0].people < 15_000 and found[0].precision is Precision.TOWN and not _tag(words[start - 1], "kind"):
        return None
    return found[0]


def _location(spot: Spot, words: str, near: bool) -> Location:
    return Location(words, spot.name, spot.country or None, spot.precision, spot.latitude, spot.longitude, near)


def _country_name(name: str, nation: str) -> str:
    """``name`` where it is English, else the English one: "Suriye" is Syria."""
    english = english_names(nation)
    return english[0] if english and name not in english else name


def _within(inner: Hit, outer: Hit, words: Sequence[Word], text: str) -> Hit:
    """ "Taji, Iraq": one place, the inner one; re-read where the outer one tells another namesake."""
    place = inner.location
    span = text[words[inner.start].start : words[outer.end - 1].end]
    if outer.country and place.country != outer.country and place.name:
        for spot in spots(place.words):
            if spot.country == outer.country:
                return Hit(_location(spot, span, place.near), inner.start, outer.end, inner.link, spot.country)
        return outer if place.country else inner
    return Hit(
        Location(span, place.name, place.country, place.precision, place.latitude, place.longitude, place.near),
        inner.start,
        outer.end,
        inner.link,
        inner.country or outer.country,
    )


def place_of(found: Sequence[Hit], start: int, end: int, *, links: frozenset[str] | None = None) -> Hit | None:
    """The place that words ``start`` to ``end`` of a sentence are bound to: the next behind, else the last before."""
    if not found:
        return None
    usable = [
        hit for hit in found if (links is None and hit.link != "from") or (links is not None and hit.link in links)
    ]
    inside = [hit for hit in usable if start <= hit.start < end]
    behind = [hit for hit in usable if hit.start >= end]
    before = [hit for hit in usable if hit.end <= start]
    if inside:
        return inside[-1]
    if behind and (not before or behind[0].start - end <= 8 or behind[0].start - end <= start - before[-1].end):
        return behind[0]
    return before[-1] if before else (behind[0] if behind else None)
