"""The rule language: query text in, matches with their words out.

    rule_set = rules.compile(book)            # or ConfigError with every problem, located
    rule_set.match(item, feed)                # pure; one pass over the text for all rules

The way of a query: ``parsing`` (``query.lark``; mistakes are explained by ``mistakes``) makes a tree
(``tree``, printed back by ``printing``), ``build`` resolves names (``names``) and makes a plan (``plan``,
``conditions``), ``ruleset`` runs plans over a ``reading`` of each item: what ``scan`` found of the terms
(``terms``). ``predicates`` are conditions over facts and stories. ``docs/rules.md`` says what each form means.
"""

from monitor.rules.comparing import Difference, compare
from monitor.rules.compiling import compile, validate_query
from monitor.rules.examples import ExampleResult, check_examples, run_examples
from monitor.rules.explaining import Explanation
from monitor.rules.linting import Finding, lint
from monitor.rules.parsing import parse
from monitor.rules.places import QueryError
from monitor.rules.predicates import STORY_FIELDS, Asked, FieldSpec, Predicate, Test
from monitor.rules.printing import show
from monitor.rules.ruleset import Document, RuleSet

__all__ = [
    "STORY_FIELDS",
    "Asked",
    "Difference",
    "Document",
    "ExampleResult",
    "Explanation",
    "FieldSpec",
    "Finding",
    "Predicate",
    "QueryError",
    "RuleSet",
    "Test",
    "check_examples",
    "compare",
    "compile",
    "lint",
    "parse",
    "run_examples",
    "show",
    "validate_query",
]
