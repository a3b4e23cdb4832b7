"""Register rows become a fact sheet here and nowhere else."""

from audit.snapshots.building import Sighting, build_fact_sheet, build_fact_sheets, sight_systems
from audit.snapshots.concentration import Concentration
from audit.snapshots.sheets import Conflict, Content, Snapshot

__all__ = [
    "Concentration",
    "Conflict",
    "Content",
    "Sighting",
    "Snapshot",
    "build_fact_sheet",
    "build_fact_sheets",
    "sight_systems",
]
