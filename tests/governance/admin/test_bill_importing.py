"""The screens of the import of a bill of materials: upload, dry run, and all of it or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from governance.models import Component, ComponentArtefact
from tests.governance.admin.scenes import sign_in
from tests.governance.imports.bom.bills import DATA, LIBRARY, MODEL, SERVICE, make_bill

pytestmark = pytest.mark.django_db
UPLOAD = "admin:governance_component_bill"
CHECK = "admin:governance_component_bill_check"
CONTENT = make_bill(MODEL, DATA, LIBRARY, services=(SERVICE,))


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def upload(client: Client, content: bytes) -> str:
    """Upload a bill and give the page that follows."""
    answer = client.post(reverse(UPLOAD), {"file": SimpleUploadedFile("bom.json", content)}, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_an_officer_sees_the_dry_run_and_confirms(tmp_path: Path) -> None:
    officer = sign_in("officer")
    page = upload(officer, CONTENT)
    assert "4 components and 2 vendors would be added" in page
    assert "example-org/ticket-classifier 1.0" in page
    assert "MIT OR Apache-2.0" in page
    assert not Component.objects.exists()
    answer = officer.post(reverse(CHECK), follow=True)
    assert "4 components were imported from bom.json" in answer.content.decode()
    assert Component.objects.count() == 4
    assert list((tmp_path / "imports").iterdir()) == []  # the uploaded file is not kept
    model = Component.objects.get(kind="model")
    shown = officer.get(reverse("admin:governance_component_change", args=[model.pk])).content.decode()
    assert "Technical limitation" in shown
    assert "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79, version 1" in shown


def test_the_same_bill_again_adds_nothing(admin_client: Client) -> None:
    upload(admin_client, CONTENT)
    admin_client.post(reverse(CHECK))
    page = upload(admin_client, CONTENT)
    assert "the register has everything that would be taken over" in page
    assert "stays as it is" in page
    admin_client.post(reverse(CHECK))
    assert (Component.objects.count(), ComponentArtefact.objects.count()) == (4, 3)


def test_a_bill_with_problems_cannot_be_confirmed_and_they_can_be_downloaded(admin_client: Client) -> None:
    page = upload(admin_client, make_bill(MODEL, {"type": "=SUM(A1)", "name": "<b>x</b>"}, {"type": "library"}))
    assert "2 problems. Nothing is saved" in page
    assert "components[2].name" in page
    admin_client.post(reverse(CHECK))
    assert not Component.objects.exists()
    table = admin_client.get(reverse("admin:governance_component_bill_problems")).content.decode("utf-8-sig")
    assert table.splitlines()[0] == "Where,Value,Problem,What would be right"
    assert "components[1].type,'=SUM(A1),is no type of component," in table


def test_only_chosen_kinds_are_taken_over(admin_client: Client) -> None:
    upload(admin_client, CONTENT)
    query = "?kinds=model&kinds=dataset"
    page = admin_client.get(f"{reverse(CHECK)}{query}").content.decode()
    assert "2 components and 1 vendor would be added" in page
    assert "1 × library, not chosen" in page
    admin_client.post(f"{reverse(CHECK)}{query}")
    assert sorted(Component.objects.values_list("kind", flat=True)) == ["dataset", "model"]


def test_what_is_no_bill_is_refused_at_once(admin_client: Client) -> None:
    assert "CycloneDX 1.4. 1.5, 1.6 and 1.7 are read" in upload(admin_client, make_bill(specVersion="1.4"))


@pytest.mark.parametrize("group", ["auditor", "risk_analyst"])
def test_who_may_not_add_components_is_offered_no_import(group: str) -> None:
    client = sign_in(group)
    assert client.get(reverse(UPLOAD)).status_code == 403
    assert client.post(reverse(CHECK)).status_code == 403
    listed = client.get(reverse("admin:governance_component_changelist")).content.decode()
    assert reverse(UPLOAD) not in listed


def test_the_list_of_components_leads_to_the_import(admin_client: Client) -> None:
    page = admin_client.get(reverse("admin:governance_component_changelist")).content.decode()
    assert f'href="{reverse(UPLOAD)}"' in page


def test_without_an_upload_there_is_nothing_to_check(admin_client: Client) -> None:
    answer = admin_client.get(reverse(CHECK), follow=True)
    assert "Upload it again" in answer.content.decode()
