"""The rules, lists and aliases of config/rules: what a desk uses on its first day."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from monitor import config
from monitor.model import Item, Level, ListText, Place, RuleBook, RuleText
from monitor.pipeline.predicates import compiled as judge
from monitor.pipeline.predicates import predicates
from monitor.rules import RuleSet
from monitor.rules.examples import check_examples
from monitor.rules.linting import lint

ROOT = Path(__file__).resolve().parent.parent
HERE = Place("tests/aliases.yaml", 1, 1)
CATEGORIES = ("operation", "casualties", "posture")

# Lists that are made of other lists, or hold no aliases.
NO_ALIASES = {"isis", "armed-groups", "regional-troops", "regional-forces"}

Sentences = Mapping[str, Mapping[str, list[str]]]


@functools.cache
def shipped() -> RuleBook:
    book, problems = config.read(ROOT / "config", {})
    assert not [str(problem) for problem in problems if "rules" in str(problem.place)]
    return book.book


@functools.cache
def compiled() -> RuleSet:
    return judge(shipped())


@functools.cache
def aliases() -> Sentences:
    content: Sentences = YAML(typ="safe").load((ROOT / "tests" / "aliases.yaml").read_text(encoding="utf-8"))
    return content


def alias_lists() -> list[ListText]:
    """The lists of lists-groups.yaml that name groups and forces."""
    return [
        each
        for each in shipped().lists
        if each.place.file.endswith("lists-groups.yaml") and each.name not in NO_ALIASES
    ]


def looking_for(*terms: str) -> RuleSet:
    """A rule for each term that looks for that term alone; the rule's id is the term's number."""
    texts = tuple(RuleText(str(n), term, "test", Level.LOW, f"@term-{n}", HERE, HERE) for n, term in enumerate(terms))
    lists = tuple(ListText(f"term-{n}", ((term, HERE),), HERE) for n, term in enumerate(terms))
    return judge(RuleBook(texts, lists))


def found_by(rule_set: RuleSet, title: str, summary: str = "") -> set[str]:
    item = Item("feed", None, "", title, summary)
    return {match.rule for match in rule_set.match(item, None)}


def categories_of(title: str, summary: str = "") -> set[str]:
    item = Item("feed", None, "", title, summary)
    return {match.category for match in compiled().match(item, None)}


def test_every_example_of_every_shipped_rule_holds() -> None:
    assert check_examples(compiled()) == ()


def test_every_shipped_rule_has_five_examples_to_match_and_five_to_ignore() -> None:
    short = [rule.id for rule in shipped().rules if min(len(rule.must_match), len(rule.must_ignore)) < 5]
    assert not short


def test_no_example_stands_twice_in_a_rule() -> None:
    for rule in shipped().rules:
        texts = [text for text, _ in (*rule.must_match, *rule.must_ignore)]
        assert len(texts) == len(set(texts)), rule.id


def test_the_shipped_rules_belong_to_the_three_categories_and_only_casualties_wake_a_desk() -> None:
    assert {rule.category for rule in shipped().rules} == set(CATEGORIES)
    assert {rule.id for rule in shipped().rules if rule.level is Level.CRITICAL} == {
        "casualties-own-forces",
        "casualties-mass-attack",
    }


def test_the_shipped_rules_leave_nothing_to_lint() -> None:
    assert [str(finding) for finding in lint(shipped(), predicates())] == []


def test_every_alias_has_a_sentence_and_every_sentence_an_alias() -> None:
    listed = {each.name: {term for term, _ in each.terms} for each in alias_lists()}
    assert listed == {name: set(terms) for name, terms in aliases().items()}


@pytest.mark.parametrize("name", sorted(aliases()))
def test_every_alias_is_found_in_a_sentence_of_its_language(name: str) -> None:
    terms = list(aliases()[name])
    each_alone = looking_for(*terms)
    missed = [
        f"{term}: {sentence}"
        for number, term in enumerate(terms)
        for sentence in aliases()[name][term]
        if str(number) not in found_by(each_alone, sentence)
    ]
    assert not missed


@pytest.mark.parametrize(
    "sentence",
    [
        "THIS IS THE END OF THE LINE FOR A RAILWAY TOWN",
        "HERE IS WHY GROUPS OF FANS LEFT EARLY",
        "THE FIGHT IS ON FOR THE LAST TICKETS",
        "WHAT IS ATTACK ON THE LEFT WING WORTH",
        "Where IS the leader this club needs",
        "Das Ei des Kolumbus und der Rest",
        "El ei es una vocal doble",
        "L'ei du mot se prononce bien",
        "Pakistan calls itself an Islamic state",
        "Islamic state-owned bank reports profit",
        "Trophée EI de golf en Bretagne",
        "Where IS the money, auditors ask",
        "Isidor and Isidora are popular names again",
        "The SDG targets for water will be missed",
        "Reporters Without Borders (RSF) publishes its press freedom index",
        "Japan's SDF joins flood relief",
        "The ei of the penguin is laid in May",
        "A sinai hospital in New York opens a new wing",
        "Игла и нитка, по ИГО сообщили",
        "قالت الدولة العراقية إن دولة إسلامية شقيقة تساعد",
    ],
)
def test_a_short_name_is_not_found_in_what_only_looks_like_it(sentence: str) -> None:
    names = tuple(query for query in shipped().queries if query.name in ("isis", "bare-is"))
    rule = RuleText("group", "", "test", Level.LOW, "$isis OR @armed-groups OR @kurdish-forces", HERE, HERE)
    book = RuleBook((rule,), shipped().lists, names)
    assert found_by(judge(book), sentence) == set()


def test_the_goddess_and_the_river_are_no_operation() -> None:
    assert categories_of("Temple of Isis struck by lightning in Pompeii") == set()
    assert categories_of("Rower killed on the River Isis in Oxford") == set()


def test_a_claim_named_only_in_the_summary_is_an_operation() -> None:
    assert "operation" in categories_of(
        "Blast hits bus in Kabul", "Three people died. Islamic State's Khorasan branch claimed responsibility."
    )


def test_a_text_without_a_headline_is_judged_by_its_summary() -> None:
    text = "Islamic State militants attack a checkpoint near Kirkuk, killing four soldiers."
    assert categories_of("", text) == {"operation", "casualties"}
    assert categories_of("", "France deploys 300 soldiers to Romania.") == {"posture"}


def test_an_arabic_headline_is_a_headline() -> None:
    assert categories_of("محكمة عراقية تنظر قضية", "A court report: Islamic State gunmen were sentenced.") == set()


def wakes(title: str, summary: str = "") -> bool:
    """Whether a critical rule holds for a report of the day."""
    now = datetime(2024, 10, 24, 12, tzinfo=UTC)
    item = Item("feed", None, "", title, summary, published=now)
    return any(match.level is Level.CRITICAL for match in compiled().match(item, None, now=now))


@pytest.mark.parametrize(
    ("title", "summary"),
    [
        ("At least 56 civilians killed in clashes in Darfur, doctors say", ""),
        ("Gunmen kill 29 people in Baghdad apartment block", ""),
        ("Insurgents use machetes to kill 40 villagers in eastern Congo", ""),
        ("Air strikes kill 33 Turkish soldiers in Idlib", ""),
        ("Militants overrun two checkpoints, killing 30 border guards", ""),
        ("Dozens killed as jihadists overrun town in Mali", ""),
        ("Attack kills 60 in Kabul, the deadliest since 2021", ""),
        ("Sudan war: shelling kills 40 in Omdurman market", ""),
        ("Army accused of bombing camp in Myanmar, killing about 30", ""),
        ("Gaza war live: dozens killed in strike on camp; protests in capitals", ""),
        (
            "",
            "At least 92 people are killed in air strikes on Tyre, bringing the death toll to more than 700.",
        ),
        (
            "",
            "At least 50 people are killed when jets strike a concert for the anniversary of a rebel army in Myanmar.",
        ),
        ("", "At least 200 civilians have been killed in the city in the past 24 hours by air strikes."),
        ("Two US soldiers wounded in rocket attacks over past 24 hours in Syria", ""),
        ("Fifteen German UN peacekeepers injured in car bomb attack in Mali", ""),
        ("US strikes militia after drone attack kills American contractor in Syria", ""),
    ],
)
def test_a_desk_is_woken_by_a_fresh_attack_however_it_is_told(title: str, summary: str) -> None:
    assert wakes(title, summary)


@pytest.mark.parametrize(
    ("title", "summary"),
    [
        ("", "A human rights group reports that over 500 civilians have been killed in air strikes on several towns."),
        (
            "",
            "A monitor says thousands are missing after massacres on the coast that killed at least 1,600 people.",
        ),
        ("", "A monitor says it has documented the names of 1,600 civilians who were killed in massacres by militias."),
        ("Rebels have killed 300 civilians since January, UN says", ""),
        ("Senators slammed after deadly attacks on Israel", "The surprise attack has left more than 300 dead."),
        (
            "Strikes hit militia depots",
            "The raid answers a recent rocket strike in Erbil which left two US soldiers dead.",
        ),
        ("Two French police officers killed by gunman outside Paris", ""),
        ("", "At least 30 bandits and two soldiers are killed during an insurgent attack on villages in Katsina."),
        ("Pentagon denies three US soldiers were killed in Syria raid", ""),
        ("Exercise: 30 soldiers killed by simulated rocket attack", ""),
        ("Militants threaten to kill 40 hostages in raid", ""),
        ("", "Police arrest a man blamed for the 2008 hotel attacks that left more than 160 people dead."),
        ("", "Shelling pounds Khartoum in a conflict that has killed hundreds despite talks."),
        ("Bullets and terror: How the attack on the festival unfolded", "Gunmen stormed the site, killing hundreds."),
        ("Survivors recall horror of hotel siege", "Gunmen had stormed the hotel; dozens of people were killed."),
        ("Royal Marine dies in plunge in the Highlands", "The sergeant was with a climbing companion when he slipped."),
        ("Three officers slain in ambush in Louisiana", "Police were shot by a lone gunman outside a shop."),
        (
            "Army's war on rebels: 326 soldiers killed and 11,000 targets hit",
            "The army struck more than 11,000 targets.",
        ),
        ("War dead pass 15,000 as shelling kills 30 in Kharkiv", ""),
        ("Russian forces kill 40 militants in Idlib air strike", ""),
    ],
)
def test_nobody_is_woken_by_old_tolls_denials_exercises_and_what_befalls_others(title: str, summary: str) -> None:
    assert not wakes(title, summary)


def test_a_strike_by_workers_and_a_killer_whale_are_nothing_to_a_desk() -> None:
    for headline in (
        "Nurses' strike enters third day",
        "Killer whale calf spotted off California",
        "Bombshell report on pension raid",
        "Scout troop wins bake-off",
        "Casualty actor leaves BBC drama",
        "Earthquake kills 300 in western Afghanistan",
    ):
        assert categories_of(headline) == set(), headline


def test_the_words_that_made_a_match_are_shown() -> None:
    title = "Coalition air strike kills senior ISIS commander near Raqqa"
    item = Item("feed", None, "", title, "")
    [match] = [each for each in compiled().match(item, None) if each.rule == "isis-leader"]
    words = {title[each.start : each.end] for each in match.evidence}
    assert {"ISIS", "commander", "kills"} <= words
