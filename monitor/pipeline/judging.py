"""Everything that is decided about the items of one document, before any of it is stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor import digest, facts, identity, story
from monitor.identity import Sight, Sighting
from monitor.model import Fact, Feed, Item, Join, Judged, Match, PollCounts, Reason, StoryHint
from monitor.pipeline.setup import Setup
from monitor.pipeline.standing import risen
from monitor.store import Store


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the items of one document are: each sighting, what is new or revised of them, and the sums."""

    sightings: tuple[Sighting, ...]
    judged: tuple[Judged, ...]
    counts: PollCounts


def judge(
    store: Store,
    setup: Setup,
    feed: Feed,
    items: Sequence[Item],
    now: datetime,
    *,
    baseline: bool,
    before_stories: Callable[[], None] = lambda: None,
) -> Judgement:
    """Decide everything about ``items``; the store is asked what it knows and not changed.

    ``baseline``: this is the feed's first document, of which only its ``include_last`` is told.
    ``before_stories`` is called before the store is asked about other feeds' items.
    """
    known = store.known(feed.id, [identity.marks(item) for item in items])
    sightings = identity.decide(items, known)
    fresh = [one for one in sightings if one.sight is not Sight.KNOWN]
    found = [(one, *_read(setup, feed, one.item, now)) for one in fresh]
    matched = [one for one, matches, _ in found if matches]
    if matched:
        before_stories()
    hints = list(
        store.story_hints([one.marks.url for one in matched if one.marks.url], [one.key for one in matched])
        if matched
        else ()
    )
    judged = []
    for one, matches, claims in found:
        old = baseline and not _included(feed, one.item.published, now)
        verdict = _verdict(setup, feed, one, matches, claims, hints, baseline=old)
        judged.append(verdict)
        if verdict.join is not None:
            hints.append(story.hint(one.key, one.item, one.marks.url, verdict.join, matches, claims, verdict.origin))
    counts = PollCounts(
        fetched=len(sightings),
        new=sum(1 for one in fresh if one.sight is Sight.NEW),
        revised=sum(1 for one in fresh if one.sight is Sight.REVISED),
        known=len(sightings) - len(fresh),
        matched=len(matched),
        unmatched=len(judged) - len(matched),
    )
    return Judgement(sightings, tuple(judged), counts)


def _read(setup: Setup, feed: Feed, item: Item, now: datetime) -> tuple[tuple[Match, ...], tuple[Fact, ...]]:
    """What matches ``item``, and the facts of what does: read once, whether a rule asks for them or not."""
    spoken = item if item.lang else replace(item, lang=feed.lang)
    kept: list[tuple[Fact, ...]] = []

    def read(_: Item) -> tuple[Fact, ...]:
        if not kept:
            kept.append(facts.read(spoken))
        return kept[0]

    matches = setup.rule_set.match(item, feed, now=now, read_facts=read)
    return matches, read(item) if matches else ()


def _verdict(
    setup: Setup,
    feed: Feed,
    sighting: Sighting,
    matches: tuple[Match, ...],
    claims: tuple[Fact, ...],
    hints: Sequence[StoryHint],
    *,
    baseline: bool,
) -> Judged:
    item, key, url = sighting.item, sighting.key, sighting.marks.url
    if not matches:
        return Judged(key, sighting.version, item, sighting.marks, (), None, (), baseline)
    near = [hint for hint in hints if hint.item_key == key or (url and hint.url == url)]
    join = story.join(key, item, max(match.level for match in matches), near, claims)
    suppress = Reason.BASELINE if baseline else None  # what repeats is decided when a channel is told
    tags = (*item.tags, *feed.tags)
    owed = digest.route(
        setup.digests, setup.channels, risen(setup.rule_set, matches), tags, item.lang, suppress=suppress
    )
    origin = _origin(setup, feed, item, join, [hint for hint in near if hint.item_key != key])
    return Judged(key, sighting.version, item, sighting.marks, matches, join, owed, baseline, claims, origin)


def _origin(setup: Setup, feed: Feed, item: Item, join: Join, same_page: Sequence[StoryHint]) -> str:
    """Who is behind the item: whoever is behind what it copies, be that another feed's link to the same page."""
    copied = [hint for hint in same_page if join.copy_of in (None, hint.item_key)]
    return next((hint.origin for hint in copied if hint.origin), "") or setup.origins.of(item, feed)


def _included(feed: Feed, published: datetime | None, now: datetime) -> bool:
    """Whether an item of a feed's first document is recent enough to be told."""
    return bool(feed.include_last) and published is not None and now - feed.include_last <= published
