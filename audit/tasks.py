"""The tasks: claim the row, call the service, finish the row. Each may run twice, anywhere, and die in the middle."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Generic, TypeVar

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet
from django.utils import timezone
from structlog.contextvars import bind_contextvars

from audit.models import LeasedWork, Report, RunChunk, ScenarioPart, Standing, StressRecord
from audit.rulepacks import PackError
from audit.services import rereading, retaining
from audit.services.assessing import assess_claimed
from audit.services.chunks import claim_chunk, describe_failure, work_on_chunk
from audit.services.leasing import LeaseLostError, claim, fail, hand_back
from audit.services.news.delivering import deliver
from audit.services.news.digesting import tell_run as tell_run_once
from audit.services.reassessing import start_run
from audit.services.reminding import raise_reminders as raise_due_reminders
from audit.services.reporting import render_queued_report
from audit.services.scenarios.computing import compute_part
from audit.services.sending import (
    ASSESS_SYSTEM,
    COMPUTE_SCENARIO,
    DELIVER_DIGEST,
    RAISE_REMINDERS,
    REASSESS_CHUNK,
    REASSESS_DUE,
    RENDER_REPORT,
    RUN_STRESS,
    TELL_RUN,
    send,
)
from audit.services.splitting import split_chunk
from audit.services.stressing import compute_queued_stress, describe_stress_failure
from audit.services.sweeping import sweep
from audit.services.turning import name_daily_run
from audit.services.watching.heartbeats import SCHEDULER, note_heartbeat

PASSING_ERRORS = (OperationalError, InterfaceError, PackError)
"""A database that restarts or is locked, rules that are just being exchanged: the row is queued again."""

_Work = TypeVar("_Work", bound=LeasedWork)
_log = logging.getLogger(__name__)


@shared_task(name=ASSESS_SYSTEM)
def assess_system(system_id: int) -> None:
    """Assess one system, unless another worker does or there is nothing to do."""
    rows = Standing.objects.filter(system_id=system_id)
    token = claim(rows)
    held = rows.filter(lease_token=token).values_list("requested_by", flat=True).first()
    if held is None:
        return
    with _Claimed(rows, token, describe_failure):
        assess_claimed(
            system_ids=[system_id], as_of=timezone.localdate(), requested_by=held or "schedule", lease_token=token
        )


@shared_task(name=REASSESS_DUE)
def reassess_due() -> None:
    """Start a run over what is due, unless one is under way; its chunks are sent to whoever is free."""
    today = timezone.localdate()
    start_run(as_of=today, requested_by=name_daily_run(today))


@shared_task(name=REASSESS_CHUNK)
def reassess_chunk(chunk_id: int) -> None:
    """Reassess one chunk of a run, unless another worker does or the run is held."""
    token = claim_chunk(chunk_id)
    if not token:
        return
    rows = RunChunk.objects.filter(pk=chunk_id)
    bind_contextvars(run_id=rows.values_list("run_id", flat=True).get())
    with _Claimed(rows, token, describe_failure):
        try:
            work_on_chunk(chunk_id=chunk_id, lease_token=token)
        except SoftTimeLimitExceeded:
            split_chunk(chunk_id=chunk_id, lease_token=token)


@shared_task(name=RENDER_REPORT)
def render_report(report_id: int) -> None:
    """Make one report, unless another worker does or it is made already."""
    rows = Report.objects.filter(pk=report_id)
    token = claim(rows)
    if not rows.filter(lease_token=token).exists():
        return
    with _Claimed(rows, token, _describe_rendering_failure):
        render_queued_report(report_id=report_id, lease_token=token)


@shared_task(name=RUN_STRESS)
def run_stress(record_id: int) -> None:
    """Compute one stress scenario, unless another worker does or it is filed already."""
    rows = StressRecord.objects.filter(pk=record_id)
    token = claim(rows)
    if not rows.filter(lease_token=token).exists():
        return
    with _Claimed(rows, token, describe_stress_failure):
        compute_queued_stress(record_id=record_id, lease_token=token)


@shared_task(name=COMPUTE_SCENARIO)
def compute_scenario(part_id: int) -> None:
    """Compute one part of a scenario, unless another worker does or it is done already."""
    rows = ScenarioPart.objects.filter(pk=part_id)
    token = claim(rows)
    if not rows.filter(lease_token=token).exists():
        return
    with _Claimed(rows, token, describe_failure):
        compute_part(part_id=part_id, lease_token=token)


@shared_task(name=RAISE_REMINDERS)
def raise_reminders() -> None:
    """Raise the reminders of watched days that are due and were not raised before; a missed day loses none."""
    raise_due_reminders(as_of=timezone.localdate())


@shared_task(name=TELL_RUN)
def tell_run(run_id: int) -> None:
    """Gather what moved with a run and queue the digests, unless another worker does or it is told already."""
    with _passing("run_id", run_id):
        tell_run_once(run_id=run_id)


@shared_task(name=DELIVER_DIGEST)
def deliver_digest(delivery_id: int) -> None:
    """Deliver one digest, unless another worker does, it is delivered, or its next attempt is not due yet."""
    with _passing("delivery_id", delivery_id):
        deliver(delivery_id=delivery_id)


@shared_task(name="audit.tasks.sweep_work")
def sweep_work() -> None:
    """Send again what was never sent, or whose worker is gone; and note that scheduler and workers live."""
    note_heartbeat(SCHEDULER)
    for task, ids in sweep().items():
        send(task, ids)


@contextmanager
def _passing(name: str, row_id: int) -> Iterator[None]:
    """Leave what passes by itself, and what another worker took over, to the sweeper."""
    try:
        yield
    except LeaseLostError:
        _log.info("lease lost, another worker goes on", extra={name: row_id})
    except PASSING_ERRORS as error:
        _log.warning("passing error, the sweeper will send it", extra={name: row_id, "error": str(error)})


@shared_task(name="audit.tasks.find_unannounced")
def find_unannounced() -> None:
    """Read systems again that were not read lately, and leave to the next run what moved without a word."""
    rereading.find_unannounced(as_of=timezone.localdate())


@shared_task(name="audit.tasks.delete_expired_files")
def delete_expired_files() -> None:
    """Delete the files of reports whose days are over."""
    retaining.delete_expired_files()


def _describe_rendering_failure(error: Exception) -> str:
    """Say why it failed, and what would be right; asking for the same report again tries again."""
    again = "Ask for it again to try again."
    if isinstance(error, SoftTimeLimitExceeded):
        limit = settings.CELERY_TASK_SOFT_TIME_LIMIT
        return f"The report took longer than {limit} seconds and was stopped. {again}"
    if isinstance(error, MemoryError):
        return f"The report needed more memory than the worker may use and was stopped. {again}"
    return f"The report could not be made: {type(error).__name__}: {error}. {again}"


class _Claimed(Generic[_Work]):
    """Work on a claimed row: whatever goes wrong in it stands on the row before it is raised again.

    A lost lease is another worker's business now; an error that passes puts the row back in the queue.
    """

    def __init__(self, rows: QuerySet[_Work], token: str, describe: Callable[[Exception], str]) -> None:
        self._rows, self._token, self._describe = rows, token, describe

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        """Tell whether the error is dealt with."""
        if isinstance(error, LeaseLostError):
            _log.info("lease lost, another worker goes on", extra={"rows": self._rows.model.__name__})
            return True
        if isinstance(error, PASSING_ERRORS):
            _queue_again(self._rows, self._token, error)
            return True
        if isinstance(error, Exception):
            fail(self._rows, token=self._token, error=self._describe(error))
        return False


def _queue_again(rows: QuerySet[_Work], token: str, error: Exception) -> None:
    """Queue a row again after an error that passes; the sweeper sends it. Waiting grows with the attempts."""
    attempts = rows.values_list("attempts", flat=True).first() or 1
    wait = timedelta(seconds=5 * 2**attempts)
    _log.warning("passing error, will be tried again", extra={"error": str(error), "wait_s": wait.total_seconds()})
    hand_back(rows, token=token, wait=wait, error=f"{type(error).__name__}: {error}.")
