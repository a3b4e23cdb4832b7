"""Builds the fact sheets of many systems, chunk by chunk, with the same number of queries for each chunk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from audit.snapshots.assembly import Snapshot, assemble
from audit.snapshots.concentration import Concentration
from audit.snapshots.evidence import open_book
from audit.snapshots.openness import judge_components
from audit.snapshots.reading import read_register
from audit.snapshots.subject import Subject
from governance.models import AISystem

CHUNK: Final = 2_000


def build_fact_sheets(
    system_ids: Sequence[int], as_of: date, *, concentration: Concentration, chunk: int = CHUNK
) -> Iterator[Snapshot]:
    """Yield the snapshot of each system that exists, in the order of the ids.

    ``concentration`` gives the portfolio's figures (``audit.portfolio.figures``), measured once for many systems.
    """
    ids = list(dict.fromkeys(system_ids))
    if not ids:
        return
    for start in range(0, len(ids), chunk):
        part = ids[start : start + chunk]
        register = read_register(part)
        book = open_book(register.evidence)
        dossiers = judge_components(register)
        for system_id in part:
            system = register.systems.get(system_id)
            if system is not None:
                yield assemble(Subject(system, register, as_of), book, dossiers, concentration)


def build_fact_sheet(system_id: int, as_of: date, *, concentration: Concentration) -> Snapshot:
    """The snapshot of one system; raises ``AISystem.DoesNotExist`` if there is no such system."""
    for snapshot in build_fact_sheets([system_id], as_of, concentration=concentration):
        return snapshot
    raise AISystem.DoesNotExist(f"there is no AI system with the id {system_id}")
