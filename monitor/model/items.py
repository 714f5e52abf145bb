"""What a feed gave, from the answer to the items, and what an item is recognised by."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.model.vocabulary import FailureKind, Trouble


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


@dataclass(frozen=True, slots=True)
class Arrival:
    """An item that somebody brought in themselves. ``key`` is set once it was judged ("": it could not be)."""

    id: int
    item: Item
    author: str
    at: datetime
    key: str | None = None
