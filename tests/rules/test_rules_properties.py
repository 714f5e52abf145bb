"""For any query and any text: the engine agrees with a slow, obvious evaluator; the parser fails only
with a located error; printing a parsed query and parsing that is the identity.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import lru_cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rulebook import FEED, book, item, problems

from monitor import rules
from monitor.rules.places import QueryError
from monitor.rules.terms import BOUND_PREFIXES, ELISIONS, ENDINGS
from monitor.rules.tree import (
    And,
    AnyOf,
    Call,
    Condition,
    Field,
    ListRef,
    Near,
    Node,
    Not,
    Or,
    QueryRef,
    Regex,
    Sentence,
    Term,
    Within,
)
from monitor.text import sentences, tokens

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy
Spot = tuple[int, int, frozenset[tuple[int, int]]]

# --- the slow evaluator ---------------------------------------------------------------------------
# For texts whose folding is str.lower(): it tries every span of a text and asks whether that is it.

GAP = re.compile(r"""-|["']{0,3}\s+["']{0,3}""")


@lru_cache(maxsize=100_000)
def is_it(term: str, exact: bool, text: str, start: int, end: int) -> bool:
    words, seen = text[start:end], text
    if not exact:
        term, words = term.lower(), words.lower()
    if not (words[:1].isalnum() and words[-1:].isalnum()):
        return False
    if seen[start - 1 : start].isalnum() or seen[end : end + 1].isalnum():
        return False
    found, gaps = re.split(r"[^A-Za-z0-9]+", words), re.findall(r"[^A-Za-z0-9]+", words)
    asked = re.split(r"[\s-]", term)
    if len(found) != len(asked) or not all(GAP.fullmatch(gap) for gap in gaps):
        return False
    if not all(fnmatchcase(one, other) for one, other in zip(found, asked, strict=True)):
        return False
    lower = text.lower()
    if text[:start].endswith(("-", "'")):
        part = re.search(r"([a-z0-9]*)[-']$", lower[:start])[1]  # type: ignore[index]
        if part and (part in BOUND_PREFIXES if lower[start - 1] == "-" else part not in ELISIONS):
            return False
    if text[end : end + 1] == "'" and not term.endswith("*"):
        part = re.match(r"[a-z0-9]*", lower[end + 1 :])[0]  # type: ignore[index]
        return not part or part in ENDINGS
    return True


def spots(node: Node, text: str) -> list[Spot]:
    """Where a term, an OR of terms or a NEAR stands: from, to, and the words of it."""
    match node:
        case Term():
            return [
                (a, b, frozenset({(a, b)}))
                for a in range(len(text))
                for b in range(a + 1, len(text) + 1)
                if is_it(node.text, node.exact, text, a, b)
            ]
        case Regex():
            return [(*m.span(), frozenset({m.span()})) for m in re.finditer(node.source, text)]
        case Or():
            return [spot for part in node.parts for spot in spots(part, text)]
        case Near():
            pairs = [(a, b) for a in spots(node.left, text) for b in spots(node.right, text)]
            return [
                (min(a[0], b[0]), max(a[1], b[1]), a[2] | b[2])
                for a, b in pairs
                if near(a, b, node.words, text) and not (node.ordered and b[0] < a[1])
            ]
    raise AssertionError(node)


def near(a: Spot, b: Spot, most: int, text: str) -> bool:
    if any(x[0] < y[1] and y[0] < x[1] for x in a[2] for y in b[2]):
        return False
    first, last = sorted((a, b))
    if last[0] < first[1]:
        return True
    between = [t for t in tokens(text) if t.start >= first[1] and t.end <= last[0]]
    return len(between) <= most


def true(node: Node, fields: dict[str, str]) -> bool:
    match node:
        case Term() | Near() | Regex():
            return any(spots(node, text) for text in fields.values())
        case And():
            return all(true(part, fields) for part in node.parts)
        case Or():
            return any(true(part, fields) for part in node.parts)
        case AnyOf():
            return sum(true(part, fields) for part in node.parts) >= node.count
        case Not():
            return not true(node.inner, fields)
        case Field():
            return true(node.inner, {node.name: fields.get(node.name, "")})
        case Sentence():
            return any(true(node.inner, {"s": t[a:b]}) for t in fields.values() for a, b in sentences(t))
    raise AssertionError(node)


# --- what is generated ----------------------------------------------------------------------------

TERMS = [
    Term(text, exact)
    for text, exact in (
        ("isis", False), ("ISIS", True), ("raid", False), ("raid*", False), ("r*d", False), ("us", False), ("US", True),
        ("escalation", False), ("de-escalation", False), ("air raid*", False), ("islamic state", False),
        ("Islamic State", True), ("state", False), ("a", False), ("r*ds a", False), ("d", False), ("Raid*", True),
    )
]  # fmt: skip
PIECES = ["isis", "ISIS", "raid", "Raid", "raids", "us", "US", "de-escalation", "escalation", "air", "islamic",
          "Islamic", "state", "State", "a", "d", "led", "co", "s", "rd", "ready", "x"]  # fmt: skip
JOINS = [" ", " ", " ", " ", "-", "'", "  ", ". ", ", ", "\n", ' "', '" ', " '", "' ", " - ", "; ", ".", ". A "]
TEXTS = st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(JOINS)), max_size=9).map(
    lambda pairs: "".join(piece + join for piece, join in pairs)
)
LEAVES = st.one_of(st.sampled_from(TERMS), st.sampled_from([Regex("r[ae].d"), Regex("S[^ ]ate"), Regex("ISIS")]))
FINDABLE = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
        st.builds(Near, inner, inner, st.integers(0, 4), st.booleans()),
    ),
    max_leaves=4,
)


def _joined(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, min_size=2, max_size=4).map(tuple)
    return st.one_of(
        several.map(And),
        several.map(Or),
        inner.map(Not),
        several.flatmap(lambda parts: st.integers(1, len(parts)).map(lambda n: AnyOf(n, parts))),
    )


SENTENCES = st.recursive(FINDABLE, _joined, max_leaves=4).map(Sentence)
FIELDS = st.builds(Field, st.sampled_from(["title", "summary"]), st.recursive(FINDABLE, _joined, max_leaves=3))
QUERIES = st.recursive(st.one_of(FINDABLE, SENTENCES, FIELDS), _joined, max_leaves=6)


@given(QUERIES, st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4))
@settings(CALM, max_examples=200)
def test_the_engine_agrees_with_a_slow_evaluator(query: Node, texts: list[tuple[str, str]]) -> None:
    text = rules.show(query)
    refused = problems(text)
    if refused:
        assert all("nearly every item" in each.what or "needs words" in each.what for each in refused)
        return
    rule_set = rules.compile(book(text, "isis OR raid", "NOT a AND state"))
    for title, summary in texts:
        matches = {match.rule: match for match in rule_set.match(item(title, summary), FEED)}
        assert ("r0" in matches) == true(query, {"title": title, "summary": summary}), (text, title, summary)
        for match in matches.values():
            for each in match.evidence:
                written = {"title": title, "summary": summary}[each.field]
                assert 0 <= each.start < each.end <= len(written)
                if not each.term.startswith("/"):
                    exact = each.term.startswith("=")
                    assert is_it(each.term.lstrip("="), exact, written, each.start, each.end)


FEW = st.sampled_from([Term("isis"), Term("raid*"), Term("a"), Term("islamic state"), Or((Term("us"), Term("state")))])
CLOSE = st.recursive(FEW, lambda inner: st.builds(Near, inner, inner, st.integers(0, 3), st.booleans()), max_leaves=3)
CLOSE_TEXTS = st.lists(
    st.tuples(
        st.sampled_from(["isis", "raids", "raid", "a", "islamic", "state", "us", "x", "x-ray", "x's"]),
        st.sampled_from([" ", " ", " ", " ", " ", "-", "\n", ". A "]),
    ),
    max_size=9,
).map(lambda pairs: "".join(piece + join for piece, join in pairs))


@given(
    st.one_of(CLOSE, CLOSE.map(Sentence), st.builds(And, st.tuples(CLOSE, CLOSE)).map(Sentence)),
    st.lists(CLOSE_TEXTS, min_size=3, max_size=8),
)
@settings(CALM, max_examples=200)
def test_near_and_sentences_agree_with_a_slow_evaluator(query: Node, texts: list[str]) -> None:
    text = rules.show(query)
    rule_set = rules.compile(book(text))
    for title in texts:
        assert bool(rule_set.match(item(title), FEED)) == true(query, {"title": title}), (text, title)


# --- the parser -----------------------------------------------------------------------------------

WORDS = st.from_regex(r"[A-Za-zéışд][\w'.&-]{0,6}\*?", fullmatch=True).filter(
    lambda word: "**" not in word and not re.fullmatch(r"AND|OR|NOT|NEAR", word)
)
ANY_TERM = st.one_of(
    st.builds(Term, WORDS, st.booleans()),
    st.builds(Term, st.lists(WORDS, min_size=1, max_size=3).map(" ".join), st.booleans()),
)
NAMES = st.from_regex(r"[a-z][a-z0-9_-]{0,5}", fullmatch=True)
FIELD_NAMES = st.from_regex(r"[a-z][a-z_]{0,7}", fullmatch=True).filter(lambda name: name not in ("within", "of"))
VALUES = st.one_of(
    st.from_regex(r"[a-z0-9][a-z0-9.]{0,5}", fullmatch=True), NAMES.map("@{}".format), st.just("Deir ez-Zor")
)
CONDITIONS = st.builds(
    Condition,
    st.lists(FIELD_NAMES, min_size=1, max_size=3).map(tuple),
    st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
    st.lists(VALUES, min_size=1, max_size=3).map(tuple),
)
WITHIN = st.builds(Within, st.integers(1, 5000).map(float), NAMES)
BARE = st.builds(Condition, FIELD_NAMES.map(lambda name: (name,)))
ANY_LEAF = st.one_of(
    ANY_TERM,
    st.builds(Regex, st.sampled_from(["a+b", "a/b", r"\d{2}/\d", r"x\\y", "[/]"]), st.booleans()),
    NAMES.map(ListRef),
    NAMES.map(QueryRef),
    CONDITIONS,
    WITHIN,
    st.builds(Call, FIELD_NAMES, st.lists(st.one_of(CONDITIONS, WITHIN, BARE), max_size=3).map(tuple)),
)


def _grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        several.map(And),
        several.map(Or),
        inner.map(Not),
        inner.map(Sentence),
        st.builds(AnyOf, st.integers(1, 9), several),
        st.builds(Near, inner, inner, st.integers(0, 200), st.booleans()),
        st.builds(Field, st.sampled_from(["title", "lang", "nonsense"]), inner),
    )


@given(st.recursive(ANY_LEAF, _grown, max_leaves=12))
@settings(CALM, max_examples=200)
def test_printing_a_query_and_parsing_it_is_the_identity(query: Node) -> None:
    assert rules.parse(rules.show(query)) == query


MISUSED = [
    *(
        "AND",
        "OR",
        "NOT",
        "and",
        "NEAR/5",
        "NEAR/",
        "NEAR 5",
        "near/3",
        "(",
        ")",
        '"',
        "'",
        "“",
        "”",
        "=",
        "*",
        "/",
        "\\",
    ),
    *("@isis", "@", "$q", "$", "title:", "foo:", "SENT(", "ANY 2 OF", "ANY", "OF", "within 3km of @x", "within", "f("),
    *(
        "a>=1",
        ">=",
        "|",
        ",",
        "+",
        "#",
        "# c\n",
        "\n",
        "isis",
        "raid*",
        "x.",
        "0",
        "٣",
        "\ud800",
        "\0",
        "?",
        "!",
        "ANDROID",
    ),
]
FRAGMENTS = st.lists(
    st.one_of(
        st.sampled_from(MISUSED),
        st.text(max_size=4),
    ),
    max_size=12,
)  # fmt: skip


@given(st.one_of(st.text(max_size=60), FRAGMENTS.map(" ".join), FRAGMENTS.map("".join)))
@settings(CALM, max_examples=400)
def test_the_parser_fails_only_with_a_located_error(text: str) -> None:
    refused: QueryError | None = None
    try:
        tree = rules.parse(text)
    except QueryError as error:
        refused = error
    if refused is None:
        assert rules.parse(rules.show(tree)) == tree
    else:
        assert 0 <= refused.start <= len(text)
        assert refused.start < refused.end
        assert refused.what


@given(FRAGMENTS.map(" ".join))
@settings(CALM, max_examples=200)
def test_compiling_fails_only_with_problems_that_have_a_place_and_a_caret(text: str) -> None:
    for problem in problems(text, lists={"isis": ["=ISIS"], "x": ["Mosul"]}, named={"q": "a OR b"}):
        assert problem.place is not None
        assert problem.place.line >= 10
        assert "^" in problem.excerpt.splitlines()[-1]
