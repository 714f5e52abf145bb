"""All that is kept of an item and was decided about it, for people: what ``monitor why`` shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.cli import claims, edge, verdicts
from monitor.cli.judges import Judge, Judges, has
from monitor.cli.sources import feed_of
from monitor.cli.terminal import Part, Screen, Style, count, outside, stamp
from monitor.model import (
    BY_HAND,
    Attempt,
    DeliveryHistory,
    DeliveryStatus,
    Feed,
    FeedState,
    ItemHistory,
    OwedHistory,
    OwedStatus,
    Standing,
    VersionHistory,
)
from monitor.rules import Explanation

_MOST = 6  # rules that do not hold, shown without being asked for
_ROOM = 12
_REASONS = {
    "baseline": "the feed had it before it was watched, or its first poll was not to tell of it",
    "unrouted": "no digest of this channel takes it",
    "repeat": "it adds nothing to what its story told, or a later version took its place",
    "quiet": "quiet hours",
    "unconfirmed": "its story does not satisfy the rule's tell_when yet",
}
_STYLES: dict[str, Style] = {"delivered": "good", "dead": "bad", "failed": "bad", "no record": "bad"}


@dataclass(frozen=True)
class Told:
    """What there is to tell: ``feeds`` and ``states`` by feed id; ``rule`` is the one that was asked for."""

    history: ItemHistory
    feeds: Mapping[str, Feed]
    states: Mapping[str, FeedState]
    judges: Judges
    rule: str | None
    now: datetime
    brought: tuple[tuple[str, datetime], ...] = ()  # who brought it in by hand, and when
    stories: Mapping[str, Standing] = field(default_factory=dict)  # those its versions joined

    def explained(self, version: VersionHistory, judge: Judge) -> tuple[Explanation, ...]:
        """What each rule, or the one asked for, made of a version; empty where nothing can explain it any more."""
        if judge.rule_set is None or version.pruned or (self.rule and not has(judge.rule_set, self.rule)):
            return ()
        feed = feed_of(version.item, self.feeds)
        return judge.rule_set.explain(version.item, feed, self.rule, now=version.seen_at)

    def by_today(self, version: VersionHistory, judge: Judge) -> tuple[str, ...] | None:
        """The rules of today that hold for a version that others judged; None where there is nothing to compare."""
        today = self.judges.today
        if today is None or judge.which != "then" or version.pruned:
            return None
        found = today.match(version.item, feed_of(version.item, self.feeds), now=version.seen_at)
        return tuple(match.rule for match in found)


def show(screen: Screen, told: Told) -> None:
    """Print it: where the item came from, and each version with all that was decided about it."""
    _show_origin(screen, told)
    for version in told.history.versions:
        screen.blank()
        _show_version(screen, told, version)


def _show_origin(screen: Screen, told: Told) -> None:
    history, last = told.history, told.history.versions[-1]
    item = last.item
    screen.entry("item", history.key, room=_ROOM)
    if item.url:
        screen.entry("url", outside(item.url), room=_ROOM)
    if item.feed == BY_HAND:
        for author, at in told.brought:
            screen.entry("brought in", f"by {outside(author)}, {_when(at, told.now)}", room=_ROOM)
    else:
        _show_feed(screen, told, item.feed)
    screen.entry("published", _when(item.published, told.now), room=_ROOM)
    if item.updated and item.updated != item.published:
        screen.entry("updated", _when(item.updated, told.now), room=_ROOM)
    screen.entry("first seen", _when(history.first_seen, told.now), room=_ROOM)
    marks = history.marks
    known_by = [f"{name} {outside(mark)}" for name, mark in (("guid", marks.guid), ("URL", marks.url)) if mark]
    screen.entry("known by", ", ".join(known_by) or "its title and date", room=_ROOM)


def _show_feed(screen: Screen, told: Told, name: str) -> None:
    feed, state = told.feeds.get(name), told.states.get(name)
    about = f"{outside(feed.title)}, {feed.tier}" if feed else "no longer configured: rules see no tags or tier of it"
    screen.entry("feed", (outside(name), "bold"), f"  {about}", room=_ROOM)
    if state is not None:
        trouble = f": {outside(state.problem)}" if state.problem else ""
        screen.entry("", f"{state.condition}, last read {_when(state.last_success_at, told.now)}{trouble}", room=_ROOM)


def _show_version(screen: Screen, told: Told, version: VersionHistory) -> None:
    judge = told.judges.of(version.rule_set)
    number = f"Version {version.version} of {len(told.history.versions)}"
    screen.line((number, "bold"), f", seen {_when(version.seen_at, told.now)}")
    screen.line((judge.note, "dim"), indent=2, hang=2)
    if version.pruned:
        screen.line("its texts are dropped, being older than the settings keep them", indent=2, hang=2)
    screen.blank()
    item, matches = version.item, version.matches
    verdicts.show_item(screen, item, [place for match in matches for place in match.evidence], indent=2)
    screen.blank()
    for match in matches:
        if told.rule in (None, match.rule):
            verdicts.show_match(screen, match, item, version.facts, indent=2)
    _show_others(screen, told, version, judge)
    if version.facts and told.rule is None:
        screen.blank()
        claims.show(screen, version.facts, None if version.pruned else item, indent=2)
    screen.blank()
    _show_story(screen, told, version)
    for owed in version.owed:
        _show_owed(screen, owed, told.now)
    if matches and not version.owed:
        screen.entry("owed", "to nobody: there was no channel", indent=2, room=_ROOM)


def _show_others(screen: Screen, told: Told, version: VersionHistory, judge: Judge) -> None:
    """The rules that do not hold, and where today's verdict is another."""
    stored = {match.rule for match in version.matches}
    explanations = told.explained(version, judge)
    missed = [each for each in explanations if each.rule not in stored]
    near = missed if told.rule else verdicts.nearest(missed, _MOST)
    for each in near:
        verdicts.show_explanation(screen, each, version.item, indent=2, whole=bool(told.rule))
    today = told.judges.today
    if told.rule and judge.rule_set is not None and not has(judge.rule_set, told.rule):
        screen.line(f"the rules had no {told.rule} then", indent=2)
        if today is not None and not version.pruned:
            feed = feed_of(version.item, told.feeds)
            [verdict] = today.explain(version.item, feed, told.rule, now=version.seen_at)
            screen.line(f"today it {'matches' if verdict.holds else 'does not match'}:", indent=2)
            verdicts.show_explanation(screen, verdict, version.item, indent=2)
        return
    rest = len(missed) - len(near)
    if rest:
        also = " more" if near else ""
        does = "rule does" if rest == 1 else "rules do"
        screen.line((f"{rest}{also} {does} not match; --rule ID tells why", "dim"), indent=2, hang=2)
    elif not stored and not explanations:
        screen.line("no rule matched", indent=2)
    if judge.which != "instead":
        now = {each.rule for each in explanations if each.holds}
        asked = {told.rule} if told.rule else {each.rule for each in explanations}
        _show_change(screen, "judged again from what is kept", stored & asked, now)
    by_today = told.by_today(version, judge)
    if by_today is not None:
        _show_change(screen, "today's rules", stored, set(by_today), same="the same verdict")


def _show_change(screen: Screen, who: str, before: set[str], after: set[str], same: str = "") -> None:
    """Which rules hold for another judge, and which no longer; where there is no such difference, ``same``."""
    changes = [f"also {', '.join(sorted(after - before))}"] if after - before else []
    changes += [f"no longer {', '.join(sorted(before - after))}"] if before - after else []
    if changes or same:
        screen.line((f"{who}: ", "dim"), "; ".join(changes) or same, indent=2, hang=2)


def _show_story(screen: Screen, told: Told, version: VersionHistory) -> None:
    join = version.join
    if join is None:
        screen.entry("story", "none: no rule matched, so nothing is owed", indent=2, room=_ROOM)
        return
    does = "begins" if join.new else "repeats" if join.repeat else "updates"
    parts: list[Part] = [f"{does} {join.story}: {outside(', '.join(join.reasons))}"]
    if join.copy_of:
        parts.append(f"; a copy of item {join.copy_of}")
    if join.possibly:
        parts.append(f"; possibly the same as story {join.possibly}")
    if join.changes:
        parts.append(f"; {outside(', '.join(join.changes))}")
    screen.entry("story", *parts, indent=2, room=_ROOM)
    if join.possibly:
        screen.entry("", f"possibly one with {join.possibly}, and told apart from it", indent=2, room=_ROOM)
    standing = told.stories.get(join.story)
    if standing is not None:
        state = standing.state
        many = f"{count(state.reports, 'report')}, {count(len(state.origins), 'origin')}"
        names = outside(", ".join(state.names))
        screen.entry("origin", f"{outside(version.origin) or 'unknown'}; of the story {many}: {names}; all of it: "
                     f"monitor story show {join.story}", indent=2, room=_ROOM)  # fmt: skip


def _show_owed(screen: Screen, owed: OwedHistory, now: datetime) -> None:
    """What became of it for one channel, with every attempt to deliver it."""
    screen.entry("channel", (owed.channel, "bold"), "  ", (owed.status, _STYLES.get(owed.status, "")),
                 _standing(owed, now), indent=2, room=_ROOM)  # fmt: skip
    for history in owed.deliveries:
        _show_delivery(screen, history, now)


def _standing(owed: OwedHistory, now: datetime) -> str:
    """What the status of something owed means, in words."""
    digest = f" in digest {owed.digest}" if owed.digest else ""
    reason = f" ({owed.reason}): {_REASONS[owed.reason]}" if owed.reason in _REASONS else ""
    if owed.mute is not None:
        mute = owed.mute
        over = f", ended by {outside(mute.ended_by)}" if mute.ended_by is not None else ""
        whose = f"mute {mute.id} of {outside(mute.author)} until {_when(mute.ends_at, now)}{over}"
        return f" ({owed.reason}): {whose}: {outside(mute.reason)}"
    if owed.status is OwedStatus.DELIVERED:
        return f" {_when(owed.changed_at, now)}{digest}"
    if owed.status is OwedStatus.HELD:
        until = f", until {_when(owed.hold_until, now)}" if owed.hold_until else ""
        return f"{reason}{until}"
    if owed.status is OwedStatus.PENDING:
        return f"{digest}, not delivered yet" if digest else ", for its next digest"
    if owed.status is OwedStatus.DEAD:
        return f" {_when(owed.changed_at, now)}{digest}: {outside(owed.reason or 'never delivered')}"
    return reason


def _show_delivery(screen: Screen, history: DeliveryHistory, now: datetime) -> None:
    delivery = history.delivery
    whom = f"to {outside(delivery.recipient)} " if delivery.recipient else ""
    parts: list[Part] = [f"delivery #{delivery.id} {whom}", (delivery.status, _STYLES.get(delivery.status, ""))]
    parts.append(f" after {count(delivery.attempts, 'attempt')}")
    if delivery.possible_repeat:
        parts.append(", marked as a possible repeat")
    if delivery.status is DeliveryStatus.PENDING and delivery.next_attempt_at:
        parts.append(f", next {_when(delivery.next_attempt_at, now)}")
    screen.line(*parts, indent=2 + _ROOM, hang=2)
    for attempt in history.attempts:
        _show_attempt(screen, attempt)


def _show_attempt(screen: Screen, attempt: Attempt) -> None:
    outcome = attempt.outcome or "under way"
    detail = f"  {outside(attempt.detail)}" if attempt.detail else ""
    parts: list[Part] = [f"{attempt.number}  {stamp(attempt.started_at, seconds=True)}  "]
    screen.line(*parts, (outcome, _STYLES.get(outcome, "")), detail, indent=4 + _ROOM, hang=3)


def _when(moment: datetime | None, now: datetime) -> str:
    return f"{stamp(moment)} ({edge.ago(moment, now)})" if moment else "unknown"
