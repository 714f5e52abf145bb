"""docs/rules.md says what is so: each of its examples is run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rulebook import FEED, book, item, rule

from monitor import config, rules
from monitor.errors import ConfigError
from monitor.model import Place, RuleBook
from monitor.pipeline.predicates import compiled
from monitor.rules import terms, tree
from monitor.rules.ruleset import MOST_EVIDENCE
from monitor.rules.scan import MOST_PLACES

PAGE = (Path(__file__).resolve().parent.parent.parent / "docs" / "rules.md").read_text(encoding="utf-8")


def examples(kind: str) -> list[tuple[str, str]]:
    """Each query of the blocks of ``kind``, with each line below it."""
    found: list[tuple[str, str]] = []
    for block in re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL):
        query = ""
        for line in block.splitlines():
            if line.startswith("  "):
                found.append((query, line.strip()))
            else:
                query = line
    return found


def names(folder: Path) -> RuleBook:
    """The book that the page itself shows."""
    (example,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (folder / "rules").mkdir()
    (folder / "rules" / "example.yaml").write_text(example, encoding="utf-8")
    loaded, problems = config.read(folder, {})
    assert not [str(each) for each in problems if "rules" in str(each.place)]
    return loaded.book


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> RuleBook:
    return names(tmp_path_factory.mktemp("config"))


def beside(query: str, shown: RuleBook) -> rules.RuleSet:
    return compiled(RuleBook(book(query).rules, shown.lists, shown.queries))


def test_the_book_of_the_page_compiles_and_its_examples_hold(shown: RuleBook) -> None:
    rule_set = rules.compile(shown)
    assert [result.problem for result in rules.run_examples(rule_set)] == [None, None]


@pytest.mark.parametrize(("query", "line"), examples("match"))
def test_a_query_finds_what_the_page_says(query: str, line: str, shown: RuleBook) -> None:
    sign, text = line[0], line[2:]
    fields = [field.strip() for field in text.split(" / ")]
    plain = [re.sub("[«»]", "", field) for field in fields]
    matches = beside(query, shown).match(item(*plain), FEED)
    assert bool(matches) == (sign == "+")
    if matches:
        by_name = dict(zip(("title", "summary"), plain, strict=False))
        found = [by_name[each.field][each.start : each.end] for each in matches[0].evidence]
        assert found == [words for field in fields for words in re.findall("«(.*?)»", field)]


@pytest.mark.parametrize(("query", "line"), examples("story"))
def test_a_story_is_judged_as_the_page_says(query: str, line: str) -> None:
    place = Place("rules.yaml", 1, 1)
    rule_set = rules.compile(book(rule("raid", tell_when=query, tell_when_place=place)))
    story = dict(pair.split("=") for pair in line[2:].split())
    values = {name: int(value) if value.isdigit() else value for name, value in story.items()}
    assert rule_set.tell("r", values) == (line[0] == "+")


@pytest.mark.parametrize(("query", "line"), examples("error"))
def test_a_mistake_is_told_in_the_words_of_the_page(query: str, line: str, shown: RuleBook) -> None:
    with pytest.raises(ConfigError) as caught:
        beside(query, shown)
    (problem,) = caught.value.problems
    assert f"{problem.what}; {problem.instead}" == line


@pytest.mark.parametrize(("query", "line"), examples("lint"))
def test_a_finding_is_told_in_the_words_of_the_page(query: str, line: str) -> None:
    told = [
        f"{each.kind}: {each.what}{f'; {each.instead}' if each.instead else ''}" for each in rules.lint(book(query))
    ]
    assert line in told


def test_every_form_of_the_table_is_taken(shown: RuleBook) -> None:
    rows = re.findall(r"^\| (`.+?`) \| ", PAGE.partition("## Where rules stand")[0], re.MULTILINE)
    forms = [form.replace("\\|", "|") for row in rows for form in re.findall("`([^`]+)`", row)]
    assert len(forms) > 20
    queries = {"isis-court": "court OR trial", "list": "a", "q": "a"}
    shown_too = book("x", lists={"list": ["a", "b"]}, named=queries)
    for form in forms:
        query = f"x AND ({form}\n)" if form.startswith(("#", "age", "NOT")) or "NOT a" in form else form
        query = "x # words" if form.startswith("#") else query
        rules.compile(
            RuleBook(book(query).rules, (*shown.lists, *shown_too.lists), (*shown.queries, *shown_too.queries))
        )


def test_the_prefixes_and_bounds_of_the_page_are_those_of_the_engine() -> None:
    named = re.search(r"another word of\s+it: (.*?)\.\n", PAGE, re.DOTALL)
    assert named
    assert set(re.findall(r"`(\w+)-`", named[1])) == terms.BOUND_PREFIXES
    assert f"At most {MOST_EVIDENCE} places" in PAGE
    assert f"first {MOST_PLACES:,} places" in PAGE
    assert f"nested more than {tree.MAX_DEPTH} deep" in PAGE
