"""The rows a fact sheet is made of, as tuples of the columns that are facts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from audit.engine.facts import JsonValue
from governance.selectors.law_records import RecordState

RawText: TypeAlias = "str | bytes"
"""A long text as the database gives it; bytes are in UTF-8."""


def read_text(raw: RawText) -> str:
    """The text itself."""
    return raw if isinstance(raw, str) else raw.decode()


def write_text(raw: RawText) -> bytes:
    """The bytes of it."""
    return raw if isinstance(raw, bytes) else raw.encode()


class Answers(Mapping[str, JsonValue]):
    """The answers of a questionnaire, kept as the text that was read until somebody looks into it."""

    __slots__ = ("_read", "text")

    def __init__(self, text: RawText) -> None:
        self.text = text
        self._read: dict[str, JsonValue] | None = None

    @property
    def _answers(self) -> dict[str, JsonValue]:
        if self._read is None:
            self._read = json.loads(self.text)
        return self._read or {}

    def __getitem__(self, key: str) -> JsonValue:
        return self._answers[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._answers)

    def __len__(self) -> int:
        return len(self._answers)


class SystemRow(NamedTuple):
    """The columns of a system that are facts."""

    id: int
    reference: str
    legal_entity_id: int
    stage: str
    in_service_on: date | None
    business_function: str
    is_critical_function: bool | None
    facts_confirmed_on: date | None
    answers: Mapping[str, JsonValue]


class EntityRow(NamedTuple):
    """A legal entity of ours."""

    id: int
    name: str
    lei: str
    country: str
    answers: Mapping[str, JsonValue]


class VendorRow(NamedTuple):
    """A vendor, host or sub-contractor with what is known of its group."""

    id: int
    name: str
    lei: str
    country: str
    ultimate_parent_id: int | None
    parent_status: str


class UseRow(NamedTuple):
    """A component in use by a system."""

    system_id: int
    component_id: int
    is_primary: bool
    run_mode: str
    adaptation: str
    host_id: int | None
    replace_object: str


class ComponentRow(NamedTuple):
    """A component with its catalogue facts."""

    id: int
    name: str
    version: str
    kind: str
    vendor_id: int | None
    own_work_of_id: int | None
    licence_raw: str
    licence_id: str
    licence_flags: list[str]
    is_hosted_only: bool | None
    facts: list[dict[str, JsonValue]]
    claims: list[dict[str, JsonValue]]
    conflicts: list[dict[str, JsonValue]]
    renamed_to: str
    renamed_on: date | None
    has_data_information: bool | None = None
    conflict_decisions: Sequence[Mapping[str, JsonValue]] = ()
    index_answers: Mapping[str, JsonValue] = MappingProxyType({})

    @property
    def label(self) -> str:
        """Its name with the version."""
        return f"{self.name} {self.version}".strip()


class ArtefactRow(NamedTuple):
    """One part of a component's openness dossier."""

    component_id: int
    part: str
    availability: str
    licence_raw: str
    licence_id: str
    grade: str


class OfferRow(NamedTuple):
    """That a company offers a component."""

    component_id: int
    company_id: int
    role: str
    model_id: str
    offered_from: date | None
    offered_until: date | None
    retires_on: date | None
    source: str
    grade: str


class EvaluationRow(NamedTuple):
    """An evaluation made for a system."""

    system_id: int
    component_id: int
    purpose: str
    evaluated_on: date
    result: str
    is_substitute: bool
    next_due_on: date | None


class DependencyRow(NamedTuple):
    """A contractual arrangement; the fields of the model of the same names."""

    id: int
    system_id: int
    vendor_id: int
    contract_reference: str
    service: str
    ict_service_type: str
    is_ict_service: bool | None
    is_data_processing_service: bool | None
    start_on: date | None
    end_on: date | None
    is_open_ended: bool | None
    notice_days: int | None
    vendor_notice_days: int | None
    auto_renewal: bool | None
    termination_for_convenience: bool | None
    exit_transition_days: int | None
    switching_charge: str
    minimum_commitment_months: int | None
    price_cap: bool | None
    clauses: list[str] | None
    substitutability: str
    subcontracting_permitted: bool | None
    subcontractors_known: bool | None
    exit_plan: bool | None
    exit_tested: bool | None
    exit_tested_on: date | None
    exit_test_kind: str
    exit_test_phases: list[str]
    exit_tested_target: str
    exit_tested_days: float | None
    fallback: str
    fallback_activation_days: float | None
    tolerable_outage_days: float | None
    skills_in_house: bool | None
    validation_days: float | None
    price_guaranteed_until: date | None = None


class SubcontractorRow(NamedTuple):
    """A company in a vendor's chain."""

    dependency_id: int
    vendor_id: int
    rank: int
    country: str


class FlowRow(NamedTuple):
    """One step on which data travel."""

    system_id: int
    id: int
    from_name: str
    to_name: str
    to_vendor_id: int | None
    to_role: str
    to_country: str
    data: str
    has_personal_data: bool | None
    special_categories: list[str]
    transfer_tool: str
    retention_days: int | None
    training_use: str


class PackedFlow(NamedTuple):
    """A step as it is read: the rest of its columns as one text."""

    system_id: int
    id: int
    to_vendor_id: int | None
    rest: str


class EvidenceRow(NamedTuple):
    """A piece of evidence and what it is about."""

    id: int
    reference: str
    system_id: int | None
    component_id: int | None
    vendor_id: int | None
    legal_entity_id: int | None
    grade: str
    expires_on: date | None
    supports: list[str]


class ControlRow(NamedTuple):
    """What has been done for an obligation."""

    id: int
    system_id: int | None
    legal_entity_id: int | None
    obligation: str
    status: str
    expires_on: date | None


class SupportRow(NamedTuple):
    """That a piece of evidence supports a control."""

    control_id: int
    reference: str
    grade: str
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Register:
    """The rows of some systems, ready to look up."""

    systems: Mapping[int, SystemRow]
    entities: Mapping[int, EntityRow]
    vendors: Mapping[int, VendorRow]
    components: Mapping[int, ComponentRow]
    uses: Mapping[int, Sequence[UseRow]]
    artefacts: Mapping[int, Sequence[ArtefactRow]]
    offers: Mapping[int, Sequence[OfferRow]]
    evaluations: Mapping[int, Sequence[EvaluationRow]]
    dependencies: Mapping[int, Sequence[DependencyRow]]
    subcontractors: Mapping[int, Sequence[SubcontractorRow]]
    flows: Mapping[int, Sequence[FlowRow]]
    evidence: Sequence[EvidenceRow]
    system_controls: Mapping[int, Sequence[ControlRow]]
    entity_controls: Mapping[int, Sequence[ControlRow]]
    supports: Mapping[int, Sequence[SupportRow]]
    law_records: Mapping[int, Sequence[RecordState]] = field(default_factory=dict)


Raw: TypeAlias = tuple[Any, ...]
"""A row as it was read: numbers, texts, yes or no, and none; a day and JSON as texts. Any: columns of all types.

The answers of a system are its last column, and a ``RawText``.
"""


@dataclass(frozen=True, slots=True)
class RawRows:
    """The rows of some systems as the database gave them, their columns in the order of the row types above."""

    systems: Mapping[int, Raw]
    entities: Mapping[int, Raw]
    vendors: Mapping[int, Raw]
    components: Mapping[int, Raw]
    uses: Mapping[int, Sequence[Raw]]
    artefacts: Mapping[int, Sequence[Raw]]
    offers: Mapping[int, Sequence[Raw]]
    evaluations: Mapping[int, Sequence[Raw]]
    dependencies: Mapping[int, Sequence[Raw]]
    subcontractors: Mapping[int, Sequence[Raw]]
    packed_flows: Mapping[int, Sequence[Raw]]
    evidence: Sequence[Raw]
    evidence_of_system: Mapping[int, Sequence[Raw]]
    evidence_of_component: Mapping[int, Sequence[Raw]]
    evidence_of_vendor: Mapping[int, Sequence[Raw]]
    evidence_of_entity: Mapping[int, Sequence[Raw]]
    system_controls: Mapping[int, Sequence[Raw]]
    entity_controls: Mapping[int, Sequence[Raw]]
    supports: Mapping[int, Sequence[Raw]]
    law_records: Mapping[int, Sequence[RecordState]]
