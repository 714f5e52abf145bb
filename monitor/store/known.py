"""Which of the items that a feed brings are known."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, exists, select, text

from monitor.model import Known, Marks
from monitor.store import convert
from monitor.store.database import Topic, chunks
from monitor.store.tables import feeds, items, versions

# The keys of items that have one of the pairs of feed and mark in a JSON list. SQLite looks up no list of pairs by an
# index, and takes CROSS JOIN as an order: the list first.
_BY_MARK = {
    "sqlite": """
        SELECT items.key FROM json_each(:{0}) AS wanted CROSS JOIN items
        ON items.feed = json_extract(wanted.value, '$[0]') AND items.{0} = json_extract(wanted.value, '$[1]')""",
    "postgresql": """
        SELECT items.key FROM json_array_elements(CAST(:{0} AS json)) AS wanted(value) JOIN items
        ON items.feed = wanted.value ->> 0 AND items.{0} = wanted.value ->> 1""",
}


def _known(dialect: str) -> Select[Any]:
    """A union of three look-ups, each on its own index; OR would leave that to the planner's luck."""
    keys = " UNION ".join(_BY_MARK[dialect].format(mark) for mark in ("guid", "url", "title_hash"))
    return (
        select(items, versions.c.updated)
        .join(versions, and_(versions.c.item_key == items.c.key, versions.c.version == items.c.version))
        .where(items.c.key.in_(text(keys).columns(items.c.key)))
        .order_by(items.c.first_seen, items.c.key)
    )


_KNOWN = {dialect: _known(dialect) for dialect in _BY_MARK}
_EARLIER = (
    select(versions.c.item_key, versions.c.content_hash)
    .join(items, and_(items.c.key == versions.c.item_key, items.c.version > versions.c.version))
    .where(versions.c.item_key.in_(bindparam("keys", expanding=True)))
)

_WITH_ITEMS = select(feeds.c.id).where(
    feeds.c.id.in_(bindparam("feeds", expanding=True)), exists().where(items.c.feed == feeds.c.id)
)


class KnownStore(Topic):
    """The part of ``Store`` by which items are recognised."""

    def known(self, feed: str, marks: Sequence[Marks]) -> tuple[Known, ...]:
        """Every item of ``feed`` that shares its guid, canonical URL or title hash with any of ``marks``.

        Oldest first, each once. An empty mark recognises nothing; what was pruned is still known.
        """
        return self.known_of({feed: marks})[feed]

    def known_of(self, marks: Mapping[str, Sequence[Marks]]) -> Mapping[str, tuple[Known, ...]]:
        """The same for many feeds, by feed."""
        found: dict[str, Known] = {}
        feed_of: dict[str, str] = {}
        with self._db.read() as connection:
            polled = _with_items(connection, marks)  # a first poll knows nothing, and brings most marks
            asked = [(feed, each) for feed in polled for each in marks[feed]]
            spelled = convert.spellings(each for _, each in asked)
            pairs = {
                "guid": {(feed, convert.bounded(each.guid)) for feed, each in asked if each.guid},
                "url": {(feed, convert.bounded(each.url)) for feed, each in asked if each.url},
                "title_hash": {(feed, each.title) for feed, each in asked if each.title},
            }
            wanted = {mark: json.dumps(sorted(given)) for mark, given in pairs.items()}
            for row in connection.execute(_KNOWN[connection.dialect.name], wanted) if asked else ():
                found[row.key] = Known(row.key, row.version, convert.marks(row, spelled), row.updated)
                feed_of[row.key] = row.feed
            earlier: dict[str, set[str]] = defaultdict(set)
            for keys in chunks(key for key, item in found.items() if item.version > 1):
                for row in connection.execute(_EARLIER, {"keys": keys}):
                    earlier[row.item_key].add(row.content_hash)
        known: dict[str, list[Known]] = {feed: [] for feed in marks}
        for key, item in found.items():
            known[feed_of[key]].append(replace(item, earlier=frozenset(earlier.get(key, ()))))
        return {feed: tuple(theirs) for feed, theirs in known.items()}


def _with_items(connection: Connection, feed_ids: Iterable[str]) -> Iterator[str]:
    """Those of these feeds that ever had an item."""
    for some in chunks(feed_ids):
        yield from connection.scalars(_WITH_ITEMS, {"feeds": some})
