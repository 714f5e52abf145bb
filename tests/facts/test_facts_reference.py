"""Whom words stand for that do not say it themselves: bare numbers, "of them", "his men", lists and what they are of."""

from __future__ import annotations

import pytest
from fact_reports import casualties, people, postures

KILLED, WOUNDED = "killed", "wounded"


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        # a number is of those who were attacked
        ("Gunmen ambushed a patrol of Chadian soldiers, killing four of them.", [(KILLED, 4, 4, "state")]),
        ("A bomb hit a bus carrying Syrian government troops, leaving nine of them dead.", [(KILLED, 9, 9, "syrian")]),
        ("A drone struck a barracks where militiamen were sleeping, killing six.", [(KILLED, 6, 6, "militant")]),
        ("Rebels opened fire on farmers in the north, killing 12.", [(KILLED, 12, 12, "civilian")]),
        ("Soldiers stormed a house in the village, killing 12.", [(KILLED, 12, 12, "people")]),
        ("The attackers, of whom six were killed, had crossed the border.", [(KILLED, 6, 6, "militant")]),
        # and parts are of their whole
        ("At least 19 civilians, seven of whom were children, were killed by shells.", [(KILLED, 19, None, "civilian"), (KILLED, 7, 7, "civilian")]),
        ("Eleven people, six of them policemen, were killed in attacks in Iraq.", [(KILLED, 11, 11, "people"), (KILLED, 6, 6, "iraqi")]),
        ("A strike killed 13 pro-Iran fighters, including five Iraqis.", [(KILLED, 13, 13, "militant"), (KILLED, 5, 5, "militant")]),
        ("Twelve people - nine civilians and three soldiers - were killed in Libya.", [(KILLED, 12, 12, "people"), (KILLED, 9, 9, "civilian"), (KILLED, 3, 3, "state")]),
        ("The strike killed 12 people (nine civilians and three soldiers) in Libya.", [(KILLED, 12, 12, "people"), (KILLED, 9, 9, "civilian"), (KILLED, 3, 3, "state")]),
        ("The dead included four children and their teacher.", [(KILLED, 4, 4, "civilian"), (KILLED, 1, 1, "civilian")]),
        ("A medic was among three people killed by a shell.", [(KILLED, 3, 3, "people"), (KILLED, 1, 1, "civilian")]),
        # "his men" are of the side that was named last
        ("A Peshmerga commander said 22 of his men had been wounded.", [(WOUNDED, 22, 22, "kurdish")]),
        ("A Syrian army brigadier and two of his bodyguards were assassinated.", [(KILLED, 1, 1, "syrian"), (KILLED, 2, 2, "syrian")]),
        ("A farmer and two of his sons were killed by soldiers.", [(KILLED, 1, 1, "civilian"), (KILLED, 2, 2, "civilian")]),
        ("The bomb killed the police chief, his driver and two passers-by in Kenya.", [(KILLED, 1, 1, "state"), (KILLED, 1, 1, "civilian"), (KILLED, 2, 2, "civilian")]),
        ("A raid killed an ISIS emir known as Abu Sample and four companions.", [(KILLED, 1, 1, "isis"), (KILLED, 4, 4, "isis")]),
        ("An ISIS leader, Abu Sample, and one of his deputies were killed.", [(KILLED, 1, 1, "isis"), (KILLED, 1, 1, "isis")]),
        ("A young woman and software engineer was killed in a strike.", [(KILLED, 1, 1, "civilian")]),
        ("A man and woman were killed in a strike.", [(KILLED, 1, 1, "civilian"), (KILLED, 1, 1, "civilian")]),
        # taken, lost, suffered
        ("Rebels killed 12 Congolese soldiers and took 17 others prisoner.", [(KILLED, 12, 12, "state"), ("captured", 17, 17, "state")]),
        ("Gunmen held two nurses hostage.", [("captured", 2, 2, "civilian")]),
        ("The army said 11 of its troops had died, and the rebels admitted losing 30.", [(KILLED, 11, 11, "state"), (KILLED, 30, 30, "militant")]),
        ("Ethiopian troops fighting rebels in Hiraan suffered six fatalities.", [(KILLED, 6, 6, "state")]),
        ("Soldiers found the bodies of nine shepherds.", [(KILLED, 9, 9, "civilian")]),
        # one list
        ("Iraq: senior IS figure, five aides killed in air strike", [(KILLED, 1, 1, "isis"), (KILLED, 5, 5, "isis")]),
        ("Two NATO soldiers, Afghan interpreter killed in blast", [(KILLED, 2, 2, "coalition"), (KILLED, 1, 1, "civilian")]),
        ("Nine people, all of them civilians, died in the shelling.", [(KILLED, 9, 9, "civilian")]),
        ("Ten fighters were killed in the strike, seven of them foreigners.", [(KILLED, 10, 10, "militant"), (KILLED, 7, 7, "militant")]),
        ("A strike killed 31 Palestinians, most of them women and children.", [(KILLED, 31, 31, "people")]),
        ("Thirteen US service members were killed, ten of them Marines, and 18 were wounded.", [(KILLED, 13, 13, "us"), (KILLED, 10, 10, "us"), (WOUNDED, 18, 18, "us")]),
        ("The army of Egypt said eight of its own men had been killed.", [(KILLED, 8, 8, "state")]),
        ("The death toll from the attack passes 170.", [(KILLED, 170, None, "people")]),
        ("Dozens of Iraqi soldiers captured, later executed by Islamic State", [("captured", None, None, "iraqi"), (KILLED, None, None, "iraqi")]),
        # who acts is no victim
        ("Suspected IS militants shot dead a village mukhtar and his brother.", [(KILLED, 1, 1, "civilian"), (KILLED, 1, 1, "civilian")]),
        ("Ten soldiers killed a short way from the border.", [(KILLED, 10, 10, "state")]),
        ("Algeria: three soldiers killed hunting rebels", [(KILLED, 3, 3, "state")]),
        ("A drone hit a car with a Hezbollah commander near Tyre, killing him and a passenger.", [(KILLED, 1, 1, "militant"), (KILLED, 1, 1, "civilian")]),
        ("The attack left an Iraqi soldier dead and three of his comrades wounded.", [(KILLED, 1, 1, "iraqi"), (WOUNDED, 3, 3, "iraqi")]),
        ("Six suspected al-Qaeda men died when missiles hit their car.", [(KILLED, 6, 6, "militant")]),
        ("Sixty people, two thirds of them children, were killed by shells.", [(KILLED, 60, 60, "people")]),
        ("The rebels lose 40 men in the assault on the airport.", [(KILLED, 40, 40, "militant")]),
        ("The rebels lose their first two games.", []),
        ("American airman killed in Niger, three comrades hurt", [(KILLED, 1, 1, "us"), (WOUNDED, 3, 3, "us")]),
        ("Gunmen killed the brother of a lawmaker and his two bodyguards.", [(KILLED, 1, 1, "civilian"), (KILLED, 2, 2, "civilian")]),
        ("Ten Turkish soldiers held by rebels since 2019 have been killed.", [(KILLED, 10, 10, "coalition")]),
        ("Up to 50 fighters from both sides died in the battle.", [(KILLED, None, 50, "people")]),
        # a number of both together
        ("Jets killed and wounded 30 soldiers in Mali.", [(KILLED, None, 30, "state"), (WOUNDED, None, 30, "state")]),
        ("A bomb killed and injured scores of civilians.", [(KILLED, None, None, "civilian"), (WOUNDED, None, None, "civilian")]),
        ("Gunmen kidnapped and killed five farmers.", [("abducted", 5, 5, "civilian"), (KILLED, 5, 5, "civilian")]),
        ("US forces killed ISIS leader Abu Sample and captured his deputy.", [(KILLED, 1, 1, "isis"), ("captured", 1, 1, "isis")]),
        # a place is nobody
        ("A teacher and his son in Herat are shot dead by gunmen.", [(KILLED, 1, 1, "civilian"), (KILLED, 1, 1, "civilian")]),
        ("The rebels killed 14 soldiers in Mali, a claim officials rejected.", [(KILLED, 14, 14, "state")]),
        ("Algerian forces eliminated three armed Islamists.", [(KILLED, 3, 3, "militant")]),
        # whose they are
        ("Two Bangladeshi peacekeepers of the UN mission died.", [(KILLED, 2, 2, "un")]),
        ("Five army auxiliaries were slain in an ambush in Niger.", [(KILLED, 5, 5, "state")]),
        ("Eight Lebanese soldiers were killed in a clash with militants.", [(KILLED, 8, 8, "state")]),
    ],
)  # fmt: skip
def test_those_meant_are_found(text: str, claims: list[tuple[str, int | None, int | None, str]]) -> None:
    assert people(text) == claims


def test_protesters_who_storm_a_base_are_no_weather() -> None:

    assert [claim.domain.value for claim in casualties("Four soldiers killed as protesters storm UN base")] == [
        "conflict"
    ]


@pytest.mark.parametrize(
    ("text", "action", "force", "low"),
    [
        ("Washington plans to cut its force in Iraq from 2,500 to 500 soldiers.", "reduce", "us", 500),
        (
            "Baghdad asked NATO to increase its presence in Iraq from 500 to 4,000 soldiers.",
            "deploy",
            "coalition",
            4000,
        ),
        ("Poland's contingent in Afghanistan will stay until the autumn.", "stay", "coalition", None),
        ("Two thousand more US troops head for Kuwait.", "deploy", "us", 2000),
        ("An aircraft carrier has entered the Mediterranean, the US Navy said.", "deploy", "us", None),
        ("Canadian soldiers will rotate out of Latvia next spring.", "withdraw", "coalition", None),
    ],
)
def test_whose_forces_move(text: str, action: str, force: str, low: int | None) -> None:
    assert [(claim.action, claim.force.value, claim.low) for claim in postures(text)] == [(action, force, low)]


def test_a_second_soldier_is_of_the_side_of_the_first() -> None:
    claims = people("A second soldier was wounded when a mine went off.", title="French soldier dies in attack in Mali")
    assert claims == [(KILLED, 1, 1, "coalition"), (WOUNDED, 1, 1, "coalition")]


def test_where_a_country_is_at_war_a_death_without_another_word_is_of_the_war() -> None:
    assert [claim.domain.value for claim in casualties("One Red Cross worker dead, two injured near Idlib")] == [
        "conflict"
    ] * 2


def test_of_scores_killed_and_injured_one_at_least_was_killed() -> None:
    assert [claim.floor for claim in casualties("A bomb killed and injured scores of civilians.")] == [1, 1]


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("The army says that Boko Haram killed five villagers.", "militant"),
        ("Iraq says its forces killed five militants.", "iraqi"),
    ],
)
def test_who_did_it_is_read_in_what_somebody_says(text: str, by: str) -> None:
    assert [claim.by for claim in casualties(text)] == [by]
