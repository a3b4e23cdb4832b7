"""Cuts a chunk whose time ran out into parts, until the system that hangs stands alone and is set aside."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.db.models import Max

from audit.models import ReassessmentRun, RunChunk, Standing
from audit.services.chunks import OUT_OF_TIME, sum_up
from audit.services.due import find_due
from audit.services.leasing import ask_for, fail, finish
from audit.services.sending import REASSESS_CHUNK, send_on_commit

PARTS: Final = 20
"""A chunk of 2,000 comes down to one system in three steps."""


@transaction.atomic
def split_chunk(*, chunk_id: int, lease_token: str) -> int:
    """Put what a chunk could not do in its time into smaller chunks of the same run; gives their number.

    A chunk of one system is finished instead, and the system set aside. Raises ``LeaseLostError`` when the token no
    longer holds the chunk.
    """
    run = ReassessmentRun.objects.select_for_update().get(pk=RunChunk.objects.get(pk=chunk_id).run_id)
    row = RunChunk.objects.filter(pk=chunk_id)
    finish(row, token=lease_token)
    chunk = row.get()
    left = find_due(as_of=run.as_of, among=chunk.system_ids)
    if len(chunk.system_ids) == 1:
        _set_aside(chunk, left)
        sum_up(run.pk)
        return 0
    done = [system_id for system_id in chunk.system_ids if system_id not in set(left)]
    row.update(system_ids=done, systems=len(done))
    parts = _cut(left)
    last = RunChunk.objects.filter(run=run).aggregate(last=Max("number"))["last"] or 0
    made = RunChunk.objects.bulk_create(
        RunChunk(run=run, number=last + place, system_ids=part, systems=len(part))
        for place, part in enumerate(parts, start=1)
    )
    ids = [part.pk for part in made]
    ask_for(RunChunk.objects.filter(pk__in=ids), requested_by=run.requested_by)
    send_on_commit(REASSESS_CHUNK, ids)
    sum_up(run.pk)
    return len(parts)


def _set_aside(chunk: RunChunk, left: list[int]) -> None:
    for system_id in left:
        standing = Standing.objects.filter(system_id=system_id)
        fail(standing, token=standing.values_list("lease_token", flat=True).get(), error=OUT_OF_TIME)
    RunChunk.objects.filter(pk=chunk.pk).update(failures={str(system_id): OUT_OF_TIME for system_id in left})


def _cut(system_ids: list[int]) -> list[list[int]]:
    size = -(-len(system_ids) // PARTS) if system_ids else 1
    return [system_ids[start : start + size] for start in range(0, len(system_ids), size)]
