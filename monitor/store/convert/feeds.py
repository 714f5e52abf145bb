"""A feed, what is known of it, and the fingerprint of a poll."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from pydantic import TypeAdapter

from monitor.model import Feed, FeedCondition, FeedState, Finding, Poll, Rhythm, Validators, Wishes
from monitor.store.convert.texts import AnyRow, Values, clean, to_json


def feed_values(feed: Feed) -> Values:
    """What a row keeps of a feed's configuration: never its URL or headers, they may hold secrets."""
    return {
        "id": feed.id,
        "title": feed.title,
        "tier": feed.tier.value,
        "lang": feed.lang,
        "tags": to_json(feed.tags),
        "address": hashlib.sha256(feed.url.encode()).hexdigest(),
    }


def _header_in(value: str | None) -> str | None:
    # Validators go back to the server byte for byte. Bytes that are not UTF-8 arrive as surrogates
    # (PEP 383), which no database takes: kept as one character a byte, plain for what is ASCII.
    return None if value is None else value.encode("utf-8", "surrogateescape").decode("latin-1")


def _header_out(value: str | None) -> str | None:
    return None if value is None else value.encode("latin-1").decode("utf-8", "surrogateescape")


@dataclass(frozen=True, slots=True)
class _Learned:
    """The part of a feed's state that no query looks into."""

    wishes: Wishes
    rhythm: Rhythm
    troubles: tuple[Finding, ...]
    changed_at: datetime | None


@cache
def _learned() -> TypeAdapter[_Learned]:
    return TypeAdapter(_Learned)


def state_values(state: FeedState) -> Values:
    """The columns of a feed's state."""
    return {
        "condition": state.condition.value,
        "etag": _header_in(state.validators.etag),
        "last_modified": _header_in(state.validators.last_modified),
        "next_fetch_at": state.next_fetch_at,
        "last_fetch_at": state.last_fetch_at,
        "last_success_at": state.last_success_at,
        "newest_item_at": state.newest_item_at,
        "failures": state.failures,
        "troubled": bool(state.troubles),
        "problem": None if state.problem is None else clean(state.problem),
        "moved_to": state.moved_to,
        "body_hash": state.body_hash,
        "items": state.items,
        "hashes": state.hashes,
        "baselined": state.baselined,
        "learned": clean(
            _learned().dump_json(_Learned(state.wishes, state.rhythm, state.troubles, state.changed_at)).decode()
        ),
    }


def feed_state(row: AnyRow) -> FeedState:
    learned = _learned().validate_json(row.learned)
    return FeedState(
        feed=row.id,
        condition=FeedCondition(row.condition),
        validators=Validators(_header_out(row.etag), _header_out(row.last_modified)),
        next_fetch_at=row.next_fetch_at,
        last_fetch_at=row.last_fetch_at,
        last_success_at=row.last_success_at,
        newest_item_at=row.newest_item_at,
        failures=row.failures,
        problem=row.problem,
        moved_to=row.moved_to,
        body_hash=row.body_hash,
        items=row.items,
        hashes=row.hashes,
        baselined=row.baselined,
        wishes=learned.wishes,
        rhythm=learned.rhythm,
        troubles=learned.troubles,
        changed_at=learned.changed_at,
    )


def rhythm(learned: str) -> Rhythm:
    return _learned().validate_json(learned).rhythm


def poll_fingerprint(poll: Poll) -> str:
    """The same for the same poll, and for no other one of that feed."""
    state, counts = poll.state, poll.counts
    judged = [(each.key, each.version, each.marks.content) for each in poll.judged]
    made_of = (
        *(str(poll.at), state.feed, state.condition.value, state.validators.etag, state.validators.last_modified),
        *(str(state.next_fetch_at), state.problem, poll.rule_set, judged),
        *(counts.fetched, counts.new, counts.revised, counts.known, counts.matched, counts.unmatched),
    )
    return hashlib.sha256(repr(made_of).encode()).hexdigest()
