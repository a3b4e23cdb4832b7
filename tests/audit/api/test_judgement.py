"""The judgement through the API: the preview, standings in one query, findings, reports, tokens, the schema."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from audit.models import Assessment, Finding, Report, Standing
from governance.models import AISystem, AuditEvent
from tests.audit.pages_bank import PASSWORD, make_bank, make_report, make_user

PREVIEW = "/api/assess/preview/"
DOOR = {"id": "A", "facts": {"sys.stage": "idea", "sys.interacts_with_people": True}, "controls": {}}


@pytest.fixture
def bank(db: None) -> dict[str, AISystem]:
    return make_bank()


def test_the_preview_gives_what_the_command_gives_and_stores_nothing(
    call_as: Callable[[str], APIClient], tmp_path: Path
) -> None:
    client = call_as("auditor")
    events = AuditEvent.objects.count()
    given = client.post(f"{PREVIEW}?as_of=2026-11-20", DOOR, format="json")
    assert given.status_code == 200
    source = tmp_path / "facts.jsonl"
    source.write_text(json.dumps(DOOR) + "\n", encoding="utf-8")
    output = io.StringIO()
    call_command("assess", "--input", str(source), "--as-of", "2026-11-20", stdout=output)
    assert given.json() == json.loads(output.getvalue())
    assert (Assessment.objects.count(), Standing.objects.count(), AuditEvent.objects.count()) == (0, 0, events)


def test_the_preview_names_every_error_at_once(call_as: Callable[[str], APIClient]) -> None:
    body = {"id": "A", "facts": {"sys.stage": "nowhere", "no.such": 1}, "controls": {"x": {"status": "fine"}}}
    response = call_as("auditor").post(PREVIEW, body, format="json")
    assert response.status_code == 400
    assert response.json()["id"] == "A"
    assert {error["key"] for error in response.json()["errors"]} == {"sys.stage", "no.such", "x"}


@pytest.mark.parametrize(
    ("query", "key"), [("as_of=yesterday", "as_of"), ("as_of=1850-01-01", "as_of"), ("packs=no_such_pack", "packs")]
)
def test_the_preview_refuses_a_day_or_pack_that_does_not_exist(
    query: str, key: str, call_as: Callable[[str], APIClient]
) -> None:
    response = call_as("auditor").post(f"{PREVIEW}?{query}", DOOR, format="json")
    assert response.status_code == 400
    assert [error["key"] for error in response.json()["errors"]] == [key]


def test_what_is_no_object_at_the_door_is_refused(call_as: Callable[[str], APIClient]) -> None:
    response = call_as("auditor").post(PREVIEW, [1, 2], format="json")
    assert (response.status_code, len(response.json()["errors"])) == (400, 1)


def test_standings_come_in_one_query(bank: dict[str, AISystem], call_as: Callable[[str], APIClient]) -> None:
    client = call_as("auditor")
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/api/standings/?is_dirty=false").json()
    assert sum("audit_standing" in query["sql"] for query in queries) == 1
    assert {row["name"] for row in page["results"]} == {"Customer chatbot “Anna”", "Loan scoring"}


def test_an_assessment_is_given_whole(bank: dict[str, AISystem], call_as: Callable[[str], APIClient]) -> None:
    stored = Assessment.objects.filter(system=bank["chatbot"]).get()
    given = call_as("auditor").get(f"/api/assessments/{stored.pk}/").json()
    assert given["result"] == stored.result
    assert given["fact_sheet_sha256"] == stored.fact_sheet.sha256


def test_asking_for_an_unknown_system_names_it(bank: dict[str, AISystem], call_as: Callable[[str], APIClient]) -> None:
    response = call_as("officer").post("/api/assessments/", {"systems": [bank["chatbot"].pk, 987654]}, format="json")
    assert response.status_code == 400
    assert "987654" in str(response.json())


def test_a_response_is_recorded(bank: dict[str, AISystem], call_as: Callable[[str], APIClient]) -> None:
    finding = Finding.objects.get()
    body = {"response": "agree", "text": "Move.", "owner": "IT Sourcing", "due_on": "2026-12-15"}
    response = call_as("risk_analyst").post(f"/api/findings/{finding.pk}/respond/", body, format="json")
    assert response.status_code == 200
    assert (response.json()["response"], response.json()["response_by"]) == ("agree", "risk_analyst")
    event = AuditEvent.objects.latest("id")
    assert (event.actor, event.action) == ("risk_analyst", "responded")


def test_agreeing_takes_an_owner_and_a_day(bank: dict[str, AISystem], call_as: Callable[[str], APIClient]) -> None:
    finding = Finding.objects.get()
    response = call_as("officer").post(f"/api/findings/{finding.pk}/respond/", {"response": "agree"}, format="json")
    assert response.status_code == 400
    assert set(response.json()) == {"owner", "due_on"}


def test_a_closed_finding_takes_no_response(bank: dict[str, AISystem], call_as: Callable[[str], APIClient]) -> None:
    finding = Finding.objects.get()
    finding.closed_on = finding.opened_on
    finding.save()
    body = {"response": "disagree", "text": "Not so."}
    response = call_as("officer").post(f"/api/findings/{finding.pk}/respond/", body, format="json")
    assert response.status_code == 409


def test_a_report_is_asked_for_and_followed(bank: dict[str, AISystem], call_as: Callable[[str], APIClient]) -> None:
    client = call_as("risk_analyst")
    response = client.post("/api/reports/", {"system": bank["chatbot"].pk, "status": "draft"}, format="json")
    assert response.status_code == 202, response.json()
    report = Report.objects.get()
    assert (report.status, report.requested_by) == ("draft", "risk_analyst")
    assert client.get(f"/api/reports/{report.pk}/").json()["state"] == "queued"
    assert client.get(f"/api/reports/{report.pk}/file/").status_code == 404  # not made yet


def test_a_report_is_asked_for_in_a_language_that_is_offered(
    bank: dict[str, AISystem], call_as: Callable[[str], APIClient]
) -> None:
    client, wanted = call_as("risk_analyst"), {"system": bank["chatbot"].pk, "status": "draft"}
    assert client.post("/api/reports/", {**wanted, "language": "de"}, format="json").json()["language"] == "de"
    refused = client.post("/api/reports/", {**wanted, "language": "xx"}, format="json")
    assert refused.status_code == 400
    assert "there are en, de" in refused.json()["language"][0]


def test_a_report_is_downloaded_with_its_hash(bank: dict[str, AISystem], call_as: Callable[[str], APIClient]) -> None:
    report = make_report(bank["chatbot"], content=b"%PDF-1.7 bytes")
    response = call_as("auditor").get(f"/api/reports/{report.pk}/file/")
    assert response.getvalue() == b"%PDF-1.7 bytes"
    assert response["ETag"] == f'"{report.sha256}"'


def test_a_token_is_given_for_name_and_password_and_ends(db: None) -> None:
    make_user("auditor")
    client = APIClient()
    refused = client.post("/api/tokens/", {"username": "auditor", "password": "wrong"}, format="json")
    assert refused.status_code == 400
    given = client.post("/api/tokens/", {"username": "auditor", "password": PASSWORD}, format="json").json()
    assert given["expiry"]
    client.credentials(HTTP_AUTHORIZATION=f"Token {given['token']}")
    assert client.get("/api/systems/").status_code == 200
    assert client.post("/api/tokens/end/").status_code == 204
    assert client.get("/api/systems/").status_code == 401


def test_the_schema_is_valid_and_without_a_warning() -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", "/dev/null")


def test_a_report_of_another_kind_is_asked_for_and_refused_with_what_is_wrong(
    bank: dict[str, AISystem], call_as: Callable[[str], APIClient]
) -> None:
    client = call_as("risk_analyst")
    made = client.post("/api/reports/", {"kind": "portfolio", "status": "draft"}, format="json")
    assert made.status_code == 202
    assert (made.json()["kind"], made.json()["system"], made.json()["signer"]) == ("portfolio", None, None)
    refused = client.post("/api/reports/", {"kind": "vendor"}, format="json")
    assert refused.status_code == 400
    assert "organisation" in refused.json()
    rows = client.get("/api/reports/?kind=portfolio").json()["results"]
    assert [(row["kind"], row["system_name"]) for row in rows] == [("portfolio", None)]
