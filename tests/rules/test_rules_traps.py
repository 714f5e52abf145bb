"""What has bitten others, each a test."""

from __future__ import annotations

import re2
from rulebook import FEED, book, found, holds, item, problem, problems

from monitor import rules
from monitor.rules.expressions import Expressions
from monitor.rules.tree import Term, walk


def test_x_android_is_no_and() -> None:
    assert "side by side" in problem("x ANDROID").what
    assert holds("ORDER AND NOTE AND ANDROID", "note: android order")
    assert [node.text for node in walk(rules.parse("ORDER OR NOTHING")) if isinstance(node, Term)] == [
        "ORDER",
        "NOTHING",
    ]


def test_escalation_is_not_found_in_de_escalation() -> None:
    assert not holds("escalation", "De-escalation talks; de‐escalation; de–escalation")
    assert not holds("combat*", "a non-combat role")
    assert found("escalation", "war-escalation") == ["escalation"]
    assert found("ISIS", "anti-ISIS, ISIS-led, pro-ISIS-K") == ["ISIS", "ISIS", "ISIS"]


def test_war_is_not_found_in_award_nor_is_in_isis() -> None:
    assert not holds("war OR is", "ISIS award, Warsaw, software")


def test_an_arabic_particle_does_not_hide_a_word() -> None:
    assert found("داعش", "لداعش") == ["داعش"]


def test_the_four_turkish_is_are_one() -> None:
    for text in ("IŞİD", "işid", "ışıd", "ISID", "İSİD"):
        assert holds("ışid", text), text


def test_a_character_whose_folding_is_longer_does_not_shift_evidence() -> None:
    for before in ("İ" * 30, "ß" * 30, "ﬃ" * 30):
        assert found("isis", f"{before} ISIS") == ["ISIS"]


def test_a_lone_surrogate_in_an_item_breaks_nothing() -> None:
    assert found("isis OR /r.id/", "\ud800ISIS \udc00 raid\ud800") == ["ISIS", "raid"]
    assert found("isis", "\ud800 ISIS") == ["ISIS"]
    assert found("/ra.d/", "ra\ud800d") == ["ra\ud800d"]


def test_a_nul_in_an_item_breaks_nothing() -> None:
    assert found("isis", "\0\0ISIS", "\0ISIS\0") == ["ISIS", "ISIS"]
    assert not holds('"islamic state"', "islamic\0state")
    assert found("summary:isis", "x\0y", "ISIS") == ["ISIS"]


def test_smart_quotes_in_the_text_are_apostrophes_and_quotes() -> None:
    assert found('"Da\'esh fighters"', "Da’esh fighters") == ["Da’esh fighters"]
    assert holds('"the islamic state group"', "the “Islamic State” group, the ‘Islamic State’ group")


def test_a_set_without_expressions_matches_nothing() -> None:
    nothing = Expressions([])
    assert not nothing.may_match("x")
    assert list(nothing.matching("x")) == []


def test_no_expression_of_the_set_matches_and_that_is_told_apart_from_a_set_that_failed() -> None:
    made = Expressions(["a+b", "c"])
    assert list(made.matching("zzz")) == []
    assert list(made.matching("xaab c")) == [0, 1]


def test_a_set_that_runs_out_of_memory_is_noticed_and_each_expression_asked() -> None:
    # RE2 tells it by an answer without even the empty expression: nothing else is said.
    options = re2.Options()
    options.max_mem = 1 << 16
    options.log_errors = False
    sources = [f"[a-q][^u-z]{{{n}}}x" for n in range(10, 20)]
    small = re2.Set.SearchSet(options)
    for source in sources:
        small.Add(source)
    small.Add("")
    made = Expressions(sources)
    try:
        small.Compile()
    except re2.error:
        return  # refused outright by this version: nothing is silent then
    made._set = small
    text = "a" * 15 + "x"
    assert list(made.matching(text)) == [i for i, source in enumerate(sources) if re2.search(source, text)]


def test_five_hundred_expressions_fit_into_one_set() -> None:
    made = Expressions([rf"(?i)\bword{n}[a-z]* (?:of|in|at) \d+ [a-z]{{2,20}}\b" for n in range(500)])
    assert list(made.matching("Word7s of 12 men; WORD499 at 1 base")) == [7, 499]


def test_the_word_boundary_of_re2_knows_ascii_letters_alone() -> None:
    assert not holds(r"/\bкризис\b/", "кризис")
    assert holds("кризис", "кризис")


def test_deep_nesting_of_what_is_taken_is_judged_without_overflow() -> None:
    query = "a"
    for number in range(190):
        query = f"({query} {'AND' if number % 2 else 'OR'} {'NOT ' if number % 3 == 0 else ''}w{number})"
    assert problems(f"{query} AND a") == ()
    rule_set = rules.compile(book(f"{query} AND a"))
    rule_set.match(item("a"), FEED)
    rule_set.explain(item("a"), FEED)
    assert rules.lint(book(f"{query} AND a")) is not None
