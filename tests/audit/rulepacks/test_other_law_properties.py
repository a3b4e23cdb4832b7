"""What must hold for any facts under the packs beside the AI Act: a worse fact or record never lowers anything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Final

from hypothesis import given

from audit.engine.expressions import facts_of
from audit.engine.facts import Control, Fact, Value
from audit.engine.findings import Duty, Outcome
from audit.engine.regulatory import judge_regulation
from audit.engine.rules import RulePack
from audit.rulepacks.facts import fact_types
from audit.rulepacks.loader import list_pack_ids, load_regulatory_packs
from tests.audit.engine.sheets import any_value, picks

LAWS: Final = ("canada", "data_act", "dora", "eu_other", "korea", "singapore", "uk", "us")
# A fact with the answer that asks for more. What is a right of the customer and no duty (DA-CUST) falls away for who
# provides the service, and the simplified framework (DORA-16) for who owes the full one.
WORSE: Final[Mapping[str, Value]] = {
    **dict.fromkeys(
        (
            "ict.third_party_service",
            "ict.critical_function",
            "ict.subcontracting",
            "ict.data_processing_service",
            "ict.org_is_dps_provider",
            "jur.consumer_credit",
            "sys.profiling",
            "data.personal",
            "jur.platform_work",
            "cra.product_with_digital_elements",
            "role.supplies_to_others",
            "jur.us_consequential_decision",
            "jur.ca_admt_significant_decision",
            "jur.nyc_employment",
            "jur.us_creditor",
            "jur.quantitative_model",
            "jur.uk_significant_decision",
            "jur.uk_ss123_firm",
            "jur.uk_internal_model_approval",
            "jur.uk_material_tp_firm",
            "jur.ca_federal_institution",
            "jur.osfi_frfi",
            "jur.quebec_persons",
            "jur.korea_market",
            "jur.singapore_fi",
        ),
        True,
    ),
    **dict.fromkeys(("ict.custom_built", "ict.non_production", "org.dora_simplified"), False),
    "org.size": "large",
    "sys.decision_automation": "solely_automated",
    "jur.us_bank_assets_usd_bn": 80,
    "jur.us_states": ("CA", "CO", "IL", "TX"),
}
# The guidance on insurance gives way to the class under the AI Act, with which more duties go.
NO_DUTY_OF_ITS_OWN: Final = {"DA-CUST", "DORA-16", "EIOPA-AI"}
# What may be recorded of a duty, from the best to the worst.
RECORDS: Final = ("met", "partly", "not_met")
WEIGHT: Final = {Outcome.SATISFIED: 0, Outcome.UNDETERMINED: 1, Outcome.NOT_SATISFIED: 2}


@cache
def packs() -> tuple[RulePack, ...]:
    return load_regulatory_packs(list_pack_ids(), fact_types())


@cache
def keys() -> tuple[str, ...]:
    """Every fact that a rule of these laws reads, by itself or through what its pack derives, and is not derived."""
    ours = [pack for pack in packs() if pack.id in LAWS]
    versions = [version for pack in ours for rule in pack.rules for version in rule.versions]
    read = {key for version in versions for key in facts_of(version.when.node)}
    read |= {key for pack in ours for derived in pack.derived for key in derived.reads()}
    return tuple(sorted(read & fact_types().keys()))


def ours() -> set[str]:
    return {rule.row for pack in packs() if pack.id in LAWS for rule in pack.rules} - NO_DUTY_OF_ITS_OWN


def draw_sheet(pick: Random) -> dict[str, Fact]:
    sheet = {key: Fact(any_value(fact_types()[key], pick)) for key in pick.sample(keys(), pick.randint(0, len(keys())))}
    likely = pick.sample(sorted(WORSE), pick.randint(0, len(WORSE)))
    return {**sheet, **{key: Fact(WORSE[key]) for key in likely}}


def judge(sheet: Mapping[str, Fact], controls: Mapping[str, Control], as_of: date) -> dict[str, Duty]:
    return {duty.id: duty for duty in judge_regulation(sheet, controls, packs(), as_of).duties}


def any_day(pick: Random) -> date:
    return date(2022, 12, 26) + timedelta(days=pick.randint(0, 2000))


def test_every_fact_that_can_be_worse_is_one_that_these_laws_read() -> None:
    assert set(WORSE) <= set(keys())


@given(pick=picks())
def test_a_worse_fact_takes_no_duty_away(pick: Random) -> None:
    sheet, as_of = draw_sheet(pick), any_day(pick)
    before = set(judge(sheet, {}, as_of)) & ours()
    for key, worse in WORSE.items():
        assert before <= set(judge({**sheet, key: Fact(worse)}, {}, as_of)), key


@given(pick=picks())
def test_a_worse_record_never_makes_an_outcome_better(pick: Random) -> None:
    sheet, as_of = draw_sheet(pick), any_day(pick)
    for row in judge(sheet, {}, as_of):
        outcomes = [judge(sheet, {row: Control(record)}, as_of)[row].outcome for record in RECORDS]
        weights = [WEIGHT.get(outcome, 0) for outcome in outcomes]
        assert weights == sorted(weights), row
        gone = judge(sheet, {row: Control("met", expires_on=as_of)}, as_of)[row].outcome
        assert gone is not Outcome.SATISFIED, row


@given(pick=picks())
def test_an_exception_that_does_not_apply_or_has_expired_relieves_nobody(pick: Random) -> None:
    sheet, as_of = draw_sheet(pick), any_day(pick)
    for key in ("ict.custom_built", "ict.non_production", "org.dora_simplified"):
        nothing = {**sheet, key: Fact(None, not_applicable="it was never asked")}
        open_again = {**sheet, key: Fact(True, expires_on=as_of)}
        none = {other: fact for other, fact in sheet.items() if other != key}
        with_no = judge({**sheet, key: Fact(False)}, {}, as_of)
        assert set(judge(nothing, {}, as_of)) == set(with_no)
        assert judge(open_again, {}, as_of) == judge(none, {}, as_of)
