"""Dates as feeds write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.parse.dates import read_date


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("Tue, 22 Oct 2024 10:00:00 GMT", "2024-10-22T10:00:00"),
        ("Tue, 22 Oct 2024 10:00:00 +0300", "2024-10-22T07:00:00"),
        ("Tue, 22 Oct 2024 10:00:00 +0300 (EEST)", "2024-10-22T07:00:00"),
        ("Tue, 22 Oct 2024 10:00:00 GMT+3", "2024-10-22T07:00:00"),
        ("22 Oct 24 10:00 EST", "2024-10-22T15:00:00"),
        ("Tue, 22 Oct 2024 10:00:00 EEST", "2024-10-22T07:00:00"),
        ("Tuesday, 22 October 2024 10:00:00 Z", "2024-10-22T10:00:00"),
        ("Oct 22, 2024 10:00 PM +0200", "2024-10-22T20:00:00"),
        ("Tue, 22 Oct 2024 10:00:00 -0000", "2024-10-22T10:00:00"),
        ("Tue Oct 22 10:00:00 UTC 2024", "2024-10-22T10:00:00"),
        ("Thu, 31 Dec 2026 24:00:00 GMT", "2027-01-01T00:00:00"),
        ("Sat, 31 Dec 2016 23:59:60 GMT", "2017-01-01T00:00:00"),
        ("2024-10-22T10:00:00Z", "2024-10-22T10:00:00"),
        ("2024-10-22T10:00:00.123456+05:30", "2024-10-22T04:30:00"),
        ("2024-10-22 10:00:00 +0300", "2024-10-22T07:00:00"),
        ("2024-10-22T10:00Z", "2024-10-22T10:00:00"),
        ("20241022T100000Z", "2024-10-22T10:00:00"),
        ("20241022T10:00:00Z", "2024-10-22T10:00:00"),
        ("Tue, 2024/10/22 10:00:00 GMT", "2024-10-22T10:00:00"),
        ("2024-10-22", "2024-10-22T00:00:00"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59"),
    ],
)
def test_a_date_with_its_zone_is_a_moment(written: str, utc: str) -> None:
    date = read_date(written)
    assert date is not None
    assert date.isoformat() == f"{utc}+00:00"


@pytest.mark.parametrize(
    "written",
    [
        "Tue, 22 Oct 2024 10:00:00",  # no zone
        "2024-10-22T10:00:00",
        "Tue Oct 22 10:00:00 2024",
        "Tue, 22 Oct 2024 10:00:00 AST",  # Arabia or the Atlantic
        "Tue, 22 Oct 2024 10:00:00 IST",  # India, Israel or Ireland
        "Tue, 22 Oct 2024 10:00:00 BST",
        "Tue, 22 Oct 2024 10:00:00 XYZ",
        "Tue, 22 Oct 2024 10:00:00 A",  # RFC 5322 section 4.3
        "2024-02-30T00:00:00Z",
        "2024-13-01T00:00:00Z",
        "2024-10-22T25:00:00Z",
        "Tue, 32 Oct 2024 10:00:00 GMT",
        "0001-01-01T00:00:00+05:00",  # before the first year there is
        "2024-10-22T10:00:00+99:99",
        "2024",
        "yesterday",
        "1729591200",
        "",
        None,
        "2" * 10_000,
    ],
)
def test_what_names_no_moment_gives_none(written: str | None) -> None:
    assert read_date(written) is None


@given(st.text(alphabet="0123456789-:+TZ ,.OctTueGMTPAm/()", max_size=120))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert read_date(text) is None or read_date(text).tzinfo is not None  # type: ignore[union-attr]
