"""Register rows become a fact sheet here and nowhere else."""

from audit.snapshots.assembly import Conflict, Snapshot
from audit.snapshots.building import build_fact_sheet, build_fact_sheets
from audit.snapshots.concentration import Concentration

__all__ = [
    "Concentration",
    "Conflict",
    "Snapshot",
    "build_fact_sheet",
    "build_fact_sheets",
]
