"""Evidence is verbatim: over any text, and over the shared data where it is present."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from fact_reports import JOINT_RAID, item
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import facts
from monitor.model import Casualty, Item

DATA = Path(os.environ.get("MONITOR_SHARED_DATA", "../shared/data")) / "dev"
PIECES = ["killed", "at least", "five", "12", "soldiers", "ISIS", "in", "Mosul", ",", ".", "including", "were", "by", "the", "death toll", "U.S.", "troops", "withdraw", "on Tuesday", "’s", "İ", "ﬁ", "مقتل", "جنديين", "🙂", "\n", "(", "“", "2014", "of", "and"]  # fmt: skip


def assert_verbatim(report: Item) -> None:
    for fact in facts.read(report):
        words = fact.words
        assert getattr(report, words.field)[words.start : words.end] == words.text
        assert words.text.strip()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25), st.text(max_size=20))
def test_evidence_stands_at_its_offsets_in_any_text(pieces: list[str], rest: str) -> None:
    assert_verbatim(item(" ".join(pieces), rest + " " + " ".join(reversed(pieces))))


@pytest.mark.parametrize(
    ("name", "every"),
    [
        ("labels", 3), ("totals", 1), ("stories", 1), ("official-texts", 2), ("shootings", 30), ("copies", 12),
        ("current-events", 12), ("stream-2022-11-30", 25), ("strike-lines", 40),
    ],
)  # fmt: skip
def test_evidence_stands_at_its_offsets_in_the_shared_data(name: str, every: int) -> None:
    path = DATA / f"{name}.jsonl"
    if not path.exists():
        return  # the data is not part of the project: nothing to check here
    every = int(os.environ.get("MONITOR_EVIDENCE_EVERY", every))  # 1 reads all of it
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        if number % every == 0 and line:
            row = json.loads(line)
            assert_verbatim(item(row.get("title") or "", row.get("text") or row.get("summary") or ""))


def test_a_part_stays_a_part_of_the_same_whole_in_what_is_told() -> None:
    read = facts.read(item("No soldiers were hurt; 12 people were killed in Mosul, including 3 attackers"))
    told = facts.told(read)
    [part] = [fact for fact in told if isinstance(fact, Casualty) and fact.part_of is not None]
    assert part.low == 3
    whole = told[part.part_of or 0]
    assert isinstance(whole, Casualty)
    assert whole.low == 12


def test_a_record_is_plain_and_holds_the_words() -> None:
    for fact in facts.read(item("Raid", JOINT_RAID)):
        row = facts.record(fact)
        assert json.loads(json.dumps(row)) == row
        assert row["evidence"] == fact.words.text
