"""The only joiner of stages: poll, compose, deliver and prune, each a unit that can be run again.

Nothing here remembers anything between calls: due times, what is owed and what was tried are rows
of the store. ``step`` is called with a label wherever state changes hands; it does nothing but in
tests, which kill the process there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from monitor import digest, story
from monitor.digest import Composition
from monitor.fetch import Fetcher
from monitor.model import CANARY, Books, Channel, DigestSpec, Owed, PollCounts
from monitor.pipeline import arriving
from monitor.pipeline.flying import Flyer
from monitor.pipeline.joining import Joining
from monitor.pipeline.polling import Poller, PollReport
from monitor.pipeline.setup import Setup, Step, no_step
from monitor.pipeline.standing import risen
from monitor.pipeline.telling import DeliveryReport, Retrying, Teller
from monitor.pipeline.watching import RELOAD, Watcher
from monitor.store import Store

__all__ = [
    "RELOAD",
    "DeliveryReport",
    "Flyer",
    "Monitor",
    "PollReport",
    "Retrying",
    "Setup",
    "Step",
    "no_step",
    "prune",
]


def prune(store: Store, now: datetime, keep: timedelta) -> int:
    """Drop the texts of what is older than ``keep`` and settled, and what nothing joins any more; its keys stay known.

    Of canaries nothing stays. Returns how many texts of item versions and digests that were; needs the lease.
    """
    store.prune_sketches(now, story.WINDOW)
    store.forget_canaries(now, keep)
    return store.prune(now, keep)


class Monitor:
    """The jobs, over one store. Every ``now`` is aware UTC and the moment the run began."""

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        setup: Setup,
        *,
        retrying: Retrying,
        send_timeout: float,
        flyer: Flyer | None = None,
        step: Step = no_step,
    ) -> None:
        """``send_timeout`` is in seconds, for each wait on a receiver; without a ``flyer`` no canary flies."""
        self.store = store
        self.joining = Joining(store)
        self.setup = setup
        self._stop = threading.Event()
        stopping = self._stop.is_set
        self._watcher = Watcher(store, step)
        self.teller = Teller(
            store, step, self._watcher, retrying=retrying, send_timeout=send_timeout, stopping=stopping
        )
        self._flyer = flyer
        self._poller = Poller(self.joining, fetcher, step, stopping)

    def begin(self, now: datetime) -> None:
        """Bring the store in line with the configuration and free what a dead process left behind.

        Needs the lease: a delivery under way in another process would be sent again.
        """
        self.teller.recover(now)
        self.adopt(self.setup, now)

    def adopt(self, setup: Setup, now: datetime) -> None:
        """Make ``setup`` the configuration of every job from the next document on.

        All at once: whoever saves meanwhile did so before, by the setup before, or does so afterwards by this one.
        """
        if self._flyer is not None and CANARY not in setup.feeds:
            setup = self._flyer.equip(setup)
        before = self.setup
        try:
            with self.store.together():
                self._sync(setup, now)
                self.setup = setup
        except BaseException:
            self.setup = before
            raise

    def _sync(self, setup: Setup, now: datetime) -> None:
        self.store.save_rule_set(setup.rule_set.hash, setup.rule_source, now)
        self.store.sync_feeds(tuple(setup.feeds.values()), now)
        self.store.judge_again()  # another tier, publisher or rule may bear out what is held
        schedules = {key: (digest.schedule(spec), digest.next_due(spec, now)) for key, spec in setup.schedules.items()}
        self.store.sync_digests(schedules)
        new = self.store.sync_channels(tuple(setup.channels), now)
        debts = [debt for channel in new for debt in self._catch_up(setup, setup.channels[channel], now)]
        self.store.welcome(new, debts, now)

    def _catch_up(self, setup: Setup, channel: Channel, now: datetime) -> Iterator[tuple[str, int, Owed]]:
        """What a new channel is owed of what was matched in its ``include_last``."""
        if not channel.include_last:
            return
        for report in self.store.matched_since(now - channel.include_last):
            if report.feed == CANARY:
                continue
            matches = risen(setup.rule_set, report.matches)
            owed = digest.route(setup.digests, [channel.id], matches, report.tags, report.lang, suppress=None)
            yield from ((report.item_key, report.version, one) for one in owed)

    def poll(
        self,
        now: datetime,
        progress: Callable[[int, int], None] | None = None,
        begin_within: timedelta | None = None,
    ) -> PollReport:
        """Fetch every feed that is due; ``progress`` is told how many of how many are done.

        Those that waited for their host longer than ``begin_within`` stay due.
        """
        return self._poller.poll(lambda: self.setup, now, progress, begin_within)

    def take_arrivals(self, now: datetime) -> PollCounts:
        """Judge what people brought in themselves; every poll does so too."""
        return arriving.take(self.joining, lambda: self.setup, now)

    def watch(self, now: datetime) -> int:
        """Look at how the sources fare and tell operators what has come to last; returns how many notices that made."""
        return self._watcher.watch(self.setup, now)

    def fly(self, now: datetime, *, launch: bool = True) -> None:
        """Look after the canary, where one flies: follow it, tell the dead-man, and launch the next when it is time."""
        if self._flyer is not None:
            self._flyer.fly(self.setup, now, launch=launch)

    def compose(self, now: datetime) -> int:
        """Freeze what every due digest tells its channel; returns how many digests that made."""
        return self.teller.compose(self.setup, now)

    def preview(self, spec: DigestSpec, channel: str, now: datetime) -> Composition:
        """What composing ``spec`` for ``channel`` now would give; changes nothing."""
        return self.teller.preview(self.setup, spec, channel, now)

    def deliver(self, now: datetime) -> DeliveryReport:
        """Make one attempt at every delivery that is due."""
        return self.teller.deliver(lambda: self.setup, now)

    def prune(self, now: datetime, keep: timedelta) -> int:
        """As the function ``prune``, of this store."""
        return prune(self.store, now, keep)

    def books(self) -> Books:
        """The books as they stand."""
        return self.store.books()

    def stop(self) -> None:
        """Ask the jobs under way to end after what they have in hand; may be called by any thread."""
        self._stop.set()

    def close(self) -> None:
        """Close what is open, the store last; nothing is under way any more."""
        if self._flyer is not None:
            self._flyer.close()
        self.store.close()
