"""YAML 1.2 text to plain values, each with its place in the file.

Only the node tree of ruamel.yaml is used and no constructor, so no tag can make an object, and a
value's line and column are known however deep it stands. Duplicate keys are refused; ``NO``, ``on``
and ``22:00`` stay words (YAML 1.2 section 10.3.2).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from monitor.config import syntax
from monitor.config.secrets import masked
from monitor.errors import Problem
from monitor.model import Place

MAX_DEPTH = 40  # nesting; far beyond any configuration, far below the interpreter's stack
MAX_VALUES = 500_000  # after aliases are followed: ten lines of aliases can mean 10**9 values

Value = None | bool | int | float | str | list["Value"] | dict[str, "Value"]
Loc = Sequence[str | int]

_PREFIX = "tag:yaml.org,2002:"
_TAGS = {_PREFIX + name for name in ("map", "seq", "str", "null", "bool", "int", "float", "timestamp", "merge")}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")


class Query(NamedTuple):
    """A query as it stands in the file: ``place`` is where ``text`` begins.

    Line n of ``text`` stands n lines below; its further lines begin after ``indent`` columns.
    """

    text: str
    place: Place
    indent: int


class _TooMuch(Exception):
    def __init__(self, node: Node, what: str) -> None:
        super().__init__(what)
        self.node = node
        self.what = what


@dataclass
class Document:
    """One file: its text, its values, and where each of them stands.

    ``broken`` says that the text is no YAML, and ``value`` None. ``problems`` are those of the YAML
    itself; where only keys were doubled, ``value`` is there as well and the first one counts.
    """

    name: str
    text: str
    value: Value = None
    broken: bool = False
    problems: list[Problem] = field(default_factory=list)
    _root: Node | None = None
    _starts: list[int] = field(default_factory=list)

    def place(self, loc: Loc = (), *, key: bool = False) -> Place:
        """Where the value at ``loc`` begins, or with ``key`` the key it stands under.

        What ``loc`` names and the file lacks is passed over: the place is then that of the last
        value that is there.
        """
        return self._place_of(self._find(loc, key=key))

    def query(self, loc: Loc) -> Query:
        """The scalar at ``loc`` as a query: as written, so that an offset in it has a place.

        Exact for blocks, plain values and quoted ones without escapes.
        """
        node = self._find(loc)
        if not isinstance(node, ScalarNode):
            raise TypeError(f"no scalar at {loc}")
        begin, end = node.start_mark.index, node.end_mark.index
        here = self._place_of(node)
        if node.style in ("|", ">"):
            return self._block(node, here)
        if node.style in ("'", '"'):
            return Query(node.value, Place(here.file, here.line, here.column + 1), 0)
        first, *rest = self.text[begin:end].replace("\r\n", "\n").split("\n")
        indent = min((len(line) - len(line.lstrip()) for line in rest if line.strip()), default=0)
        return Query("\n".join([first, *(line[indent:] for line in rest)]), here, indent)

    def damage(self, loc: Loc) -> str:
        """What YAML took away from the plain scalar at ``loc`` without a word; "" if nothing."""
        node = self._find(loc)
        if not isinstance(node, ScalarNode) or node.style is not None:
            return ""
        rest = self.text[node.end_mark.index :].split("\n", 1)[0]
        if rest.lstrip(" \t").startswith("#"):
            return "YAML cuts this query short: ' #' begins a comment"
        if node.anchor:
            return "YAML cuts this query short: a plain value that begins with '&' is an anchor"
        return ""

    def forget(self) -> None:
        """Let go of the values and where they stand, some ten times the text; excerpts can still be made."""
        self.value, self._root = None, None

    def excerpt(self, place: Place) -> str:
        """The line ``place`` stands in, without its indentation, without what may be a secret, and
        with nothing in it that a terminal would obey; "" past the end."""
        lines = self.text.split("\n")
        if not 0 < place.line <= len(lines):
            return ""
        return _CONTROL.sub("�", masked(lines, place.line - 1, self.name))[:300]

    def problem(self, place: Place, what: str, instead: str = "") -> Problem:
        """A problem at ``place`` of this file, with the line it stands in."""
        return Problem(place, what, instead, self.excerpt(place))

    def _block(self, node: ScalarNode, here: Place) -> Query:
        lines = self.text[node.start_mark.index : node.end_mark.index].replace("\r\n", "\n").split("\n")[1:]
        # A block with an indentation indicator (|2) may begin with further spaces: they are the
        # query's own, and harmless either way. So the indentation is the least of all lines'.
        indent = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
        text = "\n".join(line[indent:] for line in lines).rstrip() + "\n"
        return Query(text, Place(here.file, here.line + 1, indent + 1), indent)

    def _find(self, loc: Loc, *, key: bool = False) -> Node | None:
        node, last = self._root, self._root
        for step in loc:
            if isinstance(node, MappingNode):
                wanted = str(step)
                for name, value in node.value:
                    if isinstance(name, ScalarNode) and name.value == wanted:
                        node, last = value, name
                        break
            elif isinstance(node, SequenceNode) and isinstance(step, int) and 0 <= step < len(node.value):
                node = last = node.value[step]
        # An empty value begins where the next token does, lines further down: its key is the place.
        empty = isinstance(node, ScalarNode) and node.start_mark.index == node.end_mark.index
        return last if key or empty else node

    def _place_of(self, node: Node | None) -> Place:
        return self.at(node.start_mark.index if node is not None else 0)

    def at(self, index: int) -> Place:
        """The place of the ``index``-th code point of the text."""
        if not self._starts:
            self._starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        line = bisect_right(self._starts, index)
        return Place(self.name, line, index - self._starts[line - 1] + 1)


def read(name: str, text: str) -> Document:
    """The document of a file called ``name``. Never raises: what is wrong is in ``problems``."""
    document = Document(name, text.removeprefix("\ufeff"))
    yaml = YAML(typ="safe", pure=True)
    yaml.max_depth = MAX_DEPTH
    # An anchor may be used again (YAML 1.2 section 7.1); ruamel.yaml would warn.
    yaml.composer.warn_double_anchors = False
    try:
        document._root = yaml.compose(document.text)
        document.value = _Builder(document).build(document._root)
    except _TooMuch as error:
        document.problems.append(document.problem(document._place_of(error.node), error.what, "write it out, flatter"))
        document.broken = True
    except ReaderError as error:
        document.problems.append(
            document.problem(
                document.at(int(error.position)),
                f"the character U+{ord(document.text[error.position]):04X} can't stand in YAML",
                "remove it, or write it as an escape in double quotes",
            )
        )
        document.broken = True
    except MarkedYAMLError as error:
        index, what, instead = syntax.explain(error, document.text)
        document.problems.append(document.problem(document.at(index), what, instead))
        document.broken = True
    # RecursionError: flow collections nest in the scanner before the composer counts them. The rest
    # are slips of ruamel.yaml on strange input (a bad %YAML directive, a key of no text).
    except (YAMLError, RecursionError, ValueError, TypeError, AttributeError, IndexError, AssertionError) as error:
        document.problems.append(document.problem(document.at(0), f"this is no YAML ({type(error).__name__})"))
        document.broken = True
    return document


class _Builder:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.count = 0

    def build(self, node: Node | None, depth: int = 0) -> Value:
        if node is None:
            return None
        self.count += 1
        if depth > MAX_DEPTH or self.count > MAX_VALUES:
            raise _TooMuch(node, "too deep or too large, once its aliases are followed")
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        self._refuse_tag(node)
        if isinstance(node, SequenceNode):
            return [self.build(value, depth + 1) for value in node.value]
        return {key: self.build(value, depth + 1) for key, value in self._pairs(node)}

    def _pairs(self, node: Node) -> Iterator[tuple[str, Node]]:
        seen: dict[str, Node] = {}
        for key, value in node.value:
            place = self.document._place_of(key)
            if not isinstance(key, ScalarNode):
                self._problem(place, "a key must be a word", "write key: value")
            elif key.value in seen:
                first = self.document._place_of(seen[key.value])
                self._problem(
                    place,
                    f"the key {key.value!r} is here twice",
                    f"keep one of them; the first is on line {first.line}",
                )
            else:
                seen[key.value] = key
                yield key.value, value

    def _scalar(self, node: ScalarNode) -> Value:
        tag = str(node.tag)
        if tag == _PREFIX + "null":
            return None
        if tag == _PREFIX + "bool":
            return str(node.value).lower() in ("true", "yes", "on", "y")
        if tag in (_PREFIX + "int", _PREFIX + "float"):
            return _number(node.value)
        self._refuse_tag(node)
        return str(node.value)

    def _refuse_tag(self, node: Node) -> None:
        tag = str(node.tag)
        if tag not in _TAGS:
            self._problem(
                self.document._place_of(node),
                f"{tag!r} is a tag in YAML, and no tag is read here",
                "remove it; if the text itself begins with '!', quote it, and put a query in a block: `when: |`",
            )

    def _problem(self, place: Place, what: str, instead: str) -> None:
        self.document.problems.append(self.document.problem(place, what, instead))


def _number(text: str) -> int | float | str:
    """The number ``text`` stands for, or ``text`` where Python knows no such number."""
    plain = text.replace("_", "")
    for read_as in (int, lambda word: int(word, 0), float):
        try:
            return read_as(plain)
        except ValueError:
            continue
    return text
