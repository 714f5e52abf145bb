"""Stories as people correct them: one taken apart, two made one. Nothing decides otherwise later."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from monitor.errors import NotPossible
from monitor.store import convert
from monitor.store.database import Topic, insert_into
from monitor.store.tables import mutes, sketches, stories, story_items, told

SPLIT = "split off by hand"


class StoryStore(Topic):
    """The part of ``Store`` about stories as people correct them."""

    def final_story(self, story: str) -> str | None:
        """The story that ``story`` is part of now; itself where it was never merged, None where there is none."""
        with self._db.read() as connection:
            return _final(connection, story)

    def split_story(self, item_key: str, now: datetime) -> str:
        """Makes this item, with its later versions, a story of its own; the name of it.

        It never comes back by itself: a later version stays with the item. Raises ``NotPossible`` where the item
        is in no story, or alone in it.
        """
        with self._db.write() as connection:
            story = _story_of(connection, item_key)
            if story is None:
                raise NotPossible(f"item {item_key!r} is in no story")
            others = select(func.count()).where(story_items.c.story == story, story_items.c.item_key != item_key)
            if not connection.execute(others.select_from(story_items)).scalar():
                raise NotPossible(f"item {item_key!r} is alone in its story: there is nothing to split")
            own = _unused(connection, item_key)
            row = {"id": own, "began_at": now, "revision": _next_revision(connection, story), "merged_into": None}
            connection.execute(stories.insert(), row)
            of_item = story_items.c.item_key == item_key
            rows = connection.execute(select(story_items.c.version, story_items.c.reasons).where(of_item)).all()
            for version, reasons in rows:
                told_why = json.dumps([*convert.words(reasons), f"{SPLIT} from story {story}"], ensure_ascii=False)
                which = of_item & (story_items.c.version == version)
                connection.execute(update(story_items).where(which).values(story=own, reasons=told_why, copy_of=None))
            connection.execute(update(sketches).where(sketches.c.item_key == item_key).values(story=own, copy_of=None))
            connection.execute(update(stories).where(stories.c.id == story).values(revision=row["revision"]))
            return own

    def merge_stories(self, story: str, into: str) -> str:
        """Makes ``story`` part of ``into``, with all that later joins it; the name of the story both are now.

        What mutes one of them mutes both from then on.
        Raises ``NotPossible`` where one of them does not exist or they are one already.
        """
        with self._db.write() as connection:
            from_, to = _final(connection, story), _final(connection, into)
            for given, found in ((story, from_), (into, to)):
                if found is None:
                    raise NotPossible(f"there is no story {given!r}")
            if from_ is None or to is None or from_ == to:
                raise NotPossible(f"{story!r} and {into!r} are one story already")
            for table in (story_items, sketches):
                connection.execute(update(table).where(table.c.story == from_).values(story=to))
            revision = _next_revision(connection, from_, to)
            connection.execute(update(stories).where(stories.c.id == from_).values(merged_into=to))
            connection.execute(update(stories).where(stories.c.id == to).values(revision=revision))
            connection.execute(update(mutes).where(mutes.c.story == from_).values(story=to))
            _merge_told(connection, from_, to)
            return to


def _story_of(connection: Connection, item_key: str) -> str | None:
    last = select(story_items.c.story).where(story_items.c.item_key == item_key).order_by(story_items.c.version.desc())
    found: str | None = connection.execute(last.limit(1)).scalar()
    return found


def _final(connection: Connection, story: str) -> str | None:
    """Follows merges; none goes in a circle, since only what is final is merged."""
    while True:
        row = connection.execute(select(stories.c.merged_into).where(stories.c.id == story)).one_or_none()
        if row is None:
            return None
        if row.merged_into is None:
            return story
        story = row.merged_into


def _next_revision(connection: Connection, *names: str) -> int:
    """One that none of these stories had, so that what was judged in any of them is judged again."""
    last: int = connection.execute(select(func.max(stories.c.revision)).where(stories.c.id.in_(names))).scalar_one()
    return last + 1


def _unused(connection: Connection, item_key: str) -> str:
    """A name for the story of a split item: its key, or with a number where that is the name of a story already."""
    taken = set(
        connection.execute(select(stories.c.id).where(stories.c.id.startswith(item_key, autoescape=True))).scalars()
    )
    names = [item_key, *(f"{item_key}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


def _merge_told(connection: Connection, story: str, into: str) -> None:
    """A channel that was told of ``story`` was told of the event: its ledger says so for ``into`` as well."""
    rows = connection.execute(select(told).where(told.c.story == story)).mappings().all()
    if rows:
        insert = insert_into(connection, told).on_conflict_do_nothing()
        connection.execute(insert, [dict(row) | {"story": into} for row in rows])
