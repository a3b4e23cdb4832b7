"""The days ahead on the pages: a duty that begins in stages is still to come with its last."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.models import Assessment, OutcomeRecord, Standing
from audit.reports.outcome import read_outcome
from audit.selectors import read_outlook
from audit.services.reminding import raise_reminders
from audit.views.portfolio import to_moments
from audit.views.system import _list_moments
from tests.audit.pages_bank import make_bank
from tests.audit.scenes import contract, make_system, make_vendor

TODAY = date(2026, 11, 20)
CHARGES: dict[str, Any] = {
    "id": "DA-29",
    "rule": "data_act.art_29.switching_charges",
    "title": "Switching charges",
    "outcome": "undetermined",
    "in_force": True,
    "applies_from": None,
    "stages": {"reduced": "2024-01-11", "zero": "2027-01-12"},
}


def test_a_system_shows_the_last_stage_to_come() -> None:
    """Data Act Art. 29(1): no switching charges from 12 January 2027."""
    outcome = read_outcome({"as_of": "2026-11-20", "regulatory": {"duties": [CHARGES]}})
    assert [(moment.on, moment.label) for moment in _list_moments(outcome)] == [(date(2027, 1, 12), "1 duty begins")]


@pytest.mark.django_db
def test_the_portfolio_shows_it_too() -> None:
    chatbot = make_bank()["chatbot"]
    kept = Assessment.objects.get(system=chatbot)
    brief = {key: CHARGES[key] for key in ("id", "rule", "outcome", "in_force", "applies_from")}
    outcome = {**kept.outcome, "regulatory": {**kept.outcome["regulatory"], "duties": [brief]}}
    record = OutcomeRecord.objects.create(sha256="f" * 64, content=outcome)
    Assessment.objects.filter(pk=kept.pk).update(outcome_record=record, outcome_sha256=record.sha256)
    Standing.objects.exclude(system=chatbot).delete()
    days = [entry.on for entry in read_outlook(as_of=TODAY).dates if entry.kind == "duty"]
    assert days == [date(2027, 1, 12)]
    assert not [entry for entry in read_outlook(as_of=date(2027, 1, 12)).dates if entry.kind == "duty"]


def test_of_a_month_with_many_days_the_first_stand_on_the_calendar_and_all_on_its_own_page(
    db: None, sign_in: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    # With 100,000 systems the calendar was a page of 20 MB.
    monkeypatch.setattr("audit.views.calendar.SHOWN_OF_A_MONTH", 3)
    monkeypatch.setattr("audit.views.calendar.ROWS_ON_A_PAGE", 4)
    system, vendor = make_system(), make_vendor()
    month = (timezone.localdate() + timedelta(days=70)).replace(day=1)
    for day in range(10):
        contract(system, vendor, end_on=month + timedelta(days=day), contract_reference=f"C-{day}")
    client = sign_in("auditor")
    shown = client.get(reverse("calendar"))
    (told,) = [entry for entry in shown.context["months"] if entry["first"] == month]
    assert [entry.on.day for entry in told["entries"]] == [1, 2, 3]
    assert f'<a href="?month={month:%Y-%m}">7 more in {month:%B %Y}</a>' in shown.content.decode()
    days = []
    for number in (1, 2, 3):
        page = client.get(reverse("calendar"), {"month": f"{month:%Y-%m}", "page": number})
        (told,) = page.context["months"]
        days += [entry.on.day for entry in told["entries"]]
    assert days == [*range(1, 11)]
    empty = client.get(reverse("calendar"), {"month": "2020-01"}).content.decode()
    assert "Nothing due in January 2020" in empty
    assert client.get(reverse("calendar"), {"month": "no month"}).status_code == 200


def test_reminders_stand_on_pages_and_read_no_whole_system(
    db: None, sign_in: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.views.calendar.REMINDERS_ON_A_PAGE", 2)
    system, vendor, today = make_system(), make_vendor(), timezone.localdate()
    for day in range(5):
        contract(system, vendor, end_on=today + timedelta(days=day + 1), contract_reference=f"C-{day}")
    assert raise_reminders(as_of=today) == 5
    client = sign_in("officer")
    seen = []
    for number in (1, 2, 3):
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("calendar"), {"reminders": number})
        seen += [row.subject for row in page.context["reminders"]]
        assert not any('"answers"' in query["sql"] for query in queries), "of a system its name is shown"
    assert seen == [f"contract C-{day} with {vendor.name}" for day in range(5)]
    assert "1–2 of 5" in client.get(reverse("calendar")).content.decode()


def test_the_days_of_a_month_stand_together_from_the_first_to_the_last_of_them() -> None:
    found = to_moments(
        {(date(2026, 12, 2), "duty"): 1, (date(2026, 12, 31), "contract_end"): 1, (date(2027, 3, 4), "duty"): 2}
    )
    december, march = found
    assert (december.on, december.until) == (date(2026, 12, 2), date(2026, 12, 31))
    assert december.label == "one duty begins, one contract ends"
    assert (march.on, march.until, march.label) == (date(2027, 3, 4), date(2027, 3, 4), "two duties begin")
