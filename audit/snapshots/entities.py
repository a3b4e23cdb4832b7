"""What is known of a legal entity itself, without any of its systems: its fact sheet and its controls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from audit.engine.facts import Control, FactSheet, JsonValue, parse_controls, parse_sheet
from audit.rulepacks.facts import fact_types
from audit.snapshots.answers import read_answers
from audit.snapshots.evidence import collect_entity_controls, open_book, support
from audit.snapshots.reading import read_supports
from audit.snapshots.rows import ControlRow, EntityRow, EvidenceRow, SupportRow
from audit.snapshots.systems import derive_from_entity
from governance.models import ControlStatus, Evidence, LegalEntity


@dataclass(frozen=True, slots=True)
class EntitySnapshot:
    """A legal entity on a day, as the engine takes it."""

    entity_id: int
    name: str
    as_of: date
    sheet: FactSheet
    controls: dict[str, Control]


def build_entity_sheet(entity_id: int, as_of: date) -> EntitySnapshot:
    """Read one legal entity; raises ``LegalEntity.DoesNotExist``, or ``FactSheetError`` if an answer does not fit."""
    row = EntityRow._make(LegalEntity.objects.values_list(*EntityRow._fields).get(pk=entity_id))
    evidence = Evidence.objects.filter(legal_entity_id=entity_id).order_by("id").values_list(*EvidenceRow._fields)
    book = open_book([EvidenceRow._make(one) for one in evidence])
    controls = [
        ControlRow._make(one)
        for one in ControlStatus.objects.filter(legal_entity_id=entity_id)
        .order_by("id")
        .values_list(*ControlRow._fields)
    ]
    # What the register tells of it counts before an answer, as for a system.
    known = read_answers("legal entity", row.answers) | derive_from_entity(row)
    supported = support(known, book.by_entity.get(entity_id, {}), as_of)
    facts: dict[str, JsonValue] = {key: supported[key].to_json() for key in sorted(supported)}
    raw: dict[str, JsonValue] = {
        **collect_entity_controls(controls, _by_control(controls), as_of),
    }
    return EntitySnapshot(entity_id, row.name, as_of, parse_sheet(facts, fact_types()), dict(parse_controls(raw)))


def _by_control(controls: list[ControlRow]) -> dict[int, list[SupportRow]]:
    found: dict[int, list[SupportRow]] = {}
    for link in read_supports([control.id for control in controls]):
        found.setdefault(link.control_id, []).append(link)
    return found
