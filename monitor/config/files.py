"""The files of the configuration folder as people write them: every key, its kind and its meaning.

From here come the checks of structure and the JSON Schema that editors read. A key that is not
named here is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from monitor.config.values import (
    Clock,
    Cron,
    Duration,
    Example,
    FeedUrl,
    HostName,
    Id,
    Interval,
    Lang,
    LevelWord,
    PartyWord,
    QueryWords,
    Term,
    Text,
    TierWord,
    Wrong,
    Zone,
    shown,
)
from monitor.model import Level, Tier
from monitor.model.configured import STEPS


class Strict(BaseModel):
    """A mapping in a file: no unknown key, no conversion between kinds of value."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


# --- feeds.yaml --------------------------------------------------------------------------------

# The fetcher sets these itself, or the protocol does (RFC 9110, RFC 9112).
_OWN_HEADERS = {"accept-encoding", "connection", "content-length", "host", "if-modified-since", "if-none-match"}
_OWN_HEADERS |= {"range", "te", "trailer", "transfer-encoding", "upgrade"}


def _headers(headers: Mapping[str, str]) -> Mapping[str, str]:
    for name, value in headers.items():
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
            raise Wrong(f"{shown(name)} is no header name", "write one such as Authorization")
        if name.lower() in _OWN_HEADERS:
            raise Wrong(f"the header {name!r} is set by monitor itself", "remove it")
        if not value.strip() or not value.isprintable():
            raise Wrong(f"the value of {name!r} is empty or no single line", "write one line of text")
    return headers


class FeedDefaults(Strict):
    """What holds for each feed of the file that does not say otherwise."""

    tier: TierWord = Field(default=Tier.NATIONAL, description="Tier of a feed that names none.", examples=["national"])
    lang: Lang | None = Field(default=None, description="Language of a feed that names none.", examples=["en"])
    interval: Interval = Field(
        default=timedelta(minutes=15), description="Time between two polls of one feed.", examples=["15m"]
    )
    interval_min: Interval = Field(
        default=timedelta(minutes=1), description="The shortest a feed that runs over may come to.", examples=["1m"]
    )
    ceilings: dict[TierWord, Interval] = Field(
        default={}, description="The longest time between two polls, by tier.", examples=[{"official": "5m"}]
    )
    include_last: Duration = Field(
        default=timedelta(0),
        description="What a feed's first poll may tell, by age; the rest is its baseline.",
        examples=["24h"],
    )


class FeedEntry(Strict):
    """A feed to watch."""

    id: Id = Field(description="Its name in logs, rules and commands; never change it.", examples=["example-news"])
    url: FeedUrl = Field(
        description="Address of the RSS, Atom, RDF or JSON Feed document.", examples=["https://example.org/feed.xml"]
    )
    title: Text | None = Field(default=None, description="The publisher, as a reader knows it; the id if left out.")
    tier: TierWord | None = Field(
        default=None,
        description="What stands behind it: official, wire, national, local or group.",
    )
    lang: Lang | None = Field(default=None, description="Language, where the feed's own word is missing or wrong.")
    tags: list[Id] = Field(default=[], description="Words to select by, such as a region.", examples=[["iraq"]])
    interval: Interval | None = Field(default=None, description="Time between two polls.", examples=["5m"])
    interval_min: Interval | None = Field(
        default=None, description="The shortest it may come to where items would be missed.", examples=["1m"]
    )
    interval_max: Interval | None = Field(
        default=None, description="The longest it may come to where the publisher asks for it.", examples=["1h"]
    )
    allow_private: bool = Field(default=False, description="Whether its address may be private or of this machine.")
    include_last: Duration | None = Field(
        default=None, description="What its first poll may tell, by age.", examples=["24h"]
    )
    full_text: bool = Field(default=False, description="Whether the article behind each new item is fetched too.")
    headers: Annotated[dict[str, str], AfterValidator(_headers)] = Field(
        default={}, description="Request headers; ${NAME} takes a secret from the environment."
    )


class FeedsFile(Strict):
    """config/feeds.yaml: what is watched."""

    defaults: FeedDefaults = Field(
        default=FeedDefaults(), description="What holds for each feed that does not say otherwise."
    )
    feeds: list[FeedEntry] = Field(description="The feeds.")


# --- rules/*.yaml ------------------------------------------------------------------------------


class Examples(Strict):
    """Texts that a rule is tried on by `monitor check`."""

    match: list[Example] = Field(
        default=[], description="Headlines the rule must match; further lines of one are its summary."
    )
    ignore: list[Example] = Field(default=[], description="Headlines the rule must not match.")


class RuleEntry(Strict):
    """A rule: what is looked for, and how loudly it is told."""

    id: Id = Field(description="Its name in digests and commands; never change it.", examples=["us-casualties"])
    title: Text | None = Field(default=None, description="What a digest calls it; the id if left out.")
    category: Id = Field(description="The subject it belongs to; digests select by it.", examples=["casualties"])
    level: LevelWord = Field(description="How loudly a match is told.", examples=["high"])
    when: QueryWords = Field(
        description="The query that judges an item; write it in a `when: |` block.", examples=["|"]
    )
    tell_when: QueryWords | None = Field(
        default=None, description="The query that its story must satisfy before it is told."
    )
    raises: dict[LevelWord, QueryWords] = Field(
        default={}, alias="raise", description="Levels above the rule's own, each with the query that lifts to it."
    )
    examples: Examples = Field(default=Examples(), description="Headlines it must and must not match.")
    note: str | None = Field(default=None, description="For those who maintain it; nothing reads it.")


class RulesFile(Strict):
    """config/rules/*.yaml: what is looked for."""

    lists: dict[Id, list[Term]] = Field(default={}, description="Named lists of terms, used as @name in any file.")
    queries: dict[Id, QueryWords] = Field(default={}, description="Named queries, used as $name in any file.")
    rules: list[RuleEntry] = Field(default=[], description="The rules.")


# --- channels.yaml -----------------------------------------------------------------------------


class ChannelEntry(Strict):
    """A recipient."""

    id: Id = Field(description="Its name in digests and commands; never change it.", examples=["desk"])
    title: Text | None = Field(default=None, description="What people call it; the id if left out.")
    url: str = Field(
        description="Its Apprise URL, or console://; ${NAME} takes a secret from the environment.",
        examples=["${DESK_URL}"],
    )
    timezone: Zone = Field(
        default="UTC", description="IANA zone that its dates and times are shown in.", examples=["Asia/Baghdad"]
    )
    include_last: Duration = Field(
        default=timedelta(0),
        description="How far back a new channel is told of what was matched before it.",
        examples=["24h"],
    )
    operators: bool = Field(default=False, description="Whether it is told how feeds and rules fare.")
    canary: Literal["quiet", "message", "off"] = Field(
        default="quiet",
        description="How the canary comes to it: quiet (the receiver is asked, and gets no message), message, or off.",
    )


class ChannelsFile(Strict):
    """config/channels.yaml: who is told."""

    channels: list[ChannelEntry] = Field(description="The channels.")


# --- digests.yaml ------------------------------------------------------------------------------


class Select(Strict):
    """Which matches a digest takes: each condition that is given must hold."""

    rules: list[Id] = Field(default=[], description="Any of these rules.")
    categories: list[Id] = Field(default=[], description="Any of these categories.")
    level: LevelWord = Field(default=Level.INFORMATIONAL, description="This level or above.", examples=["medium"])
    tags: list[Id] = Field(default=[], description="Any of these tags, of the item or of its feed.")
    langs: list[Lang] = Field(default=[], description="Any of these languages.")


class QuietHours(Strict):
    """Hours in which matches are held and told afterwards."""

    start: Clock = Field(alias="from", description="When they begin, in the digest's zone.", examples=["22:00"])
    end: Clock = Field(alias="to", description="When they end; before `from`, they span midnight.", examples=["07:00"])
    unless: LevelWord = Field(default=Level.CRITICAL, description="This level and above is told all the same.")

    @model_validator(mode="after")
    def _some_hours(self) -> QuietHours:
        if self.start == self.end:
            raise Wrong("these quiet hours begin and end at one time", "write two different times", "to")
        return self


class UnconfirmedEntry(Strict):
    """What becomes of matches whose story does not satisfy their rule's tell_when."""

    hold: Duration = Field(default=timedelta(hours=24), description="How long they wait for it.", examples=["24h"])
    then: Literal["tell", "drop"] | None = Field(
        default=None,
        description="Told as unconfirmed afterwards, or let go; where left out, let go by what tells at once.",
    )
    show: bool = Field(default=False, description="Whether the digest lists them meanwhile; it always counts them.")


class AgainEntry(Strict):
    """What an alert rings again for, of a story it rang for before; a higher level always does."""

    toll: list[Annotated[int, Field(ge=1)]] = Field(
        default=list(STEPS), description="A figure that crosses one of these, up or down.", examples=[[1, 5, 10]]
    )
    status: bool = Field(default=True, description="A story that is confirmed or denied.")
    party: bool = Field(default=True, description="A figure of people there was none of before.")
    posture: bool = Field(default=False, description="Forces that go somewhere or leave, or another number of them.")
    by: bool = Field(default=False, description="Who did it, where nobody was named for it before.")
    place: bool = Field(default=False, description="Where it was, for the first time or more exactly.")
    named: bool = Field(default=False, description="Who was killed or taken, where nobody was named before.")


class DigestEntry(Strict):
    """A digest: when which channels are told what."""

    id: Id = Field(description="Its name in commands; never change it.", examples=["morning"])
    title: Text | None = Field(default=None, description="What its subject line begins with; the id if left out.")
    channels: list[Id] = Field(min_length=1, description="The channels it goes to.", examples=[["console"]])
    cron: Cron | None = Field(
        default=None, description="Schedule: minute hour day month weekday, in its zone.", examples=["0 8 * * *"]
    )
    every: Interval | None = Field(default=None, description="Schedule: time between two digests.", examples=["4h"])
    at_once: LevelWord | None = Field(
        default=None, description="Schedule: each story by itself, as soon as it matches at this level or above."
    )
    timezone: Zone = Field(
        default="UTC", description="IANA zone of its schedule and quiet hours.", examples=["Asia/Baghdad"]
    )
    select: Select = Field(default=Select(), description="Which matches it takes; all where it is left out.")
    quiet: QuietHours | None = Field(default=None, description="Hours in which matches are held and told afterwards.")
    send_empty: bool = Field(default=False, description="Whether it is sent when there is nothing to tell.")
    unconfirmed: UnconfirmedEntry = Field(
        default=UnconfirmedEntry(), description="What becomes of matches whose story does not satisfy tell_when."
    )
    again: AgainEntry = Field(default=AgainEntry(), description="What an alert rings again for; for at_once.")

    @model_validator(mode="after")
    def _one_schedule(self) -> DigestEntry:
        given = [key for key in ("cron", "every", "at_once") if getattr(self, key) is not None]
        if not given:
            raise Wrong("this digest has no schedule", "add one of cron: '0 8 * * *', every: 4h, at_once: critical")
        if len(given) > 1:
            raise Wrong(f"this digest has two schedules, {' and '.join(given)}", "keep one of them", given[1])
        if self.send_empty and self.at_once is not None:
            raise Wrong("a digest that tells at once is never empty", "remove send_empty", "send_empty")
        if "again" in self.model_fields_set and self.at_once is None:
            raise Wrong("only what tells at once can ring again", "remove again, or tell at_once", "again")
        return self


class DigestsFile(Strict):
    """config/digests.yaml: when which channels are told what."""

    digests: list[DigestEntry] = Field(description="The digests.")


# --- publishers.yaml ---------------------------------------------------------------------------


class PublisherEntry(Strict):
    """A publisher: all its outlets, and all that is told on its word, are one origin."""

    id: Id = Field(description="Its name where origins are counted; never change it.", examples=["ap"])
    title: Text | None = Field(default=None, description="What a digest calls it; the id if left out.")
    hosts: list[HostName] = Field(
        default=[], description="Domains of its outlets, with all below them.", examples=[["apnews.com"]]
    )
    feeds: list[Id] = Field(
        default=[],
        description="Feeds that carry its items under another's address; they need not be watched.",
        examples=[["ap"]],
    )
    names: list[Text] = Field(
        default=[],
        description="How others call it when they credit or quote it; in capitals: as written.",
        examples=[["AP", "Associated Press"]],
    )
    agency: bool = Field(default=False, description="Whether others print its text, with its credit.")
    party: PartyWord | None = Field(default=None, description="Whom it speaks for, where it is a side's own voice.")

    @model_validator(mode="after")
    def _known_by_something(self) -> PublisherEntry:
        if not (self.hosts or self.feeds or self.names):
            raise Wrong("nothing tells what is of this publisher", "add hosts, feeds or names", "id")
        if self.agency and not self.names:
            raise Wrong("an agency is found by its credit", "add the names it is credited by", "agency")
        return self


class PublishersFile(Strict):
    """config/publishers.yaml: who is behind what is published."""

    publishers: list[PublisherEntry] = Field(description="The publishers.")
