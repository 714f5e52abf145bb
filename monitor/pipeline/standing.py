"""Where a story stands for a channel: its state, what its rules ask of it, and what the channel knows of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from monitor import facts, story
from monitor.model import Fact, Level, Match, Modality, Publisher, Report, Standing, StoryState, Told, Untold
from monitor.pipeline.setup import Rules, Setup
from monitor.store import Store

_SPEAKERS = sorted(facts.predicates.WORDS["asserted_by"])

Reports = Mapping[str, Sequence[Report]]  # by story
Hear = Callable[[Reports], Reports]


@dataclass(frozen=True, slots=True)
class Stood:
    """What is untold with what its stories make of it, and those stories."""

    untold: tuple[Untold, ...]
    stories: Mapping[str, Standing]


def stand(store: Store, setup: Setup, channel: str, untold: Sequence[Untold], now: datetime, *, hear: Hear) -> Stood:
    """``untold`` as its stories stand: which matches may be told, and at which level.

    ``hear`` takes from the reports of stories those that are no sources of it.
    """
    names = {one.story for one in untold} | {one.possibly for one in untold if one.possibly}
    every = hear(store.story_reports(names))
    told = store.told(channel, names)
    standings = {name: _standing(setup.origins, reports, told.get(name)) for name, reports in every.items()}
    values = {name: story_values(standing.state, standing.reports, now) for name, standing in standings.items()}
    return Stood(tuple(_judged(setup.rule_set, one, values.get(one.story, {})) for one in untold), standings)


def story_standing(store: Store, publishers: Sequence[Publisher], name: str) -> Standing | None:
    """The story called ``name`` as it stands; None where there is none."""
    reports = store.story_reports([name]).get(name)
    return _standing(story.Origins(publishers), reports, None) if reports else None


def risen(rules: Rules, matches: Iterable[Match]) -> tuple[Match, ...]:
    """``matches`` at the highest level that their rules can come to: what an item may be owed to a channel by."""
    return tuple(replace(match, level=max(match.level, highest(rules, match.rule, match.level))) for match in matches)


def highest(rules: Rules, rule: str, level: Level) -> Level:
    """The highest level that ``rule`` can come to; ``level`` where it was taken out since."""
    try:
        return rules.highest(rule)
    except KeyError:
        return level


def shown(read: Sequence[Fact]) -> tuple[Fact, ...]:
    """The facts that a story is told by: those of a conflict, and with them what somebody denies."""
    return (*facts.told(read), *(fact for fact in read if fact.modality is Modality.DENIED))


def story_values(state: StoryState, reports: Sequence[Report], now: datetime) -> Mapping[str, object]:
    """What ``tell_when`` and ``raise`` ask of a story."""
    read = [fact for report in reports for fact in report.facts]
    official = {"official"} if any(report.tier.value == "official" for report in reports) else set()
    first = min((report.published or report.first_seen for report in reports), default=now)
    begun = first if state.day is None else datetime.combine(state.day, time(23, 59), UTC)
    return {
        "origins": len(state.origins),
        "reports": state.reports,
        "feeds": state.feeds,
        "tier": frozenset(report.tier.value for report in reports),
        "status": frozenset(status.value for status in state.status),
        "asserted_by": frozenset(word for word in _SPEAKERS if facts.asserted_by(read, (word,))) | official,
        "context": frozenset(context.value for context in state.contexts),
        "age": max(now - begun, timedelta(0)),
    }


def _standing(origins: story.Origins, reports: Sequence[Report], told: Told | None) -> Standing:
    known = [replace(report, facts=shown(report.facts)) for report in reports]
    state = story.state(known, origins)
    latest: dict[str, Report] = {}
    for report in sorted(known, key=lambda one: one.version):
        latest[report.item_key] = report
    differences = story.differences(told, state) if told is not None else ()
    return Standing(state, tuple(latest.values()), told, differences)


def _judged(rules: Rules, one: Untold, values: Mapping[str, object]) -> Untold:
    matched = tuple(replace(match, level=_level(rules, match, values)) for match in one.report.matches)
    ready = tuple(match for match in matched if _tells(rules, match, values))
    report = replace(one.report, matches=ready or matched, facts=shown(one.report.facts))
    return replace(
        one,
        report=report,
        level=max((match.level for match in ready or matched), default=one.level),
        ready=ready,
        matched=matched,
        possible=risen(rules, matched),
    )


def _level(rules: Rules, match: Match, values: Mapping[str, object]) -> Level:
    """The level its story gives it; one that the report itself is too old for stays low."""
    try:
        lifted = rules.level(match.rule, values)
        return lifted if lifted > match.level and lifted > rules.level(match.rule, {}) else match.level
    except KeyError:  # a rule that was taken out since: its match is told as it was made
        return match.level


def _tells(rules: Rules, match: Match, values: Mapping[str, object]) -> bool:
    try:
        return rules.tell(match.rule, values)
    except KeyError:
        return True
