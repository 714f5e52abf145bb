"""Connections that reach the public Internet only, and names resolved without holding up an exit."""

from __future__ import annotations

import asyncio
import importlib.util
import socket
import threading
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from monitor.fetch.address import metadata, refusal

_DNS_TTL = 60  # seconds; a session lives as long as one round of polls
_HEADER_LINE = 64 * 1024  # bytes; content security policies of tens of KB are common


class Refused(OSError):
    """The address is not one that feeds may lead to. The message says why, and what would permit it."""

    def __init__(self, address: str, why: str) -> None:
        permitted = "; allow_private: true at the feed in feeds.yaml permits it"
        super().__init__(f"{why}{', which is never asked' if metadata(address) else permitted}")


def knows_socks() -> bool:
    """Whether the extra for SOCKS proxies is installed."""
    return importlib.util.find_spec("aiohttp_socks") is not None


def socks_errors() -> tuple[type[Exception], ...]:
    """What a SOCKS proxy that refuses raises; needs the extra."""
    from aiohttp_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError  # noqa: PLC0415 - an extra

    return (ProxyError, ProxyConnectionError, ProxyTimeoutError)


def open_session(*, guarded: bool, socks: str | None = None) -> aiohttp.ClientSession:
    """A session that sends nothing unasked and keeps nothing: no cookies, no redirects followed.

    A ``guarded`` one connects to public addresses only, any other to all but clouds' metadata; through a
    ``socks`` proxy (a URL) it is the proxy that looks names up and connects. Bodies come as sent, encoded.
    """
    connector: aiohttp.BaseConnector
    if socks is not None:
        from aiohttp_socks import ProxyConnector  # noqa: PLC0415 - an extra

        url = socks.replace("socks5h:", "socks5:", 1).replace("socks4a:", "socks4:", 1)
        connector = ProxyConnector.from_url(url, rdns=True, limit=0, force_close=True)
    else:
        connector = aiohttp.TCPConnector(
            resolver=_Resolver(guarded=guarded),
            socket_factory=_guarded_socket if guarded else _private_socket,
            ttl_dns_cache=_DNS_TTL,
            limit=0,  # the fetcher limits, in the order it wants
            force_close=True,  # idle TLS connections to 500 hosts hold 200 MB
        )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        max_line_size=_HEADER_LINE,
        max_field_size=_HEADER_LINE,
    )


def _guarded_socket(addr_info: tuple[Any, ...]) -> socket.socket:
    """The one place through which every guarded connection passes, IP literals included.

    The address judged is the one the socket is about to connect to, so that a name which resolves
    differently a moment later (DNS rebinding) gains nothing.
    """
    return _socket(addr_info, refusal)


def _private_socket(addr_info: tuple[Any, ...]) -> socket.socket:
    """The same for what may be private: a redirect may lead where nobody meant to be."""
    return _socket(addr_info, metadata)


def _socket(addr_info: tuple[Any, ...], judge: Callable[[str], str | None]) -> socket.socket:
    family, kind, protocol, _, (address, *_) = addr_info
    why = judge(str(address))
    if why:
        raise Refused(str(address), why)
    return socket.socket(family=family, type=kind, proto=protocol)


class _Resolver(AbstractResolver):
    """getaddrinfo in a daemon thread: a name server that hangs can't keep the program from ending."""

    def __init__(self, *, guarded: bool) -> None:
        self._guarded = guarded

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of ``host``; raises ``OSError``, and ``Refused`` where none may be used."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[tuple[Any, ...]]] = loop.create_future()

        def settle(found: list[tuple[Any, ...]], error: OSError | None) -> None:
            if answer.done():  # nobody waits any more
                return
            if error is None:
                answer.set_result(found)
            else:
                answer.set_exception(error)

        def look_up() -> None:
            found: list[tuple[Any, ...]] = []
            error: OSError | None = None
            try:
                found = list(socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM))
            except OSError as problem:
                error = problem
            except (UnicodeError, ValueError):
                error = socket.gaierror(socket.EAI_NONAME, "not a host name")
            try:
                loop.call_soon_threadsafe(settle, found, error)
            except RuntimeError:  # the loop was closed meanwhile
                return

        threading.Thread(target=look_up, name="resolve", daemon=True).start()
        infos = await answer
        usable: list[ResolveResult] = []
        refused: Refused | None = None
        for info_family, _, protocol, _, address in infos:
            why = refusal(str(address[0])) if self._guarded else None
            if why:
                refused = Refused(str(address[0]), why)
            else:
                usable.append(
                    ResolveResult(
                        hostname=host,
                        host=str(address[0]),
                        port=int(address[1]),
                        family=info_family,
                        proto=protocol,
                        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
                    )
                )
        if refused and not usable:
            raise refused
        return usable

    async def close(self) -> None:
        """Nothing is held."""
