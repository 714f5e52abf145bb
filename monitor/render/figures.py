"""The figures of a story as a reader sees them: one row a claim, with who says it and the words it was read from.

First what this event cost and whom; then who is named, forces and their numbers, earlier events, background.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor import wording
from monitor.model import (
    Casualty,
    Context,
    Fact,
    Figure,
    Level,
    Location,
    Modality,
    News,
    Operation,
    Outcome,
    Party,
    Posture,
    Precision,
    Report,
    Scope,
    StoryState,
    Strength,
    Voice,
)
from monitor.render.hostile import Shown, marked, shown

_OWN_FIRST = (Party.US, Party.COALITION, Party.ISIS)
_FORCES = 4  # figures of forces that are shown
_DOERS = 2
_WIDTH = 22  # of labels, that the tables of most stories are in line
_SAID_APART = 4  # rows of one figure: what others say between them shares a row
_WORDS = 140  # code points of a quotation


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. ``label`` is empty where it is that of the row above.

    ``gloss``: ``words`` in English, of another language. ``differs``: sources disagree; ``minor``: beside the event
    itself.
    """

    label: str
    figure: Shown
    who: Shown
    words: Shown
    differs: bool = False
    minor: bool = False
    gloss: Shown | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The rows, and ``event``: what kind it is, on which day and where, as far as it is known.

    ``more`` is how many rows there are besides; ``width`` that of the labels in characters.
    """

    rows: tuple[Row, ...]
    event: Shown
    more: int = 0

    @property
    def width(self) -> int:
        return max([_WIDTH, *(len(row.label) for row in self.rows)])

    def cut(self, most: int) -> Table:
        """The first ``most`` rows."""
        return replace(self, rows=self.rows[:most], more=max(0, len(self.rows) - most) if most else 0)


@dataclass(frozen=True, slots=True)
class _Told:
    fact: Fact
    report: Report


def table(reports: Sequence[Report], state: StoryState) -> Table:
    """The figures of a story and what else its ``reports`` tell, of which the first weighs most."""
    told = [_Told(fact, report) for report in reports for fact in report.facts]
    of_it = (*_casualties(state, _parts(told)), *_doers(state), *_named(told, state))
    beside = (*_forces(state), *_postures(told), *_earlier(told), *_background(told))
    rows = (*of_it, *beside)
    return Table(rows, _event(told))


def line(reports: Sequence[Report], state: StoryState) -> tuple[Shown, Shown] | None:
    """What an alert says first, and the words it stands on: "2 US wounded · central Iraq · event Tue 22 Oct 2024 · the
    Pentagon". None where no figure of this event was read.
    """
    told = [one for report in reports for fact in report.facts if _is_now(one := _Told(fact, report))]
    labels = {figure.label for figure in state.figures}
    casualties = [one for one in told if isinstance(one.fact, Casualty) and wording.label(one.fact) in labels]
    paged = [one for one in casualties if _pages(one)] or casualties
    if not paged:
        return None
    first = min(paged, key=lambda one: (_rank(one.fact), reports.index(one.report)))
    fact = first.fact
    heads: dict[str, str] = {}  # one figure of a label: two of it are a toll and those of them who died later
    for each in (fact, *(one.fact for one in paged if one.report is first.report)):
        if isinstance(each, Casualty) and (each is fact or each.part_of is None):
            heads.setdefault(wording.label(each), _head(each, state))
    parts = [", ".join(list(heads.values())[:2])]
    if fact.place is not None:
        parts.append(wording.place_as_told(fact.place))
    if fact.when is not None:
        parts.append(f"event {wording.day(fact.when)}")
    if fact.said is not None:
        voices = [voice for figure in state.figures for voice in figure.voices if voice.who == fact.said.who]
        heard = next((voice for voice in voices if voice.words == fact.words.text), None)
        parts.append(_voice(heard) if heard is not None else wording.said(fact.said))
    return shown(" · ".join(parts)), marked(fact.words.text, (), 260)


def _head(fact: Casualty, state: StoryState) -> str:
    """The claim in a phrase, with the figure it adds to: two of the wounded who died are not all that were killed."""
    figure = next((one for one in state.casualties if one.label == wording.label(fact)), None)
    if figure is not None and figure.low == figure.high and fact.low == fact.high and not figure.differs:
        return wording.casualty(replace(fact, low=figure.low, high=figure.high))
    return wording.casualty(fact)


def _rank(fact: Fact) -> tuple[int, int]:
    own = isinstance(fact, Casualty) and fact.party in (Party.US, Party.COALITION)
    return (0 if own else 1, -fact.floor if isinstance(fact, Casualty) else 0)


def _pages(one: _Told) -> bool:
    """Whether a critical rule holds by this claim."""
    words = one.fact.words
    return any(
        (each.field, each.start, each.end) == (words.field, words.start, words.end)
        for match in one.report.matches
        if match.level is Level.CRITICAL
        for each in match.evidence
    )


def _is_now(one: _Told) -> bool:
    fact = one.fact
    scope = fact.scope if isinstance(fact, Casualty) else Scope.EVENT
    happened = fact.modality is not Modality.DENIED
    return happened and fact.context is Context.CURRENT and fact.event == 0 and scope is not Scope.PAST


def _event(told: Iterable[_Told]) -> Shown:
    """ "raid · Tue 22 Oct 2024 · Hawija" of the event reported, as far as any report tells."""
    now = [one.fact for one in told if _is_now(one) and not isinstance(one.fact, Posture | Strength)]
    kind = next((fact.operation for fact in now if isinstance(fact, Operation)), "")
    when = next((wording.day(fact.when) for fact in now if fact.when is not None), "")
    places = [fact.place for fact in now if fact.place is not None]
    where = wording.place_as_told(min(places, key=_vagueness)) if places else ""
    return shown(" · ".join(part for part in (kind, when, where) if part))


def _vagueness(place: Location) -> tuple[int, int]:
    """How little a place says: "central Iraq" is more than "Iraq"."""
    return list(Precision).index(place.precision), -len(place.words)


# --- rows ----------------------------------------------------------------------------------------


def _casualties(state: StoryState, parts: Mapping[str, Row]) -> Iterator[Row]:
    """A row for each thing that is said of a figure; whoever says the same shares it, and what differs is marked.

    Below them who some of those counted were, by the same label.
    """
    for figure in sorted(state.casualties, key=lambda one: (standing(one.party), one.outcome is not Outcome.KILLED)):
        yield from _figure_rows(figure, state)
        if figure.label in parts:
            yield replace(parts[figure.label], label="")
    counted = {figure.label for figure in state.figures}
    yield from (row for label, row in parts.items() if label not in counted)


def _figure_rows(figure: Figure, state: StoryState) -> Iterator[Row]:
    said: dict[tuple[int | None, int | None, int], list[Voice]] = {}
    for voice in figure.voices:
        said.setdefault((voice.low, voice.high, voice.floor), []).append(voice)
    apart, between = _apart(list(said.values()))
    for number, voices in enumerate(apart):
        who = _whose(voices)
        if len(state.origins) > 1 or len(voices) > 1:
            who += f", {len(voices)} source{'' if len(voices) == 1 else 's'}"
        words = marked(voices[0].words, (), _WORDS)
        label = "" if number else figure.label
        yield Row(label, shown(_text(voices)), shown(who), words, differs=number > 0, gloss=_gloss(voices[0].gloss))
    if between:
        texts = "; ".join(map(_text, between))
        yield Row("", shown(texts), shown(_whose([one for ones in between for one in ones])), shown(""), differs=True)


def _apart(said: list[list[Voice]]) -> tuple[list[list[Voice]], list[list[Voice]]]:
    """What is said of a figure: that with a row of its own, the least and the most among it, and the rest."""
    if len(said) <= _SAID_APART:
        return said, []
    least = min(said, key=lambda voices: voices[0].least)
    most = max(said, key=lambda voices: voices[0].least if voices[0].most is None else voices[0].most)
    first = [voices for voices in said if voices is not least and voices is not most][: _SAID_APART - 3]
    kept = [voices for voices in said if voices is least or voices is most or voices in first]
    return kept, [voices for voices in said if voices not in kept]


def _text(voices: Iterable[Voice]) -> str:
    return max((voice.text for voice in voices), key=len)  # "2, stable" says more than "2", a name than "1"


def _whose(voices: Iterable[Voice]) -> str:
    whose = list(dict.fromkeys(map(_voice, voices)))
    return "; ".join(whose[:2]) + (f" and {len(whose) - 2} more" if len(whose) > 2 else "")


def _forces(state: StoryState) -> Iterator[Row]:
    """How many forces are where, go or leave, and how strong groups are: those that most speak of."""
    of_forces = [figure for figure in state.figures if figure.outcome is None]
    of_forces.sort(key=lambda one: (not one.moves, -len(one.voices)))
    for figure in of_forces[:_FORCES]:
        yield from (replace(row, minor=True) for row in _figure_rows(figure, state))


def _doers(state: StoryState) -> Iterator[Row]:
    for number, one in enumerate(state.known(News.BY)[:_DOERS]):
        words = marked(one.words, (), _WORDS)
        yield Row("" if number else "by", shown(one.text), shown(one.who), words, minor=True)


def standing(party: Party) -> int:
    """How early a party's losses are told: one's own first, then those of ISIS."""
    return _OWN_FIRST.index(party) if party in _OWN_FIRST else len(_OWN_FIRST)


def _voice(voice: Voice) -> str:
    return f"{voice.who}{', a party to it' if voice.side else ''}{', corrected' if voice.corrected else ''}"


def _parts(told: Iterable[_Told]) -> Mapping[str, Row]:
    """Who some of those counted were: "2 of them" children."""
    found: dict[str, Row] = {}
    for one in told:
        if isinstance(one.fact, Casualty) and one.fact.part_of is not None and _is_now(one):
            label = wording.label(one.fact)
            found.setdefault(label, _row(label, _figure(one.fact), one))
    return found


def _figure(fact: Fact) -> str:
    if not isinstance(fact, Casualty):
        return wording.phrase(fact)
    said = wording.figure(fact.low, fact.high, fact.floor)
    if fact.name and fact.low == fact.high == 1:
        said = fact.name
    if fact.condition:
        said += f", {fact.condition}"
    return f"{said} of them" if fact.part_of is not None else said


def _said(one: _Told) -> str:
    return wording.said(one.fact.said) if one.fact.said is not None else one.report.feed_title


def _row(label: str, figure: str, one: _Told) -> Row:
    words = marked(one.fact.words.text, (), _WORDS)
    return Row(label, shown(figure), shown(_said(one)), words, gloss=_gloss(one.fact.gloss))


def _gloss(english: str) -> Shown | None:
    return shown(english) if english else None


def _named(told: Sequence[_Told], state: StoryState) -> Iterator[Row]:
    people = [one.text for one in state.known(News.NAMED)]  # each by the first spelling
    for one in told:
        if isinstance(one.fact, Operation) and _is_now(one):
            others = (person for person in one.fact.people if person.fate is None)
            people += [f"{person.name} ({person.role})" if person.role else person.name for person in others]
    if people:
        yield Row("named", shown(", ".join(dict.fromkeys(people))), shown(""), shown(""), minor=True)
    seized = dict.fromkeys(
        thing for one in told if isinstance(one.fact, Operation) and _is_now(one) for thing in one.fact.seized
    )
    if seized:
        yield Row("seized", shown(", ".join(seized)), shown(""), shown(""), minor=True)


def _listed(label: str, ones: Sequence[_Told], most: int) -> Iterator[Row]:
    seen: dict[str, _Told] = {}
    for one in ones:
        seen.setdefault(_listing(one.fact), one)
    for number, (text, one) in enumerate(list(seen.items())[:most]):
        yield replace(_row("" if number else label, text, one), minor=True)


def _listing(fact: Fact) -> str:
    text = wording.phrase(fact)
    if isinstance(fact, Posture):
        return text
    where = [wording.day(fact.when)] if fact.when is not None else []
    where += [wording.place_as_told(fact.place)] if fact.place is not None else []
    return f"{text} ({', '.join(where)})" if where else text


def _postures(told: Iterable[_Told]) -> Iterator[Row]:
    """Where forces are, of whom no number is told."""
    ones = [
        one
        for one in told
        if isinstance(one.fact, Posture) and one.fact.context is Context.CURRENT and not _has_figure(one.fact)
    ]
    yield from _listed("posture", ones, 3)


def _has_figure(fact: Posture) -> bool:
    numbered = fact.low is not None or fact.high is not None or fact.floor > 2
    return (numbered or fact.moves) and fact.modality is not Modality.DENIED


def _earlier(told: Sequence[_Told]) -> Iterator[Row]:
    ones = [
        one
        for one in told
        if not isinstance(one.fact, Posture | Strength)
        and one.fact.context is Context.CURRENT
        and not _is_now(one)
        and not (isinstance(one.fact, Operation) and _counted(one, told))
    ]
    yield from _listed("earlier", ones, 3)


def _counted(one: _Told, told: Sequence[_Told]) -> bool:
    """Whether people were counted in the event of an operation: then the count says enough."""
    return any(
        isinstance(other.fact, Casualty) and other.report is one.report and other.fact.event == one.fact.event
        for other in told
    )


def _background(told: Iterable[_Told]) -> Iterator[Row]:
    ones = [one for one in told if isinstance(one.fact, Casualty) and one.fact.context is not Context.CURRENT]
    yield from _listed("background", ones, 2)
