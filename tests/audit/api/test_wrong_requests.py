"""What is asked of the judgement: a misspelt key, an impossible day, half a response are told, not passed over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from audit.models import Finding, Report
from tests.audit.pages_bank import make_bank

pytestmark = pytest.mark.django_db
Caller = Callable[[str], APIClient]


@pytest.mark.parametrize(
    ("address", "body", "key", "says"),
    [
        ("reports", {"kind": "portfolio", "languge": "de"}, "languge", "did you mean language"),
        ("reports", {"kind": "portfolio", "as_of": "1825-01-01"}, "as_of", "before 1900"),
        ("reports", {"kind": "portfolio", "as_of": "31.12.2026"}, "as_of", "YYYY-MM-DD"),
        ("reports", {"kind": "portfolio", "as_of": "2026-W47-5"}, "as_of", "YYYY-MM-DD"),
        ("scenarios", {"as_of": "20261120"}, "as_of", "YYYY-MM-DD"),
        ("assessments", {"systems": [1], "as_off": "2026-01-01"}, "as_off", "is not a field"),
        (
            "stress",
            {"scenario": "price_times", "parameters": {"times": "3"}, "notes": "x"},
            "notes",
            "did you mean note",
        ),
        ("scenarios", {"as_of": "2027-12-02", "packs": "dora"}, "packs", "is not a field"),
    ],
)
def test_a_request_is_held_to_its_fields(
    address: str, body: dict[str, Any], key: str, says: str, call_as: Caller
) -> None:
    make_bank()
    response = call_as("risk_analyst").post(f"/api/{address}/", body, format="json")
    assert response.status_code == 400, response.json()
    assert says in str(response.json()[key])
    assert not Report.objects.filter(parameters={}, as_of__year__lt=1900).exists()


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        ({"response": "partly", "owner": "Service", "due_on": "2099-01-01"}, {"text"}),
        ({"response": "agree", "owner": "Service", "due_on": "1925-01-01"}, {"due_on"}),
        ({"response": "agree", "owner": "Service", "due_on": "1825-01-01"}, {"due_on"}),
        ({"response": "partly"}, {"owner", "due_on", "text"}),
        ({"response": "disagree"}, {"text"}),
        ({"response": "agree", "owner": "Service", "due_on": "2099-01-01", "until": "2099-01-01"}, {"until"}),
    ],
)
def test_a_response_says_all_that_the_form_asks_for(body: dict[str, Any], keys: set[str], call_as: Caller) -> None:
    make_bank()
    finding = Finding.objects.filter(closed_on=None).first()
    assert finding is not None
    response = call_as("risk_analyst").post(f"/api/findings/{finding.pk}/respond/", body, format="json")
    assert response.status_code == 400, response.json()
    assert set(response.json()) == keys
    finding.refresh_from_db()
    assert finding.response == ""
