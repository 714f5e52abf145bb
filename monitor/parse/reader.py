"""feedparser's strict parser with its hot paths made short: the same dictionaries for less.

A document is some hundred elements, and feedparser walks through each attribute rule, name look-up
and copy for every one of them. What is overridden here does what the original does, in the same
order, for elements as feeds have them; whatever is special (markup inline, xml:base, base64) goes to the
original. The tests hold it against feedparser's own reading, document by document.
"""

from __future__ import annotations

import re
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape
from xml.sax.xmlreader import AttributesNSImpl

from feedparser.api import StrictFeedParser
from feedparser.util import FeedParserDict

from monitor.parse.leaves import GUIDS, LEAVES, Leaf, mended
from monitor.parse.outline import SEPARATOR

_NO_ATTRIBUTES = AttributesNSImpl({}, {})
_TEXT_RUN = 64 * 1024  # bytes of text handed over at one time
_QUERY_VARIABLE = re.compile("&([A-Za-z0-9_]+);")
_ROOTS = ("feed", "rss", "rdf:RDF")
_OF_INPUTS = frozenset({"title", "link", "description", "name"})
_OF_IMAGES = frozenset({"title", "link", "description", "url", "href", "width", "height"})
_KEPT_BY_THEIR_END = frozenset({"category", "tags", "itunes_keywords"})
_Name = tuple[str | None, str]
_GUID: _Name = (None, "guid")


class _Names(dict[str, _Name]):
    """expat's names (namespace, local name and prefix in one) as pairs."""

    def __missing__(self, name: str) -> _Name:
        parts = name.split(SEPARATOR)
        pair = self[name] = (parts[0], parts[1]) if len(parts) > 1 else (None, name)
        return pair


def _attributes(given: dict[str, str]) -> AttributesNSImpl:
    """Attributes as the standard library's driver gives them."""
    if not given:
        return _NO_ATTRIBUTES
    values: dict[_Name, str] = {}
    qnames: dict[_Name, str] = {}
    for attribute, value in given.items():
        parts = attribute.split(SEPARATOR)
        pair: _Name = (parts[0], parts[1]) if len(parts) > 1 else (None, attribute)
        values[pair] = value
        qnames[pair] = f"{parts[2]}:{parts[1]}" if len(parts) > 2 else pair[1]
    return AttributesNSImpl(values, qnames)


class Reader(StrictFeedParser):  # type: ignore[misc]  # feedparser has no types
    """feedparser's strict parser, less what we do ourselves and what takes quadratic time."""

    resolve_relative_uris = False
    sanitize_html = False

    def __init__(self) -> None:
        self._tags: dict[_Name, str] = {}
        self._leaves: dict[_Name, Leaf | None] = {}
        self.item_depth = -1  # of what stands directly in the item we are in
        self.depths: dict[str, int] = {}  # of that item: how deep stood what was kept of it
        super().__init__("", None, "utf-8")

    def drive(self, data: bytes) -> None:
        """Let expat call us as the standard library's SAX driver would, but with whole runs of text.

        That driver breaks text at every line and every entity: forty times the calls for escaped HTML.
        """
        parser = expat.ParserCreate("utf-8", SEPARATOR)
        parser.namespace_prefixes = True
        parser.buffer_text = True
        parser.buffer_size = _TEXT_RUN
        names = _Names()
        texts: list[str] = []  # since the last tag
        leaf: Leaf | None = None  # of the element we are in, while nothing but text has come in it
        opened: tuple[str, dict[str, str]] = ("", {})  # that element

        def catch_up() -> None:
            nonlocal leaf
            if leaf is not None:  # it is none: something follows inside
                leaf = None
                self.startElementNS(names[opened[0]], None, _attributes(opened[1]))
            if texts:
                self.characters("".join(texts))
                texts.clear()

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal leaf, opened
            if leaf is not None or texts:
                catch_up()
            leaf = self._leaf(names[name], attributes)
            if leaf is not None:
                opened = name, attributes
            else:
                self.startElementNS(names[name], None, _attributes(attributes))

        def end(name: str) -> None:
            nonlocal leaf
            if leaf is not None:
                found, leaf = leaf, None
                if found(self, self.entries[-1], "".join(texts)):
                    texts.clear()
                    return
                leaf = found
            catch_up()
            self.endElementNS(names[name], None)

        def namespace(prefix: str | None, uri: str) -> None:
            catch_up()
            self.startPrefixMapping(prefix, uri)

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = texts.append
        parser.StartNamespaceDeclHandler = namespace
        parser.Parse(data, True)

    def _leaf(self, name: _Name, attributes: dict[str, str]) -> Leaf | None:
        """How to keep an element that begins here, where that depends on its text alone."""
        leaf = self._leaves.get(name)
        if leaf is None and name not in self._leaves:
            leaf = self._leaves[name] = LEAVES.get(self._tag(name))
        if leaf is None or self.depth != self.item_depth or not self.inentry:
            return None
        if self.incontent or self.baseuri or self.insource or self.inimage or self.intextinput or self.decls:
            return None
        if attributes:
            return GUIDS.get(next(iter(attributes.items()))) if name == _GUID and len(attributes) == 1 else None
        return leaf

    def startElementNS(self, name: _Name, qname: str | None, attrs: Any) -> None:
        tag = self._tags.get(name) if attrs is _NO_ATTRIBUTES and not self.decls else ""
        if tag is None:
            tag = self._tags[name] = self._tag(name)
        if tag:
            self._open(tag)
        else:
            super().startElementNS(name, qname, attrs)

    def endElementNS(self, name: _Name, qname: str | None) -> None:
        tag = self._tags.get(name)
        if tag:
            self.unknown_endtag(tag)
        else:
            super().endElementNS(name, qname)

    def _tag(self, name: _Name) -> str:
        """The tag that an element of this name has whatever stands around it; "" where that depends."""
        namespace, local = (name[0] or "").lower(), name[1].lower()
        if local in ("math", "svg"):
            return ""
        if not namespace:
            return local
        prefix = self._matchnamespaces.get(namespace)
        if prefix is None or "backend.userland.com/rss" in namespace:
            return ""
        return f"{prefix.lower()}:{local}" if prefix else local

    def _open(self, tag: str) -> None:
        """The start of an element without attributes."""
        if self.incontent or self.baseuri:
            self.unknown_starttag(tag, [])
            return
        self.depth += 1
        if self.lang and tag in _ROOTS:
            self.feeddata["language"] = self.lang.replace("_", "-")
        self.basestack.append(self.baseuri)
        self.langstack.append(self.lang)
        prefix, _, suffix = tag.rpartition(":")
        prefix = self.namespacemap.get(prefix, prefix)
        if not prefix:
            if tag not in _OF_INPUTS:
                self.intextinput = 0
            if tag not in _OF_IMAGES:
                self.inimage = 0
        full = f"{prefix}_{suffix}" if prefix else suffix
        method = getattr(self, f"_start_{full}", None)
        if method is not None:
            try:
                method({})
            except AttributeError:
                pass  # as feedparser: the element is taken as one it does not know
            else:
                return
        self.push(full, 1)

    def unknown_endtag(self, tag: str) -> None:
        if self.svgOK or ":" in tag[tag.find(":") + 1 :]:
            super().unknown_endtag(tag)
            return
        prefix, _, suffix = tag.rpartition(":")
        prefix = self.namespacemap.get(prefix, prefix)
        full = f"{prefix}_{suffix}" if prefix else suffix
        method = getattr(self, f"_end_{full}", None)
        try:
            if method is None:
                self.pop(full)
            else:
                method()
        except AttributeError:
            self.pop(full)
        if self.incontent:
            if not dict.get(self.contentparams, "type", "xml").endswith("xml"):
                if tag in ("xhtml:div", "div"):
                    return
                self.contentparams["type"] = "application/xhtml+xml"
            if dict.get(self.contentparams, "type") == "application/xhtml+xml":
                self.handle_data(f"</{tag.rsplit(':', maxsplit=1)[-1]}>", escape=0)
        if self.basestack:
            self.basestack.pop()
            if self.basestack and self.basestack[-1]:
                self.baseuri = self.basestack[-1]
        if self.langstack:
            self.langstack.pop()
            if self.langstack:
                self.lang = self.langstack[-1]
        self.depth -= 1

    def _start_item(self, attrs_d: dict[str, str]) -> None:
        super()._start_item(attrs_d)
        self.item_depth = self.depth
        self.depths = self.property_depth_map.setdefault(self.entries[-1], {})

    _start_entry = _start_item

    def pop(self, element: str, strip_whitespace: int = 1) -> str | None:
        if not self.elementstack or self.elementstack[-1][0] != element:
            return None
        params = self.contentparams
        kind = dict.get(params, "type")
        if dict.get(params, "base64") or kind == "application/xhtml+xml":
            value: str | None = super().pop(element, strip_whitespace)
            return value
        _, expecting_text, pieces = self.elementstack.pop()
        output = "".join(pieces)
        if strip_whitespace:
            output = output.strip()
        if not expecting_text:
            return output
        if output and element in self.can_be_relative_uri and (element != "id" or self.guidislink):
            output = self.resolve_uri(output)
        if kind == "text/plain" and not self.version.startswith("atom") and self.looks_like_html(output):
            params["type"] = "text/html"
        dict.pop(params, "mode", None)
        dict.pop(params, "base64", None)
        output = mended(output)
        if element in _KEPT_BY_THEIR_END or (element == "title" and -1 < self.title_depth <= self.depth):
            return output
        if self.inentry and not self.insource:
            self._keep_of_entry(element, output)
        elif self.infeed or self.insource:
            output = self._keep_of_feed(element, output)
        return output

    def _keep_of_entry(self, element: str, output: str) -> None:
        entry = self.entries[-1]
        if element == "content":
            entry.setdefault(element, [])
            entry[element].append(self._detail(output))
        elif element == "link":
            if not self.inimage:
                output = self.query_variables(output.replace("&amp;", "&"))
                entry[element] = output
                if output:
                    entry["links"][-1]["href"] = output
        else:
            if element == "description":
                element = "summary"
            depths = self.property_depth_map.setdefault(entry, {})
            before = depths.get(element)
            if before is None or self.depth <= before:
                depths[element] = self.depth
                entry[element] = output
            if self.incontent:
                entry[element + "_detail"] = self._detail(output)

    def _keep_of_feed(self, element: str, output: str) -> str:
        context = self._get_context()
        if element == "description":
            element = "subtitle"
        context[element] = output
        if element == "link":
            output = self.query_variables(output)
            context[element] = output
            context["links"][-1]["href"] = output
        elif self.incontent:
            context[element + "_detail"] = self._detail(output)
        return output

    @staticmethod
    def query_variables(url: str) -> str:
        """``url`` with its variables as they were before something took them for entities: "&b;=2" is "&b=2"."""
        return _QUERY_VARIABLE.sub(r"&\g<1>", url)

    def _detail(self, output: str) -> FeedParserDict:
        detail = FeedParserDict(self.contentparams)  # flat: its values are words
        detail["value"] = output
        return detail

    def asked(self) -> dict[str, tuple[str, ...]]:
        """What the document asks of those who poll it, by the name of the element."""
        found = {name: tuple(values) for name, values in self.__dict__.get("_asked", {}).items()}
        for name in ("ttl", "sy_updateperiod", "sy_updatefrequency"):
            value = dict.get(self.feeddata, name)
            if isinstance(value, str) and value:
                found[name] = (value,)
        return found

    def _ask(self, name: str) -> None:
        value = self.pop(name)
        if value and not self.inentry:
            self.__dict__.setdefault("_asked", {}).setdefault(name, []).append(value)

    def _end_hour(self) -> None:
        self._ask("hour")

    def _end_day(self) -> None:
        self._ask("day")

    def characters(self, text: str) -> None:
        if self.elementstack:
            if dict.get(self.contentparams, "type") == "application/xhtml+xml":
                text = escape(text)
            self.elementstack[-1][2].append(text)

    def _add_tag(self, term: str | None, scheme: str | None, label: str | None) -> None:
        """As feedparser's, but finding a tag it has already without walking through all."""
        context = self._get_context()
        tags = dict.setdefault(context, "tags", [])
        if not term and not scheme and not label:
            return
        key = (term, scheme, label)
        known = dict.setdefault(context, "monitor_known_tags", set())
        if key not in known:
            known.add(key)
            tags.append(FeedParserDict(term=term, scheme=scheme, label=label))

    def _end_published(self) -> None:
        self.pop("published")  # dates are read by dates.py

    _end_issued = _end_pubdate = _end_published

    def _end_updated(self) -> None:
        self.pop("updated")

    _end_modified = _end_lastbuilddate = _end_updated

    def _end_created(self) -> None:
        self.pop("created")

    def _end_expirationdate(self) -> None:
        self.pop("expired")
