"""What people configured, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Literal

from monitor.model.facts import Party
from monitor.model.vocabulary import Level, Tier


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a configuration file something stands; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as people configured it. ``headers`` may hold credentials: never log them."""

    id: str
    url: str
    title: str
    tier: Tier = Tier.NATIONAL
    lang: str | None = None
    tags: tuple[str, ...] = ()
    interval: timedelta = timedelta(minutes=15)
    allow_private: bool = False
    include_last: timedelta = timedelta(0)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    interval_min: timedelta = timedelta(minutes=1)  # how fast a feed that runs over may be polled
    interval_max: timedelta | None = None  # how far the publisher's wishes may slow it down; None: not at all
    full_text: bool = False  # whether the article behind a new item is fetched too


@dataclass(frozen=True, slots=True)
class Publisher:
    """One origin: the outlets of one house, an agency, or a body that speaks for itself.

    ``hosts`` are domains with all below them, ``feeds`` ids of feeds; ``names`` are how others call it
    when they credit or quote it (one in capitals is meant as written). ``agency``: other papers print its
    text with its credit. ``party``: whom it speaks for.
    """

    id: str
    title: str
    hosts: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    agency: bool = False
    party: Party | None = None


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule as people wrote it, before compilation.

    ``when``, ``tell_when`` and the queries of ``raises`` are query texts; their ``Place`` is where
    the text itself begins, so that an offset in the query maps to a line and column of the file
    (continuation lines of a block start at ``when_indent`` columns).
    """

    id: str
    title: str
    category: str
    level: Level
    when: str
    place: Place
    when_place: Place
    when_indent: int = 0
    tell_when: str | None = None
    tell_when_place: Place | None = None
    raises: tuple[tuple[Level, str, Place], ...] = ()
    must_match: tuple[tuple[str, Place], ...] = ()
    must_ignore: tuple[tuple[str, Place], ...] = ()


@dataclass(frozen=True, slots=True)
class ListText:
    """A named list of terms (``@name``), as written: one term or ``@other`` an entry."""

    name: str
    terms: tuple[tuple[str, Place], ...]
    place: Place


@dataclass(frozen=True, slots=True)
class QueryText:
    """A named sub-query (``$name``), as written."""

    name: str
    text: str
    place: Place
    indent: int = 0


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rules, lists and named queries of ``config/rules/*.yaml``, not yet compiled."""

    rules: tuple[RuleText, ...] = ()
    lists: tuple[ListText, ...] = ()
    queries: tuple[QueryText, ...] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """A recipient. ``url`` is an Apprise URL with its secrets expanded: never log or show it."""

    id: str
    title: str
    url: str = field(repr=False)
    timezone: str = "UTC"
    include_last: timedelta = timedelta(0)  # of what was matched before the channel existed
    operators: bool = False  # is told how feeds and rules fare
    canary: Literal["quiet", "message", "off"] = "quiet"  # how the canary comes to it


@dataclass(frozen=True, slots=True)
class Selection:
    """Which matches a digest takes: every condition given must hold; an empty one always does."""

    rules: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    level: Level = Level.INFORMATIONAL
    tags: tuple[str, ...] = ()
    langs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours, in the digest's zone, in which only ``unless`` and above is told; the rest is held.

    ``start`` may lie after ``end``: the hours then span midnight.
    """

    start: time
    end: time
    unless: Level = Level.CRITICAL


STEPS = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 40, 50, 75, 100, 150, 200, 300, 500, 750, 1000, 1500, 2000, 3000, 5000)


@dataclass(frozen=True, slots=True)
class RingAgain:
    """What an alert rings again for, of a story it rang for before; a higher level always does.

    ``toll``: a figure crosses one of these, up or down; ``status``: a story is confirmed or denied;
    ``party``: a figure of people there was none of; ``posture``: forces that move, or another number of them;
    ``by``, ``place``, ``named``: by whom, where, or who, for the first time or more exactly.
    """

    toll: tuple[int, ...] = STEPS
    status: bool = True
    party: bool = True
    posture: bool = False
    by: bool = False
    place: bool = False
    named: bool = False


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """What becomes of an item whose story does not satisfy ``tell_when``: it is held for ``hold``.

    Then it is told as unconfirmed, or else let go. ``listed``: those held are shown in the digest meanwhile.
    """

    hold: timedelta = timedelta(hours=24)
    tell: bool = True
    listed: bool = False


@dataclass(frozen=True, slots=True)
class DigestSpec:
    """When which channels are told what. Exactly one of ``cron``, ``every`` and ``at_once`` is set.

    ``at_once`` tells each story by itself as soon as it is matched at that level or above.
    """

    id: str
    title: str
    channels: tuple[str, ...]
    cron: str | None = None
    every: timedelta | None = None
    at_once: Level | None = None
    timezone: str = "UTC"
    select: Selection = Selection()
    quiet: Quiet | None = None
    send_empty: bool = False
    unconfirmed: Unconfirmed = Unconfirmed()
    again: RingAgain = RingAgain()
