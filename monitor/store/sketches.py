"""The index of copies and events: what is kept of each item, and by which marks it is found.

A mark's row holds the numbers of the last few sketches that have it, so that what a look-up costs does not grow
with history: one row a mark, one row a candidate.

A document has a thousand marks, and a parameter for each would take ten times as long as the look-up itself: they are
handed over as one JSON list.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from struct import Struct
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select

from monitor.model import Sketch, WordCounts
from monitor.store.bulk import add_rows
from monitor.store.database import Topic, chunks, insert_into
from monitor.store.tables import marks, sketches, word_counts

LATEST = 24  # numbers kept of a mark: what it finds
_PAGE = 500
_AT_ONCE = 2_000  # rows asked for, or pruned, in one go

_FORMER = delete(sketches).where(sketches.c.item_key.in_(bindparam("wanted", expanding=True)))
# Adds to the numbers of a mark and keeps the latest: nothing is read for it.
_ADD_MARK = "INSERT INTO marks VALUES ({0}, {0}) ON CONFLICT (mark) DO UPDATE SET numbers = {1}"
_BOTH = "marks.numbers || excluded.numbers"
_NUMBER = Struct("=I")
_BYTES = _NUMBER.size * LATEST
_ADD_MARKS = {
    "sqlite": _ADD_MARK.format("?", f"substr(CAST({_BOTH} AS BLOB), -{_BYTES})"),
    "postgresql": _ADD_MARK.format("%s", f"substring({_BOTH} FROM greatest(1, length({_BOTH}) - {_BYTES - 1}))"),
}
# One of the numbers of a JSON list.
_LISTED = {
    "sqlite": "IN (SELECT value FROM json_each(?))",
    "postgresql": "IN (SELECT CAST(value AS bigint) FROM json_array_elements_text(CAST(%s AS json)))",
}


class SketchStore(Topic):
    """The part of ``Store`` about finding what an item may be a copy or another report of."""

    def near(self, wanted: Iterable[int]) -> dict[int, tuple[int, ...]]:
        """By mark, the numbers of the last sketches that have it, oldest first."""
        with self._db.read() as connection:
            rows = _listed(connection, "mark, numbers", "marks", "mark", wanted)
            return {mark: tuple(_numbers(numbers)) for mark, numbers in rows}

    def sketches(self, numbers: Iterable[int]) -> tuple[Sketch, ...]:
        """Those of these sketches that are still kept, in the order in which they came."""
        asked = set(numbers)
        if not asked:
            return ()
        with self._db.read() as connection:
            rows = _listed(connection, "number, item_key, story, copy_of, body", "sketches", "number", asked)
            return tuple(sorted(map(_sketch, rows), key=lambda sketch: sketch.number))

    def standing(self, numbers: Iterable[int]) -> dict[int, tuple[str | None, str | None]]:
        """Of those of these sketches that are still kept, by number, the story and what it is a copy of: all of a
        sketch that ever changes.
        """
        asked = set(numbers)
        if not asked:
            return {}
        with self._db.read() as connection:
            rows = _listed(connection, "number, story, copy_of", "sketches", "number", asked)
            return {number: (story, copy_of) for number, story, copy_of in rows}

    def sketched(self) -> int:
        """The number of the last sketch; 0 before the first."""
        with self._db.read() as connection:
            last: int | None = connection.execute(select(func.max(sketches.c.number))).scalar()
            return last or 0

    def words_after(self, number: int) -> Iterator[set[int]]:
        """The words of each sketch that came after the one with this number, in order, read in pages."""
        while True:
            page = select(sketches.c.number, sketches.c.body).where(sketches.c.number > number)
            with self._db.read() as connection:
                rows = connection.execute(page.order_by(sketches.c.number).limit(_PAGE)).all()
            for row in rows:
                yield _words(row.body)
            if len(rows) < _PAGE:
                return
            number = rows[-1].number

    def word_counts(self) -> WordCounts:
        """How often words were counted so far."""
        with self._db.read() as connection:
            body = connection.execute(select(word_counts.c.body)).scalar()
        if body is None:
            return WordCounts()
        seen, reports, words, times = json.loads(body)
        return WordCounts(seen, reports, dict(zip(words, times, strict=True)))

    def save_word_counts(self, counts: WordCounts) -> None:
        """Keeps ``counts`` in place of those before."""
        words = sorted(counts.words)
        body = json.dumps([counts.seen, counts.reports, words, [counts.words[word] for word in words]])
        with self._db.write() as connection:
            insert = insert_into(connection, word_counts).values(id=1, body=body)
            connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_={"body": body}))

    def prune_sketches(self, now: datetime, keep: timedelta) -> int:
        """Drops what is older than ``keep``, sketches and marks; the number of sketches dropped."""
        dropped = 0
        page = select(sketches.c.number, sketches.c.seen_at).order_by(sketches.c.number).limit(_AT_ONCE)
        while True:
            with self._db.write() as connection:
                rows = connection.execute(page).all()
                old = [row.number for row in takewhile(lambda row: row.seen_at < now - keep, rows)]
                if old:
                    connection.execute(delete(sketches).where(sketches.c.number <= old[-1]))
            dropped += len(old)
            if len(old) < _AT_ONCE:
                break
        if dropped:
            self._prune_marks()
        return dropped

    def _prune_marks(self) -> None:
        """Drops the marks of which no sketch is kept any more."""
        with self._db.read() as connection:
            first = connection.execute(select(func.min(sketches.c.number))).scalar()
        last = -1
        while True:
            page = select(marks).where(marks.c.mark > last).order_by(marks.c.mark).limit(_AT_ONCE)
            with self._db.write(durable=False) as connection:
                rows = connection.execute(page).all()
                gone = [{"gone": row.mark} for row in rows if first is None or _numbers(row.numbers)[-1] < first]
                if gone:
                    connection.execute(delete(marks).where(marks.c.mark == bindparam("gone")), gone)
            if len(rows) < _AT_ONCE:
                return
            last = rows[-1].mark


def add_sketches(connection: Connection, added: Iterable[tuple[Sketch, datetime]], revised: Iterable[str]) -> None:
    """Adds sketches, each in place of that of the item's version before, and the marks they are found by.

    ``revised`` are the keys of items that have a version before.
    """
    for some in chunks(revised):
        connection.execute(_FORMER, {"wanted": some})
    last = {sketch.key: (sketch, at) for sketch, at in added}
    if not last:
        return
    add_rows(connection, sketches, [_values(sketch, at) for sketch, at in last.values()])
    come: dict[int, bytes] = {}
    for sketch, _ in last.values():
        number = _NUMBER.pack(sketch.number)
        for mark in sketch.marks:
            come[mark] = come[mark] + number if mark in come else number
    rows = [(mark, numbers[-_BYTES:]) for mark, numbers in sorted(come.items())]
    if rows:
        connection.exec_driver_sql(_ADD_MARKS[connection.dialect.name], rows)


def _listed(connection: Connection, columns: str, table: str, key: str, values: Iterable[int]) -> Iterable[Any]:
    """The rows whose ``key`` is among ``values``. One statement for any number of them, so that it is prepared once."""
    select = f"SELECT {columns} FROM {table} WHERE {key} {_LISTED[connection.dialect.name]}"  # noqa: S608 - words of ours
    return connection.exec_driver_sql(select, (json.dumps(sorted(values)),))


def _numbers(packed: bytes) -> array[int]:
    return array("I", packed)


def _values(sketch: Sketch, at: datetime) -> dict[str, Any]:
    return {
        "number": sketch.number,
        "item_key": sketch.key,
        "seen_at": at,
        "story": sketch.story,
        "copy_of": sketch.copy_of,
        "body": _packed(sketch),
    }


# When, how long headline and text are as vectors (0: not reckoned), whether it is a round-up; how many terms
# headline and text have, and how many runs of words; these numbers, four bytes each; and the rest, if any, as JSON.
_HEAD = Struct("=3d?3H")


def _packed(sketch: Sketch) -> bytes:
    numbers = sketch.title + sketch.lead + sketch.shingles
    sizes = len(sketch.title), len(sketch.lead), len(sketch.shingles)
    head = _HEAD.pack(sketch.at.timestamp(), *(sketch.norms or (0.0, 0.0)), sketch.roundup, *sizes)
    signs = {name: write(value) for name, (write, _) in _SIGNS.items() if (value := getattr(sketch, name))}
    return head + numbers.tobytes() + (json.dumps(signs, separators=(",", ":")).encode() if signs else b"")


def _tuples(listed: Iterable[Iterable[Any]]) -> Iterator[tuple[Any, ...]]:
    return map(tuple, listed)


# The rest, where it says something: how each is written and read.
_SIGNS: Mapping[str, tuple[Callable[[Any], object], Callable[[Any], Any]]] = {
    "names": (lambda names: sorted(names.items()), dict),
    "people": (sorted, frozenset),
    "aged": (lambda aged: sorted(aged.items()), dict),
    "ages": (sorted, frozenset),
    "title_ages": (sorted, frozenset),
    "title_numbers": (sorted, frozenset),
    "title_labels": (sorted, lambda labels: frozenset(_tuples(labels))),
    "days": (list, lambda days: tuple(_tuples(days))),
    "places": (sorted, frozenset),
    "title_places": (sorted, frozenset),
    "tolls": (lambda tolls: sorted(tolls, key=str), lambda tolls: frozenset(_tuples(tolls))),
}


def _words(body: bytes) -> set[int]:
    *_, title, lead, _ = _HEAD.unpack_from(body)
    return set(array("I", body[_HEAD.size : _HEAD.size + 4 * (title + lead)]))


def _sketch(row: Any) -> Sketch:
    number, key, story, copy_of, body = row
    at, of_title, of_lead, roundup, title, lead, shingles = _HEAD.unpack_from(body)
    end = _HEAD.size + 4 * (title + lead + shingles)
    numbers = array("I", body[_HEAD.size : end])
    signs = json.loads(body[end:]) if len(body) > end else {}
    return Sketch(
        key=key,
        at=datetime.fromtimestamp(at, UTC),
        title=numbers[:title],
        lead=numbers[title : title + lead],
        shingles=numbers[title + lead :],
        norms=(of_title, of_lead) if of_title else None,
        roundup=roundup,
        story=story,
        copy_of=copy_of,
        number=number,
        **{name: _SIGNS[name][1](value) for name, value in signs.items()},
    )
