"""A simulated month: deaths are reported within their bound, feeds within their rhythm hardly ever."""

from __future__ import annotations

from month import HOUR, simulate


def test_a_month_of_flaky_feeds() -> None:
    month = simulate(count=24, days=30, seed=4)
    assert month.deaths >= 3
    assert month.reported_late == ()
    assert max(month.false_reports.values(), default=0) <= 1  # a month
    assert month.missed <= month.published / 1000
    assert month.not_modified > month.polls / 2
    assert month.latest <= 6 * HOUR
