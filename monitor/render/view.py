"""A digest as a reader sees it: words and times chosen, nothing laid out yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.model import Blind, Change, Coverage, Digest, Entry, Level, Report, Tier
from monitor.render import figures
from monitor.render.figures import Table
from monitor.render.hostile import Shown, domain, link, marked, shown

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SHORT = {
    Level.CRITICAL: "CRIT",
    Level.HIGH: "HIGH",
    Level.MEDIUM: "MED",
    Level.LOW: "LOW",
    Level.INFORMATIONAL: "INFO",
}
_TIERS = {Tier.GROUP: "an armed group's own channel"}
_WORDS_SHOWN = 12  # of a story: enough to see why
_FAILING_NAMED = 12


@dataclass(frozen=True, slots=True)
class Detail:
    """How much of a story is shown, in code points of its texts; a narrow channel gets less."""

    title: int
    quote: int
    reports: int
    rows: int
    why: bool = True
    links: bool = True


FULL = Detail(title=300, quote=600, reports=12, rows=14)
SHORT = Detail(title=200, quote=240, reports=4, rows=5)
BRIEF = Detail(title=70, quote=0, reports=1, rows=0, why=False)
BARE = replace(BRIEF, links=False)


@dataclass(frozen=True, slots=True)
class Source:
    """One report: when, who, where, and what it says. ``title`` is empty where the story's says it."""

    when: str
    tier: str
    feed: Shown
    domain: Shown
    link: str
    title: Shown
    quote: Shown


@dataclass(frozen=True, slots=True)
class Why:
    """The rules that hold, and the words that made them hold."""

    rules: tuple[Shown, ...]
    words: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """One entry of the digest. ``told`` is what the channel last read of it; empty: nothing."""

    number: int
    level: Level
    short: str
    change: str
    title: Shown
    event: str
    table: Table
    told: Shown
    told_when: str
    changes: tuple[Shown, ...]
    sources: tuple[Source, ...]
    more: int
    why: Why | None


@dataclass(frozen=True, slots=True)
class Urgent:
    """What an alert says before all else: it must make sense on a lock screen at three at night.

    ``line`` is empty where no figure was read: then the title comes first.
    """

    line: Shown
    published: str
    age: str
    reports: str
    quote: Shown
    seen: str


@dataclass(frozen=True, slots=True)
class Page:
    """The digest itself; ``notes`` say what is not in it."""

    id: str
    title: Shown
    when: str
    counts: str
    level: Level | None
    stories: tuple[Story, ...]
    healthy: str
    failing: tuple[Shown, ...]
    failing_more: int
    blind: str
    notices: tuple[Shown, ...]
    notes: tuple[str, ...]
    possible_repeat: bool
    urgent: Urgent | None


def page(digest: Digest, detail: Detail, *, possible_repeat: bool) -> Page:
    """``digest`` in words, its stories at ``detail``."""
    clock = Clock(digest.timezone, digest.composed_at)
    alone = digest.urgent and len(digest.entries) == 1
    return Page(
        id=digest.id,
        title=shown(digest.title),
        when=clock.full(digest.composed_at),
        counts=counts(digest),
        level=digest.level,
        stories=tuple(story(number, entry, clock, detail) for number, entry in enumerate(digest.entries, 1)),
        healthy=healthy(digest.coverage),
        failing=tuple(shown(name) for name in digest.coverage.failing[:_FAILING_NAMED]),
        failing_more=max(0, len(digest.coverage.failing) - _FAILING_NAMED),
        blind=_blind(digest.coverage.blind, clock),
        notices=tuple(marked(text, (), detail.title) for text in digest.notices),
        notes=tuple(_notes(digest)),
        possible_repeat=possible_repeat,
        urgent=_urgent(digest.entries[0], clock) if alone else None,
    )


def counts(digest: Digest) -> str:
    """ "3 new, 1 updated", or "nothing new"; of notices "2 notices"."""
    if digest.notices:
        return _count(len(digest.notices), "notice")
    new = sum(entry.change is Change.NEW for entry in digest.entries)
    updated = len(digest.entries) - new
    return ", ".join(f"{n} {word}" for n, word in ((new, "new"), (updated, "updated")) if n) or "nothing new"


def healthy(coverage: Coverage) -> str:
    """ "61 of 63 feeds healthy"."""
    return f"{coverage.healthy} of {coverage.total} {'feed' if coverage.total == 1 else 'feeds'} healthy"


def _blind(parts: Sequence[Blind], clock: Clock) -> str:
    """ "no Arabic Syria feed since 19 Oct, no Turkish feed"."""
    said = []
    for part in parts:
        name = part.what  # of words the operator wrote, and of our own
        said.append(f"no {name} feed" + (f" since {clock.date(part.since)}" if part.since else ""))
    return ", ".join(said)


def story(number: int, entry: Entry, clock: Clock, detail: Detail) -> Story:
    """``entry`` in words; official sources stand first, then the newest."""
    tiers = list(Tier)
    reports = sorted(entry.reports, key=lambda report: tiers.index(report.tier))
    feeds = len({report.feed for report in reports})
    event = f"{_count(len(reports), 'report')}"
    if len(reports) > 1:
        event += f" from {_count(feeds, 'feed')}"
    newest = next((report for report in entry.reports if report.title == entry.title), None)
    told = entry.told_title if entry.told_title and entry.told_title != entry.title else ""
    return Story(
        number=number,
        level=entry.level,
        short=_SHORT[entry.level],
        change=entry.change.value,
        title=marked(entry.title, _spans(newest, "title") if newest else (), detail.title),
        event=event,
        table=figures.table(reports).cut(detail.rows),
        told=marked(told if detail.why else "", (), detail.title),
        told_when=clock.local(entry.told_at) if entry.told_at and detail.why else "",
        changes=tuple(marked(change, (), detail.title) for change in entry.changes if not told or told not in change),
        sources=tuple(_source(report, entry, clock, detail) for report in reports[: detail.reports]),
        more=max(0, len(reports) - detail.reports),
        why=_why(reports) if detail.why else None,
    )


def _source(report: Report, entry: Entry, clock: Clock, detail: Detail) -> Source:
    if report.published:
        when = f"{clock.local(report.published)}{clock.utc(report.published)}"
    else:
        when = f"undated, first seen {clock.local(report.first_seen)}{clock.utc(report.first_seen)}"
    title = "" if report.title == entry.title else report.title
    return Source(
        when=when,
        tier=_TIERS.get(report.tier, report.tier.value),
        feed=marked(report.feed_title, (), 80),
        domain=shown(domain(report.url)),
        link=link(report.url) if detail.links else "",
        title=marked(title, _spans(report, "title"), detail.title),
        quote=marked(report.summary, _spans(report, "summary"), detail.quote) if detail.quote else shown(""),
    )


def _spans(report: Report, field: str) -> list[tuple[int, int]]:
    return [(one.start, one.end) for match in report.matches for one in match.evidence if one.field == field]


def _why(reports: Iterable[Report]) -> Why:
    """The rules that any report met, and each word once, in the order they were met."""
    rules: dict[str, None] = {}
    words: dict[str, str] = {}
    for report in reports:
        for match in report.matches:
            rules.setdefault(match.rule)
            for one in match.evidence:
                text = {"title": report.title, "summary": report.summary}.get(one.field, "")
                word = text[one.start : one.end] or one.term  # a body is not kept in a digest: its term speaks
                words.setdefault(word.casefold(), word)
    chosen = list(words.values())[:_WORDS_SHOWN]
    return Why(tuple(map(shown, rules)), tuple(marked(word, (), 60) for word in chosen))


def _urgent(entry: Entry, clock: Clock) -> Urgent:
    report = entry.reports[0]
    spans = _spans(report, "summary")
    quote = marked(report.summary, spans, 260) if spans else shown(report.title)
    told = figures.line(entry.reports)
    if told is not None:
        quote = told[1]
    published = report.published
    return Urgent(
        line=told[0] if told is not None else shown(""),
        published=f"published {clock.zulu(published)}" if published else "undated",
        age=_age(clock.now - published) if published and published <= clock.now else "",
        reports="one report so far" if len(entry.reports) == 1 else _count(len(entry.reports), "report"),
        quote=quote,
        seen=f"first seen {clock.zulu(min(one.first_seen for one in entry.reports))} · "
        f"this alert {clock.zulu(clock.now)}",
    )


def _notes(digest: Digest) -> Iterable[str]:
    if digest.held:
        yield f"{_count(digest.held, 'report')} held for later"
    kept = ", ".join(f"{n} {reason}" for reason, n in sorted(digest.suppressed.items()) if n)
    if kept:
        yield f"kept back since the last one: {kept}"


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"


def _age(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 90:
        return f"{minutes} min before this alert"
    return f"{minutes // 60} h before this alert" if minutes < 72 * 60 else f"{minutes // 1440} days before this alert"


class Clock:
    """Times in a digest's zone, as seen from ``now``."""

    def __init__(self, timezone: str, now: datetime) -> None:
        self.now = now
        self._zone = ZoneInfo(timezone)
        self._place = timezone.rsplit("/", 1)[-1].replace("_", " ")

    def full(self, moment: datetime) -> str:
        """ "Thu 24 Oct 2024 08:00 Baghdad"."""
        return f"{self._day(moment.astimezone(self._zone), year=True)} {self._place}"

    def local(self, moment: datetime) -> str:
        """ "Tue 22 Oct 17:05", with its year where that is not this one."""
        there = moment.astimezone(self._zone)
        return self._day(there, year=there.year != self.now.astimezone(self._zone).year)

    def date(self, moment: datetime) -> str:
        """ "19 Oct", with its year where that is not this one."""
        there = moment.astimezone(self._zone)
        year = f" {there.year}" if there.year != self.now.astimezone(self._zone).year else ""
        return f"{there.day} {_MONTHS[there.month - 1]}{year}"

    def utc(self, moment: datetime) -> str:
        """ " (14:05Z)" behind a local time, with the day where that differs; "" in UTC itself."""
        there, here = moment.astimezone(self._zone), moment.astimezone(UTC)
        if there.utcoffset() == timedelta(0):
            return " UTC"
        day = "" if there.date() == here.date() else f"{here.day} {_MONTHS[here.month - 1]} "
        return f" ({day}{here:%H:%M}Z)"

    def zulu(self, moment: datetime) -> str:
        """ "02:41Z", with its day where that is not today."""
        here = moment.astimezone(UTC)
        day = "" if here.date() == self.now.astimezone(UTC).date() else f"{_DAYS[here.weekday()]} {here.day} "
        return f"{day}{_MONTHS[here.month - 1] + ' ' if day else ''}{here:%H:%M}Z"

    @staticmethod
    def _day(moment: datetime, *, year: bool) -> str:
        # Names of our own: strftime's depend on the locale of the process.
        date = f"{_DAYS[moment.weekday()]} {moment.day} {_MONTHS[moment.month - 1]}"
        return f"{date}{f' {moment.year}' if year else ''} {moment:%H:%M}"
