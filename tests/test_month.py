"""A simulated month, and a day of it against real servers: deaths are told, nothing shown is lost, hosts are spared."""

from __future__ import annotations

import day
from month import HOUR, simulate


def test_a_month_of_flaky_feeds() -> None:
    month = simulate(count=24, days=30, seed=4)
    assert month.deaths >= 3
    assert month.reported_late == ()
    assert max(month.false_reports.values(), default=0) <= 1  # a month
    assert month.missed <= month.published / 1000
    assert month.not_modified > month.polls / 2
    assert month.latest <= 6 * HOUR


def test_a_day_against_real_servers() -> None:
    found = day.simulate(feeds_a_host=3, hours=9, hosts=4)
    assert found.missing == ()  # whatever stood in a document that was sent
    assert found.shown > 200
    assert found.impatient == 0
    assert found.most_at_once <= day.PER_HOST
    assert day.SPACING.total_seconds() * 0.9 <= found.closest < float("inf")
    assert found.statuses[304] > found.requests / 2
    assert found.statuses[301] == 1  # remembered
    texts = "\n".join(found.notices)
    assert "H3F0: not a feed" in texts
    assert "H1F0: http: answered 500" in texts
    assert "H2F0: moved for good" in texts
    assert len(found.notices) <= 4  # and nobody else's
