"""``monitor story show``: a story as it stands, and why each report is in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from house import MINUTES, House, Run, cycle, entry, rss
from servers import Answer, FeedServer

from monitor.cli import FINDINGS, OK, main


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """A command in an installation whose one story has two reports and a toll that rose; another story beside it."""
    with FeedServer() as feeds:
        link = "https://news.example.org/1"
        feeds.routes["/one"] = Answer(body=rss(entry(1), entry(2)))
        feeds.routes["/two"] = Answer(body=rss(entry(9, "Raid 1 kills seven ISIS members", link=link, guid="other")))
        house = House(tmp_path, {name: feeds.url(f"/{name}") for name in ("one", "two")}, {"chat": "console://"})
        with house.monitor() as monitor:
            cycle(monitor, MINUTES[0])
            feeds.routes["/one"] = Answer(body=rss(entry(1, "Raid 1 kills nine ISIS members"), entry(2)))
            cycle(monitor, MINUTES[1])
        capsys.readouterr()

        def run(*words: str) -> tuple[int, str, str]:
            code = main([*words, "--config", str(house.config), "--data", str(house.folder / "data")])
            printed = capsys.readouterr()
            return code, printed.out, printed.err

        yield run


def test_a_story_is_shown_with_its_figures_its_history_and_its_reports(run: Run) -> None:
    code, out, _ = run("story", "show", "Raid 1 kills nine")
    assert code == OK
    lines = [line.strip() for line in out.splitlines()]
    assert any(line.startswith("status") and "reported · 2 reports, 1 origin, 2 feeds" in line for line in lines)
    assert "ISIS killed  9" in lines
    assert any(line.endswith("ISIS killed 7 → 9, One") for line in lines)
    assert any("version 2: a later version of the same item; ISIS killed 7 → 9" in line for line in lines)
    assert any("same URL as item" in line or line.endswith("no story had it") for line in lines)


def test_why_names_the_story_and_its_origins_and_the_story_is_found_by_that_name(run: Run) -> None:
    _, out, _ = run("why", "Raid 1 kills nine", "--json")
    version = json.loads(out)["item"]["versions"][-1]
    assert (version["origin"], version["origins"]) == ("example.org", ["example.org"])
    code, shown, _ = run("story", "show", version["story"]["story"], "--json")
    story = json.loads(shown)["story"]
    assert (code, story["id"]) == (OK, version["story"]["story"])
    assert [figure["label"] for figure in story["state"]["figures"]] == ["ISIS killed"]
    assert {report["join"]["story"] for report in story["reports"]} == {story["id"]}
    assert "monitor story show " + story["id"] in run("why", "Raid 1 kills nine")[1]


def test_several_stories_are_listed_and_none_is_a_finding(run: Run) -> None:
    code, out, _ = run("story", "show", "kills")
    assert code == OK
    assert out.splitlines()[-1] == "say which: monitor story show ID"
    assert len([line for line in out.splitlines() if "Raid" in line]) == 2
    code, out, err = run("story", "show", "nothing of the kind")
    assert (code, out) == (FINDINGS, "")
    assert "no story has this id" in err
