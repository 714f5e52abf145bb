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
        "About 2,500 US troops": 1,
        "900 in": 1,
        "mission may end": 1,
        "1,500 to 3,000 fighters": 1,
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


@pytest.mark.parametrize(
    ("text", "name", "country", "precision"),
    [
        ("A bomb killed five soldiers in Hawija.", "Hawija", "IQ", Precision.TOWN),
        ("A bomb killed five soldiers in Dayr az Zawr, Syria.", "Deir ez-Zor", "SY", Precision.TOWN),
        ("A rocket hit the garrison at al-Tanf and killed five soldiers.", "al-Tanf", "SY", Precision.SITE),
        ("Gunmen killed five soldiers in Anbar province.", "Anbar", "IQ", Precision.PROVINCE),
        ("Gunmen killed five soldiers in Niger.", "Niger", "NE", Precision.COUNTRY),
        ("Gunmen killed five villagers in Niger State, Nigeria.", "Niger State", "NG", Precision.PROVINCE),
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
