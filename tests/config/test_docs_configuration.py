"""docs/configuration.md is true: its examples load, and it names every key and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from monitor import config, settings
from monitor.config.files import (
    ChannelEntry,
    DigestEntry,
    FeedDefaults,
    FeedEntry,
    PublisherEntry,
    QuietHours,
    RuleEntry,
    Select,
)
from monitor.config.schema import schema
from monitor.errors import ConfigError

TEXT = (Path(__file__).parents[2] / "docs/configuration.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"```yaml\n# config/(\S+)\n(.*?)```", TEXT, re.DOTALL))
ENVIRONMENT = {
    "MINISTRY_TOKEN": "t0ken",
    "SMTP_USER": "monitor",
    "SMTP_PASSWORD": "p@ss/word",
    "DUTY_OFFICER_URL": "json://example.org/hook",
}


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_examples_make_a_configuration(tmp_path: Path) -> None:
    assert len(EXAMPLES) == TEXT.count("```yaml")
    write(tmp_path, EXAMPLES)
    loaded = config.load(tmp_path, ENVIRONMENT)
    assert (len(loaded.feeds), len(loaded.book.rules), len(loaded.channels), len(loaded.digests)) == (3, 1, 3, 3)
    assert settings.load({}, config=tmp_path).fetch.concurrency == 64


def test_the_variables_of_the_example_set_what_they_say(tmp_path: Path) -> None:
    (block,) = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
    env = dict(line.split("=", 1) for line in block.splitlines())
    secret = tmp_path / "database"
    secret.write_text("sqlite:///a.db\n")
    found = settings.load({**env, "MONITOR_DATABASE_FILE": str(secret)})
    assert (found.config, found.database, found.fetch.body_limit) == (Path("/config"), "sqlite:///a.db", 5 * 2**20)


def keys_of(model: type[BaseModel]) -> set[str]:
    return {info.alias or name for name, info in model.model_fields.items()}


@pytest.mark.parametrize(
    ("of", "model"),
    [
        ("feed", FeedEntry),
        ("rule", RuleEntry),
        ("channel", ChannelEntry),
        ("digest", DigestEntry),
        ("publisher", PublisherEntry),
    ],
)
def test_each_table_names_every_key_and_no_other(of: str, model: type[BaseModel]) -> None:
    table = TEXT.split(f"| key of a {of} |")[1].split("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == keys_of(model)
    required = set(schema(model)["required"])
    assert set(re.findall(r"^\| `(\w+)` \|.*\| required \|$", table, re.MULTILINE)) == required


@pytest.mark.parametrize(
    ("model", "begin"),
    [(FeedDefaults, "`defaults` may hold"), (Select, "`select` may hold"), (QuietHours, "`quiet` holds")],
)
def test_each_nested_key_is_named_in_its_sentence(model: type[BaseModel], begin: str) -> None:
    sentence = TEXT.split(begin)[1].split("\n\n")[0].split("\n`")[0]
    assert {f"`{key}`" for key in keys_of(model)} <= set(re.findall(r"`\w+`", sentence))


def test_the_table_of_settings_names_every_variable_and_its_default() -> None:
    table = TEXT.split("| setting | variable |")[1].split("\n\n")[0]
    rows = re.findall(r"^\| `([\w.]+)` \| `(\w+)`(.*?) \| .* \| (.*) \|$", table, re.MULTILINE)
    assert [variable for _, variable, _, _ in rows] == list(settings.names())
    assert all(settings.variable(*path.split(".")) == variable for path, variable, _, _ in rows)
    written = {variable: default.strip("`") for _, variable, _, default in rows if default.startswith("`")}
    assert settings.load(written) == settings.load({})


def test_the_messages_it_quotes_are_those_that_are_told(tmp_path: Path) -> None:
    feeds = "feeds:\n" + "\n" * 8 + "  - id: f\n    url: https://example.org\n    interval: 5 minutes\n"
    channels = "channels:\n" + "\n" * 6 + "  - id: c\n    url: ${DESK_URL}\n"
    rules = "rules:\n" + "\n" * 25 + "  - id: r\n    category: x\n    level: low\n    when: @isis\n"
    write(
        tmp_path, {"feeds.yaml": feeds, "channels.yaml": "\n" + channels[:-1] + "\n", "rules/isis.yaml": "\n" + rules}
    )
    with pytest.raises(ConfigError) as error:
        config.load(tmp_path, {})
    (block,) = re.findall(r"```text\n(.*?)```", TEXT, re.DOTALL)
    told = [re.sub(r":\d+:", ":", str(problem).replace(str(tmp_path), "config")) for problem in error.value.problems]
    assert told == [re.sub(r":\d+:", ":", line) for line in block.splitlines()]
