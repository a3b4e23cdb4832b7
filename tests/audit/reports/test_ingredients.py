"""The same content is made again once what it is made with has changed: for German messages, in German alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.conf import LazySettings

from audit.models import Report
from audit.reports.ingredients import hash_files, hash_ingredients, list_ingredients
from audit.reports.kinds import REPORT_TYPES, ReportType, compute_content_key


@pytest.fixture
def catalogues(settings: LazySettings, tmp_path: Path) -> Iterator[Path]:
    """A folder of messages of our own, in German and French."""
    settings.LOCALE_PATHS = [tmp_path]
    for language in ("de", "fr"):
        (tmp_path / language / "LC_MESSAGES").mkdir(parents=True)
        (tmp_path / language / "LC_MESSAGES" / "django.mo").write_bytes(b"first")
    yield tmp_path
    hash_ingredients.cache_clear()


def keys(monkeypatch: pytest.MonkeyPatch, *languages: str) -> list[str]:
    """The content keys of the same report in the languages, as a process that starts now computes them."""
    entry = ReportType("change", "Change report", lambda _: None, lambda _: "c")  # type: ignore[arg-type, return-value] # never built here
    monkeypatch.setitem(REPORT_TYPES, "change", entry)
    hash_ingredients.cache_clear()
    asked = {"kind": "change", "status": "final", "as_of": date(2026, 11, 20)}
    return [compute_content_key(Report(**asked, language=language)) for language in languages]


def test_a_corrected_translation_makes_a_new_file_in_its_language_alone(
    catalogues: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    english, german, french = keys(monkeypatch, "en", "de", "fr")
    assert [english, german, french] == keys(monkeypatch, "en", "de", "fr")
    (catalogues / "de" / "LC_MESSAGES" / "django.mo").write_bytes(b"corrected")
    after = keys(monkeypatch, "en", "de", "fr")
    assert after[0] == english
    assert after[1] != german
    assert after[2] == french


def test_a_form_of_a_language_counts_the_messages_it_falls_back_to(catalogues: Path) -> None:
    found = {name for name in list_ingredients("de-at") if name.startswith("messages")}
    assert found == {"messages/0/de/django.mo"}
    assert not [name for name in list_ingredients("en") if name.startswith("messages")]


def test_templates_styles_fonts_and_code_count_and_what_comes_after_the_pages_does_not() -> None:
    found = list_ingredients("en")
    for name in (
        *("templates/report.css", "templates/frame.html", "templates/portfolio/13_changes.html", "tags/reports.py"),
        *("code/phrases.py", "code/figures/bars.py", "code/fonts/Inter-Regular.ttf", "code/fonts/fonts.conf"),
    ):
        assert found[name].is_file(), name
    assert not [name for name in found if "/signing/" in name or "/verification/" in name]


def test_every_ingredient_moves_the_hash_and_its_place_does_not(tmp_path: Path) -> None:
    for folder, content in (("here", b"a"), ("there", b"a"), ("changed", b"b")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "report.css").write_bytes(content)
    here, there, changed = ({"css": tmp_path / name / "report.css"} for name in ("here", "there", "changed"))
    first = hash_files(here, {"weasyprint": "70.0"})
    assert first == hash_files(there, {"weasyprint": "70.0"})
    others = {
        hash_files(changed, {"weasyprint": "70.0"}),
        hash_files({"other": here["css"]}, {"weasyprint": "70.0"}),
        hash_files(here, {"weasyprint": "70.1"}),
    }
    assert len(others | {first}) == 4
