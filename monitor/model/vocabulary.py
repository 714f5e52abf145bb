"""The words of feeds, levels, debts and digests, as they stand in configuration, rows and JSON."""

from __future__ import annotations

import enum
from typing import Final

BY_HAND: Final = ".by-hand"  # the feed of what people brought in themselves
CANARY: Final = ".canary"  # its feed, rule and digest; no id of people begins with a dot


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
    UNCONFIRMED = "unconfirmed"  # held: the story does not satisfy ``tell_when`` yet


class Change(enum.StrEnum):
    """What an entry of a digest is to the channel that reads it."""

    NEW = "NEW"
    UPDATED = "UPDATED"
    CORRECTED = "CORRECTED"


class Format(enum.StrEnum):
    """The forms a message is rendered in."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
