"""The examples that stand in a rule file: proof that a rule does what its writer meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.errors import Problem
from monitor.model import Place, RuleText
from monitor.rules.explaining import missing_of
from monitor.rules.ruleset import CompiledRule, Document, ReadFacts, RuleSet


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """One example, run. ``problem`` is None where the rule did what the example says."""

    rule: str
    text: str
    must_match: bool
    place: Place
    problem: Problem | None


def run_examples(rule_set: RuleSet, *, read_facts: ReadFacts | None = None) -> Iterator[ExampleResult]:
    """Every example of every rule, in the order of the book, run against its own rule."""
    for rule in rule_set.rules:
        for must_match, examples in ((True, rule.text.must_match), (False, rule.text.must_ignore)):
            for text, place in examples:
                problem = _problem(rule_set, rule, text, place, must_match, read_facts)
                yield ExampleResult(rule.text.id, text, must_match, place, problem)


def check_examples(rule_set: RuleSet, *, read_facts: ReadFacts | None = None) -> tuple[Problem, ...]:
    """A problem for each example that its rule fails: what was missing, or which words were found."""
    return tuple(each.problem for each in run_examples(rule_set, read_facts=read_facts) if each.problem)


def document(text: str) -> Document:
    """An example as a document: its first line is the title, what follows the summary."""
    title, _, summary = text.strip().partition("\n")
    return Document(title, summary)


def _problem(
    rule_set: RuleSet, rule: CompiledRule, text: str, place: Place, must_match: bool, read_facts: ReadFacts | None
) -> Problem | None:
    written: RuleText = rule.text
    reading = rule_set.read(document(text).item(), None, read_facts=read_facts)
    if rule.plan.holds(reading) == must_match:
        return None
    if must_match:
        missing = ", ".join(missing_of(rule_set, rule, reading)[:4])
        what = f"rule {written.id} does not match its example"
        return Problem(place, what, f"missing: {missing}" if missing else "")
    words = document(text)
    found = dict.fromkeys(
        getattr(words, each.field)[each.start : each.end] for each in rule_set.evidence(rule, reading)
    )
    what = f"rule {written.id} matches an example it must ignore"
    return Problem(place, what, f"found: {', '.join(list(found)[:6])}" if found else "")
