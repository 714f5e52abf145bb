"""One line for each event, with keys, in UTC; no secret, and nothing a terminal would obey."""

from __future__ import annotations

import io
import json
import logging
import re
import shlex
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import log

LOGGER = logging.getLogger("monitor.test")


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root, ours, apprise = logging.getLogger(), logging.getLogger("monitor"), logging.getLogger("apprise")
    before = (root.handlers[:], root.level, ours.level, apprise.propagate)
    yield
    root.handlers[:], apprise.propagate = before[0], before[3]
    root.setLevel(before[1])
    ours.setLevel(before[2])
    logging.captureWarnings(False)


def written(stream: io.StringIO) -> dict[str, Any]:
    (line,) = stream.getvalue().splitlines()
    return dict(json.loads(line))


def to(stream: io.StringIO, **options: Any) -> io.StringIO:
    log.setup(stream=stream, **options)
    return stream


def test_a_line_has_its_keys_in_order_and_its_moment_in_utc() -> None:
    stream = to(io.StringIO())
    LOGGER.info("feed polled", extra={"new": 3, "duration_ms": 12.5, "feed_id": "bbc world", "event": "poll"})
    pattern = (
        r"ts=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z level=info msg=\"feed polled\""
        r" event=poll feed_id=\"bbc world\" duration_ms=12.5 new=3\n"
    )
    assert re.fullmatch(pattern, stream.getvalue())
    moment = datetime.fromisoformat(stream.getvalue().split(" ")[0].removeprefix("ts="))
    assert abs((datetime.now(UTC) - moment).total_seconds()) < 60


def test_json_lines_keep_numbers_and_moments() -> None:
    stream = to(io.StringIO(), format="json")
    LOGGER.warning("a", extra={"attempt": 2, "ok": True, "at": datetime(2024, 10, 22, 3, 0, tzinfo=UTC), "gone": None})
    line = written(stream)
    assert line.pop("ts").endswith("Z")
    assert line == {"level": "warning", "msg": "a", "attempt": 2, "ok": True, "at": "2024-10-22T03:00:00Z"}


@pytest.mark.parametrize("form", ["text", "json"])
@settings(deadline=None)
@given(text=st.text(max_size=40))
def test_any_text_of_a_feed_stays_one_harmless_line(form: str, text: str) -> None:
    stream = io.StringIO()
    log.setup("debug", form, stream=stream)
    LOGGER.info("%s", text, extra={"item_id": text})
    line = stream.getvalue()
    assert line.endswith("\n")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ud800-\udfff]", line)
    assert line.count("\n") == 1
    line.encode()
    if form == "json":
        assert json.loads(line)["item_id"] == text


def test_logfmt_values_can_be_told_apart() -> None:
    stream = to(io.StringIO())
    LOGGER.info('he said "go"\n=\\ داعش \x1b[31m', extra={"empty": "", "plain": "a/b:c"})
    line = stream.getvalue()
    assert r'msg="he said \"go\"\n=\\ داعش \u001b[31m"' in line
    assert 'empty=""' in line
    assert " plain=a/b:c" in line
    assert len(shlex.split(line)) == 5


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_is_shown_in_a_message_a_field_or_an_exception(form: str) -> None:
    secret = 'p@ss/w"rd\\1'
    stream = to(io.StringIO(), format=form, secrets=[secret, "abc"])
    try:
        raise ValueError(f"can't log in with {secret}")  # noqa: TRY301
    except ValueError:
        LOGGER.exception(
            "trying %s for abc",
            secret,
            extra={"channel": secret, "quoted": "x=p%40ss%2Fw%22rd%5C1", "shown": repr(secret)},
        )
    line = stream.getvalue()
    for part in ("p@ss", "ss/w", "rd\\", "%40ss", "%2Fw", "rd%5C"):
        assert part not in line
    assert "ValueError" in line
    assert "for abc" in line  # too short to be a secret
    assert line.count("\n") == 1


def test_the_password_of_a_url_and_the_address_of_a_service_are_never_shown() -> None:
    redact = log.redactor([])
    assert redact("GET https://user:pw@example.org/a failed") == "GET https://***@example.org/a failed"
    assert redact("postgresql+psycopg://u:p@db/monitor") == "postgresql+psycopg://***@db/monitor"
    assert redact("sent to discord://12345/token: 404") == "sent to discord://*** 404"
    assert redact("see https://example.org/a@b?c=d") == "see https://example.org/a@b?c=d"
    assert redact("sqlite:///data/monitor.db console://") == "sqlite:///data/monitor.db console://"


def test_a_longer_secret_is_hidden_whole_where_it_holds_a_shorter_one() -> None:
    assert log.redactor(["token", "token-and-more"])("token-and-more token") == "*** ***"


def test_libraries_speak_up_only_to_warn_and_apprise_not_at_all() -> None:
    stream = to(io.StringIO(), level="debug")
    logging.getLogger("aiohttp.client").info("GET https://example.org/?key=1")
    logging.getLogger("apprise").error("Failed to send to json://host/token")
    assert stream.getvalue() == ""
    logging.getLogger("apscheduler.scheduler").warning("skipped a tick")
    logging.getLogger("alembic").warning("late")
    LOGGER.debug("shown")
    assert [line.split(" ", 1)[1] for line in stream.getvalue().splitlines()] == [
        "level=warning msg=late logger=alembic",
        "level=debug msg=shown",
    ]


def test_a_warning_of_python_is_a_line_of_the_log() -> None:
    stream = to(io.StringIO())
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    assert "level=warning" in stream.getvalue()
    assert stream.getvalue().count("\n") == 1


def test_the_last_setup_counts() -> None:
    first, second = io.StringIO(), io.StringIO()
    log.setup(stream=first)
    log.setup("warning", "json", ["s3cret"], second)
    LOGGER.info("unheard")
    LOGGER.warning("s3cret")
    assert first.getvalue() == ""
    assert written(second)["msg"] == "***"
