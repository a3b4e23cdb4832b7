"""Margins of time and the state of the exit plan, each derived from facts/lock_in.yaml."""

from datetime import date
from typing import Any

import pytest

from audit.portfolio.outcomes import ExitDays
from audit.portfolio.stress.leaving import judge_plan, measure_orderly, measure_sudden
from audit.portfolio.stress.result import Margin, PlanState
from audit.portfolio.tables import ContractRow
from tests.audit.portfolio.plain import TODAY, contract

EXIT = ExitDays(40, 210)


def test_the_orderly_margin_is_the_time_given_minus_the_exit_time() -> None:
    assert measure_orderly(100, EXIT) == Margin(-110, 60)
    assert measure_orderly(100, None) is None


def fallback(kind: str, starts: float | None = 1, bears: float | None = 5) -> list[ContractRow]:
    return [contract(1, 1, 1, fallback=kind, fallback_activation_days=starts, tolerable_outage_days=bears)]


def test_people_or_rules_take_over_whatever_happens_to_the_vendor() -> None:
    for lost in (True, False, None):
        assert measure_sudden(fallback("manual"), EXIT, fallback_lost=lost) == Margin(4, 4)


def test_where_nothing_takes_over_the_outage_lasts_as_long_as_the_exit() -> None:
    assert measure_sudden(fallback("none"), EXIT, fallback_lost=False) == Margin(-205, -35)


def test_a_model_that_stands_by_counts_only_if_it_does_not_go_with_the_vendor() -> None:
    assert measure_sudden(fallback("hot_other_model"), EXIT, fallback_lost=False) == Margin(4, 4)
    assert measure_sudden(fallback("hot_other_model"), EXIT, fallback_lost=True) == Margin(-205, -35)
    assert measure_sudden(fallback("cold_other_model"), EXIT, fallback_lost=None) == Margin(-205, 4)


@pytest.mark.parametrize("kind", ["none", "hot_other_model"])
def test_without_an_assessed_exit_a_lost_fallback_leaves_the_margin_unknown(kind: str) -> None:
    assert measure_sudden(fallback(kind), None, fallback_lost=True) is None


@pytest.mark.parametrize(
    "rows",
    [fallback("manual", starts=None), fallback("manual", bears=None), fallback(""), []],
    ids=["start", "outage", "fallback", "contract"],
)
def test_an_unknown_part_leaves_the_margin_unknown(rows: list[ContractRow]) -> None:
    assert measure_sudden(rows, EXIT, fallback_lost=False) is None


def test_of_several_contracts_the_shorter_outage_and_the_slower_fallback_count() -> None:
    rows = [*fallback("manual", starts=1, bears=9), *fallback("rules", starts=3, bears=10)]
    assert measure_sudden(rows, EXIT, fallback_lost=False) == Margin(6, 6)


A_YEAR_AGO = date(2025, 11, 20)
TESTED: dict[str, Any] = {
    "exit_plan": True,
    "exit_tested": True,
    "exit_tested_on": date(2026, 3, 1),
    "exit_test_kind": "technical",
}


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (TESTED, PlanState.TESTED),
        ({**TESTED, "exit_test_kind": "tabletop"}, PlanState.UNTESTED),  # on paper it proves nothing
        ({**TESTED, "exit_tested_on": A_YEAR_AGO}, PlanState.UNTESTED),  # a year ago to the day is no longer within
        ({**TESTED, "exit_tested_on": TODAY}, PlanState.TESTED),
        ({**TESTED, "exit_tested": False, "exit_tested_on": None}, PlanState.UNTESTED),
        ({"exit_plan": True}, PlanState.UNTESTED),
        ({"exit_plan": False}, PlanState.MISSING),
        ({}, PlanState.UNKNOWN),
    ],
)
def test_a_plan_is_worth_what_was_walked(columns: dict[str, Any], expected: PlanState) -> None:
    assert judge_plan([contract(1, 1, 1, **columns)], TODAY) is expected


def test_the_worst_plan_of_several_counts_and_no_contract_tells_nothing() -> None:
    assert judge_plan([contract(1, 1, 1, **TESTED), contract(2, 1, 2, exit_plan=False)], TODAY) is PlanState.MISSING
    assert judge_plan([], TODAY) is PlanState.UNKNOWN
