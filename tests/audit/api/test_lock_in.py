"""Lock-in through the API: stress runs, sensitivity, ways out, and reminders of watched days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeAlias

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from audit import tasks
from audit.models import Reminder, StressRecord
from audit.portfolio import tables
from audit.services.reminding import raise_reminders
from governance.models import AISystem, Subcontractor, SystemComponent
from tests.audit.pages_bank import make_bank
from tests.audit.scenes import TODAY, contract, make_component, make_vendor, make_vendor_chatbot, offer

Client = Callable[[str], APIClient]


@pytest.fixture
def bank(db: None) -> dict[str, AISystem]:
    return make_bank()


def test_a_stress_run_is_asked_for_followed_and_read(bank: dict[str, AISystem], call_as: Client) -> None:
    client = call_as("risk_analyst")
    vendor = bank["chatbot"].dependencies.get().vendor
    body = {"scenario": "vendor_gone", "parameters": {"vendor": vendor.name}, "note": "Board"}
    asked = client.post("/api/stress/", body, format="json")
    assert asked.status_code == 202, asked.json()
    assert (asked.json()["state"], asked.json()["result"], asked.json()["requested_by"]) == (
        "queued",
        None,
        "risk_analyst",
    )
    tasks.run_stress(asked.json()["id"])
    done = client.get(f"/api/stress/{asked.json()['id']}/").json()
    assert (done["state"], done["systems_surely_hit"], done["note"]) == ("done", 1, "Board")
    assert done["result"]["hits"][0]["system"] == bank["chatbot"].reference
    (row,) = client.get("/api/stress/?scenario=vendor_gone").json()["results"]
    assert (row["id"], "result" in row) == (done["id"], False)
    assert client.get("/api/stress/?scenario=price_times").json()["results"] == []


def test_a_scenario_that_is_wrong_is_refused_with_all_that_is_wrong(call_as: Client) -> None:
    body = {"scenario": "price_times", "parameters": {"times": "-1", "vendor": "Nobody", "host": "x"}}
    response = call_as("officer").post("/api/stress/", body, format="json")
    assert response.status_code == 400
    said = " ".join(response.json()["parameters"])
    for wrong in ("takes no 'host'", "'Nobody' is not in the register", "'-1' is not a factor"):
        assert wrong in said
    assert not StressRecord.objects.exists()


def test_the_figures_cost_the_same_queries_whatever_the_number_of_systems(
    bank: dict[str, AISystem], call_as: Client
) -> None:
    client = call_as("auditor")
    addresses = ("/api/concentration/", "/api/concentration/roots/", "/api/watched-days/", "/api/sensitivity/")
    client.get("/api/standings/")

    def count() -> list[int]:
        found = []
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            found.append(len(queries))
        return found

    count()  # each fact sheet is judged once in a process
    before = count()
    for _ in range(3):
        make_vendor_chatbot()
    assert count() == before
    # Two more read the session and the user; the permissions come in two.
    assert before[0] <= tables.QUERIES + 4


def test_each_way_out_says_what_blocks_it(bank: dict[str, AISystem], call_as: Client) -> None:
    system = bank["chatbot"]
    component = SystemComponent.objects.get(system=system).component
    other = make_vendor(name="Second host")
    offer(component, other)
    found = call_as("auditor").get(f"/api/ways-out/{system.pk}/").json()
    assert any("Second host" in way["label"] for way in found["ways"])
    assert all({"open", "blocked_by", "days", "cost_of_year"} <= way.keys() for way in found["ways"])
    assert call_as("officer").get("/api/ways-out/987654/").status_code == 404


def test_watched_days_are_those_ahead_and_a_reminder_is_seen_by_whoever_saw_it_first(
    bank: dict[str, AISystem], call_as: Client
) -> None:
    today = timezone.localdate()
    row = contract(bank["scoring"], make_vendor(), end_on=today + timedelta(days=20), contract_reference="C-9")
    raise_reminders(as_of=today)
    officer = call_as("officer")
    (watched,) = officer.get("/api/watched-days/").json()["results"]
    assert (watched["what"], watched["on"]) == ("contract_end", (today + timedelta(days=20)).isoformat())
    assert officer.get(f"/api/watched-days/?until={row.end_on}").json()["results"] == []
    (reminder,) = officer.get("/api/reminders/?is_seen=false").json()["results"]
    seen = officer.post(f"/api/reminders/{reminder['id']}/seen/").json()
    assert seen["seen_by"] == "officer"
    call_as("risk_analyst").post(f"/api/reminders/{reminder['id']}/seen/")
    assert Reminder.objects.get().seen_by == "officer"
    assert officer.get("/api/reminders/?is_seen=false").json()["results"] == []


OFFER = {"component": "{component}", "company": "{vendor}", "role": "host"}
Case: TypeAlias = tuple[str, str, dict[str, Any], str]
REFUSED: list[Case] = [
    ("patch", "dependencies/{own}", {}, "cannot depend on itself"),
    ("post", "subcontractors", {"dependency": "{contract}", "vendor": "{vendor}"}, "a chain cannot lead back to it"),
    (
        "patch",
        "dependencies/{contract}",
        {"start_on": "2026-01-01", "end_on": "2026-03-01", "notice_days": 90},
        "A notice of 90 days is longer than the term of 59 days",
    ),
    ("patch", "dependencies/{contract}", {"annual_cost": "-1", "annual_cost_currency": "EUR"}, "cannot be negative"),
    ("post", "host-offers", OFFER | {"price_in": "-2"}, "A price cannot be negative"),
    ("patch", "vendors/{vendor}", {"ultimate_parent": "{vendor}", "parent_status": "named"}, "parent"),
    ("patch", "vendors/{vendor}", {"ultimate_parent": "{daughter}", "parent_status": "named"}, "parent"),
]  # fmt: skip


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: f"{case[0]} {case[1]}: {case[3]}")
def test_what_cannot_be_is_refused_with_a_clear_message_and_nothing_is_saved(
    case: Case, bank: dict[str, AISystem], call_as: Client
) -> None:
    method, path, body, says = case
    row = bank["chatbot"].dependencies.get()
    daughter = make_vendor(ultimate_parent=row.vendor, parent_status="named")
    twin = make_vendor(name=bank["chatbot"].legal_entity.name)
    keys = {
        "own": row.pk,
        "contract": row.pk,
        "vendor": row.vendor_id,
        "component": make_component().pk,
        "daughter": daughter.pk,
    }
    if path == "dependencies/{own}":
        body = {"vendor": twin.pk}
    filled = {name: keys[value[1:-1]] if str(value).startswith("{") else value for name, value in body.items()}
    before = type(row).objects.filter(pk=row.pk).values().get()
    response = getattr(call_as("officer"), method)(f"/api/{path.format(**keys)}/", filled, format="json")
    assert response.status_code == 400, response.content
    assert says in str(response.json())
    row.vendor.refresh_from_db()
    assert type(row).objects.filter(pk=row.pk).values().get() == before
    assert (row.vendor.ultimate_parent_id, Subcontractor.objects.count()) == (None, 0)


def test_prices_and_volumes_are_written_and_read(bank: dict[str, AISystem], call_as: Client) -> None:
    use = bank["chatbot"].uses.get()
    client = call_as("officer")
    changed = client.patch(
        f"/api/system-components/{use.pk}/", {"yearly_volume_in": "1000", "yearly_volume_out": "500"}, format="json"
    )
    assert changed.status_code == 200, changed.json()
    body = {"price_guaranteed_until": "2027-06-30", "annual_cost": "12000.00", "annual_cost_currency": "EUR"}
    dependency = bank["chatbot"].dependencies.get()
    assert client.patch(f"/api/dependencies/{dependency.pk}/", body, format="json").status_code == 200
    given = client.get(f"/api/dependencies/{dependency.pk}/").json()
    assert {key: given[key] for key in body} == body
    offered = {"component": use.component_id, "company": dependency.vendor_id, "role": "host", "price_in": "2.5"}
    more = {"unit": "USD per million tokens", "source": "price list", "source_on": str(TODAY)}
    assert client.post("/api/host-offers/", offered | more, format="json").status_code == 201
