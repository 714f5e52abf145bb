"""Mail: what arrives, and what becomes of it when it does not."""

from __future__ import annotations

import time
from email import policy
from email.parser import BytesParser

import pytest
from post import dead_port, loopback_tls, mail_server, silent_server

from monitor import deliver
from monitor.deliver import mail
from monitor.errors import DeliveryError
from monitor.model import Channel, Format, Message


def channel(url: str) -> Channel:
    return Channel("desk", "The desk", url)


def letter(**changes: object) -> Message:
    fields: dict[str, object] = {
        "message_id": "morning.1@monitor.invalid",
        "subject": "[high] ISIS watch: 3 new, 1 updated",
        "parts": ("<p>Six <mark>killed</mark></p>",),
        "format": Format.HTML,
        "text": "Six killed\n.a line that begins with a dot\n",
        "list_id": "morning.monitor.localhost",
    }
    return Message(**(fields | changes))  # type: ignore[arg-type]


def failure(url: str, message: Message | None = None, timeout: float = 5.0) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        deliver.send(channel(url), "desk@example.org", message or letter(), timeout=timeout)
    return caught.value


# --- what arrives ------------------------------------------------------------------------------


def test_a_mail_has_text_and_html_side_by_side_and_headers_of_our_own() -> None:
    with mail_server() as post:
        receipt = deliver.send(channel(post.url()), "desk@example.org", letter(thread="first.0@monitor.invalid"))
    mail = post.letters[0]
    assert receipt.detail == "250 taken"
    assert mail.get_content_type() == "multipart/alternative"
    text, html = mail.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content().splitlines() == ["Six killed", ".a line that begins with a dot"]
    assert "<mark>killed</mark>" in html.get_content()
    assert mail["Message-ID"] == "<morning.1@monitor.invalid>"
    assert mail["References"] == mail["In-Reply-To"] == "<first.0@monitor.invalid>"
    assert mail["List-Id"] == "<morning.monitor.localhost>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"] == "[high] ISIS watch: 3 new, 1 updated"
    assert mail["Date"].datetime.tzinfo is not None
    assert mail.defects == []
    for name in ("Message-ID", "Subject", "From", "To", "Date", "MIME-Version"):
        assert len(mail.get_all(name)) == 1


def test_a_first_message_refers_to_none() -> None:
    with mail_server() as post:
        deliver.send(channel(post.url()), "desk@example.org", letter(thread="morning.1@monitor.invalid"))
    assert post.letters[0]["References"] is None


def test_each_address_of_a_url_is_a_recipient_and_sees_only_itself() -> None:
    with mail_server() as post:
        desk = channel(
            post.url("a@example.org", "b@example.org", query="&cc=c@example.org&bcc=d@example.org,A@example.org")
        )
        assert deliver.recipients(desk) == ("a@example.org", "b@example.org", "c@example.org", "d@example.org")
        deliver.send(desk, "b@example.org", letter())
    assert post.recipients == ["b@example.org"]
    assert post.letters[0]["To"] == "b@example.org"
    assert b"c@example.org" not in post.raw[0]


def test_a_url_names_its_sender_and_extra_headers_but_none_of_ours() -> None:
    query = "&name=The%20Desk&reply=answer@example.org&+X-Team=iraq&+Message-ID=theirs&+Bcc=spy@example.org"
    with mail_server() as post:
        deliver.send(channel(post.url(query=query)), "desk@example.org", letter())
    mail = post.letters[0]
    assert mail["From"] == "The Desk <watch@example.org>"
    assert mail["Reply-To"] == "answer@example.org"
    assert mail["X-Team"] == "iraq"
    assert mail.get_all("Message-ID") == ["<morning.1@monitor.invalid>"]
    assert mail["Bcc"] is None


@pytest.mark.parametrize(
    "subject",
    [
        "harmless\r\nBcc: spy@example.org",
        "harmless\nX-Evil: 1\n\nbody",
        "null\x00 and \u2028 separators \x85",
        "القوات العراقية تعلن مقتل قيادي في تنظيم الدولة خلال عملية أمنية واسعة في وسط البلاد اليوم الخميس",
        "=?utf-8?q?already_encoded?= " + "x" * 300,
        "Ankara: “İŞİD” " + "🟥" * 40,
        "lone \ud800 surrogate",
    ],
)
def test_no_subject_can_end_its_header(subject: str) -> None:
    with mail_server() as post:
        deliver.send(channel(post.url()), "desk@example.org", letter(subject=subject))
    mail = post.letters[0]
    assert mail["Bcc"] is None
    assert mail["X-Evil"] is None
    assert len(mail.get_all("Subject")) == 1
    assert "\n" not in mail["Subject"]
    if subject.isprintable() and "=?" not in subject:
        assert mail["Subject"].replace(" ", "") == subject.replace(" ", "")
    raw = BytesParser(policy=policy.SMTP).parsebytes(post.raw[0])
    assert all(len(line) <= 998 for line in post.raw[0].split(b"\r\n"))
    assert raw.defects == []


def test_text_without_html_is_a_plain_mail() -> None:
    with mail_server() as post:
        deliver.send(channel(post.url()), "desk@example.org", letter(parts=("plain é",), format=Format.TEXT, text=""))
    assert post.letters[0].get_content_type() == "text/plain"
    assert post.letters[0].get_content().strip() == "plain é"


# --- what becomes of it ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("behaviour", "permanent", "detail"),
    [
        ({"refuse_recipient": "550 5.1.1 no such user"}, True, "recipient refused: 550 5.1.1 no such user"),
        (
            {"refuse_recipient": "450 4.2.0 greylisted, come back"},
            False,
            "recipient refused: 450 4.2.0 greylisted, come back",
        ),
        ({"refuse_sender": "553 5.1.8 not from you"}, True, "sender refused: 553 5.1.8 not from you"),
        ({"refuse_message": "554 5.7.1 looks like spam"}, True, "message refused: 554 5.7.1 looks like spam"),
        ({"refuse_message": "452 4.3.1 disk full"}, False, "message refused: 452 4.3.1 disk full"),
    ],
)
def test_5xx_is_for_good_and_4xx_passes(behaviour: dict[str, str], permanent: bool, detail: str) -> None:
    with mail_server(**behaviour) as post:
        error = failure(post.url())
    assert (error.permanent, error.detail, error.maybe_delivered) == (permanent, detail, False)
    assert post.letters == []


def test_accepted_and_then_dropped_is_delivered() -> None:
    with mail_server(drop="after 250") as post:
        receipt = deliver.send(channel(post.url()), "desk@example.org", letter())
    assert receipt.detail == "250 taken"
    assert len(post.letters) == 1


def test_dropped_before_it_was_accepted_passes_and_may_be_a_repeat() -> None:
    with mail_server(drop="before 250") as post:
        error = failure(post.url())
    assert not error.permanent
    assert error.maybe_delivered
    assert "before the message was accepted" in error.detail


def test_a_server_that_takes_its_time_over_a_letter_is_waited_for() -> None:
    with mail_server() as post:
        post.slow = 1.5
        deliver.send(channel(post.url()), "desk@example.org", letter(), timeout=0.5)
        assert len(post.letters) == 1


def test_no_answer_to_the_last_dot_passes_and_may_be_a_repeat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "_VERDICT", 0.3)
    with mail_server(drop="never 250") as post:
        error = failure(post.url())
        assert len(post.letters) == 1
    assert (error.permanent, error.maybe_delivered) == (False, True)


def test_nobody_listening_passes() -> None:
    with dead_port() as port:
        error = failure(f"mailto://127.0.0.1:{port}/?from=a@example.org&to=desk@example.org")
    assert (error.permanent, error.maybe_delivered) == (False, False)
    assert error.detail == "the mail server refuses connections"


@pytest.mark.parametrize("greeting", [b"", b"220 hello\r\n"])
def test_a_server_that_hangs_is_left_in_time(greeting: bytes) -> None:
    with silent_server(greeting) as port:
        begun = time.monotonic()
        error = failure(f"mailto://127.0.0.1:{port}/?from=a@example.org&to=desk@example.org", timeout=0.3)
    assert time.monotonic() - begun < 3
    assert (error.permanent, error.detail) == (False, "the mail server did not answer in time")


def test_a_server_that_talks_nonsense_passes() -> None:
    with silent_server(b"SSH-2.0-OpenSSH_9.2\r\n") as port:
        error = failure(f"mailto://127.0.0.1:{port}/?from=a@example.org&to=desk@example.org", timeout=0.5)
    assert not error.permanent


def test_a_wrong_password_is_for_good_and_is_never_told() -> None:
    with mail_server(password="right-horse") as post:
        url = f"mailto://watch:wrong-battery@127.0.0.1:{post.port}/?from=watch@example.org&to=desk@example.org"
        error = failure(url)
        deliver.send(channel(url.replace("wrong-battery", "right-horse")), "desk@example.org", letter())
    assert error.permanent
    assert error.detail.startswith("login refused: 535")
    assert "battery" not in repr(error)
    assert len(post.letters) == 1


def test_a_login_that_the_server_does_not_offer_is_for_good() -> None:
    with mail_server() as post:
        error = failure(f"mailto://watch:secret-word@127.0.0.1:{post.port}/?from=watch@example.org&to=desk@example.org")
    assert error.permanent
    assert "secret-word" not in str(error)


@pytest.mark.parametrize("mode", ["ssl", "starttls"])
def test_tls_is_spoken_as_the_url_says_and_its_certificate_is_checked(mode: str) -> None:
    tls = loopback_tls()
    with mail_server(tls=tls if mode == "ssl" else None, starttls=tls if mode == "starttls" else None) as post:
        url = f"mailtos://127.0.0.1:{post.port}/?from=watch@example.org&to=desk@example.org&mode={mode}"
        error = failure(url)
        deliver.send(channel(f"{url}&verify=no"), "desk@example.org", letter())
    assert not error.permanent  # certificates are renewed
    assert "CERTIFICATE_VERIFY_FAILED" in error.detail
    assert len(post.letters) == 1


def test_starttls_is_never_given_up_for_plain_text() -> None:
    with mail_server() as post:
        error = failure(f"mailtos://127.0.0.1:{post.port}/?from=watch@example.org&to=desk@example.org&mode=starttls")
    assert error.permanent
    assert post.letters == []
