"""Make a publisher's markup plain text: what rules, facts and people read.

Plain means: no tags, no entities, no control codes, nothing invisible, nothing that turns the
reading direction around; every run of white space one space; Unicode normal form C. Every pattern
here takes time in proportion to the text, whatever the text is.
"""

from __future__ import annotations

import html
import re
import unicodedata

# Tags inside a word or a phrase: removed without a trace. Any other tag parts words.
_INLINE_NAMES = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark nobr q s samp small span strike strong"
    " sub sup time tt u var wbr"
)
# Elements whose content no reader sees as text; of these, what stands in code is never text.
_HIDDEN_NAMES = "script style noscript template iframe object svg math head"
_CODE = frozenset({"script", "style", "template"})
_OTHER_NAMES = (
    "address applet area article aside audio base basefont blink blockquote body br button canvas caption center"
    " col colgroup datalist dd details dialog dir div dl dt embed fieldset figcaption figure footer form frame frameset"
    " h1 h2 h3 h4 h5 h6 header hgroup hr html img input label legend li link main map marquee menu meta meter nav"
    " noembed noframes ol optgroup option output p param picture plaintext pre progress rb rp rt rtc ruby search"
    " section select slot source summary table tbody td textarea tfoot th thead title tr track ul video xmp"
)
_INLINE = frozenset(_INLINE_NAMES.split())
_HIDDEN = frozenset(_HIDDEN_NAMES.split())
_KNOWN = _INLINE | _HIDDEN | frozenset(_OTHER_NAMES.split())
_ASCII_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
# A quote that is not closed before the next "<" is taken as a letter: no scan crosses a "<" twice.
_TAG = re.compile(
    r"""<(?:(!--)|([!?])[^<>]*>|(/?)([a-zA-Z][^\s<>/]*)(?:[^<>"']++|"[^"<]*+"|'[^'<]*+'|["'])*+>)""",
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_PASSES = 3  # how often markup may have been escaped on top of itself

# Removed: what is invisible, or turns text around (bidi controls), or hides inside words.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    # Joiners shape Persian, Arabic and Indic words; beside a Latin letter or a space they only hide.
    "|(?<![^\x00-\u02ff])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\u02ff])"
)
# Spaces: control codes, and letters that print nothing.
_BLANK = re.compile("[\x00-\x20\x7f-\x9f\u115f\u1160\u2800\u3164\uffa0]+")
# No characters at all: lone surrogates (JSON's \\ud800) and noncharacters.
_NOT_TEXT = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# The few of all these that str.isprintable() takes for something to see.
_SEEMS_PRINTABLE = re.compile("[\u034f\u115f\u1160\u180b-\u180d\u180f\u2800\u3164\uffa0]")


def plain(text: str, *, markup: bool = True) -> str:
    """``text`` without markup or anything invisible.

    With ``markup`` everything shaped like a tag is one (what is declared as HTML); without, only
    HTML's own elements are: "a <b and c> d" of a plain title stays whole. Entities are decoded, and
    decoded again where markup was escaped twice or three times.
    """
    if "<![CDATA[" in text:
        text = text.replace("<![CDATA[", "").replace("]]>", "")
    for number in range(_PASSES):
        if "<" in text:
            text = _untagged(text, known_only=number > 0 or not markup)
        if "&" not in text:
            break
        decoded = html.unescape(text)
        if decoded == text:
            break
        text = decoded
        if "<" not in text and not _ENTITY.search(text):
            break
    else:
        if "<" in text:
            text = _untagged(text, known_only=True)
    return tidy(text)


def tidy(text: str) -> str:
    """``text`` with its white space folded and everything invisible gone; markup is not looked for."""
    if text.isascii():
        if not text.isprintable():
            text = _BLANK.sub(" ", text)
        return " ".join(text.split())
    if not text.isprintable() or _SEEMS_PRINTABLE.search(text):
        text = _BLANK.sub(" ", _NOT_TEXT.sub("\ufffd", _INVISIBLE.sub("", text)))
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())


def storable(text: str) -> str:
    """``text`` as sent, but for what no database takes: NUL and lone surrogates become U+FFFD."""
    if "\x00" in text or not text.isprintable():
        return _NOT_TEXT.sub("\ufffd", text.replace("\x00", "\ufffd"))
    return text


def shorten(text: str, limit: int) -> str:
    """The beginning of ``text``, at most ``limit`` code points, ended at a word and marked with "…"."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    words = head.rpartition(" ")[0] if not text[limit - 1].isspace() else head
    return f"{words if len(words) > limit // 2 else head} …"


def _untagged(text: str, *, known_only: bool) -> str:
    """``text`` with tags taken out, and with them comments and the content of hidden elements."""
    out: list[str] = []
    done = 0
    lowered = ""
    never_closed: set[str] = set()
    for found in _TAG.finditer(text):
        start, end = found.span()
        if start < done:
            continue
        name = (found[4] or "").lower()
        if name and known_only and name not in _KNOWN:
            continue
        out.append(text[done:start])
        if found[1]:  # a comment: to its end, or to the end of all as a browser has it
            close = text.find("-->", end)
            done = len(text) if close < 0 else close + 3
            continue
        if name not in _INLINE:
            out.append(" ")
        done = end
        if name in _HIDDEN and name not in never_closed and not found[3] and text[end - 2] != "/":
            lowered = lowered or _lower(text)
            close = lowered.find(f"</{name}", end)
            if close >= 0:
                done = close
            elif name in _CODE:
                done = len(text)
            else:
                never_closed.add(name)  # a picture or an object left open: its words are better than none
    out.append(text[done:])
    return "".join(out)


def _lower(text: str) -> str:
    """ASCII lower case, every offset where it was ("İ" has two code points in lower case)."""
    return text.translate(_ASCII_LOWER)
