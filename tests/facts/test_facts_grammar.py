"""What each construction of news prose gives: one sentence of our own for each."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from fact_reports import casualties, item, people, postures

from monitor import facts
from monitor.model import Casualty, Domain, Modality, Party, Posture

KILLED, WOUNDED = "killed", "wounded"


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        # who stands where
        ("Rebels shot down a helicopter near Homs, killing both pilots.", [(KILLED, 2, 2, "syrian")]),
        ("Palestinian gunmen killed an Israeli near Nablus.", [(KILLED, 1, 1, "civilian")]),
        ("A grenade struck a guard in the chest, killing him.", [(KILLED, 1, 1, "state")]),
        ("Militants seized five farmers and killed them.", [("captured", 5, 5, "civilian"), (KILLED, 5, 5, "civilian")]),
        ("Soldiers shot one bomber while the vest killed the other.", [(WOUNDED, 1, 1, "militant"), (KILLED, 1, 1, "militant")]),
        ("The brother of Omar Sample, 20, who was killed by a bomber, spoke.", [(KILLED, 1, 1, "civilian")]),
        ("A cleric was found dead after being abducted by gunmen.", [(KILLED, 1, 1, "civilian"), ("abducted", 1, 1, "civilian")]),
        ("Two IDF soldiers of the 9th Division's 3rd Battalion were killed.", [(KILLED, 2, 2, "state")]),
        ("A guard has shot and injured a motorist at the base.", [(WOUNDED, 1, 1, "civilian")]),
        # parts and shares
        ("Two commanders of Hamas are among 12 people killed in the raid.", [(KILLED, 12, 12, "people"), (KILLED, 2, 2, "militant")]),
        ("Six people were shot, one fatally, in the attack.", [(WOUNDED, 6, 6, "people"), (KILLED, 1, 1, "people")]),
        ("A strike killed four ISIS leaders, two of whom were wanted.", [(KILLED, 4, 4, "isis")]),
        ("Some 51 Syrian troops and allied militiamen, and 45 rebels were killed.", [(KILLED, 51, 51, "syrian"), (KILLED, 45, 45, "militant")]),
        ("The strike left dozens of dead and wounded.", [(KILLED, None, None, "people"), (WOUNDED, None, None, "people")]),
        ("The ministry counted 22 dead and a large number of wounded.", [(KILLED, 22, 22, "people"), (WOUNDED, None, None, "people")]),
        ("An attack caused the death of a nurse and injuries to five other people.", [(KILLED, 1, 1, "civilian"), (WOUNDED, 5, 5, "people")]),
        ("Two People's Front militants were killed and another was injured.", [(KILLED, 2, 2, "militant"), (WOUNDED, 1, 1, "militant")]),
        ("Seven volunteers, including six British, Polish and Australian nationals, were killed.", [(KILLED, 7, 7, "civilian"), (KILLED, 6, 6, "civilian")]),
        ("A port manager is killed by militants in the market.", [(KILLED, 1, 1, "civilian")]),
        ("A peacekeeper was killed and another injured when a bomb went off.", [(KILLED, 1, 1, "state"), (WOUNDED, 1, 1, "state")]),
        ("A strike killed two ISIS members and wounded a third.", [(KILLED, 2, 2, "isis"), (WOUNDED, 1, 1, "isis")]),
        ("Seven officers were killed, along with a civilian, in the attack.", [(KILLED, 7, 7, "state"), (KILLED, 1, 1, "civilian")]),
        ("Police arrested a fifth suspect over the Islamic State plot.", [("arrested", 1, 1, "isis")]),
        ("A drone strike in Syria killed Jihadi John.", [(KILLED, 1, 1, "militant")]),
        ("Two people were killed and a survivor was captured after the strike.", [(KILLED, 2, 2, "people")]),
        ("At least three soldiers of the Turkish Armed Forces were killed.", [(KILLED, 3, None, "coalition")]),
        ("Two Iraqi soldiers and a Peshmerga were killed in an ambush.", [(KILLED, 2, 2, "iraqi"), (KILLED, 1, 1, "kurdish")]),
        ("The governor of Kirkuk was killed by gunmen.", [(KILLED, 1, 1, "civilian")]),
        ("A raid killed the ISIS \"governor\" of Kirkuk.", [(KILLED, 1, 1, "isis")]),
        ("France kills Islamic State in Greater Sahara leader.", [(KILLED, 1, 1, "isis")]),
        ("A soldier wounded in Monday's attack has died of his injuries.", [(KILLED, 1, 1, "state")]),
        ("Troops killed 37 militants, including two senior leaders.", [(KILLED, 37, 37, "militant"), (KILLED, 2, 2, "militant")]),
        ("A trio was arrested in the capital.", [("arrested", 3, 3, "people")]),
        ("Peshmerga officer, two soldiers wounded by a mine south of Kirkuk.", [(WOUNDED, 1, 1, "kurdish"), (WOUNDED, 2, 2, "iraqi")]),
        ("Rebels hacked to death at least 17 villagers.", [(KILLED, 17, None, "civilian")]),
        ("Two traders were stabbed to death by militants.", [(KILLED, 2, 2, "civilian")]),
        ("Three peacekeepers were killed as a mine hit a UN convoy.", [(KILLED, 3, 3, "un")]),
        ("The bomb left a woman and her two daughters dead.", [(KILLED, 1, 1, "civilian"), (KILLED, 2, 2, "civilian")]),
        ("Of the dead, nine were soldiers, the rebels said.", [(KILLED, 9, 9, "state")]),
        ("Six of the wounded were policemen, hit by militants.", [(WOUNDED, 6, 6, "state")]),
        ("Eight guards were hurt, two of them badly, in the rebel attack.", [(WOUNDED, 8, 8, "state"), (WOUNDED, 2, 2, "state")]),
        ("A strike killed two people, one of whom Hamas identified as a commander.", [(KILLED, 2, 2, "people"), (KILLED, 1, 1, "militant")]),
        ("Of the 15 dead in the air strike, ten were passengers and five were soldiers.", [(KILLED, 15, 15, "people"), (KILLED, 10, 10, "civilian"), (KILLED, 5, 5, "state")]),
        ("Nine people were hurt, one critically, in the rocket attack.", [(WOUNDED, 9, 9, "people"), (WOUNDED, 1, 1, "people")]),
        ("The mayor of a border town was among four people abducted by rebels.", [("abducted", 4, 4, "people"), ("abducted", 1, 1, "civilian")]),
        ("The militants killed 13 \"apostates\" of the Iraqi army.", [(KILLED, 13, 13, "iraqi")]),
        ("Rebels fired at a bus carrying pilgrims, killing nine.", [(KILLED, 9, 9, "civilian")]),
        ("Rebels shot a village headman dead and injured another.", [(KILLED, 1, 1, "civilian"), (WOUNDED, 1, 1, "civilian")]),
        ("A mortar killed two mourners; a third succumbed to wounds.", [(KILLED, 2, 2, "civilian"), (KILLED, 1, 1, "civilian")]),
        ("The six workers, aged between 25 and 30, and a nurse were killed by rebels.", [(KILLED, 6, 6, "civilian"), (KILLED, 1, 1, "civilian")]),
        ("Army says 28 rebels killed, two soldiers lost in Mali offensive", [(KILLED, 28, 28, "militant"), (KILLED, 2, 2, "state")]),
        ("A medic and two nurses were among the five killed in the air strike.", [(KILLED, 5, 5, "people"), (KILLED, 1, 1, "civilian"), (KILLED, 2, 2, "civilian")]),
        ("Rebels killed the driver and kidnapped three engineers, two of them women.", [(KILLED, 1, 1, "civilian"), ("abducted", 3, 3, "civilian"), ("abducted", 2, 2, "civilian")]),
        ("Palestinian killed, 3 wounded as settlers raid village", [(KILLED, 1, 1, "civilian"), (WOUNDED, 3, 3, "people")]),
        ("Moscow said its troops killed 60 Ukrainian soldiers and took 12 prisoner.", [(KILLED, 60, 60, "state"), ("captured", 12, 12, "state")]),
        ("A soldier died of wounds from the bombing, taking the death toll to nine.", [(KILLED, 1, 1, "state"), (KILLED, 9, 9, "people")]),
        ("A man who left to join ISIS in 2014 was killed in Raqqa.", [(KILLED, 1, 1, "isis")]),
        ("Seven of the 23 guards wounded in the bombing have died.", [(WOUNDED, 23, 23, "state"), (KILLED, 7, 7, "state")]),
        ("The wife and daughter of an ISIS commander were killed in the strike.", [(KILLED, 1, 1, "civilian"), (KILLED, 1, 1, "civilian")]),
        ("Rebels killed a mayor who had helped the army, along with his two sons.", [(KILLED, 1, 1, "civilian"), (KILLED, 2, 2, "civilian")]),
        ("Rebels killed eight soldiers; four more were wounded.", [(KILLED, 8, 8, "state"), (WOUNDED, 4, 4, "state")]),
        ("The rebels burned eleven villagers alive and beat a guard to death.", [(KILLED, 11, 11, "civilian"), (KILLED, 1, 1, "state")]),
        ("The rebels killed a guard and took three prisoners.", [(KILLED, 1, 1, "state"), ("captured", 3, 3, "people")]),
        ("Soldiers shoot two protesters, one in the head, after the coup.", [(WOUNDED, 2, 2, "civilian")]),
        ("Some 20 pilgrims, half of them women, were hurt by a bomb.", [(WOUNDED, 20, 20, "civilian")]),
        ("Guards killed three men with suicide vests near the market.", [(KILLED, 3, 3, "militant")]),
        ("In Iraq's Mosul, a mayor and two of his guards were killed by rebels.", [(KILLED, 1, 1, "civilian"), (KILLED, 2, 2, "iraqi")]),
        ("Hamas-run ministry: 62 killed overnight, bringing the war's total to 42,000", [(KILLED, 62, 62, "people"), (KILLED, 42000, 42000, "people")]),
        ("Rebels killed six aid workers and two guides. The six workers, their guide and their driver were killed on Monday.", [(KILLED, 6, 6, "civilian"), (KILLED, 2, 2, "civilian")]),
        # figures that are none, or not yet
        ("The new road brings the rebels' total to 40 villages.", []),
        ("The number of civilians killed by militants fell by 5 percent.", []),
        ("The death toll of the air strike could exceed 100.", []),
        ("Eleven bodies with bullet wounds lay in the rebel village.", [(KILLED, 11, 11, "people")]),
        # who is freed is held no more
        ("Three of the five nuns abducted by rebels were released.", [("abducted", 5, 5, "civilian")]),
        ("Three of the five abducted nuns were released by the rebels.", []),
        ("Troops rescued 14 kidnapped girls from the militants.", []),
        ("Forty girls remain in captivity a month after the rebel raid.", [("abducted", 40, 40, "civilian")]),
        ("The mission counted 30 civilian casualties, 12 killed and 18 hurt, in rebel attacks.", [(KILLED, 12, 12, "civilian"), (WOUNDED, 18, 18, "civilian")]),
        ("The bomb left 14 dead and scores with burns.", [(KILLED, 14, 14, "people"), (WOUNDED, None, None, "people")]),
        ("The number of guards killed by militants this month rose to 17.", [(KILLED, 17, 17, "state")]),
        ("Rebels ambushed a convoy: eight soldiers killed, 3 captured.", [(KILLED, 8, 8, "state"), ("captured", 3, 3, "state")]),
        ("One US contractor was killed and a second contractor was hurt by a drone.", [(KILLED, 1, 1, "us"), (WOUNDED, 1, 1, "us")]),
        ("Three soldiers and a village cook were missing after the ambush.", [("missing", 3, 3, "state"), ("missing", 1, 1, "civilian")]),
        # what soldiers do who die or are maimed
        ("The nine fighters who fell near Homs were buried.", [(KILLED, 9, 9, "militant")]),
        ("The fighters who fell back were joined by a man who fell in Homs.", []),
        ("A soldier lost both legs when a mine went off near Mosul.", [(WOUNDED, 1, 1, "iraqi")]),
        ("The army lost its right hand in the war with the rebels.", []),
        ("Police arrested two brothers, 19 and 22, on suspicion of planning an ISIS attack.", [("arrested", 2, 2, "isis")]),
        # whom a side loses is its own
        ("Chadian troops killed 17 rebels for the loss of two men.", [(KILLED, 17, 17, "militant"), (KILLED, 2, 2, "state")]),
        ("The army killed 64 rebels and admitted the loss of nine of its own in Niger.", [(KILLED, 64, 64, "militant"), (KILLED, 9, 9, "state")]),
        ("\"We lost eight men\" to the rebels, a Kurdish commander said.", [(KILLED, 8, 8, "kurdish")]),
        ("Rebels said they lost 14 men near Palma.", [(KILLED, 14, 14, "militant")]),
        ("Ukraine says Russia has lost 1,200 soldiers in a day.", [(KILLED, 1200, 1200, "state")]),
        ("The army has lost 11 men in fighting with Boko Haram.", [(KILLED, 11, 11, "state")]),
        ("French commandos freed the hostages, losing two soldiers.", [(KILLED, 2, 2, "coalition")]),
        ("The village lost 40 people to the flood.", []),
        # nobody
        ("No casualties as a rocket lands near the embassy.", [(KILLED, 0, 0, "people"), (WOUNDED, 0, 0, "people")]),
        ("There were no immediate reports of casualties after the blast.", [(KILLED, 0, 0, "people"), (WOUNDED, 0, 0, "people")]),
        ("The strike caused no civilian casualties.", [(KILLED, 0, 0, "civilian"), (WOUNDED, 0, 0, "civilian")]),
        ("No one was hurt in the attack.", [(WOUNDED, 0, 0, "people")]),
        ("None of the soldiers was hurt.", [(WOUNDED, 0, 0, "state")]),
        # no victims
        ("He spoke of the October 7 Hamas attack.", []),
        ("The blast injured one person, officials said.", [(WOUNDED, 1, 1, "people")]),
        ("A woman hanged herself near the base.", []),
        ("Survivors spoke of the massacre; massacre survivors marched.", []),
        ("Members of the Never Forget Killed Soldiers Foundation came to meet the rebels in the town.", []),
        ("The number of US soldiers has fallen from 1,100 to 600.", []),
        ("The army took the only provincial capital captured in the war.", []),
    ],
)  # fmt: skip
def test_each_construction_gives_its_claims(text: str, claims: list[tuple[str, int | None, int | None, str]]) -> None:
    assert people(text) == claims


@pytest.mark.parametrize(
    ("text", "party"),
    [
        ("Turkey killed nine Kurdish insurgents near Cizre.", "militant"),
        ("Turkey killed nine Kurdish fighters of the YPG near Kobani.", "kurdish"),
        ("The Turkish army said two soldiers were killed in northern Iraq.", "coalition"),
        ("The government of Syria claims the attack killed six soldiers.", "syrian"),
        ("One marine was killed at the airport in Kabul.", "us"),
        ("Three marines were killed by rebels in the Philippines.", "state"),
        ("A strike killed Abu Sample, who was a senior member of al-Qaeda.", "militant"),
        ("Police arrested Omar Sample, the founder of Lashkar-e-Taiba.", "militant"),
        ("Canadian special forces member John Sample was shot and killed in Iraq.", "coalition"),
        ("Nine regime soldiers were killed in Tehran, Iran.", "state"),
        ("Nine regime soldiers were killed in Idlib, Syria.", "syrian"),
        ("Two SDF soldiers were killed in Japan.", "coalition"),
        ("The US military said it killed two senior leaders in a strike in Syria.", "militant"),
        ("The blast hit a base of the SDF, killing one member.", "kurdish"),
        ("At least 46 members of India's security forces were killed.", "state"),
    ],
)
def test_whose_the_victims_are(text: str, party: str) -> None:
    assert [claim.party for claim in casualties(text)] == [party]


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("ISIS carried out attacks in the Iraqi province of Diyala, killing twelve civilians.", Party.ISIS),
        ("A drone strike by the Rapid Support Forces killed 12 people.", Party.MILITANT),
        ("Members of Boko Haram killed 12 villagers.", Party.MILITANT),
        ("Six people were killed in an Israeli air strike.", Party.STATE),
        ("A United States drone strike killed two militants.", Party.US),
        ("Footage shows a Hamas gunman who killed two civilians, Israel says.", Party.MILITANT),
        ("Suspected Palestinian gunmen killed two people.", Party.MILITANT),
        ("A suicide attack on a NATO convoy killed eight civilians.", None),
        ("An explosion at the Ukrainian embassy in Madrid killed one employee.", None),
        ("A car bomb in Kabul, Afghanistan, killed two contractors.", None),
        ("An Iraq bombing killed 12 people.", None),
        ("Two rockets hit the United States embassy, killing one person.", None),
    ],
)
def test_who_did_it_is_read_from_the_subject_and_not_from_what_was_hit(text: str, by: Party | None) -> None:
    assert [claim.by for claim in casualties(text)] == [by]


def test_an_arrest_is_not_by_the_group_that_is_blamed() -> None:
    (claim,) = casualties("Pakistan arrested a man; the bombing was blamed on Lashkar-e-Taiba.")
    assert claim.by is not Party.MILITANT


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("The army denied killing five civilians.", Modality.DENIED),
        ("The army denied that five civilians were killed in the strike.", Modality.DENIED),
        ("An earlier report that five soldiers were killed is false.", Modality.DENIED),
        ("The Pentagon denies three of its soldiers were killed in Syria.", Modality.DENIED),
        ("The army denies a strike that killed five civilians.", Modality.HAPPENED),
        ("The army denies responsibility for a raid killing five civilians.", Modality.HAPPENED),
        ("Insurgents use machetes to kill 40 villagers.", Modality.HAPPENED),
        ("Insurgents planned to use machetes to kill 40 villagers.", Modality.PLANNED),
        ("As many as 36 people may be dead after a raid on a town.", Modality.HAPPENED),
        ("Thirty soldiers may have been killed.", Modality.HAPPENED),
        ("The blast could have killed 30 soldiers.", Modality.PLANNED),
        ("The army denied a role in the attack that killed five soldiers.", Modality.HAPPENED),
        ("British soldiers were more likely to die in the war.", Modality.PLANNED),
    ],
)
def test_what_is_denied_or_only_likely_did_not_happen(text: str, modality: Modality) -> None:
    assert [claim.modality for claim in casualties(text)] == [modality]


def test_one_person_told_by_a_part_of_the_name_is_one_claim() -> None:
    text = "The group says its spokesman, Abu Omar al-Sample, was killed near Aleppo. It did not say how al-Sample was killed."
    assert [claim.low for claim in casualties(text)] == [1]


def test_two_persons_of_different_names_are_two_claims() -> None:
    text = "A raid killed ISIS commander Abu Sample. A strike killed ISIS commander Omar Other."
    assert [claim.low for claim in casualties(text)] == [1, 1]


def test_fighters_of_a_group_are_not_the_people_counted_before_them() -> None:
    text = "A blast at the border killed four people. Hamas says fighters of Islamic Jihad were killed."
    assert people(text) == [(KILLED, 4, 4, "people"), (KILLED, None, None, "militant")]


@pytest.mark.parametrize(
    "text",
    [
        "Air strikes against the rebels killed several people on a boat.",
        "Militants killed 34 people in shootings in villages, where cattle were stolen.",
        "A wave of suicide and car bombings killed 43 people.",
        "Three Islamic State-linked inmates were killed in a riot.",
    ],
)
def test_words_of_war_outweigh_those_of_crime_and_accident(text: str) -> None:
    assert {claim.domain for claim in casualties(text)} == {Domain.CONFLICT}


@pytest.mark.parametrize(
    "text",
    [
        "More than 300,000 people have been killed since the start of the war in 2011.",
        "A journalist, kidnapped in 2012, has been beheaded by ISIS.",
        "Ten people were killed in a shootout between jailed militants and guards.",
    ],
)
def test_what_goes_on_is_no_history_and_no_trial(text: str) -> None:
    assert casualties(text)[-1].context == "current"


def test_a_death_of_old_age_is_no_casualty_of_a_conflict() -> None:
    (claim,) = casualties("A former general of the rebels died aged 86; he had fought in the civil war.")
    assert claim.domain is Domain.UNKNOWN


def test_the_credit_of_a_picture_dates_nothing() -> None:
    text = "Two soldiers were killed in Homs. Soldiers patrol in Homs, Syria, on Jan. 3, 2022. (Jane Sample/Agence)"
    (claim,) = (fact for fact in facts.read(item("", text)) if isinstance(fact, Casualty))
    assert claim.when is None


def test_the_capital_of_a_country_is_the_place() -> None:
    for text in ("A bomb in the Afghan capital, Kabul, killed two.", "A bomb in Syria's capital Damascus killed two."):
        (claim,) = casualties(text)
        assert claim.place is not None
        assert claim.place.name in ("Kabul", "Damascus")


def test_what_is_named_after_a_city_is_not_there() -> None:
    (claim,) = casualties("Police killed a man at the Damascus Gate.")
    assert claim.place is None


@pytest.mark.parametrize(
    ("text", "action", "force", "low", "high"),
    [
        ("US sending troops to the Mexican border.", "deploy", "us", None, None),
        ("The president orders the deployment of roughly 500 Marines to the coast.", "deploy", "us", 500, 500),
        ("The carrier USS Sample is deployed to the Gulf.", "deploy", "us", None, None),
        ("The 3rd Armored Brigade Combat Team will deploy to Poland.", "deploy", "us", None, None),
        ("The 101st Airborne Division has arrived in Romania.", "deploy", "us", None, None),
        ("Two Russian frigates have entered the Mediterranean.", "deploy", "state", None, None),
        ("Berlin votes to send six of its 29 aircraft, and up to 1,200 soldiers to support the mission.", "deploy", "coalition", None, 1200),
        ("Australia deploys a long-range maritime patrol aircraft to Japan.", "deploy", "coalition", None, None),
        ("He called for Russian troops occupying the plant to pull out.", "withdraw", "state", None, None),
        ("The United States wants to deter Russia, which has massed troops near Ukraine.", "deploy", "state", None, None),
        ("About 2,500 US service members are still in Iraq.", "strength", "us", 2500, 2500),
        ("Rockets fell near the 900 US troops in Syria.", "strength", "us", 900, 900),
    ],
)  # fmt: skip
def test_where_forces_go_in_other_words(text: str, action: str, force: str, low: int | None, high: int | None) -> None:
    assert [(move.action, move.force, move.low, move.high) for move in postures(text)] == [(action, force, low, high)]


@pytest.mark.parametrize(
    "text",
    [
        "Militias increase their military activity in the region.",
        "Soldiers forced suspects to retreat from a fence.",
        "Russian troops have entered the town.",
        "The leader orders military and nuclear forces to ramp up readiness.",
        "The injured commandos were moved to a hospital.",
        "Troops may evacuate U.S. embassy personnel.",
        "The forces give the president an option to evacuate diplomats.",
    ],
)
def test_what_only_sounds_like_a_move_of_forces_is_none(text: str) -> None:
    assert postures(text) == []


def test_an_order_to_leave_is_a_withdrawal_and_no_deployment() -> None:
    assert [move.action for move in postures("The minister ordered the country's troops to leave Kherson.")] == [
        "withdraw"
    ]


def test_half_of_them_is_a_reduction_and_the_whole_a_strength() -> None:
    found = postures("Chad recalls half of its 1,200 troops from Mali.")
    assert [(move.action, move.low, move.before) for move in found] == [("reduce", 600, 1200), ("strength", 1200, None)]


def test_no_plans_to_send_is_a_denial() -> None:
    (move,) = postures("The Pentagon has no plans to send warships to the Black Sea.")
    assert move.modality is Modality.DENIED


def test_up_to_a_number_and_the_number_are_one_deployment() -> None:
    assert [
        move.low for move in postures("France may send up to 7,000 soldiers. France is deploying 7,000 troops.")
    ] == [7000]


def test_a_country_that_is_left_is_not_whose_forces_leave() -> None:
    text = "Germany troop withdrawal divides allies of the United States. The United States will withdraw its troops from Germany."
    assert {move.force for move in postures(text)} == {"us"}


def test_a_year_in_another_clause_makes_no_history() -> None:
    when = datetime(2016, 3, 26, tzinfo=UTC)
    text = "The US will deploy 500 troops to Iraq to help retake Mosul, which ISIS seized in 2014."
    (move,) = (fact for fact in facts.read(item("", text, published=when)) if isinstance(fact, Posture))
    assert move.context == "current"


def test_those_who_die_of_their_wounds_are_a_part_of_the_toll_that_counts_them() -> None:
    toll, later = casualties("Six Iraqi soldiers were killed near Tikrit: two of the wounded died in hospital.")
    assert (later.low, later.party, later.part_of) == (2, toll.party, 0)
