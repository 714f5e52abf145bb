"""What the documents say is so: commands exist and run, examples load, tables are complete, links lead somewhere."""

from __future__ import annotations

import argparse
import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor import __version__, app, cli
from monitor import settings as settings_module

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
SECRETS = {"SMTP_USER": "desk", "SMTP_PASSWORD": "correct horse"}


def blocks(text: str, language: str) -> Iterator[str]:
    """The fenced blocks of ``language``."""
    for found in re.finditer(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        yield found[1]


def commands(text: str) -> Iterator[list[str]]:
    """The words after ``monitor`` of every command line in shell blocks and in code spans."""
    lines = [line for language in ("console", "sh") for block in blocks(text, language) for line in block.splitlines()]
    lines += re.findall(r"`(monitor [^`]+)`", text)
    for line in lines:
        if line.startswith("monitor "):
            yield shlex.split(line, comments=True)[1:]


def leaves(parser: argparse.ArgumentParser, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command that can be typed."""
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not below:
        yield path
    for action in below:
        for name, child in action.choices.items():
            yield from leaves(child, (*path, name))


def tables_of_commands() -> list[str]:
    return re.findall(r"^\| `(monitor [^`]+)` \|", README, re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_in_the_documents_can_be_typed(document: Path) -> None:
    wrong = []
    for words in commands(document.read_text(encoding="utf-8")):
        said = [word for word in words if word not in ("…", "...")]
        if tuple(said) in set(leaves(cli.parser())):
            continue  # a command that is only named
        try:
            cli.parser().parse_args(said)
        except SystemExit as stop:
            if stop.code:
                wrong.append(" ".join(words))
    assert wrong == []


def test_the_readme_names_every_command() -> None:
    named = {tuple(word for word in row.split()[1:] if re.fullmatch("[a-z]+", word)) for row in tables_of_commands()}
    assert named == set(leaves(cli.parser()))


def test_every_make_verb_in_the_documents_exists() -> None:
    verbs = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        asked = set(re.findall(r"^make ([a-z]+)", text, re.MULTILINE)) | set(re.findall(r"`make ([a-z]+)`", text))
        assert asked <= verbs, document.name


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_to_a_file_leads_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)", document.read_text(encoding="utf-8"))
    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_the_readme_names_every_setting() -> None:
    rows = re.findall(r"^\| (`MONITOR_[^|]+) \|", README, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
    names = set(settings_module.names())
    assert named == names | {f"{name}_FILE" for name in settings_module._SECRETS}


def test_the_defaults_in_the_readme_are_the_defaults() -> None:
    rows = re.findall(r"^\| `(MONITOR_[A-Z_]+)`[^|]*\| `([^`]+)` \|", README, re.MULTILINE)
    assert len(rows) > 10
    plain = settings_module.load({})
    for variable, default in rows:
        assert settings_module.load({variable: default}) == plain, variable


# --- examples ----------------------------------------------------------------------------------


def configured(folder: Path) -> Path:
    """A copy of the shipped configuration."""
    return Path(shutil.copytree(ROOT / "config", folder / "config"))


def test_the_configuration_that_is_shipped_is_accepted() -> None:
    checked = app.check(settings_module.load({}, config=str(ROOT / "config")), {})
    assert 30 <= len(checked.config.feeds) <= 60
    assert [channel.id for channel in checked.config.channels] == ["console"]


def test_the_first_edit_of_the_readme_is_accepted_as_it_stands(tmp_path: Path) -> None:
    config = configured(tmp_path)
    written = []
    for example in blocks(README, "yaml"):
        place = re.match(r"# config/(\S+)\n", example)
        assert place is not None, "an example says which file it is"
        (config / place[1]).write_text(example, encoding="utf-8")
        written.append(place[1])
    assert len(written) == 3
    checked = app.check(settings_module.load({}, config=str(config)), SECRETS)
    assert {spec.id for spec in checked.config.digests} == {"morning", "urgent"}
    assert "base-attack" in {rule.id for rule in checked.config.book.rules}


def test_the_commands_of_the_readme_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each says something, on the shipped channels and digests with one small rule and no feed to reach."""
    config = configured(tmp_path)
    shutil.rmtree(config / "rules")
    (config / "rules").mkdir()
    rule = next(example for example in blocks(README, "yaml") if "rules:" in example)
    (config / "rules" / "own.yaml").write_text(rule, encoding="utf-8")
    sample = tmp_path / "feed.rss"
    sample.write_text('<rss version="2.0"><channel><title>Empty</title></channel></rss>')
    (config / "feeds.yaml").write_text(
        "feeds:\n  - {id: nobody, url: 'http://127.0.0.1:9/', title: Nobody, allow_private: true}\n"
    )
    archive = tmp_path / "items.jsonl"
    archive.write_text(
        '{"id": "1", "date": "2024-10-23", "title": "Rockets fired at air base", "url": "https://a.example/1"}\n'
    )
    opml = tmp_path / "list.opml"
    opml.write_text('<opml version="2.0"><body><outline text="A" xmlUrl="https://a.example/rss"/></body></opml>')
    wanted = {
        "CHANNEL": "console",
        "FEED": str(sample),
        "FILE": str(opml),
        "ITEMS.jsonl": str(archive),
        "DIR": str(tmp_path / "replayed"),
        "RULE": "base-attack",
        "WHY": "a test",
        "OLD": str(config),
        "NEW": str(config),
        "TEXT": "Rockets fired at air base in western Iraq",
    }
    left_out = {"demo", "run"}  # each has a test of its own
    codes = {}
    for row in tables_of_commands():
        words = [wanted.get(word, word) for word in row.split()[1:]]
        if words[0] in left_out:
            continue
        code = cli.main([*words, "--config", str(config), "--data", str(tmp_path / "data")])
        printed = capsys.readouterr()
        assert printed.out or printed.err, row
        codes[row] = code
    # The one feed can't be reached and no daemon runs: that is a finding for status and healthcheck.
    findings = {
        "monitor status",
        "monitor doctor",
        "monitor healthcheck",
        "monitor why WORDS",
        "monitor story show WORDS",
        "monitor story split ITEM",
        "monitor story merge STORY INTO",
        "monitor export facts",
        "monitor export items",
    }
    assert {row for row, code in codes.items() if code == cli.FINDINGS} <= findings
    assert {row for row, code in codes.items() if code not in (cli.OK, cli.FINDINGS)} == set()


# --- what is built around it -------------------------------------------------------------------


def test_one_version_is_told_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == __version__
    assert f'image.version="{__version__}"' in (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert f"image: monitor:{__version__}" in (ROOT / "compose.yaml").read_text(encoding="utf-8")


def test_every_dependency_is_pinned_without_naming_an_index() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line) for line in pins)
    pinned = {re.sub(r"[-_.]+", "-", line.partition("==")[0]).lower() for line in pins}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needs = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    names = {re.sub(r"[-_.]+", "-", re.split(r"[^A-Za-z0-9._-]", need, maxsplit=1)[0]).lower() for need in needs}
    assert names - {"monitor"} <= pinned


def test_an_installed_monitor_carries_every_file_of_the_shipped_configuration() -> None:
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"][
        "package-data"
    ]
    carried = {file.resolve() for pattern in patterns["monitor"] for file in (ROOT / "monitor").glob(pattern)}
    shipped = {file for file in (ROOT / "config").rglob("*") if file.is_file()}
    assert shipped <= carried
    data = {
        file
        for file in (ROOT / "monitor").rglob("*")
        if file.is_file() and file.suffix not in (".py", ".pyc") and "shipped" not in file.parts
    }
    assert data <= carried
