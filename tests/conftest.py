"""The servers that a monitor in a test talks to, and its command line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from house import House, Run
from post import Hook, Post, mail_server, web_receiver
from servers import FeedServer

from monitor.cli import main


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


@pytest.fixture
def hook() -> Iterator[Hook]:
    with web_receiver() as receiver:
        yield receiver


@pytest.fixture
def post() -> Iterator[Post]:
    with mail_server() as server:
        yield server


@pytest.fixture
def run(house: House, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: str) -> tuple[int, str, str]:
        code = main([*words, "--config", str(house.config), "--data", str(house.folder / "data")])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run
