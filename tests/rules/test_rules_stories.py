"""Conditions over stories, and predicates over facts that another stage brings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from rulebook import FEED, book, item, problem, rule

from monitor import rules
from monitor.errors import ConfigError
from monitor.model import Evidence, Item, Level, Place
from monitor.rules import Asked, FieldSpec, Predicate, Test

PLACE = Place("rules.yaml", 20, 16)


def telling(query: str) -> rules.RuleSet:
    return rules.compile(
        book(rule("raid", tell_when=query, tell_when_place=PLACE), lists={"sure": ["official", "wire"]})
    )


@pytest.mark.parametrize(
    ("query", "story", "told"),
    [
        ("origins >= 2", {"origins": 2}, True),
        ("origins >= 2", {"origins": 1}, False),
        ("origins >= 2", {}, False),
        ("NOT origins >= 2", {}, True),
        ("tier = official OR origins >= 2", {"tier": "official", "origins": 1}, True),
        ("tier = official OR origins >= 2", {"tier": {"local", "official"}}, True),
        ("tier = official OR origins >= 2", {"tier": "local", "origins": 1}, False),
        ("tier = @sure", {"tier": "wire"}, True),
        ("tier != official", {"tier": {"official", "wire"}}, False),
        ("tier != official", {"tier": {"wire"}}, True),
        ("tier != official", {}, False),
        ("asserted_by = official", {"asserted_by": "Official"}, True),
        ("status = confirmed|reported", {"status": "reported"}, True),
        ("age <= 36h", {"age": timedelta(hours=36)}, True),
        ("age <= 36h", {"age": timedelta(hours=37)}, False),
        ("age <= 36h", {}, True),
        ("origins+reports > 4", {"origins": 2, "reports": 3}, True),
        ("origins+reports > 4", {"origins": 2}, False),
        ("ANY 2 OF (origins >= 2, reports >= 5, tier = wire)", {"origins": 3, "tier": "wire"}, True),
        ("(origins >= 2 OR reports > 9) AND NOT status = denied", {"origins": 3, "status": "denied"}, False),
    ],
)
def test_tell_when_judges_what_is_known_of_a_story(query: str, story: dict[str, object], told: bool) -> None:
    assert telling(query).tell("r", story) == told


def test_a_rule_without_tell_when_is_told_at_once() -> None:
    assert rules.compile(book("raid")).tell("r0", {})


def test_raise_lifts_the_level_and_the_highest_counts() -> None:
    raises = (
        (Level.HIGH, "origins >= 2", PLACE),
        (Level.CRITICAL, "asserted_by = official", PLACE),
        (Level.LOW, "reports >= 1", PLACE),
    )
    rule_set = rules.compile(book(rule("raid", level=Level.MEDIUM, raises=raises)))
    assert rule_set.level("r", {}) == Level.MEDIUM
    assert rule_set.level("r", {"reports": 3}) == Level.MEDIUM
    assert rule_set.level("r", {"origins": 2}) == Level.HIGH
    assert rule_set.level("r", {"origins": 2, "asserted_by": "official"}) == Level.CRITICAL


def test_nobody_is_woken_by_an_old_toll_a_trial_or_an_exercise() -> None:
    rule_set = rules.compile(book(rule("raid", level=Level.CRITICAL)))
    assert rule_set.level("r", {}) == Level.CRITICAL
    assert rule_set.level("r", {"age": timedelta(days=2), "context": "current"}) == Level.CRITICAL
    assert rule_set.level("r", {"age": timedelta(days=4)}) == Level.HIGH
    for context in ("historical", "trial", "exercise"):
        assert rule_set.level("r", {"context": context}) == Level.HIGH
    assert rule_set.level("r", {"context": {"historical", "current"}}) == Level.CRITICAL


def test_a_critical_rule_that_speaks_of_age_or_context_itself_means_what_it_says() -> None:
    old = {"age": timedelta(days=20), "context": "current"}
    raises = ((Level.CRITICAL, "age <= 30d", PLACE),)
    assert rules.compile(book(rule("raid", raises=raises))).level("r", old) == Level.CRITICAL
    trials = ((Level.CRITICAL, "context = trial", PLACE),)
    assert rules.compile(book(rule("raid", raises=trials))).level("r", {"context": "trial"}) == Level.CRITICAL


# --- predicates over facts -------------------------------------------------------------------------


@dataclass(frozen=True)
class Toll:
    """What a stage of facts might read from a text."""

    party: str
    killed: int
    wounded: int
    place: str
    words: Evidence


def _casualties(tests: tuple[Test, ...], asked: Asked) -> tuple[Evidence, ...] | None:
    def satisfies(fact: Toll, test: Test) -> bool:
        if len(test.names) > 1:
            return test.accepts(sum(getattr(fact, name) for name in test.names))
        return test.accepts(fact.place if test.km is not None else getattr(fact, test.names[0]))

    held = [
        fact.words for fact in asked.facts if isinstance(fact, Toll) and all(satisfies(fact, test) for test in tests)
    ]
    return tuple(held) if held else None


CASUALTIES = Predicate(
    "casualties",
    ("kill*", "wound*", '"lost their lives"'),
    {
        "party": FieldSpec("word", frozenset({"us", "isis", "civilian"})),
        "killed": FieldSpec("number"),
        "wounded": FieldSpec("number"),
        "place": FieldSpec("word"),
        "within": FieldSpec("word"),
    },
    lambda tests: lambda asked: _casualties(tests, asked),
)
PREDICATES = {"casualties": CASUALTIES}
WORDS = Evidence("title", 0, 16, "two US wounded")
SITES = {"sites": ["Mosul", "Erbil"]}


def judged(query: str, title: str, *facts: Toll) -> tuple[list[Evidence] | None, int]:
    read: list[Item] = []

    def read_facts(of: Item) -> tuple[object, ...]:
        read.append(of)
        return facts

    rule_set = rules.compile(book(query, lists=SITES), PREDICATES)
    matches = rule_set.match(item(title), FEED, read_facts=read_facts)
    return (list(matches[0].evidence) if matches else None), len(read)


@pytest.mark.parametrize(
    ("query", "true"),
    [
        ("casualties(party=us)", True),
        ("casualties(party=us|isis, killed+wounded >= 2)", True),
        ("casualties(party=us, killed >= 1)", False),
        ("casualties(place=@sites)", True),
        ("casualties(within 30km of @sites)", True),
        ("casualties()", True),
        ("casualties(party=civilian) OR casualties(wounded > 1)", True),
        ("raid AND casualties(party=us)", False),
        ("wounded AND NOT casualties(party=us)", False),
    ],
)
def test_a_predicate_asks_the_facts_of_an_item(query: str, true: bool) -> None:
    evidence, _ = judged(query, "Two US wounded", Toll("us", 0, 2, "Mosul", WORDS))
    assert (evidence is not None) == true


def test_the_words_of_the_facts_are_evidence() -> None:
    evidence, _ = judged("us AND casualties(party=us)", "Two US wounded", Toll("us", 0, 2, "Mosul", WORDS))
    assert evidence == [Evidence("title", 4, 6, "us"), WORDS]


def test_facts_are_read_once_and_only_where_a_trigger_word_stands() -> None:
    toll = Toll("us", 1, 0, "Mosul", WORDS)
    query = "casualties(party=isis) OR casualties(party=us, killed >= 1)"
    assert judged(query, "A calm day", toll) == (None, 0)
    assert judged(query, "Two killed", toll)[1] == 1
    assert judged("casualties(party=us) AND raid", "Two killed", toll)[1] in (0, 1)


def test_a_trigger_word_in_the_body_counts() -> None:
    rule_set = rules.compile(book("casualties()"), PREDICATES)
    toll = Toll("us", 1, 0, "Mosul", WORDS)
    assert rule_set.match(item("x", body="Two killed"), FEED, read_facts=lambda _: (toll,))


@pytest.mark.parametrize(
    ("query", "what", "instead"),
    [
        ("casualties(partty=us)", "casualties has no field partty", "did you mean party?"),
        ("casualties(party=uss)", "party is never uss", "did you mean us?"),
        ("casualties(party >= us)", "party is a word", "= and !="),
        ("casualties(party)", "party is compared with nothing", "party = civilian"),
        ("casualties(killed = many)", "many is no number", "killed = 2"),
        ("casualties(killed = 1|2)", "one number", "OR"),
        ("casualties(party+killed = 1)", "only numbers can be added", "by itself"),
        ("casualties(place=@nowhere)", "there is no list @nowhere", "@sites"),
        ("casualites(party=us)", "there is no predicate casualites", "did you mean casualties?"),
        ("casualties = us", "there is no predicate casualties", "casualties"),
    ],
)
def test_a_mistake_in_a_predicate_is_told_with_its_suggestion(query: str, what: str, instead: str) -> None:
    with pytest.raises(ConfigError) as caught:
        rules.compile(book(query, lists=SITES), PREDICATES)
    (only,) = caught.value.problems
    assert what in only.what
    assert instead in only.instead


def test_without_a_registry_a_predicate_is_a_located_error() -> None:
    assert problem("raid AND casualties(party=us)").place == Place("rules.yaml", 10, 14)


def test_a_condition_of_its_own_can_be_a_predicate() -> None:
    asserted = Predicate(
        "asserted_by",
        ("said", "say*"),
        {"asserted_by": FieldSpec("word")},
        lambda tests: (
            lambda asked: (WORDS,) if asked.facts and all(test.accepts("official") for test in tests) else None
        ),
        called=False,
    )
    rule_set = rules.compile(book("asserted_by = official"), {"asserted_by": asserted})
    assert rule_set.match(item("he said"), FEED, read_facts=lambda _: (1,))
    assert not rule_set.match(item("nothing"), FEED, read_facts=lambda _: (1,))
