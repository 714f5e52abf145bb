"""Items for the tests of facts, in words of their own."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor import facts
from monitor.model import Casualty, Fact, Item, Operation, Posture, Strength

THURSDAY = datetime(2024, 10, 24, 5, tzinfo=UTC)

JOINT_RAID = """On 22 October Iraqi counter-terrorism forces, with support of the US-led coalition, raided an ISIS position in \
central Iraq. At least seven senior ISIS operatives were killed, the group’s top figure in Iraq among them. Two US service \
members were wounded and are stable. Weapons were seized.
Four ISIS members died in air strikes in north-east Iraq on 14 October. A UN report puts ISIS at 1,500 to 3,000 fighters in \
Iraq and Syria. About 2,500 US troops are in Iraq and 900 in Syria; the US mission may end within a year."""


def item(title: str = "", summary: str = "", *, lang: str | None = None, published: datetime | None = THURSDAY) -> Item:
    return Item(feed="sample", guid=None, url="", title=title, summary=summary, lang=lang, published=published)


def read(text: str, *, title: str = "", lang: str | None = None) -> tuple[Fact, ...]:
    return facts.read(item(title, text, lang=lang))


def people(text: str, *, title: str = "", lang: str | None = None) -> list[tuple[str, int | None, int | None, str]]:
    """(outcome, low, high, party) of each casualty claim."""
    return [(f.outcome.value, f.low, f.high, f.party.value) for f in casualties(text, title=title, lang=lang)]


def casualties(text: str, *, title: str = "", lang: str | None = None) -> list[Casualty]:
    return [fact for fact in read(text, title=title, lang=lang) if isinstance(fact, Casualty)]


def postures(text: str) -> list[Posture]:
    return [fact for fact in read(text) if isinstance(fact, Posture)]


def operations(text: str, *, title: str = "") -> list[Operation]:
    return [fact for fact in read(text, title=title) if isinstance(fact, Operation)]


def strengths(text: str) -> list[Strength]:
    return [fact for fact in read(text) if isinstance(fact, Strength)]
