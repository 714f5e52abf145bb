"""``monitor export``: facts and items as spreadsheets, scripts and maps take them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from house import NOON, House, Run, cycle, entry, rss
from servers import Answer, FeedServer

from monitor.cli import FINDINGS, OK, USAGE, export, main

DOCS = Path(__file__).resolve().parent.parent / "docs" / "operations.md"
LATER = NOON + timedelta(days=2)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An installation that polled twice, two days apart."""
    with FeedServer() as server:
        house = House(tmp_path_factory.mktemp("export"), {"wire": server.url("/w.xml")}, {"desk": "console://"})
        first = entry(
            1,
            "=Raid near Raqqa kills seven ISIS members",
            "The army said on Tuesday that seven ISIS members were killed in a raid near Raqqa.",
        )
        server.routes["/w.xml"] = Answer(body=rss(first, entry(9, "Market opens in Erbil")))
        with house.monitor() as monitor:
            cycle(monitor, NOON)
        second = entry(2, "Strike kills up to 30 ISIS members in Iraq", published=LATER)
        server.routes["/w.xml"] = Answer(body=rss(second, first))
        with house.monitor(LATER) as monitor:
            cycle(monitor, LATER)
        yield house


@pytest.fixture
def run(house: House, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: str) -> tuple[int, str, str]:
        code = main(["export", *words, "--config", str(house.config), "--data", str(house.folder / "data")])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def rows(out: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(out, newline="")))


def test_a_spreadsheet_gets_a_row_a_fact_in_the_columns_that_the_documentation_promises(run: Run) -> None:
    code, out, err = run("facts")
    assert (code, err) == (OK, "")
    promised = re.search(r"columns of `monitor export facts`: ([^.]+)\.", DOCS.read_text(encoding="utf-8"))
    assert promised is not None
    assert out.split("\r\n")[0].split(",") == re.findall(r"`([a-z_]+)`", promised[1])
    killed = next(row for row in rows(out) if row["outcome"] == "killed")
    assert (killed["party"], killed["low"], killed["high"], killed["country"], killed["near"]) == (
        "isis", "7", "7", "SY", "true",
    )  # fmt: skip
    assert killed["evidence"] in killed["title"]


def test_no_field_of_a_fact_is_without_a_column(run: Run) -> None:
    for line in run("facts", "--format", "jsonl")[1].splitlines():
        assert json.loads(line).keys() <= set(export.FACT_COLUMNS)


def test_a_title_that_a_spreadsheet_would_reckon_with_is_made_harmless(run: Run) -> None:
    titles = {row["title"] for row in rows(run("facts")[1])}
    assert "'=Raid near Raqqa kills seven ISIS members" in titles
    [plain] = {json.loads(line)["title"] for line in run("items", "--format", "jsonl", "--since", "2024-01-01")[1]
               .splitlines() if "Raqqa" in line}  # fmt: skip
    assert plain.startswith("=Raid")  # scripts get what was written


@pytest.mark.parametrize("lead", ["=", "+", "-", "@", "\t=", "\r=", "\u202e=", "＝"])
def test_whatever_begins_a_formula_is_a_text(lead: str) -> None:
    assert export._cell(f"{lead}cmd|' /C calc'!A0")[0] == "'"


def test_a_number_stays_a_number() -> None:
    assert [export._cell(value) for value in (-12.97, 7, True, None, ["a", "b"])] == ["-12.97", "7", "true", "", "a; b"]


def test_a_map_gets_points_of_places_and_none_of_countries(run: Run) -> None:
    code, out, _ = run("facts", "--format", "geojson")
    assert code == OK
    told: dict[str, Any] = json.loads(out)
    assert told["type"] == "FeatureCollection"
    assert len({feature["id"] for feature in told["features"]}) == len(told["features"]) > 2
    for feature in told["features"]:
        about = feature["properties"]
        assert feature["type"] == "Feature"
        assert (feature["geometry"] is not None) == (about["precision"] in ("site", "town", "district"))
        assert not {"latitude", "longitude"} & about.keys()
    point = next(feature for feature in told["features"] if feature["geometry"])
    longitude, latitude = point["geometry"]["coordinates"]  # RFC 7946: longitude first
    assert (round(longitude), round(latitude)) == (39, 36)
    assert point["properties"]["near"] is True
    assert any(feature["properties"]["precision"] == "country" for feature in told["features"])


def test_since_takes_a_date_or_a_span(run: Run) -> None:
    keys = {
        json.loads(line)["title"] for line in run("facts", "--format", "jsonl", "--since", "2024-10-26")[1].splitlines()
    }
    assert keys == {"Strike kills up to 30 ISIS members in Iraq"}
    assert run("facts", "--since", "1h")[0] == FINDINGS
    code, out, err = run("facts", "--since", "yesterday")
    assert (code, out) == (USAGE, "")
    assert "write 2024-10-22, or 12h, 30d" in err


def test_an_empty_map_is_a_map_all_the_same(run: Run) -> None:
    code, out, err = run("facts", "--format", "geojson", "--since", "1h")
    assert code == FINDINGS
    assert json.loads(out) == {"type": "FeatureCollection", "features": []}
    assert "nothing was kept since 1h" in err


def test_items_are_those_that_matched_with_their_rules_and_story(run: Run) -> None:
    code, out, _ = run("items")
    assert code == OK
    assert [(row["rules"], row["level"], row["feed"]) for row in rows(out)] == [("isis-operation", "high", "wire")] * 2
    assert all(row["story"] for row in rows(out))
    assert "Erbil" not in out
