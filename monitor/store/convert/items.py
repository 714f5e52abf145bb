"""An item: its marks, its versions, what matched, what it joined, who is owed it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache

from pydantic import TypeAdapter

from monitor.model import Arrival, Evidence, Fact, Item, Join, Judged, Level, Marks, Match, Owed, Poll, Report, Tier
from monitor.store.convert.texts import AnyRow, Values, bounded, clean, to_json, words


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
        "tags": to_json(item.tags),
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
        "evidence": to_json([(each.field, each.start, each.end, each.term) for each in match.evidence]),
    }


def match(row: AnyRow) -> Match:
    evidence = tuple(Evidence(*each) for each in json.loads(row.evidence))
    return Match(row.rule, row.title, row.category, Level(row.level), evidence)


def join_values(judged: Judged, join: Join) -> Values:
    return {
        "item_key": judged.key,
        "version": judged.version,
        "story": join.story,
        "new": join.new,
        "repeat": join.repeat,
        "reasons": to_json(join.reasons),
        "changes": to_json(join.changes),
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
