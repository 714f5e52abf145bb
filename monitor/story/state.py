"""What is known of a story from all of its reports: pure decisions.

The order in which reports are given does not matter, and the same one twice is one. Whoever speaks is an origin
(``origins``). Different origins that say different things differ and stand side by side (``account``).
"""

from __future__ import annotations

from collections.abc import Iterable

from monitor.model import Posture, Report, StoryState, Strength
from monitor.story.account import Account
from monitor.story.claims import is_denied, is_now, sides
from monitor.story.origins import Origins
from monitor.story.particulars import particulars
from monitor.story.status import status


def state(reports: Iterable[Report], origins: Origins) -> StoryState:
    """The story that ``reports`` (every version of every item) tell."""
    ordered = _ordered(reports)
    if not ordered:
        return StoryState()
    latest = list({report.item_key: report for report in ordered}.values())
    parties = sides(latest)
    account = Account(origins, parties)
    for report in ordered:
        account.take(report)
    first = min(report.first_seen for report in ordered)
    behind: dict[str, str] = {}
    for report in ordered:
        behind.setdefault(report.origin or report.feed, origins.name(report))
    figures = account.figures
    casualties = tuple(figure for figure in figures if figure.outcome is not None)
    now = [fact for report in latest for fact in report.facts if is_now(fact)]
    denied = [(fact, report) for report in latest for fact in report.facts if is_denied(fact)]
    days = [fact.when.end for fact in now if fact.when is not None and not isinstance(fact, Posture | Strength)]
    return StoryState(
        status=tuple(status(latest, casualties, parties, denied=bool(denied), corrected=account.corrected)),
        figures=figures,
        turns=account.told,
        first_seen=first,
        changed_at=max((turn.at for turn in account.turns), default=first),
        reports=len(latest),
        feeds=len({report.feed for report in latest}),
        origins=tuple(behind),
        names=tuple(behind.values()),
        denied_by=tuple(dict.fromkeys(origins.behind(fact, report).title for fact, report in denied)),
        day=max(days, default=None),
        contexts=tuple(sorted({fact.context for report in latest for fact in report.facts})),
        particulars=particulars(latest, origins),
    )


def _ordered(reports: Iterable[Report]) -> list[Report]:
    once = {(report.item_key, report.version): report for report in reports}
    return sorted(
        once.values(),
        key=lambda one: (one.first_seen, one.published or one.first_seen, one.item_key, one.version),
    )
