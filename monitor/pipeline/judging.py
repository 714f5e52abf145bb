"""Everything that is decided about the items of one document, before any of it is stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor import digest, facts, identity, story
from monitor.identity import Sight, Sighting
from monitor.model import CANARY, Fact, Feed, Item, Join, Judged, Match, PollCounts, Reason, Sketch, StoryHint
from monitor.pipeline.joining import Arrived, Joining
from monitor.pipeline.setup import Setup
from monitor.pipeline.standing import risen
from monitor.story import Nearest


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the items of one document are: each sighting, what is new or revised of them, and the sums."""

    sightings: tuple[Sighting, ...]
    judged: tuple[Judged, ...]
    counts: PollCounts


def judge(
    joining: Joining,
    setup: Setup,
    feed: Feed,
    items: Sequence[Item],
    now: datetime,
    *,
    baseline: bool,
    before_stories: Callable[[], None] = lambda: None,
) -> Judgement:
    """Decide everything about ``items``; the store is asked what it knows and not changed.

    All items are looked for as copies, and what matches as reports of one event, among what came before.
    ``baseline``: this is the feed's first document, of which only its ``include_last`` is told.
    ``before_stories`` is called before the store is asked about other feeds' items.
    """
    store = joining.store
    known = store.known(feed.id, [identity.marks(item) for item in items])
    sightings = identity.decide(items, known)
    fresh = [one for one in sightings if one.sight is not Sight.KNOWN]
    found = [(one, *_read(setup, feed, one.item, now)) for one in fresh]
    matched = [one for one, matches, _ in found if matches]
    if fresh:
        before_stories()
    hints = list(
        store.story_hints([one.marks.url for one in matched if one.marks.url], [one.key for one in matched])
        if matched
        else ()
    )
    placed = _placed(joining, feed, found, hints, now)
    joined = {near.story for _, near in placed if near.story is not None}
    if joined:
        have = {hint.item_key for hint in hints}
        hints += [hint for hint in store.story_hints((), (), sorted(joined)) if hint.item_key not in have]
    judged = []
    for (one, matches, claims), (sketch, near) in zip(found, placed, strict=True):
        old = baseline and not _included(feed, one.item.published, now)
        verdict = _verdict(setup, feed, one, matches, claims, hints, near, baseline=old)
        judged.append(replace(verdict, sketch=sketch))
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


def _placed(
    joining: Joining,
    feed: Feed,
    found: Sequence[tuple[Sighting, tuple[Match, ...], tuple[Fact, ...]]],
    hints: Sequence[StoryHint],
    now: datetime,
) -> list[tuple[Sketch | None, Nearest]]:
    """What is kept of each item for joining, and where it belongs: the index is asked once for all of them.

    ``hints`` are the stories of earlier versions and of the same pages. They go before any likeness.
    """
    by_key = {hint.item_key: hint for hint in hints}
    by_url = {hint.url: hint for hint in hints if hint.url}
    pages = {url: (hint.story, hint.item_key) for url, hint in by_url.items()}
    alone = feed.id == CANARY  # each canary is an event of its own
    sketches = (
        [] if alone else joining.sketch([Arrived(one, claims, bool(matches)) for one, matches, claims in found], now)
    )
    candidates = joining.candidates(sketches) if sketches else None
    placed: list[tuple[Sketch | None, Nearest]] = []
    for number, (one, matches, _) in enumerate(found):
        url = one.marks.url
        if matches and one.key in by_key:
            near = Nearest(by_key[one.key].story, reasons=("a later version of the same item",))
        elif matches and url in pages:
            near = Nearest(pages[url][0], pages[url][1], reasons=(f"same URL as item {pages[url][1]}",))
        elif candidates is not None:
            near = candidates.place(sketches[number], joins=bool(matches))
        else:
            near = Nearest()
        in_story = near.story or (one.key if matches else None)
        if matches and url:
            pages[url] = (in_story or one.key, near.copy_of or one.key)
        sketch = replace(sketches[number], story=in_story, copy_of=near.copy_of) if candidates is not None else None
        if candidates is not None and sketch is not None:
            candidates.placed(sketch)
        placed.append((sketch, near))
    return placed


def _verdict(
    setup: Setup,
    feed: Feed,
    sighting: Sighting,
    matches: tuple[Match, ...],
    claims: tuple[Fact, ...],
    hints: Sequence[StoryHint],
    near: Nearest,
    *,
    baseline: bool,
) -> Judged:
    item, key = sighting.item, sighting.key
    if not matches and near.story is None:
        return Judged(key, sighting.version, item, sighting.marks, (), None, (), baseline)
    level = max((match.level for match in matches), default=None)
    told = [hint for hint in hints if hint.story == near.story]
    join = story.join(key, item, level, told, claims, near)
    suppress = Reason.BASELINE if baseline else None  # what repeats is decided when a channel is told
    tags = (*item.tags, *feed.tags)
    louder = risen(setup.rule_set, matches)
    owed = digest.route(setup.digests, setup.channels, louder, tags, item.lang, suppress=suppress) if matches else ()
    origin = _origin(setup, feed, item, join, told)
    return Judged(key, sighting.version, item, sighting.marks, matches, join, owed, baseline, claims, origin)


def _origin(setup: Setup, feed: Feed, item: Item, join: Join, told: Sequence[StoryHint]) -> str:
    """Who is behind the item: whoever is behind what it copies, be that another feed's link to the same page."""
    copied = (hint.origin for hint in told if hint.item_key == join.copy_of and hint.origin)
    return next(copied, "") or setup.origins.of(item, feed)


def _included(feed: Feed, published: datetime | None, now: datetime) -> bool:
    """Whether an item of a feed's first document is recent enough to be told."""
    return bool(feed.include_last) and published is not None and now - feed.include_last <= published
