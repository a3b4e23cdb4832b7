"""Two people, or two tabs, at the same entry: the later save never undoes the earlier one unseen."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from governance.models import AISystem, Vendor, VendorDependency
from governance.services.answering import Answer, save_answers
from tests.governance.admin.scenes import errors_of, make_system, read_form, sign_in

pytestmark = pytest.mark.django_db


def test_a_second_tab_does_not_undo_the_first_and_may_save_when_it_says_so_again() -> None:
    system, first, second = make_system(owner="Service"), sign_in("officer", "ines"), sign_in("officer", "jan")
    page, mine, theirs = _address(system), _open(first, system), _open(second, system)
    assert first.post(page, mine | {"owner": "Head of Service"}).status_code == 302
    refused = second.post(page, theirs | {"business_function": "Hotline"})
    assert refused.status_code == 200
    told = str(errors_of(refused))
    assert "ines" in told
    assert "while your page was open" in told
    assert _stored(system).owner == "Head of Service"
    assert _stored(system).business_function == ""
    again = theirs | {"business_function": "Hotline", "_shown": refused.context["shown"]}
    assert second.post(page, again).status_code == 302
    assert _stored(system).business_function == "Hotline"


def test_a_contract_changed_on_its_own_page_counts_as_a_change_of_the_system_it_stands_below() -> None:
    system, officer = make_system(), sign_in("officer")
    vendor = Vendor.objects.create(name="Kestrel")
    contract = VendorDependency.objects.create(system=system, vendor=vendor, service="Hosting", notice_days=30)
    opened = _open(officer, system)
    contract.notice_days = 90
    contract.save()
    assert "while your page was open" in str(errors_of(officer.post(_address(system), opened)))
    contract.refresh_from_db()
    assert contract.notice_days == 90


def test_answers_given_in_another_tab_do_not_stand_in_the_way() -> None:
    system, officer = make_system(), sign_in("officer")
    opened = _open(officer, system)
    save_answers(system_id=system.pk, answers={"sys.ai_definition": Answer("yes")}, actor="officer")
    assert officer.post(_address(system), opened | {"owner": "Head of Service"}).status_code == 302
    assert _stored(system).owner == "Head of Service"
    assert "sys.ai_definition" in _stored(system).answers


@pytest.mark.parametrize("model", ["vendor", "component", "legalentity", "evidence", "controlstatus"])
def test_every_page_of_the_register_carries_what_it_showed(model: str) -> None:
    officer = sign_in("officer")
    row = _make(model)
    response = officer.get(f"/admin/governance/{model}/{row.pk}/change/")
    assert f'name="_shown" value="{response.context["shown"]}"' in response.content.decode()


def _make(model: str) -> Any:
    system = make_system()
    if model == "evidence":
        return system.evidence.create(
            reference="EV-1", title="Test", kind="test", grade="self_declared", issued_on="2026-01-01", source="us"
        )
    if model == "controlstatus":
        return system.controls.create(obligation="gdpr.art_35.dpia", status="met", recorded_on="2026-01-01")
    component = system.uses.get().component
    return {"vendor": component.vendor, "component": component, "legalentity": system.legal_entity}[model]


def _address(system: AISystem) -> str:
    return f"/admin/governance/aisystem/{system.pk}/change/"


def _open(browser: Client, system: AISystem) -> dict[str, Any]:
    shown = browser.get(_address(system)).context["shown"]
    return read_form(browser, _address(system)) | {"_shown": shown}


def _stored(system: AISystem) -> AISystem:
    return AISystem.objects.get(pk=system.pk)
