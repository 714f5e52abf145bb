"""``monitor rules diff``: what an edit of the rules gains and loses, over what was read before."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from monitor import app, replay, rules
from monitor.cli import OK, USAGE, edge, rulebooks, verdicts
from monitor.cli.rulebooks import Rules
from monitor.cli.sources import feed_of, tidied
from monitor.cli.terminal import Run, Screen, columns, count, marked, name_of, outside, stamp
from monitor.config.values import Wrong, duration, spell
from monitor.model import Feed, Item
from monitor.rules import Difference
from monitor.settings import Settings

_SINCE = timedelta(days=30)
_SIGNS = {True: "+", False: "\N{MINUS SIGN}"}


@dataclass(frozen=True)
class _Read:
    """An item of the archive: ``key`` is the same for all its versions."""

    key: str
    at: datetime | None
    item: Item
    feed: Feed | None = None


@dataclass(frozen=True)
class _Compared:
    """What comparing gave: how many items there were, and by item what changed, the last version of each."""

    items: int
    differences: tuple[tuple[_Read, Difference], ...]
    newly: int  # items that a rule matches now and none did before
    no_longer: int

    def sums(self) -> Counter[tuple[str, bool]]:
        return Counter((each.match.rule, each.gained) for _, each in self.differences)

    def total(self, gained: bool) -> int:
        return sum(each.gained is gained for _, each in self.differences)


@rulebooks.refusing
def diff(arguments: argparse.Namespace, settings: Settings) -> int:
    """Compare two sets of rules over the archive of the store or of a file, and list what changes."""
    try:
        since = duration(arguments.since) if arguments.since else None
    except Wrong as wrong:
        edge.say(f"monitor: --since: {wrong.what}; {wrong.instead}")
        return USAGE
    for path in (arguments.old, arguments.new, arguments.items):
        if path is not None and not Path(path).exists():
            edge.say(f"monitor: there is no file or folder {path}")
            return USAGE
    old, new = (rulebooks.at(Path(path), settings) for path in (arguments.old, arguments.new))
    feeds = {**old.feeds, **(new.feeds or rulebooks.feeds(settings))}
    if arguments.items:
        read, when = _from_file(Path(arguments.items), since)
        compared = _compare(old, new, iter(read), len(read), feeds)
    else:
        span = since or _SINCE
        when = f"in the last {_spoken(span)}"
        with closing(app.open_store(settings)) as store:
            kept = (_Read(key, item.published, item) for key, _, item in store.items(edge.now() - span))
            compared = _compare(old, new, kept, None, feeds)
    if arguments.json:
        edge.show_json(_as_json(old, new, compared, when))
    else:
        _show(Screen(), old, new, compared, when)
    if not compared.items:
        edge.say(f"monitor: no item was kept {when}; name a longer --since, or an archive with --items FILE.jsonl")
    return OK


def _from_file(path: Path, since: timedelta | None) -> tuple[list[_Read], str]:
    """The items of a file; ``since`` counts back from the newest of them."""
    rows = replay.read(path)
    when = f"in {path}"
    if since is not None and rows:
        rows = tuple(row for row in rows if row.at >= rows[-1].at - since)
        when = f"in the last {_spoken(since)} of {path}"
    return [_Read(row.id, row.item.published, row.item) for row in rows], when


def _compare(old: Rules, new: Rules, items: Iterator[_Read], total: int | None, feeds: Mapping[str, Feed]) -> _Compared:
    found: dict[str, list[tuple[_Read, Difference]]] = {}
    keys: set[str] = set()
    with edge.progress("comparing") as progress:
        for number, read in enumerate(items, 1):
            one = replace(read, item=tidied(read.item), feed=feed_of(read.item, feeds))
            keys.add(one.key)
            found.pop(one.key, None)
            differences = rules.compare(old.rule_set, new.rule_set, [(one.item, one.feed)])
            if changed := [(one, each) for each in differences]:
                found[one.key] = changed
            if number % 500 == 0:
                progress(number, total or number)
    matched = [(_any(old, of_item[0][0]), _any(new, of_item[0][0])) for of_item in found.values()]
    pairs = tuple(pair for of_item in found.values() for pair in of_item)
    return _Compared(len(keys), pairs, matched.count((False, True)), matched.count((True, False)))


def _any(side: Rules, read: _Read) -> bool:
    return bool(side.rule_set.match(read.item, read.feed))


# --- for people ----------------------------------------------------------------------------------


def _show(screen: Screen, old: Rules, new: Rules, compared: _Compared, when: str) -> None:
    gained, lost = compared.total(True), compared.total(False)
    screen.line((f"+{gained}", "good"), " ", (f"{_SIGNS[False]}{lost}", "bad"), f" {when}, of {compared.items:,} items")
    if compared.differences:
        newly = count(compared.newly, "item")
        screen.line(f"{newly} matched by no rule before, {compared.no_longer:,} by none any more")
    screen.line((f"old: {old.name}, {count(len(old.rule_set.rules), 'rule')}", "dim"))
    screen.line((f"new: {new.name}, {count(len(new.rule_set.rules), 'rule')}", "dim"))
    sums = compared.sums()
    ids = [each.text.id for each in new.rule_set.rules]
    ids += [each.text.id for each in old.rule_set.rules if each.text.id not in set(ids)]
    changed = [rule for rule in ids if sums[rule, True] or sums[rule, False]]
    if not changed:
        return
    before, after = ({each.text.id for each in side.rule_set.rules} for side in (old, new))
    notes = {rule: "new rule" if rule not in before else "rule removed" if rule not in after else "" for rule in ids}
    rows = [("RULE", "GAINED", "LOST", "")]
    rows += [
        (rule, _sum("+", sums[rule, True]), _sum(_SIGNS[False], sums[rule, False]), notes[rule]) for rule in changed
    ]
    screen.blank()
    for number, line in enumerate(columns(rows)):
        screen.line((line, "dim" if number == 0 else ""))
    for rule in changed:
        screen.blank()
        screen.line((rule, "bold"))
        mine = [pair for pair in compared.differences if pair[1].match.rule == rule]
        for read, difference in sorted(mine, key=lambda pair: not pair[1].gained):
            _show_difference(screen, new, read, difference)


def _show_difference(screen: Screen, new: Rules, read: _Read, difference: Difference) -> None:
    item, evidence = difference.item, difference.match.evidence
    title: list[Run] = marked(item.title, evidence, "title") if item.title else [(outside(item.summary[:100]), "")]
    day = f"{read.at:%Y-%m-%d}" if read.at else "undated   "
    sign: Run = (_SIGNS[difference.gained], "good" if difference.gained else "bad")
    screen.line(sign, f" {day}  ", *title, (f"  {name_of(item.feed)}", "dim"), indent=2, hang=14)
    if difference.gained:
        if any(each.field != "title" for each in evidence):
            screen.line(("found ", "dim"), *verdicts.words(evidence, item), indent=16, hang=6)
    else:
        for phrase in _why_lost(new, read, difference)[:3]:
            screen.line((f"now missing {phrase}", "dim"), indent=16, hang=2)


def _why_lost(new: Rules, read: _Read, difference: Difference) -> tuple[str, ...]:
    try:
        [explanation] = new.rule_set.explain(difference.item, read.feed, difference.match.rule)
    except KeyError:
        return ()
    return explanation.missing


def _sum(sign: str, number: int) -> str:
    return f"{sign}{number}" if number else "0"


def _spoken(span: timedelta) -> str:
    return count(span.days, "day") if span.days and span == timedelta(days=span.days) else spell(span)


# --- for scripts ---------------------------------------------------------------------------------


def _as_json(old: Rules, new: Rules, compared: _Compared, when: str) -> dict[str, object]:
    sums = compared.sums()
    return {
        "old": {"from": old.name, "rules": len(old.rule_set.rules), "hash": old.rule_set.hash},
        "new": {"from": new.name, "rules": len(new.rule_set.rules), "hash": new.rule_set.hash},
        "when": when,
        "items": compared.items,
        "gained": compared.total(True),
        "lost": compared.total(False),
        "items_newly_matched": compared.newly,
        "items_no_longer_matched": compared.no_longer,
        "rules": {
            rule: {"gained": sums[rule, True], "lost": sums[rule, False]}
            for rule in dict.fromkeys(rule for rule, _ in sums)
        },
        "differences": [
            {
                "change": "gained" if each.gained else "lost",
                "key": read.key,
                "feed": each.item.feed,
                "url": each.item.url,
                "title": each.item.title,
                "published": stamp(read.at, seconds=True).replace(" ", "T") if read.at else None,
                **verdicts.match_json(each.match, each.item),
                "missing": [] if each.gained else list(_why_lost(new, read, each)),
            }
            for read, each in compared.differences
        ],
    }
