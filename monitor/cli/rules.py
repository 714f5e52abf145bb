"""``monitor rules test`` and ``lint``: the proof that stands in the rule files, and what looks wrong in them."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from monitor import rules
from monitor.cli import FINDINGS, OK, edge, junit, located, rulebooks, verdicts
from monitor.cli.terminal import Screen, columns, count
from monitor.errors import MonitorError, Problem
from monitor.pipeline.predicates import predicates
from monitor.rules import Document, ExampleResult, Finding, RuleSet
from monitor.settings import Settings


@rulebooks.refusing
def test(arguments: argparse.Namespace, settings: Settings) -> int:
    """Run every example of every rule; exit 1 where one fails."""
    rule_set = rulebooks.configured(settings).rule_set
    results = tuple(rules.run_examples(rule_set))
    failed = [each for each in results if each.problem]
    bare = [rule.text.id for rule in rule_set.rules if not (rule.text.must_match or rule.text.must_ignore)]
    if arguments.junit:
        try:
            Path(arguments.junit).write_text(junit.document(results), encoding="utf-8")
        except OSError as error:
            raise MonitorError(f"can't write {arguments.junit}: {error.strerror}") from error
    if arguments.json:
        edge.show_json(
            {
                "ok": not failed,
                "rules": len(rule_set.rules),
                "examples": len(results),
                "failed": len(failed),
                "without_examples": bare,
                "results": [_result_json(each) for each in results],
            }
        )
        return FINDINGS if failed else OK
    screen = Screen()
    _show_rules(screen, rule_set, results)
    for each in failed:
        _show_failure(screen, rule_set, each)
    screen.blank()
    verdict = (f"{len(failed)} fail", "bad") if failed else ("all hold", "good")
    screen.line(f"{count(len(rule_set.rules), 'rule')}, {count(len(results), 'example')}: ", verdict)  # type: ignore[arg-type]
    return FINDINGS if failed else OK


def _show_rules(screen: Screen, rule_set: RuleSet, results: Sequence[ExampleResult]) -> None:
    """A line for each rule: how many of its examples hold."""
    total = Counter((each.rule, each.must_match) for each in results)
    held = Counter((each.rule, each.must_match) for each in results if not each.problem)
    rows = [("RULE", "MATCH", "IGNORE", "")]
    for rule in rule_set.rules:
        name = rule.text.id
        cells = [f"{held[name, kind]}/{total[name, kind]}" if total[name, kind] else "-" for kind in (True, False)]
        wrong = sum(total[name, kind] - held[name, kind] for kind in (True, False))
        note = f"{wrong} wrong" if wrong else "" if total[name, True] or total[name, False] else "no examples"
        rows.append((name, cells[0], cells[1], note))
    for number, line in enumerate(columns(rows)):
        screen.line((line, "dim" if number == 0 else "bad" if line.endswith("wrong") else ""))


def _show_failure(screen: Screen, rule_set: RuleSet, result: ExampleResult) -> None:
    """One example that its rule fails, and why."""
    title, _, summary = result.text.strip().partition("\n")
    item = Document(title, summary).item()
    [explanation] = rule_set.explain(item, None, result.rule)
    screen.blank()
    wrong = "does not match its example" if result.must_match else "matches an example it must ignore"
    screen.line(f"{result.place}: ", (result.rule, "bold"), f" {wrong}")
    verdicts.show_item(screen, item, explanation.matched, indent=4)
    if not result.must_match:
        screen.entry("found", *verdicts.words(explanation.matched, item), indent=4)
        return
    for phrase in explanation.missing:
        screen.entry("missing", phrase, indent=4)


def _result_json(result: ExampleResult) -> dict[str, object]:
    return {
        "rule": result.rule,
        "example": result.text,
        "must": "match" if result.must_match else "ignore",
        "ok": result.problem is None,
        **located.where(result.place),
        "why": f"{result.problem.what}; {result.problem.instead}".rstrip("; ") if result.problem else None,
    }


@rulebooks.refusing
def lint(arguments: argparse.Namespace, settings: Settings) -> int:
    """Tell what compiles and is hardly meant; exit 1 where there is anything."""
    mine = rulebooks.configured(settings)
    findings = rules.lint(mine.config.book, predicates())
    if arguments.json:
        edge.show_json({"ok": not findings, "findings": [_finding_json(each) for each in findings]})
        return FINDINGS if findings else OK
    # A term's excerpt is the term: people want the line it stands in.
    problems = [
        Problem(each.place, f"{each.kind}: {each.what}", each.instead, each.excerpt if "\n" in each.excerpt else "")
        for each in findings
    ]
    screen = Screen()
    for problem in mine.config.shown(problems):
        first, *excerpt = located.told(problem)
        screen.line(first, hang=2)
        for line in excerpt:
            edge.show(line)
    kinds = Counter(each.kind for each in findings)
    told = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
    if findings:
        screen.blank()
    verdict = f"{count(len(findings), 'finding')} ({told})" if findings else "no finding"
    screen.line(f"{count(len(mine.rule_set.rules), 'rule')}: {verdict}")
    return FINDINGS if findings else OK


def _finding_json(finding: Finding) -> dict[str, object]:
    return {
        "kind": finding.kind,
        "rule": finding.rule,
        **located.where(finding.place),
        "what": finding.what,
        "instead": finding.instead,
        "excerpt": finding.excerpt,
    }
