"""Fetching through a SOCKS5 proxy (RFC 1928): the proxy looks the name up, and what it refuses is a failure."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from servers import Answer, FeedServer

from monitor.fetch import Fetcher, Request
from monitor.model import Failed, FailureKind, Feed, Fetched, FetchResult


@contextmanager
def proxy(target: int, asked: list[str], reply: int = 0) -> Iterator[int]:
    """A proxy that takes every name for this machine's ``target`` port; ``reply`` 0 is success."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client:
                client.recv(2 + client.recv(2, socket.MSG_PEEK)[1])
                client.sendall(b"\x05\x00")
                _, _, _, kind, length = client.recv(5)
                assert kind == 3  # a name, not an address of ours
                asked.append(client.recv(length).decode())
                client.recv(2)
                client.sendall(bytes([5, reply, 0, 1]) + b"\x00" * 4 + struct.pack(">H", 0))
                if reply:
                    continue
                with socket.create_connection(("127.0.0.1", target)) as server:
                    server.sendall(client.recv(65536))
                    while piece := server.recv(65536):
                        client.sendall(piece)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()


def fetch(port: int) -> FetchResult:
    fetcher = Fetcher(user_agent="test", proxy=f"socks5h://127.0.0.1:{port}", timeout=timedelta(seconds=5))
    [(_, result)] = fetcher.fetch_all([Request(Feed("one", "http://feed.invalid/one", "One"))])
    return result


def test_a_name_that_only_the_proxy_knows_is_fetched() -> None:
    asked: list[str] = []
    with FeedServer({"/one": Answer(body=b"<rss/>")}) as server, proxy(server.port, asked) as port:
        result = fetch(port)
    assert isinstance(result, Fetched)
    assert result.body == b"<rss/>"
    assert asked == ["feed.invalid"]


@pytest.mark.parametrize("reply", [1, 2, 4, 5])
def test_what_the_proxy_refuses_is_a_failed_connection(reply: int) -> None:
    with proxy(9, [], reply) as port:
        result = fetch(port)
    assert isinstance(result, Failed)
    assert (result.kind, result.detail) == (FailureKind.CONNECT, "the proxy gave no connection to feed.invalid")
