"""Controls of frameworks: recorded once, they count for what accepts them as a whole and only help where in part."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from audit.engine.facts import Control
from audit.engine.findings import Duty, Outcome
from audit.engine.regulatory import judge_regulation
from audit.engine.rules import RulePack
from audit.rulepacks.cases import read_cases
from audit.rulepacks.facts import fact_types
from audit.rulepacks.frameworks import lint_frameworks, load_frameworks, map_controls
from audit.rulepacks.loader import RULEPACKS, list_pack_ids, load_directory, load_regulatory_packs
from audit.rulepacks.problems import PackError
from tests.audit.rulepacks.small_pack import RULE, STRICT, TYPES, write_pack

AS_OF = date(2026, 11, 20)
MET = Control("met")


@cache
def packs() -> Sequence[RulePack]:
    return load_regulatory_packs(list_pack_ids(), fact_types())


def duty_of(row: str, controls: dict[str, Control], as_of: date = AS_OF) -> Duty:
    [case] = [case for case in read_cases(RULEPACKS / "eu_ai_act") if case.form.id == "V01"]
    duties = judge_regulation(case.sheet(fact_types()), controls, packs(), as_of).duties
    return next(duty for duty in duties if duty.id == row)


def test_the_frameworks_have_as_many_controls_as_their_publishers_count() -> None:
    controls = {framework.id: framework.controls for framework in load_frameworks()}
    assert len(controls["nist_ai_rmf"]) == 72  # NIST AI 100-1: subcategories
    assert len([one for one in controls["iso_42001"] if one.identifier.startswith("A.")]) == 38  # Annex A


def test_frameworks_are_no_law_and_stand_beside_the_packs() -> None:
    assert not {framework.id for framework in load_frameworks()} & set(list_pack_ids())


def test_every_control_that_is_accepted_exists() -> None:
    assert list(lint_frameworks(packs())) == []


def test_one_control_counts_for_every_obligation_that_names_it() -> None:
    accepting = map_controls(packs())["nist_ai_rmf.map_3_5"]  # human oversight defined
    assert {rule.row for rule in accepting} == {"AIA-14", "AIA-26-2"}


def test_a_control_that_is_accepted_as_a_whole_meets_the_obligation_and_is_named() -> None:
    duty = duty_of("AIA-4", {"nist_ai_rmf.govern_2_2": MET})
    assert duty.outcome is Outcome.SATISFIED
    control = duty.to_json()["control"]
    assert isinstance(control, dict)
    assert control["through"] == "nist_ai_rmf.govern_2_2"


def test_a_control_in_part_helps_and_changes_no_outcome() -> None:
    duty = duty_of("AIA-4", {"iso_42001.clause_7_2": MET})
    assert duty.outcome is Outcome.UNDETERMINED
    assert duty.to_json()["helped_by"] == ["iso_42001.clause_7_2"]


@pytest.mark.parametrize(
    "control", [Control("partly"), Control("not_met"), Control("not_applicable"), Control("met", expires_on=AS_OF)]
)
def test_a_control_of_a_framework_that_is_not_met_says_nothing_of_the_law(control: Control) -> None:
    assert duty_of("AIA-4", {"nist_ai_rmf.govern_2_2": control}).outcome is Outcome.UNDETERMINED


def test_the_obligation_s_own_control_goes_before_one_of_a_framework() -> None:
    controls = {"nist_ai_rmf.govern_2_2": MET, "eu_ai_act.art_4.ai_literacy": Control("partly")}
    assert duty_of("AIA-4", controls).outcome is Outcome.NOT_SATISFIED


def test_an_accepted_control_that_no_framework_has_is_named(tmp_path: Path) -> None:
    wanted = (
        "require:\n      control: care\n      accepts: [{control: toy.none, share: part, source: us, confidence: low}]"
    )
    rule = RULE.replace("require: {control: care}", wanted)
    pack = load_directory(write_pack(tmp_path, rules={"care.yaml": rule, "make.yaml": STRICT}), TYPES)
    [problem] = [str(one) for one in lint_frameworks([pack], tmp_path)]
    assert problem == "toy/obligations: toy.art_1.care: accepts toy.none, which is a control of no framework"


def test_all_slips_in_a_framework_are_told_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "frame"
    folder.mkdir()
    (folder / "pack.yaml").write_text("id: frame\nkind: framework\n", encoding="utf-8")
    (folder / "controls.yaml").write_text(
        "controls:\n- {id: other.a, identifier: A, about: a}\n- {id: frame.b, identifier: B, about: b}\n"
        "- {id: frame.b, identifier: B, about: b}\n",
        encoding="utf-8",
    )
    with pytest.raises(PackError) as caught:
        load_frameworks(tmp_path)
    told = [str(problem) for problem in caught.value.problems]
    assert "frame/pack.yaml: title: Field required" in told
    assert "frame/controls.yaml: other.a: must begin with frame." in told
    assert "frame/controls.yaml: frame.b: stands twice; a control has one id" in told
