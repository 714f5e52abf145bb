"""``monitor story show``: what is known of a story, from whom, how it came to that, and why each report is in it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict

from monitor import app
from monitor.cli import FINDINGS, OK, edge, rulebooks
from monitor.cli.terminal import Part, Screen, columns, count, outside, stamp
from monitor.identity import canonical_url
from monitor.model import Figure, Join, Report, Standing, Status, Tier
from monitor.pipeline.standing import story_standing
from monitor.settings import Settings
from monitor.store import Store
from monitor.text import headline

_ROOM = 12
_MOST = 20
_TIERS = list(Tier)
Joins = Mapping[tuple[str, int], Join]


def show(arguments: argparse.Namespace, settings: Settings) -> int:
    """Show a story by its id, or by the URL, key or words of an item in it; list them where several fit."""
    asked = " ".join(arguments.asked).strip()
    publishers = rulebooks.publishers(settings)
    with closing(app.open_store(settings)) as store:
        names = _found(store, asked)
        standing = story_standing(store, publishers, names[0]) if len(names) == 1 else None
        joins = store.joins(names[0]) if standing is not None else {}
        several = {name: story_standing(store, publishers, name) for name in names[:_MOST]} if standing is None else {}
    if arguments.json:
        edge.show_json({"asked": asked, "stories": list(names), "story": _json(names[0], standing, joins)})
    elif standing is not None:
        _show(Screen(), names[0], standing, joins)
    elif names:
        _list(Screen(), several)
    else:
        edge.say(f"monitor: no story has this id, and none an item with this URL, key or words: {outside(asked)}")
    return OK if names else FINDINGS


def _found(store: Store, asked: str) -> tuple[str, ...]:
    """The stories that fit, each once."""
    if store.joins(asked):
        return (asked,)
    names: dict[str, None] = {}
    for item in store.find_items(asked, canonical=canonical_url(asked), limit=_MOST + 1):
        history = store.history(item.key)
        for version in history.versions if history else ():
            if version.join is not None:
                names[version.join.story] = None
    return tuple(names)


def _sources(standing: Standing) -> list[Report]:
    """The reports, official first, then as they came."""
    return sorted(standing.reports, key=lambda one: (_TIERS.index(one.tier), one.first_seen, one.item_key))


def _list(screen: Screen, several: Mapping[str, Standing | None]) -> None:
    rows = [("STORY", "FIRST SEEN", "REPORTS", "TITLE")]
    for name, standing in several.items():
        if standing is not None:
            head = min(standing.reports, key=lambda one: one.first_seen)
            state = standing.state
            title = outside(headline(head))
            rows.append((name, stamp(state.first_seen), str(state.reports), title))
    for number, line in enumerate(columns(rows)):
        screen.line((line, "dim" if number == 0 else ""), hang=26)
    screen.blank()
    screen.line("say which: monitor story show ID")


def _show(screen: Screen, name: str, standing: Standing, joins: Joins) -> None:
    state = standing.state
    sources = _sources(standing)
    newest = max(standing.reports, key=lambda one: (one.first_seen, one.version))
    screen.entry("story", (name, "bold"), room=_ROOM)
    screen.entry("title", outside(headline(newest)), room=_ROOM)
    by = f" by {outside(', '.join(state.denied_by))}" if state.denied_by else ""
    said = ", ".join(status.value + (by if status is Status.DENIED else "") for status in state.status)
    many = f"{count(state.reports, 'report')}, {count(len(state.origins), 'origin')}, {count(state.feeds, 'feed')}"
    screen.entry("status", (said, "bold"), f" · {many}", room=_ROOM)
    screen.entry("origins", outside(", ".join(state.names)), room=_ROOM)
    screen.entry("seen", f"first {stamp(state.first_seen)}, last change {stamp(state.changed_at)}", room=_ROOM)
    if state.day is not None:
        screen.entry("event", f"{state.day:%Y-%m-%d}", room=_ROOM)
    for one in state.particulars:
        words = f" “{outside(one.words)}”" if one.words else ""
        screen.entry(one.news.value, (outside(one.text), "bold"), f" · {outside(one.who)}, {stamp(one.at)}{words}",
                     room=_ROOM)  # fmt: skip
    forces = tuple(figure for figure in state.figures if figure.outcome is None)
    for heading, figures in (("Figures", state.casualties), ("Forces", forces)):
        if figures:
            screen.blank()
            screen.line((heading, "bold"))
        for figure in figures:
            _show_figure(screen, figure)
    if state.turns:
        screen.blank()
        screen.line(("How it came to that", "bold"))
        for turn in state.turns:
            change = f"{turn.before} → {turn.after}" if turn.before else turn.after
            mark = " (corrected)" if turn.corrected else ""
            said = outside(f"{turn.label} {change}, {turn.who}")
            screen.line((stamp(turn.at), "dim"), f"  {said}{mark}", indent=2, hang=19)
    screen.blank()
    screen.line(("Reports", "bold"))
    for report in sources:
        _show_report(screen, report, joins.get((report.item_key, report.version)))


def _show_figure(screen: Screen, figure: Figure) -> None:
    differ: Part = (" they differ", "bad") if figure.differs else ""
    screen.line(f"{figure.label}  ", (outside(figure.text), "bold"), differ, indent=2)
    for voice in figure.voices:
        marks = (", a party to it" if voice.side else "") + (", corrected" if voice.corrected else "")
        words = f" “{outside(voice.words)}”" if voice.words else ""
        words += f" ({outside(voice.gloss)})" if voice.gloss else ""
        screen.line(
            (outside(voice.text), "bold"), f" · {outside(voice.who)}{marks}, {stamp(voice.at)}{words}", indent=4, hang=2
        )


def _show_report(screen: Screen, report: Report, join: Join | None) -> None:
    who = f"{report.tier} · {outside(report.feed_title)} · origin {outside(report.origin) or 'unknown'}"
    screen.line((stamp(report.published or report.first_seen), "dim"), f"  {who}", indent=2, hang=19)
    screen.line(outside(headline(report)), indent=4, hang=2)
    if join is None:
        return
    why = ", ".join(join.reasons)
    copied = f"; a copy of {join.copy_of}" if join.copy_of else ""
    possibly = f"; possibly of {join.possibly}" if join.possibly else ""
    adds = f"; {', '.join(join.changes)}" if join.changes else "; adds nothing" if join.repeat else ""
    screen.line((f"{report.item_key} version {report.version}: ", "dim"), outside(f"{why}{copied}{possibly}{adds}"),
                indent=4, hang=2)  # fmt: skip


def _json(name: str, standing: Standing | None, joins: Joins) -> dict[str, object] | None:
    if standing is None:
        return None
    return {
        "id": name,
        "state": asdict(standing.state),
        "reports": [
            {
                "key": one.item_key,
                "version": one.version,
                "feed": one.feed,
                "tier": one.tier,
                "origin": one.origin,
                "url": one.url,
                "title": one.title,
                "published": one.published,
                "first_seen": one.first_seen,
                "matches": [match.rule for match in one.matches],
                "join": asdict(join) if (join := joins.get((one.item_key, one.version))) else None,
            }
            for one in _sources(standing)
        ],
    }
