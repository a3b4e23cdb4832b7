"""Final reports are signed and drafts are not; what was signed before a change of the key still verifies."""

from __future__ import annotations

import hashlib
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import override_settings

from audit.models import Report, SigningCertificate, WorkState
from audit.reports.signing.keys import SigningKeyError, make_installation_key
from audit.services.leasing import claim
from audit.services.reporting import render_queued_report, request_report
from audit.services.signing import describe_signer, prepare_signing_key, sign_report
from audit.services.verifying import verify_file
from audit.tasks import render_report
from governance.models import AISystem
from tests.audit.reports.verification.chains import Chain, make_chain
from tests.audit.reports.verification.signed import NOW
from tests.audit.scenes import TODAY, make_vendor_chatbot

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: Any) -> None:
    settings.SIGNING_FOLDER = tmp_path / "signing"


@pytest.fixture
def system() -> AISystem:
    return make_vendor_chatbot()[0]


def make_report(system: AISystem, status: str) -> tuple[Report, bytes]:
    report = request_report(system_id=system.id, status=status, requested_by="ada", as_of=TODAY)
    report = render_queued_report(report_id=report.pk, lease_token=claim(Report.objects.filter(pk=report.pk)))
    with default_storage.open(str(report.file.name)) as file:
        return report, file.read()


def test_a_final_report_of_a_system_in_the_register_verifies_whole(system: AISystem, tmp_path: Path) -> None:
    report, pdf = make_report(system, "final")
    assert report.signer is not None
    assert report.signer.name.startswith("Openbook installation ")
    assert report.sha256 == hashlib.sha256(pdf).hexdigest() != report.unsigned_sha256
    verification = verify_file(pdf)
    assert [check.part for check in verification.checks if check.holds] == [
        "Signature",
        "Signer",
        "Evidence",
        "Outcomes",
    ]
    assert verification.checks[0].says.endswith(report.unsigned_sha256)

    path = tmp_path / "report.pdf"
    path.write_bytes(pdf)
    out = StringIO()
    call_command("verify_report", str(path), stdout=out)
    assert "Everything that was checked holds." in out.getvalue()
    path.write_bytes(pdf[:-1])
    with pytest.raises(CommandError, match="the report is refused"):
        call_command("verify_report", str(path), stdout=out)


def test_a_draft_is_kept_as_it_was_made(system: AISystem) -> None:
    report, pdf = make_report(system, "draft")
    assert report.signer is None
    assert report.sha256 == report.unsigned_sha256 == hashlib.sha256(pdf).hexdigest()
    assert not verify_file(pdf).holds
    assert not SigningCertificate.objects.exists()


def test_a_report_signed_before_the_key_was_replaced_still_verifies(system: AISystem, tmp_path: Path) -> None:
    before, pdf = make_report(system, "final")
    chain = make_chain()
    with override_settings(**_organisation(chain, tmp_path)):
        assert verify_file(pdf).holds
        signed = sign_report(_unsigned(pdf, before))
        assert signed.certificate.name == "Aldermoor Bank, audit reports"
        assert verify_file(signed.content).holds
    assert SigningCertificate.objects.count() == 2


def _unsigned(pdf: bytes, report: Report) -> bytes:
    """The beginning of the signed file whose hash was kept."""
    end = pdf.index(b"%%EOF\n") + 6
    assert hashlib.sha256(pdf[:end]).hexdigest() == report.unsigned_sha256
    return pdf[:end]


def _organisation(chain: Chain, folder: Path) -> dict[str, str]:
    key, certificate = folder / "own.key", folder / "own.pem"
    key.write_bytes(chain.signatory.key_pem)
    certificate.write_text(chain.signatory.chain_pem)
    return {"SIGNING_KEY": str(key), "SIGNING_CERT": str(certificate)}


def test_another_installations_report_needs_its_certificate(system: AISystem, tmp_path: Path, settings: Any) -> None:
    _, pdf = make_report(system, "final")
    theirs = settings.SIGNING_FOLDER / "certificate.pem"
    Report.objects.update(signer=None)
    SigningCertificate.objects.all().delete()
    settings.SIGNING_FOLDER = tmp_path / "elsewhere"
    prepare_signing_key()
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf)
    with pytest.raises(CommandError):
        call_command("verify_report", str(path), stdout=StringIO())
    call_command("verify_report", str(path), "--trust", str(theirs), stdout=StringIO())


def test_a_file_or_certificate_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere\.pdf cannot be read \(No such file or directory\)"):
        call_command("verify_report", str(tmp_path / "nowhere.pdf"))
    (tmp_path / "a.pdf").write_bytes(b"")
    with pytest.raises(CommandError, match=r"--trust .*a\.pdf: holds no certificate"):
        call_command("verify_report", str(tmp_path / "a.pdf"), "--trust", str(tmp_path / "a.pdf"))


def test_without_a_key_production_says_how_to_get_one(settings: Any) -> None:
    settings.IS_PRODUCTION = True
    assert describe_signer() is None
    with pytest.raises(SigningKeyError, match=r"Run manage\.py set_up .* OPENBOOK_SIGNING_KEY"):
        sign_report(b"")


def test_a_report_that_cannot_be_signed_says_why_on_its_row(system: AISystem, settings: Any) -> None:
    settings.IS_PRODUCTION = True
    report = request_report(system_id=system.id, status="final", requested_by="ada", as_of=TODAY)
    with pytest.raises(SigningKeyError):
        render_report(report.pk)
    report.refresh_from_db()
    assert report.state == WorkState.FAILED
    assert "There is no signing key in" in report.error
    prepare_signing_key()
    again, pdf = make_report(system, "final")
    assert again.pk == report.pk
    assert verify_file(pdf).holds


def test_set_up_makes_the_key_once(settings: Any) -> None:
    name = prepare_signing_key()
    assert prepare_signing_key() == name
    key = make_installation_key(settings.SIGNING_FOLDER, now=NOW)
    assert key == settings.SIGNING_FOLDER / "installation.pem"
