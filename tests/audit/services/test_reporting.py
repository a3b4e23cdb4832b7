"""A report is made once for the same content, by one worker, and a second run writes the same file over the first."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.storage import default_storage
from django.utils import timezone

from audit import tasks
from audit.models import Finding, Report, Standing, WorkState
from audit.services import reporting
from audit.services.assessing import SystemBusyError
from audit.services.leasing import LEASE, LeaseLostError, claim
from audit.services.marking import mark_dirty
from audit.services.reporting import count_pages, render_queued_report, request_report
from audit.tasks import render_report
from governance.models import AISystem
from tests.audit.scenes import TODAY, make_vendor_chatbot

pytestmark = pytest.mark.django_db


@pytest.fixture
def system() -> AISystem:
    return make_vendor_chatbot()[0]


@pytest.fixture(autouse=True)
def small_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rendering has tests of its own; here it gives two pages of nothing."""
    monkeypatch.setattr(reporting, "render_pdf", lambda view: b"%PDF-1.7 /Type /Page /Type /Page /Type /Pages")


def ask(system: AISystem, status: str = "draft", as_of: date = TODAY) -> Report:
    return request_report(system_id=system.id, status=status, requested_by="ada", as_of=as_of)


def render(report: Report) -> Report:
    rows = Report.objects.filter(pk=report.pk)
    return render_queued_report(report_id=report.pk, lease_token=claim(rows))


def test_a_request_assesses_the_system_and_queues_the_report(
    system: AISystem, sent: list[tuple[str, int]], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        report = ask(system)
    assert sent == [("audit.tasks.render_report", report.pk)]
    assert (report.state, report.number, report.version) == (WorkState.QUEUED, "OB-2026-0001", 1)
    assert report.assessment is not None
    assert report.assessment.as_of == TODAY


def test_the_file_is_kept_with_its_hash(system: AISystem) -> None:
    report = render(ask(system))
    with default_storage.open(str(report.file.name)) as file:
        assert hashlib.sha256(file.read()).hexdigest() == report.sha256
    assert (report.state, report.pages, report.lease_token) == (WorkState.DONE, 2, "")


def test_the_same_content_gives_the_report_that_is_there(system: AISystem) -> None:
    first = render(ask(system))
    assert ask(system).pk == first.pk
    assert Report.objects.count() == 1


def test_a_report_under_way_is_not_asked_for_twice(system: AISystem) -> None:
    assert ask(system).pk == ask(system).pk


def test_another_content_is_a_new_version_that_supersedes_the_old(system: AISystem) -> None:
    first = ask(system)
    Finding.objects.filter(system=system).update(response="agree", response_by="Ada", response_on=TODAY)
    second = ask(system)
    assert (second.number, second.version, second.supersedes_id) == (first.number, 2, first.pk)
    final = ask(system, "final")
    assert (final.number, final.version) == (first.number, 3)
    other = ask(make_vendor_chatbot()[0])
    assert (other.number, other.version) == ("OB-2026-0002", 1)


def test_changed_facts_are_assessed_before_they_are_reported(system: AISystem) -> None:
    first = ask(system)
    system.is_critical_function = True
    system.save()
    mark_dirty(kind="aisystem", ids=[system.id])
    second = ask(system)
    assert second.assessment_id != first.assessment_id
    assert not Standing.objects.get(system=system).is_dirty


def test_while_another_worker_assesses_the_latest_assessment_is_reported(system: AISystem) -> None:
    first = ask(system)
    rows = Standing.objects.filter(system=system)
    rows.update(is_dirty=True, state=WorkState.RUNNING, lease_token="theirs", lease_until=timezone.now() + LEASE)
    assert ask(system).assessment_id == first.assessment_id
    fresh = make_vendor_chatbot()[0]
    Standing.objects.create(
        system=fresh, state=WorkState.RUNNING, lease_token="theirs", lease_until=timezone.now() + LEASE
    )
    with pytest.raises(SystemBusyError):
        ask(fresh)


def test_a_worker_that_lost_its_lease_records_nothing_and_the_next_writes_one_file(system: AISystem) -> None:
    report = ask(system)
    rows = Report.objects.filter(pk=report.pk)
    dead = claim(rows)
    rows.update(lease_until=timezone.now() - LEASE)
    alive = claim(rows)
    with pytest.raises(LeaseLostError):
        render_queued_report(report_id=report.pk, lease_token=dead)
    assert rows.get().state == WorkState.RUNNING
    made = render_queued_report(report_id=report.pk, lease_token=alive)
    folder = str(made.file.name).rpartition("/")[0]
    assert default_storage.listdir(folder)[1].count(str(made.file.name).rpartition("/")[2]) == 1


def test_a_report_whose_file_is_gone_is_made_again_on_the_same_row(system: AISystem) -> None:
    report = render(ask(system))
    default_storage.delete(str(report.file.name))
    again = ask(system)
    assert (again.pk, again.state) == (report.pk, WorkState.QUEUED)


def test_an_error_while_rendering_stands_on_the_row_and_can_be_tried_again(
    system: AISystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill_the_disk(*_args: Any) -> str:
        raise OSError(28, "No space left on device")

    report = ask(system)
    monkeypatch.setattr(reporting, "_write_file", fill_the_disk)
    with pytest.raises(OSError, match="No space"):
        render_report(report.pk)
    failed = Report.objects.get(pk=report.pk)
    assert failed.state == WorkState.FAILED
    assert "No space left on device" in failed.error
    monkeypatch.undo()
    assert ask(system).state == WorkState.QUEUED


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (SoftTimeLimitExceeded(), "longer than 540 seconds"),
        (MemoryError(), "more memory than the worker may use"),
        (ValueError("no such pack"), "ValueError: no such pack"),
    ],
)
def test_a_report_that_fails_says_why_and_what_to_do(
    system: AISystem, error: Exception, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = ask(system)

    def stop(**_arguments: object) -> None:
        raise error

    monkeypatch.setattr(tasks, "render_queued_report", stop)
    with pytest.raises(type(error)):
        render_report(report.pk)
    report.refresh_from_db()
    assert report.state == WorkState.FAILED
    assert words in report.error
    assert report.error.endswith("Ask for it again to try again.")
    assert ask(system).state == WorkState.QUEUED


def test_the_task_does_nothing_when_the_report_is_made_already(system: AISystem) -> None:
    report = render(ask(system))
    render_report(report.pk)
    render_report(report.pk)
    assert Report.objects.get(pk=report.pk).sha256 == report.sha256


def test_pages_are_counted_and_none_are_guessed() -> None:
    assert count_pages(b"/Type /Pages /Type /Page /Type/Page>>") == 2
    assert count_pages(b"no page to be seen") is None


def test_a_report_of_an_earlier_day_takes_nothing_from_one_of_a_later_day(system: AISystem) -> None:
    today = ask(system)
    earlier = ask(system, as_of=TODAY - timedelta(days=200))
    assert (earlier.number, earlier.version, earlier.supersedes_id) == (today.number, 2, None)
    again = ask(system, status="final")
    assert (again.version, again.supersedes_id) == (3, today.pk)
