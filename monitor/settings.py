"""How this installation runs: folders, database, time-outs. What is watched and told is ``config``.

A setting comes from, first wins: a flag (``load(...)``), the environment (``MONITOR_FETCH__TIMEOUT``;
for a secret also ``MONITOR_DATABASE_FILE``, a file that holds it), ``settings.yaml`` in the
configuration folder, the default. All problems are told at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ByteSize, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from monitor.config import references
from monitor.config.problems import explained
from monitor.config.reading import Document, read
from monitor.config.schema import schema as schema_of
from monitor.config.secrets import read_secret
from monitor.config.values import Duration, Wrong, at_least, nearest, one_line
from monitor.errors import ConfigError, Problem
from monitor.model import Place

PREFIX = "MONITOR_"
FILE = "settings.yaml"

_SECOND = timedelta(seconds=1)
Span = Annotated[Duration, AfterValidator(at_least(timedelta(milliseconds=100)))]


class _Group(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Log(_Group):
    """What is written to stderr."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least level that is written."
    )
    format: Literal["text", "json"] = Field(default="text", description="logfmt lines, or JSON lines.")


class Fetch(_Group):
    """How feeds are fetched."""

    timeout: Span = Field(default=timedelta(seconds=30), description="For one feed, redirects and body included.")
    connect_timeout: Span = Field(
        default=timedelta(seconds=10), description="For one connection, name look-up included."
    )
    concurrency: int = Field(default=32, ge=1, le=500, description="Fetches at one time.")
    per_host: int = Field(default=2, ge=1, le=50, description="Fetches at one time from one host.")
    spacing: Annotated[Duration, AfterValidator(at_least(timedelta(0), timedelta(minutes=1)))] = Field(
        default=timedelta(milliseconds=500),
        description="Rest between two fetches from one host; none for feeds with allow_private.",
    )
    body_limit: ByteSize = Field(
        default=ByteSize(10 * 2**20), ge=1024, le=2**30, description="Largest document, counted after decompression."
    )
    contact: Annotated[str, AfterValidator(lambda text: one_line(text) if text else text)] = Field(
        default="", description="Address in the User-Agent, for publishers who want to reach you."
    )
    proxy: str = Field(
        default="",
        repr=False,
        description="HTTP or SOCKS proxy; private addresses can't be refused behind one. May hold a password.",
    )


class Deliver(_Group):
    """How messages are sent, and for how long a failed one is tried again."""

    # Five seconds at most: on SIGTERM, `monitor run` finishes what it has begun and ends within ten.
    timeout: Annotated[Duration, AfterValidator(at_least(timedelta(milliseconds=100), 5 * _SECOND))] = Field(
        default=5 * _SECOND, description="For a connection and for each answer; at most 5s."
    )
    backoff_first: Span = Field(
        default=timedelta(seconds=30), description="Wait after the first failure; doubles each time."
    )
    backoff_max: Span = Field(default=timedelta(hours=1), description="Longest wait between two attempts.")
    give_up_after: Span = Field(
        default=timedelta(days=3), description="Age at which a message that can't be sent is dead."
    )


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise Wrong("it is no web address", "write https://…")
    return text


class Canary(_Group):
    """The made-up item that travels the whole path, and who is told that it arrived."""

    every: Annotated[Duration, AfterValidator(at_least(timedelta(0)))] = Field(
        default=timedelta(0), description="How often one is launched; 0s: never."
    )
    patience: Span = Field(
        default=timedelta(minutes=5), description="How long it may take before operators are told that it is lost."
    )
    dead_man: Annotated[str, AfterValidator(_web_address)] = Field(
        default="",
        repr=False,
        description="URL that is asked for after each canary that arrived everywhere. May be a secret.",
    )


class Settings(BaseSettings):
    """config/settings.yaml: how this installation runs."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", env_ignore_empty=True, extra="forbid", frozen=True
    )

    config: Path = Field(default=Path("config"), description="Folder of the configuration; only ever read.")
    data: Path = Field(default=Path("data"), description="Folder of the database and its lock.")
    database: str = Field(
        default="", repr=False, description="Database URL; SQLite in the data folder if left out. May hold a password."
    )
    keep: Annotated[Duration, AfterValidator(at_least(timedelta(days=1)))] = Field(
        default=timedelta(days=90), description="How long the text of items is kept; their keys stay."
    )
    tick: Span = Field(default=timedelta(seconds=5), description="How often `monitor run` looks for what is due.")
    log: Log = Field(default=Log(), description="What is written to stderr.")
    fetch: Fetch = Field(default=Fetch(), description="How feeds are fetched.")
    deliver: Deliver = Field(default=Deliver(), description="How messages are sent.")
    canary: Canary = Field(default=Canary(), description="The made-up item that travels the whole path.")

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL of the database. It may hold a password: never log it."""
        return self.database or f"sqlite:///{self.data / 'monitor.db'}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log may show."""
        found = [value for value in (self.database, self.fetch.proxy) if value]
        passwords = [match[1] for value in found if (match := re.search(r"://[^/@]*:([^/]*)@", value))]
        watched = urlsplit(self.canary.dead_man)
        paths = [part for part in (self.canary.dead_man, watched.path.strip("/"), watched.query) if part]
        return (*(value for value in found if "@" in value), *passwords, *paths)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library names what it passes
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what ``load`` passes: it reads the other sources itself, to name them in its problems."""
        return (init_settings,)


_SECRETS = ("MONITOR_DATABASE", "MONITOR_FETCH__PROXY", "MONITOR_CANARY__DEAD_MAN")

# Kubernetes and Docker links set these for any service that is called "monitor".
_LINKS = re.compile(r"MONITOR_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)")


class _Environment(EnvSettingsSource):
    """The environment as it was given, not as the process has it."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        super().__init__(Settings)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): value for name, value in self._variables.items() if value}


def load(env: Mapping[str, str], **flags: Any) -> Settings:
    """The settings from ``flags``, ``env`` and the settings file, in this order.

    A flag that is None was not given; a group is a mapping (``log={"level": "debug"}``).
    Raises ``ConfigError`` with every problem: unknown names, values of the wrong kind, secret files
    that can't be read.
    """
    problems: list[Problem] = []
    given = _without_none(flags)
    folder = Path(given.get("config") or env.get(f"{PREFIX}CONFIG") or "config")
    document = _document(folder / FILE, problems)
    variables = _variables(env, folder, problems)
    from_env = _Environment(variables)()
    from_file = document.value if document and isinstance(document.value, dict) else {}
    sources = (given, from_env, from_file)
    merged: dict[str, Any] = {}
    for source in reversed(sources):
        merged = _merged(merged, source)
    try:
        settings = Settings(**merged)
    except ValidationError as error:
        for loc, key, what, instead in explained(error, Settings):
            problems.append(_placed(loc, key, what, instead, sources, document))
    else:
        if settings.canary.dead_man and not settings.canary.every:
            what, instead = "no canary flies that it could be told of", "set canary.every, such as 1h"
            problems.append(_placed(("canary", "dead_man"), True, what, instead, sources, document))
    if problems:
        raise ConfigError(tuple(problems))
    return settings


def schema() -> dict[str, Any]:
    """The JSON Schema of ``settings.yaml``."""
    return schema_of(Settings, without="config")


def variable(*path: str) -> str:
    """The environment variable of the setting at ``path``: ``MONITOR_FETCH__TIMEOUT``."""
    return PREFIX + "__".join(path).upper()


def names(model: type[BaseModel] = Settings, path: tuple[str, ...] = ()) -> Iterator[str]:
    """The environment variable of each setting."""
    for name, info in model.model_fields.items():
        if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel):
            yield from names(info.annotation, (*path, name))
        else:
            yield variable(*path, name)


def _variables(env: Mapping[str, str], folder: Path, problems: list[Problem]) -> dict[str, str]:
    """The variables that set something; those that set nothing are problems."""
    known = [*names(), *(f"{name}_FILE" for name in _SECRETS)]
    elsewhere = {name + end for name in references(folder) for end in ("", "_FILE")}
    found: dict[str, str] = {}
    for name, value in sorted(env.items()):
        if not name.startswith(PREFIX) or not value or name in elsewhere or _LINKS.fullmatch(name):
            continue
        if name not in known:
            near = nearest(name.removeprefix(PREFIX), [name.removeprefix(PREFIX) for name in known])
            advice = (
                f"did you mean {PREFIX}{near}?" if near else "see docs/configuration.md; no file refers to it as ${…}"
            )
            problems.append(Problem(None, f"{name}: there is no such setting", advice))
        elif name.removesuffix("_FILE") in _SECRETS and name.endswith("_FILE"):
            target = name.removesuffix("_FILE")
            if env.get(target):
                problems.append(Problem(None, f"both {target} and {name} are set", "keep one of them"))
                continue
            try:
                found[target] = read_secret(name, Path(value))
            except Wrong as wrong:
                problems.append(Problem(None, wrong.what, wrong.instead))
        else:
            found[name] = value
    return found


def _document(path: Path, problems: list[Problem]) -> Document | None:
    if not path.is_file():
        return None
    try:
        document = read(str(path), path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        problems.append(Problem(Place(str(path), 1, 1), f"this file can't be read: {reason}", "make it readable"))
        return None
    problems += document.problems
    if isinstance(document.value, dict) and "config" in document.value:
        place = document.place(("config",), key=True)
        problems.append(document.problem(place, "the folder can't be named inside itself", "set MONITOR_CONFIG"))
    elif not document.broken and document.value is not None and not isinstance(document.value, dict):
        problems.append(document.problem(document.place(), "the file must be a mapping", "write key: value"))
    return document


def _placed(
    loc: tuple[int | str, ...],
    key: bool,
    what: str,
    instead: str,
    sources: tuple[Mapping[str, Any], ...],
    document: Document | None,
) -> Problem:
    """The problem of the setting at ``loc``, said of the source it came from."""
    given, from_env, _ = sources
    path = [str(step) for step in loc]
    if _has(given, path):
        return Problem(None, f"{'.'.join(path)}: {what}", instead)
    if document is None or _has(from_env, path):
        return Problem(None, f"{variable(*path)}: {what}", instead)
    return document.problem(document.place(loc, key=key), what, instead)


def _has(source: Any, path: list[str]) -> bool:
    for step in path:
        if not isinstance(source, Mapping) or step not in source:
            return False
        source = source[step]
    return True


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for name, value in above.items():
        old = merged.get(name)
        merged[name] = _merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged


def _without_none(flags: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name, value in flags.items():
        kept = _without_none(value) if isinstance(value, Mapping) else value
        if kept is not None and kept != {}:
            found[name] = kept
    return found
