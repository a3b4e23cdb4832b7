"""The sheet of a legal entity: judged from its answers, its controls and the latest outcomes of its systems."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from audit.engine.facts import FactSheetError, JsonValue
from audit.engine.findings import Duty, Outcome
from audit.engine.regulatory import LawMissing, LawOutcome, OpenRule
from audit.models import Assessment, Standing
from audit.services.assessing import assess_now
from audit.services.entities import EntitySheet, judge_legal_entity, read_triggers, write_triggers
from governance.models import AISystem, ControlStatus, Evidence, LegalEntity
from tests.audit.scenes import TODAY, make_entity, make_system

LITERACY = "eu_ai_act.art_4.ai_literacy"
IN_USE = {
    "sys.ai_definition": "yes",
    "sys.placed_in_eu": True,
    "sys.output_used_in_eu": True,
    "sys.sole_scientific_research": False,
    "sys.exclusively_military": False,
    "sys.personal_use_only": False,
    "sys.foss_licence": False,
    "role.uses": True,
}
BANK = {"org.dora_entity_type": "credit_institution", "org.dora_simplified": False, "org.size": "large"}

pytestmark = pytest.mark.django_db


def stated(answers: dict[str, Any]) -> dict[str, Any]:
    return {key: {"value": value} for key, value in answers.items()}


def in_use(entity: LegalEntity, **columns: Any) -> AISystem:
    system = make_system(legal_entity=entity, in_service_on=date(2025, 1, 1), answers=stated(IN_USE), **columns)
    assess_now(system_id=system.pk, as_of=TODAY, requested_by="test")
    return system


def judge(entity: LegalEntity, as_of: date = TODAY) -> EntitySheet:
    return judge_legal_entity(legal_entity_id=entity.pk, as_of=as_of)


def outcomes(sheet: EntitySheet) -> dict[str, str]:
    return {entry.duty.id: entry.duty.outcome.value for entry in sheet.result.duties}


def test_two_systems_make_one_duty_and_both_are_named() -> None:
    entity = make_entity(answers=stated(BANK))
    one, two = in_use(entity), in_use(entity)
    sheet = judge(entity)
    [literacy] = [entry for entry in sheet.result.duties if entry.duty.id == "AIA-4"]
    assert literacy.systems == (one.reference, two.reference)
    assert [sheet.systems[name].id for name in literacy.systems] == [one.pk, two.pk]


def test_the_duty_of_the_entity_is_not_counted_with_its_systems() -> None:
    entity = make_entity(answers=stated(BANK))
    system = in_use(entity)
    result = Assessment.objects.get(system=system).result["regulatory"]
    of_entity = [duty["id"] for duty in result["duties"] if duty.get("scope") == "entity" and duty["in_force"]]
    of_system = [duty for duty in result["duties"] if "scope" not in duty and duty["in_force"]]
    standing = Standing.objects.get(system=system)
    assert "AIA-4" in of_entity
    assert standing.duties_in_force_unknown == len([duty for duty in of_system if duty["outcome"] == "undetermined"])
    assert not system.findings.filter(key=f"duty:{LITERACY}").exists()


def test_a_control_of_the_entity_meets_it_until_its_evidence_expires() -> None:
    entity = make_entity(answers=stated(BANK))
    in_use(entity)
    control = ControlStatus.objects.create(
        legal_entity=entity, obligation=LITERACY, status="met", recorded_on=date(2026, 1, 1)
    )
    evidence = Evidence.objects.create(
        reference="EV-100",
        title="Training plan",
        kind="policy",
        legal_entity=entity,
        grade="verified",
        issued_on=date(2026, 1, 1),
        expires_on=date(2027, 1, 1),
    )
    control.evidence.add(evidence)
    assert outcomes(judge(entity))["AIA-4"] == "satisfied"
    assert outcomes(judge(entity, date(2027, 1, 1)))["AIA-4"] == "not_satisfied"


def test_a_control_of_one_system_does_not_meet_a_duty_of_the_entity() -> None:
    entity = make_entity(answers=stated(BANK))
    system = in_use(entity)
    ControlStatus.objects.create(system=system, obligation=LITERACY, status="met", recorded_on=date(2026, 1, 1))
    assert outcomes(judge(entity))["AIA-4"] == "undetermined"


def test_a_system_that_is_withdrawn_makes_nothing_apply() -> None:
    entity = make_entity(answers=stated(BANK))
    system = in_use(entity)
    AISystem.objects.filter(pk=system.pk).update(stage="withdrawn", withdrawn_on=TODAY)
    assert "AIA-4" not in outcomes(judge(entity))


def test_a_system_that_was_never_assessed_is_said_to_be_missing() -> None:
    entity = make_entity(answers=stated(BANK))
    waiting = make_system(legal_entity=entity)
    Standing.objects.get_or_create(system=waiting)
    assert [system.id for system in judge(entity).unassessed] == [waiting.pk]


def test_the_simplified_framework_hangs_on_the_answers_of_the_entity_alone() -> None:
    """DORA Art. 16(1): small institutions; the Regulation applies since 17 January 2025 (Art. 64)."""
    entity = make_entity(answers=stated({**BANK, "org.dora_simplified": True}))
    [entry] = [entry for entry in judge(entity).result.duties if entry.duty.id == "DORA-16"]
    assert (entry.duty.applies_from, entry.systems) == (date(2025, 1, 17), ())


def test_an_answer_that_does_not_fit_is_named() -> None:
    entity = make_entity(answers=stated({"org.size": "gigantic"}))
    with pytest.raises(FactSheetError, match=r"org\.size"):
        judge(entity)


def test_what_a_standing_keeps_reads_back_as_it_was() -> None:
    entity: dict[str, JsonValue] = {"scope": "entity"}
    first, second, third = date(2025, 2, 2), date(2026, 1, 1), date(2027, 1, 1)
    law = LawOutcome(
        answers={},
        duties=(
            Duty("ONE", "a.one", Outcome.UNDETERMINED, first, True, entity),
            Duty("TWO", "a.two", Outcome.UNDETERMINED, None, False, entity, possible_days=(second, third)),
            Duty("OF", "a.of_system", Outcome.UNDETERMINED, first, True, {}),
        ),
        undetermined=(OpenRule("THREE", "a.three", True, entity), OpenRule("FOUR", "a.four", False, {})),
        missing=LawMissing((), ()),
        band=None,
        past_review=(),
        valid_until=None,
        asked=(),
    )
    triggers = list(read_triggers(write_triggers(law)))
    assert [(one.rule, one.is_certain, one.days) for one in triggers] == [
        ("a.one", True, (first,)),
        ("a.two", True, (second, third)),
        ("a.three", False, ()),
    ]
    assert list(read_triggers("")) == []
