"""Stress runs and reminders are listed for everybody who reads, and written by nobody on these screens."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from audit.models import Reminder, StressRecord, WorkState
from tests.governance.admin.scenes import make_system, sign_in

pytestmark = pytest.mark.django_db

READERS = ["officer", "risk_analyst", "auditor", "administrator"]
HIT: dict[str, Any] = {
    "system": "SYS-001",
    "name": "Chatbot",
    "certainty": "surely",
    "critical": True,
    "because": ["OpenAI runs GPT-4"],
    "short_by_days": {"low": 28.0, "high": 96.0},
    "exit_plan": "untested",
}


@pytest.fixture
def record() -> StressRecord:
    return StressRecord.objects.create(
        scenario="vendor_gone",
        parameters={"vendor": "OpenAI", "on": "2027-01-01"},
        as_of=date(2026, 11, 20),
        state=WorkState.DONE,
        requested_by="officer",
        result={"hits": [HIT], "flaws": []},
        systems_surely_hit=1,
    )


@pytest.fixture
def reminder() -> Reminder:
    return Reminder.objects.create(
        system=make_system(),
        what="notice_by",
        subject="Contract 7 with OpenAI",
        on=date(2026, 12, 1),
        lead_days=30,
        raised_on=date(2026, 11, 1),
    )


@pytest.mark.parametrize("group", READERS)
def test_everybody_who_reads_sees_the_stress_runs_with_what_was_assumed(group: str, record: StressRecord) -> None:
    client = sign_in(group)
    page = client.get("/admin/audit/stressrecord/").content.decode()
    assert "OpenAI and its group are gone on 1 January 2027" in page
    page = client.get(f"/admin/audit/stressrecord/{record.pk}/change/").content.decode()
    assert "OpenAI and its group are gone on 1 January 2027</h1>" in page
    assert "28 to 96 days" in page
    assert "never walked" in page
    assert "OpenAI runs GPT-4" in page


def test_stress_runs_are_found_by_scenario_and_state(record: StressRecord) -> None:
    officer = sign_in("officer")
    assert "OpenAI and its group" in officer.get("/admin/audit/stressrecord/?scenario=vendor_gone").content.decode()
    assert (
        "OpenAI and its group" not in officer.get("/admin/audit/stressrecord/?scenario=model_retired").content.decode()
    )
    assert "OpenAI and its group" not in officer.get("/admin/audit/stressrecord/?state__exact=failed").content.decode()


def test_a_run_that_is_not_computed_yet_says_so(record: StressRecord) -> None:
    StressRecord.objects.filter(pk=record.pk).update(result=None, state=WorkState.QUEUED)
    page = sign_in("auditor").get(f"/admin/audit/stressrecord/{record.pk}/change/").content.decode()
    assert "A vendor is gone: 1 Jan 2027, OpenAI" in page or "A vendor is gone: OpenAI, 1 Jan 2027" in page
    assert "Not computed yet." in page


@pytest.mark.parametrize("group", READERS)
def test_everybody_who_reads_sees_the_reminders_and_their_system(group: str, reminder: Reminder) -> None:
    page = sign_in(group).get("/admin/audit/reminder/").content.decode()
    assert "Last day to give notice" in page
    assert "30 days before" in page
    assert f"/admin/governance/aisystem/{reminder.system_id}/change/" in page
    assert "nobody yet" in page


def test_reminders_are_found_by_kind_and_by_whether_they_were_seen(reminder: Reminder) -> None:
    officer = sign_in("officer")
    assert reminder.subject in officer.get("/admin/audit/reminder/?what__exact=notice_by&seen=no").content.decode()
    assert reminder.subject not in officer.get("/admin/audit/reminder/?what__exact=retirement").content.decode()
    assert reminder.subject not in officer.get("/admin/audit/reminder/?seen=yes").content.decode()
    Reminder.objects.update(seen_at=timezone.now(), seen_by="ana")
    page = officer.get("/admin/audit/reminder/?seen=yes").content.decode()
    assert reminder.subject in page
    assert "ana" in page


@pytest.mark.parametrize("group", READERS)
def test_nobody_writes_them_by_hand(group: str, record: StressRecord, reminder: Reminder) -> None:
    client = sign_in(group)
    for path in (f"stressrecord/{record.pk}", f"reminder/{reminder.pk}"):
        assert client.post(f"/admin/audit/{path}/change/", {"note": "x"}).status_code == 403
        assert client.post(f"/admin/audit/{path}/delete/", {"post": "yes"}).status_code == 403
    for path in ("stressrecord", "reminder"):
        assert client.get(f"/admin/audit/{path}/add/").status_code == 403


def test_who_is_in_no_group_sees_neither(record: StressRecord, reminder: Reminder) -> None:
    client = Client()
    client.force_login(User.objects.create(username="new", is_staff=True), "django.contrib.auth.backends.ModelBackend")
    for path in (f"stressrecord/{record.pk}", f"reminder/{reminder.pk}"):
        assert client.get(f"/admin/audit/{path}/change/").status_code == 403
