"""What is wrong with a source, since when, and when an operator is told: pure decisions.

    one poll ─► findings (each with the moment it began) ─► review ─► a notice when one persists,
                                                                      and one when it is over

Findings are part of a feed's state and come and go with its polls. Notices are rows of their own: the
last one of a subject and topic says whether that trouble has been told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from monitor.model import (
    Failed,
    FailureKind,
    Feed,
    FeedCondition,
    FeedState,
    Finding,
    Notice,
    Rhythm,
    Tier,
    Trouble,
)

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_SILENCES = 3  # times the longest silence of late: then something is wrong
_GAPS = 12  # times the usual gap, at least
_LEARNED = 5  # gaps before a rhythm says anything about silence
_STEADY = timedelta(days=7)  # of a rhythm known: every day of the week has been seen
_AGAIN = _DAY  # before the same trouble of the same source is told again
_EMPTY_FOR = 6 * _HOUR  # before an empty feed is a trouble
_GAP_SHOWN = _DAY  # how long a possible gap stands among a feed's troubles

_NO_ANSWER = frozenset({Trouble.FAILING, Trouble.NOT_A_FEED, Trouble.GONE})
_NOTHING_NEW = frozenset({Trouble.STALE, Trouble.FROZEN})
_EVENTS = frozenset({Trouble.OVERRUN, Trouble.MOVED, Trouble.UNDATED})  # told, and never "over"
BLINDING = _NO_ANSWER | _NOTHING_NEW | {Trouble.EMPTY}  # with one of these a feed covers nothing


def topic(trouble: Trouble) -> str:
    """What notices are told apart by: troubles that take each other's place have one."""
    if trouble in _NO_ANSWER:
        return "no answer"
    return "nothing new" if trouble in _NOTHING_NEW else trouble.value


# --- what one poll shows -----------------------------------------------------------------------


def failed(before: Sequence[Finding], result: Failed, now: datetime) -> tuple[Finding, ...]:
    """The findings after a poll that gave no document: what only one could tell stays as it was."""
    kinds = {FailureKind.GONE: Trouble.GONE, FailureKind.NOT_A_FEED: Trouble.NOT_A_FEED}
    trouble = kinds.get(result.kind, Trouble.FAILING)
    since = min([now, *(one.since for one in before if one.trouble in _NO_ANSWER)])
    kept = (one for one in before if one.trouble not in _NO_ANSWER)
    return (Finding(trouble, since, f"{result.kind.value}: {result.detail}"), *kept)


def answered(
    before: FeedState,
    after: FeedState,
    now: datetime,
    *,
    empty: bool | None = None,
    undated: bool | None = None,
    gap: str = "",
) -> tuple[Finding, ...]:
    """The findings after a poll that was answered; ``after`` is the state it led to.

    ``empty`` and ``undated`` are None where nothing was read (the document is the one from before);
    ``gap`` are the words for what may have been missed, "" for nothing.
    """
    old = {one.trouble: one for one in before.troubles}
    words: dict[Trouble, str] = {}
    if after.moved_to:
        words[Trouble.MOVED] = f"moved for good to {after.moved_to}: put that in feeds.yaml"
    if empty or (empty is None and Trouble.EMPTY in old):
        words[Trouble.EMPTY] = "a feed without items"
    else:
        words |= _silence(after, now)
    if undated or (undated is None and Trouble.UNDATED in old):
        words[Trouble.UNDATED] = "none of its items says when it was published"
    found = [Finding(trouble, _since(old, trouble, now), text) for trouble, text in words.items()]
    last = old.get(Trouble.OVERRUN)
    if gap:
        found.append(Finding(Trouble.OVERRUN, now, gap))
    elif last is not None and now - last.since < _GAP_SHOWN:
        found.append(last)
    return tuple(found)


def _since(old: Mapping[Trouble, Finding], trouble: Trouble, now: datetime) -> datetime:
    same = _NOTHING_NEW if trouble in _NOTHING_NEW else {trouble}
    return min([now, *(one.since for kind, one in old.items() if kind in same)])


def silent_after(rhythm: Rhythm, now: datetime) -> timedelta | None:
    """The silence that says something is wrong with a feed of this rhythm; None while too little is known.

    Three times the longest of late, and never less than twelve usual gaps, nor than six hours, or three
    days in the first week: a feed that rests at night or at the weekend has not rested before.
    """
    if rhythm.gap is None or rhythm.since is None or rhythm.count < _LEARNED:
        return None
    least = 6 * _HOUR if now - rhythm.since >= _STEADY else 3 * _DAY
    return max(least, _SILENCES * rhythm.longest, _GAPS * rhythm.gap)


def _silence(state: FeedState, now: datetime) -> dict[Trouble, str]:
    rhythm = state.rhythm
    limit = silent_after(rhythm, now)
    if limit is None or rhythm.newest is None or rhythm.gap is None or now - rhythm.newest <= limit:
        return {}
    usual = f"usually one every {span(rhythm.gap)}, never {span(limit)} without"
    if state.changed_at is not None and now - state.changed_at > limit:
        return {Trouble.FROZEN: f"the same document since {day(state.changed_at)}; {usual}"}
    return {Trouble.STALE: f"answers, and has no new item since {day(rhythm.newest)}; {usual}"}


def gap_words(start: datetime, end: datetime, items: int, zone: str = "Z") -> str:
    """ "possible gap 02:10-09:40Z, about 40 items; polled more often from now on"."""
    first, last = f"{start:%H:%M}", f"{end:%H:%M}"
    if start.date() != end.date():
        first, last = f"{day(start)} {first}", f"{day(end)} {last}"
    return f"possible gap {first}–{last}{zone}, about {items} items; polled more often from now on"


# --- what is told ------------------------------------------------------------------------------


def patience(feed: Feed, trouble: Trouble) -> timedelta:
    """How long a trouble must last before it is told."""
    if trouble in (Trouble.FAILING, Trouble.NOT_A_FEED):
        return _HOUR / 2 if feed.tier in (Tier.OFFICIAL, Tier.WIRE) else 2 * _HOUR
    return _EMPTY_FOR if trouble is Trouble.EMPTY else timedelta(0)


def persists(feed: Feed, state: FeedState, finding: Finding, now: datetime) -> bool:
    """Whether a finding has lasted long enough to be told, and was seen more than once."""
    seen_again = finding.trouble not in (Trouble.FAILING, Trouble.NOT_A_FEED) or state.failures > 1
    return seen_again and now - finding.since >= patience(feed, finding.trouble)


def review(
    feeds: Mapping[str, Feed],
    states: Iterable[FeedState],
    told: Mapping[tuple[str, str], Notice],
    now: datetime,
) -> Iterator[Notice]:
    """What operators are to be told of the watched ``feeds``: a trouble once it persists, and its end.

    ``states`` are those of feeds with troubles; any other feed is well. ``told`` is the last notice of
    each (subject, topic). What is told again within a day is left out: a feed that comes and goes is
    told once.
    """
    lasting = set()
    for state in states:
        feed = feeds.get(state.feed)
        if feed is None:
            continue
        for one in state.troubles:
            about = topic(one.trouble)
            lasting.add((feed.id, about))
            if persists(feed, state, one, now) and _untold(one, told.get((feed.id, about)), now):
                yield Notice(feed.id, about, f"{feed.title}: {_told(one)}", now)
    for (subject, about), last in told.items():
        if last.over or (subject, about) in lasting:
            continue
        if subject in feeds:
            silent = about in {topic(event) for event in _EVENTS}
            words = f"{feeds[subject].title}: well again, {span(now - last.at)} after it was told"
            yield Notice(subject, about, words, now, True, silent)
        elif " " not in subject:
            yield Notice(subject, about, "no longer watched", now, over=True, silent=True)


def quiet(
    subject: str, what: str, rhythm: Rhythm, told: Mapping[tuple[str, str], Notice], now: datetime
) -> Iterator[Notice]:
    """The same for a rule or a language, by the rhythm of what it brings; ``what`` names it in words."""
    limit = silent_after(rhythm, now)
    last = told.get((subject, Trouble.QUIET.value))
    is_told = last is not None and not last.over
    if limit is None or rhythm.newest is None or rhythm.gap is None:
        return
    silence = now - rhythm.newest
    if silence > limit and not is_told:
        words = f"{what}: nothing since {day(rhythm.newest)}; usually one every {span(rhythm.gap)}"
        yield Notice(subject, Trouble.QUIET.value, words, now)
    elif silence <= limit and is_told:
        yield Notice(subject, Trouble.QUIET.value, f"{what}: back again", now, over=True)


def _untold(finding: Finding, last: Notice | None, now: datetime) -> bool:
    if last is None:
        return True
    if finding.trouble is Trouble.OVERRUN:  # another gap is another event
        return finding.since > last.at and now - last.at >= _AGAIN
    return last.over and now - last.at >= _AGAIN


def _told(finding: Finding) -> str:
    if finding.trouble in _EVENTS or finding.trouble in _NOTHING_NEW:
        return finding.words
    return f"{finding.words}, since {day(finding.since)} {finding.since:%H:%M}Z"


# --- words -------------------------------------------------------------------------------------

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def day(moment: datetime) -> str:
    """ "19 Oct"."""
    return f"{moment.day} {_MONTHS[moment.month - 1]}"


def span(time: timedelta) -> str:
    """A span as people say it, to two figures at most: "40 min", "9 h", "12 days"."""
    minutes = time.total_seconds() / 60
    if minutes < 90:
        return f"{max(1, round(minutes))} min"
    return f"{round(minutes / 60)} h" if minutes < 48 * 60 else f"{round(minutes / 1440)} days"


def healthy(state: FeedState, now: datetime) -> bool:
    """Whether a feed answers, and covers something, wherever healthy feeds are counted."""
    return state.condition not in (FeedCondition.FAILING, FeedCondition.GONE) and not any(
        one.trouble in _NOTHING_NEW or (one.trouble is Trouble.EMPTY and now - one.since >= _EMPTY_FOR)
        for one in state.troubles
    )


def in_trouble(feed: Feed, state: FeedState, now: datetime) -> frozenset[Trouble]:
    """The troubles that persist and that leave the feed blind."""
    blinding = (one for one in state.troubles if one.trouble in BLINDING)
    return frozenset(one.trouble for one in blinding if persists(feed, state, one, now))
