"""Grades for those who only read: words, and no codes; who may change them chooses."""

from __future__ import annotations

from typing import Any

import pytest

from governance.models import Component, ComponentArtefact, HostOffer, Vendor
from tests.governance.admin.scenes import sign_in

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
