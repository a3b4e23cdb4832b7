"""Stores what was judged of many systems in one transaction: sheets, outcomes, assessments, findings and standings.

Rows are locked first; of a system whose lease went to another worker nothing is stored.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple

from django.db import transaction
from django.utils import timezone

from audit.engine.assess import ENGINE_VERSION
from audit.engine.canonical import to_canonical_json
from audit.models import Assessment, FactSheetRecord, OutcomeRecord, Standing, WorkState
from audit.rulepacks import load_packs
from audit.services.conditions import FindingDraft
from audit.services.explaining import Explanation
from audit.services.leasing import EXPECTED_WITHIN
from audit.services.sending import ASSESS_SYSTEM, send_on_commit
from audit.services.treating import Draught, treat_findings
from audit.services.writing import Cell, insert_rows, update_rows


@dataclass(frozen=True, slots=True)
class PackStamp:
    """The packs as an assessment carries them."""

    hashes: Mapping[str, str]
    sha256: str


@dataclass(frozen=True, slots=True)
class Judged:
    """One system's judgement, small enough to hold many: its JSON as text, its hashes and its findings.

    ``columns`` are those of its standing; ``outcome`` is what is kept of the result (``audit.engine.brief``), and its
    hash is the same on two days with the same outcome.
    """

    system_id: int
    as_of: date
    sheet: str
    sheet_sha256: str
    outcome: str
    outcome_sha256: str
    valid_until: date | None
    columns: Mapping[str, Cell]
    drafts: Sequence[FindingDraft]


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of one system: the id of its assessment, and whether its outcome moved."""

    system_id: int
    assessment_id: int
    has_changed: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """Systems to be stored together: the token that holds their rows, and each one's serial before it was read."""

    requested_by: str
    lease_token: str
    serials: Mapping[int, int]
    stamp: PackStamp


@dataclass(frozen=True, slots=True)
class _Held:
    """A locked row that the token still holds, with what it says of the assessment before."""

    serial: int
    dirty_since: datetime | None
    assessment_id: int | None
    as_of: date | None
    outcome_sha256: str
    findings: str


_BEFORE: Final = ("as_of", "outcome_sha256", "findings_digest")
_RELEASED: Final = (
    "is_dirty",
    "dirty_since",
    "state",
    "lease_until",
    "lease_token",
    "finished_at",
    "attempts",
    "error",
)


@transaction.atomic
def store_judged(judged: Sequence[Judged], batch: Batch) -> list[Stored]:
    """Store assessments, findings and standings together; gives only those whose row the token still held."""
    held = _lock([one.system_id for one in judged], batch.lease_token)
    kept = [one for one in judged if one.system_id in held]
    ids = _store_assessments(kept, batch)
    latest = [one for one in kept if not _is_earlier(one, held[one.system_id])]
    treated = treat_findings(
        [_draught(one, ids[one.system_id], held[one.system_id]) for one in latest],
        causes=lambda closing: _explain(closing, held, {one.system_id: one for one in latest}, batch.stamp),
    )
    moved = {one.system_id for one in latest if held[one.system_id].outcome_sha256 != one.outcome_sha256}
    now = timezone.now()
    outcomes = [
        (
            one.system_id,
            {
                **one.columns,
                "assessment_id": ids[one.system_id],
                "outcome_sha256": one.outcome_sha256,
                "open_findings": treated[one.system_id].is_open,
                "findings_digest": treated[one.system_id].digest,
            },
        )
        for one in latest
    ]
    _release(outcomes, held, batch, now)
    _release([(one.system_id, {}) for one in kept if one.system_id not in treated], held, batch, now)
    return [
        Stored(
            one.system_id,
            ids[one.system_id],
            has_changed=one.system_id in moved or (one.system_id in treated and treated[one.system_id].has_moved),
        )
        for one in kept
    ]


@transaction.atomic
def confirm_unchanged(system_ids: Sequence[int], batch: Batch) -> list[Stored]:
    """Finish the rows of systems whose outcome still holds; nothing else is written."""
    held = _lock(system_ids, batch.lease_token)
    kept = [system_id for system_id in system_ids if system_id in held]
    _release([(system_id, {}) for system_id in kept], held, batch, timezone.now())
    return [Stored(system_id, held[system_id].assessment_id or 0, has_changed=False) for system_id in kept]


def _lock(system_ids: Sequence[int], token: str) -> dict[int, _Held]:
    """Lock the rows in one order, as those who mark them do, and give those that the token holds."""
    rows = (
        Standing.objects.filter(system_id__in=system_ids)
        .select_for_update()
        .order_by("pk")
        .values_list("system_id", "lease_token", "dirty_serial", "dirty_since", "assessment_id", *_BEFORE)
    )
    return {row[0]: _Held(*row[2:]) for row in rows if row[1] == token}


def _is_earlier(one: Judged, held: _Held) -> bool:
    """A day before the latest assessment's: it is stored, and leaves standing and findings alone."""
    return held.assessment_id is not None and held.as_of is not None and one.as_of < held.as_of


def _draught(one: Judged, assessment_id: int, held: _Held) -> Draught:
    return Draught(one.system_id, assessment_id, one.as_of, one.drafts, held.findings, held.assessment_id)


class _Made(NamedTuple):
    """An assessment to be stored, whose sheet and outcome are."""

    system_id: int
    as_of: date
    fact_sheet_id: int
    outcome_record_id: int
    outcome_sha256: str
    valid_until: date | None


def _store_assessments(kept: Sequence[Judged], batch: Batch) -> dict[int, int]:
    """Store what is not there yet and give the assessments' ids by system."""
    # Sheets before outcomes, here as everywhere: two workers wait for each other and do not lock up.
    sheets = _store_once(FactSheetRecord, {one.sheet_sha256: one.sheet for one in kept})
    outcomes = _store_once(OutcomeRecord, {one.outcome_sha256: one.outcome for one in kept})
    made = [
        _Made(
            *(one.system_id, one.as_of, sheets[one.sheet_sha256]),
            *(outcomes[one.outcome_sha256], one.outcome_sha256, one.valid_until),
        )
        for one in kept
    ]
    return _insert_assessments(made, batch)


def _store_once(model: type[FactSheetRecord | OutcomeRecord], texts: Mapping[str, str]) -> dict[str, int]:
    """Store each text once and give the ids by hash; in one order, so that two workers wait and do not lock up."""
    known = dict(model.objects.filter(sha256__in=texts).values_list("sha256", "id"))
    missing = sorted(texts.keys() - known.keys())
    if missing:
        insert_rows(model, ("sha256", "content"), ((sha256, texts[sha256]) for sha256 in missing), leave_existing=True)
        known |= dict(model.objects.filter(sha256__in=missing).values_list("sha256", "id"))
    return known


def _insert_assessments(made: Sequence[_Made], batch: Batch) -> dict[int, int]:
    """Store those that are not there yet, and give the ids of all by system."""
    packs = to_canonical_json({**batch.stamp.hashes})
    now = timezone.now()
    insert_rows(
        Assessment,
        (*_Made._fields, "packs_hash", "packs", "engine", "trigger", "created_at"),
        ((*one, batch.stamp.sha256, packs, ENGINE_VERSION, batch.requested_by[:200], now) for one in made),
        leave_existing=True,
    )
    wanted = {(one.system_id, one.fact_sheet_id) for one in made}
    rows = Assessment.objects.filter(
        system_id__in=[one.system_id for one in made],
        as_of__in={one.as_of for one in made},
        packs_hash=batch.stamp.sha256,
    )
    return {
        system_id: pk
        for system_id, sheet_id, pk in rows.order_by().values_list("system_id", "fact_sheet_id", "id")
        if (system_id, sheet_id) in wanted
    }


def _explain(
    closing: Collection[int], held: Mapping[int, _Held], judged: Mapping[int, Judged], stamp: PackStamp
) -> dict[int, Callable[[str], str]]:
    """For each system that closes a finding, what names the cause."""
    before_ids = [held[system_id].assessment_id or 0 for system_id in closing]
    befores = {row.system_id: row for row in Assessment.objects.filter(pk__in=before_ids).select_related("fact_sheet")}
    return {
        system_id: Explanation(befores.get(system_id), _as_row(judged[system_id], stamp), load_packs()).name_cause
        for system_id in closing
    }


def _as_row(one: Judged, stamp: PackStamp) -> Assessment:
    return Assessment(
        system_id=one.system_id,
        as_of=one.as_of,
        packs=dict(stamp.hashes),
        packs_hash=stamp.sha256,
        engine=ENGINE_VERSION,
        fact_sheet=FactSheetRecord(sha256=one.sheet_sha256, content=json.loads(one.sheet)),
    )


def _release(
    outcomes: Sequence[tuple[int, Mapping[str, Cell]]], held: Mapping[int, _Held], batch: Batch, now: datetime
) -> None:
    """Finish the rows; facts that changed since the snapshot leave a row dirty and queued again."""
    if not outcomes:
        return
    columns = tuple(outcomes[0][1])
    rows, again = [], []
    for system_id, values in outcomes:
        row = held[system_id]
        is_same = row.serial == batch.serials[system_id]
        ending: tuple[Cell, ...] = (False, None, WorkState.DONE.value, None, "", now, 0, "")
        if not is_same:
            again.append(system_id)
            ending = (True, row.dirty_since, WorkState.QUEUED.value, now + EXPECTED_WITHIN, "", now, 0, "")
        rows.append((*(values[column] for column in columns), *ending, system_id))
    update_rows(Standing, (*columns, *_RELEASED), rows, by=("system_id",))
    send_on_commit(ASSESS_SYSTEM, again)
