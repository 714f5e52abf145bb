"""Which event of the item: one report holds tonight's raid, the strikes of the 14th and an old toll.

A sentence tells of the event whose date and place it does not contradict; a date, a place or a word ("separately")
that speaks against all of them begins another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from monitor.model import Dated, Location, Precision

_COARSE = (Precision.COUNTRY, Precision.UNKNOWN)


@dataclass
class Event:
    """An event of an item as far as it is known."""

    number: int
    when: Dated | None = None
    place: Location | None = None
    field: str = ""


@dataclass
class Events:
    """The events of one item, in the order they are told."""

    known: list[Event] = field(default_factory=list)
    current: Event | None = None

    def of(self, when: Dated | None, place: Location | None, *, separate: bool = False) -> Event:
        """The event that something dated ``when`` at ``place`` belongs to; a new one where nothing fits."""
        if self.known and not separate:
            order = ([self.current] if self.current else []) + [
                event for event in self.known if event is not self.current
            ]
            for event in order:
                if _fits(event, when, place):
                    event.when = _finer(event.when, when)
                    event.place = _narrower(event.place, place)
                    self.current = event
                    return event
        event = Event(len(self.known), when, place)
        self.known.append(event)
        self.current = event
        return event


def _fits(event: Event, when: Dated | None, place: Location | None) -> bool:
    if when is not None and event.when is not None and not _overlap(event.when, when):
        return False
    return place is None or event.place is None or _compatible(event.place, place)


def _overlap(one: Dated, two: Dated) -> bool:
    return one.start <= two.end and two.start <= one.end


def _compatible(one: Location, two: Location) -> bool:
    if one.country and two.country and one.country != two.country:
        return False
    if one.precision in _COARSE or two.precision in _COARSE or Precision.PROVINCE in (one.precision, two.precision):
        return True
    return one.name == two.name


def _finer(one: Dated | None, two: Dated | None) -> Dated | None:
    if one is None or two is None:
        return one or two
    return one if one.end - one.start <= two.end - two.start else two


def _narrower(one: Location | None, two: Location | None) -> Location | None:
    if one is None or two is None:
        return one or two
    order = list(Precision)
    return one if order.index(one.precision) <= order.index(two.precision) else two


def before(when: Dated | None, other: Dated | None, days: int) -> bool:
    """Whether ``when`` ended more than ``days`` before ``other`` began."""
    return when is not None and other is not None and (other.start - when.end).days > days


def day_of(moment: Dated | None) -> date | None:
    """The day of a date that is one day; None for a longer or unknown one."""
    return moment.start if moment is not None and moment.start == moment.end else None
