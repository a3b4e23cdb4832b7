"""What is true of the whole organisation is asked once, on its own page."""

from __future__ import annotations

import pytest

from governance.models import LegalEntity
from tests.governance.admin.scenes import sign_in

pytestmark = pytest.mark.django_db


def test_the_questions_about_the_organisation_are_answered_in_one_go() -> None:
    officer = sign_in("officer")
    entity = LegalEntity.objects.create(name="Aldermoor Bank AG", country="DE")
    address = f"/admin/governance/legalentity/{entity.pk}/questions/"
    page = officer.get(address)
    keys = [fact.key for fact in page.context["form"].facts]
    assert {"org.size", "org.sector"} <= set(keys)
    assert not any(key.startswith("sys.") for key in keys)
    wrong = officer.post(address, {"org.size": "huge", "org.public_body": "no"})
    assert set(wrong.context["form"].errors) == {"org.size"}
    right = officer.post(address, {"org.size": "large", "org.public_body": "no", "org.countries": "de, fr"})
    assert right.status_code == 302
    entity.refresh_from_db()
    answers = {key: entry["value"] for key, entry in entity.answers.items()}
    assert answers == {"org.size": "large", "org.public_body": False, "org.countries": ["DE", "FR"]}


def test_an_auditor_reads_them_only() -> None:
    entity = LegalEntity.objects.create(name="Aldermoor Bank AG", country="DE")
    address = f"/admin/governance/legalentity/{entity.pk}/questions/"
    auditor = sign_in("auditor")
    page = auditor.get(address)
    assert page.status_code == 200
    assert '<fieldset class="bare" disabled>' in page.content.decode()  # what cannot be saved cannot be ticked
    assert " disabled>" not in sign_in("officer").get(address).content.decode()
    assert auditor.post(address, {"org.size": "large"}).status_code == 403


def test_what_the_organisation_is_comes_before_other_jurisdictions_and_each_field_has_its_own_example() -> None:
    officer = sign_in("officer")
    made = officer.post(
        "/admin/governance/legalentity/add/", {"name": "Aldermoor Bank AG", "country": "DE"}, follow=True
    )
    assert made.context["groups"][0][0].id == "organisation"
    page = made.content.decode()
    assert "is in the register" in page
    countries = page.split('name="org.countries"', 1)[1].split(">", 1)[0]
    assert "NL, BE" in countries
