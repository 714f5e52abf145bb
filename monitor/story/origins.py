"""Who is behind a report and behind each claim in it: ten copies of one wire report are one origin.

A report is of whom it credits ("(AP)", "Reuters reports", "according to Xinhua"), else of the publisher whose
address it has. A claim is of whom the text quotes for it, else of whom the report is. The words of crediting
are in ``origins.toml``, the publishers in the configuration.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from monitor.model import Fact, Feed, Item, Party, Publisher, Report

_HEAD, _TAIL = 500, 90  # code points of a text in which a credit speaks for all of it
_DETERMINERS = re.compile(r"^(?:the|an?|some|two|several|local|senior)\s+", re.IGNORECASE)
# Said of many: two papers that quote "officials" need not have asked the same ones.
_GENERIC = frozenset(
    {"official", "officials", "police", "army", "military", "soldiers", "residents", "witnesses", "medics", "sources"}
    | {"source", "officer", "officers", "authorities", "government", "state", "ministry", "spokesman", "spokesperson"}
    | {"statement", "reports", "media", "activists", "doctors"}
)


@dataclass(frozen=True, slots=True)
class Behind:
    """Who is behind one claim: the origin it counts as, and the party whose voice that is."""

    origin: str
    title: str
    party: Party | None = None


class Origins:
    """The publishers of the configuration, ready to be asked. Never changes."""

    def __init__(self, publishers: Sequence[Publisher] = ()) -> None:
        self._by_id = {one.id: one for one in publishers}
        self._by_host = {host: one for one in publishers for host in one.hosts}
        self._by_feed = {feed: one for one in publishers for feed in one.feeds}
        self._by_name = {_key(name): one for one in publishers for name in one.names}
        agencies = [name for one in publishers if one.agency for name in one.names]
        self._as_written = tuple(name for name in agencies if name.isupper())
        self._agencies = tuple(name.casefold() for name in agencies if not name.isupper())
        self._credit = _credits(agencies) if agencies else None
        everyone = [name for one in publishers for name in one.names]
        self._named = re.compile(rf"(?<!\w)(?:{_alternatives(everyone)})(?!\w)") if everyone else None

    def of(self, item: Item, feed: Feed) -> str:
        """Who is behind ``item``: the id of a publisher, else the site it is published at, else its feed."""
        own = self._by_feed.get(feed.id) or self._of_host(_host(item.url)) or self._of_host(_host(feed.url))
        credited = self.credited(item)
        if credited is not None and not (own is not None and (own.agency or own.party is not None)):
            return credited.id
        if own is not None:
            return own.id
        return self._place(item.url) or self._place(feed.url) or feed.id

    def credited(self, item: Item) -> Publisher | None:
        """The agency whose report ``item`` says it prints; None where it credits none."""
        if self._credit is None:
            return None
        for text in (item.title, item.summary, item.body):
            for part in (text[:_HEAD], text[max(_HEAD, len(text) - _TAIL) :]):
                if not self._names_an_agency(part):
                    continue  # most texts name none, and that is soon seen
                found = self._credit.search(part)
                if found is not None:
                    return self._by_name[_key(next(filter(None, found.groups())))]
        return None

    def _names_an_agency(self, text: str) -> bool:
        folded = text.casefold()
        return any(name in text for name in self._as_written) or any(name in folded for name in self._agencies)

    def behind(self, fact: Fact, report: Report) -> Behind:
        """Who is behind one claim of ``report``."""
        said = fact.said
        known = self.speaker(said.who) if said is not None else None
        if said is not None and known is not None:
            return Behind(known.id, said.who, known.party or said.party)
        own = self._by_id.get(report.origin)
        if said is not None and _is_name(said.who):
            return Behind(_key(_DETERMINERS.sub("", said.who)), said.who, said.party)
        title = own.title if own is not None and report.feed not in own.feeds else report.feed_title
        name = f"{said.who} ({title})" if said is not None else title
        return Behind(report.origin or report.feed, name, said.party if said else own.party if own else None)

    def speaker(self, who: str) -> Publisher | None:
        """The publisher that is named as a speaker: "CENTCOM", "a spokesman of the SDF"."""
        found = self._named.search(who) if self._named is not None else None
        return self._by_name[_key(found.group())] if found else None

    def name(self, report: Report) -> str:
        """What a reader calls the origin of ``report``: its publisher, else the feed that has it."""
        known = self._by_id.get(report.origin)
        return known.title if known else report.feed_title

    def _of_host(self, host: str) -> Publisher | None:
        while "." in host:
            if host in self._by_host:
                return self._by_host[host]
            host = host.partition(".")[2]
        return None

    def _place(self, url: str) -> str:
        """The site an address is of; "" where it says nothing of who publishes."""
        host = _host(url)
        if not host or _under(host, _words().aggregators):
            return ""
        platform = _under(host, _words().platforms)
        if platform and host == platform:
            whose = urlsplit(url).path.strip("/").partition("/")[0]
            return f"{host}/{whose.casefold()}" if whose else ""
        return host if platform else site(host)


def site(host: str) -> str:
    """The domain that a host is of, as far as names tell: the last two labels, or three of co.uk."""
    labels = host.lower().removeprefix("www.").split(".")
    if all(label.isdigit() for label in labels):
        return host
    return ".".join(labels[-3 if len(labels) > 2 and len(labels[-2]) <= 3 and len(labels[-1]) == 2 else -2 :])


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _under(host: str, domains: Iterable[str]) -> str:
    return next((domain for domain in domains if host == domain or host.endswith(f".{domain}")), "")


def _is_name(who: str) -> bool:
    """Whether the words name one speaker, so that two papers that quote it have one origin."""
    words = _DETERMINERS.sub("", who).split()
    return any(word[:1].isupper() for word in words) and not all(word.casefold() in _GENERIC for word in words)


def _key(name: str) -> str:
    return " ".join(name.casefold().split())


# --- credits -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Words:
    before: tuple[str, ...]
    after: tuple[str, ...]
    between: tuple[str, ...]
    aggregators: tuple[str, ...]
    platforms: tuple[str, ...]


@cache
def _words() -> _Words:
    table = tomllib.loads(files("monitor.story").joinpath("origins.toml").read_text(encoding="utf-8"))
    return _Words(**{name: tuple(words) for name, words in table.items()})


def _credits(names: Sequence[str]) -> re.Pattern[str]:
    """What finds a credit of one of ``names``; one group holds the name."""
    words, name = _words(), f"({_alternatives(names)})"
    between = rf"(?:(?:{_plain(words.between)})\s+)*?"
    forms = (
        rf"[(\[]\s*{name}\s*[)\]]",  # (AP), Oct. 22 (Xinhua) --
        rf"(?<!\w)(?i:{_plain(words.before)})\s+{between}{name}(?!\w)",
        rf"(?<!\w){name}(?:\s+(?:news\s+agency|state\s+media))?,?\s+(?i:{_plain(words.after)})(?!\w)",
        rf"[-–—|/·•:.]\s*{name}\s*[.)]?\s*$",  # … said. AFP
        rf"^\s*{name}\s*[-–—:|]",
        rf"(?<!\w){name}['’](?:ye|ya|nin|nın|a|e|in)\s",  # of Turkish: AA'ya göre
    )
    return re.compile("|".join(forms))


def _plain(words: Iterable[str]) -> str:
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in ordered)


def _alternatives(names: Iterable[str]) -> str:
    """The names, the longest first; one in capitals as written, others in any case."""
    ordered = sorted(set(names), key=len, reverse=True)
    plain = [re.escape(name).replace(r"\ ", r"\s+") for name in ordered]
    return "|".join(text if name.isupper() else f"(?i:{text})" for name, text in zip(ordered, plain, strict=True))
