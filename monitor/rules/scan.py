"""One pass over an item's text: which terms and expressions stand where.

All terms of all rules are one Aho-Corasick automaton over folded, blanked text; all regular
expressions are one RE2 set over the text as it was written. What is found is keyed by *atom*: the
number of a term or expression together with the field it is asked of.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import ahocorasick_rs

from monitor.folding import blank, fold
from monitor.rules.expressions import Expressions
from monitor.rules.terms import EDGE, Anchor, TermMatcher, plain, word_before, word_behind, word_end
from monitor.text import sentences

MOST_PLACES = 1000  # of one atom in one text that are kept: bounds what a hostile item can cost
MOST_SPELLED = 10_000  # occurrences of an exact term's letters in one text that are remembered
_OFTEN, _OFTEN_IN = 8, 1000  # looks at a literal, and one more in so many characters, that cost as much as a search
_CHUNK = 1 << 18  # characters handed to the automaton at a time: bounds the list it returns

Spans = list[tuple[int, int]]


class Text:
    """Some fields of an item as one text, in which no phrase can reach from one field to the next."""

    __slots__ = ("_edges", "_fields", "_sentences", "_spelled", "blanked", "folded", "map", "names", "raw")

    def __init__(self, names: Sequence[str], fields: Sequence[str]) -> None:
        self.names = names
        self.raw = "\0" + "\0".join(fields) + "\0"
        self.map = fold(self.raw)
        self.folded = self.map.text
        self.blanked = blank(self.folded)
        self._fields = fields
        self._edges: tuple[list[int], list[int]] | None = None
        self._sentences: Sequence[tuple[int, int]] | None = None
        self._spelled: dict[str, frozenset[int] | None] = {}

    @property
    def starts(self) -> list[int]:
        """Where each field begins in ``raw``."""
        return (self._edges or self._find_edges())[0]

    @property
    def ends(self) -> list[int]:
        """Where each field ends in ``folded``."""
        return (self._edges or self._find_edges())[1]

    def _find_edges(self) -> tuple[list[int], list[int]]:
        # Most texts have no hit that asks where it lies.
        starts, ends, at = [], [], 1
        for field in self._fields:
            starts.append(at)
            at += len(field) + 1
            ends.append(self.map.place(at - 1))
        self._edges = starts, ends
        return self._edges

    def field_at(self, at: int) -> int:
        """The index of the field that folded offset ``at`` lies in."""
        ends = (self._edges or self._find_edges())[1]
        return min(bisect_right(ends, at), len(ends) - 1)

    def original(self, start: int, end: int) -> tuple[int, int, int]:
        """The index of the field, and the span in its original text, of folded ``start`` to ``end``."""
        index = self.field_at(start)
        first = self.starts[index]
        if self.map.at:
            start, end = self.map.span(start, end)
        return index, start - first, end - first

    def words(self, start: int, end: int) -> str:
        """The original words of folded ``start`` to ``end``."""
        if self.map.at:
            start, end = self.map.span(start, end)
        return self.raw[start:end]

    def spelled_at(self, letters: str) -> frozenset[int] | None:
        """The folded offsets where ``letters`` begin in the original, case and accents and all; None: anywhere."""
        if letters not in self._spelled:
            self._spelled[letters] = self._find_spelled(letters)
        return self._spelled[letters]

    def _find_spelled(self, letters: str) -> frozenset[int] | None:
        raw = self.raw
        count = raw.count(letters)
        if count > MOST_SPELLED or count != plain(raw).count(letters):
            return None  # so many, or accents written as signs of their own
        found, at = [], raw.find(letters)
        while at >= 0:
            found.append(self.map.place(at))
            at = raw.find(letters, at + 1)
        return frozenset(found)

    def sentences(self) -> Sequence[tuple[int, int]]:
        """The sentences of every field as folded spans, in order."""
        if self._sentences is None:
            place = self.map.place
            self._sentences = [
                (place(first + start), place(first + end))
                for first, field in zip(self.starts, self._fields, strict=True)
                for start, end in sentences(field)
            ]
        return self._sentences


@dataclass(frozen=True, slots=True)
class Asked:
    """An atom and the index of the field it is asked of; -1: any field of the text."""

    atom: int
    field: int


class _Regexes:
    """The expressions that are asked of one field (-1: of any), as one set."""

    __slots__ = ("atoms", "expressions")

    def __init__(self, expressions: Sequence[tuple[str, Sequence[Asked]]], field: int) -> None:
        here = [(source, each.atom) for source, asked in expressions for each in asked if each.field == field]
        self.expressions = Expressions([source for source, _ in here])
        self.atoms = [atom for _, atom in here]  # by expression

    def find(self, fields: Iterable[str], seen: dict[int, Spans | None]) -> None:
        """Adds the atoms of those that match in any of ``fields``, without the spans."""
        for field in fields:
            for found in self.expressions.matching(field):
                seen.setdefault(self.atoms[found], None)


_Look = tuple[TermMatcher, Anchor, Sequence[Asked]]


class Scanner:
    """Finds every atom of one kind of text (title and summary, or body) in one pass."""

    def __init__(
        self, terms: Sequence[tuple[TermMatcher, Sequence[Asked]]], expressions: Sequence[tuple[str, Sequence[Asked]]]
    ) -> None:
        by_literal: dict[str, list[_Look]] = {}
        for matcher, asked in terms:
            for anchor in matcher.anchors:
                by_literal.setdefault(anchor.literal, []).append((matcher, anchor, asked))
        # Most literals are a whole word: for these there is next to nothing to check.
        self._simple = [_simple(looks) for looks in by_literal.values()]
        self._closed = [looks[0][1].trail == 1 for looks in by_literal.values()]
        # A word of many phrases is a common one: only those are looked at whose next word stands there too.
        self._looks = [[look for look in looks if not look[1].previous + look[1].next] for looks in by_literal.values()]
        self._phrases = {
            literal: phrases for literal, looks in enumerate(by_literal.values()) if any(phrases := _phrases(looks))
        }
        self._automaton = None
        if by_literal:
            # A DFA is no faster where so much is done with each hit, and takes megabytes.
            self._automaton = ahocorasick_rs.AhoCorasick(
                list(by_literal),
                ahocorasick_rs.MatchKind.Standard,
                store_patterns=False,
                implementation=ahocorasick_rs.Implementation.ContiguousNFA,
            )
        # Those of the title never look at the summary, which is ten times as long.
        places = dict.fromkeys(each.field for _, asked in expressions for each in asked)
        self._regexes = {place: _Regexes(expressions, place) for place in places}

    def scan(self, text: Text, fields: Sequence[str], seen: dict[int, Spans | None]) -> None:
        """Add what stands in ``text`` (made of ``fields``) to ``seen``: atom → folded spans.

        A regular expression has None for its spans: ``spans`` finds them when they are asked for.
        """
        if self._automaton is not None:
            blanked, looked = text.blanked, dict[int, int]()
            for start, end in ((0, len(blanked)),) if len(blanked) <= _CHUNK else _chunks(blanked):
                hits = self._automaton.find_matches_as_indexes(blanked[start:end], True)
                self._take(hits, start, text, seen, looked)
        for place, regexes in self._regexes.items():
            if place >= 0:
                regexes.find((fields[place],), seen)
            elif regexes.expressions.may_match(text.raw):
                regexes.find(fields, seen)

    def _take(
        self,
        hits: list[tuple[int, int, int]],
        shift: int,
        text: Text,
        seen: dict[int, Spans | None],
        looked: dict[int, int],
    ) -> None:
        """Adds ``hits`` to ``seen``; ``looked`` counts the looks at a literal, -1 where no more can be found."""
        simple, closed, folded, blanked = self._simple, self._closed, text.folded, text.blanked
        often = _OFTEN + len(folded) // _OFTEN_IN
        for literal, start, end in hits:
            if shift:
                start += shift  # noqa: PLW2901 - the hot loop of the whole program
                end += shift  # noqa: PLW2901
            atom, field = simple[literal]
            if atom < 0 or folded[start] in EDGE or folded[end - 1] in EDGE:
                looks = looked.get(literal, 0)
                if looks >= 0:
                    more = self._look(literal, start, end, text, seen, search=looks >= often)
                    looked[literal] = looks + 1 if more else -1
                continue
            if field >= 0 and field != text.field_at(start + 1):
                continue
            span = (start + 1, end - 1 if closed[literal] else word_end(blanked, end))
            spans = seen.get(atom)
            if spans is None:
                seen[atom] = [span]
            elif len(spans) < MOST_PLACES:
                spans.append(span)

    def _look(
        self, literal: int, start: int, end: int, text: Text, seen: dict[int, Spans | None], *, search: bool
    ) -> bool:
        """Adds the terms of a literal seen at ``start`` to ``end`` (its spaces included) that stand there.

        ``search``: first where an exact one is spelled at all. False where no more of them can be found in this text.
        """
        looks, phrases, more = self._looks[literal], self._phrases.get(literal), False
        if phrases is not None:
            after, before = phrases
            found = after.get(word_before(text.blanked, start), ()) if after else ()
            looks = [*looks, *found, *(before.get(word_behind(text.blanked, end), ()) if before else ())]
            more = True  # others may stand where this literal is seen again
        for matcher, anchor, asked in looks:
            kept = seen.get(asked[0].atom)
            if kept is not None and len(kept) >= MOST_PLACES and _are_full(asked, seen):
                continue
            if search and anchor.written:
                places = text.spelled_at(anchor.written)
                if places is not None and start + anchor.lead not in places:
                    more = more or bool(places)
                    continue
            more = True
            span = matcher.around(anchor, text.folded, text.blanked, start + anchor.lead, end - anchor.trail)
            if span is None or (matcher.spelled is not None and not matcher.is_spelled(text.words(*span))):
                continue
            for each in asked:
                if each.field >= 0 and each.field != text.field_at(span[0]):
                    continue
                spans = seen.get(each.atom)
                if spans is None:
                    seen[each.atom] = [span]
                elif len(spans) < MOST_PLACES:
                    spans.append(span)
        return more

    def expression_spans(self, atom: int, text: Text) -> Spans:
        """Folded spans of a regular expression's atom; only for atoms that ``scan`` has found."""
        field, regexes = next((field, each) for field, each in self._regexes.items() if atom in each.atoms)
        index = regexes.atoms.index(atom)
        spans: Spans = []
        ends = [*(start - 1 for start in text.starts[1:]), len(text.raw) - 1]
        for i, (start, end) in enumerate(zip(text.starts, ends, strict=True)):
            if field not in (-1, i):
                continue
            for found in regexes.expressions.spans(index, text.raw[start:end]):
                spans.append((text.map.place(start + found[0]), text.map.place(start + found[1])))
                if len(spans) >= MOST_PLACES:
                    return spans
        return spans


def _are_full(asked: Sequence[Asked], seen: dict[int, Spans | None]) -> bool:
    return all(len(seen.get(each.atom) or ()) >= MOST_PLACES for each in asked)


def _simple(looks: list[_Look]) -> tuple[int, int]:
    """The one atom of a literal that is all there is to its term, and its field (-1: any); -1 for no such atom."""
    if len(looks) != 1:
        return -1, -1
    matcher, anchor, asked = looks[0]
    if not anchor.whole or matcher.spelled is not None or len(asked) != 1:
        return -1, -1
    return asked[0].atom, asked[0].field


def _phrases(looks: list[_Look]) -> tuple[dict[str, list[_Look]], dict[str, list[_Look]]]:
    """Those that are looked for where a certain word stands before the literal, and behind it, by that word."""
    after: dict[str, list[_Look]] = {}
    before: dict[str, list[_Look]] = {}
    for look in looks:
        if look[1].previous:
            after.setdefault(look[1].previous, []).append(look)
        elif look[1].next:
            before.setdefault(look[1].next, []).append(look)
    return after, before


def _chunks(blanked: str) -> Iterator[tuple[int, int]]:
    """Overlapping spans cut at spaces, each with the space at both ends, so that no word is cut."""
    start = 0
    while start < len(blanked):
        end = blanked.rfind(" ", start + 1, start + _CHUNK)
        if end < 0 or start + _CHUNK >= len(blanked):
            # No space for a whole chunk: a text without spaces, cut where the next space is.
            end = len(blanked) - 1 if start + _CHUNK >= len(blanked) else blanked.find(" ", start + _CHUNK)
        yield start, end + 1
        if end >= len(blanked) - 1 or end < 0:
            return
        start = end
