"""Loads the demonstration bank through the register's own services: all or nothing, and only what is not there yet.

A system that exists already, by its reference, is left as people made it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from governance.demo.rows import Registrar
from governance.demo.schema import (
    BankFile,
    DemoError,
    LawRecordEntry,
    SystemFile,
    merge_answers,
    read_bank,
    read_systems,
)
from governance.models import (
    AISystem,
    Component,
    ControlStatus,
    DataFlow,
    EvaluationRecord,
    Evidence,
    LegalEntity,
    Subcontractor,
    SystemComponent,
    Vendor,
    VendorDependency,
)
from governance.services.answering import Answer, AnswersError, save_answers, save_entity_answers
from governance.services.law_records import RecordError, finalise_record, save_record, start_record

ACTOR: Final = "demonstration"


@dataclass(frozen=True, slots=True)
class DemoReport:
    """Which systems were added, and which were there already."""

    added: tuple[str, ...]
    present: tuple[str, ...]


@transaction.atomic
def load_demo() -> DemoReport:
    """Add the bank and its systems; needs the catalogue. Raises ``DemoError`` that names what does not fit."""
    bank, systems = read_bank(), read_systems()
    registrar = Registrar(ACTOR)
    entity = _load_bank(bank, registrar)
    present = set(AISystem.objects.values_list("reference", flat=True))
    added = [system for system in systems if system.reference not in present]
    for system in added:
        _load_system(bank, system, entity, registrar)
    return DemoReport(
        tuple(system.reference for system in added),
        tuple(system.reference for system in systems if system.reference in present),
    )


def _load_bank(bank: BankFile, registrar: Registrar) -> LegalEntity:
    name = str(bank.legal_entity["name"])
    entity = LegalEntity.objects.filter(name=name).first()
    if entity is not None:
        return entity
    entity = registrar.add(LegalEntity, bank.legal_entity | {"is_fictional": True}, name)
    try:
        save_entity_answers(
            legal_entity_id=entity.pk,
            answers={key: Answer(value) for key, value in bank.entity_answers.items()},  # type: ignore[arg-type] # checked there
            actor=ACTOR,
            answered_on=bank.answered_on,
        )
    except AnswersError as wrong:
        raise DemoError(f"bank.yaml: {wrong}") from None
    _load_parties(bank, entity, registrar)
    for columns in bank.evidence:
        registrar.add(Evidence, columns, str(columns["reference"]), legal_entity=entity)
    for columns in bank.controls:
        _add_control(columns, registrar, name, legal_entity=entity)
    return entity


def _load_parties(bank: BankFile, entity: LegalEntity, registrar: Registrar) -> None:
    """The fictional vendors, and the components that they or the bank made."""
    for columns in bank.vendors:
        registrar.add(Vendor, columns | {"is_fictional": True}, str(columns["name"]))
    for component in bank.components:
        columns = component.model_dump(exclude={"vendor", "is_own_work", "facts"})
        columns["facts"] = [
            fact.model_dump() | {"source": "invented for the demonstration", "on": bank.answered_on.isoformat()}
            for fact in component.facts
        ]
        registrar.add(
            Component,
            columns,
            component.key,
            vendor=registrar.find_vendor(component.vendor),
            own_work_of=entity if component.is_own_work else None,
        )


def _load_system(bank: BankFile, file: SystemFile, entity: LegalEntity, registrar: Registrar) -> None:
    system = registrar.add(AISystem, file.own_columns() | {"is_fictional": True}, file.reference, legal_entity=entity)
    _save_answers(bank, file, system)
    for columns in file.uses:
        parts = registrar.split(columns, component=registrar.find_component, host=registrar.find_vendor)
        registrar.add(SystemComponent, parts.plain, file.reference, system=system, **parts.found)
    _load_flows(file, system, registrar)
    for columns in file.dependencies:
        _load_dependency(columns, file, system, registrar)
    for columns in file.evidence:
        registrar.add(Evidence, columns, str(columns["reference"]), system=system)
    for columns in file.evaluations:
        parts = registrar.split(columns, component=registrar.find_component, evidence=registrar.find_evidence)
        registrar.add(EvaluationRecord, parts.plain, file.reference, system=system, **parts.found)
    for columns in file.controls:
        _add_control(columns, registrar, file.reference, system=system)
    for entry in file.law_records:
        _add_law_record(entry, file, system, registrar)


def _add_law_record(entry: LawRecordEntry, file: SystemFile, system: AISystem, registrar: Registrar) -> None:
    """Fill in one form of the law and make it final on the day it was finished, if it is."""
    place = f"{file.reference} {entry.form}"
    record = start_record(kind=entry.form, system_id=system.pk, actor=ACTOR)
    unknown = sorted(set(entry.columns) - {field.name for field in record._meta.get_fields()})
    if unknown:
        raise DemoError(f"{place}: there is no {', '.join(unknown)}")
    for name, value in entry.columns.items():
        setattr(record, name, value)
    try:
        record.clean_fields()
        save = finalise_record if entry.is_final else save_record
        save(record=record, actor=ACTOR, today=record.performed_on or file.answered_on)
    except (RecordError, ValidationError) as wrong:
        raise DemoError(f"{place}: {wrong}") from None
    record.evidence.set([registrar.find_evidence(reference) for reference in entry.evidence])


def _save_answers(bank: BankFile, file: SystemFile, system: AISystem) -> None:
    answers = {}
    for key, given in merge_answers(bank, file).items():
        full = given if isinstance(given, dict) else {"value": given}
        answers[key] = Answer(full["value"], grade=str(full.get("grade", "")), source=str(full.get("source", "")))  # type: ignore[arg-type] # checked there
    try:
        save_answers(system_id=system.pk, answers=answers, actor=ACTOR, answered_on=file.answered_on)
    except AnswersError as wrong:
        raise DemoError(f"{file.reference}: {wrong}") from None


def _load_flows(file: SystemFile, system: AISystem, registrar: Registrar) -> None:
    """Flows name the step before them by the file's own short names."""
    flows: dict[str, DataFlow] = {}
    for columns in file.flows:
        name, after = str(columns["id"]), columns.get("after")
        if after is not None and str(after) not in flows:
            raise DemoError(f"{file.reference}: flow {name} comes after {after!r}, which does not stand before it")
        rest = {key: value for key, value in columns.items() if key not in ("id", "after")}
        parts = registrar.split(rest, to_vendor=registrar.find_vendor)
        flows[name] = registrar.add(
            DataFlow,
            parts.plain,
            f"{file.reference} flow {name}",
            system=system,
            after=flows[str(after)] if after is not None else None,
            **parts.found,
        )


def _load_dependency(columns: Mapping[str, object], file: SystemFile, system: AISystem, registrar: Registrar) -> None:
    below = columns.get("subcontractors") or []
    rest = {key: value for key, value in columns.items() if key != "subcontractors"}
    parts = registrar.split(rest, vendor=registrar.find_vendor)
    dependency = registrar.add(VendorDependency, parts.plain, file.reference, system=system, **parts.found)
    for entry in below if isinstance(below, list) else []:
        found = registrar.split(entry, vendor=registrar.find_vendor)
        registrar.add(Subcontractor, found.plain, file.reference, dependency=dependency, **found.found)


def _add_control(columns: Mapping[str, object], registrar: Registrar, place: str, **holder: object) -> None:
    supporting = columns.get("evidence") or []
    rest = {key: value for key, value in columns.items() if key != "evidence"}
    control = registrar.add(ControlStatus, rest, place, **holder)
    if isinstance(supporting, list):
        control.evidence.set([registrar.find_evidence(reference) for reference in supporting])
