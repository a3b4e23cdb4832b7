"""Register rows become a fact sheet here and nowhere else."""

from audit.snapshots.assembly import Conflict, Snapshot
from audit.snapshots.building import Sighting, build_fact_sheet, build_fact_sheets, sight_systems
from audit.snapshots.concentration import Concentration

__all__ = [
    "Concentration",
    "Conflict",
    "Sighting",
    "Snapshot",
    "build_fact_sheet",
    "build_fact_sheets",
    "sight_systems",
]
