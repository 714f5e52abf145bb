"""Items: which story a URL belongs to, the archive, and reports as digests show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    tuple_,
)

from monitor.model import Fact, FoundFact, Item, Level, Match, Report, StoryHint, Untold
from monitor.store import convert
from monitor.store.database import Topic, chunks
from monitor.store.tables import facts, feeds, items, matches, owed, stories, story_items, versions

_PAGE = 500  # items a read of the archive takes at a time

_HINTS_A_STORY = 20  # the last ones: what a story said before them is in its state
_HINTS = (
    select(story_items.c.story, story_items.c.version, story_items.c.origin, items.c.key, items.c.url)
    .add_columns(versions.c.title, versions.c.summary)
    .join(story_items, story_items.c.item_key == items.c.key)
    .join(versions, and_(versions.c.item_key == items.c.key, versions.c.version == story_items.c.version))
    .order_by(items.c.first_seen, items.c.key, story_items.c.version)
)
_WANTED: BindParameter[Any] = bindparam("wanted", expanding=True)
_RANKED = (
    select(
        story_items.c.item_key,
        story_items.c.version,
        func.row_number()
        .over(partition_by=story_items.c.story, order_by=(versions.c.seen_at.desc(), versions.c.item_key))
        .label("place"),
    )
    .join(versions, and_(versions.c.item_key == story_items.c.item_key, versions.c.version == story_items.c.version))
    .where(story_items.c.story.in_(_WANTED))
    .subquery()
)
_HINTS_BY_URL = _HINTS.where(items.c.url.in_(_WANTED))
_HINTS_BY_KEY = _HINTS.where(items.c.key.in_(_WANTED))
_HINTS_BY_STORY = _HINTS.join(
    _RANKED, and_(_RANKED.c.item_key == story_items.c.item_key, _RANKED.c.version == story_items.c.version)
).where(_RANKED.c.place <= _HINTS_A_STORY)
_LEVELS = (
    select(story_items.c.story, func.max(matches.c.level))
    .join(matches, and_(matches.c.item_key == story_items.c.item_key, matches.c.version == story_items.c.version))
    .where(story_items.c.story.in_(_WANTED))
    .group_by(story_items.c.story)
)
_FACTS_BY_KEY = select(facts).where(facts.c.item_key.in_(_WANTED)).order_by(facts.c.place)


class ItemStore(Topic):
    """The part of ``Store`` about items."""

    def story_hints(
        self, urls: Iterable[str], keys: Iterable[str] = (), stories: Iterable[str] = ()
    ) -> tuple[StoryHint, ...]:
        """Every item in a story, of any feed, that has one of these canonical URLs or keys, with its story; and the
        last items of each of these stories.

        Oldest item first, each once, by its last version in a story; of a pruned one the summary is "".
        """
        spelled = {convert.bounded(url): url for url in urls if url}
        rows: list[Any] = []
        with self._db.read() as connection:
            for wanted in chunks(spelled):
                rows.extend(connection.execute(_HINTS_BY_URL, {"wanted": wanted}))
            for wanted in chunks(dict.fromkeys(keys)):
                rows.extend(connection.execute(_HINTS_BY_KEY, {"wanted": wanted}))
            for wanted in chunks(dict.fromkeys(stories)):
                rows.extend(connection.execute(_HINTS_BY_STORY, {"wanted": wanted}))
            levels: dict[str, int] = {}
            for wanted in chunks({row.story: None for row in rows}):
                levels.update(tuple(row) for row in connection.execute(_LEVELS, {"wanted": wanted}))
            # Later versions come later: the last story of an item is the one that counts.
            last = {row.key: row for row in rows}
            read: dict[tuple[str, int], list[Fact]] = defaultdict(list)
            for wanted in chunks(last):
                for row in connection.execute(_FACTS_BY_KEY, {"wanted": wanted}):
                    read[row.item_key, row.version].append(convert.fact(row))
        return tuple(
            StoryHint(
                row.story,
                row.key,
                spelled.get(row.url, row.url),
                row.title,
                row.summary,
                Level(levels.get(row.story, Level.INFORMATIONAL)),
                tuple(read[row.key, row.version]),
                row.origin,
            )
            for row in last.values()
        )

    def matched_since(self, since: datetime) -> tuple[Report, ...]:
        """What was matched since then, so that a new channel can be owed it; the loudest, then the newest first.

        The last version of each item. Of a feed's first poll (baseline) only what was also published
        since then: the rest is as old as the feed cared to go back.
        """
        recent = and_(
            versions.c.matched,
            ~versions.c.pruned,
            versions.c.seen_at >= since,
            or_(~versions.c.baseline, versions.c.published >= since),
            versions.c.version == items.c.version,
        )
        with self._db.read() as connection:
            found = reports(connection, _REPORTS.where(recent), _MATCHES.where(recent), None)
        return tuple(each.report for each in found)

    def story_reports(self, stories: Iterable[str]) -> Mapping[str, tuple[Report, ...]]:
        """Every version that joined one of ``stories``, as reports, by story; in no order that means anything."""
        found: dict[str, list[Report]] = defaultdict(list)
        with self._db.read() as connection:
            for some in chunks(sorted(set(stories))):
                wanted = {"stories": some}
                for one in reports(connection, _REPORTS.where(_OF_STORY), _STORY_MATCHES, _STORY_FACTS, wanted):
                    found[one.story].append(one.report)
        return {story: tuple(ones) for story, ones in found.items()}

    def items(self, since: datetime | None = None) -> Iterator[tuple[str, int, Item]]:
        """Every version kept since then (or ever), as (key, version, item), in the order of arrival.

        Read in pages, so that neither a transaction nor the memory grows with the archive. Pruned
        versions have no text and are left out.
        """
        columns = (versions.c.seen_at, versions.c.item_key, versions.c.version)
        page = (
            select(versions, items.c.feed)
            .join(items, items.c.key == versions.c.item_key)
            .where(~versions.c.pruned)
            .order_by(*columns)
            .limit(_PAGE)
        )
        after: ColumnElement[bool] | None = None if since is None else versions.c.seen_at >= since
        while True:
            with self._db.read() as connection:
                rows = connection.execute(page if after is None else page.where(after)).all()
            for row in rows:
                yield row.item_key, row.version, convert.item(row)
            if len(rows) < _PAGE:
                return
            last = rows[-1]
            after = tuple_(*columns) > tuple_(
                literal(last.seen_at, versions.c.seen_at.type), literal(last.item_key), literal(last.version)
            )

    def facts(self, since: datetime | None = None) -> Iterator[FoundFact]:
        """Every fact of what was seen since then (or ever), of the last version of each item, in the order of arrival.

        Read in pages, as ``items``. What was read stays when texts are pruned.
        """
        columns = (versions.c.seen_at, versions.c.item_key, facts.c.place)
        page = _FOUND_FACTS.order_by(*columns).limit(_PAGE)
        after: ColumnElement[bool] | None = None if since is None else versions.c.seen_at >= since
        while True:
            with self._db.read() as connection:
                rows = connection.execute(page if after is None else page.where(after)).all()
            for row in rows:
                yield convert.found_fact(row)
            if len(rows) < _PAGE:
                return
            last = rows[-1]
            after = tuple_(*columns) > tuple_(
                literal(last.seen_at, versions.c.seen_at.type), literal(last.item_key), literal(last.place)
            )

    def matched(self, since: datetime | None = None) -> Iterator[tuple[Report, str]]:
        """The last version of every item seen since then (or ever), where it matched, with its story.

        In the order of arrival, read in pages, as ``items``. Of a pruned one the summary is "".
        """
        columns = (versions.c.seen_at, versions.c.item_key)
        wanted = and_(versions.c.matched, versions.c.version == items.c.version)
        page = (
            select(*columns).join(items, items.c.key == versions.c.item_key).where(wanted).order_by(*columns)
        ).limit(_PAGE)  # fmt: skip
        after: ColumnElement[bool] | None = None if since is None else versions.c.seen_at >= since
        while True:
            with self._db.read() as connection:
                rows = connection.execute(page if after is None else page.where(after)).all()
                these = and_(wanted, versions.c.item_key.in_([row.item_key for row in rows]))
                found = reports(connection, _REPORTS.where(these), _MATCHES.where(these), None)
            by_key = {each.report.item_key: each for each in found}
            for row in rows:
                yield by_key[row.item_key].report, by_key[row.item_key].story
            if len(rows) < _PAGE:
                return
            last = rows[-1]
            after = tuple_(*columns) > tuple_(literal(last.seen_at, versions.c.seen_at.type), literal(last.item_key))


# --- reports -----------------------------------------------------------------------------------

_OF_VERSION = and_(story_items.c.item_key == versions.c.item_key, story_items.c.version == versions.c.version)


def _reports(*more: ColumnElement[Any]) -> Select[Any]:
    return (
        select(
            versions,
            items.c.feed,
            feeds.c.title.label("feed_title"),
            feeds.c.tier.label("feed_tier"),
            feeds.c.lang.label("feed_lang"),
            feeds.c.tags.label("feed_tags"),
            story_items.c.story,
            story_items.c.changes,
            story_items.c.origin,
            story_items.c.repeat,
            story_items.c.possibly,
            stories.c.revision,
            *more,
        )
        .join(items, items.c.key == versions.c.item_key)
        .join(feeds, feeds.c.id == items.c.feed)
        .outerjoin(story_items, _OF_VERSION)
        .outerjoin(stories, stories.c.id == story_items.c.story)
    )


_REPORTS = _reports(versions.c.seen_at.label("owed_at"))
_OWED_REPORTS = _reports(owed.c.owed_at).join(
    owed, and_(owed.c.item_key == versions.c.item_key, owed.c.version == versions.c.version)
)
_OF_STORY = story_items.c.story.in_(bindparam("stories", expanding=True))
_STORY_MATCHES = (
    select(matches)
    .join(story_items, and_(story_items.c.item_key == matches.c.item_key, story_items.c.version == matches.c.version))
    .where(_OF_STORY)
    .order_by(matches.c.place)
)
_STORY_FACTS = (
    select(facts)
    .join(story_items, and_(story_items.c.item_key == facts.c.item_key, story_items.c.version == facts.c.version))
    .where(_OF_STORY)
    .order_by(facts.c.place)
)
_MATCHES = (
    select(matches)
    .join(versions, and_(versions.c.item_key == matches.c.item_key, versions.c.version == matches.c.version))
    .join(items, items.c.key == versions.c.item_key)
    .order_by(matches.c.place)
)
_OWED_MATCHES = (
    select(matches)
    .join(owed, and_(owed.c.item_key == matches.c.item_key, owed.c.version == matches.c.version))
    .order_by(matches.c.place)
)


_FACTS = (
    select(facts)
    .join(owed, and_(owed.c.item_key == facts.c.item_key, owed.c.version == facts.c.version))
    .order_by(facts.c.place)
)
_FOUND_FACTS = (
    select(facts, story_items.c.story, items.c.feed, feeds.c.tier.label("feed_tier"))
    .add_columns(versions.c.url, versions.c.title, versions.c.published, versions.c.seen_at)
    .join(items, and_(items.c.key == facts.c.item_key, items.c.version == facts.c.version))
    .join(versions, and_(versions.c.item_key == facts.c.item_key, versions.c.version == facts.c.version))
    .join(feeds, feeds.c.id == items.c.feed)
    .outerjoin(story_items, _OF_VERSION)
)


def owed_statements(condition: ColumnElement[bool]) -> tuple[Select[Any], Select[Any], Select[Any]]:
    """What ``reports`` asks for what is owed to the parameter ``channel`` under ``condition`` (on ``owed``)."""
    wanted = and_(owed.c.channel == bindparam("channel"), condition)
    return _OWED_REPORTS.where(wanted), _OWED_MATCHES.where(wanted), _FACTS.where(wanted)


def reports(
    connection: Connection,
    rows: Select[Any],
    found: Select[Any],
    read: Select[Any] | None,
    given: Mapping[str, Any] | None = None,
) -> tuple[Untold, ...]:
    """Reports with their matches and, with ``read``, their facts; ``given`` are the parameters of the three.

    The loudest first, then the newest, then by key; always in the same order.
    """
    there = connection.execute(rows, given).all()
    if not there:
        return ()
    by_version: dict[tuple[str, int], list[Match]] = defaultdict(list)
    for row in connection.execute(found, given):
        by_version[row.item_key, row.version].append(convert.match(row))
    facts_of: dict[tuple[str, int], list[Fact]] = defaultdict(list)
    for row in connection.execute(read, given) if read is not None else ():
        facts_of[row.item_key, row.version].append(convert.fact(row))
    result = []
    for row in there:
        matched = tuple(by_version[row.item_key, row.version])
        result.append(
            Untold(
                story=row.story or row.item_key,
                report=convert.report(row, matched, tuple(facts_of[row.item_key, row.version])),
                level=max((match.level for match in matched), default=Level.INFORMATIONAL),
                changes=convert.words(row.changes) if row.changes else (),
                owed_at=row.owed_at,
                repeat=bool(row.repeat),
                possibly=row.possibly,
                revision=row.revision or 0,
                ready=matched,
                matched=matched,
                possible=matched,
            )
        )
    result.sort(key=lambda each: (each.report.item_key, each.report.version))
    result.sort(key=lambda each: (each.level, each.report.first_seen), reverse=True)
    return tuple(result)
