"""Predicates in rules: what was read from a text decides, with the words it was read from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.errors import ConfigError, Problem
from monitor.model import Feed, Item, Level, ListText, Match, Place, RuleBook, RuleText
from monitor.pipeline.predicates import compiled
from monitor.rules import RuleSet, run_examples

NOW = datetime(2024, 10, 24, 8, tzinfo=UTC)
FEED = Feed("wire", "https://wire.example/feed", "The Wire", lang="en")
RAID = (
    "Iraqi commandos raided an ISIS hideout near Raqqa on Tuesday, killing at least seven militants, the army said. "
    "Two US soldiers were wounded."
)
HERE = Place("rules.yaml", 10, 5)


def rule_set(query: str, level: Level = Level.HIGH, *sites: str) -> RuleSet:
    rule = RuleText("r", "r", "test", level, query, HERE, HERE, must_match=((RAID, HERE),))
    place = Place("lists.yaml", 1, 1)
    return compiled(RuleBook((rule,), (ListText("sites", tuple((site, place) for site in sites), place),)))


def item(summary: str, title: str = "", published: datetime | None = NOW, lang: str | None = None) -> Item:
    return Item("wire", None, "", title, summary, published=published, lang=lang)


def judged(
    query: str, text: str, *sites: str, level: Level = Level.HIGH, now: datetime = NOW, published: datetime | None = NOW
) -> Match | None:
    found = rule_set(query, level, *sites).match(item(text, published=published), FEED, now=now)
    return found[0] if found else None


def words(query: str, text: str, *sites: str) -> list[str] | None:
    match = judged(query, text, *sites)
    return None if match is None else [text[each.start : each.end] for each in match.evidence]


def test_the_evidence_of_a_predicate_is_the_words_of_its_claim() -> None:
    assert words("casualties(party=us, killed+wounded >= 1)", RAID) == ["Two US soldiers were wounded"]
    [evidence] = judged("casualties(party=us, wounded >= 1)", RAID).evidence  # type: ignore[union-attr]
    assert (evidence.field, evidence.term) == ("summary", "casualties")


@pytest.mark.parametrize(
    ("query", "true"),
    [
        ("casualties(party=us)", True),
        ("casualties(party=isis|militant, killed >= 7)", True),
        ("casualties(party=isis|militant, killed >= 8)", False),
        ("casualties(party=us, killed >= 1)", False),
        ("casualties(party!=us, wounded >= 1)", False),
        ("casualties(party!=us|isis|militant)", False),
        ("casualties(killed+wounded >= 9)", True),
        ("casualties(party=us, place=syria)", True),
        ("casualties(party=us, place=jordan)", False),
        ("casualties(killed >= 1, asserted_by=official)", True),
        ("casualties(context=trial)", False),
        ("casualties(modality=planned)", False),
        ("casualties(nation=us)", True),
        ("operation(kind=raid)", True),
        ("operation(kind!=raid)", False),
        ('operation(kind="air strike"|bombing)', False),
        ("operation(actor=iraqi, target=isis)", True),
        ("posture(force=us)", False),
        ("strength(party=isis)", False),
        ("asserted_by = official", True),
        ("asserted_by = perpetrator", False),
        ("context = current", True),
        ("context = trial|historical", False),
        ("commandos AND casualties(party=us) AND NOT operation(kind=bombing)", True),
        ("museum AND casualties(party=us)", False),
    ],
)
def test_a_predicate_holds_for_the_facts_of_the_text(query: str, true: bool) -> None:
    assert (words(query, RAID) is not None) == true


def test_posture_and_strength_are_asked_by_force_place_and_number() -> None:
    text = "About 2,500 US troops are in Iraq and 900 in Syria. A UN report puts ISIS at 1,500 to 3,000 fighters."
    assert judged("posture(force=us, place=iraq|syria)", text)
    assert judged("posture(force=us, troops >= 2000)", text)
    assert not judged("posture(force=us, troops >= 3000)", text)
    assert not judged("posture(action=withdraw)", text)
    assert judged("strength(party=isis, fighters >= 1000)", text)


# --- time and place --------------------------------------------------------------------------------


def test_age_in_a_predicate_is_that_of_the_event() -> None:
    text = "Four soldiers were killed in a bombing in Mosul on 14 October."
    assert judged("casualties(killed >= 1, age <= 11d)", text)
    assert not judged("casualties(killed >= 1, age <= 3d)", text)
    assert judged("casualties(killed >= 1, age <= 3d)", "Four soldiers were killed in a bombing in Mosul.")


def test_within_measures_from_names_and_coordinates_and_allows_for_precision() -> None:
    raqqa, erbil = "A bombing killed five soldiers in Raqqa.", "A bombing killed five soldiers in Erbil."
    assert judged("casualties(within 30km of @sites)", raqqa, "Raqqa")
    assert judged("casualties(within 30km of @sites)", raqqa, "some depot 35.95 39.01", "Mosul")
    assert not judged("casualties(within 30km of @sites)", erbil, "Raqqa")
    assert judged("within 30km of @sites", raqqa, "35.95, 39.01")
    assert not judged("within 500km of @sites", "A bombing killed five soldiers in Syria.", "Raqqa")


# --- what may wake somebody ------------------------------------------------------------------------


def critical(text: str, query: str = "casualties(party=us, killed >= 1)", days: int = 0) -> Level | None:
    match = judged(query, text, level=Level.CRITICAL, published=NOW - timedelta(days=days))
    return match.level if match else None


def test_an_event_of_today_wakes_somebody() -> None:
    assert critical("Three US soldiers were killed in Jordan on Tuesday, the Pentagon said.") is Level.CRITICAL


def test_a_critical_rule_is_high_for_an_older_event_or_report() -> None:
    assert critical("Three US soldiers were killed in Jordan on 3 October.") is Level.HIGH
    assert critical("Three US soldiers were killed in Jordan.", days=5) is Level.HIGH
    assert critical("Soldiers killed", "soldiers AND killed", days=5) is Level.HIGH


def test_a_rule_that_speaks_of_age_itself_means_what_it_says() -> None:
    query = "casualties(party=us, killed >= 1, age <= 30d)"
    assert critical("Three US soldiers were killed in Jordan on 3 October.", query, days=5) is Level.CRITICAL


def test_history_trials_exercises_and_threats_wake_nobody() -> None:
    for text in (
        "A court in Amman tried a man over a bombing that killed three US soldiers.",
        "It is ten years since a bombing killed three US soldiers in Jordan.",
        "Three US soldiers were killed in the exercise's first scenario, a mock bombing.",
        "The group threatened to kill three US soldiers.",
    ):
        assert critical(text) is None, text


# --- why not ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("casualties(party=us, killed >= 1)", "“Two US soldiers were wounded”: killed is 0, not >= 1"),
        ("casualties(party=civilian)", "“Two US soldiers were wounded”: party is us"),
        ("casualties(party=us, context=trial)", "“Two US soldiers were wounded”: context is current"),
        ("casualties(party=us, place=libya)", "“Two US soldiers were wounded”: place is "),
        ("casualties(party=us, asserted_by=perpetrator)", "“Two US soldiers were wounded”: asserted_by is "),
        ("operation(kind=ambush)", "kind is raid"),
        ("strength(party=isis)", "strength(party = isis): no such fact was read"),
        ("casualties(party=us, within 5km of @sites)", "“Two US soldiers were wounded”: not within 5km"),
    ],
)
def test_a_predicate_that_does_not_hold_says_of_each_claim_why(query: str, why: str) -> None:
    [told] = rule_set(query, Level.HIGH, "Mosul").explain(item(RAID), FEED, now=NOW)
    assert not told.holds
    assert any(why in phrase for phrase in told.missing), told.missing


def test_what_lacks_least_is_told_first_and_no_more_than_three() -> None:
    text = (
        "Four civilians were wounded in Mosul. Five civilians were wounded in Erbil. "
        "Six soldiers were wounded in Kirkuk. Seven civilians were wounded in Tikrit."
    )
    [told] = rule_set("casualties(party=us, place=libya)").explain(item(text), FEED, now=NOW)
    assert told.missing[0].endswith("; 1 more")


# --- languages, and what is read -------------------------------------------------------------------


def test_the_language_of_the_feed_is_that_of_an_item_that_has_none() -> None:
    query, text = "casualties(killed >= 3)", "Trois soldats ont été tués dans une attaque au Mali."
    french = Feed("fil", "https://fil.example/feed", "Le Fil", lang="fr")
    assert rule_set(query).match(item(text), french, now=NOW)


def test_examples_are_judged_by_facts_as_well() -> None:
    assert [each.problem for each in run_examples(rule_set("casualties(party=us, wounded >= 2)"))] == [None]
    [failed] = run_examples(rule_set("casualties(party=us, wounded >= 3)"))
    assert failed.problem is not None
    assert "no fact satisfies it" in failed.problem.instead


# --- mistakes --------------------------------------------------------------------------------------


def problem(query: str, *sites: str) -> Problem:
    with pytest.raises(ConfigError) as caught:
        rule_set(query, Level.HIGH, *sites)
    [only] = caught.value.problems
    return only


@pytest.mark.parametrize(
    ("query", "column", "what", "instead"),
    [
        ("raid AND casualties(party=isil)", 9, "party is never isil", "did you mean isis?"),
        ("casualties(killd >= 1)", 0, "casualties has no field killd", "did you mean killed?"),
        ("casualties(killed >= 1.5)", 0, "can't be asked this", "whole numbers"),
        ("casualties(age <= 3)", 0, "3 is no duration", "36h or 3d"),
        ("casualties(place != iraq)", 0, "can't be asked this", "NOT around"),
        ("casualties(party=us, party=isis)", 0, "can't be asked this", "party=a|b"),
        ("operation(kind=rad)", 0, "kind is never rad", "did you mean raid?"),
        ("posture(party=us)", 0, "posture has no field party", "there is"),
        ("casualty(party=us)", 0, "there is no predicate casualty", "did you mean casualties?"),
        ("asserted_by = officials", 0, "asserted_by is never officials", "did you mean official?"),
        ("context = trail", 0, "context is never trail", "did you mean trial?"),
        ("within 30km of @sites", 0, "can't be asked this", "no place Nowhereville"),
        ("within 30km of @places", 0, "there is no list @places", "there is @sites"),
    ],
)
def test_a_mistake_is_told_in_its_place_with_what_to_write(query: str, column: int, what: str, instead: str) -> None:
    found = problem(query, "Nowhereville")
    assert what in found.what
    assert instead in found.instead, found.instead
    assert found.place is not None
    assert found.place.line == 10
    assert found.place.column >= 5 + column
