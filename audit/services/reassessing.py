"""Reassesses what is due: facts, packs or the day changed. What is unchanged is counted in the run and not touched."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from audit.models import ReassessmentRun, Standing, WorkState
from audit.rulepacks import load_packs
from audit.services.assessing import Assessed, assess_claimed, stamp_packs
from audit.services.hearing import mark_unheard
from audit.services.leasing import LeaseLostError, ask_for, claim, fail, finish, hand_back, renew
from audit.services.marking import ensure_standings
from audit.snapshots import Concentration, measure_concentration
from audit.snapshots.concentration import stamp_concentration
from governance.models import AISystem

CHUNK: Final = 200
FAILED_TRIED_AGAIN_AFTER: Final = timedelta(hours=12)
JUDGEMENT_ERRORS: Final = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What a fault in a rule, a row or the engine raises; a database that is away is none of these."""

_log = logging.getLogger(__name__)
_OVERLAP: Final = timedelta(minutes=10)
"""A change that was being written while the run before looked is looked at again."""
_UNDER_WAY: Final = (WorkState.QUEUED, WorkState.RUNNING)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """How far a run came: whether it ended, and how many systems were assessed in this turn."""

    run_id: int
    is_finished: bool
    assessed: int


def find_due(*, as_of: date, among: Collection[int] | None = None) -> list[int]:
    """The systems whose latest outcome may no longer hold on the day, by id.

    Due is what was never assessed, is marked as changed, whose ``valid_until`` has come, or was judged by other
    packs. What failed is tried again after 12 hours, or when its facts change.
    """
    packs_hash = stamp_packs(load_packs()).sha256
    now = timezone.now()
    outdated = Q(is_dirty=True) | Q(valid_until__lte=as_of) | Q(assessment=None)
    outdated |= ~Q(assessment__packs_hash=packs_hash)
    set_aside = Q(state=WorkState.FAILED, finished_at__gt=now - FAILED_TRIED_AGAIN_AFTER)
    rows = Standing.objects.filter(outdated).exclude(set_aside)
    systems = AISystem.objects.filter(standing=None)
    if among is not None:
        rows, systems = rows.filter(system_id__in=among), systems.filter(id__in=among)
    return sorted({*rows.values_list("system_id", flat=True), *systems.values_list("id", flat=True)})


def find_moved(concentration: Concentration) -> list[int]:
    """The systems whose concentration is no longer what they were judged by: another system's change moved it.

    They are marked as changed, so that a run that dies finds them again.
    """
    rows = Standing.objects.filter(is_dirty=False).exclude(concentration="").values_list("system_id", "concentration")
    moved = [
        system_id
        for system_id, judged_by in rows
        if judged_by
        != stamp_concentration(concentration.share_for(system_id), concentration.other_contracts_for(system_id))
    ]
    Standing.objects.filter(system_id__in=moved).update(is_dirty=True, dirty_since=timezone.now())
    return moved


@transaction.atomic
def start_run(*, as_of: date, requested_by: str) -> ReassessmentRun:
    """Make the row of a run with what is due; a run that is under way is given instead of a second one."""
    running = ReassessmentRun.objects.filter(state__in=_UNDER_WAY).order_by("id").first()
    if running is not None:
        return running
    before = ReassessmentRun.objects.order_by("-id").values_list("requested_at", flat=True).first()
    if before is not None:
        mark_unheard(since=before - _OVERLAP)
    due = sorted({*find_due(as_of=as_of), *find_moved(measure_concentration())})
    run = ReassessmentRun.objects.create(
        as_of=as_of, systems_total=AISystem.objects.count(), systems_due=len(due), due_ids=due
    )
    ask_for(ReassessmentRun.objects.filter(pk=run.pk), requested_by=requested_by)
    run.refresh_from_db()
    return run


def continue_run(
    *, run_id: int, lease_token: str, seconds: float | None = None, on_progress: Progress | None = None
) -> RunOutcome:
    """Work on a claimed run, chunk by chunk, until it ends or the time is up; then it is handed back.

    A chunk that runs twice assesses only what is still due. Raises ``LeaseLostError`` if another worker has the run.
    """
    row = ReassessmentRun.objects.filter(pk=run_id)
    run = row.get()
    deadline = time.monotonic() + seconds if seconds is not None else None
    concentration = measure_concentration() if run.systems_done < len(run.due_ids) else None
    assessed = 0
    while run.systems_done < len(run.due_ids):
        if deadline is not None and time.monotonic() > deadline:
            hand_back(row, token=lease_token, wait=timedelta(seconds=5))
            return RunOutcome(run_id, is_finished=False, assessed=assessed)
        chunk = run.due_ids[run.systems_done : run.systems_done + CHUNK]
        done = _assess_chunk(chunk, run, concentration)
        assessed += len(done)
        run = _note_progress(run, lease_token, len(chunk), done)
        if on_progress is not None:
            on_progress(run.systems_done, len(run.due_ids))
    finish(row, token=lease_token)
    return RunOutcome(run_id, is_finished=True, assessed=assessed)


def _assess_chunk(chunk: Sequence[int], run: ReassessmentRun, concentration: Concentration | None) -> list[Assessed]:
    """Claim what is still due of the chunk and not being assessed elsewhere, and assess it."""
    due = find_due(as_of=run.as_of, among=chunk)
    if not due:
        return []
    trigger = run.requested_by or "schedule"
    ensure_standings(due)
    rows = Standing.objects.filter(system_id__in=due)
    ask_for(rows, requested_by=trigger)
    token = claim(rows)
    held = list(rows.filter(lease_token=token).order_by("system_id").values_list("system_id", flat=True))
    try:
        return assess_claimed(
            system_ids=held,
            as_of=run.as_of,
            requested_by=trigger,
            lease_token=token,
            concentration=concentration,
            may_confirm=True,
        )
    except LeaseLostError:
        raise
    except JUDGEMENT_ERRORS:
        # One system that breaks the judgement must not stop the others: find out which it is.
        return [done for system_id in held for done in _assess_alone(system_id, run, token, concentration)]


def _assess_alone(
    system_id: int, run: ReassessmentRun, token: str, concentration: Concentration | None
) -> list[Assessed]:
    """Assess one system of a chunk that broke; the one that breaks it is set aside with its error."""
    row = Standing.objects.filter(system_id=system_id, lease_token=token)
    if not row.exists():
        return []
    try:
        return assess_claimed(
            system_ids=[system_id],
            as_of=run.as_of,
            requested_by=run.requested_by or "schedule",
            lease_token=token,
            concentration=concentration,
        )
    except LeaseLostError:
        raise
    except JUDGEMENT_ERRORS as error:
        _log.exception("assessment broke off", extra={"system_id": system_id})
        text = describe_failure(error)
        fail(row, token=token, error=text)
        return [Assessed(system_id, None, error=text)]


def describe_failure(error: Exception) -> str:
    """An unexpected error as it stands on the row."""
    return (
        f"The assessment broke off: {type(error).__name__}: {error}. This is a fault of the product or of its rules, "
        "not of the entry; the worker's log has the details."
    )


@transaction.atomic
def _note_progress(
    run: ReassessmentRun, lease_token: str, chunk_length: int, done: Sequence[Assessed]
) -> ReassessmentRun:
    row = ReassessmentRun.objects.filter(pk=run.pk)
    if not renew(row, token=lease_token):
        raise LeaseLostError("another worker took this run over")
    run.systems_done = min(run.systems_done + chunk_length, len(run.due_ids))
    run.systems_changed += sum(one.has_changed for one in done)
    failures = {str(one.system_id): one.error for one in done if one.assessment_id is None}
    run.failures = {**run.failures, **failures}
    run.systems_failed = len(run.failures)
    run.save(update_fields=["systems_done", "systems_changed", "systems_failed", "failures"])
    return run


def claim_run(run_id: int) -> str:
    """Claim a run; gives its token, or an empty text when another worker has it."""
    row = ReassessmentRun.objects.filter(pk=run_id)
    token = claim(row)
    return token if row.filter(lease_token=token).exists() else ""


def assess_all(*, as_of: date, requested_by: str, on_progress: Progress | None = None) -> RunOutcome:
    """Reassess all that is due in this process, for set-up and the command line; gives what was done."""
    run = start_run(as_of=as_of, requested_by=requested_by)
    token = claim_run(run.pk)
    if not token:
        raise LeaseLostError("a reassessment is under way in another process; wait until it has ended")
    return continue_run(run_id=run.pk, lease_token=token, on_progress=on_progress)


def count_unassessed() -> int:
    """How many systems have no assessment yet."""
    assessed = Standing.objects.filter(system=OuterRef("pk"), assessment__isnull=False)
    return AISystem.objects.filter(~Exists(assessed)).count()
