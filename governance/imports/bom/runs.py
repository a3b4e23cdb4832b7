"""What the dry run of a bill finds: what would be added, what is known, what stays out, what to know, what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from governance.choices import ComponentKind
from governance.imports.bom.problems import BillProblem
from governance.imports.bom.reading import Source
from governance.imports.bom.register import KnownRegister
from governance.imports.bom.shapes import Data
from governance.imports.bom.statements import PlannedPart, Statement


@dataclass(frozen=True, slots=True)
class PlannedComponent:
    """A component as it would be added; its vendor is one of the register by its number, or a new one by its name."""

    place: str
    key: str
    name: str
    version: str
    kind: ComponentKind
    vendor_id: int | None
    vendor: str
    licence_raw: str
    licence_id: str
    summary: str
    facts: list[Statement]
    details: list[Statement]
    parts: list[PlannedPart]

    @property
    def label(self) -> str:
        """Name and version."""
        return f"{self.name} {self.version}".strip()


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to know that keeps nothing from being imported: where, and a sentence."""

    place: str
    says: str


@dataclass(frozen=True, slots=True)
class BillRun:
    """What an import would do; it may be carried out only when nothing is wrong."""

    source: Source
    planned: tuple[PlannedComponent, ...]
    new_vendors: tuple[str, ...]
    known: tuple[Remark, ...]
    left_out: Mapping[str, int]
    remarks: tuple[Remark, ...]
    problems: tuple[BillProblem, ...]

    @property
    def can_be_imported(self) -> bool:
        """Whether there is something to add and nothing wrong."""
        return bool(self.planned) and not self.problems


@dataclass(slots=True)
class Run:
    """What has been found so far."""

    known_register: KnownRegister
    source: Source
    data: Mapping[str, Data]
    planned: dict[str, PlannedComponent] = field(default_factory=dict)
    new_vendors: dict[str, str] = field(default_factory=dict)
    known: dict[int, Remark] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    remarks: list[Remark] = field(default_factory=list)
    problems: list[BillProblem] = field(default_factory=list)

    def finish(self) -> BillRun:
        """The same, to be shown and carried out."""
        return BillRun(
            self.source,
            tuple(self.planned.values()),
            tuple(self.new_vendors.values()),
            tuple(self.known.values()),
            dict(self.left_out),
            tuple(self.remarks),
            tuple(self.problems),
        )
