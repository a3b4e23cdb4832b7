"""What hangs on a system through the API: added, checked as a whole, deleted with a trace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from rest_framework.test import APIClient

from governance.models import AuditEvent, DataFlow, EvaluationRecord, Evidence, VendorDependency
from tests.audit.scenes import contract, flow, make_component, make_system, make_vendor, use


def test_a_component_is_linked_to_a_system(call_as: Callable[[str], APIClient]) -> None:
    system, component = make_system(), make_component()
    body = {"system": system.pk, "component": component.pk, "is_primary": True, "run_mode": "self_hosted"}
    assert call_as("officer").post("/api/system-components/", body, format="json").status_code == 201
    assert system.uses.get().component == component


def test_a_contract_that_ends_before_it_starts_is_refused_in_words(call_as: Callable[[str], APIClient]) -> None:
    body = {
        "system": make_system().pk,
        "vendor": make_vendor().pk,
        "service": "Runs it.",
        "start_on": "2026-05-01",
        "end_on": "2026-04-01",
    }
    response = call_as("officer").post("/api/dependencies/", body, format="json")
    assert response.status_code == 400
    assert "ends before it starts" in str(response.json())
    assert not VendorDependency.objects.exists()


def test_an_unknown_country_is_refused(call_as: Callable[[str], APIClient]) -> None:
    body = {"system": make_system().pk, "from_name": "A", "to_name": "B", "to_role": "processor", "data": "text"}
    client = call_as("officer")
    assert client.post("/api/data-flows/", body | {"to_country": "XX"}, format="json").status_code == 400
    assert client.post("/api/data-flows/", body | {"to_country": "DE"}, format="json").status_code == 201


def test_what_was_deleted_stays_in_the_history(call_as: Callable[[str], APIClient]) -> None:
    row = flow(make_system(), data="chat text")
    assert call_as("officer").delete(f"/api/data-flows/{row.pk}/").status_code == 204
    assert not DataFlow.objects.exists()
    event = AuditEvent.objects.get()
    assert (event.action, event.changes["data"]) == ("deleted", ["chat text", None])


def test_evidence_that_an_evaluation_rests_on_is_not_deleted(call_as: Callable[[str], APIClient]) -> None:
    system, component = make_system(), make_component()
    use(system, component)
    evidence = Evidence.objects.create(
        reference="EV-1", title="Test", kind="test", grade="verified", issued_on=date(2026, 1, 1), system=system
    )
    EvaluationRecord.objects.create(
        component=component, system=system, purpose="Sorting", evaluated_by="Us", evaluated_on=date(2026, 1, 1),
        result="passed", evidence=evidence,
    )  # fmt: skip
    response = call_as("officer").delete(f"/api/evidence/{evidence.pk}/")
    assert response.status_code == 409
    assert "needed by" in response.json()["detail"]
    assert Evidence.objects.exists()


def test_parts_are_listed_by_system(call_as: Callable[[str], APIClient]) -> None:
    system = make_system()
    mine = contract(system, make_vendor())
    contract(make_system(), make_vendor())
    rows = call_as("auditor").get(f"/api/dependencies/?system={system.pk}").json()["results"]
    assert [row["id"] for row in rows] == [mine.pk]
