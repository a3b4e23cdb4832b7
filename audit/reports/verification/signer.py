"""Says who signed, or refuses a signer whom nobody vouches for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from audit.reports.verification.checks import SIGNER, RefusedError
from audit.reports.verification.signature import Signature


def read_certificates(pem: bytes) -> list[x509.Certificate]:
    """All certificates of a PEM file, or the one of a DER file. Raises ``ValueError`` where there is none."""
    if b"-----BEGIN" in pem:
        return x509.load_pem_x509_certificates(pem)
    return [x509.load_der_x509_certificate(pem)]


def check_signer(
    signature: Signature, trusted: Sequence[x509.Certificate], known: Sequence[x509.Certificate] = ()
) -> str:
    """Say who signed; raises ``RefusedError`` for a signer, or a timestamp server, whom nobody vouches for."""
    stamp, signer = signature.timestamp, signature.signer
    moment = stamp.at if stamp is not None else datetime.now(UTC)
    _refuse_unknown("the signer", signer, signature.others, trusted, moment)
    _refuse_stray([*signature.others], [*trusted, *known])
    says = f"{name_of(signer)}, certificate SHA-256 {fingerprint(signer)}"
    if stamp is None:
        return says
    _refuse_unknown("the timestamp server", stamp.server, stamp.others, trusted, stamp.at, usage={"time_stamping"})
    _refuse_stray([*stamp.others], [*trusted, *known])
    return f"{says}; signed before {stamp.at:%Y-%m-%d %H:%M:%S} UTC, says {name_of(stamp.server)}"


def name_of(certificate: x509.Certificate) -> str:
    """The common name, or the whole name where there is none."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def fingerprint(certificate: x509.Certificate) -> str:
    """The certificate's SHA-256."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def _refuse_unknown(
    who: str,
    certificate: x509.Certificate,
    others: Sequence[x509.Certificate],
    trusted: Sequence[x509.Certificate],
    moment: datetime,
    *,
    usage: set[str] | None = None,
) -> None:
    if fingerprint(certificate) in {fingerprint(each) for each in trusted}:
        return
    why = "no certificate is trusted"
    if trusted:
        context = ValidationContext(trust_roots=[_plain(each) for each in trusted], allow_fetching=False, moment=moment)
        validator = CertificateValidator(_plain(certificate), [_plain(each) for each in others], context)
        try:
            check = validator.async_validate_usage(set(), usage)  # type: ignore[no-untyped-call]  # untyped there
            asyncio.run(check)
        except (PathError, ValidationError) as error:
            why = " ".join(str(error).split())
        else:
            return
    raise RefusedError(
        SIGNER,
        f"{who} is unknown: {name_of(certificate)}, certificate SHA-256 {fingerprint(certificate)} ({why}); "
        "if you know it from another source than this file, name its certificate with --trust",
    )


def _plain(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def _refuse_stray(others: Sequence[x509.Certificate], accepted: Sequence[x509.Certificate]) -> None:
    """Every certificate beside the signer's must be accepted or truly issued by one that is there: none is altered."""
    for certificate in others:
        if certificate in accepted or any(_is_issued_by(certificate, each) for each in (*others, *accepted)):
            continue
        raise RefusedError(SIGNER, f"the file holds a certificate that nobody there issued: {name_of(certificate)}")


def _is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True
