"""The gazetteer shipped with the package: names to places, searched in ``gazetteer.tsv`` as it is.

The file has a line for every name of a place as ``key`` writes it, sorted by its bytes. In memory is the first name of
each page of it: one page is read for what is asked.
Towns are from GeoNames (CC BY 4.0, https://www.geonames.org); ``scripts/gazetteer`` makes the file.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise, takewhile
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import NamedTuple

from monitor.folding import fold
from monitor.model import Precision

_ARTICLES = ("al ", "ar ", "as ", "at ", "ad ", "an ", "az ", "ash ", "el ", "l ")
_EARTH_KM = 6371.0
_PAGE = 4_096  # bytes, and to the end of a line


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


@cache
def _pages() -> tuple[int, Sequence[int], Sequence[bytes]]:
    """The descriptor of the file, where each page begins and the last one ends, and the first name of each."""
    path = Path(__file__).with_name("gazetteer.tsv")
    whole = path.read_bytes()
    edges = [0]
    while edges[-1] < len(whole):
        edges.append(whole.find(b"\n", edges[-1] + _PAGE) + 1 or len(whole))
    return os.open(path, os.O_RDONLY), edges, [whole[start : whole.find(b"\t", start)] for start in edges[:-1]]


def _lines(name: bytes) -> Iterator[bytes]:
    """The lines, from the first one whose name is ``name`` or behind it."""
    file, edges, names = _pages()
    first = max(0, bisect_left(names, name) - 1)  # it may stand within the page that begins before it
    for start, end in pairwise(edges[first:]):
        lines = os.pread(file, end - start, start).splitlines()
        yield from lines[bisect_left(lines, name) :]


@lru_cache(maxsize=8192)
def spots(name: str) -> tuple[Spot, ...]:
    """All places called ``name``, the largest first; empty where the gazetteer knows none."""
    start = f"{key(name)}\t".encode()
    same = takewhile(lambda line: line.startswith(start), _lines(start[:-1]))
    return tuple(sorted(map(_spot, same), key=lambda spot: -spot.people))


def begins_a_name(words: str) -> bool:
    """Whether a place of the gazetteer is called ``words``, or by a name that begins with them."""
    start = key(words).encode()
    longer = takewhile(lambda line: line.startswith(start), _lines(start))
    return any(line[len(start) : len(start) + 1] in (b"\t", b" ") for line in longer)


def _spot(line: bytes) -> Spot:
    _, name, country, precision, latitude, longitude, people = line.decode().split("\t")
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
