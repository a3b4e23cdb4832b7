"""What every kind of report is held to, for the tests of each kind."""

from __future__ import annotations

import io
import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import page
import pikepdf

PROFILES = (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1)


def list_failures(pdf: bytes) -> list[str]:
    """The checks of either standard that fail, as page-validation words them."""
    reports = [page.validate_pdf_bytes(pdf, profile=profile) for profile in PROFILES]
    return [failure.message for report in reports for failure in report.failures]


def read_text(pdf: bytes) -> str:
    """The text as a reader copies it, in one line."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        done = subprocess.run(["pdftotext", "-enc", "UTF-8", file.name, "-"], check=True, capture_output=True)
    return " ".join(done.stdout.decode().split())


def read_embedded(pdf: bytes) -> dict[str, Any]:
    """The attached files by name; JSON is parsed."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        files = {name: spec.get_file().read_bytes() for name, spec in document.attachments.items()}
    return {
        name: json.loads(content) if Path(name).suffix == ".json" else content.decode()
        for name, content in files.items()
    }
