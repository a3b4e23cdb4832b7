"""The numbers that a fact sheet may hold: never below nothing, and shares never as per cent."""

from __future__ import annotations

import pytest

from audit.engine.facts import FactSheetError, JsonValue, parse_sheet
from audit.rulepacks.facts import fact_types


@pytest.mark.parametrize(
    ("key", "number", "says"),
    [
        # Below 0 notice would read as the best notice and move the last day to give it behind the end.
        ("contract.notice_days", -30, "-30 is less than 0; expected 0 or more"),
        ("lock.independent_hosts", -1, "-1 is less than 0; expected 0 or more"),
        ("exit.tolerable_outage_days", -0.5, "-0.5 is less than 0; expected 0 or more"),
        # 72 per cent of openness would read as all of it.
        ("open.osai_score", 72, "72 is more than 1; expected a number from 0 to 1"),
        ("conc.critical_share", 1.01, "1.01 is more than 1; expected a number from 0 to 1"),
    ],
)
def test_a_number_that_cannot_be_is_refused_with_what_would_be_right(key: str, number: JsonValue, says: str) -> None:
    with pytest.raises(FactSheetError) as refused:
        parse_sheet({key: number, "lock.access_mode": "rented"}, fact_types())
    told = {problem.key: problem.message for problem in refused.value.problems}
    assert told[key] == says
    assert "lock.access_mode" in told, "all that is wrong is told at once"


@pytest.mark.parametrize(
    ("key", "number"), [("contract.notice_days", 0), ("open.osai_score", 1), ("conc.critical_share", 0.0)]
)
def test_the_ends_of_a_range_belong_to_it(key: str, number: JsonValue) -> None:
    assert parse_sheet({key: number}, fact_types())[key].value == number
