"""``monitor feeds import`` and ``export``: lists of feeds from and for other readers."""

from __future__ import annotations

import argparse
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from monitor import app, opml, parse
from monitor.cli import FINDINGS, OK, documents, edge
from monitor.cli.terminal import count
from monitor.config.values import Wrong, feed_url
from monitor.errors import ConfigError, MonitorError, ParseError
from monitor.fetch import Request
from monitor.fetch.address import refusal
from monitor.model import Failed, Feed, Fetched, NotModified
from monitor.parse.discovery import discover
from monitor.settings import Settings

_NO_TEXT = ("true", "false", "null")  # what these words are to YAML


def export(arguments: argparse.Namespace, settings: Settings) -> int:  # noqa: ARG001 - every command has this form
    """Every configured feed as OPML, to stdout."""
    edge.show(opml.write(app.check_offline(settings).feeds.values(), "monitor").rstrip("\n"))
    return OK


def import_feeds(arguments: argparse.Namespace, settings: Settings) -> int:
    """The feeds of an OPML file, or those that a site names, as YAML for feeds.yaml, to stdout."""
    try:
        feeds = app.check_offline(settings).feeds
    except ConfigError:  # who begins with a list has nothing else yet
        feeds = {}
        edge.say("what is watched already is not known: the configuration is missing or not right (monitor check)")
    watched = {feed.url: feed.id for feed in feeds.values()}
    taken = set(feeds)
    new = 0
    for source in arguments.source:
        for outline in _outlines(source, settings, allow_private=arguments.allow_private):
            url, credentials = _bare(outline.url)
            try:
                host = urlsplit(feed_url(url)).hostname or ""
            except Wrong as wrong:
                edge.say(f"left out: {outline.title or 'an entry without a title'}: {wrong.what}")
                continue
            if url in watched:
                edge.say(f"already watched as {watched[url]}: {url}")
                continue
            if not new:
                edge.show("feeds:")
            title = outline.title or host
            name = watched[url] = _free(_slug(title) or _slug(host) or "feed", taken)
            private = arguments.allow_private and (host == "localhost" or _is_private(host))
            edge.show("\n".join(_entry(name, url, title, outline, credentials=credentials, private=private)))
            new += 1
    if not new:
        edge.say("no feed that is new")
        return FINDINGS
    edge.say(f"{count(new, 'feed')} for feeds.yaml; look at each with `monitor feeds test`, then `monitor check`")
    return OK


def _outlines(source: str, settings: Settings, *, allow_private: bool) -> Iterable[opml.Outline]:
    """What ``source`` lists as OPML, names as a page, or is as a feed."""
    remote = re.match(r"https?://", source, re.IGNORECASE) is not None
    fetched = _fetched(source, settings, allow_private=allow_private) if remote else _of_file(source, settings)
    try:
        return opml.read(fetched.body)
    except ParseError as error:
        no_list = error
    try:
        parsed = parse.parse(Feed(source, source, source), fetched)
    except ParseError:
        named = [opml.Outline(url, title) for url, title in discover(fetched)]
        if named:
            return named
        raise MonitorError(f"{_bare(source)[0]} is no OPML and names no feed: {no_list}") from no_list
    if not remote:
        raise MonitorError(f"{source} is a feed, and no list of feeds: give its address") from no_list
    return [opml.Outline(fetched.moved_to or source, parsed.title, parsed.lang or "")]


def _of_file(source: str, settings: Settings) -> Fetched:
    try:
        return documents.of_file(source, settings.fetch.body_limit)
    except MonitorError as error:
        raise MonitorError(f"{source}: {error}") from error


def _fetched(source: str, settings: Settings, *, allow_private: bool) -> Fetched:
    feed = Feed(source, source, source, allow_private=allow_private)
    [(_, result)] = app.make_fetcher(settings).fetch_all([Request(feed)])
    if isinstance(result, Failed):
        hint = " (to try it: --allow-private)" if "allow_private" in result.detail else ""
        raise MonitorError(f"{_bare(source)[0]}: {result.detail}{hint}")
    if isinstance(result, NotModified):
        raise MonitorError(f"{_bare(source)[0]}: 304 to a request that was not conditional")
    return result


def _entry(
    name: str, url: str, title: str, outline: opml.Outline, *, credentials: bool, private: bool
) -> Iterator[str]:
    note = " # its address held a password: write it as headers: {Authorization: '${NAME}'}" if credentials else ""
    tags = list(dict.fromkeys(filter(None, (_slug(tag) for tag in (*outline.folders, *outline.categories)))))
    yield f"  - id: {name}"
    yield f"    url: {_quoted(url)}{note}"
    yield f"    title: {_quoted(title)}"
    if outline.tier:
        yield f"    tier: {outline.tier.value}"
    lang = re.match(r"[a-zA-Z]{2,3}", outline.lang)
    if lang:
        yield f"    lang: {lang[0].lower()}"
    if tags:
        yield f"    tags: [{', '.join(tags)}]"
    if private:
        yield "    allow_private: true"


def _bare(url: str) -> tuple[str, bool]:
    """``url`` without the credentials in it, and whether there were any."""
    scheme, slashes, rest = url.partition("//")
    place, slash, path = rest.partition("/")
    return f"{scheme}{slashes}{place.rpartition('@')[2]}{slash}{path}", "@" in place


def _is_private(host: str) -> bool:
    return re.fullmatch(r"[\d.]+|.*:.*", host) is not None and refusal(host) is not None


def _free(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    taken.add(free)
    return free


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")
    return f"feed-{slug}" if slug[:1].isdigit() or slug in _NO_TEXT else slug


def _quoted(text: str) -> str:
    # A JSON string is a YAML 1.2 string, and none of its characters means anything else there.
    return json.dumps("".join(char if char.isprintable() else " " for char in text), ensure_ascii=False)
