"""Tree → query text, so that ``parse(show(tree)) == tree``."""

from __future__ import annotations

import re

from monitor.rules.tree import (
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
    Term,
    Within,
)

_BARE = re.compile(r"[^\W_](?:[^\W_]|[*'.&_-])*")
_VALUE = re.compile(r"@[\w-]+|(?!(?:AND|OR|NOT|NEAR)$)[^\W_](?:[^\W_]|[.&_-])*")
_OPERATOR = re.compile(r"(?i:and|or|not|near|sent|any|of|within|oneear|adj|pre|w|n)|\d.*")


def show(node: Node) -> str:  # noqa: PLR0912 - one branch a kind of node
    """``node`` as a query: one space between words, parentheses only where they are needed."""
    match node:
        case Term():
            return ("=" if node.exact else "") + _quoted(node.text)
        case Regex():
            return f"/{_slashed(node.source)}/{'i' if node.ignore_case else ''}"
        case ListRef():
            return f"@{node.name}"
        case QueryRef():
            return f"${node.name}"
        case Field():
            return f"{node.name}:{_item(node.inner)}"
        case Not():
            return f"NOT {_operand(node.inner)}"
        case And():
            return " AND ".join(_operand(part) for part in node.parts)
        case Or():
            return " OR ".join(f"({show(part)})" if isinstance(part, Or | And) else show(part) for part in node.parts)
        case Near():
            left = show(node.left) if isinstance(node.left, Near) else _item(node.left)
            return f"{left} NEAR/{node.words}{'f' if node.ordered else ''} {_item(node.right)}"
        case Sentence():
            return f"SENT({show(node.inner)})"
        case AnyOf():
            return f"ANY {node.count} OF ({', '.join(show(part) for part in node.parts)})"
        case Condition():
            values = "|".join(value if _VALUE.fullmatch(value) else f'"{value}"' for value in node.values)
            return "+".join(node.names) + (f" {node.operator} {values}" if node.operator else "")
        case Within():
            return f"within {node.km:g}km of @{node.places}"
        case Call():
            return f"{node.name}({', '.join(show(part) for part in node.conditions)})"


def _operand(node: Node) -> str:
    return f"({show(node)})" if isinstance(node, And | Or) else show(node)


def _item(node: Node) -> str:
    return f"({show(node)})" if isinstance(node, And | Or | Not | Near) else show(node)


def _quoted(text: str) -> str:
    if _BARE.fullmatch(text) and not _OPERATOR.fullmatch(text):
        return text
    return f'"{text}"'


def _slashed(source: str) -> str:
    return re.sub(r"\\.|/", lambda found: "\\/" if found[0] == "/" else found[0], source)
