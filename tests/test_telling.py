"""What a reader sees of a story that has changed, of one that is not confirmed, and of one that may be another."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor import facts, story
from monitor.model import Change, Coverage, Digest, Entry, Format, Item, Level, Match, Report, Tier, Told
from monitor.render import render
from monitor.story import Origins

NOW = datetime(2024, 10, 24, 5, tzinfo=UTC)


def report(summary: str, *, feed: str = "sohr", version: int = 1, hours: float = 20) -> Report:
    read = facts.told(facts.read(Item(feed, None, "", "Convoy attacked", summary, published=NOW)))
    matched = Match("attack", "Attack", "operation", Level.HIGH, ())
    return Report(
        feed, version, feed, feed.upper(), Tier.LOCAL, f"https://{feed}.example/1", "Convoy attacked", summary, NOW,
        NOW - timedelta(hours=hours), (matched,), facts=read, origin=f"{feed}.example",
    )  # fmt: skip


FOUR = report("Four Syrian soldiers were killed.")
SIX = report("Six Syrian soldiers were killed.", version=2, hours=2)
TWO = report("Two Syrian soldiers were killed.", version=2, hours=2)


def entry(*reports: Report, before: tuple[Report, ...] = (FOUR,), **more: object) -> Entry:
    state = story.state([*before, *reports], Origins())
    known = story.state(before, Origins())
    told = Told(
        "Convoy attacked", NOW - timedelta(hours=18), Level.HIGH, known.status, known.figures, None, known.particulars
    )
    news = story.differences(told, state)
    change = Change.CORRECTED if any(one.corrected for one in news) else Change.UPDATED
    made = Entry("s", change, Level.HIGH, "Convoy attacked", reports, told_at=told.at, state=state, differences=news)
    return replace(made, **more)  # type: ignore[arg-type]


def digest(*entries: Entry, **more: object) -> Digest:
    made = Digest("watch.1", "watch", "desk", "Watch", "UTC", NOW, entries, Coverage(1, 1))
    return replace(made, **more)  # type: ignore[arg-type]


def text(made: Digest, form: Format = Format.TEXT) -> str:
    return "\n".join(render(made, form, None).parts)


def test_an_update_says_what_the_reader_had_and_what_is_now_with_who_says_so() -> None:
    shown = text(digest(entry(SIX)))
    assert "  Syrian forces killed: you had 4 (Wed 23 Oct 11:00) · now 6, SOHR, 03:00" in shown.splitlines()
    assert "UPDATED  Convoy attacked" in text(digest(entry(SIX), entry(SIX, story="t")))


def test_a_figure_taken_back_is_shown_as_corrected() -> None:
    shown = text(digest(entry(TWO)))
    assert "HIGH · CORRECTED" in shown
    assert "you had 4 (Wed 23 Oct 11:00) · now corrected to 2, SOHR, 03:00" in shown
    assert "2 · SOHR, corrected" in shown
    assert "1 corrected" in shown


def test_another_origin_with_another_figure_stands_beside_the_first() -> None:
    shown = text(digest(entry(report("Nine Syrian soldiers were killed.", feed="daily", hours=1))))
    assert "you had 4 (Wed 23 Oct 11:00) · now also 9, DAILY, 04:00" in shown
    rows = [line for line in shown.splitlines() if "soldiers were killed”" in line]
    assert ["DIFFERS" in row for row in rows] == [False, True]
    assert "2 reports, 2 independent" in shown
    assert "sources: SOHR, DAILY" in shown


def test_who_names_the_one_who_was_killed_does_not_differ_from_who_counts_one() -> None:
    first = report("An ISIS commander was killed, the army said.", feed="daily")
    state = story.state([first], Origins())
    [figure] = state.figures
    named = replace(figure.voices[0], origin="other", who="Other", text="Abu Omar")
    shown = text(
        digest(
            entry(first, before=(), state=replace(state, figures=(replace(figure, voices=(*figure.voices, named)),)))
        )
    )
    assert "DIFFERS" not in shown
    assert "Abu Omar · " in shown


def test_a_figure_of_people_there_was_no_word_of_is_called_new() -> None:
    more = report("Four Syrian soldiers and three civilians were killed.", version=2, hours=1)
    assert "  new: Civilians killed 3, SOHR, 04:00" in text(digest(entry(more))).splitlines()


def tolls(killed: str, wounded: str, feed: str, *more: str, hours: float = 1, version: int = 1) -> Report:
    told = f"{killed} Syrian soldiers were killed and {wounded} wounded near Palmyra. {' '.join(more)}"
    return report(told, feed=feed, hours=hours, version=version)


MANY = (
    tolls("Six", "nine", "sohr", version=2),
    tolls("Seven", "eight", "daily"),
    tolls("Nine", "ten", "herald", "Three civilians were killed."),
    tolls("Eight", "twelve", "post", "Two civilians were wounded.", "One ISIS commander was captured."),
    tolls(
        "Twelve",
        "twenty",
        "wire",
        "Two Russian soldiers were killed.",
        "Four Iranian advisers were wounded.",
        hours=0.5,
    ),
)


def test_what_many_say_of_one_figure_is_one_line_with_its_range_and_how_many_say_so() -> None:
    shown = text(digest(entry(*MANY))).splitlines()
    had = [line for line in shown if "you had" in line]
    assert had == ["  Syrian forces killed: you had 4 (Wed 23 Oct 11:00) · now 6 to 12, 5 sources, last at 04:30"]
    assert "  new: Syrian forces wounded 8 to 20, 5 sources, 04:00" in shown
    assert "UPDATED  Convoy attacked · Syrian forces killed 4 → 6 to 12" in text(digest(entry(*MANY), entry(SIX)))


@pytest.mark.parametrize("form", list(Format))
def test_of_many_changes_the_first_are_told_and_the_rest_are_counted_by_name(form: Format) -> None:
    shown = " ".join(text(digest(entry(*MANY)), form).split())
    assert "Civilians killed" in shown
    assert "new: State forces wounded" in shown
    assert "1 more: place" in shown
    alone = " ".join(text(digest(entry(SIX)), form).split())
    assert "more: " not in alone


def test_values_between_the_least_and_the_most_that_is_said_share_a_row() -> None:
    rows = text(digest(entry(*MANY))).splitlines()
    first = next(at for at, row in enumerate(rows) if row.startswith("  Syrian forces killed    "))
    figures = [
        row.strip().removeprefix("Syrian forces killed").strip().split(" · ")[0] for row in rows[first : first + 4]
    ]
    assert figures == ["6", "7", "12", "9; 8"]


def test_values_that_lie_between_those_told_are_told_as_they_are() -> None:
    known = (report("Four Syrian soldiers were killed."), report("Nine Syrian soldiers were killed.", feed="daily"))
    later = (tolls("Five", "no", "herald"), tolls("Seven", "no", "post"))
    shown = text(digest(entry(*later, before=known)))
    assert "you had 4 to 9 (Wed 23 Oct 11:00) · now also 5, 7, 4 sources, last at 04:00" in shown


def test_a_correction_stands_alone_and_before_what_others_say() -> None:
    shown = text(digest(entry(TWO, tolls("Seven", "eight", "daily"), tolls("Nine", "ten", "herald"))))
    changed = [line.strip() for line in shown.splitlines() if "killed: you had" in line]
    assert "now corrected to 2, SOHR" in changed[0]
    assert "now 2 to 9, 3 sources" in changed[1]


def test_a_place_is_called_as_its_reports_call_it() -> None:
    shown = text(digest(entry(tolls("Six", "nine", "daily"))))
    assert "near Palmyra" in shown
    assert "Tadmur" not in shown


DEATH = report("The leader of the Islamic State was killed in battle.", feed="daily")
KILLER = report("Syrian rebels killed the leader of the Islamic State in Hajin.", feed="herald", hours=1)


def test_who_did_it_and_where_is_told_once_it_is_known() -> None:
    shown = text(digest(entry(KILLER, before=(DEATH,)))).splitlines()
    assert "  by: Syrian rebels, HERALD, 04:00" in shown
    assert "  place: Hajin, HERALD, 04:00" in shown
    assert any(line.startswith("  by    ") and "Syrian rebels · HERALD" in line for line in shown)
    contents = text(digest(entry(KILLER, before=(DEATH,)), entry(SIX, story="t")))
    assert "UPDATED  Convoy attacked · by: Syrian rebels" in contents


@pytest.mark.parametrize("form", list(Format))
def test_who_did_it_is_told_in_every_form(form: Format) -> None:
    shown = " ".join(text(digest(entry(KILLER, before=(DEATH,))), form).split())
    assert "Syrian rebels" in shown
    assert "→ Syrian rebels" not in shown


def test_figures_of_forces_stand_beside_who_says_which_and_differ() -> None:
    first = report("The United States has 2,500 troops in Iraq.", feed="daily")
    other = report("The US has 4,000 troops in Iraq.", feed="herald", hours=1)
    shown = text(digest(entry(other, before=(first,))))
    assert "  US in Iraq: you had 2,500 (Wed 23 Oct 11:00) · now also 4,000, HERALD, 04:00" in shown.splitlines()
    rows = [line for line in shown.splitlines() if "troops in Iraq”" in line or "troops”" in line]
    assert ["DIFFERS" in row for row in rows] == [False, True]


@pytest.mark.parametrize("form", list(Format))
def test_what_is_held_as_unconfirmed_is_counted_and_listed(form: Format) -> None:
    rumour = entry(report("An outpost was overrun.", feed="rumour"), before=(), title="Outpost overrun")
    shown = text(digest(entry(SIX), unconfirmed=1, waiting=(rumour,)), form)
    assert "unconfirmed 1" in shown
    assert "not told yet" in shown.lower()
    assert "Outpost overrun" in shown
    assert "unconfirmed" in text(digest(entry(SIX, unconfirmed=True)), form)


@pytest.mark.parametrize("form", list(Format))
def test_what_may_be_one_with_another_story_says_so(form: Format) -> None:
    shown = " ".join(text(digest(entry(SIX, possibly="Army post attacked")), form).split())
    assert "ossibly the same as" in shown
    assert "Army post attacked" in shown


@pytest.mark.parametrize(("form", "limit"), [(Format.TEXT, 600), (Format.MARKDOWN, 600), (Format.TEXT, 160)])
def test_whatever_is_told_of_stories_stays_under_the_limit_of_the_channel(form: Format, limit: int) -> None:
    papers = [report(f"{n} Syrian soldiers were killed.", feed=f"paper{n}", hours=1) for n in range(5, 25)]
    made = digest(
        entry(*papers, possibly="x" * 400), entry(SIX), unconfirmed=3, waiting=tuple(entry(SIX) for _ in range(30))
    )
    parts = render(made, form, limit).parts
    assert parts
    assert all(len(part) <= limit for part in parts)


def test_names_from_outside_can_inject_nothing_into_what_changed() -> None:
    bad = replace(
        report("Nine Syrian soldiers were killed.", feed="bad", hours=1), feed_title="<b>x</b> [y](https://z.example)"
    )
    made = digest(entry(bad, possibly="<script>"), unconfirmed=1, waiting=(entry(bad, title="<i>z</i>"),))
    html = text(made, Format.HTML)
    assert "<b>x</b>" not in html
    assert "<script>" not in html
    assert "<i>z</i>" not in html
    assert "](https://z" not in text(made, Format.MARKDOWN)


def test_an_alert_that_rings_again_says_what_changed_and_how_sure_it_is() -> None:
    again = digest(replace(entry(TWO), level=Level.CRITICAL), urgent=True)
    assert render(again, Format.TEXT, None).subject.startswith("[critical] correction: 2 Syrian forces killed")
    shown = text(again)
    assert shown.startswith("CRITICAL CORRECTION 2 Syrian forces killed")
    assert "corrected, not independently reported" in shown
    assert "you had 4" in shown
