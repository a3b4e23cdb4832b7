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
