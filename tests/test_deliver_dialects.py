"""A rendered digest as the chats themselves get it, after Apprise has turned it into their dialect."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from apprise import NotifyFormat
from post import mail_server, web_receiver

from monitor import deliver
from monitor.deliver.service import service
from monitor.model import (
    Change,
    Channel,
    Coverage,
    Digest,
    Entry,
    Evidence,
    Format,
    Level,
    Match,
    Message,
    Report,
    Tier,
)
from monitor.render import render

NOW = datetime(2024, 10, 24, 5, 0, tzinfo=UTC)
HOSTILE = (
    "@everyone <!channel> <@U12345> [Bank](https://evil.example) <https://evil.example|Bank> "
    "*b* _i_ `c` ||s|| &lt;b&gt;"
)
URLS = {
    "slack": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general",
    "discord": "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
    "telegram": "tgram://123456789:alphanumeric_longtoken/-1001234567",
    "telegram 2": "tgram://123456789:alphanumeric_longtoken/-1001234567?mdv=v2",
    "google chat": "gchat://workspace/key/token",
}


def digest(text: str) -> Digest:
    report = Report(
        "k1", 1, "wire", text, Tier.WIRE, "https://wire.example/raid_(1)", text, f"{text} killed", NOW, NOW,
        (Match("isis-operation", "Operation", "operation", Level.HIGH, (Evidence("summary", 0, 9, "x"),)),),
    )  # fmt: skip
    entry = Entry("s1", Change.NEW, Level.HIGH, text, (report,))
    return Digest("d1", "morning", "desk", "ISIS watch", "UTC", NOW, (entry,), Coverage(1, 1))


def as_sent(url: str, part: str) -> str:
    plugin = service(url).plugin
    return str(plugin.dialect_convert(part, NotifyFormat.MARKDOWN))


@pytest.mark.parametrize("name", URLS)
def test_no_chat_sees_a_mention_or_a_link_in_hostile_text(name: str) -> None:
    channel = Channel("desk", "Desk", URLS[name])
    form, limit = deliver.form(channel)
    assert form is Format.MARKDOWN
    sent = as_sent(channel.url, render(digest(HOSTILE), form, limit).parts[0])
    assert not re.search(r"(?<!\w)@[\w&!]", sent)
    assert not re.search(r"<[!@#]", sent)
    assert "https://evil.example" not in sent
    assert "wire.example/raid_" in sent


def test_slack_gets_its_own_links_and_entities() -> None:
    sent = as_sent(URLS["slack"], render(digest("Raid & strike"), Format.MARKDOWN, None).parts[0])
    assert "<https://wire.example/raid_%281%29|wire.example>" in sent
    assert "Raid &amp; strike" in sent
    assert "*ISIS watch*" in sent
    assert "**" not in sent


@pytest.mark.parametrize("name", URLS)
def test_ordinary_text_is_shown_as_it_was_written(name: str) -> None:
    sent = as_sent(URLS[name], render(digest("Raid kills 7 (2 wounded): 4 → 6"), Format.MARKDOWN, None).parts[0])
    assert "Raid kills 7 (2 wounded): 4 → 6" in sent.replace("\\", "")
    assert "\\(" not in sent or name == "telegram 2"


def test_a_chat_that_reads_markdown_in_plain_text_gets_none() -> None:
    with web_receiver() as hook:
        channel = Channel("desk", "Desk", f"mmost://127.0.0.1:{hook.port}/3ccdd113474722377935511fc85d3dd4")
        form, limit = deliver.form(channel)
        assert deliver.send(channel, "", render(digest(HOSTILE), form, limit)).detail == "HTTP 200"
    said = hook.received[0].json["text"]
    assert said.startswith("ISIS watch · Thu 24 Oct 2024 05:00 UTC")
    assert "](" not in said
    assert "@everyone" not in said


def test_what_a_dialect_makes_too_long_is_sent_in_pieces() -> None:
    part = "&" * 1500 + " " + "&" * 1500  # Slack needs five characters for each
    plugin = service(URLS["slack"]).plugin
    plugin.body_maxlen = 4000
    calls = list(
        plugin._build_send_calls(body=part, title="", body_format=NotifyFormat.MARKDOWN, body_passthrough=False)
    )
    assert len(calls) > 1
    assert all(len(call["body"]) <= 4000 for call in calls)


def test_a_digest_goes_the_whole_way_into_an_inbox() -> None:
    with mail_server() as post:
        channel = Channel("desk", "Desk", post.url())
        form, limit = deliver.form(channel)
        message: Message = render(digest("مقتل 7 في غارة"), form, limit)
        deliver.send(channel, deliver.recipients(channel)[0], message)
    mail = post.letters[0]
    text, html = (part.get_content() for part in mail.iter_parts())
    assert mail["Subject"] == "[high] ISIS watch: 1 new"
    assert "مقتل 7 في غارة" in text
    assert 'href="https://wire.example/raid_%281%29"' in html
    assert html.strip().endswith("</html>")
