"""What happened to an item, and why: for whoever asks afterwards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, or_, select

from monitor.model import (
    Attempt,
    DeliveryHistory,
    Fact,
    FoundItem,
    ItemHistory,
    Join,
    Match,
    OwedHistory,
    OwedStatus,
    VersionHistory,
)
from monitor.store import convert
from monitor.store.database import Topic, chunks
from monitor.store.tables import attempts, deliveries, facts, items, matches, mutes, owed, story_items, versions
from monitor.text import known_by


class HistoryStore(Topic):
    """The part of ``Store`` that explains."""

    def find_items(self, text: str, *, canonical: str = "", limit: int = 20) -> tuple[FoundItem, ...]:
        """Items by key, by URL (as given or ``canonical``), or by words that all stand in the headline; newest first.

        The first of these ways that finds any item is taken. Words match within words, in any case
        (of other letters than a-z: as written, all small, all capital or capitalised).
        """
        text = convert.clean(text.strip())
        if not text:
            return ()
        urls = [convert.bounded(url) for url in (text, canonical) if url]
        ways: list[ColumnElement[bool]] = [items.c.key == text, items.c.url.in_(urls), versions.c.url == text]
        if "://" not in text:
            ways[2] = and_(*(_in_title(word) for word in text.split()))
        with self._db.read() as connection:
            for way in ways:
                if found := _find(connection, way, limit):
                    return found
        return ()

    def joins(self, story: str) -> Mapping[tuple[str, int], Join]:
        """Each (item key, version) that joined ``story``, and why; empty where there is no such story."""
        with self._db.read() as connection:
            rows = connection.execute(select(story_items).where(story_items.c.story == story)).all()
            return {_joined_by(row): convert.join(row) for row in rows}

    def history(self, item_key: str) -> ItemHistory | None:
        """All that is kept of the item with this key; None where it was never seen."""
        with self._db.read() as connection:
            head = connection.execute(select(items).where(items.c.key == item_key)).one_or_none()
            if head is None:
                return None
            found = _matches(connection, item_key)
            read = _facts(connection, item_key)
            joins, origins = _joins(connection, item_key)
            debts = _owed(connection, item_key)
            of_key = select(versions, items.c.feed).join(items, items.c.key == versions.c.item_key)
            rows = connection.execute(of_key.where(versions.c.item_key == item_key).order_by(versions.c.version)).all()
        return ItemHistory(
            key=head.key,
            marks=convert.marks(head, {}),
            first_seen=head.first_seen,
            versions=tuple(
                VersionHistory(
                    version=row.version,
                    item=convert.item(row),
                    content=row.content_hash,
                    seen_at=row.seen_at,
                    baseline=row.baseline,
                    rule_set=row.rule_set,
                    pruned=row.pruned,
                    matches=tuple(found[row.version]),
                    join=joins.get(row.version),
                    owed=tuple(debts[row.version]),
                    facts=tuple(read[row.version]),
                    origin=origins.get(row.version, ""),
                )
                for row in rows
            ),
        )


def _joined_by(row: Any) -> tuple[str, int]:
    return row.item_key, row.version


def _in_title(word: str) -> ColumnElement[bool]:
    spellings = dict.fromkeys((word, word.lower(), word.upper(), word.capitalize()))
    known_by = case((versions.c.title == "", versions.c.summary), else_=versions.c.title)
    return or_(*(known_by.icontains(spelling, autoescape=True) for spelling in spellings))


def _find(connection: Connection, way: ColumnElement[bool], limit: int) -> tuple[FoundItem, ...]:
    last = and_(versions.c.item_key == items.c.key, versions.c.version == items.c.version)
    rows = connection.execute(
        select(items.c.key, items.c.version, items.c.feed, versions.c.url, versions.c.title, versions.c.summary)
        .add_columns(versions.c.published, items.c.first_seen, versions.c.matched)
        .join(versions, last)
        .where(way)
        .order_by(items.c.first_seen.desc(), items.c.key)
        .limit(limit)
    )
    return tuple(
        FoundItem(key, version, feed, url, known_by(title, summary), *more)
        for key, version, feed, url, title, summary, *more in rows
    )


def _matches(connection: Connection, key: str) -> dict[int, list[Match]]:
    found: dict[int, list[Match]] = defaultdict(list)
    for row in connection.execute(select(matches).where(matches.c.item_key == key).order_by(matches.c.place)):
        found[row.version].append(convert.match(row))
    return found


def _facts(connection: Connection, key: str) -> dict[int, list[Fact]]:
    found: dict[int, list[Fact]] = defaultdict(list)
    for row in connection.execute(select(facts).where(facts.c.item_key == key).order_by(facts.c.place)):
        found[row.version].append(convert.fact(row))
    return found


def _joins(connection: Connection, key: str) -> tuple[dict[int, Join], dict[int, str]]:
    rows = connection.execute(select(story_items).where(story_items.c.item_key == key)).all()
    return {row.version: convert.join(row) for row in rows}, {row.version: row.origin for row in rows}


def _owed(connection: Connection, key: str) -> dict[int, list[OwedHistory]]:
    rows = connection.execute(select(owed).where(owed.c.item_key == key).order_by(owed.c.version, owed.c.channel)).all()
    sent = _deliveries(connection, {row.digest for row in rows if row.digest is not None})
    numbers = {row.mute for row in rows if row.mute is not None}
    muted = {row.id: convert.mute(row) for row in connection.execute(select(mutes).where(mutes.c.id.in_(numbers)))}
    found: dict[int, list[OwedHistory]] = defaultdict(list)
    for row in rows:
        found[row.version].append(
            OwedHistory(
                channel=row.channel,
                status=OwedStatus(row.status),
                reason=row.reason,
                hold_until=row.hold_until,
                owed_at=row.owed_at,
                changed_at=row.changed_at,
                digest=row.digest,
                deliveries=tuple(sent[row.digest]),
                mute=muted.get(row.mute),
            )
        )
    return found


def _deliveries(connection: Connection, digests: Iterable[str]) -> dict[Any, list[DeliveryHistory]]:
    found: dict[Any, list[DeliveryHistory]] = defaultdict(list)
    for some in chunks(sorted(digests)):
        tries: dict[int, list[Attempt]] = defaultdict(list)
        of_these = select(attempts).join(deliveries, deliveries.c.id == attempts.c.delivery)
        for row in connection.execute(of_these.where(deliveries.c.digest.in_(some)).order_by(attempts.c.id)):
            tries[row.delivery].append(convert.attempt(row))
        sent = select(deliveries).where(deliveries.c.digest.in_(some)).order_by(deliveries.c.id)
        for row in connection.execute(sent):
            found[row.digest].append(DeliveryHistory(convert.delivery(row), tuple(tries[row.id])))
    return found
