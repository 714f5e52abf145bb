"""What is told: digests, their deliveries, the ledger of what a channel was told, notices and mutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from pydantic import TypeAdapter

from monitor.model import (
    Attempt,
    Delivery,
    DeliveryStatus,
    Digest,
    Figure,
    Flight,
    Level,
    Mute,
    Notice,
    Particular,
    Status,
    Told,
)
from monitor.store.convert.texts import AnyRow, Values, clean


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
    particulars: tuple[Particular, ...] = ()


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
                particulars=entry.state.particulars,
            ),
        )
        for entry in digest(text).entries
    )


def told_values(known: Told) -> Values:
    """The columns of the ledger that say what was told."""
    state = _known().dump_json(_Known(known.status, known.figures, known.particulars)).decode()
    return {"title": known.title, "level": int(known.level), "state": clean(state), "told_at": known.at}


def told(row: AnyRow) -> Told:
    known = _known().validate_json(row.state)
    level = Level(row.level)
    return Told(row.title, row.told_at, level, known.status, known.figures, row.thread, known.particulars)


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
