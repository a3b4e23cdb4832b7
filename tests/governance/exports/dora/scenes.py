"""A small bank with arrangements for AI, known as well as a register can know them, and one known badly."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from governance.exports.dora.building import Register, build_register
from governance.exports.dora.tables import Gap
from governance.models import AISystem, DataFlow, LegalEntity, Subcontractor, Vendor, VendorDependency

BANK_LEI = "999900EXAMPLEBANK083"
VENDOR_LEI = "999900MODELHOST00040"
PARENT_LEI = "999900HOSTHOLDING011"
SUB_LEI = "999900DATACENTRE0015"
AS_OF = date(2026, 11, 21)


def make_bank(**changed: Any) -> LegalEntity:
    """A credit institution."""
    values = {
        "name": "Example Bank AG",
        "lei": BANK_LEI,
        "country": "DE",
        "answers": {"org.dora_entity_type": {"value": "credit_institution"}},
    }
    return LegalEntity.objects.create(**{**values, **changed})


def make_system(bank: LegalEntity, reference: str = "SYS-1", **changed: Any) -> AISystem:
    """A system behind a critical function."""
    values = {
        "name": f"System {reference}",
        "purpose": "Scores loans.",
        "owner": "Lending",
        "stage": "on_market_or_in_service",
        "business_function": "Lending",
        "is_critical_function": True,
    }
    return AISystem.objects.create(reference=reference, legal_entity=bank, **{**values, **changed})


def make_vendor(name: str = "Model Host", lei: str = VENDOR_LEI, **changed: Any) -> Vendor:
    """A vendor of which everything is known."""
    values = {"legal_name": f"{name} Ltd", "country": "IE", "parent_status": "none"}
    return Vendor.objects.create(name=name, lei=lei, **{**values, **changed})


def make_arrangement(system: AISystem, vendor: Vendor, reference: str = "C-1", **changed: Any) -> VendorDependency:
    """An arrangement with all that this register can hold of it."""
    values = {
        "service": "Runs the model",
        "is_ict_service": True,
        "ict_service_type": "S19",
        "start_on": date(2025, 1, 1),
        "end_on": date(2027, 12, 31),
        "notice_days": 90,
        "vendor_notice_days": 180,
        "annual_cost": Decimal("212000.50"),
        "annual_cost_currency": "EUR",
        "substitutability": "highly_complex",
        "exit_plan": True,
        "subcontractors_known": True,
    }
    return VendorDependency.objects.create(
        system=system, vendor=vendor, contract_reference=reference, **{**values, **changed}
    )


def make_full_bank() -> LegalEntity:
    """A bank with one arrangement, a vendor with a parent, a chain of two, and a data flow."""
    bank = make_bank()
    system = make_system(bank)
    parent = make_vendor("Host Holding", PARENT_LEI)
    vendor = make_vendor(parent_status="named", ultimate_parent=parent)
    arrangement = make_arrangement(system, vendor)
    centre = make_vendor("Data Centre", SUB_LEI, parent_status="unknown")
    power = make_vendor("Cooling", "", legal_name="", parent_status="unknown")
    Subcontractor.objects.create(dependency=arrangement, vendor=centre, rank=1)
    Subcontractor.objects.create(dependency=arrangement, vendor=power, rank=2)
    DataFlow.objects.create(
        system=system,
        from_name="Us",
        to_name="Host",
        to_vendor=vendor,
        to_role="processor",
        to_country="IE",
        data="applications",
    )
    return bank


def build(bank: LegalEntity) -> Register:
    """The register as of the day of these tests."""
    return build_register(entity=bank, as_of=AS_OF)


def rows_of(register: Register, code: str) -> list[dict[str, str]]:
    """The cells of a template's rows."""
    return [dict(row.cells) for table in register.tables if table.template.code == code for row in table.rows]


def gaps_of(register: Register, code: str) -> list[Gap]:
    """The gaps of a template."""
    return [gap for gap in register.gaps if gap.template == code]


def missing(register: Register, code: str) -> set[str]:
    """The columns of a template that are named as gaps."""
    return {gap.column for gap in gaps_of(register, code)}
