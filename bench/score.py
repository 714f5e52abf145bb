"""How well the rules, facts and stories read labelled news: ``monitor replay``, then the scorer, one table.

    python bench/score.py            print the figures
    python bench/score.py --floor    and exit 1 where one is below the figure last reached (bench/scores.json)
    python bench/score.py --keep     and write the figures reached to bench/scores.json

The labelled items and the program that scores lie beside the checkout, in ``../shared``, and are no part of
the project: where they are missing this says so and exits 0.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
SHARED = HERE.parent / "shared"
DEV = SHARED / "data" / "dev"
SCORE = SHARED / "tools" / "score"
REACHED = Path(__file__).with_name("scores.json")

# What is scored: the scorer's word, the labelled file, and whether every item is taken as matched.
SCORES = (
    ("labels", "labels.jsonl", False),
    ("totals", "totals.jsonl", True),
    ("copies", "copies.jsonl", True),
    ("stories", "stories.jsonl", True),
    ("stories", "shootings.jsonl", True),
)
_ROW = re.compile(r"^(?P<name>[a-z+ -]+?)\s+P (?P<P>[\d.]+)\s+R (?P<R>[\d.]+)\s+F1 (?P<F1>[\d.]+)", re.MULTILINE)
_GROUPS = re.compile(r"^B-cubed .*: P (?P<P>[\d.]+)\s+R (?P<R>[\d.]+)\s+F1 (?P<F1>[\d.]+)", re.MULTILINE)
_HIDDEN = re.compile(r"^events hidden .*\): (?P<hidden>\d+) of (?P<all>\d+)", re.MULTILINE)
_RATE = re.compile(r"^(?P<name>[a-z ]+): \d+/\d+ = (?P<rate>[\d.]+)", re.MULTILINE)


def figures(kind: str, file: str, *, everything: bool) -> dict[str, float]:
    """The figures of one labelled file, by name."""
    with tempfile.TemporaryDirectory() as folder:
        replay = [sys.executable, "-m", "monitor", "replay", str(DEV / file), "--out", folder,
                  "--config", str(HERE / "config"), *(["--all"] if everything else [])]  # fmt: skip
        subprocess.run(replay, check=True, stderr=subprocess.DEVNULL)
        scorer = [sys.executable, str(SCORE), kind, str(DEV / file), f"{folder}/items.jsonl"]
        said = subprocess.run(scorer, check=True, capture_output=True, text=True).stdout
    name = Path(file).stem
    grouped = {
        f"{name}: B-cubed {letter}": float(row[letter]) for row in _GROUPS.finditer(said) for letter in ("P", "R", "F1")
    } | {  # so that more is better, as everywhere
        f"{name}: events not hidden": round(1 - int(row["hidden"]) / int(row["all"]), 4)
        for row in _HIDDEN.finditer(said)
    }
    return (
        grouped
        | {
            f"{row['name'].strip()} {letter}": float(row[letter])
            for row in _ROW.finditer(said)
            for letter in ("P", "R")
            if float(row["F1"]) > 0  # what no stage reads yet has no figure
        }
        | {row["name"]: float(row["rate"]) for row in _RATE.finditer(said)}
    )


def main(arguments: list[str]) -> int:
    """Print every figure beside the one last reached."""
    if not (DEV.is_dir() and SCORE.is_file()):
        print("score: no labelled news beside the checkout; nothing to score")
        return 0
    reached: dict[str, float] = json.loads(REACHED.read_text()) if REACHED.exists() else {}
    found: dict[str, float] = {}
    for kind, file, everything in SCORES:
        found |= figures(kind, file, everything=everything)
    below = [name for name, figure in reached.items() if found.get(name, 0.0) < figure]
    for name, figure in found.items():
        print(
            f"{name:<40} {figure:.3f}   last reached {reached.get(name, 0.0):.3f}{'   BELOW' if name in below else ''}"
        )
    if "--keep" in arguments:
        REACHED.write_text(json.dumps(found, indent=2, sort_keys=True) + "\n")
    if "--floor" in arguments and below:
        print(f"score: below the figure last reached: {', '.join(below)}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
