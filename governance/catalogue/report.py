"""What a load of the catalogue did, row by row: the printed difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from django.db import models


class Outcome(StrEnum):
    """What happened to one row."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row: what happened, and for which fields; ``kept`` names those an officer's correction holds."""

    outcome: Outcome
    label: str
    instance: models.Model
    fields: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


@dataclass(slots=True)
class LoadReport:
    """All changes of one load."""

    rows: list[RowChange] = field(default_factory=list)

    def count(self) -> dict[str, int]:
        """How many rows had each outcome, in the order of ``Outcome``; a changed row may keep fields too."""
        counted = Counter(row.outcome for row in self.rows)
        return {outcome.value: counted[outcome] for outcome in Outcome}

    def lines(self) -> Iterator[str]:
        """The difference, one line for each row that was not simply unchanged, and a line of totals."""
        for row in self.rows:
            if row.outcome is not Outcome.UNCHANGED or row.kept:
                yield f"{row.outcome:<9} {row.label}{_tail(row)}"
        yield ", ".join(f"{number} {outcome}" for outcome, number in self.count().items())


def _tail(row: RowChange) -> str:
    parts = []
    if row.outcome is Outcome.CHANGED and row.fields:
        parts.append(", ".join(row.fields))
    if row.kept:
        parts.append(f"an officer's correction is kept in {', '.join(row.kept)}")
    return f": {'; '.join(parts)}" if parts else ""
