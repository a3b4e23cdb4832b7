"""Findings, calendar and reports over all systems, and what a download carries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import Finding, Report
from governance.models import AISystem, AuditEvent, VendorDependency
from tests.audit.pages_bank import make_finding, make_report


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", {"The model is past its retirement", "Late", "Answered"}),
        ("?state=unanswered", {"The model is past its retirement", "Late"}),
        ("?state=answered", {"Answered"}),
        ("?state=overdue", {"Late"}),
        ("?state=closed", {"Gone"}),
        ("?rating=low", {"Late"}),
        ("?area=data", {"Answered"}),
        ("?q=retire", {"The model is past its retirement"}),
    ],
)
def test_findings_are_narrowed(
    query: str, titles: set[str], bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    chatbot = bank["chatbot"]
    make_finding(chatbot, key="late", title="Late", rating="low", due_on=yesterday)
    make_finding(chatbot, key="answered", title="Answered", rating="high", area="data", response="disagree")
    make_finding(chatbot, key="gone", title="Gone", closed_on=date(2026, 11, 20))
    page = sign_in("auditor").get(reverse("findings") + query)
    assert {row["title"] for row in page.context["rows"]} == titles


def test_the_gravest_finding_stands_first(bank: dict[str, AISystem], sign_in: Callable[[str], Client]) -> None:
    for rating in ("low", "high", "moderate"):
        make_finding(bank["chatbot"], key=rating, rating=rating)
    rows = sign_in("auditor").get(reverse("findings")).context["rows"]
    assert [row["rating"] for row in rows] == ["very_high", "high", "moderate", "low"]


def test_no_finding_is_not_praise(db: None, sign_in: Callable[[str], Client]) -> None:
    page = sign_in("auditor").get(reverse("findings")).content.decode()
    assert "No finding is open" in page
    assert "What is not known yet opens none" in page


def test_a_response_is_saved_and_recorded(bank: dict[str, AISystem], sign_in: Callable[[str], Client]) -> None:
    finding = Finding.objects.get()
    body = {"response": "agree", "response_text": "We move.", "owner": "IT Sourcing", "due_on": "2026-12-15"}
    response = sign_in("risk_analyst").post(reverse("finding", args=[finding.pk]), body)
    assert response.status_code == 302
    finding.refresh_from_db()
    assert (finding.response, finding.response_by, finding.due_on) == ("agree", "risk_analyst", date(2026, 12, 15))
    assert AuditEvent.objects.get().action == "responded"


def test_an_incomplete_response_is_told_and_not_saved(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    finding = Finding.objects.get()
    page = sign_in("officer").post(reverse("finding", args=[finding.pk]), {"response": "agree"}).content.decode()
    assert "Say who acts." in page
    assert "Say until when." in page
    finding.refresh_from_db()
    assert finding.response == ""


def test_a_day_before_the_finding_was_made_is_refused(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    finding = Finding.objects.filter(closed_on=None).earliest("pk")
    given = {"response": "agree", "owner": "Head of Service", "due_on": "2020-01-01"}
    page = sign_in("officer").post(f"/findings/{finding.pk}/", given).content.decode()
    assert "before the finding was made" in page
    finding.refresh_from_db()
    assert finding.response == ""


def test_a_day_that_was_given_stands_in_the_field_again(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    """A browser shows a day only as 2026-12-15: in another form the field would be empty, and saving would clear it."""
    finding = Finding.objects.get()
    Finding.objects.filter(pk=finding.pk).update(response="agree", owner="IT", due_on=date(2026, 12, 15))
    page = sign_in("officer").get(reverse("finding", args=[finding.pk])).content.decode()
    assert 'value="2026-12-15"' in page


def test_an_untouched_form_records_no_response(bank: dict[str, AISystem], sign_in: Callable[[str], Client]) -> None:
    """“The response is recorded” over a finding without one would be taken for an answer of management."""
    finding = Finding.objects.filter(closed_on=None, response="").first()
    assert finding is not None
    body = {"response": "", "response_text": "", "owner": finding.owner, "due_on": finding.due_on or ""}
    page = sign_in("officer").post(reverse("finding", args=[finding.pk]), body)
    assert page.status_code == 200
    assert "choose what management says" in page.content.decode()
    assert not AuditEvent.objects.filter(action="responded").exists()


@pytest.mark.parametrize(
    ("most", "heading"), [(10_000, "1 finding<"), (10_000, "3 findings<"), (1, "More than 1 findings<")]
)
def test_the_heading_counts_findings_in_words(
    most: int,
    heading: str,
    bank: dict[str, AISystem],
    sign_in: Callable[[str], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("audit.views.paging.MOST_COUNTED", most)
    monkeypatch.setattr("audit.views.findings.ROWS_ON_A_PAGE", 1 if most == 1 else 50)
    opened = Finding.objects.filter(closed_on=None)[0]
    Finding.objects.exclude(pk=opened.pk).delete()
    for number in range(0 if heading.startswith("1 ") else 2):
        copied = Finding.objects.get(pk=opened.pk)
        copied.pk, copied.key = None, f"{opened.key}.{number}"
        copied.save()
    assert heading in sign_in("auditor").get(reverse("findings")).content.decode()


def test_the_calendar_says_when_nothing_is_due(db: None, sign_in: Callable[[str], Client]) -> None:
    assert "Nothing due" in sign_in("auditor").get(reverse("calendar")).content.decode()


def test_a_contracts_end_and_notice_stand_in_the_calendar(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    ends = timezone.localdate() + timedelta(days=100)
    notice = ends - timedelta(days=60)
    VendorDependency.objects.filter(system=bank["chatbot"]).update(
        end_on=ends, notice_days=60, auto_renewal=True, is_open_ended=False
    )
    months = sign_in("auditor").get(reverse("calendar")).context["months"]
    days = [(entry.on, entry.what) for month in months for entry in month["entries"]]
    assert (notice, "Last day to give notice") in days
    assert (ends, "The contract ends") in days


def test_reports_are_listed_with_what_failed_and_why(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    make_report(bank["chatbot"])
    make_report(bank["scoring"], state="failed", error="The fonts are missing; run make setup.")
    page = sign_in("auditor").get(reverse("reports")).content.decode()
    assert "The fonts are missing; run make setup." in page
    assert page.count("Download PDF") == 1


def test_a_report_is_asked_for_in_the_language_that_was_chosen(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    client, system = sign_in("risk_analyst"), bank["chatbot"]
    page = client.get(reverse("system", args=[system.pk])).content.decode()
    assert '<option value="en" lang="en" selected>English</option><option value="de" lang="de">Deutsch</option>' in page
    client.post(reverse("make_report", args=[system.pk]), {"status": "draft", "language": "de"})
    assert Report.objects.get().language == "de"


def test_without_reports_the_page_says_where_they_are_made(db: None, sign_in: Callable[[str], Client]) -> None:
    assert "No reports yet" in sign_in("auditor").get(reverse("reports")).content.decode()


def test_a_download_has_a_name_its_hash_and_an_entry_in_the_history(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    report = make_report(bank["chatbot"], content=b"%PDF-1.7 bytes", status="draft")
    response = sign_in("auditor").get(reverse("download_report", args=[report.pk]))
    assert response.getvalue() == b"%PDF-1.7 bytes"
    assert response["Content-Type"] == "application/pdf"
    assert "attachment" in response["Content-Disposition"]
    assert f"{report.number}-v1-DRAFT-Customer-chatbot-Anna.pdf" in response["Content-Disposition"]
    event = AuditEvent.objects.get()
    assert (event.actor, event.action, event.object_id) == ("auditor", "downloaded", str(report.pk))
    assert event.changes["sha256"][1] == report.sha256


def test_the_same_bytes_are_not_sent_twice(bank: dict[str, AISystem], sign_in: Callable[[str], Client]) -> None:
    report = make_report(bank["chatbot"])
    address = reverse("download_report", args=[report.pk])
    again = sign_in("auditor").get(address, headers={"if-none-match": f'"{report.sha256}"'})
    assert again.status_code == 304
    assert not AuditEvent.objects.exists()


def test_a_report_that_is_not_made_yet_has_no_file(bank: dict[str, AISystem], sign_in: Callable[[str], Client]) -> None:
    report = make_report(bank["chatbot"], state="queued")
    assert sign_in("auditor").get(reverse("download_report", args=[report.pk])).status_code == 404
