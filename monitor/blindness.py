"""What nobody covers any more: the languages and subjects whose every feed is down. Pure.

A count of failing feeds says nothing to a reader; "no Arabic Syria feed since 19 Oct" does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from monitor.model import Blind, Feed

_MOST = 5  # parts of the coverage that one digest names
_LANGUAGES = {
    "ar": "Arabic", "az": "Azerbaijani", "ckb": "Sorani", "de": "German", "en": "English", "es": "Spanish",
    "fa": "Persian", "fr": "French", "he": "Hebrew", "id": "Indonesian", "it": "Italian", "ku": "Kurdish",
    "ms": "Malay", "nl": "Dutch", "ps": "Pashto", "pt": "Portuguese", "ru": "Russian", "so": "Somali",
    "sw": "Swahili", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "uz": "Uzbek", "zh": "Chinese",
}  # fmt: skip
_CAPITALS = frozenset({"us", "uk", "un", "eu", "uae", "drc"})


def language(code: str) -> str:
    """The English name of a language, or its code."""
    return _LANGUAGES.get(code.partition("-")[0].lower(), code)


def blind(feeds: Iterable[Feed], down: Mapping[str, datetime | None]) -> tuple[Blind, ...]:
    """The parts of the coverage of which every feed is ``down`` (by id, with its last good moment).

    A part is a language, a tag, or both together; one that lies within another that is named, or has
    the same feeds, is left out. The widest first.
    """
    members: dict[tuple[str, str], set[str]] = defaultdict(set)
    for feed in feeds:
        lang = (feed.lang or "").partition("-")[0]
        for tag in ("", *feed.tags):
            members["", tag].add(feed.id)
            if lang:
                members[lang, tag].add(feed.id)
    lost = [(part, ids) for part, ids in members.items() if ids <= down.keys()]
    lost.sort(key=lambda one: (-len(one[1]), sum(map(bool, one[0])), one[0]))
    named: list[set[str]] = []
    found = []
    for (lang, tag), ids in lost:
        if any(ids <= other for other in named):
            continue
        named.append(ids)
        moments = [moment for moment in (down[one] for one in ids) if moment is not None]
        found.append(Blind(_words(lang, tag), max(moments, default=None)))
    return tuple(found[:_MOST])


def _words(lang: str, tag: str) -> str:
    subject = " ".join(word.upper() if word in _CAPITALS else word.capitalize() for word in tag.split("-") if word)
    return " ".join(word for word in (language(lang) if lang else "", subject) if word)
