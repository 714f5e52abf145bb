"""The demo: the whole job over real loopback servers, read as a newcomer reads it."""

from __future__ import annotations

import email.policy
import io
import json
import os
import re
import smtplib
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import pytest

from monitor import demo
from monitor.demo.post import MailServer
from monitor.demo.site import PAGES, document
from monitor.errors import MonitorError
from monitor.model import Feed, Fetched, Validators
from monitor.parse import parse

NOW = datetime(2024, 10, 24, 5, tzinfo=UTC)
NOISE = (
    "goddess", "Trial opens", "raid on pensions", "neutron", "League postpones", "Bombshell", "Heat kills",
    "locust", "Olive harvest", "Change of command", "معرض", "Hakemler",
)  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """What one demo printed and left."""

    code: int
    text: str
    folder: Path

    @property
    def mails(self) -> list[EmailMessage]:
        files = sorted(self.folder.glob("mail-*.eml"))
        return [message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]


def run(folder: Path) -> Shown:
    out = io.StringIO()
    code = demo.run(out, folder)
    return Shown(code, out.getvalue(), folder)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """One demo, where an earlier one has been, with an environment that would lead it astray."""
    folder = tmp_path_factory.mktemp("demo")
    for name in ("config/.demo", "config/feeds.yaml", "data/monitor.db", "mail-9.eml"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MONITOR_DATABASE", "postgresql+psycopg://nobody@127.0.0.1:1/nothing")
        patch.setenv("http_proxy", "http://127.0.0.1:1")
        patch.setenv("no_proxy", "example.org")
        shown = run(folder)
        assert os.environ["no_proxy"] == "example.org", "put back as it was"
    return shown


def plain(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_the_demo_succeeds(shown: Shown) -> None:
    assert shown.code == 0, shown.text


def test_every_feed_and_its_condition_is_shown(shown: Shown) -> None:
    lines = shown.text.splitlines()
    for title, condition in (
        ("Sample Wire", "ok"), ("Sample Defence Command", "ok"), ("Sample Levant Observer", "ok"),
        ("Sample Regional Desk", "ok"), ("Sample Baghdad Daily", "ok"), ("Sample Ankara News", "ok"),
        ("Sample Gulf Digest", "ok"), ("Sample Portal", "failing: not a feed"), ("Sample Council Reports", "ok"),
        ("Sample Alerts Page", "empty"),
    ):  # fmt: skip
        assert any(line.lstrip().startswith(title) and condition in line for line in lines), title


def test_a_feed_that_did_not_change_answers_304(shown: Shown) -> None:
    found = re.search(r"(\d+) answered 304", shown.text)
    assert found is not None
    assert int(found[1]) >= 4


def test_the_joint_raid_reaches_the_desk_with_its_source_and_rule(shown: Shown) -> None:
    first = plain(shown.mails[0])
    assert "Joint raid in central Iraq kills at least seven senior ISIS operatives" in first
    assert "https://wire.example/world/central-iraq-joint-raid" in first
    assert re.search(r"why: [^·]*isis-attack", first)


def test_every_figure_of_the_joint_raid_stands_in_the_digest_with_its_words(shown: Shown) -> None:
    first = plain(shown.mails[0])
    raid = first[first.index("── 1 ") :].split("── 2 ")[0]  # the wire's report and the command's are one story
    rows = [" ".join(row.split()) for row in re.split(r"\n(?: {2}| {26})(?=\S)", raid) if "“" in row]
    for parts in (
        ("US wounded", "2, stable", "“two US troops wounded”"),
        ("ISIS killed", "at least 7", "“kills at least seven senior ISIS operatives”"),
        ("1 of them", "top figure"),
        ("US in Iraq", "2,500", "“About 2,500 US troops”"),
        ("US in Syria", "900"),
        ("posture", "US mission", "within a year"),
        ("ISIS strength", "1,500 to 3,000", "UN report"),
        ("earlier", "4 ISIS killed", "14 Oct", "“Four ISIS members died”"),
    ):
        assert any(all(part in line for part in parts) for line in rows), parts
    assert "seized                  weapons" in raid
    assert re.search(r"NEW · raid · \w+ 22 Oct \d{4} · central Iraq", raid)


def test_reports_in_arabic_and_turkish_arrive_readable(shown: Shown) -> None:
    first = plain(shown.mails[0])
    assert "داعش" in first
    assert "DEAŞ" in first


def test_noise_is_told_to_nobody(shown: Shown) -> None:
    told = "".join(plain(mail) for mail in shown.mails)
    told += "".join(file.read_text(encoding="utf-8") for file in shown.folder.glob("webhook-*.json"))
    assert [word for word in NOISE if word in told] == []


def test_a_new_toll_is_told_as_an_update(shown: Shown) -> None:
    second = plain(shown.mails[1])
    assert "Six soldiers killed in ISIS attack" in second
    assert "UPDATED" in second


def test_a_url_known_from_another_feed_is_not_told_again(shown: Shown) -> None:
    assert "central-iraq-joint-raid" not in plain(shown.mails[1])
    assert re.search(r"[1-9]\d* suppressed \(repeat\)", shown.text)


def test_what_is_urgent_reaches_the_webhook_at_once(shown: Shown) -> None:
    calls = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(shown.folder.glob("webhook-*.json"))]
    assert any("Joint raid" in json.dumps(call, ensure_ascii=False) for call in calls)


def test_the_books_balance_and_are_shown(shown: Shown) -> None:
    fetched = re.search(r"items fetched (\d+) = (\d+) new \+ (\d+) revised \+ (\d+) known", shown.text)
    assert fetched is not None
    total, *parts = map(int, fetched.groups())
    assert total == sum(parts)
    assert "balanced" in shown.text
    assert " 0 pending" in shown.text


def test_every_path_that_is_shown_can_be_opened(shown: Shown) -> None:
    paths = [
        Path(line.strip()) for line in shown.text.splitlines() if line.strip().endswith((".eml", ".html", ".json"))
    ]
    assert len([path for path in paths if path.suffix == ".eml"]) == 2
    assert len([path for path in paths if path.suffix == ".html"]) == 2
    assert all(path.stat().st_size for path in paths)


def test_a_mail_says_how_many_stories_it_holds_and_how_serious_they_are(shown: Shown) -> None:
    subject = str(shown.mails[0]["Subject"])
    assert re.search(r"\d", subject)
    assert "high" in subject.casefold() or "critical" in subject.casefold()


def test_what_an_earlier_demo_left_is_replaced(shown: Shown) -> None:
    assert shown.code == 0
    assert len(shown.mails) == 2
    assert not (shown.folder / "mail-9.eml").exists()


@pytest.mark.parametrize("name", ["config", "data"])
def test_a_folder_with_a_database_or_configuration_of_somebody_else_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "precious").write_text("keep me")
    with pytest.raises(MonitorError, match="name another folder"):
        demo.run(io.StringIO(), tmp_path)
    assert (tmp_path / name / "precious").read_text() == "keep me"


# --- the samples and the servers ---------------------------------------------------------------


@pytest.mark.parametrize("path", [path for path, page in PAGES.items() if page.file != "portal.html"])
@pytest.mark.parametrize("second", [False, True])
def test_every_sample_feed_is_well_formed_and_fresh(path: str, second: bool) -> None:
    page = PAGES[path]
    body = document(page, NOW, second=second)
    feed = Feed(path[1:], f"http://127.0.0.1{path}", path[1:])
    content_type = f"{page.content_type}; charset={page.charset}"
    parsed = parse(feed, Fetched(feed.url, 200, body, content_type, Validators()))
    assert not parsed.problems
    for item in parsed.items:
        assert item.published is not None
        assert 0 <= (NOW - item.published).total_seconds() < 86400
        assert item.url.startswith("https://")


def test_the_sample_feeds_are_of_the_kinds_that_are_met_outside() -> None:
    assert len(PAGES) >= 8
    assert {page.charset for page in PAGES.values()} > {"utf-8"}
    assert any(page.compressed for page in PAGES.values())
    documents = {path: document(page, NOW, second=False) for path, page in PAGES.items()}
    for mark in (
        b'<rss version="2.0"',
        b"http://www.w3.org/2005/Atom",
        b"http://purl.org/rss/1.0/",
        b"jsonfeed.org/version",
    ):
        assert any(mark in body for body in documents.values()), mark


def test_the_mail_server_keeps_dots_and_recipients_as_they_were_sent(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.org", "b@example.org, c@example.org", "Dots"
    mail.set_content(".one\n..two\n")
    with MailServer(tmp_path) as server, smtplib.SMTP("127.0.0.1", server.port) as smtp:
        smtp.send_message(mail)
        smtp.send_message(mail)
    assert [one.recipients for one in server.mails] == [("b@example.org", "c@example.org")] * 2
    assert server.mails[0].text.splitlines() == [".one", "..two"]
    assert server.mails[0].html is None


def test_the_mail_server_wants_a_recipient_first(tmp_path: Path) -> None:
    with MailServer(tmp_path) as server, smtplib.SMTP("127.0.0.1", server.port) as smtp:
        assert smtp.docmd("DATA")[0] == 503
        assert smtp.docmd("VRFY", "root")[0] == 502
    assert server.mails == []
