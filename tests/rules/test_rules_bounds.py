"""What hostile items and large rule books cost: time and memory in proportion, never more.

The times are ten times what was measured, so that a busy machine passes and a quadratic step does not.
``bench/matching.py`` gives figures for ten times the size.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from rulebook import FEED, book, item, problems

from monitor import rules
from monitor.rules.ruleset import MOST_EVIDENCE

LONG = 400_000
HOSTILE = {
    "prose": "the army said on tuesday that isis had raided a base near mosul. " * (LONG // 65),
    "the rule's own words": "isis raid kills " * (LONG // 16),
    "no space": "isis" * (LONG // 4),
    "arabic with marks": "دًاعش " * (LONG // 6),
    "arabic with marks that are spelled in one place": "دًاعش " * (LONG // 6) + "داعش",
    "combining marks": "e\u0301\u0302" * (LONG // 3),
    "ligatures": "ﬃ " * (LONG // 2),
    "one letter": "a" * LONG,
    "stops": ". " * (LONG // 2),
    "abbreviations": "Gen. " * (LONG // 5),
    "hyphens": "isis-" * (LONG // 5),
    "quotes": "\"' " * (LONG // 3),
    "spaces": "isis" + " " * LONG + "raid",
    "nul": "\0" * LONG,
    "surrogates": "\ud800" * LONG,
}


def seconds(run: Callable[[], object]) -> float:
    began = time.process_time()  # of this process alone: others may keep the machine busy
    run()
    return time.process_time() - began


@pytest.fixture(scope="module")
def rule_set() -> rules.RuleSet:
    return rules.compile(
        book(
            "isis NEAR/5 (kill* OR raid) NEAR/3f isis",
            "SENT(isis AND kill*)",
            '"isis raid kills isis" OR "isis * kills"',
            "is*s AND NOT film",
            "داعش NEAR/9 =داعش*",
            "/isis.*raid/ OR /(a+)+b/ OR /(e|é)+$/",
            "summary:isis OR title:isis",
            "body:isis",
        )
    )


@pytest.mark.parametrize("kind", HOSTILE)
def test_an_item_of_eight_hundred_thousand_characters_is_judged_in_seconds(rule_set: rules.RuleSet, kind: str) -> None:
    hostile = item("t", HOSTILE[kind], HOSTILE[kind])
    assert seconds(lambda: rule_set.match(hostile, FEED)) < 15
    for match in rule_set.match(item("t", HOSTILE[kind][:20_000]), FEED):
        assert len(match.evidence) <= MOST_EVIDENCE


def test_a_text_longer_than_one_chunk_loses_nothing_at_the_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    from monitor.rules import scan  # noqa: PLC0415 - its chunk is made small here

    text = " ".join(f"w{n} isis air raid" for n in range(60))
    rule_set = rules.compile(book('isis OR "air raid" OR w*'))
    whole = rule_set.match(item(text), FEED)
    for size in (7, 16, 64, 1000):
        monkeypatch.setattr(scan, "_CHUNK", size)
        assert rule_set.match(item(text), FEED) == whole


@pytest.mark.parametrize("others", [0, 3, 9, 500, 12_000])
def test_an_exact_term_is_found_behind_any_number_of_other_spellings(others: int) -> None:
    for term, other, written in (
        ("=داعش", "دًاعش", "داعش"),
        ("=داعش*", "دًاعش", "داعشي"),
        ("=US", "us", "US"),
        ("=Élysée", "elysee", "E\u0301lyse\u0301e"),
    ):
        text = f"{other} " * others + f"{written} " + f"{other} " * others
        (match,) = rules.compile(book(term)).match(item(text), FEED)
        assert [text[each.start : each.end] for each in match.evidence] == [written], term
        assert not rules.compile(book(term)).match(item(f"{other} " * others), FEED)


def test_five_thousand_rules_compile_and_judge() -> None:
    queries = [f'(alpha{n} OR beta{n}z* OR "gamma{n} delta{n}") AND (raid OR w{n}) AND NOT x{n}' for n in range(5000)]
    large = book(*queries)
    began = time.perf_counter()
    rule_set = rules.compile(large)
    assert time.perf_counter() - began < 60
    text = item("raid on alpha17", "beta4999zs and gamma3 delta3")
    assert [match.rule for match in rule_set.match(text, FEED)] == ["r3", "r17", "r4999"]
    assert seconds(lambda: [rule_set.match(text, FEED) for _ in range(1000)]) < 5


def test_expressions_made_to_explode_do_not() -> None:
    made = rules.compile(book(*(f"/(a+)+{'a?' * n}b{n}/" for n in range(30)), r"/(.*)(.*)(.*)(.*)x[a-z]{1,200}y/"))
    assert seconds(lambda: made.match(item("a" * 5000, "a" * 50_000), FEED)) < 5


def test_expressions_that_need_too_much_are_refused() -> None:
    assert problems("/((a{1,900}){1,900}){1,900}/")
    assert problems("/[^x]{1001}/")


def test_a_query_that_is_too_long_is_refused_at_once() -> None:
    assert seconds(lambda: problems("a OR " * 300_000 + "a")) < 5
    assert "characters" in problems("a OR " * 300_000 + "a")[0].what


def test_a_wide_query_is_taken() -> None:
    words = " OR ".join(f"w{n}" for n in range(5000))
    assert rules.compile(book(words)).match(item("w4999"), FEED)
