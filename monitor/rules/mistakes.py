"""What people write instead of the query language, and what to tell them.

Only words about errors live here: nothing in this module decides what a correct query means.
"""

from __future__ import annotations

import re

from monitor.folding import fold
from monitor.rules.places import QueryError, nearest
from monitor.rules.tree import MAX_DEPTH, META_FIELDS, TEXT_FIELDS

_PIECE = re.compile(
    r"""(?P<near>NEAR/\d+f?(?!\w))
    |(?P<phrase>"[^"]*")
    |(?P<regex>/(?:[^/\\\n]|\\.)+/[A-Za-z]*)
    |(?P<comment>\#(?=\s|$)[^\n]*)
    |(?P<like_near>\b(?:NEAR|ONEAR|WITHIN|ADJ|PRE|[WwNn](?=/))\s*/?\s*\d+\w*|\b(?i:near)(?:\s*/\s*\d+\w*|/|\s+\d+(?=\s|$)))
    |(?P<word>\w[\w*'’.&-]*)
    |(?P<space>\s+)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_SMART_QUOTES = "“”„‟«»"
_OPERATORS = {
    "&&": "write AND",
    "&": "write AND",
    "||": "write OR",
    "!": "write NOT",
    "-": "write NOT before what must not be there",
    "+": "write AND between what must be there",
    "~": "write NEAR/5 between words, or a trailing * for word endings",
    "{": "write parentheses",
    "}": "write parentheses",
    "[": "write parentheses",
    "]": "write parentheses",
    ";": "one query holds one expression",
    "\\": "to find a sign as it is, put it in quotes",
    "$": "a named query is $name",
    "@": "a list is @name",
    "#": "a comment is a hash and a space; a hashtag is found by its word",
    ":": "a field is title: summary: body: feed: tag: lang: or tier:, without a space before the colon",
    "%": "put it in quotes",
}


def refuse_before_parsing(text: str) -> None:
    """Raise ``QueryError`` for what is wrong whatever stands around it."""
    if not text.strip():
        raise QueryError("the query is empty", 0, 1, "write what to look for, or remove the rule")
    opened: list[int] = []
    previous = ""
    for piece in _PIECE.finditer(text):
        kind, found, start = piece.lastgroup, piece[0], piece.start()
        if kind == "other":
            if found == "(":
                opened.append(start)
                if len(opened) > MAX_DEPTH:
                    raise QueryError(
                        f"parentheses are nested more than {MAX_DEPTH} deep",
                        start,
                        start + 1,
                        "name its parts as queries and refer to $name",
                    )
            elif found == ")":
                if not opened:
                    raise QueryError("this parenthesis was never opened", start, start + 1, "remove it, or open one")
                opened.pop()
            else:
                _refuse_sign(text, start, previous)
        elif kind == "like_near":
            raise _like_near(found, start)
        if kind not in ("space", "comment"):
            previous = found
    if opened:
        raise QueryError("this parenthesis is never closed", opened[-1], opened[-1] + 1, "add ) where its group ends")


def _refuse_sign(text: str, start: int, previous: str) -> None:
    sign = text[start]
    if sign == '"':
        raise QueryError("this quote is never closed", start, start + 1, 'add " where the phrase ends')
    if sign in _SMART_QUOTES:
        end = next((i for i in range(start + 1, len(text)) if text[i] in _SMART_QUOTES + '"'), start)
        phrase = text[start + 1 : end] if end > start else "…"
        raise QueryError(
            "typographic quotes don't quote here", start, end + 1, f'write "{phrase}" with straight quotes'
        )
    if sign in "'‘’":
        end = next((i for i in range(start + 1, len(text)) if text[i] in "'’"), start)
        phrase = text[start + 1 : end] if end > start else "…"
        raise QueryError("single quotes don't quote here", start, end + 1, f'write "{phrase}" with double quotes')
    if sign == "*":
        raise QueryError(
            "a wildcard can't begin a word", start, start + 1, "write the beginning of the word before the *"
        )
    if sign == "?":
        raise QueryError("? is no wildcard", start, start + 1, "* stands for any number of letters, none included")
    if sign == "/":
        if previous in ("and", "AND", "or", "OR") or (previous and not text[start:].count("/", 1)):
            raise QueryError("a slash begins a regular expression and this one never ends", start, start + 1,
                             'put words that hold a slash in quotes: "9/11"')  # fmt: skip
        raise QueryError("this regular expression is never closed", start, start + 1, "write it as /expression/")
    if sign == "|" and text[start : start + 2] == "||":
        raise QueryError("|| is no operator", start, start + 2, "write OR")
    if sign == "&" and text[start : start + 2] == "&&":
        raise QueryError("&& is no operator", start, start + 2, "write AND")
    if sign == "!" and text[start : start + 2] != "!=":
        raise QueryError("! is no operator", start, start + 1, "write NOT")


def _like_near(found: str, start: int) -> QueryError:
    words = re.search(r"\d+", found)
    count = words[0][:3] if words else "5"
    what = f"{' '.join(found.split())} is no operator"
    return QueryError(what, start, start + len(found), f"write NEAR/{count} (NEAR/{count}f: in this order)")


def refuse_term(text: str, start: int, end: int | None = None) -> None:
    """Raise ``QueryError`` for a word or phrase that can't be looked for.

    ``start`` is where ``text`` begins in the query, ``end`` where it ends.
    """
    end = start + len(text) if end is None else end
    folded = fold(text).text  # what is looked for: marks alone fold to nothing
    if not any(char.isalnum() for char in folded):
        raise QueryError("there is no word here", start, max(end, start + 1), "a term needs a letter or a digit")
    words = folded.split()
    for at, word in enumerate(words):
        if word == "*":
            if at in (0, len(words) - 1):
                raise QueryError("a lone * stands for a word between two others", start, end, 'write "one * other"')
        elif word.lstrip("\"'(").startswith("*"):
            raise QueryError(
                "a wildcard can't begin a word", start, end, "write the beginning of the word before the *"
            )
        elif "**" in word:
            raise QueryError("** says no more than *", start, end, "write one *")


_EXPECTED = "write a word, a phrase in quotes, @list, $query or a group in parentheses"


def unexpected(text: str, at: int, found: str, kind: str) -> QueryError:  # noqa: PLR0912 - a list of mistakes
    """The error for what the grammar did not expect: ``found`` at offset ``at``."""
    before = text[:at].rstrip()
    last = re.search(r"(\S+)$", before)
    previous = last[1] if last else ""
    if previous.startswith("+"):
        return QueryError("+ means nothing here", len(before) - len(previous), len(before), _OPERATORS["+"])
    if kind == "$END" or at >= len(text):
        here = max(len(before) - len(previous), 0)
        if previous in ("AND", "OR", "NOT") or previous.startswith("NEAR/"):
            return QueryError(f"nothing follows {previous}", here, len(before), _EXPECTED)
        return QueryError("the query ends too early", here, len(before), _EXPECTED)
    end = at + len(found)
    if previous.upper() == "SENT" and previous != "sent":
        return QueryError("SENT needs parentheses", at - len(previous) - 1, end, "write SENT(a AND b)")
    if text.startswith("NEAR", at) or previous == "NEAR":
        return QueryError(
            "NEAR needs a number of words", at, max(end, at + 4), "write a NEAR/5 b (NEAR/5f: in this order)"
        )
    if kind in ("_AND", "_OR", "NEAR", "COMMA") and (
        not previous or previous in ("AND", "OR", "NOT", "(", ",") or previous.endswith("(")
    ):
        return QueryError(f"nothing stands before {found}", at, end, _EXPECTED)
    if kind == "RPAR":
        if previous.endswith("("):
            return QueryError("the parentheses are empty", at - 1, end, _EXPECTED)
        return QueryError(f"something is missing before the parenthesis, after {previous}", at, end, _EXPECTED)
    if kind == "COMMA":
        return QueryError("a comma stands only in ANY n OF (…) and in predicates", at, end, "write AND or OR")
    for word, where in ((found, at), (previous, len(before) - len(previous))):
        if word.casefold() in ("and", "or", "not") and word != word.upper():
            return QueryError(
                f"{word} in small letters is a word, not an operator",
                where,
                where + len(word),
                f'write {word.upper()}, or "{word}" in quotes to look for the word',
            )
    if previous.upper() == "ANY" or re.search(r"\b(?i:any)\s+\d+(?:\s+\w+)?$", before):
        return QueryError("ANY needs a count and OF", at, end, "write ANY 2 OF (a, b, c) or ANY 2 OF @list")
    if kind == "COMPARE" or found in ("=", "<", ">"):
        return QueryError(
            f"{found} compares nothing here", at, end, "a comparison is origins >= 2; an exact term =ISIS"
        )
    if found in _OPERATORS:
        return QueryError(f"{found} means nothing here", at, end, _OPERATORS[found])
    if kind == "NOT":
        return QueryError("two parts stand side by side without an operator", at, end, "write AND NOT")
    if kind in (
        "WORD",
        "PHRASE",
        "EXACT",
        "REGEX",
        "LIST",
        "QUERY",
        "FIELD",
        "LPAR",
        "SENT",
        "ANY",
        "CALL",
        "WITHIN",
        "OF_PLACES",
    ):
        if (
            previous.startswith("@")
            or previous.startswith("$")
            or not previous.replace("-", "").isalnum()
            or kind != "WORD"
        ):
            advice = "write AND, OR or NEAR/n between them"
        else:
            advice = f'write "{previous} {found}" for the phrase, or AND, OR or NEAR/n between them'
        return QueryError("two parts stand side by side without an operator", at, end, advice)
    shown = found if found.isprintable() else f"U+{ord(found[0]):04X}"
    return QueryError(f"{shown} means nothing here", at, end, "put signs that belong to a term in quotes")


def unknown_field(name: str, start: int) -> QueryError:
    """The error for ``name:`` that is no field."""
    known = (*TEXT_FIELDS, *META_FIELDS)
    other = {"headline": "title", "heading": "title", "text": "body", "content": "body", "description": "summary",
             "source": "feed", "site": "feed", "language": "lang", "category": "tag", "intitle": "title"}  # fmt: skip
    close = other.get(name.casefold()) or nearest(name, known)
    instead = f"did you mean {close}:?" if close else f"the fields are {', '.join(f'{field}:' for field in known)}"
    return QueryError(f"no such field: {name}:", start, start + len(name) + 1, instead)
