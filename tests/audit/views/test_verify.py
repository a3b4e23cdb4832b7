"""The page where a report is dropped: what holds, what does not, what is too large; and the files offered there."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from audit.models import SigningCertificate
from audit.reports.signing.pades import sign_pdf
from audit.reports.verification.signature import read_signature
from audit.reports.verification.signer import fingerprint, name_of
from audit.services.signing import prepare_signing_key
from audit.services.verifying import LARGEST
from audit.views import verify
from governance.models import AuditEvent
from tests.audit.reports.verification.signed import make_signatory, render_computed

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return sign_pdf(render_computed(), make_signatory(tmp_path_factory.mktemp("other")))


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: Any) -> None:
    settings.SIGNING_FOLDER = tmp_path / "signing"
    prepare_signing_key()


@pytest.fixture
def client(sign_in: Callable[[str], Client]) -> Client:
    return sign_in("auditor")


def drop(client: Client, content: bytes, name: str = "report.pdf") -> Any:
    return client.post(reverse("verify"), {"report": SimpleUploadedFile(name, content, "application/pdf")})


def _know_the_signer(pdf: bytes) -> None:

    signer = read_signature(pdf).signer
    pem = signer.public_bytes(Encoding.PEM).decode()
    SigningCertificate.objects.create(sha256=fingerprint(signer), name=name_of(signer), chain=pem)


def test_an_auditor_sees_that_a_report_holds_and_nothing_is_stored(client: Client, pdf: bytes) -> None:
    _know_the_signer(pdf)
    folders, files = default_storage.listdir(".") if default_storage.exists(".") else ([], [])
    page = drop(client, pdf).content.decode()
    assert "Everything holds: report.pdf" in page
    assert page.count(">holds</td>") == 4
    assert "Same: computed again from the embedded facts" in page
    assert "eu_ai_act: <code>2026.11.4+sha256:" in page
    assert (default_storage.listdir(".") if default_storage.exists(".") else ([], [])) == (folders, files)
    assert not AuditEvent.objects.exists()


def test_a_report_of_an_unknown_signer_is_refused_with_the_reason(client: Client, pdf: bytes) -> None:
    page = drop(client, pdf).content.decode()
    assert "Refused: report.pdf" in page
    assert "The signer is unknown: Openbook installation" in page
    assert "Everything holds" not in page


def test_a_changed_report_is_refused(client: Client, pdf: bytes) -> None:
    _know_the_signer(pdf)
    assert "does not hold" in drop(client, pdf.replace(b"/Lang (en)", b"/Lang (de)")).content.decode()


def test_a_name_is_text_and_no_markup(client: Client) -> None:
    page = drop(client, b"no report", "<script>.pdf").content.decode()
    assert "<script>.pdf" not in page
    assert "There is none: the file is no PDF" in page


def test_nothing_sent_is_said_to_be_missing(client: Client) -> None:
    assert "This field is required." in client.post(reverse("verify"), {"other": "x"}).content.decode()


def test_a_file_that_is_too_large_is_not_read(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    signer = SimpleNamespace(name="Aldermoor Bank", sha256="ab12")
    monkeypatch.setattr("audit.views.verify.describe_signer", lambda: signer)
    headers = {"Content-Length": str(LARGEST * 2)}
    response = client.post(reverse("verify"), data=b"", content_type="multipart/form-data; boundary=x", headers=headers)
    assert response.status_code == 413
    page = response.content.decode()
    assert "The file is larger than 32 MB; no report is as large as that." in page
    assert "Final reports are signed by Aldermoor Bank" in page  # as on the page before


def test_the_form_is_guarded_against_other_sites(client: Client, sign_in: Callable[[str], Client]) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert drop(strict, b"x").status_code == 403
    token = strict.get(reverse("verify")).context["csrf_token"]
    sent = {"report": SimpleUploadedFile("a.pdf", b"x"), "csrfmiddlewaretoken": str(token)}
    assert strict.post(reverse("verify"), sent).status_code == 200


def test_the_verifier_is_offered_alone_and_with_the_engine(client: Client) -> None:
    alone = client.get(reverse("download_verifier", args=["verify_openbook_report.py"]))
    assert alone["Content-Disposition"] == 'attachment; filename="verify_openbook_report.py"'
    assert b"def verify_report(" in alone.content
    whole = client.get(reverse("download_verifier", args=["verify_openbook_report.zip"]))
    with zipfile.ZipFile(io.BytesIO(whole.content)) as archive:
        names = archive.namelist()
        assert archive.read("verify_openbook_report.py") == alone.content
    assert {"audit/engine/assess.py", "audit/rulepacks/recomputing.py"} <= set(names)


def test_the_certificate_is_offered_without_its_key(client: Client) -> None:
    got = client.get(reverse("download_verifier", args=[verify.CERTIFICATE])).content
    assert got.startswith(b"-----BEGIN CERTIFICATE-----")
    assert b"PRIVATE" not in got


def test_no_other_file_is_offered(client: Client) -> None:
    for name in ("installation.pem", "..%2Finstallation.pem", "settings.py"):
        assert client.get(f"/verify/{name}").status_code == 404


def test_reports_are_verified_one_at_a_time_and_a_full_house_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is turned away learns that nothing was looked at; the next one is taken again."""
    monkeypatch.setattr(verify, "_WAIT_SECONDS", 0.01)
    with verify._TURN:
        turned_away = drop(client, b"%PDF-1.7")
    assert turned_away.status_code == 503
    assert turned_away["Retry-After"] == "15"
    assert "was not looked at" in turned_away.content.decode()
    assert drop(client, b"%PDF-1.7").status_code == 200
