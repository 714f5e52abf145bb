"""The parsed query: frozen nodes that say what was written and where.

``span`` is (start, end) in code points of the query text; two trees are equal when they mean the
same words in the same structure, wherever they stand. ``printing.show`` is the way back to text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

Span = tuple[int, int]
_NOWHERE: Span = (0, 0)


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase. ``text`` is as written without quotes; ``exact`` minds case and marks."""

    text: str
    exact: bool = False
    span: Span = field(default=_NOWHERE, compare=False)

    @property
    def written(self) -> str:
        """As an entry of a list."""
        return ("=" if self.exact else "") + self.text


@dataclass(frozen=True, slots=True)
class Regex:
    """An RE2 expression; ``source`` stands between the slashes, with ``\\/`` already undone."""

    source: str
    ignore_case: bool = False
    span: Span = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class ListRef:
    """``@name``: any term of a list."""

    name: str
    span: Span = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class QueryRef:
    """``$name``: a named query in its place."""

    name: str
    span: Span = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Field:
    """``title:…`` and its kind: where ``inner`` looks, or what it is compared with."""

    name: str
    inner: Node
    span: Span = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """``NOT inner``."""

    inner: Node
    span: Span = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """All of ``parts``; ``grouped`` when it stood in parentheses of its own."""

    parts: tuple[Node, ...]
    span: Span = field(default=_NOWHERE, compare=False)
    grouped: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """Any of ``parts``."""

    parts: tuple[Node, ...]
    span: Span = field(default=_NOWHERE, compare=False)
    grouped: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Near:
    """``left NEAR/words right``: at most ``words`` words between; ``ordered``: left comes first."""

    left: Node
    right: Node
    words: int
    ordered: bool = False
    span: Span = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Sentence:
    """``SENT(inner)``: ``inner`` holds within one sentence."""

    inner: Node
    span: Span = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """``ANY count OF (…)``: at least ``count`` of ``parts``; a list counts each of its terms."""

    count: int
    parts: tuple[Node, ...]
    span: Span = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Condition:
    """``killed+wounded >= 1``, ``place = iraq|syria``, ``context``: names, operator, values.

    An empty ``operator`` (and no values) is the bare name. Values are as written, without quotes;
    one that begins with ``@`` names a list.
    """

    names: tuple[str, ...]
    operator: str = ""
    values: tuple[str, ...] = ()
    span: Span = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Within:
    """``within 30km of @sites``: the distance in kilometres, and the list of places."""

    km: float
    places: str
    span: Span = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """``casualties(party=us, killed >= 1)``: a predicate whose conditions one fact must satisfy."""

    name: str
    conditions: tuple[Condition | Within, ...]
    span: Span = field(default=_NOWHERE, compare=False)


Node = Term | Regex | ListRef | QueryRef | Field | Not | And | Or | Near | Sentence | AnyOf | Condition | Within | Call

TEXT_FIELDS = ("title", "summary", "body")
META_FIELDS = ("feed", "tag", "lang", "tier")
MAX_DEPTH = 200


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below ``node``, in the order written."""
    match node:
        case And() | Or() | AnyOf():
            return node.parts
        case Not() | Field() | Sentence():
            return (node.inner,)
        case Near():
            return (node.left, node.right)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """``node`` and every node below it, in the order written."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting += reversed(children(current))
