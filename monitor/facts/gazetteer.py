"""The gazetteer shipped with the package: names to places, loaded once from ``gazetteer.tsv``.

Towns are from GeoNames (CC BY 4.0, https://www.geonames.org); ``scripts/gazetteer`` makes the file.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
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


@cache
def _index() -> dict[str, list[str]]:
    index: dict[str, list[str]] = {}
    text = files("monitor.facts").joinpath("gazetteer.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        name, rest = line.split("\t", 1)
        others = rest.rsplit("\t", 1)[1]
        for entry in (key(name), *(others.split(";") if others else ())):
            index.setdefault(entry, []).append(line)
    return index


def spots(name: str) -> tuple[Spot, ...]:
    """All places called ``name``, the largest first; empty where the gazetteer knows none."""
    return tuple(sorted((_spot(line) for line in _index().get(key(name), ())), key=lambda spot: -spot.people))


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
