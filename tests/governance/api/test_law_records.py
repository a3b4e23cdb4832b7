"""The forms of the law through the API: every version can be read with its elements, and nothing can be written."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from tests.audit.scenes import make_system
from tests.governance.law_scenes import FRIA, make_dpia, make_fria, make_not_high_risk

ADDRESSES = ("fundamental-rights-assessments", "data-protection-assessments", "not-high-risk-assessments")


def test_a_record_is_read_with_each_element_and_what_is_missing(call_as: Callable[[str], APIClient]) -> None:
    record = make_fria(make_system(), risks="")
    body = call_as("auditor").get(f"/api/fundamental-rights-assessments/{record.pk}/").json()
    assert (body["is_complete"], body["completeness"]) == (False, "five of six: (d) is missing")
    assert body["counts_until"] == "2027-11-02"
    assert body["processes"] == FRIA["processes"]
    missing = {each["citation"]: each["missing"] for each in body["elements"] if not each["is_complete"]}
    assert missing == {"AI Act Art. 27(1)(d)": ["the risks of harm to them"]}


def test_the_lists_are_of_one_system_or_status(call_as: Callable[[str], APIClient]) -> None:
    first, second = make_system(), make_system()
    for make in (make_fria, make_dpia, make_not_high_risk):
        make(first)
        make(first, version=2, status="draft")
        make(second)
    client = call_as("auditor")
    for address in ADDRESSES:
        rows = client.get(f"/api/{address}/?system={first.pk}&status=final").json()["results"]
        assert [(row["system"], row["version"], row["status"]) for row in rows] == [(first.pk, 1, "final")]


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_is_written_through_the_api(call_as: Callable[[str], APIClient], address: str) -> None:
    body = {"system": make_system().pk, "version": 1}
    assert call_as("officer").post(f"/api/{address}/", body, format="json").status_code == 405


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_those_who_may_see_records_read_them(call_as: Callable[[str], APIClient], address: str) -> None:
    assert call_as("").get(f"/api/{address}/").status_code == 403
