"""Templates B_02, B_03 and B_04: the arrangements, who signed them, and who uses the services."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import groupby

from governance.exports.dora.codes import (
    code_currency,
    code_day,
    code_lei_type,
    code_money,
    code_number,
    code_service_type,
)
from governance.exports.dora.definition import load_definition
from governance.exports.dora.reading import Arrangement, Scope
from governance.exports.dora.tables import Table

_WITH_CRITICAL = ("c0100", "c0110", "c0120", "c0140", "c0170", "c0180")


def fill_general(table: Table, scope: Scope) -> None:
    """B_02.01: each arrangement once; where two systems give it different costs, none is taken."""
    groups = _group(scope.arrangements)
    used = Counter(same[0].row.contract_reference for same in groups)
    for same in groups:
        about = "; ".join(each.about for each in same)
        reference = same[0].row.contract_reference
        costs = {(each.row.annual_cost, each.row.annual_cost_currency) for each in same}
        amount, currency = costs.pop() if len(costs) == 1 else (None, "")
        told = "; ".join(f"{each.about}: {each.row.annual_cost} {each.row.annual_cost_currency}" for each in same)
        table.add(
            about,
            {
                "c0010": reference or None,
                "c0040": code_currency(currency),
                "c0050": code_money(amount),
            },
            hints={"c0050": f"different costs are entered: {told}"} if costs else {},
        )
        if reference and used[reference] > 1:
            table.doubt("c0010", about, f"{reference} stands for contracts of several vendors; it has to be unique")


def fill_specific(table: Table, scope: Scope) -> None:
    """B_02.02: one row for each arrangement of a system, whose function it supports."""
    for each in scope.arrangements:
        row = each.row
        end = load_definition().no_end if row.is_open_ended else row.end_on
        is_over = row.end_on is not None and row.end_on < scope.as_of and row.auto_renewal is not True
        flows = _name_flows(each)
        table.add(
            each.about,
            {
                "c0010": row.contract_reference or None,
                "c0020": scope.entity.lei or None,
                "c0030": row.vendor.lei or None,
                "c0040": code_lei_type(row.vendor.lei),
                "c0060": code_service_type(row.ict_service_type),
                "c0070": code_day(row.start_on),
                "c0080": code_day(end),
                "c0100": code_number(row.notice_days),
                "c0110": code_number(row.vendor_notice_days),
            },
            applies={**dict.fromkeys(_WITH_CRITICAL, each.is_critical), "c0090": is_over},
            hints={"c0130": flows, "c0150": flows, "c0160": flows} if flows else {},
        )


def fill_links(table: Table, scope: Scope) -> None:
    """B_02.03: the register does not link arrangements inside a group to those behind them."""
    own = _name_inside_group(scope)
    table.leave_empty(
        f"arrangements inside the group are not linked here; perhaps {own}" if own else "no such arrangement is entered"
    )


def fill_signing_entities(table: Table, scope: Scope) -> None:
    """B_03.01: at entity level the entity that maintains the register has signed."""
    for same in _group(scope.arrangements):
        table.add(
            "; ".join(each.about for each in same),
            {"c0010": same[0].row.contract_reference or None, "c0020": scope.entity.lei or None, "c0030": "true"},
        )


def fill_signing_providers(table: Table, scope: Scope) -> None:
    """B_03.02: the vendor of each arrangement."""
    for same in _group(scope.arrangements):
        row = same[0].row
        table.add(
            "; ".join(each.about for each in same),
            {
                "c0010": row.contract_reference or None,
                "c0020": row.vendor.lei or None,
                "c0030": code_lei_type(row.vendor.lei),
            },
        )


def fill_providing_entities(table: Table, scope: Scope) -> None:
    """B_03.03: the register does not say which of our companies provides services to others."""
    own = _name_inside_group(scope)
    table.leave_empty(f"it is not entered who provides inside the group; perhaps {own}" if own else "none is entered")


def fill_users(table: Table, scope: Scope) -> None:
    """B_04.01: the entity itself; whether one of its branches uses the service is not held."""
    for same in _group(scope.arrangements):
        table.add(
            "; ".join(each.about for each in same),
            {"c0010": same[0].row.contract_reference or None, "c0020": scope.entity.lei or None},
        )


def _group(arrangements: Iterable[Arrangement]) -> list[list[Arrangement]]:
    """Arrangements of one vendor with one reference are one; one without a reference stands for itself."""

    def identify(each: Arrangement) -> tuple[str, str, int]:
        row = each.row
        return row.vendor.name, row.contract_reference, 0 if row.contract_reference else row.pk

    return [list(same) for _, same in groupby(sorted(arrangements, key=identify), key=identify)]


def _name_flows(each: Arrangement) -> str:
    """To which countries the system's data flow at this vendor: to look at, not to copy."""
    flows = each.row.system.data_flows.all()
    countries = sorted({str(flow.to_country) for flow in flows if flow.to_vendor_id == each.row.vendor_id} - {""})
    return f"data flow to it in {', '.join(countries)}" if countries else ""


def _name_inside_group(scope: Scope) -> str:
    inside = [
        each.about for each in scope.arrangements if {each.row.vendor.name, each.row.vendor.lei} & scope.own_companies
    ]
    return "; ".join(inside)
