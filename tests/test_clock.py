"""Tests run in a zone in which midnight is some hours away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.clock import choose_time_zone


@pytest.mark.parametrize("hour", range(24))
def test_whenever_tests_begin_the_day_goes_on_for_two_hours_at_least(hour: int) -> None:
    began = datetime(2026, 12, 31, hour, 59, 59, tzinfo=UTC)
    zone = ZoneInfo(choose_time_zone(began))
    assert began.astimezone(zone).date() == (began + timedelta(hours=2)).astimezone(zone).date()


def test_most_of_the_day_it_is_the_zone_that_openbook_has_by_itself() -> None:
    assert choose_time_zone(datetime(2026, 11, 21, 20, 59, tzinfo=UTC)) == "UTC"
