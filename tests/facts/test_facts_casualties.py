from __future__ import annotations

import pytest
from fact_reports import casualties, people


@pytest.mark.parametrize(
    ("text", "low", "high", "floor"),
    [
        ("Seven people were killed in the bombing.", 7, 7, 7),
        ("At least seven people were killed in the bombing.", 7, None, 7),
        ("Up to 30 people were killed in the bombing.", None, 30, 1),
        ("About 30 people were killed in the bombing.", 30, 30, 30),
        ("Between five and nine people were killed in the bombing.", 5, 9, 5),
        ("Five to nine people were killed in the bombing.", 5, 9, 5),
        ("More than 1,200 people were killed in the war.", 1200, None, 1200),
        ("Twenty-two people were killed in the bombing.", 22, 22, 22),
        ("Two dozen people were killed in the bombing.", 24, 24, 24),
        ("A hundred people were killed in the bombing.", 100, 100, 100),
        ("Dozens of people were killed in the bombing.", None, None, 24),
        ("Scores of people were killed in the bombing.", None, None, 40),
        ("Hundreds of people were killed in the bombing.", None, None, 200),
        ("Several people were killed in the bombing.", None, None, 3),
        ("Civilians were killed in the bombing.", None, None, 2),
        ("A soldier was killed in the bombing.", 1, 1, 1),
        ("There were rockets, but no people were killed in the attack.", 0, 0, 0),
    ],
)
def test_a_figure_is_read_as_the_words_have_it(text: str, low: int | None, high: int | None, floor: int) -> None:
    (claim,) = casualties(text)
    assert (claim.low, claim.high, claim.floor) == (low, high, floor)


@pytest.mark.parametrize(
    "text",
    [
        "A roadside bomb killed nine soldiers near Tikrit.",
        "Nine soldiers were killed by a roadside bomb near Tikrit.",
        "Nine soldiers killed in roadside bombing near Tikrit",
        "The death of nine soldiers in a bombing near Tikrit was confirmed.",
        "A roadside bomb near Tikrit left nine soldiers dead.",
        "A bombing claimed the lives of nine soldiers near Tikrit.",
        "Nine soldiers lost their lives in a bombing near Tikrit.",
        "Militants shot dead nine soldiers near Tikrit.",
        "A car drove into the base near Tikrit, killing nine soldiers.",
    ],
)
def test_active_passive_headline_and_noun_say_the_same(text: str) -> None:
    assert people(text) == [("killed", 9, 9, "iraqi")]


def test_killed_and_wounded_each_have_their_figure() -> None:
    assert people("The blast killed 3 and wounded 5.") == [("killed", 3, 3, "people"), ("wounded", 5, 5, "people")]
    assert people("3 killed, 5 wounded in blast") == [("killed", 3, 3, "people"), ("wounded", 5, 5, "people")]


def test_a_list_of_victims_gives_a_claim_for_each() -> None:
    assert people("Gunmen killed four civilians and two police officers in Diyala.") == [
        ("killed", 4, 4, "civilian"),
        ("killed", 2, 2, "iraqi"),
    ]
    assert people("A teacher, two soldiers and a child were killed in the bombing in Homs.") == [
        ("killed", 1, 1, "civilian"),
        ("killed", 2, 2, "syrian"),
        ("killed", 1, 1, "civilian"),
    ]


def test_including_names_a_part_of_the_whole() -> None:
    whole, part = casualties("Twelve people, including three attackers, were killed in the raid on the base.")
    assert (whole.low, whole.part_of) == (12, None)
    assert (part.low, part.part_of, "attacker" in part.roles) == (3, 0, True)


def test_others_are_of_the_people_told_of_before() -> None:
    assert people("Ten Syrian soldiers are killed and 20 others are injured in the ambush.") == [
        ("killed", 10, 10, "syrian"),
        ("wounded", 20, 20, "syrian"),
    ]


@pytest.mark.parametrize(
    ("words", "party"),
    [
        ("six Islamic State militants", "isis"),
        ("six members of ISIS", "isis"),
        ("six Hezbollah fighters", "militant"),
        ("six gunmen", "militant"),
        ("six U.S. service members", "us"),
        ("six Turkish soldiers", "coalition"),
        ("six Iraqi police officers", "iraqi"),
        ("six members of the Popular Mobilization Forces", "iraqi"),
        ("six members of the Syrian Democratic Forces", "kurdish"),
        ("six Peshmerga fighters", "kurdish"),
        ("six Syrian soldiers", "syrian"),
        ("six Nigerian troops", "state"),
        ("six Revolutionary Guards officers", "state"),
        ("six aid workers", "civilian"),
        ("six children", "civilian"),
        ("six UN peacekeepers", "un"),
        ("six people", "people"),
    ],
)
def test_the_party_is_that_of_the_victims(words: str, party: str) -> None:
    assert people(f"An attack killed {words} on Monday.") == [("killed", 6, 6, party)]


def test_soldiers_without_a_country_are_of_the_country_they_died_in() -> None:
    assert people("Nine soldiers were killed when a bomb hit their bus near Damascus.") == [("killed", 9, 9, "syrian")]


def test_the_same_figure_in_title_and_summary_is_one_claim() -> None:
    claims = people(
        "Five Syrian soldiers were wounded in the strike, the agency said.", title="Strike wounds five Syrian soldiers"
    )
    assert claims == [("wounded", 5, 5, "syrian")]


def test_a_figure_takes_the_place_of_the_bare_plural_of_the_title() -> None:
    claims = people("The raid killed two members of ISIS.", title="Raid kills Islamic State officials")
    assert claims == [("killed", 2, 2, "isis")]


def test_a_death_toll_is_read_from_its_verb() -> None:
    assert people("The death toll of the attack in Baghdad rises to at least 64.") == [("killed", 64, None, "people")]
    assert people("The death toll of the bombing rose from 12 to 17.") == [("killed", 17, 17, "people")]


def test_ages_years_and_things_are_no_victims() -> None:
    assert [claim[1] for claim in people("The driver, 34, was killed in the bombing.")] == [1]
    assert people("The strike in 2014 destroyed 20 vehicles and killed three militants.") == [
        ("killed", 3, 3, "militant")
    ]
    assert people("The army captured five villages from militants.") == []


def test_outcomes_beside_death_and_wounds() -> None:
    assert people("Police arrested nine people suspected of links to the Islamic State.") == [
        ("arrested", 9, 9, "isis")
    ]
    assert people("Militants abducted 39 children from the village.") == [("abducted", 39, 39, "civilian")]
    assert people("Sixty ISIS fighters surrendered to the army.") == [("surrendered", 60, 60, "isis")]
    assert people("Three soldiers were reported missing in Mali after the ambush.") == [("missing", 3, 3, "state")]


def test_who_did_it_and_on_what_ground() -> None:
    (stated,) = casualties("Iraqi forces killed nine militants.")
    assert (stated.by, stated.basis.value) == ("iraqi", "stated")
    (claimed,) = casualties(
        "A bombing in Kabul killed nine people. The Islamic State claimed responsibility for the attack."
    )
    assert (claimed.by, claimed.basis.value) == ("isis", "claimed")
    (unknown,) = casualties("A bombing in Kabul killed nine people.")
    assert (unknown.by, unknown.basis.value) == (None, "unknown")


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("Deputies fatally shot the boy's mother on Monday.", [("killed", 1, 1, "civilian")]),
        (
            "The guard who shot Haddad was not named.",
            [],
        ),  # whom a verb with a name behind it tells of is not its subject
        ("A man shot four people to death in a farmhouse.", [("killed", 4, 4, "people")]),
        ("The blast claimed the life of a 15-year-old boy.", [("killed", 1, 1, "civilian")]),
        ("Omar Nasser, 27, and Hana Karim, 31 were arrested.", []),  # her age
        ("Three girls aged 9, 11, and 12 were killed in the strike.", [("killed", 3, 3, "civilian")]),
        ("A teacher is stabbed and beheaded near a school.", [("killed", 1, 1, "civilian")]),
        ("Near the dam, 31 were arrested.", [("arrested", 31, 31, "people")]),
        ("The trial for murder 0:42 Watch the film", []),  # a clip's length
        ("Zambia hurt by drought, a minister says.", []),  # a country, not a person
    ],
)
def test_who_acts_is_not_who_suffers_and_not_each_number_counts_people(
    text: str, claims: list[tuple[str, int | None, int | None, str]]
) -> None:
    assert people(text) == claims
