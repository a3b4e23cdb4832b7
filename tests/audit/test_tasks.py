"""Each task claims its row, does its work once, and leaves a clear state whatever happens."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from audit import tasks
from audit.models import Assessment, ReassessmentRun, RunChunk, Standing, WorkState
from audit.rulepacks import PackError
from audit.services import chunks
from audit.services.assessing import assess_now
from audit.services.leasing import MOST_ATTEMPTS
from audit.services.marking import mark_dirty
from governance.models import AISystem
from governance.signals import register_changed
from tests.audit.scenes import make_system, make_vendor_chatbot

pytestmark = pytest.mark.django_db


@pytest.fixture
def queued() -> AISystem:
    system = make_vendor_chatbot()[0]
    mark_dirty(kind="aisystem", ids=[system.id])
    return system


def standing_of(system: AISystem) -> Standing:
    return Standing.objects.get(system=system)


def break_with(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(**_kwargs: Any) -> None:
        raise error

    monkeypatch.setattr(tasks, "assess_claimed", fail)


def test_assessing_twice_assesses_once(queued: AISystem) -> None:
    tasks.assess_system(queued.id)
    tasks.assess_system(queued.id)
    assert Assessment.objects.filter(system=queued).count() == 1
    assert standing_of(queued).state == WorkState.DONE


def test_a_message_for_a_system_that_nobody_asked_for_or_that_is_gone_does_nothing() -> None:
    system = make_system()
    tasks.assess_system(system.id)
    tasks.assess_system(1_000_000)
    assert not Assessment.objects.exists()


@pytest.mark.parametrize("error", [OperationalError("database is locked"), PackError(())])
def test_an_error_that_passes_queues_the_row_again(
    queued: AISystem, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    break_with(monkeypatch, error)
    before = timezone.now()
    tasks.assess_system(queued.id)
    waiting = standing_of(queued)
    assert (waiting.state, waiting.attempts) == (WorkState.QUEUED, 1)
    assert waiting.lease_until is not None
    assert waiting.lease_until > before + timedelta(seconds=5)
    monkeypatch.undo()
    tasks.assess_system(queued.id)
    assert (standing_of(queued).state, standing_of(queued).error) == (WorkState.DONE, "")


def test_any_other_error_fails_for_good_with_a_text_for_people(
    queued: AISystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_with(monkeypatch, KeyError("sys.stage"))
    with pytest.raises(KeyError):
        tasks.assess_system(queued.id)
    failed = standing_of(queued)
    assert failed.state == WorkState.FAILED
    assert "sys.stage" in failed.error
    assert "not of the entry" in failed.error


def test_the_sweeper_sends_what_lies_and_gives_up_what_kills_its_worker(
    queued: AISystem, sent: list[tuple[str, int]]
) -> None:
    poison = make_system()
    mark_dirty(kind="aisystem", ids=[poison.id])
    past = timezone.now() - timedelta(seconds=1)
    Standing.objects.update(lease_until=past)
    Standing.objects.filter(system=poison).update(state=WorkState.RUNNING, attempts=MOST_ATTEMPTS)
    tasks.sweep_work()
    assert sent == [("audit.tasks.assess_system", queued.id)]
    assert standing_of(poison).state == WorkState.FAILED


def test_the_scheduled_run_sends_its_chunks_which_assess_what_is_due_and_then_confirms(
    queued: AISystem, sent: list[tuple[str, int]], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        tasks.reassess_due()
    [(task, chunk_id)] = sent
    assert task == "audit.tasks.reassess_chunk"
    tasks.reassess_chunk(chunk_id)
    tasks.reassess_chunk(chunk_id)  # delivered twice
    tasks.reassess_due()
    first, second = ReassessmentRun.objects.order_by("id")
    assert (first.systems_due, first.state, second.systems_due, second.state) == (1, WorkState.DONE, 0, WorkState.DONE)
    assert Assessment.objects.count() == 1


def test_what_moved_without_a_word_is_marked_once(queued: AISystem) -> None:
    assess_now(system_id=queued.pk, as_of=timezone.localdate(), requested_by="test")
    serial = standing_of(queued).dirty_serial
    Standing.objects.update(read_on=None)
    AISystem.objects.filter(pk=queued.pk).update(answers={"sys.profiling": {"value": True}})
    tasks.find_unannounced()
    tasks.find_unannounced()  # delivered twice
    standing = standing_of(queued)
    assert (standing.is_dirty, standing.state, standing.dirty_serial) == (True, WorkState.DONE, serial + 1)


def test_a_chunk_waits_out_an_error_that_passes(queued: AISystem, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_options: Any) -> None:
        raise OperationalError("database is locked")

    tasks.reassess_due()
    chunk = RunChunk.objects.get()
    monkeypatch.setattr(chunks, "assess_claimed", fail)
    tasks.reassess_chunk(chunk.pk)
    chunk.refresh_from_db()
    assert (chunk.state, chunk.attempts) == (WorkState.QUEUED, 1)
    assert "database is locked" in chunk.error
    assert ReassessmentRun.objects.get().state == WorkState.RUNNING


def test_a_change_of_the_register_marks_and_sends(
    sent: list[tuple[str, int]], django_capture_on_commit_callbacks: Any
) -> None:
    system = make_system(in_service_on=date(2025, 1, 1))
    with django_capture_on_commit_callbacks(execute=True):
        register_changed.send(sender=AISystem, kind="aisystem", ids=[system.id])
    assert sent == [("audit.tasks.assess_system", system.id)]
    assert standing_of(system).is_dirty
