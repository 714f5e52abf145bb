"""``monitor rules test``, ``lint`` and ``diff``: proof, style, and what an edit changes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from house import House, Run, cycle, entry, rss
from servers import Answer, FeedServer

from monitor.cli import CONFIGURATION, FINDINGS, OK, USAGE

RULES = """\
lists:
  isis: [ISIS, Daesh]
rules:
  - id: raid
    title: Raid on ISIS
    category: operation
    level: high
    when: |
      @isis AND raid*
    examples:
      match:
        - Raid on ISIS
        - Raids hit Daesh
      ignore: [Film on ISIS]
  - id: troops
    title: Troops on the move
    category: posture
    level: low
    when: |
      troops
"""
WIDER = RULES.replace("@isis AND raid*", "@isis AND (raid* OR kill*)")
NARROWER = RULES.replace("@isis AND raid*", "@isis AND raid* AND NOT dawn")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, {"wire": "http://127.0.0.1:9/"}, {"desk": "console://"}, rules=RULES)


def rules_in(folder: Path, text: str, name: str = "rules.yaml") -> Path:
    """A folder of rule files with one in it."""
    folder.mkdir()
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def archive(path: Path, *titles: str) -> Path:
    """An archive of items a day apart, from 1 October 2024 on."""
    rows = [
        {"id": str(n), "date": f"2024-10-{n:02}", "title": title, "feed": "wire", "url": f"https://example.org/{n}"}
        for n, title in enumerate(titles, 1)
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


# --- rules test ----------------------------------------------------------------------------------


def test_examples_that_hold_are_counted_rule_by_rule(run: Run) -> None:
    code, out, err = run("rules", "test")
    assert (code, err) == (OK, "")
    assert out.splitlines() == [
        "RULE    MATCH  IGNORE",
        "raid    2/2    1/1",
        "troops  -      -       no examples",
        "",
        "2 rules, 3 examples: all hold",
    ]


def test_an_example_that_fails_is_shown_with_its_place_and_the_reason(run: Run, house: House) -> None:
    text = RULES.replace("Raids hit Daesh", "Daesh loses ground").replace("[Film on ISIS]", "[Raid in a film on ISIS]")
    house.write("rules/rules.yaml", text)
    code, out, _ = run("rules", "test")
    assert code == FINDINGS
    file = house.config / "rules/rules.yaml"
    assert f"{file}:13:11: raid does not match its example\n    «Daesh» loses ground\n    missing  raid*\n" in out
    assert f"{file}:14:16: raid matches an example it must ignore\n    «Raid» in a film on «ISIS»\n" in out
    assert out.endswith("2 rules, 3 examples: 2 fail\n")


def test_results_as_json_and_junit_say_the_same(run: Run, house: House, tmp_path: Path) -> None:
    house.write("rules/rules.yaml", RULES.replace("Raids hit Daesh", '"<Daesh> & \\"loses\\" ground"'))
    report = tmp_path / "report.xml"
    code, out, _ = run("rules", "test", "--json", "--junit", str(report))
    told = json.loads(out)
    assert code == FINDINGS
    assert (told["ok"], told["examples"], told["failed"], told["without_examples"]) == (False, 3, 1, ["troops"])
    suites = ElementTree.parse(report).getroot()  # noqa: S314 - written a moment ago
    assert (suites.get("tests"), suites.get("failures")) == ("3", "1")
    [suite] = suites
    cases = list(suite)
    for result, case in zip(told["results"], cases, strict=True):
        assert case.get("classname") == result["rule"]
        assert (case.get("file"), case.get("line")) == (result["file"], str(result["line"]))
        assert (case.find("failure") is None) is result["ok"]
    [failure] = suites.iter("failure")
    assert failure.get("message") == "rule raid does not match its example"
    assert "missing: raid*" in (failure.text or "")


def test_a_rule_that_does_not_compile_is_a_configuration_error_in_every_form(run: Run, house: House) -> None:
    house.write("rules/rules.yaml", RULES.replace("@isis AND", "@issi AND"))
    code, out, err = run("rules", "test")
    assert (code, out) == (CONFIGURATION, "")
    assert ":9:7: " in err
    assert "did you mean @isis?" in err
    assert "    @issi AND raid*\n    ^^^^^\n" in err
    code, out, err = run("rules", "lint", "--json")
    assert (code, err) == (CONFIGURATION, "")
    [problem] = json.loads(out)["problems"]
    assert (problem["line"], problem["column"]) == (9, 7)


def test_problems_of_other_files_do_not_keep_rules_from_being_tested(run: Run, house: House) -> None:
    house.write("channels.yaml", "channels: nonsense")
    house.write("digests.yaml", "digests: [{id: x, nonsense: 1}]")
    assert run("rules", "test")[0] == OK
    assert run("check")[0] == CONFIGURATION


def test_the_caret_of_a_problem_stands_under_its_place(run: Run, house: House) -> None:
    house.write("rules/rules.yaml", RULES.replace("level: high", "level: hihg"))
    _, _, err = run("rules", "test")
    assert "    level: hihg\n           ^\n" in err


# --- rules lint ----------------------------------------------------------------------------------


def test_findings_are_shown_with_their_line_and_a_caret(run: Run, house: House) -> None:
    house.write("rules/rules.yaml", RULES.replace("      troops\n", "      troops OR soldiers AND army\n"))
    code, out, _ = run("rules", "lint")
    assert code == FINDINGS
    [first, line, caret, *_] = out.splitlines()
    assert first.startswith(f"{house.config / 'rules/rules.yaml'}:20:17: mixed: ")
    assert line.strip() == "troops OR soldiers AND army"
    assert caret.index("^") == line.index("soldiers")
    code, out, _ = run("rules", "lint", "--json")
    [finding] = json.loads(out)["findings"]
    assert (finding["kind"], finding["rule"], finding["line"], finding["column"]) == ("mixed", "troops", 20, 17)


def test_rules_with_nothing_to_say_of_are_clean(run: Run) -> None:
    assert run("rules", "lint")[:2] == (OK, "2 rules: no finding\n")


def test_a_finding_in_a_list_shows_the_line_of_the_list(run: Run, house: House) -> None:
    house.write("rules/rules.yaml", RULES.replace("isis: [ISIS, Daesh]", "isis: [ISIS, Daesh]\n  spare: [zebra]"))
    code, out, _ = run("rules", "lint")
    assert code == FINDINGS
    assert "    spare: [zebra]\n    ^\n" in out
    assert out.endswith("(1 unused)\n")


# --- rules diff ----------------------------------------------------------------------------------


def test_an_edit_is_told_by_what_it_gains_and_loses_over_an_archive(run: Run, tmp_path: Path) -> None:
    old, new = rules_in(tmp_path / "old", NARROWER), rules_in(tmp_path / "new", WIDER)
    items = archive(
        tmp_path / "items.jsonl", "Dawn raid on ISIS", "Army kills ISIS men", "Raid on Daesh", "Market opens"
    )
    code, out, err = run("rules", "diff", str(old), str(new), "--items", str(items))
    assert (code, err) == (OK, "")
    assert out.splitlines()[0] == f"+2 −0 in {items}, of 4 items"
    assert "  + 2024-10-01  Dawn «raid» on «ISIS»  wire\n  + 2024-10-02  Army «kills» «ISIS» men  wire\n" in out
    code, out, _ = run("rules", "diff", str(new), str(old), "--items", str(items))
    assert out.splitlines()[:2] == [
        f"+0 −2 in {items}, of 4 items",
        "0 items matched by no rule before, 2 by none any more",
    ]
    assert "  − 2024-10-02  Army «kills» «ISIS» men  wire\n                now missing raid*\n" in out


def test_since_counts_back_from_the_newest_item_of_an_archive(run: Run, tmp_path: Path) -> None:
    old, new = rules_in(tmp_path / "old", RULES), rules_in(tmp_path / "new", WIDER)
    items = archive(tmp_path / "items.jsonl", *["Army kills ISIS men"] * 9)
    told = json.loads(run("rules", "diff", str(old), str(new), "--items", str(items), "--since", "2d", "--json")[1])
    assert (told["items"], told["gained"], told["lost"], told["items_newly_matched"]) == (3, 3, 0, 3)
    assert [each["key"] for each in told["differences"]] == ["7", "8", "9"]
    first = told["differences"][0]
    assert (first["change"], first["rule"], first["published"]) == ("gained", "raid", "2024-10-07T00:00:00Z")
    assert {place["words"] for place in first["evidence"]} == {"kills", "ISIS"}


def test_rules_that_come_and_go_are_said_to(run: Run, tmp_path: Path) -> None:
    old = rules_in(tmp_path / "old", RULES)
    new = rules_in(tmp_path / "new", RULES.replace("id: troops", "id: soldiers"))
    items = archive(tmp_path / "items.jsonl", "US troops deploy")
    _, out, _ = run("rules", "diff", str(old), str(new), "--items", str(items))
    assert "soldiers  +1      0     new rule\ntroops    0       −1    rule removed\n" in out


def test_a_single_file_takes_the_lists_it_lacks_from_the_configuration(run: Run, tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("rules:\n  - {id: raid, title: R, category: operation, level: low, when: '@isis'}\n")
    items = archive(tmp_path / "items.jsonl", "Film on ISIS")
    code, out, _ = run("rules", "diff", str(tmp_path / "config"), str(mine), "--items", str(items))
    assert code == OK
    assert out.startswith("+1 −0 ")


def test_a_mistake_in_a_folder_of_rules_is_told_by_the_name_people_know(run: Run, tmp_path: Path) -> None:
    old = rules_in(tmp_path / "old", RULES.replace("@isis AND", "@issi AND"), "mine.yaml")
    code, _, err = run("rules", "diff", str(old), str(tmp_path / "config"))
    assert code == CONFIGURATION
    assert err.startswith(f"{tmp_path / 'old' / 'mine.yaml'}:9:7: ")


@pytest.mark.parametrize("words", [("nowhere", "."), (".", "nowhere"), (".", ".", "--since", "soon")])
def test_what_can_not_be_compared_is_wrong_usage(run: Run, words: tuple[str, ...]) -> None:
    assert run("rules", "diff", *words)[0] == USAGE


def test_the_archive_of_the_store_is_compared_by_the_last_version_of_each_item(
    run: Run, house: House, tmp_path: Path
) -> None:
    new = rules_in(tmp_path / "new", WIDER)
    now = datetime.now(UTC).replace(microsecond=0)
    pages = [
        rss(entry(1, "Army kills ISIS men", published=now), entry(2, "Market opens", published=now)),
        rss(entry(1, "Army pursues gunmen", published=now), entry(2, "Army kills Daesh man", published=now)),
    ]
    with FeedServer() as server:
        house.feeds({"wire": server.url("/feed")})
        for number, page in enumerate(pages):
            server.routes["/feed"] = Answer(body=page)
            with house.monitor(now) as monitor:
                cycle(monitor, now + timedelta(minutes=2 * number))
    code, out, _ = run("rules", "diff", str(house.config), str(new))
    assert code == OK
    assert out.startswith("+1 −0 in the last 30 days, of 2 items\n")
    assert f"  + {now:%Y-%m-%d}  Army «kills» «Daesh» man  wire\n" in out


def test_an_empty_archive_says_so_and_what_to_name_instead(run: Run, house: House) -> None:
    code, out, err = run("rules", "diff", str(house.config), str(house.config), "--since", "7d")
    assert code == OK
    assert out.startswith("+0 −0 in the last 7 days, of 0 items")
    assert "--items FILE.jsonl" in err


def test_the_rules_of_a_whole_folder_can_be_tried_from_a_shell(house: House) -> None:
    shutil.copytree(house.config, house.folder / "old")
    house.write("rules/rules.yaml", WIDER)
    items = archive(house.folder / "items.jsonl", "Army kills ISIS men")
    words = ["rules", "diff", str(house.folder / "old"), str(house.config), "--items", str(items)]
    done = subprocess.run(
        [sys.executable, "-m", "monitor", *words], capture_output=True, env=house.env, check=False, text=True
    )
    assert (done.returncode, done.stderr) == (OK, "")
    assert done.stdout.startswith("+1 −0 ")
