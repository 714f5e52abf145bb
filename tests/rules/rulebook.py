"""Rule books in a line, and what a query finds in a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from monitor import rules
from monitor.errors import ConfigError, Problem
from monitor.model import Feed, Item, Level, ListText, Place, QueryText, RuleBook, RuleText, Tier

FEED = Feed("centcom", "https://news.example.org/feed", "Press releases", tier=Tier.OFFICIAL, lang="en", tags=("iraq",))


def rule(query: str, name: str = "r", line: int = 10, **more: object) -> RuleText:
    """A rule whose query begins at column 5 of ``line`` and goes on there."""
    place = Place("rules.yaml", line, 5)
    fields: dict[str, object] = {"title": name, "category": "test", "level": Level.HIGH, "place": place, **more}
    return RuleText(id=name, when=query, when_place=place, when_indent=4, **fields)  # type: ignore[arg-type]


def book(
    *queries: str | RuleText,
    lists: Mapping[str, Sequence[str]] | None = None,
    named: Mapping[str, str] | None = None,
) -> RuleBook:
    """Rules r0, r1, …; each list's terms on lines of their own from 100, named queries from line 200."""
    return RuleBook(
        tuple(q if isinstance(q, RuleText) else rule(q, f"r{i}", 10 + i) for i, q in enumerate(queries)),
        tuple(
            ListText(name, tuple(_entries(terms)), Place("lists.yaml", 99, 3)) for name, terms in (lists or {}).items()
        ),
        tuple(QueryText(name, text, Place("queries.yaml", 200, 9)) for name, text in (named or {}).items()),
    )


def _entries(terms: Sequence[str]) -> list[tuple[str, Place]]:
    return [(term, Place("lists.yaml", 100 + i, 7)) for i, term in enumerate(terms)]


def item(title: str, summary: str = "", body: str = "", **more: object) -> Item:
    return Item("centcom", None, "", title, summary, body, **more)  # type: ignore[arg-type]


def found(query: str, title: str, summary: str = "", body: str = "", **names: Mapping[str, object]) -> list[str] | None:
    """The words of the text that make the query hold; None where it doesn't."""
    rule_set = rules.compile(book(query, **names))  # type: ignore[arg-type]
    matches = rule_set.match(item(title, summary, body), FEED)
    if not matches:
        return None
    texts = {"title": title, "summary": summary, "body": body}
    return [texts[each.field][each.start : each.end] for each in matches[0].evidence]


def holds(query: str, title: str, summary: str = "", body: str = "", **names: Mapping[str, object]) -> bool:
    return found(query, title, summary, body, **names) is not None


def problems(*queries: str | RuleText, **names: Mapping[str, object]) -> tuple[Problem, ...]:
    """What ``compile`` finds wrong; empty where it takes the book."""
    try:
        rules.compile(book(*queries, **names))  # type: ignore[arg-type]
    except ConfigError as error:
        return error.problems
    return ()


def problem(query: str, **names: Mapping[str, object]) -> Problem:
    (only,) = problems(query, **names)
    return only
