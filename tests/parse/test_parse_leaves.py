"""The short way for the elements of ordinary items: whatever an item is made of, it reads as feedparser reads it."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import feedparser
import pytest
from feed_documents import atom, rss
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.parse.entries import _draft, read_entries
from monitor.parse.items import Draft

NAMES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:media="http://search.yahoo.com/mrss/" xmlns:own="https://own.example/ns"'
)
TEXTS = (
    "Three words here",
    "Bread &amp; butter",
    "&lt;p&gt;A paragraph&lt;/p&gt; and more",
    "<![CDATA[<b>Bold</b> &nbsp; text]]>",
    "Café “twice” cafÃ© \x93old\x94",
    "",
    " \n ",
    "https://news.example/a?one=1&amp;two=2",
    "/b?one=1&amp;two;=2",
    "Thu, 24 Oct 2024 06:30:00 GMT",
    "2024-10-24",
)
ELEMENTS = (
    "title", "link", "guid", "id", "pubDate", "published", "updated", "dc:date", "description", "content:encoded",
    "category", "dc:subject", "author", "dc:creator", "comments", "summary", "content", "dc:title", "dc:description",
    "media:title", "media:description", "media:group", "source", "image", "dc:language", "own:title",
)  # fmt: skip
ATTRIBUTES = (
    "", "", "", "", ' isPermaLink="false"', ' isPermaLink="true"', ' domain="d"', ' type="html"', ' xml:lang="fr"',
    ' xml:base="https://other.example/"', ' xmlns="http://www.w3.org/2005/Atom"',
)  # fmt: skip


def element(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    parts = st.tuples(st.sampled_from(ELEMENTS), st.sampled_from(ATTRIBUTES), st.sampled_from(TEXTS), inner)
    return parts.map(lambda one: f"<{one[0]}{one[1]}>{one[2]}{one[3]}</{one[0]}>")


LEAF = element(st.just(""))
ITEM = st.lists(st.one_of(LEAF, LEAF, LEAF, element(LEAF)), max_size=8).map("\n".join)


def tagged_once(draft: Draft) -> Draft:
    """``draft`` with each of its tags once, as an item has them."""
    return replace(draft, tags=tuple(dict.fromkeys(draft.tags)))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@settings(max_examples=300, deadline=None)
@given(st.lists(ITEM, min_size=1, max_size=3), st.sampled_from([rss, atom]))
def test_any_item_reads_as_feedparser_reads_it(items: list[str], form: Callable[..., str]) -> None:
    document = form(*items, root=NAMES).encode()
    theirs = feedparser.parse(io.BytesIO(document), sanitize_html=False, resolve_relative_uris=False)
    assert not theirs.bozo
    drafts = [tagged_once(draft) for draft in read_entries(document).drafts]
    assert drafts == [tagged_once(_draft(entry)) for entry in theirs.entries]
