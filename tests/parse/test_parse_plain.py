"""Markup to plain text."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.parse.plain import plain, shorten, storable, tidy


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Seven</p><p>killed</p>", "Seven killed"),
        ("I<b>SI</b>S", "ISIS"),
        ("one<br/>two<br>three", "one two three"),
        ("AT&amp;T &#8217;s &nbsp; &eacute;", "AT&T ’s é"),
        ("&amp;#8217;", "’"),
        ("&amp;lt;b&amp;gt;Raid&amp;lt;/b&amp;gt; in Anbar", "Raid in Anbar"),
        ("&lt;p&gt;Raid&lt;/p&gt;", "Raid"),
        ("a<script>if (x < y) alert('</p>')</script>b", "a b"),
        ("a<style>p { color: red }</STYLE>b", "a b"),
        ("a<!-- hidden --> b<!-- never closed", "a b"),
        ("<script>never closed <p>x", ""),
        ("<object>kept though never closed", "kept though never closed"),
        ("<![CDATA[wrapped twice]]>", "wrapped twice"),
        ("3 < 5 and 7 > 6", "3 < 5 and 7 > 6"),
        ("I <3 Mosul", "I <3 Mosul"),
        ('<a href="x" title="a > b">link</a>', "link"),
        ('<a href="never closed>link</a> more', "link more"),
        ("<?php echo 1 ?>x", "x"),
        ("İ<style>İ</style>İ", "İ İ"),
        ("", ""),
    ],
)
def test_html_becomes_plain_text(markup: str, text: str) -> None:
    assert plain(markup) == text


def test_a_plain_title_loses_only_what_is_html() -> None:
    assert plain("if a <b and c> d", markup=False) == "if a d"  # <b …> is HTML's bold
    assert plain("Vec<String> leaks", markup=False) == "Vec<String> leaks"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("raid\x00in\x1b[31m Anbar\x07", "raid in [31m Anbar"),
        ("abc\u202edef\u2066", "abcdef"),
        ("I\u200bS\u00adI\ufeffS", "ISIS"),
        ("lone \ud800 surrogate", "lone \ufffd surrogate"),
        ("e\u0301", "é"),
        ("می\u200cشود", "می\u200cشود"),  # Persian needs its non-joiner
        ("I\u200cSIS", "ISIS"),
        ("a\u00a0\u2003\u2028b\u3000c", "a b c"),
        ("tag\U000e0041\U000e0042", "tag"),
        ("\u2800\u3164blank", "blank"),
        ("لداعش", "لداعش"),
    ],
)
def test_what_is_invisible_goes_and_what_is_written_stays(text: str, expected: str) -> None:
    assert tidy(text) == expected


def test_lone_surrogates_from_json_are_replaced() -> None:
    assert plain("\ud83d and \udc00") == "\ufffd and \ufffd"
    assert storable("id\ud800\x00") == "id\ufffd\ufffd"


@given(st.text(alphabet=st.characters(), max_size=200))
def test_plain_text_is_always_storable_and_visible(text: str) -> None:
    result = plain(text)
    result.encode()
    assert "\x00" not in result
    assert result == " ".join(result.split())
    assert unicodedata.is_normalized("NFC", result)


@given(st.text(alphabet="<>&;/!-ab\"' =[]?#x0scripty", max_size=300))
def test_no_soup_of_markup_breaks_it(soup: str) -> None:
    assert isinstance(plain(soup), str)
    assert isinstance(plain(soup, markup=False), str)


@pytest.mark.parametrize(
    "piece", ["<a ", '<a "', "<a '", "<!--", "<object>", "<script>", "&", "&a", "<", "<?", "&amp;", "<![CDATA[", "</a"]
)
def test_hostile_markup_takes_time_in_proportion(piece: str) -> None:
    began = time.perf_counter()
    plain(piece * 100_000)
    assert time.perf_counter() - began < 2


def test_a_shortened_text_ends_at_a_word() -> None:
    assert shorten("seven people were killed", 14) == "seven people …"
    assert shorten("short", 14) == "short"
    assert len(shorten("x" * 100, 14)) <= 15
