"""Controls of frameworks in the admin: recorded once, they count for what accepts them, until they expire."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.engine.assess import assess
from audit.engine.facts import parse_controls, parse_sheet
from audit.rulepacks import load_packs
from audit.rulepacks.facts import fact_types
from audit.services.assessing import assess_now
from audit.services.framework_controls import list_entity_framework_controls, list_framework_controls, map_reach
from governance.models import AISystem, ControlStatus, Evidence
from governance.services.groups import set_up_groups
from tests.audit.pages_bank import record_outcome
from tests.audit.scenes import make_entity, make_system, snapshot_of
from tests.governance.admin.scenes import errors_of, read_form, sign_in

pytestmark = pytest.mark.django_db

# The pack's own mapping: GOVERN 2.2 (training) is accepted for Art. 4 as a whole, MAP 3.5 (human oversight defined)
# for Art. 14 and 26(2) in part, clause 7.2 of ISO/IEC 42001 (competence) for Art. 4 in part.
WHOLE, PART, TWO = "nist_ai_rmf.govern_2_2", "iso_42001.clause_7_2", "nist_ai_rmf.map_3_5"
USING: dict[str, Any] = {
    "sys.ai_definition": "yes", "sys.placed_in_eu": True, "role.uses": True, "sys.exclusively_military": False,
    "sys.personal_use_only": False, "sys.sole_scientific_research": False, "sys.foss_licence": False,
    "sys.prohibited_practices": [], "sys.use_cases": [],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _groups(db: None) -> None:
    set_up_groups()


def make_used() -> AISystem:
    return make_system(answers={key: {"value": value} for key, value in USING.items()}, legal_entity=make_entity())


def make_record(number: int, expires_on: date | None) -> Evidence:
    return Evidence.objects.create(
        reference=f"EV-{number:03}", title="Training record", kind="record", grade="verified",
        issued_on=date(2026, 1, 10), expires_on=expires_on, source="Academy",
    )  # fmt: skip


def record(system: AISystem, obligation: str, status: str = "met", **columns: Any) -> ControlStatus:
    return ControlStatus.objects.create(
        system=system, obligation=obligation, status=status, recorded_on=date(2026, 1, 10), **columns
    )


def judge(system: AISystem, row: str, as_of: date) -> dict[str, Any]:
    snapshot = snapshot_of(system.pk, as_of)
    sheet, controls = parse_sheet(snapshot.facts, fact_types()), parse_controls(snapshot.controls)
    result: Any = assess("S", sheet, controls, load_packs(), as_of).to_json()
    return next(duty for duty in result["regulatory"]["duties"] if duty["id"] == row)


def save_through_admin(control: ControlStatus | None, client: Any, system: AISystem, **typed: Any) -> Any:
    if control is not None:
        address = reverse("admin:governance_controlstatus_change", args=[control.pk])
        return client.post(address, read_form(client, address) | typed)
    address = reverse("admin:governance_controlstatus_add")
    return client.post(address, {"system": system.pk, "recorded_on": "2026-01-10", **typed})


def test_every_control_of_every_framework_is_offered_and_says_for_what_it_counts() -> None:
    page = sign_in("officer").get(reverse("admin:governance_controlstatus_add")).content.decode()
    assert "Controls of NIST AI Risk Management Framework 1.0" in page
    assert "GOVERN 2.2 training (meets AIA-4)" in page
    assert "MAP 3.5 human oversight defined (helps AIA-14, AIA-26-2)" in page
    assert "GOVERN 1.7 decommissioning process (counts for no obligation)" in page


def test_one_control_with_evidence_meets_what_accepts_it_until_the_day_the_evidence_expires() -> None:
    system, client, ends = make_used(), sign_in("officer"), date(2027, 3, 1)
    evidence = make_record(1, ends)
    response = save_through_admin(None, client, system, obligation=WHOLE, status="met", evidence=[evidence.pk])
    assert response.status_code == 302, errors_of(response)
    met = judge(system, "AIA-4", ends - timedelta(days=1))
    assert (met["outcome"], met["control"]["through"], met["control"]["expires_on"]) == (
        "satisfied", WHOLE, "2027-03-01",
    )  # fmt: skip
    # A framework's control that no longer holds says nothing of the law: it is open again, and never met.
    assert judge(system, "AIA-4", ends)["outcome"] == "undetermined"


def test_evidence_renewed_in_the_admin_makes_it_count_again() -> None:
    system, ends = make_used(), date(2027, 3, 1)
    control = record(system, WHOLE)
    control.evidence.add(make_record(1, ends))
    newer = make_record(2, date(2028, 3, 1))
    save_through_admin(
        control,
        sign_in("officer"),
        system,
        evidence=[str(each) for each in Evidence.objects.values_list("pk", flat=True)],
    )
    assert newer.controls.count() == 1
    assert judge(system, "AIA-4", ends)["outcome"] == "satisfied"


def test_a_control_that_helps_in_part_is_named_and_meets_nothing() -> None:
    system = make_used()
    record(system, PART)
    duty = judge(system, "AIA-4", date(2026, 11, 20))
    assert (duty["outcome"], duty["helped_by"]) == ("undetermined", [PART])


@pytest.mark.parametrize("status", ["partly", "not_met", "not_applicable"])
def test_only_a_control_that_is_met_counts(status: str) -> None:
    system = make_used()
    record(system, WHOLE, status, reason="Half of the staff.")
    assert judge(system, "AIA-4", date(2026, 11, 20))["outcome"] == "undetermined"


def test_that_it_does_not_apply_needs_its_reason() -> None:
    response = save_through_admin(None, sign_in("officer"), make_used(), obligation=TWO, status="not_applicable")
    assert "reason" in errors_of(response)


def test_a_control_of_the_legal_entity_counts_for_each_of_its_systems() -> None:
    first = make_used()
    second = make_system(answers=first.answers, legal_entity=first.legal_entity)
    ControlStatus.objects.create(
        legal_entity=first.legal_entity, obligation=WHOLE, status="met", recorded_on=date(2026, 1, 10)
    )
    for system in (first, second):
        assert judge(system, "AIA-4", date(2026, 11, 20))["outcome"] == "satisfied"


def test_a_duty_of_the_legal_entity_is_met_by_its_control_until_the_evidence_expires() -> None:
    # Art. 4 addresses the organisation: it is judged on its own sheet, by what is recorded for it.
    system, ends = make_used(), timezone.localdate() + timedelta(days=10)
    entity = system.legal_entity
    assess_now(system_id=system.pk, as_of=timezone.localdate(), requested_by="test")
    control = ControlStatus.objects.create(
        legal_entity=entity, obligation=WHOLE, status="met", recorded_on=date(2026, 1, 10)
    )
    control.evidence.add(make_record(1, ends))
    [before] = list_entity_framework_controls(entity=entity, as_of=ends - timedelta(days=1))
    [after] = list_entity_framework_controls(entity=entity, as_of=ends)
    assert [(duty.id, duty.outcome, duty.remark) for duty in before.meets] == [
        ("AIA-4", "satisfied", "through this control")
    ]
    assert [(duty.outcome, after.counts) for duty in after.meets] == [("undetermined", False)]
    page = sign_in("officer").get(reverse("admin:governance_legalentity_change", args=[entity.pk])).content.decode()
    assert "Controls of frameworks" in page
    assert "Meets <b>AIA-4</b>" in page


def test_the_mapping_is_that_of_the_packs() -> None:
    reach = map_reach(date(2026, 11, 20))
    assert [rule.row for rule in reach[WHOLE].meets] == ["AIA-4"]
    assert sorted(rule.row for rule in reach[TWO].helps) == ["AIA-14", "AIA-26-2"]
    assert reach[TWO].meets == ()


def test_before_a_rule_was_adopted_no_control_counts_for_it() -> None:
    # The AI Act was published on 12 July 2024.
    assert WHOLE not in map_reach(date(2024, 7, 11))


def test_the_pages_of_the_system_and_of_the_control_say_for_what_it_counts_and_until_when() -> None:
    system, ends = make_used(), timezone.localdate() + timedelta(days=30)
    control = record(system, WHOLE)
    control.evidence.add(make_record(1, ends))
    record_outcome(system)
    client = sign_in("auditor")
    for address in (
        reverse("admin:governance_aisystem_change", args=[system.pk]),
        reverse("admin:governance_controlstatus_change", args=[control.pk]),
    ):
        page = client.get(address).content.decode()
        assert "Meets <b>AIA-4</b>" in page
        assert f"ounts until {ends.day} {ends:%B %Y}" in page
    assert (
        "through this control"
        in client.get(reverse("admin:governance_aisystem_change", args=[system.pk])).content.decode()
    )


def test_on_the_day_its_evidence_expires_the_pages_say_that_it_no_longer_counts() -> None:
    system, today = make_used(), timezone.localdate()
    record(system, WHOLE).evidence.add(make_record(1, today))
    [line] = list_framework_controls(system=system, as_of=today)
    assert not line.counts
    [before] = list_framework_controls(system=system, as_of=today - timedelta(days=1))
    assert before.counts
    page = sign_in("officer").get(reverse("admin:governance_aisystem_change", args=[system.pk])).content.decode()
    assert "Has not counted since" in page


def test_the_obligation_s_own_control_goes_before_and_the_page_says_so() -> None:
    system = make_used()
    record(system, WHOLE)
    record(system, "AIA-4", "partly")
    record_outcome(system)
    [line] = list_framework_controls(system=system, as_of=timezone.localdate())
    assert [(duty.outcome, duty.remark) for duty in line.meets] == [("not_satisfied", "its own control goes before")]


def test_a_control_in_the_system_s_list_is_headed_by_its_obligation_in_words() -> None:
    row = record(make_used(), "eu_ai_act.art_50_1.tell_people_it_is_ai")
    page = sign_in("officer").get(f"/admin/governance/aisystem/{row.system_id}/change/").content.decode()
    assert "Tell people they talk to an AI: met" in page
    assert "eu_ai_act.art_50_1.tell_people_it_is_ai: met" not in page


def test_a_recorded_control_keeps_its_obligation_in_the_system_s_list() -> None:
    system = make_used()
    for obligation in (WHOLE, PART, TWO):
        record(system, obligation)
    client = sign_in("officer")
    page = client.get(reverse("admin:governance_aisystem_change", args=[system.pk]))
    forms = next(
        each.formset for each in page.context["inline_admin_formsets"] if each.formset.model is ControlStatus
    ).initial_forms
    assert [len(form.fields["obligation"].choices) for form in forms] == [1, 1, 1]


@pytest.mark.parametrize("obligation", ["AIA-27", "gdpr.art_35.impact_assessment", "AIA-6-4", "AIA-49-2"])
def test_what_has_a_form_of_its_own_is_not_claimed_by_hand(obligation: str) -> None:
    system, client = make_used(), sign_in("officer")
    kept = record(system, obligation)  # recorded before there were forms: it stays until somebody changes it
    assert save_through_admin(kept, client, system, responsible="DPO").status_code == 302
    kept.status = "not_met"
    kept.save()
    response = save_through_admin(kept, client, system, status="met")
    assert "element by element" in str(errors_of(response)["status"])
    assert save_through_admin(kept, client, system, status="not_applicable", reason="No deployer.").status_code == 302


def test_a_control_is_called_by_its_obligation_in_words_in_messages_in_the_history_and_to_those_who_read() -> None:
    system, officer, key = make_used(), sign_in("officer"), "eu_ai_act.art_4.ai_literacy"
    sent = {"system": system.pk, "obligation": key, "status": "not_met", "recorded_on": "2026-01-01"}
    done = officer.post(reverse("admin:governance_controlstatus_add"), sent, follow=True).content.decode()
    assert "AIA-4 AI literacy: not met" in done
    assert key not in done
    control = ControlStatus.objects.get()
    page = sign_in("auditor").get(reverse("admin:governance_controlstatus_change", args=[control.pk])).content.decode()
    assert "AIA-4 AI literacy" in page
    assert key not in page
    history = officer.get(f"/admin/governance/auditevent/?system_id={system.pk}").content.decode()
    assert "AIA-4 AI literacy: not met" in history
