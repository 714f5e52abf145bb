"""The table of figures in digests, and the first line of an alert."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor import facts, story
from monitor.model import Change, Coverage, Digest, Entry, Evidence, Format, Item, Level, Match, Report, Tier
from monitor.render import render
from monitor.story import Origins

NOW = datetime(2024, 10, 24, 5, tzinfo=UTC)


def report(
    title: str, summary: str = "", *, feed: str = "wire", tier: Tier = Tier.WIRE, level: Level = Level.HIGH
) -> Report:
    read = facts.told(facts.read(Item(feed, None, "", title, summary, published=NOW)))
    words = tuple(Evidence(f.words.field, f.words.start, f.words.end, "casualties") for f in read)
    matched = Match("casualties-own-forces", "Own forces", "casualties", level, words)
    return Report(
        feed, 1, feed, feed.title(), tier, f"https://{feed}.example/1", title, summary, NOW, NOW, (matched,), facts=read
    )


def digest(*reports: Report, urgent: bool = False) -> Digest:
    known = story.state(reports, Origins())
    entry = Entry("s", Change.NEW, reports[0].matches[0].level, reports[0].title, reports, state=known)
    return Digest("watch.1", "watch", "desk", "Watch", "UTC", NOW, (entry,), Coverage(1, 1), urgent=urgent)


def text(*reports: Report, urgent: bool = False) -> str:
    return "\n".join(render(digest(*reports, urgent=urgent), Format.TEXT, None).parts)


def row(shown: str, part: str) -> str:
    return next(line for line in shown.splitlines() if part in line)


RAID = report(
    "Raid near Hawija kills at least seven ISIS members",
    "Two US soldiers were wounded on Tuesday, the Pentagon said. In 2016 the group killed 300 people there.",
)


def test_each_figure_stands_with_who_says_it_and_its_words() -> None:
    shown = text(RAID)
    assert row(shown, "US wounded") == "  US wounded              2 · Pentagon · “Two US soldiers were wounded”"
    assert "at least 7 · Wire · “kills at least seven ISIS members”" in row(shown, "ISIS killed")


def test_the_event_has_its_kind_day_and_place() -> None:
    assert "NEW · raid · Tue 22 Oct 2024 · near Hawija · 1 report" in text(RAID)


def test_an_old_toll_is_background_and_never_among_the_figures() -> None:
    shown = text(RAID)
    assert "300" in row(shown, "background")
    assert shown.index("background") > shown.index("ISIS killed")


def test_sources_that_disagree_are_shown_as_such() -> None:
    other = report("Raid kills nine ISIS members", "The army said so.", feed="army", tier=Tier.OFFICIAL)
    first, second = [line for line in text(RAID, other).splitlines() if "· “kills" in line]
    assert "DIFFERS" in second
    assert "DIFFERS" not in first


def test_who_says_the_same_shares_a_row() -> None:
    other = replace(RAID, item_key="gulf", feed="gulf", feed_title="Gulf")
    assert "Gulf; Wire, 2 sources" in row(text(RAID, other), "ISIS killed")


def test_a_claim_in_another_language_has_its_gloss() -> None:
    assert row(text(report("مقتل ثلاثة جنود في هجوم قرب الموصل")), "“").endswith("” (3 soldiers killed)")


def test_a_report_without_figures_has_no_table() -> None:
    assert "“" not in text(report("Minister visits Baghdad", "Talks went on."))


@pytest.mark.parametrize("form", list(Format))
def test_an_alert_says_the_figure_first(form: Format) -> None:
    alert = report(
        "Base attacked", "Two US soldiers were wounded near Hawija on Tuesday, the Pentagon said.", level=Level.CRITICAL
    )
    message = render(digest(alert, urgent=True), form, None)
    assert message.subject.startswith("[critical] 2 US wounded · near Hawija · event Tue 22 Oct 2024 · Pentagon")
    plain = message.text or message.parts[0]
    first, second, *_ = plain.replace("*", "").replace("\n  ", " ").splitlines()
    assert first.startswith("CRITICAL 2 US wounded · near Hawija · event Tue 22 Oct 2024 · Pentagon · ")
    assert first.endswith("one report so far")
    assert second.startswith("Base attacked")
    assert "“Two US soldiers were wounded”" in plain


def test_an_alert_says_a_toll_once_and_not_those_of_it_who_died_later() -> None:
    deaths = report(
        "Six soldiers killed in attack on convoy",
        "Six soldiers were killed: two of the wounded died.",
        level=Level.HIGH,
    )
    assert text(deaths, urgent=True).startswith("HIGH 6 state forces killed · ")


def test_what_a_second_report_adds_to_a_story_not_told_yet_is_no_change_to_its_reader() -> None:
    told = digest(RAID)
    joined = replace(told.entries[0], changes=("ISIS killed now at least 7",))
    assert "changed:" not in "\n".join(render(replace(told, entries=(joined,)), Format.TEXT, None).parts)
    updated = replace(joined, change=Change.UPDATED)
    assert "changed: ISIS killed now" in "\n".join(render(replace(told, entries=(updated,)), Format.TEXT, None).parts)


def test_an_alert_without_figures_says_its_title_first() -> None:
    assert text(report("Base attacked in Iraq", level=Level.CRITICAL), urgent=True).startswith("CRITICAL Base attacked")


def test_words_of_a_claim_can_inject_nothing() -> None:
    bad = report("Raid", "Two <b>US</b> soldiers were wounded, the [Pentagon](https://evil.example) said.")
    html = render(digest(bad), Format.HTML, None).parts[0]
    assert "<b>US</b>" not in html
    assert "](https://evil" not in "\n".join(render(digest(bad), Format.MARKDOWN, None).parts)
