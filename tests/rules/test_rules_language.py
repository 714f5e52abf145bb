"""What each form of the query language finds, and where."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from rulebook import FEED, book, found, holds, item, rule

from monitor import rules
from monitor.model import Evidence, Feed

LISTS = {
    "isis": ["=ISIS", "Isis's", "Islamic State", "Da'esh", "داعش", "@branch"],
    "branch": ["=IS-K", "ISKP"],
    "strike": ["strike*", "air raid*", "kill*"],
}


def test_the_rule_of_the_design_finds_its_example() -> None:
    query = "(@isis NEAR/12 @strike) AND NOT title:(film OR novel OR goddess)"
    title = "Iraqi commandos kill a senior Islamic State commander in an Anbar raid"
    assert found(query, title, lists=LISTS) == ["kill", "Islamic State"]
    assert not holds(query, "Exhibition on the goddess Isis opens in Turin", lists=LISTS)


def test_and_binds_tighter_than_or() -> None:
    assert holds("a OR b AND c", "a")
    assert not holds("(a OR b) AND c", "a")


def test_not_binds_tighter_than_and() -> None:
    assert holds("NOT a AND b", "b")
    assert not holds("NOT a AND b", "a b")


def test_bare_words_look_in_title_and_summary_and_nowhere_else() -> None:
    assert holds("raid", "a raid")
    assert holds("raid", "", "a raid")
    assert not holds("raid", "", "", "a raid")


def test_fields_are_asked_by_name() -> None:
    assert holds("title:raid AND summary:(a OR b) AND body:c", "raid", "b", "c")
    assert not holds("title:raid", "", "raid", "raid")
    assert not holds("summary:raid", "raid", "", "raid")
    assert not holds("body:raid", "raid", "raid")


def test_a_phrase_never_reaches_from_title_to_summary() -> None:
    assert not holds('"Islamic State"', "Islamic", "State")


def test_and_may_be_satisfied_across_fields_and_near_may_not() -> None:
    assert holds("isis AND raid", "ISIS", "raid")
    assert not holds("isis NEAR/9 raid", "ISIS", "raid")


# --- words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "text", "words"),
    [
        ("raid", "Raid, RAID (raid) “raid” #raid raid's", ["Raid", "RAID", "raid", "raid", "raid", "raid"]),
        ("raid", "raids braid raid2", None),
        ("raid*", "raid raids raiding, raid-hit braids", ["raid", "raids", "raiding", "raid"]),
        ("organi*ation", "organisation ORGANIZATION organiation", ["organisation", "ORGANIZATION", "organiation"]),
        ("organi*ation", "organisations organi sation", None),
        ("=ISIS", "ISIS Isis isis ISIS's", ["ISIS", "ISIS"]),
        ('="Islamic State"', "Islamic State, islamic state, Islamic  State", ["Islamic State", "Islamic  State"]),
        ("=US", "us troops, US-led, tell us", ["US"]),
        ("=IŞİD", "IŞİD'in IŞID", ["IŞİD"]),
        ("=Kill*", "Killed killed Killing", ["Killed", "Killing"]),
        ('"air raid"', "air raid, air-raid, air\nraid, airraid", ["air raid", "air-raid", "air\nraid"]),
        ('"air raid alarm"', "an “air raid” alarm", ["air raid” alarm"]),
        ("air-raid", "air raid air-raid", ["air raid", "air-raid"]),
        ('"air raid"', "air. raid, air, raid; air — raid; air - raid", None),
        ('"AT&T"', "AT&T at t", ["AT&T"]),
        ("U.S.", "the U.S. army, U.S.-led, US", ["U.S", "U.S"]),
        ('"U.S. troops"', "two U.S. troops", ["U.S. troops"]),
        ('"2,500"', "2,500 and 12,500 and 2,500,000", ["2,500"]),
        ("500", "2,500 500.5 500, 500.", ["500", "500"]),
        ("Da'esh", "Da’esh Da'esh Daʼesh Daesh", ["Da’esh", "Da'esh", "Daʼesh"]),
        ("sana", "Sana'a Sana’daki", ["Sana", "Sana"]),
        ("don", "don't Don", ["Don"]),
        ("irak", "l'Irak d’Irak dell'Irak x'irak", ["Irak", "Irak", "Irak"]),
        ('"Deir ez-Zor"', "Deir ez-Zor, Deir-ez-Zor, Deir ez Zor", ["Deir ez-Zor", "Deir-ez-Zor", "Deir ez Zor"]),
    ],
)  # fmt: skip
def test_a_term_is_a_whole_word_or_phrase(query: str, text: str, words: list[str] | None) -> None:
    assert found(query, text) == words


def test_a_gap_in_a_phrase_is_exactly_one_word() -> None:
    query = '"US * troops"'
    assert found(query, "US ground troops; US counter-terrorism troops") == [
        "US ground troops",
        "US counter-terrorism troops",
    ]
    assert not holds(query, "US troops; US and Iraqi troops")


@pytest.mark.parametrize("text", ["تنظيم داعش", "لداعش", "وداعش", "بداعش", "فلداعش", "دَاعِش", "داعـــش"])
def test_arabic_words_are_found_with_their_particles_marks_and_tatweel(text: str) -> None:
    assert holds("داعش", text)


def test_arabic_evidence_leaves_the_particle_out() -> None:
    assert found("داعش OR الدولة", "لداعش وللدولة والدولة") == ["داعش", "لدولة", "الدولة"]


def test_an_arabic_word_is_not_found_inside_another() -> None:
    assert not holds("قتل", "مقتل اثنين")
    assert not holds("دولة", "متدولة")


def test_scripts_without_spaces_are_found_anywhere() -> None:
    assert found("伊斯兰国", "打击伊斯兰国行动") == ["伊斯兰国"]


# --- NEAR -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "text", "true"),
    [
        ("isis NEAR/0 raid", "isis raid", True),
        ("isis NEAR/0 raid", "raid isis", True),
        ("isis NEAR/0 raid", "isis-raid", True),
        ("isis NEAR/0 raid", "isis led raid", False),
        ("isis NEAR/1 raid", "isis led raid", True),
        ("isis NEAR/1 raid", "ISIS counter-terrorism raid", True),
        ("isis NEAR/1 raid", "isis 2,500 raid", True),
        ("isis NEAR/1 raid", "isis — the — raid", True),
        ("isis NEAR/1 raid", "isis is the raid", False),
        ("isis NEAR/2f raid", "raid on isis", False),
        ("isis NEAR/2f raid", "isis in a raid", True),
        ("raid NEAR/5 raid*", "a raid", False),
        ("raid NEAR/5 raid*", "a raid and raids", True),
        ('"islamic state" NEAR/1 ("air raid*" OR killed)', "Islamic State after air raids", True),
        ('"islamic state" NEAR/1 ("air raid*" OR killed)', "Islamic State said air raids", True),
        ('"islamic state" NEAR/0 ("air raid*" OR killed)', "Islamic State said air raids", False),
        # A chain: each next one is near all that stands before it.
        ("a NEAR/1 b NEAR/1 c", "a x b x c", True),
        ("a NEAR/1 b NEAR/1 c", "c x a x b", True),
        ("a NEAR/1 b NEAR/1 c", "a c b", True),
        ("a NEAR/1 b NEAR/1 c", "a x b x x c", False),
        ("a NEAR/1 (b NEAR/1 c)", "a x b x c", True),
        ("a NEAR/1f b NEAR/1f c", "a x b x c", True),
        ("a NEAR/1f b NEAR/1f c", "c a x b", False),
        ("/k.ll/ NEAR/1 isis", "kill two isis", True),
        ("/k.ll/ NEAR/1 isis", "kill two three isis", False),
    ],
)
def test_near_counts_the_words_between(query: str, text: str, true: bool) -> None:
    assert holds(query, text) == true


def test_only_the_words_that_are_near_are_evidence() -> None:
    assert found("isis NEAR/1 raid", "isis x y z raid, isis raid") == ["raid", "isis", "raid"]
    assert found("isis NEAR/0f raid", "isis x y z raid, isis raid") == ["isis", "raid"]


# --- other operators ------------------------------------------------------------------------------


def test_sent_holds_within_one_sentence() -> None:
    query = "SENT(isis AND raid)"
    assert holds(query, "", "The army came. A raid on ISIS began.")
    assert not holds(query, "", "The army came for ISIS. A raid began.")
    assert not holds(query, "ISIS", "raid")


def test_not_inside_sent_speaks_of_that_sentence() -> None:
    query = "SENT(raid AND NOT pension)"
    assert holds(query, "", "A pension raid angers savers. A raid killed two.")
    assert not holds(query, "", "A pension raid angers savers. Two were killed.")


def test_a_phrase_that_reaches_over_a_sentence_end_is_in_neither() -> None:
    assert not holds('SENT("islamic state")', "", "islamic\nstate")


def test_any_of_counts_parts_and_the_terms_of_a_list() -> None:
    query = "ANY 2 OF (army, police AND raid, @strike)"
    assert holds(query, "army and police raid", lists=LISTS)
    assert holds(query, "air raid kills", lists=LISTS)
    assert not holds(query, "army and police", lists=LISTS)
    assert holds("ANY 2 OF @strike", "strikes kill", lists=LISTS)
    assert not holds("ANY 2 OF @strike", "strike on strike", lists=LISTS)


def test_a_list_holds_the_terms_of_the_lists_it_includes() -> None:
    assert found("@isis", "ISKP, IS-K, is-k", lists=LISTS) == ["ISKP", "IS-K"]


def test_a_named_query_stands_for_its_text_in_parentheses() -> None:
    named = {"army": "army OR police", "both": "$army AND raid"}
    assert holds("$both AND NOT film", "police raid", named=named)
    assert not holds("$both", "police", named=named)
    assert holds("title:$army", "police", named=named)
    assert holds("$army NEAR/0 raid", "police raid", named=named)


def test_a_regular_expression_reads_the_original_and_minds_case() -> None:
    assert found(r"/\d+ (?:dead|killed)/", "At least 12 killed, 3 Dead") == ["12 killed"]
    assert found(r"/\d+ (?:dead|killed)/i", "At least 12 KILLED, 3 Dead") == ["12 KILLED", "3 Dead"]
    assert found(r"/кризис\pL*/i", "Кризисы") == ["Кризисы"]
    assert found(r"/10\/12/", "on 10/12") == ["10/12"]


def test_a_regular_expression_sees_one_field_at_a_time() -> None:
    assert holds("/^raid/", "x", "raid")
    assert holds("/raid$/", "a raid", "x")
    assert not holds("/raid.*isis/", "raid", "isis")
    assert found("title:/a.d/", "and", "add") == ["and"]


def test_comments_reach_from_a_hash_and_a_space_to_the_end_of_the_line() -> None:
    assert holds("raid # the army's word\nOR strike", "strike")


# --- what is known of an item ---------------------------------------------------------------------


def _judged(query: str, feed: Feed | None = FEED, **more: object) -> bool:
    return bool(rules.compile(book(query)).match(item("raid", **more), feed))


def test_conditions_on_feed_tag_language_and_tier() -> None:
    assert _judged("feed:centcom")
    assert _judged("feed:cent* AND raid")
    assert not _judged("feed:cent")
    assert _judged("tag:iraq OR tag:syria")
    assert _judged("tag:(a OR b)", tags=("B",))
    assert _judged("lang:en")
    assert _judged("lang:ar", lang="ar-IQ")
    assert not _judged("lang:en", lang="ar")
    assert _judged("tier:(official OR wire)")
    assert _judged("tier = official|wire AND NOT tier = group")
    assert not _judged("tier:wire")


def test_age_is_counted_from_the_date_of_the_item() -> None:
    now = datetime(2024, 10, 24, tzinfo=UTC)
    rule_set = rules.compile(book("raid AND age <= 3d"))
    for days, true in ((2, True), (4, False), (-1, True)):
        assert bool(rule_set.match(item("raid", published=now - timedelta(days=days)), FEED, now=now)) == true
    assert rule_set.match(item("raid"), FEED, now=now), "what has no date is not old"


def test_text_of_no_feed_is_never_refused_for_its_feed() -> None:
    document = rules.Document("raid")
    for query in ("raid AND tier:wire", "raid AND NOT feed:x", "raid AND NOT (lang:en AND tier:official)"):
        assert rules.compile(book(query)).match_document(document), query


def test_a_rule_that_needs_no_word_is_judged_for_every_item() -> None:
    rule_set = rules.compile(book("tier:official AND NOT sport", "lang:en OR isis"))
    assert [match.rule for match in rule_set.match(item("nothing"), FEED)] == ["r0", "r1"]
    assert [match.rule for match in rule_set.match(item("sport"), FEED)] == ["r1"]


# --- matches --------------------------------------------------------------------------------------


def test_a_match_carries_the_rule_and_the_words_in_the_order_of_the_text() -> None:
    rule_set = rules.compile(book("(raid OR isis) AND body:army", lists=LISTS))
    (match,) = rule_set.match(item("Raid on ISIS", "raid", "the army"), FEED)
    assert (match.rule, match.title, match.category, match.level.word) == ("r0", "r0", "test", "high")
    assert match.evidence == (
        Evidence("title", 0, 4, "raid"),
        Evidence("title", 8, 12, "isis"),
        Evidence("summary", 0, 4, "raid"),
        Evidence("body", 4, 8, "army"),
    )


def test_evidence_names_terms_as_the_rule_writes_them() -> None:
    rule_set = rules.compile(book("=ISIS OR Raid* OR /x+/i", "RAID*"))
    first, second = rule_set.match(item("ISIS raids xX"), FEED)
    assert [each.term for each in first.evidence] == ["=ISIS", "Raid*", "/x+/i"]
    assert [each.term for each in second.evidence] == ["RAID*"]


@pytest.mark.parametrize("before", ["İİİ ", "ﬁﬁ ", "cafe\u0301 ", "الدَّوْلَة ", "😀 ", "\ud800 "])
def test_offsets_point_into_the_original_text(before: str) -> None:
    assert found("=ISIS OR /r.id/", f"{before}ISIS raid", f"{before}ISIS raid") == ["ISIS", "raid"] * 2


def test_rules_match_in_the_order_of_the_book() -> None:
    matches = rules.compile(book("b", "a", "a OR b", "z")).match(item("a b"), FEED)
    assert [match.rule for match in matches] == ["r0", "r1", "r2"]


def test_an_item_without_words_matches_nothing() -> None:
    assert rules.compile(book("a", "/b/", "SENT(c)")).match(item(""), FEED) == ()


def test_an_empty_book_matches_nothing() -> None:
    assert rules.compile(book()).match(item("raid"), FEED) == ()


def test_the_hash_changes_with_the_meaning_and_not_with_places_or_order() -> None:
    one = rules.compile(book("a", "b", lists={"x": ["c"]})).hash
    assert rules.compile(book("a", "b", lists={"x": ["c"]})).hash == one
    assert rules.compile(book("a", "b", lists={"x": ["d"]})).hash != one
    assert rules.compile(book("a", "b OR c", lists={"x": ["c"]})).hash != one
    assert rules.compile(book(rule("a", "r0", title="T"), "b", lists={"x": ["c"]})).hash != one
    first, second = rule("a", "r0"), rule("b", "r1", 90)
    assert rules.compile(book(second, first)).hash == rules.compile(book(first, second)).hash
