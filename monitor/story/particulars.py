"""What is known of an event besides its figures, by whom it was done, where, who is named; and what is new of it.

By whom is asked of who was hurt: a clash has two sides, and each does it to the other. Somebody who tells it says
more where a party is named that was not, or a group by its name ("gunmen", then "Hezbollah").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from monitor import wording
from monitor.model import (
    Basis,
    Casualty,
    Difference,
    Domain,
    Fact,
    Location,
    Modality,
    News,
    Operation,
    Particular,
    Party,
    Precision,
    Report,
    StoryState,
    Told,
)
from monitor.story.claims import counts, is_now, named, says_correction
from monitor.story.origins import Origins
from monitor.text import sentences

_KINDS = {Party.MILITANT, Party.STATE, Party.COALITION}  # of many groups or countries: only a name tells which
_EXACT = (Precision.SITE, Precision.TOWN, Precision.DISTRICT, Precision.PROVINCE, Precision.COUNTRY)
_SAID = {Basis.CLAIMED: "claimed", Basis.BLAMED: "blamed", Basis.SUSPECTED: "suspected"}
_NAMES_TOLD = 3
_WORD = re.compile(r"\w{4,}")
Found = tuple[Fact, Report]


def particulars(reports: Sequence[Report], origins: Origins) -> tuple[Particular, ...]:
    """What ``reports``, the last version of each item and oldest first, tell besides figures."""
    now = [
        (fact, report)
        for report in reports
        for fact in report.facts
        if isinstance(fact, Casualty | Operation) and _is_of_it(fact)
    ]
    return (*_doers(now, origins), *_place(now, origins), *_named(now, origins))


def _is_of_it(fact: Fact) -> bool:
    return is_now(fact) and fact.modality is not Modality.DENIED and fact.domain is Domain.CONFLICT


def learned(told: Told, now: StoryState, said: str = "") -> Iterator[Difference]:
    """What of it whoever was ``told`` so much does not know yet; ``said`` is what is told of its figures anyway."""
    yield from _new_doers(told, now)
    yield from _new_place(told, now)
    if not _known(told, News.NAMED):
        names = [one for one in now.known(News.NAMED) if one.name not in said][:_NAMES_TOLD]
        if names:
            yield _difference(names[0], after=", ".join(one.text for one in names))


def _known(told: Told, news: News) -> tuple[Particular, ...]:
    return tuple(one for one in told.particulars if one.news is news)


def _difference(one: Particular, *, before: str = "", after: str = "", also: bool = False) -> Difference:
    return Difference(one.news, one.news.value, before, after or one.text, one.who, one.at, also=also)


def _particular(
    news: News, text: str, found: Found, origins: Origins, *,
    party: Party | None = None, name: str = "", place: Location | None = None,
) -> Particular:  # fmt: skip
    fact, report = found
    who = origins.behind(fact, report).title
    doer = fact.doer if news is News.BY and isinstance(fact, Casualty | Operation) else ""
    return Particular(news, text, who, report.first_seen, _sentence(fact, report, doer), party, name, place)


def _sentence(fact: Fact, report: Report, doer: str) -> str:
    """The sentence that a claim stands in, for who did it and where is told around the words of its figure; the
    first that names the ``doer`` where that one does not.
    """
    words = fact.words
    told = [
        (field == words.field and start <= words.start and words.end <= end, text[start:end].strip())
        for field, text in (("title", report.title), ("summary", report.summary))
        for start, end in sentences(text)
    ]
    told.sort(key=lambda each: (doer not in each[1], not each[0]))
    own, said = told[0] if told else (False, "")
    return said if own or (doer and doer in said) else words.text


# --- by whom -------------------------------------------------------------------------------------


def _doers(now: Sequence[Found], origins: Origins) -> Iterator[Particular]:
    """Who did it, each once, in the order they were named; one without a name is not told beside one that has it."""
    hurt = any(counts(fact) for fact, _ in now)
    found: list[Particular] = []
    for fact, report in now:
        for party, doer, basis in _acting(fact, hurt=hurt):
            name = doer if party in _KINDS else ""
            said = name or wording.PARTIES[party]
            text = f"{said} ({_SAID[basis]})" if basis in _SAID else said
            one = _particular(News.BY, text, (fact, report), origins, party=party, name=name)
            if not any(_says_no_more(one, other) for other in found):
                found.append(one)
    for one in found:
        if not any(other is not one and _says_no_more(one, other) for other in found):
            yield one


def _acting(fact: Fact, *, hurt: bool) -> Iterator[tuple[Party, str, Basis]]:
    if isinstance(fact, Casualty) and counts(fact) and fact.by is not None:
        if fact.by is not fact.party or (fact.by in _KINDS and fact.doer):
            yield fact.by, fact.doer, fact.basis
    elif isinstance(fact, Operation) and not hurt and fact.operation != "clash":
        for party in fact.actors[:1]:
            yield party, fact.doer, fact.basis


def _says_no_more(one: Particular, other: Particular) -> bool:
    """Whether ``other`` names who did it as well as ``one``: the same party, or the group by its name."""
    if one.party is not other.party:
        return one.party is Party.MILITANT and not one.name and other.party is Party.ISIS
    return not one.name or _share(one.name, other.name)


def _share(one: str, other: str) -> bool:
    """Whether two names have a word in common, or one that begins like it: "Turkish drones", "Turkey"."""
    return bool(_stems(one) & _stems(other))


def _stems(name: str) -> set[str]:
    return {word[:4] for word in _WORD.findall(name.casefold())} or {name.casefold()}


def _new_doers(told: Told, now: StoryState) -> Iterator[Difference]:
    known = _known(told, News.BY)
    sides = {figure.party for figure in told.figures if figure.outcome is not None} - {Party.MILITANT}
    for one in now.known(News.BY):
        if any(_says_no_more(one, other) for other in known) or one.party in sides:
            continue
        less = [other for other in known if other.party is one.party and not other.name]
        less += [other for other in known if _says_no_more(other, one)]
        yield _difference(one, before=less[0].text if less else "", also=bool(known) and not less)


# --- where ---------------------------------------------------------------------------------------


def _place(now: Sequence[Found], origins: Origins) -> Iterator[Particular]:
    """The most exact place in the country that most of it is said of."""
    found = [(fact.place, (fact, report)) for fact, report in now if fact.place is not None and _is_place(fact)]
    countries = Counter(place.country for place, _ in found)
    if not found:
        return
    country = max(countries, key=lambda one: countries[one])
    here = [(place, one) for place, one in found if place.country == country]
    place, one = min(here, key=lambda each: _EXACT.index(each[0].precision))
    anew = next((each for each in reversed(here) if says_correction(each[1][1]) and _is_other(each[0], place)), None)
    if anew is not None:
        place, one = anew
    found_there = _particular(News.PLACE, wording.place_as_told(place), one, origins, place=place)
    yield replace(found_there, corrected=says_correction(one[1]))


def _is_other(place: Location, other: Location) -> bool:
    """Whether it can't be the same place as ``other``: no less exact, and of another name."""
    return _EXACT.index(place.precision) <= _EXACT.index(other.precision) and place.name != other.name


def _is_place(fact: Fact) -> bool:
    """Whether its place is known, and no speaker that was taken for one ("US says")."""
    place = fact.place
    if place is None or place.precision not in _EXACT:
        return False
    return fact.said is None or place.words.casefold() not in fact.said.who.casefold()


def _new_place(told: Told, now: StoryState) -> Iterator[Difference]:
    known = next((one.place for one in _known(told, News.PLACE)), None)
    before = next((one.text for one in _known(told, News.PLACE)), "")
    for one in now.known(News.PLACE):
        if one.place is None:
            continue
        taken_back = one.corrected and known is not None and known.name != one.place.name
        if known is None or taken_back or _is_within(one.place, known):
            yield replace(_difference(one, before=before), corrected=taken_back)


def _is_within(place: Location, other: Location) -> bool:
    exact = _EXACT.index(place.precision) < _EXACT.index(other.precision)
    return exact and place.country == other.country


# --- who -----------------------------------------------------------------------------------------


def _named(now: Iterable[Found], origins: Origins) -> Iterator[Particular]:
    """Who is named as killed, wounded or taken; the spelling that came first."""
    found: list[str] = []
    for fact, report in now:
        for name, text in _people(fact):
            if not any(_share(name, other) for other in found):
                found.append(name)
                yield _particular(News.NAMED, text, (fact, report), origins, name=name)


def _people(fact: Fact) -> Iterator[tuple[str, str]]:
    if isinstance(fact, Casualty):
        if counts(fact) and (name := named(fact)):
            yield name, f"{name} ({fact.outcome.value})"
    elif isinstance(fact, Operation):
        for person in fact.people:
            if person.fate is not None and " " in person.name:
                about = ", ".join(part for part in (person.role, person.fate.value) if part)
                yield person.name, f"{person.name} ({about})"
