"""``monitor status`` and ``version``."""

from __future__ import annotations

import argparse
from contextlib import closing
from dataclasses import asdict
from datetime import datetime

from monitor import __version__, app, health
from monitor.cli import FINDINGS, OK, edge
from monitor.cli.healthcheck import alive
from monitor.cli.terminal import Screen, count
from monitor.model import CANARY, Books, Delivery, FeedState, Flight
from monitor.settings import Settings

_ROOM = 10


def status(arguments: argparse.Namespace, settings: Settings) -> int:
    """Feeds, books, what is owed and what went wrong; exit 1 where an operator should look."""
    now = edge.now()
    with closing(app.open_store(settings)) as store:
        states = tuple(one for one in store.feed_states() if one.feed != CANARY)
        books, dead, flight = store.books(), store.dead_letters(), store.flight() if settings.canary.every else None
        beat, reload, failure = store.last_heartbeat(), store.get_note("reload"), store.get_note("failure")
        overlaps, due, failed_at = store.get_note("overlaps"), store.next_attempt_at(), store.noted_at("failure")
        muting = [mute for mute in store.mutes() if now < mute.ends_at]
    refused = reload if reload and reload != "ok" else None
    unwell = [one for one in states if not health.healthy(one, now)]
    lost = flight is not None and flight.told
    wrong = bool(books.problems() or dead or refused or unwell or lost)
    if arguments.json:
        edge.show_json(
            {
                "daemon": {"last_heartbeat": beat, "alive": alive(beat, now), "overlaps": overlaps},
                "configuration": {"refused": refused},
                "failure": failure,
                "feeds": [asdict(one) for one in states],
                "canary": asdict(flight) if flight else None,
                "books": asdict(books),
                "balanced": not books.problems(),
                "next_attempt_at": due,
                "dead_letters": [asdict(one) for one in dead],
                "mutes": [asdict(one) for one in muting],
            }
        )
        return FINDINGS if wrong else OK
    show = _Lines()
    show(f"daemon    {'running' if alive(beat, now) else 'not running'}, last heartbeat {edge.ago(beat, now)}")
    if refused:
        show("config    " + refused.replace("\n", "\n          "))
    if failure:
        show(f"last bug  {failure}, {edge.ago(failed_at, now)}: the log has more")
    if settings.canary.every:
        show(_canary(flight, settings.canary.dead_man != "", now))
    show(_feeds(states, unwell, now))
    show(_books(books))
    for problem in books.problems():
        show(f"          DOES NOT BALANCE: {problem}")
    if due:
        show(f"next try  {edge.ago(due, now)}")
    show(_dead(dead, now))
    if muting:
        next_end = edge.ago(min(mute.ends_at for mute in muting), now)
        show(f"mutes     {count(len(muting), 'mute')}, the next over {next_end}: monitor mute list")
    return FINDINGS if wrong else OK


class _Lines:
    """Prints lines no wider than the terminal, what is carried over under the second column."""

    def __init__(self) -> None:
        self._screen = Screen()

    def __call__(self, text: str) -> None:
        for line in text.split("\n"):
            self._screen.line(line, hang=_ROOM)


def _canary(flight: Flight | None, dead_man: bool, now: datetime) -> str:
    if flight is None:
        return "canary    none launched yet"
    launched = edge.ago(flight.launched_at, now)
    if not flight.arrived_at:
        fate = "LOST" if flight.told else "under way"
        return f"canary    launched {launched}, {fate}: {flight.lost or 'not looked at yet'}"
    ping = f", dead-man {'told' if flight.pinged_at else 'NOT REACHED'}" if dead_man else ""
    return f"canary    launched {launched}, arrived everywhere{ping}"


def _feeds(states: tuple[FeedState, ...], unwell: list[FeedState], now: datetime) -> str:
    if not states:
        return "feeds     none known yet: `monitor once` or `monitor run` polls those of feeds.yaml"
    lines = [f"feeds     {len(states) - len(unwell)} of {len(states)} healthy"]
    return "\n".join([*lines, *(f"          {one.feed}: {_ailment(one, now)}" for one in unwell)])


def _ailment(state: FeedState, now: datetime) -> str:
    if not state.failures:  # it answers, and brings nothing
        return "; ".join(one.words for one in state.troubles if one.trouble in health.BLINDING)
    often, last = count(state.failures, "time"), edge.ago(state.last_success_at, now)
    return f"{state.problem or state.condition}, {often} in a row, last success {last}"


def _books(books: Books) -> str:
    items = books.items
    suppressed = ", ".join(f"{reason} {count}" for reason, count in sorted(books.suppressed.items())) or "0"
    held = ", ".join(f"{reason} {count}" for reason, count in sorted(books.held.items())) or "0"
    mark = "balanced" if not books.problems() else "NOT BALANCED"
    return (
        f"books     {mark}\n"
        f"  items   fetched {items.fetched} = new {items.new} + revised {items.revised} + known {items.known}\n"
        f"          new + revised {items.new + items.revised} = matched {items.matched} + unmatched {items.unmatched}\n"
        f"  owed    {books.owed} = delivered {books.delivered} + pending {books.pending} + held ({held})"
        f" + suppressed ({suppressed}) + dead {books.dead}"
    )


def _dead(dead: tuple[Delivery, ...], now: datetime) -> str:
    if not dead:
        return "dead      none"
    lines = [f"dead      {len(dead)} letters; try again with `monitor notify retry [NUMBER…]`"]
    lines += [f"          #{one.id} {one.channel} {one.recipient} {edge.ago(one.created_at, now)}, "
              f"{one.attempts} attempts: {one.last_error}" for one in dead]  # fmt: skip
    return "\n".join(lines)


def version(arguments: argparse.Namespace, settings: Settings) -> int:  # noqa: ARG001 - every command has this form
    """The version."""
    edge.show(f"monitor {__version__}")
    return OK
