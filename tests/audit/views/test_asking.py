"""Every kind of report is asked for from the pages, the API, the admin and the command line, by who may."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import Report
from audit.services import reporting
from audit.services.assessing import assess_now
from governance.models import AISystem, AuditEvent, Vendor
from tests.audit.scenes import make_vendor_chatbot

pytestmark = pytest.mark.django_db


@pytest.fixture
def vendor() -> Vendor:
    """The vendor of a chatbot that is judged today."""
    system, _, vendor = make_vendor_chatbot()
    assess_now(system_id=system.pk, as_of=timezone.localdate(), requested_by="ada")
    return vendor


@pytest.fixture
def small_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting, "render_pdf", lambda view: b"%PDF-1.7 /Type /Page " + view.kind.encode())


def test_the_list_offers_the_kinds_to_who_may_ask(vendor: Vendor, sign_in: Callable[[str], Client]) -> None:
    client = sign_in("risk_analyst")
    page = client.get(reverse("reports")).content.decode()
    for words in ("Ask for a report", "Portfolio report", "Vendor report", vendor.name):
        assert words in page, words
    assert "Ask for a report" not in sign_in("auditor").get(reverse("reports")).content.decode()
    assert reverse("ask_report") in client.get(reverse("portfolio")).content.decode()


def test_a_portfolio_and_a_vendor_report_are_queued_from_the_pages(
    vendor: Vendor, sign_in: Callable[[str], Client]
) -> None:
    client = sign_in("risk_analyst")
    client.post(reverse("ask_report"), {"kind": "portfolio", "status": "draft"})
    client.post(reverse("ask_report"), {"kind": "vendor", "vendor": vendor.pk, "status": "final"})
    asked = Report.objects.order_by("id").values_list("kind", "status", "organisation", "state")
    assert list(asked) == [("portfolio", "draft", None, "queued"), ("vendor", "final", vendor.pk, "queued")]
    rows = client.get(reverse("reports")).content.decode()
    assert "The whole portfolio" in rows
    assert vendor.name in rows


def test_what_is_wrong_with_a_request_is_told(vendor: Vendor, sign_in: Callable[[str], Client]) -> None:
    client = sign_in("risk_analyst")
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"kind": "vendor"}, "needs the organisation it is about"),
        ({"kind": "system_audit", "system": "X-1"}, "No system has the number “X-1”"),
        ({"kind": "horoscope"}, "Report:"),
    ]
    for body, words in wrong:
        assert words in client.post(reverse("ask_report"), body, follow=True).content.decode()
    assert not Report.objects.exists()


def test_who_may_not_ask_is_refused(vendor: Vendor, sign_in: Callable[[str], Client]) -> None:
    assert sign_in("auditor").post(reverse("ask_report"), {"kind": "portfolio"}).status_code == 403
    assert Client().post(reverse("ask_report"), {"kind": "portfolio"}).status_code == 302
    assert not Report.objects.exists()


@pytest.mark.usefixtures("small_pdf")
def test_the_command_makes_each_kind_and_copies_the_file(vendor: Vendor, tmp_path: Path) -> None:
    said = StringIO()
    target = tmp_path / "vendor.pdf"
    call_command("report", kind="vendor", vendor=vendor.name.upper(), draft=True, output=target, stdout=said)
    assert target.read_bytes().endswith(b"vendor")
    call_command("report", kind="portfolio", draft=True, now=True, stdout=said)
    reference = AISystem.objects.get().reference
    call_command("report", reference, draft=True, now=True, stdout=said)
    assert list(Report.objects.order_by("id").values_list("kind", "state")) == [
        ("vendor", "done"),
        ("portfolio", "done"),
        ("system_audit", "done"),
    ]
    assert "OB-" in said.getvalue()
    with pytest.raises(CommandError, match="no vendor with the name “Nobody”"):
        call_command("report", kind="vendor", vendor="Nobody")
    with pytest.raises(CommandError, match="needs a system"):
        call_command("report")


@pytest.mark.usefixtures("small_pdf")
def test_a_download_of_any_kind_is_named_recorded_and_does_not_make_another_content(
    vendor: Vendor, sign_in: Callable[[str], Client]
) -> None:
    call_command("report", kind="portfolio", draft=True, now=True, stdout=StringIO())
    report = Report.objects.get()
    client = sign_in("auditor")
    response = client.get(reverse("download_report", args=[report.pk]))
    assert response["Content-Disposition"] == f'attachment; filename="{report.number}-v1-DRAFT-Portfolio.pdf"'
    assert response["ETag"] == f'"{report.sha256}"'
    response.getvalue()  # reading it to the end closes the file
    again = client.get(reverse("download_report", args=[report.pk]), headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
    event = AuditEvent.objects.get(action="downloaded")
    assert (event.actor, event.object_id) == (get_user_model().objects.get().get_username(), str(report.pk))
    call_command("report", kind="portfolio", draft=True, now=True, stdout=StringIO())
    assert Report.objects.count() == 1


def test_the_admin_asks_for_the_report_on_a_vendor(vendor: Vendor, admin_client: Client) -> None:
    body = {"action": "make_draft", "_selected_action": [vendor.pk]}
    page = admin_client.post(reverse("admin:governance_vendor_changelist"), body, follow=True).content.decode()
    report = Report.objects.get()
    assert (report.kind, report.status, report.organisation_id) == ("vendor", "draft", vendor.pk)
    assert f"on {vendor.name} is being made" in page
    nobody = Vendor.objects.create(name="Nobody")
    body = {"action": "make_report", "_selected_action": [nobody.pk]}
    page = admin_client.post(reverse("admin:governance_vendor_changelist"), body, follow=True).content.decode()
    assert "hangs on Nobody" in page
    assert Report.objects.count() == 1


def test_what_was_typed_stays_in_a_form_that_was_refused(sign_in: Callable[[str], Client]) -> None:
    typed = {"kind": "change", "system": "NO-SUCH", "first": "2026-05-01"}
    page = sign_in("risk_analyst").post(reverse("ask_report"), typed, follow=True).content.decode()
    assert "No system has the number “NO-SUCH”." in page
    assert '<option value="change" selected>' in page
    assert 'value="NO-SUCH"' in page
    assert 'value="2026-05-01"' in page
