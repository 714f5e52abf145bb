from __future__ import annotations

import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from fact_reports import JOINT_RAID, casualties, item, operations, people, read, strengths

import monitor
from monitor import facts
from monitor.model import Casualty, Context, Domain, Modality, Operation, Posture, Precision, Role, Scope, Strength


def test_the_joint_raid_yields_every_fact_with_its_event() -> None:
    title = "Joint raid in central Iraq kills at least seven senior ISIS operatives, two US troops wounded"
    found = read(JOINT_RAID, title=title)
    dead, hurt, figure, earlier = (fact for fact in found if isinstance(fact, Casualty))
    assert (dead.outcome, dead.low, dead.high, dead.party, dead.event) == ("killed", 7, None, "isis", 0)
    assert (hurt.outcome, hurt.low, hurt.party, hurt.condition) == ("wounded", 2, "us", "stable")
    assert (figure.low, figure.part_of) == (1, 0)
    assert (earlier.low, earlier.party, earlier.event, earlier.scope) == (4, "isis", 1, Scope.PAST)
    assert dead.when is not None
    assert dead.when.start == date(2024, 10, 22)
    assert earlier.when is not None
    assert earlier.when.start == date(2024, 10, 14)
    raid, strikes = (fact for fact in found if isinstance(fact, Operation))
    assert (raid.operation, raid.event, raid.seized) == ("raid", 0, ("weapons",))
    assert (strikes.operation, strikes.event) == ("air strike", 1)
    iraq, syria, mission = (fact for fact in found if isinstance(fact, Posture))
    assert (iraq.action, iraq.force, iraq.low, iraq.place and iraq.place.country) == ("strength", "us", 2500, "IQ")
    assert (syria.action, syria.force, syria.low, syria.place and syria.place.country) == ("strength", "us", 900, "SY")
    assert (mission.action, mission.force, mission.timeframe) == ("mission", "us", "within a year")
    (size,) = (fact for fact in found if isinstance(fact, Strength))
    assert (size.party, size.low, size.high, size.source) == ("isis", 1500, 3000, "UN report")


def test_every_fact_of_the_joint_raid_has_its_words_and_its_context() -> None:
    told = {
        "At least seven senior ISIS operatives were killed": 0,
        "the group’s top figure": 0,
        "Two US service members were wounded": 0,
        "Four ISIS members died": 1,
        "raided": 0,
        "air strikes": 1,
        "About 2,500 US troops": 0,
        "900 in": 0,
        "mission may end": 0,
        "1,500 to 3,000 fighters": 0,
    }
    found = read(JOINT_RAID)
    for words, event in told.items():
        assert [(fact.event, fact.context) for fact in found if words in fact.words.text] == [
            (event, Context.CURRENT)
        ], words


def test_the_demo_brings_the_joint_raid_in_the_same_words() -> None:
    feed = (Path(monitor.__file__).parent / "demo" / "feeds" / "wire.rss").read_text(encoding="utf-8")
    plain = " ".join(unescape(re.sub(r"<[^>]+>", " ", feed)).split())
    for sentence in " ".join(JOINT_RAID.split()).split(". "):
        assert sentence.rstrip(".") in plain


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("The group threatened to kill 20 hostages.", Modality.PLANNED),
        ("The militants planned to kill two officers.", Modality.PLANNED),
        ("Police foiled a plot to kill 20 people.", Modality.FOILED),
        ("The army did not kill 20 civilians, it said.", Modality.DENIED),
        ("The militants killed 20 hostages.", Modality.HAPPENED),
    ],
)
def test_threats_plots_and_denials_are_no_deaths(text: str, modality: Modality) -> None:
    assert [claim.modality for claim in casualties(text)] == [modality]


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("A court sentenced a man who killed 12 people in the bombing.", Context.TRIAL),
        ("On the anniversary, families remembered the 12 people killed in the bombing.", Context.HISTORICAL),
        ("In 1995 a bombing killed 12 people.", Context.HISTORICAL),
        ("In the drill, 12 soldiers were killed by a simulated rocket.", Context.EXERCISE),
        ("A bombing killed 12 people.", Context.CURRENT),
    ],
)
def test_trials_anniversaries_and_exercises_are_marked(text: str, context: Context) -> None:
    assert casualties(text)[0].context is context


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("Prosecutor Jane Sample says gunmen killed 40 people at a concert.", Context.CURRENT),
        ("Gunmen killed six people at a protest against the judge who leads the inquiry.", Context.CURRENT),
        ("A suicide bombing at the Supreme Court in Kabul kills 20 people.", Context.CURRENT),
        ("A suicide bomber hits a court complex, killing 13 people.", Context.CURRENT),
        ("A judge frees a man who killed five soldiers.", Context.TRIAL),
        ("A prosecutor accuses him of killing five soldiers.", Context.TRIAL),
        ("Jets killed 50 people at a concert for the 60th anniversary of the movement.", Context.CURRENT),
        ("A bomb at a memorial in Kabul kills 40 people.", Context.CURRENT),
        ("Families marked the anniversary of the bombing that killed 12 people.", Context.HISTORICAL),
        ("Ten years after the attack that killed 130 people, survivors gather.", Context.HISTORICAL),
        ("Three years after the fall of the town, gunmen kill five soldiers there.", Context.CURRENT),
        ("A memorial service for 13 soldiers killed in Kabul was held.", Context.HISTORICAL),
        ("He was blamed for the 2008 hotel attacks that left 160 people dead.", Context.HISTORICAL),
    ],
)
def test_judges_courts_and_anniversaries_stand_in_news_of_today_as_well(text: str, context: Context) -> None:
    assert casualties(text)[0].context is context


@pytest.mark.parametrize(
    ("text", "scopes"),
    [
        ("Air strikes killed 20 people, bringing the death toll to more than 300.", [Scope.EVENT, Scope.RUNNING]),
        ("A strike killed 26 people, with the death toll expected to rise.", [Scope.EVENT]),
        ("A strike killed 40 people, the deadliest attack since 2019.", [Scope.EVENT]),
        ("A strike killed 40 people, the third such attack since the truce ended in May.", [Scope.EVENT]),
        ("Forty soldiers were killed in the past 24 hours.", [Scope.EVENT]),
        ("Forty soldiers have been killed since Monday.", [Scope.EVENT]),
        ("Since March, 115 soldiers have been killed.", [Scope.RUNNING]),
        ("In the past year, 40 soldiers have been killed.", [Scope.RUNNING]),
        ("Rebels have killed 300 people since January.", [Scope.RUNNING]),
        ("Thirty-five soldiers were killed clearing mines in two months.", [Scope.RUNNING]),
        ("The toll of the bombing rises to 70.", [Scope.RUNNING]),
        ("The raid answers a recent rocket attack, which killed two soldiers.", [Scope.PAST]),
        ("The raid answers a recent attack which killed two and wounded ten, including US soldiers.", [Scope.PAST] * 3),
    ],
)
def test_a_running_toll_is_what_its_own_clause_calls_one(text: str, scopes: list[Scope]) -> None:
    assert [claim.scope for claim in casualties(text)] == scopes


@pytest.mark.parametrize(
    "text",
    [
        "A strike killed 40 people, the deadliest attack since 2019.",
        "Strikes killed 40 people. They were the largest since the start of a truce that took effect on 19 January.",
        "Strikes killed 40 people. One of those hit had taken part in the October 7 attacks.",
        "Two raids killed 57 people. The number of those killed on the coast since March 6 rises to 1,500.",
        "A bomb killed 40 worshippers ahead of the election on 30 April.",
        "Gunmen killed two candidates before Sunday's vote.",
    ],
)
def test_the_day_of_another_event_does_not_date_this_one(text: str) -> None:
    assert casualties(text)[0].when is None


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("An air strike killed 12 militants.", Domain.CONFLICT),
        ("The earthquake killed 12 people.", Domain.DISASTER),
        ("Twelve people died when the ferry capsized.", Domain.ACCIDENT),
        ("A teenager was killed in a robbery, detectives said.", Domain.CRIME),
    ],
)
def test_the_kind_of_event_is_told(text: str, domain: Domain) -> None:
    assert casualties(text)[0].domain is domain


def test_what_is_no_conflict_is_not_told() -> None:
    assert facts.told(read("The earthquake killed 12 people.")) == ()
    assert facts.told(read("The group threatened to kill 20 hostages.")) == ()
    assert len(facts.told(read("An air strike killed 12 militants."))) >= 1


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("Gunmen killed five soldiers on Tuesday.", date(2024, 10, 22), date(2024, 10, 22)),
        ("Gunmen killed five soldiers yesterday.", date(2024, 10, 23), date(2024, 10, 23)),
        ("Gunmen killed five soldiers on October 22.", date(2024, 10, 22), date(2024, 10, 22)),
        ("Gunmen killed five soldiers on 30 December.", date(2023, 12, 30), date(2023, 12, 30)),
        ("Gunmen killed five soldiers earlier this month.", date(2024, 10, 1), date(2024, 10, 24)),
        ("Gunmen killed five soldiers two days ago.", date(2024, 10, 22), date(2024, 10, 22)),
    ],
)
def test_a_date_is_read_against_the_publication(text: str, start: date, end: date) -> None:
    when = casualties(text)[0].when
    assert when is not None
    assert (when.start, when.end) == (start, end)


def test_an_unknown_date_is_not_today() -> None:
    assert casualties("Gunmen killed five soldiers.")[0].when is None
    undated = facts.read(item("", "Gunmen killed five soldiers on Tuesday.", published=None))
    assert all(fact.when is None for fact in undated)


def test_the_hour_before_which_it_was_does_not_hide_the_day() -> None:
    when = casualties("Gunmen killed two guards before dawn on Sunday.")[0].when
    assert when is not None
    assert when.start == date(2024, 10, 20)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The air force targets a market in Nyala, killing 30 people.", "air strike"),
        ("Missiles hit an apartment block in Dnipro; 40 residents are dead.", "air strike"),
        ("The air force bombed a hideout in Zamfara.", "bombing"),
        ("Army jets pounded a hospital near Idlib.", "air strike"),
        ("Rebel fighters targeted a checkpoint in Kismayo.", "attack"),
        ("Tribal violence kills dozens of villagers in Jonglei.", "clash"),
        ("At least 30 villagers were killed in ethnic unrest in Plateau State.", "clash"),
        ("ISIS fighters attempted to overrun a base near Hasakah.", "attack"),
        ("A failed attempt to storm the prison left four guards dead.", "attack"),
    ],
)
def test_an_attack_is_told_by_what_it_hits_or_tries_too(text: str, kind: str) -> None:
    (found,) = operations(text)
    assert (found.operation, found.modality) == (kind, Modality.HAPPENED)


@pytest.mark.parametrize(
    "text",
    [
        "The company targets a market of 30 million people.",
        "A truck hit a school bus, killing two pupils.",
        "The army targets a recruitment of 3,000 soldiers.",
        "The minister condemned the violence in the capital.",
    ],
)
def test_other_targets_and_hits_are_no_attack(text: str) -> None:
    assert operations(text) == []


def test_who_plans_to_try_has_attacked_nothing() -> None:
    (found,) = operations("The group vowed to attempt to overrun the base.")
    assert found.modality is Modality.PLANNED


def test_the_fallen_that_a_side_tells_of_are_its_own() -> None:
    (dead,) = casualties("SDF: three fighters martyred in Deir ez-Zor, ISIS cell dismantled")
    assert dead.party == "kurdish"


@pytest.mark.parametrize(
    ("text", "name", "country", "precision"),
    [
        ("A bomb killed five soldiers in Hawija.", "Hawija", "IQ", Precision.TOWN),
        ("A bomb killed five soldiers in Dayr az Zawr, Syria.", "Deir ez-Zor", "SY", Precision.TOWN),
        ("A rocket hit the garrison at al-Tanf and killed five soldiers.", "al-Tanf", "SY", Precision.SITE),
        ("Gunmen killed five soldiers in Anbar province.", "Anbar", "IQ", Precision.PROVINCE),
        ("Gunmen killed five soldiers in Niger.", "Niger", "NE", Precision.COUNTRY),
        ("Gunmen killed five villagers in Niger State, Nigeria.", "Niger State", "NG", Precision.PROVINCE),
        (
            "Eight soldiers were killed in Kpendal Prefecture, Togo, near Burkina Faso.",  # which nobody has on a map
            "Togo",
            "TG",
            Precision.COUNTRY,
        ),
    ],
)
def test_a_place_is_resolved_with_its_precision(text: str, name: str, country: str, precision: Precision) -> None:
    place = casualties(text)[0].place
    assert place is not None
    assert (place.name, place.country, place.precision) == (name, country, precision)
    assert (place.latitude is None) == (precision in (Precision.COUNTRY, Precision.PROVINCE))


def test_a_capital_that_speaks_is_no_place() -> None:
    place = casualties("Baghdad says five soldiers were killed in Kirkuk.")[0].place
    assert place is not None
    assert place.name == "Kirkuk"
    assert casualties("Baghdad says five soldiers were killed.")[0].place is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Five people were killed near Gao, the army said Tuesday.", "2024-10-21/2024-10-22"),
        ("Police said on Tuesday that five people were killed on Sunday.", "2024-10-20/2024-10-20"),
        ("The army said Tuesday's attack killed five people.", "2024-10-22/2024-10-22"),
    ],
)
def test_the_day_on_which_it_was_told_is_not_that_of_the_event(text: str, day: str) -> None:
    when = casualties(text)[0].when
    assert when is not None
    assert f"{when.start}/{when.end}" == day


def test_a_headline_says_before_a_colon_who_it_has_it_from() -> None:
    said = {
        title: (one.said.who if one.said is not None else None)
        for title in (
            "CENTCOM: 14 ISIS members killed in raid",
            "Witnesses: dozens killed in strike on market",
            "Iraq: five soldiers killed in ambush",
            "Boko Haram: 12 killed in Borno",
            "Nobody has claimed the attack that killed five",
        )
        for one in casualties("", title=title)
    }
    assert list(said.values()) == ["CENTCOM", "Witnesses", None, None, None]


def test_who_says_so_and_what_they_are_to_it() -> None:
    centcom = casualties("Nine militants were killed in the raid, CENTCOM said.")[0].said
    assert centcom is not None
    assert (centcom.who, centcom.role) == ("CENTCOM", Role.SIDE)
    observatory = casualties("The Syrian Observatory for Human Rights reported that nine soldiers were killed.")[0].said
    assert observatory is not None
    assert observatory.role is Role.THIRD
    police = casualties("Nine people were killed in the bombing, according to police.")[0].said
    assert police is not None
    assert police.role is Role.AUTHORITY


def test_an_operation_has_kind_weapon_target_and_named_persons() -> None:
    (found,) = operations("A drone strike killed ISIS commander Abu Sample near Raqqa.")
    assert (found.operation, found.targets) == ("air strike", ("isis",))
    assert "drone" in found.weapons
    assert [(person.name, person.fate) for person in found.people] == [("Abu Sample", "killed")]


def test_an_armed_groups_size_is_a_strength_and_no_toll() -> None:
    text = "The group is estimated to have between 2,000 and 3,000 ISIS fighters in the desert of Syria."
    assert people(text) == []
    (size,) = strengths(text)
    assert (size.party, size.low, size.high) == ("isis", 2000, 3000)
