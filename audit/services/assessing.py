"""Assesses systems, one or many: snapshot, judgement, and what is stored of it, some hundred in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from django.db import transaction

from audit.models import Assessment, Standing, WorkState
from audit.portfolio.figures import Figures
from audit.rulepacks import load_packs
from audit.services.grounds import current_figures
from audit.services.judging import Assessed, Chunk
from audit.services.keeping import keep_known
from audit.services.leasing import LeaseLostError, ask_for, claim
from audit.services.marking import ensure_standings
from audit.services.pack_sets import keep_packs, stamp_packs
from audit.services.preceding import read_preceding
from audit.services.sending import ASSESS_SYSTEM, send_on_commit
from audit.services.storing import Batch
from audit.snapshots import sight_systems
from governance.models import AISystem

AT_ONCE: Final = 1_000
"""So many systems are read and judged by their rows together: what they share is made once, and memory stays flat."""


class SystemBusyError(RuntimeError):
    """The system is being assessed by another worker at this moment."""


class AssessmentFailedError(RuntimeError):
    """The facts of a system cannot be judged; the text names each of them and what would be right."""


@transaction.atomic
def request_assessment(*, system_ids: Collection[int], requested_by: str) -> int:
    """Queue the assessment of systems and send it after the commit; gives how many were not under way already."""
    ensure_standings(system_ids)
    rows = Standing.objects.filter(system_id__in=system_ids)
    queued = ask_for(rows, requested_by=requested_by)
    waiting = rows.filter(state=WorkState.QUEUED).order_by("system_id").values_list("system_id", flat=True)
    send_on_commit(ASSESS_SYSTEM, list(waiting))
    return queued


def assess_now(*, system_id: int, as_of: date, requested_by: str, lease_token: str = "") -> Assessment:
    """Assess one system in this process and give its assessment; the same input gives the stored one.

    Without a token the system's row is claimed here. Raises ``SystemBusyError`` when another worker has it,
    ``LeaseLostError`` when the token no longer holds it, and ``AssessmentFailedError`` when its facts do not fit.
    """
    token = lease_token or _take(system_id, requested_by)
    [done] = assess_claimed(system_ids=[system_id], as_of=as_of, requested_by=requested_by, lease_token=token)
    if done.assessment_id is None:
        raise AssessmentFailedError(done.error)
    return Assessment.objects.select_related("fact_sheet", "outcome_record", "pack_set").get(pk=done.assessment_id)


def _take(system_id: int, requested_by: str) -> str:
    ensure_standings([system_id])
    rows = Standing.objects.filter(system_id=system_id)
    if not rows.exists():
        raise AISystem.DoesNotExist(f"there is no AI system with the id {system_id}")
    ask_for(rows, requested_by=requested_by)
    token = claim(rows)
    if not rows.filter(lease_token=token).exists():
        raise SystemBusyError("the system is being assessed at this moment; try again in a few seconds")
    return token


def assess_claimed(
    *,
    system_ids: Sequence[int],
    as_of: date,
    requested_by: str,
    lease_token: str,
    figures: Figures | None = None,
    may_confirm: bool = False,
) -> list[Assessed]:
    """Assess the systems whose rows the token holds, and finish their rows; one that fails does not stop the others.

    With ``may_confirm`` a system of which nothing moved since its latest assessment, on a day on which that still
    holds, is only confirmed: neither judged nor written anew. Raises ``LeaseLostError`` when a row went to
    another worker; what was stored of others stays.
    """
    packs = load_packs()
    stamp = stamp_packs(packs)
    batch = Batch(as_of, requested_by, lease_token, {}, stamp, keep_packs(packs, stamp))
    done = [Assessed(one.system_id, one.assessment_id) for one in keep_known(system_ids, batch)] if may_confirm else []
    kept = {one.system_id for one in done}
    left = [system_id for system_id in system_ids if system_id not in kept]
    if left:
        done += _assess_by_rows(left, batch, figures, may_confirm=may_confirm)
    places = {system_id: place for place, system_id in enumerate(system_ids)}
    if len(done) < len(places):
        raise LeaseLostError("another worker took a system over; its result counts")
    return sorted(done, key=lambda one: places[one.system_id])


def _assess_by_rows(
    system_ids: Sequence[int], batch: Batch, figures: Figures | None, *, may_confirm: bool
) -> list[Assessed]:
    preceding = read_preceding(system_ids, batch.lease_token, batch.as_of)
    held = [system_id for system_id in system_ids if system_id in preceding]
    serials = {key: before.serial for key, before in preceding.items()}
    chunk = Chunk(replace(batch, serials=serials), preceding, may_confirm=may_confirm)
    if figures is None:
        figures = current_figures(batch.as_of)
    figures.expect(held)
    for part in _cut(held):
        chunk.look(sight_systems(part, batch.as_of, concentration=figures))
    for part in _cut(chunk.keep()):
        chunk.judge(sight_systems(part, batch.as_of, concentration=figures))
    return chunk.done


def _cut(system_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (system_ids[start : start + AT_ONCE] for start in range(0, len(system_ids), AT_ONCE))
