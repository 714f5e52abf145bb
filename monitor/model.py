"""The frozen values that travel between stages. This module knows nothing else.

Every moment is an aware UTC ``datetime``; every span is a ``timedelta``; every offset counts
Unicode code points of the stored plain text. ``None`` means "not known", never "zero" or "now".
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal

# --- vocabulary -------------------------------------------------------------------------------


class Level(enum.IntEnum):
    """How loudly a match should be told, lowest first."""

    INFORMATIONAL = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4
    CRITICAL = 5

    @property
    def word(self) -> str:
        """The lower-case word used in configuration files and JSON."""
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> Level:
        """The level called ``word``; raises ``KeyError`` for any other word."""
        return cls[word.upper()]


class Tier(enum.StrEnum):
    """What kind of publisher stands behind a feed."""

    OFFICIAL = "official"
    WIRE = "wire"
    NATIONAL = "national"
    LOCAL = "local"
    GROUP = "group"  # an armed group's own channel


class FeedCondition(enum.StrEnum):
    """How a feed fared at its last poll."""

    NEW = "new"  # never polled
    OK = "ok"
    EMPTY = "empty"  # a well-formed feed without items: not broken
    FAILING = "failing"
    GONE = "gone"  # 410: polling stopped, with notice


class FailureKind(enum.StrEnum):
    """Why a fetch or a parse gave no items, cut by what an operator would look at."""

    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    HTTP = "http"
    GONE = "gone"
    REDIRECT = "redirect"  # too many, a loop, or to a scheme that is not http(s)
    ADDRESS = "address"  # a private, loopback or link-local address without allow_private
    TOO_LARGE = "too large"
    ENCODING = "encoding"  # a content encoding that can't be undone
    NOT_A_FEED = "not a feed"


class Trouble(enum.StrEnum):
    """What can be wrong with a source that was asked, told apart by what an operator would do about it."""

    FAILING = "failing"  # no answer that could be used: name, connection, certificate, status, time
    NOT_A_FEED = "not a feed"  # an answer that is a page or an error in place of a feed
    GONE = "gone"  # 410: it is not asked any more
    EMPTY = "empty"  # a feed without items
    STALE = "stale"  # it answers, and its newest item is old for its rhythm
    FROZEN = "frozen"  # the same, and not a byte of the document has changed meanwhile
    UNDATED = "undated"  # none of its items says when it was published
    OVERRUN = "overrun"  # no known item was left in its document: some may have been missed
    MOVED = "moved"  # for good, to another address
    QUIET = "quiet"  # a rule or a language that has nothing new for longer than it ever had


class OwedStatus(enum.StrEnum):
    """Where one (item version, channel) stands. The books add these up."""

    PENDING = "pending"  # to be composed, or composed and not yet delivered
    HELD = "held"  # until ``hold_until``, for ``reason``
    DELIVERED = "delivered"
    SUPPRESSED = "suppressed"  # reason: baseline, unrouted, repeat, muted
    DEAD = "dead"


class Reason(enum.StrEnum):
    """Why something owed is held or suppressed."""

    BASELINE = "baseline"
    UNROUTED = "unrouted"
    REPEAT = "repeat"
    MUTED = "muted"
    QUIET = "quiet"  # held: quiet hours
    THROTTLE = "throttle"  # held: too many in too short a time
    UNCONFIRMED = "unconfirmed"  # held: the story does not satisfy ``tell_when`` yet


class Change(enum.StrEnum):
    """What an entry of a digest is to the channel that reads it."""

    NEW = "NEW"
    UPDATED = "UPDATED"


class Format(enum.StrEnum):
    """The forms a message is rendered in."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"


# --- configuration values ---------------------------------------------------------------------


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


# --- fetch and parse ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Validators:
    """What the server sent to make the next GET conditional, byte for byte (RFC 9110 section 8.8)."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a document asks of those who poll it: RSS ``ttl``, ``skipHours`` and ``skipDays``, and
    the syndication module's update period. Hours are UTC, days count from Monday as 0.
    """

    ttl: timedelta | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a feed has something new, learned from the dates of its items.

    ``newest`` is the moment of its newest item; ``gap`` the usual time between two items and
    ``longest`` the longest of late; ``count`` how many gaps that was learned from, ``since`` when
    the learning began.
    """

    since: datetime | None = None
    newest: datetime | None = None
    gap: timedelta | None = None
    longest: timedelta = timedelta(0)
    count: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a feed, since when, and in which words an operator is told."""

    trouble: Trouble
    since: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body arrived. ``url`` is the address that answered, after redirects."""

    url: str
    status: int
    body: bytes = field(repr=False)
    content_type: str | None
    validators: Validators
    moved_to: str | None = None  # target of a permanent redirect (301, 308) of the feed's own URL
    retry_after: timedelta | None = None
    seconds: float = 0.0
    fresh_for: timedelta | None = None  # how long the server calls its answer fresh (RFC 9111)


@dataclass(frozen=True, slots=True)
class NotModified:
    """304: nothing changed since the validators that were sent."""

    validators: Validators
    moved_to: str | None = None
    retry_after: timedelta | None = None
    seconds: float = 0.0
    fresh_for: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """No usable answer. ``detail`` is for operators: no credentials, one line."""

    kind: FailureKind
    detail: str
    status: int | None = None
    retry_after: timedelta | None = None
    seconds: float = 0.0


FetchResult = Fetched | NotModified | Failed


@dataclass(frozen=True, slots=True)
class Item:
    """One version of one report, as one feed gave it: plain text, no markup, no control codes.

    ``url`` is absolute, or "" where the feed gave none. ``guid`` is the publisher's, as sent.
    ``published`` and ``updated`` are aware UTC, or None where the feed gave no readable date.
    """

    feed: str
    guid: str | None
    url: str
    title: str
    summary: str
    body: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    lang: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed document as items in document order. ``problems`` are told, never fatal.

    ``skipped`` counts the items left out because they were seen before; ``hashes`` are those of
    every item read or skipped, to be given as seen at the next poll (empty where the document does
    not allow the shortcut); ``unread`` counts the items beyond the bound of one poll: while it is
    not 0, the same document must be parsed again.
    """

    title: str
    lang: str | None
    items: tuple[Item, ...]
    problems: tuple[str, ...] = ()
    skipped: int = 0
    hashes: tuple[bytes, ...] = ()
    unread: int = 0
    wishes: Wishes = Wishes()


# --- identity ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Marks:
    """What an item can be recognised by within its feed and across feeds.

    ``url`` is the canonical URL ("" where it identifies nothing), ``title`` a hash of the folded
    title, ``content`` a hash of title, summary and body.
    """

    guid: str
    url: str
    title: str
    content: str
    published: datetime | None


@dataclass(frozen=True, slots=True)
class Known:
    """An item the store holds, as far as identity needs it: the marks of its last version.

    ``earlier`` holds the content hashes of its versions before that one.
    """

    key: str
    version: int
    marks: Marks
    updated: datetime | None = None
    earlier: frozenset[str] = frozenset()


# --- match -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words a term was found in: code points ``start`` to ``end`` of the item's ``field``."""

    field: str  # title, summary or body
    start: int
    end: int
    term: str  # the term of the rule, as written


@dataclass(frozen=True, slots=True)
class Match:
    """One rule that holds for one item, with the words that made it hold."""

    rule: str
    title: str
    category: str
    level: Level
    evidence: tuple[Evidence, ...]


# --- facts -------------------------------------------------------------------------------------


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


# --- story -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoryHint:
    """The last matched version of an item and the story it is in, as far as joining needs it.

    ``level`` is the highest level the story was matched at; ``url`` is canonical; ``facts`` are that version's.
    """

    story: str
    item_key: str
    url: str
    title: str
    summary: str
    level: Level
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Join:
    """The story an item joins (``new`` when it begins it) and why.

    ``repeat`` says that the item tells nothing that the story had not: it is kept and counted as
    a report of it, and not told again. ``changes`` names what is new, in words for a reader.
    """

    story: str
    new: bool
    repeat: bool
    reasons: tuple[str, ...]
    changes: tuple[str, ...] = ()


# --- what is owed ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Owed:
    """One (item version, channel) and what became of it, decided when the item was matched."""

    channel: str
    status: OwedStatus
    reason: Reason | None = None
    hold_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A new or revised item with everything decided about it: what one poll commits."""

    key: str
    version: int
    item: Item
    marks: Marks
    matches: tuple[Match, ...]
    join: Join | None  # None where nothing matched
    owed: tuple[Owed, ...]
    baseline: bool = False
    facts: tuple[Fact, ...] = ()  # of what matched; of the rest none are kept


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is known of a feed from its polls."""

    feed: str
    condition: FeedCondition = FeedCondition.NEW
    validators: Validators = Validators()
    next_fetch_at: datetime | None = None  # None: never again (gone)
    last_fetch_at: datetime | None = None
    last_success_at: datetime | None = None
    newest_item_at: datetime | None = None
    failures: int = 0  # in a row
    problem: str | None = None  # the last failure, in words
    moved_to: str | None = None
    body_hash: str | None = None  # of the last document parsed
    items: int = 0  # in the last document parsed
    hashes: tuple[bytes, ...] = field(default=(), repr=False)  # of those items, as they stood in it
    baselined: bool = False
    wishes: Wishes = Wishes()
    rhythm: Rhythm = Rhythm()
    troubles: tuple[Finding, ...] = ()
    changed_at: datetime | None = None  # when its document was last another one


@dataclass(frozen=True, slots=True)
class PollCounts:
    """The items of one document, or of many: fetched = new + revised + known."""

    fetched: int = 0
    new: int = 0
    revised: int = 0
    known: int = 0
    matched: int = 0
    unmatched: int = 0

    def __add__(self, other: PollCounts) -> PollCounts:
        return PollCounts(
            self.fetched + other.fetched,
            self.new + other.new,
            self.revised + other.revised,
            self.known + other.known,
            self.matched + other.matched,
            self.unmatched + other.unmatched,
        )


@dataclass(frozen=True, slots=True)
class Poll:
    """All that one feed's poll changes, committed in one transaction.

    ``state`` holds the validators and the next time: they advance with the items or not at all.
    """

    state: FeedState
    at: datetime
    judged: tuple[Judged, ...] = ()
    counts: PollCounts = PollCounts()
    rule_set: str = ""  # hash of the rule set that judged


# --- digest, message, delivery -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Report:
    """One item version as a digest shows it."""

    item_key: str
    version: int
    feed: str
    feed_title: str
    tier: Tier
    url: str
    title: str
    summary: str
    published: datetime | None
    first_seen: datetime
    matches: tuple[Match, ...]
    lang: str | None = None
    tags: tuple[str, ...] = ()  # of the item and of its feed: what a digest may select by
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Untold:
    """A report owed to a channel and not yet told, with what the channel was told of its story."""

    story: str
    report: Report
    level: Level
    changes: tuple[str, ...]
    told_title: str | None  # what the channel last read of this story; None: never told
    told_at: datetime | None
    thread: str | None  # Message-ID of the first message that told the channel of this story


@dataclass(frozen=True, slots=True)
class Entry:
    """One story in a digest: its reports newest first, its level and what changed."""

    story: str
    change: Change
    level: Level
    title: str
    reports: tuple[Report, ...]
    changes: tuple[str, ...] = ()
    told_title: str | None = None
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Blind:
    """A part of the coverage that no healthy feed is left for: "Arabic Syria", and since when."""

    what: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many feeds were healthy when the digest was composed, which were not, and what nobody covers."""

    healthy: int
    total: int
    failing: tuple[str, ...] = ()
    blind: tuple[Blind, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """What operators are told once when a trouble persists, and once when it is over.

    ``subject`` is a feed's id, or "rule ID" or "language CODE"; ``topic`` joins troubles of which
    one takes the place of another. A ``silent`` one is only kept.
    """

    subject: str
    topic: str
    text: str
    at: datetime
    over: bool = False
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Digest:
    """What one channel is told at one moment. Immutable once composed.

    ``suppressed`` counts what was kept from this digest since the channel's last one, by reason;
    ``thread`` is the Message-ID an update refers to (RFC 5322 section 3.6.4).
    """

    id: str
    spec: str
    channel: str
    title: str
    timezone: str
    composed_at: datetime
    entries: tuple[Entry, ...]
    coverage: Coverage
    urgent: bool = False
    held: int = 0
    suppressed: Mapping[str, int] = field(default_factory=dict)
    thread: str | None = None
    notices: tuple[str, ...] = ()  # to operators, in place of entries

    @property
    def level(self) -> Level | None:
        """The highest level of its entries; None when it is empty."""
        return max((entry.level for entry in self.entries), default=None)


@dataclass(frozen=True, slots=True)
class Message:
    """A digest rendered for one recipient. ``parts`` are sent in order, each under the limit of
    its channel; for mail ``parts`` has one part, ``html`` set, and ``text`` beside it.
    """

    message_id: str  # as in RFC 5322, without angle brackets
    subject: str
    parts: tuple[str, ...]
    format: Format
    text: str = ""
    thread: str | None = None
    urgent: bool = False
    list_id: str = ""


class DeliveryStatus(enum.StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    ATTEMPTING = "attempting"  # an attempt was written, its outcome not yet
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One digest on its way to one recipient of one channel.

    ``parts_done`` counts the parts already accepted; ``possible_repeat`` is set when an earlier
    attempt ended without a record, so that the recipient may have it already.
    """

    id: int
    digest: str
    channel: str
    recipient: str  # a mail address; "" where the channel has one recipient
    status: DeliveryStatus
    attempts: int
    parts_done: int
    possible_repeat: bool
    next_attempt_at: datetime | None
    created_at: datetime
    last_error: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The receiver's word that it took the message, where it gave one."""

    detail: str = ""


# --- the books ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Books:
    """The two sums that must always balance; ``problems()`` says where they do not."""

    items: PollCounts
    owed: int
    delivered: int
    pending: int
    held: Mapping[str, int]
    suppressed: Mapping[str, int]
    dead: int

    def problems(self) -> tuple[str, ...]:
        """A sentence for each sum that does not balance; empty when all do."""
        found = []
        items = self.items
        if items.fetched != items.new + items.revised + items.known:
            found.append(
                f"fetched {items.fetched} is not new {items.new} + revised {items.revised} + known {items.known}"
            )
        if items.new + items.revised != items.matched + items.unmatched:
            found.append(
                f"new {items.new} + revised {items.revised} is not matched {items.matched}"
                f" + unmatched {items.unmatched}"
            )
        parts = self.delivered + self.pending + sum(self.held.values()) + sum(self.suppressed.values()) + self.dead
        if self.owed != parts:
            found.append(f"owed {self.owed} is not the sum of its parts {parts}")
        return tuple(found)


# --- what the store tells of an item afterwards --------------------------------------------------


@dataclass(frozen=True, slots=True)
class FoundItem:
    """An item that a search found, by its last version."""

    key: str
    version: int
    feed: str
    url: str
    title: str
    published: datetime | None
    first_seen: datetime
    matched: bool


@dataclass(frozen=True, slots=True)
class FoundFact:
    """A fact with the report it was read from. ``place`` is its number among the facts of that version."""

    item_key: str
    version: int
    place: int
    fact: Fact
    story: str | None
    feed: str
    tier: Tier
    url: str
    title: str
    published: datetime | None
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to send a delivery. ``outcome`` is None while it runs; ``no record`` says that the
    process ended before it could write one.
    """

    number: int
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None  # delivered, failed, dead, no record
    detail: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryHistory:
    """A delivery with every attempt of it, oldest first."""

    delivery: Delivery
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class OwedHistory:
    """What became of one (item version, channel). ``reason`` is a ``Reason``, or words where it is dead."""

    channel: str
    status: OwedStatus
    reason: str | None
    hold_until: datetime | None
    owed_at: datetime
    changed_at: datetime
    digest: str | None
    deliveries: tuple[DeliveryHistory, ...] = ()


@dataclass(frozen=True, slots=True)
class VersionHistory:
    """One version of an item and everything decided about it. ``pruned``: its texts are gone."""

    version: int
    item: Item
    content: str  # hash of its texts, as in ``Marks``
    seen_at: datetime
    baseline: bool
    rule_set: str
    pruned: bool
    matches: tuple[Match, ...]
    join: Join | None
    owed: tuple[OwedHistory, ...]
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemHistory:
    """All that is kept of one item, for whoever asks why; versions oldest first."""

    key: str
    marks: Marks  # of the last version
    first_seen: datetime
    versions: tuple[VersionHistory, ...]
