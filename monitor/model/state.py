"""What is known of a story, from all of its reports."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime

from monitor.model.facts import Context, Location, Outcome, Party
from monitor.model.vocabulary import Level


class Status(enum.StrEnum):
    """How sure a story is. One of the first three, and with it one or both of the others."""

    CLAIMED = "claimed"  # nobody but those who took part says so
    REPORTED = "reported"
    CONFIRMED = "confirmed"  # by an official, and by somebody independent of that one
    DENIED = "denied"  # somebody says that it is not so
    CORRECTED = "corrected"  # who said it now says otherwise


@dataclass(frozen=True, slots=True)
class Voice:
    """What one origin says of one figure now, since ``at``.

    ``low``, ``high`` and ``floor`` as in a claim, ``text`` the same in words. ``side``: whoever speaks took part, and
    these are not its own losses. ``corrected``: it said before what can't be true with this. ``gloss``: ``words`` in
    English where they are in another language.
    """

    origin: str
    who: str
    text: str
    low: int | None
    high: int | None
    floor: int
    at: datetime
    item_key: str
    words: str
    side: bool = False
    corrected: bool = False
    gloss: str = ""

    @property
    def is_number(self) -> bool:
        """Whether it says a number, and not "soldiers" or "dozens"."""
        return self.low is not None or self.high is not None

    @property
    def least(self) -> int:
        """The least it can mean."""
        return self.low if self.low is not None else self.floor

    @property
    def most(self) -> int | None:
        """The most it can mean; None: it does not say."""
        return self.high

    def within(self, other: Voice) -> bool:
        """Whether it says no less exactly what ``other`` says."""
        below = other.most is None or (self.most is not None and self.most <= other.most)
        return self.least >= other.least and below

    def contradicts(self, other: Voice) -> bool:
        """Whether both can't be true."""
        return (self.most is not None and self.most < other.least) or (
            other.most is not None and other.most < self.least
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a story, as low and high over all who speak of it. ``voices``: who said it first stands first.

    ``outcome`` is None where it counts no casualties but forces: those that go or leave (``moves``), else how many
    are there, or how strong a group is.
    """

    label: str
    party: Party
    outcome: Outcome | None
    voices: tuple[Voice, ...]
    moves: bool = False

    @property
    def low(self) -> int:
        """The least that anybody says."""
        return min(voice.least for voice in self._numbered)

    @property
    def high(self) -> int:
        """The most that anybody says; of "at least 7" that is 7."""
        return max(voice.least if voice.most is None else voice.most for voice in self._numbered)

    @property
    def differs(self) -> bool:
        """Whether different origins say different things."""
        return len({(voice.low, voice.high, voice.floor) for voice in self._numbered}) > 1

    @property
    def _numbered(self) -> tuple[Voice, ...]:
        """Who gives a number: that forces leave does not differ from how many of them do."""
        numbered = tuple(voice for voice in self.voices if voice.is_number)
        return numbered if numbered and self.outcome is None else self.voices

    @property
    def text(self) -> str:
        """ "7", "at least 7", "7 to 9"."""
        if not self.differs or self.low == self.high:
            return min(self.voices, key=lambda voice: voice.most is None).text
        return f"{self.low:,} to {self.high:,}"


class News(enum.StrEnum):
    """What kind of thing is new in a story."""

    FIGURE = "figure"  # somebody says another figure
    PARTY = "party"  # a figure of people there was none of
    POSTURE = "posture"  # forces that are elsewhere, or another number of them
    BY = "by"  # who did it
    PLACE = "place"  # where it was, for the first time or more exactly
    NAMED = "named"  # who was killed or taken, for the first time
    STATUS = "status"
    LEVEL = "level"
    WORDS = "words"  # a headline, or figures that are no claims


@dataclass(frozen=True, slots=True)
class Particular:
    """What is known of an event besides its figures: ``BY`` whom it was done, its ``PLACE``, or who is ``NAMED``.

    ``text`` is for a reader; ``who`` said so first, at ``at``, in these ``words``. ``party`` and ``name`` are of who
    did it, ``name`` empty where the words say only what kind it is; ``place`` is of a place, ``corrected`` where a
    report says that it corrects one.
    """

    news: News
    text: str
    who: str
    at: datetime
    words: str
    party: Party | None = None
    name: str = ""
    place: Location | None = None
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """One step of a story: "killed 4 → 6, SOHR, 06:10". ``before`` is empty where it is the first word on it."""

    at: datetime
    label: str
    before: str
    after: str
    who: str
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class StoryState:
    """A story as it stands. ``origins`` are those of its reports, each once, in the order they came; ``names`` is
    what a reader calls them.
    """

    status: tuple[Status, ...] = (Status.REPORTED,)
    figures: tuple[Figure, ...] = ()
    turns: tuple[Turn, ...] = ()
    first_seen: datetime | None = None
    changed_at: datetime | None = None
    reports: int = 0
    feeds: int = 0
    origins: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    denied_by: tuple[str, ...] = ()
    day: date | None = None  # of the event, the latest that its words allow
    contexts: tuple[Context, ...] = ()
    particulars: tuple[Particular, ...] = ()

    @property
    def casualties(self) -> tuple[Figure, ...]:
        """The figures that count people killed, wounded, missing or taken."""
        return tuple(figure for figure in self.figures if figure.outcome is not None)

    def known(self, news: News) -> tuple[Particular, ...]:
        """What is known of this kind."""
        return tuple(one for one in self.particulars if one.news is news)


@dataclass(frozen=True, slots=True)
class Told:
    """What a channel was last told of a story, or will be by a digest under way.

    ``thread`` is the Message-ID of the first message that told of it.
    """

    title: str
    at: datetime
    level: Level
    status: tuple[Status, ...] = ()
    figures: tuple[Figure, ...] = ()
    thread: str | None = None
    particulars: tuple[Particular, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a channel was not told of a story it knows: "you had 4 · now 6, SOHR 06:10".

    ``also``: who says so said nothing before, and what was told still stands beside it. ``crossed`` are the
    figures it went from and to, for steps.
    """

    news: News
    label: str
    before: str
    after: str
    who: str = ""
    at: datetime | None = None
    corrected: bool = False
    also: bool = False
    crossed: tuple[int, int] = (0, 0)
