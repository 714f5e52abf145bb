"""Flag before environment before file before default, and all problems at once."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from monitor import settings
from monitor.errors import ConfigError


def problems_of(env: dict[str, str], **flags: object) -> list[str]:
    with pytest.raises(ConfigError) as error:
        settings.load(env, **flags)
    return [str(problem) for problem in error.value.problems]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration folder, and the place of its settings file."""
    (tmp_path / "config").mkdir()
    return tmp_path / "config"


def test_nothing_needs_to_be_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = settings.load({})
    assert (found.config, found.data) == (Path("config"), Path("data"))
    assert found.database_url == "sqlite:///data/monitor.db"
    assert found.keep == timedelta(days=90)
    assert found.deliver.timeout <= timedelta(seconds=5)
    assert found.secrets == ()


def test_the_process_s_own_environment_is_not_read_behind_the_caller_s_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_KEEP", "1d")
    assert settings.load({}).keep == timedelta(days=90)


def test_a_flag_wins_over_the_environment_and_that_over_the_file(folder: Path) -> None:
    (folder / "settings.yaml").write_text("fetch: {timeout: 1s, per_host: 3, concurrency: 4}\nkeep: 30d\n")
    env = {"MONITOR_CONFIG": str(folder), "MONITOR_FETCH__TIMEOUT": "2s", "MONITOR_FETCH__PER_HOST": "5"}
    found = settings.load(env, fetch={"timeout": "3s", "per_host": None}, data=None)
    assert found.fetch.timeout == timedelta(seconds=3)
    assert (found.fetch.per_host, found.fetch.concurrency) == (5, 4)
    assert found.keep == timedelta(days=30)
    assert found.config == folder


def test_the_folder_of_a_flag_is_where_the_file_is_read(folder: Path) -> None:
    (folder / "settings.yaml").write_text("keep: 30d\n")
    assert settings.load({"MONITOR_CONFIG": "/nowhere"}, config=folder).keep == timedelta(days=30)


def test_an_empty_variable_sets_nothing() -> None:
    assert settings.load({"MONITOR_KEEP": "", "MONITOR_NONSENSE": ""}).keep == timedelta(days=90)


@pytest.mark.parametrize(("text", "size"), [("5MB", 5_000_000), ("1 MiB", 2**20), ("4096", 4096)])
def test_a_size_is_written_with_its_unit(text: str, size: int) -> None:
    assert settings.load({"MONITOR_FETCH__BODY_LIMIT": text}).fetch.body_limit == size


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "database"
    secret.write_text("postgresql+psycopg://monitor:pa55word@db/monitor\n")
    found = settings.load({"MONITOR_DATABASE_FILE": str(secret)})
    assert found.database_url == "postgresql+psycopg://monitor:pa55word@db/monitor"
    assert "pa55word" in found.secrets
    assert "pa55word" not in repr(found)


def test_all_wrong_settings_are_told_at_once_each_with_its_source(folder: Path) -> None:
    path = folder / "settings.yaml"
    path.write_text("fetch:\n  per_host: 0\n  timeot: 1s\nlog: loud\nkeep: 1 year\nconfig: a\n")
    env = {
        "MONITOR_CONFIG": str(folder),
        "MONITOR_FETCH__CONCURENCY": "8",
        "MONITOR_FETCH__CONNECT_TIMEOUT": "10 seconds",
        "MONITOR_DELIVER__TIMEOUT": "30s",
        "MONITOR_DATABASE_FILE": "/nowhere/secret",
        "MONITOR_LOG__LEVEL": "loud",
    }
    assert problems_of(env, tick="1ms") == [
        f"{path}:6:1: the folder can't be named inside itself; set MONITOR_CONFIG",
        "MONITOR_DATABASE_FILE: can't read /nowhere/secret: No such file or directory;"
        " name a file that this user may read",
        "MONITOR_FETCH__CONCURENCY: there is no such setting; did you mean MONITOR_FETCH__CONCURRENCY?",
        f"{path}:5:7: '1 year' is no duration; write a number and s, m, h, d or w, such as 30s, 5m, 1h, 2d",
        "tick: 1ms is too short; write 100ms or more",
        "MONITOR_LOG__LEVEL: 'level': input should be 'debug', 'info', 'warning' or 'error'",
        "MONITOR_FETCH__CONNECT_TIMEOUT: '10 seconds' is no duration; write 10s",
        f"{path}:2:13: 'per_host': input should be greater than or equal to 1",
        f"{path}:3:3: unknown key 'timeot'; did you mean 'timeout'?",
        "MONITOR_DELIVER__TIMEOUT: 30s is too long; write 5s or less",
    ]


def test_a_settings_file_that_is_no_yaml_or_no_mapping_is_refused(folder: Path) -> None:
    path = folder / "settings.yaml"
    path.write_text("keep: [\n")
    assert [line.split(": ")[0] for line in problems_of({}, config=folder)] == [f"{path}:1:7"]
    path.write_text("- keep\n")
    assert problems_of({}, config=folder) == [f"{path}:1:1: the file must be a mapping; write key: value"]
    path.write_text("# nothing is set\n")
    assert settings.load({}, config=folder)


def test_a_secret_set_twice_is_refused(tmp_path: Path) -> None:
    env = {"MONITOR_DATABASE": "sqlite://", "MONITOR_DATABASE_FILE": str(tmp_path)}
    assert problems_of(env) == ["both MONITOR_DATABASE and MONITOR_DATABASE_FILE are set; keep one of them"]


def test_a_variable_that_a_channel_takes_is_no_unknown_setting(folder: Path) -> None:
    (folder / "channels.yaml").write_text("channels:\n  - {id: c, url: '${MONITOR_DESK_URL}'}\n")
    env = {"MONITOR_DESK_URL": "json://a", "MONITOR_DESK_URL_FILE": "b"}
    assert settings.load(env, config=folder)
    assert problems_of({**env, "MONITOR_DESK": "a"}, config=folder) == [
        "MONITOR_DESK: there is no such setting; see docs/configuration.md; no file refers to it as ${…}"
    ]


def test_what_kubernetes_sets_for_a_service_called_monitor_is_no_unknown_setting() -> None:
    names = ("SERVICE_HOST", "SERVICE_PORT", "SERVICE_PORT_HTTP", "PORT", "PORT_8080_TCP", "PORT_8080_TCP_ADDR")
    assert settings.load({f"MONITOR_{name}": "10.0.0.1" for name in names})


def test_every_setting_has_a_variable_and_a_line_in_the_commented_defaults() -> None:
    text = (Path(__file__).parents[1] / "config/settings.yaml").read_text(encoding="utf-8")
    keys = set(re.findall(r"^# +(\w+):|^# (\w+):|\{(level): |(format):", text, re.MULTILINE))
    names = {name for found in keys for name in found if name}
    for name in settings.names():
        last = name.removeprefix("MONITOR_").lower().split("__")[-1]
        assert last == "config" or last in names, name


def test_the_commented_defaults_are_the_defaults(folder: Path) -> None:
    text = (Path(__file__).parents[1] / "config/settings.yaml").read_text(encoding="utf-8")
    lines = [line.removeprefix("# ") for line in text.split("\n")[5:]]
    assert lines[0].startswith("data:")
    (folder / "settings.yaml").write_text("\n".join(lines))
    found = settings.load({}, config=folder)
    assert found == settings.load({}, config=folder.parent / "none").model_copy(
        update={"config": folder, "database": "sqlite:///data/monitor.db"}
    )
    assert "body_limit: 10MiB" in text
