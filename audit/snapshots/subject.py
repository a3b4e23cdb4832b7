"""One system among the rows that were read: what it is made of, who serves it, and what follows for all its facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from audit.snapshots.rows import (
    ComponentRow,
    DependencyRow,
    EntityRow,
    FlowRow,
    OfferRow,
    Register,
    SystemRow,
    UseRow,
    VendorRow,
)
from audit.snapshots.values import texts_in
from governance.choices import ComponentKind, FlowRole, ParentStatus, RunMode

EEA: Final = frozenset(
    (
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS"),
        *("IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
    )
)
"""The 27 Member States with Iceland, Liechtenstein and Norway (EEA Agreement), by ISO 3166 code."""

_DECIDING_KINDS: Final = frozenset({ComponentKind.MODEL, ComponentKind.ASSISTANT, ComponentKind.SERVICE})
_SOFTWARE_KINDS: Final = frozenset({ComponentKind.FRAMEWORK, ComponentKind.LIBRARY})
PROCESSING: Final = frozenset({FlowRole.PROCESSOR, FlowRole.SUB_PROCESSOR})
"""Who receives data in order to process them for us."""

_OPEN_FLAGS: Final = frozenset({"osi_approved", "fsf_libre", "open_data"})


@dataclass(frozen=True)
class Subject:
    """A system on a day, with its rows."""

    system: SystemRow
    register: Register
    as_of: date

    @property
    def entity(self) -> EntityRow:
        """The legal entity that uses or provides it."""
        return self.register.entities[self.system.legal_entity_id]

    @property
    def uses(self) -> Sequence[UseRow]:
        """All components in use, the main one first."""
        return self.register.uses.get(self.system.id, ())

    @property
    def dependencies(self) -> Sequence[DependencyRow]:
        """The contractual arrangements."""
        return self.register.dependencies.get(self.system.id, ())

    @property
    def flows(self) -> Sequence[FlowRow]:
        """The steps on which data travel."""
        return self.register.flows.get(self.system.id, ())

    @cached_property
    def deciding_uses(self) -> tuple[UseRow, ...]:
        """The uses that decide how open, held and hosted the system is.

        Models, assistants and services where there are any; else frameworks and libraries. A data set never.
        """
        with_ai = tuple(use for use in self.uses if self.component_of(use).kind in _DECIDING_KINDS)
        return with_ai or tuple(use for use in self.uses if self.component_of(use).kind in _SOFTWARE_KINDS)

    def component_of(self, use: UseRow) -> ComponentRow:
        """The component that is used."""
        return self.register.components[use.component_id]

    def vendor(self, vendor_id: int | None) -> VendorRow | None:
        """A vendor by its id; none for none."""
        return self.register.vendors.get(vendor_id) if vendor_id is not None else None

    def host_of(self, use: UseRow) -> int | None:
        """The company that runs the component for us, if known: the host, else the publisher of a service."""
        if use.host_id is not None:
            return use.host_id
        if use.run_mode in (RunMode.VENDOR_API, RunMode.EMBEDDED):
            return self.component_of(use).vendor_id
        return None

    def offers_of(self, use: UseRow) -> Sequence[OfferRow]:
        """Who offers the component."""
        return self.register.offers.get(use.component_id, ())

    @cached_property
    def is_in_house(self) -> bool:
        """Whether every component that decides is our own work."""
        return bool(self.deciding_uses) and all(
            self.component_of(use).own_work_of_id is not None for use in self.deciding_uses
        )

    @cached_property
    def why_no_contract(self) -> str:
        """The reason why nobody serves it under a contract; empty while somebody does, may, or is not yet entered.

        Only where the rows tell so: no arrangement is entered, every component runs on our own machines, and
        each is our own work or can be held under its licence without one.
        """
        if self.dependencies or any(flow.to_role in PROCESSING for flow in self.flows):
            return ""
        return self.why_nobody_serves

    @cached_property
    def why_nobody_serves(self) -> str:
        """What the components in use say of it: the reason if no contract is needed for any of them, else empty."""
        if not self.uses:
            return ""
        for use in self.uses:
            if use.run_mode != RunMode.SELF_HOSTED or use.host_id is not None:
                return ""
            if not _needs_no_contract(self.component_of(use)):
                return ""
        if self.is_in_house:
            return "no vendor: it is our own work and runs on our own machines"
        return "no vendor serves it: all its components run on our own machines under public licences"

    def name_vendor(self, vendor_id: int | None) -> str:
        """The vendor's name; empty if not known."""
        vendor = self.vendor(vendor_id)
        return vendor.name if vendor else ""


def _needs_no_contract(component: ComponentRow) -> bool:
    if component.own_work_of_id is not None or _OPEN_FLAGS & set(component.licence_flags):
        return True
    return any(
        fact.get("key") in ("lock.weights_obtainable", "model.weights_public") and fact.get("value") is True
        for fact in component.facts
    )


def root_of(vendor: VendorRow | None) -> int | None:
    """The company at the top of a vendor's group; none if that is not known."""
    if vendor is None or vendor.parent_status == ParentStatus.UNKNOWN:
        return None
    return vendor.ultimate_parent_id if vendor.parent_status == ParentStatus.NAMED else vendor.id


def is_in_eea(country: str) -> bool | None:
    """Whether a country is in the EEA; unknown for an empty code."""
    return country in EEA if country else None


def countries_in(value: object) -> set[str]:
    """The country codes in an answer, which may be a bare list or an object with a value."""
    return set(texts_in(value.get("value") if isinstance(value, dict) else value))
