"""``monitor match``: run the rules over a text and show the words they found."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from monitor.cli import FINDINGS, OK, USAGE, claims, edge, rulebooks, sources, verdicts
from monitor.cli.sources import NoSuchFile, Subject
from monitor.cli.terminal import Screen, count, name_of, outside, stamp
from monitor.config.values import nearest
from monitor.model import Match
from monitor.rules import Explanation, RuleSet
from monitor.settings import Settings


@rulebooks.refusing
def match(arguments: argparse.Namespace, settings: Settings) -> int:
    """Judge what was given; exit 0 where a rule (the one asked for) holds, 1 where none does."""
    mine = rulebooks.configured(settings)
    rule_set = mine.rule_set
    if arguments.rule is not None and not has_rule(rule_set, arguments.rule):
        return USAGE
    try:
        source = sources.read(" ".join(arguments.given), settings, mine.feeds)
    except NoSuchFile as error:
        edge.say(f"monitor: {error}")
        return USAGE
    for problem in source.problems:
        edge.say(f"! {outside(problem)}")
    screen = Screen()
    held = 0
    for subject in source.subjects:
        found = _matches(rule_set, subject, arguments.rule)
        held += bool(found)
        if arguments.json:
            whole = arguments.rule is not None or source.kind in ("text", "page")
            edge.show(json.dumps(_as_json(rule_set, subject, found, arguments.rule, whole=whole), ensure_ascii=False))
        elif source.kind in ("text", "page"):
            _show_one(screen, rule_set, subject, found, arguments.rule)
        elif found or arguments.rule is not None:
            _show_of_many(screen, rule_set, subject, found, arguments.rule)
    if not arguments.json and source.kind not in ("text", "page"):
        which = f"rule {arguments.rule}" if arguments.rule else "a rule"
        screen.line(f"{held:,} of {count(len(source.subjects), 'item')} of {outside(source.name)} match {which}")
    return OK if held else FINDINGS


def has_rule(rule_set: RuleSet, rule: str) -> bool:
    """Whether there is such a rule; where not, says which was probably meant."""
    known = [each.text.id for each in rule_set.rules]
    if rule in known:
        return True
    near = nearest(rule, known)
    edge.say(f"monitor: no rule {rule}; " + (f"did you mean {near}?" if near else f"there are: {', '.join(known)}"))
    return False


def _matches(rule_set: RuleSet, subject: Subject, rule: str | None) -> tuple[Match, ...]:
    found = rule_set.match(subject.item, subject.feed, now=subject.now)
    return tuple(each for each in found if rule in (None, each.rule))


def _explained(rule_set: RuleSet, subject: Subject, rule: str | None) -> tuple[Explanation, ...]:
    return rule_set.explain(subject.item, subject.feed, rule, now=subject.now)


def _show_one(screen: Screen, rule_set: RuleSet, subject: Subject, found: Sequence[Match], rule: str | None) -> None:
    """A text with all that was found in it, and why the rules that came close do not hold."""
    item = subject.item
    facts = claims.read(item, subject.feed)
    explanations = _explained(rule_set, subject, rule)
    evidence = [place for each in found for place in each.evidence]
    shown = evidence or [place for each in explanations if rule is not None for place in each.matched]
    verdicts.show_item(screen, item, shown)
    screen.blank()
    for each in found:
        verdicts.show_match(screen, each, item, facts)
    missed = [each for each in explanations if not each.holds] if rule is not None else []
    near = verdicts.nearest(explanations) if rule is None and not found else []
    for explanation in missed or near:
        verdicts.show_explanation(screen, explanation, item, whole=rule is not None)
    if facts and rule is None:
        screen.blank()
        claims.show(screen, facts, item)
    if rule is None:
        if found or near or facts:
            screen.blank()
        closest = "; the closest are shown, and --rule ID tells of any other" if near else ""
        screen.line(f"{len(found)} of {count(len(rule_set.rules), 'rule')} match{closest}")


def _show_of_many(
    screen: Screen, rule_set: RuleSet, subject: Subject, found: Sequence[Match], rule: str | None
) -> None:
    item = subject.item
    verdicts.show_item(screen, item, [place for each in found for place in each.evidence])
    date = stamp(item.published) if item.published else ""
    where = [part for part in (subject.id or "", date, name_of(item.feed), item.url) if part]
    if where:
        screen.line((outside(" · ".join(where)), "dim"), indent=2, hang=2)
    facts = claims.read(item, subject.feed)
    for each in found:
        verdicts.show_match(screen, each, item, facts, indent=2)
    claims.show(screen, facts, item, indent=2, whole=False)
    if not found:
        for explanation in _explained(rule_set, subject, rule):
            verdicts.show_explanation(screen, explanation, item, indent=2)
    screen.blank()


def _as_json(
    rule_set: RuleSet, subject: Subject, found: Sequence[Match], rule: str | None, *, whole: bool
) -> dict[str, object]:
    item = subject.item
    facts = claims.read(item, subject.feed)
    told: dict[str, object] = {
        "id": subject.id,
        "feed": item.feed or None,
        "url": item.url or None,
        "title": item.title,
        "summary": item.summary,
        "published": item.published.isoformat().replace("+00:00", "Z") if item.published else None,
        "matched": bool(found),
        "matches": [verdicts.match_json(each, item, facts) for each in found],
        "facts": claims.as_json(facts),
    }
    if whole:
        explained = _explained(rule_set, subject, rule)
        told["rules"] = [verdicts.explanation_json(each, item) for each in explained]
    return told
