"""Rows to values and values to rows, in one place. No SQL here.

The databases accept less than Python does: PostgreSQL no NUL in a text and no index entry above
2,700 bytes, neither of them a lone surrogate. ``clean`` and ``bounded`` see to that, so that a
hostile feed can't make its own poll fail for ever.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast

from pydantic import TypeAdapter
from sqlalchemy import Row

from monitor.model import (
    Arrival,
    Attempt,
    Casualty,
    Delivery,
    DeliveryStatus,
    Digest,
    Evidence,
    Fact,
    Feed,
    FeedCondition,
    FeedState,
    Figure,
    Finding,
    Flight,
    FoundFact,
    Item,
    Join,
    Judged,
    Level,
    Marks,
    Match,
    Mute,
    Notice,
    Operation,
    Owed,
    Poll,
    Posture,
    Report,
    Rhythm,
    Status,
    Strength,
    Tier,
    Told,
    Validators,
    Wishes,
)

Values = dict[str, Any]
AnyRow = Row[Any]

_HASHES = struct.Struct("12s")  # of an item as it stood in its document
_INDEXED_BYTES = 1000  # of a text in an index; two of them stay below PostgreSQL's limit


def clean(text: str) -> str:
    """``text`` without what a database refuses: NUL and lone surrogates become U+FFFD."""
    if text.isascii():
        return text.replace("\0", "�") if "\0" in text else text
    return text.replace("\0", "�").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def bounded(text: str) -> str:
    """``text`` fit for an index: cleaned, and where it is too long its head and a hash of it."""
    text = clean(text)
    if len(text) * 4 <= _INDEXED_BYTES or len(text.encode()) <= _INDEXED_BYTES:
        return text
    return f"{text[:100]}…sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _json(value: object) -> str:
    return clean(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def words(text: str) -> tuple[str, ...]:
    """The tuple of strings that a JSON column holds."""
    return tuple(json.loads(text))


# --- feeds -------------------------------------------------------------------------------------


def feed_values(feed: Feed) -> Values:
    """What a row keeps of a feed's configuration: never its URL or headers, they may hold secrets."""
    return {
        "id": feed.id,
        "title": feed.title,
        "tier": feed.tier.value,
        "lang": feed.lang,
        "tags": _json(feed.tags),
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
        "problem": None if state.problem is None else clean(state.problem),
        "moved_to": state.moved_to,
        "body_hash": state.body_hash,
        "items": state.items,
        "hashes": b"".join(state.hashes),
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
        hashes=tuple(key for (key,) in _HASHES.iter_unpack(row.hashes)),
        baselined=row.baselined,
        wishes=learned.wishes,
        rhythm=learned.rhythm,
        troubles=learned.troubles,
        changed_at=learned.changed_at,
    )


def poll_fingerprint(poll: Poll) -> str:
    """The same for the same poll, and for no other one of that feed."""
    state = poll.state
    judged = [(each.key, each.version, each.marks.content) for each in poll.judged]
    made_of = (poll.at, state.feed, state.condition, state.validators, state.next_fetch_at, state.problem, poll.counts)
    return hashlib.sha256(repr((made_of, poll.rule_set, judged)).encode()).hexdigest()


# --- items -------------------------------------------------------------------------------------


def mark_values(marks: Marks) -> Values:
    return {
        "guid": bounded(marks.guid),
        "url": bounded(marks.url),
        "title_hash": marks.title,
        "content_hash": marks.content,
        "published": marks.published,
    }


def marks(row: AnyRow, spelled: Mapping[str, str]) -> Marks:
    """The marks of an item; ``spelled`` gives back the original of a mark that had to be bounded."""
    return Marks(
        guid=spelled.get(row.guid, row.guid),
        url=spelled.get(row.url, row.url),
        title=row.title_hash,
        content=row.content_hash,
        published=row.published,
    )


def spellings(given: Iterable[Marks]) -> dict[str, str]:
    """Stored form → given form of those marks whose two forms differ: mostly none."""
    found = {}
    for each in given:
        for text in (each.guid, each.url):
            stored = bounded(text)
            if stored != text:
                found[stored] = text
    return found


def version_values(judged: Judged, poll: Poll) -> Values:
    item = judged.item
    return {
        "item_key": judged.key,
        "version": judged.version,
        "guid": None if item.guid is None else clean(item.guid),
        "url": clean(item.url),
        "title": clean(item.title),
        "summary": clean(item.summary),
        "body": clean(item.body),
        "published": item.published,
        "updated": item.updated,
        "lang": None if item.lang is None else clean(item.lang),
        "tags": _json(item.tags),
        "content_hash": judged.marks.content,
        "seen_at": poll.at,
        "baseline": judged.baseline,
        "matched": bool(judged.matches),
        "rule_set": poll.rule_set,
        "pruned": False,
    }


def item(row: AnyRow) -> Item:
    """The item of a row with the columns of ``versions`` and its ``feed``."""
    return Item(
        feed=row.feed,
        guid=row.guid,
        url=row.url,
        title=row.title,
        summary=row.summary,
        body=row.body,
        published=row.published,
        updated=row.updated,
        lang=row.lang,
        tags=words(row.tags),
    )


def match_values(key: str, version: int, place: int, match: Match) -> Values:
    return {
        "item_key": key,
        "version": version,
        "rule": match.rule,
        "place": place,
        "title": match.title,
        "category": match.category,
        "level": int(match.level),
        "evidence": _json([(each.field, each.start, each.end, each.term) for each in match.evidence]),
    }


def match(row: AnyRow) -> Match:
    evidence = tuple(Evidence(*each) for each in json.loads(row.evidence))
    return Match(row.rule, row.title, row.category, Level(row.level), evidence)


@cache
def _facts() -> Mapping[str, TypeAdapter[Any]]:
    # Built when first needed, as that of digests.
    kinds: tuple[type[Fact], ...] = (Casualty, Operation, Posture, Strength)
    return {kind.__name__.lower(): TypeAdapter(kind) for kind in kinds}


def fact_values(key: str, version: int, place: int, fact: Fact) -> Values:
    party = None if isinstance(fact, Operation) else fact.force if isinstance(fact, Posture) else fact.party
    outcome = {"operation": "operation", "posture": "action", "casualty": "outcome"}.get(fact.kind)
    counted = None if isinstance(fact, Operation) else fact
    return {
        "item_key": key,
        "version": version,
        "place": place,
        "kind": fact.kind,
        "party": None if party is None else party.value,
        "outcome": str(getattr(fact, outcome)) if outcome else "",
        "low": counted.low if counted else None,
        "high": counted.high if counted else None,
        "body": _json(_facts()[fact.kind].dump_python(fact, mode="json", exclude_defaults=True)),
    }


def fact(row: AnyRow) -> Fact:
    """The fact of a row of ``facts``. A field added to it later needs a default, to read what is stored."""
    return cast("Fact", _facts()[row.kind].validate_json(row.body))


def found_fact(row: AnyRow) -> FoundFact:
    """A fact of a row of ``facts`` joined with its version, story and feed (its tier named ``feed_tier``)."""
    return FoundFact(
        item_key=row.item_key,
        version=row.version,
        place=row.place,
        fact=fact(row),
        story=row.story,
        feed=row.feed,
        tier=Tier(row.feed_tier),
        url=row.url,
        title=row.title,
        published=row.published,
        seen_at=row.seen_at,
    )


def join_values(judged: Judged, join: Join) -> Values:
    return {
        "item_key": judged.key,
        "version": judged.version,
        "story": join.story,
        "new": join.new,
        "repeat": join.repeat,
        "reasons": _json(join.reasons),
        "changes": _json(join.changes),
        "copy_of": join.copy_of,
        "possibly": join.possibly,
        "origin": clean(judged.origin),
    }


def join(row: AnyRow) -> Join:
    return Join(row.story, row.new, row.repeat, words(row.reasons), words(row.changes), row.copy_of, row.possibly)


def owed_values(key: str, version: int, owed: Owed, now: datetime) -> Values:
    return {
        "item_key": key,
        "version": version,
        "channel": owed.channel,
        "status": owed.status.value,
        "reason": None if owed.reason is None else owed.reason.value,
        "hold_until": owed.hold_until,
        "digest": None,
        "owed_at": now,
        "changed_at": now,
    }


def report(row: AnyRow, found: tuple[Match, ...], read: tuple[Fact, ...] = ()) -> Report:
    """A report from a row of ``versions`` joined with its feed (its columns named ``feed_…``)."""
    return Report(
        item_key=row.item_key,
        version=row.version,
        feed=row.feed,
        feed_title=row.feed_title,
        tier=Tier(row.feed_tier),
        url=row.url,
        title=row.title,
        summary=row.summary,
        published=row.published,
        first_seen=row.seen_at,
        matches=found,
        lang=row.lang or row.feed_lang,
        tags=tuple(dict.fromkeys(words(row.tags) + words(row.feed_tags))),
        facts=read,
        origin=row.origin or "",
    )


@cache
def _items() -> TypeAdapter[Item]:
    return TypeAdapter(Item)


def item_json(given: Item) -> str:
    """An item that is no row of ``versions`` yet, as JSON."""
    return clean(_items().dump_json(given).decode())


def arrival(row: AnyRow) -> Arrival:
    """An arrival that still waits, from a row of ``arrivals``."""
    return Arrival(row.id, _items().validate_json(row.body), row.author, row.at, row.item_key)


def mute(row: AnyRow) -> Mute:
    """A mute from a row of ``mutes``."""
    return Mute(row.id, row.author, row.reason, row.starts_at, row.ends_at, row.rule, row.feed, row.story, row.query,
                row.ended_by)  # fmt: skip


def notice_values(notice: Notice) -> Values:
    return {
        "subject": clean(notice.subject),
        "topic": notice.topic,
        "text": clean(notice.text),
        "at": notice.at,
        "over": notice.over,
        "told_at": notice.at if notice.silent else None,
    }


def notice(row: AnyRow) -> Notice:
    return Notice(row.subject, row.topic, row.text, row.at, row.over)


@cache
def _flights() -> TypeAdapter[Flight]:
    return TypeAdapter(Flight)


def flight_json(flight: Flight) -> str:
    return clean(_flights().dump_json(flight).decode())


def flight(text: str) -> Flight:
    return _flights().validate_json(text)


# --- digests and deliveries --------------------------------------------------------------------


@cache
def _digests() -> TypeAdapter[Digest]:
    # Built when first needed: it takes some milliseconds, and most commands never read a digest.
    return TypeAdapter(Digest)


def digest_json(digest: Digest) -> str:
    """The frozen form of a digest. A field added to it later needs a default, to read this."""
    return clean(_digests().dump_json(digest).decode())


def digest(text: str) -> Digest:
    return _digests().validate_json(text)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the ledger keeps of a story besides its title."""

    status: tuple[Status, ...] = ()
    figures: tuple[Figure, ...] = ()


@cache
def _known() -> TypeAdapter[_Known]:
    return TypeAdapter(_Known)


def told_by(text: str, at: datetime) -> tuple[tuple[str, Told], ...]:
    """Each story of a frozen digest, and what its reader knows of it from then on."""
    return tuple(
        (
            entry.story,
            Told(
                entry.title,
                at,
                entry.level,
                entry.state.status,
                entry.state.figures,
            ),
        )
        for entry in digest(text).entries
    )


def told_values(known: Told) -> Values:
    """The columns of the ledger that say what was told."""
    state = _known().dump_json(_Known(known.status, known.figures)).decode()
    return {"title": known.title, "level": int(known.level), "state": clean(state), "told_at": known.at}


def told(row: AnyRow) -> Told:
    known = _known().validate_json(row.state)
    return Told(row.title, row.told_at, Level(row.level), known.status, known.figures, row.thread)


def delivery(row: AnyRow) -> Delivery:
    return Delivery(
        id=row.id,
        digest=row.digest,
        channel=row.channel,
        recipient=row.recipient,
        status=DeliveryStatus(row.status),
        attempts=row.attempts,
        parts_done=row.parts_done,
        possible_repeat=row.possible_repeat,
        next_attempt_at=row.next_attempt_at,
        created_at=row.created_at,
        last_error=row.last_error,
    )


def attempt(row: AnyRow) -> Attempt:
    return Attempt(row.number, row.started_at, row.ended_at, row.outcome, row.detail)
