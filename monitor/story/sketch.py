"""What is kept of an item for joining: some hundred numbers, and where the index finds it."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from math import log, sqrt
from struct import pack, unpack_from
from zlib import crc32

from monitor.model import Casualty, Dated, Fact, Item, Modality, Outcome, Precision, Scope, Sketch
from monitor.story import words
from monitor.text import opening, spelled

# Words of a headline and of a text that are compared, and code points that are read.
_TITLE, _LEAD, _FAR = 40, 160, 1_400
_OPENING = 60  # words of a text that a copy must have
_OF_TITLE, _RAREST = 10, 16  # words of the headline, and others, that an item is found by
_NAMED = 1.5  # how much more a name is asked for than another word as rare
_SHINGLE = 3  # words of a run
_PARTS = 4  # pieces of its text that a copy is found by
_NO_WORD = 1 << 32  # marks from here on are no words
_PART, _HEADLINE, _URL = 1, 2, 3  # what else a mark may be
_HURT = (Outcome.KILLED, Outcome.WOUNDED)
_TOWNS = (Precision.SITE, Precision.TOWN, Precision.DISTRICT)

Rarity = Callable[[int], float]


def sketch(
    key: str,
    item: Item,
    url: str,
    at: datetime,
    facts: Sequence[Fact],
    rarity: Rarity,
    *,
    joins: bool = True,
    number: int = 0,
) -> Sketch:
    """What is kept of ``item``. ``joins``: it may join a story; else it is only looked for as a copy, and
    found by its address, its headline and pieces of its text alone.

    ``url`` is canonical, ``at`` when it was published or seen, ``rarity`` how much a word tells.
    """
    text = (item.summary or item.body)[:_FAR]
    title = words.plain(words.headline(item.title or opening(text)))
    lead = words.plain(words.own(text))
    if item.title and lead.startswith(title):
        lead = lead[len(title) :].lstrip(" .:-\n")
    in_title, in_lead = words.parts(spelled(title)[:_TITLE]), words.parts(spelled(lead)[:_LEAD])
    terms = list(map(words.term, in_lead))
    of_title, of_lead = array("I", filter(None, map(words.term, in_title))), array("I", filter(None, terms))
    shingles = _shingles(in_lead[:_OPENING], terms)
    found_by: list[int] = []
    names: dict[int, int] = {}
    if joins:
        names = words.names(title, _TITLE, title=True) | words.names(lead, _LEAD, title=False)
        named = frozenset(names.values())  # what another paper is likelier to have than a word as rare
        telling = dict.fromkeys(term for term in of_title if not words.common(term))
        rarest = sorted({*of_lead} - telling.keys(), key=lambda term: (-rarity(term) - (term in named) * _NAMED, term))
        found_by = [*list(telling)[:_OF_TITLE], *rarest[:_RAREST]]
    found_by += [part + _PART * _NO_WORD for part in sorted(shingles)[:_PARTS]]
    if in_title:
        found_by.append(_number(" ".join(in_title)) + _HEADLINE * _NO_WORD)
    if url:
        found_by.append(_number(url) + _URL * _NO_WORD)
    plain = Sketch(
        key=key,
        at=at,
        title=of_title,
        lead=of_lead,
        shingles=shingles,
        norms=(norm(of_title, rarity), norm(of_lead, rarity)) if joins else None,
        roundup=words.roundup(item.title),
        names=names,
        marks=tuple(dict.fromkeys(found_by)),
        number=number,
    )
    return _signs(plain, item.title or title, title, in_title, lead, facts) if joins else plain


def _signs(plain: Sketch, full: str, title: str, in_title: Sequence[str], lead: str, facts: Sequence[Fact]) -> Sketch:
    """``plain`` with who, where, when and how many: of the facts those of the event that the item reports.

    ``full`` is the title as it stands, ``title`` and ``lead`` what of the item is compared.
    """
    spelled = [words.NUMBERS.get(part, part) for part in in_title]
    numbers = [
        (words.term(before), part)
        for before, part in zip(["", *spelled], spelled, strict=False)
        if part.replace(",", "").isdigit()
    ]
    own = [fact for fact in facts if fact.event == 0]
    people = [fact for fact in own if isinstance(fact, Casualty)]
    of_event = [
        fact
        for fact in people
        if fact.scope is Scope.EVENT and fact.part_of is None and fact.modality is Modality.HAPPENED and fact.floor
    ]
    towns = {
        fact.place.name: fact.place.words
        for fact in own
        if fact.place and fact.place.name and fact.place.precision in _TOWNS
    }
    title_ages = words.ages(title)
    spoken = f"{'' if words.capitals(title) else title} . {lead}"
    return replace(
        plain,
        people=words.people(spoken),
        aged=words.aged(f"{title} . {lead}"),
        ages=title_ages | words.ages(lead),
        title_ages=title_ages,
        title_numbers=frozenset(number for _, number in numbers),
        title_labels=words.owned(in_title)
        | _labels(numbers, [*people, *(fact for fact in facts if isinstance(fact, Casualty))], title_ages),
        days=tuple({(when.start.toordinal(), when.end.toordinal()): None for when in _days(own)}),
        places=frozenset(towns),
        title_places=frozenset(name for name, written in towns.items() if written in full),
        tolls=frozenset((fact.outcome.value, fact.low, fact.high) for fact in of_event),
    )


def _days(own: Sequence[Fact]) -> Iterator[Dated]:
    """When it happened; where people were hurt, not when somebody was taken for it, which is days later."""
    hurt = any(isinstance(fact, Casualty) and fact.outcome in _HURT for fact in own)
    for fact in own:
        taken = isinstance(fact, Casualty) and fact.outcome not in _HURT
        if fact.when and not (hurt and taken):
            yield fact.when


def _labels(
    numbers: Sequence[tuple[int, str]], people: Iterable[Casualty], ages: Iterable[str]
) -> frozenset[tuple[int, str]]:
    """The ``numbers`` of a headline, with the word before, that are nobody's toll and age: they name something."""
    counted = Counter({str(figure): 1 for fact in people for figure in (fact.low, fact.high) if figure is not None})
    counted.update({age[1:] for age in ages})
    found = set()
    for before, number in reversed(numbers):  # the toll of "Raid 7 kills seven" is the later one
        if counted[number] > 0:
            counted[number] -= 1
        elif before:
            found.add((before, number))
    return frozenset(found)


def norm(terms: Sequence[int], rarity: Rarity) -> float:
    """The length of a text as a vector of what its words tell."""
    return sqrt(sum(weight * weight for weight in weights(terms, rarity).values())) or 1.0


def weights(terms: Sequence[int], rarity: Rarity) -> dict[int, float]:
    """How much each word of a text tells; a word that comes again tells more, but not as much again."""
    found = dict(zip(terms, map(rarity, terms), strict=True))
    if len(found) < len(terms):
        found.update((term, again(times) * found[term]) for term, times in Counter(terms).items() if times > 1)
    return found


def again(times: int) -> float:
    """How much more a word tells that a text has so many times."""
    return 1 + log(times)


def _shingles(parts: Sequence[str], terms: Sequence[int]) -> array[int]:
    """A number for each run of words that follow one another; ``terms``: of ``parts``, 0 where a word has none."""
    count = len(parts) - _SHINGLE + 1
    if count < 1:
        return array("I")
    codes = [term or _code(part) for part, term in zip(parts, terms, strict=False)]
    # All are reckoned at once, as one number with eight bytes for each word: a third of the time.
    text = int.from_bytes(pack(f"<{len(codes)}Q", *codes), "little")
    runs = 5 * text + 3 * (text >> 64) + (text >> 128)
    return array("I", dict.fromkeys(unpack_from("<" + "I4x" * count, runs.to_bytes(8 * len(codes) + 8, "little"))))


def _number(value: str) -> int:
    """A number below those of marks that are no words."""
    return crc32(value.encode("utf-8", "surrogatepass"))


_code = lru_cache(maxsize=1_000)(_number)  # of the few words that tell nothing and stand everywhere


def is_word(mark: int) -> bool:
    """Whether ``mark`` is a word, which many items share, and not an address, a headline or a piece of text."""
    return mark < _NO_WORD
