"""What rules made of an item, for people and for scripts: the words found, and what was missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor.cli import claims
from monitor.cli.terminal import Part, Run, Screen, Style, marked, outside
from monitor.model import Evidence, Fact, Item, Level, Match
from monitor.parse.plain import shorten
from monitor.rules import Explanation
from monitor.wording import BARE

_WORDS = 12  # of one rule shown to people
_BRIEF = 140  # characters of one phrase
_NEAREST = 3


def match_json(match: Match, item: Item, facts: Sequence[Fact] | None = None) -> dict[str, object]:
    """A match for a script; with ``facts``, ``claims`` are the numbers of those that made its predicates hold."""
    told: dict[str, object] = {
        "rule": match.rule,
        "title": match.title,
        "category": match.category,
        "level": match.level.word,
        "evidence": evidence_json(match.evidence, item),
    }
    if facts is not None:
        told["claims"] = claims.numbers(match.evidence, facts)
    return told


def explanation_json(explanation: Explanation, item: Item) -> dict[str, object]:
    """What one rule made of ``item``, for a script."""
    return {
        "rule": explanation.rule,
        "title": explanation.title,
        "holds": explanation.holds,
        "matched": evidence_json(explanation.matched, item),
        "missing": list(explanation.missing),
        "blocked": evidence_json(explanation.blocked, item),
    }


def evidence_json(evidence: Iterable[Evidence], item: Item) -> list[dict[str, object]]:
    """Each place with its words: code points ``start`` to ``end`` of the item's ``field``."""
    return [
        {"field": each.field, "start": each.start, "end": each.end, "term": each.term, "words": _words(each, item)}
        for each in dict.fromkeys(evidence)
    ]


def show_item(screen: Screen, item: Item, evidence: Sequence[Evidence], *, indent: int = 0) -> None:
    """The item's texts with the evidence marked: the title, the summary, and of a body the part that has any."""
    if item.title:
        screen.line(*marked(item.title, evidence, "title", "bold"), indent=indent)
    if item.summary:
        screen.line(*marked(item.summary, evidence, "summary"), indent=indent + 2)
    if item.body and any(each.field == "body" for each in evidence):
        screen.line(("body: ", "dim"), *marked(item.body, evidence, "body"), indent=indent + 2)


def show_match(screen: Screen, match: Match, item: Item, facts: Sequence[Fact], *, indent: int = 0) -> None:
    """A rule that holds, the words that made it hold, and the claims that its predicates took."""
    loud: Part = (match.level.word, "bad") if match.level >= Level.CRITICAL else match.level.word
    parts: list[Part] = [(match.rule, "bold"), "  ", loud, f" · {match.category} · " if match.category else " · "]
    screen.entry("MATCH", *parts, outside(match.title), indent=indent, style="good")
    if match.evidence:
        screen.entry("found", *words(match.evidence, item), indent=indent + 9)
    if taken := claims.satisfying(match.evidence, facts):
        screen.entry("claims", "; ".join(taken), indent=indent + 9)


def show_explanation(
    screen: Screen, explanation: Explanation, item: Item, *, indent: int = 0, whole: bool = True
) -> None:
    """Why a rule does not hold: what was found of it, what is missing, and what stands in the way.

    Long phrases are cut unless the ``whole`` of it was asked for.
    """
    screen.entry("no", (explanation.rule, "bold"), "  ", outside(explanation.title), indent=indent)
    inner = indent + 9
    if explanation.matched:
        screen.entry("found", *words(explanation.matched, item), indent=inner)
    missing = [each for each in explanation.missing if not (explanation.blocked and each.startswith("NOT "))]
    for phrase in missing:
        ways = _ways(phrase) if whole and len(phrase) > _BRIEF else [phrase]
        for number, way in enumerate(ways):
            said = outside(way if whole else shorten(way, _BRIEF))
            screen.entry("or" if number else "missing", said, indent=inner)
    if explanation.blocked:
        screen.entry("against", *words(explanation.blocked, item, "bad"), indent=inner)


def _ways(phrase: str) -> list[str]:
    """The ways in which what is missing could be there: ``phrase`` parted at each "or" outside parentheses."""
    ways, depth, begin = [], 0, 0
    for at, char in enumerate(phrase):
        depth += (char == "(") - (char == ")")
        if depth == 0 and phrase.startswith(" or ", at):
            ways.append(phrase[begin:at])
            begin = at + len(" or ")
    return [*ways, phrase[begin:]]


def nearest(explanations: Iterable[Explanation], most: int = _NEAREST) -> list[Explanation]:
    """Of the rules that do not hold and of which something was found, the few that lack least."""
    near = [each for each in explanations if not each.holds and each.matched]
    near.sort(key=lambda each: (len(each.missing), sum(map(len, each.missing))))
    return near[:most]


def words(evidence: Iterable[Evidence], item: Item, style: Style = "word") -> list[Run]:
    """The words found, each once, with the terms that found them where those read otherwise."""
    found: dict[tuple[str, bool], list[str]] = {}
    for each in evidence:
        text = shorten(_words(each, item), _BRIEF) or each.term  # of what was dropped, the term is all there is
        terms = found.setdefault((text, each.field == "body"), [])
        if _plain(each.term) != _plain(text) and each.term not in terms:
            terms.append(each.term)
    found = {key: terms for key, terms in found.items() if key[0].casefold() not in BARE} or found
    runs: list[Run] = []
    for (text, in_body), terms in list(found.items())[:_WORDS]:
        notes = [outside(term) for term in terms] + (["in the body"] if in_body else [])
        runs += [(", ", "")] if runs else []
        runs.append((outside(text), style))
        if notes:
            runs.append((f" ({', '.join(notes)})", "dim"))
    if len(found) > _WORDS:
        runs.append((f", and {len(found) - _WORDS} more", "dim"))
    return runs


def _words(evidence: Evidence, item: Item) -> str:
    text: str = getattr(item, evidence.field, "")
    return text[evidence.start : evidence.end]


def _plain(term: str) -> str:
    return term.casefold().strip('="')
