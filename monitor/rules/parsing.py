"""Query text → tree. Fails only with a ``QueryError`` that says where and what to write instead."""

from __future__ import annotations

import functools
import re
from importlib.resources import files
from typing import Any, cast

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedToken, VisitError

from monitor.rules import mistakes
from monitor.rules.places import QueryError
from monitor.rules.tree import (
    MAX_DEPTH,
    And,
    AnyOf,
    Call,
    Condition,
    Field,
    ListRef,
    Near,
    Node,
    Not,
    Or,
    QueryRef,
    Regex,
    Sentence,
    Span,
    Term,
    Within,
    children,
)

LARGEST = 100_000  # code points of one query: a list belongs into a list
_MOST_WORDS = 200  # of NEAR: beyond it the operands are no longer near


def parse(text: str) -> Node:
    """The tree of a query; raises ``QueryError`` for anything that is none."""
    if len(text) > LARGEST:
        raise QueryError(
            f"the query has {len(text)} characters, more than {LARGEST}", 0, 1, "move its words into a list"
        )
    mistakes.refuse_before_parsing(text)
    try:
        # The transformer runs inside the parser, so a deep tree needs no deep stack.
        tree = cast(Node, _lark().parse(text))
    except UnexpectedToken as error:
        at = len(text) if error.token.type == "$END" else error.token.start_pos or 0
        raise mistakes.unexpected(text, at, str(error.token), error.token.type) from None
    except UnexpectedCharacters as error:
        at = error.pos_in_stream or 0
        raise mistakes.unexpected(text, at, text[at], "") from None
    except UnexpectedEOF:
        raise mistakes.unexpected(text, len(text), "", "$END") from None
    except VisitError as error:
        if isinstance(error.orig_exc, QueryError):
            raise error.orig_exc from None
        raise
    _refuse_deep(tree)
    return tree


@functools.cache
def _lark() -> Lark:
    grammar = files("monitor.rules").joinpath("query.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", transformer=_ToTree(), maybe_placeholders=False)


class _ToTree(Transformer[Token, Node]):
    """Lark's callbacks. Every node knows its span, so children give the span of what holds them."""

    def word(self, items: list[Token]) -> Term:
        return _term(items[0])

    def phrase(self, items: list[Token]) -> Term:
        return _term(items[0])

    def exact(self, items: list[Token]) -> Term:
        sign, token = items
        term = _term(token)
        return Term(term.text, True, (_span(sign)[0], term.span[1]))

    def regex(self, items: list[Token]) -> Regex:
        body, flags = items[0][1:].rsplit("/", 1)
        span = _span(items[0])
        if flags not in ("", "i"):
            raise QueryError(f"no such flag of a regular expression: {flags}", *span, "the one flag is i: /…/i")
        return Regex(body.replace("\\/", "/"), flags == "i", span)

    def list_ref(self, items: list[Token]) -> ListRef:
        return ListRef(items[0][1:], _span(items[0]))

    def query_ref(self, items: list[Token]) -> QueryRef:
        return QueryRef(items[0][1:], _span(items[0]))

    def field(self, items: list[Any]) -> Field:
        name, inner = items
        return Field(name[:-1], inner, (_span(name)[0], inner.span[1]))

    def group(self, items: list[Any]) -> Node:
        left, inner, right = items
        if isinstance(inner, And | Or):
            return type(inner)(inner.parts, (_span(left)[0], _span(right)[1]), grouped=True)
        return cast(Node, inner)

    def negation(self, items: list[Any]) -> Not:
        sign, inner = items
        return Not(inner, (_span(sign)[0], inner.span[1]))

    def all_parts(self, items: list[Any]) -> And:
        return And(tuple(items), (items[0].span[0], items[-1].span[1]))

    def any_part(self, items: list[Any]) -> Or:
        return Or(tuple(items), (items[0].span[0], items[-1].span[1]))

    def near(self, items: list[Any]) -> Near:
        left, sign, right = items
        digits = sign.split("/")[1]
        ordered = digits.endswith("f")
        words = digits.rstrip("f")
        if len(words) > 3 or int(words) > _MOST_WORDS:
            raise QueryError(f"NEAR/{words[:12]} is too far", *_span(sign), f"NEAR/{_MOST_WORDS} is the widest")
        return Near(left, right, int(words), ordered, (left.span[0], right.span[1]))

    def sentence(self, items: list[Any]) -> Sentence:
        sign, _, inner, end = items
        return Sentence(inner, (_span(sign)[0], _span(end)[1]))

    def any_of_list(self, items: list[Any]) -> AnyOf:
        sign, count, _, name = items
        return AnyOf(_count(count), (self.list_ref([name]),), (_span(sign)[0], _span(name)[1]))

    def any_of(self, items: list[Any]) -> AnyOf:
        sign, count, _, _, *parts, end = items
        return AnyOf(_count(count), tuple(parts), (_span(sign)[0], _span(end)[1]))

    def comparison(self, items: list[Token]) -> Condition:
        at = next(i for i, token in enumerate(items) if token.type == "COMPARE")
        names, values = items[:at], items[at + 1 :]
        span = (_span(names[0])[0], _span(values[-1])[1])
        return Condition(tuple(map(str, names)), str(items[at]), tuple(v.strip('"') for v in values), span)

    def bare(self, items: list[Token]) -> Condition:
        return Condition((str(items[0]),), span=_span(items[0]))

    def within(self, items: list[Token]) -> Within:
        sign, distance, _, places = items
        span = (_span(sign)[0], _span(places)[1])
        written = re.fullmatch(r"(\d{1,5}(?:\.\d{1,3})?)(km|mi|m)", distance)
        if not written:
            raise QueryError(f"{distance} is no distance", *_span(distance), "write it as 30km, 20mi or 500m")
        km = float(written[1]) * {"km": 1.0, "mi": 1.609344, "m": 0.001}[written[2]]
        return Within(km, places[1:], span)

    def call(self, items: list[Any]) -> Call:
        sign, *conditions, end = items
        return Call(sign[:-1], tuple(conditions), (_span(sign)[0], _span(end)[1]))


def _span(token: Token) -> Span:
    return cast(int, token.start_pos), cast(int, token.end_pos)


def _term(token: Token) -> Term:
    text = token[1:-1] if token.type == "PHRASE" else str(token)
    if token.type == "PHRASE":
        text = " ".join(text.split())
    span = _span(token)
    mistakes.refuse_term(text, span[0] + (token.type == "PHRASE"))
    return Term(text, False, span)


def _count(token: Token) -> int:
    if not token.isascii() or not token.isdigit() or len(token) > 4 or int(token) < 1:
        raise QueryError(f"{token} is no count", *_span(token), "write a whole number from 1: ANY 2 OF (a, b, c)")
    return int(token)


def _refuse_deep(tree: Node) -> None:
    # Without recursion, as the depth is what is in doubt. What reads trees later may recurse.
    level: tuple[Node, ...] = (tree,)
    for _ in range(MAX_DEPTH):
        level = tuple(below for node in level for below in children(node))
        if not level:
            return
    raise QueryError(
        f"the query is nested more than {MAX_DEPTH} deep", *tree.span, "name its parts as queries and refer to $name"
    )
