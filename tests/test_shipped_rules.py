"""The rules, lists and aliases of config/rules: what a desk uses on its first day."""

from __future__ import annotations

import functools
from collections.abc import Mapping
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
