"""Officers enter who calls a component open, where and when; the page tells at once what comes of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from audit.snapshots.openness import judge_entered
from governance.catalogue.loading import load_catalogue
from governance.catalogue.reading import Catalogue, read_catalogue
from governance.models import AuditEvent, Component
from tests.governance.admin.scenes import errors_of, read_form, sign_in

pytestmark = pytest.mark.django_db

WHOLE = read_catalogue()
# The maker of Llama 2 calls it open; its licence has a user threshold, so it is not (facts/seeds.md).
LLAMA = "llama-2-70b"


def load(**changed: object) -> Component:
    entry = WHOLE.components[LLAMA].model_copy(update=changed)
    load_catalogue(Catalogue(WHOLE.vendors, {LLAMA: entry}))
    return Component.objects.get(key=LLAMA)


def closed_model(**columns: Any) -> Component:
    """A model that is only served: closed, whatever is said of it."""
    return Component.objects.create(key="m", name="Oracle", kind="model", is_hosted_only=True, **columns)


def address_of(component: Component) -> str:
    return f"/admin/governance/component/{component.pk}/change/"


def add_claims(client: Client, component: Component, *claims: dict[str, str]) -> Any:
    """Send the change page back with further rows."""
    data = read_form(client, address_of(component))
    first = int(data["claims-TOTAL_FORMS"])
    data["claims-TOTAL_FORMS"] = str(first + len(claims))
    for number, claim in enumerate(claims, start=first):
        data |= {f"claims-{number}-{name}": value for name, value in claim.items()}
    return client.post(address_of(component), data)


def claim(**said: str) -> dict[str, str]:
    return {"by": "vendor", "says": "open source", "where": "https://example.com/oracle", "on": "2026-05-01", **said}


def judged(component: Component) -> Any:
    component.refresh_from_db()
    return judge_entered(component, component.artefacts.all())


def test_a_claim_is_kept_with_who_what_where_and_when_and_is_recorded() -> None:
    component = closed_model()
    response = add_claims(sign_in("officer"), component, claim(quote="Oracle is open source.", says="open source"))
    assert response.status_code == 302
    component.refresh_from_db()
    assert component.claims == [
        {
            "by": "vendor",
            "says": "open source",
            "quote": "Oracle is open source.",
            "where": "https://example.com/oracle",
            "on": "2026-05-01",
            "entered": True,
        }
    ]
    event = AuditEvent.objects.get()
    assert (event.action, event.actor, event.object_type) == ("changed", "officer", "component")
    assert event.changes["claims"] == [[], component.claims]


@pytest.mark.parametrize("by", ["vendor", "publisher"])
def test_its_makers_own_claim_is_open_washing_and_the_page_says_so_at_once(by: str) -> None:
    component, officer = closed_model(), sign_in("officer")
    add_claims(officer, component, claim(by=by))
    assert judged(component).open_washing is True
    page = officer.get(address_of(component)).content.decode()
    assert "<dt>Open-washing</dt><dd>Yes: its maker calls it open, and it is closed.</dd>" in page
    assert "Open-washing: its maker calls open what is not open source" in page, "beside the row of the claim"


def test_a_third_partys_claim_is_a_contradicted_source_and_no_open_washing() -> None:
    component, officer = closed_model(), sign_in("officer")
    add_claims(officer, component, claim(by="third_party"))
    result = judged(component)
    assert result.open_washing is False
    assert [each.kind for each in result.contradictions] == ["contradicted_source"]
    assert "Contradicted source: no effect on any judgement" in officer.get(address_of(component)).content.decode()


def test_a_claim_of_open_weights_claims_no_more_than_the_weights() -> None:
    component, officer = closed_model(), sign_in("officer")
    add_claims(officer, component, claim(says="open weights"))
    assert judged(component).open_washing is False
    assert "Makes no claim of openness" in officer.get(address_of(component)).content.decode()


def test_everything_wrong_is_told_at_once_and_nothing_is_saved() -> None:
    component, officer = closed_model(), sign_in("officer")
    response = add_claims(
        officer,
        component,
        claim(by="", says="", on="2999-01-01"),
        claim(where="https://", on="yesterday"),
        claim(),
    )
    assert response.status_code == 200
    page = response.content.decode()
    for expected in (
        "Nothing was saved yet. Look at the rows marked below.",
        "Say who claims it; only its vendor’s or publisher’s own claim can be open-washing.",
        "Say what is claimed, in its own words",
        "1 Jan 2999 has not come yet; give the day of the claim.",
        "“https://” is not an address",
        "This is not a day. Give one such as 2026-11-20.",
    ):
        assert expected in page
    assert 'value="https://example.com/oracle"' in page, "what was right is still there to send again"
    component.refresh_from_db()
    assert component.claims == []
    assert not AuditEvent.objects.exists()


def test_a_wrong_claim_stops_the_rest_of_the_page_too() -> None:
    component, officer = closed_model(), sign_in("officer")
    data = read_form(officer, address_of(component)) | {"summary": "Changed."}
    data |= {"claims-TOTAL_FORMS": "1", "claims-0-says": "open source"}
    response = officer.post(address_of(component), data)
    assert "claims" in errors_of(response)
    component.refresh_from_db()
    assert component.summary == ""


def test_the_same_claim_twice_is_refused_at_the_second_row() -> None:
    component = closed_model()
    response = add_claims(sign_in("officer"), component, claim(), claim())
    assert "The same stands in a row above; remove one of the two." in response.content.decode()
    component.refresh_from_db()
    assert component.claims == []


def test_a_row_added_and_left_empty_is_no_claim() -> None:
    component = closed_model()
    assert add_claims(sign_in("officer"), component, {"by": "", "says": ""}).status_code == 302
    component.refresh_from_db()
    assert component.claims == []
    assert not AuditEvent.objects.exists()


def test_a_claim_an_officer_added_stays_when_the_catalogue_is_loaded_and_a_new_one_of_the_catalogue_comes() -> None:
    component = load(claims=[])
    add_claims(sign_in("officer"), component, claim())
    component.refresh_from_db()
    assert "claims" not in component.corrected_fields, "adding beside the catalogue corrects nothing"
    again = load()
    stated = len(WHOLE.components[LLAMA].claims)
    assert stated >= 1
    assert [row.get("entered", False) for row in again.claims] == [False] * stated + [True]
    assert load().claims == again.claims, "and a further load changes nothing"


def test_a_claim_of_the_catalogue_that_an_officer_removed_does_not_come_back() -> None:
    component, officer = load(), sign_in("officer")
    data = read_form(officer, address_of(component)) | {"claims-0-DELETE": "on"}
    assert officer.post(address_of(component), data).status_code == 302
    component.refresh_from_db()
    assert len(component.claims) == len(WHOLE.components[LLAMA].claims) - 1
    assert "claims" in component.corrected_fields
    assert load().claims == component.claims


def test_a_stored_claim_without_a_day_is_not_marked_when_another_row_is_wrong() -> None:
    stored = {"by": "vendor", "says": "open source", "where": "model card", "on": None, "grade": "verified"}
    component = closed_model(claims=[stored])
    page = add_claims(sign_in("officer"), component, claim(by="")).content.decode()
    assert page.count("Give the day of the claim") == 0
    assert page.count("Say who claims it") == 1


def test_a_claim_of_the_catalogue_that_is_left_alone_stays_to_the_letter() -> None:
    component = load()
    before = component.claims
    add_claims(sign_in("officer"), component, claim())
    component.refresh_from_db()
    assert component.claims[: len(before)] == before, "also where the catalogue has no day for it"


def test_a_page_that_was_opened_before_somebody_elses_change_does_not_undo_it() -> None:
    component, officer = closed_model(), sign_in("officer")
    opened = read_form(officer, address_of(component))
    add_claims(sign_in("officer", "colleague"), component, claim())
    response = officer.post(address_of(component), opened | {"summary": "Changed."})
    assert "Somebody else changed these rows meanwhile." in response.content.decode()
    component.refresh_from_db()
    assert (len(component.claims), component.summary) == (1, "")


def test_an_auditor_reads_the_claims_and_what_comes_of_them_and_is_offered_no_field() -> None:
    component = load()
    page = sign_in("auditor").get(address_of(component)).content.decode()
    assert "Its publisher:" in page or "Its vendor:" in page
    assert "Open-washing: its maker calls open what is not open source" in page
    assert "claims-0-says" not in page
