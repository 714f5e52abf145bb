"""A poll: everything one fetch of one feed changes, in one transaction; of several feeds, in one together."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from monitor.model import Judged, Poll, PollCounts
from monitor.store import convert
from monitor.store.bulk import add_rows, change_rows
from monitor.store.database import Topic, chunks, insert_into
from monitor.store.sketches import add_sketches
from monitor.store.tables import facts, feeds, items, matches, owed, rule_sets, stories, story_items, totals, versions

# Built once: every feed's every poll runs these, and building a statement takes longer than running it.
_SAVED = select(feeds.c.id, feeds.c.saved_poll).where(feeds.c.id.in_(bindparam("feeds", expanding=True)))
_REVISE = update(items).where(items.c.key == bindparam("of_key"), items.c.version < bindparam("up_to"))
_COUNTED = ("fetched", "known", "matched", "unmatched", "owed")
_COUNT = update(totals).values({name: totals.c[name] + bindparam(f"more_{name}") for name in _COUNTED})
_THERE = select(versions.c.item_key, versions.c.version).where(
    versions.c.item_key.in_(bindparam("keys", expanding=True))
)


class PollStore(Topic):
    """The part of ``Store`` about polls."""

    def together(self, *, durable: bool = True) -> AbstractContextManager[None]:
        """Makes all that this thread reads and saves within the context one transaction, or (on any
        exception) none of it. No network call may be made there: every other writer waits.

        Without ``durable`` a power cut may undo it: only for what repeating restores by itself.
        """
        return self._db.together(durable=durable)

    def save_poll(self, poll: Poll) -> None:
        """Commits a poll: items, versions, matches with evidence, facts, stories, what is owed, the feed's
        validators and next time, and the running totals. All or nothing.

        Saving the same poll again changes nothing and counts nothing; an item version that is
        already there is left as it is and counted as known. Raises ``ValueError`` for a feed that
        ``sync_feeds`` was never given, ``StoreError`` where the store can't be used.
        """
        self.save_polls([poll])

    def save_polls(self, polls: Sequence[Poll]) -> None:
        """The same for polls of several feeds, all of them in one transaction or none."""
        fingerprints = {poll.state.feed: convert.poll_fingerprint(poll) for poll in polls}
        if len(fingerprints) < len(polls):
            raise ValueError("two polls of one feed can't be saved together")
        # Without items a lost commit costs one request more; with them it must survive a power cut.
        with self._db.write(durable=any(poll.judged for poll in polls)) as connection:
            saved = dict(tuple(row) for row in connection.execute(_SAVED, {"feeds": list(fingerprints)}))
            unknown = fingerprints.keys() - saved.keys()
            if unknown:
                raise ValueError(f"feed {min(unknown)!r} was never synced")
            fresh = [poll for poll in polls if saved[poll.state.feed] != fingerprints[poll.state.feed]]
            if not fresh:
                return
            added, owed_added = self._add(connection, [poll for poll in fresh if poll.judged])
            states = [
                convert.state_values(poll.state) | {"saved_poll": fingerprints[poll.state.feed], "of": poll.state.feed}
                for poll in fresh
            ]
            change_rows(connection, feeds, "id", states)
            _count(connection, fresh, added, owed_added)

    def save_rule_set(self, rule_set: str, source: str, now: datetime) -> None:
        """Keeps the source of the rule set with this hash; the same one again changes nothing."""
        with self._db.write() as connection:
            row = {"hash": rule_set, "source": convert.clean(source), "saved_at": now}
            connection.execute(insert_into(connection, rule_sets).values(row).on_conflict_do_nothing())

    def rule_set(self, rule_set: str) -> str | None:
        """The source of the rule set with this hash; None where it was not saved."""
        with self._db.read() as connection:
            found: str | None = connection.execute(
                select(rule_sets.c.source).where(rule_sets.c.hash == rule_set)
            ).scalar()
            return found

    def _add(self, connection: Connection, polls: Sequence[Poll]) -> tuple[set[tuple[str, int]], int]:
        """Adds what the polls brought; the versions that were not there before, and how much is owed.

        A store has one writer: what is not there when it is asked is not there when it is added.
        """
        if not polls:
            return set(), 0
        keys = [
            {"key": each.key, "feed": poll.state.feed, "version": each.version, "first_seen": poll.at}
            | convert.mark_values(each.marks)
            for poll in polls
            for each in poll.judged
        ]
        there: set[tuple[str, int]] = set()
        if add_rows(connection, items, keys) < len(keys):  # else all are new, and have no version
            for some in chunks(row["key"] for row in keys):
                there.update((key, version) for key, version in connection.execute(_THERE, {"keys": some}))
        add_rows(connection, versions, [convert.version_values(each, poll) for poll in polls for each in poll.judged])
        added = [(each, poll.at) for poll in polls for each in poll.judged if (each.key, each.version) not in there]
        revised = [
            {"of_key": each.key, "up_to": each.version, "version": each.version} | convert.mark_values(each.marks)
            for each, _ in added
            if each.version > 1
        ]
        if revised:
            connection.execute(_REVISE, revised)
        add_rows(
            connection,
            matches,
            [
                convert.match_values(each.key, each.version, place, match)
                for each, _ in added
                for place, match in enumerate(each.matches)
            ],
        )
        add_rows(
            connection,
            facts,
            [
                convert.fact_values(each.key, each.version, place, fact)
                for each, _ in added
                for place, fact in enumerate(each.facts)
            ],
        )
        self._join(connection, added)
        sketched = [(each.sketch, at) for each, at in added if each.sketch is not None]
        add_sketches(connection, sketched, [each.key for each, _ in added if each.version > 1])
        due = [convert.owed_values(each.key, each.version, debt, at) for each, at in added for debt in each.owed]
        return {(each.key, each.version) for each, _ in added}, add_rows(connection, owed, due)

    def _join(self, connection: Connection, added: Sequence[tuple[Judged, datetime]]) -> None:
        joined = [(each, each.join, at) for each, at in added if each.join is not None]
        begun = {
            join.story: {"id": join.story, "began_at": at, "revision": 1, "merged_into": None} for _, join, at in joined
        }
        if not begun:
            return
        insert = insert_into(connection, stories)
        changed = insert.on_conflict_do_update(index_elements=["id"], set_={"revision": stories.c.revision + 1})
        connection.execute(changed, list(begun.values()))
        add_rows(connection, story_items, [convert.join_values(each, join) for each, join, _ in joined])


def _count(connection: Connection, polls: Sequence[Poll], added: AbstractSet[tuple[str, int]], owed_added: int) -> None:
    """Adds the polls' own counts to the totals, less what was there already."""
    counts = sum((poll.counts for poll in polls), PollCounts())
    again = [each for poll in polls for each in poll.judged if (each.key, each.version) not in added]
    matched_again = sum(bool(each.matches) for each in again)
    more = {
        "more_fetched": counts.fetched,
        "more_known": counts.known + len(again),
        "more_matched": counts.matched - matched_again,
        "more_unmatched": counts.unmatched - (len(again) - matched_again),
        "more_owed": owed_added,
    }
    connection.execute(_COUNT, more)
