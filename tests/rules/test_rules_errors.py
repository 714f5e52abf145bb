"""What is refused: every problem at once, each with its place, a caret under it and what to write instead."""

from __future__ import annotations

import pytest
from rulebook import book, problem, problems, rule

from monitor import rules
from monitor.errors import ConfigError
from monitor.model import Level, Place
from monitor.rules.tree import MAX_DEPTH

LISTS = {"isis": ["=ISIS"], "strike": ["strike*"]}


@pytest.mark.parametrize(
    ("query", "column", "what", "instead"),
    [
        ("", 1, "the query is empty", "remove the rule"),
        ("isis and raid", 6, "and in small letters is a word", "write AND"),
        ("isis Or raid", 6, "Or in small letters", "write OR"),
        ("not raid", 1, "not in small letters", "write NOT"),
        ("isis AND not raid", 10, "not in small letters", "write NOT"),
        ("isis raid", 6, "side by side", '"isis raid"'),
        ("isis NOT raid", 6, "side by side", "write AND NOT"),
        ('isis "air raid"', 6, "side by side", "AND, OR or NEAR/n"),
        ("isis (a OR b)", 6, "side by side", "AND, OR or NEAR/n"),
        ("isis NEAR 5 raid", 6, "NEAR 5 is no operator", "write NEAR/5"),
        ("isis near/5 raid", 6, "near/5 is no operator", "write NEAR/5"),
        ("isis NEAR raid", 6, "NEAR needs a number", "NEAR/5"),
        ("isis W/3 raid", 6, "W/3 is no operator", "write NEAR/3"),
        ("isis NEAR/900 raid", 6, "too far", "NEAR/200"),
        ("isis NEAR/5", 6, "nothing follows NEAR/5", "write a word"),
        ("isis AND", 6, "nothing follows AND", "write a word"),
        ("OR isis", 1, "nothing stands before OR", "write a word"),
        ("isis AND OR raid", 10, "nothing stands before OR", "write a word"),
        ("(isis OR raid", 1, "never closed", "add )"),
        ("isis OR raid)", 13, "never opened", "remove it"),
        ("isis AND ()", 10, "empty", "write a word"),
        ('"isis', 1, "quote is never closed", 'add "'),
        ("“air raid”", 1, "typographic quotes", '"air raid"'),
        ("'air raid'", 1, "single quotes", '"air raid"'),
        ("isis && raid", 6, "&& is no operator", "write AND"),
        ("isis || raid", 6, "|| is no operator", "write OR"),
        ("!isis", 1, "! is no operator", "write NOT"),
        ("isis -raid", 6, "- means nothing here", "write NOT"),
        ("isis +raid", 6, "+ means nothing here", "write AND"),
        ("*isis", 1, "can't begin a word", "before the *"),
        ("rai?", 4, "? is no wildcard", "*"),
        ("raid**", 1, "** says no more", "one *"),
        ('"* raid"', 2, "a lone *", "one * other"),
        ('"--"', 2, "no word here", "a letter or a digit"),
        ("9/11", 2, "a slash begins", "in quotes"),
        ("isis AND /raid", 10, "never", "quotes"),
        ("/(raid/", 1, "RE2 refuses the expression: missing )", "backslash"),
        ("/raid(?=s)/", 1, "RE2 refuses", "no look-ahead"),
        ("/(a)\\1/", 1, "RE2 refuses", "no look-ahead"),
        ("/x*/", 1, "matches the empty text", "at least one letter"),
        ("/raid/x", 1, "no such flag", "the one flag is i"),
        ("/((a{100}){100}){100}/", 1, "RE2 refuses", "repeat less"),
        ("@isiss", 1, "there is no list @isiss", "did you mean @isis?"),
        ("isis AND $armies", 10, "there is no query $armies", "did you mean $army?"),
        ("@ isis", 1, "@ means nothing here", "@name"),
        ("headline:raid", 1, "no such field: headline:", "did you mean title:?"),
        ("titel:raid", 1, "no such field: titel:", "did you mean title:?"),
        ("title :raid", 7, ": means nothing here", "without a space"),
        ("title:(a AND body:b)", 14, "body: stands inside title:", "take it out"),
        ("title:tier:official", 7, "tier: stands inside title:", "take it out"),
        ("tier:offical", 6, "there is no tier offical", "did you mean tier:official?"),
        ("tag:(a AND b)", 5, "tag: takes words", "tag:(a OR b)"),
        ("(a AND b) NEAR/3 c", 1, "AND can't be measured by NEAR", "(a NEAR/5 c) AND (b NEAR/5 c)"),
        ("title:a NEAR/3 b", 1, "a field can't stand inside NEAR", "title:(a NEAR/5 b)"),
        ("a NEAR/3 SENT(b)", 10, "NEAR is between words", "AND"),
        ("SENT isis", 1, "SENT needs parentheses", "SENT(a AND b)"),
        ("SENT(title:a)", 6, "can't be asked of a sentence", "SENT(…) holds words"),
        ("a AND SENT(NOT b)", 7, "needs words", "add what to look for"),
        ("ANY 2 (a, b)", 7, "ANY needs a count and OF", "ANY 2 OF"),
        ("ANY 3 OF (a, b)", 1, "3 of 2 can never hold", "at most 2"),
        ("ANY 2 OF (a OR b)", 1, "2 of 1 can never hold", "commas"),
        ("ANY 0 OF (a, b)", 5, "0 is no count", "from 1"),
        ("a, b", 2, "a comma stands only in", "AND or OR"),
        ("NOT isis", 1, "nearly every item", "x AND NOT y"),
        ("isis OR NOT raid", 1, "nearly every item", "x AND NOT y"),
        ("#isis", 1, "# means nothing here", "a comment is a hash and a space"),
        ("casualties(party=us)", 1, "there is no predicate casualties", "age"),
        ("asserted_by = official", 1, "asserted_by is known of stories", "tell_when:"),
        ("origins >= 2", 1, "origins is known of stories, not of items", "tell_when:"),
        ("title = raid", 1, "title is compared with a colon", "title:word"),
        ("isis AND age <= 3 days", 19, "side by side", ""),
        ("isis AND age <= 3", 10, "3 is no duration", "36h or 3d"),
        ("isis AND age = ", 14, "too early", ""),
        ("isis AND tier >= official", 10, "tier is a word and has no >=", "= and !="),
        ("within 30km of @isis", 1, "there is no predicate within", ""),
        ("within 30 of @isis", 8, "30 is no distance", "30km"),
        ("isis \ud800", 6, "U+D800 means nothing here", "in quotes"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_place_with_what_to_write_instead(
    query: str, column: int, what: str, instead: str
) -> None:
    found = problem(query, lists=LISTS, named={"army": "army OR police"})
    assert found.place == Place("rules.yaml", 10, 4 + column), str(found)
    assert what in found.what
    assert instead in found.instead
    line, carets = found.excerpt.splitlines()
    assert carets.index("^") == column - 1
    assert len(line) <= 160


def test_a_place_in_a_later_line_counts_from_the_indent_of_the_block() -> None:
    found = problem("(@isis OR raid)\n  AND @strikes\n", lists=LISTS)
    assert str(found.place) == "rules.yaml:11:11"
    assert found.excerpt == "  AND @strikes\n      ^^^^^^^^"


def test_a_caret_stands_under_wide_characters_too() -> None:
    found = problem('"伊斯兰国" OR @isiss', lists=LISTS)
    assert found.excerpt.splitlines()[1] == " " + "\u3000" * 4 + " " * 5 + "^^^^^^"


def test_all_problems_of_all_rules_lists_and_queries_are_told_at_once_in_order() -> None:
    found = problems(
        "isis and raid",
        rule("@nobody", "r1", 30, tell_when="origins >= two", tell_when_place=Place("rules.yaml", 33, 16)),
        lists={"x": ["*bad", "@none"]},
        named={"q": "(a"},
    )
    assert [str(each.place) for each in found] == [
        "lists.yaml:100:7",
        "lists.yaml:101:7",
        "queries.yaml:200:9",
        "rules.yaml:10:10",
        "rules.yaml:30:5",
        "rules.yaml:33:16",
    ]


def test_a_mistake_in_a_named_query_is_told_once_and_there() -> None:
    found = problems("$q AND a", "$q AND b", "$both", named={"q": "@nobody", "both": "$q OR c"})
    assert [str(each.place) for each in found] == ["queries.yaml:200:9"]


def test_a_named_query_that_does_not_fit_is_told_where_it_is_used() -> None:
    (found,) = problems("$q NEAR/5 c", named={"q": "a AND b"})
    assert str(found.place) == "rules.yaml:10:5"
    assert found.what.startswith("in $q: AND can't be measured")


def test_circles_are_refused() -> None:
    assert "includes itself" in problems("@a", lists={"a": ["@b", "x"], "b": ["@a"]})[0].what
    assert "includes itself" in problems("@a", lists={"a": ["@a", "x"]})[0].what
    found = problems("$a", named={"a": "x OR $b", "b": "y OR $a"})
    assert all("refers to itself" in each.what for each in found)
    assert len(found) == 2


@pytest.mark.parametrize(
    ("entry", "what"),
    [
        ("", "no word here"),
        ("*", "no word here"),
        ("a OR b", "OR in a list"),
        ("isis NEAR/5 raid", "NEAR/ in a list"),
        ("/raid/", "regular expression"),
        ("@", "names no list"),
        ("@a b", "names no list"),
        ("@nobody", "there is no list @nobody"),
        ("=", "no word here"),
    ],
)
def test_a_list_entry_is_one_term(entry: str, what: str) -> None:
    found = problem("raid", lists={"x": [entry]})
    assert str(found.place).startswith("lists.yaml:100:")
    assert what in found.what


def test_an_empty_list_can_be_asked_for_nothing() -> None:
    assert "has no terms" in problem("@x", lists={"x": []}).what


def test_nesting_is_refused_by_depth_and_taken_up_to_it() -> None:
    assert "nested more than" in problem("(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1)).what
    assert "nested more than" in problem("NOT " * 20_000 + "a").what
    assert "nested more than" in problem("a NEAR/1 " * 5000 + "a").what
    assert problems("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH) == ()
    assert problems("a AND " + "NOT " * (MAX_DEPTH - 2) + "a") == ()
    chain = {f"q{i}": f"NOT (NOT ($q{i + 1} AND x) AND y)" for i in range(60)} | {"q60": "a AND b"}
    assert any("nested more than" in each.what for each in problems("a AND $q0", named=chain))


def test_tell_when_and_raise_are_about_stories() -> None:
    place = Place("rules.yaml", 20, 16)
    found = problems(
        rule("raid", "r", tell_when="raid OR origins >= 2", tell_when_place=place),
        rule("raid", "s", raises=((Level.CRITICAL, "orgins >= 2", place), (Level.CRITICAL, "tier = officials", place))),
    )
    assert [(str(each.place), each.what, each.instead) for each in found] == [
        ("rules.yaml:20:16", "words are looked for in items, not in stories",
         "write it in when:, or compare one of age, asserted_by, context, feeds, origins, reports, status, tier"),
        ("rules.yaml:20:16", "a story has no field orgins", "did you mean origins?"),
        ("rules.yaml:20:16", "tier is never officials", "did you mean official?"),
    ]  # fmt: skip


def test_two_rules_of_one_id_are_refused() -> None:
    (found,) = problems(rule("a", "r", 10), rule("b", "r", 20))
    assert str(found.place) == "rules.yaml:20:5"
    assert "rules.yaml:10:5" in found.instead


def test_a_single_query_can_be_checked_beside_a_book() -> None:
    rules.validate_query("@isis AND raid", book(lists=LISTS))
    with pytest.raises(ConfigError, match="there is no list @iris"):
        rules.validate_query("@iris AND raid", book(lists=LISTS))
