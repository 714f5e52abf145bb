"""Each value knows where it stands, so that an error in a query can point into the file."""

from __future__ import annotations

from textwrap import dedent

import pytest

from monitor.config.reading import MAX_DEPTH, Query, read
from monitor.model import Place


def query_in(yaml: str) -> Query:
    document = read("a.yaml", yaml)
    assert document.problems == []
    return document.query(("when",))


def stands_at(yaml: str, query: Query, word: str) -> bool:
    """Whether the place that an offset of ``word`` in the query gives is where the file has it."""
    before = query.text[: query.text.index(word)]
    line = query.place.line + before.count("\n")
    column = query.indent + 1 if "\n" in before else query.place.column
    column += len(before.rsplit("\n", 1)[-1])
    return yaml.split("\n")[line - 1][column - 1 :].startswith(word)


QUERIES = {
    "a block": "x: 1\nwhen: |\n  (@isis NEAR/12 @strike)\n    AND NOT word\n",
    "a block with blank lines and a comment": "when: |  # why\n\n     a OR\n\n     word\nx: 1\n",
    "a block with an indicator": "when: |2-\n      a OR\n    word\n",
    "a folded block": "when: >\n   a OR\n   b\n   OR word\n",
    "a plain line": "x: 1\nwhen: a OR word\n",
    "plain lines": "when: a OR\n    b OR\n      word\nx: 1\n",
    "single quotes": "when: 'a OR word'\n",
    "double quotes": 'when: "a OR word"\n',
    "a block with Windows line ends": "when: |\r\n  a OR\r\n  word\r\n",
    "a block after a byte order mark": "\ufeffwhen: |\n  a OR\n  word\n",
    "a block with characters beyond the first plane": "when: |\n  '\U0001f600' OR word\n",
}


@pytest.mark.parametrize("yaml", QUERIES.values(), ids=QUERIES.keys())
def test_an_offset_in_a_query_has_its_place_in_the_file(yaml: str) -> None:
    assert stands_at(yaml.removeprefix("\ufeff").replace("\r\n", "\n"), query_in(yaml), "word")


def test_a_block_begins_on_its_first_line_of_content() -> None:
    query = query_in("when: |\n    a\n    b\n")
    assert query == Query("a\nb\n", Place("a.yaml", 2, 5), 4)


def test_words_of_yaml_1_1_stay_words() -> None:
    document = read("a.yaml", "[NO, on, y, 22:00, 2024-10-22, ~, true, 1_0, 1.5]")
    assert document.value == ["NO", "on", "y", "22:00", "2024-10-22", None, True, 10, 1.5]


def test_an_anchor_may_be_used_and_set_again() -> None:
    document = read("a.yaml", "{a: &x [1], b: *x, c: &x 2, d: *x}")
    assert document.value == {"a": [1], "b": [1], "c": 2, "d": 2}
    assert document.problems == []


def test_a_bomb_of_aliases_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    document = read("a.yaml", "\n".join(lines))
    assert document.broken
    assert [problem.what for problem in document.problems] == ["too deep or too large, once its aliases are followed"]


@pytest.mark.parametrize("yaml", ["a: &a [*a]", "a: &a {b: *a}", "[" * 5000, "- " * 3000, "{a: " * (MAX_DEPTH + 2)])
def test_what_nests_without_end_is_refused(yaml: str) -> None:
    document = read("a.yaml", yaml)
    assert document.broken
    assert len(document.problems) == 1


def test_all_doubled_keys_are_named_and_the_first_of_each_counts() -> None:
    document = read(
        "a.yaml",
        dedent("""\
        a: 1
        b: {c: 1, c: 2}
        a: 2
        """),
    )
    assert [str(problem.place) for problem in document.problems] == ["a.yaml:2:11", "a.yaml:3:1"]
    assert document.value == {"a": 1, "b": {"c": 1}}


def test_a_directive_that_asks_for_yaml_1_1_makes_no_crash() -> None:
    assert read("a.yaml", "%YAML 1.1\n---\na: NO\n").value == {"a": False}
    assert read("a.yaml", "%YAML 9\n---\na: NO\n").problems
