"""A chunk whose time runs out is cut into parts until the system that hangs stands alone; the others are assessed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from audit.models import Assessment, ReassessmentRun, RunChunk, Standing, WorkState
from audit.services import chunks
from audit.services.assessing import assess_claimed, request_assessment
from audit.services.chunks import OUT_OF_TIME
from audit.services.leasing import LEASE, claim
from audit.services.splitting import PARTS
from audit.services.sweeping import sweep
from audit.tasks import assess_system, reassess_chunk
from tests.audit.services.test_reassessing import start

pytestmark = pytest.mark.django_db


def hang_on(poison: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Celery raises this in the middle of the work when the time of a task is over."""

    def hang(**kwargs: Any) -> Any:
        if poison in kwargs["system_ids"]:
            raise SoftTimeLimitExceeded
        return assess_claimed(**kwargs)

    monkeypatch.setattr(chunks, "assess_claimed", hang)


def work_all_chunks() -> int:
    """Deliver chunks until none waits; gives how many were delivered."""
    delivered = 0
    while (waiting := RunChunk.objects.filter(state=WorkState.QUEUED).order_by("number").first()) is not None:
        reassess_chunk(waiting.pk)
        delivered += 1
        assert delivered < 60
    return delivered


def test_a_system_that_hangs_is_set_aside_alone_and_the_run_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    run, [part] = start(monkeypatch, systems=45, chunk=45)
    poison = part.system_ids[7]
    hang_on(poison, monkeypatch)
    assert work_all_chunks() == 1 + 15 + 3  # the chunk, its parts of three, and the parts of the one with the poison
    run.refresh_from_db()
    assert (run.state, run.systems_done, run.failures) == (WorkState.DONE, 45, {str(poison): OUT_OF_TIME})
    assert Assessment.objects.count() == 44
    assert Standing.objects.get(system_id=poison).state == WorkState.FAILED
    assert set(Standing.objects.exclude(system_id=poison).values_list("state", flat=True)) == {WorkState.DONE}


def test_there_are_never_more_parts_than_said(monkeypatch: pytest.MonkeyPatch) -> None:
    _, [part] = start(monkeypatch, systems=45, chunk=45)
    hang_on(part.system_ids[0], monkeypatch)
    reassess_chunk(part.pk)
    parts = RunChunk.objects.exclude(pk=part.pk)
    assert parts.count() <= PARTS
    assert sorted(system_id for one in parts for system_id in one.system_ids) == sorted(part.system_ids)


def test_what_a_dead_chunk_held_is_left_to_the_chunk_and_not_sent_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """One by one takes many times as long as together."""
    _, [part] = start(monkeypatch, systems=3, chunk=3)
    Standing.objects.filter(system_id__in=part.system_ids).update(
        state=WorkState.RUNNING, lease_token="dead", lease_until=timezone.now() - LEASE, attempts=1
    )
    RunChunk.objects.update(state=WorkState.RUNNING, lease_token="dead", lease_until=timezone.now() - LEASE, attempts=1)
    sent = sweep()
    assert sent["audit.tasks.assess_system"] == []
    assert sent["audit.tasks.reassess_chunk"] == [part.pk]
    reassess_chunk(part.pk)
    assert ReassessmentRun.objects.get().state == WorkState.DONE
    assert Assessment.objects.count() == 3


def test_a_chunk_is_not_done_while_a_system_of_it_is_held_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other worker may die with it; then the chunk does it after all."""
    run, [part] = start(monkeypatch, systems=2, chunk=2)
    held = part.system_ids[1]
    request_assessment(system_ids=[held], requested_by="officer")
    elsewhere = Standing.objects.filter(system_id=held)
    claim(elsewhere)
    reassess_chunk(part.pk)
    part.refresh_from_db()
    assert (part.state, Assessment.objects.count()) == (WorkState.QUEUED, 1)
    elsewhere.update(lease_until=timezone.now() - timedelta(seconds=1))
    reassess_chunk(part.pk)
    run.refresh_from_db()
    assert (run.state, run.systems_done, Assessment.objects.count()) == (WorkState.DONE, 2, 2)
    assess_system(held)  # the late message changes nothing
    assert Assessment.objects.count() == 2
