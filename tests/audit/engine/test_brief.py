"""Days that are counted down to a date are kept as the date, and read as days of the day they are asked for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from audit.engine.brief import read_orderly_margin, read_short_from

SHORT_FROM = {"at_worst": "2026-08-17", "at_best": "2026-12-01"}
DATES = [{"what": "margin_short_at_worst", "on": "2026-08-17"}, {"what": "margin_short_at_best", "on": "2026-12-01"}]
COUNTED = {"low": -96, "high": 10}


@pytest.mark.parametrize(
    ("lock_in", "margin", "short_from"),
    [
        ({"orderly_margin_days": None, "orderly_short_from": SHORT_FROM}, COUNTED, SHORT_FROM),
        ({"orderly_margin_days": {"low": -9, "high": -9}, "orderly_short_from": None}, {"low": -9, "high": -9}, None),
        ({"orderly_margin_days": None, "orderly_short_from": None}, None, None),
        # As earlier forms, and the whole result, have it: the days as they were counted, the dates among the others.
        ({"orderly_margin_days": COUNTED, "dates": DATES}, COUNTED, SHORT_FROM),
        ({"orderly_margin_days": {"low": 3, "high": 4}, "dates": []}, {"low": 3, "high": 4}, None),
        ({}, None, None),
    ],
)
def test_every_form_is_read(lock_in: dict[str, Any], margin: Any, short_from: Any) -> None:
    # 96 days short on 20 November: on 16 August zero was left.
    assert read_orderly_margin(lock_in, date(2026, 11, 20)) == margin
    assert read_short_from(lock_in) == short_from


def test_each_day_that_passes_takes_one_from_what_is_kept_as_a_date() -> None:
    kept: dict[str, Any] = {"orderly_margin_days": None, "orderly_short_from": SHORT_FROM}
    assert read_orderly_margin(kept, date(2026, 11, 21)) == {"low": -97, "high": 9}
