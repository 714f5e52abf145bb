"""``monitor mute add``, ``list`` and ``end``."""

from __future__ import annotations

import argparse
import os
import pwd
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime

from monitor import app
from monitor.cli import CONFIGURATION, FINDINGS, OK, USAGE, edge, located, rulebooks
from monitor.cli.terminal import Screen, count, outside, stamp
from monitor.config.values import Wrong, duration, nearest
from monitor.errors import ConfigError
from monitor.model import Mute
from monitor.pipeline import muting
from monitor.settings import Settings
from monitor.store import Store

_CONDITIONS = ("rule", "feed", "story", "query")


class _Refused(Exception):
    """What was asked for can't be muted; the message says why and what to write instead."""


def add(arguments: argparse.Namespace, settings: Settings) -> int:
    """Keep a mute; a running daemon follows it from its next digest or alert on."""
    now = edge.now()
    try:
        if arguments.query is not None:
            muting.query(arguments.query)
        with closing(app.open_store(settings)) as store:
            mute = _asked(arguments, settings, store, now)
            number = store.add_mute(mute)
    except ConfigError as error:
        edge.say("\n".join(line for problem in error.problems for line in located.told(problem)))
        if arguments.query and set("@$") & set(arguments.query):
            edge.say("A mute's query stands alone: it knows no @list and no $query of the rules. Write the words.")
        return CONFIGURATION
    except _Refused as refused:
        edge.say(f"monitor: {refused}")
        return USAGE
    if arguments.json:
        edge.show_json(asdict(mute) | {"id": number})
    else:
        edge.show(str(number))
        what = " and ".join(_covers(mute))
        edge.say(f"mute {number}: {what}, until {_until(mute, now)}. Over sooner: monitor mute end {number}")
    return OK


def _asked(arguments: argparse.Namespace, settings: Settings, store: Store, now: datetime) -> Mute:
    wanted = {name: getattr(arguments, name) for name in _CONDITIONS}
    if not any(wanted.values()):
        raise _Refused("say what to mute: --rule ID, --feed ID, --story ID or --query WORDS; together, all must hold")
    if not arguments.reason.strip():
        raise _Refused("a mute needs a --reason: somebody will ask why they were not told")
    if wanted["rule"] is not None:
        _known("rule", wanted["rule"], [each.text.id for each in rulebooks.configured(settings).rule_set.rules])
    if wanted["feed"] is not None:
        _known("feed", wanted["feed"], list(rulebooks.feeds(settings)))
    if wanted["story"] is not None:
        wanted["story"] = _story(store, wanted["story"])
    author = arguments.author or user()
    if not author:
        raise _Refused("nobody knows who you are here: --author NAME")
    return Mute(0, author, arguments.reason.strip(), now, _end(arguments, now), **wanted)


def _story(store: Store, name: str) -> str:
    """The story that the one called ``name`` is now: it may have been merged."""
    final = store.final_story(name)
    if final is None:
        raise _Refused(f"no story {outside(name)}; `monitor why WORDS` shows the story of an item")
    return final


def _known(kind: str, name: str, known: Sequence[str]) -> None:
    if name not in known:
        near = nearest(name, known)
        raise _Refused(f"no {kind} {outside(name)}" + (f"; did you mean {near}?" if near else ""))


def user() -> str:
    """Who types, as the system knows them; "" where it does not (a container's numeric user)."""
    try:
        return os.environ.get("USER") or pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return ""


def _end(arguments: argparse.Namespace, now: datetime) -> datetime:
    if arguments.span is not None:
        try:
            span = duration(arguments.span)
        except Wrong as wrong:
            raise _Refused(f"--for: {wrong.what}; {wrong.instead}") from wrong
        return now + span
    try:
        until = datetime.fromisoformat(arguments.until)
    except ValueError as error:
        raise _Refused(
            f"--until: {arguments.until!r} is no moment; write 2024-10-30 or 2024-10-30T08:00+03:00"
        ) from error
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    if until <= now:
        raise _Refused(f"--until: {stamp(until)} is over")
    return until.astimezone(UTC)


def list_mutes(arguments: argparse.Namespace, settings: Settings) -> int:
    """The mutes that last; with --all also those that are over. Exit 1 where there is none."""
    now = edge.now()
    with closing(app.open_store(settings)) as store:
        every, counts = store.mutes(ended=True), store.muted_counts()
    shown = [mute for mute in every if arguments.all or _state(mute, now) == "active"]
    if arguments.json:
        edge.show_json([asdict(mute) | {"state": _state(mute, now), "muted": counts.get(mute.id, 0)} for mute in shown])
        return OK
    screen = Screen()
    for mute in shown:
        state = _state(mute, now)
        when = f"by {outside(mute.ended_by)}" if mute.ended_by is not None else "until"
        screen.line((f"{mute.id}", "bold"), "  ", (state, "good" if state == "active" else "dim"),
                    f" {when} {_until(mute, now)} · {outside(' and '.join(_covers(mute)))}", hang=4)  # fmt: skip
        screen.line(f"{outside(mute.author)}, {stamp(mute.starts_at)}: {outside(mute.reason)}"
                    f" · kept back {counts.get(mute.id, 0):,}", indent=4)  # fmt: skip
    over = len(every) - len(shown)
    edge.say(f"{count(len(shown), 'mute')}" + (f"; {over} over: --all" if over else ""))
    return OK


def end(arguments: argparse.Namespace, settings: Settings) -> int:
    """End mutes now: what they have not kept back yet is told."""
    now, author = edge.now(), arguments.author or user()
    if not author:
        edge.say("monitor: nobody knows who you are here: --author NAME")
        return USAGE
    with closing(app.open_store(settings)) as store:
        ended = {number: store.end_mute(number, author, now) for number in dict.fromkeys(arguments.mute)}
    for number, done in ended.items():
        edge.say(f"mute {number} is over" if done else f"monitor: no mute {number} lasts; monitor mute list --all")
    return OK if all(ended.values()) else FINDINGS


def _state(mute: Mute, now: datetime) -> str:
    if mute.ended_by is not None:
        return "ended"
    return "active" if now < mute.ends_at else "expired"


def _covers(mute: Mute) -> Iterator[str]:
    for name in _CONDITIONS:
        value = getattr(mute, name)
        if value is not None:
            yield f"{name} {value}"


def _until(mute: Mute, now: datetime) -> str:
    return f"{stamp(mute.ends_at)} ({edge.ago(mute.ends_at, now)})"
