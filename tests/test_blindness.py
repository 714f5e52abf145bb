"""What nobody covers any more is told by language and subject, not as a count."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.blindness import blind
from monitor.model import Blind, Feed

OCT_19, OCT_20 = datetime(2024, 10, 19, tzinfo=UTC), datetime(2024, 10, 20, tzinfo=UTC)


def feed(name: str, lang: str, *tags: str) -> Feed:
    return Feed(name, f"https://{name}.example/", name.title(), lang=lang, tags=tags)


FEEDS = [
    feed("sana", "ar", "syria"),
    feed("enab", "ar", "syria"),
    feed("shafaq", "ar", "iraq"),
    feed("sohr", "en", "syria"),
    feed("rudaw", "en-GB", "iraq"),
    feed("anadolu", "tr", "turkey"),
]


def test_an_arabic_syria_gap_since_the_last_of_them_went() -> None:
    assert blind(FEEDS, {"sana": OCT_19, "enab": OCT_20}) == (Blind("Arabic Syria", OCT_20),)


def test_a_whole_language_or_subject_is_named_once_and_not_by_its_parts() -> None:
    lost = dict.fromkeys(("sana", "enab", "shafaq"), OCT_19)
    assert blind(FEEDS, lost) == (Blind("Arabic", OCT_19),)
    assert blind(FEEDS, {"anadolu": OCT_19}) == (Blind("Turkey", OCT_19),)


def test_nothing_is_said_while_one_feed_of_each_part_is_well() -> None:
    assert blind(FEEDS, {"sana": OCT_19}) == ()
    assert blind(FEEDS, {}) == ()


def test_a_part_that_was_never_well_has_no_date() -> None:
    assert blind(FEEDS, {"sana": None, "enab": None}) == (Blind("Arabic Syria", None),)


def test_abbreviations_and_unknown_languages_read_as_they_are_written() -> None:
    found = blind([feed("war-gov", "xx", "us-forces"), feed("other", "xx", "sahel")], {"war-gov": OCT_19})
    assert found == (Blind("US Forces", OCT_19),)
