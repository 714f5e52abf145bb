"""Mutes: what people asked not to be told for a while is kept back, counted and explained, and nothing else is."""

from __future__ import annotations

import json
import re
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from house import NOON, RULES, House, Run, cycle, entry, rss
from post import Hook
from servers import Answer, FeedServer

from monitor import app
from monitor.cli import CONFIGURATION, FINDINGS, OK, USAGE
from monitor.model import Mute
from monitor.pipeline import Monitor

TWO_RULES = (
    RULES
    + """\
  - id: hawija
    title: Anything in Hawija
    category: place
    level: low
    when: |
      Hawija
"""
)
SOON, LATER = NOON + timedelta(minutes=5), NOON + timedelta(hours=3)


@pytest.fixture
def house(tmp_path: Path, feeds: FeedServer, hook: Hook) -> House:
    brings(feeds)
    return House(tmp_path, {"one": feeds.url("/one"), "two": feeds.url("/two")}, {"chat": hook.url()}, rules=TWO_RULES)


def brings(feeds: FeedServer, *one: str, two: tuple[str, ...] = ()) -> None:
    """What the two feeds hold from now on."""
    feeds.routes["/one"], feeds.routes["/two"] = Answer(body=rss(*one)), Answer(body=rss(*two))


def mute(monitor: Monitor, until: timedelta = timedelta(hours=1), **what: Any) -> int:
    return monitor.store.add_mute(Mute(0, "ana", "exercise season", NOON, NOON + until, **what))


def told(hook: Hook) -> str:
    return "\n".join(f"{call.json.get('title', '')} {call.json['message']}" for call in hook.received)


@pytest.mark.parametrize(
    "what",
    [
        {"rule": "isis-operation"},
        {"feed": "one"},
        {"query": "seven NEAR/3 ISIS"},
        {"rule": "isis-operation", "feed": "one"},
    ],
    ids=str,
)
def test_what_a_mute_covers_is_kept_back_and_counted(
    house: House, feeds: FeedServer, hook: Hook, what: dict[str, str]
) -> None:
    with house.monitor() as monitor:
        mute(monitor, **what)
        brings(feeds, entry(1))
        cycle(monitor, SOON)
        assert hook.received == []
        assert monitor.books().suppressed == {"muted": 1}


@pytest.mark.parametrize(
    "what",
    [{"rule": "hawija"}, {"feed": "two"}, {"query": "Hawija"}, {"query": "feed:two"}, {"story": "another"},
     {"rule": "isis-operation", "feed": "two"}],
    ids=str,
)  # fmt: skip
def test_what_meets_not_every_condition_is_told(
    house: House, feeds: FeedServer, hook: Hook, what: dict[str, str]
) -> None:
    with house.monitor() as monitor:
        mute(monitor, **what)
        brings(feeds, entry(1))
        cycle(monitor, SOON)
        assert "Raid 1 kills seven" in told(hook)
        assert monitor.books().suppressed == {}


def test_a_muted_rule_takes_nothing_from_what_another_rule_matched(house: House, feeds: FeedServer, hook: Hook) -> None:
    with house.monitor() as monitor:
        mute(monitor, rule="isis-operation")
        brings(feeds, entry(1, "Raid in Hawija kills seven ISIS members"), entry(2))
        cycle(monitor, SOON)
        [call] = hook.received
        assert "Raid in Hawija" in call.json["message"]
        assert "LOW" in call.json["title"].upper()  # by what is left
        assert monitor.books().suppressed == {"muted": 1}


def test_what_no_digest_takes_once_a_rule_is_muted_does_not_wait_for_ever(
    house: House, feeds: FeedServer, hook: Hook
) -> None:
    house.digest("at_once: high", ["chat"])
    with house.monitor() as monitor:
        mute(monitor, rule="isis-operation")
        brings(feeds, entry(1, "Raid in Hawija kills seven ISIS members"))
        cycle(monitor, SOON)
        assert hook.received == []
        assert (monitor.books().pending, monitor.books().suppressed) == (0, {"muted": 1})


def test_a_mute_is_over_by_itself_and_what_came_meanwhile_is_not_told_later(
    house: House, feeds: FeedServer, hook: Hook
) -> None:
    house.digest("every: 2h", ["chat"])
    with house.monitor() as monitor:
        mute(monitor, feed="one")
        brings(feeds, entry(1))
        monitor.poll(SOON)
        brings(feeds, entry(1), entry(2))
        cycle(monitor, LATER)
        assert "Raid 2" in told(hook)
        assert "news.example.org/1" not in told(hook)
        assert "1 muted" in told(hook)
        assert monitor.books().suppressed == {"muted": 1}


def test_a_mute_that_is_ended_gives_back_what_no_digest_left_out_yet(
    house: House, feeds: FeedServer, hook: Hook
) -> None:
    house.digest("every: 2h", ["chat"])
    with house.monitor() as monitor:
        number = mute(monitor, feed="one")
        brings(feeds, entry(1))
        monitor.poll(SOON)
        assert monitor.store.end_mute(number, "ben", SOON)
        assert not monitor.store.end_mute(number, "ben", SOON)
        cycle(monitor, LATER)
        assert "Raid 1" in told(hook)


def test_a_mute_outlives_the_process_and_ends_in_another(house: House, feeds: FeedServer, hook: Hook) -> None:
    with house.monitor() as monitor:
        mute(monitor, feed="one")
    brings(feeds, entry(1))
    with house.monitor(SOON) as monitor:
        cycle(monitor, SOON)
        assert hook.received == []
    brings(feeds, entry(1), entry(2))
    with house.monitor(LATER) as monitor:
        cycle(monitor, LATER)
        assert "Raid 2" in told(hook)


def test_a_story_can_be_muted_and_its_updates_with_it(house: House, feeds: FeedServer, hook: Hook) -> None:
    with house.monitor() as monitor:
        brings(feeds, entry(1))
        cycle(monitor, NOON)
        [(_, story)] = monitor.store.matched()
        mute(monitor, story=story)
        brings(feeds, entry(1, "Raid 1 kills nine ISIS members"))
        cycle(monitor, SOON)
        assert len(hook.received) == 1
        assert monitor.books().suppressed == {"muted": 1}


def test_a_mute_goes_with_its_story_when_that_is_merged(house: House, feeds: FeedServer, hook: Hook) -> None:
    with house.monitor() as monitor:
        brings(feeds, entry(1), entry(2))
        cycle(monitor, NOON)
        muted, whole = (monitor.store.find_items(f"https://news.example.org/{number}")[0].key for number in (1, 2))
        mute(monitor, story=muted)
        assert monitor.store.merge_stories(muted, whole) == whole
        brings(feeds, entry(1, "Raid 1 kills nine ISIS members"), entry(2, "Raid 2 kills nine ISIS members"))
        cycle(monitor, SOON)
        assert "nine" not in told(hook)
        assert monitor.books().suppressed == {"muted": 2}


def test_a_muted_report_is_no_source_of_its_story(house: House, feeds: FeedServer, hook: Hook) -> None:
    with house.monitor() as monitor:
        brings(
            feeds,
            entry(1, "Night raid near Hawija kills seven ISIS members, army says"),
            two=(entry(2, "Night raid near Hawija kills nine ISIS members, army says"),),
        )
        mute(monitor, feed="two")
        cycle(monitor, SOON)
        assert len({story for _, story in monitor.store.matched()}) == 1
        assert "news.example.org/1" in told(hook)
        assert "news.example.org/2" not in told(hook)
        assert "nine" not in told(hook)
        assert "9" not in told(hook)


def test_a_preview_leaves_out_what_is_muted_and_says_so(house: House, feeds: FeedServer) -> None:
    house.digest("every: 2h", ["chat"])
    with house.monitor() as monitor:
        mute(monitor, query="1")
        brings(feeds, entry(1), entry(2))
        monitor.poll(SOON)
        [digest] = monitor.preview(monitor.setup.digests[0], "chat", SOON).digests
        assert [one.title for one in digest.entries] == ["Raid 2 kills seven ISIS members"]
        assert digest.suppressed == {"muted": 1}
        assert monitor.books().pending == 2  # nothing was changed


# --- the terminal ------------------------------------------------------------------------------


def test_a_mute_is_added_listed_and_ended(run: Run) -> None:
    code, out, err = run("mute", "add", "--rule", "hawija", "--for", "90m", "--reason", "too much", "--author", "ana")
    assert (code, out) == (OK, "1\n")
    assert "mute 1: rule hawija, until " in err
    code, out, _ = run("mute", "list")
    assert re.search(r"1  active until .* · rule hawija\n    ana, .*: too much · kept back 0\n", out)
    assert "1 mute, the next over in 1h" in run("status")[1]
    assert run("mute", "end", "1", "--author", "ben")[0] == OK
    assert run("mute", "end", "1", "--author", "ben")[0] == FINDINGS
    assert run("mute", "list") == (OK, "", "0 mutes; 1 over: --all\n")
    [one] = json.loads(run("mute", "list", "--all", "--json")[1])
    assert (one["state"], one["ended_by"], one["muted"], one["rule"]) == ("ended", "ben", 0, "hawija")


def test_why_tells_which_mute_kept_an_item_back(house: House, feeds: FeedServer, run: Run) -> None:
    with house.monitor() as monitor:
        mute(monitor, feed="one")
        brings(feeds, entry(1))
        cycle(monitor, SOON)
    _, out, _ = run("why", "raid")
    assert "chat  suppressed (muted): mute 1 of ana until 2024-10-24 13:00Z" in " ".join(out.split("\n"))
    assert "exercise season" in out
    [version] = json.loads(run("why", "raid", "--json")[1])["item"]["versions"]
    assert version["owed"][0]["mute"]["author"] == "ana"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--rule", "hawijja", "--for", "2h"], USAGE, "no rule hawijja; did you mean hawija?"),
        (["--feed", "onne", "--for", "2h"], USAGE, "no feed onne; did you mean one?"),
        (["--story", "nothing", "--for", "2h"], USAGE, "no story nothing"),
        (["--for", "2h"], USAGE, "say what to mute"),
        (["--rule", "hawija", "--for", "soon"], USAGE, "--for: 'soon' is no duration"),
        (["--rule", "hawija", "--until", "soon"], USAGE, "write 2024-10-30 or"),
        (["--rule", "hawija", "--until", "2020-01-01"], USAGE, "2020-01-01 00:00Z is over"),
        (["--rule", "hawija", "--for", "2h", "--reason", " "], USAGE, "a mute needs a --reason"),
        (["--query", "(raid OR", "--for", "2h"], CONFIGURATION, "--query:1:1: this parenthesis is never closed"),
        (["--query", "@isis", "--for", "2h"], CONFIGURATION, "A mute's query stands alone"),
    ],
)
def test_what_can_not_be_muted_is_refused_with_what_to_write(
    run: Run, house: House, words: list[str], code: int, said: str
) -> None:
    given = ["mute", "add", *([] if "--reason" in words else ["--reason", "why"]), "--author", "ana", *words]
    found, out, err = run(*given)
    assert (found, out) == (code, "")
    assert said in err
    with closing(app.open_store(house.settings)) as store:
        assert store.mutes(ended=True) == ()
