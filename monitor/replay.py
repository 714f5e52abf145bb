"""The whole pipeline over an archive, offline: the clock is the items', the store is thrown away.

What comes out is what each channel would have got, and a verdict for every item. No baseline (the
archive is the news), no secrets (nothing is sent), no empty digests, items in the order of their
dates, and exactly one output row for each input id.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor import app, digest, facts
from monitor.errors import MonitorError
from monitor.identity import canonical_url
from monitor.model import Channel, Fact, Feed, FeedState, Format, Item, Judged, Level, Match, Poll
from monitor.parse.plain import tidy
from monitor.pipeline import Monitor, Setup
from monitor.pipeline.judging import Judgement, judge
from monitor.pipeline.setup import Rules
from monitor.settings import Settings
from monitor.store import Store

_WINDOW = timedelta(minutes=15)  # items this close are taken as one round of polls
_EVERYTHING = Match("everything", "Every item", "", Level.INFORMATIONAL, ())


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an archive: the item and the feed it came by."""

    id: str
    at: datetime
    feed: str
    item: Item


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay did."""

    items: int
    matched: int
    stories: int
    digests: int


class ArchiveError(MonitorError):
    """The archive can't be read: nothing was replayed."""


class Everything:
    """The rules, and one more that every item matches: for archives that are not all on the subject."""

    def __init__(self, rules: Rules) -> None:
        self.hash = f"everything+{rules.hash}"
        self._rules = rules

    def match(
        self,
        item: Item,
        feed: Feed | None,
        *,
        now: datetime | None = None,
        read_facts: Callable[[Item], tuple[Fact, ...]] | None = None,
    ) -> tuple[Match, ...]:
        """What the rules find, after the match that every item has."""
        return (_EVERYTHING, *self._rules.match(item, feed, now=now, read_facts=read_facts))

    def tell(self, rule_id: str, story: Mapping[str, object]) -> bool:
        """As the rules say; the one more has no condition."""
        return rule_id == _EVERYTHING.rule or self._rules.tell(rule_id, story)

    def level(self, rule_id: str, story: Mapping[str, object]) -> Level:
        """As the rules say."""
        return _EVERYTHING.level if rule_id == _EVERYTHING.rule else self._rules.level(rule_id, story)

    def highest(self, rule_id: str) -> Level:
        """As the rules say."""
        return _EVERYTHING.level if rule_id == _EVERYTHING.rule else self._rules.highest(rule_id)


def read(path: Path) -> tuple[Row, ...]:
    """The items of a JSON Lines file, oldest first.

    Keys: ``id`` (required; the same line twice is one item), ``date`` (ISO 8601, UTC unless it says
    otherwise; an item without one gets the date before it), ``title``, ``summary`` or ``text``,
    ``body``, ``url``, ``feed``, ``lang``; others are ignored. Raises ArchiveError with the line that is wrong.
    """
    rows: list[Row] = []
    seen: dict[str, Row] = {}
    at = datetime(1970, 1, 1, tzinfo=UTC)
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    row = _row(f"{path}:{number}", line, at)
                    if seen.setdefault(row.id, row) != row:
                        raise ArchiveError(f"{path}:{number}: the id {row.id!r} is there twice, with other contents")
                    if row is seen[row.id]:  # the same line again is the same item
                        rows.append(row)
                    at = row.at
    except OSError as error:
        raise ArchiveError(f"{path}: can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ArchiveError(f"{path}: this is no UTF-8 text: {error.reason} at byte {error.start}") from error
    return tuple(sorted(rows, key=lambda row: row.at))


def _row(where: str, line: str, before: datetime) -> Row:
    try:
        data = json.loads(line)
    except ValueError as error:
        raise ArchiveError(f"{where}: this is no JSON: {error}") from error
    if not isinstance(data, dict) or not data.get("id"):
        raise ArchiveError(f"{where}: every line must be an object with an id")
    id_ = str(data["id"])
    if not id_.isprintable():  # a lone surrogate among them: no row could be written under it
        raise ArchiveError(f"{where}: the id {id_!r} can't be printed")
    text = {key: tidy(str(data.get(key) or "")) for key in ("title", "summary", "text", "body", "url", "feed")}
    date = data.get("date")
    try:
        at = before if not date else datetime.fromisoformat(str(date))
    except ValueError as error:
        raise ArchiveError(f"{where}: {date!r} is no date; write 2024-10-24 or 2024-10-24T08:00:00Z") from error
    # Years that leave no room for a week before and after are nobody's date, and no clock can run there.
    if not 1 < at.year < 9999:
        raise ArchiveError(f"{where}: {date!r} is no date of an item")
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    feed = text["feed"] or "archive"
    item = Item(
        feed=feed,
        guid=None if text["url"] else id_,
        url=text["url"] if "://" in text["url"] or not text["url"] else f"https://{text['url']}",
        title=text["title"],
        summary=text["summary"] or text["text"],
        body=text["body"],
        published=at if date else None,
        lang=tidy(str(data["lang"])) if data.get("lang") else None,
    )
    return Row(id_, at, feed, item)


def replay(
    settings: Settings,
    rows: Sequence[Row],
    out: Path,
    *,
    everything: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Replayed:
    """Run ``rows`` through the configuration of ``settings`` and write the results under ``out``.

    ``everything`` takes every item as matched. Raises ConfigError for a configuration that is not
    right, MonitorError where ``out`` can't be made.
    """
    setup = offline(app.check_offline(settings), rows, everything=everything)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MonitorError(f"{out}: can't be written: {error.strerror}") from error
    with tempfile.TemporaryDirectory(prefix="monitor-replay-") as folder:
        scratch = settings.model_copy(update={"data": Path(folder), "database": ""})
        with closing(app.open_store(scratch, scratch=True)) as store:
            run = Run(app.make_monitor(scratch, store=store, setup=setup), out)
            run.go(rows, progress)
            return run.write(rows)


def offline(setup: Setup, rows: Sequence[Row], *, everything: bool) -> Setup:
    """``setup`` with the archive's feeds, and with channels that can only be written to files.

    ``everything`` takes every item as matched.
    """
    configured = {canonical_url(feed.url): feed for feed in setup.feeds.values()}
    by_id = {**setup.feeds}
    feeds = {}
    for name in dict.fromkeys(row.feed for row in rows):
        known = by_id.get(name) or configured.get(canonical_url(name))
        title = canonical_url(name).partition("/")[0] or name
        feeds[name] = replace(known, id=name) if known else Feed(name, name, title)
    return replace(
        setup,
        feeds=feeds,
        rule_set=Everything(setup.rule_set) if everything else setup.rule_set,
        channels={name: Channel(name, one.title, "console://", one.timezone) for name, one in setup.channels.items()},
        digests=tuple(replace(spec, send_empty=False) for spec in setup.digests),
    )


@dataclass
class Run:
    """One replay under way: what is told is written under ``out``."""

    monitor: Monitor
    out: Path
    _verdicts: dict[str, Judged] = field(default_factory=dict)  # by item key, of the last version
    _keys: dict[str, str] = field(default_factory=dict)  # row id → item key
    _matches: dict[str, tuple[Match, ...]] = field(default_factory=dict)  # row id → what matched it
    _facts: dict[str, tuple[Fact, ...]] = field(default_factory=dict)  # row id → what was read from it
    _digests: dict[str, int] = field(default_factory=dict)  # channel → how many

    @property
    def _store(self) -> Store:
        return self.monitor.store

    def go(self, rows: Sequence[Row], progress: Callable[[int, int], None] | None) -> None:
        """Run all of ``rows``, and tell what falls due in the week after them."""
        if not rows:
            return
        self.begin(rows[0].at)
        done = 0
        for window in windows(rows):
            self.round(window)
            done += len(window)
            if progress:
                progress(done, len(rows))
        self._tell_before(rows[-1].at + timedelta(days=7))

    def begin(self, at: datetime) -> None:
        """Begin, or go on, just before the items of ``at``."""
        self.monitor.begin(at - _WINDOW)

    def round(self, window: Sequence[Row]) -> None:
        """One round of polls, after what fell due before it."""
        at = window[-1].at
        with self._store.together(durable=False):  # a transaction for each of some hundred steps takes as long
            self._tell_before(at)
            for document in _documents(window):
                self._take(document, at)
            if self.monitor.compose(at):
                self._deliver(at)

    def _tell_before(self, at: datetime) -> None:
        """Compose what fell due since the last item, each at its own moment."""
        due: datetime | None = None
        while True:
            # What a hold has set free waits for its digest: the same end must not come up again.
            moments = [self._store.next_due_at(), self._store.next_release_at(due)]
            due = min((moment for moment in moments if moment is not None), default=None)
            if due is None or due > at:
                return
            made = 0
            for spec_id, channel in self._store.due_digests(due):
                spec = self.monitor.setup.schedules[spec_id, channel]
                later = digest.next_due(spec, max(due, at))
                if later is None or self._store.owes(channel, due):
                    made += self.monitor.teller.compose_now(self.monitor.setup, spec, channel, due)
                else:
                    self._store.postpone_digest(spec_id, channel, later)
            if made:
                self._deliver(due)

    def _take(self, document: Sequence[Row], at: datetime) -> None:
        """Judge and store what one feed brought."""
        feed = self.monitor.setup.feeds[document[0].feed]
        items = [row.item for row in document]
        judgement: Judgement = judge(self.monitor.joining, self.monitor.setup, feed, items, at, baseline=False)
        state = FeedState(feed.id, baselined=True)
        self._store.save_poll(Poll(state, at, judgement.judged, judgement.counts, self.monitor.setup.rule_set.hash))
        self._verdicts.update({one.key: one for one in judgement.judged})
        for row, sighting in zip(document, judgement.sightings, strict=True):
            self._keys[row.id] = sighting.key
            verdict = self._verdicts.get(sighting.key)
            self._matches[row.id] = verdict.matches if verdict else ()
            self._facts[row.id] = facts.told(verdict.facts) if verdict else ()

    def _deliver(self, at: datetime) -> None:
        """Write what would have been sent, in every form."""
        folder = self.out / "digests"
        while (claimed := self._store.claim(at)) is not None:
            delivery, frozen = claimed
            number = self._digests[delivery.channel] = self._digests.get(delivery.channel, 0) + 1
            folder.mkdir(exist_ok=True)
            channel = self.monitor.setup.channels[delivery.channel]
            message = None
            for form, ending in ((Format.HTML, "html"), (Format.MARKDOWN, "md"), (Format.TEXT, "txt")):
                message = self.monitor.teller.message(channel, frozen, form=form)
                path = folder / f"{delivery.channel}-{number}.{ending}"
                path.write_text("\n".join(message.parts), encoding="utf-8")
            self._store.delivered(delivery.id, "", at, message_id=message.message_id if message else None)

    def write(self, rows: Sequence[Row]) -> Replayed:
        """Write a row for every id and for every story."""
        first_of: dict[str, str] = {}  # item key → the id that had it first
        stories: dict[str, list[str]] = {}
        with (self.out / "items.jsonl").open("w", encoding="utf-8") as lines:
            for row in rows:
                key = self._keys[row.id]
                original = first_of.setdefault(key, row.id)
                verdict = self._verdicts.get(key)
                join = verdict.join if verdict else None
                if join is not None:
                    stories.setdefault(join.story, []).append(row.id)
                copied = join.copy_of if join else None
                copy_of = first_of.get(copied) if copied else original if original != row.id else None
                story = join.story if join else None
                lines.write(_line(_verdict(row, self._matches[row.id], self._facts[row.id], story, copy_of)))
        titles = {row.id: row for row in rows}
        with (self.out / "stories.jsonl").open("w", encoding="utf-8") as lines:
            for story, ids in stories.items():
                head = titles[ids[0]]
                lines.write(_line({"story": story, "title": head.item.title, "first": head.at.isoformat(),
                                   "items": ids}))  # fmt: skip
        matched = sum(1 for matches in self._matches.values() if matches)
        return Replayed(len(rows), matched, len(stories), sum(self._digests.values()))


def windows(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """``rows`` in rounds of polls."""
    window: list[Row] = []
    for row in rows:
        if window and row.at - window[0].at >= _WINDOW:
            yield window
            window = []
        window.append(row)
    if window:
        yield window


def _documents(window: Sequence[Row]) -> Iterator[list[Row]]:
    """A window's rows by feed; a URL that comes twice in one is an edit, so it begins another document."""
    open_now: dict[str, tuple[list[Row], set[str]]] = {}
    for row in window:
        document, urls = open_now.setdefault(row.feed, ([], set()))
        url = canonical_url(row.item.url)
        if url and url in urls:
            yield document
            document, urls = open_now[row.feed] = ([], set())
        document.append(row)
        urls.add(url)
    yield from (document for document, _ in open_now.values())


def _verdict(
    row: Row, matches: Sequence[Match], told_facts: Sequence[Fact], story: str | None, copy_of: str | None
) -> Mapping[str, object]:
    told = [match for match in matches if match.category]
    return {
        "id": row.id,
        "categories": sorted({match.category for match in told}),
        "rules": [match.rule for match in matches],
        "level": max((match.level for match in told), default=Level.INFORMATIONAL).word if told else None,
        "facts": [facts.record(fact) for fact in told_facts],
        "story": story,
        "copy_of": copy_of,
    }


def _line(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"
