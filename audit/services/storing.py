"""Stores what was judged of many systems in one transaction: assessments, findings and standings.

Rows are locked first; of a system whose lease went to another worker nothing is stored.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple

from django.db import transaction
from django.utils import timezone

from audit.engine.assess import ENGINE_VERSION
from audit.models import (
    Assessment,
    FactSheetRecord,
    FindingsDigest,
    OutcomeRecord,
    PackSetRecord,
    Standing,
    WorkState,
)
from audit.rulepacks import load_packs
from audit.selectors.among import among
from audit.services.assessments import Made, PackStamp, insert_assessments, store_once
from audit.services.conditions import FindingDraft
from audit.services.explaining import Explanation
from audit.services.leasing import EXPECTED_WITHIN
from audit.services.sending import ASSESS_SYSTEM, send_on_commit
from audit.services.tagging import SheetsToKeep, keep_sheets
from audit.services.treating import Draught, treat_findings
from audit.services.writing import Cell, insert_rows, update_rows
from audit.snapshots import Snapshot


class Written(NamedTuple):
    """The outcome as text, and its hash, which is the same on two days with the same outcome."""

    text: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Judged:
    """One system's judgement: its outcome as it is kept (``audit.engine.brief``), and what is worded from it.

    ``fact_sheet_id`` is that of the sheet stored before, where nothing of the sheet moved; ``columns`` are those of
    the standing.
    """

    snapshot: Snapshot
    fact_sheet_id: int | None
    outcome: Written
    valid_until: date | None
    columns: Mapping[str, Cell]
    drafts: Sequence[FindingDraft]

    @property
    def system_id(self) -> int:
        """Whose it is."""
        return self.snapshot.system_id


class Stored(NamedTuple):
    """What became of one system: the id of its assessment, and whether its outcome moved."""

    system_id: int
    assessment_id: int
    has_changed: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """Systems judged on one day and stored together: the token that holds their rows, and their serials before that."""

    as_of: date
    requested_by: str
    lease_token: str
    serials: Mapping[int, int]
    stamp: PackStamp
    pack_set_id: int


@dataclass(frozen=True, slots=True)
class _Held:
    """A locked row that the token still holds, with what it says of the assessment before."""

    standing_id: int
    serial: int
    dirty_since: datetime | None
    assessment_id: int | None
    as_of: date | None
    outcome_sha256: str
    has_news: bool
    told_assessment_id: int | None

    def note_news(self, *, has_moved: bool) -> dict[str, Cell]:
        """The columns that say what people know of it: the outcome before the first that moved."""
        if has_moved and not self.has_news:
            return {"has_news": True, "told_assessment_id": self.assessment_id}
        return {"has_news": self.has_news, "told_assessment_id": self.told_assessment_id}


_HELD: Final = (
    *("id", "dirty_serial", "dirty_since", "assessment_id", "as_of", "outcome_sha256"),
    *("has_news", "told_assessment_id"),
)
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
def store_chunk(judged: Sequence[Judged], made: SheetsToKeep, batch: Batch) -> list[Stored]:
    """Store all that is said of systems together; gives only those whose row the token still held.

    ``made`` are the sheets that were made of rows.
    """
    now = timezone.now()
    held = _lock([one.system_id for one in judged], batch.lease_token)
    judged = [one for one in judged if one.system_id in held]
    keep_sheets([sheet for sheet in made.sheets if _is_latest(sheet.system_id, held, batch)], made.tagged)
    assessments = _store_assessments(judged, batch, now)
    return [*_store_judged(judged, assessments, held, batch, now)]


@transaction.atomic
def confirm(system_ids: Sequence[int], batch: Batch) -> list[Stored]:
    """Finish the rows of systems that were read and whose outcome still holds, and write nothing else.

    Gives only those whose row the token still held.
    """
    now = timezone.now()
    held = _lock(system_ids, batch.lease_token)
    same = [system_id for system_id, row in held.items() if row.serial == batch.serials[system_id]]
    ending = dict(zip(_RELEASED, _end(now), strict=True))
    Standing.objects.filter(among("system_id", same)).update(read_on=timezone.localdate(now), **ending)
    _release([(system_id, {}) for system_id in held.keys() - {*same}], held, batch, now)
    return [Stored(system_id, row.assessment_id or 0, has_changed=False) for system_id, row in held.items()]


def _end(now: datetime) -> tuple[Cell, ...]:
    """What a row is released with, when nothing of it changed meanwhile."""
    return (False, None, WorkState.DONE.value, None, "", now, 0, "")


def _store_judged(
    judged: Sequence[Judged], assessments: Mapping[int, int], held: Mapping[int, _Held], batch: Batch, now: datetime
) -> Iterator[Stored]:
    """Bring findings and standings in line with the assessments; an earlier day's leaves them alone."""
    latest = {one.system_id: one for one in judged if _is_latest(one.system_id, held, batch)}
    digests = _read_digests(held)
    treated = treat_findings(
        [
            Draught(
                *(system_id, assessments[system_id], batch.as_of, one.drafts),
                *(digests.get(held[system_id].standing_id, ""), held[system_id].assessment_id),
            )
            for system_id, one in latest.items()
        ],
        causes=lambda closing: _explain(closing, held, latest, batch),
    )
    now_open = {held[system_id].standing_id: one.digest for system_id, one in treated.items()}
    insert_rows(
        FindingsDigest,
        ("standing_id", "lines"),
        [each for each in now_open.items() if digests.get(each[0]) != each[1]],
        instead_of=("standing_id",),
    )
    moved = {
        system_id: held[system_id].outcome_sha256 != one.outcome.sha256 or treated[system_id].has_moved
        for system_id, one in latest.items()
    }
    outcomes = [
        (
            system_id,
            {
                **one.columns,
                **held[system_id].note_news(has_moved=moved[system_id]),
                "read_on": timezone.localdate(now),
                "assessment_id": assessments[system_id],
                "outcome_sha256": one.outcome.sha256,
                "open_findings": treated[system_id].is_open,
            },
        )
        for system_id, one in latest.items()
    ]
    _release(outcomes, held, batch, now)
    _release([(one.system_id, {}) for one in judged if one.system_id not in latest], held, batch, now)
    for one in judged:
        yield Stored(one.system_id, assessments[one.system_id], has_changed=moved.get(one.system_id, False))


def _lock(system_ids: Sequence[int], token: str) -> dict[int, _Held]:
    """Lock the rows in one order, as those who mark them do, and give those that the token holds."""
    rows = (
        Standing.objects.filter(among("system_id", system_ids))
        .select_for_update()
        .order_by("pk")
        .values_list("system_id", "lease_token", *_HELD)
    )
    return {row[0]: _Held(*row[2:]) for row in rows if row[1] == token}


def _read_digests(held: Mapping[int, _Held]) -> dict[int, str]:
    """The digests of the findings that are open, by standing; none where these are to be compared with the rows."""
    judged = [row.standing_id for row in held.values() if row.assessment_id is not None]
    if not judged:
        return {}  # the first assessment of each
    rows = FindingsDigest.objects.filter(among("standing_id", judged)).order_by()
    return dict(rows.values_list("standing_id", "lines"))


def _is_latest(system_id: int, held: Mapping[int, _Held], batch: Batch) -> bool:
    """Not of a day before the latest assessment's: that is stored, and leaves standing and findings alone."""
    row = held.get(system_id)
    return row is not None and (row.assessment_id is None or row.as_of is None or batch.as_of >= row.as_of)


def _store_assessments(judged: Sequence[Judged], batch: Batch, now: datetime) -> dict[int, int]:
    """Store what is not there yet and give the assessments' ids by system."""
    # Sheets before outcomes, here as everywhere: two workers wait for each other and do not lock up.
    new = {one.snapshot.sha256: one.snapshot.text for one in judged if one.fact_sheet_id is None}
    sheets = store_once(FactSheetRecord, new)
    outcomes = store_once(OutcomeRecord, {one.outcome.sha256: one.outcome.text for one in judged})
    made = [
        Made(
            *(one.system_id, batch.as_of, one.fact_sheet_id or sheets[one.snapshot.sha256]),
            *(outcomes[one.outcome.sha256], one.outcome.sha256, one.valid_until),
        )
        for one in judged
    ]
    return insert_assessments(made, batch.pack_set_id, trigger=batch.requested_by, now=now)


def _explain(
    closing: Collection[int], held: Mapping[int, _Held], judged: Mapping[int, Judged], batch: Batch
) -> dict[int, Callable[[str], str]]:
    """For each system that closes a finding, what names the cause."""
    before_ids = [held[system_id].assessment_id or 0 for system_id in closing]
    befores = {
        row.system_id: row
        for row in Assessment.objects.filter(pk__in=before_ids).select_related("fact_sheet", "pack_set")
    }
    return {
        system_id: Explanation(befores.get(system_id), _as_row(judged[system_id], batch), load_packs()).name_cause
        for system_id in closing
    }


def _as_row(one: Judged, batch: Batch) -> Assessment:
    return Assessment(
        system_id=one.system_id,
        as_of=batch.as_of,
        pack_set=PackSetRecord(sha256=batch.stamp.sha256, content=dict(batch.stamp.hashes)),
        engine=ENGINE_VERSION,
        fact_sheet=FactSheetRecord(sha256=one.snapshot.sha256, content=json.loads(one.snapshot.text)),
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
        ending = _end(now)
        if not is_same:
            again.append(system_id)
            ending = (True, row.dirty_since, WorkState.QUEUED.value, now + EXPECTED_WITHIN, "", now, 0, "")
        rows.append((*(values[column] for column in columns), *ending, system_id))
    update_rows(Standing, (*columns, *_RELEASED), rows, by=("system_id",))
    send_on_commit(ASSESS_SYSTEM, again)
