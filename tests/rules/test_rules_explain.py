"""Examples, explanations, and the difference between two rule sets."""

from __future__ import annotations

import pytest
from rulebook import FEED, book, item, rule

from monitor import rules
from monitor.model import Place

LISTS = {"isis": ["=ISIS", "Islamic State"], "strike": ["strike*", "kill*"]}


def explained(query: str, title: str, summary: str = "", **names: object) -> rules.Explanation:
    (one,) = rules.compile(book(query, **names)).explain(item(title, summary), FEED)  # type: ignore[arg-type]
    return one


def test_a_rule_that_holds_is_explained_by_its_words() -> None:
    one = explained("@isis AND @strike AND NOT film", "ISIS kills", lists=LISTS)
    assert one.holds
    assert [each.term for each in one.matched] == ["=ISIS", "kill*"]
    assert one.missing == ()
    assert one.blocked == ()


@pytest.mark.parametrize(
    ("query", "title", "missing"),
    [
        ("@isis AND raid", "ISIS", ["raid"]),
        ("@isis AND raid", "raid", ["(=ISIS | Islamic State)"]),
        ("@isis AND raid", "x", ["(=ISIS | Islamic State)", "raid"]),
        ("@isis NEAR/2 raid", "ISIS is not in a raid", ["(=ISIS | Islamic State) within 2 words of raid"]),
        ("@isis NEAR/2f raid", "raid on ISIS", ["(=ISIS | Islamic State) within 2 words of raid in this order"]),
        ("@isis NEAR/2 raid", "ISIS", ["raid"]),
        ("SENT(isis AND raid)", "ISIS came. A raid", ["(isis | raid) in one sentence"]),
        ("raid AND NOT film", "raid film", ["NOT film"]),
        ("(a AND b) OR c", "a", ["b or c"]),
        ("(film AND b) OR (c AND d) OR e", "film", ["b or e or (c and d)"]),
        ("(raid AND b) OR (raid AND c) OR (raid AND d) OR (raid AND e) OR f", "raid", ["b or c or d or 2 other ways"]),
        ("(raid AND b) OR (raid AND b AND raid)", "raid", ["b"]),
        ("title:(raid OR film) OR body:x", "x", ["body:x or title:(raid | film)"]),
        ("(raid AND NOT title:/\\S/) OR title:film", "raid", ["title:film or no title at all"]),
        ("ANY 2 OF (a, b, c)", "a", ["1 more of (b | c)"]),
        ("raid AND tier:wire", "raid", ["tier:wire"]),
        ("raid AND age <= 1d", "", ["raid"]),
        ("/ra.d/", "x", ["/ra.d/"]),
    ],
)
def test_a_rule_that_does_not_hold_says_what_is_missing(query: str, title: str, missing: list[str]) -> None:
    one = explained(query, title, lists=LISTS)
    assert not one.holds
    assert sorted(one.missing) == sorted(missing)


def test_what_stands_in_the_way_is_shown_in_its_place() -> None:
    one = explained("raid AND NOT title:(film OR novel)", "A raid on film")
    assert [(each.field, each.start, each.end, each.term) for each in one.blocked] == [("title", 10, 14, "film")]
    assert [each.term for each in one.matched] == ["raid"]


def test_one_rule_or_all_can_be_asked_for() -> None:
    rule_set = rules.compile(book("a", "b"))
    assert [one.rule for one in rule_set.explain(item("a"), FEED)] == ["r0", "r1"]
    assert [one.rule for one in rule_set.explain(item("a"), FEED, "r1")] == ["r1"]
    with pytest.raises(KeyError):
        rule_set.explain(item("a"), FEED, "nobody")


# --- examples -------------------------------------------------------------------------------------


def _with_examples(query: str, match: list[str], ignore: list[str]) -> rules.RuleSet:
    def placed(texts: list[str], line: int) -> tuple[tuple[str, Place], ...]:
        return tuple((text, Place("rules.yaml", line + i, 9)) for i, text in enumerate(texts))

    return rules.compile(book(rule(query, must_match=placed(match, 20), must_ignore=placed(ignore, 40)), lists=LISTS))


def test_examples_that_hold_are_no_problem() -> None:
    assert rules.check_examples(_with_examples("@isis AND @strike", ["ISIS kills"], ["ISIS film", "strike"])) == ()


def test_an_example_that_fails_says_what_is_missing_or_what_was_found() -> None:
    missed, found = rules.check_examples(_with_examples("@isis AND @strike", ["ISIS raid"], ["Islamic State strikes"]))
    assert str(missed) == "rules.yaml:20:9: rule r does not match its example; missing: (strike* | kill*)"
    assert str(found) == "rules.yaml:40:9: rule r matches an example it must ignore; found: Islamic State, strikes"


def test_the_first_line_of_an_example_is_its_title_and_the_rest_its_summary() -> None:
    rule_set = _with_examples("title:isis AND summary:raid", ["ISIS hit\nA raid\nkilled two"], ["raid\nISIS"])
    assert rules.check_examples(rule_set) == ()


def test_examples_come_from_no_feed_so_conditions_on_it_do_not_stand_in_the_way() -> None:
    assert rules.check_examples(_with_examples("raid AND tier:wire AND NOT lang:fr", ["raid"], ["x"])) == ()


def test_every_example_is_reported_with_its_outcome() -> None:
    results = list(rules.run_examples(_with_examples("raid", ["raid", "x"], ["y"])))
    assert [(each.must_match, each.text, each.problem is None) for each in results] == [
        (True, "raid", True),
        (True, "x", False),
        (False, "y", True),
    ]


# --- difference -----------------------------------------------------------------------------------


def test_the_difference_between_two_rule_sets_is_what_is_gained_and_lost() -> None:
    old, new = rules.compile(book("raid", "film")), rules.compile(book("raid* AND NOT film", "film"))
    items = [(item(title), FEED) for title in ("raid", "raids", "raid film", "x")]
    found = [(each.item.title, each.match.rule, each.gained) for each in rules.compare(old, new, items)]
    assert found == [("raids", "r0", True), ("raid film", "r0", False)]
