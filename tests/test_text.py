"""Folding, tokens and sentences."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.folding import Folded, blank, fold
from monitor.text import at_most_between, capitalised, sentences, spelled, tokens

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy
SCRIPTS = st.text(
    st.one_of(
        st.characters(max_codepoint=0x24F, exclude_categories=("Cs",)),
        st.sampled_from("داعشالدولةًٌّـ١٢ИГИЛёйİıŞğﬁßœ“”‘’–—…\u0301\u0327\u200f\u200d\ud800 .-'"),
        st.characters(exclude_categories=()),
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ISIS", "isis"),
        ("İSTANBUL Işid ışid IŞİD", "istanbul isid isid isid"),
        ("Café Ångström naïve ÉTÉ", "cafe angstrom naive ete"),
        ("Αθήνα ΟΔΟΣ οδός", "αθηνα οδοσ οδοσ"),
        ("strasse STRASSE straße", "strasse strasse strasse"),
        ("ﬁght Ⅳ ①", "fight iv 1"),
        ("ＩＳＩＳ", "isis"),
        ("ёлка Йод", "елка йод"),
        ("за\u0301мок", "замок"),
        ("أحمد إيران آية", "احمد ايران ايه"),
        ("الدَّوْلَةِ الدولـــة", "الدوله الدوله"),
        ("مستشفى", "مستشفي"),
        ("مسؤول", "مسوول"),
        ("\ufee1\ufee0\ufecc", "ملع"),
        ("ایران کرد", "ايران كرد"),
        ("١٢ ۱۲ १२", "12 12 12"),
        ("Da’esh Da‘esh Daʼesh", "da'esh da'esh da'esh"),
        ("de‐escalation de‑escalation 10–15", "de-escalation de-escalation 10-15"),
        ("raid—killed", "raid;killed"),
        ("ƙungiyar ɓata ɗan", "kungiyar bata dan"),
        ("a\u00adb \u200eISIS\u200f", "ab isis"),
        ("می\u200cشود", "مي شود"),
    ],
)
def test_spellings_of_one_word_fold_to_one_string(written: str, folded: str) -> None:
    assert fold(written).text == folded


def test_a_lone_surrogate_folds_to_the_replacement_character() -> None:
    folded = fold("a\ud800b")
    assert folded.text == "a\ufffdb"
    folded.text.encode()


@pytest.mark.parametrize(
    "text", ["İstanbul ISIS", "ﬁnal ISIS", "cafe\u0301 ISIS", "الدّولـة ISIS", "ßß ISIS", "…™ ISIS"]
)
def test_offsets_point_into_the_original_where_folding_changes_lengths(text: str) -> None:
    folded = fold(text)
    start = folded.text.index("isis")
    assert text[slice(*folded.span(start, start + 4))] == "ISIS"


def test_half_a_ligature_gives_the_whole_of_it() -> None:
    folded = fold("ﬁx")
    assert folded.text == "fix"
    assert [folded.span(i, i + 1) for i in range(3)] == [(0, 1), (0, 1), (1, 2)]


def test_marks_that_were_removed_stay_with_their_letter() -> None:
    text = "cafe\u0301 bar"
    folded = fold(text)
    assert text[slice(*folded.span(0, 4))] == "cafe\u0301"


@given(SCRIPTS)
@CALM
def test_every_span_of_folded_text_has_its_original(text: str) -> None:
    folded = fold(text)
    assert folded.origin(len(folded.text)) == len(text)
    last = 0
    for i in range(len(folded.text)):
        start, end = folded.span(i, i + 1)
        assert 0 <= start < end <= len(text)
        assert start >= last
        last = start


@given(SCRIPTS)
@CALM
def test_folding_what_is_folded_changes_nothing_but_marks(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == fold(fold(once).text).text


@given(st.text(st.sampled_from("aeoncAEçéñüŞİﬁ'- "), max_size=30))
@CALM
def test_composed_and_decomposed_spellings_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)).text == fold(unicodedata.normalize("NFC", text)).text


@given(SCRIPTS)
@CALM
def test_place_is_the_way_back_of_origin(text: str) -> None:
    folded = fold(text)
    for i in range(len(folded.text)):
        assert folded.origin(folded.place(folded.origin(i))) == folded.origin(i)


def _words(text: str) -> list[str]:
    return [token.word for token in tokens(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("US-led de-escalation", ["us-led", "de-escalation"]),
        ("Da'esh men", ["da'esh", "men"]),
        ("Iraq's army, soldiers' pay, it’s", ["iraq", "army", "soldiers", "pay", "it"]),
        ("2,500 troops, 7.62mm rounds, F-16s", ["2,500", "troops", "7.62mm", "rounds", "f-16s"]),
        ("U.S. forces, U.S.-led, e.g. here", ["u.s.", "forces", "u.s.-led", "e.g.", "here"]),
        ("raid—killed two--three end.Next", ["raid", "killed", "two", "three", "end", "next"]),
        ("#ISIS @user isis_news", ["isis", "user", "isis", "news"]),
        ("لداعش والدولة", ["لداعش", "والدوله"]),
        ("日本の", ["日", "本", "の"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("", []),
        ("… — !", []),
    ],
)
def test_tokens_are_words_as_people_count_them(text: str, words: list[str]) -> None:
    assert _words(text) == words


@given(st.one_of(SCRIPTS, st.text(st.sampled_from("aBé1_ \t\n.,:;!?()\"'-–sUS日"), max_size=40)))
@CALM
def test_words_without_their_places_are_the_words_of_the_tokens(text: str) -> None:
    assert spelled(text) == [token.word for token in tokens(text)]


@given(SCRIPTS, st.integers(0, 6))
@CALM
def test_words_with_a_capital_are_found_where_their_tokens_stand(text: str, most: int) -> None:
    capitals = [(token.start, token.word) for token in tokens(text)[:most] if text[token.start].isupper()]
    assert list(capitalised(text, most)) == capitals


@given(SCRIPTS)
@CALM
def test_tokens_lie_in_order_and_fold_to_their_words(text: str) -> None:
    end = 0
    for token in tokens(text):
        assert end <= token.start < token.end <= len(text)
        end = token.end
        assert token.word
        # A Han character newer than this Python's tables is none that it knows.
        assert any(char.isalnum() or unicodedata.category(char) in ("Mn", "Mc", "Cn") for char in token.word)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("Gen. Kurilla spoke. He left.", ["Gen. Kurilla spoke.", "He left."]),
        ("The U.S. Army came. The U.S. The end.", ["The U.S. Army came.", "The U.S.", "The end."]),
        ("J. Smith was hurt.", ["J. Smith was hurt."]),
        ("It was Oct. 22 at No. 5 Street.", ["It was Oct. 22 at No. 5 Street."]),
        ("About 3.5 km away. next", ["About 3.5 km away. next"]),
        ("“So it is.” He said.", ["“So it is.”", "He said."]),
        ("first line\nsecond line", ["first line", "second line"]),
        ("قتل سبعة. وأصيب اثنان؟ نعم", ["قتل سبعة.", "وأصيب اثنان؟", "نعم"]),
        ("日本。中国。", ["日本。", "中国。"]),
        ("  \n ", []),
    ],
)
def test_sentences_end_where_a_reader_stops(text: str, cut: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == cut


@given(SCRIPTS)
@CALM
def test_sentences_cover_all_that_is_no_white_space(text: str) -> None:
    covered: set[int] = set()
    end = 0
    for start, stop in sentences(text):
        assert end <= start < stop
        covered.update(range(start, stop))
        end = stop
    assert all(text[i].isspace() for i in range(len(text)) if i not in covered)


@given(st.text(st.sampled_from("ab1é日ا'-., \n\""), max_size=40), st.data())
@settings(CALM, max_examples=300)
def test_words_between_are_counted_as_tokens_are(text: str, data: st.DataObject) -> None:
    folded = fold(text).text
    padded, blanked = f"\0{folded}\0", blank(f"\0{folded}\0")
    found = tokens(folded)
    if len(found) < 2:
        return
    left = data.draw(st.integers(0, len(found) - 2))
    right = data.draw(st.integers(left + 1, len(found) - 1))
    most = data.draw(st.integers(0, 6))
    between = right - left - 1
    assert at_most_between(padded, blanked, found[left].end + 1, found[right].start + 1, most) == (between <= most)


def test_folding_a_large_hostile_text_takes_time_in_proportion() -> None:
    for text in ("e\u0301\u0302" * 100_000, "ßﬁ" * 150_000, "دً" * 150_000):
        assert isinstance(fold(text), Folded)
