"""When a digest is due, whom an item is owed to and what a digest holds."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor import digest
from monitor.model import (
    Change,
    Coverage,
    DigestSpec,
    Level,
    Match,
    OwedStatus,
    Quiet,
    Reason,
    Report,
    Selection,
    Tier,
    Untold,
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
    told_at: datetime | None = None,
    thread: str | None = None,
) -> Untold:
    report = Report(
        key, version, "wire", "The Wire", Tier.WIRE, f"https://example.org/{key}", f"Report {key}.{version}", "",
        NOW - timedelta(minutes=minutes), NOW, (match(level),),
    )  # fmt: skip
    return Untold(story or key, report, level, (), "what was told" if told_at else None, told_at, thread)


def compose(spec: DigestSpec, *ones: Untold, now: datetime = NOW) -> digest.Composition:
    return digest.compose(spec, "desk", ones, Coverage(2, 2), {}, now)


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
    [made] = compose(MORNING, untold("a"), untold("b", told_at=NOW - timedelta(days=1))).digests
    assert {entry.story: entry.change for entry in made.entries} == {"a": Change.NEW, "b": Change.UPDATED}


def test_only_the_last_version_of_an_item_is_told() -> None:
    composition = compose(MORNING, untold("a", 1), untold("a", 2))
    [made] = composition.digests
    assert [(report.item_key, report.version) for report in made.entries[0].reports] == [("a", 2)]
    assert composition.superseded == (("a", 1),)


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


def test_of_several_alerts_the_first_alone_says_what_was_kept_back() -> None:
    few = [untold(f"k{n}", level=Level.CRITICAL) for n in range(3)]
    made = digest.compose(URGENT, "desk", few, Coverage(2, 2), {"muted": 2}, NOW).digests
    assert [one.suppressed for one in made] == [{"muted": 2}, {}, {}]


def test_an_urgent_digest_leaves_what_is_below_its_level_untold() -> None:
    composition = compose(URGENT, untold("a", level=Level.HIGH))
    assert composition == digest.Composition(())


def test_an_update_of_one_story_refers_to_the_message_that_told_it() -> None:
    [made] = compose(URGENT, untold("a", level=Level.CRITICAL, told_at=NOW, thread="m1")).digests
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
