"""Results of examples as JUnit XML, which every CI server shows: a suite a file, a class a rule, a test an example."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from monitor.rules import ExampleResult

# What XML 1.0 section 2.2 does not allow, however it is written.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def document(results: Sequence[ExampleResult]) -> str:
    """The XML document."""
    files: dict[str, list[ExampleResult]] = {}
    for result in results:
        files.setdefault(result.place.file, []).append(result)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites name={_quoted('monitor rules')}{_sums(results)}>"]
    for file, theirs in files.items():
        lines.append(f"  <testsuite name={_quoted(file)}{_sums(theirs)}>")
        for each in theirs:
            lines += _case(each)
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>", ""])


def _case(result: ExampleResult) -> list[str]:
    name = f"{'must match' if result.must_match else 'must ignore'}: {result.text.strip()}"
    where = f"file={_quoted(result.place.file)} line={_quoted(str(result.place.line))}"
    head = f"    <testcase classname={_quoted(result.rule)} name={_quoted(name)} {where}"
    if result.problem is None:
        return [f"{head}/>"]
    text = escape(_NO_XML.sub("\ufffd", f"{result.problem}\n{result.text}"))
    failure = f'      <failure type="example" message={_quoted(result.problem.what)}>{text}</failure>'
    return [f"{head}>", failure, "    </testcase>"]


def _sums(results: Sequence[ExampleResult]) -> str:
    failures = sum(1 for each in results if each.problem)
    return f' tests="{len(results)}" failures="{failures}" errors="0"'


def _quoted(text: str) -> str:
    return quoteattr(_NO_XML.sub("\ufffd", text))
