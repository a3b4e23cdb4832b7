"""Every address of the API for every group: reading for all of them, writing only for those whose work it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import DjangoDbBlocker
from rest_framework.test import APIClient

from audit.models import Finding, ReassessmentRun, Reminder, Scenario, StressRecord
from governance.models import AISystem
from governance.services.groups import set_up_groups
from tests.audit.pages_bank import GROUPS, make_bank, make_report
from tests.audit.scenes import TODAY, make_entity, make_vendor

Case: TypeAlias = tuple[str, str, dict[str, Any], dict[str, int]]

READS = dict.fromkeys(GROUPS, 200) | {"": 403}
# The register is the officers' and administrators'; analysts and auditors read it.
REGISTERS = {"officer": 201, "administrator": 201, "risk_analyst": 403, "auditor": 403, "": 403}
CHANGES = {"officer": 200, "administrator": 200, "risk_analyst": 403, "auditor": 403, "": 403}

DELETES = CHANGES | {"officer": 204, "administrator": 204}
CONTROL = {
    "system": "{system}",
    "obligation": "eu_ai_act.art_4.ai_literacy",
    "status": "met",
    "recorded_on": "2026-11-01",
}
EVALUATION = {
    "component": "{component}", "system": "{system}", "purpose": "B", "evaluated_by": "B",
    "evaluated_on": "2026-11-01", "result": "passed",
}  # fmt: skip
EVIDENCE = {"reference": "EV-900", "title": "B", "kind": "test", "grade": "self_declared", "issued_on": "2026-11-01"}
EVIDENCE |= {"source": "Our own test"}


def _asks(status: int) -> dict[str, int]:
    """Whoever works with the judgement may ask; the auditor reads."""
    return dict.fromkeys(GROUPS, status) | {"auditor": 403, "": 403}


READING = [
    "systems", "systems/{system}", "legal-entities", "legal-entities/{entity}", "vendors", "vendors/{vendor}",
    "components", "components/{component}", "standings", "assessments", "assessments/{assessment}", "findings",
    "system-components", "system-components/{use}", "data-flows", "data-flows/{flow}", "dependencies",
    "dependencies/{dependency}", "controls", "evidence", "findings/{finding}", "reports", "reports/{report}",
    "reports/{report}/file", "stress", "stress/{stress}", "reminders", "reminders/{reminder}", "concentration",
    "sensitivity", "watched-days", "ways-out/{system}", "subcontractors", "host-offers", "evaluations",
    "legal-entities/{entity}/judgement", "fundamental-rights-assessments", "data-protection-assessments",
    "not-high-risk-assessments", "runs", "runs/{run}", "runs/{run}/movements", "scenarios", "scenarios/{scenario}",
    "scenarios/{scenario}/outcomes",
]  # fmt: skip
WRITING: list[Case] = [
    ("post", "legal-entities", {"name": "B", "country": "DE"}, REGISTERS),
    ("post", "vendors", {"name": "B"}, REGISTERS),
    ("post", "components", {"key": "b", "name": "B", "kind": "model"}, REGISTERS),
    ("patch", "systems/{system}", {"owner": "B"}, CHANGES),
    ("patch", "legal-entities/{entity}", {"country": "FR"}, CHANGES),
    ("patch", "vendors/{vendor}", {"legal_name": "B"}, CHANGES),
    ("patch", "components/{component}", {"summary": "B"}, CHANGES),
    ("patch", "system-components/{use}", {"note": "B"}, CHANGES),
    ("patch", "data-flows/{flow}", {"note": "B"}, CHANGES),
    ("patch", "dependencies/{dependency}", {"notice_days": 90}, CHANGES),
    ("post", "controls", CONTROL, REGISTERS),
    ("post", "evidence", EVIDENCE, REGISTERS),
    ("delete", "data-flows/{flow}", {}, DELETES),
    ("post", "assessments", {"systems": ["{system}"]}, _asks(202)),
    ("post", "reports", {"system": "{system}"}, _asks(202)),
    ("post", "stress", {"scenario": "price_times", "parameters": {"times": "3"}}, _asks(202)),
    ("post", "reminders/{reminder}/seen", {}, _asks(200)),
    ("post", "scenarios", {"as_of": "2027-12-02"}, _asks(202)),
    ("post", "subcontractors", {"dependency": "{dependency}", "vendor": "{other}"}, REGISTERS),
    ("post", "host-offers", {"component": "{component}", "company": "{other}", "role": "host"}, REGISTERS),
    ("post", "evaluations", EVALUATION, REGISTERS),
    ("post", "findings/{finding}/respond", {"response": "disagree", "text": "Not so."}, _asks(200)),
]
# Reading a preview stores nothing, so whoever reads assessments may have one.
PREVIEW = ("post", "assess/preview", {"id": "A", "facts": {}}, READS)
OPEN_TO_SIGNED_IN = {"vocabulary", "schema", "docs", "tokens/end"}
OPEN_TO_ALL = {"tokens"}


@pytest.fixture(scope="module")
def stored_bank(rows_of_module: None, django_db_blocker: DjangoDbBlocker) -> dict[str, int]:
    """The bank and the groups, stored once for all tests of this file."""
    with django_db_blocker.unblock():
        set_up_groups()
        return store_bank()


@pytest.fixture
def keys(stored_bank: dict[str, int], db: None) -> dict[str, int]:
    return stored_bank


def store_bank() -> dict[str, int]:
    bank = make_bank()
    chatbot: AISystem = bank["chatbot"]
    report = make_report(chatbot)
    use = chatbot.uses.get()
    reminder = Reminder.objects.create(
        system=chatbot, what="contract_end", subject="C", on=TODAY, lead_days=0, raised_on=TODAY
    )
    stress = StressRecord.objects.create(scenario="price_times", parameters={"times": "3"}, as_of=TODAY)
    assert report.assessment_id is not None
    scenario = Scenario.objects.create(as_of=TODAY, compared_on=TODAY, state="done")
    run = ReassessmentRun.objects.create(as_of=TODAY, state="done")
    return {
        "run": run.pk, "scenario": scenario.pk,
        "reminder": reminder.pk, "stress": stress.pk, "other": make_vendor().pk,
        "system": chatbot.pk, "entity": make_entity().pk, "vendor": chatbot.dependencies.get().vendor_id,
        "component": use.component_id, "assessment": report.assessment_id, "finding": Finding.objects.get().pk,
        "report": report.pk,
        "use": use.pk, "flow": chatbot.data_flows.get().pk, "dependency": chatbot.dependencies.get().pk,
    }  # fmt: skip


@pytest.mark.parametrize("path", READING)
def test_reading(path: str, keys: dict[str, int], call_as: Callable[[str], APIClient]) -> None:
    found = {}
    for who in READS:
        response = call_as(who).get(f"/api/{path.format(**keys)}/")
        if response.streaming:
            response.getvalue()  # reading it to the end closes the file
        found[who] = response.status_code
    assert found == READS


@pytest.mark.parametrize("case", [*WRITING, PREVIEW], ids=lambda case: f"{case[0]} {case[1]}")
def test_writing(case: Case, keys: dict[str, int], call_as: Callable[[str], APIClient]) -> None:
    method, path, body, expected = case
    filled = {name: _fill(value, keys) for name, value in body.items()}
    found = {}
    for who in expected:
        client = call_as(who)
        with transaction.atomic():
            response = getattr(client, method)(f"/api/{path.format(**keys)}/", filled, format="json")
            transaction.set_rollback(True)  # each of them finds the same rows
        found[who] = response.status_code
    assert found == expected


@pytest.mark.parametrize("path", [*READING, "vocabulary", "schema", "assess/preview"])
def test_without_signing_in_nothing_is_read(path: str, keys: dict[str, int]) -> None:
    assert APIClient().get(f"/api/{path.format(**keys)}/").status_code in (401, 403)


def test_every_address_is_in_one_of_the_tables() -> None:
    known = {path.split("/")[0] for path in READING} | {path.split("/")[0] for _, path, _, _ in [*WRITING, PREVIEW]}
    known |= {path.split("/")[0] for path in OPEN_TO_SIGNED_IN | OPEN_TO_ALL}
    found = set()
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver) and str(resolver.pattern) == "api/":
            for pattern in resolver.url_patterns:
                assert isinstance(pattern, URLPattern)
                found.add(str(pattern.pattern).lstrip("^").split("/")[0])
    assert found == known


def _fill(value: Any, keys: dict[str, int]) -> Any:
    if isinstance(value, list):
        return [_fill(item, keys) for item in value]
    return keys[value[1:-1]] if isinstance(value, str) and value.startswith("{") else value
