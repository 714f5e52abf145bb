"""What a poll, a compose and a delivery cost must not grow with what was stored over the years."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

import pytest
import sqlalchemy
from sqlalchemy import event
from store_samples import DAY, MINUTE, NOW, ON_DESK, compose, deliver_all, item, judged, marks, poll

from monitor.model import Reason
from monitor.store import Store

GROWING = "items|versions|matches|stories|story_items|owed|told|digests|deliveries|attempts"
FREQUENT: dict[str, Callable[[Store], object]] = {
    "save_poll": lambda store: store.save_poll(poll(judged(2))),
    "save_poll of a revision": lambda store: store.save_poll(poll(judged(1, 2, title="Later"), at=NOW + MINUTE)),
    "known": lambda store: store.known("wire", [marks(item(number)) for number in range(200)]),
    "story_hints": lambda store: store.story_hints([marks(item(1)).url], ["key-wire-1"]),
    "matched_since": lambda store: store.matched_since(NOW),
    "due_digests": lambda store: store.due_digests(NOW),
    "untold": lambda store: store.untold("desk", NOW),
    "untold_before": lambda store: store.untold_before("desk", NOW + DAY, NOW),
    "suppressed_since": lambda store: store.suppressed_since("morning", "desk"),
    "next_release_at": lambda store: store.next_release_at(),
    "compose": lambda store: compose(store, "d2"),
    "holds": lambda store: store.compose(
        "desk", "x", (), [(f"key-wire-{number}", 1, Reason.QUIET, NOW + DAY, 1) for number in (1, 2)], (), None, NOW
    ),
    "claim and delivered": deliver_all,
    "next_attempt_at": lambda store: store.next_attempt_at(),
    "recover": lambda store: store.recover(NOW),
    "welcome": lambda store: store.welcome(("desk",), [("key-wire-1", 1, ON_DESK[0])], NOW),
    "sync_channels": lambda store: store.sync_channels(("duty",), NOW),
    "a page of the archive": lambda store: list(store.items(NOW)),
    "pruning nothing": lambda store: store._prune_versions(NOW - timedelta(days=30)),
    "pruning": lambda store: store._prune_versions(NOW + DAY),
    "history": lambda store: store.history("key-wire-1"),
}


@pytest.mark.parametrize("kind", ["sqlite"])  # its planner has no statistics: what it says holds for any size
@pytest.mark.parametrize("call", FREQUENT)
def test_what_is_done_often_looks_nothing_up_without_an_index(store: Store, kind: str, call: str) -> None:
    store.sync_digests({("morning", "desk"): ("cron", NOW), ("alerts", "desk"): ("at once", None)})
    store.save_poll(poll(judged(1), judged(8, matches=()), judged(9, matches=())))
    scans = []
    planner = sqlalchemy.create_engine(store._db.url)
    with closing(planner.raw_connection()) as plain:

        def explain(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
            if statement.startswith(("SELECT", "UPDATE", "DELETE")):
                first = parameters[0] if isinstance(parameters, list) else parameters
                cursor = plain.cursor()
                cursor.execute(f"EXPLAIN QUERY PLAN {statement}", first)
                scans.extend(row[3] for row in cursor.fetchall() if re.match(rf"SCAN ({GROWING})\b", row[3]))

        event.listen(store._db.engine, "before_cursor_execute", explain)
        try:
            FREQUENT[call](store)
        finally:
            event.remove(store._db.engine, "before_cursor_execute", explain)
    planner.dispose()
    assert scans == []
