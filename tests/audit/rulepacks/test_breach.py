"""What facts alone break: a prohibited practice in use is a breach whatever is recorded of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

import pytest

from audit.engine.facts import Control, Fact, FactSheet
from audit.engine.findings import Outcome
from audit.engine.regulatory import RegulatoryResult, judge_regulation
from audit.engine.rules import RulePack
from audit.rulepacks.cases import read_cases
from audit.rulepacks.facts import fact_types
from audit.rulepacks.loader import RULEPACKS, list_pack_ids, load_regulatory_packs

NOVEMBER = date(2026, 11, 20)
BAN_OF_IMAGES = date(2026, 12, 2)  # Art. 113(a): points (ba) and (bb)
PAPERS = [
    Control("met"),
    Control("met", expires_on=date(2030, 1, 1)),
    Control("partly"),
    Control("not_met"),
    Control("not_applicable"),
]


@cache
def packs() -> Sequence[RulePack]:
    return load_regulatory_packs(list_pack_ids(), fact_types())


def sheet_of(case_id: str, **changed: str) -> FactSheet:
    [case] = [case for case in read_cases(RULEPACKS / "eu_ai_act") if case.form.id == case_id]
    return {**case.sheet(fact_types()), **{key.replace("__", "."): Fact(value) for key, value in changed.items()}}


def outcome(result: RegulatoryResult, row: str) -> Outcome:
    [duty] = [duty for duty in result.duties if duty.id == row]
    return duty.outcome


@pytest.mark.parametrize("paper", PAPERS)
def test_no_paper_cures_a_prohibited_practice_in_use(paper: Control) -> None:
    # V51, social scoring: Art. 5(1)(c) forbids the use itself, so nothing recorded beside it can meet the duty.
    result = judge_regulation(sheet_of("V51"), {"AIA-5": paper}, packs(), NOVEMBER)
    assert outcome(result, "AIA-5") is Outcome.NOT_SATISFIED
    assert "AIA-5" in {exposure.id for exposure in result.exposures}


@pytest.mark.parametrize("paper", PAPERS)
def test_no_paper_cures_the_making_of_intimate_images(paper: Control) -> None:
    sheet = sheet_of("D-2026-12-02-images")
    assert outcome(judge_regulation(sheet, {"AIA-5-NCII": paper}, packs(), BAN_OF_IMAGES), "AIA-5-NCII") is (
        Outcome.NOT_SATISFIED
    )
    assert outcome(judge_regulation(sheet, {"AIA-5-NCII": paper}, packs(), NOVEMBER), "AIA-5-NCII") is (
        Outcome.NOT_YET_IN_FORCE
    )


def test_testing_a_prohibited_practice_in_real_world_conditions_is_a_breach() -> None:
    # Art. 2(8) does not exclude such testing, and Art. 60(1) leaves the prohibitions of Art. 5 as they are.
    sheet = sheet_of("V51", sys__stage="real_world_testing")
    assert outcome(judge_regulation(sheet, {}, packs(), NOVEMBER), "AIA-5") is Outcome.NOT_SATISFIED


def test_what_was_withdrawn_is_as_good_as_what_shows_it() -> None:
    sheet = sheet_of("V51", sys__stage="withdrawn")
    assert outcome(judge_regulation(sheet, {}, packs(), NOVEMBER), "AIA-5") is Outcome.UNDETERMINED
    shown = judge_regulation(sheet, {"AIA-5": Control("met")}, packs(), NOVEMBER)
    assert outcome(shown, "AIA-5") is Outcome.SATISFIED
