"""What the watched days are read from: of the whole register only the rows that have a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, NamedTuple, Protocol, TypeAlias

from django.db.models import Q, QuerySet, Value

from audit.portfolio.reach import Use
from audit.portfolio.tables import ComponentRow, OfferRow, Tables, group_rows, read_catalogue
from audit.selectors.among import among
from governance.choices import LifecycleStage
from governance.models import AISystem, SystemComponent, VendorDependency

QUERIES: Final = 5
"""How many queries ``read_dated`` makes, whatever the size of the register."""

_HAS_DAY: Final = Q(end_on__isnull=False) | Q(exit_tested_on__isnull=False) | Q(price_guaranteed_until__isnull=False)

_Names: TypeAlias = "tuple[str | Value, str | Value]"

_OF_SYSTEM: Final[_Names] = ("system__reference", "system__name")

_NAMELESS: Final[_Names] = (Value(""), Value(""))


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


class HasDays(Protocol):
    """What the days of a contract follow from."""

    @property
    def end_on(self) -> date | None:
        """When it ends."""

    @property
    def notice_days(self) -> int | None:
        """How long before its end notice has to be given."""

    @property
    def exit_tested_on(self) -> date | None:
        """When the exit was tested."""

    @property
    def exit_test_kind(self) -> str:
        """How the exit was tested."""

    @property
    def price_guaranteed_until(self) -> date | None:
        """How long the price holds."""


class DatedContract(HasDays, Protocol):
    """A contract with its days, and how it is named."""

    @property
    def vendor_id(self) -> int:
        """With whom."""

    @property
    def contract_reference(self) -> str:
        """Its number."""

    @property
    def auto_renewal(self) -> bool | None:
        """Whether it renews by itself."""


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


def read_dated(
    contracts: Q | None = None, uses: Q | None = None, *, catalogue: Tables | None = None, with_names: bool = True
) -> DatedTables:
    """Read what has a day, of systems that are not withdrawn; the rest of the register stays where it is.

    ``contracts`` and ``uses`` narrow the rows; a catalogue that was read already is not read again. Without names,
    which stand with the systems themselves, none of these is read.
    """
    known = catalogue or read_catalogue()
    of_system = _OF_SYSTEM if with_names else _NAMELESS
    return DatedTables(
        known, _read_uses(list_retiring(known), uses, of_system), _read_contracts(contracts or Q(), of_system)
    )


def list_retiring(catalogue: Tables) -> list[int]:
    """The components that retire at some host, by id."""
    return sorted({row.component_id for row in catalogue.offers if row.retires_on is not None})


def find_uses() -> QuerySet[SystemComponent]:
    """The uses by systems that are not withdrawn."""
    return SystemComponent.objects.filter(~_is_withdrawn()).order_by()


def find_dated_contracts() -> QuerySet[VendorDependency]:
    """The contracts that have a day, of systems that are not withdrawn."""
    return VendorDependency.objects.filter(~_is_withdrawn(), _HAS_DAY).order_by()


def _is_withdrawn() -> Q:
    """Which systems those are is asked once: to look at the system of each row would read all of these."""
    return Q(system__in=AISystem.objects.filter(stage=LifecycleStage.WITHDRAWN).order_by().values("pk"))


def _read_uses(retiring: Sequence[int], which: Q | None, of_system: _Names) -> list[_Use]:
    # Of some systems' uses each is looked at: SQLite would look for the components in all of the register.
    rows = find_uses().filter(among("component_id", retiring) if which is None else which)
    found = rows.order_by("-is_primary", "id").values_list("system_id", *of_system, *_Use._fields[3:])
    ends = frozenset(retiring)
    return [_Use._make(row) for row in found if row[3] in ends]


def _read_contracts(which: Q, of_system: _Names) -> list[_Contract]:
    rows = find_dated_contracts().filter(which).order_by("id")
    return [_Contract._make(row) for row in rows.values_list("system_id", *of_system, *_Contract._fields[3:])]
