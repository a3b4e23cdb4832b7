"""Which questions are put: one that could bring a duty is never taken as one that does not apply."""

from __future__ import annotations

from datetime import date

import pytest

from audit.engine.facts import JsonValue, parse_sheet
from audit.rulepacks.facts import fact_types
from audit.snapshots.applicability import is_asked

NOVEMBER = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("facts", "is_put"),
    [
        ({"sys.use_cases": ["creditworthiness"], "sys.profiling": False}, True),
        # Art. 13 of the directive: an offer made for one person needs nobody's creditworthiness to be judged.
        ({"sys.use_cases": ["none_listed"], "sys.profiling": True}, True),
        # Its text asks for automated processing of personal data only, which need not be profiling.
        ({"sys.use_cases": ["none_listed"], "sys.profiling": False, "data.personal": True}, True),
        ({"sys.use_cases": ["none_listed"], "sys.profiling": False}, True),
        ({"sys.use_cases": ["none_listed"], "sys.profiling": False, "data.personal": False}, False),
        # While it is open whether persons are profiled, the question is not closed either.
        ({"sys.use_cases": ["none_listed"]}, True),
    ],
)
def test_consumer_credit_is_asked_of_what_judges_credit_or_makes_offers(
    facts: dict[str, JsonValue], is_put: bool
) -> None:
    asked = is_asked("jur.consumer_credit", parse_sheet(facts, fact_types()), NOVEMBER)
    assert (asked is not False) is is_put
