"""Reads the rows of many systems in a constant number of queries, never as model instances."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from operator import itemgetter
from typing import Any, Final, TypeAlias

from django.db.models import Q, QuerySet

from audit.snapshots.compiled import ListMade, Query, RowsMade, Table
from audit.snapshots.packed import PackedTable
from audit.snapshots.rows import (
    Answers,
    ArtefactRow,
    ComponentRow,
    ControlRow,
    DependencyRow,
    EntityRow,
    EvaluationRow,
    EvidenceRow,
    FlowRow,
    OfferRow,
    PackedFlow,
    Raw,
    RawRows,
    Register,
    SubcontractorRow,
    SupportRow,
    SystemRow,
    UseRow,
    VendorRow,
)
from governance.models import (
    AISystem,
    Component,
    ComponentArtefact,
    ControlStatus,
    DataFlow,
    DataProtectionAssessment,
    EvaluationRecord,
    Evidence,
    FundamentalRightsAssessment,
    HostOffer,
    LegalEntity,
    NotHighRiskAssessment,
    Subcontractor,
    SystemComponent,
    Vendor,
    VendorDependency,
)
from governance.models.law import LawRecord
from governance.selectors.law_records import read_record_states

_Holds: TypeAlias = Callable[[str], Q]
"""The condition that a column of this name holds one of some ids."""


def _have_forms(is_one: _Holds) -> list[QuerySet[Any, Any]]:
    """The systems for which a form of the law was begun."""
    forms: tuple[type[LawRecord], ...] = (DataProtectionAssessment, FundamentalRightsAssessment, NotHighRiskAssessment)
    return [form._default_manager.filter(is_one("system_id")) for form in forms]


_SYSTEMS: Final = Table(SystemRow, SystemRow._fields, AISystem, owners=("id",), long="answers", answers=Answers)
_ENTITIES: Final = Table(EntityRow, EntityRow._fields, LegalEntity, owners=())
_VENDORS: Final = Table(VendorRow, VendorRow._fields, Vendor, owners=("id",))
_USES: Final = Table(UseRow, UseRow._fields, SystemComponent)
_COMPONENTS: Final = Table(ComponentRow, ComponentRow._fields, Component, owners=("id",))
_ARTEFACTS: Final = Table(ArtefactRow, ArtefactRow._fields, ComponentArtefact, owners=("component_id",))
_OFFERS: Final = Table(OfferRow, OfferRow._fields, HostOffer, owners=("component_id",))
_EVALUATIONS: Final = Table(EvaluationRow, EvaluationRow._fields, EvaluationRecord)
_DEPENDENCIES: Final = Table(DependencyRow, DependencyRow._fields, VendorDependency)
_SUBCONTRACTORS: Final = Table(
    SubcontractorRow, SubcontractorRow._fields, Subcontractor, owners=("dependency_id",), order=("rank", "id")
)
_FLOWS: Final = PackedTable(FlowRow, FlowRow._fields, DataFlow, beside=PackedFlow._fields[:-1])
_EVIDENCE: Final = Table(
    EvidenceRow,
    EvidenceRow._fields,
    Evidence,
    owners=("system_id", "component_id", "vendor_id", "legal_entity_id"),
)
_CONTROLS: Final = Table(ControlRow, ControlRow._fields, ControlStatus, owners=("system_id", "legal_entity_id"))
_SUPPORTS: Final = Table(
    SupportRow,
    ("controlstatus_id", "evidence__reference", "evidence__grade", "evidence__expires_on"),
    ControlStatus.evidence.through,
    owners=("controlstatus_id",),
    order=("evidence_id",),
)
_WITH_FORMS: Final = Query(FundamentalRightsAssessment, ("system_id",), _have_forms, owners=(0,))

QUERIES_FOR_A_CHUNK: Final = 15
"""How many queries ``read_rows`` makes, whatever the number of systems; a few more where forms are filled in."""


def read_register(system_ids: Collection[int]) -> Register:
    """Read all rows that the fact sheets of these systems are made of, in a fixed order."""
    return make_register(read_rows(system_ids))


def read_rows(system_ids: Collection[int]) -> RawRows:
    """The same rows as they were read, sorted by what they belong to."""
    ids = sorted(set(system_ids))
    systems = {raw[0]: raw for raw in _SYSTEMS.fetch(ids)}
    entity_ids = {raw[_ENTITY_OF_SYSTEM] for raw in systems.values()}
    uses, evaluations, dependencies = _USES.fetch(ids), _EVALUATIONS.fetch(ids), _DEPENDENCIES.fetch(ids)
    subcontractors, flows = _SUBCONTRACTORS.fetch([raw[0] for raw in dependencies]), _FLOWS.fetch(ids)
    component_ids = {raw[1] for raw in uses} | {raw[1] for raw in evaluations}
    components, offers = _COMPONENTS.fetch(component_ids), _OFFERS.fetch(component_ids)
    vendor_ids = {raw[_HOST_OF_USE] for raw in uses} | {raw[_VENDOR_OF_COMPONENT] for raw in components}
    vendor_ids |= {raw[1] for raw in offers} | {raw[_VENDOR_OF_DEPENDENCY] for raw in dependencies}
    vendor_ids |= {raw[1] for raw in subcontractors} | {raw[_VENDOR_OF_FLOW] for raw in flows}
    vendor_ids.discard(None)
    evidence = _EVIDENCE.fetch(ids, component_ids, vendor_ids, entity_ids)
    controls = _CONTROLS.fetch(ids, entity_ids)
    with_forms = [raw[0] for raw in _WITH_FORMS.fetch(ids)]
    return RawRows(
        systems=systems,
        entities={raw[0]: raw for raw in read_entities()},
        vendors={raw[0]: raw for raw in _VENDORS.fetch(vendor_ids)},
        components={raw[0]: raw for raw in components},
        uses=_group(sorted(uses, key=_is_primary, reverse=True), 0),
        artefacts=_group(_ARTEFACTS.fetch(component_ids), 0),
        offers=_group(offers, 0),
        evaluations=_group(evaluations, 0),
        dependencies=_group(dependencies, 1),
        subcontractors=_group(subcontractors, 0),
        packed_flows=_group(flows, 0),
        evidence=evidence,
        evidence_of_system=_group(evidence, 2),
        evidence_of_component=_group(evidence, 3),
        evidence_of_vendor=_group(evidence, 4),
        evidence_of_entity=_group(evidence, 5),
        system_controls=_group(controls, 1),
        entity_controls=_group(controls, 2),
        supports=_group(_SUPPORTS.fetch([raw[0] for raw in controls]), 0),
        law_records=read_record_states(with_forms) if with_forms else {},
    )


_ENTITY_OF_SYSTEM: Final = SystemRow._fields.index("legal_entity_id")
_is_primary: Final = itemgetter(UseRow._fields.index("is_primary"))
_HOST_OF_USE: Final = UseRow._fields.index("host_id")
_VENDOR_OF_COMPONENT: Final = ComponentRow._fields.index("vendor_id")
_VENDOR_OF_DEPENDENCY: Final = DependencyRow._fields.index("vendor_id")
_VENDOR_OF_FLOW: Final = PackedFlow._fields.index("to_vendor_id")


def _group(rows: Iterable[Raw], place: int) -> dict[int, list[Raw]]:
    """The rows by the column at that place; those where it is empty belong to something else."""
    grouped: dict[int, list[Raw]] = {}
    for raw in rows:
        key = raw[place]
        if key in grouped:
            grouped[key].append(raw)
        elif key is not None:
            grouped[key] = [raw]
    return grouped


def make_register(raw: RawRows) -> Register:
    """The rows under the names of their columns, each made when somebody asks for it."""
    return Register(
        systems=RowsMade(raw.systems, _SYSTEMS.make),
        entities=RowsMade(raw.entities, _ENTITIES.make),
        vendors=RowsMade(raw.vendors, _VENDORS.make),
        components=RowsMade(raw.components, _COMPONENTS.make),
        uses=RowsMade(raw.uses, _USES.make_all),
        artefacts=RowsMade(raw.artefacts, _ARTEFACTS.make_all),
        offers=RowsMade(raw.offers, _OFFERS.make_all),
        evaluations=RowsMade(raw.evaluations, _EVALUATIONS.make_all),
        dependencies=RowsMade(raw.dependencies, _DEPENDENCIES.make_all),
        subcontractors=RowsMade(raw.subcontractors, _SUBCONTRACTORS.make_all),
        flows=RowsMade(raw.packed_flows, _FLOWS.make_all),
        evidence=ListMade(raw.evidence, _EVIDENCE.make_all),
        system_controls=RowsMade(raw.system_controls, _CONTROLS.make_all),
        entity_controls=RowsMade(raw.entity_controls, _CONTROLS.make_all),
        supports=RowsMade(raw.supports, _SUPPORTS.make_all),
        law_records=raw.law_records,
    )


def make_evidence(raw: Raw) -> EvidenceRow:
    """A piece of evidence that was read, as a row."""
    return _EVIDENCE.make(raw)


def make_control(raw: Raw) -> ControlRow:
    """A control that was read, as a row."""
    return _CONTROLS.make(raw)


def make_supports(rows: Iterable[Raw]) -> list[SupportRow]:
    """The evidence of controls that was read, as rows."""
    return _SUPPORTS.make_all(rows)


def read_entities() -> list[Raw]:
    """Our legal entities."""
    return _ENTITIES.fetch()


def read_supports(control_ids: Collection[int]) -> list[SupportRow]:
    """Which evidence supports these controls."""
    return make_supports(_SUPPORTS.fetch(control_ids))
