"""Regular expressions through RE2, whose time is linear in the text whatever the expression."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import re2

from monitor.rules.places import QueryError
from monitor.rules.tree import Regex

# "^", "$", "\\A", "\\z", or what looks like one; "[^…]" is none.
_ANCHORED = re.compile(r"(?<!\[)\^|\$|\\[AzZ]")
_SET_MEMORY = 1 << 28  # bytes RE2 may use for all expressions together; its default fails at a few hundred
_ONE_MEMORY = 1 << 24


class Expressions:
    """Regular expressions as one RE2 set, and each by itself for where it matches."""

    def __init__(self, sources: Sequence[str]) -> None:
        self.sources = tuple(sources)
        self._single = [compile_regex(source) for source in sources]
        self._joinable = not any(_ANCHORED.search(source) for source in sources)
        self._set: re2.Set | None = None
        if sources:
            options = re2.Options()
            options.max_mem = _SET_MEMORY
            options.log_errors = False
            made = re2.Set.SearchSet(options)
            for source in sources:
                made.Add(source)
            # The empty expression matches every text: where it is missing from the answer, RE2 ran out of
            # memory, which it reports in no other way.
            made.Add("")
            made.Compile()
            self._set = made

    def may_match(self, joined: str) -> bool:
        """Whether any may match one of the fields that ``joined`` holds, with a NUL between: one look for all.

        Only where no expression minds where a text begins or ends: else each field is looked at.
        """
        if self._set is None:
            return False
        if not self._joinable:
            return True
        found = self._set.Match(joined.encode("utf-8", "replace"))
        return found is None or len(found) > 1

    def matching(self, field: str) -> Iterator[int]:
        """The index of each expression that matches somewhere in ``field``, lowest first."""
        if self._set is None or not field:
            return iter(())
        found = self._set.Match(field.encode("utf-8", "replace"))
        if found is None:
            text = _encodable(field)
            return (i for i, single in enumerate(self._single) if single.search(text))
        everything = len(self.sources)
        return iter(sorted(i for i in found if i != everything))

    def spans(self, index: int, field: str) -> Iterator[tuple[int, int]]:
        """Where expression ``index`` matches in ``field``, in code points; empty matches left out."""
        for found in self._single[index].finditer(_encodable(field)):
            if found.start() < found.end():
                yield found.span()


def compile_regex(source: str) -> re2._Regexp:
    """One expression; raises ``re2.error`` with RE2's reason."""
    options = re2.Options()
    options.max_mem = _ONE_MEMORY
    options.log_errors = False
    return re2.compile(source, options)


def _encodable(text: str) -> str:
    """``text`` with a question mark for each lone surrogate, which UTF-8 can't hold."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def checked_regex(node: Regex) -> str:
    """The source for RE2, flags included; raises ``QueryError`` for what RE2 refuses."""
    source = f"(?i){node.source}" if node.ignore_case else node.source
    try:
        if compile_regex(source.encode("utf-8", "replace").decode()).search("") is not None:
            raise QueryError(
                "it matches the empty text, so it holds for everything", *node.span, "ask for at least one letter"
            )
    except re2.error as error:
        reason = error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else str(error.args[0])
        advice = "put a backslash before a sign that stands for itself"
        if "(?" in reason or "escape" in reason:
            advice = "RE2 knows no look-ahead, look-behind or back-reference"
        elif "large" in reason or "repetition" in reason:
            advice = "repeat less: {n,m} up to 1000, and not nested"
        raise QueryError(f"RE2 refuses the expression: {reason}", *node.span, advice) from None
    return source
