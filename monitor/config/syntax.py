"""What a YAML syntax error means to someone who only wanted to write a rule."""

from __future__ import annotations

import re

from ruamel.yaml.error import MarkedYAMLError

_KEY = re.compile(r"""(?P<indent>\s*(?:-\s+)*)['"]?(?P<key>[\w$@.-]+)['"]?\s*:(?:\s+(?P<value>.*)|$)""")
_QUERY_KEYS = ("when", "tell_when", "raise")
_QUERY_PARENTS = ("queries", "raise")


def explain(error: MarkedYAMLError, text: str) -> tuple[int, str, str]:
    """Where in ``text`` (code points) a syntax error stands, what is wrong, and what to write instead."""
    problem, context = str(error.problem or ""), str(error.context or "")
    mark = error.problem_mark or error.context_mark
    if error.context_mark and ("stream" in problem or "could not find expected ':'" in problem):
        mark = error.context_mark  # where it began: the problem's own mark is at the end, or on the next line
    # What is missing at the end is missed after the last thing that stands there.
    index = min(mark.index, max(len(text.rstrip()) - 1, 0)) if mark else 0
    if "end of stream" in problem and "quoted" in context:
        return index, "the quote that opens here is never closed", "close it, or double it inside"
    char = text[index : index + 1]
    query = None if char == "\t" else _broken_query(text, index)
    return index, *(query or _broken_yaml(problem, char, context))


def _broken_query(text: str, index: int) -> tuple[str, str] | None:
    """What to say where the error stands in a query, or None where it does not."""
    lines = text.split("\n")
    line = text.count("\n", 0, index)
    # The error may stand on a later line of a query that began above; its key line is the nearest.
    for number in range(line, max(-1, line - 40), -1):
        match = _KEY.match(lines[number])
        if match is None:
            continue
        key, value = match["key"], (match["value"] or "").strip()
        parent = "" if key in _QUERY_KEYS else _parent(lines, number, len(match["indent"]))
        if key not in _QUERY_KEYS and parent not in _QUERY_PARENTS:
            return None
        if value[:1] in ("|", ">"):
            return f"this line stands outside the block of `{key}`", f"indent it as the first line under `{key}: |`"
        what = "YAML reads this query before monitor does, and breaks it: "
        if key == "raise":  # {level: query}: its queries stand inside
            return (what + _why(text[index:]), "put each query in quotes") if value else None
        return what + _why(value), f"put the query in a block: `{key}: |`, with the query indented on the next line"
    return None


def _parent(lines: list[str], line: int, indent: int) -> str:
    for number in range(line - 1, -1, -1):
        match = _KEY.match(lines[number])
        if match and len(match["indent"]) < indent:
            return match["key"]
    return ""


def _why(value: str) -> str:
    first = value[:1]
    if first in ("'", '"'):
        return "a value that begins with a quote ends at the closing quote"
    if first in ("@", "`", "%", ",", "]", "}"):
        return f"a plain value can't begin with '{first}'"
    if first in ("*", "&", "!"):
        kind = {"*": "an alias", "&": "an anchor", "!": "a tag"}[first]
        return f"a plain value that begins with '{first}' is {kind}"
    if first in ("-", "?"):
        return f"a plain value that begins with '{first} ' is a list or a key"
    if first in ("{", "["):
        return f"a value that begins with '{first}' is a collection"
    if re.search(r":(\s|$)", value):
        return "': ' inside a plain value begins a mapping"
    return "it does not stand as one plain value"


def _broken_yaml(problem: str, char: str, context: str) -> tuple[str, str]:
    if char == "\t":
        return "a tab can't indent YAML", "use spaces"
    if "cannot start any token" in problem:
        return f"a plain value can't begin with '{char}'", "put it in quotes"
    if "mapping values are not allowed" in problem:
        return (
            "a second ': ' in one value, or a line that is indented too far",
            "put the value in quotes, or align the key with those above it",
        )
    if "expected <block end>" in problem:
        return (
            "this does not fit what stands before it",
            "align it with its neighbours; a value that begins with a quote must end with it",
        )
    if "could not find expected ':'" in problem:
        return "this is neither a key nor a part of the value above", "write key: value, or indent it"
    if "undefined alias" in problem or "scanning an alias" in context:
        return "a plain value that begins with '*' is an alias", "put it in quotes"
    if "expected a single document" in context or "another document" in problem:
        return "a second document begins here ('---')", "keep one document in a file"
    if "expected ',' or" in problem or "stream" in problem:
        return "this [ or { is never closed, or a comma is missing", "close it; put words with ',' or ': ' in quotes"
    if "unknown escape character" in problem:
        return f"'\\{char}' is no escape in double quotes", "write it in single quotes, or double the backslash"
    return f"this is no YAML: {problem}", ""
