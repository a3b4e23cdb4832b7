"""Which systems hang on a group of companies, and by what: contract, operation, publication, sub-contract, data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from audit.portfolio.concentration import Concentration
from audit.portfolio.reach import host_of
from audit.portfolio.stress import Portfolio, StressResult, read_portfolio, run_stress
from audit.portfolio.stress.scenarios import VendorGone
from audit.portfolio.tables import Tables


@dataclass(frozen=True)
class Group:
    """A group with its companies, why each system hangs on it, and what follows if it is gone.

    ``reasons`` holds, by system, pairs of a kind (``contract``, ``runs``, ``publishes``, ``sub_contractor``, ``data``)
    and the company.
    """

    top_id: int
    name: str
    members: tuple[int, ...]
    reasons: Mapping[int, tuple[tuple[str, str], ...]]
    stress: StressResult
    portfolio: Portfolio

    @property
    def concentration(self) -> Concentration:
        """Concentration over the whole register, from the same rows."""
        return Concentration(self.portfolio.reliances, self.stress.as_of)


def read_group(vendor_id: int, as_of: date) -> Group:
    """Read the register and find the group that a company belongs to, in the queries of ``read_portfolio``."""
    portfolio = read_portfolio(as_of)
    tables, reliances = portfolio.tables, portfolio.reliances
    top = reliances.groups.top_of(vendor_id).vendor_id
    members = reliances.members.get(top, frozenset({top}))
    reasons: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for system_id, kind, company in _find_reasons(tables, members):
        entry = (kind, tables.name_vendor(company))
        if system_id in tables.system and entry not in reasons[system_id]:
            reasons[system_id].append(entry)
    found = {system_id: tuple(reasons[system_id]) for system_id in sorted(reasons) if reasons[system_id]}
    stress = run_stress(portfolio, VendorGone(top, as_of))
    ordered = sorted(members, key=lambda vendor_id: (vendor_id != top, tables.name_vendor(vendor_id)))
    return Group(top, tables.name_vendor(top), tuple(ordered), found, stress, portfolio)


def _find_reasons(tables: Tables, members: frozenset[int]) -> Iterator[tuple[int, str, int]]:
    for contract in tables.contracts:
        if contract.vendor_id in members:
            yield contract.system_id, "contract", contract.vendor_id
        for link in tables.chain_of.get(contract.id, ()):
            if link.vendor_id in members:
                yield contract.system_id, "sub_contractor", link.vendor_id
    for use in tables.uses:
        host = host_of(use, tables)
        if host in members and host is not None:
            yield use.system_id, "runs", host
        component = tables.component.get(use.component_id)
        publisher = component.vendor_id if component is not None else None
        if publisher in members and publisher is not None:
            yield use.system_id, "publishes", publisher
    for flow in tables.flows:
        if flow.to_vendor_id in members and flow.to_vendor_id is not None:
            yield flow.system_id, "data", flow.to_vendor_id
