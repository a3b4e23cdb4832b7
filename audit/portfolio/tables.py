"""The whole register as plain tables, read in a constant number of queries for all that is computed over it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Final, NamedTuple, TypeAlias, TypeVar

from django.db.models import Model, Q, QuerySet, TextField, Value

from audit.snapshots.rows import EvaluationRow, FlowRow, SubcontractorRow, VendorRow
from governance.choices import EvaluationResult, LifecycleStage
from governance.models import (
    AISystem,
    Component,
    DataFlow,
    EvaluationRecord,
    HostOffer,
    Subcontractor,
    SystemComponent,
    Vendor,
    VendorDependency,
)

QUERIES: Final = 9
"""How many queries ``read_tables`` makes, whatever the size of the register."""

_OF_USES: Final = frozenset({"system_id", "component_id", "run_mode", "host_id"})
_OF_CONTRACTS: Final = frozenset({"id", "system_id", "vendor_id", "subcontracting_permitted", "subcontractors_known"})
_LONG_PAST: Final = timedelta(days=400)
"""An evaluation counts for twelve months."""


class SystemRow(NamedTuple):
    """A system that is not withdrawn."""

    id: int
    reference: str
    name: str
    stage: str
    business_function: str
    is_critical_function: bool | None

    @property
    def function(self) -> str:
        """The business function as it is compared; a system without one stands for itself."""
        return self.business_function.strip().casefold() or f"system {self.reference}"


class UseRow(NamedTuple):
    """A component in use, with what is sent to it in a year."""

    system_id: int
    component_id: int
    is_primary: bool
    run_mode: str
    adaptation: str
    host_id: int | None
    yearly_volume_in: Decimal | None
    yearly_volume_out: Decimal | None


class ComponentRow(NamedTuple):
    """A component with its publisher and what its licence is understood to be."""

    id: int
    key: str
    name: str
    version: str
    kind: str
    vendor_id: int | None
    own_work_of_id: int | None
    licence_id: str
    licence_flags: list[str]
    facts: list[dict[str, object]]

    @property
    def label(self) -> str:
        """Its name with the version."""
        return f"{self.name} {self.version}".strip()

    def states(self, key: str) -> object:
        """What the catalogue states of one fact; none if nothing."""
        return next((entry.get("value") for entry in self.facts if entry.get("key") == key), None)


class OfferRow(NamedTuple):
    """That a company offers a component, from when until when and at what price."""

    component_id: int
    company_id: int
    role: str
    model_id: str
    price_in: Decimal | None
    price_out: Decimal | None
    unit: str
    offered_from: date | None
    offered_until: date | None
    retires_on: date | None
    source: str
    source_on: date | None


class ContractRow(NamedTuple):
    """A contractual arrangement with its term, its exit and its cost."""

    id: int
    system_id: int
    vendor_id: int
    contract_reference: str
    start_on: date | None
    end_on: date | None
    is_open_ended: bool | None
    notice_days: int | None
    vendor_notice_days: int | None
    auto_renewal: bool | None
    exit_transition_days: int | None
    price_guaranteed_until: date | None
    annual_cost: Decimal | None
    annual_cost_currency: str
    subcontracting_permitted: bool | None
    subcontractors_known: bool | None
    exit_plan: bool | None
    exit_tested: bool | None
    exit_tested_on: date | None
    exit_test_kind: str
    fallback: str
    fallback_activation_days: float | None
    tolerable_outage_days: float | None


_Row = TypeVar("_Row")


@dataclass(frozen=True)
class Tables:
    """The rows of the register. ``flows`` and ``evaluations`` are those of the systems that are not withdrawn."""

    systems: Sequence[SystemRow] = ()
    vendors: Sequence[VendorRow] = ()
    components: Sequence[ComponentRow] = ()
    uses: Sequence[UseRow] = ()
    contracts: Sequence[ContractRow] = ()
    subcontractors: Sequence[SubcontractorRow] = ()
    offers: Sequence[OfferRow] = ()
    flows: Sequence[FlowRow] = ()
    evaluations: Sequence[EvaluationRow] = field(default=())

    @cached_property
    def vendor(self) -> Mapping[int, VendorRow]:
        """Vendors by id."""
        return {row.id: row for row in self.vendors}

    @cached_property
    def component(self) -> Mapping[int, ComponentRow]:
        """Components by id."""
        return {row.id: row for row in self.components}

    @cached_property
    def system(self) -> Mapping[int, SystemRow]:
        """Systems by id."""
        return {row.id: row for row in self.systems}

    @cached_property
    def uses_of(self) -> Mapping[int, Sequence[UseRow]]:
        """The components in use, by system."""
        return group_rows(self.uses, lambda row: row.system_id)

    @cached_property
    def contracts_of(self) -> Mapping[int, Sequence[ContractRow]]:
        """The arrangements, by system."""
        return group_rows(self.contracts, lambda row: row.system_id)

    @cached_property
    def chain_of(self) -> Mapping[int, Sequence[SubcontractorRow]]:
        """The sub-contractors, by arrangement."""
        return group_rows(self.subcontractors, lambda row: row.dependency_id)

    @cached_property
    def offers_of(self) -> Mapping[int, Sequence[OfferRow]]:
        """Who offers it, by component."""
        return group_rows(self.offers, lambda row: row.component_id)

    @cached_property
    def evaluations_of(self) -> Mapping[int, Sequence[EvaluationRow]]:
        """The evaluations, by system."""
        return group_rows(self.evaluations, lambda row: row.system_id)

    def name_vendor(self, vendor_id: int | None) -> str:
        """A vendor's name; a number where the row is missing."""
        row = self.vendor.get(vendor_id or 0)
        return row.name if row is not None else f"vendor {vendor_id}"

    def name_component(self, component_id: int) -> str:
        """A component's name with its version; a number where the row is missing."""
        row = self.component.get(component_id)
        return row.label if row is not None else f"component {component_id}"


def group_rows(rows: Iterable[_Row], key: Callable[[_Row], int]) -> dict[int, list[_Row]]:
    """The rows by their key, each group in the order of the rows."""
    grouped: dict[int, list[_Row]] = defaultdict(list)
    for row in rows:
        grouped[key(row)].append(row)
    return dict(grouped)


def read_tables(system_ids: Collection[int] | None = None, *, with_flows: bool = True) -> Tables:
    """Read the register; withdrawn systems and what hangs on them stay out.

    With ``system_ids`` only these systems and their own rows are read; vendors, components and offers are whole.
    The data flows, half the time it takes, are left out for who needs none.
    """
    wanted = Q() if system_ids is None else Q(id__in=system_ids)
    of_wanted = Q() if system_ids is None else Q(system_id__in=system_ids)
    live = AISystem.objects.exclude(stage=LifecycleStage.WITHDRAWN).filter(wanted)
    chains = Subcontractor.objects.exclude(dependency__system__stage=LifecycleStage.WITHDRAWN)
    if system_ids is not None:
        chains = chains.filter(dependency__system_id__in=system_ids)
    return Tables(
        systems=_read(SystemRow, SystemRow._fields, live.order_by("id")),
        vendors=_read(VendorRow, VendorRow._fields, Vendor.objects.order_by("id")),
        components=_read(ComponentRow, ComponentRow._fields, Component.objects.order_by("id")),
        uses=_read(UseRow, UseRow._fields, _of_live(SystemComponent.objects.filter(of_wanted), "-is_primary")),
        contracts=_read(ContractRow, ContractRow._fields, _of_live(VendorDependency.objects.filter(of_wanted))),
        subcontractors=_read(SubcontractorRow, SubcontractorRow._fields, chains.order_by("rank", "id")),
        offers=_read(OfferRow, OfferRow._fields, HostOffer.objects.order_by("id")),
        flows=_read(FlowRow, FlowRow._fields, _of_live(DataFlow.objects.filter(of_wanted))) if with_flows else (),
        evaluations=_read(
            EvaluationRow,
            EvaluationRow._fields,
            _of_live(EvaluationRecord.objects.filter(of_wanted, system__isnull=False)),
        ),
    )


def read_reliance_tables(as_of: date) -> Tables:
    """What tells on whom systems rest, and what they could change to on the day; everything else is left empty."""
    substitutes = EvaluationRecord.objects.filter(
        system__isnull=False,
        is_substitute=True,
        result=EvaluationResult.PASSED,
        evaluated_on__range=(as_of - _LONG_PAST, as_of),
    )
    catalogue = read_catalogue()
    return replace(
        catalogue,
        systems=_read(
            SystemRow,
            SystemRow._fields,
            AISystem.objects.exclude(stage=LifecycleStage.WITHDRAWN).order_by("id"),
        ),
        uses=_read(UseRow, _keep(UseRow._fields, _OF_USES), _of_live(SystemComponent.objects.all(), "-is_primary")),
        contracts=_read(
            ContractRow, _keep(ContractRow._fields, _OF_CONTRACTS), _of_live(VendorDependency.objects.all())
        ),
        subcontractors=_read(
            SubcontractorRow,
            SubcontractorRow._fields,
            Subcontractor.objects.exclude(dependency__system__in=_withdrawn()).order_by("rank", "id"),
        ),
        evaluations=_read(EvaluationRow, EvaluationRow._fields, _of_live(substitutes)),
    )


_Columns: TypeAlias = "tuple[str | Value, ...]"


def _keep(columns: tuple[str, ...], wanted: Collection[str]) -> _Columns:
    return tuple(name if name in wanted else Value(None, output_field=TextField()) for name in columns)


def read_catalogue() -> Tables:
    """Only what does not hang on a system: vendors, components and offers."""
    return Tables(
        vendors=_read(VendorRow, VendorRow._fields, Vendor.objects.order_by("id")),
        components=_read(ComponentRow, ComponentRow._fields, Component.objects.order_by("id")),
        offers=_read(OfferRow, OfferRow._fields, HostOffer.objects.order_by("id")),
    )


_Model = TypeVar("_Model", bound=Model)


def _of_live(rows: QuerySet[_Model], *order: str) -> QuerySet[_Model]:
    return rows.exclude(system__in=_withdrawn()).order_by(*order, "id")


def _withdrawn() -> QuerySet[AISystem, int]:
    """Asked once: to look at the system of each row would read all of these."""
    return AISystem.objects.filter(stage=LifecycleStage.WITHDRAWN).order_by().values_list("pk", flat=True)


def _read(row_type: Callable[..., _Row], columns: _Columns, rows: QuerySet[_Model]) -> list[_Row]:
    return [row_type(*row) for row in rows.values_list(*columns)]
