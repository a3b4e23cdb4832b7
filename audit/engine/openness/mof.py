"""The class of the Model Openness Framework, exactly by its published rule (facts/openness/README.md §1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from audit.engine.facts import JsonValue
from audit.engine.openness.dossier import Availability, Component, Dossier, Licence, OpennessTables

OPEN: Final = "open"
INVALID: Final = "invalid"
UNLICENSED: Final = "unlicensed"
MISSING: Final = "missing"
REPORT: Final = "Technical report"
PAPER: Final = "Research paper"
NAMES: Final = {0: "none", 1: "I", 2: "II", 3: "III"}
TITLES: Final = {0: "no class reached", 1: "I - Open Science", 2: "II - Open Tooling", 3: "III - Open Model"}

IsOpen = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class MofResult:
    """Class 1 to 3 (0: none), the progress of each in percent, and a status for each component."""

    level: int
    progress: Mapping[int, float]
    components: Mapping[str, str]

    @property
    def total(self) -> float:
        """The mean of the three progress figures, in percent."""
        return sum(self.progress[level] for level in (1, 2, 3)) / 3

    @property
    def name(self) -> str:
        """The class as the vocabulary has it: I, II, III or none."""
        return NAMES[self.level]

    def to_json(self) -> dict[str, JsonValue]:
        """Give the result as plain data."""
        return {
            "class": self.level,
            "title": TITLES[self.level],
            "progress": {str(level): self.progress[level] for level in (1, 2, 3)},
            "total": self.total,
            "components": dict(self.components),
        }


def judge_mof_strict(dossier: Dossier, tables: OpennessTables) -> MofResult:
    """The literal rule: a licence is open when its very text is one of the ids."""
    return _judge(dossier, tables, lambda raw: raw in tables.open_ids)


def judge_mof_normalised(dossier: Dossier, tables: OpennessTables, licences: Mapping[str, Licence]) -> MofResult:
    """The same rule with licence aliases and SPDX expressions understood."""

    def is_open(raw: str) -> bool:
        licence = licences.get(raw)
        return raw in tables.open_ids or (licence is not None and licence.is_open is True)

    return _judge(dossier, tables, is_open)


def judge_mof_at_best(dossier: Dossier, tables: OpennessTables, licences: Mapping[str, Licence]) -> MofResult:
    """What the class could still be if everything unknown turned out open: the bound that unknowns leave."""
    known = judge_mof_normalised(dossier, tables, licences)
    unknown = {name for name, part in dossier.latest().items() if part.availability is Availability.UNKNOWN}
    statuses = {name: OPEN if name in unknown else status for name, status in known.components.items()}
    return _classify(statuses, tables)


def licence_of(component: Component, dossier: Dossier, tables: OpennessTables) -> str:
    """The licence text that counts for a component: its own, its type's, the distribution's; empty if none does."""
    if component.licence is not None:
        return component.licence
    of_type = dossier.licences.get(tables.components[component.name].type)
    return of_type or dossier.licences.get("distribution") or ""


def _judge(dossier: Dossier, tables: OpennessTables, is_open: IsOpen) -> MofResult:
    latest = dossier.latest()
    statuses = {name: _status(latest.get(name), dossier, tables, is_open) for name in tables.components}
    return _classify(statuses, tables)


def _status(component: Component | None, dossier: Dossier, tables: OpennessTables, is_open: IsOpen) -> str:
    if component is None or component.availability is not Availability.AVAILABLE:
        return MISSING
    raw = licence_of(component, dossier, tables)
    if raw in ("", UNLICENSED):
        return UNLICENSED
    return OPEN if is_open(raw) else INVALID


def _classify(statuses: Mapping[str, str], tables: OpennessTables) -> MofResult:
    progress: dict[int, float] = {3: _progress(3, statuses, tables), 2: 0, 1: 0}
    # A higher class counts only on top of a complete lower one.
    if progress[3] == 100:
        progress[2] = _progress(2, statuses, tables)
    if progress[2] == 100:
        progress[1] = _progress(1, statuses, tables)
    level = next((each for each in (1, 2, 3) if progress[each] == 100), 0)
    return MofResult(level, progress, statuses)


def _progress(level: int, statuses: Mapping[str, str], tables: OpennessTables) -> float:
    wanted = [part.name for part in tables.components.values() if part.counts and part.level >= level]
    if statuses[REPORT] != OPEN and statuses[PAPER] == OPEN:
        # The paper stands in for the report; class I asks for the paper anyway, so there the report only leaves.
        wanted.remove(REPORT)
        if PAPER not in wanted:
            wanted.append(PAPER)
    return sum(statuses[name] == OPEN for name in wanted) / len(wanted) * 100
