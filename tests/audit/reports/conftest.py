"""The example's reports, each rendered once for all tests."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from audit.reports.render import render_pdf
from audit.reports.view import build_view
from tests.audit.reports.example import make_empty_records, make_nasty_records, make_records


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Give the PDF of the final, the draft, the empty and the nasty example."""
    folder = tmp_path_factory.mktemp("reports")
    made = {
        "final": make_records(),
        "draft": make_records(status="draft"),
        "empty": make_empty_records(),
        "nasty": make_nasty_records(),
    }
    paths = {}
    for name, records in made.items():
        paths[name] = folder / f"{name}.pdf"
        paths[name].write_bytes(render_pdf(build_view(records)))
    return paths


@pytest.fixture(scope="session")
def texts(files: dict[str, Path]) -> dict[str, str]:
    """Give the text of each PDF as a reader copies it."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (Debian package poppler-utils) is not installed")
    return {
        name: subprocess.run(
            ["pdftotext", "-enc", "UTF-8", str(path), "-"], check=True, capture_output=True
        ).stdout.decode()
        for name, path in files.items()
    }
