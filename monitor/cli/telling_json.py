"""All that is kept of an item and was decided about it, for scripts: ``monitor why --json``."""

from __future__ import annotations

from dataclasses import asdict

from monitor.cli import claims, verdicts
from monitor.cli.telling import Told
from monitor.model import FeedState, Standing, VersionHistory


def as_json(told: Told) -> dict[str, object]:
    """The item with its feed, its versions and their verdicts; nothing is left out."""
    history = told.history
    name = history.versions[-1].item.feed
    feed, state = told.feeds.get(name), told.states.get(name)
    return {
        "key": history.key,
        "first_seen": history.first_seen,
        "marks": asdict(history.marks),
        "feed": {
            "id": name,
            "configured": feed is not None,
            "title": feed.title if feed else None,
            "tier": feed.tier if feed else None,
            "state": _state(state) if state else None,
        },
        "brought": [{"author": author, "at": at} for author, at in told.brought],
        "versions": [_version(told, version) for version in history.versions],
    }


def _state(state: FeedState) -> dict[str, object]:
    return {
        "condition": state.condition,
        "last_fetch_at": state.last_fetch_at,
        "last_success_at": state.last_success_at,
        "problem": state.problem,
    }


def _version(told: Told, version: VersionHistory) -> dict[str, object]:
    judge = told.judges.of(version.rule_set)
    today = told.by_today(version, judge)
    return {
        "version": version.version,
        "seen_at": version.seen_at,
        "baseline": version.baseline,
        "pruned": version.pruned,
        "content": version.content,
        "item": asdict(version.item),
        "rule_set": version.rule_set,
        "explained_by": {
            "which": judge.which,
            "rule_set": judge.rule_set.hash if judge.rule_set else None,
            "note": judge.note,
        },
        "matches": [verdicts.match_json(match, version.item, version.facts) for match in version.matches],
        "facts": claims.as_json(version.facts),
        "rules": [verdicts.explanation_json(each, version.item) for each in told.explained(version, judge)],
        "today": None if today is None else list(today),
        "story": asdict(version.join) if version.join else None,
        "origin": version.origin,
        "origins": list(story.state.origins) if (story := _story(told, version)) else [],
        "owed": [asdict(owed) for owed in version.owed],
    }


def _story(told: Told, version: VersionHistory) -> Standing | None:
    return told.stories.get(version.join.story) if version.join else None
