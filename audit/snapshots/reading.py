"""Reads the rows of many systems in a constant number of queries, never as model instances."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import Final, TypeVar

from django.db.models import Model, Q, QuerySet

from audit.snapshots.rows import (
    ArtefactRow,
    ComponentRow,
    ControlRow,
    DependencyRow,
    EntityRow,
    EvaluationRow,
    EvidenceRow,
    FlowRow,
    OfferRow,
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
    EvaluationRecord,
    Evidence,
    HostOffer,
    LegalEntity,
    Subcontractor,
    SystemComponent,
    Vendor,
    VendorDependency,
)
from governance.selectors.law_records import QUERIES_WITHOUT_RECORDS, read_record_states

_Row = TypeVar("_Row")
_Model = TypeVar("_Model", bound=Model)


def _read(row_type: Callable[..., _Row], columns: tuple[str, ...], rows: QuerySet[_Model]) -> list[_Row]:
    return [row_type(*row) for row in rows.values_list(*columns)]


def _group(rows: Iterable[_Row], key: Callable[[_Row], int]) -> dict[int, list[_Row]]:
    grouped: dict[int, list[_Row]] = defaultdict(list)
    for row in rows:
        grouped[key(row)].append(row)
    return dict(grouped)


QUERIES_FOR_A_CHUNK: Final = 13 + QUERIES_WITHOUT_RECORDS
"""How many queries ``read_register`` makes, whatever the number of systems; a few more where forms are filled in."""


def read_register(system_ids: Collection[int]) -> Register:
    """Read all rows that the fact sheets of these systems are made of, in a fixed order."""
    ids = sorted(set(system_ids))
    systems = _read(SystemRow, SystemRow._fields, AISystem.objects.filter(id__in=ids).order_by("id"))
    entity_ids = {system.legal_entity_id for system in systems}
    uses = _read(
        UseRow, UseRow._fields, SystemComponent.objects.filter(system_id__in=ids).order_by("-is_primary", "id")
    )
    evaluations = _read(
        EvaluationRow, EvaluationRow._fields, EvaluationRecord.objects.filter(system_id__in=ids).order_by("id")
    )
    dependencies = _read(
        DependencyRow, DependencyRow._fields, VendorDependency.objects.filter(system_id__in=ids).order_by("id")
    )
    subcontractors = _read(
        SubcontractorRow,
        SubcontractorRow._fields,
        Subcontractor.objects.filter(dependency__system_id__in=ids).order_by("rank", "id"),
    )
    flows = _read(FlowRow, FlowRow._fields, DataFlow.objects.filter(system_id__in=ids).order_by("id"))
    component_ids = {use.component_id for use in uses} | {row.component_id for row in evaluations}
    components = _read(
        ComponentRow, ComponentRow._fields, Component.objects.filter(id__in=component_ids).order_by("id")
    )
    offers = _read(OfferRow, OfferRow._fields, HostOffer.objects.filter(component_id__in=component_ids).order_by("id"))
    named = {use.host_id for use in uses} | {component.vendor_id for component in components}
    named |= {offer.company_id for offer in offers} | {row.vendor_id for row in dependencies}
    named |= {row.vendor_id for row in subcontractors} | {flow.to_vendor_id for flow in flows}
    vendor_ids = {vendor_id for vendor_id in named if vendor_id is not None}
    controls = _read(
        ControlRow,
        ControlRow._fields,
        ControlStatus.objects.filter(Q(system_id__in=ids) | Q(legal_entity_id__in=entity_ids)).order_by("id"),
    )
    return Register(
        systems={row.id: row for row in systems},
        entities={row.id: row for row in _read(EntityRow, EntityRow._fields, LegalEntity.objects.order_by("id"))},
        vendors={
            row.id: row
            for row in _read(VendorRow, VendorRow._fields, Vendor.objects.filter(id__in=vendor_ids).order_by("id"))
        },
        components={row.id: row for row in components},
        uses=_group(uses, lambda row: row.system_id),
        artefacts=_group(
            _read(
                ArtefactRow,
                ArtefactRow._fields,
                ComponentArtefact.objects.filter(component_id__in=component_ids).order_by("id"),
            ),
            lambda row: row.component_id,
        ),
        offers=_group(offers, lambda row: row.component_id),
        evaluations=_group(evaluations, lambda row: row.system_id),
        dependencies=_group(dependencies, lambda row: row.system_id),
        subcontractors=_group(subcontractors, lambda row: row.dependency_id),
        flows=_group(flows, lambda row: row.system_id),
        evidence=_read_evidence(ids, component_ids, vendor_ids, entity_ids),
        system_controls=_group(controls, lambda row: row.system_id or 0),
        entity_controls=_group(controls, lambda row: row.legal_entity_id or 0),
        supports=_group(read_supports([control.id for control in controls]), lambda row: row.control_id),
        law_records=read_record_states(ids),
    )


def _read_evidence(
    system_ids: Collection[int],
    component_ids: Collection[int],
    vendor_ids: Collection[int],
    entity_ids: Collection[int],
) -> list[EvidenceRow]:
    about = (
        Q(system_id__in=system_ids)
        | Q(component_id__in=component_ids)
        | Q(vendor_id__in=vendor_ids)
        | Q(legal_entity_id__in=entity_ids)
    )
    return _read(EvidenceRow, EvidenceRow._fields, Evidence.objects.filter(about).order_by("id"))


def read_supports(control_ids: Collection[int]) -> list[SupportRow]:
    """Which evidence supports these controls."""
    links = (
        ControlStatus.evidence.through.objects.filter(controlstatus_id__in=control_ids)
        .order_by("controlstatus_id", "evidence_id")
        .values_list("controlstatus_id", "evidence__reference", "evidence__grade", "evidence__expires_on")
    )
    return [SupportRow._make(link) for link in links]
