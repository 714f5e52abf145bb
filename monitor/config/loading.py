"""From a configuration folder to the frozen values the stages take, or to all of its problems."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import TypeVar, cast

from pydantic import BaseModel, ValidationError

from monitor.config import reading, secrets
from monitor.config.convert import channel_of, digest_of, feed_of, publisher_of, rule_of
from monitor.config.files import (
    ChannelEntry,
    ChannelsFile,
    DigestEntry,
    DigestsFile,
    FeedDefaults,
    FeedEntry,
    FeedsFile,
    PublisherEntry,
    PublishersFile,
    RuleEntry,
    RulesFile,
)
from monitor.config.folder import FILES, RULES
from monitor.config.loaded import Config
from monitor.config.problems import located
from monitor.config.reading import Document
from monitor.config.values import BLOCK, Wrong, choices, nearest
from monitor.errors import ConfigError, Problem
from monitor.model import Channel, DigestSpec, Feed, ListText, Place, Publisher, QueryText, RuleBook, RuleText

Entry = TypeVar("Entry", bound=BaseModel)
# What a rule is checked further with where its own is wrong or was left out.
_STAND_INS: Mapping[type[BaseModel], Mapping[str, str]] = {RuleEntry: {"category": "none", "level": "informational"}}


def load(folder: Path, env: Mapping[str, str]) -> Config:
    """The configuration in ``folder``, with secrets from ``env``.

    Raises ``ConfigError`` with every problem of every file.
    """
    config, problems = read(folder, env)
    if problems:
        raise ConfigError(problems)
    return config


def read(folder: Path, env: Mapping[str, str]) -> tuple[Config, tuple[Problem, ...]]:
    """What can be used of the configuration in ``folder``, and every problem of every file.

    For a caller that has further checks to make, and wants to tell all problems at once.
    """
    loader = _Loader(folder, secrets.Vault(env))
    try:
        loader.load()
    except OSError as error:  # the folder itself; what goes wrong with one file is said of the file
        loader.problems.append(Problem(Place(str(folder), 1, 1), f"this folder can't be read: {error.strerror}"))
    for document in loader.documents.values():
        document.forget()
    config = loader.config()
    return config, config.shown(loader.problems)


class _Loader:
    def __init__(self, folder: Path, vault: secrets.Vault) -> None:
        self.folder = folder
        self.vault = vault
        self.problems: list[Problem] = []
        self.documents: dict[str, Document] = {}
        self.places: dict[tuple[str, str, str], Place] = {}
        self.files: list[Path] = []
        self.hash = hashlib.sha256()
        self.source: list[str] = []
        self.unsure: set[str] = set()  # kinds of which some entries could not be read
        self.categories: set[str] = set()
        self.feeds: list[Feed] = []
        self.channels: list[Channel] = []
        self.digests: list[DigestSpec] = []
        self.publishers: list[Publisher] = []
        self.rules: list[RuleText] = []
        self.lists: list[ListText] = []
        self.queries: list[QueryText] = []

    def config(self) -> Config:
        hidden = {piece for channel in self.channels for piece in secrets.pieces(channel.url)}
        hidden.update(value for feed in self.feeds for _, value in feed.headers)
        hidden.update(self.vault.given)
        return Config(
            feeds=tuple(self.feeds),
            book=RuleBook(tuple(self.rules), tuple(self.lists), tuple(self.queries)),
            channels=tuple(self.channels),
            digests=tuple(self.digests),
            publishers=tuple(self.publishers),
            fingerprint=self.hash.hexdigest(),
            source="".join(self.source),
            files=(*self.files, *dict.fromkeys(self.vault.files)),
            secrets=tuple(sorted(secret for secret in hidden if len(secret) >= secrets.LEAST)),
            book_complete="rule" not in self.unsure,
            _places=self.places,
            _documents=self.documents,
        )

    def load(self) -> None:
        if not self._folder_is_there():
            return
        rule_files = sorted(path.name for path in (self.folder / RULES).glob("*.yaml"))
        feeds, channels, digests, publishers = (self._open(name) for name in FILES[:4])
        rules = [document for name in rule_files if (document := self._open(f"{RULES}/{name}"))]
        if not self.files:
            self._blame(
                self.folder, "there is no configuration in this folder", "put feeds.yaml and rules/*.yaml there"
            )
            return
        for document in rules:
            self._load_rules(document)
        self._load_feeds(feeds)
        self._load_channels(channels)
        self._load_digests(digests)
        self._load_publishers(publishers)
        for secret in self.vault.given:
            self.hash.update(secret.encode())

    def _folder_is_there(self) -> bool:
        if not self.folder.is_dir():
            self._blame(self.folder, "there is no such folder", "name another with MONITOR_CONFIG or --config")
            return False
        for path in sorted(self.folder.iterdir()):
            if path.suffix in (".yaml", ".yml") and path.name not in FILES:
                near = nearest(path.stem, (Path(name).stem for name in FILES))
                advice = f"rename it to {near}.yaml" if near else f"known: {', '.join(FILES)}, {RULES}/*.yaml"
                self._blame(path, "this file is not read", advice)
        for path in sorted((self.folder / RULES).glob("*.yml")):
            self._blame(path, "this file is not read", f"rename it to {path.stem}.yaml")
        return True

    def _blame(self, path: Path, what: str, instead: str) -> None:
        self.problems.append(Problem(Place(str(path), 1, 1), what, instead))

    def _open(self, name: str) -> Document | None:
        path = self.folder / name
        if not path.is_file():
            return None
        self.files.append(path)
        try:
            content = path.read_bytes()
        except OSError as error:
            self._blame(path, f"this file can't be read: {error.strerror}", "let this user read it")
            self._mark_unsure(name)
            return None
        self.hash.update(f"{name}\0{len(content)}\0".encode())
        self.hash.update(content)
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            document = Document(str(path), content.decode("utf-8", "replace"), broken=True)
            place = document.at(len(content[: error.start].decode("utf-8")))
            document.problems.append(document.problem(place, "this is no UTF-8 text", "save the file as UTF-8"))
        else:
            document = reading.read(str(path), text)
            if name.startswith(RULES):
                self.source.append(f"# {name}\n{text}\n")
        self.documents[str(path)] = document
        self.problems += document.problems
        if document.broken:
            self._mark_unsure(name)
            return None
        return document

    def _mark_unsure(self, name: str) -> None:
        self.unsure.add("rule" if name.startswith(RULES) else name.removesuffix("s.yaml"))

    # --- entries -----------------------------------------------------------------------------

    def _entries(
        self, document: Document, file: type[BaseModel], kind: str, model: type[Entry]
    ) -> Iterator[tuple[int, Entry]]:
        """The entries of a file, each once and without the keys that are wrong; those go to ``problems``."""
        if document.value is None:
            return  # an empty file, or one of comments only
        try:
            file.model_validate(document.value)
        except ValidationError as error:
            self.problems += located(error, document, file)
            if any(detail["loc"][:1] != (f"{kind}s",) for detail in error.errors(include_url=False)):
                self.unsure.add(kind)  # not an entry alone: a list that rules use, or the file itself
        key = f"{kind}s"
        entries = document.value.get(key) if isinstance(document.value, dict) else None
        if entries is not None and not isinstance(entries, list):
            self.unsure.add(kind)
        for number, value in enumerate(entries if isinstance(entries, list) else ()):
            id_ = value.get("id") if isinstance(value, dict) else None
            if not isinstance(id_, str):
                self.unsure.add(kind)  # something may refer to it by the id it was to have
            elif not self._take(document, kind, id_, (key, number), "id"):
                id_ = self._free(kind, id_)  # what else is wrong with it is told all the same
            category = value.get("category") if isinstance(value, dict) else None
            if kind == "rule" and isinstance(category, str):
                self.categories.add(category)
            entry = _readable(model, {**value, "id": id_} if isinstance(value, dict) and id_ else value)
            if entry is None:
                continue
            for name in cast("dict[str, object]", value):
                self.places[kind, cast("str", id_), name] = document.place((key, number, name))
            yield number, entry

    def _free(self, kind: str, id_: str) -> str:
        """An id like ``id_`` that no other entry has."""
        return next(name for n in count(2) if (kind, name := f"{id_}-{n}", "id") not in self.places)

    def _take(self, document: Document, kind: str, id_: str, loc: reading.Loc, key: str = "") -> bool:
        """Whether ``id_`` is still free; it is then taken."""
        taken = self.places.get((kind, id_, "id"))
        if taken:
            place = document.place((*loc, key) if key else loc, key=not key)
            self.problems.append(
                document.problem(place, f"the {kind} {id_!r} is already at {taken}", "give one of them another id")
            )
            return False
        self.places[kind, id_, ""] = document.place(loc, key=not key)
        self.places[kind, id_, "id"] = document.place((*loc, key) if key else loc, key=not key)
        return True

    def _expand(self, document: Document, loc: reading.Loc, text: str, *, url: bool = False) -> str | None:
        try:
            expanded = self.vault.expand(text, url=url)
            return _address(expanded) if url else expanded
        except Wrong as wrong:
            self.problems.append(document.problem(document.place(loc), wrong.what, wrong.instead))
            return None

    def _load_rules(self, document: Document) -> None:
        for number, entry in self._entries(document, RulesFile, "rule", RuleEntry):
            loc = ("rules", number)
            queries = [("when",), ("tell_when",), *(("raise", level.word) for level in entry.raises)]
            for path in queries:
                self._refuse_damaged(document, (*loc, *path))
            for level in entry.raises:
                if level <= entry.level:
                    place = document.place((*loc, "raise", level.word), key=True)
                    what = f"{level.word} is not above the rule's own level, {entry.level.word}"
                    self.problems.append(document.problem(place, what, "raise to a higher level, or remove this"))
            self.rules.append(rule_of(entry, document, loc))
        value = document.value if isinstance(document.value, dict) else {}
        for kind, key in (("list", "lists"), ("query", "queries")):
            named = value.get(key)
            for name, content in named.items() if isinstance(named, dict) else ():
                if self._take(document, kind, name, (key, name)):
                    self._load_named(document, kind, key, name, content)

    def _load_named(self, document: Document, kind: str, key: str, name: str, content: reading.Value) -> None:
        if kind == "list" and isinstance(content, list):
            terms = tuple(
                (term, document.place((key, name, number)))
                for number, term in enumerate(content)
                if isinstance(term, str)
            )
            self.lists.append(ListText(name, terms, document.place((key, name), key=True)))
        elif kind == "query" and isinstance(content, str):
            self._refuse_damaged(document, (key, name))
            query = document.query((key, name))
            self.queries.append(QueryText(name, query.text, query.place, query.indent))

    def _refuse_damaged(self, document: Document, loc: reading.Loc) -> None:
        damage = document.damage(loc)
        if damage:
            self.problems.append(document.problem(document.place(loc), damage, BLOCK.replace("{key}", str(loc[-1]))))

    def _load_feeds(self, document: Document | None) -> None:
        if document is None:
            return
        value = document.value if isinstance(document.value, dict) else {}
        try:
            defaults = FeedDefaults.model_validate(value.get("defaults", {}))
        except ValidationError:
            defaults = FeedDefaults()  # its problems are told with those of the file
        addresses: dict[str, str] = {}
        for number, entry in self._entries(document, FeedsFile, "feed", FeedEntry):
            loc = ("feeds", number)
            if entry.url in addresses:
                what = f"the feed {addresses[entry.url]!r} has the same address"
                self.problems.append(document.problem(document.place((*loc, "url")), what, "keep one of them"))
            addresses.setdefault(entry.url, entry.id)
            headers: list[tuple[str, str]] = []
            for name, template in entry.headers.items():
                text = self._expand(document, (*loc, "headers", name), template)
                if text is not None:
                    headers.append((name, text))
            self.feeds.append(feed_of(entry, defaults, tuple(headers)))

    def _load_channels(self, document: Document | None) -> None:
        if document is None:
            return
        for number, entry in self._entries(document, ChannelsFile, "channel", ChannelEntry):
            url = self._expand(document, ("channels", number, "url"), entry.url, url=True)
            if url is not None:
                self.channels.append(channel_of(entry, url))

    def _load_digests(self, document: Document | None) -> None:
        if document is None:
            return
        known = {
            kind: [id_ for k, id_, key in self.places if k == kind and key == "id"] for kind in ("channel", "rule")
        }
        categories = sorted(self.categories)
        for number, entry in self._entries(document, DigestsFile, "digest", DigestEntry):
            loc = ("digests", number)
            for kind, path, words, names in (
                ("channel", ("channels",), known["channel"], entry.channels),
                ("rule", ("select", "rules"), known["rule"], entry.select.rules),
                ("category", ("select", "categories"), categories, entry.select.categories),
            ):
                if ("rule" if kind == "category" else kind) in self.unsure:
                    continue  # what is missing may stand in a part that could not be read
                for index, name in enumerate(names):
                    if name not in words:
                        place = document.place((*loc, *path, index))
                        self.problems.append(
                            document.problem(place, f"there is no {kind} {name!r}", choices(name, words))
                        )
            self.digests.append(digest_of(entry))

    def _load_publishers(self, document: Document | None) -> None:
        if document is None:
            return
        taken: dict[tuple[str, str], str] = {}
        for number, entry in self._entries(document, PublishersFile, "publisher", PublisherEntry):
            for kind, words in (("host", entry.hosts), ("feed", entry.feeds), ("name", entry.names)):
                for index, word in enumerate(words):
                    place = document.place(("publishers", number, f"{kind}s", index))
                    other = taken.setdefault((kind, word.casefold()), entry.id)
                    if other != entry.id:
                        what = f"the publisher {other!r} has the {kind} {word!r} already"
                        self.problems.append(document.problem(place, what, "keep one of them"))
            self.publishers.append(publisher_of(entry))


def _readable(model: type[Entry], value: reading.Value) -> Entry | None:
    """The entry without the keys that are wrong in it, so that the others can be checked further; None: too little."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        wrong = {str(detail["loc"][0]) for detail in error.errors(include_url=False) if detail["loc"]}
    if not isinstance(value, dict):
        return None
    try:
        right = {key: part for key, part in value.items() if key not in wrong}
        return model.model_validate({**_STAND_INS.get(model, {}), **right})
    except ValidationError:
        return None


def _address(url: str) -> str:
    """``url`` where it can be an Apprise URL at all; which service it names, ``deliver`` checks."""
    scheme, mark, _ = url.partition("://")
    if not mark or not scheme.replace("+", "").replace("-", "").isalnum():
        raise Wrong("this is no Apprise URL", "write scheme://…, such as mailtos://…, discord://… or console://")
    if any(char.isspace() or not char.isprintable() for char in url):
        raise Wrong("this URL has a space or a control character in it", "percent-encode it: a space is %20")
    return url
