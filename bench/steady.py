"""Whether stories stay the same when items come in another order, and when the process is restarted in between.

    python bench/steady.py                    on the smallest file of labelled news that lies beside the checkout
    python bench/steady.py --all              on more of it: some ten minutes on two cores
    python bench/steady.py --restart ARCHIVE  the restart alone, on any archive that monitor replay reads

Order: the items of each hour are shuffled three times (those of a day, where dates are days), and each run's stories
are compared with those of the first by B-cubed F1. Restart: one process takes the whole archive, two others take
half of it each, against one database. Joins with their reasons, the state of every story and what the channels were
told must be the same to the last letter; exit code 1 where they are not.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

from stories import DEV, HERE, b_cubed, grouped

from monitor import app, replay
from monitor.pipeline.standing import story_standing
from monitor.settings import Settings

SHUFFLES = 3
ORDERED = ("stories", "shootings", "stream-2022-11-30")
RESTARTED = ("stories", "stream-2022-11-30")


def order(archive: Path) -> None:
    """How alike the stories are when the items of each hour, or day, come in another order."""
    chance = random.Random(7)
    rows = [json.loads(line) for line in archive.read_text(encoding="utf-8").splitlines()]
    dates = [datetime.fromisoformat(row["date"]) for row in rows]
    by_day = all(date.time() == datetime.min.time() for date in dates)
    seconds = 86_400 if by_day else 3_600
    first = grouped(archive)
    for number in range(1, SHUFFLES + 1):
        with tempfile.TemporaryDirectory() as folder:
            shuffled = Path(folder) / "shuffled.jsonl"
            moved: dict[str, str] = {}  # by id: a line that is there twice is one item
            for row, date in zip(rows, dates, strict=True):
                begin = date.replace(minute=0, second=0, microsecond=0)
                moved.setdefault(row["id"], (begin + timedelta(seconds=chance.randrange(seconds))).isoformat())
            lines = [json.dumps(row | {"date": moved[row["id"]]}) for row in rows]
            shuffled.write_text("\n".join(lines), encoding="utf-8")
            alike = b_cubed(first, grouped(shuffled))
        within = "day" if by_day else "hour"
        print(f"{archive.stem}: B-cubed F1 between this order and shuffle {number} within each {within} {alike:.3f}",
              flush=True)  # fmt: skip


def take(archive: Path, data: Path, part: str) -> None:
    """Takes a part of an archive ("first" or "second" half, or "whole") into the database in ``data``."""
    rows = replay.read(archive)
    settings = Settings(config=HERE / "config", data=data)
    setup = replay.offline(app.check_offline(settings), rows, everything=True)
    rounds = list(replay.windows(rows))
    half = len(rounds) // 2
    mine = {"first": rounds[:half], "second": rounds[half:], "whole": rounds}[part]
    data.mkdir(parents=True, exist_ok=True)
    with closing(app.open_store(settings)) as store:
        run = replay.Run(app.make_monitor(settings, store=store, setup=setup), data)
        run.begin(mine[0][0].at)
        for window in mine:
            run.round(window)


def known(archive: Path, data: Path) -> Iterator[str]:
    """All that the database in ``data`` has of stories, line by line."""
    settings = Settings(config=HERE / "config", data=data)
    setup = replay.offline(app.check_offline(settings), replay.read(archive), everything=True)
    with closing(app.open_store(settings)) as store:
        names = sorted({story for _, story in store.matched()})
        for name in names:
            joins = store.joins(name)
            standing = story_standing(store, setup.publishers, name)
            assert standing is not None
            yield from (f"{version} {joins[version]}" for version in sorted(joins))
            yield f"{name} {json.dumps(asdict(standing.state), default=str, sort_keys=True)}"
        for channel in setup.channels:
            told = store.told(channel, names)
            yield from (f"{channel} {name} {told[name]}" for name in sorted(told))


def restart(archive: Path) -> bool:
    """Whether a restart in the middle of an archive changes nothing."""
    with tempfile.TemporaryDirectory() as folder:
        for data, part in (("one", "whole"), ("two", "first"), ("two", "second")):
            command = [
                sys.executable,
                __file__,
                "--take",
                part,
                "--data",
                f"{folder}/{data}",
                "--restart",
                str(archive),
            ]
            subprocess.run(command, check=True)
        one, two = (list(known(archive, Path(folder) / data)) for data in ("one", "two"))
    differ = sum(line != other for line, other in zip(one, two, strict=False)) + abs(len(one) - len(two))
    said = "equal" if not differ else f"{differ} of {len(one)} lines differ"
    print(f"{archive.stem}: one process and two, {len(one)} joins, stories and things told: {said}", flush=True)
    return not differ


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="more of the labelled news")
    parser.add_argument("--restart", type=Path, metavar="ARCHIVE", help="the restart alone, on this archive")
    parser.add_argument("--take", choices=("first", "second", "whole"), help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.take:
        take(arguments.restart, arguments.data, arguments.take)
        return 0
    if arguments.restart:
        return 0 if restart(arguments.restart) else 1
    if not DEV.is_dir():
        print("no labelled news beside the checkout; nothing to compare")
        return 0
    fine = [restart(DEV / f"{name}.jsonl") for name in (RESTARTED if arguments.all else RESTARTED[:1])]
    for name in ORDERED if arguments.all else ORDERED[:1]:
        order(DEV / f"{name}.jsonl")
    return 0 if all(fine) else 1


if __name__ == "__main__":
    sys.exit(main())
