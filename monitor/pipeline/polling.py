"""Poll: from the feeds that are due to what one transaction of those that answered together commits."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor import health, pace, parse
from monitor.errors import MonitorError, ParseError
from monitor.fetch import Fetcher
from monitor.model import (
    Failed,
    FailureKind,
    Feed,
    FeedCondition,
    FeedState,
    Fetched,
    FetchResult,
    Item,
    Judged,
    NotModified,
    ParsedFeed,
    Poll,
    PollCounts,
    Validators,
)
from monitor.pipeline import arriving, articles, states
from monitor.pipeline.joining import Joining
from monitor.pipeline.judging import Judgement, judge_all, sight
from monitor.pipeline.setup import Setup, Step

log = logging.getLogger("monitor.poll")

_PROBLEMS_TOLD = 3  # of one document
_TOGETHER = 50  # feeds committed in one transaction, where so many have answered
_JUDGED_TOGETHER = 200  # items, or those of one document: all that they are compared with is in memory


@dataclass(frozen=True, slots=True)
class PollReport:
    """What one poll did: feeds polled by outcome, and the items."""

    polled: int = 0
    not_modified: int = 0
    failed: int = 0
    counts: PollCounts = field(default_factory=PollCounts)


@dataclass(frozen=True, slots=True)
class _Read:
    """A document that was read and is to be judged; ``answered`` is the feed's state without what it tells."""

    feed: Feed
    state: FeedState
    result: Fetched
    answered: FeedState
    parsed: ParsedFeed

    def document(self) -> tuple[Feed, tuple[Item, ...], bool]:
        return self.feed, self.parsed.items, not self.state.baselined


_Taken = tuple[Feed, FeedState, Poll]  # the state is the one before


class Poller:
    """Polls feeds; every ``now`` is aware UTC and the moment the run began."""

    def __init__(self, joining: Joining, fetcher: Fetcher, step: Step, stopping: Callable[[], bool]) -> None:
        """When ``stopping`` says so, fetches under way are dropped: their feeds stay due."""
        self._joining = joining
        self._store = joining.store
        self._fetcher = fetcher
        self._step = step
        self._stopping = stopping
        self._bug: Exception | None = None

    def poll(
        self,
        setup: Callable[[], Setup],
        now: datetime,
        progress: Callable[[int, int], None] | None,
        begin_within: timedelta | None,
    ) -> PollReport:
        """Fetch every feed that is due and commit what each gave, those together that answered together.

        What waited for its host longer than ``begin_within`` stays due: a host that answers nothing must not
        hold up the feeds of others.

        ``setup`` is asked anew for each few feeds, so that an edit holds from the next ones on. What came from an
        address that is no feed's any more is let go.
        A feed that fails is recorded and the others go on; a bug in one feed's processing moves
        that feed's next time on, lets the others finish, and is raised at the end.
        """
        feeds = setup().feeds
        due = {state.feed: state for state in self._store.due_feeds(now) if state.feed in feeds}
        requests = [states.request(feeds[state.feed], state) for state in due.values()]
        report = PollReport(counts=arriving.take(self._joining, setup, now))
        self._bug = None
        fresh: list[tuple[Feed, Judged]] = []
        saved: dict[str, FeedState] = {}
        for group in self._fetcher.fetch_groups(requests, _TOGETHER, begin_within):
            # Without a document a lost commit costs one request more; with one it must survive a power cut.
            with self._store.together(durable=any(isinstance(result, Fetched) for _, result in group)):
                for feed, _, poll in self._take(setup(), group, due, now):
                    failed, counts = report.failed + (poll.state.failures > 0), report.counts + poll.counts
                    report = replace(report, failed=failed, counts=counts)
                    if feed.full_text:
                        fresh = list(articles.wanted([*fresh, *((feed, one) for one in poll.judged)]))
                        saved[feed.id] = poll.state
            report = replace(
                report,
                polled=report.polled + len(group),
                not_modified=report.not_modified + sum(isinstance(result, NotModified) for _, result in group),
            )
            self._step("saved")
            if progress:
                progress(report.polled, len(requests))
            if self._stopping():
                break
        if fresh and not self._stopping():
            counts = articles.read(self._joining, self._fetcher, setup, fresh, saved, now)
            report = replace(report, counts=report.counts + counts)
        if self._bug is not None:
            raise self._bug
        return report

    def _take(
        self,
        setup: Setup,
        group: Sequence[tuple[Feed, FetchResult]],
        due: Mapping[str, FeedState],
        now: datetime,
    ) -> Iterator[_Taken]:
        """Save what each result changes and give what was saved; a bug is a failure of its feed, to be raised when the
        others are done. Of the documents, so many are held at one time as are judged together.
        """
        answers: list[_Taken] = []
        read: list[_Read] = []
        for asked, result in group:
            self._step("fetched")
            state, feed = due[asked.id], setup.feeds.get(asked.id)
            if feed is None or feed.url != asked.url:
                continue
            try:
                answer = self._answer(feed, state, result, now)
            except Exception as error:  # noqa: BLE001 - told, and raised when the others are done
                answer = self._internal(feed, state, error, now)
            if not isinstance(answer, _Read):
                answers.append((feed, state, answer))
                continue
            read.append(answer)
            if sum(len(one.parsed.items) for one in read) >= _JUDGED_TOGETHER:
                yield from self._judge_and_save(setup, read, now)
                read.clear()
        if read:
            yield from self._judge_and_save(setup, read, now)
        yield from self._save(answers, now)

    def _judge_and_save(self, setup: Setup, read: Sequence[_Read], now: datetime) -> list[_Taken]:
        """Judge documents together and save them, or one by one where one of them can't be judged."""
        try:
            polls = self._judge(setup, read, now)
        except MonitorError:
            raise
        except Exception as error:  # noqa: BLE001 - told, and raised when the others are done
            if len(read) > 1:
                return [taken for one in read for taken in self._judge_and_save(setup, [one], now)]
            polls = [self._internal(read[0].feed, read[0].state, error, now)]
        self._step("judged")
        return self._save([(one.feed, one.state, poll) for one, poll in zip(read, polls, strict=True)], now)

    def _internal(self, feed: Feed, state: FeedState, error: Exception, now: datetime) -> Poll:
        log.error("feed could not be processed", exc_info=error, extra={"event": "bug", "feed_id": feed.id})
        self._bug = self._bug or error
        failed = Failed(FailureKind.NOT_A_FEED, f"internal error: {type(error).__name__}")
        return self._failed(feed, state, failed, now)

    def _save(self, polls: list[_Taken], now: datetime) -> list[_Taken]:
        """Save what is decided, in bulk; one by one where one of them can't be. What was saved."""
        if not polls:
            return []
        try:
            self._store.save_polls([poll for _, _, poll in polls])
        except MonitorError:
            raise
        except Exception as error:  # noqa: BLE001 - told, and raised when the others are done
            if len(polls) > 1:
                return [saved for one in polls for saved in self._save([one], now)]
            [(feed, state, _)] = polls
            instead = self._internal(feed, state, error, now)
            self._store.save_poll(instead)
            return [(feed, state, instead)]
        return polls

    def _answer(self, feed: Feed, state: FeedState, result: FetchResult, now: datetime) -> Poll | _Read:
        """What ``result`` changes, or the document it brought, if it is another one than the last."""
        if isinstance(result, Failed):
            return self._failed(feed, state, result, now)
        answered = replace(
            state,
            validators=result.validators,
            last_fetch_at=now,
            last_success_at=now,
            failures=0,
            problem=None,
            moved_to=result.moved_to,
        )
        if isinstance(result, NotModified):
            return Poll(states.unchanged(feed, state, answered, result, now), now)
        body_hash = hashlib.sha256(result.body).hexdigest()
        if body_hash == state.body_hash:
            unchanged = PollCounts(fetched=state.items, known=state.items)
            return Poll(states.unchanged(feed, state, answered, result, now), now, counts=unchanged)
        answered = replace(answered, body_hash=body_hash)
        try:
            return _Read(feed, state, result, answered, parse.parse(feed, result, parse.hashes_of(state.hashes)))
        except ParseError as error:
            return self._failed(feed, state, Failed(FailureKind.NOT_A_FEED, str(error), result.status), now)

    def _judge(self, setup: Setup, read: Sequence[_Read], now: datetime) -> list[Poll]:
        """Judge what the last polls had not, and decide what becomes of the feeds."""
        whole = []
        documents = sight(self._store, [one.document() for one in read])
        for one, document in zip(read, documents, strict=True):
            if one.parsed.skipped and any(sighting.by_url_alone for sighting in document.sightings):
                # An item that was cut may have the same URL, and then it says nothing: read them all.
                whole.append(replace(one, parsed=parse.parse(one.feed, one.result)))
            else:
                whole.append(one)
        if whole != read:
            documents = sight(self._store, [one.document() for one in whole])
        judgements = judge_all(self._joining, setup, documents, now)
        return [self._polled(setup, one, judgement, now) for one, judgement in zip(whole, judgements, strict=True)]

    def _polled(self, setup: Setup, read: _Read, judgement: Judgement, now: datetime) -> Poll:
        feed, state, parsed, counts = read.feed, read.state, read.parsed, judgement.counts
        counts = replace(counts, fetched=counts.fetched + parsed.skipped, known=counts.known + parsed.skipped)
        judgement = replace(judgement, counts=counts)
        polled = states.learned(feed, state, read.answered, parsed, judgement, now)
        polled = replace(polled, next_fetch_at=states.next_fetch_at(feed, state, polled, read.result, now))
        if parsed.unread:  # the next poll reads on from here, and must get the whole document for it
            polled = replace(polled, validators=Validators(), body_hash=None, next_fetch_at=now)
            polled = replace(polled, baselined=state.baselined)
        for problem in parsed.problems[:_PROBLEMS_TOLD]:
            log.info("%s", problem, extra={"event": "feed_problem", "feed_id": feed.id})
        log.info(
            "polled",
            extra={
                "event": "poll",
                "feed_id": feed.id,
                "new": counts.new,
                "revised": counts.revised,
                "matched": counts.matched,
                "duration_ms": round(read.result.seconds * 1000),
            },
        )
        return Poll(polled, now, judgement.judged, counts, setup.rule_set.hash)

    def _failed(self, feed: Feed, state: FeedState, result: Failed, now: datetime) -> Poll:
        """A failure keeps the validators but not the body hash: after it, nothing proves "unchanged"."""
        failures = state.failures + 1
        gone = result.kind is FailureKind.GONE
        fields = {"event": "poll_failed", "feed_id": feed.id, "kind": result.kind.value, "failures": failures}
        log.warning("%s", result.detail, extra=fields)
        return Poll(
            replace(
                state,
                condition=FeedCondition.GONE if gone else FeedCondition.FAILING,
                next_fetch_at=pace.next_fetch(feed, result, failures, now),
                last_fetch_at=now,
                failures=failures,
                problem=f"{result.kind.value}: {result.detail}",
                body_hash=None,
                troubles=health.failed(state.troubles, result, now),
            ),
            now,
        )
