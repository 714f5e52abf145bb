"""Watch: what is wrong with the sources, told to operators once and shown in digests as lost coverage."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from monitor import blindness, deliver, health, pace
from monitor.model import CANARY, Coverage, Digest, Feed, FeedState, Notice, Rhythm, Trouble
from monitor.pipeline.setup import Setup, Step
from monitor.store import Store

log = logging.getLogger("monitor.watch")

SPEC = "operators"
RELOAD = "reload"  # the note that the daemon keeps of its configuration: "ok", or why it was refused
_REFUSED = ("the configuration", "refused")  # subject and topic of its notice
_BEING_EDITED = timedelta(minutes=5)  # a file that was saved half done is no trouble yet
_RULES_LOOKED_AT = "rules looked at"
_EVERY = timedelta(hours=1)  # how often rules and languages are looked at: they fall silent over days
_REMEMBERED = timedelta(days=60)
_KEPT = timedelta(days=7)  # a notice that found no operators' channel for so long is no news any more


class Watcher:
    """Looks at how feeds, rules and languages fare; every ``now`` is the moment the run began."""

    def __init__(self, store: Store, step: Step) -> None:
        self._store = store
        self._step = step

    def watch(self, setup: Setup, now: datetime) -> int:
        """Keep a notice of what has come to last and of what is over, and freeze what operators are
        told of it; returns how many notices are new.
        """
        told = self._store.last_notices()
        watched = {feed.id: feed for feed in setup.feeds.values() if feed.id != CANARY}
        wrong = health.review(watched, self._store.troubled_feeds(), told, now)
        found = [*self._refusal(told.get(_REFUSED), now), *wrong]
        looked = self._store.noted_at(_RULES_LOOKED_AT)
        if looked is None or not timedelta(0) <= now - looked < _EVERY:
            found += self._quiet_rules(setup, told, now)
            found += _quiet_languages(watched, self._store.rhythms(), told, now)
            self._store.set_note(_RULES_LOOKED_AT, "", now)
        self._store.add_notices(found)
        for one in found:
            log.warning("%s", one.text, extra={"event": "notice", "subject": one.subject, "over": one.over})
        self._tell(setup, now)
        return len(found)

    def _refusal(self, last: Notice | None, now: datetime) -> Iterator[Notice]:
        """That the configuration is refused for a while, with its first problem; and that it is right again."""
        note, at = self._store.get_note(RELOAD), self._store.noted_at(RELOAD)
        is_told = last is not None and not last.over
        if note is None or at is None:
            return
        if note == "ok" and is_told:
            yield Notice(*_REFUSED, "the configuration is right again, and adopted", now, over=True)
        elif note != "ok" and not is_told and now - at >= _BEING_EDITED:
            first = next(iter(note.splitlines()[1:]), note)
            runs = f"an edit is refused since {at:%H:%M}Z, the last good configuration runs on"
            yield Notice(*_REFUSED, f"{runs}: {first}; monitor check tells all", now)

    def _quiet_rules(self, setup: Setup, told: Mapping[tuple[str, str], Notice], now: datetime) -> Iterator[Notice]:
        for rule, moments in self._store.rule_moments(now - _REMEMBERED).items():
            if rule == CANARY or (setup.rule_titles and rule not in setup.rule_titles):
                continue
            rhythm = pace.learn(Rhythm(), moments, now)
            title = setup.rule_titles.get(rule, rule)
            yield from health.quiet(f"rule {rule}", f"rule “{title}”", rhythm, told, now)

    def _tell(self, setup: Setup, now: datetime) -> None:
        operators = [channel for channel in setup.channels.values() if channel.operators]
        untold = self._store.untold_notices(now - _KEPT) if operators else ()
        if not untold:
            return
        texts = tuple(notice.text for _, notice in untold)
        frozen = []
        for channel in operators:
            named = hashlib.sha256("\x1f".join([channel.id, now.isoformat(), *texts]).encode()).hexdigest()[:12]
            digest = Digest(
                id=f"{SPEC}.{now:%Y%m%dT%H%M%S}.{named}",
                spec=SPEC,
                channel=channel.id,
                title="For operators",
                timezone=channel.timezone,
                composed_at=now,
                entries=(),
                coverage=self.coverage(setup, now),
                notices=texts,
            )
            frozen.append((digest, deliver.recipients(channel)))
        self._step("noticed")
        self._store.tell_notices([number for number, _ in untold], frozen, now)

    def coverage(self, setup: Setup, now: datetime) -> Coverage:
        """How many configured feeds are healthy, the titles of those that are not, and what nobody covers."""
        return _coverage(setup.feeds, self._states(setup), now)

    def _states(self, setup: Setup) -> list[FeedState]:
        """Of the feeds of people; what is wrong with the canary's is part of its own verdict."""
        return [one for one in self._store.feed_states() if one.feed in setup.feeds and one.feed != CANARY]


def _coverage(feeds: Mapping[str, Feed], states: list[FeedState], now: datetime) -> Coverage:
    troubles = {state.feed: health.in_trouble(feeds[state.feed], state, now) for state in states}
    bad = sorted(feeds[state.feed].title for state in states if not health.healthy(state, now))
    down = {state.feed: _last_good(state, troubles[state.feed]) for state in states if troubles[state.feed]}
    parts = blindness.blind([feeds[state.feed] for state in states], down)
    return Coverage(len(states) - len(bad), len(states), tuple(bad), parts)


def _last_good(state: FeedState, troubles: frozenset[Trouble]) -> datetime | None:
    if troubles & {Trouble.STALE, Trouble.FROZEN}:
        return state.rhythm.newest
    return state.last_success_at if state.failures else min(one.since for one in state.troubles)


def _quiet_languages(
    feeds: Mapping[str, Feed], rhythms: Mapping[str, Rhythm], told: Mapping[tuple[str, str], Notice], now: datetime
) -> Iterator[Notice]:
    """Languages of which no feed has anything new, by the rhythm of all their feeds together."""
    spoken: dict[str, list[Rhythm]] = {}
    for feed in feeds.values():
        lang = (feed.lang or "").partition("-")[0]
        if lang and feed.id in rhythms:
            spoken.setdefault(lang, []).append(rhythms[feed.id])
    for lang, each in spoken.items():
        if len(each) > 1:  # of a single feed its own silence is told
            together = pace.together(each)
            yield from health.quiet(f"language {lang}", f"{blindness.language(lang)} feeds", together, told, now)
