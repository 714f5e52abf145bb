"""``monitor notify test`` and ``retry``."""

from __future__ import annotations

import argparse
from contextlib import closing

from monitor import app, deliver
from monitor.cli import FINDINGS, OK, USAGE, edge
from monitor.cli.terminal import count
from monitor.errors import DeliveryError
from monitor.model import Message
from monitor.settings import Settings

_TEXT = "This is a test message of monitor. If you read it, this channel works; nothing else is meant by it."


def test(arguments: argparse.Namespace, settings: Settings) -> int:
    """Send a real test message to every recipient of a channel."""
    checked = app.check(settings)
    app.hide_secrets(settings, checked)
    channel = checked.setup.channels.get(arguments.channel)
    if channel is None:
        edge.say(f"monitor: no channel {arguments.channel}; there are: {', '.join(checked.setup.channels)}")
        return USAGE
    form, _ = deliver.form(channel)
    failed = 0
    for recipient in deliver.recipients(channel):
        stamp = f"{edge.now():%Y%m%dT%H%M%S}"
        message = Message(f"test.{stamp}@monitor.invalid", "monitor: test message", (_TEXT,), form, text=_TEXT)
        name = f"{channel.id} {recipient}".rstrip()
        try:
            receipt = deliver.send(channel, recipient, message, timeout=settings.deliver.timeout.total_seconds())
        except DeliveryError as error:
            failed += 1
            edge.say(f"{name}: failed{' for good' if error.permanent else ''}: {error.detail}")
        else:
            edge.say(f"{name}: sent {receipt.detail}".rstrip())
    return FINDINGS if failed else OK


def retry(arguments: argparse.Namespace, settings: Settings) -> int:
    """Put dead letters back in line."""
    with closing(app.open_store(settings)) as store:
        dead = {one.id for one in store.dead_letters()}
        wanted = set(arguments.delivery) or dead
        for number in sorted(wanted & dead):
            store.requeue(number, edge.now())
    for number in sorted(wanted - dead):
        edge.say(f"monitor: there is no dead letter {number}; monitor status shows their numbers")
    put = len(wanted & dead)
    edge.show(f"{count(put, 'dead letter')} put back in line{'; the next delivery tries them' if put else ''}")
    return OK if wanted <= dead else FINDINGS
