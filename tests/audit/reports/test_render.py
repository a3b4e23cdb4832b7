"""The file: both standards, the same bytes everywhere, the evidence inside, and nothing fetched or run."""

from __future__ import annotations

import gc
import hashlib
import http.server
import json
import subprocess
import threading
import weakref
from pathlib import Path

import page
import pikepdf
import pytest

from audit.reports.attachments import canonical_json
from audit.reports.contents import PARTS
from audit.reports.render import FetchRefusedError, rare_collections, refuse, render_pdf
from audit.reports.view import build_view
from tests.audit.reports.example import LONG, SCRIPTS, make_nasty_records
from tests.audit.reports.example_result import RESULT

PROFILES = [page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1]
ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("name", ["final", "draft", "empty", "nasty"])
@pytest.mark.parametrize("profile", PROFILES, ids=str)
def test_no_check_of_either_standard_fails(files: dict[str, Path], name: str, profile: page.ValidationProfile) -> None:
    report = page.validate_pdf_bytes(files[name].read_bytes(), profile=profile)
    assert [failure.message for failure in report.failures] == []
    assert report.is_compliant


def test_the_parts_stand_in_the_auditors_order(texts: dict[str, str]) -> None:
    for name in ("final", "empty"):
        lines = [" ".join(line.split()) for line in texts[name].splitlines()]
        body = lines[lines.index("2 Document control") :]
        places = [body.index(f"{part.number} {part.title}") for part in PARTS if part.number]
        assert places == sorted(places), name


def test_page_one_tells_a_board_member_all(texts: dict[str, str]) -> None:
    first = " ".join(texts["final"].split("\f")[0].split())
    wanted = [
        "Customer chatbot “Anna”",
        "assessed as of 20 November 2026",
        "The model is past its retirement",
        "One duty in force is not satisfied",
        "What could not be concluded",
        "Answer this first: For which credit products is it used?",
        "Findings that weigh most",
    ]
    places = [first.index(words) for words in wanted]
    assert places == sorted(places)


def test_every_page_bears_number_status_and_count(files: dict[str, Path], texts: dict[str, str]) -> None:
    pages = texts["final"].split("\f")[:-1]
    with pikepdf.open(files["final"]) as pdf:
        assert len(pdf.pages) == len(pages)
    for at, text in enumerate(pages, 1):
        assert f"page {at} of {len(pages)}" in text
        assert "OB-2026-0042 · version 1 · final · internal use" in text


def marks(path: Path) -> list[int]:
    """Count the running heads, feet and watermarks of each page."""
    with pikepdf.open(path) as pdf:
        return [each.Contents.read_bytes().count(b"/Pagination") for each in pdf.pages]


def test_a_draft_says_so_on_every_page(files: dict[str, Path], texts: dict[str, str]) -> None:
    assert all("version 1 · draft" in text for text in texts["draft"].split("\f")[:-1])
    assert "draft" not in texts["final"].split("\f")[0]
    # The watermark is one mark more on each page than the final report has.
    assert marks(files["draft"]) == [number + 1 for number in marks(files["final"])]


def test_forbidden_words_are_never_printed(texts: dict[str, str]) -> None:
    for name, text in texts.items():
        assert "compliant" not in text.lower(), name
        assert "traffic light" not in text.lower(), name


def test_the_signature_page_says_whether_it_is_signed(texts: dict[str, str]) -> None:
    assert "carries the electronic signature" in " ".join(texts["final"].split())
    assert "it is not signed" in " ".join(texts["draft"].split())


def test_title_author_language_and_bookmarks(files: dict[str, Path]) -> None:
    with pikepdf.open(files["final"]) as pdf:
        assert str(pdf.Root.Lang) == "en"
        metadata = pdf.open_metadata()
        assert metadata["dc:title"] == "AI system audit report: Customer chatbot “Anna”"
        assert metadata["dc:creator"] == ["Aldermoor Bank"]
        with pdf.open_outline() as outline:
            titles = [item.title for item in outline.root[0].children] or [item.title for item in outline.root]
    assert [title for title in titles if "Findings" in title]


def test_the_evidence_lies_inside_and_its_hashes_are_printed(files: dict[str, Path], texts: dict[str, str]) -> None:
    with pikepdf.open(files["final"]) as pdf:
        inside = {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}
    assert set(inside) == {
        "fact-sheet.json",
        "result.json",
        "fact-types.json",
        "rule-packs.json",
        "findings.json",
        "evidence.json",
    }
    assert inside["result.json"] == canonical_json(RESULT)
    assert json.loads(inside["fact-sheet.json"])["facts"]["contract.notice_days"]["value"] == 90
    squeezed = "".join(texts["final"].split())
    for content in inside.values():
        assert hashlib.sha256(content).hexdigest() in squeezed


def test_each_attached_file_is_named_once_among_the_documents_own(files: dict[str, Path]) -> None:
    with pikepdf.open(files["final"]) as pdf:
        own = [str(file.UF) for file in pdf.Root.AF]
        assert sorted(own) == sorted(pdf.attachments)


def test_nothing_typed_is_fetched() -> None:
    asked: list[str] = []

    class Canary(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

        def log_message(self, *args: object) -> None:
            """Stay silent."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Canary)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        render_pdf(build_view(make_nasty_records(address=f"http://127.0.0.1:{server.server_port}")))
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert asked == []


@pytest.mark.parametrize("address", ["http://127.0.0.1/x", "file:///etc/passwd", "data:text/plain,x"])
def test_any_address_is_refused(address: str) -> None:
    with pytest.raises(FetchRefusedError, match="opens no address"):
        refuse(address)


def test_markup_is_text_and_scripts_come_out_as_they_went_in(texts: dict[str, str]) -> None:
    joined = " ".join(texts["nasty"].split())
    assert "<script>alert(1)</script>" in joined
    assert "{{ 7|add:7 }}" in joined
    for word in SCRIPTS.split(" / "):
        assert word in joined, word


def test_a_long_unbroken_string_wraps_within_the_page(files: dict[str, Path], texts: dict[str, str]) -> None:
    assert texts["nasty"].count("x") >= 2 * len(LONG)
    shown = subprocess.run(
        ["pdftotext", "-bbox", str(files["nasty"]), "-"], check=True, capture_output=True
    ).stdout.decode(errors="replace")
    right = [float(part.split('"')[0]) for part in shown.split('xMax="')[1:]]
    assert max(right) <= 596, "A4 is 595.3 points wide"


def test_what_a_layout_leaves_is_gone_with_it_and_the_collector_is_as_it_was() -> None:
    """Boxes name one another in circles; a worker that kept them would grow with every report."""

    class Box:
        pass

    before, kept = gc.get_threshold(), Box()
    with rare_collections():
        box = Box()
        box.parent = box  # type: ignore[attr-defined]  # any attribute will do
        seen = weakref.ref(box)
        del box
        assert gc.get_threshold() > before
        assert seen() is not None
    assert seen() is None
    assert gc.get_threshold() == before
    assert any(each is kept for each in gc.get_objects())
