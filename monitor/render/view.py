"""A digest as a reader sees it: words and times chosen, nothing laid out yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from monitor.model import Blind, Change, Coverage, Digest, Entry, Level, Report, Status, Tier
from monitor.render import figures
from monitor.render.changes import News, changes
from monitor.render.clock import Clock
from monitor.render.detail import BRIEF, Detail
from monitor.render.figures import Table
from monitor.render.hostile import Shown, domain, link, marked, shown
from monitor.text import headline
from monitor.wording import BARE

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
_ORIGINS_NAMED = 8
_INDEPENDENT = 2
_STATUSES = {
    Status.CLAIMED: "claimed by a party to it",
    Status.CONFIRMED: "confirmed",
    Status.CORRECTED: "corrected",
}


_QUOTED = 3  # reports of a story whose summary is shown, of those the reader has not had; the others by their headline


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
    """One entry of the digest. ``told`` is what the channel last read of it; empty: nothing.

    ``news`` is what changed since, ``rest`` what is only counted, ``delta`` the first of it in a few words;
    ``status`` is empty where it is no more and no less than reported.
    """

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
    news: tuple[News, ...] = ()
    rest: Shown | None = None
    delta: Shown | None = None
    status: str = ""
    doubtful: bool = False
    possibly: Shown | None = None
    origins: tuple[Shown, ...] = ()
    waiting: str = ""


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
    doubt: Shown


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
    unconfirmed: str
    waiting: tuple[Story, ...]


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
        unconfirmed=f"unconfirmed {digest.unconfirmed}" if digest.unconfirmed else "",
        waiting=tuple(story(number, entry, clock, BRIEF) for number, entry in enumerate(digest.waiting, 1)),
    )


def counts(digest: Digest) -> str:
    """ "3 new, 1 updated", or "nothing new"; "100 new, part 1 of 3" of more than one holds; of notices "2 notices"."""
    if digest.notices:
        return _count(len(digest.notices), "notice")
    tally = [(sum(entry.change is change for entry in digest.entries), change.value.lower()) for change in Change]
    part = [f"part {digest.part} of {digest.parts}"] if digest.parts > 1 else []
    return ", ".join([*(f"{n} {word}" for n, word in tally if n), *part]) or "nothing new"


def healthy(coverage: Coverage) -> str:
    """ "61 of 63 feeds healthy"; before the first poll there is nothing to count."""
    if not coverage.total:
        return "no feed read yet"
    return f"{coverage.healthy} of {coverage.total} {'feed' if coverage.total == 1 else 'feeds'} healthy"


def _blind(parts: Sequence[Blind], clock: Clock) -> str:
    """ "no Arabic Syria feed since 19 Oct, no Turkish feed"."""
    said = []
    for part in parts:
        name = part.what  # of words the operator wrote, and of our own
        said.append(f"no {name} feed" + (f" since {clock.date(part.since)}" if part.since else ""))
    return ", ".join(said)


def story(number: int, entry: Entry, clock: Clock, detail: Detail) -> Story:
    """``entry`` in words; official sources stand first, then those not told before, then the newest."""
    tiers = list(Tier)
    state = entry.state
    reports = sorted(entry.reports, key=lambda report: tiers.index(report.tier))
    newest = next((report for report in entry.reports if headline(report) == entry.title), None)
    told = entry.told_title if entry.told_title and entry.told_title != entry.title else ""
    fresh = [report for report in reports if entry.told_at is None or report.first_seen > entry.told_at]
    quoted = (fresh or reports)[:_QUOTED]
    changed = changes(entry, clock, detail)
    return Story(
        number=number,
        level=entry.level,
        short=_SHORT[entry.level],
        change=entry.change.value,
        title=marked(entry.title, _spans(newest, _known_by(newest)) if newest else (), detail.title),
        event=reported(entry),
        table=figures.table(reports, state).cut(detail.rows),
        told=marked(told if detail.why else "", (), detail.title),
        told_when=clock.near(entry.told_at) if entry.told_at and detail.why else "",
        changes=() if changed.news or entry.change is Change.NEW else tuple(
            marked(change, (), detail.title) for change in entry.changes if not told or told not in change
        ),
        sources=tuple(
            _source(report, entry, clock, detail if report in quoted else replace(detail, quote=0))
            for report in reports[: detail.reports]
        ),
        more=max(0, max(len(reports), state.reports) - detail.reports),
        why=_why(reports) if detail.why else None,
        news=changed.news,
        rest=changed.rest,
        delta=changed.delta,
        status=_status(entry),
        doubtful=entry.unconfirmed or bool({Status.CLAIMED, Status.DENIED} & set(state.status)),
        possibly=marked(entry.possibly, (), detail.title) if entry.possibly else None,
        origins=tuple(shown(name) for name in state.names[:_ORIGINS_NAMED]) if len(state.names) > 1 else (),
    )  # fmt: skip


def reported(entry: Entry) -> str:
    """ "1 report"; "5 reports, 3 independent"; "2 reports, 1 source" where one of them is a copy of the other."""
    number = max(len(entry.reports), entry.state.reports)
    if number == 1:
        return "1 report"
    origins = len(entry.state.origins)
    return f"{_count(number, 'report')}, {f'{origins} independent' if origins > 1 else '1 source'}"


def _status(entry: Entry) -> str:
    said = ["unconfirmed"] if entry.unconfirmed else []
    for status in entry.state.status:
        if status is Status.DENIED:
            who = ", ".join(entry.state.denied_by[:2])
            said.append(f"denied by {who}" if who else "denied")
        elif status is not Status.REPORTED:
            said.append(_STATUSES[status])
    return ", ".join(said)


def _source(report: Report, entry: Entry, clock: Clock, detail: Detail) -> Source:
    if report.published:
        when = f"{clock.local(report.published)}{clock.utc(report.published)}"
    else:
        when = f"undated, first seen {clock.local(report.first_seen)}{clock.utc(report.first_seen)}"
    said = headline(report)
    title = "" if said == entry.title or (detail.quote and not report.title) else said
    quote = report.summary if detail.quote and report.summary.strip() != entry.title.strip() else ""
    return Source(
        when=when,
        tier=_TIERS.get(report.tier, report.tier.value),
        feed=marked(report.feed_title, (), 80),
        domain=shown(domain(report.url)),
        link=link(report.url) if detail.links else "",
        title=marked(title, _spans(report, "title"), detail.title),
        quote=marked(quote, _spans(report, "summary"), detail.quote) if quote else shown(""),
    )


def _known_by(report: Report) -> str:
    return "title" if report.title else "summary"


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
    chosen = ([word for key, word in words.items() if key not in BARE] or list(words.values()))[:_WORDS_SHOWN]
    return Why(tuple(map(shown, rules)), tuple(marked(word, (), 60) for word in chosen))


def _urgent(entry: Entry, clock: Clock) -> Urgent:
    report = entry.reports[0]
    spans = _spans(report, "summary")
    quote = marked(report.summary, spans, 260) if spans and report.title else shown(report.title)
    told = figures.line(entry.reports, entry.state)
    if told is not None:
        quote = told[1]
    published = report.published
    return Urgent(
        line=told[0] if told is not None else shown(""),
        published=f"published {clock.zulu(published)}" if published else "undated",
        age=_age(clock.now - published) if published and published <= clock.now else "",
        reports="one report so far" if reported(entry) == "1 report" else reported(entry),
        quote=quote,
        seen=f"first seen {clock.zulu(min(one.first_seen for one in entry.reports))} · "
        f"this alert {clock.zulu(clock.now)}",
        doubt=shown(_doubt(entry)),
    )


def _doubt(entry: Entry) -> str:
    """How far an alert can be relied on."""
    said = [_status(entry)] if _status(entry) else []
    if len(entry.state.origins) < _INDEPENDENT:
        said.append("not independently reported")
    return ", ".join(said)


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
