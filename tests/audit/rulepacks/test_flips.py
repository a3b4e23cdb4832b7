"""What would flip the class of worked cases, read off Art. 6(3) and Annex III."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pytest

from audit.engine.facts import Fact
from audit.engine.regulatory import Flip, find_flips, judge_regulation
from audit.engine.rules import RulePack
from audit.rulepacks.cases import Case, read_cases
from audit.rulepacks.facts import fact_types
from audit.rulepacks.loader import RULEPACKS, load_regulatory_packs

CASES = {case.form.id: case for case in read_cases(RULEPACKS / "eu_ai_act")}


@cache
def packs() -> Sequence[RulePack]:
    return load_regulatory_packs(["eu_ai_act"], fact_types())


def flips(case: Case) -> tuple[Flip, ...]:
    return find_flips(case.sheet(fact_types()), packs(), case.as_of, fact_types())


def test_a_credit_score_would_need_all_three_parts_of_the_filter_and_then_be_registered() -> None:
    [flip] = [flip for flip in flips(CASES["V01"]) if flip.to == "annex_iii_filtered"]
    changes = {change.fact: change.then for change in flip.changes}
    assert changes == {
        "sys.filter_condition": "narrow_procedural",
        "sys.materially_influences": False,
        "sys.profiling": False,
    }
    assert flip.gained == ("AIA-6-4", "AIA-49-2")
    assert {"AIA-9", "AIA-27"} <= set(flip.lost)


def test_a_condition_already_claimed_leaves_two_changes_for_the_cv_ranking() -> None:
    [flip] = [flip for flip in flips(CASES["V06"]) if flip.to == "annex_iii_filtered"]
    assert {change.fact for change in flip.changes} == {"sys.materially_influences", "sys.profiling"}


def test_profiling_alone_makes_the_filtered_tool_high_risk() -> None:
    to_high_risk = [flip for flip in flips(CASES["V07"]) if flip.to == "high_risk_annex_iii"]
    assert [("sys.profiling", False, True)] in [
        [(c.fact, c.now, c.then) for c in flip.changes] for flip in to_high_risk
    ]


NATURE = {
    "sys.ai_definition",
    "sys.stage",
    "sys.annex_i_product",
    "sys.main_purpose_financial_fraud",
    "sys.foss_licence",
    "sys.third_party_conformity",
}


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("V")])
def test_what_a_thing_is_by_nature_is_offered_to_nobody(name: str) -> None:
    """That it were no AI, military, an idea or another product is no choice of the organisation."""
    for flip in flips(CASES[name]):
        assert not {change.fact for change in flip.changes} & NATURE
        assert ("sys.exclusively_military", True) not in [(change.fact, change.then) for change in flip.changes]


def test_the_way_out_of_high_risk_says_its_provision_and_what_follows() -> None:
    [flip] = [flip for flip in flips(CASES["V01"]) if flip.to == "annex_iii_filtered"]
    told = flip.to_json()
    assert told["because"] == "Art. 6(3)"
    assert [(duty.id, str(duty.applies_from)) for duty in flip.then] == [
        ("AIA-6-4", "2027-12-02"),  # documentation: Art. 6 applies from then to Annex III
        ("AIA-49-2", "2026-08-02"),  # registration stands in Section 5
    ]


def test_a_system_outside_the_act_is_told_what_would_bring_it_in() -> None:
    """Art. 2(3) ends with a use that is not military; a US bank enters with output used in the Union (Art. 2(1)(c))."""
    assert {(c.fact, c.then) for f in flips(CASES["V58"]) for c in f.changes} == {("sys.exclusively_military", False)}
    entering = [f for f in flips(CASES["V60"]) if f.to == "high_risk_annex_iii"]
    assert ("sys.output_used_in_eu", True) in [(c.fact, c.then) for f in entering for c in f.changes]


def test_emotion_recognition_at_work_may_leave_the_emotions_out() -> None:
    ways = [[(c.fact, c.then) for c in f.changes] for f in flips(CASES["V22"]) if f.to == "high_risk_annex_iii"]
    assert [("sys.biometric", [])] in ways


def test_no_way_only_goes_on_from_a_smaller_one() -> None:
    for case in CASES.values():
        if case.form.id.startswith("V"):
            ways = [{(c.fact, str(c.then)) for c in flip.changes} for flip in flips(case)]
            assert not [(one, other) for one in ways for other in ways if one < other]


@pytest.mark.parametrize("name", ["V01", "V07", "V17", "V20", "V22", "V42", "V51"])
def test_every_flip_leads_where_it_says_and_none_of_its_changes_can_be_spared(name: str) -> None:
    sheet = CASES[name].sheet(fact_types())
    for flip in flips(CASES[name]):
        changed = {c.fact: Fact(tuple(map(str, c.then)) if isinstance(c.then, list) else c.then) for c in flip.changes}  # type: ignore[arg-type]  # plain values
        assert class_of({**sheet, **changed}) == flip.to
        for spared in changed if len(changed) > 1 else ():
            others = {key: fact for key, fact in changed.items() if key != spared}
            assert class_of({**sheet, **others}) != flip.to


def class_of(sheet: dict[str, Fact]) -> object:
    return judge_regulation(sheet, {}, packs(), CASES["V01"].as_of).to_json()["aia_class"]


def test_an_undecided_class_has_missing_facts_instead_of_flips() -> None:
    assert find_flips({}, packs(), CASES["V01"].as_of, fact_types()) == ()
