"""An organisation's own certificate is believed through its authority; so is the timestamp server."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from audit.reports.signing.pades import sign_pdf
from audit.reports.verification.checks import SIGNER
from audit.reports.verification.signature import read_signature
from audit.reports.verification.signer import read_certificates
from audit.reports.verification.verifying import verify_report
from tests.audit.reports.verification.chains import STAMPED, Chain, issue, make_chain, make_rsa, make_timestamper
from tests.audit.reports.verification.conftest import SignedReport
from tests.audit.reports.verification.signed import NOW
from tests.audit.reports.verification.test_verifying import refusal


@pytest.fixture(scope="module")
def chain() -> Chain:
    return make_chain()


def test_a_signer_whom_a_trusted_authority_names_is_believed(report: SignedReport, chain: Chain) -> None:
    pdf = sign_pdf(report.unsigned, chain.signatory)
    verification = verify_report(pdf, [chain.root.certificate])
    assert verification.holds
    assert verification.checks[1].says.startswith("Aldermoor Bank, audit reports, certificate SHA-256 ")


def test_a_signer_of_another_authority_is_not(report: SignedReport, chain: Chain) -> None:
    pdf = sign_pdf(report.unsigned, chain.signatory)
    part, says = refusal(verify_report(pdf, [chain.stamp_root.certificate]))
    assert part == SIGNER
    assert says.startswith("the signer is unknown: Aldermoor Bank, audit reports")


def test_a_certificate_that_has_ended_is_not_believed_through_its_authority(report: SignedReport, chain: Chain) -> None:
    ended = issue("Aldermoor Bank, last year", by=chain.between, until=NOW - timedelta(days=1))
    pdf = sign_pdf(report.unsigned, replace(chain, signer=ended).signatory)
    assert refusal(verify_report(pdf, chain.trusted))[0] == SIGNER


def test_an_authority_that_only_lies_in_the_file_makes_nobody_known(report: SignedReport, chain: Chain) -> None:
    """The issuer of a pinned signer must be known too, or its certificate could be altered unseen."""
    pdf = sign_pdf(report.unsigned, chain.signatory)
    signer = [chain.signer.certificate]
    part, says = refusal(verify_report(pdf, signer))
    assert (part, says) == (SIGNER, "the file holds a certificate that nobody there issued: Example Authority 2")
    assert verify_report(pdf, signer, known=[chain.between.certificate]).holds
    # Known is not trusted: the authority's other signers stay unknown.
    another = replace(chain, signer=issue("Somebody else", by=chain.between))
    other_pdf = sign_pdf(report.unsigned, another.signatory)
    assert refusal(verify_report(other_pdf, signer, known=[chain.between.certificate]))[0] == SIGNER


def test_a_timestamp_tells_when_and_by_whom(report: SignedReport, chain: Chain) -> None:
    pdf = sign_pdf(report.unsigned, chain.signatory, timestamper=make_timestamper(chain))
    stamp = read_signature(pdf).timestamp
    assert stamp is not None
    assert stamp.at == STAMPED
    verification = verify_report(pdf, chain.trusted)
    assert verification.holds
    assert verification.checks[1].says.endswith("; signed before 2026-11-20 10:05:00 UTC, says Example Time Server")


def test_a_timestamp_of_an_unknown_server_is_refused(report: SignedReport, chain: Chain) -> None:
    pdf = sign_pdf(report.unsigned, chain.signatory, timestamper=make_timestamper(chain))
    part, says = refusal(verify_report(pdf, [chain.root.certificate]))
    assert part == SIGNER
    assert says.startswith("the timestamp server is unknown: Example Time Server")


def test_a_timestamp_by_a_certificate_that_is_not_for_stamping_is_refused(report: SignedReport, chain: Chain) -> None:
    other = replace(chain, stamp=issue("A web server", by=chain.stamp_root, key=make_rsa()))
    pdf = sign_pdf(report.unsigned, chain.signatory, timestamper=make_timestamper(other))
    assert refusal(verify_report(pdf, chain.trusted))[0] == SIGNER


def test_certificates_are_read_from_pem_and_der(chain: Chain) -> None:
    pem = chain.signatory.chain_pem.encode()
    assert read_certificates(pem) == [chain.signer.certificate, chain.between.certificate]
    with pytest.raises(ValueError, match="error parsing"):
        read_certificates(b"neither")
