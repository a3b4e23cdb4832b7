"""Assessment as a ratio to the bare reading of its rows, and the rules alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Model, QuerySet

from audit.engine.facts import Control, FactSheet, parse_controls, parse_sheet
from audit.engine.regulatory import judge_regulation
from audit.models import Standing
from audit.portfolio.figures import read_figures
from audit.rulepacks import load_packs
from audit.rulepacks.facts import fact_types
from audit.services.reassessing import assess_all
from audit.snapshots import build_fact_sheets
from audit.snapshots.rows import (
    ControlRow,
    DependencyRow,
    EvaluationRow,
    EvidenceRow,
    FlowRow,
    SystemRow,
    UseRow,
)
from governance.models import (
    AISystem,
    ControlStatus,
    DataFlow,
    EvaluationRecord,
    Evidence,
    SystemComponent,
    VendorDependency,
)
from tests.bench.measuring import Figure, median_ratio, median_seconds

AS_OF = date(2026, 11, 20)
"""The day of the demonstration; a fixed one, so that figures of two days compare."""


def measure_assessing() -> Iterator[Figure]:
    """Full reassessment of the register to its raw read, and the rules alone on the same fact sheets."""
    systems = AISystem.objects.count()
    days = iter(range(1, 10_000))

    def reassess() -> None:
        Standing.objects.update(is_dirty=True)
        # Another day each time: the same day would find its assessments stored already.
        assess_all(as_of=date.fromordinal(AS_OF.toordinal() + next(days)), requested_by="bench")

    yield Figure(
        "reassess_full_sqlite", median_ratio(reassess, read_raw), "x raw read", 6.0, f"{systems} systems of 15 kinds"
    )
    packs = load_packs().regulatory
    sheets = list(read_sheets())
    seconds = median_seconds(lambda: [judge_regulation(sheet, controls, packs, AS_OF) for sheet, controls in sheets])
    duties = sum(len(pack.rules) for pack in packs)
    yield Figure("rules_per_system", 1000 * seconds / len(sheets), "ms a system", 1.0, f"{duties} rules")


def read_raw() -> None:
    """Read the rows and columns that the fact sheets are made of, and do nothing with them."""
    read: tuple[tuple[QuerySet[Model], tuple[str, ...]], ...] = (
        (AISystem.objects.order_by("id"), SystemRow._fields),
        (SystemComponent.objects.order_by("id"), UseRow._fields),
        (DataFlow.objects.order_by("id"), FlowRow._fields),
        (VendorDependency.objects.order_by("id"), DependencyRow._fields),
        (EvaluationRecord.objects.order_by("id"), EvaluationRow._fields),
        (ControlStatus.objects.order_by("id"), ControlRow._fields),
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
