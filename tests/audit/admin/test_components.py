"""An officer corrects what the catalogue says of a component, with a source, and it stays corrected."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from governance.choices import MOF_PARTS
from governance.models import AuditEvent, Component
from tests.governance.admin.scenes import read_form, sign_in

pytestmark = pytest.mark.django_db

KEY = "model.is_gpai"


@pytest.fixture
def component() -> Component:
    return Component.objects.create(
        key="m",
        name="Mistral-7B",
        kind="model",
        facts=[{"key": KEY, "value": False, "grade": "vendor_claimed", "source": "model card", "on": "2026-01-01"}],
    )


def post(client: Client, component: Component, **typed: str) -> Any:
    sent = {f"{KEY}--source": "model card", f"{KEY}--grade": "vendor_claimed", KEY: "no"}
    sent |= {name.replace("__", "--").replace("is_gpai", KEY): value for name, value in typed.items()}
    return client.post(f"/admin/governance/component/{component.pk}/facts/", sent)


def test_a_correction_is_kept_with_its_source_and_from_the_catalogue(component: Component) -> None:
    response = post(sign_in("officer"), component, is_gpai="yes", is_gpai__source="Our own tests, 2026-11")
    assert response.status_code == 302
    component.refresh_from_db()
    fact = component.facts[0]
    assert (fact["value"], fact["source"]) == (True, "Our own tests, 2026-11")
    assert component.corrected_fields == ["facts"]
    event = AuditEvent.objects.get()
    assert (event.action, event.actor) == ("corrected", "officer")
    assert event.changes[f"facts.{KEY}"][0]["value"] is False


def test_a_correction_without_a_source_is_refused_at_its_question(component: Component) -> None:
    page = post(sign_in("officer"), component, is_gpai="yes", is_gpai__source="")
    assert "needs its source" in str(page.context["form"].errors[KEY])
    component.refresh_from_db()
    assert component.facts[0]["value"] is False


def test_an_unchanged_page_corrects_nothing(component: Component) -> None:
    assert post(sign_in("officer"), component).status_code == 302
    component.refresh_from_db()
    assert component.corrected_fields == []
    assert not AuditEvent.objects.exists()


def test_a_fact_that_turned_out_not_to_be_known_is_removed(component: Component) -> None:
    post(sign_in("officer"), component, is_gpai="")
    component.refresh_from_db()
    assert component.facts == []


def test_only_those_who_edit_the_register_correct_it(component: Component) -> None:
    for group in ("auditor", "risk_analyst"):
        assert post(sign_in(group), component, is_gpai="yes").status_code == 403


def test_the_dossier_shows_all_17_parts_and_the_status_word(component: Component) -> None:
    component.artefacts.create(part="Model card", availability="available", licence_id="Apache-2.0")
    page = sign_in("officer").get(f"/admin/governance/component/{component.pk}/change/").content.decode()
    grid = page[page.index('<ul class="dossier">') : page.index("What is known of it")]
    assert grid.count("<li") == 17
    assert grid.count('<li class="available">') == 1
    # 16 parts nobody has looked at are not known; they are not counted as missing.
    assert grid.count('<li class="unknown">') == 16


def test_the_status_word_stands_with_its_reason_and_with_what_the_dossier_comes_to(component: Component) -> None:
    Component.objects.filter(pk=component.pk).update(is_hosted_only=True)
    page = sign_in("officer").get(f"/admin/governance/component/{component.pk}/change/").content.decode()
    judged = page[page.index('<dl class="judged">') : page.index("</dl>", page.index('<dl class="judged">'))]
    # Offered only as a service: closed, and nobody claims otherwise.
    assert "<dt>Status</dt><dd>Closed. It is offered only as a service" in judged
    assert "<dt>Open-washing</dt>" in judged


def test_a_new_model_is_offered_a_row_for_each_part_and_one_left_alone_stays_unentered(
    component: Component,
) -> None:
    officer = sign_in("officer")
    address = f"/admin/governance/component/{component.pk}/change/"
    data = read_form(officer, address)
    offered = [data[f"artefacts-{number}-part"] for number in range(int(data["artefacts-TOTAL_FORMS"]))]
    assert offered == list(MOF_PARTS)
    officer.post(address, data)
    assert component.artefacts.count() == 0
    weights = f"artefacts-{offered.index('Model parameters (Final)')}"
    data |= {f"{weights}-availability": "available", f"{weights}-licence_raw": "gemma"}
    assert officer.post(address, data).status_code == 302
    entered = component.artefacts.get()
    assert (entered.part, entered.availability, entered.licence_raw) == (
        "Model parameters (Final)",
        "available",
        "gemma",
    )
    # The Gemma terms forbid uses: the weights can be had, and their licence is not open.
    page = officer.get(address).content.decode()
    assert "Hybrid: restricted weights. The weights can be had; their licence (" in page


def test_the_licence_as_written_is_what_an_officer_corrects_and_what_is_judged(component: Component) -> None:
    component.artefacts.create(
        part="Model parameters (Final)", availability="available", licence_raw="see LICENSE", licence_id="Apache-2.0"
    )
    officer = sign_in("officer")
    address = f"/admin/governance/component/{component.pk}/change/"
    assert "is not understood" in officer.get(address).content.decode()
    officer.post(address, read_form(officer, address) | {"artefacts-0-licence_raw": "Apache-2.0"})
    assert "The weights are open (Apache-2.0)" in officer.get(address).content.decode()


def test_software_is_offered_no_parts(component: Component) -> None:
    Component.objects.filter(pk=component.pk).update(kind="library")
    data = read_form(sign_in("officer"), f"/admin/governance/component/{component.pk}/change/")
    assert not any(name.startswith("artefacts-") for name in data)
