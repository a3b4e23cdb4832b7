"""The register of information is taken from the page of a legal entity, by those who may see what it tells."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from governance.models import AuditEvent
from tests.governance.admin.scenes import sign_in
from tests.governance.exports.dora.scenes import BANK_LEI, make_full_bank

pytestmark = pytest.mark.django_db
PAGE = "admin:governance_legalentity_register"


@pytest.mark.parametrize("group", ["officer", "auditor", "risk_analyst"])
def test_who_may_see_the_register_takes_the_export(group: str) -> None:
    bank = make_full_bank()
    client = sign_in(group)
    entity = client.get(reverse("admin:governance_legalentity_change", args=[bank.pk])).content.decode()
    assert f'href="{reverse(PAGE, args=[bank.pk])}"' in entity
    page = client.get(reverse(PAGE, args=[bank.pk])).content.decode()
    assert "It is no filing by itself" in page
    assert "1 arrangement with ICT providers" in page
    assert "Licenced activity" in page or "gaps" in page
    assert not AuditEvent.objects.filter(action="downloaded").exists()
    answer = client.post(reverse(PAGE, args=[bank.pk]), {"as_of": "2026-06-30"})
    assert answer["Content-Type"] == "application/zip"
    assert f"{BANK_LEI}.IND_DE_DORA010100_DORA_2026-06-30_" in answer["Content-Disposition"]
    assert "gaps.csv" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert AuditEvent.objects.get(action="downloaded").actor == group


def test_a_day_that_is_none_is_refused() -> None:
    bank = make_full_bank()
    answer = sign_in("officer").post(reverse(PAGE, args=[bank.pk]), {"as_of": "2026-13-01"})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not AuditEvent.objects.filter(action="downloaded").exists()


def test_who_may_not_see_contracts_takes_nothing(client: Client) -> None:
    bank = make_full_bank()
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_legalentity"))
    client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse(PAGE, args=[bank.pk])
    assert client.get(address).status_code == 403
    assert client.post(address, {"as_of": "2026-06-30"}).status_code == 403
    entity = client.get(reverse("admin:governance_legalentity_change", args=[bank.pk])).content.decode()
    assert address not in entity


def test_an_entity_that_is_not_there_has_no_register(admin_client: Client) -> None:
    assert admin_client.get(reverse(PAGE, args=[999])).status_code == 404
