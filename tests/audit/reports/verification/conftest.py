"""One final report with computed outcomes, signed once for all tests of the verification."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from audit.reports.signing.keys import Signatory
from audit.reports.signing.pades import sign_pdf
from tests.audit.reports.verification.signed import make_signatory, render_computed


@dataclass(frozen=True)
class SignedReport:
    """The unsigned file, the signed one, and who signed."""

    unsigned: bytes
    pdf: bytes
    signatory: Signatory


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> SignedReport:
    signatory = make_signatory(tmp_path_factory.mktemp("signing"))
    unsigned = render_computed()
    return SignedReport(unsigned, sign_pdf(unsigned, signatory), signatory)


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Signatory:
    """Another installation."""
    return make_signatory(tmp_path_factory.mktemp("stranger"))
