"""Findings about rules that are legal and hardly meant."""

from __future__ import annotations

import pytest
from rulebook import book

from monitor import rules
from monitor.errors import ConfigError


def findings(*queries: str, **names: object) -> list[str]:
    return [f"{each.place}: {each.kind}: {each.what}" for each in rules.lint(book(*queries, **names))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "query",
    [
        "raid AND NOT raid",
        "raid AND NOT raid*",
        "raids AND NOT (raid* OR film)",
        "(raid OR strike) AND NOT (raid OR strike*)",
        "title:raid AND NOT raid",
        "tier:wire AND tier:official",
        "feed:a AND feed:b",
        '"air raid" AND NOT raid',
        "=ISIS AND NOT isis",
        "a NEAR/5 b AND NOT b",
        "SENT(a AND NOT A)",
        "ANY 2 OF (a, b) AND NOT a",
        "@strike AND NOT strike* AND NOT raid",
        "$q AND NOT army",
    ],
)
def test_a_query_that_can_never_match(query: str) -> None:
    found = findings(query, lists={"strike": ["strikes", "raid"]}, named={"q": "army AND raid"})
    assert any("rules.yaml:10:5: never:" in each for each in found), found


@pytest.mark.parametrize(
    "query",
    [
        "raid AND NOT raids",
        "raid* AND NOT raid",
        "raid AND NOT title:raid",
        "isis AND NOT =ISIS",
        'raid AND NOT "air raid"',
        "tier:wire AND NOT tier:official",
        "tag:a AND tag:b",
        "a AND NOT (a NEAR/5 b)",
        "a AND NOT SENT(a AND b)",
        "a AND SENT(b AND NOT a)",
        "ANY 2 OF (a, b, c) AND NOT a",
        "a AND NOT ANY 2 OF (a, b)",
    ],
)
def test_a_query_that_can_match_is_not_said_to_be_dead(query: str) -> None:
    assert not [each for each in findings(query) if ": never:" in each]


def test_a_dead_part_of_a_living_query_is_found() -> None:
    assert "rules.yaml:10:10: never: this part can never match: what it needs it also forbids" in findings(
        "a OR (raid AND NOT raid*)"
    )


def test_and_and_or_without_parentheses() -> None:
    (found,) = rules.lint(book("a OR b AND c"))
    assert (str(found.place), found.kind, found.instead) == ("rules.yaml:10:10", "mixed", "write (b AND c)")
    assert found.rule == "r0"
    assert found.excerpt == "a OR b AND c\n     ^^^^^^^"
    assert findings("a OR (b AND c)", "(a OR b) AND c", "a AND b AND c") == []


def test_terms_that_another_covers() -> None:
    assert findings("raid* OR raids OR strike") == ["rules.yaml:10:14: shadowed: raids adds nothing to raid*"]
    assert findings("=ISIS OR isis") == ["rules.yaml:10:5: shadowed: =ISIS adds nothing to isis"]
    assert findings('raid OR "air raid"') == ['rules.yaml:10:13: shadowed: "air raid" adds nothing to raid']
    assert findings("a OR (b OR A)") == ["rules.yaml:10:16: shadowed: A stands here twice"]
    assert findings("@x OR raid", lists={"x": ["raid"]}) == ["rules.yaml:10:11: shadowed: raid is in @x already"]
    assert findings("@x OR raids", lists={"x": ["raid*"]}) == [
        "rules.yaml:10:11: shadowed: raids adds nothing to a term of @x"
    ]


def test_terms_that_no_other_covers_are_left_alone() -> None:
    assert findings("isis OR =ISKP OR raid OR raids OR re-raid", "raid AND raid*", "raid NEAR/5 raid*") == []


def test_a_list_whose_entries_cover_each_other() -> None:
    lists = {"x": ["kill*", "killed", "Da'esh", "Da’esh", "@y"], "y": ["bomb", "kills"]}
    assert findings("@x", lists=lists) == [
        "lists.yaml:101:7: shadowed: killed adds nothing to kill*",
        'lists.yaml:103:7: shadowed: "Da’esh" is in @x twice',
    ]


def test_lists_and_queries_that_no_rule_uses() -> None:
    lists = {"used": ["a", "@below"], "below": ["b"], "unused": ["c"]}
    assert findings("$q", lists=lists, named={"q": "@used", "idle": "x"}) == [
        "lists.yaml:99:3: unused: no rule uses the list @unused",
        "queries.yaml:200:9: unused: no rule uses the query $idle",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a AND b", "b AND A"),
        ("a OR b OR c", "(c OR a) OR b"),
        ("a NEAR/5 b", "b NEAR/5 a"),
        ("@x AND z", "z AND (p OR q)"),
        ("$q AND z", "z AND (x AND y)"),
        ("ANY 2 OF (a, b, c)", "ANY 2 OF (c, b, a)"),
        ("title:(a AND b)", "title:(b AND a)"),
    ],
)
def test_a_rule_that_equals_another(one: str, other: str) -> None:
    found = findings(one, other, lists={"x": ["p", "q"]}, named={"q": "x AND y"})
    assert any(": same: rule r1 looks for the same as rule r0" in each for each in found), found


@pytest.mark.parametrize(
    ("one", "other"),
    [("a AND b", "a OR b"), ("a NEAR/5f b", "b NEAR/5f a"), ("a NEAR/5 b", "a NEAR/6 b"), ("title:a", "summary:a")],
)
def test_rules_that_only_look_alike(one: str, other: str) -> None:
    assert not [each for each in findings(one, other) if ": same:" in each]


def test_wildcards_with_next_to_no_word() -> None:
    assert findings("st* OR strik*") == [
        "rules.yaml:10:5: short: st* begins a great many words",
        "rules.yaml:10:12: shadowed: strik* adds nothing to st*",
    ]


def test_word_classes_of_expressions_that_hold_other_letters() -> None:
    assert findings(r"/\bкризис/") == ["rules.yaml:10:5: ascii: \\b, \\w and \\d know ASCII letters only"]
    assert findings(r"/\bcrisis/", r"/\pLкризис/") == []


def test_what_does_not_compile_is_not_linted() -> None:
    with pytest.raises(ConfigError):
        rules.lint(book("a and b"))
