"""Builds the fact sheets of many systems, chunk by chunk, with the same number of queries for each chunk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Final

from audit.snapshots.assembly import Snapshot, assemble
from audit.snapshots.concentration import Concentration
from audit.snapshots.evidence import EvidenceBook, open_book
from audit.snapshots.fingerprints import Fingerprints
from audit.snapshots.openness import Dossiers, judge_components
from audit.snapshots.reading import read_register
from audit.snapshots.rows import Register
from audit.snapshots.subject import Subject
from governance.choices import LifecycleStage
from governance.models import AISystem

CHUNK: Final = 2_000


class Sighting:
    """The rows of one system on a day: its fingerprint at once, its fact sheet when asked for."""

    def __init__(self, subject: Subject, shelf: _Shelf) -> None:
        self.subject = subject
        self._shelf = shelf

    @property
    def system_id(self) -> int:
        """The system's key."""
        return self.subject.system.id

    @property
    def is_in_service(self) -> bool:
        """Whether it is in service, by its stage."""
        return self.subject.system.stage == LifecycleStage.IN_SERVICE

    def take_fingerprint(self) -> str:
        """The hash over its rows: while it stays the same, until the next day, so does the snapshot."""
        return self._shelf.fingerprints.take(self.subject)

    def find_next_day(self) -> date | None:
        """The first later day on which time alone could change the snapshot; none if no such day is known."""
        return self._shelf.fingerprints.find_next_day(self.subject)

    def build(self) -> Snapshot:
        """The snapshot."""
        shelf = self._shelf
        return assemble(self.subject, shelf.book, shelf.dossiers, shelf.concentration)


class _Shelf:
    """What the systems of a chunk share, each part made when it is asked for."""

    def __init__(self, register: Register, concentration: Concentration) -> None:
        self.register = register
        self.concentration = concentration
        self.fingerprints = Fingerprints(register, concentration)

    @cached_property
    def book(self) -> EvidenceBook:
        return open_book(self.register.evidence)

    @cached_property
    def dossiers(self) -> Dossiers:
        return judge_components(self.register)


def sight_systems(
    system_ids: Sequence[int], as_of: date, *, concentration: Concentration, chunk: int = CHUNK
) -> Iterator[Sighting]:
    """Yield each system that exists, in the order of the ids.

    ``concentration`` gives the portfolio's figures (``audit.portfolio.figures``), measured once for many systems.
    """
    ids = list(dict.fromkeys(system_ids))
    for start in range(0, len(ids), chunk):
        part = ids[start : start + chunk]
        shelf = _Shelf(read_register(part), concentration)
        for system_id in part:
            system = shelf.register.systems.get(system_id)
            if system is not None:
                yield Sighting(Subject(system, shelf.register, as_of), shelf)


def build_fact_sheets(
    system_ids: Sequence[int], as_of: date, *, concentration: Concentration, chunk: int = CHUNK
) -> Iterator[Snapshot]:
    """Yield the snapshot of each system that exists, in the order of the ids; as ``sight_systems``."""
    for sighting in sight_systems(system_ids, as_of, concentration=concentration, chunk=chunk):
        yield sighting.build()


def build_fact_sheet(system_id: int, as_of: date, *, concentration: Concentration) -> Snapshot:
    """The snapshot of one system; raises ``AISystem.DoesNotExist`` if there is no such system."""
    for snapshot in build_fact_sheets([system_id], as_of, concentration=concentration):
        return snapshot
    raise AISystem.DoesNotExist(f"there is no AI system with the id {system_id}")
