"""The claims read from an item, for people and for scripts: each with its words where they stand, and its setting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from monitor import facts, wording
from monitor.cli.terminal import Part, Screen, count, marked, outside
from monitor.model import (
    Basis,
    Casualty,
    Context,
    Evidence,
    Fact,
    Feed,
    Item,
    Modality,
    Operation,
    Posture,
    Scope,
    Strength,
)
from monitor.parse.plain import shorten

_MOST = 12  # shown to people where many items are
_AROUND = 160  # code points of the text around a claim's words


def read(item: Item, feed: Feed | None) -> tuple[Fact, ...]:
    """The facts of ``item``, read as when it comes by its feed: in the feed's language where it names none."""
    return facts.read(replace(item, lang=feed.lang) if feed is not None and not item.lang else item)


def as_json(claims: Iterable[Fact]) -> list[dict[str, object]]:
    """Each claim as ``monitor export facts`` has it."""
    return [facts.record(fact) for fact in claims]


def numbers(evidence: Iterable[Evidence], claims: Sequence[Fact]) -> list[int]:
    """Which of ``claims`` made a predicate hold: those whose words, whole, are evidence under its name."""
    asked = {(each.field, each.start, each.end) for each in evidence if each.term in _PREDICATES}
    return [number for number, fact in enumerate(claims) if _span(fact) in asked]


def satisfying(evidence: Iterable[Evidence], claims: Sequence[Fact]) -> list[str]:
    """Those claims in a phrase each."""
    return list(dict.fromkeys(phrase(claims[number]) for number in numbers(evidence, claims)))


def show(screen: Screen, claims: Sequence[Fact], item: Item | None, *, indent: int = 0, whole: bool = True) -> None:
    """Print each claim with its setting and its words as they stand in ``item`` (None: its texts are dropped)."""
    shown = claims if whole else claims[:_MOST]
    for fact in shown:
        notes = [f" · {outside(note)}" for note in _setting(fact, claims)]
        screen.entry("CLAIM", (phrase(fact), "bold"), *notes, indent=indent, style="good")
        screen.entry(fact.words.field, *_quoted(fact, item), indent=indent + 9)
    if len(shown) < len(claims):
        screen.line((f"{count(len(claims) - len(shown), 'more claim')}; --json has all", "dim"), indent=indent, hang=2)


def phrase(fact: Fact) -> str:
    """What is claimed, in English."""
    return outside(wording.phrase(fact))


def _quoted(fact: Fact, item: Item | None) -> list[Part]:
    words = fact.words
    text: str = getattr(item, words.field, "") if item is not None else ""
    if text[words.start : words.end] != words.text:
        return [(outside(shorten(words.text, _AROUND)), "word")]
    return [*marked(text, [Evidence(words.field, words.start, words.end, "")], words.field, most=_AROUND)]


def _setting(fact: Fact, claims: Sequence[Fact]) -> Iterator[str]:
    """What the words around a claim make of it, as far as that is not a plain event of now."""
    if isinstance(fact, Casualty):
        yield from _of_people(fact, claims)
    elif isinstance(fact, Operation):
        yield from (_person(each.name, each.role, each.fate) for each in fact.people)
        if fact.basis not in (Basis.UNKNOWN, Basis.STATED):
            yield f"by whom: {fact.basis}"
    elif isinstance(fact, Posture) and fact.phase != "announced":
        yield fact.phase
    elif isinstance(fact, Strength) and fact.source:
        yield f"estimate of {fact.source}"
    if fact.place is not None and not isinstance(fact, Posture):
        yield wording.place(fact.place)
    if fact.when is not None:
        yield wording.day(fact.when)
    if fact.said is not None:
        yield wording.said(fact.said)
    if fact.modality is not Modality.HAPPENED:
        yield fact.modality.value
    if fact.context is not Context.CURRENT:
        yield fact.context.value
    if fact.event:
        yield "another event"


def _of_people(fact: Casualty, claims: Sequence[Fact]) -> Iterator[str]:
    if fact.name:
        yield fact.name
    if fact.condition:
        yield fact.condition
    if fact.by is not None:
        basis = f" ({fact.basis})" if fact.basis not in (Basis.UNKNOWN, Basis.STATED) else ""
        yield f"by {wording.PARTIES[fact.by]}{basis}"
    if fact.scope is not Scope.EVENT:
        yield {Scope.RUNNING: "a running toll", Scope.PAST: "an earlier event"}[fact.scope]
    if fact.part_of is not None and fact.part_of < len(claims):
        yield f"among the {phrase(claims[fact.part_of])}"


def _person(name: str, role: str | None, fate: object) -> str:
    about = ", ".join(str(each) for each in (role, fate) if each)
    return f"{name} ({about})" if about else name


def _span(fact: Fact) -> tuple[str, int, int]:
    return fact.words.field, fact.words.start, fact.words.end


_PREDICATES = frozenset({*facts.predicates.OPTIONS, "asserted_by", "context", "within"})
