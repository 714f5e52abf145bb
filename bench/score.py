"""How well the shipped rules judge labelled news: `monitor replay` over it, then precision and recall a category.

The labelled items and the program that scores lie beside the checkout, in ``../shared``, and are no part of
the project: where they are missing this says so and exits 0.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
SHARED = HERE.parent / "shared"
LABELS = SHARED / "data" / "dev" / "labels.jsonl"
SCORE = SHARED / "tools" / "score"


def main() -> int:
    """Replay the labelled items with the configuration of the checkout and print their scores."""
    if not (LABELS.is_file() and SCORE.is_file()):
        print("score: no labelled news beside the checkout; nothing to score")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        replay = ["-m", "monitor", "replay", str(LABELS), "--out", folder, "--config", str(HERE / "config")]
        subprocess.run([sys.executable, *replay, "--data", f"{folder}/data"], check=True)
        items = Path(folder) / "items.jsonl"
        return subprocess.run([sys.executable, str(SCORE), "labels", str(LABELS), str(items)], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
