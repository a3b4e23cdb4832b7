"""What cannot be true of a contract, a chain, a price or a group is refused, and nothing is half saved."""

from __future__ import annotations

import pytest

from governance.models import AuditEvent, HostOffer, Subcontractor, Vendor, VendorDependency
from tests.governance.admin.scenes import errors_of, make_system, read_form, sign_in

pytestmark = pytest.mark.django_db


def rows(prefix: str, **columns: str) -> dict[str, str]:
    """One new row of a list on the screen; none where no column is given."""
    made = {f"{prefix}-0-{name}": value for name, value in columns.items()}
    return {f"{prefix}-TOTAL_FORMS": str(int(bool(columns))), f"{prefix}-INITIAL_FORMS": "0", **made}


def say(errors: object) -> str:
    return str(errors)


def test_a_dependency_on_ourselves_is_refused() -> None:
    system, officer = make_system(), sign_in("officer")
    twin = Vendor.objects.create(name=system.legal_entity.name, parent_status="none")
    data = {"system": system.pk, "vendor": twin.pk, "service": "Model", **rows("subcontractors")}
    errors = errors_of(officer.post("/admin/governance/vendordependency/add/", data))
    assert "cannot depend on itself" in say(errors["vendor"])
    assert not VendorDependency.objects.exists()


def test_a_chain_that_leads_back_to_the_vendor_is_refused_with_its_contract() -> None:
    system, officer = make_system(), sign_in("officer")
    vendor = str(system.uses.get().component.vendor_id)
    chain = rows("subcontractors", vendor=vendor, rank="1")
    data = {"system": system.pk, "vendor": vendor, "service": "Model", **chain}
    errors = errors_of(officer.post("/admin/governance/vendordependency/add/", data))
    assert "a chain cannot lead back to it" in say(errors)
    assert not VendorDependency.objects.exists(), "the contract is not saved without its chain"
    assert not Subcontractor.objects.exists()


def test_a_negative_cost_is_refused() -> None:
    system, officer = make_system(), sign_in("officer")
    vendor = system.uses.get().component.vendor_id
    data = {"system": system.pk, "vendor": vendor, "service": "Model", **rows("subcontractors")}
    data |= {"annual_cost": "-1", "annual_cost_currency": "EUR"}
    errors = errors_of(officer.post("/admin/governance/vendordependency/add/", data))
    assert "cannot be negative" in say(errors)
    assert not VendorDependency.objects.exists()


def test_a_negative_price_is_refused_and_the_component_stays_as_it_was() -> None:
    component, officer = make_system().uses.get().component, sign_in("officer")
    address = f"/admin/governance/component/{component.pk}/change/"
    data = read_form(officer, address) | {"summary": "Changed"}
    data |= rows("host_offers", company=str(component.vendor_id), role="host", price_in="-2")
    errors = errors_of(officer.post(address, data))
    assert "cannot be negative" in say(errors)
    component.refresh_from_db()
    assert component.summary != "Changed"
    assert not HostOffer.objects.filter(price_in__lt=0).exists()


@pytest.mark.parametrize(
    ("parent", "said"),
    [("itself", "is not its own parent"), ("daughter", "loops"), ("middle", "Two ultimate parents")],
)
def test_a_vendor_has_one_ultimate_parent_and_not_itself(parent: str, said: str) -> None:
    officer = sign_in("officer")
    top = Vendor.objects.create(name="Top", parent_status="none")
    vendor = Vendor.objects.create(name="Vendor", parent_status="none")
    found = {
        "itself": vendor,
        "daughter": Vendor.objects.create(name="Daughter", parent_status="named", ultimate_parent=vendor),
        "middle": Vendor.objects.create(name="Middle", parent_status="named", ultimate_parent=top),
    }
    address = f"/admin/governance/vendor/{vendor.pk}/change/"
    data = read_form(officer, address) | {"parent_status": "named", "ultimate_parent": str(found[parent].pk)}
    errors = errors_of(officer.post(address, data))
    assert said in say(errors)
    vendor.refresh_from_db()
    assert vendor.ultimate_parent_id is None
    assert not AuditEvent.objects.filter(object_type="vendor").exists()
