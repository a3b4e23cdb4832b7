"""Evidence is uploaded with its hash, says what it supports, and is handed out to those who may read it."""

from __future__ import annotations

import hashlib
import re
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
    "verified_by": "Compliance",
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
    assert "after 1 Jan 2026" in str(errors["expires_on"])
    assert "no.such_fact" in str(errors["supports"])
    assert not Evidence.objects.exists()


def test_a_file_that_comes_with_another_mistake_is_told_of_it_and_does_not_break_the_page() -> None:
    errors = errors_of(upload(expires_on="2025-12-31"))
    assert set(errors) == {"expires_on"}


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


def upload_named(name: str, content: bytes) -> Any:
    data: dict[str, Any] = {**FORM, "file": SimpleUploadedFile(name, content)}
    return sign_in("officer").post("/admin/governance/evidence/add/", data)


def test_a_file_that_is_too_large_is_refused_with_both_figures() -> None:
    errors = errors_of(upload_named("scan.pdf", b"%PDF-1.7" + bytes(25_000_001)))
    assert "25.0 MB" in str(errors["file"])
    assert "25 MB are the most" in str(errors["file"])
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("name", ["tool.exe", "macro.docm", "all.zip", "no_ending"])
def test_programs_macros_and_archives_are_not_taken(name: str) -> None:
    assert "are not taken" in str(errors_of(upload_named(name, b"MZ"))["file"])


@pytest.mark.parametrize(
    ("name", "content"),
    [("report.pdf", b"MZ a program"), ("letter.docx", b"%PDF-1.7"), ("note.txt", b"text\x00then bytes")],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(name: str, content: bytes) -> None:
    assert "no such file inside" in str(errors_of(upload_named(name, content))["file"])


@pytest.mark.parametrize(
    ("name", "content"),
    [("Report.PDF", b"%PDF-1.7 ..."), ("table.csv", b"a;b\n1;2"), ("screen.png", b"\x89PNG\r\n\x1a\n...")],
)
def test_what_officers_have_is_taken_whole(name: str, content: bytes) -> None:
    assert upload_named(name, content).status_code == 302
    with Evidence.objects.get().file.open("rb") as kept:
        assert kept.read() == content


def test_what_officers_call_contracts_is_called_so() -> None:
    client = sign_in("officer")
    for address in ("/admin/", "/admin/governance/vendordependency/", "/admin/governance/vendordependency/add/"):
        text = re.sub(r"<[^>]+>", " ", client.get(address).content.decode())
        assert "Contracts" in text
        assert "ependenc" not in text, address
