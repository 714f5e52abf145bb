"""What each channel is owed and what a digest of it holds: pure decisions.

``route`` decides, when an item is matched, where it stands with every channel. ``compose`` decides,
when a digest is due, what of the untold goes in, what is held and what is a repeat: of a newer version,
or of what the channel was told of the story. A digest holds what its channel has not been told, never
"since the last run".
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim

from monitor.model import (
    CANARY,
    Change,
    Coverage,
    Difference,
    Digest,
    DigestSpec,
    Entry,
    Match,
    News,
    Owed,
    OwedStatus,
    Quiet,
    Reason,
    Report,
    RingAgain,
    Selection,
    Standing,
    Tier,
    Untold,
)
from monitor.text import headline

_MOST_REPORTS = 40  # of a story in one digest; what is untold is always among them
_TIERS = list(Tier)
_MOST_STORIES = 100  # of one digest: a mail of more is hidden from there on, and a week's news must fit into memory
_ALERTS_AT_ONCE = 5  # of more stories than this in one go, the rest is told in one message: a flood helps nobody


@dataclass(frozen=True, slots=True)
class Hold:
    """An item version that a channel is told only after ``until``, decided by this ``revision`` of its story."""

    item_key: str
    version: int
    reason: Reason
    until: datetime
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Composition:
    """What composing one digest of one channel decided.

    ``suppressed`` are (item key, version, reason) that it is never told by themselves.
    """

    digests: tuple[Digest, ...]
    holds: tuple[Hold, ...] = ()
    suppressed: tuple[tuple[str, int, Reason], ...] = ()


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
    end = quiet.end.replace(fold=local.fold)  # in an hour that comes twice, that of the second is meant within it
    return datetime.combine(end_day, end, zone).astimezone(UTC)


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
        wanted = any(channel in spec.channels and takes(spec, matches, tags, lang) for spec in specs)
        if not wanted:
            owed.append(Owed(channel, OwedStatus.SUPPRESSED, Reason.UNROUTED))
        elif suppress is not None:
            owed.append(Owed(channel, OwedStatus.SUPPRESSED, suppress))
        else:
            owed.append(Owed(channel, OwedStatus.PENDING))
    return tuple(owed)


def takes(spec: DigestSpec, matches: Iterable[Match], tags: Sequence[str], lang: str | None) -> bool:
    """Whether ``spec`` tells an item by these matches."""
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
    *,
    stories: Mapping[str, Standing],
    others: Sequence[DigestSpec] = (),
) -> Composition:
    """The digests of ``spec`` that ``channel`` gets now, and what is held or never told.

    ``stories`` has every story of ``untold``; ``others`` are the other digests of the channel. At-once specs
    give an alert a story; of many, the loudest five and one digest of the rest. Others give one digest, or
    none where nothing is untold and the spec sends no empty ones. A digest of more than a hundred stories comes in
    parts, the loudest first.
    """
    sorting = _Sorting(spec, tuple(others), stories, now)
    sorting.take(untold)
    entries = sorted(sorting.entries(), key=_loudest)
    waiting = sorting.waiting({entry.story for entry in entries})
    quieted = sum(1 for hold in sorting.holds if hold.reason is Reason.QUIET)
    alone = min(len(entries), _ALERTS_AT_ONCE) if spec.at_once else 0
    groups: list[tuple[Sequence[Entry], int, int]] = [([entry], 1, 1) for entry in entries[:alone]]
    rest = [entries[at : at + _MOST_STORIES] for at in range(alone, len(entries), _MOST_STORIES)]
    groups += [(group, part, len(rest)) for part, group in enumerate(rest, 1)] or ([] if alone else [([], 1, 1)])
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
            held=quieted if number == 0 else 0,  # of several alerts the first tells what was kept back
            suppressed=suppressed if number == 0 else {},
            thread=_thread(group[0], stories) if len(group) == 1 else None,
            unconfirmed=0 if spec.at_once or number else len(waiting),
            waiting=tuple(waiting) if spec.unconfirmed.listed and not spec.at_once and number == 0 else (),
            part=part,
            parts=parts,
        )
        for number, (group, part, parts) in enumerate(groups)
        if group or (spec.send_empty and spec.at_once is None)
    )
    return Composition(digests, tuple(sorting.holds), tuple(sorting.suppressed))


@dataclass
class _Sorting:
    """What is untold, put where it belongs: told now, held, or never told."""

    spec: DigestSpec
    others: Sequence[DigestSpec]
    stories: Mapping[str, Standing]
    now: datetime
    holds: list[Hold] = field(default_factory=list)
    suppressed: list[tuple[str, int, Reason]] = field(default_factory=list)
    _ready: list[Untold] = field(default_factory=list)
    _overdue: list[Untold] = field(default_factory=list)  # never confirmed, and told all the same
    _waiting: list[Untold] = field(default_factory=list)

    def take(self, untold: Sequence[Untold]) -> None:
        wanted = [one for one in untold if self._takes(self.spec, one, one.possible)]
        latest: dict[str, int] = {}
        for one in wanted:
            latest[one.report.item_key] = max(one.report.version, latest.get(one.report.item_key, 0))
        for one in wanted:
            if one.report.version < latest[one.report.item_key]:
                self._suppress(one, Reason.REPEAT)
            else:
                self._place(one)
        until = quiet_until(self.spec.quiet, self.spec.timezone, self.now) if self.spec.quiet else None
        if self.spec.quiet is not None and until is not None:
            unless = self.spec.quiet.unless
            for ones in (self._ready, self._overdue):
                for one in ones:
                    if one.level < unless:
                        self._hold(one, Reason.QUIET, until)
                ones[:] = [one for one in ones if one.level >= unless]

    def entries(self) -> Iterator[Entry]:
        """One entry a story that has anything to tell; what has not is a repeat, or is left to another digest."""
        confirmed = {one.story for one in self._ready}
        for story, ones in _by_story((*self._ready, *self._overdue)).items():
            standing = self.stories[story]
            entry = _entry(ones, standing, self.stories, unconfirmed=story not in confirmed)
            if standing.told is None:
                yield entry
            elif not entry.differences and all(one.repeat for one in ones):
                self._repeat(ones)
            elif self.spec.at_once is not None and not _rings(self.spec.again, entry, ones):
                self._repeat([one for one in ones if not self._left_to_others(one, one.ready)])
            else:
                yield entry

    def waiting(self, told: Container[str]) -> list[Entry]:
        """An entry for each story that is held as unconfirmed and not told now."""
        waiting = _by_story(one for one in self._waiting if one.story not in told)
        found = [_entry(ones, self.stories[story], self.stories, unconfirmed=True) for story, ones in waiting.items()]
        return sorted(found, key=_loudest)

    def _place(self, one: Untold) -> None:
        if self._takes(self.spec, one, one.ready):
            self._ready.append(one)
            return
        terms = self.spec.unconfirmed
        end = one.owed_at + terms.hold
        rising = not self._takes(self.spec, one, one.matched)  # its level is not what the digest tells, yet
        if rising and self._left_to_others(one, one.matched):
            return
        if self.now < end:
            self._hold(one, Reason.UNCONFIRMED, end)
            if not rising:
                self._waiting.append(one)
        elif terms.tell and not rising:
            self._overdue.append(one)
        elif self._left_to_others(one, one.matched):
            self._hold(one, Reason.UNCONFIRMED, self.now + terms.hold)  # they have ends of their own
        else:
            self._suppress(one, Reason.UNCONFIRMED)

    def _left_to_others(self, one: Untold, matches: Sequence[Match]) -> bool:
        return any(self._takes(other, one, matches) for other in self.others)

    @staticmethod
    def _takes(spec: DigestSpec, one: Untold, matches: Sequence[Match]) -> bool:
        return takes(spec, matches, one.report.tags, one.report.lang)

    def _hold(self, one: Untold, reason: Reason, until: datetime) -> None:
        self.holds.append(Hold(one.report.item_key, one.report.version, reason, until, one.revision))

    def _repeat(self, ones: Iterable[Untold]) -> None:
        for one in ones:
            self._suppress(one, Reason.REPEAT)

    def _suppress(self, one: Untold, reason: Reason) -> None:
        self.suppressed.append((one.report.item_key, one.report.version, reason))


def _by_story(untold: Iterable[Untold]) -> dict[str, list[Untold]]:
    by_story: dict[str, list[Untold]] = {}
    for one in untold:
        by_story.setdefault(one.story, []).append(one)
    return by_story


def _entry(
    untold: Sequence[Untold], standing: Standing, stories: Mapping[str, Standing], *, unconfirmed: bool
) -> Entry:
    """The entry of one story: its newest untold report gives the title, and all its reports are shown."""
    ones = sorted(untold, key=lambda one: (_moment(one.report), one.report.version), reverse=True)
    here = {one.report.item_key for one in ones}
    rest = sorted(
        (report for report in standing.reports if report.item_key not in here),
        key=lambda report: (_TIERS.index(report.tier), -_moment(report).timestamp(), report.item_key),
    )
    reports = (*(one.report for one in ones), *rest[: max(0, _MOST_REPORTS - len(ones))])
    level = max(one.level for one in ones)
    told = standing.told
    differences = standing.differences if told is not None else ()
    if told is not None and level > told.level:
        differences = (Difference(News.LEVEL, "level", told.level.word, level.word), *differences)
    corrected = any(one.corrected for one in differences)
    other = next((stories.get(one.possibly) for one in ones if one.possibly), None)
    return Entry(
        story=ones[0].story,
        change=Change.NEW if told is None else Change.CORRECTED if corrected else Change.UPDATED,
        level=level,
        title=headline(ones[0].report),
        reports=reports,
        changes=tuple(dict.fromkeys(change for one in ones for change in one.changes)),
        told_title=told.title if told else None,
        told_at=told.at if told else None,
        state=standing.state,
        differences=differences,
        unconfirmed=unconfirmed,
        possibly=_title(other) if other is not None else "",
    )


def _title(standing: Standing) -> str:
    """What a reader knows a story by, or would."""
    if standing.told is not None:
        return standing.told.title
    return headline(max(standing.reports, key=lambda report: (_moment(report), report.item_key)))


def _rings(again: RingAgain, entry: Entry, ones: Iterable[Untold]) -> bool:
    """Whether an alert rings again for what is new in a story that it rang for."""
    rings = {
        News.LEVEL: True,
        News.STATUS: again.status,
        News.PARTY: again.party,
        News.POSTURE: again.posture,
        News.BY: again.by,
        News.PLACE: again.place,
        News.NAMED: again.named,
    }
    for one in entry.differences:
        if rings.get(one.news, False):
            return True
        low, high = sorted(one.crossed)
        if one.news is News.FIGURE and any(low < step <= high for step in again.toll):
            return True
    # Where no figure was ever read, its words are all there is.
    return not entry.state.casualties and not all(one.repeat for one in ones)


def _thread(entry: Entry, stories: Mapping[str, Standing]) -> str | None:
    told = stories[entry.story].told
    return told.thread if told else None


def _loudest(entry: Entry) -> tuple[int, float, str]:
    return (-entry.level, -_moment(entry.reports[0]).timestamp(), entry.story)


def _moment(report: Report) -> datetime:
    return report.published or report.first_seen


def _digest_id(spec: DigestSpec, channel: str, entries: Sequence[Entry], now: datetime) -> str:
    """The same for the same content at the same moment, so that composing twice can't tell twice."""
    told = sorted(f"{report.item_key}/{report.version}" for entry in entries for report in entry.reports)
    digest = hashlib.sha256("\x1f".join([spec.id, channel, now.isoformat(), *told]).encode()).hexdigest()
    return f"{spec.id}.{now:%Y%m%dT%H%M%S}.{digest[:12]}"
