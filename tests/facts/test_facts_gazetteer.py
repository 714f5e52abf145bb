from __future__ import annotations

from pathlib import Path

import pytest

from monitor.facts import gazetteer
from monitor.facts.gazetteer import begins_a_name, key, spots

LINES = Path(gazetteer.__file__).with_name("gazetteer.tsv").read_bytes().splitlines()


def test_every_name_stands_where_it_is_searched() -> None:
    names = [line.split(b"\t")[0] for line in LINES]
    assert names == sorted(names)
    assert all(names)


def test_every_place_stands_under_its_own_name() -> None:
    places = [line.decode().split("\t") for line in LINES]
    assert {key(place[1]) for place in places} <= {place[0] for place in places}


@pytest.mark.parametrize("line", [LINES[0], LINES[len(LINES) // 2], LINES[-1]])
def test_the_first_the_middle_and_the_last_name_are_found(line: bytes) -> None:
    name, place, country = line.decode().split("\t")[:3]
    assert (place, country) in {(spot.name, spot.country) for spot in spots(name)}


def test_the_largest_of_several_places_comes_first() -> None:
    people = [spot.people for spot in spots("Tripoli")]
    assert len(people) > 1
    assert people == sorted(people, reverse=True)


@pytest.mark.parametrize("name", ["Ar Ramadi", "al-Ramadi", "RAMADI", "الرمادي"])
def test_a_place_is_known_however_its_article_and_hyphens_are_written(name: str) -> None:
    assert spots(name)[0].country == "IQ"


@pytest.mark.parametrize("name", ["", "-", "Ramad", "Ramadiyyah", "zzzz", "#", "\U0010ffff"])
def test_what_is_no_name_is_no_place(name: str) -> None:
    assert spots(name) == ()


@pytest.mark.parametrize("word", ["Side", "More", "Rest"])
def test_a_word_of_english_is_no_place_whatever_town_was_once_spelled_so(word: str) -> None:
    assert not spots(word)


def test_a_name_is_begun_by_whole_words() -> None:
    assert begins_a_name("Deir")
    assert begins_a_name("Deir ez-Zor")
    assert not begins_a_name("Dei")
    assert not begins_a_name("")
