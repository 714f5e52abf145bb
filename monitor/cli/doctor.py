"""``monitor doctor``: whether everything is sound, and what to do where it is not."""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from monitor import app
from monitor.cli import FINDINGS, OK, edge
from monitor.cli.healthcheck import alive
from monitor.cli.terminal import Run, Screen, count, outside, stamp
from monitor.errors import ConfigError, LeaseHeld, StoreError, StoreTooNew
from monitor.model import BY_HAND, CANARY, FeedCondition, Mute
from monitor.pipeline import Setup, muting
from monitor.settings import Settings
from monitor.store import Store

_ROOM = 14
_LATE = timedelta(minutes=30)  # what is due for longer than this stands still: a tick is seconds, a cron job minutes
_BACK = timedelta(minutes=2)  # clocks are set, a little
_LONG = timedelta(days=8)  # a weekly digest has come by then
_LITTLE = 200 * 1024 * 1024  # bytes left on a disk


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what was found and, where it is not right, what to do."""

    name: str
    said: str
    do: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing is to be done."""
        return not self.do


def doctor(arguments: argparse.Namespace, settings: Settings) -> int:
    """Look at everything, print it, and exit 1 where something is to be done."""
    findings = list(_examine(settings, edge.now()))
    wrong = sum(not each.ok for each in findings)
    if arguments.json:
        edge.show_json({"ok": not wrong, "findings": [asdict(each) | {"ok": each.ok} for each in findings]})
        return FINDINGS if wrong else OK
    screen = Screen()
    for each in findings:
        mark: Run = ("ok   ", "good") if each.ok else ("BAD  ", "bad")
        screen.line(mark, f"{each.name:<{_ROOM}}{outside(each.said)}", hang=5 + _ROOM)
        if not each.ok:
            screen.line(("→ ", "bold"), each.do, indent=5 + _ROOM, hang=2)
    screen.blank()
    screen.line("all is well" if not wrong else f"{count(wrong, 'thing')} to be done")
    return FINDINGS if wrong else OK


def _examine(settings: Settings, now: datetime) -> Iterator[Finding]:
    setup: Setup | None = None
    try:
        setup = app.check(settings).setup
        said = f"{count(len(setup.feeds), 'feed')}, {count(len(setup.rule_titles), 'rule')}, "
        yield Finding("configuration", said + f"{count(len(setup.channels), 'channel')}")
    except ConfigError as error:
        yield Finding("configuration", f"refused: {count(len(error.problems), 'problem')}", "monitor check tells each")
    yield from _folders(settings)
    file = _file(settings)
    if file is not None and not file.exists():
        yield Finding("database", f"{file}: not there yet", "monitor once makes it, and so does monitor run")
        return
    try:
        store = app.open_store(settings)
    except StoreTooNew as error:
        yield Finding("database", str(error), "install the newer version, or put a backup of this one in its place")
        return
    except StoreError as error:
        yield Finding("database", str(error), "mend that first; a damaged file: put the last backup in its place")
        return
    with closing(store):
        yield from _database(store, settings)
        yield from _work(store, now)
        yield from _owed(store, now)
        yield from _feeds(store)
        yield from _mutes(store, setup, now)


def _file(settings: Settings) -> Path | None:
    """The SQLite file; None where the database is a server's."""
    _, _, path = settings.database_url.partition("sqlite:///")
    return Path(path) if path else None


def _folders(settings: Settings) -> Iterator[Finding]:
    said: list[Path] = []
    for path in sorted(Path(settings.config).rglob("*.yaml")):
        if not os.access(path, os.R_OK):
            yield Finding("permissions", f"{path} can't be read", f"let user {os.getuid()} read it")
        elif path.stat().st_mode & 0o002:
            yield Finding("permissions", f"{path} can be written by anybody", f"chmod o-w {path}")
        else:
            said.append(path)
    yield Finding("permissions", f"{count(len(said), 'configuration file')} can be read")
    file = _file(settings)
    folder = next((each for each in (file or settings.data).parents if each.exists()), Path("/"))
    written = [folder] if file is None or not file.exists() else [folder, file]
    for path in written:
        if not os.access(path, os.W_OK):
            yield Finding("permissions", f"{path} can't be written", f"give it to user {os.getuid()}")
    if file in written and file.stat().st_mode & 0o077:
        yield Finding("permissions", f"{file} can be read by others, and addresses are in it", f"chmod go= {file}")
    free = shutil.disk_usage(folder).free
    said_free = f"{free / 1024**3:,.1f} GiB free at {folder}"
    yield Finding(
        "disk", said_free, "" if free >= _LITTLE else "make room: a full disk stops everything, and loses nothing"
    )


def _database(store: Store, settings: Settings) -> Iterator[Finding]:
    file = _file(settings)
    where = f"{file}, {file.stat().st_size / 1024**2:,.1f} MiB" if file is not None else "PostgreSQL"
    unsound = store.unsound()
    for each in unsound:
        yield Finding("database", each, "stop the daemon, copy the file away, and put the last backup in its place")
    if not unsound:
        yield Finding("database", f"{where}: sound")
    problems = store.books().problems()
    for each in problems:
        yield Finding("books", f"do not balance: {each}", "this is a bug: keep the database and report it")
    if not problems:
        yield Finding("books", "balanced")


def _work(store: Store, now: datetime) -> Iterator[Finding]:
    latest = store.latest_moment()
    if latest is not None and latest - now > _BACK:
        yield Finding("clock", f"{stamp(now)}, and something was done at {stamp(latest)}",
                      "the clock went back: set it (timedatectl), or what is due waits until then")  # fmt: skip
    else:
        yield Finding("clock", stamp(now))
    beat, holder = store.last_heartbeat(), _holder(store)
    if holder and beat is not None and not alive(beat, now):
        yield Finding("at work", f"{holder}, and its heart last beat {edge.ago(beat, now)}",
                      "it hangs: end that process and start monitor run anew; nothing is lost")  # fmt: skip
        return
    due = store.next_fetch_at()
    late = due is not None and now - due > _LATE
    who = holder or ("nobody just now" if not late else f"nobody; feeds are due since {stamp(due)}")
    yield Finding("at work", who, "start monitor run, or let cron call monitor once" if late and not holder else "")
    reload, failure = store.get_note("reload"), store.get_note("failure")
    if holder and reload and reload != "ok":
        yield Finding(
            "reload", "the last edit was refused: the daemon runs on the configuration before", "monitor check"
        )
    if holder and failure:
        yield Finding("last failure", failure, "this is a bug: the log has more; report it")


def _holder(store: Store) -> str:
    """Who works on the store; "" where nobody does."""
    try:
        with store.lease():
            return ""
    except LeaseHeld as error:
        return str(error).rpartition("in use by ")[2].partition(";")[0]


def _owed(store: Store, now: datetime) -> Iterator[Finding]:
    oldest, due = store.oldest_pending(), store.next_due_at()
    if oldest is not None and now - oldest > _LONG:
        yield Finding("pending", f"the oldest since {stamp(oldest)} ({edge.ago(oldest, now)})",
                      "does a digest of its channel still come? monitor digest preview, and digests.yaml")  # fmt: skip
    else:
        yield Finding("pending", f"the oldest since {stamp(oldest)}" if oldest else "nothing")
    if due is not None and now - due > _LATE:
        yield Finding("digests", f"one is due since {stamp(due)}", "start monitor run, or let cron call monitor once")
    dead = store.dead_letters()
    if dead:
        why = f": {dead[-1].channel}, {dead[-1].last_error}"
        yield Finding("dead letters", f"{len(dead)}{why}", "mend the channel, then monitor notify retry")
    else:
        yield Finding("dead letters", "none")


def _feeds(store: Store) -> Iterator[Finding]:
    states = [one for one in store.feed_states() if one.feed not in (CANARY, BY_HAND)]
    bad = [one.feed for one in states if one.condition in (FeedCondition.FAILING, FeedCondition.GONE)]
    said = (
        f"{len(bad)} of {count(len(states), 'feed')} can't be read: {', '.join(bad[:8])}{', …' if len(bad) > 8 else ''}"
    )
    yield (
        Finding("feeds", said, "monitor feeds health")
        if bad
        else Finding("feeds", f"{count(len(states), 'feed')}, none failing")
    )


def _mutes(store: Store, setup: Setup | None, now: datetime) -> Iterator[Finding]:
    lasting = [mute for mute in store.mutes() if now < mute.ends_at]
    idle = [(mute, why) for mute in lasting if (why := _idle(mute, setup))]
    for mute, why in idle:
        yield Finding("mutes", f"mute {mute.id} does nothing: {why}", f"monitor mute end {mute.id}")
    if not idle:
        yield Finding("mutes", count(len(lasting), "mute") if lasting else "none")


def _idle(mute: Mute, setup: Setup | None) -> str:
    """Why a mute can keep back nothing any more; "" where it can."""
    if setup is not None and mute.rule is not None and mute.rule not in setup.rule_titles:
        return f"there is no rule {mute.rule} any more"
    if setup is not None and mute.feed is not None and mute.feed not in setup.feeds:
        return f"there is no feed {mute.feed} any more"
    try:
        if mute.query is not None:
            muting.query(mute.query)
    except ConfigError as error:
        return f"its query is refused: {error.problems[0].what}"
    return ""
