"""The register of information through the API, with the permissions of the admin."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission, User
from rest_framework.test import APIClient

from governance.models import AuditEvent
from tests.governance.exports.dora.scenes import BANK_LEI, make_full_bank

pytestmark = pytest.mark.django_db


def test_an_auditor_takes_it_and_the_history_keeps_that(call_as: Callable[[str], APIClient]) -> None:
    bank = make_full_bank()
    address = f"/api/legal-entities/{bank.pk}/register-of-information/"
    answer = call_as("auditor").get(address, {"as_of": "2026-06-30"})
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith(f'attachment; filename="{BANK_LEI}.IND_DE_DORA010100_DORA_2026-06')
    assert "gaps.csv" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert AuditEvent.objects.filter(action="downloaded", object_type="legalentity").count() == 1


def test_a_day_that_is_none_and_an_entity_that_is_not_there_are_refused(call_as: Callable[[str], APIClient]) -> None:
    bank = make_full_bank()
    client = call_as("auditor")
    assert client.get(f"/api/legal-entities/{bank.pk}/register-of-information/?as_of=soon").status_code == 400
    assert client.get(f"/api/legal-entities/{bank.pk}/register-of-information/?asof=2026-06-30").status_code == 400
    assert client.get("/api/legal-entities/999/register-of-information/").status_code == 404
    assert not AuditEvent.objects.filter(action="downloaded").exists()


def test_who_may_not_see_contracts_takes_nothing() -> None:
    bank = make_full_bank()
    reader = User.objects.create_user("reader")
    reader.user_permissions.add(Permission.objects.get(codename="view_legalentity"))
    client = APIClient()
    client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/api/legal-entities/{bank.pk}/").status_code == 200
    assert client.get(f"/api/legal-entities/{bank.pk}/register-of-information/").status_code == 403
