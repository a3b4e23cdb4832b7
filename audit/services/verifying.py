"""Verifies a file against the certificates of this installation and computes its outcomes again. Stores nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from cryptography import x509

from audit.rulepacks.recomputing import recompute
from audit.services.signing import read_trust

if TYPE_CHECKING:
    from audit.reports.verification.checks import Verification

LARGEST: Final = 32 * 1024 * 1024
"""Bytes of a file that is taken; the report of one system has less than one megabyte."""


def verify_file(pdf: bytes, *, trust: Sequence[x509.Certificate] = ()) -> Verification:
    """Check a report whole; ``trust`` are certificates believed beside those of this installation.

    Raises ``SigningKeyError`` when the installation's own certificate cannot be read.
    """
    from audit.reports.verification.verifying import verify_report  # noqa: PLC0415 - 50 MB, for who verifies alone

    believed = read_trust()
    return verify_report(pdf, [*believed.trusted, *trust], known=believed.known, recompute=recompute)
