"""Reassesses what is due: facts, packs or the day changed. What is unchanged is counted in the run and not touched.

A run is a row; its chunks are worked by any number of workers. It can be paused, resumed and cancelled.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Final

from django.db import transaction
from django.utils import timezone

from audit.models import UNFINISHED, Hold, ReassessmentRun, RunChunk, WorkState
from audit.services.chunks import claim_chunk, collecting_rarely, sum_up, work_on_chunk
from audit.services.due import find_due
from audit.services.grounds import bring_up, find_moved, note_missing
from audit.services.hearing import find_last_event, mark_unheard
from audit.services.leasing import MOST_ATTEMPTS, LeaseLostError, ask_for, find_lying
from audit.services.sending import REASSESS_CHUNK, send_on_commit
from governance.models import AISystem

CHUNKS: Final = 20
"""A run is cut into so many, so that several workers end at the same time, within these bounds: small chunks make what
many systems share too often, and large ones let a second worker wait for the first.
"""
SMALLEST_CHUNK: Final = 1_000
LARGEST_CHUNK: Final = 5_000

_FIRST_WAIT: Final = 0.02
_LONGEST_WAIT: Final = 0.5
"""Seconds until a worker that finds no chunk free looks again; each time twice as long."""

Progress = Callable[[int, int], None]


class RunHeldError(RuntimeError):
    """The run is paused or cancelled; it does not go on by itself."""


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """How far a run came: whether it ended, and how many systems were assessed in this process."""

    run_id: int
    is_finished: bool
    assessed: int


def start_run(*, as_of: date, requested_by: str) -> ReassessmentRun:
    """Make the row of a run with what is due, and send its chunks after the commit.

    A run that is under way is given instead of a second one, also one that is paused.
    """
    running = _find_running()
    if running is not None:
        return running
    heard = ReassessmentRun.objects.order_by("-id").values_list("heard_event", flat=True).first()
    last_event = find_last_event()
    if heard is not None:
        mark_unheard(after=heard, until=last_event)
    # Each in a transaction of its own: who brings the grounds up must not hold the rows of those who mark them.
    note_missing()
    bring_up()
    return _make_run(as_of=as_of, requested_by=requested_by, last_event=last_event)


def _find_running() -> ReassessmentRun | None:
    return ReassessmentRun.objects.filter(state__in=UNFINISHED).order_by("id").first()


@transaction.atomic
def _make_run(*, as_of: date, requested_by: str, last_event: int) -> ReassessmentRun:
    # Who is asked at the same moment waits here, and then finds this run: two over the same systems hold each other up.
    ReassessmentRun.objects.select_for_update(no_key=True).order_by("-id").values_list("id", flat=True).first()
    running = _find_running()
    if running is not None:
        return running
    find_moved()
    due = find_due(as_of=as_of)
    run = ReassessmentRun.objects.create(
        as_of=as_of,
        systems_total=AISystem.objects.count(),
        systems_due=len(due),
        due_ids=due,
        state=WorkState.QUEUED,
        requested_at=timezone.now(),
        requested_by=requested_by[:200],
        heard_event=last_event,
    )
    if due:
        _make_chunks(run, due)
    sum_up(run.pk)
    run.refresh_from_db()
    return run


def size_chunks(due: int) -> int:
    """How many of so many systems a chunk holds."""
    return min(max(ceil(due / CHUNKS), SMALLEST_CHUNK), LARGEST_CHUNK)


def _make_chunks(run: ReassessmentRun, due: Sequence[int]) -> None:
    size = size_chunks(len(due))
    parts = [due[start : start + size] for start in range(0, len(due), size)]
    RunChunk.objects.bulk_create(
        RunChunk(run=run, number=number, system_ids=part, systems=len(part)) for number, part in enumerate(parts)
    )
    ask_for(RunChunk.objects.filter(run=run), requested_by=run.requested_by)
    _send_chunks(run.pk)


def _send_chunks(run_id: int) -> None:
    waiting = RunChunk.objects.filter(run_id=run_id, state=WorkState.QUEUED).order_by("number")
    send_on_commit(REASSESS_CHUNK, list(waiting.values_list("id", flat=True)))


def pause_run(*, run_id: int, by: str) -> bool:
    """Let a run rest once the chunks under way are done; false if it has ended or is held already."""
    rows = ReassessmentRun.objects.filter(pk=run_id, state__in=UNFINISHED, hold=Hold.NONE)
    return bool(rows.update(hold=Hold.PAUSED, held_by=by[:200]))


@transaction.atomic
def resume_run(*, run_id: int, by: str) -> bool:
    """Let a paused run go on; false if it is not paused."""
    rows = ReassessmentRun.objects.filter(pk=run_id, state__in=UNFINISHED, hold=Hold.PAUSED)
    if not rows.update(hold=Hold.NONE, held_by=by[:200]):
        return False
    _send_chunks(run_id)
    return True


@transaction.atomic
def cancel_run(*, run_id: int, by: str) -> bool:
    """End a run with the chunks under way; what was left stays due. False if it has ended or is cancelled already."""
    rows = ReassessmentRun.objects.filter(pk=run_id, state__in=UNFINISHED).exclude(hold=Hold.CANCELLED)
    if not rows.update(hold=Hold.CANCELLED, held_by=by[:200]):
        return False
    RunChunk.objects.filter(run_id=run_id, state=WorkState.QUEUED).update(state=WorkState.IDLE, lease_until=None)
    sum_up(run_id)
    return True


def work_on_run(*, run_id: int, on_progress: Progress | None = None) -> RunOutcome:
    """Work on a run in this process, beside any other worker, until it has ended.

    Chunks that another worker has are waited for, and taken over when that worker is gone. Raises ``RunHeldError``
    when somebody pauses or cancels it.
    """
    with collecting_rarely():
        return _work_to_the_end(run_id, on_progress)


def _work_to_the_end(run_id: int, on_progress: Progress | None) -> RunOutcome:
    assessed, wait = 0, _FIRST_WAIT
    while True:
        run = ReassessmentRun.objects.defer("due_ids").get(pk=run_id)
        if on_progress is not None and run.systems_due:
            on_progress(run.systems_done, run.systems_due)
        if run.state not in UNFINISHED and run.hold != Hold.CANCELLED:
            return RunOutcome(run_id, is_finished=True, assessed=assessed)
        if run.hold != Hold.NONE:
            raise RunHeldError(f"the reassessment was {run.hold} by {run.held_by}; what is left stays due")
        taken = _take_next(run_id)
        if taken is None:
            time.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)
        else:
            assessed, wait = assessed + taken, _FIRST_WAIT


def _take_next(run_id: int) -> int | None:
    """Work on the next chunk that is free; gives how many systems were assessed, none if no chunk is free."""
    chunks = RunChunk.objects.filter(run_id=run_id)
    left = chunks.filter(state__in=UNFINISHED).order_by("number").values_list("id", "attempts")
    unfinished = dict(left)
    if any(attempts >= MOST_ATTEMPTS for attempts in unfinished.values()):
        find_lying(chunks, most=0)  # gives up what was tried too often
        unfinished = dict(left.all())
    for chunk_id in unfinished:
        token = claim_chunk(chunk_id)
        if not token:
            continue
        try:
            return work_on_chunk(chunk_id=chunk_id, lease_token=token).assessed
        except LeaseLostError:
            continue
    if not unfinished:
        # Whoever did the last one died before the run ended; while others work, they sum up.
        sum_up(run_id)
    return None


def assess_all(*, as_of: date, requested_by: str, on_progress: Progress | None = None) -> RunOutcome:
    """Reassess all that is due in this process, for set-up and the command line; gives what was done."""
    run = start_run(as_of=as_of, requested_by=requested_by)
    return work_on_run(run_id=run.pk, on_progress=on_progress)
