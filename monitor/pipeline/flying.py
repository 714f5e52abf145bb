"""Canaries in flight: launched on a schedule, followed to every channel, and the dead-man told of those that arrived.

The flight is a note of the store, the canary an item of it: what its verdict is made of is what the
jobs committed. A canary is launched when the one before it has come to an end.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor import canary, rules
from monitor.canary import Verdict
from monitor.fetch import Fetcher, Request
from monitor.model import CANARY, Fact, Failed, Feed, Flight, Item, Level, Match, Notice
from monitor.pipeline.setup import Rules, Setup
from monitor.store import Store

log = logging.getLogger("monitor.canary")

_SUBJECT = "the canary"
_TOPIC = "lost"
_AGAIN = timedelta(minutes=1)  # before a dead-man's URL that was not reached is tried again


class Flyer:
    """Launches canaries and follows them. ``fetcher`` is its own: a poll may be under way in another thread."""

    def __init__(self, store: Store, fetcher: Fetcher, every: timedelta, patience: timedelta, dead_man: str) -> None:
        """``patience`` is how long a canary may take before operators are told; ``dead_man`` a URL, or ""."""
        from monitor.canary.site import Site  # noqa: PLC0415 - a web server, for those who fly canaries

        self._store = store
        self._fetcher = fetcher
        self._every = every
        self._patience = patience
        self._dead_man = dead_man
        self._site = Site()
        self._served = ""  # the token that the site shows
        self._rules = rules.compile(canary.RULES)

    def close(self) -> None:
        """Stop serving the canary's feed."""
        self._site.close()

    def equip(self, setup: Setup) -> Setup:
        """``setup`` with the canary's feed, rule and digest beside those of people."""
        return replace(
            setup,
            feeds={**setup.feeds, CANARY: canary.feed(self._site.url, self._every)},
            rule_set=_Judges(setup.rule_set, self._rules),
            digests=(*setup.digests, canary.digest(setup.channels.values())),
        )

    def fly(self, setup: Setup, now: datetime, *, launch: bool = True) -> None:
        """Look after the canary in flight; ``launch`` the next one when its time has come."""
        flight = self._store.flight()
        verdict = Verdict(())
        if flight is not None and not flight.ended:
            self._serve(flight)
            flight, verdict = self._follow(flight, setup, now)
        if flight is not None and flight.arrived_at and not flight.pinged_at and self._dead_man:
            flight = self._ping(flight, now)
        due = flight is None or (now - flight.launched_at >= self._every and not verdict.waiting)
        if launch and due:
            self._launch(setup, flight, now)

    def _launch(self, setup: Setup, last: Flight | None, now: datetime) -> None:
        channels = tuple(one.id for one in setup.channels.values() if one.canary != "off")
        if not channels:
            return
        flight = Flight(f"{now:%Y%m%dT%H%M%S%fZ}", now, channels, told=last is not None and last.told)
        self._store.save_flight(flight, now)
        self._serve(flight)
        self._store.make_due([CANARY], now)
        log.info("canary launched", extra={"event": "canary", "token": flight.token})

    def _serve(self, flight: Flight) -> None:
        """Publish the canary, which an earlier process may have launched."""
        if self._served != flight.token:
            self._served = flight.token
            self._site.document = canary.document(flight.token, flight.launched_at)

    def _follow(self, flight: Flight, setup: Setup, now: datetime) -> tuple[Flight, Verdict]:
        """``flight`` with what has become of it, saved where that has changed."""
        channels = [one for one in flight.channels if one in setup.channels and setup.channels[one].canary != "off"]
        verdict = self._verdict(flight, channels, now)
        after = replace(flight, lost="; ".join(verdict.lost))
        notices = []
        if verdict.arrived:
            after = replace(after, ended=True, arrived_at=now, told=False)
            log.info("canary arrived", extra={"event": "canary", "token": flight.token})
            if flight.told:
                text = "Canary: arrived everywhere again, from feed to every channel"
                notices.append(Notice(_SUBJECT, _TOPIC, text, now, over=True))
        elif now - flight.launched_at >= self._patience:
            after = replace(after, ended=not verdict.waiting and now - flight.launched_at >= self._every, told=True)
            if not flight.told:
                text = f"Canary of {flight.launched_at:%H:%M}Z did not arrive everywhere: {after.lost}"
                notices.append(Notice(_SUBJECT, _TOPIC, text, now))
                log.error("%s", text, extra={"event": "canary_lost", "token": flight.token})
        if after != flight:
            self._store.save_flight(after, now, notices)
        return after, verdict

    def _verdict(self, flight: Flight, channels: list[str], now: datetime) -> Verdict:
        found = self._store.find_items(canary.address(flight.token))
        history = self._store.history(found[0].key) if found else None
        feed = next((one for one in self._store.feed_states() if one.feed == CANARY), None)
        if history is None and feed and not feed.problem and feed.next_fetch_at and feed.next_fetch_at > now:
            self._store.make_due([CANARY], now)  # a poll under way at its launch has read the document before it
        return canary.verdict(channels, history, feed.problem if feed else None)

    def _ping(self, flight: Flight, now: datetime) -> Flight:
        """Ask for the dead-man's URL, at most every minute until it answers."""
        if flight.tried_at is not None and timedelta(0) <= now - flight.tried_at < _AGAIN:
            return flight
        asked = Feed("dead-man", self._dead_man, "dead-man", allow_private=True)
        [(_, result)] = self._fetcher.fetch_all([Request(asked)])
        # Any 2xx is a yes: 204 is as good as a page.
        reached = not isinstance(result, Failed) or 200 <= (result.status or 0) < 300
        if not reached and isinstance(result, Failed):
            log.warning("the dead-man's URL was not reached: %s", result.detail, extra={"event": "canary"})
        after = replace(flight, tried_at=now, pinged_at=now if reached else None)
        self._store.save_flight(after, now)
        return after


@dataclass(frozen=True)
class _Judges:
    """The rules of people for their feeds and the canary's for its own: neither ever meets the other's items."""

    people: Rules
    canary: Rules

    @property
    def hash(self) -> str:
        return self.people.hash

    def match(
        self,
        item: Item,
        feed: Feed | None,
        *,
        now: datetime | None = None,
        read_facts: Callable[[Item], tuple[Fact, ...]] | None = None,
    ) -> tuple[Match, ...]:
        judge = self.canary if feed is not None and feed.id == CANARY else self.people
        return judge.match(item, feed, now=now, read_facts=read_facts)

    def tell(self, rule_id: str, story: Mapping[str, object]) -> bool:
        return self.people.tell(rule_id, story)

    def level(self, rule_id: str, story: Mapping[str, object]) -> Level:
        return self.people.level(rule_id, story)

    def highest(self, rule_id: str) -> Level:
        return self.people.highest(rule_id)
