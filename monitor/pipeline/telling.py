"""Compose and deliver: from what is untold to a receipt."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from monitor import deliver, digest
from monitor.errors import DeliveryError, MonitorError
from monitor.model import CANARY, Channel, Delivery, Digest, DigestSpec, Format, Level, Message, Reason
from monitor.pipeline.muting import Muter
from monitor.pipeline.setup import Setup, Step
from monitor.pipeline.standing import highest, risen, stand
from monitor.pipeline.watching import Watcher
from monitor.render import message_id, render
from monitor.store import Store

log = logging.getLogger("monitor.deliver")

_SIDE_BY_SIDE = 8  # channels served at one time
_LOOK = 1.0  # seconds between two looks for what has fallen due while a receiver is waited for


@dataclass(frozen=True, slots=True)
class Retrying:
    """How a failed delivery is tried again: back-off doubles from ``first`` to ``longest``.

    ``give_up_after`` it was composed, it is dead.
    """

    first: timedelta
    longest: timedelta
    give_up_after: timedelta


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What one round of deliveries did."""

    delivered: int = 0
    retried: int = 0
    dead: int = 0


class Teller:
    """Tells channels what they have not been told; every ``now`` is the moment the run began."""

    def __init__(
        self,
        store: Store,
        step: Step,
        watcher: Watcher,
        *,
        retrying: Retrying,
        send_timeout: float,
        stopping: Callable[[], bool],
        chance: Callable[[], float] = random.random,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        """``chance`` gives the jitter of retries, from 0 to 1; ``send_timeout`` is in seconds, and ``elapsed`` counts
        seconds from any moment on.

        When ``stopping`` says so no further send is begun; those under way are recorded.
        """
        self._store = store
        self._step = step
        self._watcher = watcher
        self._muter = Muter(store)
        self._retrying = retrying
        self._send_timeout = send_timeout
        self._chance = chance
        self._elapsed = elapsed
        self._stopping = stopping

    def compose(self, setup: Setup, now: datetime) -> int:
        """Freeze what every due digest tells its channel; returns how many digests that made."""
        made = 0
        bug: Exception | None = None
        for key in self._store.due_digests(now):
            spec = setup.schedules.get(key)
            if spec is None:
                continue
            try:
                made += self.compose_now(setup, spec, key[1], now)
            except MonitorError:
                raise
            except Exception as error:
                log.exception("digest could not be composed", extra={"event": "bug", "digest": spec.id})
                self._store.postpone_digest(spec.id, key[1], _after(spec, now))
                bug = bug or error
        if bug is not None:
            raise bug
        return made

    def compose_now(self, setup: Setup, spec: DigestSpec, channel: str, now: datetime) -> int:
        """Freeze what ``spec`` tells ``channel``, due or not; returns how many digests that made."""
        self._muter.suppress(setup, channel, now)
        composition = self.preview(setup, spec, channel, now)
        if spec.at_once is not None and composition == digest.Composition(()):
            return 0  # what is untold is for another digest
        self._step("composed")
        recipients = deliver.recipients(setup.channels[channel])
        frozen = self._store.compose(
            channel,
            spec.id,
            [(one, recipients) for one in composition.digests],
            [(hold.item_key, hold.version, hold.reason, hold.until, hold.revision) for hold in composition.holds],
            composition.suppressed,
            digest.next_due(spec, now),
            now,
        )
        if not frozen:  # it was composed before: by somebody faster, or at this hour before the clock was set back
            due = digest.next_due(spec, now)
            if due is not None:
                self._store.postpone_digest(spec.id, channel, due)
            return 0
        self._step("frozen")
        for one in composition.digests:
            log.info("composed", extra={"event": "compose", "digest": one.id, "channel": channel,
                                        "stories": len(one.entries)})  # fmt: skip
        return len(composition.digests)

    def preview(self, setup: Setup, spec: DigestSpec, channel: str, now: datetime) -> digest.Composition:
        """What composing ``spec`` for ``channel`` now would give; changes nothing."""
        rules = setup.rule_set
        # The daemon asks at every tick, and what waits for a digest of the morning may be much.
        least = spec.at_once or Level.INFORMATIONAL
        quiet = [rule for rule in setup.rule_titles if highest(rules, rule, least) < least]
        owed = [
            one
            for one in self._store.untold(channel, now, least, quiet)
            if digest.takes(spec, risen(rules, one.report.matches), one.report.tags, one.report.lang)
        ]
        if not owed and spec.at_once is not None:
            return digest.Composition(())
        suppressed = self._store.suppressed_since(spec.id, channel)
        apart = self._muter.apart(setup, channel, owed, now)
        if apart.muted:
            suppressed[Reason.MUTED.value] = suppressed.get(Reason.MUTED.value, 0) + len(apart.muted)
        hear = partial(self._muter.heard, setup, now=now)
        stood = stand(self._store, setup, channel, apart.kept, now, hear=hear)
        others = [other for (_, where), other in setup.schedules.items() if where == channel and other.id != spec.id]
        coverage = self._watcher.coverage(setup, now)
        return digest.compose(
            spec, channel, stood.untold, coverage, suppressed, now, stories=stood.stories, others=others
        )

    # --- deliver -------------------------------------------------------------------------------

    def recover(self, now: datetime) -> None:
        """Take up what nobody is sending any more; needs the lease, and that nothing is being sent."""
        interrupted = self._store.recover(now)
        if interrupted:
            log.warning("%d deliveries were interrupted; each may repeat", interrupted, extra={"event": "recover"})

    def deliver(self, latest: Callable[[], Setup], now: datetime) -> DeliveryReport:
        """Make one attempt at every delivery that is due, the most urgent first, each as the ``latest`` setup has it.

        Channels are served side by side, each one message at a time, so that a dead receiver delays its own channel
        alone: while one is waited for, what falls due for others is sent. A bug in one delivery puts that one off,
        lets the others finish, and is raised at the end.
        """
        report = DeliveryReport()
        bug: BaseException | None = None
        busy: dict[Future[str], tuple[Delivery, Digest]] = {}
        self.recover(now)  # what became of it could not be recorded then: it must not wait for the next start
        began, run = self._elapsed(), now
        with ThreadPoolExecutor(max_workers=_SIDE_BY_SIDE) as pool:
            while True:
                now = run + timedelta(seconds=int(self._elapsed() - began))  # a slow receiver takes minutes
                taken = tuple({delivery.channel for delivery, _ in busy.values()})
                setup = latest()  # before the claim: it knows a channel that is removed meanwhile
                claimed = None if self._stopping() else self._store.claim(now, taken)
                if claimed is not None:
                    self._step("claimed")
                    delivery, frozen = claimed
                    channel = setup.channels.get(delivery.channel) or latest().channels[delivery.channel]
                    busy[pool.submit(self._send, channel, delivery, frozen)] = claimed
                    continue
                if not busy:
                    break
                for future in wait(busy, _LOOK, return_when=FIRST_COMPLETED).done:
                    delivery, frozen = busy.pop(future)
                    error = future.exception()
                    if error is None:
                        report = self._record(delivery, frozen, future.result(), report, now)
                    elif isinstance(error, DeliveryError):
                        report = self._record_failure(delivery, error, report, now)
                    else:
                        log.error("message could not be sent", exc_info=error, extra=_fields("bug", delivery))
                        bug = bug or error
                        # Nobody knows how far it came.
                        detail = f"internal error: {type(error).__name__}"
                        internal = DeliveryError(detail, permanent=False, maybe_delivered=True)
                        report = self._record_failure(delivery, internal, report, now)
        if bug is not None:
            raise bug
        return report

    def _send(self, channel: Channel, delivery: Delivery, frozen: Digest) -> str:
        message = self.message(channel, frozen, possible_repeat=delivery.possible_repeat)
        if frozen.spec == CANARY and channel.canary != "message":
            receipt = deliver.knock(channel, delivery.recipient, message, timeout=self._send_timeout)
            self._step("sent")
            return receipt.detail
        receipt = deliver.send(
            channel,
            delivery.recipient,
            message,
            parts_done=delivery.parts_done,
            on_part=lambda done: self._store.part_done(delivery.id, done),
            timeout=self._send_timeout,
        )
        self._step("sent")
        return receipt.detail

    @staticmethod
    def message(
        channel: Channel, frozen: Digest, *, possible_repeat: bool = False, form: Format | None = None
    ) -> Message:
        """``frozen`` as ``channel`` reads it, or whole in another ``form``."""
        own_form, limit = deliver.form(channel)
        if form is not None:
            return render(frozen, form, None, possible_repeat=possible_repeat)
        return render(frozen, own_form, limit, possible_repeat=possible_repeat)

    def _record(
        self, delivery: Delivery, frozen: Digest, detail: str, report: DeliveryReport, now: datetime
    ) -> DeliveryReport:
        self._store.delivered(delivery.id, detail, now, message_id=message_id(frozen))
        self._step("recorded")
        log.info("delivered", extra=_fields("deliver", delivery))
        return replace(report, delivered=report.delivered + 1)

    def _record_failure(
        self, delivery: Delivery, error: DeliveryError, report: DeliveryReport, now: datetime
    ) -> DeliveryReport:
        policy = self._retrying
        if error.permanent or now - delivery.created_at >= policy.give_up_after:
            self._store.dead(delivery.id, error.detail, now, possible_repeat=error.maybe_delivered)
            self._step("recorded")
            log.error("dead letter: %s", error.detail, extra=_fields("dead", delivery))
            return replace(report, dead=report.dead + 1)
        pause = min(policy.first * 2 ** min(delivery.attempts - 1, 20), policy.longest)
        pause *= 0.8 + 0.4 * self._chance()
        if error.retry_after:
            pause = max(pause, timedelta(seconds=error.retry_after))
        self._store.retry(delivery.id, error.detail, now + pause, now, possible_repeat=error.maybe_delivered)
        self._step("recorded")
        seconds = pause.total_seconds()
        log.warning("tried again in %.0f s: %s", seconds, error.detail, extra=_fields("retry", delivery))
        return replace(report, retried=report.retried + 1)


def _fields(event: str, delivery: Delivery) -> Mapping[str, object]:
    return {
        "event": event,
        "channel": delivery.channel,
        "digest": delivery.digest,
        "attempt": delivery.attempts,
    }


def _after(spec: DigestSpec, now: datetime) -> datetime:
    return digest.next_due(spec, now) or now + timedelta(minutes=5)
