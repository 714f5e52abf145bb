"""The figures of a story as report after report is taken in: who says which, and how it came to that.

Each origin has one word on each figure, its last. One that goes back on its own word corrects itself. Who was
wounded and died has moved from one figure to the other. Militants that nobody names are those of ISIS where others say
ISIS: one figure, of which both have said what they have. Of forces there are two kinds of figures: how many are
somewhere may truly fall, and that corrects nothing; how many were sent or withdrawn may not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor import wording
from monitor.model import Casualty, Figure, Outcome, Party, Posture, Report, Role, Strength, Turn, Voice
from monitor.story.claims import counts, counts_forces, is_of_the_wounded, named, says_correction
from monitor.story.origins import Behind, Origins

_NAME = re.compile(r"(?<=\w )(?:al-)?[A-Z]|-[A-Z]")  # "two Taliban fighters", "al-Shabaab"
_WORDS_KEPT = 200
Range = tuple[int | None, int | None, int]


@dataclass
class Account:
    """The figures as report after report is taken in, oldest first; ``sides`` are the parties to the event."""

    origins: Origins
    sides: frozenset[Party]
    words: dict[str, dict[str, Voice]] = field(default_factory=dict)  # label → origin → its word
    kinds: dict[str, tuple[Party, Outcome | None, bool]] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)
    corrected: bool = False
    _moved: set[tuple[str, int]] = field(default_factory=set)
    _before: dict[tuple[str, str], set[Range]] = field(default_factory=dict)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The figures so far, casualties first."""
        found = []
        spoken = self._spoken()
        for label, ones in spoken.items():
            party, outcome, moves = self.kinds[label]
            found.append(Figure(label, party, outcome, tuple(ones.values()), moves))
        return tuple(sorted(found, key=lambda one: one.outcome is None))

    @property
    def told(self) -> tuple[Turn, ...]:
        """How it came to the figures, each step under the name that its figure has now."""
        spoken = self._spoken()
        return tuple(
            turn if turn.label in spoken else replace(turn, label=self._isis(turn.label) or turn.label)
            for turn in self.turns
        )

    def _spoken(self) -> dict[str, dict[str, Voice]]:
        """Each origin's word by label, with the militants that nobody names among those of ISIS where others say so."""
        spoken = {label: dict(ones) for label, ones in self.words.items()}
        for label, ones in self.words.items():
            isis = self._isis(label)
            if isis is None:
                continue
            for origin, voice in ones.items():
                own = self.words[isis].get(origin)
                if _NAME.search(voice.words) or (own is not None and _is_apart(voice, own)):
                    continue
                del spoken[label][origin]
                if own is None or (voice.at > own.at and voice.least > own.least):
                    spoken[isis][origin] = voice
            if not spoken[label]:
                del spoken[label]
        return spoken

    def _isis(self, label: str) -> str | None:
        """The figure of ISIS that militants under ``label`` can be among; None where there is none."""
        party, outcome, _ = self.kinds[label]
        if party is not Party.MILITANT or outcome is None:
            return None
        same = (
            other for other, kind in self.kinds.items() if kind[:2] == (Party.ISIS, outcome) and other in self.words
        )
        return next(same, None)

    def take(self, report: Report) -> None:
        """Takes in what ``report`` says, which is no older than what was taken in before."""
        self._take_casualties(report)
        for (label, _), voice in self._forces(report).items():
            self._speak(label, voice, report, {})

    def _take_casualties(self, report: Report) -> None:
        said, died = self._said(report)
        restated = {(self.kinds[label][1], origin) for (label, origin), voice in said.items() if voice.is_number}
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
            self.kinds.setdefault(label, (fact.party, fact.outcome, False))
            voice = _voice(fact, _text(fact), behind, report)
            voice = replace(voice, side=_is_side(fact, behind.party, self.sides))
            other = said.get((label, behind.origin))
            if other is None or (voice.least, voice.within(other)) > (other.least, False):
                said[label, behind.origin] = voice
        return said, died

    def _forces(self, report: Report) -> dict[tuple[str, str], Voice]:
        """Each origin's figures of forces in one report; of two the one that says more."""
        said: dict[tuple[str, str], Voice] = {}
        for fact in report.facts:
            if not isinstance(fact, Posture | Strength) or not counts_forces(fact):
                continue
            behind = self.origins.behind(fact, report)
            label = wording.forces(fact)
            party = fact.force if isinstance(fact, Posture) else fact.party
            self.kinds.setdefault(label, (party, None, isinstance(fact, Posture) and fact.moves))
            voice = _voice(fact, wording.number(fact), behind, report)
            other = said.get((label, behind.origin))
            if other is None or (voice.within(other) and not other.within(voice)):
                said[label, behind.origin] = voice
        return said

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
            _, outcome, moving = self.kinds[label]
            fell = down and outcome is None and not moving
            corrected = (down and not died and not fell) or says_correction(report)
            voices[voice.origin] = replace(voice, corrected=corrected)
            self.turns.append(Turn(voice.at, label, old.text, voice.text, voice.who, corrected))
            self.corrected = self.corrected or corrected
        elif voice.within(old) and not old.within(voice):
            voices[voice.origin] = replace(voice, corrected=old.corrected)
            if voice.text != old.text:
                self.turns.append(Turn(voice.at, label, old.text, voice.text, voice.who))
        elif self.kinds[label][1] is None and range_ == (old.low, old.high, old.floor) and voice.text != old.text:
            voices[voice.origin] = replace(voice, corrected=old.corrected)  # what was debated is announced now
            self.turns.append(Turn(voice.at, label, old.text, voice.text, voice.who))
        before.add(range_)
        return voices[voice.origin].least - old.least if old is not None else 0

    def _move(
        self, origin: str, party: Party, amount: int, restated: set[tuple[Outcome | None, str]], at: datetime
    ) -> None:
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


def _voice(fact: Casualty | Posture | Strength, text: str, behind: Behind, report: Report) -> Voice:
    return Voice(
        origin=behind.origin,
        who=behind.title,
        text=text,
        low=fact.low,
        high=fact.high,
        floor=fact.floor,
        at=report.first_seen,
        item_key=report.item_key,
        words=fact.words.text[:_WORDS_KEPT],
        gloss=fact.gloss,
    )


def _is_apart(voice: Voice, own: Voice) -> bool:
    """Whether who counted ISIS counts others with ``voice``: in the same report, or fewer of them later."""
    return voice.item_key == own.item_key if voice.at == own.at else voice.at > own.at and voice.least < own.least


def _text(fact: Casualty) -> str:
    said = named(fact) or wording.figure(fact.low, fact.high, fact.floor)
    return f"{said}, {fact.condition}" if fact.condition else said


def _is_side(fact: Casualty, speaks_for: Party | None, sides: frozenset[Party]) -> bool:
    """Whether whoever says so took part, and does not own up to a loss."""
    if speaks_for is not None and speaks_for is fact.party:
        return False
    if fact.said is not None and fact.said.role in (Role.SIDE, Role.PERPETRATOR):
        # Where nobody is named as having done it, a force that speaks of it is taken to have.
        return speaks_for is None or speaks_for in sides or not (sides - {fact.party})
    return speaks_for is not None and speaks_for in sides
