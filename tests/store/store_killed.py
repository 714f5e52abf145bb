"""Kills a process after every statement of every change to the store, and says what was left.

    python store_killed.py URL

Each job is begun in a child that SIGKILLs itself after its first statement, the next after its
second, and so on until one lives to the end. A JSON line tells for each job what every killed child
left behind, and what the one that lived did.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import event, select
from store_samples import DAY, FEEDS, HOUR, MINUTE, NOW, ON_DESK, digest, empty, judged, match, poll

from monitor.model import DeliveryStatus, Join, Reason
from monitor.store import Store
from monitor.store.tables import metadata

Job = Callable[[Store], object]
_LIVED = 0
_FAILED = 99

FIRST = poll(judged(1), judged(2, matches=()), judged(3, matches=(match(), match("other"))))
REVISED = judged(1, 2, title="Later", join=Join("story-key-wire-1", False, False, ("same item",), ("title",)))


def under_way(store: Store) -> int:
    """The delivery that is being attempted."""
    history = store.history("key-wire-1")
    assert history is not None
    sent = [each.delivery for owed in history.versions[0].owed for each in owed.deliveries]
    return next(each.id for each in sent if each.status is DeliveryStatus.ATTEMPTING)


def compose(store: Store) -> None:
    first = [one for one in store.untold("desk", NOW) if one.report.item_key == "key-wire-1"]
    holds = [("key-wire-3", 1, Reason.QUIET, NOW + DAY, 1)]
    assert store.compose("desk", "morning", [(digest(first), ("a", "b"))], holds, (), NOW + DAY, NOW)


def begin(store: Store) -> None:
    store.sync_feeds(FEEDS, NOW)
    store.sync_channels(("desk", "duty"), NOW)
    store.sync_digests({("morning", "desk"): ("cron", NOW)})


JOBS: dict[str, Job] = {
    "welcome": lambda store: store.welcome(("desk", "duty"), (), NOW),
    "save_poll": lambda store: store.save_poll(FIRST),
    "save_poll of a revision": lambda store: store.save_poll(poll(REVISED, at=NOW + MINUTE)),
    "compose": compose,
    "claim": lambda store: store.claim(NOW),
    "recover": lambda store: store.recover(NOW),
    "retry": lambda store: store.retry(under_way(store), "451", NOW, NOW),
    "delivered": lambda store: store.delivered(under_way(store), "250", NOW, message_id="m"),
    "remove a channel": lambda store: store.sync_channels(("duty",), NOW),
    "welcome it back": lambda store: store.welcome(("desk",), [("key-wire-3", 1, ON_DESK[0])], NOW),
    "prune": lambda store: store.prune(NOW + HOUR, timedelta(minutes=1)),
}
# What has to happen before a job, and is not killed.
FIRST_DO: dict[str, Job] = {
    "welcome": begin,
    "retry": lambda store: store.claim(NOW),
    "delivered": lambda store: store.claim(NOW),
    "welcome it back": lambda store: store.sync_channels(("desk", "duty"), NOW),
    "prune": lambda store: store.save_poll(poll(judged(9, matches=()), at=NOW + HOUR)),
}


def snapshot(store: Store) -> str:
    """Every row of every table."""
    with store._db.read() as connection:
        return repr([sorted(map(repr, connection.execute(select(table)))) for table in metadata.sorted_tables])


def child(store: Store, job: Job, statements: int) -> int:
    """Does the job in a child that is killed after so many statements; the signal that ended it, 0 if it lived.

    What sends the COMMIT counts as a statement: the last kill is right before it.
    """
    pid = os.fork()
    if pid == 0:
        store._db.engine.dispose(close=False)  # the connections are the parent's
        left = statements

        def count(*_: object) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            event.listen(store._db.engine, "after_cursor_execute", count)
            event.listen(store._db.engine, "commit", count)
            job(store)
            os._exit(_LIVED)
        except BaseException:  # noqa: BLE001 - reported; a child must not go on as its parent
            sys.excepthook(*sys.exc_info())
            os._exit(_FAILED)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


def rehearse(store: Store) -> None:
    """Does every job once, so that the children need not prepare its statements again."""
    for name, job in JOBS.items():
        FIRST_DO.get(name, lambda _: None)(store)
        job(store)
    empty(store)
    gc.collect()
    gc.freeze()


def main(url: str) -> None:
    with Store.open(url) as store:
        rehearse(store)
        for name, job in JOBS.items():
            FIRST_DO.get(name, lambda _: None)(store)
            before = snapshot(store)
            left = []
            for statements in range(1, 100):
                ended = child(store, job, statements)
                changed = snapshot(store) != before
                if ended != -signal.SIGKILL:
                    break
                left.append("changed" if changed else "nothing changed")
            balanced = "not balanced" if store.books().problems() else "balanced"
            lived = f"{'' if changed else 'not '}changed, books {balanced}" if ended == _LIVED else "failed"
            sys.stdout.write(json.dumps({"job": name, "left": left, "lived": lived}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
