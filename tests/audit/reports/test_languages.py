"""A report is made in the language asked for, else in the installation's own; in no other."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from audit.models import Report
from audit.reports.kinds import build_printable
from audit.reports.languages import choose_language, list_languages
from audit.reports.request import ReportRequestError
from audit.services.reporting import request_report
from tests.audit.scenes import TODAY, make_vendor_chatbot


def test_each_language_is_offered_by_its_own_name() -> None:
    assert list_languages()[0] == ("en", "English")
    assert ("de", "Deutsch") in list_languages()


def test_a_catalogue_is_all_that_a_language_needs(tmp_path: Path, settings: Any) -> None:
    catalogue = tmp_path / "fr" / "LC_MESSAGES" / "django.mo"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_bytes(b"")
    settings.LOCALE_PATHS = [tmp_path]
    assert list_languages() == (("en", "English"), ("fr", "français"))


def test_the_installation_has_a_language_of_its_own(settings: Any) -> None:
    settings.REPORT_LANGUAGE = "de"
    assert choose_language(None) == "de"
    assert choose_language("en") == "en"
    with pytest.raises(ReportRequestError, match="not offered in “xx”; there are en, de"):
        choose_language("xx")


@pytest.mark.django_db
def test_one_system_has_a_report_in_each_language_under_a_number_of_its_own() -> None:
    system = make_vendor_chatbot()[0]
    made = [
        request_report(system_id=system.pk, status="final", requested_by="ada", as_of=TODAY, language=language)
        for language in ("en", "de")
    ]
    assert [build_printable(report).title for report in made] == ["AI system audit report", "Prüfbericht KI-System"]
    assert made[0].number != made[1].number


@pytest.mark.django_db
def test_the_command_asks_for_a_report_in_a_language() -> None:
    system, out = make_vendor_chatbot()[0], StringIO()
    call_command("report", system.reference, "--language", "de", "--draft", stdout=out)
    report = Report.objects.get()
    assert (report.language, report.status) == ("de", "draft")
    assert out.getvalue().startswith(f"{report} in de")
    with pytest.raises(CommandError, match="not offered"):
        call_command("report", system.reference, "--language", "xx")
    with pytest.raises(CommandError, match="no system with the reference “SYS-none”"):
        call_command("report", "SYS-none")
