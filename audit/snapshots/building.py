"""Builds the fact sheets of many systems, chunk by chunk, with the same number of queries for each chunk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property, partial
from typing import Final

from audit.snapshots.concentration import Concentration, SystemFigures, list_ways
from audit.snapshots.days import Days
from audit.snapshots.evidence import open_book
from audit.snapshots.fingerprints import Fingerprints
from audit.snapshots.joining import Joiner
from audit.snapshots.openness import DossiersJudged
from audit.snapshots.parts import Shared
from audit.snapshots.reading import make_evidence, make_register, read_rows
from audit.snapshots.rows import EvidenceRow, RawRows, SystemRow
from audit.snapshots.sheets import Snapshot
from audit.snapshots.subject import Subject
from governance.choices import LifecycleStage
from governance.models import AISystem

CHUNK: Final = 2_000
_STAGE: Final = SystemRow._fields.index("stage")
_SHARED: Final = [EvidenceRow._fields.index(name) for name in ("component_id", "vendor_id", "legal_entity_id")]
"""Whom a piece of evidence may be about that several systems share; it may be about one of them as well."""


class Sighting:
    """The rows of one system on a day: its fingerprint at once, its fact sheet when asked for."""

    __slots__ = ("_measured", "_shelf", "system_id")

    def __init__(self, system_id: int, shelf: _Shelf) -> None:
        self.system_id: Final = system_id
        self._shelf = shelf
        self._measured: SystemFigures | None = None

    @property
    def is_in_service(self) -> bool:
        """Whether it is in service, by its stage."""
        return bool(self._shelf.rows.systems[self.system_id][_STAGE] == LifecycleStage.IN_SERVICE)

    def take_fingerprint(self) -> str:
        """The hash over its rows: while it stays the same, until the next day, so does the snapshot."""
        return self._shelf.fingerprints.take(self.system_id, self._figures)

    @property
    def common(self) -> str:
        """The hash of what all fingerprints of today have in common."""
        return self._shelf.fingerprints.common

    def find_next_day(self) -> date | None:
        """The first later day on which time alone could change the snapshot; none if no such day is known."""
        return self._shelf.days.find_next(self.system_id, self._figures.root)

    def build(self) -> Snapshot:
        """The snapshot."""
        return self._shelf.joiner.join(self._shelf.make_subject(self.system_id), self._figures)

    @property
    def _figures(self) -> SystemFigures:
        if self._measured is None:
            self._measured = self._shelf.recall_figures(self.system_id)
        return self._measured


class _Shelf:
    """What the systems of a chunk share, each part made when it is asked for."""

    def __init__(self, rows: RawRows, concentration: Concentration, as_of: date) -> None:
        self.rows = rows
        self.register = make_register(rows)
        self.concentration = concentration
        self.as_of = as_of
        self.fingerprints = Fingerprints(rows)
        self.days = Days(rows, as_of)

    def make_subject(self, system_id: int) -> Subject:
        """One of the systems with its rows under their names."""
        return Subject(self.register.systems[system_id], self.register, self.as_of)

    def recall_figures(self, system_id: int) -> SystemFigures:
        """The portfolio's figures of one of the systems: as ``figures_of``, once for all that rest on the same."""
        return self.concentration.recall(
            system_id, list_ways(self.rows, system_id), partial(self.make_subject, system_id)
        )

    @cached_property
    def joiner(self) -> Joiner:
        shared = [make_evidence(raw) for raw in self.rows.evidence if any(map(raw.__getitem__, _SHARED))]
        dossiers = DossiersJudged(self.register)
        return Joiner(Shared(self.rows, self.fingerprints, open_book(shared), dossiers, self.as_of))


def sight_systems(
    system_ids: Sequence[int], as_of: date, *, concentration: Concentration, chunk: int = CHUNK
) -> Iterator[Sighting]:
    """Yield each system that exists, in the order of the ids.

    ``concentration`` gives the portfolio's figures (``audit.portfolio.figures``), measured once for many systems.
    """
    ids = list(dict.fromkeys(system_ids))
    for start in range(0, len(ids), chunk):
        part = ids[start : start + chunk]
        shelf = _Shelf(read_rows(part), concentration, as_of)
        for system_id in part:
            if system_id in shelf.rows.systems:
                yield Sighting(system_id, shelf)


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
