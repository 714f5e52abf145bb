"""Evidence is verbatim: over any text, and over the shared data where it is present."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from fact_reports import item
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import facts
from monitor.model import Item

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


@pytest.mark.parametrize("name", ["labels", "totals", "shootings", "official-texts"])
def test_evidence_stands_at_its_offsets_in_the_shared_data(name: str) -> None:
    path = DATA / f"{name}.jsonl"
    if not path.exists():
        return  # the data is not part of the project: nothing to check here
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        if number % 4 == 0 and line:
            row = json.loads(line)
            assert_verbatim(item(row.get("title") or "", (row.get("text") or row.get("summary") or "")[:2500]))
