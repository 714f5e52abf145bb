"""``monitor export``: what is kept, for spreadsheets, scripts and maps.

A cell of a spreadsheet that a text from outside could turn into a formula is made harmless (CWE-1236).
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta

from monitor import app
from monitor import facts as facts_room
from monitor.cli import FINDINGS, OK, USAGE, edge
from monitor.config.values import Wrong, duration
from monitor.model import FoundFact, Report
from monitor.render import hostile
from monitor.settings import Settings

Record = Mapping[str, object]

# The order of the columns is a promise (docs/operations.md): new ones are added at the end.
FACT_COLUMNS = (
    "key", "version", "number", "seen", "published", "feed", "tier", "story", "url", "title",
    "kind", "outcome", "party", "low", "high", "floor", "nation", "roles", "name", "condition", "by", "basis", "scope",
    "part_of", "operation", "weapons", "actors", "targets", "people", "seized", "action", "force", "before", "phase",
    "timeframe", "source", "evidence", "field", "start", "end", "event", "place", "place_words", "country", "precision",
    "near", "latitude", "longitude", "date_from", "date_to", "date_words", "said_by", "said_role", "said_party",
    "relayed", "modality", "context", "domain", "lang", "gloss",
)  # fmt: skip
ITEM_COLUMNS = (
    "key", "version", "seen", "published", "feed", "tier", "story", "level", "rules", "url", "title", "summary", "lang",
    "tags",
)  # fmt: skip
# What makes a spreadsheet read a cell as a formula, or hides what does; the wide forms count in East Asian ones.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_EVERY = 500  # records between two words on the progress


def facts(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print every fact kept; exit 1 where there is none."""
    with closing(app.open_store(settings)) as store:
        return _export(arguments, FACT_COLUMNS, lambda since: map(_fact, store.facts(since)))


def items(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print every matched item kept; exit 1 where there is none."""
    with closing(app.open_store(settings)) as store:
        return _export(arguments, ITEM_COLUMNS, lambda since: map(_item, store.matched(since)))


def _export(
    arguments: argparse.Namespace, columns: Sequence[str], read: Callable[[datetime | None], Iterable[Record]]
) -> int:
    try:
        since = _since(arguments.since, edge.now()) if arguments.since else None
    except Wrong as wrong:
        edge.say(f"monitor: --since: {wrong.what}; {wrong.instead}")
        return USAGE
    write = {"csv": _csv, "jsonl": _json_lines, "geojson": _geojson}[arguments.format]
    # Where the data itself runs over the terminal, a bar in between would only be in the way.
    with edge.progress("exporting", shown=not sys.stdout.isatty()) as progress:
        count = write(columns, _counted(read(since), progress))
    if not count:
        edge.say("monitor: nothing was kept" + (f" since {arguments.since}" if since else " yet"))
    return OK if count else FINDINGS


def _since(text: str, now: datetime) -> datetime:
    """The moment that ``2024-10-22`` or ``30d`` (ago) means."""
    try:
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError:
        pass
    try:
        span: timedelta = duration(text)
    except Wrong as wrong:
        raise Wrong(f"{text!r} is neither a date nor a span", "write 2024-10-22, or 12h, 30d") from wrong
    return now - span


def _counted(records: Iterable[Record], progress: Callable[[int, int | None], None]) -> Iterator[Record]:
    for number, record in enumerate(records, 1):
        yield record
        if number % _EVERY == 0:
            progress(number, None)


# --- records -------------------------------------------------------------------------------------


def _fact(found: FoundFact) -> Record:
    return {
        "key": found.item_key,
        "version": found.version,
        "number": found.place,
        "seen": found.seen_at,
        "published": found.published,
        "feed": found.feed,
        "tier": found.tier.value,
        "story": found.story,
        "url": found.url,
        "title": found.title,
        **facts_room.record(found.fact),
    }


def _item(found: tuple[Report, str]) -> Record:
    report, story = found
    return {
        "key": report.item_key,
        "version": report.version,
        "seen": report.first_seen,
        "published": report.published,
        "feed": report.feed,
        "tier": report.tier.value,
        "story": story,
        "level": max(match.level for match in report.matches).word,
        "rules": [match.rule for match in report.matches],
        "url": report.url,
        "title": report.title,
        "summary": report.summary,
        "lang": report.lang,
        "tags": list(report.tags),
    }


# --- forms ---------------------------------------------------------------------------------------


def _json_lines(columns: Sequence[str], records: Iterable[Record]) -> int:
    del columns  # each record has its own keys
    count = 0
    for count, record in enumerate(records, 1):  # noqa: B007 - how many there were
        edge.show(_json(record))
    return count


def _csv(columns: Sequence[str], records: Iterable[Record]) -> int:
    """RFC 4180, with a header: an empty cell is what is not known."""
    writer = csv.writer(sys.stdout)
    writer.writerow(columns)
    count = 0
    for count, record in enumerate(records, 1):  # noqa: B007 - how many there were
        writer.writerow([_cell(record.get(column)) for column in columns])
    return count


def _geojson(columns: Sequence[str], records: Iterable[Record]) -> int:
    """RFC 7946: one collection, a feature a record; what has no point (a country, a province) has no geometry."""
    del columns
    count = 0
    sys.stdout.write('{"type": "FeatureCollection", "features": [')
    for count, record in enumerate(records, 1):
        properties = dict(record)
        latitude, longitude = properties.pop("latitude", None), properties.pop("longitude", None)
        point = {"type": "Point", "coordinates": [longitude, latitude]} if latitude is not None else None
        feature = {"type": "Feature", "id": f"{record['key']}.{record['version']}.{record['number']}",
                   "geometry": point, "properties": properties}  # fmt: skip
        sys.stdout.write(("," if count > 1 else "") + "\n" + _json(feature))
    sys.stdout.write("\n]}\n" if count else "]}\n")
    return count


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=_moment)


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    raise TypeError(f"{type(value).__name__} has no place in an export")


def _cell(value: object) -> str:
    """One cell. Numbers stay numbers; a text that a spreadsheet would reckon with gets an apostrophe in front."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, datetime):
        return _moment(value)
    text = "; ".join(map(_listed, value)) if isinstance(value, list) else str(value)
    clean = hostile.clean(text)
    return f"'{clean}" if text.startswith(_FORMULA) or clean.startswith(_FORMULA) else clean


def _listed(value: object) -> str:
    """One of several in a cell: "Name (role, fate)", "desk delivered"."""
    if isinstance(value, dict):
        first, *rest = (str(each) for each in value.values() if each is not None)
        return f"{first} ({', '.join(rest)})" if rest else first
    return str(value)
