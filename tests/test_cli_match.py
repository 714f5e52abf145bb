"""``monitor match`` and ``monitor schema``: what a rule editor tries by hand."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from house import House, Run, entry, rss
from servers import Answer, FeedServer

from monitor import config
from monitor import settings as settings_module
from monitor.cli import FAILURE, FINDINGS, OK, USAGE, main, terminal
from monitor.cli.terminal import Screen
from monitor.model import Evidence

RULES = """\
lists:
  isis: ["=ISIS", Daesh, "Islamic State", داعش]
rules:
  - id: raid
    title: Raid on ISIS
    category: operation
    level: critical
    when: |
      (@isis NEAR/6 raid*) AND NOT title:(film OR novel)
    examples: {match: ["Raid on ISIS"], ignore: ["Raid in a novel on ISIS"]}
  - id: official
    title: Official word
    category: operation
    level: low
    when: |
      raid* AND tier:official
  - id: deep
    title: In the body
    category: operation
    level: low
    when: |
      body:hawija
"""


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, {"wire": "http://127.0.0.1:9/"}, {"desk": "console://"}, rules=RULES)


@pytest.fixture
def run(house: House, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def run(*words: str) -> tuple[int, str, str]:
        code = main([*words, "--config", str(house.config), "--data", str(house.folder / "data")])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def lines(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_a_text_is_shown_with_the_words_that_each_matching_rule_found(run: Run) -> None:
    code, out, _ = run("match", "Dawn raid hits Daesh cell")
    assert code == OK
    assert "Dawn «raid» hits «Daesh» cell" in out
    assert "MATCH    raid  critical · operation · Raid on ISIS\n         found    raid (raid*), Daesh\n" in out
    assert out.endswith("2 of 3 rules match\n")  # what came from no feed meets every condition on its feed


def test_the_first_line_is_the_title_and_the_rest_the_summary(run: Run) -> None:
    _, out, _ = run("match", "Night film\nA raid on ISIS", "--json")
    [told] = lines(out)
    assert (told["title"], told["summary"]) == ("Night film", "A raid on ISIS")
    [raid] = [each for each in told["rules"] if each["rule"] == "raid"]
    assert raid["holds"] is False
    assert [each["words"] for each in raid["blocked"]] == ["film"]


def test_a_text_that_nothing_matches_shows_the_rules_that_came_closest(run: Run) -> None:
    code, out, _ = run("match", "ISIS gains ground")
    assert code == FINDINGS
    assert "no       raid  Raid on ISIS\n         found    ISIS\n         missing  raid*\n" in out
    assert "0 of 3 rules match" in out


def test_the_claims_of_a_text_are_shown_with_their_words(run: Run) -> None:
    _, out, _ = run(
        "match", "Two US soldiers were wounded in a raid near Mosul\nThe army denied that anyone was killed."
    )
    assert "CLAIM    2 US wounded · near Mosul\n         title    «Two US soldiers were wounded» in a raid" in out
    [told] = lines(run("match", "Two US soldiers were wounded in a raid near Mosul", "--json")[1])
    wounded = told["facts"][0]
    assert (wounded["kind"], wounded["outcome"], wounded["low"]) == ("casualty", "wounded", 2)
    assert told["title"][wounded["start"] : wounded["end"]] == wounded["evidence"]


def test_a_rule_with_a_predicate_names_the_claims_it_took(run: Run, house: House) -> None:
    house.write(
        "rules/rules.yaml",
        "rules:\n  - {id: toll, title: Toll, category: casualties, level: high, when: 'casualties(party=us)'}\n",
    )
    text = "Two US soldiers and nine ISIS fighters were killed in a raid"
    code, out, _ = run("match", text)
    assert code == OK
    assert "claims   2 US killed\n" in out
    [told] = lines(run("match", text, "--json")[1])
    [number] = told["matches"][0]["claims"]
    assert (told["facts"][number]["party"], told["facts"][number]["low"]) == ("us", 2)
    code, out, _ = run("match", "Nine ISIS fighters were killed in a raid", "--rule", "toll")
    assert code == FINDINGS
    assert "no fact satisfies it: “Nine ISIS fighters were killed”: party is isis" in out


def test_a_claim_is_read_in_the_language_of_its_feed(run: Run, house: House, tmp_path: Path) -> None:
    house.write("feeds.yaml", "feeds:\n  - {id: fil, title: Fil, url: 'https://f.example.org/', lang: fr}\n")
    archive = tmp_path / "items.jsonl"
    row = {"id": "a", "date": "2024-10-22", "title": "Raid au Mali: trois soldats ont été tués", "feed": "fil"}
    archive.write_text(json.dumps(row))
    [told] = lines(run("match", str(archive), "--json")[1])
    assert [(each["outcome"], each["low"], each["lang"]) for each in told["facts"]][:1] == [("killed", 3, "fr")]


def test_a_rule_that_is_asked_for_says_what_is_missing_and_what_stands_against_it(run: Run) -> None:
    code, out, _ = run("match", "A novel about ISIS", "--rule", "raid")
    assert code == FINDINGS
    assert "missing  raid*" in out
    assert "against  novel" in out
    assert "official" not in out


def test_the_ways_in_which_a_rule_could_hold_have_a_line_each_and_a_long_list_is_told_by_a_few_terms(
    run: Run, house: House
) -> None:
    towns = ", ".join(f"town{n}" for n in range(40))
    house.write("rules/more.yaml", f"""\
lists: {{towns: [{towns}], acts: [seized, stormed, shelled, bombed, burnt, mined, looted, razed, cleared]}}
rules:
  - {{id: front, category: front, level: low, when:
      (@towns AND @acts) OR (siege AND @acts) OR (@towns AND siege AND (a OR b))}}
""")  # fmt: skip
    _, out, _ = run("match", "Nothing of it", "--rule", "front")
    said = [line.strip() for line in out.splitlines() if line.startswith("         ")]
    assert said == [
        "missing  (siege and (seized | stormed | shelled | … 6 more))",
        "or       ((seized | stormed | shelled | … 6 more) and (town0 | town1 | town2 | … 37 more))",
        "or       (siege and (town0 | town1 | town2 | … 37 more) and (a | b))",
    ]


def test_an_unknown_rule_is_wrong_usage_with_the_likely_one(run: Run) -> None:
    assert run("match", "x", "--rule", "riad") == (USAGE, "", "monitor: no rule riad; did you mean raid?\n")


def test_json_tells_offsets_into_the_text_that_was_judged(run: Run) -> None:
    _, out, _ = run("match", "غارة على داعش: raid", "--rule", "raid", "--json")
    [told] = lines(out)
    for place in told["matches"][0]["evidence"]:
        assert told[place["field"]][place["start"] : place["end"]] == place["words"]
    assert {place["words"] for place in told["matches"][0]["evidence"]} == {"داعش", "raid"}


def test_a_text_comes_from_a_file_or_from_standard_input(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "note.txt"
    path.write_text("\ufeffRaid on ISIS\nTwo held\n", encoding="utf-8")
    assert "«Raid» on «ISIS»\n  Two held" in run("match", str(path))[1]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Raid on ISIS")))
    assert "«Raid» on «ISIS»" in run("match", "-")[1]


def test_a_file_name_that_leads_nowhere_is_not_taken_for_a_text(run: Run) -> None:
    code, out, err = run("match", "items.jsonl")
    assert (code, out) == (USAGE, "")
    assert "there is no file items.jsonl" in err


def test_each_item_of_an_archive_is_judged_by_its_own_feed(run: Run, house: House, tmp_path: Path) -> None:
    house.write(
        "feeds.yaml", "feeds:\n  - {id: ministry, title: Ministry, url: 'https://m.example.org/', tier: official}\n"
    )
    archive = tmp_path / "items.jsonl"
    rows = [
        {"id": "a", "date": "2024-10-22", "title": "Raid near Hawija", "feed": "ministry"},
        {"id": "b", "date": "2024-10-22", "title": "Raid near Hawija", "feed": "blog"},
        {"id": "c", "date": "2024-10-23", "title": "Quiet \ud800 day", "body": "in Hawija"},
    ]
    archive.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    code, out, _ = run("match", str(archive))
    assert code == OK
    assert "a · 2024-10-22 00:00Z · ministry" in out
    assert "body: in «Hawija»" in out
    assert out.endswith(f"2 of 3 items of {archive} match a rule\n")
    told = {
        each["id"]: [match["rule"] for match in each["matches"]]
        for each in lines(run("match", str(archive), "--json")[1])
    }
    assert told == {"a": ["official"], "b": [], "c": ["deep"]}


def test_an_address_of_a_feed_has_each_of_its_items_judged(run: Run, house: House) -> None:
    with FeedServer({"/feed": Answer(body=rss(entry(1, "Raid on ISIS"), entry(2, "Market opens")))}) as server:
        house.feeds({"wire": server.url("/feed")})
        code, out, _ = run("match", server.url("/feed"))
    assert code == OK
    assert "«Raid» on «ISIS»" in out
    assert "https://news.example.org/1" in out
    assert "Market" not in out
    assert "1 of 2 items of" in out


def test_a_web_page_is_judged_by_its_title_and_description_and_its_text_is_the_body(run: Run, house: House) -> None:
    page = (
        b"<!doctype html><html><head><title>Raid &amp; aftermath: ISIS</title>"
        b'<meta name="description" content="Two cells hit"></head><body><p>Near Hawija</p></body></html>'
    )
    with FeedServer({"/page": Answer(body=page, headers={"Content-Type": "text/html"})}) as server:
        house.feeds({"wire": server.url("/page")})
        _, out, _ = run("match", server.url("/page"), "--json")
    [told] = lines(out)
    assert (told["title"], told["summary"]) == ("Raid & aftermath: ISIS", "Two cells hit")
    assert [match["rule"] for match in told["matches"]] == ["raid", "official", "deep"]


def test_a_private_address_is_not_fetched_and_the_reason_is_told(run: Run) -> None:
    code, out, err = run("match", "http://127.0.0.1:1/feed")
    assert (code, out) == (FAILURE, "")
    assert "loopback" in err


def test_a_channel_without_its_secret_keeps_nobody_from_trying_a_rule(run: Run, house: House) -> None:
    house.channels({"desk": "mailto://${NOBODY_SET_THIS}@example.org"})
    assert run("match", "Raid on ISIS")[0] == OK


def test_no_text_reaches_the_terminal_with_a_code_that_it_obeys(run: Run) -> None:
    _, out, _ = run("match", "Raid on ISIS\x1b]0;owned\x07 \x1b[2J\u202eknat\nsum\x9b31mmary")
    assert not set(out) & set("\x1b\x07\x9b\u202e")


# --- on a terminal -------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Terminal]:
    def make(width: int) -> Terminal:
        monkeypatch.setenv("COLUMNS", str(width))
        monkeypatch.delenv("NO_COLOR", raising=False)
        monkeypatch.setenv("TERM", "xterm")
        return Terminal()

    return make


def test_evidence_is_coloured_on_a_terminal_and_marked_where_there_is_no_colour(
    terminal_of: Callable[[int], Terminal], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [Evidence("title", 0, 4, "raid"), Evidence("title", 2, 7, "x"), Evidence("body", 0, 1, "y")]
    out = terminal_of(80)
    Screen(out).line(*terminal.marked("Raid on ISIS", found, "title"))
    assert out.getvalue() == "\x1b[1;33mRaid on\x1b[0m ISIS\n"
    monkeypatch.setenv("NO_COLOR", "1")
    out = Terminal()
    Screen(out).line(*terminal.marked("Raid on ISIS", found, "title"))
    assert out.getvalue() == "«Raid on» ISIS\n"


@pytest.mark.parametrize("width", [30, 80, 120])
def test_no_line_is_wider_than_the_terminal_and_no_word_is_lost(
    terminal_of: Callable[[int], Terminal], width: int
) -> None:
    out = terminal_of(width)
    text = "Iraqi commandos raided a hideout near Kirkuk before dawn 習近平 and قتل seven " * 6
    Screen(out).line(("label    ", "dim"), text, indent=4, hang=9)
    plain = out.getvalue().replace("\x1b[2m", "").replace("\x1b[0m", "")
    shown = plain.splitlines()
    assert all(terminal.cells(line) <= width for line in shown)
    assert all(line.startswith(" " * 13) for line in shown[1:])
    assert " ".join(plain.split()) == f"label {text}".strip()


def test_output_to_a_pipe_has_no_colour_and_no_wrapping(house: House) -> None:
    text = "Raid on ISIS " + "and more " * 40
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "match", text], capture_output=True, env=os.environ | house.env, check=False
    )
    assert done.returncode == OK, done.stderr
    assert done.stderr == b""
    assert b"\x1b" not in done.stdout
    assert done.stdout.decode().splitlines()[0].startswith("«Raid» on «ISIS» and more and more")
    assert len(done.stdout.decode().splitlines()[0]) > 300


# --- schema --------------------------------------------------------------------------------------


def test_schema_prints_one_or_all_and_writes_a_file_for_each(run: Run, tmp_path: Path) -> None:
    every = {**config.schemas(), "settings": settings_module.schema()}
    code, out, _ = run("schema")
    assert (code, json.loads(out)) == (OK, every)
    assert json.loads(run("schema", "rules")[1]) == every["rules"]
    code, out, _ = run("schema", "--out", str(tmp_path / "schema"))
    assert out.splitlines() == [str(tmp_path / "schema" / f"{name}.json") for name in every]
    for name, schema in every.items():
        assert json.loads((tmp_path / "schema" / f"{name}.json").read_text(encoding="utf-8")) == schema


def test_a_schema_that_does_not_exist_is_wrong_usage(run: Run, tmp_path: Path) -> None:
    code, _, err = run("schema", "rule")
    assert code == USAGE
    assert "there are: feeds, rules, channels, digests, publishers, settings" in err
    (tmp_path / "file").write_text("")
    assert run("schema", "--out", str(tmp_path / "file"))[0] == FAILURE


def test_a_single_letter_that_an_expression_found_is_no_word_to_show(run: Run, house: House) -> None:
    house.write(
        "rules/rules.yaml",
        "rules:\n  - {id: any, title: Any, category: c, level: low, when: 'title:/\\S/ AND raid'}\n",
    )
    code, out, _ = run("match", "Dawn raid", "--json")
    assert code == OK
    [told] = lines(out)
    assert [place["words"] for place in told["matches"][0]["evidence"]] == ["raid"]
