"""The tasks of stress runs and reminders: delivered twice, killed halfway, or never sent, each does its work once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from audit import tasks
from audit.models import Reminder, StressRecord, WorkState
from audit.services import stressing
from audit.services.leasing import MOST_ATTEMPTS
from audit.services.stressing import request_stress
from governance.models import Vendor
from tests.audit.scenes import contract, make_system, make_vendor, make_vendor_chatbot

pytestmark = pytest.mark.django_db


@pytest.fixture
def queued() -> StressRecord:
    _, _, vendor = make_vendor_chatbot()
    today = timezone.localdate()
    return request_stress(name="vendor_gone", parameters={"vendor": vendor.name}, as_of=today, requested_by="ana")


def read(record: StressRecord) -> StressRecord:
    return StressRecord.objects.get(pk=record.pk)


def break_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(**_kwargs: Any) -> None:
        raise error

    monkeypatch.setattr(stressing, "compute_stress", fail)


def test_asking_sends_one_message_after_the_commit(
    sent: list[tuple[str, int]], django_capture_on_commit_callbacks: Any
) -> None:
    _, _, vendor = make_vendor_chatbot()
    with django_capture_on_commit_callbacks(execute=True):
        record = request_stress(
            name="vendor_gone", parameters={"vendor": vendor.name}, as_of=date(2026, 11, 20), requested_by="ana"
        )
    assert sent == [("audit.tasks.run_stress", record.pk)]


def test_a_message_delivered_twice_computes_once(queued: StressRecord, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks.run_stress(queued.pk)
    first = read(queued)
    break_with(monkeypatch, AssertionError("computed a second time"))
    tasks.run_stress(queued.pk)
    second = read(queued)
    assert (first.state, first.attempts, first.systems_surely_hit) == (WorkState.DONE, 1, 1)
    assert (second.result, second.finished_at) == (first.result, first.finished_at)


def test_a_message_for_a_record_that_is_gone_does_nothing() -> None:
    tasks.run_stress(1_000_000)
    assert not StressRecord.objects.exists()


def test_a_worker_killed_halfway_leaves_a_row_that_another_finishes(
    queued: StressRecord, monkeypatch: pytest.MonkeyPatch, sent: list[tuple[str, int]]
) -> None:
    break_with(monkeypatch, SystemExit())  # what a killed worker leaves: no exception that the task could catch
    with pytest.raises(SystemExit):
        tasks.run_stress(queued.pk)
    left = read(queued)
    assert (left.state, left.result) == (WorkState.RUNNING, None)
    monkeypatch.undo()
    tasks.run_stress(queued.pk)
    assert read(queued).state == WorkState.RUNNING, "its lease has not run out: somebody may still be at work"


def test_the_sweeper_sends_what_a_dead_worker_left_and_the_next_one_finishes_it(
    queued: StressRecord, sent: list[tuple[str, int]]
) -> None:
    past = timezone.now() - timedelta(seconds=1)
    StressRecord.objects.filter(pk=queued.pk).update(
        state=WorkState.RUNNING, lease_token="dead", lease_until=past, attempts=1
    )
    tasks.sweep_work()
    assert sent == [("audit.tasks.run_stress", queued.pk)]
    tasks.run_stress(queued.pk)
    assert (read(queued).state, read(queued).attempts, read(queued).systems_surely_hit) == (WorkState.DONE, 2, 1)


def test_what_kills_its_worker_each_time_is_given_up_with_the_reason(queued: StressRecord) -> None:
    past = timezone.now() - timedelta(seconds=1)
    StressRecord.objects.filter(pk=queued.pk).update(state=WorkState.RUNNING, lease_until=past, attempts=MOST_ATTEMPTS)
    tasks.sweep_work()
    assert read(queued).state == WorkState.FAILED
    assert "ask for it again" in read(queued).error


def test_an_error_that_passes_queues_it_again(queued: StressRecord, monkeypatch: pytest.MonkeyPatch) -> None:
    break_with(monkeypatch, OperationalError("database is locked"))
    tasks.run_stress(queued.pk)
    waiting = read(queued)
    assert (waiting.state, waiting.attempts, waiting.error) == (
        WorkState.QUEUED,
        1,
        "OperationalError: database is locked.",
    )


def test_a_scenario_whose_vendor_has_left_the_register_fails_and_says_so(queued: StressRecord) -> None:
    name = queued.parameters["vendor"]
    Vendor.objects.filter(name=name).update(name="Renamed meanwhile")
    tasks.run_stress(queued.pk)
    failed = read(queued)
    assert (failed.state, failed.result) == (WorkState.FAILED, None)
    assert f"vendor: {name!r} is not in the register" in failed.error
    assert "Ask for it anew" in failed.error


def test_a_fault_fails_for_good_and_is_told_as_one(queued: StressRecord, monkeypatch: pytest.MonkeyPatch) -> None:
    break_with(monkeypatch, ZeroDivisionError("division by zero"))
    with pytest.raises(ZeroDivisionError):
        tasks.run_stress(queued.pk)
    assert read(queued).state == WorkState.FAILED
    assert "fault of the product" in read(queued).error


def test_the_daily_task_raises_each_reminder_once_however_often_it_runs() -> None:
    today = timezone.localdate()
    contract(make_system(), make_vendor(), end_on=today + timedelta(days=20))
    tasks.raise_reminders()
    tasks.raise_reminders()
    # Twenty days before the end the lead of 30 days is reached; those of 90 and 30 are not both sent.
    assert [(row.what, row.lead_days) for row in Reminder.objects.all()] == [("contract_end", 30)]
