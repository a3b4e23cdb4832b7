"""Works on one chunk of a run: claims it and its systems, assesses what is still due, and sums up the run.

A chunk may run twice, on two machines, or die in the middle: what was stored is no longer due the second time.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.utils import timezone

from audit.models import UNFINISHED, Hold, ReassessmentRun, RunChunk, Standing, WorkState
from audit.portfolio.figures import Figures
from audit.selectors.among import among
from audit.services.assessing import assess_claimed
from audit.services.due import find_due, is_plainly_due, look_among
from audit.services.grounds import current_figures
from audit.services.judging import Assessed
from audit.services.leasing import (
    LeaseLostError,
    claim_one,
    fail,
    find_lying,
    finish,
    hand_back,
    kept_alive,
    seize,
)
from audit.services.marking import ensure_standings
from audit.services.sending import TELL_RUN, send_on_commit

JUDGEMENT_ERRORS: Final = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What a fault in a rule, a row or the engine raises; a database that is away is none of these."""

OUT_OF_TIME: Final = (
    "The assessment took longer than a worker may work on one task and was broken off. This is a fault of the product "
    "or of its rules, not of the entry; it is tried again when its facts change, and after 12 hours."
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ChunkOutcome:
    """How many systems of a chunk were assessed, and whether the run ended with it."""

    run_id: int
    assessed: int
    is_last: bool


def claim_chunk(chunk_id: int) -> str:
    """Claim a chunk; gives its token, or an empty text if another worker has it, it is done, or its run is held."""
    # Its own columns decide, and no other query of it: so of two workers at the same moment one waits, and then loses.
    return claim_one(RunChunk.objects.filter(pk=chunk_id, run__in=ReassessmentRun.objects.filter(hold=Hold.NONE)))


def work_on_chunk(*, chunk_id: int, lease_token: str) -> ChunkOutcome:
    """Assess what is still due of a claimed chunk, and end the run if it was the last.

    Raises ``LeaseLostError`` when another worker took the chunk or a system of it over; the chunk is then looked at
    again.
    """
    row = RunChunk.objects.filter(pk=chunk_id)
    chunk = row.select_related("run").defer("run__due_ids").get()
    if chunk.run.state == WorkState.QUEUED:
        ReassessmentRun.objects.filter(pk=chunk.run_id, state=WorkState.QUEUED).update(
            state=WorkState.RUNNING, started_at=timezone.now()
        )
    try:
        with kept_alive(row, token=lease_token), collecting_rarely():
            done = _assess_due(chunk.system_ids, chunk.run)
    except LeaseLostError:
        hand_back(row, token=lease_token, wait=timedelta(seconds=5))
        raise
    outcome = _finish_chunk(chunk, lease_token, done)
    if outcome.is_last:
        _kept_figures.clear()
    return outcome


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Look for cycles less often, and never among what is left at the end: judgements hold none.

    That search would take longer than to read the rows. The few hundred objects in cycles that stay are freed with the
    worker's process.
    """
    before = gc.get_threshold()
    gc.set_threshold(1_000_000, 50, 50)
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(*before)


def _assess_due(system_ids: Sequence[int], run: ReassessmentRun) -> list[Assessed]:
    """Claim what is still due and not being assessed elsewhere, and assess it."""
    rows = Standing.objects.filter(among("system_id", system_ids))
    # Mostly all of them are due and free, and nobody has to look which.
    token, is_all = seize(
        rows.filter(is_plainly_due(run.as_of)), number=len(system_ids), requested_by=run.requested_by or "schedule"
    )
    held, elsewhere = (system_ids, set()) if is_all else _claim_left(system_ids, run, token)
    if not held and not elsewhere:
        return []
    figures = _figures_of(run)
    try:
        done = _assess_halves(held, run, token, figures)
    except SoftTimeLimitExceeded:
        if len(system_ids) > 1:
            # Whoever takes the parts up need not wait until the lease runs out.
            hand_back(rows, token=token, wait=timedelta(0))
        raise
    if elsewhere and find_due(as_of=run.as_of, among=elsewhere):
        raise LeaseLostError("systems of this chunk are still held elsewhere; it is looked at again")
    return done


def _claim_left(system_ids: Sequence[int], run: ReassessmentRun, token: str) -> tuple[list[int], set[int]]:
    """Claim what else is due of some systems; gives all that the token holds, and what is due and held elsewhere."""
    mine = Standing.objects.filter(among("system_id", system_ids), lease_token=token)
    mine_ids = mine.order_by("system_id").values_list("system_id", flat=True)
    left = set(system_ids).difference(mine_ids)
    found = look_among(left, as_of=run.as_of)
    if found.is_any_tired:
        find_lying(Standing.objects.filter(among("system_id", found.due)), most=0)  # gives them up
        found = look_among(left, as_of=run.as_of)
    if found.missing:
        ensure_standings(found.missing)
    if found.due:
        rows = Standing.objects.filter(among("system_id", found.due))
        seize(rows, number=len(found.due), requested_by=run.requested_by or "schedule", token=token)
    held = list(mine_ids.all())
    return held, set(found.due).difference(held)


_kept_figures: Final[dict[tuple[int, datetime | None], Figures]] = {}


def _figures_of(run: ReassessmentRun) -> Figures:
    """The portfolio's figures, recalled once a run in each worker; what moves them meanwhile is due in the next run."""
    if not ReassessmentRun.objects.filter(pk=run.pk, state__in=UNFINISHED).exists():
        raise LeaseLostError("the run has ended meanwhile; the next one knows newer figures")
    key = (run.pk, run.requested_at)
    if key not in _kept_figures:
        _kept_figures.clear()  # those of another run go
        _kept_figures[key] = current_figures(run.as_of)
    return _kept_figures[key]


def _assess_halves(system_ids: Sequence[int], run: ReassessmentRun, token: str, figures: Figures) -> list[Assessed]:
    """Assess the systems together; where one breaks the judgement, halve until it is found and set aside."""
    if not system_ids:
        return []
    try:
        return assess_claimed(
            system_ids=system_ids,
            as_of=run.as_of,
            requested_by=run.requested_by or "schedule",
            lease_token=token,
            figures=figures,
            may_confirm=True,
        )
    except LeaseLostError:
        raise
    except JUDGEMENT_ERRORS as error:
        if len(system_ids) == 1:
            return [_set_aside(system_ids[0], token, error)]
    # What was stored before it broke off is finished and no longer held.
    rows = Standing.objects.filter(system_id__in=system_ids, lease_token=token)
    held = set(rows.order_by().values_list("system_id", flat=True))
    left = [system_id for system_id in system_ids if system_id in held]
    middle = len(left) // 2 or 1
    return [done for half in (left[:middle], left[middle:]) for done in _assess_halves(half, run, token, figures)]


def _set_aside(system_id: int, token: str, error: Exception) -> Assessed:
    _log.error("assessment broke off", exc_info=error, extra={"system_id": system_id})
    text = describe_failure(error)
    fail(Standing.objects.filter(system_id=system_id), token=token, error=text)
    return Assessed(system_id, None, error=text)


def describe_failure(error: Exception) -> str:
    """An unexpected error as it stands on the row."""
    if isinstance(error, SoftTimeLimitExceeded):
        return OUT_OF_TIME
    return (
        f"The assessment broke off: {type(error).__name__}: {error}. This is a fault of the product or of its rules, "
        "not of the entry; the worker's log has the details."
    )


@transaction.atomic
def _finish_chunk(chunk: RunChunk, token: str, done: Sequence[Assessed]) -> ChunkOutcome:
    # One order for all who write of a run: first the run, then the chunk.
    run = _lock_run(chunk.run_id)
    finish(
        RunChunk.objects.filter(pk=chunk.pk),
        token=token,
        outcome={
            "systems_changed": sum(one.has_changed for one in done),
            "failures": {str(one.system_id): one.error for one in done if one.assessment_id is None},
        },
    )
    return ChunkOutcome(chunk.run_id, len(done), is_last=_sum_up(run))


@transaction.atomic
def sum_up(run_id: int) -> bool:
    """Bring the figures of a run in line with its chunks, and end it if none is left; true if it has ended.

    A cancelled run ends with the chunks that are being worked on; what was left is due in the next run.
    """
    return _sum_up(_lock_run(run_id))


def _lock_run(run_id: int) -> ReassessmentRun:
    return ReassessmentRun.objects.select_for_update().defer("due_ids").get(pk=run_id)


def _sum_up(run: ReassessmentRun) -> bool:
    is_left, done, changed = False, 0, 0
    failures: dict[str, str] = {}
    chunks = RunChunk.objects.filter(run_id=run.pk).order_by("number")
    for pk, state, systems, moved, found in chunks.values_list("id", "state", "systems", "systems_changed", "failures"):
        is_left = is_left or state in UNFINISHED
        if state in (WorkState.DONE, WorkState.FAILED):
            done, changed = done + systems, changed + moved
            failures |= {**(_list_given_up(pk) if state == WorkState.FAILED else {}), **found}
    run.systems_done, run.systems_changed = done, changed
    run.failures, run.systems_failed = failures, len(failures)
    if run.state in UNFINISHED and not is_left:
        run.state, run.finished_at = WorkState.DONE, timezone.now()
        send_on_commit(TELL_RUN, [run.pk])
    run.save(update_fields=["systems_done", "systems_changed", "failures", "systems_failed", "state", "finished_at"])
    return run.state not in UNFINISHED


def _list_given_up(chunk_id: int) -> dict[str, str]:
    """The systems of a chunk that was given up, each with the reason."""
    system_ids, error = RunChunk.objects.values_list("system_ids", "error").get(pk=chunk_id)
    return dict.fromkeys(map(str, system_ids), error)


def end_left_runs() -> None:
    """End the runs whose last chunk was given up, or whose worker died before it could end them."""
    # A chunk that was handed back after somebody had cancelled its run is not taken up again.
    handed_back = RunChunk.objects.filter(state=WorkState.QUEUED, run__hold=Hold.CANCELLED)
    handed_back.update(state=WorkState.IDLE, lease_until=None)
    for run_id in ReassessmentRun.objects.filter(state__in=UNFINISHED).values_list("id", flat=True):
        sum_up(run_id)
