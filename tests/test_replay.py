"""The whole pipeline over an archive: what is read, what is refused, what is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from house import RULES, House

from monitor.errors import MonitorError
from monitor.replay import ArchiveError, read, replay


def archive(folder: Path, *rows: dict[str, object] | str) -> Path:
    path = folder / "items.jsonl"
    lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def replayed(folder: Path, *rows: dict[str, object], everything: bool = False) -> list[dict[str, object]]:
    """The rows that a replay writes, channel ``desk`` told by a digest a day."""
    house = House(folder, {"one": "https://news.example.org/feed"}, {"desk": "console://"}, "every: 24h")
    replay(house.settings, read(archive(folder, *rows)), folder / "out", everything=everything)
    return [json.loads(line) for line in (folder / "out/items.jsonl").read_text(encoding="utf-8").splitlines()]


def raid(number: int, day: int = 1, **more: object) -> dict[str, object]:
    title = f"Raid {number} kills ISIS members"
    return {"id": f"i{number}", "date": f"2024-10-{day:02d}", "title": title, **more}


def test_every_id_has_one_row_in_the_order_of_dates(tmp_path: Path) -> None:
    rows = replayed(tmp_path, raid(2, day=9), raid(1), {"id": "i3", "date": "2024-10-20", "title": "Football results"})
    assert [row["id"] for row in rows] == ["i1", "i2", "i3"]
    assert [row["categories"] for row in rows] == [["operation"], ["operation"], []]


def test_one_url_from_two_feeds_is_a_copy_with_a_row_of_its_own(tmp_path: Path) -> None:
    url = "https://news.example.org/1"
    rows = replayed(tmp_path, raid(1, url=url, feed="one"), raid(2, day=2, url=url, feed="two"))
    assert [(row["id"], row["copy_of"]) for row in rows] == [("i1", None), ("i2", "i1")]


def test_all_takes_every_item_as_matched_and_gives_it_no_category(tmp_path: Path) -> None:
    (row,) = replayed(tmp_path, {"id": "i1", "date": "2024-10-01", "title": "Football results"}, everything=True)
    assert (row["categories"], row["rules"]) == ([], ["everything"])
    assert row["story"]


def test_a_replay_needs_no_secret_whatever_one_stands_for(tmp_path: Path) -> None:
    house = House(tmp_path, {"one": "https://news.example.org/feed"}, {"desk": "${NOT_SET}"})
    replay(house.settings, read(archive(tmp_path, raid(1))), tmp_path / "out")
    assert (tmp_path / "out/items.jsonl").exists()


def test_days_without_a_match_bring_no_digest(tmp_path: Path) -> None:
    replayed(tmp_path, raid(1), {"id": "i2", "date": "2024-10-20", "title": "Football results"}, raid(3, day=25))
    assert sorted(path.name for path in (tmp_path / "out/digests").glob("*.txt")) == ["desk-1.txt", "desk-2.txt"]


def test_lone_surrogates_in_a_text_are_replaced(tmp_path: Path) -> None:
    bad = dict.fromkeys(("title", "summary", "body", "feed", "lang"), "\ud800 raid on ISIS")
    (row,) = replayed(tmp_path, raid(1) | bad)
    assert row["categories"] == ["operation"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("not json", "items.jsonl:2: this is no JSON"),
        ("[1]", "items.jsonl:2: every line must be an object with an id"),
        ('{"title": "x"}', "items.jsonl:2: every line must be an object with an id"),
        ('{"id": "i1"}', "items.jsonl:2: the id 'i1' is there twice"),
        ('{"id": "\\ud800"}', "items.jsonl:2: the id '\\ud800' can't be printed"),
        ('{"id": "i2", "date": "yesterday"}', "items.jsonl:2: 'yesterday' is no date"),
        ('{"id": "i2", "date": "0001-01-01T00:00:00+05:00"}', "items.jsonl:2: '0001-01-01T00:00:00+05:00' is no date"),
        ('{"id": "i2", "date": "9999-12-31"}', "items.jsonl:2: '9999-12-31' is no date"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_replayed(tmp_path: Path, line: str, why: str) -> None:
    with pytest.raises(ArchiveError) as caught:
        read(archive(tmp_path, raid(1), line))
    assert why in str(caught.value)


def test_an_archive_that_is_not_there_is_named_once(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"^\S+none.jsonl: can't be read: No such file or directory$"):
        read(tmp_path / "none.jsonl")


def test_a_place_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    house = House(tmp_path, {"one": "https://news.example.org/feed"}, {"desk": "console://"})
    (tmp_path / "file").touch()
    with pytest.raises(MonitorError, match="file/out: can't be written"):
        replay(house.settings, read(archive(tmp_path, raid(1))), tmp_path / "file" / "out")


def test_what_is_held_as_unconfirmed_ends_between_two_digests_and_is_told_by_the_second(tmp_path: Path) -> None:
    rules = RULES.replace("    when: |", "    tell_when: origins >= 2\n    when: |")
    place = House(tmp_path, {"one": "https://news.example.org/feed"}, {"desk": "console://"}, "every: 36h", rules=rules)
    done = replay(place.settings, read(archive(tmp_path, raid(1), raid(2, day=9))), tmp_path / "out")
    assert (done.matched, done.digests) == (2, 2)
    assert "unconfirmed" in (tmp_path / "out/digests/desk-1.txt").read_text(encoding="utf-8")
