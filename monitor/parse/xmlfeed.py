"""RSS, RDF and Atom: from text to items, reading no more of it than is new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from monitor.errors import ParseError
from monitor.model import Feed, ParsedFeed
from monitor.parse.choice import MOST_EVENTS, Choice, choose
from monitor.parse.document import open_document
from monitor.parse.entries import Entries, Unreadable, read_entries
from monitor.parse.items import Draft, Finish, language
from monitor.parse.mend import mend
from monitor.parse.outline import NotWellFormed, Outline, outline
from monitor.parse.plain import plain
from monitor.parse.wishes import read_wishes

_BATCH_EVENTS = 20_000  # what feedparser is given at one time: it holds kilobytes for each element
_FEED_ROOTS = frozenset({"rss", "feed", "rdf", "channel"})
_NOTHING = Entries("", None, "", ())


@dataclass(slots=True)
class _Reading:
    """What was read: the frame's own data, and the drafts of the items that could be read."""

    frame: Entries
    choice: Choice
    drafts: list[Draft] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def parse_xml(feed: Feed, url: str, text: str, seen: AbstractSet[bytes]) -> ParsedFeed:
    """The items of an XML feed; raises ``ParseError`` for what is none, or costs too much to read."""
    document = open_document(text)
    problems = list(document.problems)
    found, broken = _outline(document.text, document.entities)
    if broken:
        problems.append(broken)
    if found.frame_events > MOST_EVENTS:
        raise ParseError(f"{found.frame_events} elements beside its items: built to exhaust")
    reading = _read(found, url, seen)
    if document.root not in _FEED_ROOTS and not reading.drafts and not reading.choice.skipped:
        raise ParseError(f"an XML document that is not a feed (its root is {document.root[:40] or 'unclear'})")
    frame = reading.frame
    finish = Finish(feed, (url, frame.link), language(frame.lang))
    items = tuple(finish.item(draft) for draft in reading.drafts)
    return ParsedFeed(
        title=plain(frame.title),
        lang=finish.lang,
        items=items,
        problems=(*problems, *reading.problems, *reading.choice.problems(), *finish.problems()),
        skipped=reading.choice.skipped,
        hashes=reading.choice.hashes,
        unread=reading.choice.unread,
        wishes=read_wishes(frame.asked),
    )


def _outline(text: str, entities: dict[str, str]) -> tuple[Outline, str | None]:
    """The outline of the document, mended where it must be, and what was wrong with it."""
    broken = None
    if not entities:  # mending puts in what the document's own entities stand for
        try:
            found = outline(text.encode("utf-8", "replace"))
        except NotWellFormed as error:
            broken = str(error)
        else:
            return found, "something follows the feed" if found.trailing else None
    mended = mend(text, entities)
    try:
        return outline(mended.encode("utf-8", "replace")), broken
    except NotWellFormed as error:
        raise ParseError(str(error)) from None


def _read(found: Outline, url: str, seen: AbstractSet[bytes]) -> _Reading:
    """Read the new items apart from each other where that is the same as reading them together."""
    hashes = found.hashes(url)
    if len(hashes) == len(found.spans):
        choice = choose(hashes, [span.events for span in found.spans], seen)
        reading = _apart(found, choice)
        if reading is not None:
            return reading
    return _whole(found)


def _apart(found: Outline, choice: Choice) -> _Reading | None:
    """Read what was chosen in batches; None when feedparser sees other items than the outline does."""
    batches = list(_batches(found, choice.kept))
    try:
        frame = read_entries(found.only(batches[0] if batches else ()))
        reading = _Reading(frame, choice, list(frame.drafts))
        if len(frame.drafts) != len(batches[0] if batches else ()):
            return None
        for batch in batches[1:]:
            drafts = read_entries(found.bare(batch)).drafts
            if len(drafts) != len(batch):
                return None
            reading.drafts.extend(drafts)
    except Unreadable:
        return _one_by_one(found, choice)
    return reading


def _batches(found: Outline, kept: Iterable[int]) -> Iterator[list[int]]:
    batch: list[int] = []
    events = 0
    for index in kept:
        if batch and events + found.spans[index].events > _BATCH_EVENTS:
            yield batch
            batch, events = [], 0
        batch.append(index)
        events += found.spans[index].events
    if batch:
        yield batch


def _one_by_one(found: Outline, choice: Choice) -> _Reading:
    """Read each item by itself, so that one which feedparser stumbles over does not take the others along."""
    try:
        frame = read_entries(found.only(()))
    except Unreadable:
        frame = _NOTHING
    reading = _Reading(frame, choice)
    lost = set()
    for index in choice.kept:
        try:
            reading.drafts.extend(read_entries(found.bare((index,))).drafts)
        except Unreadable:
            lost.add(index)
    if lost:
        # Not among the hashes: the next poll tries again, and tells again.
        reading.choice = replace(choice, known=tuple(pair for pair in choice.known if pair[0] not in lost))
        reading.problems.append(f"{len(lost)} items can't be read")
    return reading


def _whole(found: Outline) -> _Reading:
    """Read the document as it is, whatever was seen; raises ``ParseError`` when that would take too long."""
    if found.events > MOST_EVENTS:
        raise ParseError(f"{found.events} elements that can't be read apart: built to exhaust")
    try:
        frame = read_entries(found.data)
    except Unreadable as error:
        raise ParseError(f"feedparser can't read it: {error}") from None
    return _Reading(frame, Choice(), list(frame.drafts))
