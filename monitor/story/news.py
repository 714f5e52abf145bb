"""What of a story whoever was told so much of it does not know yet: pure decisions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.model import Difference, Figure, News, Party, Status, StoryState, Told, Voice
from monitor.story.particulars import learned

_NOT_SAID = (Party.PEOPLE, Party.STATE)
_MEANT_BY = {Party.MILITANT: {Party.ISIS}}


def differences(told: Told, now: StoryState) -> tuple[Difference, ...]:
    """What of a story as it stands whoever was ``told`` so much does not know yet.

    Another origin that says no more than was told is no news, and neither is one that says it less exactly.
    """
    found: list[Difference] = []
    for figure in now.figures:
        before = next((one for one in told.figures if one.label == figure.label), None)
        if before is not None:
            found += _figure(before, figure)
        elif figure.outcome is None:
            found += _forces(figure, told)
        elif not _is_among(figure, told.figures):
            voice = figure.voices[0]
            found.append(
                Difference(News.PARTY, figure.label, "", figure.text, voice.who, voice.at, crossed=(0, figure.high))
            )
    said = " ".join(one.after for one in found)
    found += learned(told, now, said)
    found += _statuses(told.status, now)
    return tuple(found)


def _forces(figure: Figure, told: Told) -> Iterator[Difference]:
    """Forces that move are news; how many are where is the background of an event that has casualties."""
    if not figure.moves and any(one.outcome is not None for one in told.figures):
        return
    voice = max(figure.voices, key=lambda one: one.is_number)
    yield Difference(News.POSTURE, figure.label, "", figure.text, voice.who, voice.at)


def _is_among(figure: Figure, told: Sequence[Figure]) -> bool:
    """Whether people of whom less is said ("four killed", "a militant") can be those told of ("four soldiers")."""
    wanted = set(Party) if figure.party in _NOT_SAID else _MEANT_BY.get(figure.party, set())
    known = [one.high for one in told if one.outcome is figure.outcome and one.party in wanted]
    return bool(known) and figure.high <= sum(known)


def _figure(before: Figure, now: Figure) -> Iterator[Difference]:
    known = {voice.origin: voice for voice in before.voices}
    for voice in now.voices:
        old = known.get(voice.origin)
        if old is not None:
            same = (old.low, old.high, old.floor) == (voice.low, voice.high, voice.floor)
            if old.text == voice.text or (same and now.outcome is not None):
                continue
            was, shown = "" if _is_no_number(now, old) else old.text, voice.text
        else:
            if any(other.within(voice) for other in before.voices):
                continue
            was, shown = "" if all(_is_no_number(now, each) for each in before.voices) else before.text, voice.text
        crossed = (old.least if old is not None else before.high, voice.least if voice.most is None else voice.most)
        yield Difference(
            news=News.FIGURE if now.outcome is not None else News.POSTURE,
            label=now.label,
            before=was,
            after=shown,
            who=voice.who,
            at=voice.at,
            corrected=voice.corrected and old is not None,
            also=old is None,
            crossed=crossed,
        )


def _is_no_number(figure: Figure, voice: Voice) -> bool:
    """Whether it says that forces move, and not how many: "announced" is no figure that another one follows."""
    return figure.moves and not voice.is_number


def _statuses(before: Sequence[Status], now: StoryState) -> Iterator[Difference]:
    """A status that says more than the one before: that a claim is less sure again is no news."""
    rank = [Status.CLAIMED, Status.REPORTED, Status.CONFIRMED]
    was = next((status for status in before if status in rank), Status.CLAIMED)
    is_ = next((status for status in now.status if status in rank), Status.CLAIMED)
    if before and rank.index(is_) > rank.index(was):
        yield Difference(News.STATUS, "status", was.value, is_.value)
    if Status.DENIED in now.status and Status.DENIED not in before:
        yield Difference(News.STATUS, "status", was.value, Status.DENIED.value, ", ".join(now.denied_by))
