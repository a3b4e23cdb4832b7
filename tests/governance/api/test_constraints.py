"""What a check over several columns refuses is told at those columns, not beside the row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.audit.scenes import contract, make_entity, make_system, make_vendor
from tests.governance.api.refusals import refused

pytestmark = pytest.mark.django_db
Caller = Callable[[str], APIClient]


def wrong_body(kind: str) -> dict[str, Any]:
    match kind:
        case "components":
            return {
                "key": "a",
                "name": "A",
                "kind": "model",
                "vendor": make_vendor().pk,
                "own_work_of": make_entity().pk,
            }
        case "vendors":
            return {"name": "A", "parent_status": "named"}
        case "dependencies":
            return {"system": make_system().pk, "vendor": make_vendor().pk, "service": "x", "annual_cost": "5.00"}
        case "controls":
            body = {"obligation": "eu_ai_act.art_5.prohibited_practice", "status": "met"}
            return body | {"recorded_on": "2026-01-01"}
        case _:
            raise AssertionError(kind)


@pytest.mark.parametrize(
    ("kind", "fields", "says"),
    [
        ("components", {"vendor", "own_work_of"}, "no vendor"),
        ("vendors", {"parent_status", "ultimate_parent"}, "ultimate parent"),
        ("dependencies", {"annual_cost", "annual_cost_currency"}, "currency"),
        ("controls", {"system", "legal_entity"}, "one system or"),
    ],
)
def test_each_column_of_the_check_is_told(kind: str, fields: set[str], says: str, call_as: Caller) -> None:
    told = refused(call_as("officer"), f"/api/{kind}/", wrong_body(kind))
    assert set(told) == fields
    assert all(says in " ".join(messages) for messages in told.values())


def test_a_row_that_is_there_already_is_told_at_what_makes_it_the_same(call_as: Caller) -> None:
    row = contract(make_system(), make_vendor(), contract_reference="C-1")
    body = {"system": row.system_id, "vendor": row.vendor_id, "service": "x", "contract_reference": "C-1"}
    told = refused(call_as("officer"), "/api/dependencies/", body)
    assert set(told) == {"system", "vendor", "contract_reference"}


def test_a_change_is_told_at_the_column_that_is_missing_too(call_as: Caller) -> None:
    row = contract(make_system(), make_vendor())
    response = call_as("officer").patch(f"/api/dependencies/{row.pk}/", {"annual_cost": "5.00"}, format="json")
    assert set(response.json()) == {"annual_cost", "annual_cost_currency"}
