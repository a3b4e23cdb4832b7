"""A country's code is one at every door or at none: Kosovo's XK, which the Union uses, and ZZ, which nobody does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from pydantic import ValidationError as ShapeError
from rest_framework.test import APIClient

from audit.admin.answer_fields import AnswerField
from governance.catalogue.schema import VendorEntry
from governance.models import Vendor
from governance.services.places import explain_country
from governance.vocabulary import VocabularyFact, load_vocabulary
from tests.audit.pages_bank import make_user
from tests.governance.admin.scenes import sign_in

SOURCE = {"source": "a page", "on": "2026-11-20", "grade": "vendor_claimed"}


def by_the_questionnaire(code: str) -> bool:
    def is_taken(fact: VocabularyFact) -> bool:
        try:
            return AnswerField(fact).clean(code) is not None
        except ValidationError:
            return False

    facts = load_vocabulary().facts.values()
    taken = {is_taken(fact) for fact in facts if fact.type in ("iso2", "list[iso2]") and fact.source != "derived"}
    assert len(taken) == 1, "one country is asked for as the other is"
    return taken.pop()


def by_the_model(code: str) -> bool:
    try:
        Vendor(name="Alpha", country=code).full_clean()
    except ValidationError:
        return False
    return True


def by_the_admin(code: str) -> bool:
    sent = {"name": "Alpha", "country": code, "parent_status": "unknown"}
    return sign_in("officer").post("/admin/governance/vendor/add/", sent).status_code == 302


def by_the_api(code: str) -> bool:
    client = APIClient()
    client.force_login(make_user("officer"))
    return bool(client.post("/api/vendors/", {"name": "Beta", "country": code}, format="json").status_code == 201)


def by_the_catalogue(code: str) -> bool:
    entry: dict[str, Any] = {"name": "Gamma", "country": {"value": code, **SOURCE}}
    try:
        VendorEntry.model_validate(entry)
    except ShapeError:
        return False
    return True


@pytest.mark.django_db
@pytest.mark.parametrize("door", [by_the_questionnaire, by_the_model, by_the_admin, by_the_api, by_the_catalogue])
@pytest.mark.parametrize(("code", "is_one"), [("DE", True), ("XK", True), ("ZZ", False), ("XX", False), ("UK", False)])
def test_every_door_takes_the_same_countries(door: Callable[[str], bool], code: str, is_one: bool) -> None:
    assert door(code) is is_one


def test_kosovo_is_meant_by_its_name() -> None:
    assert "XK" in explain_country("Kosovo")
