"""Officers work on the screens, each change is recorded; auditors see everything and change nothing."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.admin.systems import suggest_reference
from governance.models import (
    AISystem,
    AuditEvent,
    Component,
    ComponentArtefact,
    ControlStatus,
    Evidence,
    LegalEntity,
)
from governance.services.chaining import verify_chain
from tests.governance.admin.scenes import make_system, read_form, sign_in

pytestmark = pytest.mark.django_db

SCREENS = [model for model in admin.site._registry if model._meta.app_label in ("governance", "audit")]


def test_registering_a_system_records_it_and_goes_on_to_its_questions() -> None:
    officer = sign_in("officer")
    entity = LegalEntity.objects.create(name="Aldermoor Bank AG", country="DE")
    component = Component.objects.create(key="gpt-4", name="GPT-4", kind="model")
    form = read_form(officer, "/admin/governance/aisystem/add/")
    assert form["reference"] == "SYS-001"
    assert form["legal_entity"] == str(entity.pk)
    assert form["uses-0-is_primary"] == "on"
    form |= {
        "name": "Chatbot",
        "purpose": "Answers questions.",
        "owner": "Service",
        "stage": "on_market_or_in_service",
        "uses-0-component": str(component.pk),
    }
    response = officer.post("/admin/governance/aisystem/add/", form)
    system = AISystem.objects.get()
    assert response["Location"] == f"/admin/governance/aisystem/{system.pk}/questions/"
    assert system.uses.get().is_primary
    recorded = list(AuditEvent.objects.order_by("id").values_list("action", "object_type", "actor", "system_id"))
    assert recorded == [
        ("added", "aisystem", "officer", system.pk),
        ("added", "systemcomponent", "officer", system.pk),
    ]


def test_a_saved_page_without_a_change_records_nothing() -> None:
    system, officer = make_system(), sign_in("officer")
    address = f"/admin/governance/aisystem/{system.pk}/change/"
    assert officer.post(address, read_form(officer, address)).status_code == 302
    assert not AuditEvent.objects.exists()


def test_deleting_a_row_on_the_page_is_recorded_and_the_chain_holds() -> None:
    system, officer = make_system(), sign_in("officer")
    address = f"/admin/governance/aisystem/{system.pk}/change/"
    officer.post(address, read_form(officer, address) | {"uses-0-DELETE": "on", "owner": "Someone else"})
    assert set(AuditEvent.objects.values_list("action", "object_type")) == {
        ("changed", "aisystem"),
        ("deleted", "systemcomponent"),
    }
    assert verify_chain().is_intact


def test_an_officers_correction_of_a_component_is_noted() -> None:
    system, officer = make_system(), sign_in("officer")
    component = system.uses.get().component
    ComponentArtefact.objects.create(component=component, part="Model card")
    address = f"/admin/governance/component/{component.pk}/change/"
    data = read_form(officer, address) | {"licence_id": "LicenseRef-terms", "artefacts-0-availability": "available"}
    assert officer.post(address, data).status_code == 302
    component.refresh_from_db()
    assert component.corrected_fields == ["artefacts.Model card", "licence_id"]


def test_choosing_a_component_brings_what_the_catalogue_knows() -> None:
    officer = sign_in("officer")
    component = make_system().uses.get().component
    component.facts = [
        {"key": "model.is_gpai", "value": True, "grade": "vendor_claimed", "source": "model card", "on": "2026-05-01"}
    ]
    component.conflicts = [{"field": "released_on", "values": [{"value": "2023-03-14", "source": "a"}]}]
    component.save()
    text = officer.get(reverse("admin:governance_component_summary", args=[component.pk])).content.decode()
    for expected in ("OpenAI", "proprietary", "Claimed by the vendor", "model card", "released on"):
        assert expected in text


def test_searching_gpt_4_finds_it() -> None:
    officer = sign_in("officer")
    make_system()
    query = {"term": "gpt-4", "app_label": "governance", "model_name": "systemcomponent", "field_name": "component"}
    found = json.loads(officer.get("/admin/autocomplete/", query).content)
    assert [entry["text"] for entry in found["results"]] == ["GPT-4"]


@pytest.mark.parametrize("model", SCREENS, ids=lambda model: model._meta.model_name)
def test_an_auditor_opens_every_list_and_is_offered_no_change(model: Any) -> None:
    make_system()
    auditor = sign_in("auditor")
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    response = auditor.get(address)
    assert response.status_code == 200
    assert "addlink" not in response.content.decode()
    assert auditor.get(f"{address}add/").status_code == 403


def test_an_auditor_reads_a_system_and_cannot_save_it() -> None:
    system, auditor = make_system(), sign_in("auditor")
    address = f"/admin/governance/aisystem/{system.pk}/change/"
    page = auditor.get(address)
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
    assert auditor.post(address, {"name": "Mine"}).status_code == 403


def test_a_risk_analyst_reads_the_register_and_cannot_change_it() -> None:
    system, analyst = make_system(), sign_in("risk_analyst")
    address = f"/admin/governance/aisystem/{system.pk}/change/"
    assert analyst.get(address).status_code == 200
    assert analyst.post(address, {"name": "Mine"}).status_code == 403


def test_nobody_changes_the_history_not_even_an_administrator() -> None:
    system, officer = make_system(), sign_in("officer")
    address = f"/admin/governance/aisystem/{system.pk}/change/"
    officer.post(address, read_form(officer, address) | {"owner": "Someone else"})
    event = AuditEvent.objects.get()
    administrator = sign_in("administrator")
    page = f"/admin/governance/auditevent/{event.pk}/"
    assert "Someone else" in administrator.get(f"{page}change/").content.decode()
    assert administrator.post(f"{page}change/", {"actor": "x"}).status_code == 403
    assert administrator.post(f"{page}delete/", {"post": "yes"}).status_code == 403


def test_the_history_of_a_row_leads_to_its_events() -> None:
    system, officer = make_system(), sign_in("officer")
    response = officer.get(f"/admin/governance/aisystem/{system.pk}/history/", follow=True)
    assert response.status_code == 200
    assert response.redirect_chain[0][0].endswith(f"auditevent/?system_id={system.pk}")


def test_the_history_of_a_system_shows_what_concerns_it_under_its_name() -> None:
    system, officer = make_system(), sign_in("officer")
    address = f"/admin/governance/aisystem/{system.pk}/change/"
    flow = {"data_flows-TOTAL_FORMS": "1", "data_flows-0-from_name": "Customers", "data_flows-0-to_name": "Bank"}
    flow |= {"data_flows-0-to_role": "ourselves", "data_flows-0-data": "chat text"}
    flow |= {"data_flows-0-transfer_tool": "not_needed", "data_flows-0-training_use": "no"}
    officer.post(address, read_form(officer, address) | {"owner": "Someone else"} | flow)
    page = officer.get(f"/admin/governance/aisystem/{system.pk}/history/", follow=True).content.decode()
    assert f"History of {system.reference}" in page
    assert "Customers to Bank" in page
    assert "Someone else" not in page  # values stand on the event's own page


def test_the_history_offers_kinds_and_times_without_reading_itself() -> None:
    """Filters made of a column's values would read the whole history for each page of it."""
    system, officer = make_system(), sign_in("officer")
    address = f"/admin/governance/aisystem/{system.pk}/change/"
    officer.post(address, read_form(officer, address) | {"owner": "Someone else"})
    with CaptureQueriesContext(connection) as asked:
        page = officer.get("/admin/governance/auditevent/").content.decode()
    statements = [query["sql"] for query in asked if "governance_auditevent" in query["sql"]]
    assert not [sql for sql in statements if "DISTINCT" in sql or "MIN(" in sql or "MAX(" in sql]
    assert "Data flow" in page
    kept = officer.get("/admin/governance/auditevent/?object_type=aisystem&since=today").context["cl"].result_count
    other = officer.get("/admin/governance/auditevent/?object_type=vendor&since=today").context["cl"].result_count
    assert (kept, other) == (1, 0)


def test_pages_hold_no_inline_script_or_style() -> None:
    system, officer = make_system(), sign_in("officer")
    for address in ("", "governance/aisystem/", "governance/aisystem/add/", f"governance/aisystem/{system.pk}/change/"):
        page = officer.get(f"/admin/{address}").content.decode()
        assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", page) == []
        assert re.findall(r"<style|\sstyle=|\son[a-z]+=\"", page) == []


def test_an_administrator_does_not_see_the_owners_account(admin_user: Any) -> None:
    administrator = sign_in("administrator")
    assert administrator.get("/admin/auth/user/").status_code == 200
    assert administrator.get(f"/admin/auth/user/{admin_user.pk}/change/").status_code == 302
    assert sign_in("officer").get("/admin/auth/user/").status_code == 403
    assert administrator.get("/admin/django_celery_beat/periodictask/").status_code == 200


def test_someone_without_a_group_is_told_so(client: Any, django_user_model: Any) -> None:
    client.force_login(
        django_user_model.objects.create_user("new", is_staff=True), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert "has no group yet" in client.get("/admin/").content.decode()


def test_an_administrator_adds_a_person_who_can_work_at_once(django_user_model: Any) -> None:
    administrator = sign_in("administrator")
    group = Group.objects.get(name="auditor")
    phrase = "a long enough passphrase"
    sent = {
        "username": "new",
        "usable_password": "true",
        "password1": phrase,
        "password2": phrase,
        "groups": [str(group.pk)],
    }
    assert administrator.post("/admin/auth/user/add/", sent).status_code == 302
    person = django_user_model.objects.get(username="new")
    assert person.is_staff
    assert not person.is_superuser
    assert person.has_perm("audit.view_report")


def test_linking_evidence_to_a_control_is_recorded_on_both_pages() -> None:
    system, officer = make_system(), sign_in("officer")
    evidence = Evidence.objects.create(
        reference="EV-1",
        title="Record",
        kind="record",
        grade="verified",
        issued_on="2026-01-01",
        source="People",
        system=system,
    )
    control = ControlStatus.objects.create(system=system, obligation="AIA-4", status="met", recorded_on="2026-01-02")
    address = f"/admin/governance/aisystem/{system.pk}/change/"
    officer.post(address, read_form(officer, address) | {"controls-0-evidence": [str(evidence.pk)]})
    event = AuditEvent.objects.get()
    assert (event.object_type, event.changes) == ("controlstatus", {"evidence": [[], [evidence.pk]]})
    address = f"/admin/governance/controlstatus/{control.pk}/change/"
    form = read_form(officer, address)
    del form["evidence"]
    officer.post(address, form)
    assert AuditEvent.objects.latest("id").changes == {"evidence": [[evidence.pk], []]}


@pytest.mark.parametrize(
    ("taken", "suggested"),
    [
        ((), "SYS-001"),
        (("AB-009", "AB-014", "old"), "AB-015"),
        (("AB-001", "X/7", "AB-099"), "AB-100"),
        (("no number",), "SYS-001"),
    ],
)
def test_the_next_number_follows_the_form_of_the_register(taken: tuple[str, ...], suggested: str) -> None:
    entity = LegalEntity.objects.create(name="Aldermoor Bank", country="DE")
    for reference in taken:
        AISystem.objects.create(
            reference=reference, name=reference, purpose="Test", legal_entity=entity, owner="Owner", stage="idea"
        )
    assert suggest_reference() == suggested
