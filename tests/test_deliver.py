"""Delivery through everything that is not mail, and what a URL hides."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from post import dead_port, mail_server, silent_server, web_receiver

from monitor import deliver
from monitor.deliver.console import wrapped
from monitor.errors import DeliveryError
from monitor.model import Channel, Format, Message

SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general"
DISCORD = "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js"
TELEGRAM = "tgram://123456789:alphanumeric_longtoken/-1001234567"


def channel(url: str) -> Channel:
    return Channel("desk", "The desk", url)


def message(*parts: str, format: Format = Format.TEXT) -> Message:
    return Message("id@monitor.invalid", "ISIS watch: 3 new", parts or ("one",), format)


def failure(url: str, timeout: float = 5.0) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        deliver.send(channel(url), "", message(), timeout=timeout)
    return caught.value


# --- webhooks ----------------------------------------------------------------------------------


def test_a_webhook_gets_the_text_untouched() -> None:
    said = r"C:\new\table *stars* <b>&amp;</b> :smile: 100% \u00e9 é — 4 → 6"
    with web_receiver() as hook:
        receipt = deliver.send(channel(hook.url("path/secret-token")), "", message(said))
    got = hook.received[0]
    assert got.path == "/path/secret-token"
    assert got.json["message"] == said
    assert got.json["title"] == "ISIS watch: 3 new"
    assert got.headers["User-Agent"] == "monitor"
    assert receipt.detail == "HTTP 200"


def test_parts_go_in_order_and_each_is_reported() -> None:
    done: list[int] = []
    with web_receiver() as hook:
        deliver.send(channel(hook.url()), "", message("one", "two", "three"), on_part=done.append)
    assert [got.json["message"] for got in hook.received] == ["one", "two", "three"]
    assert [got.json["title"] for got in hook.received][1:] == ["ISIS watch: 3 new (2/3)", "ISIS watch: 3 new (3/3)"]
    assert done == [1, 2, 3]


def test_after_a_failure_the_parts_that_arrived_are_not_sent_again() -> None:
    done: list[int] = []
    three = message("one", "two", "three")
    with web_receiver(decide=lambda before: 503 if before == 1 else 200) as hook:
        with pytest.raises(DeliveryError):
            deliver.send(channel(hook.url()), "", three, on_part=done.append)
        deliver.send(channel(hook.url()), "", three, parts_done=done[-1], on_part=done.append)
    assert [got.json["message"] for got in hook.received] == ["one", "two", "two", "three"]
    assert done == [1, 2, 3]


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(400, True), (401, True), (403, True), (404, True), (410, True), (413, True), (408, False), (425, False),
     (429, False), (500, False), (502, False), (503, False), (507, False)],
)  # fmt: skip
def test_http_4xx_is_for_good_and_the_rest_passes(status: int, permanent: bool) -> None:
    with web_receiver(status=status) as hook:
        error = failure(hook.url("hooks/s3cr3t-token-value"))
    assert error.permanent is permanent
    assert f"json://127.0.0.1 answered HTTP {status}" in error.detail
    assert "s3cr3t" not in error.detail
    assert not error.maybe_delivered


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120.0), ("0", 0.0), ("-5", 0.0), ("nan", None), ("soon", None), ("1e300", 86400.0),
     ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)],
)  # fmt: skip
def test_retry_after_is_kept_within_reason(value: str, seconds: float | None) -> None:
    with web_receiver(status=429, headers={"Retry-After": value}) as hook:
        assert failure(hook.url()).retry_after == seconds


def test_a_receiver_that_is_not_there_passes_and_has_nothing() -> None:
    with dead_port() as port:
        error = failure(f"json://127.0.0.1:{port}/secret-path")
    assert (error.permanent, error.maybe_delivered) == (False, False)
    assert "secret-path" not in error.detail


def test_a_receiver_that_takes_it_and_says_nothing_may_have_it() -> None:
    with silent_server() as port:
        error = failure(f"json://127.0.0.1:{port}/", timeout=0.3)
    assert (error.permanent, error.maybe_delivered) == (False, True)
    assert "in time" in error.detail


def test_a_receiver_that_hangs_up_before_it_answers_may_have_it() -> None:
    with web_receiver(drop=True) as hook:
        error = failure(hook.url())
    assert (error.permanent, error.maybe_delivered) == (False, True)
    assert len(hook.received) == 1


def test_optional_and_retry_in_a_url_hide_no_failure_and_repeat_nothing() -> None:
    with web_receiver(status=500) as hook:
        assert not failure(hook.url(query="?optional=yes&retry=3&wait=0")).permanent
    assert len(hook.received) == 1


# --- the form a channel is told in -------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("mailto://mail.example.org/?from=a@example.org&to=b@example.org", (Format.HTML, None)),
        ("console://", (Format.TEXT, None)),
        ("json://127.0.0.1/", (Format.TEXT, 32768)),
        ("json://127.0.0.1/?format=markdown", (Format.MARKDOWN, 32768)),
        (SLACK, (Format.MARKDOWN, 35000)),
        (DISCORD, (Format.MARKDOWN, 1840)),
        (TELEGRAM, (Format.MARKDOWN, 4096)),
        ("https://discord.com/api/webhooks/4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", (Format.MARKDOWN, 1840)),
        ("mailgun://postmaster@mg.example.org/3b6ae4b1c2d3e4f5a6b7c8d9e0f1a2b3-11111111-22222222", (Format.HTML, None)),
        ("mmost://chat.example.org/3ccdd113474722377935511fc85d3dd4", (Format.TEXT, 4000)),
    ],
)
def test_a_channel_is_told_in_the_richest_form_it_shows(url: str, form: tuple[Format, int | None]) -> None:
    assert deliver.form(channel(url)) == form


def test_a_channel_that_is_no_mail_has_one_nameless_recipient() -> None:
    assert deliver.recipients(channel(SLACK)) == ("",)


MAIL = "mailtos://user:password@mail.example.org/?from=a@example.org"
NAMED = f'{MAIL}&to="Desk, night" <desk@example.org>, duty@example.org'

# --- URLs that can't be used -------------------------------------------------------------------


@pytest.mark.parametrize("url", ["console://", "json://127.0.0.1/", SLACK, DISCORD, TELEGRAM, NAMED])
def test_a_good_url_has_nothing_against_it(url: str) -> None:
    assert deliver.check(url) is None


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("carrier-pigeon://coop", "Apprise knows no service carrier-pigeon://"),
        ("", "not a URL"),
        ("desk@example.org", "not a URL"),
        ("slack://not-a-token-at-all", "slack:// is missing something"),
        ("mailto://", "mailto:// is missing something"),
        ("console://somewhere", "console:// is missing something"),
        ("mailto://mail.example.org/?from=a@example.org&to=b@example.org&pgp=encrypt", "PGP is not supported"),
        ("tgram://123456789:alphanumeric_longtoken/-1001/-1002", "names 2 targets"),
        (f"{MAIL}&to=desk@example.org,duty", "to= holds something that is no mail address"),
        (f"{MAIL}&to=@@@", "to= holds something that is no mail address"),
        (f"{MAIL}&to=desk@example.org&cc=boss@", "cc= holds something that is no mail address"),
        (f"{MAIL}&to=desk@example.org&bcc=boss", "bcc= holds something that is no mail address"),
        ("mailto://mail.example.org:99999/?from=a@example.org&to=b@example.org", "its port is above 65535"),
    ],
)
def test_check_says_why_a_url_can_not_be_used(url: str, why: str) -> None:
    complaint = deliver.check(url)
    assert complaint is not None
    assert why in complaint
    assert "token-at-all" not in complaint


def test_a_channel_that_can_not_be_used_is_a_permanent_failure() -> None:
    error = failure("carrier-pigeon://coop-with-secret")
    assert error.permanent
    assert "coop-with-secret" not in error.detail


# --- secrets -----------------------------------------------------------------------------------

HIDDEN = [
    (SLACK, ["T1JJ3T3L2", "A1BRTD4JD", "TIiajkdnlazkcOXrIdevi7FQ"]),
    (DISCORD, ["4174216298", "JHMHI8qBe7bk2ZwO5U711o3dV_js"]),
    (TELEGRAM, ["123456789", "alphanumeric_longtoken", "-1001234567"]),
    ("mailtos://watch:pa%24s+word@mail.example.org/?to=b@example.org&from=c@example.org", ["pa%24s+word", "pa$s+word"]),
    ("json://user:hunter22@hook.example.org/services/T000/B000?key=abc123def", ["hunter22", "T000", "abc123def"]),
    ("pover://userkey123@Token.With.Dots", ["userkey123", "Token.With.Dots"]),
]


@pytest.mark.parametrize(("url", "hidden"), HIDDEN)
def test_every_part_of_a_url_that_is_a_secret_is_named(url: str, hidden: list[str]) -> None:
    found = deliver.secrets(url)
    assert set(hidden) <= set(found)
    assert all(secret not in deliver.redacted(url) for secret in hidden)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("mailtos://watch:secret@mail.example.org:465/?to=b@example.org", "mailtos://mail.example.org"),
        (SLACK, "slack://…"),
        (DISCORD, "discord://…"),
        ("json://127.0.0.1:8080/secret", "json://127.0.0.1"),
        ("console://", "console://"),
        ("no url at all", "…"),
        ("json://[broken", "json://…"),
    ],
)
def test_a_redacted_url_shows_service_and_host_at_most(url: str, shown: str) -> None:
    assert deliver.redacted(url) == shown


def test_nothing_of_a_url_reaches_a_log_however_loud(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[logging.LogRecord] = []
    loud = logging.Handler(logging.DEBUG)
    monkeypatch.setattr(loud, "emit", written.append)
    monkeypatch.setattr(logging.root, "handlers", [loud])
    monkeypatch.setattr(logging.root, "level", logging.DEBUG)
    for name in ("apprise", "urllib3", "urllib3.connectionpool"):
        assert not logging.getLogger(name).isEnabledFor(logging.DEBUG)
    with web_receiver(status=403) as hook, mail_server(refuse_recipient="550 no") as post:
        failure(hook.url("services/T0000/secret-token", "?+Authorization=Bearer%20abcdef"))
        with pytest.raises(DeliveryError):
            deliver.send(channel(post.url(query="&name=secret-name")), "desk@example.org", message())
        deliver.check("slack://bad-secret-token")
    ours = [record for record in written if record.name not in ("mail.log", "asyncio")]  # those are the server's
    assert ours == []


# --- console -----------------------------------------------------------------------------------


def test_the_console_prints_the_digest_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    deliver.send(channel("console://"), "", message("ISIS watch\n 1  HIGH  NEW  a raid"))
    out, err = capsys.readouterr()
    assert out == "ISIS watch\n 1  HIGH  NEW  a raid\n\n"
    assert err == ""


def test_an_installation_that_tells_the_console_alone_loads_no_apprise() -> None:
    code = (
        "import sys; from monitor import app; from monitor.settings import load;"
        " app.check(load({'MONITOR_CONFIG': 'config'})); assert 'apprise' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parent.parent)


def test_a_closed_console_is_a_failure_that_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stdout", closed)
    assert not failure("console://").permanent


def test_long_lines_go_on_under_their_own_first_word() -> None:
    text = " 1  HIGH  NEW      six killed in an attack on a convoy\n  a quote that is longer than the width"
    assert wrapped(text, 34).split("\n") == [
        " 1  HIGH  NEW      six killed in",
        "                   an attack on a",
        "                   convoy",
        "  a quote that is longer than the",
        "  width",
    ]
    arabic = "  \u2068" + "القوات العراقية تعلن " * 3 + "\u2069"
    for line in wrapped(arabic, 30).split("\n"):
        assert line.count("\u2068") == line.count("\u2069")
