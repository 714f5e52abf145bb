"""What is done to text from outside before anybody reads it.

Feed text is hostile: it may hold markup, mentions, terminal codes, direction overrides and links
that are not what they say. It enters a view as ``Shown`` and leaves only through one of the
dialects here; a template can't print it in any other way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from markupsafe import Markup

_TERMINAL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_].*?(?:\x07|\x1b\\|$)|\x1b.?|\x9b[0-?]*[ -/]*[@-~]", re.S)
_SPACE = re.compile(r"\s+")
# Controls, soft hyphens, invisible operators, tags, non-characters, and whatever turns the direction of
# what follows (CVE-2021-42574). Joiners and direction marks stay: scripts need them, and they turn nothing.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u180e\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e007f]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_PILED_MARKS = re.compile(f"([{_MARKS}]{{4}})[{_MARKS}]+")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_ISOLATE, _POP = "\u2068", "\u2069"
_BREAK = "\u200b"  # zero-width space: shows nothing, and ends what a chat would read as markup

_MENTION = re.compile(r"(?<!\w)@")
_TAG = re.compile(r"<(?=[@!#:&/?A-Za-z])")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>~|])")
_HOST = re.compile(r"[a-z0-9._-]+|\[[0-9a-f:.]+\]")


@dataclass(frozen=True, slots=True)
class Shown:
    """Text from outside as runs; a marked run holds words that a rule matched."""

    runs: tuple[tuple[str, bool], ...]

    def __bool__(self) -> bool:
        return any(text.strip() for text, _ in self.runs)

    @property
    def text(self) -> str:
        """The text as it came: not to be printed without a dialect."""
        return "".join(text for text, _ in self.runs)

    @property
    def bare(self) -> Shown:
        """The same text with nothing marked."""
        return Shown((("".join(text for text, _ in self.runs), False),))


def shown(text: str) -> Shown:
    """``text`` from outside, with nothing marked."""
    return Shown(((text, False),))


def marked(text: str, spans: Iterable[tuple[int, int]], limit: int) -> Shown:
    """``text`` with the code points of ``spans`` marked, cut to about ``limit`` code points.

    Where it must be cut, the part that holds the most spans is kept, and "…" shows each cut.
    """
    ordered = sorted((max(0, start), min(end, len(text))) for start, end in spans)
    ordered = [(start, end) for start, end in ordered if start < end]
    begin, stop = _window(text, ordered, limit)
    runs: list[tuple[str, bool]] = [("… ", False)] if begin else []
    at = begin
    for start, end in ordered:
        if end <= at or start >= stop:
            continue
        start, end = max(start, at), min(end, stop)  # noqa: PLW2901 - overlapping spans are one mark
        runs += [(text[at:start], False), (text[start:end], True)]
        at = end
    runs.append((text[at:stop], False))
    if stop < len(text):
        runs.append((" …", False))
    return Shown(tuple((run, mark) for run, mark in runs if run))


def _window(text: str, spans: list[tuple[int, int]], limit: int) -> tuple[int, int]:
    """Where to begin and stop, at spaces where there are some near."""
    if len(text) <= limit:
        return 0, len(text)
    begin, most = 0, sum(end <= limit for _, end in spans)
    for start, _ in spans:
        lead = text.rfind(". ", max(0, start - limit // 3), start)  # a whole sentence, where it begins near
        candidate = lead + 2 if lead >= 0 else text.rfind(" ", 0, max(0, start - limit // 5)) + 1
        held = sum(start <= begun and end <= candidate + limit for begun, end in spans)
        if held > most:
            begin, most = candidate, held
    begin = max(0, min(begin, len(text) - limit // 2))
    begin = text.rfind(" ", max(0, begin - limit // 4), begin) + 1 or begin  # never within a word that is not long
    stop = min(len(text), begin + limit)
    if stop < len(text):
        space = text.rfind(" ", begin, stop)
        stop = space if space > begin + limit // 2 else stop
    return begin, stop


def clean(text: str) -> str:
    """``text`` on one line, without control, terminal and direction codes. Idempotent."""
    if text.isascii() and text.isprintable():
        return _SPACE.sub(" ", text)
    text = _SURROGATE.sub("\ufffd", _TERMINAL.sub("", text))
    return _PILED_MARKS.sub(r"\1", _INVISIBLE.sub("", _SPACE.sub(" ", text)))


def as_html(value: Shown) -> Markup:
    """Matched words in ``<mark>``; right-to-left text isolated from what stands beside it."""
    runs = [(clean(text), mark) for text, mark in value.runs]
    inner = Markup("").join(Markup("<mark>{}</mark>").format(text) if mark else text for text, mark in runs)
    return Markup('<bdi dir="auto">{}</bdi>').format(inner) if _RIGHT_TO_LEFT.search(inner) else inner


def as_text(value: Shown) -> str:
    """Plain text that no chat reads as a mention, a tag or a masked link; marks are not shown."""
    return _isolated(_defused(clean("".join(text for text, _ in value.runs))))


def as_markdown(value: Shown) -> str:
    """CommonMark that shows ``value`` literally, matched words bold; no address in it becomes a link."""
    parts = []
    for text, mark in value.runs:
        literal = _MARKDOWN.sub(r"\\\1", _defused(clean(text)).replace("://", f":{_BREAK}//"))
        # Nor escapes within: Telegram's older markdown has none there, and refuses the whole message.
        word = literal.strip() if mark and "\\" not in literal else ""
        # Emphasis must touch its words (CommonMark 0.31 section 6.2), so the spaces stay outside.
        parts.append(literal.replace(word, f"**{word}**", 1) if word else literal)
    return _isolated("".join(parts))


def as_header(text: str) -> str:
    """``text`` for a subject or title: one line, and nothing in it that a chat reads as markup."""
    return re.sub(r"[\\`*_\[\]<>~|]", "", as_text(shown(text)).replace("://", f":{_BREAK}//")).strip()


def _defused(text: str) -> str:
    text = _MENTION.sub(f"@{_BREAK}", text)
    return _TAG.sub(f"<{_BREAK}", text).replace("](", f"]{_BREAK}(")


def _isolated(text: str) -> str:
    return f"{_ISOLATE}{text}{_POP}" if _RIGHT_TO_LEFT.search(text) else text


def link(url: str) -> str:
    """``url`` percent-encoded so that no markup can end in it; "" unless a reader may be sent there.

    Only http and https, with a host and without credentials (``https://bank.example@evil.example``).
    """
    if not url or len(url) > 2000:
        return ""
    try:
        parts = urlsplit(url.strip())
        name, port = parts.hostname or "", parts.port
        host = f"[{name}]" if ":" in name else name.encode("idna").decode("ascii").lower()
    except ValueError:  # UnicodeError is one
        return ""
    if parts.scheme.lower() not in ("http", "https") or "@" in parts.netloc or not _HOST.fullmatch(host):
        return ""
    address = f"{parts.scheme.lower()}://{host}{f':{port}' if port else ''}"
    address += quote(parts.path.encode("utf-8", "replace"), safe="/%:@!$&,;=+~.-_")
    for mark, piece in (("?", parts.query), ("#", parts.fragment)):
        if piece:
            address += mark + quote(piece.encode("utf-8", "replace"), safe="/%:@!$&,;=+~.-_?")
    return address


def domain(url: str) -> str:
    """The host of a ``link``, without "www."; "" where there is none."""
    return (urlsplit(link(url)).hostname or "").removeprefix("www.")
