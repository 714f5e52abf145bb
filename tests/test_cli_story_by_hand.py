"""``monitor story split`` and ``merge``, and what ``why`` tells of a join."""

from __future__ import annotations

from pathlib import Path

import pytest
from newsroom import HOUR, MORNING, Newsroom, newsroom, report

from monitor.cli import FINDINGS, OK, main

BOTH = (
    report("Joint raid in Anbar kills seven senior ISIS operatives", "Commandos stormed caves in the Horan valley."),
    report(
        "ISIS operatives killed in Anbar raid on Horan valley caves", "Seven died.", feed="daily", at=MORNING + HOUR
    ),
)


def keys(room: Newsroom) -> list[str]:
    return [one.key for item in BOTH for one in room.bring(item)]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    told = capsys.readouterr()
    return code, told.out, told.err


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MONITOR_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("MONITOR_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def test_a_report_is_split_off_and_stories_are_made_one(environment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with newsroom(environment) as room:
        first, second = keys(room)
        assert {key for key, _ in room.monitor.store.joins(first)} >= {second}

    code, out, err = run(capsys, "story", "split", second)
    assert (code, out.strip()) == (OK, second)
    assert err.strip() == f"item {second} is story {second} now"
    assert f"split off by hand from story {first}" in run(capsys, "why", second)[1]

    code, out, _ = run(capsys, "story", "merge", second, first)
    assert (code, out.strip()) == (OK, first)
    code, _, err = run(capsys, "story", "merge", second, first)
    assert (code, err.strip()) == (FINDINGS, f"monitor: {second!r} and {first!r} are one story already")


def test_what_can_not_be_split_is_said(environment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with newsroom(environment) as room:
        (one,) = room.bring(BOTH[0])
    assert run(capsys, "story", "split", one.key)[::2] == (
        FINDINGS,
        f"monitor: item {one.key!r} is alone in its story: there is nothing to split\n",
    )
    assert run(capsys, "story", "split", "no such thing")[0] == FINDINGS
    assert run(capsys, "story", "merge", "nothing", one.key)[2] == "monitor: there is no story 'nothing'\n"


def test_why_tells_what_an_item_copies_and_what_it_is_possibly_the_same_as(
    environment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with newsroom(environment) as room:
        first, second = (
            one.key for number in (1, 7) for one in room.bring(report(f"Raid {number} kills seven ISIS members"))
        )
    assert f"possibly the same as story {first}" in run(capsys, "why", second)[1]


def test_a_story_shows_by_whom_where_and_how_many_forces_there_are(
    environment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    item = report("Syrian rebels kill ISIS commander Abu Omar al-Shami in Hajin", "The US has 900 troops in Syria.")
    with newsroom(environment) as room:
        (one,) = room.bring(item)
    shown = [" ".join(line.split()) for line in run(capsys, "story", "show", one.key)[1].splitlines()]
    assert any(line.startswith("by Syrian rebels · Wire") for line in shown)
    assert any(line.startswith("place Hajin · Wire") for line in shown)
    assert any(line.startswith("named Abu Omar al-Shami (killed) · Wire") for line in shown)
    forces = shown[shown.index("Forces") :]
    assert forces[1] == "US in Syria 900"
    assert forces[2].startswith("900 · Wire")
