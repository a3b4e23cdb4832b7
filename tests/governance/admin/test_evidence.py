"""Evidence is uploaded with its hash, says what it supports, and is handed out to those who may read it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from governance.models import AuditEvent, Evidence
from tests.governance.admin.scenes import errors_of, sign_in

pytestmark = pytest.mark.django_db

CONTENT = b"Inputs are kept for 30 days."
FORM = {
    "reference": "EV-001",
    "title": "Terms of service",
    "kind": "contract",
    "grade": "verified",
    "issued_on": "2026-01-01",
}


@pytest.fixture(autouse=True)
def own_files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def upload(**typed: Any) -> Any:
    file = SimpleUploadedFile("terms.html", CONTENT)
    data: dict[str, Any] = {**FORM, "file": file, **typed}
    return sign_in("officer").post("/admin/governance/evidence/add/", data)


def test_an_uploaded_file_is_kept_with_its_hash_and_what_it_supports() -> None:
    assert upload(supports=["trans.retention_stated"]).status_code == 302
    evidence = Evidence.objects.get()
    assert evidence.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert evidence.supports == ["trans.retention_stated"]


def test_all_that_is_wrong_with_it_is_said_at_once() -> None:
    errors = errors_of(upload(file="", expires_on="2025-12-31", supports=["no.such_fact"], issued_on="2026-01-01"))
    assert "address" in str(errors["file"])
    assert "after 2026-01-01" in str(errors["expires_on"])
    assert "no.such_fact" in str(errors["supports"])
    assert not Evidence.objects.exists()


def test_an_auditor_downloads_it_never_opens_it_in_the_page_and_is_recorded() -> None:
    upload()
    evidence = Evidence.objects.get()
    auditor = sign_in("auditor")
    page = auditor.get(f"/admin/governance/evidence/{evidence.pk}/change/").content.decode()
    address = f"/admin/governance/evidence/{evidence.pk}/file/"
    assert address in page
    response = auditor.get(address)
    assert response.getvalue() == CONTENT
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert AuditEvent.objects.latest("id").action == "downloaded"


def test_evidence_without_a_file_has_none_to_download() -> None:
    upload(file="", source="Procurement")
    evidence = Evidence.objects.get()
    assert sign_in("auditor").get(f"/admin/governance/evidence/{evidence.pk}/file/").status_code == 404
