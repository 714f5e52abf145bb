"""Which items are the same item: canonical URLs, marks, and the decision new, revised or known.

Publishers' guids are neither stable nor unique, so no single mark decides. Within one feed, two
sightings are one item when two marks agree (guid and URL, guid and title, URL and title), or when
a URL that identifies one item of the document agrees, or when title and date do. A guid that comes
back with another URL *and* another title is another item.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from urllib.parse import parse_qsl, urlencode, urlsplit

from monitor.model import Item, Known, Marks

_TRACKING_PREFIXES = ("utm_", "at_", "ns_", "mc_", "pk_", "mtm_", "stm_", "hsa_", "ga_", "wt.", "icid", "itid", "vero_")
# Only names that never choose a page: a missed copy costs a repeat, a wrong one an event.
_TRACKING_NAMES = frozenset(
    [
        "fbclid",
        "gclid",
        "dclid",
        "gclsrc",
        "msclkid",
        "yclid",
        "twclid",
        "igshid",
        "igsh",
        "ref",
        "ref_src",
        "ref_url",
        "referrer",
        "cmp",
        "cmpid",
        "campaign",
        "campaign_id",
        "ito",
        "smid",
        "smtyp",
        "partner",
        "traffic_source",
        "outputtype",
        "ocid",
        "spm",
        "xtor",
        "sr_share",
        "guccounter",
        "guce_referrer",
        "guce_referrer_sig",
        "taid",
        "mbid",
        "rss",
        "ftag",
        "ncid",
        "soc_src",
        "soc_trk",
        "fb_ref",
        "__twitter_impression",
        "__source",
        "_ga",
        "_gl",
        "__s",
        "s_cid",
        "leadsource",
        "linkid",
        "syndication",
    ]
)


_MIRROR = re.compile(r"^(?:(?:www|amp|m)\.)+(?=[^.]+\.)")
_TAIL = re.compile(r"(?:/amp|/|\s)+$")
# What most items have: nothing to leave out but scheme, ``www.`` and the tail. The rest is for the URL parser.
_USUAL = re.compile(r"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)+)(/[!$->@-~]+)")


class Sight(Enum):
    """What a sighting of an item is to the store."""

    NEW = "new"
    REVISED = "revised"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Sighting:
    """One item of a document and what it is; ``key`` and ``version`` are those it has or gets.

    ``by_url_alone`` says that nothing but its URL tells which item it is: where the document was
    not read whole, another item of it may have that URL too.
    """

    item: Item
    marks: Marks
    key: str
    version: int
    sight: Sight
    by_url_alone: bool = False


def canonical_url(url: str) -> str:
    """``url`` without what does not tell pages apart: scheme, ``www.``, default port, fragment,
    tracking parameters, their order, a trailing slash and ``/amp``.

    Returns "" for what is no http(s) URL and for a bare home page, which identify nothing. The
    function is idempotent on its own results with a scheme put back.
    """
    usual = _USUAL.fullmatch(url)
    if usual is not None and not usual[2].endswith(("/", "/amp")):
        return f"{_MIRROR.sub('', usual[1])}{usual[2]}"
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return ""
    host = parts.hostname.lower().rstrip(".")
    host = _MIRROR.sub("", host)
    if port not in (None, 80, 443):
        host = f"{host}:{port}"
    path = _TAIL.sub("", parts.path)
    query = urlencode(
        sorted(
            (name, value)
            for name, value in parse_qsl(parts.query, keep_blank_values=True)
            if name.lower() not in _TRACKING_NAMES and not name.lower().startswith(_TRACKING_PREFIXES)
        )
    )
    if not path and not query:
        return ""
    return f"{host}{path}?{query}" if query else f"{host}{path}"


def marks(item: Item) -> Marks:
    """What ``item`` can be recognised by."""
    return Marks(
        guid=(item.guid or "").strip(),
        url=canonical_url(item.url),
        title=_digest(_folded(item.title)) if item.title else "",
        content=_digest(item.title, item.summary, item.body),
        published=item.published,
    )


def decide(items: Sequence[Item], known: Iterable[Known], made: Sequence[Marks] | None = None) -> tuple[Sighting, ...]:
    """What each item of one document of one feed is, in document order.

    ``known`` are the items of that feed that share a mark with any of ``items``; ``made`` are the
    marks of these, where they have been made. Of several
    sightings of one item in the document the most recently dated one counts (the first, where
    none is dated); the others are KNOWN.
    """
    seen = list(zip(items, made or map(marks, items), strict=True))
    shared = Counter(mark.url for _, mark in seen if mark.url)
    candidates = _Candidates(known)
    groups: dict[str, list[int]] = {}
    answers: list[tuple[str, Known | None, bool]] = []
    for index, (_, mark) in enumerate(seen):
        found, by_url_alone = candidates.find(mark, url_identifies=shared[mark.url] == 1)
        key = _new_key(seen[index][0].feed, mark) if found is None else found.key
        # What one sighting of an item is called, its next one in the document may be found by.
        candidates.add(Known(key, 0, mark))
        groups.setdefault(key, []).append(index)
        answers.append((key, candidates.stored.get(key), by_url_alone))
    chosen = {max(group, key=lambda i: (_dated(seen[i][0]), -i)) for group in groups.values()}
    sightings = []
    for index, ((item, mark), (key, stored, by_url_alone)) in enumerate(zip(seen, answers, strict=True)):
        sightings.append(_sighting(item, mark, key, stored, by_url_alone, chosen=index in chosen))
    return tuple(sightings)


def _sighting(item: Item, mark: Marks, key: str, stored: Known | None, by_url_alone: bool, *, chosen: bool) -> Sighting:
    if stored is None:
        return Sighting(item, mark, key, 1, Sight.NEW if chosen else Sight.KNOWN)
    revised = chosen and mark.content != stored.marks.content and not _went_back(item, mark, stored)
    version = stored.version + 1 if revised else stored.version
    return Sighting(item, mark, key, version, Sight.REVISED if revised else Sight.KNOWN, by_url_alone)


def _went_back(item: Item, mark: Marks, stored: Known) -> bool:
    """Whether an old version came back, as from a cache behind, and not as a dated correction."""
    if mark.content not in stored.earlier:
        return False
    return item.updated is None or stored.updated is None or item.updated <= stored.updated


class _Candidates:
    """The items a sighting may be of, by each mark."""

    def __init__(self, known: Iterable[Known]) -> None:
        self.stored = {one.key: one for one in known}
        self._by_guid: dict[str, list[Known]] = defaultdict(list)
        self._by_url: dict[str, list[Known]] = defaultdict(list)
        self._by_title: dict[str, list[Known]] = defaultdict(list)
        for one in self.stored.values():
            self.add(one)

    def add(self, one: Known) -> None:
        if one.marks.guid:
            self._by_guid[one.marks.guid].append(one)
        if one.marks.url:
            self._by_url[one.marks.url].append(one)
        if one.marks.title:
            self._by_title[one.marks.title].append(one)

    def find(self, mark: Marks, *, url_identifies: bool) -> tuple[Known | None, bool]:
        """The item a sighting is of, and whether nothing but its URL says so."""
        same_guid = self._by_guid.get(mark.guid, ())
        same_url = self._by_url.get(mark.url, ())
        same_title = self._by_title.get(mark.title, ())
        for one in same_guid:
            urls_differ = bool(one.marks.url and mark.url) and one.marks.url != mark.url
            if not urls_differ or _same(one.marks.title, mark.title):
                return one, False
        for one in same_url:
            if _same(one.marks.title, mark.title):
                return one, False
        if url_identifies and same_url:
            return same_url[-1], True
        for one in same_title:
            dates_agree = mark.published is not None and one.marks.published == mark.published
            nothing_else = not (mark.guid or mark.url or one.marks.guid or one.marks.url)
            if dates_agree or (nothing_else and mark.published == one.marks.published):
                return one, False
        return None, False


def _same(one: str, other: str) -> bool:
    return bool(one) and one == other


def _dated(item: Item) -> datetime:
    return item.updated or item.published or datetime.min.replace(tzinfo=UTC)


def _new_key(feed: str, mark: Marks) -> str:
    published = mark.published.isoformat() if mark.published else ""
    extra = mark.content if not (mark.guid or mark.url or mark.title) else ""
    return _digest(feed, mark.guid, mark.url, mark.title, published, extra)


_NOT_ALNUM = re.compile("[^a-z0-9]+")  # of ASCII in lower case


def _folded(title: str) -> str:
    if title.isascii():
        return " ".join(_NOT_ALNUM.sub(" ", title.lower()).split()) or title.lower()
    folded = unicodedata.normalize("NFKC", title).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split()) or folded


def _digest(*parts: str) -> str:
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:24]
