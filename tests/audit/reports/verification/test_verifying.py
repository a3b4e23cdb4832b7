"""What holds is said to hold; whatever was changed, added or signed by others is refused with its reason."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

import page
import pikepdf
import pytest
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers import PdfSigner, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from audit.reports.signing.keys import Signatory
from audit.reports.signing.pades import SigningError, sign_pdf
from audit.reports.verification.checks import EVIDENCE, OUTCOMES, SIGNATURE, SIGNER, Verification
from audit.reports.verification.verifying import describe, verify_report
from audit.rulepacks.recomputing import recompute
from tests.audit.reports.verification.conftest import SignedReport
from tests.audit.reports.verification.signed import change, render_computed

UNSIGNED = "there is none: the file is not a signed report; it is a draft, or its signature was taken out"
PROFILES = [page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1]


def verify(pdf: bytes, *signatories: Signatory) -> Verification:
    return verify_report(pdf, [each.certificate for each in signatories], recompute=recompute)


def refusal(verification: Verification) -> tuple[str, str]:
    """The part that fails first, and what is said of it."""
    failed = [check for check in verification.checks if not check.holds]
    assert failed, "the file is not refused"
    return failed[0].part, failed[0].says


def embedded(pdf: bytes, name: str) -> Any:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return json.loads(document.attachments[name].get_file().read_bytes())


def test_a_report_as_it_was_made_holds_in_every_part(report: SignedReport) -> None:
    verification = verify(report.pdf, report.signatory)
    assert [(check.part, check.holds) for check in verification.checks] == [
        (SIGNATURE, True),
        (SIGNER, True),
        (EVIDENCE, True),
        (OUTCOMES, True),
    ]
    assert verification.packs == embedded(report.pdf, "result.json")["packs"]
    said = describe(verification)
    assert "same: computed again" in said
    assert report.signatory.name in said


@pytest.mark.parametrize("profile", PROFILES, ids=str)
def test_a_signed_report_still_meets_both_standards(report: SignedReport, profile: page.ValidationProfile) -> None:
    found = page.validate_pdf_bytes(report.pdf, profile=profile)
    assert [failure.message for failure in found.failures] == []


def test_the_unsigned_file_is_the_beginning_of_the_signed_one_and_its_hash_is_named(report: SignedReport) -> None:
    assert report.pdf.startswith(report.unsigned)
    said = verify(report.pdf, report.signatory).checks[0].says
    assert said.endswith(hashlib.sha256(report.unsigned).hexdigest())


def test_signing_leaves_the_version_and_the_metadata_as_they_were(report: SignedReport) -> None:
    with pikepdf.open(io.BytesIO(report.unsigned)) as before, pikepdf.open(io.BytesIO(report.pdf)) as after:
        assert (after.pdf_version, "/Version" in after.Root) == (before.pdf_version, False)
        assert after.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()


def test_a_draft_has_no_field_to_sign_in_and_is_said_to_be_unsigned(report: SignedReport) -> None:
    draft = render_computed("draft")
    with pytest.raises(SigningError, match="only final reports are signed"):
        sign_pdf(draft, report.signatory)
    assert refusal(verify(draft, report.signatory)) == (
        SIGNATURE,
        UNSIGNED,
    )


def test_an_unknown_signer_is_refused_by_name_and_fingerprint(report: SignedReport, stranger: Signatory) -> None:
    for trusted in ((), (stranger,)):
        part, says = refusal(verify(report.pdf, *trusted))
        assert part == SIGNER
        assert says.startswith(f"the signer is unknown: {report.signatory.name}, certificate SHA-256 ")
        assert report.signatory.sha256 in says


def test_a_known_name_on_another_key_is_still_unknown(report: SignedReport, stranger: Signatory) -> None:
    signed_by_stranger = sign_pdf(report.unsigned, stranger)
    assert refusal(verify(signed_by_stranger, report.signatory))[0] == SIGNER
    assert verify(signed_by_stranger, stranger).holds


def test_a_swapped_attachment_is_refused(report: SignedReport) -> None:
    result = embedded(report.pdf, "result.json")
    result["lock_in"]["high"] = 1.0
    changed = change(report.pdf, files={"result.json": json.dumps(result).encode()})
    assert refusal(verify(changed, report.signatory))[0] == SIGNATURE


def test_a_page_edited_and_signed_by_another_key_is_refused(report: SignedReport, stranger: Signatory) -> None:
    changed = change(report.unsigned, page_text={b" rg\n": b" RG\n"})
    assert refusal(verify(sign_pdf(changed, stranger), report.signatory))[0] == SIGNER


def test_bytes_added_after_the_signature_are_refused(report: SignedReport) -> None:
    assert refusal(verify(report.pdf + b"\n", report.signatory)) == (
        SIGNATURE,
        (
            "does not cover the whole file; bytes that were not signed: 1. "
            "They were added at its end, or the file was changed and written anew"
        ),
    )


def test_what_was_done_to_a_file_is_told_and_what_was_not_looked_at(report: SignedReport) -> None:
    rewritten = io.BytesIO()
    with pikepdf.open(io.BytesIO(report.pdf)) as pdf:
        pdf.save(rewritten, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    told = {
        b"": "there is none: the file is no PDF",
        b"a letter": "there is none: the file is no PDF",
        report.unsigned[:5000]: "there is none: the file was cut off, its end is missing",
        report.pdf[:-100]: (
            "does not cover this file; bytes that were signed and are missing: 100. "
            "The file was cut off, or changed and written anew"
        ),
        report.unsigned: UNSIGNED,
    }
    for pdf_bytes, says in told.items():
        verification = verify(pdf_bytes, report.signatory)
        assert refusal(verification) == (SIGNATURE, says)
        assert "Not looked at, since the file was refused before: Signer, Evidence, Outcomes" in describe(verification)
    # Longer or shorter than it was, as the fonts and the compression of the day have it.
    assert refusal(verify(rewritten.getvalue(), report.signatory))[1].endswith("changed and written anew")
    assert "Not looked at" not in describe(verify(report.pdf, report.signatory))


def test_an_update_added_after_the_signature_is_refused(report: SignedReport) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(report.pdf))
    writer.root["/PageLayout"] = writer.root["/Lang"]
    writer.update_root()  # type: ignore[no-untyped-call]  # pyHanko gives it no type
    updated = io.BytesIO()
    writer.write(updated)  # type: ignore[no-untyped-call]  # pyHanko gives it no type
    part, says = refusal(verify(updated.getvalue(), report.signatory))
    assert (part, says[:30]) == (SIGNATURE, "does not cover the whole file;")


def test_a_second_signature_is_refused_even_by_the_same_signer(report: SignedReport) -> None:
    twice = _sign_again(report.pdf, report.signatory.chain_pem.encode(), report.signatory.key_pem)
    assert refusal(verify(twice, report.signatory)) == (
        SIGNATURE,
        "there are 2; a report of Openbook carries exactly one",
    )


def _sign_again(pdf: bytes, certificate: bytes, key: bytes) -> bytes:
    [signer] = load_certs_from_pemder_data(certificate)
    registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # pyhanko-certvalidator gives it no type
    done = PdfSigner(
        PdfSignatureMetadata(field_name="Second", md_algorithm="sha256"),
        signer=SimpleSigner(signer, load_private_key_from_pemder_data(key, None), registry),
        new_field_spec=SigFieldSpec("Second"),
    ).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)))
    return bytes(done.getbuffer())
