"""Poll: from the feeds that are due to what one transaction a feed commits."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

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
from monitor.pipeline.judging import Judgement, judge
from monitor.pipeline.setup import Setup, Step

log = logging.getLogger("monitor.poll")

_PROBLEMS_TOLD = 3  # of one document
_TOGETHER = 50  # feeds committed in one transaction, where so many have answered


@dataclass(frozen=True, slots=True)
class PollReport:
    """What one poll did: feeds polled by outcome, and the items."""

    polled: int = 0
    not_modified: int = 0
    failed: int = 0
    counts: PollCounts = field(default_factory=PollCounts)


class Poller:
    """Polls feeds; every ``now`` is aware UTC and the moment the run began."""

    def __init__(self, joining: Joining, fetcher: Fetcher, step: Step, stopping: Callable[[], bool]) -> None:
        """When ``stopping`` says so, fetches under way are dropped: their feeds stay due."""
        self._joining = joining
        self._store = joining.store
        self._fetcher = fetcher
        self._step = step
        self._stopping = stopping
        self._unsaved: list[tuple[Feed, FeedState, Poll]] = []
        self._bug: Exception | None = None

    def poll(
        self, setup: Callable[[], Setup], now: datetime, progress: Callable[[int, int], None] | None
    ) -> PollReport:
        """Fetch every feed that is due and commit what each gave, as soon as nothing more is there to be judged.

        ``setup`` is asked anew for each feed, so that an edit holds from the next document on.
        A feed that fails is recorded and the others go on; a bug in one feed's processing moves
        that feed's next time on, lets the others finish, and is raised at the end.
        """
        feeds = setup().feeds
        due = {state.feed: state for state in self._store.due_feeds(now) if state.feed in feeds}
        requests = [states.request(feeds[state.feed], state) for state in due.values()]
        report = PollReport(counts=arriving.take(self._joining, setup(), now))
        self._bug, self._unsaved = None, []
        fresh: list[tuple[Feed, Judged]] = []
        saved: dict[str, FeedState] = {}
        for group in self._fetcher.fetch_groups(requests, _TOGETHER):
            # Without a document a lost commit costs one request more; with one it must survive a power cut.
            with self._store.together(durable=any(isinstance(result, Fetched) for _, result in group)):
                for feed, result in group:
                    self._step("fetched")
                    poll = self._poll(setup(), feed, due[feed.id], result, now)
                    self._step("judged")
                    self._unsaved.append((feed, due[feed.id], poll))
                    if feed.full_text:
                        fresh += [(feed, one) for one in poll.judged]
                        saved[feed.id] = poll.state
                    report = PollReport(
                        report.polled + 1,
                        report.not_modified + isinstance(result, NotModified),
                        report.failed + (poll.state.failures > 0),
                        report.counts + poll.counts,
                    )
                self._save(now)
            self._step("saved")
            if progress:
                progress(report.polled, len(requests))
            if self._stopping():
                break
        if fresh and not self._stopping():
            counts = articles.read(self._joining, self._fetcher, setup(), fresh, saved, now)
            report = replace(report, counts=report.counts + counts)
        if self._bug is not None:
            raise self._bug
        return report

    def _poll(self, setup: Setup, feed: Feed, state: FeedState, result: FetchResult, now: datetime) -> Poll:
        """What ``result`` changes; a bug is a failure of this feed, to be raised when the others are done."""
        try:
            return self._process(setup, feed, state, result, now)
        except MonitorError:
            raise
        except Exception as error:  # noqa: BLE001 - told, and raised when the others are done
            return self._internal(feed, state, error, now)

    def _internal(self, feed: Feed, state: FeedState, error: Exception, now: datetime) -> Poll:
        log.error("feed could not be processed", exc_info=error, extra={"event": "bug", "feed_id": feed.id})
        self._bug = self._bug or error
        failed = Failed(FailureKind.NOT_A_FEED, f"internal error: {type(error).__name__}")
        return self._failed(feed, state, failed, now)

    def _save(self, now: datetime) -> None:
        """Save what is judged and not saved, in bulk; one by one where one of them can't be."""
        unsaved, self._unsaved = self._unsaved, []
        if not unsaved:
            return
        try:
            self._store.save_polls([poll for _, _, poll in unsaved])
        except MonitorError:
            raise
        except Exception:  # noqa: BLE001 - whose it is shows when each is saved by itself
            for feed, state, poll in unsaved:
                try:
                    self._store.save_poll(poll)
                except MonitorError:
                    raise
                except Exception as error:  # noqa: BLE001 - told, and raised when the others are done
                    self._store.save_poll(self._internal(feed, state, error, now))

    def _process(self, setup: Setup, feed: Feed, state: FeedState, result: FetchResult, now: datetime) -> Poll:
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
        try:
            parsed, judgement = self._read(setup, feed, state, result, now)
        except ParseError as error:
            return self._failed(feed, state, Failed(FailureKind.NOT_A_FEED, str(error), result.status), now)
        polled = states.learned(feed, state, answered, parsed, judgement, now)
        polled = replace(
            polled, next_fetch_at=states.next_fetch_at(feed, state, polled, result, now), body_hash=body_hash
        )
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
                "new": judgement.counts.new,
                "revised": judgement.counts.revised,
                "matched": judgement.counts.matched,
                "duration_ms": round(result.seconds * 1000),
            },
        )
        return Poll(polled, now, judgement.judged, judgement.counts, setup.rule_set.hash)

    def _read(
        self, setup: Setup, feed: Feed, state: FeedState, fetched: Fetched, now: datetime
    ) -> tuple[ParsedFeed, Judgement]:
        """Parse what the last poll had not, and judge it; raises ParseError.

        What other feeds brought is saved before the store is asked about stories: they may tell of the same.
        """
        baseline = not state.baselined

        def judged(items: Sequence[Item]) -> Judgement:
            save = partial(self._save, now)
            return judge(self._joining, setup, feed, items, now, baseline=baseline, before_stories=save)

        parsed = parse.parse(feed, fetched, frozenset(state.hashes))
        judgement = judged(parsed.items)
        if parsed.skipped and any(one.by_url_alone for one in judgement.sightings):
            # An item that was cut may have the same URL, and then it says nothing: read them all.
            parsed = parse.parse(feed, fetched)
            judgement = judged(parsed.items)
        counts = judgement.counts
        skipped = replace(counts, fetched=counts.fetched + parsed.skipped, known=counts.known + parsed.skipped)
        return parsed, replace(judgement, counts=skipped)

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
