"""Everything that is decided about the items of documents, before any of it is stored."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor import digest, facts, identity, story
from monitor.identity import Sight, Sighting
from monitor.model import CANARY, Fact, Feed, Item, Judged, Match, PollCounts, Reason, Sketch, StoryHint
from monitor.pipeline.joining import Arrived, Joining
from monitor.pipeline.setup import Setup
from monitor.pipeline.standing import risen
from monitor.store import Store
from monitor.story import Nearest


@dataclass(frozen=True, slots=True)
class Document:
    """What a feed's document brought: each item, and whether the feed is known.

    ``baseline``: this is the feed's first document, of which only its ``include_last`` is told.
    """

    feed: Feed
    sightings: tuple[Sighting, ...]
    baseline: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the items of one document are: each sighting, what is new or revised of them, and the sums."""

    sightings: tuple[Sighting, ...]
    judged: tuple[Judged, ...]
    counts: PollCounts


@dataclass(frozen=True, slots=True)
class _Found:
    """A new or revised item, and what was read of it; ``old`` ones are the baseline, and told nobody."""

    feed: Feed
    sighting: Sighting
    matches: tuple[Match, ...]
    facts: tuple[Fact, ...]
    old: bool


def sight(store: Store, documents: Iterable[tuple[Feed, Sequence[Item], bool]]) -> list[Document]:
    """Which items of each document (feed, items, baseline) are known: the store is asked once for all.

    No feed may stand there twice.
    """
    read = [(feed, items, [identity.marks(item) for item in items], baseline) for feed, items, baseline in documents]
    known = store.known_of({feed.id: marks for feed, _, marks, _ in read})
    return [
        Document(feed, identity.decide(items, known[feed.id], marks), baseline) for feed, items, marks, baseline in read
    ]


def judge(
    joining: Joining, setup: Setup, feed: Feed, items: Sequence[Item], now: datetime, *, baseline: bool
) -> Judgement:
    """Decide everything about the ``items`` of one document; the store is asked what it knows and not changed."""
    return judge_all(joining, setup, sight(joining.store, [(feed, items, baseline)]), now)[0]


def judge_all(joining: Joining, setup: Setup, documents: Sequence[Document], now: datetime) -> list[Judgement]:
    """Decide everything about documents of different feeds, as if each were saved before the next is judged.

    All items are looked for as copies, and what matches as reports of one event, among what came before.
    """
    store = joining.store
    found = [
        _Found(
            each.feed,
            one,
            *_read(setup, each.feed, one.item, now),
            old=each.baseline and not _included(each.feed, one.item.published, now),
        )
        for each in documents
        for one in each.sightings
        if one.sight is not Sight.KNOWN
    ]
    matched = [one.sighting for one in found if one.matches]
    hints: Sequence[StoryHint] = ()
    if matched:
        hints = store.story_hints([one.marks.url for one in matched if one.marks.url], [one.key for one in matched])
    placed = _placed(joining, found, hints, now)
    told = _told(store, hints, [near for _, near in placed if near.story is not None])
    judged: dict[str, list[Judged]] = defaultdict(list)
    for each, (sketch, near) in zip(found, placed, strict=True):
        verdict = _verdict(setup, each, told[near.story or each.sighting.key], near, sketch)
        judged[each.feed.id].append(verdict)
        if verdict.join is not None:
            one = each.sighting
            hint = story.hint(one.key, one.item, one.marks.url, verdict.join, each.matches, each.facts, verdict.origin)
            told[hint.story].append(hint)
    return [_judgement(each, tuple(judged[each.feed.id])) for each in documents]


def _told(store: Store, hints: Sequence[StoryHint], joined: Sequence[Nearest]) -> dict[str, list[StoryHint]]:
    """By story, what the store has of it: ``hints``, and of those ``joined`` the last items and what is copied."""
    told: dict[str, list[StoryHint]] = defaultdict(list)
    have = {hint.item_key for hint in hints}
    copied = {key for near in joined for key in (near.copy_of, near.same_as) if key is not None}
    stories = {near.story for near in joined if near.story is not None}
    more = store.story_hints((), sorted(copied), sorted(stories)) if joined else ()
    for hint in (*hints, *(one for one in more if one.item_key not in have)):
        told[hint.story].append(hint)
    return told


def _judgement(document: Document, judged: tuple[Judged, ...]) -> Judgement:
    sights = Counter(one.sight for one in document.sightings)
    matched = sum(1 for one in judged if one.matches)
    counts = PollCounts(
        fetched=len(document.sightings),
        new=sights[Sight.NEW],
        revised=sights[Sight.REVISED],
        known=sights[Sight.KNOWN],
        matched=matched,
        unmatched=len(judged) - matched,
    )
    return Judgement(document.sightings, judged, counts)


def _read(setup: Setup, feed: Feed, item: Item, now: datetime) -> tuple[tuple[Match, ...], tuple[Fact, ...]]:
    """What matches ``item``, and the facts of what does: read once, whether a rule asks for them or not."""
    kept: list[tuple[Fact, ...]] = []

    def read(_: Item) -> tuple[Fact, ...]:
        if not kept:
            kept.append(facts.read(item if item.lang else replace(item, lang=feed.lang)))
        return kept[0]

    matches = setup.rule_set.match(item, feed, now=now, read_facts=read)
    return matches, read(item) if matches else ()


def _placed(
    joining: Joining, found: Sequence[_Found], hints: Sequence[StoryHint], now: datetime
) -> list[tuple[Sketch | None, Nearest]]:
    """What is kept of each item for joining, and where it belongs: the index is asked once for all of them.

    ``hints`` are the stories of earlier versions and of the same pages. They go before any likeness.
    """
    by_key = {hint.item_key: hint for hint in hints}
    pages = {hint.url: (hint.story, hint.item_key) for hint in hints if hint.url}
    compared = [one for one in found if one.feed.id != CANARY]  # each canary is an event of its own
    arrived = [Arrived(one.sighting, one.facts, bool(one.matches)) for one in compared]
    made = joining.sketch(arrived, now) if arrived else []
    sketches = {one.sighting.key: sketch for one, sketch in zip(compared, made, strict=True)}
    candidates = joining.candidates(made) if made else None
    placed: list[tuple[Sketch | None, Nearest]] = []
    for one in found:
        key, url, matches = one.sighting.key, one.sighting.marks.url, bool(one.matches)
        sketch = sketches.get(key)
        if matches and key in by_key:
            near = Nearest(by_key[key].story, reasons=("a later version of the same item",))
        elif matches and url in pages:
            near = Nearest(pages[url][0], pages[url][1], reasons=(f"same URL as item {pages[url][1]}",))
        elif candidates is not None and sketch is not None:
            near = candidates.place(sketch, joins=matches)
        else:
            near = Nearest()
        in_story = near.story or (key if matches else None)
        if matches and url:
            pages[url] = (in_story or key, near.copy_of or key)
        if candidates is not None and sketch is not None:
            if in_story is not None or near.copy_of is not None:
                sketch = replace(sketch, story=in_story, copy_of=near.copy_of)
            candidates.placed(sketch)
        placed.append((sketch, near))
    return placed


def _verdict(setup: Setup, found: _Found, told: Sequence[StoryHint], near: Nearest, sketch: Sketch | None) -> Judged:
    """All that is decided of one item; ``told`` is what its story has."""
    feed, item, key, matches = found.feed, found.sighting.item, found.sighting.key, found.matches
    version, marks = found.sighting.version, found.sighting.marks
    if not matches and near.story is None:
        return Judged(key, version, item, marks, (), None, (), found.old, sketch=sketch)
    level = max((match.level for match in matches), default=None)
    join = story.join(key, item, level, told, found.facts, near)
    suppress = Reason.BASELINE if found.old else None  # what repeats is decided when a channel is told
    tags = (*item.tags, *feed.tags)
    louder = risen(setup.rule_set, matches)
    owed = digest.route(setup.digests, setup.channels, louder, tags, item.lang, suppress=suppress) if matches else ()
    origin = _origin(setup, feed, item, near, told)
    return Judged(key, version, item, marks, matches, join, owed, found.old, found.facts, origin, sketch)


def _origin(setup: Setup, feed: Feed, item: Item, near: Nearest, told: Sequence[StoryHint]) -> str:
    """Who is behind the item: whoever is behind what it copies, be that another feed's link to the same page."""
    behind = {hint.item_key: hint.origin for hint in told if hint.item_key in (near.copy_of, near.same_as)}
    return behind.get(near.copy_of or "") or behind.get(near.same_as or "") or setup.origins.of(item, feed)


def _included(feed: Feed, published: datetime | None, now: datetime) -> bool:
    """Whether an item of a feed's first document is recent enough to be told."""
    return bool(feed.include_last) and published is not None and now - feed.include_last <= published
