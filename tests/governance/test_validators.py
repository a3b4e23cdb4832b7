"""An LEI is checked by its own digits (ISO 17442), at every door through which one comes in or goes out."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from pydantic import ValidationError as ShapeError
from rest_framework.test import APIClient

from governance.catalogue.schema import VendorEntry
from governance.models import LegalEntity, Vendor
from governance.validators import explain_lei
from tests.audit.pages_bank import make_user
from tests.governance.admin.scenes import errors_of, sign_in
from tests.governance.exports.dora.scenes import BANK_LEI, PARENT_LEI, SUB_LEI, VENDOR_LEI

# Microsoft's, as the facts give it (governance/catalogue/vendors.yaml): made by somebody else, not by our own code.
TRUE_LEI = "INR2EJN1ERAN0W5ZP974"


def test_a_true_lei_passes() -> None:
    assert explain_lei(TRUE_LEI) == ""


def test_no_single_digit_or_letter_mistyped_and_no_two_swapped_neighbours_pass() -> None:
    digits, letters = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    mistyped = [
        f"{TRUE_LEI[:place]}{sign}{TRUE_LEI[place + 1 :]}"
        for place, right in enumerate(TRUE_LEI)
        for sign in (digits if right in digits else letters)
        if sign != right
    ]
    pairs = pairwise(TRUE_LEI)
    swapped = [
        TRUE_LEI[:place] + second + first + TRUE_LEI[place + 2 :]
        for place, (first, second) in enumerate(pairs)
        if first != second
    ]
    assert len(mistyped) == 9 * 7 + 25 * 13
    assert not [text for text in mistyped + swapped if explain_lei(text) == ""]


@pytest.mark.parametrize(
    "text",
    ["", "INR2EJN1ERAN0W5ZP97", f"{TRUE_LEI}4", TRUE_LEI.lower(), f" {TRUE_LEI}", "INR2 EJN1 ERAN 0W5Z P974", "Ä" * 20],
)
def test_what_has_not_the_form_is_told_the_form(text: str) -> None:
    assert "18 capital letters or digits" in explain_lei(text)


@pytest.mark.parametrize("digits", ["00", "01", "99"])
def test_digits_that_no_issuer_gives_are_refused_even_where_the_remainder_fits(digits: str) -> None:
    """98 less a remainder of 0 to 96 is 02 to 98; 00, 01 and 99 leave the same remainder as 97, 98 and 02."""
    twin = {"00": "97", "01": "98", "99": "02"}[digits]
    fits = next(text for number in range(10_000) if explain_lei(text := f"99990000000000{number:04d}{twin}") == "")
    assert explain_lei(fits[:-2] + digits)


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Vendor, LegalEntity])
def test_the_admin_says_so_at_the_field(model: Any) -> None:
    sent = {"name": "Nordlicht AI", "country": "DE", "parent_status": "unknown", "lei": "INR2EJN1ERAN0W5ZP947"}
    address = f"/admin/governance/{model._meta.model_name}/add/"
    assert "check digits" in str(errors_of(sign_in("officer").post(address, sent))["lei"])
    assert not model.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/api/vendors/", "/api/legal-entities/"])
def test_the_api_says_so_at_the_field(address: str) -> None:
    client = APIClient()
    client.force_login(make_user("officer"))
    body = {"name": "Nordlicht AI", "country": "DE", "lei": "INR2EJN1ERAN0W5ZP947"}
    refused = client.post(address, body, format="json")
    assert refused.status_code == 400
    assert "check digits" in str(refused.json()["lei"])
    taken = client.post(address, body | {"lei": TRUE_LEI}, format="json")
    assert taken.status_code == 201, taken.json()


def test_the_catalogue_does_not_load_one() -> None:
    lei = {"value": "INR2EJN1ERAN0W5ZP947", "source": "a page", "on": "2026-11-20", "grade": "vendor_claimed"}
    with pytest.raises(ShapeError, match="check digits"):
        VendorEntry.model_validate({"name": "Somebody", "lei": lei})


@pytest.mark.django_db
def test_the_model_refuses_one() -> None:
    with pytest.raises(ValidationError, match="check digits"):
        Vendor(name="Somebody", lei="INR2EJN1ERAN0W5ZP947").full_clean()


@pytest.mark.parametrize("lei", [BANK_LEI, VENDOR_LEI, PARENT_LEI, SUB_LEI])
def test_the_fictional_ones_of_the_tests_fit(lei: str) -> None:
    assert explain_lei(lei) == ""


def test_every_lei_that_comes_with_the_product_fits() -> None:
    governance = Path(__file__).parents[2] / "governance"
    files = [*governance.glob("catalogue/**/*.yaml"), *governance.glob("demo/**/*.yaml")]
    found = [
        text
        for file in files
        for text in re.findall(r"^\s+(?:value|lei): ['\"]?([A-Z0-9]{18}[0-9]{2})\b", file.read_text(), re.MULTILINE)
    ]
    assert TRUE_LEI in found
    assert [text for text in found if explain_lei(text)] == []
