"""Officers judge a component by the dimensions of the European Open Source AI Index; the engine computes the score."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from audit.licences.dossiers import load_openness_tables
from governance.catalogue.loading import load_catalogue
from governance.catalogue.reading import Catalogue, read_catalogue
from governance.models import AuditEvent, Component
from tests.audit.scenes import make_component, make_system, snapshot_of, use
from tests.governance.admin.scenes import sign_in

pytestmark = pytest.mark.django_db

DIMENSIONS = [each.id for each in load_openness_tables().dimensions]
SUPPORT = {"types": ["text"], "source": "Our own reading of the repository", "on": "2026-11-01", "grade": "verified"}


@pytest.fixture
def component() -> Component:
    return make_component(name="Weights")


def post(client: Client, component: Component, values: list[str], **typed: Any) -> Any:
    judged = {f"dimension-{name}": value for name, value in zip(DIMENSIONS, values, strict=False)}
    return client.post(f"/admin/governance/component/{component.pk}/index/", SUPPORT | judged | typed)


def score_of(component: Component) -> Any:
    system = make_system()
    use(system, component, run_mode="self_hosted")
    return snapshot_of(system.id).facts.get("open.osai_score")


def test_the_score_of_a_registered_component_is_the_mean_of_what_was_judged(component: Component) -> None:
    assert len(DIMENSIONS) == 12, "the set in force since 2026-03-13 has twelve"
    values = ["open"] * 3 + ["partial"] * 3 + ["closed"] * 6
    assert post(sign_in("officer"), component, values).status_code == 302
    entry = score_of(component)
    assert entry["value"] == (3 + 3 * 0.5) / 12
    assert entry["grade"] == "verified"
    assert "Our own reading of the repository" in entry["source"]
    event = AuditEvent.objects.get()
    assert (event.actor, [*event.changes]) == ("officer", ["index_answers"])
    component.refresh_from_db()
    assert component.corrected_fields == ["index_answers"]


def test_while_a_dimension_is_not_judged_the_score_is_not_known_and_the_page_says_how_many_are_missing(
    component: Component,
) -> None:
    officer = sign_in("officer")
    post(officer, component, ["open"] * 11)
    assert score_of(component) is None, "the twelfth may still raise it"
    page = officer.get(f"/admin/governance/component/{component.pk}/change/").content.decode()
    # The index itself counts what is empty as closed: 11 of 12.
    assert "0.92 of 1, the mean over its dimensions; 1 of them nobody has judged yet, and they count as closed." in page


def test_a_judgement_needs_source_day_and_types_all_told_at_once(component: Component) -> None:
    response = post(sign_in("officer"), component, ["open"], types=[], source="", on="2999-01-01")
    page = response.content.decode()
    assert "Say where this is written; a judgement needs its source." in page
    assert "Tick what the model works on" in page
    assert "1 Jan 2999 has not come yet" in page
    component.refresh_from_db()
    assert component.index_answers == {}


def test_nothing_judged_is_nothing_stored(component: Component) -> None:
    post(sign_in("officer"), component, [])
    component.refresh_from_db()
    assert component.index_answers == {}
    assert not AuditEvent.objects.exists()


def test_the_catalogues_dimensions_give_its_score_and_give_way_to_an_officers() -> None:
    whole = read_catalogue()
    catalogue = Catalogue(whole.vendors, {"gpt-oss-120b": whole.components["gpt-oss-120b"]})
    load_catalogue(catalogue)
    component, officer = Component.objects.get(key="gpt-oss-120b"), sign_in("officer")
    assert score_of(component)["value"] == pytest.approx(5.5 / 12), "five open, one partly open"
    page = officer.get(f"/admin/governance/component/{component.pk}/index/")
    shown = {f"dimension-{name}": page.context["form"][f"dimension-{name}"].value() for name in DIMENSIONS}
    shown |= {name: page.context["form"][name].value() for name in ("types", "source", "on", "grade", "note")}
    officer.post(f"/admin/governance/component/{component.pk}/index/", shown)
    component.refresh_from_db()
    assert component.corrected_fields == [], "a page sent back unchanged corrects nothing"
    officer.post(f"/admin/governance/component/{component.pk}/index/", shown | {"dimension-licenses": "open"})
    load_catalogue(catalogue)
    component.refresh_from_db()
    assert component.index_answers["dimensions"]["licenses"] == "open"


def test_only_those_who_edit_the_register_judge(component: Component) -> None:
    for group in ("auditor", "risk_analyst"):
        assert post(sign_in(group), component, ["open"]).status_code == 403
