"""Whole cycles over news of one event as papers bring it: what a reader gets of who says what, and by whose hand."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from zlib import crc32

from house import NOON, House, cycle, entry, rss
from post import Post
from servers import Answer, FeedServer

from monitor.model import Change
from monitor.pipeline import Monitor

PAPERS = ("alpha", "bravo", "castle", "delta", "echo")
HOUR = timedelta(hours=1)
PENTAGON = """\
publishers:
  - {id: pentagon, title: The Pentagon, names: [Pentagon], party: us, hosts: [war.example]}
"""
PUBLISHERS = (
    PENTAGON
    + """\
  - {id: press, title: Press House, names: [Press House], feeds: [alpha, bravo]}
"""
)


def newsroom(folder: Path, feeds: FeedServer, post: Post, *, publishers: str = "") -> House:
    """Five papers, none with an item yet, and a desk that is told by mail at once."""
    feeds.routes |= {f"/{name}": Answer(body=rss()) for name in PAPERS}
    place = House(folder, {name: feeds.url(f"/{name}") for name in PAPERS}, {"desk": post.url()})
    if publishers:
        place.write("publishers.yaml", publishers)
    return place


def paper(name: str, title: str, summary: str = "", *, hours: float = 0) -> bytes:
    link = f"https://{name}.example/{crc32(title.encode())}"
    return rss(entry(1, title, summary, published=NOON + timedelta(hours=hours), link=link, guid=f"{name}-{title}"))


def body(post: Post, number: int = -1) -> str:
    text = post.letters[number].get_body(("plain",))
    assert text is not None
    return " ".join(text.get_content().split())


def stories(monitor: Monitor) -> dict[str, list[str]]:
    """The titles of the reports of each story."""
    found: dict[str, list[str]] = {}
    for report, story in monitor.store.matched():
        found.setdefault(story, []).append(report.title)
    return found


def test_five_papers_on_a_raid_with_one_source_for_the_wounded_are_one_origin_for_them(
    tmp_path: Path, feeds: FeedServer, post: Post
) -> None:
    place = newsroom(tmp_path, feeds, post, publishers=PENTAGON)
    text = "Two US soldiers were wounded, the Pentagon said."
    for number, name in enumerate(PAPERS):
        title = (
            f"Raid near Hawija kills seven ISIS members, {('commandos', 'troops', 'local', 'army', 'joint')[number]}"
        )
        feeds.routes[f"/{name}"] = Answer(body=paper(name, title, text))
    with place.monitor() as monitor:
        cycle(monitor, NOON)
        assert len(stories(monitor)) == 1
    shown = body(post)
    assert "5 reports, 5 independent" in shown
    assert "US wounded 2 · Pentagon, 1 source" in shown
    assert re.search(r"ISIS killed 7 · \w+; \w+ and 3 more, 5 sources", shown)
    assert "national" in shown  # the tier of each source


def test_two_feeds_of_one_publisher_are_one_origin_to_the_reader(tmp_path: Path, feeds: FeedServer, post: Post) -> None:
    place = newsroom(tmp_path, feeds, post, publishers=PUBLISHERS)
    for name in PAPERS[:2]:
        feeds.routes[f"/{name}"] = Answer(body=paper(name, f"Raid near Hawija kills seven ISIS members, says {name}"))
    with place.monitor() as monitor:
        cycle(monitor, NOON)
    assert "2 reports, 1 source" in body(post)


def test_whoever_took_part_is_marked_and_differs_from_others_without_a_correction(
    tmp_path: Path, feeds: FeedServer, post: Post
) -> None:
    place = newsroom(tmp_path, feeds, post, publishers=PUBLISHERS)
    feeds.routes["/castle"] = Answer(
        body=paper(
            "castle", "US raid near Hawija kills ISIS members", "Seven ISIS members were killed, the Pentagon said."
        )
    )
    with place.monitor() as monitor:
        cycle(monitor, NOON)
        assert "7 · Pentagon, a party to it" in body(post)
        feeds.routes["/delta"] = Answer(
            body=paper("delta", "US raid near Hawija kills ISIS members", "Nine ISIS members were killed.", hours=1)
        )
        cycle(monitor, NOON + HOUR)
    shown = body(post)
    assert "now also 9, Delta" in shown
    assert "DIFFERS" in shown
    assert "corrected" not in shown


def revise(monitor: Monitor, feeds: FeedServer, title: str, *texts: str) -> None:
    """One report, and each hour its next version, told as it comes."""
    for number, text in enumerate(texts):
        feeds.routes["/alpha"] = Answer(body=rss(entry(1, title, text, link="https://alpha.example.org/report")))
        cycle(monitor, NOON + number * HOUR)


def test_every_update_by_mail_stands_under_the_first_and_says_what_it_corrects(
    tmp_path: Path, feeds: FeedServer, post: Post
) -> None:
    texts = [f"{count} ISIS members were killed." for count in ("Four", "Six", "Five", "Correction: Nine")]
    with newsroom(tmp_path, feeds, post).monitor() as monitor:
        revise(monitor, feeds, "Raid on a camp near Hawija kills ISIS members", *texts)
    first, *rest = post.letters
    assert [letter["References"] for letter in rest] == [first["Message-ID"]] * 3
    assert "you had 4" in body(post, 1)
    assert "corrected" not in body(post, 1)
    assert "now corrected to 5" in body(post, 2)  # down: taken back
    assert "now corrected to 9" in body(post, 3)  # up: it says so itself


def test_the_wounded_who_die_move_in_what_the_reader_is_told(tmp_path: Path, feeds: FeedServer, post: Post) -> None:
    texts = ("Four soldiers were killed and five wounded.", "Two of the wounded soldiers died in hospital.")
    with newsroom(tmp_path, feeds, post).monitor() as monitor:
        revise(monitor, feeds, "ISIS attack kills soldiers near Hawija", *texts)
    shown = body(post)
    assert "6 state forces killed" in str(post.letters[-1]["Subject"])
    assert "killed: you had 4" in shown
    assert "now 6" in shown
    assert "wounded: you had 5" in shown
    assert "now 3" in shown
    assert "orrected" not in shown


def test_what_a_hand_split_stays_apart_over_a_restart_and_later_reports(
    tmp_path: Path, feeds: FeedServer, post: Post
) -> None:
    place = newsroom(tmp_path, feeds, post)
    raid = "Raid on ISIS camp near Hawija kills seven members"
    feeds.routes["/alpha"] = Answer(body=paper("alpha", raid))
    feeds.routes["/bravo"] = Answer(body=paper("bravo", f"{raid}, army says"))
    with place.monitor() as monitor:
        cycle(monitor, NOON)
        [whole] = stories(monitor)
        [item] = monitor.store.find_items("army says")
        own = monitor.store.split_story(item.key, NOON)
    with place.monitor(NOON + HOUR) as monitor:
        for number, name in enumerate(PAPERS[2:], 1):
            feeds.routes[f"/{name}"] = Answer(body=paper(name, f"{raid}: {name} has the account", hours=number))
            cycle(monitor, NOON + number * HOUR)
        found = stories(monitor)
        assert found.keys() == {whole, own}
        assert f"{raid}, army says" in found[own]
        assert raid in found[whole]


def test_what_a_hand_merged_stays_one_over_a_restart_and_is_told_as_an_update(
    tmp_path: Path, feeds: FeedServer, post: Post
) -> None:
    place = newsroom(tmp_path, feeds, post)
    feeds.routes["/alpha"] = Answer(body=paper("alpha", "Raid on ISIS camp near Hawija kills seven members"))
    feeds.routes["/bravo"] = Answer(body=paper("bravo", "Commander of ISIS dies in strike on Anbar desert hideout"))
    with place.monitor() as monitor:
        cycle(monitor, NOON)
        one, other = stories(monitor)
        monitor.store.merge_stories(other, one)
    with place.monitor(NOON + HOUR) as monitor:
        later = "Raid on ISIS camp near Hawija kills nine members"
        feeds.routes["/castle"] = Answer(body=paper("castle", later, hours=1))
        cycle(monitor, NOON + HOUR)
        assert stories(monitor).keys() == {one}
        told = monitor.store.told("desk", [one])[one]
    letter = post.letters[-1]
    assert Change.UPDATED.value in body(post) or "UPDATE" in body(post)
    assert letter["References"] in {post.letters[0]["Message-ID"], post.letters[1]["Message-ID"]}
    assert told.title == later
