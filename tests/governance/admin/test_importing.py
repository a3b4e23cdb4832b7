"""The import's screens: upload, dry run, and all of it or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from governance.models import AISystem, LegalEntity

pytestmark = pytest.mark.django_db
UPLOAD = "admin:governance_aisystem_import"
CHECK = "admin:governance_aisystem_import_check"
TEXT = b"Reference,Name,Legal entity,Purpose,Owner,Stage\nSYS-101,Chatbot,Example Bank AG,Answers,Service,In service\n"


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    LegalEntity.objects.create(name="Example Bank AG", country="DE")


def upload(client: Client, content: bytes) -> str:
    """Upload a table and give the page that follows."""
    answer = client.post(reverse(UPLOAD), {"file": SimpleUploadedFile("list.csv", content)}, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_an_officer_sees_the_dry_run_and_confirms(admin_client: Client, tmp_path: Path) -> None:
    page = upload(admin_client, TEXT)
    assert "All rows fit" in page
    assert not AISystem.objects.exists()
    answer = admin_client.post(reverse(CHECK), follow=True)
    assert "1 system was imported from list.csv" in answer.content.decode()
    assert AISystem.objects.get().reference == "SYS-101"
    assert list((tmp_path / "imports").iterdir()) == []  # the uploaded file is not kept


def test_the_first_rows_are_shown_as_they_are_read(admin_client: Client) -> None:
    """A wrong encoding and a column that slipped unseen are only seen by a person."""
    head, rest = TEXT.replace(b"Chatbot", "Prüfung".encode("mac_roman")).split(b"\n", 1)
    rows = b"".join(rest.replace(b"SYS-101", b"SYS-%d" % number) for number in range(101, 109))
    page = upload(admin_client, head.replace(b"Stage", b"Stage,Remarks") + b"\n" + rows)
    shown = page.split("How the first rows are read")[1].split("</table>")[0]
    assert "Pr\u0178fung" in shown or "Prźfung" in shown  # ü of an old Mac, read as a Windows letter
    assert shown.count("<tr>") == 1 + 5
    assert "SYS-105" in shown
    assert "SYS-106" not in shown
    assert "Remarks" not in shown  # what is not read is named beside the columns


def test_a_table_with_problems_cannot_be_confirmed(admin_client: Client) -> None:
    page = upload(admin_client, TEXT.replace(b"In service", b"Somewhere") + b"SYS-102,,Unknown & Sons,x,y,Idea\n")
    assert "2 of 2 rows do not fit, with 3 problems in all" in page
    assert "Unknown &amp; Sons" in page
    admin_client.post(reverse(CHECK))
    assert not AISystem.objects.exists()


def test_another_column_can_be_chosen(admin_client: Client) -> None:
    content = TEXT.replace(b"Name", b"Label")
    assert "is missing" in upload(admin_client, content)
    chosen = {"reference": 0, "name": 1, "legal_entity": 2, "purpose": 3, "owner": 4, "stage": 5}
    query = "&".join(f"{field}={place}" for field, place in chosen.items())
    assert "All rows fit" in admin_client.get(f"{reverse(CHECK)}?{query}").content.decode()
    admin_client.post(f"{reverse(CHECK)}?{query}")
    assert AISystem.objects.get().name == "Chatbot"


def test_what_is_no_table_is_refused_at_once(admin_client: Client) -> None:
    assert "This is not a text file" in upload(admin_client, b"A,B\n\x00\x01")


def test_problems_can_be_downloaded_and_start_no_formula(admin_client: Client) -> None:
    upload(admin_client, TEXT.replace(b"In service", b"@SUM(A1)"))
    lines = (
        admin_client.get(reverse("admin:governance_aisystem_import_problems")).content.decode("utf-8-sig").splitlines()
    )
    assert lines[0] == "Row,Column,Value,Problem,What would be right"
    assert lines[1].startswith("2,Stage,'@SUM(A1),is not one of the choices,")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_can_be_downloaded(admin_client: Client, kind: str) -> None:
    answer = admin_client.get(reverse(f"admin:governance_aisystem_import_template_{kind}"))
    assert answer["Content-Disposition"] == f'attachment; filename="systems.{kind}"'
    assert len(answer.content) > 100


def test_who_may_not_add_systems_may_not_import(client: Client) -> None:
    client.force_login(User.objects.create_user("reader", is_staff=True))
    assert client.get(reverse(UPLOAD)).status_code == 403
    assert client.post(reverse(CHECK)).status_code == 403


def test_the_list_of_systems_leads_to_the_import(admin_client: Client) -> None:
    page = admin_client.get(reverse("admin:governance_aisystem_changelist")).content.decode()
    assert f'href="{reverse(UPLOAD)}"' in page


def test_without_an_upload_there_is_nothing_to_check(admin_client: Client) -> None:
    answer = admin_client.get(reverse(CHECK), follow=True)
    assert "Upload it again" in answer.content.decode()
