"""Whose key signs the final reports of this installation, and whom it believes when it verifies one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from django.conf import settings
from django.utils import timezone

from audit.models import SigningCertificate
from audit.reports.signing.keys import (
    KEY_FILE,
    Signatory,
    SigningKeyError,
    make_installation_key,
    read_signatory,
)


@dataclass(frozen=True, slots=True)
class SignedFile:
    """A signed file and the certificate it was signed with."""

    content: bytes
    certificate: SigningCertificate


@dataclass(frozen=True, slots=True)
class Trust:
    """Certificates of signers and timestamp servers that are believed, and of issuers that are only known."""

    trusted: Sequence[x509.Certificate]
    known: Sequence[x509.Certificate]


def prepare_signing_key() -> str:
    """Make the installation's key unless it is there or the organisation gives its own; gives the signer's name.

    Raises ``SigningKeyError`` when there can be none, and says what would be right.
    """
    if not settings.SIGNING_KEY:
        make_installation_key(settings.SIGNING_FOLDER, now=timezone.now())
    return _read_signatory().name


def sign_report(pdf: bytes) -> SignedFile:
    """Sign a final report; B-T where a timestamp server is configured. The bytes given stay the beginning of the file.

    Raises ``SigningKeyError`` without a key that can be used, ``SigningError`` where the file cannot be signed.
    """
    from audit.reports.signing.pades import make_timestamper, sign_pdf  # noqa: PLC0415 - 50 MB, for who signs alone

    if not settings.SIGNING_KEY and not settings.IS_PRODUCTION:
        make_installation_key(settings.SIGNING_FOLDER, now=timezone.now())
    signatory = _read_signatory()
    content = sign_pdf(pdf, signatory, timestamper=make_timestamper(settings.TIMESTAMP_URL))
    certificate, _ = SigningCertificate.objects.get_or_create(
        sha256=signatory.sha256, defaults={"name": signatory.name[:200], "chain": signatory.chain_pem}
    )
    return SignedFile(content, certificate)


def read_trust() -> Trust:
    """Whom this installation believes: every certificate it signed with, its present one, its timestamp server."""
    chains = [_read_chain(chain) for chain in SigningCertificate.objects.values_list("chain", flat=True)]
    if settings.SIGNING_KEY or (settings.SIGNING_FOLDER / KEY_FILE).is_file():
        chains.append([*_read_signatory().certificates])
    stamping = settings.TIMESTAMP_CERT
    return Trust(
        trusted=[
            *(chain[0] for chain in chains),
            *(_read_chain(Path(stamping).read_text("ascii")) if stamping else ()),
        ],
        known=[each for chain in chains for each in chain[1:]],
    )


def _read_chain(pem: str) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(pem.encode("ascii"))


def _read_signatory() -> Signatory:
    if settings.SIGNING_KEY:
        return read_signatory(Path(settings.SIGNING_KEY), Path(settings.SIGNING_CERT), now=timezone.now())
    path = settings.SIGNING_FOLDER / KEY_FILE
    if not path.is_file():
        raise SigningKeyError(
            f"There is no signing key in {settings.SIGNING_FOLDER}. Run manage.py set_up on the volume that web and "
            "workers share, or name a key of your own with OPENBOOK_SIGNING_KEY and OPENBOOK_SIGNING_CERT."
        )
    return read_signatory(path, path, now=timezone.now())


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs for this installation, as a page shows it."""

    name: str
    sha256: str


def describe_signer() -> Signer | None:
    """The name and fingerprint of the present certificate; none while there is no key that can be used."""
    try:
        signatory = _read_signatory()
    except SigningKeyError:
        return None
    return Signer(signatory.name, signatory.sha256)


def read_certificate_pem() -> str:
    """The present certificate with its issuers', for auditors; empty while there is no key that can be used."""
    try:
        return _read_signatory().chain_pem
    except SigningKeyError:
        return ""
