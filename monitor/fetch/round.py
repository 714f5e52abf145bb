"""One round of fetches: the thread with its event loop, whose turn it is, and the way back."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from types import TracebackType
from urllib.parse import urlsplit

import aiohttp
import uvloop

from monitor.fetch.connect import open_session
from monitor.fetch.exchange import Line, Manners, Request, exchange
from monitor.model import Feed, Fetched, FetchResult

_WAITING = 32  # results that may wait for the caller, beyond those under way
_GATHERED = 0.1  # seconds in which a group waits for more: a transaction each would cost more than all the rest
_GATHERED_BYTES = 512 * 1024  # of bodies in a group: their items are all in memory until it is committed
_LARGE = 2  # bodies above 1 MiB held at one time


@dataclass(frozen=True, slots=True)
class Pace:
    """How many fetches at one time, at one host, and how long a host's place rests between two."""

    concurrency: int
    per_host: int
    spacing: timedelta
    space_private: bool = True


@dataclass(slots=True)
class _Ticket:
    """What one result holds until the caller is done with it."""

    release: list[Callable[[], None]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Result:
    feed: Feed
    result: FetchResult | None  # None: it could not be begun in time
    ticket: _Ticket


@dataclass(frozen=True, slots=True)
class _End:
    """The loop has ended: with an error, where it met a bug."""

    error: BaseException | None


class Round:
    """A context that gives the results in groups of at most so many, and on leaving cancels what still runs.

    What can't be begun in time (``begin_within``) has no result.
    """

    def __init__(
        self, requests: list[Request], manners: Manners, pace: Pace, begin_within: timedelta | None = None
    ) -> None:
        self._requests = requests
        self._manners = manners
        self._pace = pace
        self._last_begin = time.monotonic() + begin_within.total_seconds() if begin_within else None
        self._results: queue.SimpleQueue[_Result | _End] = queue.SimpleQueue()
        self._loop = uvloop.new_event_loop()
        self._task: asyncio.Task[None] | None = None
        self._left = threading.Event()
        self._thread = threading.Thread(target=self._work, name="fetch", daemon=True)

    def __enter__(self) -> Callable[[int], Iterator[list[tuple[Feed, FetchResult]]]]:
        self._thread.start()
        return self._taken

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left.set()
        self._in_loop(self._cancel)
        self._thread.join()

    def _taken(self, most: int) -> Iterator[list[tuple[Feed, FetchResult]]]:
        left = len(self._requests)
        while left:
            found = [self._result(self._results.get())]
            size, until = _size(found[0]), time.monotonic() + _GATHERED
            while len(found) < min(most, left) and size < _GATHERED_BYTES:
                try:
                    found.append(self._result(self._results.get(timeout=max(0, until - time.monotonic()))))
                except queue.Empty:
                    break
                size += _size(found[-1])
            left -= len(found)
            releases = [release for one in found for release in one.ticket.release]
            group = [(one.feed, one.result) for one in found if one.result]
            del found  # before the next body is waited for, these may go
            if group:
                yield group
            group.clear()
            self._in_loop(lambda done=releases: [release() for release in done])  # type: ignore[misc]

    @staticmethod
    def _result(found: _Result | _End) -> _Result:
        if isinstance(found, _End):
            raise found.error or RuntimeError("the round ended without all its results")
        return found

    def _in_loop(self, call: Callable[[], object]) -> None:
        try:
            self._loop.call_soon_threadsafe(call)
        except RuntimeError:  # the loop has ended, and with it what there was to release or cancel
            return

    def _late(self) -> bool:
        return self._last_begin is not None and time.monotonic() > self._last_begin

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    # --- in the thread ---

    def _work(self) -> None:
        error: BaseException | None = None
        try:
            self._task = self._loop.create_task(self._run())
            if self._left.is_set():
                self._task.cancel()
            self._loop.run_until_complete(self._task)
        except asyncio.CancelledError:
            pass
        except BaseException as problem:  # noqa: BLE001 - carried to the caller, and raised there
            error = problem
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()
            self._results.put(_End(error))

    async def _run(self) -> None:
        """Work the lanes until every request has its result."""
        turns = _Turns(self._requests, self._pace)
        slots = asyncio.Semaphore(self._pace.concurrency + _WAITING)
        large = asyncio.Semaphore(_LARGE)
        socks = self._manners.socks
        async with (
            open_session(guarded=True) as guarded,
            open_session(guarded=False, socks=socks) as unguarded,
            open_session(guarded=False) as direct,
        ):

            def session(request: Request) -> aiohttp.ClientSession:
                if request.direct:
                    return direct
                # Behind a proxy it is the proxy's address that we connect to, often a private one.
                return unguarded if request.feed.allow_private or self._manners.proxy or socks else guarded

            async def lane() -> None:
                while True:
                    await slots.acquire()
                    turn = await turns.next()
                    if turn is None:
                        return
                    host, request = turn
                    ticket = _Ticket([slots.release])

                    async def room(ticket: _Ticket = ticket) -> None:
                        await large.acquire()
                        ticket.release.append(large.release)

                    # In no variable: while the next one is asked, this lane would hold the last one's body.
                    self._results.put(
                        _Result(
                            request.feed,
                            None if self._late() else await exchange(request, self._manners, Line(session, room)),
                            ticket,
                        )
                    )
                    turns.finished(host, request, rest=not self._late())

            lanes = [self._loop.create_task(lane()) for _ in range(min(self._pace.concurrency, len(self._requests)))]
            try:
                await asyncio.gather(*lanes)
            finally:
                for task in lanes:
                    task.cancel()
                await asyncio.gather(*lanes, return_exceptions=True)


def _size(found: _Result) -> int:
    return len(found.result.body) if isinstance(found.result, Fetched) else 0


class _Turns:
    """Whose turn it is: hosts in rotation, each with so many places, each place resting between two."""

    def __init__(self, requests: list[Request], pace: Pace) -> None:
        self._spacing = pace.spacing.total_seconds()
        self._space_private = pace.space_private
        self._left = len(requests)
        self._waiting: dict[str, deque[Request]] = {}
        for request in requests:
            self._waiting.setdefault(_host(request), deque()).append(request)
        self._places: asyncio.Queue[str | None] = asyncio.Queue()
        for place in range(pace.per_host):
            for host, theirs in self._waiting.items():
                if len(theirs) > place:
                    self._places.put_nowait(host)

    async def next(self) -> tuple[str, Request] | None:
        """The next request whose host has a place free, and that host; None when all are finished."""
        while (host := await self._places.get()) is not None:
            if theirs := self._waiting.get(host):
                return host, theirs.popleft()
        self._places.put_nowait(None)  # for the lanes that still wait
        return None

    def finished(self, host: str, request: Request, *, rest: bool) -> None:
        """Give the place that ``request`` had to the next of its host, after a ``rest`` where another will be asked."""
        self._left -= 1
        if not self._left:
            self._places.put_nowait(None)
        elif not self._waiting[host]:
            return
        elif rest and self._spacing and (self._space_private or not request.feed.allow_private):
            asyncio.get_running_loop().call_later(self._spacing, self._places.put_nowait, host)
        else:
            self._places.put_nowait(host)


def _host(request: Request) -> str:
    """What counts as one host: the name and port; "" for what is no URL (it will fail without one)."""
    try:
        return urlsplit(request.moved_to or request.feed.url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""
