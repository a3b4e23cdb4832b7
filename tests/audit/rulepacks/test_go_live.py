"""Before go-live the result gives the class and the points of Annex III once in service (Art. 2(8))."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

import pytest

from audit.engine.facts import Fact, JsonValue
from audit.engine.regulatory import judge_regulation
from audit.engine.rules import RulePack
from audit.rulepacks.cases import read_cases
from audit.rulepacks.facts import fact_types
from audit.rulepacks.loader import RULEPACKS, load_regulatory_packs

CASES = {case.form.id: case for case in read_cases(RULEPACKS / "eu_ai_act")}
TODAY = date(2026, 11, 20)


@cache
def packs() -> Sequence[RulePack]:
    return load_regulatory_packs(["eu_ai_act"], fact_types())


def judged(case: str, stage: str, *, without: tuple[str, ...] = ()) -> dict[str, JsonValue]:
    sheet = {**CASES[case].sheet(fact_types()), "sys.stage": Fact(stage)}
    return judge_regulation({k: v for k, v in sheet.items() if k not in without}, {}, packs(), TODAY).to_json()


@pytest.mark.parametrize("stage", ["idea", "research", "lab_testing"])
def test_a_credit_score_that_is_not_in_service_will_be_point_5b(stage: str) -> None:
    result = judged("AIII-5b", stage)
    assert (result["aia_class"], result["annex_iii_points"]) == ("out_of_scope", [])
    assert result["class_on_go_live"] == "high_risk_annex_iii"
    assert result["annex_iii_points_on_go_live"] == ["5b"]


def test_an_assistant_will_fit_no_point() -> None:
    assert judged("V20", "idea")["annex_iii_points_on_go_live"] == []


def test_in_service_the_points_are_those_of_today_and_nothing_lies_ahead() -> None:
    result = judged("AIII-5b", "on_market_or_in_service")
    assert result["annex_iii_points"] == ["5b"]
    assert (result["class_on_go_live"], result["annex_iii_points_on_go_live"]) == (None, None)


def test_points_that_an_open_answer_may_add_are_not_told_as_if_they_were_all() -> None:
    assert judged("AIII-5b", "idea", without=("sys.biometric",))["annex_iii_points_on_go_live"] is None


def test_without_a_stage_nothing_can_be_told() -> None:
    result = judge_regulation({"sys.use_cases": Fact(("creditworthiness",))}, {}, packs(), TODAY).to_json()
    assert result["annex_iii_points_on_go_live"] is None
