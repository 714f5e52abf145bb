"""Muting: what mutes keep from a channel, before a digest is composed of the rest."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor import digest, mutes
from monitor.errors import ConfigError
from monitor.model import Feed, Item, Level, Mute, OwedStatus, Place, Report, RuleBook, RuleText, Untold
from monitor.pipeline.predicates import compiled
from monitor.pipeline.setup import Setup
from monitor.pipeline.standing import risen
from monitor.rules import RuleSet
from monitor.store import Store

log = logging.getLogger("monitor.mute")

_PLACE = Place("--query", 1, 1)


@dataclass(frozen=True, slots=True)
class Apart:
    """What a channel may be told, and what a mute keeps from it."""

    kept: tuple[Untold, ...]
    muted: tuple[tuple[Untold, Mute], ...] = ()


def query(text: str) -> RuleSet:
    """A mute's query, compiled: it knows no lists and no named queries, so that no edit changes what it means.

    Raises ConfigError, its places in a file called ``--query``.
    """
    rule = RuleText("mute", "Mute", "", Level.LOW, text, _PLACE, _PLACE)
    return compiled(RuleBook((rule,)))


class Muter:
    """Applies the mutes that the store holds, as they are at that moment."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._compiled: dict[str, RuleSet | None] = {}  # by query: saves time and decides nothing

    def suppress(self, setup: Setup, channel: str, now: datetime) -> int:
        """Record as muted what mutes keep from ``channel``; how much that is."""
        every = self._store.mutes()
        if not every:
            return 0
        # Alerts ask at every tick: what came when all mutes were over is no matter of theirs.
        concerned = self._store.untold_before(channel, max(mute.ends_at for mute in every), now)
        muted = self.apart(setup, channel, concerned, now).muted
        taken = [(one.report.item_key, one.report.version, mute.id) for one, mute in muted]
        return self._store.mute_owed(channel, taken, now) if taken else 0

    def apart(self, setup: Setup, channel: str, untold: Sequence[Untold], now: datetime) -> Apart:
        """``untold`` without the matches that are muted, and what is muted as a whole: all its matches are, or
        no digest of the channel takes what is left of them.
        """
        every = self._store.mutes() if untold else ()
        if not every:
            return Apart(tuple(untold))
        kept: list[Untold] = []
        muted: list[tuple[Untold, Mute]] = []
        for one in untold:
            matches, mute = mutes.left(one, every, lambda mute, one: self._finds(setup, mute, one, now), now)
            if mute is None:
                kept.append(one)
                continue
            report = replace(one.report, matches=matches)
            owed = digest.route(
                setup.digests, [channel], risen(setup.rule_set, matches), report.tags, report.lang, suppress=None
            )
            if matches and owed[0].status is OwedStatus.PENDING:
                kept.append(replace(one, report=report, level=max(match.level for match in matches)))
            else:
                muted.append((one, mute))
        return Apart(tuple(kept), tuple(muted))

    def heard(self, setup: Setup, stories: Mapping[str, Sequence[Report]], now: datetime) -> dict[str, list[Report]]:
        """The reports of each story without those that are muted as a whole: they are no sources of it either."""
        every = self._store.mutes() if stories else ()

        def muted(story: str, report: Report) -> bool:
            one = Untold(story, report, Level.INFORMATIONAL, (), report.first_seen)
            kept, mute = mutes.left(one, every, lambda mute, one: self._finds(setup, mute, one, now), now)
            return mute is not None and not kept

        kept = {name: [one for one in ones if not (every and muted(name, one))] for name, ones in stories.items()}
        return {name: ones for name, ones in kept.items() if ones}

    def _finds(self, setup: Setup, mute: Mute, one: Untold, now: datetime) -> bool:
        report = one.report
        rule_set = self._query(mute)
        if rule_set is None:
            return False
        item = Item(report.feed, None, report.url, report.title, report.summary, "", report.published, None,
                    report.lang, report.tags)  # fmt: skip
        feed = setup.feeds.get(report.feed) or Feed(report.feed, report.url, report.feed_title, report.tier)
        return bool(rule_set.match(item, feed, now=now))

    def _query(self, mute: Mute) -> RuleSet | None:
        """The query of ``mute``; None where this version can't read it: what it should keep back is told."""
        text = mute.query or ""
        if text not in self._compiled:
            try:
                self._compiled[text] = query(text)
            except ConfigError as error:
                log.warning("mute %d does nothing: %s", mute.id, error, extra={"event": "mute_refused"})
                self._compiled[text] = None
        return self._compiled[text]
