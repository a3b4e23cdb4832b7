"""A system without any contract has a place for its way out: the questionnaire, which asks only what applies."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from audit.engine.assess import assess
from audit.engine.facts import parse_sheet
from audit.portfolio.questions import next_questions
from audit.rulepacks import load_packs
from audit.rulepacks.facts import fact_types
from audit.snapshots.leaving import LEAVING
from governance.models import AISystem, AuditEvent
from tests.audit.scenes import (
    TODAY,
    contract,
    make_component,
    make_own_model,
    make_system,
    make_vendor,
    snapshot_of,
    use,
)
from tests.governance.admin.scenes import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def served() -> AISystem:
    """A vendor serves it, and nobody has entered the contract yet."""
    system = make_system()
    use(system, make_component(vendor=make_vendor()), run_mode="vendor_api")
    return system


def answer(client: Client, system: AISystem, key: str, value: Any, **more: Any) -> Any:
    sent = {"asked": [key], key: value, **{f"{key}--{name}": told for name, told in more.items()}}
    return client.post(f"/admin/governance/aisystem/{system.pk}/questions/?change={key}", sent)


def fact(system: AISystem, key: str) -> Any:
    entry = snapshot_of(system.pk).facts.get(key)
    return entry.get("value", entry.get("not_applicable")) if isinstance(entry, dict) else entry


def open_keys(system: AISystem) -> set[str]:
    return {question.key for question in next_questions(system_id=system.pk, as_of=TODAY).open}


def test_without_a_contract_the_way_out_is_asked_on_the_questions_page(served: AISystem) -> None:
    asked = open_keys(served)
    assert {"ict.exit_plan", "exit.fallback", "exit.skills_in_house"} <= asked
    assert not asked & {"contract.notice_days"}, "a notice without a contract is still the contract's to tell"


def test_with_a_contract_it_is_entered_there_and_not_asked_twice(served: AISystem) -> None:
    contract(served, make_vendor())
    assert not open_keys(served) & set(LEAVING)
    elsewhere = {question.key for question in next_questions(system_id=served.pk, as_of=TODAY).elsewhere}
    assert "ict.exit_plan" in elsewhere


def test_what_hangs_on_an_exit_test_is_asked_only_once_there_was_one(served: AISystem) -> None:
    officer = sign_in("officer")
    assert "exit.test_kind" not in open_keys(served), "whether there was a test comes first"
    answer(officer, served, "exit.tested_on", "", none="on")
    served.refresh_from_db()
    assert served.answers["exit.tested_on"]["value"] is None
    assert not open_keys(served) & {"exit.test_kind", "exit.test_phases", "exit.tested_days"}
    assert fact(served, "ict.exit_tested") is False, "never tested"


@pytest.mark.parametrize(
    ("day", "kind", "tested"),
    [
        ("2026-06-01", "technical", True),
        ("2026-06-01", "tabletop", False),  # a discussion on paper proves nothing
        ("2025-06-01", "technical", False),  # more than twelve months before 2026-11-20
    ],
)
def test_a_test_that_was_answered_counts_as_one_in_a_contract_does(
    served: AISystem, day: str, kind: str, tested: bool
) -> None:
    officer = sign_in("officer")
    answer(officer, served, "exit.tested_on", day)
    assert fact(served, "ict.exit_tested") in (None, False), "nothing is proved while its kind is not known"
    answer(officer, served, "exit.test_kind", kind)
    assert date(2026, 11, 20) == TODAY
    assert fact(served, "ict.exit_tested") is tested
    assert AuditEvent.objects.filter(action="answered").count() == 2


def test_our_own_model_has_no_exit_to_answer_for_unless_somebody_says_so() -> None:
    system, _ = make_own_model()
    officer = sign_in("officer")
    assert "no vendor" in fact(system, "exit.fallback")
    page = officer.get(f"/admin/governance/aisystem/{system.pk}/questions/").content.decode()
    assert "?change=exit.fallback" in page, "it can be answered all the same"
    answer(officer, system, "exit.fallback", "manual")
    assert fact(system, "exit.fallback") == "manual", "an answer is never dropped in silence"
    facts = snapshot_of(system.pk).facts
    assert not {"exit.fallback_activation_days", "exit.tolerable_outage_days"} & set(facts), "unknown, no longer waived"
    assert "no vendor" in fact(system, "contract.notice_days"), "what only a contract can say still falls away"


SWITCHING = {"DA-23", "DA-25", "DA-26", "DA-28", "DA-29", "DA-30", "DA-34"}
CLOUD, OFFERED = "ict.data_processing_service", "ict.org_is_dps_provider"


def judge_switching(system: AISystem) -> tuple[set[str], set[str]]:
    """The duties of a cloud provider towards its customers that apply, and those of which it is open."""
    sheet = parse_sheet(snapshot_of(system.pk).facts, fact_types())
    law = assess("own", sheet, {}, load_packs(), TODAY).regulatory
    return {duty.id for duty in law.duties} & SWITCHING, {entry.id for entry in law.undetermined} & SWITCHING


@pytest.mark.parametrize(("is_cloud", "owed"), [("yes", SWITCHING), ("no", set())])
def test_a_house_that_offers_a_cloud_says_of_its_own_system_whether_it_is_one(is_cloud: str, owed: set[str]) -> None:
    """Art. 2(8) of Regulation (EU) 2023/2854 asks what is provided to a customer; no contract of ours tells it."""
    system, _ = make_own_model()
    system.legal_entity.answers = {OFFERED: True}
    system.legal_entity.save()
    officer = sign_in("officer")
    assert CLOUD in open_keys(system)
    assert judge_switching(system) == (set(), SWITCHING)
    answer(officer, system, CLOUD, is_cloud)
    assert CLOUD not in open_keys(system)
    exceptions = {"ict.custom_built", "ict.non_production"}
    assert open_keys(system) & exceptions == (exceptions if owed else set()), "Art. 31 frees some"
    for key in exceptions if owed else ():
        answer(officer, system, key, "no")
    assert judge_switching(system) == (owed, set())


def test_with_a_contract_it_tells_what_the_service_is(served: AISystem) -> None:
    contract(served, make_vendor(), is_ict_service=True)
    asked = next_questions(system_id=served.pk, as_of=TODAY)
    assert CLOUD not in {question.key for question in asked.open}
    assert CLOUD in {question.key for question in asked.elsewhere}


def test_two_questions_that_may_each_make_the_other_needless_are_both_asked() -> None:
    """Who supplies it to nobody may still serve customers of its own with it: a cloud, if we are its provider."""
    system, _ = make_own_model(answers={"role.supplies_to_others": False})
    assert {CLOUD, OFFERED} <= open_keys(system)
    officer = sign_in("officer")
    answer(officer, system, OFFERED, "no")
    assert not {CLOUD, OFFERED} & open_keys(system)
    assert judge_switching(system) == (set(), set())
