"""An archive replayed: each item's verdict with the facts that were read from it."""

from __future__ import annotations

import json
from pathlib import Path

from house import RULES

from monitor import replay
from monitor import settings as settings_module

FEEDS = "feeds:\n  - {id: wire, url: 'https://wire.example/feed', title: The Wire}\n"
CHANNELS = "channels:\n  - {id: desk, title: Desk, url: 'console://'}\n"
DIGESTS = "digests:\n  - {id: urgent, title: Urgent, channels: [desk], at_once: informational}\n"


def replayed(folder: Path, *rows: dict[str, str], everything: bool = False) -> list[dict[str, object]]:
    config = folder / "config"
    (config / "rules").mkdir(parents=True)
    for name, text in (("rules/rules", RULES), ("feeds", FEEDS), ("channels", CHANNELS), ("digests", DIGESTS)):
        (config / f"{name}.yaml").write_text(text, encoding="utf-8")
    archive = folder / "items.jsonl"
    archive.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    settings = settings_module.load({}, config=str(config))
    replay.replay(settings, replay.read(archive), folder / "out", everything=everything)
    return [json.loads(line) for line in (folder / "out" / "items.jsonl").read_text(encoding="utf-8").splitlines()]


RAID = {
    "id": "1",
    "date": "2024-10-24",
    "title": "Raid kills at least seven ISIS members in Anbar",
    "text": "Two US soldiers were wounded. About 900 US troops are in Syria. In 2016 the group killed 300 people.",
}


def test_a_matched_item_has_its_facts_with_their_words(tmp_path: Path) -> None:
    [row] = replayed(tmp_path, RAID)
    told = {(f["kind"], f.get("outcome"), f["low"], f["high"], f.get("party")) for f in row["facts"] if "low" in f}  # type: ignore[attr-defined]
    assert ("casualty", "killed", 7, None, "isis") in told
    assert ("casualty", "wounded", 2, 2, "us") in told
    assert any(f["kind"] == "posture" and f["low"] == 900 for f in row["facts"])  # type: ignore[attr-defined]
    assert all(f["evidence"] for f in row["facts"])  # type: ignore[attr-defined]


def test_an_item_that_no_rule_matches_has_no_facts_unless_every_item_is_taken(tmp_path: Path) -> None:
    quiet = {"id": "2", "date": "2024-10-24", "title": "Blast kills five soldiers in Kandahar"}
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    [row] = replayed(tmp_path / "a", quiet)
    assert row["facts"] == []
    [row] = replayed(tmp_path / "b", quiet, everything=True)
    assert len(row["facts"]) == 2  # type: ignore[arg-type]  # the soldiers and the bombing
