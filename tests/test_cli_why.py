"""``monitor why``: every verdict can be explained afterwards."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from house import NOON, RULES, House, Run, cycle, entry, rss
from post import mail_server
from servers import Answer, FeedServer

from monitor import app
from monitor.cli import FINDINGS, OK, USAGE, main

LATER = NOON + timedelta(minutes=3)
NARROWER = RULES.replace("(raid* OR kill* OR strike*)", "(raid* OR strike*)")
MORE = """\
  - id: troops
    title: Troops on the move
    category: posture
    level: low
    when: |
      troops NEAR/4 deploy*
"""
DIGESTS = """\
digests:
  - {id: all, title: ISIS watch, channels: [desk, gone], at_once: informational}
  - {id: loud, title: Loud, channels: [night], at_once: critical}
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An installation that polled twice, with the rules edited in between and again after."""
    with FeedServer() as server, mail_server() as good, mail_server(refuse_recipient="550 5.1.1 no such user") as bad:
        channels = {"desk": good.url("a@example.org"), "gone": bad.url("x@example.org"), "night": "console://"}
        house = House(tmp_path_factory.mktemp("why"), {"wire": server.url("/wire.xml")}, channels)
        house.write("digests.yaml", DIGESTS)
        first = [
            entry(1, summary="Iraqi commandos raided a hideout before dawn."),
            entry(2, "Troops hold an exercise near Erbil"),
            entry(3, "Kill the lights: a \u202efilm\u202c on ISIS brides"),
            entry(4, "Market opens in Mosul"),
            "<item><guid>5</guid><description>Ferry resumes at Hit. No delays.</description></item>",
        ]
        server.routes["/wire.xml"] = Answer(body=rss(*first))
        with house.monitor() as monitor:
            cycle(monitor, NOON)
        house.write("rules/rules.yaml", NARROWER + MORE)
        server.routes["/wire.xml"] = Answer(body=rss(entry(1, "Raid 1 kills nine ISIS members"), *first[1:]))
        with house.monitor(LATER) as monitor:
            cycle(monitor, LATER)
        house.write("rules/rules.yaml", NARROWER.replace("@isis AND", "@isis AND NOT nine AND") + MORE)
        yield house


@pytest.fixture
def run(house: House, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: str) -> tuple[int, str, str]:
        code = main(["why", *words, "--config", str(house.config), "--data", str(house.folder / "data")])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def told(run: Run, *words: str) -> dict[str, Any]:
    code, out, _ = run(*words, "--json")
    assert code == OK
    item: dict[str, Any] = json.loads(out)["item"]
    return item


def test_an_item_is_told_from_its_feed_to_every_attempt_to_deliver_it(run: Run) -> None:
    code, out, err = run("https://www.news.example.org/1?utm_source=mail")
    assert (code, err) == (OK, "")
    assert "url         https://news.example.org/1\n" in out
    assert "feed        wire  Wire, national\n" in out
    assert "published   2024-10-24 12:00Z (" in out
    first, second = out.split("Version 2 of 2")
    assert "«Raid» 1 «kills» seven «ISIS» members" in first
    assert "story       begins " in first
    assert "channel     desk  delivered 2024-10-24 12:00Z" in first
    assert "to a@example.org delivered after 1 attempt\n                1  2024-10-24 12:00:00Z  delivered" in first
    assert "channel     gone  dead" in first
    assert "dead  recipient refused: 550 5.1.1 no such user" in first
    assert "night  suppressed (unrouted): no digest of this channel takes it" in first
    assert "story       updates " in second
    assert "ISIS killed 7 → 9" in second


def test_each_version_is_explained_by_the_rules_that_judged_it(run: Run) -> None:
    first, second = told(run, "https://news.example.org/1")["versions"]
    assert first["rule_set"] != second["rule_set"]
    assert {version["explained_by"]["which"] for version in (first, second)} == {"then"}
    assert first["explained_by"]["rule_set"] == first["rule_set"]
    assert [rule["rule"] for rule in first["rules"]] == ["isis-operation"]
    assert [rule["rule"] for rule in second["rules"]] == ["isis-operation", "troops"]
    assert [place["words"] for place in second["matches"][0]["evidence"]] == ["Raid", "ISIS"]
    assert (first["today"], second["today"]) == (["isis-operation"], [])


def test_it_says_that_the_rules_have_changed_and_what_they_would_say_today(run: Run) -> None:
    _, out, _ = run("https://news.example.org/1")
    assert "compiled again from its stored source: the rules have changed since" in out
    assert "today's rules: the same verdict" in out.split("Version 2")[0]
    assert "today's rules: no longer isis-operation" in out.split("Version 2")[1]


def test_an_item_that_no_rule_matched_says_what_was_missing(run: Run) -> None:
    [version] = told(run, "Mosul", "market")["versions"]
    assert (version["matches"], version["story"], version["owed"]) == ([], None, [])
    assert version["rules"][0]["missing"] == ["(ISIS | Daesh | Islamic State)", "(raid* | kill* | strike*)"]
    code, out, _ = run("Mosul market", "--rule", "isis-operation")
    assert code == OK
    assert "no       isis-operation" in out
    assert "missing  (ISIS | Daesh | Islamic State)" in out
    assert "none: no rule matched, so nothing is owed" in out


def test_a_rule_that_is_newer_than_the_verdict_is_explained_as_of_today(run: Run) -> None:
    _, out, _ = run("exercise", "near", "Erbil", "--rule", "troops")
    assert "the rules had no troops then" in out
    assert "today it does not match:" in out
    assert "missing  deploy*" in out


def test_a_rule_that_never_was_is_wrong_usage(run: Run) -> None:
    code, out, err = run("exercise", "--rule", "tropps")
    assert (code, out) == (USAGE, "")
    assert "no rule tropps, neither now nor when the item was judged" in err


def test_several_items_that_fit_are_listed_to_choose_from(run: Run) -> None:
    code, out, _ = run("isis")
    assert code == OK
    assert "Raid 1 kills nine ISIS members" in out
    assert "say which: monitor why KEY" in out
    _, out, _ = run("isis", "--json")
    found = json.loads(out)["found"]
    assert [each["matched"] for each in found] == [True, True]
    assert run(found[0]["key"])[1].startswith(f"item        {found[0]['key']}\n")


def test_an_item_without_a_title_is_found_by_the_words_it_has(run: Run) -> None:
    code, out, _ = run("ferry hit")
    assert code == OK
    assert "Ferry resumes at Hit." in out


def test_what_was_never_seen_gives_advice_and_exits_1(run: Run, house: House) -> None:
    code, out, err = run("https://news.example.org/99")
    assert (code, out) == (FINDINGS, "")
    assert "Was it ever in a polled feed?" in err
    assert "no configured feed is of news.example.org" in err
    code, _, err = run("http://127.0.0.1/nothing")
    assert "feed wire is of that site: ok, last read 2024-10-24 12:03Z" in err
    code, out, err = run("zebra crossing", "--json")
    assert (code, err) == (FINDINGS, "")
    assert json.loads(out)["found"] == []
    assert json.loads(out)["advice"]


def test_no_text_of_a_feed_turns_or_commands_the_terminal(run: Run) -> None:
    _, out, err = run("lights")
    assert "Kill" in out
    assert not set(out + err) & set("\x1b\x07\x9b\u202e")


def test_json_leaves_nothing_out(run: Run) -> None:
    item = told(run, "https://news.example.org/1")
    assert item["feed"]["configured"] is True
    assert item["feed"]["state"]["condition"] == "ok"
    assert item["marks"]["url"] == "news.example.org/1"
    owed = {each["channel"]: each for each in item["versions"][0]["owed"]}
    assert {name: each["status"] for name, each in owed.items()} == {
        "desk": "delivered",
        "gone": "dead",
        "night": "suppressed",
    }
    [delivery] = owed["gone"]["deliveries"]
    assert delivery["delivery"]["recipient"] == "x@example.org"
    assert [attempt["outcome"] for attempt in delivery["attempts"]] == ["dead"]
    assert item["versions"][0]["seen_at"] == "2024-10-24T12:00:00Z"


# --- when things are not as they were ------------------------------------------------------------


@pytest.fixture
def apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[tuple[House, Run]]:
    """An installation of one matched item, for a test to change."""
    with FeedServer({"/wire.xml": Answer(body=rss(entry(1, summary="The raid was at dawn.")))}) as server:
        house = House(tmp_path, {"wire": server.url("/wire.xml")}, {"night": "console://"})
        with house.monitor() as monitor:
            cycle(monitor, NOON)
        capsys.readouterr()

        def run(*words: str) -> tuple[int, str, str]:
            code = main(["why", *words, "--config", str(house.config), "--data", str(house.folder / "data")])
            printed = capsys.readouterr()
            return code, printed.out, printed.err

        yield house, run


def test_rules_that_have_not_changed_are_those_in_force(apart: tuple[House, Run]) -> None:
    _, run = apart
    _, out, _ = run("raid")
    assert ", the one in force\n" in out
    assert "today's rules" not in out


def test_what_happened_can_be_told_while_the_rules_are_refused(apart: tuple[House, Run]) -> None:
    house, run = apart
    house.write("rules/rules.yaml", "rules: nonsense")
    code, out, _ = run("raid")
    assert code == OK
    assert "compiled again from its stored source: the rules are refused now (1 problem)" in out
    assert "MATCH    isis-operation" in out


def test_an_item_whose_texts_were_pruned_keeps_its_verdict(apart: tuple[House, Run]) -> None:
    house, run = apart
    with closing(app.open_store(house.settings)) as store:
        store.prune(NOON + timedelta(days=90), timedelta(days=30))
    code, out, _ = run("raid")
    assert code == OK
    assert "its texts are dropped" in out
    assert "MATCH    isis-operation" in out
    assert "found    Raid (raid*), kills (kill*), ISIS, raid*" in out  # where the text is gone, its term


def test_the_claims_of_a_kept_item_are_told_even_where_its_texts_are_dropped(apart: tuple[House, Run]) -> None:
    house, run = apart
    _, out, _ = run("raid")
    assert "CLAIM    7 ISIS killed\n           title    Raid 1 «kills seven ISIS members»" in out
    [version] = told(run, "raid")["versions"]
    assert (version["facts"][0]["kind"], version["facts"][0]["low"]) == ("casualty", 7)
    with closing(app.open_store(house.settings)) as store:
        store.prune(NOON + timedelta(days=90), timedelta(days=30))
    assert "7 ISIS killed" in run("raid")[1]


def test_a_feed_that_is_no_longer_configured_is_said_to_be(apart: tuple[House, Run]) -> None:
    house, run = apart
    house.write("feeds.yaml", "feeds: []")
    assert "feed        wire  no longer configured" in run("raid")[1]


def test_a_source_that_names_a_rule_file_in_a_comment_is_still_compiled(apart: tuple[House, Run]) -> None:
    """The store keeps all rule files as one text, each after a comment with its name."""
    house, run = apart
    house.write("rules/rules.yaml", f"# rules/rules.yaml\n{NARROWER}")
    house.write("rules/other.yaml", "# Beside rules/rules.yaml\nqueries: {here: Hawija}\n")
    with house.monitor(LATER) as monitor:
        monitor.store.make_due(["wire"], LATER)
    with FeedServer({"/wire.xml": Answer(body=rss(entry(1), entry(7, "Strike on Daesh")))}) as server:
        house.feeds({"wire": server.url("/wire.xml")})
        with house.monitor(LATER) as monitor:
            monitor.poll(LATER)
    house.write("rules/rules.yaml", RULES)
    [version] = told(run, "Strike on Daesh")["versions"]
    assert version["explained_by"]["which"] == "then"


def test_it_is_told_to_a_shell_as_well(apart: tuple[House, Run]) -> None:
    house, _ = apart
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "why", "raid"], capture_output=True, env=house.env, check=False, text=True
    )
    assert (done.returncode, done.stderr) == (OK, "")
    assert "MATCH    isis-operation" in done.stdout
