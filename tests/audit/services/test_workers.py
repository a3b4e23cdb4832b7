"""One, two or ten workers on the same run: the same outcome, each system assessed once (PostgreSQL; SQLite has one)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import connection

from audit.models import (
    Assessment,
    FactSheetRecord,
    Finding,
    OutcomeRecord,
    ReassessmentRun,
    RunChunk,
    Standing,
    WorkState,
)
from audit.services import reassessing
from audit.services.reassessing import start_run, work_on_run
from tests.audit.scenes import make_own_model, make_vendor_chatbot

TODAY = date(2026, 11, 20)
SYSTEMS = 24
OUTCOME = (
    *("system_id", "assessment__outcome_sha256", "assessment__fact_sheet__sha256", "as_of", "is_dirty", "state"),
    *("open_findings", "aia_class", "lock_in_high", "transparency_high", "valid_until", "basis_sha256", "error"),
)
FINDINGS = ("system_id", "key", "title", "rating", "opened_on", "closed_on", "times_opened")


def judge_with(workers: int) -> list[Any]:
    """Judge the register anew with so many workers at once; gives all that came of it."""
    for model in (RunChunk, ReassessmentRun, Standing, Finding, Assessment, FactSheetRecord, OutcomeRecord):
        model._default_manager.all().delete()
    run = start_run(as_of=TODAY, requested_by="test")
    with ThreadPoolExecutor(workers) as pool:
        assessed = list(pool.map(work_as_one, [run.pk] * workers))
    run.refresh_from_db()
    assert (run.state, run.systems_done, run.systems_failed) == (WorkState.DONE, SYSTEMS, 0)
    # Nothing was assessed twice, whoever took it.
    assert sum(assessed) == SYSTEMS == Assessment.objects.count()
    return [
        list(Standing.objects.order_by("system_id").values_list(*OUTCOME)),
        list(Finding.objects.order_by("system_id", "key").values_list(*FINDINGS)),
        list(FactSheetRecord.objects.order_by("sha256").values_list("sha256", flat=True)),
        list(OutcomeRecord.objects.order_by("sha256").values_list("sha256", flat=True)),
    ]


def work_as_one(run_id: int) -> int:
    try:
        return work_on_run(run_id=run_id).assessed
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_any_number_of_workers_comes_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time; the run on PostgreSQL tests this")
    for bound in ("SMALLEST_CHUNK", "LARGEST_CHUNK"):
        monkeypatch.setattr(reassessing, bound, 2)
    for number in range(SYSTEMS):
        if number % 2:
            make_own_model()
        else:
            make_vendor_chatbot()
    alone = judge_with(1)
    assert judge_with(2) == alone
    assert judge_with(10) == alone
