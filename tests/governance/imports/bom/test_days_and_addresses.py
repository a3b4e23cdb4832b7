"""The day of a bill and its addresses are held to what the admin asks of a source's day and of an address."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.imports.bom.reading import read_bill
from tests.governance.imports.bom.bills import LIBRARY, MODEL, make_bill, try_out


@pytest.mark.parametrize(
    ("stamp", "what"),
    [
        ("1825-04-28T12:00:00Z", "lies before 1900"),
        ("2926-04-28T12:00:00Z", "is still to come"),
        ("0001-01-01", "1900"),
    ],
)
def test_a_day_that_cannot_be_is_told(stamp: str, what: str) -> None:
    (problem,) = read_bill(make_bill(LIBRARY, metadata={"timestamp": stamp})).problems
    assert problem.place == "metadata.timestamp"
    assert what in problem.what


def test_a_bill_made_where_the_day_has_begun_already_is_taken() -> None:
    east = (timezone.now() + timedelta(minutes=1)).astimezone(timezone.get_fixed_timezone(14 * 60))
    assert read_bill(make_bill(LIBRARY, metadata={"timestamp": east.isoformat()})).problems == ()


@pytest.mark.parametrize("url", ["https://", "http:// /weights", "https://hub.example/a b", "javascript:alert(1)"])
def test_what_no_browser_can_follow_makes_no_part_available(url: str) -> None:
    run = try_out(make_bill({**MODEL, "externalReferences": [{"type": "distribution", "url": url}]}))
    (planned,) = run.planned
    assert [part.availability for part in planned.parts if part.part.startswith("Model parameters")] == []
