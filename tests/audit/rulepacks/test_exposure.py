"""The maximum fine behind an unmet duty, worked out by hand from Art. 99 and 75c AI Act and Art. 83 GDPR."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

import pytest

from audit.engine.facts import Control, Fact, Value
from audit.engine.regulatory import Exposure, judge_regulation
from audit.engine.rules import RulePack
from audit.rulepacks.cases import read_cases
from audit.rulepacks.facts import fact_types
from audit.rulepacks.loader import RULEPACKS, load_regulatory_packs

CASES = {case.form.id: case for case in read_cases(RULEPACKS / "eu_ai_act")}
AS_OF = date(2026, 11, 20)


@cache
def packs() -> Sequence[RulePack]:
    return load_regulatory_packs(["eu_ai_act", "gdpr"], fact_types())


def expose(
    case: str, *, unknown: tuple[str, ...] = (), controls: dict[str, Control] | None = None, **facts: Value
) -> dict[str, Exposure]:
    sheet = CASES[case].sheet(fact_types())
    sheet |= {key.replace("__", "."): Fact(value) for key, value in facts.items()}
    known = {key: fact for key, fact in sheet.items() if key not in unknown}
    result = judge_regulation(known, controls or {}, packs(), AS_OF)
    return {one.id: one for one in result.exposures}


@pytest.mark.parametrize(
    ("size", "turnover", "expected"),
    [
        ("large", 2_000_000_000.0, 140_000_000.0),  # 7 % is more than 35 million, the higher counts
        ("large", 100_000_000.0, 35_000_000.0),  # 7 % is 7 million, the higher counts
        ("small_mid_cap", 100_000_000.0, 35_000_000.0),  # Art. 99(6a) leaves paragraph 3 out
        ("small", 100_000_000.0, 7_000_000.0),  # Art. 99(6): the lower counts
    ],
)
def test_a_prohibited_practice_costs_by_size_and_turnover(size: str, turnover: float, expected: float) -> None:
    fine = expose("V51", org__size=size, org__turnover_eur=turnover)["AIA-5"]
    assert (fine.basis, fine.low, fine.high) == ("Art. 99(3)", expected, expected)


def test_an_unknown_turnover_leaves_the_upper_end_open_for_a_large_house() -> None:
    fine = expose("V51", unknown=("org.turnover_eur",))["AIA-5"]
    assert (fine.low, fine.high) == (35_000_000.0, None)


def test_an_unknown_size_spans_from_the_lower_to_the_higher_amount() -> None:
    fine = expose("V51", unknown=("org.size",), org__turnover_eur=100_000_000.0)["AIA-5"]
    assert (fine.low, fine.high) == (7_000_000.0, 35_000_000.0)


def test_the_gdpr_knows_no_relief_for_small_firms() -> None:
    fine = expose("V51", org__size="small", org__turnover_eur=100_000_000.0)["GDPR-5"]
    assert (fine.basis, fine.low, fine.high) == ("Art. 83(5)", 20_000_000.0, 20_000_000.0)


def test_where_the_law_names_no_ceiling_none_is_given() -> None:
    fine = expose("V51", org__turnover_eur=100_000_000.0)["AIA-4"]
    assert (fine.basis, fine.low, fine.high) == ("Art. 99(1)", None, None)


def test_under_the_ai_office_every_breach_has_the_ceiling_of_art_99_4() -> None:
    fine = expose("V51", sys__vlop_integrated=True, org__turnover_eur=1_000_000_000.0)["AIA-4"]
    assert (fine.basis, fine.low, fine.high) == ("Art. 75c(4)(a), 99(4)", 30_000_000.0, 30_000_000.0)


def test_only_unmet_duties_in_force_are_exposed() -> None:
    assert "AIA-9" not in expose("V01")  # not in force before 2027-12-02
    assert "AIA-4" in expose("V01")  # in force, and nothing is known of a control
    assert "AIA-4" not in expose("V01", controls={"AIA-4": Control("met")})
    assert "AIA-4" in expose("V01", controls={"AIA-4": Control("met", expires_on=AS_OF)})


def test_a_supplier_of_components_alone_is_no_operator_and_is_not_fined() -> None:
    """Art. 99(4)(da) reaches providers and operators; Art. 3(8) does not list the supplier. In force 2027-12-02."""
    facts: dict[str, Value] = {
        "sys.use_cases": ("recruitment_selection",),
        "sys.evaluates": "natural_persons",
        "role.supplies_component": True,
    }
    base = {key: fact for key, fact in CASES["V06"].sheet(fact_types()).items() if not key.startswith("role.")}
    no_roles = {key: Fact(False) for key in fact_types() if key.startswith("role.") and key != "role.develops"}
    sheet = {**base, **no_roles, "role.develops": Fact("no"), **{key: Fact(value) for key, value in facts.items()}}
    day = date(2027, 12, 2)
    alone = {one.id: one for one in judge_regulation(sheet, {}, packs(), day).exposures}["AIA-25-4"]
    assert (alone.fixed, alone.high) == (None, None)
    using = {**sheet, "role.uses": Fact(True)}
    fined = {one.id: one for one in judge_regulation(using, {}, packs(), day).exposures}["AIA-25-4"]
    assert (fined.basis, fined.fixed) == ("Art. 99(4)", 15_000_000.0)


def test_a_bank_is_kept_from_the_ai_office_for_its_high_risk_systems_alone() -> None:
    """Art. 75(1)(a)(iii) leaves out what falls under Art. 74(6), and that speaks of high-risk systems only."""
    house: dict[str, Value] = {"org.dora_entity_type": "credit_institution"}
    model: dict[str, Value] = {"model.is_gpai": True, "model.org_is_model_provider": True}
    for case, basis in (("V12", "Art. 75c(4)(a), 99(4)"), ("V01", "Art. 99(1)")):  # a chatbot; creditworthiness
        sheet = {**CASES[case].sheet(fact_types()), **{key: Fact(value) for key, value in {**house, **model}.items()}}
        fines = {one.id: one for one in judge_regulation(sheet, {}, packs(), AS_OF).exposures}
        assert fines["AIA-4"].basis == basis


@pytest.mark.parametrize(
    ("day", "starts"),
    [(date(2025, 8, 1), date(2025, 8, 2)), (date(2025, 8, 2), None)],
)
def test_no_fine_of_the_act_before_chapter_xii_applies(day: date, starts: date | None) -> None:
    """Art. 5 binds since 2 February 2025, Chapter XII with Art. 99 applies from 2 August 2025 (Art. 113(b))."""
    sheet = CASES["V51"].sheet(fact_types())
    fine = {one.id: one for one in judge_regulation(sheet, {}, packs(), day).exposures}["AIA-5"]
    assert fine.applies_from == starts


@pytest.mark.parametrize(("day", "which"), [(date(2026, 7, 23), "higher"), (date(2026, 7, 24), "lower")])
def test_the_relief_for_small_mid_caps_came_with_the_amendment(day: date, which: str) -> None:
    """Art. 99(6a) was adopted by Regulation (EU) 2026/1744, published on 24 July 2026."""
    changed = {"aia.authority_request": Fact(True), "org.size": Fact("small_mid_cap")}
    sheet = {**CASES["V20"].sheet(fact_types()), **changed}
    fine = {one.id: one for one in judge_regulation(sheet, {}, packs(), day).exposures}["AIA-99-5"]
    assert fine.which == which


def test_of_a_public_body_the_law_leaves_open_how_far_it_is_fined() -> None:
    """Art. 99(8); and it has no turnover."""
    fine = expose("V51", org__public_body=True)["AIA-5"]
    assert (fine.low, fine.high, fine.which) == (None, 35_000_000.0, "")
    assert "Art. 99(8)" in fine.note


def test_of_a_small_house_with_unknown_turnover_no_lower_end_is_told() -> None:
    fine = expose("V51", unknown=("org.turnover_eur",), org__size="small")["AIA-5"]
    assert (fine.which, fine.low, fine.high) == ("lower", None, 35_000_000.0)


def test_what_would_narrow_an_amount_is_named() -> None:
    sheet = {key: fact for key, fact in CASES["V51"].sheet(fact_types()).items() if key != "org.turnover_eur"}
    missing = judge_regulation(sheet, {}, packs(), AS_OF).describe_exposure()["missing_facts"]
    assert missing == ["org.turnover_eur"]
