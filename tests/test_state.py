"""What is known of a story from all of its reports, and what a reader does not know yet."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import config, facts, story
from monitor.model import (
    Casualty,
    Difference,
    Item,
    Level,
    News,
    Outcome,
    Party,
    Report,
    Status,
    StoryState,
    Tier,
    Told,
    Words,
)
from monitor.story import Origins

ORIGINS = Origins(config.read(Path(__file__).parents[1] / "config", {})[0].publishers)
DAWN = datetime(2024, 10, 24, 4, tzinfo=UTC)


def report(
    title: str,
    summary: str = "",
    *,
    feed: str = "wire",
    hours: float = 0,
    version: int = 1,
    tier: Tier = Tier.WIRE,
    key: str = "",
    origin: str = "",
) -> Report:
    at = DAWN + timedelta(hours=hours)
    read = facts.told(facts.read(Item(feed, None, "", title, summary, published=DAWN)))
    return Report(
        key or feed, version, feed, feed.title(), tier, f"https://{feed}.example/1", title, summary, DAWN, at, (),
        facts=read, origin=origin or f"{feed}.example",
    )  # fmt: skip


def state(*reports: Report) -> StoryState:
    return story.state(reports, ORIGINS)


def figures(found: StoryState) -> dict[str, str]:
    return {one.label: one.text for one in found.figures}


FOUR = report("Convoy attacked near Deir ez-Zor", "Four Syrian soldiers were killed and five wounded.", feed="sohr")
SIX = report(
    "Convoy attacked near Deir ez-Zor", "Six Syrian soldiers were killed and five wounded.",
    feed="sohr", hours=2, version=2,
)  # fmt: skip


def test_a_figure_has_who_says_it() -> None:
    [voice] = state(FOUR).figures[0].voices
    assert (voice.who, voice.text, voice.words) == ("Sohr", "4", "Four Syrian soldiers were killed")


def test_an_origin_that_counts_more_has_one_word_its_last_and_the_step_is_kept() -> None:
    found = state(FOUR, SIX)
    assert figures(found)["Syrian forces killed"] == "6"
    [first, last] = [turn for turn in found.turns if turn.label == "Syrian forces killed"]
    assert (first.before, first.after, last.before, last.after, last.who, last.corrected) == (
        "", "4", "4", "6", "Sohr", False,
    )  # fmt: skip
    assert last.at == DAWN + timedelta(hours=2)


def test_an_origin_that_counts_fewer_has_corrected_itself() -> None:
    fewer = report("Convoy attacked", "Two Syrian soldiers were killed.", feed="sohr", hours=3, version=3)
    found = state(FOUR, fewer)
    assert found.figures[0].text == "2"
    assert Status.CORRECTED in found.status
    assert found.turns[-1].corrected


def test_an_origin_that_says_correction_has_corrected_itself_upwards_too() -> None:
    more = report("Correction: six Syrian soldiers killed in convoy attack", feed="sohr", hours=3, version=2)
    assert Status.CORRECTED in state(FOUR, more).status


def test_different_origins_differ_and_stand_side_by_side() -> None:
    other = report("Convoy attacked", "Nine Syrian soldiers were killed.", feed="daily", hours=1)
    [killed] = [one for one in state(FOUR, other).figures if one.outcome is Outcome.KILLED]
    assert (killed.text, killed.differs, [voice.who for voice in killed.voices]) == ("4 to 9", True, ["Sohr", "Daily"])
    assert Status.CORRECTED not in state(FOUR, other).status


def test_who_says_it_less_exactly_has_corrected_nothing() -> None:
    vague = report("Convoy attacked", "At least three Syrian soldiers were killed.", feed="sohr", hours=1, version=2)
    found = state(FOUR, vague)
    assert figures(found)["Syrian forces killed"] == "4"
    assert Status.CORRECTED not in found.status


def test_an_old_text_of_an_agency_printed_late_corrects_nothing() -> None:
    late = report("Convoy attacked", "Four Syrian soldiers were killed.", feed="daily", hours=5, origin="sohr.example")
    found = state(FOUR, SIX, late)
    assert figures(found)["Syrian forces killed"] == "6"
    assert Status.CORRECTED not in found.status


def test_the_wounded_who_die_move_and_nobody_is_corrected() -> None:
    died = report(
        "Convoy attacked", "Six Syrian soldiers were killed and three wounded.", feed="sohr", hours=2, version=2
    )
    found = state(FOUR, died)
    assert figures(found) == {"Syrian forces killed": "6", "Syrian forces wounded": "3"}
    assert Status.CORRECTED not in found.status


def test_the_wounded_who_die_are_reckoned_where_the_report_says_no_more() -> None:
    died = report("Convoy attacked", "Two of the wounded soldiers died in hospital.", feed="sohr", hours=2, version=2)
    assert figures(state(FOUR, died)) == {"Syrian forces killed": "6", "Syrian forces wounded": "3"}
    again = report("Convoy attacked", "Two of the wounded soldiers died in hospital.", feed="sohr", hours=3, version=3)
    assert figures(state(FOUR, died, again)) == {"Syrian forces killed": "6", "Syrian forces wounded": "3"}


def test_a_claim_is_counted_by_who_is_quoted_for_it() -> None:
    """Five papers on the raid, and all of them on the Pentagon's word for the wounded: one origin for the wounded."""
    papers = [
        report(
            "Raid near Hawija kills seven ISIS members", "Two US soldiers were wounded, the Pentagon said.", feed=name
        )
        for name in ("one", "two", "three", "four", "five")
    ]
    found = state(*papers)
    assert len(found.origins) == 5
    assert {one.label: len(one.voices) for one in found.figures} == {"ISIS killed": 5, "US wounded": 1}


def test_who_took_part_is_marked_and_who_owns_up_to_a_loss_is_not() -> None:
    raid = report(
        "Raid near Hawija", "CENTCOM said seven ISIS members were killed. Two US soldiers were wounded, CENTCOM said."
    )
    assert {one.label: one.voices[0].side for one in state(raid).figures} == {"ISIS killed": True, "US wounded": False}


def test_what_only_those_say_who_took_part_is_claimed() -> None:
    alone = report("Raid near Hawija", "CENTCOM said seven ISIS members were killed.", tier=Tier.OFFICIAL)
    assert state(alone).status == (Status.CLAIMED,)
    other = report("Seven ISIS members killed near Hawija", feed="daily", hours=1)
    assert state(alone, other).status == (Status.CONFIRMED,)
    assert state(other).status == (Status.REPORTED,)


def test_background_is_no_figure_of_the_event() -> None:
    old = report("Four soldiers killed near Mosul", "In 2016 ISIS killed 300 people there.")
    assert all("300" not in one.text for one in state(old).figures)


# --- what is new ---------------------------------------------------------------------------------


def told(*reports: Report) -> Told:
    known = state(*reports)
    return Told("a title", DAWN, Level.HIGH, known.status, known.figures, particulars=known.particulars)


def news(known: Told, *reports: Report) -> list[Difference]:
    return list(story.differences(known, state(*reports)))


def test_a_changed_toll_is_news_with_both_figures_and_who_says_so() -> None:
    [one] = news(told(FOUR), FOUR, SIX)
    assert (one.news, one.label, one.before, one.after, one.who) == (
        News.FIGURE, "Syrian forces killed", "4", "6", "Sohr",
    )  # fmt: skip
    assert (one.at, one.crossed, one.corrected) == (DAWN + timedelta(hours=2), (4, 6), False)


def test_another_paper_with_the_same_figures_is_no_news() -> None:
    same = report("Attack on convoy", "Four Syrian soldiers were killed.", feed="daily", hours=1)
    assert news(told(FOUR), FOUR, same) == []


def test_another_paper_with_a_vaguer_figure_is_no_news() -> None:
    vague = report("Attack on convoy", "Several Syrian soldiers were killed.", feed="daily", hours=1)
    assert news(told(FOUR), FOUR, vague) == []


def test_another_paper_with_another_figure_is_news() -> None:
    other = report("Attack on convoy", "Nine Syrian soldiers were killed.", feed="daily", hours=1)
    [one] = news(told(FOUR), FOUR, other)
    assert (one.before, one.after, one.who) == ("4", "9", "Daily")


def test_people_there_were_no_word_of_are_news() -> None:
    more = report("Attack on convoy", "Three civilians were killed.", feed="daily", hours=1)
    assert [(one.news, one.label, one.after) for one in news(told(FOUR), FOUR, more)] == [
        (News.PARTY, "Civilians killed", "3")
    ]


def test_people_that_nobody_says_more_of_are_those_that_were_told_of() -> None:
    vague = report("Four killed in attack on convoy", feed="daily", hours=1)
    assert figures(state(vague)) == {"People killed": "4"}
    assert news(told(FOUR), FOUR, vague) == []
    more = report("Forty killed in attack on convoy", feed="daily", hours=1)
    assert [one.label for one in news(told(FOUR), FOUR, more)] == ["People killed"]
    ours = report("Two US soldiers killed in attack on convoy", feed="daily", hours=1)
    assert [one.label for one in news(told(vague), vague, ours)] == ["US killed"]


def test_a_militant_can_be_the_member_of_isis_that_was_told_of() -> None:
    before = report("ISIS says its deputy leader was killed in battle", feed="wire")
    after = report("Iraqi militant killed in battle was ISIS deputy, rebels say", feed="paper", hours=20)
    assert news(told(before), before, after) == []
    more = report("Two Iraqi militants killed in battle with rebels", feed="paper", hours=20)
    assert [one.news for one in news(told(before), before, more)] == [News.PARTY]


ISIS_SAID = report("Seven ISIS members were killed in the Anbar raid, commandos say", feed="wire")
NOBODYS = report("Seven militants were killed in the Anbar raid", feed="paper", hours=1)


def test_militants_that_nobody_names_are_those_of_isis_where_others_say_so() -> None:
    for one, other in ((ISIS_SAID, NOBODYS), (replace(ISIS_SAID, first_seen=DAWN + timedelta(hours=2)), NOBODYS)):
        found = state(one, other)
        assert figures(found) == {"ISIS killed": "7"}
        assert len(found.figures[0].voices) == 2
        assert {turn.label for turn in found.turns} == {"ISIS killed"}
    assert news(told(ISIS_SAID), ISIS_SAID, NOBODYS) == []


def test_that_the_militants_told_of_were_of_isis_is_news() -> None:
    later = replace(ISIS_SAID, first_seen=DAWN + timedelta(hours=2))
    assert [(one.news, one.label) for one in news(told(NOBODYS), NOBODYS, later)] == [(News.PARTY, "ISIS killed")]


def test_who_counts_other_militants_than_others_count_of_isis_differs_from_them() -> None:
    nine = report("Nine militants were killed in the Anbar raid", feed="paper", hours=1)
    [figure] = state(ISIS_SAID, nine).figures
    assert (figure.label, figure.differs) == ("ISIS killed", True)


def test_a_group_with_a_name_is_not_that_of_isis() -> None:
    named = report("Five Taliban fighters were killed in the clash", feed="paper", hours=1)
    assert figures(state(ISIS_SAID, named)) == {"ISIS killed": "7", "Militants killed": "5"}


def test_who_counts_more_militants_later_has_counted_more_of_isis_and_fewer_are_others() -> None:
    more = report("Nine militants were killed in the Anbar raid", feed="wire", key="wire-2", hours=1)
    assert figures(state(ISIS_SAID, more)) == {"ISIS killed": "9"}
    fewer = report("Three militants were killed in the Anbar raid", feed="wire", key="wire-2", hours=1)
    assert figures(state(ISIS_SAID, fewer)) == {"ISIS killed": "7", "Militants killed": "3"}


def test_a_figure_taken_back_is_told_as_corrected() -> None:
    fewer = report("Convoy attacked", "Two Syrian soldiers were killed.", feed="sohr", hours=3, version=3)
    assert any(one.corrected and one.after == "2" for one in news(told(FOUR), FOUR, fewer))


def test_what_is_confirmed_now_is_news() -> None:
    official = report(
        "Attack on convoy", "Four Syrian soldiers were killed, the interior ministry said.",
        feed="ministry", hours=1, tier=Tier.OFFICIAL,
    )  # fmt: skip
    found = news(told(FOUR), FOUR, official)
    assert [(one.news, one.before, one.after) for one in found] == [(News.STATUS, "reported", "confirmed")]


# --- who did it, where and who ---------------------------------------------------------------------

DEATH = report("The leader of the Islamic State was killed in Syria", feed="wire")


def learned(*reports: Report, before: tuple[Report, ...] = (DEATH,)) -> list[tuple[str, str, str, bool]]:
    found = news(told(*before), *before, *reports)
    return [(one.label, one.before, one.after, one.also) for one in found]


def test_who_did_it_and_a_more_exact_place_are_news() -> None:
    later = report("Syrian rebels killed the leader of the Islamic State in Hajin", feed="daily", hours=20)
    assert learned(later) == [("by", "", "Syrian rebels", False), ("place", "Syria", "Hajin", False)]
    again = report("Leader of the Islamic State killed by Syrian rebels", feed="herald", hours=22)
    assert learned(again, before=(DEATH, later)) == []
    vaguer = report("Gunmen killed the leader of the Islamic State in Syria", feed="herald", hours=22)
    assert learned(vaguer, before=(DEATH, later)) == []


def test_by_whom_is_quoted_with_the_sentence_that_says_it() -> None:
    raid = report("Joint raid in Iraq kills seven ISIS members", "Iraqi forces killed seven ISIS members on Tuesday.")
    [by] = state(raid).known(News.BY)
    assert (by.text, by.words) == ("Iraqi forces", "Iraqi forces killed seven ISIS members on Tuesday.")


def test_a_group_by_its_name_says_more_than_what_kind_it_is() -> None:
    before = report("Gunmen killed five soldiers near Kirkuk", feed="wire")
    claim = report(
        "Islamic State claims responsibility for attack that killed five soldiers near Kirkuk", feed="daily", hours=3
    )
    found = news(told(before), before, claim)
    assert [(one.before, one.after) for one in found if one.news is News.BY] == [("militants", "ISIS (claimed)")]
    named = report("Hezbollah fighters killed five soldiers near Kirkuk", feed="daily", hours=3)
    assert [one for one in learned(named, before=(before,)) if one[0] == "by"] == [
        ("by", "militants", "Hezbollah fighters", False)
    ]


def test_who_is_blamed_beside_somebody_else_is_told_as_also() -> None:
    before = report("ISIS killed five civilians in Kirkuk", feed="wire")
    other = report("US air strike killed five civilians in Kirkuk", feed="daily", hours=3)
    assert ("by", "", "US", True) in learned(other, before=(before,))


def test_in_a_clash_the_side_that_was_hit_is_no_news_as_the_one_that_hits_back() -> None:
    before = report("Militants killed five Iraqi soldiers near Kirkuk", feed="wire")
    after = report("Iraqi soldiers killed two militants near Kirkuk", feed="daily", hours=3)
    assert [one.news for one in news(told(before), before, after)] == [News.PARTY]


def test_another_place_than_the_one_told_is_no_news() -> None:
    before = report("Four people killed in bombing in Kirkuk", feed="wire")
    wider = report("Four people killed in bombing in Iraq", feed="daily", hours=1)
    abroad = report("Four people killed in bombing in Raqqa", feed="herald", hours=1)
    assert learned(wider, before=(before,)) == []
    assert learned(abroad, before=(before,)) == []


def test_a_place_that_is_taken_back_is_told_with_the_one_told_before() -> None:
    before = report("Bus attack near Palmyra kills nine Syrian soldiers", feed="wire")
    after = report(
        "Correction: nine Syrian soldiers were killed near Sukhnah", feed="wire", version=2, hours=3, key="wire"
    )
    [one] = [each for each in news(told(before), before, after) if each.news is News.PLACE]
    assert (one.before, one.after, one.corrected) == ("near Palmyra", "near Sukhnah", True)
    both = report("Attack on bus near Sukhnah", "Nine Syrian soldiers were killed.", feed="paper", hours=4)
    assert [each for each in news(told(before, after), before, after, both) if each.news is News.PLACE] == []


def test_whoever_speaks_is_not_where_it_happened() -> None:
    one = report("Islamic State leader was killed by Syrian rebels, US says", feed="wire")
    assert state(one).known(News.PLACE) == ()


def test_the_first_name_of_somebody_killed_is_news_and_another_spelling_is_none() -> None:
    before = report("An ISIS commander was killed in a raid", feed="wire")
    first = report("ISIS commander Abu Omar al-Shishani was killed in a raid", feed="daily", hours=1)
    other = report("ISIS commander Abu Umar al-Shishany was killed in a raid", feed="herald", hours=2)
    assert learned(first, before=(before,)) == [("named", "", "Abu Omar al-Shishani (killed)", False)]
    assert learned(other, before=(before, first)) == []


# --- forces ----------------------------------------------------------------------------------------

TROOPS = report("The United States has 2,500 troops in Iraq", feed="wire")


def test_how_many_forces_are_where_has_who_says_it() -> None:
    [figure] = state(TROOPS).figures
    assert (figure.label, figure.text, figure.outcome, figure.moves) == ("US in Iraq", "2,500", None, False)
    assert [(voice.who, voice.text) for voice in figure.voices] == [("Wire", "2,500")]


def test_origins_that_count_forces_otherwise_differ() -> None:
    other = report("The US has 4,000 troops in Iraq", feed="daily", hours=1)
    [figure] = state(TROOPS, other).figures
    assert (figure.text, figure.differs) == ("2,500 to 4,000", True)


def test_forces_that_are_fewer_than_before_have_left_and_nobody_is_corrected() -> None:
    fewer = report("The United States has 2,000 troops in Iraq", feed="wire", hours=30, version=2)
    found = state(TROOPS, fewer)
    assert (found.figures[0].text, found.turns[-1].before, found.turns[-1].after) == ("2,000", "2,500", "2,000")
    assert Status.CORRECTED not in found.status
    [one] = news(told(TROOPS), TROOPS, fewer)
    assert (one.news, one.before, one.after, one.corrected) == (News.POSTURE, "2,500", "2,000", False)
    said = report("Correction: the United States has 2,000 troops in Iraq", feed="wire", hours=30, version=2)
    assert Status.CORRECTED in state(TROOPS, said).status


def test_fewer_sent_than_were_told_of_is_a_correction() -> None:
    sent = report("The United States will deploy 500 troops to Iraq", feed="wire")
    fewer = report("The United States will deploy 300 troops to Iraq", feed="wire", hours=3, version=2)
    assert Status.CORRECTED in state(sent, fewer).status


def test_how_many_leave_does_not_differ_from_that_they_leave() -> None:
    leave = report("The United States will withdraw troops from Syria", feed="wire")
    many = report("The United States will withdraw 1,000 troops from Syria", feed="daily", hours=3)
    [figure] = state(leave, many).figures
    assert (figure.label, figure.text, figure.differs, figure.moves) == ("US withdraw, Syria", "1,000", False, True)
    assert [(one.news, one.before, one.after) for one in news(told(leave), leave, many)] == [
        (News.POSTURE, "", "1,000")
    ]


def test_how_many_are_where_is_background_to_an_event_with_casualties_and_no_news() -> None:
    more = report("Convoy attacked", "Four Syrian soldiers were killed. The US has 900 troops in Syria.", feed="daily")
    assert "US in Syria" in figures(state(FOUR, more))
    assert news(told(FOUR), FOUR, more) == []
    moved = report("The US will send 500 troops to Syria after the attack", feed="daily", hours=4)
    assert [(one.news, one.label, one.after) for one in news(told(FOUR), FOUR, moved)] == [
        (News.POSTURE, "US deploy, Syria", "500")
    ]


def test_forces_make_no_story_confirmed() -> None:
    claimed = report("Raid near Hawija", "CENTCOM said seven ISIS members were killed.", tier=Tier.OFFICIAL)
    assert state(claimed, report("The US has 900 troops in Syria", feed="daily")).status == (Status.CLAIMED,)


# --- in whatever order -----------------------------------------------------------------------------


@st.composite
def claimed(draw: st.DrawFn) -> Report:
    """A report with figures of some origin, seen at some hour."""
    number = draw(st.integers(0, 5))
    claims = []
    for outcome in draw(st.lists(st.sampled_from([Outcome.KILLED, Outcome.WOUNDED]), unique=True)):
        low = draw(st.integers(1, 9))
        high = draw(st.sampled_from([low, low + 2, None]))
        text = draw(st.sampled_from([f"{low} soldiers", "two of the wounded died"]))
        claims.append(
            Casualty(
                words=Words("title", 0, 1, text), outcome=outcome, party=Party.SYRIAN, low=low, high=high, floor=low
            )
        )
    return Report(
        f"k{number}", draw(st.integers(1, 3)), f"f{number}", f"Feed {number}", draw(st.sampled_from(Tier)), "", "t",
        "s", DAWN, DAWN + timedelta(hours=draw(st.integers(0, 4))), (), facts=tuple(claims), origin=f"o{number % 3}",
    )  # fmt: skip


def _once(reports: list[Report]) -> list[Report]:
    return list({(one.item_key, one.version): one for one in reports}.values())


@settings(max_examples=150, deadline=None)
@given(st.lists(claimed(), max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_reports_does_not_matter(reports: list[Report], chance: random.Random) -> None:
    reports = _once(reports)
    shuffled = list(reports)
    chance.shuffle(shuffled)
    assert state(*shuffled) == state(*reports)


@settings(max_examples=150, deadline=None)
@given(st.lists(claimed(), min_size=1, max_size=8))
def test_the_same_report_twice_changes_nothing(reports: list[Report]) -> None:
    reports = _once(reports)
    assert state(*reports, *reports) == state(*reports)


@settings(max_examples=150, deadline=None)
@given(st.lists(claimed(), min_size=1, max_size=8))
def test_whoever_was_told_a_story_as_it_stands_is_told_nothing_more(reports: list[Report]) -> None:
    known = state(*_once(reports))
    assert (
        story.differences(Told("t", DAWN, Level.HIGH, known.status, known.figures, None, known.particulars), known)
        == ()
    )
    for figure in known.figures:
        assert figure.low <= figure.high
        assert len({voice.origin for voice in figure.voices}) == len(figure.voices)
