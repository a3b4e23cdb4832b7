"""Wrong input is refused at its field with what would be right; all at once, and nothing is half saved."""

from __future__ import annotations

import pytest

from governance.models import AISystem, AuditEvent, DataFlow, VendorDependency
from tests.governance.admin.scenes import errors_of, make_system, read_form, sign_in

pytestmark = pytest.mark.django_db


def test_a_system_page_names_all_that_is_wrong_and_saves_nothing() -> None:
    system, officer = make_system(), sign_in("officer")
    address = f"/admin/governance/aisystem/{system.pk}/change/"
    data = read_form(officer, address) | {
        "name": "Renamed",
        "in_service_on": "1825-03-01",
        "withdrawn_on": "2026-01-01",
        "dependencies-TOTAL_FORMS": "1",
        "dependencies-0-vendor": str(system.uses.get().component.vendor_id),
        "dependencies-0-service": "The model",
        "dependencies-0-start_on": "2026-05-01",
        "dependencies-0-end_on": "2026-04-30",
        "dependencies-0-clauses": ["locations", "no_such_clause"],
        "data_flows-TOTAL_FORMS": "1",
        "data_flows-0-from_name": "Customers",
    }
    response = officer.post(address, data)
    assert response.status_code == 200
    errors = errors_of(response)
    assert "before 1900" in str(errors["in_service_on"])
    assert "choose “Withdrawn”" in str(errors["stage"])
    assert "the end must be after 1 May 2026" in str(errors["dependencies-0-end_on"])
    assert "no_such_clause" in str(errors["dependencies-0-clauses"])
    assert {"data_flows-0-to_name", "data_flows-0-to_role", "data_flows-0-data"} <= set(errors)
    system.refresh_from_db()
    assert system.name != "Renamed"
    assert not VendorDependency.objects.exists()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        # From 1 January to 31 December 2026 there are 364 days.
        ({"start_on": "2026-01-01", "end_on": "2026-12-31", "notice_days": "400"}, "notice_days", "364 days"),
        ({"end_on": "2026-12-31", "is_open_ended": "true"}, "is_open_ended", "not open-ended"),
        ({"exit_tested_on": "2026-03-01", "exit_tested": "false"}, "exit_tested", "choose “Yes”"),
        # A planned test would shorten the exit by the days it is hoped to take.
        ({"exit_tested_on": "2126-03-01", "exit_tested": "true"}, "exit_tested_on", "still to come"),
        ({"clauses": ["__none__", "locations"]}, "clauses", "not both"),
        ({"tolerable_outage_days": "-1"}, "tolerable_outage_days", "cannot be negative"),
        ({"start_on": "20.11.2026"}, "start_on", "2026-11-20"),
    ],
)
def test_a_contract_says_at_the_field_what_would_be_right(typed: dict[str, object], field: str, said: str) -> None:
    system, officer = make_system(), sign_in("officer")
    vendor_id = system.uses.get().component.vendor_id
    data = {"system": system.pk, "vendor": vendor_id, "service": "Model", **_no_rows("subcontractors"), **typed}
    response = officer.post("/admin/governance/vendordependency/add/", data)
    assert said in str(errors_of(response)[field])
    assert not VendorDependency.objects.exists()


def test_two_main_components_are_refused_and_swapping_them_is_not() -> None:
    system, officer = make_system(), sign_in("officer")
    other = make_other_component(system)
    address = f"/admin/governance/aisystem/{system.pk}/change/"
    data = read_form(officer, address)
    both = data | {"uses-0-is_primary": "on", "uses-1-is_primary": "on"}
    assert "only one" in str(errors_of(officer.post(address, both))["uses-1-is_primary"])
    swapped = {key: value for key, value in both.items() if key != "uses-0-is_primary"}
    assert officer.post(address, swapped).status_code == 302
    assert system.uses.get(is_primary=True).component_id == other


def test_protected_data_are_personal_data() -> None:
    system, officer = make_system(), sign_in("officer")
    address = f"/admin/governance/aisystem/{system.pk}/change/"
    data = read_form(officer, address) | {
        "data_flows-TOTAL_FORMS": "1",
        "data_flows-0-from_name": "Customers",
        "data_flows-0-to_name": "OpenAI",
        "data_flows-0-to_role": "processor",
        "data_flows-0-data": "chat text",
        "data_flows-0-transfer_tool": "scc",
        "data_flows-0-training_use": "no",
        "data_flows-0-special_categories": ["health"],
        "data_flows-0-has_personal_data": "false",
    }
    assert "personal data" in str(errors_of(officer.post(address, data))["data_flows-0-has_personal_data"])
    data["data_flows-0-has_personal_data"] = "true"
    assert officer.post(address, data).status_code == 302
    assert DataFlow.objects.get().special_categories == ["health"]


def test_a_list_nobody_looked_at_stays_unknown_and_none_is_kept_as_none() -> None:
    system, officer = make_system(), sign_in("officer")
    vendor_id = system.uses.get().component.vendor_id
    data = {"system": system.pk, "vendor": vendor_id, "service": "Model", **_no_rows("subcontractors")}
    officer.post("/admin/governance/vendordependency/add/", data | {"contract_reference": "A"})
    officer.post("/admin/governance/vendordependency/add/", data | {"contract_reference": "B", "clauses": ["__none__"]})
    clauses = dict(VendorDependency.objects.values_list("contract_reference", "clauses"))
    assert clauses == {"A": None, "B": []}


def test_a_list_nobody_looked_at_is_not_ticked_as_none_when_the_form_comes_back() -> None:
    """Nothing was ticked, and the service was forgotten: sent once more as it stands, the list must stay unknown."""
    system, officer = make_system(), sign_in("officer")
    vendor_id = system.uses.get().component.vendor_id
    data = {"system": system.pk, "vendor": vendor_id, **_no_rows("subcontractors")}
    response = officer.post("/admin/governance/vendordependency/add/", data)
    assert "service" in errors_of(response)
    assert response.context["adminform"].form["clauses"].value() is None
    ticked = officer.post("/admin/governance/vendordependency/add/", data | {"clauses": ["__none__"]})
    assert ticked.context["adminform"].form["clauses"].value() == ["__none__"]


def test_a_taken_reference_is_named() -> None:
    make_system()
    officer = sign_in("officer")
    data = {"reference": "SYS-001", "name": "Another", **_no_rows("uses")}
    errors = errors_of(officer.post("/admin/governance/aisystem/add/", data))
    assert "in the register already" in str(errors["reference"])
    assert {"purpose", "owner", "stage", "legal_entity"} <= set(errors)
    assert AISystem.objects.count() == 1


def make_other_component(system: AISystem) -> int:
    from governance.models import Component

    component = Component.objects.create(key="claude", name="Claude", kind="model")
    system.uses.create(component=component)
    return component.pk


def _no_rows(prefix: str) -> dict[str, str]:
    return {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
