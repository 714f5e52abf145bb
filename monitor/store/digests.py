"""Digests: when each is due, what it may tell, and the moment it is frozen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    not_,
    or_,
    select,
    tuple_,
    update,
)

from monitor.model import DeliveryStatus, Digest, Level, OwedStatus, Reason, Told, Untold
from monitor.store import convert
from monitor.store.database import Topic, chunks, insert_into
from monitor.store.items import owed_statements, reports
from monitor.store.tables import (
    channels,
    deliveries,
    digests,
    matches,
    owed,
    schedules,
    stories,
    story_items,
    told,
    versions,
)

# What a channel is owed and no digest has taken. IN, not OR: so the index on channel and status is used,
# and what was ever suppressed for the channel is not walked through.
_FREE = and_(owed.c.digest.is_(None), owed.c.status.in_([OwedStatus.PENDING.value, OwedStatus.HELD.value]))

# What may be kept from a digest. What no digest of a channel selects (unrouted) never was.
_KEPT_BACK = [reason.value for reason in Reason if reason is not Reason.UNROUTED]


# What waits for its story to be confirmed may be told as soon as that is so, whenever the hold ends.
_UNCONFIRMED = and_(owed.c.status == OwedStatus.HELD.value, owed.c.reason == Reason.UNCONFIRMED.value)


# Composing asks this at every tick, and a replay at every moment: making a statement takes longer than running it.
_NOW = bindparam("now", type_=owed.c.hold_until.type)
_RELEASED = and_(_FREE, or_(owed.c.hold_until.is_(None), owed.c.hold_until <= _NOW, _UNCONFIRMED))


def _ringing() -> ColumnElement[bool]:
    """What alerts have to look at: all that is free, but of the unconfirmed only those whose story is another now."""
    of_version = and_(story_items.c.item_key == owed.c.item_key, story_items.c.version == owed.c.version)
    other = stories.c.revision != func.coalesce(owed.c.judged_at, 0)
    moved = exists().where(of_version, stories.c.id == story_items.c.story, other).correlate(owed)
    waiting = and_(_UNCONFIRMED, owed.c.hold_until > _NOW)
    return and_(_RELEASED, or_(not_(waiting), moved))


def _due() -> Select[Any]:
    waiting = exists().where(owed.c.channel == schedules.c.channel, _ringing()).correlate(schedules)
    due = or_(schedules.c.next_due_at <= _NOW, and_(schedules.c.next_due_at.is_(None), waiting))
    order = (schedules.c.next_due_at.asc().nulls_first(), schedules.c.spec, schedules.c.channel)
    return select(schedules.c.spec, schedules.c.channel).where(due).order_by(*order)


def _loud() -> ColumnElement[bool]:
    """What matched at a level at least, or a rule that may come to it."""
    of_it = and_(matches.c.item_key == owed.c.item_key, matches.c.version == owed.c.version)
    loud = or_(matches.c.level >= bindparam("least"), matches.c.rule.not_in(bindparam("quiet", expanding=True)))
    return exists().where(of_it, loud).correlate(owed)


def _seen_before() -> ColumnElement[bool]:
    of_it = and_(versions.c.item_key == owed.c.item_key, versions.c.version == owed.c.version)
    before = versions.c.seen_at < bindparam("before", type_=versions.c.seen_at.type)
    return exists().where(of_it, before).correlate(owed)


_DUE = _due()
_UNTOLD = owed_statements(_RELEASED)
_UNTOLD_LOUD = owed_statements(and_(_RELEASED, _loud()))
_UNTOLD_BEFORE = owed_statements(and_(_RELEASED, _seen_before()))
_OWES = select(exists().where(owed.c.channel == bindparam("channel"), _RELEASED))
_NEXT_DUE = select(func.min(schedules.c.next_due_at))
_NEXT_RELEASE = (
    select(func.min(owed.c.hold_until))
    .join(channels, channels.c.id == owed.c.channel)
    .where(owed.c.status == OwedStatus.HELD.value)
)
_NEXT_RELEASE_AFTER = _NEXT_RELEASE.where(owed.c.hold_until > _NOW)


class FirstComerWins(Exception):
    """Undoes a compose that another one was faster than."""


class DigestStore(Topic):
    """The part of ``Store`` about digests."""

    def sync_digests(self, configured: Mapping[tuple[str, str], tuple[str, datetime | None]]) -> None:
        """Makes the store know exactly these (spec, channel) with their (schedule text, next due time).

        A due time already kept is left alone unless the schedule's text has changed. ``None`` is for a
        digest without a schedule (at once).
        """
        with self._db.write() as connection:
            stored = {(row.spec, row.channel): row for row in connection.execute(select(schedules))}
            for (spec, channel), (schedule, due) in configured.items():
                row = stored.pop((spec, channel), None)
                values = {"schedule": schedule, "next_due_at": due}
                if row is None:
                    new = insert_into(connection, schedules).values(spec=spec, channel=channel, **values)
                    connection.execute(new)
                elif row.schedule != schedule:
                    connection.execute(update(schedules).where(_slot(spec, channel)).values(values))
            for spec, channel in stored:
                connection.execute(delete(schedules).where(_slot(spec, channel)))

    def due_digests(self, now: datetime) -> tuple[tuple[str, str], ...]:
        """(spec, channel) of every digest that may be composed now, the longest due first.

        Those that tell at once have no due time: they come first, while their channel is owed something, so that
        what is urgent rings and no digest of the same moment takes it along.
        """
        with self._db.read() as connection:
            return tuple((row.spec, row.channel) for row in connection.execute(_DUE, {"now": now}))

    def postpone_digest(self, spec: str, channel: str, until: datetime) -> None:
        """Makes a digest due no earlier than ``until``: a poison one must not be tried at every tick."""
        with self._db.write() as connection:
            connection.execute(update(schedules).where(_slot(spec, channel)).values(next_due_at=until))

    def judge_again(self) -> None:
        """Makes alerts look again at all that is held as unconfirmed."""
        with self._db.write() as connection:
            judge_again(connection)

    def next_due_at(self) -> datetime | None:
        """When the next scheduled digest is due; None where none is scheduled."""
        with self._db.read() as connection:
            found: datetime | None = connection.execute(_NEXT_DUE).scalar()
            return found

    def next_release_at(self, after: datetime | None = None) -> datetime | None:
        """When the next thing held (its hold ending after ``after``) is free to be told; None where nothing is held."""
        with self._db.read() as connection:
            held = _NEXT_RELEASE if after is None else _NEXT_RELEASE_AFTER
            found: datetime | None = connection.execute(held, None if after is None else {"now": after}).scalar()
            return found

    def untold(
        self, channel: str, now: datetime, least: Level = Level.INFORMATIONAL, quiet: Collection[str] = ()
    ) -> tuple[Untold, ...]:
        """What ``channel`` is owed, no digest has taken, and no hold keeps back any more; with them what is held as
        unconfirmed, which may be told at any time. The loudest first, then the newest.

        Only what matched at ``least`` at this level, or a rule that is not among the ``quiet`` ones.
        """
        given: dict[str, Any] = {"channel": channel, "now": now}
        asked = _UNTOLD
        if least > Level.INFORMATIONAL:
            asked = _UNTOLD_LOUD
            given |= {"least": int(least), "quiet": list(quiet)}
        with self._db.read() as connection:
            return reports(connection, *asked, given)

    def untold_before(self, channel: str, before: datetime, now: datetime) -> tuple[Untold, ...]:
        """What of ``untold`` was seen before that moment."""
        with self._db.read() as connection:
            return reports(connection, *_UNTOLD_BEFORE, {"channel": channel, "now": now, "before": before})

    def owes(self, channel: str, now: datetime) -> bool:
        """Whether ``untold`` has anything."""
        with self._db.read() as connection:
            return bool(connection.execute(_OWES, {"channel": channel, "now": now}).scalar())

    def told(self, channel: str, stories_: Iterable[str]) -> Mapping[str, Told]:
        """What ``channel`` was last told of each of these stories, or will be by what is composed and not yet
        delivered; nothing of a story that it knows nothing of.
        """
        wanted = set(stories_)
        found: dict[str, Told] = {}
        under_way = (
            select(digests.c.body, digests.c.composed_at)
            .where(digests.c.channel == channel, digests.c.body.is_not(None))
            .where(
                digests.c.id.in_(
                    select(deliveries.c.digest).where(
                        deliveries.c.channel == channel,
                        deliveries.c.status.in_([DeliveryStatus.PENDING.value, DeliveryStatus.ATTEMPTING.value]),
                    )
                )
            )
            .order_by(digests.c.composed_at, digests.c.place)
        )
        with self._db.read() as connection:
            for some in chunks(sorted(wanted)):
                known = select(told).where(told.c.channel == channel, told.c.story.in_(some))
                found |= {row.story: convert.told(row) for row in connection.execute(known)}
            for row in connection.execute(under_way):
                for story, coming in convert.told_by(row.body, row.composed_at):
                    if story in wanted:
                        thread = found[story].thread if story in found else None
                        found[story] = replace(coming, thread=thread)
        return found

    def suppressed_since(self, spec: str, channel: str) -> dict[str, int]:
        """What was suppressed for ``channel`` since the last digest of ``spec``, counted by reason.

        Not what no digest of the channel selects (unrouted): that was never kept from it.
        """
        last = select(func.max(digests.c.composed_at)).where(digests.c.spec == spec, digests.c.channel == channel)
        suppressed = and_(
            owed.c.channel == channel,
            owed.c.status == OwedStatus.SUPPRESSED.value,
            owed.c.reason.in_(_KEPT_BACK),
        )
        with self._db.read() as connection:
            since = connection.execute(last).scalar()
            wanted = suppressed if since is None else and_(suppressed, owed.c.changed_at > since)
            counted = select(owed.c.reason, func.count()).where(wanted).group_by(owed.c.reason)
            return dict(tuple(row) for row in connection.execute(counted.order_by(owed.c.reason)))

    def compose(
        self,
        channel: str,
        spec: str,
        frozen: Sequence[tuple[Digest, Sequence[str]]],
        holds: Iterable[tuple[str, int, Reason, datetime, int]],
        suppressed: Iterable[tuple[str, int, Reason]],
        next_due_at: datetime | None,
        now: datetime,
    ) -> bool:
        """Freezes digests of ``spec`` for ``channel``, each with one pending delivery a recipient, in one transaction.

        What the channel is owed of the reports in a digest is taken by it; ``holds`` (item key, version,
        reason, until, revision of its story) and ``suppressed`` (item key, version, reason) are kept back instead.
        The digest is next due at ``next_due_at`` (None: it tells at once).

        False, and nothing is changed, where this was composed before: a digest with that id or for that
        due time exists, or none of its reports is still untold.
        """
        if any(not recipients for _, recipients in frozen):
            raise ValueError("a digest without a recipient would never be told")
        try:
            with self._db.write() as connection:
                slot = _move(connection, spec, channel, next_due_at, now)
                for place, (digest, recipients) in enumerate(frozen):
                    freeze(connection, digest, recipients, slot, place, now)
                _keep_back(connection, channel, OwedStatus.HELD, holds, now)
                kept_back = ((*each, None, None) for each in suppressed)
                _keep_back(connection, channel, OwedStatus.SUPPRESSED, kept_back, now)
        except FirstComerWins:
            return False
        return True

    def digest(self, digest: str) -> Digest | None:
        """The digest with this id as it was frozen; None where there is none, or it was pruned."""
        with self._db.read() as connection:
            body = connection.execute(select(digests.c.body).where(digests.c.id == digest)).scalar()
            return None if body is None else convert.digest(body)


def _slot(spec: str, channel: str) -> ColumnElement[bool]:
    return and_(schedules.c.spec == spec, schedules.c.channel == channel)


def _move(
    connection: Connection, spec: str, channel: str, next_due_at: datetime | None, now: datetime
) -> datetime | None:
    """Moves the due time; returns the one that has come, None where none had (at once, by hand)."""
    row = select(schedules.c.next_due_at).where(_slot(spec, channel)).with_for_update()
    due: datetime | None = connection.execute(row).scalar()
    connection.execute(update(schedules).where(_slot(spec, channel)).values(next_due_at=next_due_at))
    return due if due is not None and due <= now else None


def must_change(rows: int) -> None:
    """Raises ``FirstComerWins`` where a statement changed nothing: somebody was there first."""
    if not rows:
        raise FirstComerWins


def freeze(
    connection: Connection, digest: Digest, recipients: Sequence[str], slot: datetime | None, place: int, now: datetime
) -> None:
    """Adds a digest with one pending delivery a recipient and takes what is owed of its reports.

    Raises ``FirstComerWins`` where that was done before.
    """
    row = {
        "id": digest.id,
        "spec": digest.spec,
        "channel": digest.channel,
        "slot": slot,
        "place": place,
        "composed_at": digest.composed_at,
        "body": convert.digest_json(digest),
    }
    new = insert_into(connection, digests).values(row).on_conflict_do_nothing().returning(digests.c.id)
    must_change(len(connection.execute(new).all()))
    shown = {(report.item_key, report.version) for entry in digest.entries for report in entry.reports}
    if shown:
        taken = {"digest": digest.id, "status": OwedStatus.PENDING.value, "reason": None, "hold_until": None}
        must_change(change_owed(connection, digest.channel, shown, taken | {"changed_at": now}))
    fresh = {
        "digest": digest.id,
        "channel": digest.channel,
        "level": int(digest.level or 0),
        "status": DeliveryStatus.PENDING.value,
        "attempts": 0,
        "parts_done": 0,
        "possible_repeat": False,
        "next_attempt_at": now,
        "created_at": now,
    }
    rows = [fresh | {"recipient": recipient} for recipient in dict.fromkeys(recipients)]
    connection.execute(insert_into(connection, deliveries), rows)


def _keep_back(
    connection: Connection,
    channel: str,
    status: OwedStatus,
    kept: Iterable[tuple[str, int, Reason, datetime | None, int | None]],
    now: datetime,
) -> None:
    groups: dict[tuple[Reason, datetime | None, int | None], list[tuple[str, int]]] = defaultdict(list)
    for key, version, reason, until, revision in kept:
        groups[reason, until, revision].append((key, version))
    for (reason, until, revision), these in groups.items():
        values = {"status": status.value, "reason": reason.value, "hold_until": until, "changed_at": now}
        change_owed(connection, channel, these, values | {"judged_at": revision})


def judge_again(connection: Connection) -> None:
    """Makes alerts look again at all that is held as unconfirmed."""
    connection.execute(update(owed).where(_UNCONFIRMED, owed.c.digest.is_(None)).values(judged_at=None))


def change_owed(
    connection: Connection, channel: str, versions: Iterable[tuple[str, int]], values: dict[str, Any]
) -> int:
    """Changes what is still free of these (item key, version); how many that were."""
    changed = 0
    for some in chunks(sorted(versions)):
        these = tuple_(owed.c.item_key, owed.c.version).in_(some)
        changed += connection.execute(
            update(owed).where(owed.c.channel == channel, these, _FREE).values(values)
        ).rowcount
    return changed
