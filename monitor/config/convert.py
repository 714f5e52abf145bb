"""From the entries of the files to the frozen values of ``monitor.model``."""

from __future__ import annotations

from datetime import timedelta

from monitor.config.files import ChannelEntry, DigestEntry, FeedDefaults, FeedEntry, PublisherEntry, RuleEntry
from monitor.config.reading import Document
from monitor.model import (
    Channel,
    DigestSpec,
    Feed,
    Place,
    Publisher,
    Quiet,
    RingAgain,
    RuleText,
    Selection,
    Tier,
    Unconfirmed,
)

# The longest time between two polls of a healthy feed: what is published is that much older at most.
CEILINGS = {
    Tier.OFFICIAL: timedelta(minutes=5),
    Tier.WIRE: timedelta(minutes=5),
    Tier.NATIONAL: timedelta(minutes=30),
    Tier.LOCAL: timedelta(hours=1),
    Tier.GROUP: timedelta(minutes=30),
}


def feed_of(entry: FeedEntry, defaults: FeedDefaults, headers: tuple[tuple[str, str], ...]) -> Feed:
    """A feed; what ``entry`` leaves out comes from ``defaults``.

    An interval that the feed does not name itself stays under the ceiling of its tier.
    """
    tier = defaults.tier if entry.tier is None else entry.tier
    ceiling = entry.interval_max or defaults.ceilings.get(tier, CEILINGS[tier])
    interval = min(defaults.interval, ceiling) if entry.interval is None else entry.interval
    return Feed(
        id=entry.id,
        url=entry.url,
        title=entry.title or entry.id,
        tier=tier,
        lang=defaults.lang if entry.lang is None else entry.lang,
        tags=tuple(dict.fromkeys(entry.tags)),
        interval=interval,
        allow_private=entry.allow_private,
        include_last=defaults.include_last if entry.include_last is None else entry.include_last,
        headers=headers,
        interval_min=entry.interval_min or defaults.interval_min,
        full_text=entry.full_text,
        interval_max=ceiling if ceiling > interval else None,
    )


def channel_of(entry: ChannelEntry, url: str) -> Channel:
    """A channel, with the secrets of its ``url`` expanded."""
    title = entry.title or entry.id
    return Channel(entry.id, title, url, entry.timezone, entry.include_last, entry.operators, entry.canary)


def digest_of(entry: DigestEntry) -> DigestSpec:
    """A digest."""
    select, quiet, unsure, again = entry.select, entry.quiet, entry.unconfirmed, entry.again
    tell = unsure.then == "tell" if unsure.then else entry.at_once is None
    return DigestSpec(
        id=entry.id,
        title=entry.title or entry.id,
        channels=tuple(dict.fromkeys(entry.channels)),
        cron=entry.cron,
        every=entry.every,
        at_once=entry.at_once,
        timezone=entry.timezone,
        select=Selection(
            rules=tuple(select.rules),
            categories=tuple(select.categories),
            level=select.level,
            tags=tuple(select.tags),
            langs=tuple(select.langs),
        ),
        quiet=Quiet(quiet.start, quiet.end, quiet.unless) if quiet else None,
        send_empty=entry.send_empty,
        unconfirmed=Unconfirmed(unsure.hold, tell, unsure.show),
        again=RingAgain(
            tuple(sorted(set(again.toll))), again.status, again.party, again.posture, again.by, again.place, again.named
        ),
    )


def publisher_of(entry: PublisherEntry) -> Publisher:
    """A publisher."""
    return Publisher(
        id=entry.id,
        title=entry.title or entry.id,
        hosts=tuple(entry.hosts),
        feeds=tuple(entry.feeds),
        names=tuple(entry.names),
        agency=entry.agency,
        party=entry.party,
    )


def rule_of(entry: RuleEntry, document: Document, loc: tuple[str | int, ...]) -> RuleText:
    """The rule at ``loc`` of ``document``, with the place of each of its texts."""
    when = document.query((*loc, "when"))
    tell_when = document.query((*loc, "tell_when")) if entry.tell_when is not None else None
    raises = []
    for level in entry.raises:
        query = document.query((*loc, "raise", level.word))
        raises.append((level, query.text, query.place))

    def examples(key: str, texts: list[str]) -> tuple[tuple[str, Place], ...]:
        return tuple((text, document.place((*loc, "examples", key, number))) for number, text in enumerate(texts))

    return RuleText(
        id=entry.id,
        title=entry.title or entry.id,
        category=entry.category,
        level=entry.level,
        when=when.text,
        place=document.place(loc),
        when_place=when.place,
        when_indent=when.indent,
        tell_when=tell_when.text if tell_when else None,
        tell_when_place=tell_when.place if tell_when else None,
        raises=tuple(raises),
        must_match=examples("match", entry.examples.match),
        must_ignore=examples("ignore", entry.examples.ignore),
    )
