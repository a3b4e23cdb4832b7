"""Plain rows of a small register, for tests that need no database. What is not given is not known."""

from __future__ import annotations

from datetime import date
from typing import Any

from audit.portfolio.tables import ComponentRow, ContractRow, OfferRow, SystemRow, Tables, UseRow
from audit.snapshots.rows import EvaluationRow, FlowRow, SubcontractorRow, VendorRow

TODAY = date(2026, 11, 20)


def system(number: int, function: str = "", *, critical: bool | None = True, **columns: Any) -> SystemRow:
    return SystemRow(
        **{
            "id": number,
            "reference": f"SYS-{number}",
            "name": f"System {number}",
            "stage": "on_market_or_in_service",
            "business_function": function or f"Function {number}",
            "is_critical_function": critical,
            **columns,
        }
    )


def vendor(number: int, name: str = "", *, parent: int | None = None, **columns: Any) -> VendorRow:
    status = "named" if parent is not None else "none"
    return VendorRow(
        **{
            "id": number,
            "name": name or f"Vendor {number}",
            "lei": "",
            "country": "US",
            "ultimate_parent_id": parent,
            "parent_status": status,
            **columns,
        }
    )


def component(number: int, publisher: int | None = None, *, held: bool = False, **columns: Any) -> ComponentRow:
    return ComponentRow(
        **{
            "id": number,
            "key": f"model-{number}",
            "name": f"Model {number}",
            "version": "",
            "kind": "model",
            "vendor_id": publisher,
            "own_work_of_id": None,
            "licence_id": "",
            "licence_flags": [],
            "facts": [{"key": "lock.weights_obtainable", "value": True}] if held else [],
            **columns,
        }
    )


def use(system_id: int, component_id: int, mode: str = "vendor_api", host: int | None = None, **columns: Any) -> UseRow:
    blank = {"yearly_volume_in": None, "yearly_volume_out": None}
    return UseRow(
        **{
            "system_id": system_id,
            "component_id": component_id,
            "is_primary": True,
            "run_mode": mode,
            "adaptation": "as_is",
            "host_id": host,
            **blank,
            **columns,
        }
    )


def contract(number: int, system_id: int, vendor_id: int, *, listed: bool | None = True, **columns: Any) -> ContractRow:
    blank = dict.fromkeys(ContractRow._fields)
    texts = dict.fromkeys(("contract_reference", "annual_cost_currency", "exit_test_kind", "fallback"), "")
    own = {"id": number, "system_id": system_id, "vendor_id": vendor_id, "subcontractors_known": listed}
    return ContractRow(**{**blank, **texts, **own, **columns})


def link(contract_id: int, vendor_id: int, rank: int = 1, country: str = "") -> SubcontractorRow:
    return SubcontractorRow(contract_id, vendor_id, rank, country)


def offer(component_id: int, company_id: int, role: str = "host", **columns: Any) -> OfferRow:
    blank = dict.fromkeys(OfferRow._fields)
    own = {"component_id": component_id, "company_id": company_id, "role": role}
    return OfferRow(**{**blank, "model_id": "", "unit": "", "source": "", **own, **columns})


def evaluation(system_id: int, component_id: int, **columns: Any) -> EvaluationRow:
    return EvaluationRow(
        **{
            "system_id": system_id,
            "component_id": component_id,
            "purpose": "Substitute",
            "evaluated_on": date(2026, 6, 1),
            "result": "passed",
            "is_substitute": True,
            "next_due_on": None,
            **columns,
        }
    )


def flow(system_id: int, number: int = 1, **columns: Any) -> FlowRow:
    return FlowRow(
        **{
            "system_id": system_id,
            "id": number,
            "from_name": "Bank",
            "to_name": "Host",
            "to_vendor_id": None,
            "to_role": "processor",
            "to_country": "US",
            "data": "chat text",
            "has_personal_data": True,
            "special_categories": [],
            "transfer_tool": "dpf",
            "retention_days": None,
            "training_use": "no",
            **columns,
        }
    )


def tables(**rows: Any) -> Tables:
    return Tables(**rows)
