"""The canary: a made-up item that travels the whole path, so that silence can be told from nothing to tell. Pure.

    launch ─► feed ─► rule ─► story ─► digest ─► every channel ─► verdict ─► the dead-man's URL

It is an item as any other, with a feed, a rule and a digest of its own, all called ``CANARY``. No other
digest takes it, and a channel gets it in a form that disturbs nobody (``deliver.knock``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime

from monitor.model import (
    CANARY,
    Channel,
    DeliveryStatus,
    DigestSpec,
    Feed,
    ItemHistory,
    Level,
    ListText,
    OwedStatus,
    Place,
    RuleBook,
    RuleText,
    Selection,
)

_PLACE = Place("the canary", 1, 1)
_SYLLABLES = ("ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "wo", "xu", "zo")

RULES = RuleBook(
    rules=(
        RuleText(
            id=CANARY,
            title="Canary of the whole path",
            category="canary",
            level=Level.INFORMATIONAL,
            when='title:(@canary NEAR/4 "whole path")',
            place=_PLACE,
            when_place=_PLACE,
        ),
    ),
    lists=(ListText("canary", (("canary", _PLACE),), _PLACE),),
)


def feed(url: str, every: timedelta) -> Feed:
    """The feed that the canary comes from; an item of the last hour is news even in its first document."""
    return Feed(CANARY, url, "monitor", interval=every, allow_private=True, include_last=timedelta(hours=1))


def digest(channels: Iterable[Channel]) -> DigestSpec:
    """The digest that takes the canary, and nothing else, to every channel that does not decline."""
    names = tuple(one.id for one in channels if one.canary != "off")
    return DigestSpec(
        CANARY, "Canary: nothing to do", names, at_once=Level.INFORMATIONAL, select=Selection(rules=(CANARY,))
    )


def address(token: str) -> str:
    """The URL of the item, by which the store knows it. ``.invalid`` leads nowhere (RFC 2606 section 2)."""
    return f"https://canary.invalid/{token}"


def document(token: str, now: datetime) -> bytes:
    """The feed with its one item. Its words differ each time, so that no two of them look like copies."""
    number = int.from_bytes(hashlib.sha256(token.encode()).digest(), "big")
    syllables = [_SYLLABLES[number >> 4 * place & 15] for place in range(60)]
    words = " ".join("".join(syllables[place : place + 3]) for place in range(0, 60, 3))
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>monitor</title>'
        f"<item><title>Canary of the whole path: {words}</title><link>{address(token)}</link><guid>{address(token)}"
        f"</guid><pubDate>{format_datetime(now)}</pubDate><description>A test by monitor itself. There is nothing to"
        " do.</description></item></channel></rss>"
    ).encode()


# --- what became of it ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far a canary came: ``lost`` is what it has not reached, in words, and empty when it arrived everywhere.

    ``waiting``: an attempt to deliver it is still to come.
    """

    lost: tuple[str, ...]
    waiting: bool = False

    @property
    def arrived(self) -> bool:
        """Whether every receiver of every channel has it."""
        return not self.lost


def verdict(channels: Sequence[str], history: ItemHistory | None, problem: str | None) -> Verdict:
    """How far the item with this ``history`` came; ``channels`` are those it was sent to, as far as they exist.

    ``problem`` is what is wrong with its feed.
    """
    if history is None:
        return Verdict((f"it was not read from its feed{f' ({problem})' if problem else ''}",))
    last = history.versions[-1]
    if not any(match.rule == CANARY and match.evidence for match in last.matches):
        return Verdict(("its rule did not match",))
    if last.join is None:
        return Verdict(("it joined no story",))
    lost: list[str] = []
    waiting = False
    owed = {one.channel: one for one in last.owed}
    for channel in channels:
        debt = owed.get(channel)
        if debt is None or debt.status is OwedStatus.SUPPRESSED:
            lost.append(f"{channel}: not owed")
        elif debt.digest is None or not debt.deliveries:
            lost.append(f"{channel}: in no digest")
        for sent in debt.deliveries if debt else ():
            one = sent.delivery
            waiting = waiting or one.status in (DeliveryStatus.PENDING, DeliveryStatus.ATTEMPTING)
            if one.status is not DeliveryStatus.DELIVERED:
                receiver = f"{channel} {one.recipient}".rstrip()
                lost.append(f"{receiver}: {one.last_error or 'not sent'}")
    return Verdict(tuple(lost), waiting)
