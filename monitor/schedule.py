"""The daemon: APScheduler ticks over due times that live in the database.

Ticks are frequent and cheap; what is due is a row, so a tick that is late or left out loses
nothing. This module contains no business logic.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, JobExecutionEvent, JobSubmissionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from monitor import app, config
from monitor.errors import ConfigError, MonitorError, StoreError
from monitor.pipeline import RELOAD, Monitor, Step, no_step
from monitor.settings import Settings
from monitor.store import Lease

log = logging.getLogger("monitor.run")

_BEGIN_WITHIN = timedelta(seconds=10)  # a feed whose host is busy longer waits for the next poll, and holds up none
_DRAIN_SECONDS = 6.0  # of the 10 that a container's stop allows
_LOOK_SECONDS = 0.2  # between two looks for an edit or a signal
_REST_SECONDS = 5.0  # before an edit is adopted again that the store could not take


def run(settings: Settings, step: Step = no_step) -> None:
    """The daemon: work until SIGTERM or SIGINT. Must be called in the main thread.

    Raises ConfigError, StoreError or LeaseHeld before it begins, and nothing afterwards.
    """

    def load() -> app.Checked:
        checked = app.check(settings)
        app.hide_secrets(settings, checked)
        return checked

    before = config.stamp(settings.config)
    checked = load()
    with closing(app.open_store(settings)) as store, store.lease() as lease:
        monitor = app.make_monitor(settings, store=store, setup=checked.setup, step=step)
        Daemon(monitor, load, checked.config.files, settings, before, lease).run()


@dataclass
class Daemon:
    """One running monitor. ``load`` reads the configuration anew or raises ConfigError.

    ``files`` are those that the configuration was read from, ``before`` its folder's stamp when that began.
    """

    monitor: Monitor
    load: Callable[[], app.Checked]
    files: tuple[Path, ...]
    settings: Settings
    before: str
    lease: Lease
    overlaps: Counter[str] = field(default_factory=Counter)
    _seen: str = ""
    _stop: bool = False  # these two are set within signal handlers, where a lock may be held already
    _reload: bool = False
    _busy: Counter[str] = field(default_factory=Counter)
    _idle: threading.Condition = field(default_factory=threading.Condition)

    def run(self) -> None:
        """Work until SIGTERM or SIGINT, then end what is under way and return."""
        for number, name in ((signal.SIGTERM, "_stop"), (signal.SIGINT, "_stop"), (signal.SIGHUP, "_reload")):
            signal.signal(number, lambda *_, name=name: setattr(self, name, True))
        self.monitor.begin(_now())
        self.monitor.store.set_note(RELOAD, "ok", _now())
        self.monitor.store.set_note("failure", "", _now())  # a bug is told until who looks after this has started anew
        edited = config.stamp(self.settings.config) != self.before  # while this started
        self._seen = "" if edited else self._stamp()
        scheduler = self._scheduler()
        scheduler.start()
        log.info("running", extra={"event": "start", "feeds": len(self.monitor.setup.feeds)})
        again = 0.0
        while not self._stop:
            time.sleep(_LOOK_SECONDS)
            if time.monotonic() < again:
                continue
            try:
                self._watch()
            except StoreError as error:
                log.error("%s", error, extra={"event": "reload_failed"})  # noqa: TRY400 - no bug: the message says all
                self._reload, again = True, time.monotonic() + _REST_SECONDS
        self._drain(scheduler)

    def _scheduler(self) -> BackgroundScheduler:
        scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(6)},
            # The defaults drop a run that is a second late: with many feeds due, in silence.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        scheduler.add_listener(self._overlapped, EVENT_JOB_MAX_INSTANCES)
        scheduler.add_listener(self._failed, EVENT_JOB_ERROR)
        tick = self.settings.tick
        jobs: dict[str, tuple[Callable[[], object], timedelta]] = {
            "poll": (lambda: self._poll(scheduler), tick),
            "compose": (lambda: self._compose(scheduler), tick),
            "deliver": (lambda: self.monitor.deliver(_now()), tick),
            "canary": (lambda: self.monitor.fly(_now()), tick),
            "watch": (lambda: self.monitor.watch(_now()), 12 * tick),
            "heartbeat": (self._beat, timedelta(seconds=10)),
            "prune": (lambda: self.monitor.prune(_now(), self.settings.keep), timedelta(hours=6)),
        }
        for name, (job, every) in jobs.items():
            scheduler.add_job(
                self._counted, "interval", (name, job), id=name, seconds=every.total_seconds(), next_run_time=_now()
            )
        return scheduler

    def _poll(self, scheduler: BackgroundScheduler) -> None:
        if self.monitor.poll(_now(), begin_within=_BEGIN_WITHIN).counts.matched:
            _hurry(scheduler, "compose")

    def _compose(self, scheduler: BackgroundScheduler) -> None:
        if self.monitor.compose(_now()):
            _hurry(scheduler, "deliver")

    def _counted(self, name: str, job: Callable[[], object]) -> None:
        with self._idle:
            self._busy[name] += 1
        try:
            if not self._stop:
                self.lease.check()
                job()
        finally:
            with self._idle:
                self._busy[name] -= 1
                self._idle.notify_all()

    def _overlapped(self, event: JobSubmissionEvent) -> None:
        """A tick found its job still at work: what was due then stays due, so it is only counted."""
        self.overlaps[event.job_id] += 1
        log.debug("job still at work", extra={"event": "overlap", "job": event.job_id})

    def _beat(self) -> None:
        """Show that the daemon lives, and how often ticks met a job still at work."""
        now = _now()
        self.monitor.store.heartbeat(now)
        if self.overlaps:
            counts = ", ".join(f"{job} {count}" for job, count in sorted(self.overlaps.items()))
            self.monitor.store.set_note("overlaps", counts, now)

    def _failed(self, event: JobExecutionEvent) -> None:
        """Whatever a job raised is told, and a bug is noted, without its words: they may hold a secret, which only
        the log hides. The next tick tries again.
        """
        fields = {"event": "job_failed", "job": event.job_id}
        if isinstance(event.exception, MonitorError):
            log.error("%s", event.exception, extra=fields)
            return
        log.error("job failed", exc_info=event.exception, extra=fields)
        self.monitor.store.set_note("failure", f"{event.job_id}: {type(event.exception).__name__}", _now())

    # --- configuration -------------------------------------------------------------------------

    def _stamp(self) -> str:
        return config.stamp(self.settings.config, self.files)

    def _watch(self) -> None:
        """Adopt the configuration again after SIGHUP or when a file of it has changed."""
        stamp = self._stamp()
        asked, self._reload = self._reload, False
        if stamp == self._seen and not asked:
            return
        self._seen = stamp
        now = _now()
        try:
            checked = self.load()
        except ConfigError as error:
            for problem in error.problems:
                log.error("%s", problem, extra={"event": "reload_refused"})  # noqa: TRY400 - the file is wrong, not the program
            self.monitor.store.set_note(RELOAD, f"refused, the last good configuration runs on:\n{error}", now)
            return
        self.files = checked.config.files
        if checked.setup.fingerprint != self.monitor.setup.fingerprint or asked:
            self.monitor.adopt(checked.setup, now)
            fields = {"event": "reload", "fingerprint": checked.setup.fingerprint[:12]}
            log.info("configuration adopted", extra=fields)
        self.monitor.store.set_note(RELOAD, "ok", now)

    # --- the end -------------------------------------------------------------------------------

    def _drain(self, scheduler: BackgroundScheduler) -> None:
        """Start nothing more, let what is under way end, and give up on it in time.

        What is given up on is not lost: a fetch is due again, a send is a row marked "attempting".
        """
        log.info("stopping", extra={"event": "stop"})
        self.monitor.stop()
        scheduler.shutdown(wait=False)
        began = time.monotonic()
        with self._idle:
            idle = self._idle.wait_for(lambda: not +self._busy, timeout=_DRAIN_SECONDS)
        if not idle:
            log.warning("still at work, given up on: %s", ", ".join(+self._busy), extra={"event": "stop"})
            logging.shutdown()
            os._exit(0)
        try:
            self.monitor.store.stop_heartbeat()
        except StoreError as error:  # a full disk, say: the pulse stops by itself within a minute
            log.warning("%s", error, extra={"event": "stop"})
        log.info("stopped", extra={"event": "stop", "duration_ms": round((time.monotonic() - began) * 1000)})


def _hurry(scheduler: BackgroundScheduler, job: str) -> None:
    """Run ``job`` now: an urgent message need not wait for two ticks. Its ticks go on from here."""
    scheduler.modify_job(job, next_run_time=_now())


def _now() -> datetime:
    return datetime.now(UTC)
