"""Signs a finished file: PAdES B-B, or B-T with a timestamp server, as an update after the file's own bytes.

This module brings pyHanko into the process (about 50 MB), so only what signs or verifies imports it.
"""

from __future__ import annotations

import io
from typing import Final

from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError as NoSuchFieldError
from pyhanko.sign.signers import PdfSigner, SimpleSigner
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper, TimestampRequestError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from audit.reports.archival import SIGNATURE_FIELD
from audit.reports.signing.keys import Signatory

REASON: Final = "Final audit report, signed by the installation that made it"
TIMESTAMP_SECONDS: Final = 20


class SigningError(RuntimeError):
    """The file could not be signed; the text says why."""


class _QuietWriter(IncrementalPdfFileWriter):
    """Leaves metadata and version as they are.

    pyHanko would write the metadata anew and lose what both standards ask for, and call the file PDF 2.0 for the sake
    of the key's curve; PDF/A-3 is PDF 1.7.
    """

    def _update_meta(self) -> None:
        pass

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        pass


def sign_pdf(pdf: bytes, signatory: Signatory, *, timestamper: TimeStamper | None = None) -> bytes:
    """Give the file with its signature in the field made for it; the bytes before stay the same.

    Raises ``SigningError`` when the file has no such field, or the timestamp server gives no timestamp.
    """
    certificate, *issuers = load_certs_from_pemder_data(signatory.chain_pem.encode("ascii"))
    registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # pyhanko-certvalidator gives it no type
    registry.register_multiple(issuers)
    signer = SimpleSigner(
        signing_cert=certificate,
        signing_key=load_private_key_from_pemder_data(signatory.key_pem, passphrase=None),
        cert_registry=registry,
    )
    about = PdfSignatureMetadata(
        field_name=SIGNATURE_FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        name=signatory.name,
        reason=REASON,
    )
    try:
        signed = PdfSigner(about, signer=signer, timestamper=timestamper).sign_pdf(
            _QuietWriter(io.BytesIO(pdf)), existing_fields_only=True
        )
    except TimestampRequestError as error:
        raise SigningError(
            f"The timestamp server gave no timestamp ({error}). The report is not signed; ask for it again later."
        ) from error
    except NoSuchFieldError as error:
        raise SigningError(f"The file has no field to sign in; only final reports are signed ({error}).") from error
    return bytes(signed.getbuffer())


def make_timestamper(url: str) -> TimeStamper | None:
    """The client of the timestamp server at the address (RFC 3161); none without an address."""
    return HTTPTimeStamper(url, timeout=TIMESTAMP_SECONDS) if url else None
