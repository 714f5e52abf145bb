"""Which story an item joins, and all that one poll commits."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.model.facts import Fact
from monitor.model.items import Finding, Item, Marks, Rhythm, Validators, Wishes
from monitor.model.matches import Match
from monitor.model.vocabulary import FeedCondition, Level, OwedStatus, Reason


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
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is kept of an item so that later ones can be compared with it: numbers in place of words.

    ``marks`` are what the index finds it by; a sketch read from the store has none. ``story`` is None
    where the item is in none (nothing matched it): then it is only looked for as a copy. Days are ordinals.
    A thousand sketches are kept ready at any time: numbers in arrays take a seventh of the room they take in tuples.
    """

    key: str
    at: datetime  # published, or seen where the feed gave no date
    title: array[int]  # terms of the headline, in order
    lead: array[int]  # and of the beginning of the text
    shingles: array[int]  # of the first words of the text
    # Lengths of title and lead as vectors, by what words told at that time; None: not reckoned, as nothing matched it.
    norms: tuple[float, float] | None
    roundup: bool = False
    names: Mapping[int, int] = field(default_factory=dict)  # sound of a name → its term
    people: frozenset[int] = frozenset()  # named by two names
    aged: Mapping[int, int] = field(default_factory=dict)  # last name → age
    ages: frozenset[str] = frozenset()
    title_ages: frozenset[str] = frozenset()
    title_numbers: frozenset[str] = frozenset()
    title_labels: frozenset[tuple[int, str]] = frozenset()  # its numbers that count nobody: "Raid 7"
    days: tuple[tuple[int, int], ...] = ()
    places: frozenset[str] = frozenset()
    title_places: frozenset[str] = frozenset()
    tolls: frozenset[tuple[str, int | None, int | None]] = frozenset()
    marks: tuple[int, ...] = ()
    story: str | None = None
    copy_of: str | None = None
    number: int = 0  # its place among all that came; 0: not known yet


@dataclass(frozen=True, slots=True)
class WordCounts:
    """In how many of the ``reports`` counted each word stood, when ``seen`` had come in all."""

    seen: int = 0
    reports: int = 0
    words: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Join:
    """The story an item joins (``new`` when it begins it) and why.

    ``repeat`` says that the item tells nothing that the story had not: it is kept and counted as
    a report of it, and not told again. ``changes`` names what is new, in words for a reader.
    ``copy_of`` is the key of the item whose text this is. ``possibly`` is the story it may belong to
    although something speaks against it: then ``story`` is its own, and it is told.
    """

    story: str
    new: bool
    repeat: bool
    reasons: tuple[str, ...]
    changes: tuple[str, ...] = ()
    copy_of: str | None = None
    possibly: str | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """One (item version, channel) and what became of it, decided when the item was matched."""

    channel: str
    status: OwedStatus
    reason: Reason | None = None
    hold_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A new or revised item with everything decided about it: what one poll commits.

    ``origin`` is who is behind the report: a publisher or an agency; a copy has that of what it copies.
    """

    key: str
    version: int
    item: Item
    marks: Marks
    matches: tuple[Match, ...]
    join: Join | None  # None where nothing matched, unless it is a copy of what did
    owed: tuple[Owed, ...]
    baseline: bool = False
    facts: tuple[Fact, ...] = ()  # of what matched; of the rest none are kept
    origin: str = ""
    sketch: Sketch | None = field(default=None, repr=False)  # None: it is compared with nothing


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
    hashes: bytes = field(default=b"", repr=False)  # of those items, as they stood in it, one after the other
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
