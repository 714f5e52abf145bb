"""JSON Feed 1 and 1.1 (jsonfeed.org), read by hand and leniently."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from hashlib import blake2b
from typing import Any

from monitor.errors import ParseError
from monitor.model import Feed, ParsedFeed
from monitor.parse.choice import HASH_BYTES, choose
from monitor.parse.items import Draft, Finish, language
from monitor.parse.plain import plain

_ITEM_KEYS = frozenset({"id", "url", "external_url", "title", "content_html", "content_text", "summary"})


def parse_json(feed: Feed, url: str, text: str, seen: AbstractSet[bytes]) -> ParsedFeed:
    """The items of a JSON Feed; raises ``ParseError`` for JSON that is none, and for no JSON."""
    try:
        found = json.loads(text, strict=False)
    except RecursionError:
        raise ParseError("JSON nested too deep") from None
    except ValueError:
        raise ParseError("not valid JSON") from None
    if not isinstance(found, dict):
        raise ParseError("JSON that is not a JSON Feed")
    records, problems = _records(found)
    hashes = [_hash(record, url) for record in records]
    choice = choose(hashes, [1] * len(records), seen)
    bases = (url, _text(found.get("home_page_url")), _text(found.get("feed_url")))
    finish = Finish(feed, bases, language(_text(found.get("language"))))
    items = tuple(finish.item(_draft(records[index])) for index in choice.kept)
    return ParsedFeed(
        title=plain(_text(found.get("title")), markup=False),
        lang=finish.lang,
        items=items,
        problems=(*problems, *choice.problems(), *finish.problems()),
        skipped=choice.skipped,
        hashes=choice.hashes,
        unread=choice.unread,
    )


def _records(found: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
    """The items of the document as they stand there, and what is wrong with it."""
    version, items = found.get("version"), found.get("items")
    is_feed = isinstance(version, str) and "jsonfeed.org/version/" in version
    problems = []
    if items is None and is_feed:
        items = []
        problems.append("the list of items is missing")
    if not isinstance(items, list):
        raise ParseError("JSON that is not a JSON Feed")
    records = [item for item in items if isinstance(item, dict)]
    if not is_feed:
        if not any(_ITEM_KEYS & record.keys() for record in records):
            raise ParseError("JSON that is not a JSON Feed")
        problems.append("no version of JSON Feed is named")
    if len(records) < len(items):
        problems.append(f"{len(items) - len(records)} items are no objects")
    return records, problems


def _hash(record: Mapping[str, Any], url: str) -> bytes:
    """A hash of an item as it stands in the document read at ``url``."""
    words = json.dumps([url, record], sort_keys=True)
    return blake2b(words.encode(), digest_size=HASH_BYTES).digest()


def _draft(record: Mapping[str, Any]) -> Draft:
    """One item, values of the wrong type left out; ids that are numbers are taken (as the standard asks)."""
    identifier = record.get("id")
    if isinstance(identifier, int | float) and not isinstance(identifier, bool):
        identifier = str(identifier)
    from_html = _text(record.get("content_html"))
    return Draft(
        guid=_text(identifier).strip() or None,
        links=tuple(_text(record.get(name)) for name in ("url", "external_url")),
        title=_text(record.get("title")),
        summary=_text(record.get("summary")),
        summary_markup=False,
        body=from_html or _text(record.get("content_text")),
        body_markup=bool(from_html),
        published=(_text(record.get("date_published")), _text(record.get("date_modified"))),
        updated=_text(record.get("date_modified")),
        lang=_text(record.get("language")) or None,
        tags=tuple(_tags(record.get("tags"))),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _tags(value: object) -> Iterator[str]:
    if isinstance(value, list):
        yield from (tag for tag in value if isinstance(tag, str))
