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
