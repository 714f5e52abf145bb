"""Whatever stands in the files, they are loaded or refused: nothing else happens."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from monitor import config
from monitor.config.files import ChannelEntry, DigestEntry, FeedDefaults, FeedEntry, RuleEntry
from monitor.config.reading import read
from monitor.errors import ConfigError, Problem

ROOT = Path(__file__).parents[2]
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "100"))  # more of them: FUZZ_EXAMPLES=5000 pytest …
FUZZ = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)

# Pieces of YAML that mean something to its scanner, and pieces of ours.
PIECES = (
    *("\n", "\n  ", "\n    ", "\n\t", " ", ": ", ":", "- ", "? ", "#", " #", "|", "|2-", ">", ">+", "'", '"', "\\"),
    *("[", "]", "{", "}", ",", "&a ", "*a", "!t ", "!!int ", "%YAML 1.1", "---", "...", "<<", "@", "`", "~", "=", "."),
    *(
        "\r\n",
        "\x85",
        "\u2028",
        "\ufeff",
        "\x00",
        "\x1b[2J",
        "داعش",
        "\U0001f600",
        "${X}",
        "$${",
        "0x_",
        "1e999",
        "-.inf",
    ),
    *(
        "feeds",
        "id",
        "url",
        "rules",
        "when",
        "lists",
        "raise",
        "defaults",
        "channels",
        "digests",
        "cron",
        "a",
        "5m",
        "on",
    ),
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)

KEYS = sorted(
    {
        info.alias or name
        for model in (FeedEntry, FeedDefaults, RuleEntry, ChannelEntry, DigestEntry)
        for name, info in model.model_fields.items()
    }
    | {
        "feeds",
        "rules",
        "lists",
        "queries",
        "channels",
        "digests",
        "from",
        "to",
        "match",
        "ignore",
        "critical",
        "level",
    }
)
WORDS = st.sampled_from(
    (
        "a",
        "b",
        "high",
        "wire",
        "5m",
        "99999999999999w",
        "* * * * *",
        "0 0 31 2 5L",
        "UTC",
        "Asia",
        "en",
        "22:00",
        "${X}",
    )
) | st.sampled_from(("https://[", "https://example.org:99999/", "json://${X}@", "://", "\u0000", "é" * 200))
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), inner, max_size=5)
    ),
    max_leaves=25,
)


ENTRY_VALUES = st.none() | st.booleans() | st.integers() | WORDS | st.lists(WORDS, max_size=2)


def outcome(files: dict[str, str]) -> None:
    """Load ``files``; anything but a configuration or its problems, each with a place in a file, is a bug."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "rules").mkdir()
        for file, text in files.items():
            (folder / file).write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            config.load(folder, {"X": "secret"})
            problems: tuple[Problem, ...] = ()
        except ConfigError as error:
            problems = error.problems or (Problem(None, "refused without a reason"),)
    for problem in problems:
        assert problem.place is not None
        assert problem.what
        assert "\x1b" not in problem.excerpt


@FUZZ
@given(st.sampled_from(["feeds.yaml", "rules/a.yaml", "channels.yaml", "digests.yaml"]), TEXTS)
@example("feeds.yaml", "? \n- a")
@example("rules/a.yaml", "%YAML 1.1\n---\n!!int x: !!null y")
@example("rules/a.yaml", "rules:\n  - when: |2\n\n  ")
def test_any_text_is_loaded_or_refused(name: str, text: str) -> None:
    outcome({name: text})


@FUZZ
@given(st.text(max_size=60))
def test_any_characters_are_read_or_refused(text: str) -> None:
    document = read("a.yaml", text)
    assert document.problems or not document.broken


@FUZZ
@given(VALUES, VALUES, VALUES, VALUES)
def test_any_values_are_loaded_or_refused(feeds: Any, rules: Any, channels: Any, digests: Any) -> None:
    outcome(
        {
            "feeds.yaml": _yaml({"feeds": feeds, "defaults": rules}),
            "rules/a.yaml": _yaml({"rules": rules, "lists": feeds, "queries": channels}),
            "channels.yaml": _yaml({"channels": channels}),
            "digests.yaml": _yaml({"digests": digests}),
        }
    )


@FUZZ
@given(
    st.lists(
        st.fixed_dictionaries({"id": WORDS}, optional={key: ENTRY_VALUES for key in KEYS if key != "id"}), max_size=4
    )
)
def test_any_entries_are_loaded_or_refused(entries: list[dict[str, Any]]) -> None:
    files = {f"{key}.yaml": _yaml({key: entries}) for key in ("feeds", "channels", "digests")}
    outcome({**files, "rules/a.yaml": _yaml({"rules": entries})})


@FUZZ
@given(st.sampled_from(["feeds.yaml", "channels.yaml", "digests.yaml"]), st.data())
def test_any_slip_in_a_shipped_file_is_loaded_or_refused(name: str, data: st.DataObject) -> None:
    text = (ROOT / "config" / name).read_text(encoding="utf-8")[:1500]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 12)))
    outcome({name: text[:start] + data.draw(st.sampled_from(PIECES)) + text[end:]})


def _yaml(value: Any) -> str:
    """``value`` in YAML's flow style, with each text in double quotes."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"? {_yaml(key)} : {_yaml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_yaml, value)) + "]"
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(char):08X}" if not char.isalnum() else char for char in value) + '"'
    if value is None or isinstance(value, bool):
        return str(value).lower().replace("none", "~")
    return {"nan": ".nan", "inf": ".inf", "-inf": "-.inf"}.get(str(value), str(value))
