"""What evidence does to facts and controls: the best that still counts gives the grade and the expiry.

A fact or control all of whose evidence has expired keeps the expiry of the last, so that it is unknown again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeVar

from audit.engine.dates import earliest
from audit.engine.facts import Grade
from audit.snapshots.law_records import RecordedControl, derive_controls
from audit.snapshots.rows import ComponentRow, ControlRow, EvidenceRow, Register, SupportRow
from audit.snapshots.values import GRADE_ORDER, JsonObject, RawFact
from governance.choices import ControlState

_FAR = date.max
_BINDING: Final = (ControlState.NOT_APPLICABLE, ControlState.MET, ControlState.PARTLY, ControlState.NOT_MET)
"""From what binds least to what is worst."""
_Support = TypeVar("_Support", EvidenceRow, SupportRow)


@dataclass(frozen=True)
class EvidenceBook:
    """All evidence that was read, by what it is about and the fact it supports.

    ``of_components`` and ``combined`` keep what was derived from it meanwhile: of one component on a day, and of the
    components that decide together.
    """

    by_system: Mapping[int, Mapping[str, Sequence[EvidenceRow]]]
    by_component: Mapping[int, Mapping[str, Sequence[EvidenceRow]]]
    by_vendor: Mapping[int, Mapping[str, Sequence[EvidenceRow]]]
    by_entity: Mapping[int, Mapping[str, Sequence[EvidenceRow]]]
    of_components: dict[tuple[int, date], dict[str, RawFact]] = field(default_factory=dict)
    combined: dict[tuple[date, tuple[int, ...]], dict[str, RawFact]] = field(default_factory=dict)

    def support_component(
        self, component: ComponentRow, facts: Mapping[str, RawFact], as_of: date
    ) -> dict[str, RawFact]:
        """Apply the evidence about a component, and about its vendor, to the component's facts."""
        supported = support(facts, self.by_component.get(component.id, {}), as_of)
        return support(supported, self.by_vendor.get(component.vendor_id or 0, {}), as_of)

    def support_vendor(self, vendor_id: int, facts: Mapping[str, RawFact], as_of: date) -> dict[str, RawFact]:
        """Apply the evidence about a vendor to the facts of an arrangement with it."""
        return support(facts, self.by_vendor.get(vendor_id, {}), as_of)

    def support_system(
        self, system_id: int, entity_id: int, facts: Mapping[str, RawFact], as_of: date
    ) -> dict[str, RawFact]:
        """Apply the evidence about a system and its legal entity to the whole sheet."""
        supported = support(facts, self.by_entity.get(entity_id, {}), as_of)
        return support(supported, self.by_system.get(system_id, {}), as_of)

    def all_about(
        self, system_id: int, entity_id: int, component_ids: Collection[int], vendor_ids: Collection[int]
    ) -> list[EvidenceRow]:
        """The evidence about a system, its legal entity, its components or its vendors, that supports some fact."""
        held = [self.by_system.get(system_id, {}), self.by_entity.get(entity_id, {})]
        held += [self.by_component.get(component_id, {}) for component_id in sorted(component_ids)]
        held += [self.by_vendor.get(vendor_id, {}) for vendor_id in sorted(vendor_ids)]
        found = {row.id: row for by_key in held for rows in by_key.values() for row in rows}
        return [found[row_id] for row_id in sorted(found)]


def open_book(rows: Iterable[EvidenceRow]) -> EvidenceBook:
    """Sort the evidence by what it is about."""
    shelves: tuple[dict[int, dict[str, list[EvidenceRow]]], ...] = ({}, {}, {}, {})
    for row in rows:
        holders = (row.system_id, row.component_id, row.vendor_id, row.legal_entity_id)
        for shelf, holder in zip(shelves, holders, strict=True):
            if holder is not None:
                for key in row.supports:
                    shelf.setdefault(holder, defaultdict(list))[key].append(row)
    by_system, by_component, by_vendor, by_entity = shelves
    return EvidenceBook(by_system, by_component, by_vendor, by_entity)


def support(
    facts: Mapping[str, RawFact], evidence: Mapping[str, Sequence[EvidenceRow]], as_of: date
) -> dict[str, RawFact]:
    """Give each fact that has evidence the grade and the expiry of its best evidence."""
    supported = dict(facts)
    for key in evidence.keys() & facts.keys():
        if not facts[key].not_applicable:
            supported[key] = support_one(facts[key], evidence[key], as_of)
    return supported


def support_one(fact: RawFact, evidence: Sequence[EvidenceRow], as_of: date) -> RawFact:
    """The fact with the grade and the expiry of its best evidence, which its source names."""
    best = best_support(evidence, as_of)
    grade = fact.grade
    if best.grade != grade and _counts(best, as_of):
        grade = min(best.grade, grade, key=GRADE_ORDER.index)
    source = f"{fact.source}; evidence {best.reference}".removeprefix("; ")
    expires_on = best.expires_on if fact.expires_on is None else earliest(fact.expires_on, best.expires_on)
    return RawFact(fact.value, source, grade, expires_on, fact.not_applicable)


def best_support(evidence: Sequence[_Support], as_of: date) -> _Support:
    """The evidence that counts: in date before expired, then the better grade, then the later expiry."""
    if len(evidence) == 1:
        return evidence[0]
    return min(
        evidence,
        key=lambda row: (
            not _counts(row, as_of),
            GRADE_ORDER.index(row.grade),
            -(row.expires_on or _FAR).toordinal(),
            row.reference,
        ),
    )


def _counts(row: EvidenceRow | SupportRow, as_of: date) -> bool:
    return row.expires_on is None or as_of < row.expires_on


def collect_controls(register: Register, system_id: int, entity_id: int, as_of: date) -> dict[str, JsonObject]:
    """The controls of a system with those of its legal entity; where both speak, the system's own counts.

    A final form of the law speaks for the system. Where a control was recorded by hand as well, the worse counts.
    """
    chosen = {control.obligation: control for control in register.entity_controls.get(entity_id, ())}
    chosen |= {control.obligation: control for control in register.system_controls.get(system_id, ())}
    found = {
        obligation: control_to_json(control, register.supports.get(control.id, ()), as_of)
        for obligation, control in chosen.items()
    }
    for recorded in derive_controls(register.law_records.get(system_id, ()), as_of):
        if recorded.is_final or not chosen.keys() & set(recorded.served.names):
            found[recorded.served.rule] = _settle_control(recorded, chosen, found, as_of)
    return {obligation: found[obligation] for obligation in sorted(found)}


def collect_entity_controls(
    controls: Iterable[ControlRow], supports: Mapping[int, Sequence[SupportRow]], as_of: date
) -> dict[str, JsonObject]:
    """The controls recorded for a legal entity as a whole, by obligation."""
    found = {control.obligation: control for control in controls}
    return {name: control_to_json(found[name], supports.get(found[name].id, ()), as_of) for name in sorted(found)}


def _settle_control(
    recorded: RecordedControl, chosen: Mapping[str, ControlRow], found: Mapping[str, JsonObject], as_of: date
) -> JsonObject:
    """The form's control; or the system's own by hand if that is worse, with both named."""
    entry = control_to_json(recorded.control, recorded.supports, as_of)
    entry["source"] = "; ".join(text for text in (recorded.source, str(entry.get("source", ""))) if text)
    by_hand = next(
        (chosen[name] for name in recorded.served.names if name in chosen and chosen[name].system_id is not None), None
    )
    if by_hand is None or by_hand.status == recorded.control.status:
        return entry
    worse = (
        entry if _BINDING.index(by_hand.status) < _BINDING.index(recorded.control.status) else found[by_hand.obligation]
    )
    label = ControlState(by_hand.status).label.lower()
    return {**worse, "source": f"{entry['source']}; recorded by hand as “{label}”: the worse of the two counts"}


def control_to_json(control: ControlRow, evidence: Sequence[SupportRow], as_of: date) -> JsonObject:
    """A control with its best evidence, for the machine's door (DESIGN §3)."""
    entry: JsonObject = {"status": control.status, "grade": Grade.SELF_DECLARED.value}
    expires_on = control.expires_on
    if evidence:
        best = best_support(evidence, as_of)
        entry["source"] = f"evidence {best.reference}"
        entry["grade"] = best.grade
        expires_on = earliest(expires_on, best.expires_on)
    if expires_on is not None:
        entry["expires_on"] = expires_on.isoformat()
    return entry
