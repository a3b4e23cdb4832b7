"""The band of legal exposure, read off the decision table of the AI Act's pack by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

import pytest

from audit.engine.facts import Control, Fact, JsonValue, Value
from audit.engine.regulatory import judge_regulation
from audit.engine.regulatory.bands import list_severities
from audit.engine.rules import RulePack
from audit.rulepacks.cases import read_cases
from audit.rulepacks.facts import fact_types
from audit.rulepacks.loader import RULEPACKS, load_regulatory_packs

CASES = {case.form.id: case for case in read_cases(RULEPACKS / "eu_ai_act")}
AS_OF = date(2026, 11, 20)
GRAVEST_FIRST = ("very_high", "high", "moderate", "low")


@cache
def packs(*ids: str) -> Sequence[RulePack]:
    return load_regulatory_packs(list(ids) or ["eu_ai_act", "gdpr"], fact_types())


def band(case: str, controls: dict[str, Control] | None = None, **facts: Value) -> tuple[JsonValue, JsonValue]:
    sheet = CASES[case].sheet(fact_types())
    sheet |= {key.replace("__", "."): Fact(value) for key, value in facts.items()}
    return ends(judge_regulation(sheet, controls or {}, packs(), AS_OF).describe_exposure())


def ends(exposure: dict[str, JsonValue]) -> tuple[JsonValue, JsonValue]:
    return exposure["band"], exposure["band_at_best"]


def met(*, but: str = "", status: str = "not_met") -> dict[str, Control]:
    """A met control for every obligation, but one."""
    controls = {rule.row: Control("met") for pack in packs() for rule in pack.rules}
    return controls | ({but: Control(status)} if but else {})


def test_a_prohibited_practice_is_very_high_whatever_is_recorded() -> None:
    assert band("V51", met()) == ("very_high", "very_high")


def test_of_a_system_of_which_nothing_is_known_everything_is_possible() -> None:
    assert ends(judge_regulation({}, {}, packs(), AS_OF).describe_exposure()) == ("very_high", "low")


def test_a_duty_of_high_weight_that_is_not_met_makes_it_high_for_sure() -> None:
    # GDPR-6, a lawful basis, is of high weight.
    assert band("V20", met(but="GDPR-6")) == ("high", "high")


def test_what_nothing_shows_is_unfavourable_at_worst_and_met_at_best() -> None:
    controls = met()
    del controls["GDPR-6"]
    assert band("V20", controls) == ("high", "low")


def test_with_all_met_a_high_risk_system_stays_moderate_and_an_assistant_is_low() -> None:
    assert band("V01", met()) == ("moderate", "moderate")  # high-risk, its duties from 2027-12-02
    assert band("V20", met()) == ("low", "low")


def test_a_duty_of_the_entity_counts_on_its_own_sheet_and_not_here() -> None:
    assert band("V20", met(but="AIA-4")) == ("low", "low")
    assert band("V20", met(but="GDPR-37")) == ("low", "low")


def test_an_expired_control_no_longer_lowers_the_band() -> None:
    assert band("V20", met() | {"GDPR-6": Control("met", expires_on=AS_OF)}) == ("high", "high")
    assert band("V20", met() | {"GDPR-6": Control("met", expires_on=date(2026, 11, 21))}) == ("low", "low")


def test_the_row_that_decided_is_named_with_its_words() -> None:
    exposure = judge_regulation(CASES["V51"].sheet(fact_types()), {}, packs(), AS_OF).describe_exposure()
    assert (exposure["row"], exposure["because"], exposure["is_certain"]) == (1, "It is a prohibited practice.", True)


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("V")])
def test_a_fact_left_out_never_lowers_the_band_at_worst_nor_raises_it_at_best(name: str) -> None:
    sheet = CASES[name].sheet(fact_types())
    whole = ends(judge_regulation(sheet, {}, packs(), AS_OF).describe_exposure())
    for key in sheet:
        fewer = {other: fact for other, fact in sheet.items() if other != key}
        worst, best = ends(judge_regulation(fewer, {}, packs(), AS_OF).describe_exposure())
        assert GRAVEST_FIRST.index(str(worst)) <= GRAVEST_FIRST.index(str(whole[0])), key
        assert GRAVEST_FIRST.index(str(best)) >= GRAVEST_FIRST.index(str(whole[1])), key


def test_without_the_pack_that_brings_the_table_there_is_no_band() -> None:
    assert judge_regulation({}, {}, packs("dora"), AS_OF).describe_exposure()["band"] is None


def test_the_nearest_day_to_come_is_told_with_its_duties() -> None:
    # V44: a consumer score in service since 2024 is spared by Art. 111(2); of V01 the first day is 2027-12-02.
    exposure = judge_regulation(CASES["V01"].sheet(fact_types()), {}, packs(), AS_OF).describe_exposure()
    coming = exposure["next"]
    assert isinstance(coming, dict)
    assert coming["on"] == "2027-12-02"
    duties = coming["duties"]
    assert isinstance(duties, list)
    assert {"AIA-9", "AIA-26-2", "AIA-27"} <= set(map(str, duties))


MODEL_RISK: dict[str, Value] = {"jur.uk_ss123_firm": True, "jur.uk_internal_model_approval": True}


@pytest.mark.parametrize("status", ["not_met", "partly", "met"])
def test_guidance_that_is_not_followed_raises_no_band(status: str) -> None:
    """SS1/23 is a supervisory statement: it sets expectations, so that no law is broken by not meeting them."""
    controls = met() | {"UK-SS1-23": Control(status), "AIA-4": Control("met")}
    assert _with_uk(controls, MODEL_RISK) == ("low", "low")


def test_guidance_of_which_nothing_is_known_raises_no_band_at_worst() -> None:
    assert _with_uk(met(), MODEL_RISK) == ("low", "low"), "no control is recorded"
    assert _with_uk(met(), {"jur.uk_ss123_firm": True}) == ("low", "low"), "it is open whether it applies"


def test_the_same_rule_as_law_raises_the_band() -> None:
    controls = met() | {"UK-SS1-23": Control("not_met")}
    judged = judge_regulation(_sheet_in_uk(MODEL_RISK), controls, packs("eu_ai_act", "gdpr", "uk"), AS_OF)
    [duty] = [duty for duty in judged.duties if duty.id == "UK-SS1-23"]
    assert list_severities([duty]) == (frozenset(), frozenset())
    as_law = duty._replace(static={**duty.static, "status": "adopted"})
    assert list_severities([as_law]) == (frozenset({"medium"}), frozenset())


def _sheet_in_uk(facts: dict[str, Value]) -> dict[str, Fact]:
    others: dict[str, Value] = {"jur.uk_persons": False, "jur.uk_significant_decision": False}
    return CASES["V20"].sheet(fact_types()) | {key: Fact(value) for key, value in (others | facts).items()}


def _with_uk(controls: dict[str, Control], facts: dict[str, Value]) -> tuple[JsonValue, JsonValue]:
    packs_ = packs("eu_ai_act", "gdpr", "uk")
    everything = {rule.row: Control("met") for pack in packs_ for rule in pack.rules if rule.row != "UK-SS1-23"}
    return ends(judge_regulation(_sheet_in_uk(facts), everything | controls, packs_, AS_OF).describe_exposure())
