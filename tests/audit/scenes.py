"""Rows for tests of the judgement: a bank, its vendors, a chatbot on a vendor's model and a model of its own."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from audit.portfolio.figures import read_figures
from audit.snapshots import Snapshot, build_fact_sheet
from governance.models import (
    AISystem,
    Component,
    DataFlow,
    HostOffer,
    LegalEntity,
    SystemComponent,
    Vendor,
    VendorDependency,
)

TODAY = date(2026, 11, 20)
_numbers = itertools.count(1)


def make_entity(**columns: Any) -> LegalEntity:
    number = next(_numbers)
    return LegalEntity.objects.create(**{"name": f"Bank {number}", "country": "DE", **columns})


def make_vendor(**columns: Any) -> Vendor:
    number = next(_numbers)
    return Vendor.objects.create(**{"name": f"Vendor {number}", "country": "US", "parent_status": "none", **columns})


def make_component(**columns: Any) -> Component:
    number = next(_numbers)
    return Component.objects.create(
        **{"key": f"component-{number}", "name": f"Model {number}", "kind": "model", **columns}
    )


def make_system(**columns: Any) -> AISystem:
    number = next(_numbers)
    entity = columns.pop("legal_entity", None) or make_entity()
    return AISystem.objects.create(
        **{
            "reference": f"SYS-{number:03}",
            "name": f"System {number}",
            "legal_entity": entity,
            "purpose": "Answers questions.",
            "owner": "Head of service",
            "stage": "on_market_or_in_service",
            **columns,
        }
    )


def use(system: AISystem, component: Component, **columns: Any) -> SystemComponent:
    return SystemComponent.objects.create(system=system, component=component, **columns)


def contract(system: AISystem, vendor: Vendor, **columns: Any) -> VendorDependency:
    number = next(_numbers)
    return VendorDependency.objects.create(
        **{"system": system, "vendor": vendor, "contract_reference": f"C-{number}", "service": "Runs it.", **columns}
    )


def flow(system: AISystem, **columns: Any) -> DataFlow:
    return DataFlow.objects.create(
        **{
            "system": system,
            "from_name": "Customers",
            "to_name": "Host",
            "to_role": "processor",
            "data": "chat text",
            **columns,
        }
    )


def offer(component: Component, company: Vendor, **columns: Any) -> HostOffer:
    return HostOffer.objects.create(**{"component": component, "company": company, "role": "host", **columns})


def catalogue_fact(key: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"key": key, "value": value, "grade": "verified", "source": "model card", "on": "2026-01-01", **more}


def make_vendor_chatbot(**columns: Any) -> tuple[AISystem, Component, Vendor]:
    """A chatbot on a model that its publisher runs, with a contract and a flow of personal data to the US."""
    vendor = make_vendor(legal_name="Model Vendor Inc.")
    component = make_component(vendor=vendor, version="4")
    system = make_system(is_critical_function=False, in_service_on=date(2025, 3, 1), **columns)
    use(system, component, is_primary=True, run_mode="vendor_api", adaptation="as_is", replace_object="model")
    contract(system, vendor, is_ict_service=True, subcontractors_known=True)
    flow(system, to_vendor=vendor, to_country="US", has_personal_data=True, transfer_tool="scc", training_use="no")
    return system, component, vendor


def make_own_model(**columns: Any) -> tuple[AISystem, Component]:
    """A model that the bank built itself and runs on its own machines."""
    system = make_system(**columns)
    component = make_component(own_work_of=system.legal_entity)
    use(system, component, is_primary=True, run_mode="self_hosted", adaptation="own", replace_object="model")
    return system, component


def snapshot_of(system_id: int, as_of: date = TODAY) -> Snapshot:
    """The fact sheet of one system, with the portfolio's figures as they stand."""
    return build_fact_sheet(system_id, as_of, concentration=read_figures(as_of))
