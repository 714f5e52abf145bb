"""A restart between two rounds of polls changes nothing that is known of stories or was told of them."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

BENCH = Path(__file__).parents[1] / "bench" / "steady.py"
BEGIN = datetime(2024, 10, 20, 6, tzinfo=UTC)
TOWNS = ("Tikrit", "Samarra", "Sinjar", "Haditha", "Baiji", "Hawija")
DEEDS = (
    ("Gunmen attack checkpoint near {}, {} soldiers killed", "The gunmen came at dawn, police in {} said."),
    ("{1} soldiers die in attack on {0} checkpoint", "Militants opened fire near {0} before dawn."),
    ("Toll of {} checkpoint attack rises to {more} soldiers", "Hospitals in {} took in the wounded."),
)


def archive(folder: Path) -> Path:
    """Events of two days, each in three reports hours apart, of which the third has another toll."""
    rows = []
    for number, ((told, (title, text)), town) in enumerate(product(enumerate(DEEDS), TOWNS)):
        toll = TOWNS.index(town) + 3
        rows.append(
            {
                "id": f"r{number}",
                "date": (BEGIN + timedelta(hours=8 * told, minutes=40 * TOWNS.index(town))).isoformat(),
                "title": title.format(town, toll, more=toll + 2),
                "summary": text.format(town),
                "feed": f"https://paper{told}.example/feed",
                "url": f"https://paper{told}.example/{town.lower()}",
            }
        )
    path = folder / "archive.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_one_process_and_two_on_one_database_know_and_tell_the_same(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, BENCH, "--restart", archive(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")
    words = run.stdout.split()
    assert words[-1] == "equal"
    assert int(words[words.index("joins,") - 1]) > 18 + len(TOWNS)
