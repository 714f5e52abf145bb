"""What each channel is owed and what a digest of it holds: pure decisions.

``route`` decides, when an item is matched, where it stands with every channel. ``compose`` decides,
when a digest is due, what of the untold goes in, what is held and what an item's newer version
has made a repeat. A digest holds what its channel has not been told, never "since the last run".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim

from monitor.model import (
    CANARY,
    Change,
    Coverage,
    Digest,
    DigestSpec,
    Entry,
    Match,
    Owed,
    OwedStatus,
    Quiet,
    Reason,
    Report,
    Selection,
    Untold,
)

_ALERTS_AT_ONCE = 5  # of more stories than this in one go, the rest is told in one message: a flood helps nobody


@dataclass(frozen=True, slots=True)
class Hold:
    """An item version that a channel is told only after ``until``."""

    item_key: str
    version: int
    reason: Reason
    until: datetime


@dataclass(frozen=True, slots=True)
class Composition:
    """What composing one digest of one channel decided.

    ``superseded`` are (item key, version) whose newer version is told instead.
    """

    digests: tuple[Digest, ...]
    holds: tuple[Hold, ...] = ()
    superseded: tuple[tuple[str, int], ...] = ()


# --- when --------------------------------------------------------------------------------------


def schedule(spec: DigestSpec) -> str:
    """The schedule of ``spec`` in one line: when it changes, the next due time is reckoned anew."""
    if spec.cron is not None:
        return f"cron {spec.cron} {spec.timezone}"
    if spec.every is not None:
        return f"every {spec.every.total_seconds():.0f}s"
    return "at once"


def next_due(spec: DigestSpec, after: datetime) -> datetime | None:
    """The next moment after ``after`` at which ``spec`` is due, in UTC; None where it tells at once.

    Cron follows Debian's semantics in the spec's zone: a time that daylight saving skips runs
    at the change, one that it repeats runs once.
    """
    if spec.cron is not None:
        local: datetime = next(CronSim(spec.cron, after.astimezone(ZoneInfo(spec.timezone))))
        return local.astimezone(UTC)
    return None if spec.every is None else after + spec.every


def quiet_until(quiet: Quiet, timezone: str, now: datetime) -> datetime | None:
    """The end of the quiet hours that ``now`` lies in, in UTC; None outside of them."""
    zone = ZoneInfo(timezone)
    local = now.astimezone(zone)
    clock = local.time().replace(tzinfo=None)
    over_midnight = quiet.start > quiet.end
    inside = clock >= quiet.start or clock < quiet.end if over_midnight else quiet.start <= clock < quiet.end
    if not inside:
        return None
    end_day = local.date() + timedelta(days=1 if over_midnight and clock >= quiet.start else 0)
    return datetime.combine(end_day, quiet.end, zone).astimezone(UTC)


# --- who ---------------------------------------------------------------------------------------


def selected(select: Selection, matches: Iterable[Match], tags: Sequence[str], lang: str | None) -> tuple[Match, ...]:
    """The matches that ``select`` takes of an item with these ``tags`` and this language."""
    if select.tags and not set(select.tags) & set(tags):
        return ()
    if select.langs and (lang or "").split("-")[0] not in select.langs:
        return ()
    return tuple(
        match
        for match in matches
        if match.level >= select.level
        and (match.rule in select.rules if select.rules else match.rule != CANARY)
        and (not select.categories or match.category in select.categories)
    )


def route(
    specs: Sequence[DigestSpec],
    channels: Iterable[str],
    matches: Sequence[Match],
    tags: Sequence[str],
    lang: str | None,
    *,
    suppress: Reason | None,
) -> tuple[Owed, ...]:
    """Where a matched item stands with every channel; ``suppress`` is the reason it is told to none.

    A channel that no digest selects the item for is ``unrouted``, whatever else is true of it.
    """
    owed = []
    for channel in channels:
        wanted = any(channel in spec.channels and _takes(spec, matches, tags, lang) for spec in specs)
        if not wanted:
            owed.append(Owed(channel, OwedStatus.SUPPRESSED, Reason.UNROUTED))
        elif suppress is not None:
            owed.append(Owed(channel, OwedStatus.SUPPRESSED, suppress))
        else:
            owed.append(Owed(channel, OwedStatus.PENDING))
    return tuple(owed)


def _takes(spec: DigestSpec, matches: Iterable[Match], tags: Sequence[str], lang: str | None) -> bool:
    taken = selected(spec.select, matches, tags, lang)
    return any(spec.at_once is None or match.level >= spec.at_once for match in taken)


# --- what --------------------------------------------------------------------------------------


def compose(
    spec: DigestSpec,
    channel: str,
    untold: Sequence[Untold],
    coverage: Coverage,
    suppressed: dict[str, int],
    now: datetime,
) -> Composition:
    """The digests of ``spec`` that ``channel`` gets now, and what is held.

    At-once specs give an alert a story; of many, the loudest five and one digest of the rest. Others
    give one digest, or none where nothing is untold and the spec sends no empty ones.
    """
    wanted = [one for one in untold if _takes(spec, one.report.matches, one.report.tags, one.report.lang)]
    latest = {one.report.item_key: one.report.version for one in sorted(wanted, key=lambda one: one.report.version)}
    current = [one for one in wanted if one.report.version == latest[one.report.item_key]]
    superseded = tuple((one.report.item_key, one.report.version) for one in wanted if one not in current)

    until = quiet_until(spec.quiet, spec.timezone, now) if spec.quiet else None
    quieted = [one for one in current if spec.quiet and until and one.level < spec.quiet.unless]
    told_now = [one for one in current if one not in quieted]
    holds = tuple(Hold(one.report.item_key, one.report.version, Reason.QUIET, until) for one in quieted if until)

    entries = _entries(told_now)
    threads = {one.story: one.thread for one in told_now}
    alone = min(len(entries), _ALERTS_AT_ONCE) if spec.at_once else 0
    groups = [[entry] for entry in entries[:alone]]
    groups += [entries[alone:]] if entries[alone:] or not alone else []
    digests = tuple(
        Digest(
            id=_digest_id(spec, channel, group, now),
            spec=spec.id,
            channel=channel,
            title=spec.title,
            timezone=spec.timezone,
            composed_at=now,
            entries=tuple(group),
            coverage=coverage,
            urgent=spec.at_once is not None and spec.id != CANARY,
            held=len(holds) if number == 0 else 0,  # of several alerts the first tells what was kept back
            suppressed=suppressed if number == 0 else {},
            thread=threads.get(group[0].story) if len(group) == 1 else None,
        )
        for number, group in enumerate(groups)
        if group or (spec.send_empty and spec.at_once is None)
    )
    return Composition(digests, holds, superseded)


def _entries(untold: Sequence[Untold]) -> list[Entry]:
    """One entry a story, highest level first, then the newest; its newest report gives the title."""
    stories: dict[str, list[Untold]] = {}
    for one in untold:
        stories.setdefault(one.story, []).append(one)
    entries = []
    for story, ones in stories.items():
        ones.sort(key=lambda one: (_moment(one.report), one.report.version), reverse=True)
        newest = ones[0]
        entries.append(
            Entry(
                story=story,
                change=Change.UPDATED if newest.told_at else Change.NEW,
                level=max(one.level for one in ones),
                title=newest.report.title,
                reports=tuple(one.report for one in ones),
                changes=tuple(dict.fromkeys(change for one in ones for change in one.changes)),
                told_title=newest.told_title,
                told_at=newest.told_at,
            )
        )
    return sorted(entries, key=lambda entry: (-entry.level, -_moment(entry.reports[0]).timestamp(), entry.story))


def _moment(report: Report) -> datetime:
    return report.published or report.first_seen


def _digest_id(spec: DigestSpec, channel: str, entries: Sequence[Entry], now: datetime) -> str:
    """The same for the same content at the same moment, so that composing twice can't tell twice."""
    told = sorted(f"{report.item_key}/{report.version}" for entry in entries for report in entry.reports)
    digest = hashlib.sha256("\x1f".join([spec.id, channel, now.isoformat(), *told]).encode()).hexdigest()
    return f"{spec.id}.{now:%Y%m%dT%H%M%S}.{digest[:12]}"
