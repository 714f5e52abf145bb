"""``monitor digest preview`` and ``send``."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict

from monitor import app
from monitor.cli import FINDINGS, OK, USAGE, edge
from monitor.model import DigestSpec, Format
from monitor.pipeline import Monitor
from monitor.settings import Settings


def preview(arguments: argparse.Namespace, settings: Settings) -> int:
    """What channels would get now; changes nothing that is owed."""
    checked = app.check(settings)
    app.hide_secrets(settings, checked)
    with closing(app.open_store(settings)) as store:
        monitor = app.make_monitor(settings, store=store, setup=checked.setup)
        chosen = list(_chosen(arguments, monitor))
        found = []
        for spec, channel in chosen:
            composition = monitor.preview(spec, channel, edge.now())
            found += [(channel, one) for one in composition.digests]
            if not arguments.json and not composition.digests:
                edge.say(f"{spec.id} → {channel}: nothing untold")
        if arguments.json:
            edge.show_json([asdict(one) for _, one in found])
            return OK if chosen else USAGE
        for channel, one in found:
            message = monitor.teller.message(checked.setup.channels[channel], one, form=Format(arguments.format))
            edge.say(f"--- {one.spec} → {channel}: {message.subject}")
            edge.show("\n".join(message.parts))
    return OK if chosen else USAGE


def send(arguments: argparse.Namespace, settings: Settings) -> int:
    """Compose digests now, due or not, and deliver them."""
    checked = app.check(settings)
    app.hide_secrets(settings, checked)
    with closing(app.open_store(settings)) as store, store.lease():
        monitor = app.make_monitor(settings, store=store, setup=checked.setup)
        monitor.begin(edge.now())
        chosen = list(_chosen(arguments, monitor))
        composed = sum(monitor.teller.compose_now(monitor.setup, spec, channel, edge.now()) for spec, channel in chosen)
        report = monitor.deliver(edge.now())
    edge.say(f"composed {composed}; delivered {report.delivered}, failed {report.retried + report.dead}")
    if not chosen:
        return USAGE
    return FINDINGS if report.retried or report.dead else OK


def _chosen(arguments: argparse.Namespace, monitor: Monitor) -> Iterator[tuple[DigestSpec, str]]:
    """The (digest, channel) pairs that were asked for; says so when there is none."""
    any_found = False
    for (name, channel), spec in monitor.setup.schedules.items():
        if arguments.digest in (None, name) and arguments.channel in (None, channel):
            any_found = True
            yield spec, channel
    if not any_found:
        known = ", ".join(f"{name} → {channel}" for name, channel in monitor.setup.schedules)
        edge.say(f"monitor: no such digest and channel; there are: {known or 'none'}")
