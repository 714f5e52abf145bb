"""Every test of the store runs on a SQLite file and on a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from store_samples import FEEDS, NOW, empty
from store_server import Server

from monitor.store import Store


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server, started once for each process that runs tests, when first needed."""
    server = Server()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty_url(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A place for a database in which nothing is yet."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'monitor.db'}"
        return
    server: Server = request.getfixturevalue("server")
    name = server.new_database()
    yield server.url(name)
    server.drop(name)


@pytest.fixture(scope="session")
def shared(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Callable[[str], Store]]:
    """One open store of each kind, emptied after each test: to make one takes longer than most tests."""
    with ExitStack() as stack:

        @cache
        def open_one(kind: str) -> Store:
            if kind == "sqlite":
                return stack.enter_context(Store.open(f"sqlite:///{tmp_path_factory.mktemp('shared') / 'monitor.db'}"))
            server: Server = request.getfixturevalue("server")
            return stack.enter_context(Store.open(server.url(server.new_database())))

        yield open_one


@pytest.fixture
def bare_store(kind: str, shared: Callable[[str], Store]) -> Iterator[Store]:
    """A store in which nothing is."""
    store = shared(kind)
    yield store
    empty(store)


@pytest.fixture
def url(bare_store: Store) -> str:
    """Where the store of this test is."""
    return bare_store._db.url.render_as_string(hide_password=False)


@pytest.fixture
def store(bare_store: Store) -> Iterator[Store]:
    """A store with two feeds and two channels that nothing has happened to; its books balance at the end."""
    bare_store.sync_feeds(FEEDS, NOW)
    bare_store.sync_channels(("desk", "duty"), NOW)
    bare_store.welcome(("desk", "duty"), (), NOW)
    yield bare_store
    assert bare_store.books().problems() == ()
