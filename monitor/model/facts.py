"""The facts: typed claims, each with the words it was read from."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date
from typing import Literal


class Party(enum.StrEnum):
    """Whose people or forces they are."""

    ISIS = "isis"
    MILITANT = "militant"  # any other armed group that is no state's
    US = "us"
    COALITION = "coalition"  # other forces of the coalition against ISIS or of NATO
    IRAQI = "iraqi"  # army, police, CTS, PMF
    KURDISH = "kurdish"  # SDF, YPG, Peshmerga
    SYRIAN = "syrian"  # government forces
    STATE = "state"  # any other country's soldiers or police
    CIVILIAN = "civilian"  # journalists, aid workers, officials and children included
    PEOPLE = "people"  # not said, or a mixed total
    UN = "un"


class Outcome(enum.StrEnum):
    """What became of people."""

    KILLED = "killed"
    WOUNDED = "wounded"
    MISSING = "missing"
    ARRESTED = "arrested"
    CAPTURED = "captured"  # taken in fighting, or the words don't say how
    SURRENDERED = "surrendered"
    ABDUCTED = "abducted"


class Modality(enum.StrEnum):
    """Whether it happened, as the text has it."""

    HAPPENED = "happened"
    PLANNED = "planned"  # announced, threatened, feared or possible
    FOILED = "foiled"
    DENIED = "denied"


class Context(enum.StrEnum):
    """What kind of telling it is part of."""

    CURRENT = "current"
    HISTORICAL = "historical"  # background, anniversaries, old events
    TRIAL = "trial"
    EXERCISE = "exercise"
    FICTION = "fiction"  # film, game, book


class Domain(enum.StrEnum):
    """What kind of event the words around a claim speak of."""

    CONFLICT = "conflict"  # war, terrorism, political violence
    CRIME = "crime"
    ACCIDENT = "accident"
    DISASTER = "disaster"
    SPORT = "sport"
    UNKNOWN = "unknown"


class Scope(enum.StrEnum):
    """What a figure counts."""

    EVENT = "event"
    RUNNING = "running"  # a war, a year, a series
    PAST = "past"  # another event, before the one reported


class Basis(enum.StrEnum):
    """On what ground an actor is named. Never inferred from background."""

    STATED = "stated"  # the text tells it as a fact
    CLAIMED = "claimed"
    BLAMED = "blamed"
    SUSPECTED = "suspected"
    UNKNOWN = "unknown"


class Precision(enum.StrEnum):
    """How exact a place is, finest first."""

    SITE = "site"
    TOWN = "town"
    DISTRICT = "district"
    PROVINCE = "province"
    COUNTRY = "country"
    UNKNOWN = "unknown"


class Role(enum.StrEnum):
    """What a speaker is to the event."""

    PERPETRATOR = "perpetrator"
    SIDE = "side"
    AUTHORITY = "authority"
    THIRD = "third party"


@dataclass(frozen=True, slots=True)
class Words:
    """Words of an item, verbatim: code points ``start`` to ``end`` of ``field`` are ``text``."""

    field: str  # title, summary or body
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Location:
    """A place as the text has it and what it was resolved to. A country or province has no point."""

    words: str
    name: str | None = None
    country: str | None = None  # ISO 3166-1 alpha-2
    precision: Precision = Precision.UNKNOWN
    latitude: float | None = None
    longitude: float | None = None
    near: bool = False


@dataclass(frozen=True, slots=True)
class Dated:
    """A day of an event, or the days ``start`` to ``end`` where the words are less precise."""

    words: str
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Assertion:
    """Who says so. ``relayed``: the item reports somebody who reports the speaker."""

    who: str
    role: Role
    relayed: bool = False
    party: Party | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named in an operation, with role and fate where the words give them."""

    name: str
    role: str | None = None
    fate: Outcome | None = None
    party: Party | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What every fact has: the words it was read from, and the setting they put it in.

    ``event`` numbers the events of one item, the reported one 0. ``place``, ``when`` and ``said`` are None
    where the words don't tell: an unknown date is not today. ``gloss`` is the claim in English.
    """

    words: Words
    event: int = 0
    place: Location | None = None
    when: Dated | None = None
    said: Assertion | None = None
    modality: Modality = Modality.HAPPENED
    context: Context = Context.CURRENT
    domain: Domain = Domain.UNKNOWN
    lang: str = "en"
    gloss: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Casualty(Claim):
    """People killed, wounded, missing or taken.

    ``low`` and ``high``: "seven" 7-7, "at least 7" 7-None, "up to 30" None-30, "dozens" None-None. ``floor`` is the
    least the words can mean and is what comparisons use. 0-0 is an early "no casualties", never settled.
    ``doer`` is what the words call whoever did it (``by``): empty where they say only what kind it is ("gunmen").
    """

    kind: Literal["casualty"] = "casualty"
    outcome: Outcome
    party: Party
    low: int | None
    high: int | None
    floor: int
    nation: str | None = None  # ISO 3166-1 alpha-2
    roles: tuple[str, ...] = ()
    name: str | None = None
    condition: str | None = None  # "stable"
    by: Party | None = None
    basis: Basis = Basis.UNKNOWN
    doer: str = ""
    scope: Scope = Scope.EVENT
    part_of: int | None = None  # index, in the item's facts, of the claim this is a part of


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Claim):
    """A raid, a strike, an attack, an arrest, a plot foiled."""

    kind: Literal["operation"] = "operation"
    operation: str  # raid, air strike, bombing, ...
    weapons: tuple[str, ...] = ()
    actors: tuple[Party, ...] = ()
    basis: Basis = Basis.UNKNOWN
    doer: str = ""  # as of a casualty
    targets: tuple[Party, ...] = ()
    people: tuple[Person, ...] = ()
    seized: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Posture(Claim):
    """Where forces are, go or stay.

    ``low`` and ``high`` as for a casualty; ``before`` is the number they change from.
    """

    kind: Literal["posture"] = "posture"
    action: str  # deploy, withdraw, reduce, stay, strength, base, mission
    force: Party
    nation: str | None = None
    low: int | None = None
    high: int | None = None
    floor: int = 0
    before: int | None = None
    phase: str = "announced"  # debated, announced, begun, complete
    timeframe: str | None = None

    @property
    def moves(self) -> bool:
        """Whether forces go somewhere or leave."""
        return self.action in ("deploy", "withdraw", "reduce")


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength(Claim):
    """How many fighters an armed group is thought to have."""

    kind: Literal["strength"] = "strength"
    party: Party
    low: int | None
    high: int | None
    floor: int
    source: str | None = None


Fact = Casualty | Operation | Posture | Strength
