from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from fact_reports import JOINT_RAID, THURSDAY, read

from monitor import facts
from monitor.model import Casualty

RAID = read(JOINT_RAID)


def counts(text: str, sign: str, number: int, *quantities: str, **options: str) -> bool:
    wanted = facts.predicate(
        "casualties",
        {name: value.split("|") for name, value in options.items()},
        [(quantities or ("killed",), sign, number)],
    )
    return bool(wanted.match(read(text)))


def test_us_casualties_in_iraq_hold_for_the_raid() -> None:
    wanted = facts.predicate(
        "casualties", {"party": ["us"], "place": ["iraq", "syria"]}, [(("killed", "wounded"), ">=", 1)]
    )
    (claim,) = wanted.match(RAID)
    assert isinstance(claim, Casualty)
    assert claim.words.text == "Two US service members were wounded"
    elsewhere = facts.predicate(
        "casualties", {"party": ["us"], "place": ["jordan"]}, [(("killed", "wounded"), ">=", 1)]
    )
    assert elsewhere.match(RAID) == ()


def test_comparisons_use_the_floor_of_a_claim() -> None:
    assert counts("Dozens of people were killed in the bombing.", ">=", 24)
    assert not counts("Dozens of people were killed in the bombing.", ">=", 25)
    assert counts("Soldiers were killed in the bombing.", ">=", 2)
    assert not counts("Up to 30 people were killed in the bombing.", ">=", 2)


def test_a_part_is_not_counted_beside_its_whole() -> None:
    text = "Twelve people, including three children, were killed in the bombing."
    assert counts(text, "<=", 12)
    assert counts(text, ">=", 3, party="civilian")


def test_denied_planned_old_and_tried_claims_do_not_count_unless_asked_for() -> None:
    assert not counts("The group threatened to kill 20 hostages.", ">=", 1)
    assert counts("The group threatened to kill 20 hostages.", ">=", 1, modality="planned")
    assert not counts("A court sentenced a man who killed 12 people in the bombing.", ">=", 1)
    assert counts("A court sentenced a man who killed 12 people in the bombing.", ">=", 1, context="any")


def test_the_strikes_of_the_14th_do_not_add_to_the_raid() -> None:
    isis = facts.predicate("casualties", {"party": ["isis"]}, [(("killed",), ">=", 9)])
    assert isis.match(RAID) == ()


def test_posture_operation_and_strength_are_asked_by_kind() -> None:
    assert len(facts.predicate("posture", {"force": ["us"], "place": ["iraq", "syria"]}).match(RAID)) == 2
    assert len(facts.predicate("posture", {"force": ["us"]}, [(("troops",), ">=", 2000)]).match(RAID)) >= 1
    assert [fact.words.text for fact in facts.predicate("operation", {"kind": ["raid"]}).match(RAID)] == ["raided"]
    assert len(facts.predicate("strength", {"party": ["isis"]}, [(("fighters",), ">=", 1000)]).match(RAID)) == 1


@pytest.mark.parametrize(
    ("kind", "options", "comparisons", "why"),
    [
        ("casualty", {}, [], "no predicate"),
        ("casualties", {"party": ["isil"]}, [], "write one of"),
        ("casualties", {"colour": ["red"]}, [], "no option"),
        ("casualties", {}, [(("hurt",), ">=", 1)], "counts no"),
        ("casualties", {}, [(("killed",), "=>", 1)], "no comparison"),
    ],
)
def test_a_wrong_predicate_says_what_to_write(
    kind: str, options: dict[str, list[str]], comparisons: list[tuple[tuple[str, ...], str, int]], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        facts.predicate(kind, options, comparisons)


def test_age_is_that_of_the_event_and_else_of_the_report() -> None:
    fresh = facts.age(RAID, timedelta(days=3), THURSDAY, THURSDAY)
    assert any(isinstance(fact, Casualty) and fact.low == 7 for fact in fresh)
    assert not any(isinstance(fact, Casualty) and fact.low == 4 for fact in fresh)
    undated = read("A bombing killed five people.")
    assert facts.age(undated, timedelta(days=3), THURSDAY + timedelta(days=9), THURSDAY) == ()
    assert facts.age(undated, timedelta(days=3), datetime(2030, 1, 1, tzinfo=UTC), None) == undated


def test_within_allows_for_the_precision_of_a_place() -> None:
    near_raqqa = read("A bombing killed five people in Raqqa.")
    assert facts.within(near_raqqa, 30, [(35.95, 39.01)])
    assert not facts.within(near_raqqa, 30, [(33.3, 44.4)])
    assert facts.within(read("A bombing killed five people in Syria."), 500, [(35.95, 39.01)]) == ()


def test_asserted_by_and_context_choose_facts() -> None:
    said = read("Nine militants were killed in the raid, CENTCOM said.")
    assert facts.asserted_by(said, ["official"])
    assert not facts.asserted_by(said, ["third party"])
    assert facts.context(said, ["current"]) == said


def test_triggers_are_words_of_every_language() -> None:
    assert set(facts.TRIGGERS) == {"casualties", "operation", "posture", "strength"}
    words = facts.TRIGGERS["casualties"]
    assert {"killed", "wounded", "مقتل"} <= set(words)
    assert "troops" in facts.TRIGGERS["posture"]


def test_a_text_without_triggers_is_not_read() -> None:
    assert read("The museum shows two hundred objects from Turin.") == ()
