"""Days that cannot have been, names that stand there already, and grades that nobody vouches for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from governance.models import ControlStatus, Evidence, LegalEntity, Vendor, VendorDependency
from tests.governance.admin.scenes import errors_of, make_system, read_form, sign_in

pytestmark = pytest.mark.django_db

EVIDENCE = {"reference": "EV-1", "title": "DPIA", "kind": "record", "grade": "self_declared", "source": "us"}


def tomorrow() -> str:
    return (timezone.localdate() + timedelta(days=1)).isoformat()


def test_evidence_and_controls_of_days_to_come_are_refused() -> None:
    system, officer = make_system(), sign_in("officer")
    sent = officer.post("/admin/governance/evidence/add/", EVIDENCE | {"issued_on": tomorrow()})
    assert "is still to come" in str(errors_of(sent)["issued_on"])
    control = {
        "system": system.pk,
        "obligation": "eu_ai_act.art_5.prohibited_practice",
        "status": "not_met",
        "recorded_on": tomorrow(),
    }
    sent = officer.post("/admin/governance/controlstatus/add/", control)
    assert "is still to come" in str(errors_of(sent)["recorded_on"])
    assert not Evidence.objects.exists()
    assert not ControlStatus.objects.exists()


def test_a_row_that_was_stored_with_such_a_day_does_not_block_its_page() -> None:
    officer = sign_in("officer")
    stored = Evidence.objects.create(**EVIDENCE, issued_on=timezone.localdate() + timedelta(days=9))
    address = f"/admin/governance/evidence/{stored.pk}/change/"
    assert officer.post(address, read_form(officer, address) | {"title": "Renamed"}).status_code == 302


def test_what_is_in_service_came_into_service_on_a_day_gone_by_and_a_plan_may_lie_ahead() -> None:
    system, officer = make_system(), sign_in("officer")
    address = f"/admin/governance/aisystem/{system.pk}/change/"
    sent = read_form(officer, address) | {"in_service_on": tomorrow()}
    assert "is still to come" in str(errors_of(officer.post(address, sent))["in_service_on"])
    assert officer.post(address, sent | {"stage": "idea"}).status_code == 302


def test_verified_by_us_names_who_verified_it() -> None:
    officer = sign_in("officer")
    sent = EVIDENCE | {"grade": "verified", "issued_on": "2026-01-01"}
    assert "who verified it" in str(errors_of(officer.post("/admin/governance/evidence/add/", sent))["verified_by"])
    sent |= {"verified_by": "Compliance"}
    assert officer.post("/admin/governance/evidence/add/", sent).status_code == 302


def test_an_address_of_evidence_is_one_a_browser_may_follow() -> None:
    officer = sign_in("officer")
    sent = EVIDENCE | {"issued_on": "2026-01-01", "url": "javascript:alert(1)"}
    assert "https://" in str(errors_of(officer.post("/admin/governance/evidence/add/", sent))["url"])


@pytest.mark.parametrize(("model", "more"), [(Vendor, {"parent_status": "unknown"}), (LegalEntity, {"country": "DE"})])
def test_a_company_is_registered_once_however_it_is_written(model: Any, more: dict[str, str]) -> None:
    officer = sign_in("officer")
    model.objects.create(name="Nordlicht AI", lei="999900NORDLICHTAI005", **({"country": "DE"} | more))
    address = f"/admin/governance/{model._meta.model_name}/add/"
    sent = officer.post(address, {"name": " nordlicht  AI", "lei": "999900NORDLICHTAI005", **more})
    assert "“Nordlicht AI” is in the register already" in str(errors_of(sent)["name"])
    assert "the LEI of Nordlicht AI" in str(errors_of(sent)["lei"])
    assert model.objects.count() == 1


def test_a_vendor_without_a_parent_is_told_from_one_whose_parent_nobody_knows() -> None:
    Vendor.objects.create(name="Alpha", parent_status="none")
    Vendor.objects.create(name="Beta", parent_status="unknown")
    shown = sign_in("officer").get("/admin/governance/vendor/").content.decode()
    assert ">none<" in shown.split("Alpha", 1)[1].split("</tr>", 1)[0]
    assert ">not known<" in shown.split("Beta", 1)[1].split("</tr>", 1)[0]


def test_a_second_control_for_the_same_obligation_and_a_second_contract_say_so_in_words() -> None:
    system, officer = make_system(), sign_in("officer")
    ControlStatus.objects.create(
        system=system, obligation="eu_ai_act.art_5.prohibited_practice", status="not_met", recorded_on="2026-01-01"
    )
    sent = {
        "system": system.pk,
        "obligation": "eu_ai_act.art_5.prohibited_practice",
        "status": "not_met",
        "recorded_on": "2026-01-01",
    }
    refused = errors_of(officer.post("/admin/governance/controlstatus/add/", sent))
    assert "recorded already" in str(refused["obligation"])
    vendor = system.uses.get().component.vendor
    assert vendor is not None
    VendorDependency.objects.create(system=system, vendor=vendor, service="Model", contract_reference="C-1")
    rows = {f"subcontractors-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    sent = {"system": system.pk, "vendor": vendor.pk, "service": "x", "contract_reference": "C-1", **rows}
    refused = errors_of(officer.post("/admin/governance/vendordependency/add/", sent))
    assert "give another contract reference" in str(refused)


def test_a_quantity_is_shown_without_zeros_that_read_like_thousands() -> None:
    system, officer = make_system(), sign_in("officer")
    system.uses.update(yearly_volume_in="400.000", yearly_volume_out="0.150")
    sent = read_form(officer, f"/admin/governance/aisystem/{system.pk}/change/")
    assert sent["uses-0-yearly_volume_in"] == "400"
    assert sent["uses-0-yearly_volume_out"] == "0.15"


def test_a_negative_cost_is_refused_at_its_field() -> None:
    officer = sign_in("officer")
    rows = {f"subcontractors-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    refused = errors_of(officer.post("/admin/governance/vendordependency/add/", {"annual_cost": "-1", **rows}))
    assert "0 or more" in str(refused["annual_cost"])


def test_who_only_reads_a_vendor_sees_its_grade_in_words() -> None:
    vendor = Vendor.objects.create(name="Alpha", grade="documented_by_third_party")
    page = sign_in("auditor").get(f"/admin/governance/vendor/{vendor.pk}/change/").content.decode()
    assert "Documented by a third party" in page
    assert "documented_by_third_party" not in page
