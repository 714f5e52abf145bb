"""Bytes to text: what encoding a document is really in, whatever is said about it."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# How "<" or "{" and the character after it begin, where there is no mark (XML 1.0 appendix F).
_SHAPES = (
    (re.compile(rb"[<{\s]\x00\x00\x00[^\x00]\x00\x00\x00"), "utf-32-le"),
    (re.compile(rb"\x00\x00\x00[<{\s]\x00\x00\x00[^\x00]"), "utf-32-be"),
    (re.compile(rb"[<{\s]\x00[^\x00]\x00"), "utf-16-le"),
    (re.compile(rb"\x00[<{\s]\x00[^\x00]"), "utf-16-be"),
    (re.compile(rb"\x4c\x6f\xa7\x94"), "cp037"),  # "<?xm" in EBCDIC
)
_DECLARED = re.compile(rb"""\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
# What is called Latin-1 or GB 2312 is written in its superset (WHATWG Encoding Standard).
_SUPERSETS = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "iso8859-9": "cp1254"}
# Codecs that Python knows and a feed does not mean: they run code, compress, or are no charsets.
_OTHER_CODECS = "base64 bz2 hex quopri rot13 uu zlib idna punycode undefined unicode_escape raw_unicode_escape mbcs oem"
_NOT_FOR_TEXT = frozenset(_OTHER_CODECS.split())


@dataclass(frozen=True, slots=True)
class Text:
    """A decoded document; ``problem`` says what had to be put right, in words, or is None."""

    text: str
    problem: str | None = None


def decode(body: bytes, content_type: str | None) -> Text:
    """``body`` as text; never fails, at worst some characters become U+FFFD.

    A byte order mark decides. Without one, what is valid UTF-8 is UTF-8 whatever is declared:
    nothing else looks like it by chance. Otherwise the HTTP charset, then the XML declaration, then
    Windows-1252. Encodings of seven bits (ISO-2022-JP) are taken where they are declared.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _lenient(body[len(mark) :], name)
    for shape, name in _SHAPES:
        if shape.match(body):
            return _lenient(body, name)
    declared = _declared(body, content_type)
    if b"\x1b" in body or b"~{" in body:  # seven-bit encodings announce themselves, and are valid UTF-8 too
        for name in declared:
            if name.startswith(("iso2022", "hz")):
                return _lenient(body, name)
    try:
        return Text(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        return _not_utf8(body, declared, error.start)


def _not_utf8(body: bytes, declared: list[str], first: int) -> Text:
    """What is not UTF-8 throughout (``first`` is the offset of the first byte that isn't)."""
    for name in declared:
        if name == "utf-8":
            break
        try:
            return Text(body.decode(_SUPERSETS.get(name, name)))
        except (UnicodeDecodeError, LookupError):
            continue
    damaged = _mostly_utf8(body)
    if damaged is not None:
        return damaged
    text = body.decode("cp1252", "replace")
    return Text(text, f"not in the encoding it declares: byte {first} is no UTF-8; read as Windows-1252")


def _declared(body: bytes, content_type: str | None) -> list[str]:
    """The encodings that are claimed, the weightier first, by Python's names for them."""
    names = [found[1] for found in [_CHARSET.search(content_type or "")] if found]
    names += [found[1].decode("ascii") for found in [_DECLARED.match(body)] if found]
    known = []
    for name in names:
        try:
            codec = codecs.lookup(name).name
        except (LookupError, ValueError):
            continue
        if codec.replace("-", "_") not in _NOT_FOR_TEXT and not codec.startswith(("utf-16", "utf-32", "utf-7")):
            known.append(codec)  # UTF-16 with no mark and no zero bytes is not UTF-16
    return known


def _lenient(body: bytes, name: str) -> Text:
    try:
        return Text(body.decode(name))
    except UnicodeDecodeError:
        return Text(body.decode(name, "replace"), f"damaged {name}")


def _mostly_utf8(body: bytes) -> Text | None:
    """``body`` as UTF-8 with its few broken bytes replaced; None when UTF-8 is not what it is."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = len(text) - len(text.encode("ascii", "ignore")) - broken
    if whole <= broken:
        return None
    return Text(text, f"damaged UTF-8: {broken} characters could not be read")
