"""Claims in a few plain English words: figures, whose people, what became of them, where, when, who says so.

What stands here names values of ``model`` alone. Words of the item itself (a place, a speaker, a name) pass through
as they were found: whoever shows them must treat them as text from outside.
"""

from __future__ import annotations

from dataclasses import replace

from monitor.model import (
    Assertion,
    Casualty,
    Dated,
    Fact,
    Location,
    Operation,
    Party,
    Posture,
    Precision,
    Role,
    Strength,
)

PARTIES = {
    Party.ISIS: "ISIS",
    Party.MILITANT: "militants",
    Party.US: "US",
    Party.COALITION: "allied forces",
    Party.IRAQI: "Iraqi forces",
    Party.KURDISH: "Kurdish forces",
    Party.SYRIAN: "Syrian forces",
    Party.STATE: "state forces",
    Party.CIVILIAN: "civilians",
    Party.PEOPLE: "people",
    Party.UN: "UN",
}
# Found beside other words; alone they say nothing.
BARE = frozenset(("to", "into", "in", "for", "of", "on", "at", "by", "from", "with"))
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_VAGUE = ((2000, "thousands"), (200, "hundreds"), (40, "scores"), (24, "dozens"), (3, "several"))
_BARE_PLURAL = 2  # the floor of "troops": no number
_ROLES = {Role.SIDE: "a party to it", Role.PERPETRATOR: "who did it", Role.THIRD: "third party"}
_PLURALS = {"child": "children", "woman": "women"}
_AREA_WORDS = ("district", "province", "governorate", "region", "state", "oblast")
_AREAS = {Precision.DISTRICT: "district", Precision.PROVINCE: "province"}


def figure(low: int | None, high: int | None, floor: int) -> str:
    """ "7", "at least 7", "up to 30", "5 to 9", "dozens"; "some" where there is no figure at all."""
    if low is not None and high is not None:
        return f"{low:,}" if low == high else f"{low:,} to {high:,}"
    if low is not None:
        return f"at least {low:,}"
    if high is not None:
        return f"up to {high:,}"
    return next((word for least, word in _VAGUE if floor >= least), "some")


def who(fact: Casualty) -> str:
    """Whose people a casualty claim counts: "ISIS commanders", "US", "children"."""
    if fact.party is Party.CIVILIAN and fact.roles:
        return _people(fact.roles[0])
    name = PARTIES[fact.party]
    return f"{name} {_people(fact.roles[0])}" if fact.roles and fact.party in (Party.ISIS, Party.US) else name


def _people(role: str) -> str:
    return _PLURALS.get(role, f"{role}s")


def label(fact: Casualty) -> str:
    """ "ISIS killed", "US wounded": what a row of a table of figures is about."""
    text = f"{who(fact)} {fact.outcome.value}"
    return text if text.startswith(("US", "UN", "ISIS")) else text[0].upper() + text[1:]


def casualty(fact: Casualty) -> str:
    """The claim in a phrase: "2 US wounded", "at least 7 ISIS killed"."""
    return f"{figure(fact.low, fact.high, fact.floor)} {who(fact)} {fact.outcome.value}"


def posture(fact: Posture) -> str:
    """ "US stay 900, Syria", with its phase where it is not done yet."""
    parts = [f"{PARTIES[fact.force]} {fact.action}"]
    if fact.low is not None or fact.high is not None or fact.floor > _BARE_PLURAL:
        change = f"{fact.before:,} → " if fact.before is not None else ""
        parts[0] += f" {change}{figure(fact.low, fact.high, fact.floor)}"
    if fact.place is not None:
        parts.append(place(fact.place))
    if fact.timeframe:
        parts.append(fact.timeframe)
    if fact.phase == "debated":
        parts.append("debated")
    return ", ".join(parts)


def forces(fact: Posture | Strength) -> str:
    """ "US in Iraq", "US withdraw, Syria", "ISIS strength": what a row of figures of forces is about."""
    party = fact.force if isinstance(fact, Posture) else fact.party
    name = PARTIES[party]
    name = name[0].upper() + name[1:]
    if isinstance(fact, Posture) and fact.nation and party in (Party.STATE, Party.COALITION):
        name += f" ({fact.nation})"
    where = (fact.place.name or fact.place.words) if fact.place is not None else ""
    if isinstance(fact, Strength):
        return f"{name} strength, {where}" if where else f"{name} strength"
    if fact.moves:
        return f"{name} {fact.action}, {where}" if where else f"{name} {fact.action}"
    return f"{name} in {where}" if where else f"{name} present"


def number(fact: Posture | Strength) -> str:
    """ "2,500", "2,500 → 2,000", "500, debated"; of a move without a number how far it is: "announced"."""
    if isinstance(fact, Strength):
        return figure(fact.low, fact.high, fact.floor)
    if fact.low is None and fact.high is None and fact.floor <= _BARE_PLURAL:
        return fact.phase
    said = f"{fact.before:,} → " if fact.before is not None else ""
    said += figure(fact.low, fact.high, fact.floor)
    return f"{said}, debated" if fact.phase == "debated" else said


def strength(fact: Strength) -> str:
    """ "ISIS 1,500 to 3,000"."""
    return f"{PARTIES[fact.party]} {figure(fact.low, fact.high, fact.floor)}"


def operation(fact: Operation) -> str:
    """ "raid by Iraqi forces on ISIS", with its weapons and what was seized."""
    text = fact.operation
    if fact.actors:
        text += " by " + ", ".join(PARTIES[party] for party in fact.actors)
    if fact.targets:
        text += " on " + ", ".join(PARTIES[party] for party in fact.targets)
    if fact.weapons:
        text += f" ({', '.join(fact.weapons)})"
    if fact.seized:
        text += f"; seized: {', '.join(fact.seized)}"
    return text


def phrase(fact: Fact) -> str:
    """Any claim in one phrase."""
    if isinstance(fact, Casualty):
        return casualty(fact)
    if isinstance(fact, Posture):
        return posture(fact)
    return strength(fact) if isinstance(fact, Strength) else operation(fact)


def place(where: Location) -> str:
    """The place with how exact it is: "near Hawija", "Anbar province", "central Iraq (exact place unknown)"."""
    name = where.name or where.words
    if where.precision is Precision.UNKNOWN:
        return f"{where.words} (exact place unknown)"
    if where.precision is Precision.COUNTRY and name.lower() in where.words.lower():
        return where.words
    area = _AREAS.get(where.precision, "")
    text = f"{name} {area}" if area and not any(word in name.lower() for word in _AREA_WORDS) else name
    return f"near {text}" if where.near else text


def place_as_told(where: Location) -> str:
    """``place`` by the name that its reader has before him: "near Palmyra", where a gazetteer has Tadmur."""
    ours = where.precision is Precision.COUNTRY or not where.words.isascii() or where.words.isupper()
    return place(where if ours else replace(where, name=None))


def day(when: Dated) -> str:
    """ "Tue 22 Oct 2024"; "21 to 25 Oct 2024" where the words are less precise."""
    start, end = when.start, when.end
    if start == end:
        return f"{_DAYS[start.weekday()]} {start.day} {_MONTHS[start.month - 1]} {start.year}"
    first = (
        f"{start.day}"
        if (start.month, start.year) == (end.month, end.year)
        else f"{start.day} {_MONTHS[start.month - 1]}"
    )
    if start.year != end.year:
        first += f" {start.year}"
    return f"{first} to {end.day} {_MONTHS[end.month - 1]} {end.year}"


def said(by: Assertion) -> str:
    """Who says so and what they are to it: "CENTCOM, a party to it"; "relayed" where at second hand."""
    role = _ROLES.get(by.role, "")
    return by.who + (f", {role}" if role else "") + (", relayed" if by.relayed else "")
