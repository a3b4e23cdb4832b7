"""Before go-live the standing tells the points of Annex III of the class once in service."""

from __future__ import annotations

from datetime import date
from typing import Any

from audit.rulepacks.cases import read_cases
from audit.rulepacks.loader import RULEPACKS
from audit.services.going_live import find_points_on_go_live

TODAY = date(2026, 11, 20)


def test_a_credit_score_in_the_laboratory_will_be_point_5b() -> None:
    # Annex III point 5(b): creditworthiness of natural persons; Art. 2(8) keeps testing in the laboratory outside.
    case = next(case for case in read_cases(RULEPACKS / "eu_ai_act") if case.form.id == "AIII-5b")
    sheet: dict[str, Any] = {**case.facts, "sys.stage": {"value": "lab_testing"}}
    assert find_points_on_go_live(sheet, TODAY) == ("5b",)


def test_without_a_stage_nothing_can_be_told() -> None:
    assert find_points_on_go_live({"sys.use_cases": {"value": ["creditworthiness"]}}, TODAY) == ()
