"""Words of the screens: grades for those who only read, and what a row is called."""

from __future__ import annotations

from typing import Any

import pytest

from governance.models import Component, ComponentArtefact, HostOffer, Vendor
from tests.governance.admin.scenes import make_system, sign_in

pytestmark = pytest.mark.django_db


def make_offered() -> Component:
    host = Vendor.objects.create(name="Host")
    component = Component.objects.create(key="model", name="Model", kind="model", vendor=host)
    HostOffer.objects.create(component=component, company=host, role="host", grade="documented_by_third_party")
    ComponentArtefact.objects.create(component=component, part="Model card", grade="vendor_claimed")
    return component


def page_of(group: str, component: Component) -> Any:
    return sign_in(group).get(f"/admin/governance/component/{component.pk}/change/")


def test_who_only_reads_sees_the_grades_of_offers_and_parts_in_words() -> None:
    page = page_of("auditor", make_offered()).content.decode()
    for word, code in (
        ("Documented by a third party", "documented_by_third_party"),
        ("Claimed by the vendor", "vendor_claimed"),
    ):
        assert word in page
        assert code not in page


def test_who_may_change_the_component_chooses_the_grade() -> None:
    inlines = page_of("officer", make_offered()).context["inline_admin_formsets"]
    for inline in inlines:
        assert "grade" in inline.formset.forms[0].fields
        assert "grade_in_words" not in inline.formset.forms[0].fields
    assert {inline.formset.model for inline in inlines} == {HostOffer, ComponentArtefact}


def test_a_contract_is_called_so_when_it_is_saved_and_its_name_stays_what_was_typed() -> None:
    system = make_system()
    rows = {f"subcontractors-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    sent = {"system": system.pk, "vendor": system.uses.get().component.vendor_id, "service": "<b>Model</b>", **rows}
    page = sign_in("officer").post("/admin/governance/vendordependency/add/", sent, follow=True).content.decode()
    assert "The contract “<a href=" in page
    assert "The dependency" not in page
    assert "<b>Model</b>" not in page
    assert "&lt;b&gt;Model" in page
