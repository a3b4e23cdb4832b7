"""Stores assessments with their sheets and outcomes, each text once by its hash, and gives the assessments' ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from audit.engine.assess import ENGINE_VERSION
from audit.models import Assessment, FactSheetRecord, OutcomeRecord
from audit.selectors.among import among
from audit.services.writing import insert_rows


@dataclass(frozen=True, slots=True)
class PackStamp:
    """The packs as an assessment carries them."""

    hashes: Mapping[str, str]
    sha256: str


class Made(NamedTuple):
    """An assessment to be stored, whose sheet and outcome are."""

    system_id: int
    as_of: date
    fact_sheet_id: int
    outcome_record_id: int
    outcome_sha256: str
    valid_until: date | None


def store_once(model: type[FactSheetRecord | OutcomeRecord], texts: Mapping[str, str]) -> dict[str, int]:
    """Store each text once and give the ids by hash; in one order, so that two workers wait and do not lock up."""
    known = dict(model.objects.filter(sha256__in=texts).values_list("sha256", "id"))
    missing = sorted(texts.keys() - known.keys())
    if missing:
        insert_rows(model, ("sha256", "content"), ((sha256, texts[sha256]) for sha256 in missing), leave_existing=True)
        known |= dict(model.objects.filter(sha256__in=missing).values_list("sha256", "id"))
    return known


def insert_assessments(made: Sequence[Made], pack_set_id: int, *, trigger: str, now: datetime) -> dict[int, int]:
    """Store those that are not there yet, and give the ids of all by system."""
    if not made:
        return {}
    beside = (pack_set_id, ENGINE_VERSION, trigger[:200], now)
    insert_rows(
        Assessment,
        (*Made._fields, "pack_set_id", "engine", "trigger", "created_at"),
        ((*one, *beside) for one in made),
        leave_existing=True,
    )
    wanted = {(one.system_id, one.fact_sheet_id) for one in made}
    rows = Assessment.objects.filter(
        among("system_id", [one.system_id for one in made]),
        as_of__in={one.as_of for one in made},
        pack_set=pack_set_id,
    )
    return {
        system_id: pk
        for system_id, sheet_id, pk in rows.order_by().values_list("system_id", "fact_sheet_id", "id")
        if (system_id, sheet_id) in wanted
    }
