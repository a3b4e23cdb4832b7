"""Verifies a report: signature, signer, embedded evidence, and every outcome computed again."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from cryptography import x509
from django.core.management.base import BaseCommand, CommandError

from audit.reports.signing.keys import SigningKeyError
from audit.reports.verification.signer import read_certificates
from audit.reports.verification.verifying import describe
from audit.services.verifying import verify_file


class Command(BaseCommand):
    """Prints each part of the check and the packs; ends with 0 only when everything holds."""

    help = "Verify a final report against this installation's certificates. Nothing is stored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file and whom to believe."""
        parser.add_argument("file", type=Path, help="the PDF")
        parser.add_argument(
            "--trust",
            type=Path,
            action="append",
            default=[],
            metavar="CERT",
            help="a certificate (PEM or DER) of another signer, or of an authority; may be given several times",
        )

    def handle(self, *_args: object, file: Path, trust: list[Path], **_options: object) -> None:
        """Check the file; raises ``CommandError`` when it is refused."""
        try:
            pdf = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read ({error.strerror})") from error
        try:
            verification = verify_file(pdf, trust=[each for path in trust for each in _read(path)])
        except SigningKeyError as error:
            raise CommandError(f"This installation's own certificate cannot be read. {error}") from error
        self.stdout.write(describe(verification))
        if not verification.holds:
            raise CommandError("the report is refused; the part that fails says why")


def _read(path: Path) -> list[x509.Certificate]:
    try:
        return read_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise CommandError(f"--trust {path}: holds no certificate that can be read ({error})") from error
