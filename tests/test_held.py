"""What ``tell_when`` keeps back is looked at again whenever its story may bear it out, and not before."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from house import MINUTES, NOON, RULES, House, cycle, entry, rss
from post import Hook
from servers import Answer, FeedServer

from monitor import app
from monitor.model import Mute
from monitor.pipeline import Monitor


def needing(query: str) -> str:
    """The rules, with what the story of a match must satisfy."""
    return RULES.replace("    when: |", f"    tell_when: {query}\n    when: |")


def house(folder: Path, feeds: FeedServer, hook: Hook, query: str, *, two: str = "") -> House:
    """Two feeds, the first with one report, and alerts for all that its story bears out."""
    feeds.routes |= {"/one": Answer(body=rss(entry(1))), "/two": Answer(body=rss(*([two] if two else [])))}
    both = {"one": feeds.url("/one"), "two": feeds.url("/two")}
    return House(folder, both, {"chat": hook.url()}, rules=needing(query))


def elsewhere(title: str = "Drone strike on a convoy of ISIS in the desert of Homs") -> str:
    """A report of another site, of which nobody would say that it is of the same event."""
    return entry(9, title, link="https://other.example.net/9")


def stories(monitor: Monitor) -> list[str]:
    return sorted({story for _, story in monitor.store.matched()})


def adopt(monitor: Monitor, place: House, minute: int) -> None:
    """Takes what the files of the configuration say now, as a running daemon does."""
    monitor.adopt(app.check(place.settings, {}).setup, MINUTES[minute])


def tell(monitor: Monitor, minute: int) -> None:
    """Composes what is due and delivers it; nothing is polled."""
    monitor.compose(MINUTES[minute])
    monitor.deliver(MINUTES[minute])


def test_merging_stories_by_hand_tells_what_both_together_bear_out(
    tmp_path: Path, feeds: FeedServer, hook: Hook
) -> None:
    with house(tmp_path, feeds, hook, "origins >= 2", two=elsewhere()).monitor() as monitor:
        cycle(monitor, MINUTES[0])
        assert (hook.received, monitor.books().held) == ([], {"unconfirmed": 2})
        one, other = stories(monitor)
        monitor.store.merge_stories(one, other)
        tell(monitor, 1)
        assert (len(hook.received), monitor.books().held) == (1, {})


def test_splitting_a_story_by_hand_tells_what_is_borne_out_by_what_is_left(
    tmp_path: Path, feeds: FeedServer, hook: Hook
) -> None:
    same = entry(9, "Seven killed in raid on ISIS", link="https://news.example.org/1", guid="other")
    with house(tmp_path, feeds, hook, "reports = 1", two=same).monitor() as monitor:
        cycle(monitor, MINUTES[0])
        assert (hook.received, monitor.books().held) == ([], {"unconfirmed": 2})
        [item, _] = monitor.store.find_items("Raid 1") + monitor.store.find_items("Seven killed")
        monitor.store.split_story(item.key, MINUTES[1])
        tell(monitor, 1)
        assert (len(hook.received), monitor.books().held) == (2, {})


TEXT = " ".join(
    f"The commander said that word {number} of his long account of the night was true." for number in range(9)
)


def test_a_copy_that_no_rule_matches_counts_as_a_report_of_what_is_held(
    tmp_path: Path, feeds: FeedServer, hook: Hook
) -> None:
    with house(tmp_path, feeds, hook, "reports >= 2").monitor() as monitor:
        feeds.routes["/one"] = Answer(body=rss(entry(1, summary=TEXT)))
        cycle(monitor, MINUTES[0])
        assert (hook.received, monitor.books().held) == ([], {"unconfirmed": 1})
        copy = entry(9, "A commander's account", TEXT, link="https://other.example.net/9")
        feeds.routes["/two"] = Answer(body=rss(copy))
        cycle(monitor, MINUTES[1])
        assert len(list(monitor.store.matched())) == 1
        assert (len(hook.received), monitor.books().held) == (1, {})


@pytest.mark.parametrize(
    ("tell_when", "file", "was", "becomes"),
    [
        pytest.param(
            "tier = official", "feeds.yaml", "id: one,", "id: one, tier: official,", id="the tier of its feed"
        ),
        pytest.param("origins >= 2", "rules/rules.yaml", "origins >= 2", "origins >= 1", id="what its rule asks for"),
    ],
)
def test_what_is_held_is_told_when_an_edit_lets_it_bear_out(
    tell_when: str, file: str, was: str, becomes: str, tmp_path: Path, feeds: FeedServer, hook: Hook
) -> None:
    place = house(tmp_path, feeds, hook, tell_when)
    with place.monitor() as monitor:
        cycle(monitor, MINUTES[0])
        assert (hook.received, monitor.books().held) == ([], {"unconfirmed": 1})
        place.write(file, (place.config / file).read_text().replace(was, becomes))
        adopt(monitor, place, 1)
        tell(monitor, 1)
        assert (len(hook.received), monitor.books().held) == (1, {})


def test_a_restart_looks_at_what_is_held_once_and_holds_it_still(tmp_path: Path, feeds: FeedServer, hook: Hook) -> None:
    place = house(tmp_path, feeds, hook, "origins >= 2")
    with place.monitor() as monitor:
        cycle(monitor, MINUTES[0])
    with place.monitor(MINUTES[1]) as monitor:
        tell(monitor, 1)
        assert (hook.received, monitor.books().held) == ([], {"unconfirmed": 1})
        assert monitor.store.due_digests(MINUTES[2]) == ()


def test_a_mute_that_is_ended_gives_a_story_its_source_back(tmp_path: Path, feeds: FeedServer, hook: Hook) -> None:
    same = entry(9, "Raid 1 kills seven ISIS members near Hawija", link="https://other.example.net/9")
    with house(tmp_path, feeds, hook, "reports >= 2", two=same).monitor() as monitor:
        mute = monitor.store.add_mute(Mute(0, "ana", "a test", NOON, NOON + timedelta(days=1), feed="two"))
        cycle(monitor, MINUTES[0])
        assert len(stories(monitor)) == 1
        assert (hook.received, monitor.books().held) == ([], {"unconfirmed": 1})
        monitor.store.end_mute(mute, "ana", MINUTES[1])
        tell(monitor, 2)
        assert (len(hook.received), monitor.books().held) == (1, {})


def test_a_report_saved_by_a_poll_that_began_before_the_hold_is_not_overlooked(
    tmp_path: Path, feeds: FeedServer, hook: Hook
) -> None:
    """A poll of many feeds takes a while, and alerts are composed meanwhile: its moment says nothing of the order."""
    with house(tmp_path, feeds, hook, "reports >= 2").monitor() as monitor:
        monitor.poll(MINUTES[0])
        tell(monitor, 2)
        assert monitor.books().held == {"unconfirmed": 1}
        later = entry(9, "Seven killed in raid on ISIS", link="https://news.example.org/1?utm_source=x", guid="other")
        feeds.routes["/two"] = Answer(body=rss(later))
        monitor.poll(MINUTES[1])
        tell(monitor, 3)
        assert (len(hook.received), monitor.books().held) == (1, {})
