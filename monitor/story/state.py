"""What is known of a story from all of its reports, and what of it a reader was not told: pure decisions.

The order in which reports are given does not matter, and the same one twice is one. Whoever speaks is an origin
(``origins``); each has one word on each figure, its last. Different origins that say different things differ and
stand side by side; one that goes back on its own word corrects itself. Who was wounded and died has moved from
one figure to the other, and nobody has corrected anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor import wording
from monitor.model import (
    Basis,
    Casualty,
    Context,
    Difference,
    Fact,
    Figure,
    Modality,
    News,
    Operation,
    Outcome,
    Party,
    Posture,
    Report,
    Role,
    Scope,
    Status,
    StoryState,
    Strength,
    Tier,
    Told,
    Turn,
    Voice,
)
from monitor.story.origins import Origins

_OF_THE_WOUNDED = re.compile(
    r"\b(?:wounded|injured|wounds|injuries|blessés?|blessures|heridos?|heridas|yaralı\w*)\b|جرح|جراح|مصاب",
    re.IGNORECASE,
)
_CORRECTION = re.compile(
    r"\b(?:corrects?|corrected|correction|corrigé|corrección|revis(?:es|ed)|retracts?|retracted|düzeltme)\b|تصحيح",
    re.IGNORECASE,
)
_WORDS_KEPT = 200
_NOT_SAID = (Party.PEOPLE, Party.STATE)
_MEANT_BY = {Party.MILITANT: {Party.ISIS}}
_NOT_OFFICIAL = (Party.ISIS, Party.MILITANT)


def state(reports: Iterable[Report], origins: Origins) -> StoryState:
    """The story that ``reports`` (every version of every item) tell."""
    ordered = _ordered(reports)
    if not ordered:
        return StoryState()
    latest = list({report.item_key: report for report in ordered}.values())
    sides = _sides(latest)
    account = _Account(origins, sides)
    for report in ordered:
        account.take(report)
    first = min(report.first_seen for report in ordered)
    behind: dict[str, str] = {}
    for report in ordered:
        behind.setdefault(report.origin or report.feed, origins.name(report))
    figures = tuple(Figure(label, *account.kinds[label], tuple(ones.values())) for label, ones in account.words.items())
    now = [fact for report in latest for fact in report.facts if _is_now(fact)]
    denied = [(fact, report) for report in latest for fact in report.facts if _is_denied(fact)]
    days = [fact.when.end for fact in now if fact.when is not None and not isinstance(fact, Posture | Strength)]
    return StoryState(
        status=tuple(_status(latest, figures, sides, denied=bool(denied), corrected=account.corrected)),
        figures=figures,
        turns=tuple(account.turns),
        first_seen=first,
        changed_at=max((turn.at for turn in account.turns), default=first),
        reports=len(latest),
        feeds=len({report.feed for report in latest}),
        origins=tuple(behind),
        names=tuple(behind.values()),
        denied_by=tuple(dict.fromkeys(origins.behind(fact, report).title for fact, report in denied)),
        day=max(days, default=None),
        contexts=tuple(sorted({fact.context for report in latest for fact in report.facts})),
    )


def is_of_the_wounded(fact: Casualty) -> bool:
    """Whether it counts wounded who died: they are among those killed, and no others."""
    return fact.outcome is Outcome.KILLED and _OF_THE_WOUNDED.search(fact.words.text) is not None


def counts(fact: Fact) -> bool:
    """Whether a claim is a figure of the event that its report is about."""
    return (
        isinstance(fact, Casualty)
        and _is_now(fact)
        and fact.modality is Modality.HAPPENED
        and fact.part_of is None
        and fact.high != 0
    )


def _ordered(reports: Iterable[Report]) -> list[Report]:
    once = {(report.item_key, report.version): report for report in reports}
    return sorted(
        once.values(),
        key=lambda one: (one.first_seen, one.published or one.first_seen, one.item_key, one.version),
    )


def _is_now(fact: Fact) -> bool:
    scope = fact.scope if isinstance(fact, Casualty) else Scope.EVENT
    return fact.context is Context.CURRENT and fact.event == 0 and scope is Scope.EVENT


def _is_denied(fact: Fact) -> bool:
    return fact.modality is Modality.DENIED and _is_now(fact) and isinstance(fact, Casualty | Operation)


def _sides(reports: Iterable[Report]) -> frozenset[Party]:
    """The parties that took part in the event: who did it, who was hit."""
    found: set[Party] = set()
    for report in reports:
        for fact in report.facts:
            if not _is_now(fact):
                continue
            if isinstance(fact, Operation):
                found.update((*fact.actors, *fact.targets))
            elif isinstance(fact, Casualty):
                found.update(party for party in (fact.party, fact.by) if party is not None)
    return frozenset(found - {Party.CIVILIAN, Party.PEOPLE})


# --- figures -----------------------------------------------------------------------------------


@dataclass
class _Account:
    """The figures as report after report is taken in, oldest first."""

    origins: Origins
    sides: frozenset[Party]
    words: dict[str, dict[str, Voice]] = field(default_factory=dict)  # label → origin → its word
    kinds: dict[str, tuple[Party, Outcome]] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)
    corrected: bool = False
    _moved: set[tuple[str, int]] = field(default_factory=set)
    _before: dict[tuple[str, str], set[tuple[int | None, int | None, int]]] = field(default_factory=dict)

    def take(self, report: Report) -> None:
        said, died = self._said(report)
        restated = {(self.kinds[label][1], origin) for label, origin in said}
        moved: dict[str, int] = {origin: amount for origin, _, amount in died}
        for (label, origin), voice in said.items():
            rise = self._speak(label, voice, report, moved)
            if self.kinds[label][1] is Outcome.KILLED and rise > 0:
                moved[origin] = max(moved.get(origin, 0), rise)
        for origin, party, amount in died:
            self._move(origin, party, amount, restated, report.first_seen)

    def _said(self, report: Report) -> tuple[dict[tuple[str, str], Voice], list[tuple[str, Party, int]]]:
        """Each origin's figures in one report, the killed first; and who of the wounded died."""
        said: dict[tuple[str, str], Voice] = {}
        died = []
        claims = [fact for fact in report.facts if isinstance(fact, Casualty) and counts(fact)]
        for fact in sorted(claims, key=lambda one: one.outcome is not Outcome.KILLED):
            behind = self.origins.behind(fact, report)
            if is_of_the_wounded(fact):
                died.append((behind.origin, fact.party, fact.floor))
                continue
            label = wording.label(fact)
            self.kinds.setdefault(label, (fact.party, fact.outcome))
            voice = Voice(
                origin=behind.origin,
                who=behind.title,
                text=_text(fact),
                low=fact.low,
                high=fact.high,
                floor=fact.floor,
                at=report.first_seen,
                item_key=report.item_key,
                words=fact.words.text[:_WORDS_KEPT],
                side=_is_side(fact, behind.party, self.sides),
                gloss=fact.gloss,
            )
            other = said.get((label, behind.origin))
            if other is None or (voice.least, voice.within(other)) > (other.least, False):
                said[label, behind.origin] = voice
        return said, died

    def _speak(self, label: str, voice: Voice, report: Report, moved: dict[str, int]) -> int:
        """Takes an origin's word on a figure; by how much it rose."""
        voices = self.words.setdefault(label, {})
        old = voices.get(voice.origin)
        before = self._before.setdefault((label, voice.origin), set())
        range_ = (voice.low, voice.high, voice.floor)
        if old is None:
            voices[voice.origin] = voice
            self.turns.append(Turn(voice.at, label, "", voice.text, voice.who))
        elif range_ in before and voice.item_key != old.item_key:
            return 0  # an old text of its own, printed late by somebody else
        elif voice.contradicts(old):
            down = voice.most is not None and voice.most < old.least
            died = (
                down
                and self.kinds[label][1] is Outcome.WOUNDED
                and old.least - voice.least <= moved.get(voice.origin, 0)
            )
            corrected = (down and not died) or bool(_CORRECTION.search(f"{report.title}\n{report.summary}"))
            voices[voice.origin] = replace(voice, corrected=corrected)
            self.turns.append(Turn(voice.at, label, old.text, voice.text, voice.who, corrected))
            self.corrected = self.corrected or corrected
        elif voice.within(old) and not old.within(voice):
            voices[voice.origin] = replace(voice, corrected=old.corrected)
            if voice.text != old.text:
                self.turns.append(Turn(voice.at, label, old.text, voice.text, voice.who))
        before.add(range_)
        return voices[voice.origin].least - old.least if old is not None else 0

    def _move(self, origin: str, party: Party, amount: int, restated: set[tuple[Outcome, str]], at: datetime) -> None:
        """Of an origin's wounded so many died: what its report does not say anew is reckoned, once."""
        if (origin, amount) in self._moved:
            return
        self._moved.add((origin, amount))
        for outcome, sign in ((Outcome.KILLED, 1), (Outcome.WOUNDED, -1)):
            label = None if (outcome, origin) in restated else self._label(origin, party, outcome)
            if label is None:
                continue
            old = self.words[label][origin]
            if old.low is None and old.high is None:
                continue  # of "dozens" nobody can say how many are left
            low, high = (None if n is None else max(0, n + sign * amount) for n in (old.low, old.high))
            floor = max(0, old.floor + sign * amount)
            text = wording.figure(low, high, floor)
            self.words[label][origin] = replace(old, low=low, high=high, floor=floor, text=text, at=at)
            self.turns.append(Turn(at, label, old.text, text, old.who))

    def _label(self, origin: str, party: Party, outcome: Outcome) -> str | None:
        """The figure meant by "two of the wounded died", which seldom repeats whose people they were."""
        spoken = [label for label, ones in self.words.items() if origin in ones and self.kinds[label][1] is outcome]
        same = [label for label in spoken if self.kinds[label][0] is party]
        return same[0] if same else spoken[0] if len(spoken) == 1 else None


def _text(fact: Casualty) -> str:
    said = wording.figure(fact.low, fact.high, fact.floor)
    if fact.name and fact.low == fact.high == 1:
        said = fact.name
    return f"{said}, {fact.condition}" if fact.condition else said


def _is_side(fact: Casualty, speaks_for: Party | None, sides: frozenset[Party]) -> bool:
    """Whether whoever says so took part, and does not own up to a loss."""
    if speaks_for is not None and speaks_for is fact.party:
        return False
    if fact.said is not None and fact.said.role in (Role.SIDE, Role.PERPETRATOR):
        # Where nobody is named as having done it, a force that speaks of it is taken to have.
        return speaks_for is None or speaks_for in sides or not (sides - {fact.party})
    return speaks_for is not None and speaks_for in sides


# --- status ------------------------------------------------------------------------------------


def _status(
    reports: Sequence[Report], figures: Sequence[Figure], sides: frozenset[Party], *, denied: bool, corrected: bool
) -> Iterator[Status]:
    voices = [voice for figure in figures for voice in figure.voices]
    claims = [fact for report in reports for fact in report.facts if _is_now(fact)]
    official = any(report.tier is Tier.OFFICIAL for report in reports) or any(map(_is_official, claims))
    origins = {report.origin or report.feed for report in reports} if not voices else {voice.origin for voice in voices}
    independent = any(not voice.side for voice in voices) if voices else _is_told_by_others(reports, claims, sides)
    if not independent:
        yield Status.CLAIMED
    elif official and len(origins) > 1:
        yield Status.CONFIRMED
    else:
        yield Status.REPORTED
    if denied:
        yield Status.DENIED
    if corrected:
        yield Status.CORRECTED


def _is_official(fact: Fact) -> bool:
    said = fact.said
    return said is not None and said.role in (Role.AUTHORITY, Role.SIDE) and said.party not in _NOT_OFFICIAL


def _is_told_by_others(reports: Sequence[Report], claims: Sequence[Fact], sides: frozenset[Party]) -> bool:
    """Whether anybody but those who took part tells of it, where no figure says."""
    told = [fact for fact in claims if isinstance(fact, Operation)]
    claimed = told and all(
        fact.basis is Basis.CLAIMED
        or (
            fact.said is not None
            and fact.said.role in (Role.SIDE, Role.PERPETRATOR)
            and (fact.said.party is None or fact.said.party in sides)
        )
        for fact in told
    )
    return not claimed and any(report.tier is not Tier.GROUP for report in reports)


# --- what is new -------------------------------------------------------------------------------


def differences(told: Told, now: StoryState) -> tuple[Difference, ...]:
    """What of a story as it stands whoever was ``told`` so much does not know yet.

    Another origin that says no more than was told is no news, and neither is one that says it less exactly.
    """
    found: list[Difference] = []
    for figure in now.figures:
        before = next((one for one in told.figures if one.label == figure.label), None)
        if before is None:
            if _is_among(figure, told.figures):
                continue
            voice = figure.voices[0]
            found.append(
                Difference(News.PARTY, figure.label, "", figure.text, voice.who, voice.at, crossed=(0, figure.high))
            )
        else:
            found += _figure(before, figure)
    found += _statuses(told.status, now)
    return tuple(found)


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
            if (old.low, old.high, old.floor) == (voice.low, voice.high, voice.floor) or old.text == voice.text:
                continue
            was, shown = old.text, voice.text
        else:
            if any(other.within(voice) for other in before.voices):
                continue
            was, shown = before.text, voice.text
        crossed = (old.least if old is not None else before.high, voice.least if voice.most is None else voice.most)
        yield Difference(
            news=News.FIGURE,
            label=now.label,
            before=was,
            after=shown,
            who=voice.who,
            at=voice.at,
            corrected=voice.corrected and old is not None,
            also=old is None,
            crossed=crossed,
        )


def _statuses(before: Sequence[Status], now: StoryState) -> Iterator[Difference]:
    """A status that says more than the one before: that a claim is less sure again is no news."""
    rank = [Status.CLAIMED, Status.REPORTED, Status.CONFIRMED]
    was = next((status for status in before if status in rank), Status.CLAIMED)
    is_ = next((status for status in now.status if status in rank), Status.CLAIMED)
    if before and rank.index(is_) > rank.index(was):
        yield Difference(News.STATUS, "status", was.value, is_.value)
    if Status.DENIED in now.status and Status.DENIED not in before:
        yield Difference(News.STATUS, "status", was.value, Status.DENIED.value, ", ".join(now.denied_by))
