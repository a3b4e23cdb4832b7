"""The pages of the legal entities: their own duties, once, with the systems that make them apply."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from audit.models import Standing
from audit.views.entities import ROWS_ON_A_PAGE
from governance.models import AISystem, LegalEntity
from tests.audit.pages_bank import make_user

SAID = "eu_ai_act.art_4.ai_literacy@2025-02-02;gdpr.art_37.protection_officer?"


@pytest.fixture
def entity(bank: dict[str, AISystem]) -> LegalEntity:
    """The bank whose two assessed systems make literacy apply and leave the officer open."""
    Standing.objects.filter(system__in=[bank["chatbot"], bank["scoring"]]).update(entity_duties=SAID)
    return bank["chatbot"].legal_entity


def test_the_page_names_the_duty_once_with_both_systems(entity: LegalEntity, sign_in: Callable[[str], Client]) -> None:
    page = sign_in("auditor").get(reverse("entity", args=[entity.pk])).content.decode()
    assert page.count('<th scope="row">AI literacy<small>AIA-4</small>') == 1
    assert "Customer chatbot “Anna”</a>, <a" in page
    assert "Loan scoring" in page
    assert "Not assessed yet, so that it is not known what they add" in page
    assert "Document search" in page


def test_what_is_open_is_shown_with_what_would_decide_it(entity: LegalEntity, sign_in: Callable[[str], Client]) -> None:
    page = sign_in("auditor").get(reverse("entity", args=[entity.pk])).content.decode()
    assert page.index("May apply") < page.index("GDPR-37")


def test_the_list_counts_the_duties_of_each_entity(entity: LegalEntity, sign_in: Callable[[str], Client]) -> None:
    page = sign_in("auditor").get(reverse("entities")).content.decode()
    assert reverse("entity", args=[entity.pk]) in page
    assert "Aldermoor Bank" in page


def test_the_list_judges_those_of_its_page_alone(
    entity: LegalEntity, sign_in: Callable[[str], Client], django_assert_max_num_queries: Callable[[int], object]
) -> None:
    # The entities of 100,000 systems were judged for one page: 2,008 queries.
    for number in range(60):
        LegalEntity.objects.create(name=f"Branch {number:02}", country="DE")
    client = sign_in("auditor")
    with django_assert_max_num_queries(10 + 5 * ROWS_ON_A_PAGE):  # type: ignore[attr-defined] # a context manager
        first = client.get(reverse("entities"))
    assert "1–25 of 61" in first.content.decode()
    names = [row["name"] for number in (1, 2, 3) for row in client.get(f"/entities/?page={number}").context["rows"]]
    assert names == sorted(names)
    assert len(set(names)) == 61


def test_a_system_shows_its_exposure_and_leads_to_its_entity(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    page = sign_in("auditor").get(reverse("system", args=[bank["chatbot"].pk])).content.decode()
    assert 'id="exposure"' in page
    assert "the amounts do not add up" in page
    assert "How the band is read" in page
    assert reverse("entity", args=[bank["chatbot"].legal_entity_id]) in page


def test_answers_that_do_not_fit_are_named(entity: LegalEntity, sign_in: Callable[[str], Client]) -> None:
    LegalEntity.objects.filter(pk=entity.pk).update(answers={"org.size": {"value": "gigantic"}})
    client = sign_in("auditor")
    assert "org.size" in client.get(reverse("entity", args=[entity.pk])).content.decode()
    assert "The answers cannot be judged" in client.get(reverse("entities")).content.decode()


def test_an_entity_that_does_not_exist_is_not_found(db: None, sign_in: Callable[[str], Client]) -> None:
    assert sign_in("auditor").get(reverse("entity", args=[999_999])).status_code == 404


def test_who_may_not_see_standings_sees_no_entity(entity: LegalEntity, client: Client) -> None:
    client.force_login(make_user(""))
    assert client.get(reverse("entity", args=[entity.pk])).status_code == 403


def test_the_api_gives_the_judgement_of_a_day(entity: LegalEntity) -> None:
    client = APIClient()
    client.force_login(make_user("auditor"))
    address = reverse("api-entity-judgement", args=[entity.pk])
    before, on_the_day = (client.get(address, {"as_of": day}).json() for day in ("2025-02-01", "2025-02-02"))
    assert [duty["outcome"] for duty in before["duties"] if duty["id"] == "AIA-4"] == ["not_yet_in_force"]
    assert [duty["outcome"] for duty in on_the_day["duties"] if duty["id"] == "AIA-4"] == ["undetermined"]
    assert len(on_the_day["systems"]) == 3
    assert len(on_the_day["unassessed"]) == 1
    assert client.get(address, {"as_of": "tomorrow"}).status_code == 400
    assert client.get(reverse("api-entity-judgement", args=[999_999])).status_code == 404
