"""When a digest is due, whom an item is owed to and what a digest holds."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import product
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest

from monitor import digest
from monitor.model import (
    Change,
    Coverage,
    Difference,
    DigestSpec,
    Figure,
    Level,
    Match,
    News,
    Outcome,
    OwedStatus,
    Party,
    Quiet,
    Reason,
    Report,
    RingAgain,
    Selection,
    Standing,
    StoryState,
    Tier,
    Told,
    Unconfirmed,
    Untold,
    Voice,
)

NOW = datetime(2024, 10, 24, 5, 0, tzinfo=UTC)
MORNING = DigestSpec("morning", "ISIS watch", ("desk",), cron="0 8 * * *", timezone="Asia/Baghdad")
URGENT = DigestSpec("urgent", "Urgent", ("desk",), at_once=Level.CRITICAL)


def match(level: Level = Level.HIGH, rule: str = "isis-operation", category: str = "operation") -> Match:
    return Match(rule, "Operation", category, level, ())


def untold(
    key: str = "k1",
    version: int = 1,
    level: Level = Level.HIGH,
    story: str | None = None,
    minutes: int = 0,
    *,
    ready: bool = True,
    possible: Level | None = None,
    repeat: bool = False,
    owed: timedelta = timedelta(0),
    possibly: str | None = None,
) -> Untold:
    report = Report(
        key, version, "wire", "The Wire", Tier.WIRE, f"https://example.org/{key}", f"Report {key}.{version}", "",
        NOW - timedelta(minutes=minutes), NOW, (match(level),),
    )  # fmt: skip
    matched = (match(level),)
    return Untold(
        story or key, report, level, (), NOW - owed, repeat=repeat, possibly=possibly,
        ready=matched if ready else (), matched=matched, possible=(match(possible or level),),
    )  # fmt: skip


def known(level: Level = Level.HIGH, thread: str | None = None, days: int = 1) -> Told:
    return Told("what was told", NOW - timedelta(days=days), level, thread=thread)


def toll(before: int, after: int, *, corrected: bool = False) -> Difference:
    return Difference(
        News.FIGURE, "ISIS killed", str(before), str(after), "SOHR", NOW, corrected=corrected, crossed=(before, after)
    )


def compose(
    spec: DigestSpec,
    *ones: Untold,
    now: datetime = NOW,
    told: Mapping[str, Told] = MappingProxyType({}),
    news: Mapping[str, tuple[Difference, ...]] = MappingProxyType({}),
    others: tuple[DigestSpec, ...] = (),
    figures: tuple[Figure, ...] = (),
) -> digest.Composition:
    stories: dict[str, Standing] = {}
    for one in ones:
        before = stories[one.story].reports if one.story in stories else ()
        state = StoryState(figures=figures)
        stories[one.story] = Standing(state, (*before, one.report), told.get(one.story), news.get(one.story, ()))
    return digest.compose(spec, "desk", ones, Coverage(2, 2), {}, now, stories=stories, others=others)


# --- when --------------------------------------------------------------------------------------


def test_a_cron_digest_is_due_at_its_local_hour() -> None:
    assert digest.next_due(MORNING, NOW - timedelta(minutes=1)) == NOW  # 08:00 in Baghdad


def test_a_time_that_daylight_saving_skips_is_due_once_at_the_change() -> None:
    spec = DigestSpec("d", "D", ("desk",), cron="30 2 * * *", timezone="Europe/Berlin")
    due = digest.next_due(spec, datetime(2025, 3, 29, 12, tzinfo=UTC))
    assert due is not None
    assert due.astimezone(ZoneInfo("Europe/Berlin")).strftime("%d %H:%M") == "30 03:00"
    assert digest.next_due(spec, due) == datetime(2025, 3, 31, 0, 30, tzinfo=UTC)


def test_a_time_that_daylight_saving_repeats_is_due_once() -> None:
    spec = DigestSpec("d", "D", ("desk",), cron="30 2 * * *", timezone="Europe/Berlin")
    due = digest.next_due(spec, datetime(2025, 10, 25, 12, tzinfo=UTC))
    assert due is not None
    assert digest.next_due(spec, due) == datetime(2025, 10, 27, 1, 30, tzinfo=UTC)


def test_sunday_is_day_zero_of_a_cron_expression() -> None:
    due = digest.next_due(DigestSpec("d", "D", ("desk",), cron="0 8 * * 0"), NOW)
    assert due is not None
    assert due.strftime("%A") == "Sunday"


@pytest.mark.parametrize(
    ("clock", "ends"),
    [("21:59", None), ("22:00", "06:00"), ("23:30", "06:00"), ("05:59", "06:00"), ("06:00", None)],
)
def test_quiet_hours_may_span_midnight(clock: str, ends: str | None) -> None:
    quiet = Quiet(time(22), time(6))
    hour, minute = map(int, clock.split(":"))
    now = datetime(2024, 10, 24, hour, minute, tzinfo=ZoneInfo("Asia/Baghdad"))
    until = digest.quiet_until(quiet, "Asia/Baghdad", now)
    assert (until and until.astimezone(now.tzinfo).strftime("%H:%M")) == ends
    assert until is None or timedelta(0) < until - now <= timedelta(hours=8)


@pytest.mark.parametrize("change", [datetime(2024, 3, 31, 1, tzinfo=UTC), datetime(2024, 10, 27, 1, tzinfo=UTC)])
def test_quiet_hours_end_after_every_moment_they_hold_where_daylight_saving_changes(change: datetime) -> None:
    nights = [time(hour, minute) for hour in (22, 23, 0, 1, 2, 3, 4) for minute in (0, 30)]
    for start, end, quarters in product(nights, nights, range(-12, 12)):
        now = change + timedelta(minutes=15 * quarters)
        until = digest.quiet_until(Quiet(start, end), "Europe/Berlin", now)
        assert until is None or now < until <= now + timedelta(hours=25), (start, end, now)


# --- who ---------------------------------------------------------------------------------------


def test_a_channel_that_no_digest_selects_the_item_for_is_unrouted() -> None:
    [owed] = digest.route([URGENT], ["desk"], [match(Level.HIGH)], (), None, suppress=None)
    assert (owed.status, owed.reason) == (OwedStatus.SUPPRESSED, Reason.UNROUTED)


def test_every_channel_has_a_place_in_the_books() -> None:
    owed = digest.route([MORNING], ["desk", "newsroom"], [match()], (), None, suppress=None)
    assert [(one.channel, one.status) for one in owed] == [
        ("desk", OwedStatus.PENDING),
        ("newsroom", OwedStatus.SUPPRESSED),
    ]


def test_a_baseline_item_is_owed_to_nobody() -> None:
    [owed] = digest.route([MORNING], ["desk"], [match()], (), None, suppress=Reason.BASELINE)
    assert (owed.status, owed.reason) == (OwedStatus.SUPPRESSED, Reason.BASELINE)


@pytest.mark.parametrize(
    ("select", "taken"),
    [
        (Selection(), True),
        (Selection(categories=("operation",)), True),
        (Selection(categories=("posture",)), False),
        (Selection(rules=("isis-operation",), level=Level.CRITICAL), False),
        (Selection(tags=("iraq",)), True),
        (Selection(tags=("syria",)), False),
        (Selection(langs=("ar",)), True),
        (Selection(langs=("fr",)), False),
    ],
)
def test_a_selection_takes_what_meets_all_its_conditions(select: Selection, taken: bool) -> None:
    assert bool(digest.selected(select, [match()], ("iraq",), "ar-IQ")) is taken


# --- what --------------------------------------------------------------------------------------


def test_a_digest_lists_the_highest_level_first_then_the_newest() -> None:
    [made] = compose(MORNING, untold("a", level=Level.LOW), untold("b", minutes=60), untold("c", minutes=5)).digests
    assert [entry.story for entry in made.entries] == ["c", "b", "a"]
    assert made.level is Level.HIGH


def test_what_the_channel_was_told_before_is_an_update() -> None:
    [made] = compose(MORNING, untold("a"), untold("b"), told={"b": known()}).digests
    assert {entry.story: entry.change for entry in made.entries} == {"a": Change.NEW, "b": Change.UPDATED}


def test_only_the_last_version_of_an_item_is_told() -> None:
    composition = compose(MORNING, untold("a", 1), untold("a", 2))
    [made] = composition.digests
    assert [(report.item_key, report.version) for report in made.entries[0].reports] == [("a", 2)]
    assert composition.suppressed == (("a", 1, Reason.REPEAT),)


def test_reports_of_one_story_are_one_entry() -> None:
    [made] = compose(MORNING, untold("a", story="s"), untold("b", story="s", minutes=9)).digests
    [entry] = made.entries
    assert [report.item_key for report in entry.reports] == ["a", "b"]


def test_urgent_stories_are_told_one_by_one_and_what_is_more_than_five_together() -> None:
    few = [untold(f"k{n}", level=Level.CRITICAL) for n in range(3)]
    assert [len(one.entries) for one in compose(URGENT, *few).digests] == [1, 1, 1]
    many = [untold(f"k{n}", level=Level.CRITICAL) for n in range(9)]
    assert [len(one.entries) for one in compose(URGENT, *many).digests] == [1, 1, 1, 1, 1, 4]
    assert len(compose(MORNING, *many).digests) == 1


def test_more_than_a_hundred_stories_come_in_parts_the_loudest_first() -> None:
    quiet, loud = [untold(f"k{n}", level=Level.LOW) for n in range(230)], untold("loud", level=Level.HIGH)
    made = compose(MORNING, *quiet, loud).digests
    assert [(len(one.entries), one.part, one.parts) for one in made] == [(100, 1, 3), (100, 2, 3), (31, 3, 3)]
    assert made[0].entries[0].story == "loud"
    assert len({entry.story for one in made for entry in one.entries}) == 231
    assert len({one.id for one in made}) == 3


def test_a_report_without_a_title_is_known_by_its_first_sentence() -> None:
    one = untold("post")
    post = replace(one, report=replace(one.report, title="", summary="Shelling near Kobani. More follows."))
    [made] = compose(MORNING, post).digests
    assert made.entries[0].title == "Shelling near Kobani."


def test_of_several_alerts_the_first_alone_says_what_was_kept_back() -> None:
    few = [untold(f"k{n}", level=Level.CRITICAL) for n in range(3)]
    stories = {one.story: Standing(StoryState(), (one.report,)) for one in few}
    made = digest.compose(URGENT, "desk", few, Coverage(2, 2), {"muted": 2}, NOW, stories=stories).digests
    assert [one.suppressed for one in made] == [{"muted": 2}, {}, {}]


def test_an_urgent_digest_leaves_what_is_below_its_level_untold() -> None:
    composition = compose(URGENT, untold("a", level=Level.HIGH))
    assert composition == digest.Composition(())


def test_an_update_of_one_story_refers_to_the_message_that_told_it() -> None:
    one = untold("a", level=Level.CRITICAL)
    [made] = compose(URGENT, one, told={"a": known(thread="m1")}).digests
    assert made.thread == "m1"


def test_nothing_untold_makes_no_digest_unless_an_empty_one_is_asked_for() -> None:
    assert compose(MORNING).digests == ()
    [made] = compose(DigestSpec("d", "D", ("desk",), every=timedelta(hours=1), send_empty=True)).digests
    assert made.entries == ()


def test_quiet_hours_hold_and_later_release_but_let_the_critical_through() -> None:
    spec = DigestSpec("d", "D", ("desk",), every=timedelta(minutes=10), quiet=Quiet(time(4), time(6)))
    composition = compose(spec, untold("a"), untold("b", level=Level.CRITICAL))
    assert [entry.story for one in composition.digests for entry in one.entries] == ["b"]
    [hold] = composition.holds
    assert (hold.item_key, hold.reason, hold.until) == ("a", Reason.QUIET, datetime(2024, 10, 24, 6, tzinfo=UTC))
    later = compose(spec, untold("a"), now=hold.until)
    assert [entry.story for one in later.digests for entry in one.entries] == ["a"]


def test_composing_the_same_at_the_same_moment_gives_the_same_digest() -> None:
    assert compose(MORNING, untold("a")) == compose(MORNING, untold("a"))


# --- what a channel knows ------------------------------------------------------------------------

FIGURE = Figure(
    "ISIS killed", Party.ISIS, Outcome.KILLED, (Voice("sohr", "SOHR", "6", 6, 6, 6, NOW, "a", "six fighters died"),)
)


def test_mere_repetition_of_what_was_told_is_not_told() -> None:
    composition = compose(MORNING, untold("a", repeat=True), told={"a": known()})
    assert (composition.digests, composition.suppressed) == ((), (("a", 1, Reason.REPEAT),))


def test_a_repeat_of_what_the_channel_was_never_told_is_told() -> None:
    [made] = compose(MORNING, untold("a", repeat=True)).digests
    assert made.entries[0].change is Change.NEW


def test_a_repeat_whose_story_has_changed_is_told_with_what_has() -> None:
    [made] = compose(MORNING, untold("a", repeat=True), told={"a": known()}, news={"a": (toll(4, 6),)}).digests
    [entry] = made.entries
    assert (entry.change, entry.differences) == (Change.UPDATED, (toll(4, 6),))
    assert (entry.told_title, entry.told_at) == ("what was told", NOW - timedelta(days=1))


def test_a_figure_taken_back_makes_a_correction() -> None:
    news = {"a": (toll(7, 4, corrected=True),)}
    [made] = compose(MORNING, untold("a", repeat=True), told={"a": known()}, news=news).digests
    assert made.entries[0].change is Change.CORRECTED


def test_an_item_above_the_level_its_story_was_told_at_is_always_told() -> None:
    one = untold("a", level=Level.CRITICAL, repeat=True)
    for spec in (MORNING, replace(URGENT, again=RingAgain((), status=False, party=False))):
        [made] = compose(spec, one, told={"a": known(Level.HIGH)}, figures=(FIGURE,)).digests
        [level] = made.entries[0].differences
        assert (level.news, level.before, level.after) == (News.LEVEL, "high", "critical")


def test_an_entry_shows_all_reports_of_its_story() -> None:
    old, new = untold("a", story="s", minutes=90), untold("b", story="s", minutes=5)
    standing = Standing(StoryState(), (old.report, new.report), known())
    [made] = digest.compose(MORNING, "desk", [new], Coverage(2, 2), {}, NOW, stories={"s": standing}).digests
    assert [report.item_key for report in made.entries[0].reports] == ["b", "a"]


@pytest.mark.parametrize(
    ("again", "news", "rings"),
    [
        (RingAgain((5,)), toll(4, 6), True),
        (RingAgain((5,)), toll(5, 6), False),
        (RingAgain((5,)), toll(6, 4), True),
        (RingAgain(()), toll(4, 400), False),
        (RingAgain((), status=True), Difference(News.STATUS, "status", "reported", "confirmed"), True),
        (RingAgain((), status=False), Difference(News.STATUS, "status", "reported", "confirmed"), False),
        (RingAgain((), party=True), Difference(News.PARTY, "US killed", "", "1"), True),
        (RingAgain((), party=False), Difference(News.PARTY, "US killed", "", "1"), False),
        (RingAgain(()), Difference(News.BY, "by", "", "Syrian rebels"), False),
        (RingAgain((), by=True), Difference(News.BY, "by", "", "Syrian rebels"), True),
        (RingAgain(()), Difference(News.PLACE, "place", "Syria", "Daraa"), False),
        (RingAgain((), place=True), Difference(News.PLACE, "place", "Syria", "Daraa"), True),
        (RingAgain(()), Difference(News.NAMED, "named", "", "Abu Omar"), False),
        (RingAgain((), named=True), Difference(News.NAMED, "named", "", "Abu Omar"), True),
        (RingAgain(()), Difference(News.POSTURE, "US deploy, Iraq", "", "500"), False),
        (RingAgain((), posture=True), Difference(News.POSTURE, "US deploy, Iraq", "", "500"), True),
    ],
)
def test_an_alert_rings_again_for_a_material_change_alone(again: RingAgain, news: Difference, *, rings: bool) -> None:
    spec = replace(URGENT, again=again)
    one = untold("a", level=Level.CRITICAL)
    told = {"a": known(Level.CRITICAL)}
    composition = compose(spec, one, told=told, news={"a": (news,)}, figures=(FIGURE,))
    assert bool(composition.digests) == rings
    assert composition.suppressed == (() if rings else (("a", 1, Reason.REPEAT),))
    left = compose(spec, one, told=told, news={"a": (news,)}, figures=(FIGURE,), others=(MORNING,))
    assert left.suppressed == ()  # the morning's digest tells it


def test_a_story_without_figures_rings_again_for_its_words() -> None:
    one, told = untold("a", level=Level.CRITICAL), {"a": known(Level.CRITICAL)}
    assert compose(URGENT, one, told=told).digests
    assert not compose(URGENT, one, told=told, figures=(FIGURE,)).digests


def test_what_may_be_one_with_another_story_is_told_as_such() -> None:
    one, other = untold("a", possibly="b"), untold("b", minutes=5)
    [made] = compose(MORNING, one, other, told={"b": known()}).digests
    assert {entry.story: entry.possibly for entry in made.entries} == {"a": "what was told", "b": ""}


# --- until it is confirmed -------------------------------------------------------------------------

HELD = replace(MORNING, unconfirmed=Unconfirmed(timedelta(hours=24)))


def test_what_its_story_does_not_bear_out_yet_is_held_and_counted() -> None:
    composition = compose(HELD, untold("a", ready=False), untold("b"))
    [made] = composition.digests
    assert [entry.story for entry in made.entries] == ["b"]
    assert (made.unconfirmed, made.waiting) == (1, ())
    assert composition.holds == (digest.Hold("a", 1, Reason.UNCONFIRMED, NOW + timedelta(hours=24)),)


def test_a_digest_lists_what_is_held_where_it_is_to() -> None:
    listed = replace(HELD, unconfirmed=replace(HELD.unconfirmed, listed=True))
    [made] = compose(listed, untold("a", ready=False), untold("b")).digests
    assert [entry.story for entry in made.waiting] == ["a"]


def test_what_was_never_borne_out_is_told_as_unconfirmed_at_the_end_or_let_go() -> None:
    late = untold("a", ready=False, owed=timedelta(hours=25))
    [made] = compose(HELD, late).digests
    assert made.entries[0].unconfirmed
    drops = replace(HELD, unconfirmed=replace(HELD.unconfirmed, tell=False))
    assert compose(drops, late).suppressed == (("a", 1, Reason.UNCONFIRMED),)


def test_what_one_digest_lets_go_stays_for_another_of_the_channel() -> None:
    alert = replace(URGENT, at_once=Level.HIGH, unconfirmed=Unconfirmed(timedelta(hours=1), tell=False))
    late = untold("a", ready=False, owed=timedelta(hours=2))
    left = compose(alert, late, others=(HELD,))
    assert (left.digests, left.suppressed) == ((), ())
    assert [hold.reason for hold in left.holds] == [Reason.UNCONFIRMED]


def test_what_may_rise_to_an_alert_waits_for_it_where_nobody_else_tells_it() -> None:
    one = untold("a", level=Level.HIGH, possible=Level.CRITICAL)
    alone = compose(URGENT, one)
    assert [hold.reason for hold in alone.holds] == [Reason.UNCONFIRMED]
    assert compose(URGENT, one, others=(MORNING,)) == digest.Composition(())
    late = untold("a", level=Level.HIGH, possible=Level.CRITICAL, owed=timedelta(days=2))
    assert compose(URGENT, late).suppressed == (("a", 1, Reason.UNCONFIRMED),)
