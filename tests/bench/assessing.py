"""The bare reading of the rows that fact sheets are made of, and the rules alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Model, QuerySet

from audit.engine.facts import Control, FactSheet, parse_controls, parse_sheet
from audit.engine.regulatory import judge_regulation, prove_regulation
from audit.portfolio.figures import read_figures
from audit.rulepacks import load_packs
from audit.rulepacks.facts import fact_types
from audit.snapshots import build_fact_sheets
from audit.snapshots.rows import (
    ControlRow,
    DependencyRow,
    EvaluationRow,
    EvidenceRow,
    FlowRow,
    SubcontractorRow,
    SystemRow,
    UseRow,
)
from governance.models import (
    AISystem,
    ControlStatus,
    DataFlow,
    EvaluationRecord,
    Evidence,
    Subcontractor,
    SystemComponent,
    VendorDependency,
)
from tests.bench.measuring import Figure, median_seconds

AS_OF = date(2026, 11, 20)
"""The day of the demonstration; a fixed one, so that figures of two days compare."""


def measure_rules() -> Iterator[Figure]:
    """The rules alone, on the fact sheets of the bank's own systems."""
    packs = load_packs().regulatory
    sheets = list(read_sheets())
    seconds = median_seconds(lambda: [judge_regulation(sheet, controls, packs, AS_OF) for sheet, controls in sheets])
    duties = sum(len(pack.rules) for pack in packs)
    yield Figure("rules_per_system", 1000 * seconds / len(sheets), "ms a system", 1.0, f"{duties} rules")

    def explain() -> None:
        for sheet, controls in sheets:
            judge_regulation(sheet, controls, packs, AS_OF).to_json()
            prove_regulation(sheet, packs, AS_OF)

    explained = 1000 * median_seconds(explain) / len(sheets)
    yield Figure("rules_explained", explained, "ms a system", 10.0, "missing facts, fines and the proof of every rule")


def read_raw() -> None:
    """Read the rows and columns that the fact sheets are made of, and do nothing with them.

    The catalogue is left out: on a small portfolio its rows would make the floor higher than on a large one.
    """
    read: tuple[tuple[QuerySet[Model], tuple[str, ...]], ...] = (
        (AISystem.objects.order_by("id"), SystemRow._fields),
        (SystemComponent.objects.order_by("id"), UseRow._fields),
        (DataFlow.objects.order_by("id"), FlowRow._fields),
        (VendorDependency.objects.order_by("id"), DependencyRow._fields),
        (Subcontractor.objects.order_by("id"), SubcontractorRow._fields),
        (EvaluationRecord.objects.order_by("id"), EvaluationRow._fields),
        (ControlStatus.objects.order_by("id"), ControlRow._fields),
        (ControlStatus.evidence.through.objects.order_by("id"), ("controlstatus_id", "evidence_id")),
        (Evidence.objects.order_by("id"), EvidenceRow._fields),
    )
    for rows, columns in read:
        for _row in rows.values_list(*columns).iterator(chunk_size=2_000):
            pass


def read_sheets() -> Iterator[tuple[FactSheet, dict[str, Control]]]:
    """The parsed fact sheets of the bank's own systems."""
    ids = list(AISystem.objects.filter(reference__startswith="AB-").values_list("pk", flat=True))
    for snapshot in build_fact_sheets(ids, AS_OF, concentration=read_figures(AS_OF)):
        yield parse_sheet(snapshot.facts, fact_types()), parse_controls(snapshot.controls)
