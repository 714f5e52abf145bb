"""The gazetteer shipped with the package: names to places, loaded once from ``gazetteer.tsv``.

Towns are from GeoNames (CC BY 4.0, https://www.geonames.org); ``scripts/gazetteer`` makes the file.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from itertools import accumulate
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

from monitor.model import Precision
from monitor.text import fold

_ARTICLES = ("al ", "ar ", "as ", "at ", "ad ", "an ", "az ", "ash ", "el ", "l ")
_EARTH_KM = 6371.0


class Spot(NamedTuple):
    """A place of the gazetteer. ``latitude`` and ``longitude`` are None for provinces."""

    name: str
    country: str
    precision: Precision
    latitude: float | None
    longitude: float | None
    people: int


def key(name: str) -> str:
    """``name`` as it is looked up: folded, without apostrophes, hyphens as spaces, without an Arabic article."""
    plain = fold(name).text.replace("'", "").replace("`", "").replace("-", " ").strip()
    for article in _ARTICLES:
        if plain.startswith(article) and len(plain) > len(article) + 2:
            return plain[len(article) :]
    return plain


class _Index:
    """The file as it is, and every name it can be looked up by, sorted: a tenth of what a dict of its lines takes."""

    def __init__(self, file: bytes) -> None:
        self._file = file
        entries: list[tuple[bytes, int]] = []
        start = 0
        for line in file.decode().splitlines(keepends=True):
            if not line.startswith("#"):
                name, rest = line.rstrip("\n").split("\t", 1)
                others = rest.rsplit("\t", 1)[1]
                names = (key(name), *(others.split(";") if others else ()))
                entries += ((one.encode(), start) for one in names)
            start += len(line.encode())
        entries.sort()
        self._names = b"".join(name for name, _ in entries)
        self._lines = array("I", (line for _, line in entries))
        self._starts = array("I", [0, *accumulate(len(name) for name, _ in entries)])

    def _name(self, number: int) -> bytes:
        return self._names[self._starts[number] : self._starts[number + 1]]

    def begins(self, words: str) -> bool:
        """Whether a name is ``words``, or begins with them."""
        wanted = words.encode()
        number = bisect_left(range(len(self._lines)), wanted, key=self._name)
        while number < len(self._lines) and (name := self._name(number)).startswith(wanted):
            if name[len(wanted) : len(wanted) + 1] in (b"", b" "):
                return True
            number += 1
        return False

    def lines(self, name: str) -> Iterator[str]:
        """The lines of all places that can be looked up by ``name``, in the order of the file."""
        wanted = name.encode()
        number = bisect_left(range(len(self._lines)), wanted, key=self._name)
        while number < len(self._lines) and self._name(number) == wanted:
            start = self._lines[number]
            yield self._file[start : self._file.index(b"\n", start)].decode()
            number += 1


@cache
def _index() -> _Index:
    return _Index(files("monitor.facts").joinpath("gazetteer.tsv").read_bytes())


@lru_cache(maxsize=8192)
def spots(name: str) -> tuple[Spot, ...]:
    """All places called ``name``, the largest first; empty where the gazetteer knows none."""
    return tuple(sorted((_spot(line) for line in _index().lines(key(name))), key=lambda spot: -spot.people))


def begins_a_name(words: str) -> bool:
    """Whether a place of the gazetteer is called ``words``, or by a name that begins with them."""
    return _index().begins(key(words))


def _spot(line: str) -> Spot:
    name, country, precision, latitude, longitude, people, _ = line.split("\t")
    return Spot(
        name,
        country,
        Precision(precision),
        float(latitude) if latitude else None,
        float(longitude) if longitude else None,
        int(people),
    )


def kilometres(one: tuple[float, float], two: tuple[float, float]) -> float:
    """The distance over the ground between two points given as (latitude, longitude) in degrees."""
    north, east = radians(two[0] - one[0]), radians(two[1] - one[1])
    half = sin(north / 2) ** 2 + cos(radians(one[0])) * cos(radians(two[0])) * sin(east / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(half))
