"""What the watched days are read from: of the whole register only the rows that have a day."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, NamedTuple, Protocol

from django.db.models import Q

from audit.portfolio.reach import Use
from audit.portfolio.tables import ComponentRow, OfferRow, Tables, group_rows, read_catalogue
from audit.selectors.among import among
from governance.choices import LifecycleStage
from governance.models import SystemComponent, VendorDependency

QUERIES: Final = 5
"""How many queries ``read_dated`` makes, whatever the size of the register."""

_HAS_DAY: Final = Q(end_on__isnull=False) | Q(exit_tested_on__isnull=False) | Q(price_guaranteed_until__isnull=False)

_IS_WITHDRAWN: Final = Q(system__stage=LifecycleStage.WITHDRAWN)


class NamedSystem(Protocol):
    """A system as its days name it."""

    @property
    def id(self) -> int:
        """Its primary key."""

    @property
    def reference(self) -> str:
        """Its number."""

    @property
    def name(self) -> str:
        """Its name."""


class DatedContract(Protocol):
    """A contract with what its days follow from."""

    @property
    def vendor_id(self) -> int:
        """With whom."""

    @property
    def contract_reference(self) -> str:
        """Its number."""

    @property
    def end_on(self) -> date | None:
        """When it ends."""

    @property
    def notice_days(self) -> int | None:
        """How long before its end notice has to be given."""

    @property
    def auto_renewal(self) -> bool | None:
        """Whether it renews by itself."""

    @property
    def exit_tested_on(self) -> date | None:
        """When the exit was tested."""

    @property
    def exit_test_kind(self) -> str:
        """How the exit was tested."""

    @property
    def price_guaranteed_until(self) -> date | None:
        """How long the price holds."""


class Dated(Protocol):
    """Tables from which watched days can be told: those of the whole register, or those read here."""

    @property
    def systems(self) -> Sequence[NamedSystem]:
        """The systems that are not withdrawn."""

    @property
    def uses_of(self) -> Mapping[int, Sequence[Use]]:
        """The components in use, by system."""

    @property
    def contracts_of(self) -> Mapping[int, Sequence[DatedContract]]:
        """The contracts, by system."""

    @property
    def component(self) -> Mapping[int, ComponentRow]:
        """Components by id."""

    @property
    def offers_of(self) -> Mapping[int, Sequence[OfferRow]]:
        """Who offers it, by component."""

    def name_vendor(self, vendor_id: int | None, /) -> str:
        """A vendor's name."""

    def name_component(self, component_id: int, /) -> str:
        """A component's name with its version."""


class _System(NamedTuple):
    id: int
    reference: str
    name: str


class _Use(NamedTuple):
    system_id: int
    reference: str
    name: str
    component_id: int
    run_mode: str
    host_id: int | None


class _Contract(NamedTuple):
    system_id: int
    reference: str
    name: str
    vendor_id: int
    contract_reference: str
    end_on: date | None
    notice_days: int | None
    auto_renewal: bool | None
    exit_tested_on: date | None
    exit_test_kind: str
    price_guaranteed_until: date | None


@dataclass(frozen=True)
class DatedTables:
    """The rows that have a day, with the catalogue."""

    catalogue: Tables
    uses: Sequence[_Use]
    contracts: Sequence[_Contract]

    @cached_property
    def systems(self) -> Sequence[_System]:
        """The systems of these rows, by id."""
        found = {row.system_id: (row.reference, row.name) for rows in (self.uses, self.contracts) for row in rows}
        return [_System(system_id, *found[system_id]) for system_id in sorted(found)]

    @cached_property
    def uses_of(self) -> Mapping[int, Sequence[_Use]]:
        """The uses of components that retire at some host, by system."""
        return group_rows(self.uses, lambda row: row.system_id)

    @cached_property
    def contracts_of(self) -> Mapping[int, Sequence[_Contract]]:
        """The contracts that have a day, by system."""
        return group_rows(self.contracts, lambda row: row.system_id)

    @property
    def component(self) -> Mapping[int, ComponentRow]:
        """Components by id."""
        return self.catalogue.component

    @property
    def offers_of(self) -> Mapping[int, Sequence[OfferRow]]:
        """Who offers it, by component."""
        return self.catalogue.offers_of

    def name_vendor(self, vendor_id: int | None, /) -> str:
        """A vendor's name; a number where the row is missing."""
        return self.catalogue.name_vendor(vendor_id)

    def name_component(self, component_id: int, /) -> str:
        """A component's name with its version; a number where the row is missing."""
        return self.catalogue.name_component(component_id)


def read_dated() -> DatedTables:
    """Read what has a day, of systems that are not withdrawn; the rest of the register stays where it is."""
    catalogue = read_catalogue()
    retiring = sorted({row.component_id for row in catalogue.offers if row.retires_on is not None})
    return DatedTables(catalogue, _read_uses(retiring), _read_contracts())


def _read_uses(component_ids: Collection[int]) -> list[_Use]:
    rows = SystemComponent.objects.exclude(_IS_WITHDRAWN).filter(among("component_id", component_ids))
    columns = ("system_id", "system__reference", "system__name", *_Use._fields[3:])
    return [_Use._make(row) for row in rows.order_by("-is_primary", "id").values_list(*columns)]


def _read_contracts() -> list[_Contract]:
    rows = VendorDependency.objects.exclude(_IS_WITHDRAWN).filter(_HAS_DAY)
    columns = ("system_id", "system__reference", "system__name", *_Contract._fields[3:])
    return [_Contract._make(row) for row in rows.order_by("id").values_list(*columns)]
