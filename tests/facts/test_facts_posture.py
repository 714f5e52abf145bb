from __future__ import annotations

import pytest
from fact_reports import postures


@pytest.mark.parametrize(
    ("text", "action", "force", "low"),
    [
        ("The United States will withdraw its troops from Iraq.", "withdraw", "us", None),
        ("U.S. troops left the country in August.", "withdraw", "us", None),
        ("The withdrawal of U.S. troops from Syria has begun.", "withdraw", "us", None),
        ("Russian forces will withdraw from Syria.", "withdraw", "state", None),
        ("The president orders 1,500 more US troops into Iraq.", "deploy", "us", 1500),
        ("North Korean troops have been deployed to Ukraine.", "deploy", "state", None),
        ("Russian troop deployments near the border alarm Kyiv.", "deploy", "state", None),
        ("France deploys an aircraft carrier to the Red Sea.", "deploy", "coalition", None),
        ("The United Kingdom is to send 200 troops to Tunisia.", "deploy", "coalition", 200),
        ("The US has about 2,500 troops in Iraq.", "strength", "us", 2500),
        ("The US will reduce its troops in Iraq from 5,200 to 3,000.", "reduce", "us", 3000),
        ("The U.S. military withdraws entirely from the air base.", "withdraw", "us", None),
        ("YPG units withdraw from the border town.", "withdraw", "kurdish", None),
        ("Some US troops will remain in Iraq to train the army.", "stay", "us", None),
        ("The Pentagon will keep 500 American troops in Syria.", "stay", "us", 500),
        ("The US withdraws from a gas field base in Deir ez-Zor.", "withdraw", "us", None),
        ("Germany extends its deployment in Iraq for another year.", "stay", "coalition", None),
        ("The US is cutting its military presence to 1,400 this year.", "reduce", "us", 1400),
        ("Turkey masses troops along the Syrian border.", "deploy", "coalition", None),
        ("Italy's 1,100-strong contingent will remain in Iraq.", "stay", "coalition", 1100),
        ("Iraq and the US agree to end the coalition mission.", "mission", "coalition", None),
        ("A carrier strike group arrives in the Gulf of Oman.", "deploy", "state", None),
    ],
)
def test_where_forces_go_stay_and_leave(text: str, action: str, force: str, low: int | None) -> None:
    assert [(move.action, move.force, move.low) for move in postures(text)] == [(action, force, low)]


def test_a_reduction_tells_from_and_to() -> None:
    (move,) = postures("The US will reduce its troops in Iraq from 5,200 to 3,000.")
    assert (move.before, move.low) == (5200, 3000)


def test_a_withdrawal_is_from_a_place() -> None:
    (move,) = postures("The United States will withdraw its troops from Iraq within a year.")
    assert move.place is not None
    assert (move.place.country, move.timeframe, move.phase) == ("IQ", "within a year", "announced")


@pytest.mark.parametrize(
    "text",
    [
        "The Pentagon denies a report that 900 troops will leave Syria.",
        "The US denies that its troops were sent to Syria.",
        "Turkey says it has no plans to withdraw its troops from Syria.",
    ],
)
def test_what_is_denied_of_forces_is_no_move(text: str) -> None:
    assert [move.modality for move in postures(text)] == ["denied"]


def test_a_withdrawal_that_was_completed_is_over() -> None:
    (move,) = postures("The withdrawal of 1,000 US soldiers from Syria was completed on Thursday.")
    assert (move.phase, move.low) == ("complete", 1000)


@pytest.mark.parametrize(
    "text",
    [
        "The United States withdraws from the climate agreement.",
        "Germany extends the deployment of its new tax software.",
        "The striker withdraws from the squad because of injury.",
        "Jim Sample announces his withdrawal from the presidential race.",
        "The bank limits withdrawals from cash machines.",
        "The bus company deploys new buses in the capital.",
        "Rebels advanced on the town and captured a hill.",
    ],
)
def test_other_withdrawals_and_deployments_are_none(text: str) -> None:
    assert postures(text) == []
