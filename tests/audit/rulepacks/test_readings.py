"""Disputed readings stand beside the operative one where they concern the system, and nowhere else."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import pytest
import yaml

from audit.engine.facts import JsonValue, parse_sheet
from audit.engine.regulatory import judge_regulation
from audit.rulepacks.cases import read_defaults
from audit.rulepacks.facts import fact_types
from audit.rulepacks.loader import RULEPACKS, load_regulatory_packs

NOVEMBER = date(2026, 11, 20)
CREDIT: dict[str, JsonValue] = {
    "role.uses": True,
    "sys.use_cases": ["creditworthiness"],
    "sys.evaluates": "natural_persons",
    "sys.credit_product": ["loan_or_credit"],
}
OWN: dict[str, JsonValue] = {"role.develops": "own", "role.own_brand": True}
TEXT: dict[str, JsonValue] = {**OWN, "sys.generates": ["text"], "role.uses": True}
FILTERED: dict[str, JsonValue] = {
    **OWN,
    "role.supplies_to_others": True,
    "sys.use_cases": ["recruitment_selection"],
    "sys.filter_condition": "preparatory",
    "sys.materially_influences": False,
}
DEVICE: dict[str, JsonValue] = {"role.uses": True, "sys.safety_component": True, "sys.third_party_conformity": True}
FACES: dict[str, JsonValue] = {"role.uses": True, "sys.biometric": ["categorisation"]}


@cache
def defaults() -> dict[str, JsonValue]:
    return dict(read_defaults(RULEPACKS / "eu_ai_act"))  # type: ignore[arg-type]  # YAML of plain facts


def readings_of(facts: dict[str, JsonValue], as_of: date = NOVEMBER) -> list[JsonValue]:
    packs = load_regulatory_packs(["eu_ai_act"], fact_types())
    sheet = parse_sheet({**defaults(), **facts}, fact_types())
    readings = judge_regulation(sheet, {}, packs, as_of).to_json()["readings"]
    assert isinstance(readings, list)
    return [one["id"] for one in readings if isinstance(one, dict)]


LEGACY = {**CREDIT, "sys.first_placed_date": "2024-03-01"}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (CREDIT, []),
        ({**CREDIT, "sys.credit_product": ["margin_trading"]}, ["annex_iii_5b.draft_guidelines"]),
        # Mixed use counts as the essential one, under either reading.
        ({**CREDIT, "sys.credit_product": ["margin_trading", "mortgage"]}, []),
        ({**FACES, "sys.biocat_attributes": ["age"]}, ["annex_iii_1b.age_and_gender"]),
        ({**FACES, "sys.biocat_attributes": ["age", "health_genetic"]}, []),
        (
            {**FACES, "sys.biocat_attributes": ["race_ethnicity"], "org.law_enforcement": True},
            ["art_5_1_g.law_enforcement"],
        ),
        (
            {**DEVICE, "sys.annex_i_product": "section_a", "sys.use_cases": ["emergency_dispatch_triage"]},
            ["annex_iii_and_annex_i"],
        ),
        ({**DEVICE, "sys.annex_i_product": "section_a"}, []),
        ({**DEVICE, "sys.annex_i_product": "section_b"}, ["annex_i_b.day"]),
        (FILTERED, ["art_49_2.day"]),
        ({**FILTERED, "sys.foss_licence": True}, ["foss_and_filter"]),
        ({**TEXT, "sys.first_placed_date": "2026-08-01"}, ["art_111_4.in_house"]),
        ({**TEXT, "sys.first_placed_date": "2026-08-02"}, []),
        # What is supplied to others was placed on the market, as Art. 111(4) has it.
        ({**TEXT, "sys.first_placed_date": "2026-08-01", "role.supplies_to_others": True}, []),
        (LEGACY, []),
        ({**LEGACY, "role.substantial_modification": True}, ["art_111_2.modified"]),
        ({**LEGACY, "role.repurposes_to_high_risk": True}, ["art_111_2.modified"]),
        # The duties count anyway: nothing is disputed.
        ({**CREDIT, "role.substantial_modification": True}, []),
        # A new name on it changes no design.
        ({**LEGACY, "role.rebrands_high_risk": True}, []),
    ],
)
def test_a_reading_is_told_where_it_concerns_the_system(facts: dict[str, JsonValue], expected: list[str]) -> None:
    assert readings_of(facts) == expected


@pytest.mark.parametrize(
    ("facts", "reading", "since"),
    [
        # Draft guidelines of the Commission, out on 19 May 2026; before that nobody left these products out.
        ({**CREDIT, "sys.credit_product": ["margin_trading"]}, "annex_iii_5b.draft_guidelines", date(2026, 5, 19)),
        # Art. 111(4) and 113(c)(ii) came with Regulation (EU) 2026/1744, published on 24 July 2026.
        ({**TEXT, "sys.first_placed_date": "2026-07-01"}, "art_111_4.in_house", date(2026, 7, 24)),
        ({**DEVICE, "sys.annex_i_product": "section_b"}, "annex_i_b.day", date(2026, 7, 24)),
        # In the text since its publication on 12 July 2024.
        ({**FACES, "sys.biocat_attributes": ["age"]}, "annex_iii_1b.age_and_gender", date(2024, 7, 12)),
    ],
)
def test_a_reading_is_told_from_the_day_on_which_both_could_be_read(
    facts: dict[str, JsonValue], reading: str, since: date
) -> None:
    assert reading not in readings_of(facts, since - timedelta(days=1))
    assert reading in readings_of(facts, since)


def test_an_assessment_is_due_again_on_the_day_of_a_new_reading() -> None:
    """As on the day on which a law is adopted: from then on the result says more."""
    [law] = load_regulatory_packs(["eu_ai_act"], fact_types())
    assert date(2026, 5, 19) in law.boundaries


def test_every_reading_says_since_when_it_is_open_and_where_and_when_it_was_read() -> None:
    files = RULEPACKS.glob("*/classification.yaml")
    readings = [one for file in files for one in yaml.safe_load(file.read_text("utf-8")).get("readings", [])]
    assert len(readings) >= 14
    for one in readings:
        assert one["since"] <= one["verified_on"] <= date(2026, 11, 21), one["id"]
        assert one["source"], one["id"]
        assert all(address.startswith("https://") for address in one["source"]), one["id"]


def test_a_rule_that_is_no_law_says_so_with_its_citation_and_a_law_does_not() -> None:
    """As the sources speak of them: opinions, supervisory statements, a consultation, and a check of the customer's."""
    cited = {
        rule.row: str(version.static["citation"])
        for pack in load_regulatory_packs(["data_act", "eu_other", "uk", "us", "singapore", "canada"], fact_types())
        for rule in pack.rules
        for version in rule.versions
    }
    words = {row: text.partition(" [")[2].rstrip("]") for row, text in cited.items() if text.endswith("]")}
    assert words == {
        "DA-CUST": "for information, not a duty",
        "EDPB-28-2024": "guidance, not law",
        "EIOPA-AI": "guidance, not law",
        "UK-SS1-23": "guidance, not law",
        "US-SR-26-2": "guidance, not law",
        "CA-E-23": "guidance, not law",
        "SG-FEAT": "proposed, not yet law",
    }
    assert cited["UK-SS1-23"] == "PRA SS1/23, Principles 1 to 5 [guidance, not law]"
