"""Systems through the API: every error at once, nothing half-saved, each change recorded, lists in one query."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from governance.models import AISystem, AuditEvent, Vendor
from governance.services.answering import Answer, save_answers
from tests.audit.scenes import contract, make_entity, make_system, make_vendor_chatbot

SYSTEMS = "/api/systems/"


def _new_system(**more: Any) -> dict[str, Any]:
    return {
        "reference": "SYS-900",
        "name": "Letter sorting",
        "legal_entity": make_entity().pk,
        "purpose": "Sorts letters.",
        "owner": "Head of post",
        "stage": "idea",
        **more,
    }


def test_a_system_is_registered_with_its_answers_in_one_call(call_as: Callable[[str], APIClient]) -> None:
    answers = {"sys.interacts_with_people": False, "sys.generates": {"value": ["text"], "grade": "verified"}}
    response = call_as("officer").post(SYSTEMS, _new_system(answers=answers), format="json")
    assert response.status_code == 201, response.json()
    stored = AISystem.objects.get(reference="SYS-900").answers
    assert stored["sys.interacts_with_people"]["value"] is False
    assert stored["sys.interacts_with_people"]["answered_by"] == "officer"
    assert stored["sys.generates"]["grade"] == "verified"
    assert response.json()["answers"] == stored


def test_every_wrong_field_and_answer_is_named_at_once_and_nothing_is_saved(
    call_as: Callable[[str], APIClient],
) -> None:
    wrong = _new_system(
        stage="somewhere",
        owner="",
        answers={
            "sys.interacts_with_people": "yes",
            "sys.no_such_fact": True,
            "sys.generates": ["poems"],
            "aia.class": "minimal",
            "org.sector": "bank",
            "sys.stage": {"value": "idea", "colour": "red"},
        },
    )
    response = call_as("officer").post(SYSTEMS, wrong, format="json")
    assert response.status_code == 400
    told = response.json()
    assert set(told) == {"stage", "owner", "answers"}
    assert set(told["answers"]) == {
        "sys.interacts_with_people",  # a text where yes or no is wanted
        "sys.no_such_fact",  # not in the vocabulary
        "sys.generates",  # not a choice
        "aia.class",  # concluded, never given
        "org.sector",  # belongs to the legal entity
        "sys.stage",  # has a key that no answer has
    }
    assert not AISystem.objects.exists()
    assert not AuditEvent.objects.exists()


def test_what_the_database_would_refuse_is_told_by_field(call_as: Callable[[str], APIClient]) -> None:
    # A system is not withdrawn before it came into service (a check of the model).
    body = _new_system(in_service_on="2026-05-01", withdrawn_on="2026-04-01")
    response = call_as("officer").post(SYSTEMS, body, format="json")
    assert response.status_code == 400
    assert "Withdrawn before" in response.json()["withdrawn_on"][0]
    assert not AISystem.objects.exists()


def test_a_change_merges_answers_and_clears_only_what_is_said_to_be_unknown(
    call_as: Callable[[str], APIClient],
) -> None:
    system = make_system()
    kept = {"sys.interacts_with_people": Answer(value=True), "sys.foss_licence": Answer(value=False)}
    save_answers(system_id=system.pk, answers=kept, actor="officer")
    body = {"answers": {"sys.foss_licence": {"unknown": True}, "sys.deepfake_output": False}}
    response = call_as("officer").patch(f"{SYSTEMS}{system.pk}/", body, format="json")
    assert response.status_code == 200, response.json()
    assert set(response.json()["answers"]) == {"sys.interacts_with_people", "sys.deepfake_output"}


def test_a_change_is_recorded_with_what_stood_before(call_as: Callable[[str], APIClient]) -> None:
    system = make_system(owner="Head of service")
    client = call_as("officer")
    client.patch(f"{SYSTEMS}{system.pk}/", {"owner": "Head of post"}, format="json")
    event = AuditEvent.objects.get()
    assert (event.actor, event.action) == ("officer", "changed")
    assert event.changes["owner"] == ["Head of service", "Head of post"]
    client.patch(f"{SYSTEMS}{system.pk}/", {"owner": "Head of post"}, format="json")
    assert AuditEvent.objects.count() == 1  # nothing changed, nothing recorded


def test_what_was_read_can_be_sent_back_unchanged(call_as: Callable[[str], APIClient]) -> None:
    system = make_system()
    save_answers(system_id=system.pk, answers={"sys.foss_licence": Answer(value=False)}, actor="officer")
    client = call_as("officer")
    read = client.get(f"{SYSTEMS}{system.pk}/").json()
    events = AuditEvent.objects.count()
    assert client.put(f"{SYSTEMS}{system.pk}/", read, format="json").status_code == 200
    assert AuditEvent.objects.count() == events


def test_nothing_is_deleted_through_the_api(call_as: Callable[[str], APIClient]) -> None:
    system = make_system()
    assert call_as("administrator").delete(f"{SYSTEMS}{system.pk}/").status_code == 405


def test_the_list_takes_one_query_on_any_page(call_as: Callable[[str], APIClient]) -> None:
    entity = make_entity()
    for _ in range(7):
        make_system(legal_entity=entity)
    client = call_as("auditor")
    client.get(SYSTEMS)  # permissions are read once and kept with the user of a request
    costs, rows, address = [], [], f"{SYSTEMS}?page_size=3"
    while address:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = client.get(address).json()
        costs.append(sum("governance_aisystem" in query["sql"] for query in queries))
        rows += page["results"]
        address = page["next"]
    assert costs == [1, 1, 1]
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)
    assert len({row["id"] for row in rows}) == 7
    assert rows[0]["legal_entity_name"] == entity.name


@pytest.mark.parametrize(
    ("query", "number"),
    [("stage=idea", 1), ("vendor={vendor}", 1), ("component={component}", 1), ("name=CHAT", 1), ("legal_entity=0", 0)],
)
def test_a_filter_keeps_what_fits(query: str, number: int, call_as: Callable[[str], APIClient]) -> None:
    _, component, vendor = make_vendor_chatbot(name="Chatbot")
    make_system(stage="idea")
    address = f"{SYSTEMS}?{query.format(vendor=vendor.pk, component=component.pk)}"
    assert len(call_as("auditor").get(address).json()["results"]) == number


def test_a_system_with_two_contracts_of_a_vendor_is_listed_once(call_as: Callable[[str], APIClient]) -> None:
    system, _, vendor = make_vendor_chatbot(name="Chatbot")
    contract(system, vendor)
    results = call_as("auditor").get(f"{SYSTEMS}?vendor={vendor.pk}").json()["results"]
    assert [row["id"] for row in results] == [system.pk]


def test_a_filter_that_is_not_a_choice_is_refused_with_the_choices(call_as: Callable[[str], APIClient]) -> None:
    response = call_as("auditor").get(f"{SYSTEMS}?stage=somewhere")
    assert response.status_code == 400
    assert "stage" in response.json()


def test_a_misspelt_filter_is_refused_and_not_ignored(call_as: Callable[[str], APIClient]) -> None:
    response = call_as("auditor").get(f"{SYSTEMS}?stagee=idea")
    assert response.status_code == 400
    assert "expected one of" in response.json()["stagee"][0]


def test_a_vendors_country_is_checked(call_as: Callable[[str], APIClient]) -> None:
    client = call_as("officer")
    assert client.post("/api/vendors/", {"name": "A", "country": "XX"}, format="json").status_code == 400
    assert client.post("/api/vendors/", {"name": "A", "country": "DE"}, format="json").status_code == 201
    assert Vendor.objects.get().country == "DE"


def test_a_corrected_vendor_is_left_alone_by_the_catalogue(call_as: Callable[[str], APIClient]) -> None:
    client = call_as("officer")
    key = client.post("/api/vendors/", {"name": "A"}, format="json").json()["id"]
    client.patch(f"/api/vendors/{key}/", {"legal_name": "A GmbH"}, format="json")
    assert Vendor.objects.get().corrected_fields == ["legal_name"]


def test_the_vocabulary_gives_a_schema_for_each_value(call_as: Callable[[str], APIClient]) -> None:
    facts = {fact["key"]: fact for fact in call_as("auditor").get("/api/vocabulary/").json()["facts"]}
    assert facts["sys.interacts_with_people"]["value_schema"] == {"type": "boolean"}
    generates = facts["sys.generates"]["value_schema"]
    assert generates["type"] == "array"
    assert "text" in generates["items"]["enum"]
