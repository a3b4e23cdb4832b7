"""What the admin refuses at a field, the API refuses, too: by field, all at once, and nothing is half-saved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from governance.models import AISystem, AuditEvent, ControlStatus, DataFlow, Evidence, Vendor, VendorDependency
from tests.audit.scenes import contract, make_component, make_entity, make_system, make_vendor, offer
from tests.governance.api.refusals import refused

pytestmark = pytest.mark.django_db
Caller = Callable[[str], APIClient]


def tomorrow() -> str:
    return (timezone.localdate() + timedelta(days=1)).isoformat()


def body_of(kind: str) -> dict[str, Any]:
    """A row that would be taken."""
    body: dict[str, Any]
    match kind:
        case "systems":
            entity = make_entity().pk
            return {"reference": "S-9", "name": "A", "legal_entity": entity, "purpose": "x", "owner": "y"} | {
                "stage": "withdrawn"
            }
        case "evidence":
            body = {"reference": "EV-9", "title": "DPIA", "kind": "record", "grade": "self_declared", "source": "us"}
            return body | {"issued_on": "2026-01-01"}
        case "controls":
            body = {"system": make_system().pk, "obligation": "eu_ai_act.art_5.prohibited_practice"}
            return body | {"status": "not_met", "recorded_on": "2026-01-01"}
        case "dependencies":
            return {"system": make_system().pk, "vendor": make_vendor().pk, "service": "Runs it."}
        case "data-flows":
            body = {"system": make_system().pk, "from_name": "A", "to_name": "B", "to_role": "processor"}
            return body | {"data": "text"}
        case "host-offers":
            return {"component": make_component().pk, "company": make_vendor().pk, "role": "host"}
        case "evaluations":
            body = {"component": make_component().pk, "purpose": "Sorting", "evaluated_by": "Us", "result": "passed"}
            return body | {"evaluated_on": "2026-01-01"}
        case _:
            return {"name": "Alpha"}


@pytest.mark.parametrize(
    ("kind", "wrong", "field", "says"),
    [
        ("systems", {"withdrawn_on": "TOMORROW"}, "withdrawn_on", "still to come"),
        ("systems", {"facts_confirmed_on": "TOMORROW"}, "facts_confirmed_on", "still to come"),
        ("systems", {"in_service_on": "TOMORROW"}, "in_service_on", "by its stage"),
        ("systems", {"in_service_on": "1825-03-01"}, "in_service_on", "before 1900"),
        ("systems", {"in_service_on": "01.03.2025"}, "in_service_on", "YYYY-MM-DD"),
        ("systems", {"in_service_on": "20250301"}, "in_service_on", "YYYY-MM-DD"),
        ("systems", {"in_service_on": "2025-W09-6"}, "in_service_on", "YYYY-MM-DD"),
        ("evidence", {"issued_on": "2025-W09-6"}, "issued_on", "YYYY-MM-DD"),
        ("systems", {"stage": "idea", "withdrawn_on": "2026-01-01"}, "stage", "Withdrawn"),
        ("systems", {"stage": "live"}, "stage", "choose one of idea, research"),
        ("systems", {"legal_entity": 99999}, "legal_entity", "There is no legal entity with the number 99999"),
        ("systems", {"legal_entity": "Example Bank"}, "legal_entity", "the number of its legal entity"),
        ("systems", {"components": [1]}, "components", "cannot be given here"),
        ("systems", {"in_servise_on": "2025-01-01"}, "in_servise_on", "did you mean in_service_on"),
        ("evidence", {"url": "javascript:alert(1)"}, "url", "https://"),
        ("evidence", {"url": "https://"}, "url", "https://"),
        ("evidence", {"issued_on": "TOMORROW"}, "issued_on", "still to come"),
        ("evidence", {"verified_on": "TOMORROW"}, "verified_on", "still to come"),
        ("evidence", {"grade": "verified"}, "verified_by", "who verified it"),
        ("evidence", {"supports": ["sys.no_such_fact"]}, "supports", "sys.no_such_fact"),
        ("evidence", {"supports": "sys.stage"}, "supports", "list"),
        ("evidence", {"source": ""}, "url", "who made it"),
        ("controls", {"recorded_on": "TOMORROW"}, "recorded_on", "still to come"),
        ("controls", {"obligation": "eu_ai_act.art_5.prohibited_practise"}, "obligation", "did you mean"),
        ("controls", {"status": "not_applicable"}, "reason", "why"),
        ("controls", {"recorded_on": "2026-02-01", "expires_on": "2026-01-01"}, "expires_on", "after 1 Feb 2026"),
        ("dependencies", {"clauses": ["no_such_clause"]}, "clauses", "no_such_clause"),
        ("dependencies", {"clauses": {"locations": True}}, "clauses", "list"),
        ("dependencies", {"exit_tested": True, "exit_test_phases": ["guess"]}, "exit_test_phases", "guess"),
        ("dependencies", {"ict_service_type": "S99"}, "ict_service_type", "S01"),
        ("dependencies", {"is_ict_service": False, "ict_service_type": "S19"}, "ict_service_type", "no ICT service"),
        ("dependencies", {"exit_tested": True, "exit_tested_on": "TOMORROW"}, "exit_tested_on", "still to come"),
        ("dependencies", {"exit_tested_on": "2026-01-01"}, "exit_tested", "day of the exit test"),
        ("dependencies", {"end_on": "2027-01-01", "is_open_ended": True}, "is_open_ended", "not open-ended"),
        ("dependencies", {"start_on": "2026-05-01", "end_on": "2026-04-01"}, "end_on", "after 1 May 2026"),
        ("dependencies", {"tolerable_outage_days": -1}, "tolerable_outage_days", "0 or more"),
        ("dependencies", {"end_on": "2027-01-01", "notice_days": 3_000_000}, "notice_days", "hundred years"),
        ("dependencies", {"tolerable_outage_days": 1e300}, "tolerable_outage_days", "hundred years"),
        ("data-flows", {"retention_days": 40_000}, "retention_days", "hundred years"),
        ("dependencies", {"exit_tested_days": "NaN"}, "exit_tested_days", "number"),
        ("data-flows", {"special_categories": ["shoe size"]}, "special_categories", "shoe size"),
        ("data-flows", {"special_categories": ["health"], "has_personal_data": False}, "has_personal_data", "personal"),
        ("data-flows", {"to_country": "Germany"}, "to_country", "DE"),
        ("data-flows", {"to_country": "UK"}, "to_country", "GB"),
        ("data-flows", {"to_country": "de"}, "to_country", "DE"),
        ("host-offers", {"source_on": "TOMORROW"}, "source_on", "still to come"),
        ("host-offers", {"grade": "rumour"}, "grade", "verified"),
        ("host-offers", {"offered_from": "2026-05-01", "offered_until": "2026-04-01"}, "offered_until", "1 May 2026"),
        ("evaluations", {"evaluated_on": "TOMORROW"}, "evaluated_on", "still to come"),
        ("evaluations", {"next_due_on": "2025-12-31"}, "next_due_on", "after 1 Jan 2026"),
        ("vendors", {"grade": "rumour"}, "grade", "verified"),
        ("vendors", {"source_on": "TOMORROW"}, "source_on", "still to come"),
    ],
)
def test_one_wrong_value_is_told_at_its_field(
    kind: str, wrong: dict[str, Any], field: str, says: str, call_as: Caller
) -> None:
    body = body_of(kind) | {name: tomorrow() if value == "TOMORROW" else value for name, value in wrong.items()}
    told = refused(call_as("officer"), f"/api/{kind}/", body)
    assert set(told) == {field}
    assert says in " ".join(told[field])
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    "kind", ["systems", "evidence", "controls", "dependencies", "data-flows", "host-offers", "evaluations", "vendors"]
)
def test_the_rows_these_are_made_from_are_taken(kind: str, call_as: Caller) -> None:
    response = call_as("officer").post(f"/api/{kind}/", body_of(kind), format="json")
    assert response.status_code == 201, response.json()


def test_a_wrong_form_and_a_wrong_sense_are_told_in_one_answer(call_as: Caller) -> None:
    body = body_of("systems") | {
        "stage": "somewhere",
        "owner_email": "nobody",
        "in_service_on": "2026-05-01",
        "withdrawn_on": "2026-04-01",
        "facts_confirmed_on": tomorrow(),
        "colour": "red",
    }
    assert set(refused(call_as("officer"), "/api/systems/", body)) == {
        "stage",
        "owner_email",
        "withdrawn_on",
        "facts_confirmed_on",
        "colour",
    }
    assert not AISystem.objects.exists()


def test_what_was_stored_before_does_not_block_another_change(call_as: Caller) -> None:
    later = timezone.localdate() + timedelta(days=9)
    kept = Evidence.objects.create(
        reference="EV-1", title="DPIA", kind="record", grade="verified", issued_on=later, source="us", url="ftp://x"
    )
    client = call_as("officer")
    address = f"/api/evidence/{kept.pk}/"
    assert client.patch(address, {"title": "Renamed"}, format="json").status_code == 200
    read = client.get(address).json()
    assert client.put(address, read | {"title": "Again"}, format="json").status_code == 200
    told = client.patch(address, {"url": "javascript:alert(1)"}, format="json")
    assert set(told.json()) == {"url"}


def test_a_change_is_measured_with_what_stands_there(call_as: Caller) -> None:
    row = contract(make_system(), make_vendor(), start_on="2026-05-01")
    client = call_as("officer")
    told = client.patch(f"/api/dependencies/{row.pk}/", {"end_on": "2026-04-01"}, format="json")
    assert set(told.json()) == {"end_on"}
    assert not VendorDependency.objects.filter(end_on__isnull=False).exists()


@pytest.mark.parametrize(("address", "more"), [("/api/vendors/", {}), ("/api/legal-entities/", {"country": "DE"})])
def test_a_company_is_registered_once_however_it_is_written(
    address: str, more: dict[str, str], call_as: Caller
) -> None:
    client = call_as("officer")
    lei = {"lei": "999900NORDLICHTAI005"}
    assert client.post(address, {"name": "Nordlicht AI", **lei, **more}, format="json").status_code == 201
    told = refused(client, address, {"name": " nordlicht  ai", **lei, **more})
    assert "“Nordlicht AI” is in the register already" in told["name"][0]
    assert "the LEI of Nordlicht AI" in told["lei"][0]


def test_an_expiry_is_written_as_a_day_and_in_no_other_way(call_as: Caller) -> None:
    """Python reads the first day of the first week of 2026 as one, too, and it lies in 2025."""
    body = body_of("systems") | {"answers": {"sys.deepfake_output": {"value": False, "expires_on": "2026-W01-1"}}}
    told = call_as("officer").post("/api/systems/", body, format="json").json()
    assert "2027-01-31" in told["answers"]["sys.deepfake_output"][0]


def test_what_the_register_keeps_itself_may_be_sent_back_and_not_changed(call_as: Caller) -> None:
    client, address = call_as("officer"), f"/api/components/{make_component(facts=[]).pk}/"
    read = client.get(address).json()
    assert client.put(address, read, format="json").status_code == 200
    told = client.patch(address, {"facts": [{"key": "sys.stage"}]}, format="json")
    assert told.status_code == 400
    assert set(told.json()) == {"facts"}


def test_a_reference_is_given_once_whatever_its_letters(call_as: Caller) -> None:
    make_system(reference="SYS-7")
    told = refused(call_as("officer"), "/api/systems/", body_of("systems") | {"reference": "sys-7"})
    assert "SYS-7" in told["reference"][0]


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ([{"name": "Alpha"}], "one object"),
        ("Alpha", "one object"),
    ],
)
def test_a_body_that_is_no_object_says_what_would_be_right(sent: Any, says: str, call_as: Caller) -> None:
    response = call_as("officer").post("/api/vendors/", sent, format="json")
    assert response.status_code == 400
    assert says in str(response.json())
    assert not Vendor.objects.exists()


@pytest.mark.parametrize("text", ['{"name": "Alpha",}', '{"name": "Alpha", "name": "Beta"}', '{"name": "\\u0000"}'])
def test_a_body_that_cannot_be_read_one_way_only_is_refused(text: str, call_as: Caller) -> None:
    response = call_as("officer").post("/api/vendors/", text, content_type="application/json")
    assert response.status_code == 400
    assert not Vendor.objects.exists()


def test_nothing_of_these_rows_came_through(call_as: Caller) -> None:
    """A row and its answers go together: a wrong answer keeps the right row out."""
    body = body_of("systems") | {"answers": {"jur.us_states": ["Colorado"]}}
    told = call_as("officer").post("/api/systems/", body, format="json").json()
    assert "CO" in told["answers"]["jur.us_states"][0]
    assert not AISystem.objects.exists()
    assert not DataFlow.objects.exists()
    assert not ControlStatus.objects.exists()


def test_an_offer_of_the_catalogue_keeps_its_day(call_as: Caller) -> None:
    row = offer(make_component(), make_vendor())
    response = call_as("officer").patch(f"/api/host-offers/{row.pk}/", {"note": "Seen."}, format="json")
    assert response.status_code == 200, response.json()
