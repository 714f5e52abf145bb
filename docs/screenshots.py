"""Writes the pictures of the README: a sample digest, rendered as mail and photographed by Chromium.

Run by ``make screenshots``; needs ``chromium`` on the PATH (or its path in ``CHROMIUM``).
``--html FOLDER`` writes the mails as .html files only.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from monitor import facts, story
from monitor.model import (
    Change,
    Coverage,
    Digest,
    Entry,
    Evidence,
    Format,
    Item,
    Level,
    Match,
    Publisher,
    Report,
    Tier,
    Told,
)
from monitor.render import render
from monitor.story import Origins

NOW = datetime(2024, 10, 24, 5, 0, tzinfo=UTC)
WATCHED = ("ISIS", "Islamic State", "killed", "raid", "wounded", "US service members", "air strikes", "convoy",
           "attack")  # fmt: skip


def match(rule: str, title: str, level: Level, texts: dict[str, str], words: tuple[str, ...]) -> Match:
    """A match of ``rule`` on every one of ``words`` that ``texts`` hold."""
    found = [
        Evidence(field, hit.start(), hit.end(), word)
        for field, text in texts.items()
        for word in words
        for hit in re.finditer(rf"\b{re.escape(word)}\b", text)
    ]
    return Match(rule, title, rule.split("-", maxsplit=1)[0], level, tuple(found))


def report(
    key: str,
    feed: str,
    tier: Tier,
    url: str,
    title: str,
    summary: str,
    published: datetime | None,
    rules: dict[str, tuple[str, Level, tuple[str, ...]]],
    *,
    version: int = 1,
    seen: datetime = datetime(2024, 10, 24, 4, 41, tzinfo=UTC),
) -> Report:
    """A sample report, and the facts that are read from it."""
    texts = {"title": title, "summary": summary}
    matches = tuple(match(rule, name, level, texts, words) for rule, (name, level, words) in rules.items())
    read = facts.read(Item(feed, None, url, title, summary, published=published))
    return Report(
        item_key=key, version=version, feed=feed.lower().replace(" ", "-"), feed_title=feed, tier=tier, url=url,
        title=title, summary=summary, published=published, first_seen=seen, matches=matches, facts=facts.told(read),
        origin=url.split("/")[2],
    )  # fmt: skip


def entry(name: str, level: Level, *reports: Report, before: tuple[Report, ...] = ()) -> Entry:
    """A story of ``reports``, of which ``before`` was told at 14:10 the day before."""
    state = story.state([*before, *reports], ORIGINS)
    known = story.state(before, ORIGINS)
    told = (
        Told(before[0].title, datetime(2024, 10, 23, 11, 10, tzinfo=UTC), level, known.status, known.figures)
        if before
        else None
    )
    return Entry(
        story=name, change=Change.UPDATED if told else Change.NEW, level=level, title=reports[0].title, reports=reports,
        told_title=told.title if told else None, told_at=told.at if told else None, state=state,
        differences=story.differences(told, state) if told else (),
    )  # fmt: skip


ORIGINS = Origins([Publisher("us-military", "US military", names=("Pentagon", "US Central Command"))])
OPERATION = {"isis-operation": ("Operation by or against ISIS", Level.HIGH, WATCHED)}
BOTH = OPERATION | {"us-casualties": ("US casualties", Level.HIGH, ("wounded", "US service members", "US troops"))}


def sample(*, urgent: bool = False, empty: bool = False) -> Digest:
    """A digest of four stories; with ``urgent`` an alert of the first, with ``empty`` none."""
    raid = entry(
        "raid", Level.HIGH,
        report(
            "raid-1", "Coalition press releases", Tier.OFFICIAL, "https://coalition.example/releases/2024-10-22-raid",
            "Joint raid in central Iraq kills at least seven senior ISIS operatives, two US troops wounded",
            "Iraqi counter-terrorism forces, supported by the US-led coalition, killed at least seven senior ISIS "
            "operatives in a raid in central Iraq on 22 October, US Central Command said. Two US service members were "
            "wounded and are in stable condition, the Pentagon said; weapons were seized.",
            datetime(2024, 10, 23, 14, 5, tzinfo=UTC), BOTH,
        ),
        report(
            "raid-2", "Regional Wire", Tier.WIRE, "https://wire.example/iraq/raid-central",
            "Iraqi forces say nine Islamic State fighters killed in raid",
            "Nine Islamic State fighters were killed in a joint raid, the Iraqi army said. "
            "A UN report puts the group at 1,500 to 3,000 fighters in Iraq and Syria.",
            datetime(2024, 10, 23, 12, 40, tzinfo=UTC), OPERATION,
        ),
        report(
            "raid-3", "Baghdad Daily", Tier.NATIONAL, "https://daily.example/raid",
            "Raid on Islamic State position: two US troops wounded",
            "Two US service members were wounded in the raid, the Pentagon said.",
            datetime(2024, 10, 23, 15, 20, tzinfo=UTC), OPERATION,
        ),
    )  # fmt: skip
    where = "https://monitor.example/deir-ez-zor/convoy"
    convoy = entry(
        "convoy", Level.MEDIUM,
        report(
            "convoy-1", "Syria Monitor", Tier.LOCAL, where, "Six soldiers killed in attack on convoy near Deir ez-Zor",
            "Six Syrian soldiers were killed and three wounded when gunmen opened fire on a convoy on the desert road. "
            "No group has claimed the attack.",
            datetime(2024, 10, 24, 3, 10, tzinfo=UTC), OPERATION, version=2,
        ),
        before=(
            report(
                "convoy-1", "Syria Monitor", Tier.LOCAL, where,
                "Four soldiers killed in attack on convoy near Deir ez-Zor",
                "Four Syrian soldiers were killed and five wounded when gunmen opened fire on a convoy.",
                datetime(2024, 10, 23, 9, 0, tzinfo=UTC), OPERATION, seen=datetime(2024, 10, 23, 9, 5, tzinfo=UTC),
            ),
        ),
    )  # fmt: skip
    strikes = entry(
        "strikes", Level.MEDIUM,
        report(
            "strikes-1", "Iraqi Military Media", Tier.OFFICIAL, "https://military.example/news/1410",
            "Four ISIS members killed in air strikes in north-east Iraq",
            "Air strikes on 14 October destroyed a hideout in rugged terrain; four ISIS members were killed.",
            None, OPERATION,
        ),
    )  # fmt: skip
    arabic = entry(
        "arabic", Level.LOW,
        report(
            "arabic-1", "وكالة الأنباء", Tier.NATIONAL, "https://agency.example/ar/8841",
            "القوات العراقية تعلن مقتل قيادي في تنظيم الدولة",
            "أعلنت القوات العراقية مقتل قيادي في تنظيم الدولة خلال عملية أمنية.",
            datetime(2024, 10, 24, 2, 0, tzinfo=UTC),
            {"isis-operation": ("Operation by or against ISIS", Level.LOW, ("تنظيم الدولة", "مقتل"))},
        ),
    )  # fmt: skip
    rumour = entry(
        "rumour", Level.HIGH,
        report(
            "rumour-1", "Desert Channel", Tier.GROUP, "https://desert.example/9",
            "Outpost said to be overrun near Palmyra", "", datetime(2024, 10, 24, 1, 0, tzinfo=UTC), OPERATION,
        ),
    )  # fmt: skip
    entries = () if empty else (raid,) if urgent else (raid, convoy, strikes, arabic)
    return Digest(
        id="morning.20241024T050000.4be1c7a90d52", spec="morning", channel="desk", title="ISIS watch",
        timezone="Asia/Baghdad", composed_at=NOW, entries=entries,
        coverage=Coverage(61, 63, ("Euphrates Post", "Desert Gazette")), urgent=urgent, held=0 if urgent else 2,
        suppressed={} if urgent else {"muted": 3, "repeat": 1}, unconfirmed=0 if urgent else 1,
        waiting=() if urgent else (rumour,),
    )  # fmt: skip


def photograph(page: Path, picture: Path, width: int, height: int) -> None:
    """Chromium's picture of ``page``; nothing is fetched, for the mail loads nothing."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("chromium is needed: apt-get install chromium")
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(  # noqa: S603 - our own arguments
            [
                chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
                f"--user-data-dir={profile}", f"--window-size={width},{height}",
                f"--screenshot={picture}", page.as_uri(),
            ],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--html", type=Path, metavar="FOLDER", help="write the mails as .html files, take no picture")
    folder = parser.parse_args().html
    mails = {"digest": sample(), "alert": sample(urgent=True), "empty": sample(empty=True)}
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        for name, digest in mails.items():
            message = render(digest, Format.HTML, None, possible_repeat=name == "alert")
            (folder / f"{name}.html").write_text(message.parts[0], encoding="utf-8")
            (folder / f"{name}.txt").write_text(message.text, encoding="utf-8")
        return
    with tempfile.TemporaryDirectory() as scratch:
        mail = Path(scratch) / "digest.html"
        mail.write_text(render(mails["digest"], Format.HTML, None).parts[0], encoding="utf-8")
        photograph(mail, Path(__file__).parent / "digest.png", 760, 900)


if __name__ == "__main__":
    main()
