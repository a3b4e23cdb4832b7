"""A day is written in one way: Python reads more of them, and a person who mistypes one would not be told."""

from __future__ import annotations

from datetime import date

import pytest

from audit.engine.dates import DayError, parse_day


def test_a_day_is_read() -> None:
    assert parse_day("2026-11-20") == date(2026, 11, 20)


@pytest.mark.parametrize(
    "text",
    ["20261120", "2026-W47-5", "2026W475", "2026-11-2", "20.11.2026", "2026-11-31", "2026-11-20T00:00", "soon", ""],
)
def test_another_form_is_refused_with_the_right_one(text: str) -> None:
    with pytest.raises(DayError, match="write it as YYYY-MM-DD"):
        parse_day(text)


def test_a_day_before_1900_is_a_typing_error() -> None:
    with pytest.raises(DayError, match="check the year"):
        parse_day("1826-11-20")
