"""What must hold for any facts: learning only narrows, silence is never lighter, same input gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.engine.facts import LIST_KINDS, Fact, Kind
from audit.engine.regulatory import RegulatoryResult, judge_regulation
from audit.engine.rules import RulePack
from audit.rulepacks.cases import Case, read_cases
from audit.rulepacks.facts import fact_types
from audit.rulepacks.loader import RULEPACKS, list_pack_ids, load_regulatory_packs
from tests.audit.engine.sheets import AS_OF, any_value

# From the heaviest class to the lightest.
WEIGHT = (
    "prohibited",
    "prohibited_from_2026_12_02",
    "high_risk_annex_iii",
    "high_risk_annex_i_a",
    "high_risk_annex_i_b",
    "annex_iii_filtered",
    "transparency",
    "minimal",
    "out_of_scope",
)
CASES = [case for case in read_cases(RULEPACKS / "eu_ai_act") if not case.form.nothing_known]
WORKED = [case for case in CASES if case.file.endswith("worked_cases.yaml")]
LAW_KEYS = sorted({key for case in WORKED for key in case.facts})


@cache
def packs() -> Sequence[RulePack]:
    return load_regulatory_packs(list_pack_ids(), fact_types())


def judge(sheet: Mapping[str, Fact]) -> RegulatoryResult:
    return judge_regulation(sheet, {}, packs(), AS_OF)


def answers(sheet: Mapping[str, Fact]) -> dict[str, Any]:
    return judge(sheet).to_json()


@st.composite
def sheets(draw: st.DrawFn) -> dict[str, Fact]:
    """A worked case with some facts changed at random and some left out, so that every class occurs."""
    case = draw(st.sampled_from(CASES))
    pick = Random(draw(st.integers(0, 2**16)))
    sheet = case.sheet(fact_types())
    for key in pick.sample(LAW_KEYS, pick.randint(0, 12)):
        sheet[key] = Fact(any_value(fact_types()[key], pick))
    for key in pick.sample(sorted(sheet), pick.randint(0, len(sheet))):
        del sheet[key]
    return sheet


@st.composite
def sheet_and_more(draw: st.DrawFn) -> tuple[dict[str, Fact], dict[str, Fact]]:
    """A sheet, and the same with one to three unknown facts learnt."""
    sheet = draw(sheets())
    pick = Random(draw(st.integers(0, 2**16)))
    unknown = [key for key in LAW_KEYS if key not in sheet] or LAW_KEYS
    more = {key: Fact(any_value(fact_types()[key], pick)) for key in pick.sample(unknown, min(3, len(unknown)))}
    return sheet, {**more, **sheet}


@given(both=sheet_and_more())
def test_learning_a_fact_never_flips_what_was_decided_and_never_widens(both: tuple[dict[str, Fact], ...]) -> None:
    less, more = answers(both[0]), answers(both[1])
    assert set(more["possible_classes"]) <= set(less["possible_classes"])
    assert set(more["possible_roles"]) <= set(less["possible_roles"])
    for key in ("aia_class", "aia_roles", "gpai_class", "grandfathered_art_111_2", "annex_iii_points", "art_5_points"):
        assert less[key] is None or less[key] == more[key]
    still_open = {entry["id"] for entry in less["undetermined"]}
    before, after = ({duty["id"]: duty for duty in one["duties"]} for one in (less, more))
    assert set(before) <= set(after) <= set(before) | still_open
    for row, duty in before.items():
        assert duty["applies_from"] in (None, after[row]["applies_from"])
        if duty["outcome"] != "undetermined":
            assert duty["outcome"] == after[row]["outcome"]


@given(both=sheet_and_more())
def test_only_a_missing_fact_can_change_a_result(both: tuple[dict[str, Fact], ...]) -> None:
    sheet, more = both
    wanted = set(answers(sheet)["missing_facts"]) | set(answers(sheet)["exposure"]["missing_facts"])
    idle = {key: fact for key, fact in more.items() if key in sheet or key not in wanted}
    one, two = answers(sheet), answers(idle)
    del one["missing_details"], two["missing_details"]
    assert one == two


@given(sheet=sheets())
def test_the_same_input_gives_the_same_bytes(sheet: dict[str, Fact]) -> None:
    backwards = dict(reversed(sheet.items()))
    assert json.dumps(answers(sheet)) == json.dumps(answers(backwards))


@given(sheet=sheets(), as_of=st.dates(date(2024, 1, 1), date(2032, 1, 1)), share=st.floats(0, 1))
def test_nothing_changes_before_valid_until(sheet: dict[str, Fact], as_of: date, share: float) -> None:
    result = judge_regulation(sheet, {}, packs(), as_of)
    last = (result.valid_until or date(2040, 1, 1)) - timedelta(days=1)
    between = as_of + timedelta(days=round(share * (last - as_of).days))
    later = judge_regulation(sheet, {}, packs(), between)
    assert later.to_json() == result.to_json()
    assert later.valid_until == result.valid_until


@given(sheet=sheets())
def test_missing_facts_do_not_depend_on_what_was_asked_for_first(sheet: dict[str, Fact]) -> None:
    first, second = judge(sheet), judge(sheet)
    of_duties = [entry.missing_facts for entry in first.undetermined]
    assert second.missing == first.missing
    assert [entry.missing_facts for entry in second.undetermined] == of_duties


@given(sheet=sheets())
def test_what_is_open_names_the_facts_that_would_close_it(sheet: dict[str, Fact]) -> None:
    result = answers(sheet)
    assert (result["aia_class"] is None) == (len(result["possible_classes"]) > 1)
    assert all(entry["missing_facts"] for entry in result["undetermined"])
    if result["aia_class"] is None:
        assert result["missing_facts"]
        assert "class" in result["missing_details"][0]["decides"]
    weights = [detail["weight"] for detail in result["missing_details"]]
    assert weights == sorted(weights, reverse=True)


@pytest.mark.parametrize("case", WORKED, ids=[case.form.id for case in WORKED])
def test_leaving_out_any_fact_keeps_the_true_class_and_roles_possible(case: Case) -> None:
    sheet = case.sheet(fact_types())
    expected = case.form.expected
    for key in sheet:
        result = answers({other: fact for other, fact in sheet.items() if other != key})
        assert expected.aia_class in result["possible_classes"]
        assert set(expected.aia_roles or ()) <= set(result["possible_roles"])
        assert result["aia_class"] in (None, expected.aia_class)


def some_values(key: str) -> list[Fact]:
    """Every yes/no and choice of a fact, and each single member of a list."""
    fact_type = fact_types()[key]
    if fact_type.kind is Kind.BOOL:
        return [Fact(True), Fact(False)]
    if fact_type.kind is Kind.ENUM:
        return [Fact(choice) for choice in fact_type.choices]
    if fact_type.kind in LIST_KINDS:
        return [Fact(()), *(Fact((choice,)) for choice in fact_type.choices)]
    return []


@pytest.mark.parametrize("case", WORKED, ids=[case.form.id for case in WORKED])
def test_leaving_out_a_fact_allows_no_class_lighter_than_some_answer_gives(case: Case) -> None:
    sheet = case.sheet(fact_types())
    for key in sheet:
        without = {other: fact for other, fact in sheet.items() if other != key}
        possible = answers(without)["possible_classes"]
        if len(possible) > 1:
            reached = [one for fact in some_values(key) for one in answers({**without, key: fact})["possible_classes"]]
            assert max(map(WEIGHT.index, possible)) == max(map(WEIGHT.index, reached)), key
            if key != "sys.biometric" and some_values(key):  # that one opens several questions at once
                assert set(possible) == set(reached), key


def test_an_open_filter_leaves_high_risk_or_filtered_and_nothing_lighter() -> None:
    [case] = [case for case in WORKED if case.form.id == "V07"]
    sheet = {key: fact for key, fact in case.sheet(fact_types()).items() if key != "sys.profiling"}
    assert answers(sheet)["possible_classes"] == ["high_risk_annex_iii", "annex_iii_filtered"]


def test_an_open_exception_leaves_prohibited_or_high_risk_and_nothing_lighter() -> None:
    [case] = [case for case in CASES if case.form.id == "A5-f-safety"]
    sheet = {key: fact for key, fact in case.sheet(fact_types()).items() if key != "sys.emotion_medical_or_safety"}
    assert answers(sheet)["possible_classes"] == ["prohibited", "high_risk_annex_iii"]


def test_a_free_system_that_may_owe_transparency_is_that_or_outside_and_nothing_between() -> None:
    [case] = [case for case in WORKED if case.form.id == "V17"]  # free and open: outside by Art. 2(12) while minimal
    sheet = {key: fact for key, fact in case.sheet(fact_types()).items() if key != "sys.interacts_with_people"}
    assert answers(sheet)["possible_classes"] == ["out_of_scope", "transparency"]


def test_nothing_known_excludes_nothing_and_asks_for_the_class_first() -> None:
    result = answers({})
    assert result["aia_class"] is None
    assert result["duties"] == []
    assert len(result["possible_classes"]) == 9
    assert result["missing_details"][0]["decides"][0] == "class"
