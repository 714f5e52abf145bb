"""From what a document holds to an ``Item``: plain text, absolute links, UTC dates, bounded sizes."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from monitor.model import Feed, Item
from monitor.parse.dates import read_date
from monitor.parse.links import absolute
from monitor.parse.plain import plain, shorten, storable, tidy

# The most code points of each field; more is cut and told as a problem.
LIMITS = {"title": 4_000, "summary": 40_000, "body": 400_000}
_LONGEST_GUID = 4_000
_LONGEST_TAG = 200
_MOST_TAGS = 100
_OPENING = 600  # code points of a body that stand in for a summary
_LANG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class Draft:
    """One item as its document words it, before anything is made plain, absolute or UTC.

    ``links`` and ``published`` hold candidates, the best first.
    """

    guid: str | None
    links: tuple[str, ...]
    title: str
    summary: str
    body: str
    title_markup: bool = False
    summary_markup: bool = True
    body_markup: bool = True
    published: tuple[str, ...] = ()
    updated: str = ""
    lang: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(slots=True)
class Finish:
    """Finishes the items of one document and counts what had to be cut or left out.

    ``bases`` are what relative links are resolved against, the best first; ``lang`` is the
    document's language, which an item's own overrides and the configured one only stands in for.
    """

    feed: Feed
    bases: tuple[str, ...]
    lang: str | None
    _cut: Counter[str] = field(default_factory=Counter)
    _usual_lang: str | None = field(init=False)

    def __post_init__(self) -> None:
        self._usual_lang = self.lang or language(self.feed.lang)

    def item(self, draft: Draft) -> Item:
        """``draft`` as an item. Where it has a body and no summary, the summary is the body's beginning.

        ``published`` is the date of publication; where the feed gives only one of creation or of
        the last change, it is that.
        """
        body = self._plain("body", draft.body, draft.body_markup)
        summary = self._plain("summary", draft.summary, draft.summary_markup)
        return Item(
            feed=self.feed.id,
            guid=self._guid(draft.guid),
            url=self._url(draft.links),
            title=self._plain("title", draft.title, draft.title_markup),
            summary=summary or shorten(body, _OPENING),
            body=body,
            published=next((date for date in map(read_date, draft.published) if date is not None), None),
            updated=read_date(draft.updated),
            lang=language(draft.lang) or self._usual_lang,
            tags=self._tags(draft.tags),
        )

    def problems(self) -> tuple[str, ...]:
        """What was cut or left out so far, a sentence a kind."""
        return tuple(f"{count} {what}" for what, count in self._cut.items())

    def _plain(self, name: str, text: str, markup: bool) -> str:
        if not text:
            return ""
        limit = LIMITS[name]
        result = plain(text, markup=markup)
        if len(result) > limit:
            self._cut[f"of its {name} texts were cut at {limit} characters"] += 1
            result = shorten(result, limit)
        return result

    def _guid(self, guid: str | None) -> str | None:
        if guid and len(guid) > _LONGEST_GUID:
            self._cut[f"of its guids were cut at {_LONGEST_GUID} characters"] += 1
            guid = guid[:_LONGEST_GUID]
        return storable(guid) if guid else None

    def _url(self, links: tuple[str, ...]) -> str:
        for link in links:
            if link:
                url = absolute(link, *self.bases)
                if url:
                    return url
        if any(links):
            self._cut["of its links lead nowhere: not http or https, or nothing to resolve them against"] += 1
        return ""

    def _tags(self, tags: tuple[str, ...]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for tag in tags:
            name = plain(tag[: 2 * _LONGEST_TAG], markup=False)[:_LONGEST_TAG].strip()
            if name:
                found[name] = None
            if len(found) == _MOST_TAGS and len(tags) > _MOST_TAGS:
                self._cut[f"of its items have more than {_MOST_TAGS} tags"] += 1
                break
        return tuple(found)


def language(text: str | None) -> str | None:
    """A language tag as BCP 47 writes it ("en-US"); None for what is none ("English", "und")."""
    if not text:
        return None
    text = tidy(text)
    if not _LANG.fullmatch(text) or text.lower() in ("und", "zxx", "mul"):
        return None
    first, *rest = text.replace("_", "-").split("-")
    return "-".join([first.lower(), *(part.upper() if len(part) == 2 else part.title() for part in rest)])
