"""The concrete ways out of a system, with what blocks each."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from audit.portfolio.tables import Tables
from audit.portfolio.ways_out import Way, list_ways, read_ways_out
from tests.audit.engine.test_lock_in_cases import judge_practice
from tests.audit.portfolio.plain import TODAY, component, contract, evaluation, offer, system, tables, use, vendor
from tests.audit.scenes import make_vendor_chatbot

UNIT = "USD per million tokens"


def bank(**rows: Any) -> Tables:
    """System 1 on Model 1 70B of Lab, run by Cloud."""
    return tables(
        systems=[system(1)],
        vendors=[vendor(1, "Lab"), vendor(2, "Cloud"), vendor(3, "Other")],
        components=[component(1, 1, name="Model 1", version="70B", held=True), component(2, 3)],
        uses=[use(1, 1, "other_host", 2, yearly_volume_in=Decimal(10), yearly_volume_out=Decimal(0))],
        **rows,
    )


def ways(register: Tables, case: str = "open_weights_at_a_host") -> dict[str, Way]:
    return {way.label: way for way in list_ways(register, 1, judge_practice(case), TODAY)}


def test_each_other_host_is_named_with_its_price_and_the_cost_of_a_year() -> None:
    dear: dict[str, Any] = {"price_in": Decimal(3), "price_out": Decimal(9), "unit": UNIT}
    found = ways(bank(offers=[offer(1, 2), offer(1, 3, **dear), offer(1, 1, "gateway"), offer(1, 1, "reseller")]))
    way = found["Model 1 70B at Other"]
    assert way.is_open is True
    assert way.cost is not None
    assert way.cost.amount == 30, "10 million tokens sent at 3"
    assert not [label for label in found if "at Cloud" in label or "at Lab" in label], "ours, and one that runs nothing"


def test_another_host_that_ends_it_too_says_so() -> None:
    found = ways(bank(offers=[offer(1, 3, retires_on=date(2027, 2, 1))]))
    assert "Other ends it on 2027-02-01." in found["Model 1 70B at Other"].harder_by


def test_a_host_that_exists_is_not_blocked_by_the_count_of_another_component() -> None:
    # In this case the judgement counts no second host; Other is one nevertheless, by name.
    judged = judge_practice("gpt_4_through_two_clouds")
    found = {way.label: way for way in list_ways(bank(offers=[offer(1, 3)]), 1, judged, TODAY)}
    assert found["Model 1 70B at Other"].is_open is True


def test_where_no_host_is_left_the_option_stands_with_what_blocks_it() -> None:
    found = ways(bank(), "gpt_4_through_two_clouds")
    assert found["Same model at another host"].is_open is False
    assert found["Same model at another host"].blocked_by == ("No second company runs this version.",)


def test_the_same_weights_are_named_with_the_hardware_they_take() -> None:
    way = ways(bank())["Model 1 70B on our own machines"]
    assert way.is_open is True
    assert way.hardware is not None
    assert way.hardware.cards == 3  # 70 x 2 x 1.2 = 168 GB


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"result": "failed"}, "It failed our evaluation of 2026-06-01."),
        ({"result": "partly"}, "It passed in part our evaluation of 2026-06-01."),
        ({"evaluated_on": date(2025, 11, 20)}, "more than 12 months old"),
    ],
)
def test_a_substitute_that_did_not_pass_lately_blocks_itself(columns: dict[str, Any], says: str) -> None:
    way = ways(bank(evaluations=[evaluation(1, 2, **columns)]))["Model 2"]
    assert way.is_open is False
    assert says in way.blocked_by[0]


def test_a_substitute_that_passed_is_open_at_each_company_that_runs_it() -> None:
    register = bank(evaluations=[evaluation(1, 2, result="failed", evaluated_on=date(2026, 1, 1)), evaluation(1, 2)])
    assert ways(register)["Model 2"].harder_by[-1] == "No company is registered that runs it."
    register = bank(evaluations=[evaluation(1, 2)], offers=[offer(2, 2), offer(2, 3)])
    assert [way.is_open for label, way in ways(register).items() if label.startswith("Model 2 at")] == [True, True]


def test_an_evaluation_that_is_still_to_come_counts_for_nothing() -> None:
    assert "Model 2" not in ways(bank(evaluations=[evaluation(1, 2, evaluated_on=date(2026, 12, 1))]))


def test_who_takes_over_without_ai_is_named() -> None:
    found = ways(bank(contracts=[contract(1, 1, 2, fallback="manual", fallback_activation_days=2.0)]))
    assert found["People take over"].is_open is True
    assert found["People take over"].days == (2, 2)


@pytest.mark.django_db
def test_the_ways_out_of_a_registered_system() -> None:
    system_row, model, _ = make_vendor_chatbot()
    found = read_ways_out(system_id=system_row.pk, as_of=TODAY)
    assert {way.option for way in found} == {
        "same_model_other_host",
        "same_weights_self_hosted",
        "other_model",
        "fallback_without_ai",
        "switch_off",
    }
    assert f"{model.name} {model.version} on our own machines" in [way.label for way in found]
    assert all(way.to_json()["label"] for way in found)
