"""Duties of the legal entity: AI literacy (Art. 4), the officer (GDPR 37), strategy and register (DORA 28(2), (3))."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.engine.facts import Control, Fact
from audit.engine.findings import Outcome
from audit.engine.regulatory import EntityResult, Trigger, judge_entity, judge_regulation, list_triggers
from audit.engine.rules import RulePack
from audit.rulepacks.cases import read_cases
from audit.rulepacks.facts import fact_types
from audit.rulepacks.loader import RULEPACKS, load_regulatory_packs

CASES = {case.form.id: case for case in read_cases(RULEPACKS / "eu_ai_act")}
AS_OF = date(2026, 11, 20)
LITERACY = "eu_ai_act.art_4.ai_literacy"
OFFICER = "gdpr.art_37.protection_officer"
BANK = {
    "org.dora_entity_type": Fact("credit_institution"),
    "org.dora_simplified": Fact(False),
    "org.size": Fact("large"),
    "org.public_body": Fact(False),
}


@cache
def packs() -> Sequence[RulePack]:
    return load_regulatory_packs(["eu_ai_act", "gdpr", "dora"], fact_types())


def triggers_of(name: str) -> tuple[Trigger, ...]:
    return list_triggers(judge_regulation(CASES[name].sheet(fact_types()), {}, packs(), AS_OF))


def judged(
    systems: Sequence[str], *, as_of: date = AS_OF, controls: Mapping[str, Control] | None = None
) -> EntityResult:
    return judge_entity(BANK, {name: triggers_of(name) for name in systems}, controls or {}, packs(), as_of)


def duty_of(result: EntityResult, row: str) -> tuple[Outcome, date | None, tuple[str, ...]]:
    [entry] = [entry for entry in result.duties if entry.duty.id == row]
    return entry.duty.outcome, entry.duty.applies_from, entry.systems


def test_the_rules_of_the_entity_are_these_six() -> None:
    assert {rule.row for pack in packs() for rule in pack.rules if rule.of_entity} == {
        "AIA-4",
        "GDPR-27",
        "GDPR-37",
        "DORA-16",
        "DORA-28-2",
        "DORA-28-3",
    }


def test_literacy_is_owed_once_however_many_systems_make_it_apply() -> None:
    result = judged(["V01", "V20", "V44"])
    assert duty_of(result, "AIA-4") == (Outcome.UNDETERMINED, date(2025, 2, 2), ("V01", "V20", "V44"))
    assert [entry.duty.id for entry in result.duties].count("AIA-4") == 1


def test_the_register_hangs_on_the_systems_that_rest_on_a_service_of_third_parties() -> None:
    # V20 is a vendor's service (DORA Art. 3(21)); V01 is made and run in the house.
    assert duty_of(judged(["V01", "V20"]), "DORA-28-3")[2] == ("V20",)
    assert "DORA-28-3" not in {entry.duty.id for entry in judged(["V01"]).duties}


def test_one_control_of_the_entity_meets_the_duty_and_expires_with_its_evidence() -> None:
    met = Control("met", expires_on=date(2027, 1, 1))
    assert duty_of(judged(["V01", "V20"], controls={"AIA-4": met}), "AIA-4")[0] is Outcome.SATISFIED
    later = judged(["V01", "V20"], as_of=date(2027, 1, 1), controls={"AIA-4": met})
    assert duty_of(later, "AIA-4")[0] is Outcome.NOT_SATISFIED


def test_a_system_outside_the_act_makes_nobody_literate() -> None:
    assert "AIA-4" not in {entry.duty.id for entry in judged(["V58"]).duties}


def test_a_small_institution_owes_the_simplified_framework_by_its_own_answers_alone() -> None:
    simplified = {**BANK, "org.dora_simplified": Fact(True)}
    result = judge_entity(simplified, {}, {}, packs(), AS_OF)
    assert duty_of(result, "DORA-16") == (Outcome.UNDETERMINED, date(2025, 1, 17), ())


def test_what_a_system_leaves_open_stays_open_for_the_entity() -> None:
    sheet = {key: fact for key, fact in CASES["V01"].sheet(fact_types()).items() if key != "data.large_scale"}
    triggers = {"S": list_triggers(judge_regulation(sheet, {}, packs(), AS_OF))}
    result = judge_entity(BANK, triggers, {}, packs(), AS_OF)
    assert [(entry.rule.row, entry.systems) for entry in result.undetermined if entry.rule.row == "GDPR-37"] == [
        ("GDPR-37", ("S",))
    ]


def test_an_entity_of_which_nothing_is_known_has_every_duty_open_and_none_shut() -> None:
    result = judge_entity({}, {}, {}, packs(), AS_OF)
    assert result.duties == ()
    assert {entry.rule.row for entry in result.undetermined} == {
        rule.row for pack in packs() for rule in pack.rules if rule.of_entity
    }


def test_the_fine_behind_the_officer_is_that_of_art_83_4_and_stands_once() -> None:
    fines = judged(["V01", "V30"]).exposure["fines"]
    assert isinstance(fines, list)
    of_officer = [fine for fine in fines if isinstance(fine, dict) and fine["unshown"] == ["GDPR-37"]]
    assert [(fine["basis"], fine["fixed"], fine["turnover_percent"], fine["low"]) for fine in of_officer] == [
        ("Art. 83(4)", 10_000_000.0, 2.0, 10_000_000.0)
    ]


@pytest.mark.parametrize(
    ("day", "outcome"), [(date(2025, 2, 1), "not_yet_in_force"), (date(2025, 2, 2), "undetermined")]
)
def test_literacy_begins_on_2_february_2025(day: date, outcome: str) -> None:
    """Art. 113(a): Chapters I and II apply from that day."""
    triggers = {"S": (Trigger(LITERACY, True, (date(2025, 2, 2),)),)}
    assert duty_of(judge_entity(BANK, triggers, {}, packs(), day), "AIA-4")[0].value == outcome


def test_of_two_systems_the_earlier_day_counts() -> None:
    triggers = {"A": (Trigger(OFFICER, True, (date(2018, 5, 25),)),), "B": (Trigger(OFFICER, True, (AS_OF,)),)}
    assert duty_of(judge_entity(BANK, triggers, {}, packs(), AS_OF), "GDPR-37")[1] == date(2018, 5, 25)


@given(names=st.lists(st.sampled_from(sorted(name for name in CASES if name.startswith("V"))), unique=True, max_size=6))
def test_one_more_system_never_takes_a_duty_away(names: list[str]) -> None:
    rows = [{entry.duty.id for entry in judged(names[:number]).duties} for number in range(len(names) + 1)]
    assert all(less <= more for less, more in pairwise(rows))


@given(names=st.lists(st.sampled_from(["V01", "V20", "V44", "V58"]), unique=True), days=st.integers(0, 900))
def test_nothing_changes_before_valid_until(names: list[str], days: int) -> None:
    result = judged(names)
    day = AS_OF + timedelta(days=days)
    if result.valid_until is None or day < result.valid_until:
        assert judged(names, as_of=day).to_json() == result.to_json()
