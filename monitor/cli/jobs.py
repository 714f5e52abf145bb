"""``monitor once``, ``run`` and ``prune``."""

from __future__ import annotations

import argparse
import tempfile
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from monitor import app, pipeline, schedule
from monitor.cli import FAILURE, FINDINGS, OK, edge
from monitor.cli.terminal import count
from monitor.model import Books, Format, Reason
from monitor.pipeline import DeliveryReport, Monitor, PollReport
from monitor.settings import Canary, Settings


def once(arguments: argparse.Namespace, settings: Settings) -> int:
    """Poll what is due, compose, deliver, report."""
    checked = app.check(settings)
    app.hide_secrets(settings, checked)
    if arguments.dry_run:
        with tempfile.TemporaryDirectory(prefix="monitor-dry-run-") as folder:
            update = {"data": Path(folder), "database": "", "canary": Canary()}
            copy = settings.model_copy(update=update)
            app.copy_store(settings, copy)
            return _once(arguments, copy, checked, send=False)
    return _once(arguments, settings, checked, send=True)


def _once(arguments: argparse.Namespace, settings: Settings, checked: app.Checked, *, send: bool) -> int:
    now = edge.now()
    with closing(app.open_store(settings)) as store, store.lease():
        monitor = app.make_monitor(settings, store=store, setup=checked.setup)
        monitor.begin(now)
        before = monitor.books()
        if arguments.all:
            store.make_due(tuple(checked.setup.feeds), now)
        monitor.fly(now)  # a canary that is due is polled with the feeds
        with edge.progress("polling") as progress:
            polled = monitor.poll(now, progress)
        monitor.watch(edge.now())
        composed = monitor.compose(edge.now())
        delivered = monitor.deliver(edge.now()) if send else DeliveryReport()
        monitor.fly(edge.now(), launch=False)
        if not send:
            _show_unsent(monitor)
        return _report(arguments, monitor, polled, composed, delivered, before)


def _show_unsent(monitor: Monitor) -> None:
    """Print what would have been sent, as plain text."""
    for delivery, frozen in monitor.store.unsent():
        message = monitor.teller.message(monitor.setup.channels[delivery.channel], frozen, form=Format.TEXT)
        edge.show(f"--- to {delivery.channel} {delivery.recipient}".rstrip() + f": {message.subject}")
        edge.show("\n".join(message.parts))


def _report(
    arguments: argparse.Namespace,
    monitor: Monitor,
    polled: PollReport,
    composed: int,
    delivered: DeliveryReport,
    before: Books,
) -> int:
    books = monitor.books()
    counts = polled.counts
    if arguments.json:
        edge.show_json({"poll": asdict(polled), "composed": composed, "deliver": asdict(delivered),
                        "books": asdict(books), "balanced": not books.problems()})  # fmt: skip
    else:
        edge.say(
            f"polled {count(polled.polled, 'feed')} ({polled.not_modified} not modified, {polled.failed} failed): "
            f"{counts.new} new, {counts.revised} revised, {counts.known} known, {counts.matched} matched"
        )
        edge.say(
            f"composed {composed}; delivered {delivered.delivered}, to be tried again {delivered.retried}, "
            f"dead {delivered.dead}"
        )
        _say_what_is_not_told(books, before, unsent=arguments.dry_run and composed > 0)
    for problem in books.problems():
        edge.say(f"THE BOOKS DO NOT BALANCE: {problem}")
    if books.problems():
        return FAILURE
    return FINDINGS if delivered.dead or delivered.retried else OK


def _say_what_is_not_told(books: Books, before: Books, *, unsent: bool) -> None:
    """Where what matched now is, if it is in no message: whoever tries a first configuration looks for it."""
    baseline = books.suppressed.get(Reason.BASELINE, 0) - before.suppressed.get(Reason.BASELINE, 0)
    if baseline > 0:
        edge.say(f"baseline {baseline}: read for the first time, known and not told; include_last: 24h in feeds.yaml "
                 "tells the last day")  # fmt: skip
    if books.pending and not unsent:
        edge.say(f"pending {books.pending}: their digest is not due; monitor digest preview shows it")


def run(arguments: argparse.Namespace, settings: Settings) -> int:  # noqa: ARG001 - every command has this form
    """The daemon."""
    schedule.run(settings)
    return OK


def prune(arguments: argparse.Namespace, settings: Settings) -> int:
    """Drop texts older than the settings keep them."""
    with closing(app.open_store(settings)) as store, store.lease():
        dropped = pipeline.prune(store, edge.now(), settings.keep)
    if arguments.json:
        edge.show_json({"dropped": dropped})
    else:
        age = f"{settings.keep.days} days"
        edge.show(f"dropped the texts of {dropped} item versions and digests older than {age}; keys stay known")
    return OK
