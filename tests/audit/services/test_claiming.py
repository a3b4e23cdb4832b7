"""What is due of a chunk is claimed under one token, whatever makes it due; what is not, or not free, is left alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.models import Assessment, PackSetRecord, ReassessmentRun, RunChunk, Standing, WorkState
from audit.services import chunks
from audit.services.assessing import assess_claimed
from audit.services.chunks import claim_chunk, work_on_chunk
from audit.services.leasing import LEASE, LeaseLostError
from audit.services.reassessing import assess_all
from governance.models import AISystem
from tests.audit.scenes import TODAY, make_system

pytestmark = pytest.mark.django_db


class Bank:
    """Systems that were judged today, and the tokens that those of a chunk were assessed with."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, systems: int) -> None:
        self.systems = [make_system() for _ in range(systems)]
        assess_all(as_of=TODAY, requested_by="test")
        self.assessed: list[tuple[list[int], str]] = []
        monkeypatch.setattr(chunks, "assess_claimed", self._assess)

    def _assess(self, *, system_ids: list[int], lease_token: str, **options: Any) -> Any:
        rows = Standing.objects.filter(lease_token=lease_token, state=WorkState.RUNNING)
        assert sorted(rows.values_list("system_id", flat=True)) == sorted(system_ids), "it holds these and no others"
        self.assessed.append((list(system_ids), lease_token))
        return assess_claimed(system_ids=system_ids, lease_token=lease_token, **options)

    def work(self, systems: list[AISystem]) -> list[int]:
        """Work on a chunk of these systems; gives those that were assessed."""
        run = ReassessmentRun.objects.create(as_of=TODAY, state=WorkState.RUNNING, requested_at=timezone.now())
        ids = [system.pk for system in systems]
        chunk = RunChunk.objects.create(run=run, number=0, system_ids=ids, systems=len(ids), state=WorkState.QUEUED)
        self.assessed.clear()
        work_on_chunk(chunk_id=chunk.pk, lease_token=claim_chunk(chunk.pk))
        return [system_id for ids, _ in self.assessed for system_id in ids]


def row_of(system: AISystem) -> Any:
    return Standing.objects.filter(system=system)


def judged_by_others(system: AISystem) -> None:
    """Since the first assessment by the packs of today: as by a worker that has earlier ones."""
    other = PackSetRecord.objects.create(sha256="0" * 64, content={})
    Assessment.objects.filter(system=system).update(pack_set=other)


def test_all_that_is_due_and_free_is_claimed_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    bank = Bank(monkeypatch, 6)
    changed, still, by_others, aside, gone, held = bank.systems
    new = make_system()
    row_of(changed).update(is_dirty=True)
    judged_by_others(by_others)
    row_of(aside).update(is_dirty=True, state=WorkState.FAILED, finished_at=timezone.now())
    lapsed = timezone.now() - timedelta(seconds=1)
    row_of(gone).update(is_dirty=True, state=WorkState.RUNNING, lease_token="gone", lease_until=lapsed, attempts=1)
    theirs = {"state": WorkState.RUNNING, "lease_token": "theirs", "lease_until": timezone.now() + LEASE}
    row_of(held).update(is_dirty=True, **theirs)
    with pytest.raises(LeaseLostError, match="held elsewhere"):
        bank.work([*bank.systems, new])
    [(assessed, _)] = bank.assessed
    assert assessed == [changed.pk, by_others.pk, gone.pk, new.pk]
    assert row_of(held).values("state", "lease_token", "lease_until").get() == theirs
    assert row_of(aside).get().state == WorkState.FAILED
    assert row_of(still).get().requested_by == "test", "nobody asked for it again"
    # Whoever held it is gone: it is all that is left.
    row_of(held).update(lease_until=lapsed)
    assert bank.work([*bank.systems, new]) == [held.pk]
    assert bank.work([*bank.systems, new]) == []


def test_where_all_are_due_nobody_looks_which(monkeypatch: pytest.MonkeyPatch) -> None:
    bank = Bank(monkeypatch, 3)
    Standing.objects.update(is_dirty=True)
    monkeypatch.setattr(chunks, "look_among", None)
    assert bank.work(bank.systems) == [system.pk for system in bank.systems]


def test_what_was_tried_too_often_is_given_up_beside_others(monkeypatch: pytest.MonkeyPatch) -> None:
    bank = Bank(monkeypatch, 3)
    Standing.objects.update(is_dirty=True)
    killer = bank.systems[1]
    lapsed = timezone.now() - timedelta(seconds=1)
    row_of(killer).update(state=WorkState.RUNNING, lease_token="dead", lease_until=lapsed, attempts=4)
    assert bank.work(bank.systems) == [bank.systems[0].pk, bank.systems[2].pk]
    assert row_of(killer).get().state == WorkState.FAILED
    assert "Given up after 4 attempts" in row_of(killer).get().error
