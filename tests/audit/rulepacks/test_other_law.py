"""What the packs beside the AI Act and the GDPR show: readings, the day of a fine, and duties without a day."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from audit.engine.facts import Control, JsonValue, parse_sheet
from audit.engine.regulatory import RegulatoryResult, judge_regulation
from audit.rulepacks.cases import read_defaults
from audit.rulepacks.facts import fact_types
from audit.rulepacks.loader import RULEPACKS, list_pack_ids, load_regulatory_packs

NOVEMBER = date(2026, 11, 20)
CLOUD: dict[str, JsonValue] = {"ict.org_is_dps_provider": True, "ict.data_processing_service": True}
BANK: dict[str, JsonValue] = {"org.dora_entity_type": "payment_institution", "org.size": "small"}
VENUE: dict[str, JsonValue] = {"org.dora_entity_type": "trading_venue", "org.size": "micro"}
DEVICE: dict[str, JsonValue] = {"role.supplies_to_others": True, "cra.product_with_digital_elements": True}
OWN: dict[str, JsonValue] = {"role.develops": "own", "role.own_brand": True, "role.supplies_to_others": True}


@cache
def defaults() -> dict[str, JsonValue]:
    return dict(read_defaults(RULEPACKS / "eu_ai_act"))  # type: ignore[arg-type]  # YAML of plain facts


def judge(facts: dict[str, JsonValue], as_of: date = NOVEMBER, **controls: str) -> RegulatoryResult:
    packs = load_regulatory_packs(list_pack_ids(), fact_types())
    sheet = parse_sheet({**defaults(), **facts}, fact_types())
    recorded = {row.replace("_", "-"): Control(status) for row, status in controls.items()}
    return judge_regulation(sheet, recorded, packs, as_of)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (CLOUD, []),
        ({**CLOUD, "ict.non_production": True}, ["data_act.art_34.test_versions"]),
        ({"ict.data_processing_service": True, "ict.non_production": True}, []),
        (BANK, []),
        ({**BANK, "org.size": "micro"}, ["dora.art_25_3.tests_of_microenterprises"]),
        ({**BANK, "org.dora_simplified": True}, ["dora.simplified_testing"]),
        # A microenterprise is outside Art. 24 in any case.
        ({**BANK, "org.dora_simplified": True, "org.size": "micro"}, ["dora.art_25_3.tests_of_microenterprises"]),
        # However small, a trading venue is no microenterprise (Art. 3(60)) and owes Art. 24 as it stands.
        (VENUE, []),
        ({"role.imports": True}, ["product_liability.importers"]),
        ({"role.authorised_rep": True}, ["product_liability.importers"]),
        (OWN, []),
        ({"jur.singapore_fi": True}, ["singapore.guidelines_day"]),
    ],
)
def test_a_reading_is_told_where_it_concerns_the_system(facts: dict[str, JsonValue], expected: list[str]) -> None:
    assert [reading["id"] for reading in judge(facts).readings] == expected


@pytest.mark.parametrize(
    ("as_of", "from_day"),
    [
        (date(2026, 9, 10), None),  # nothing is in force, so that nothing is behind it
        (date(2026, 9, 11), date(2027, 12, 11)),
        (date(2027, 12, 10), date(2027, 12, 11)),
        (date(2027, 12, 11), None),
    ],
)
def test_before_art_64_applies_no_fine_stands_behind_the_reports_of_the_resilience_act(
    as_of: date, from_day: date | None
) -> None:
    """Art. 71(2) of Regulation (EU) 2024/2847 lets Art. 14 and Chapter IV apply earlier, and not Art. 64."""
    fines = [one for one in judge(DEVICE, as_of).exposures if one.id == "CRA"]
    assert [one.applies_from for one in fines] == ([] if as_of < date(2026, 9, 11) else [from_day])
    assert all(one.fixed == 15_000_000.0 for one in fines)


def test_of_korea_the_notice_is_fined_and_the_check_beforehand_is_not() -> None:
    """Art. 43(1) of Act No. 20676 names Art. 31(1), 36(1) and orders under Art. 40(3), and not Art. 33(1)."""
    fines = {one.id: one for one in judge({"jur.korea_market": True, "sys.generates": ["text"]}).exposures}
    assert (fines["KR-AIBA"].high, fines["KR-AIBA"].currency, fines["KR-AIBA"].basis) == (3e7, "KRW", "Art. 43(1)")
    assert "KR-AIBA-33" not in fines


GUIDED: dict[str, JsonValue] = {
    "jur.uk_ss123_firm": True,
    "jur.uk_internal_model_approval": True,
    "jur.us_bank_assets_usd_bn": 40,
    "jur.quantitative_model": True,
    "jur.osfi_frfi": True,
    "jur.singapore_fi": True,
    "org.dora_entity_type": "insurance_undertaking",
    "data.personal": True,
    "model.org_is_model_provider": True,
}


def test_no_fine_is_named_for_guidance_or_a_proposal() -> None:
    """They bind nobody: an opinion of EDPB or EIOPA, SS1/23, SR 26-2, E-23 and what MAS put to consultation."""
    result = judge(GUIDED, date(2027, 6, 1))
    unmet = {duty.id for duty in result.duties if duty.outcome.value == "undetermined"}
    no_law = {"UK-SS1-23", "US-SR-26-2", "CA-E-23", "SG-FEAT", "EIOPA-AI", "EDPB-28-2024"}
    assert no_law <= unmet
    fined = {one.id for one in result.exposures}
    assert not fined & no_law
    assert {"DORA-17", "DORA-24"} <= fined, "what is law still names its fine"


@pytest.mark.parametrize("status", ["met", "partly", "not_met", "not_applicable"])
def test_what_is_recorded_for_a_proposal_without_a_day_shows_nothing(status: str) -> None:
    [duty] = [duty for duty in judge({"jur.singapore_fi": True}, SG_FEAT=status).duties if duty.id == "SG-FEAT"]
    assert (duty.outcome.value, duty.applies_from, duty.in_force) == ("undetermined", None, False)
