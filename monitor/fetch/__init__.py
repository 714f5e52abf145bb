"""Fetch: a feed and its validators in; fetched, not modified or failed out.

The only asynchronous code of the program, and the only place that knows aiohttp. Fetches run side
by side in an event loop in a thread of their own; results come to the caller one at a time:

    requests ─► lanes by host ─► exchange (redirects, decoding, limits) ─► queue ─► caller
                 address.py       exchange.py  coding.py  headers.py

Memory is bounded: results wait only while there is room for them, and of bodies above 1 MiB no more
than a few are held at one time, however slowly the caller takes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from monitor.fetch.connect import knows_socks, socks_errors
from monitor.fetch.exchange import Manners, Request
from monitor.fetch.round import Pace, Round
from monitor.model import Feed, FetchResult

__all__ = ["Fetcher", "Request"]

_SOCKS = ("socks4", "socks4a", "socks5", "socks5h")


class Fetcher:
    """Fetches many feeds at once, politely. Safe to use again, by one caller at a time."""

    def __init__(
        self,
        *,
        user_agent: str,
        timeout: timedelta = timedelta(seconds=30),
        connect_timeout: timedelta = timedelta(seconds=10),
        body_limit: int = 10 * 1024 * 1024,
        concurrency: int = 32,
        per_host: int = 2,
        spacing: timedelta = timedelta(0),
        space_private: bool = True,
        redirects: int = 8,
        proxy: str | None = None,
    ) -> None:
        """``user_agent`` says who asks and how to reach them.

        ``timeout`` is for one feed as a whole, redirects and a slowly dripping body included, and
        ``connect_timeout`` for one connection, name look-up included; ``body_limit`` counts bytes
        after decompression. At most ``concurrency`` fetches run at one time, ``per_host`` of them
        at one host, where each place rests for ``spacing`` between two (not, without
        ``space_private``, for feeds that may be private: those hosts are the operator's own).
        Through a ``proxy`` (an http or, with the extra ``socks``, a SOCKS URL, perhaps with a password) it
        is the proxy that connects: private addresses can't be refused then. Raises ``ValueError`` for a
        proxy of another kind.
        """
        scheme = urlsplit(proxy).scheme if proxy else ""
        if scheme not in ("", "http", "https", *_SOCKS):
            raise ValueError("the proxy must be an http, https or socks URL")
        if scheme in _SOCKS and not knows_socks():
            raise ValueError("a SOCKS proxy needs its extra: pip install 'monitor[socks]'")
        self._manners = Manners(
            user_agent=user_agent,
            timeout=timeout,
            connect_timeout=connect_timeout,
            body_limit=body_limit,
            redirects=redirects,
            proxy=None if scheme in _SOCKS else proxy or None,
            socks=proxy if scheme in _SOCKS else None,
            socks_errors=socks_errors() if scheme in _SOCKS else (),
        )
        self._pace = Pace(concurrency, per_host, spacing, space_private)

    def fetch_all(
        self, requests: Iterable[Request], begin_within: timedelta | None = None
    ) -> Iterator[tuple[Feed, FetchResult]]:
        """Each feed with its result, as they complete; every request that was begun gives exactly one.

        A feed that fails is a ``Failed``; a bug raises here and ends the rest. Closing the iterator
        early cancels what still runs. What can't be begun ``begin_within`` (None: however long it waits) is left out.
        """
        for group in self.fetch_groups(requests, 1, begin_within):
            yield from group

    def fetch_groups(
        self, requests: Iterable[Request], most: int, begin_within: timedelta | None = None
    ) -> Iterator[list[tuple[Feed, FetchResult]]]:
        """The same in groups of what comes together: the first result of a group waits a tenth of a second at most."""
        wanted = list(requests)
        if not wanted:
            return
        with Round(wanted, self._manners, self._pace, begin_within) as results:
            yield from results(most)
