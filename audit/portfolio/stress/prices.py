"""What a higher price costs each system by calendar year, and from which volume self-hosting would be cheaper."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

from audit.portfolio.costs import Money, Price, SelfHosting, cost_of_year, find_break_even, find_price
from audit.portfolio.reach import Reliances, host_of
from audit.portfolio.stress.result import CostLine
from audit.portfolio.stress.scenarios import PriceTimes
from audit.portfolio.tables import ContractRow, UseRow

YEARS: Final = 3
"""This calendar year and the two after it."""


@dataclass(frozen=True, slots=True)
class Raise:
    """A price that is multiplied from a day on."""

    factor: Decimal
    on: date


@dataclass(frozen=True)
class PriceFinder:
    """Finds what the price scenario costs. ``hosting`` is the cost of running it ourselves, if somebody stated it."""

    reliances: Reliances
    scenario: PriceTimes
    as_of: date
    hosting: SelfHosting | None = None
    _prices: dict[tuple[int, int], Price | None] = field(default_factory=dict)

    def cost_lines(self) -> tuple[list[tuple[int, CostLine]], list[int]]:
        """The lines with their systems, and the systems whose cost is not entered, or only in part.

        What runs at one company costs volume times price where both are entered for all of it; else what the
        contract with that company costs in a year counts. So nothing is counted twice.
        """
        lines: list[tuple[int, CostLine]] = []
        unknown: list[int] = []
        for system in self.reliances.tables.systems:
            uses = self._uses(system.id)
            contracts = self._contracts(system.id, uses)
            for company in sorted(uses.keys() | contracts.keys()):
                found, is_complete = self._lines_at(uses.get(company, []), contracts.get(company, []))
                lines += [(system.id, line) for line in found]
                if not is_complete and system.id not in unknown:
                    unknown.append(system.id)
        return lines, unknown

    def _lines_at(self, uses: list[UseRow], contracts: list[ContractRow]) -> tuple[list[CostLine], bool]:
        by_use = [self._line_of_use(use, contracts) for use in uses]
        priced = [line for line in by_use if line is not None]
        if uses and len(priced) == len(uses):
            return priced, True
        by_contract = [line for row in contracts if (line := self._line_of_contract(row)) is not None]
        if contracts and len(by_contract) == len(contracts):
            return by_contract, True
        return priced, False

    def _is_meant(self, vendor_id: int) -> bool:
        if self.scenario.vendor_id is None:
            return True
        groups = self.reliances.groups
        return groups.top_of(vendor_id).vendor_id == groups.top_of(self.scenario.vendor_id).vendor_id

    def _uses(self, system_id: int) -> dict[int, list[UseRow]]:
        """The components that the price is asked for, by the company that runs them."""
        found: dict[int, list[UseRow]] = {}
        for use in self.reliances.tables.uses_of.get(system_id, ()):
            host = host_of(use, self.reliances.tables)
            if host is not None and self.scenario.component_id in (None, use.component_id) and self._is_meant(host):
                found.setdefault(host, []).append(use)
        return found

    def _contracts(self, system_id: int, hosts: Collection[int]) -> dict[int, list[ContractRow]]:
        """The arrangements with whoever raises the price; of a component, those with the company that runs it."""
        found: dict[int, list[ContractRow]] = {}
        for row in self.reliances.tables.contracts_of.get(system_id, ()):
            if row.vendor_id in hosts or (self.scenario.component_id is None and self._is_meant(row.vendor_id)):
                found.setdefault(row.vendor_id, []).append(row)
        return found

    def _price(self, use: UseRow, host: int) -> Price | None:
        place = (use.component_id, host)
        if place not in self._prices:
            self._prices[place] = find_price(self.reliances.tables.offers_of.get(place[0], ()), host, self.as_of)
        return self._prices[place]

    def _line_of_use(self, use: UseRow, contracts: list[ContractRow]) -> CostLine | None:
        tables = self.reliances.tables
        host = host_of(use, tables)
        if host is None:
            return None
        price = self._price(use, host)
        cost = cost_of_year(use, price) if price is not None else None
        if price is None or cost is None:
            return None
        contract = next((row for row in contracts if row.vendor_id == host), None)
        dated = f", {price.source_on}" if price.source_on else ""
        return CostLine(
            tables.system[use.system_id].reference,
            f"{tables.name_component(use.component_id)} at {tables.name_vendor(host)}",
            f"volume x price in {price.unit} ({price.source or 'no source'}{dated})",
            self._spread(cost, contract),
            _note(contract),
            self._break_even(use, price.company_id),
        )

    def _break_even(self, use: UseRow, company_id: int) -> float | None:
        """The yearly volume from which self-hosting is cheaper at the raised price, where it can be hosted at all."""
        component = self.reliances.tables.component[use.component_id]
        price = self._price(use, company_id)
        sent, received = use.yearly_volume_in, use.yearly_volume_out
        if self.hosting is None or price is None or component.states("lock.weights_obtainable") is not True:
            return None
        if sent is None or received is None or sent + received == 0 or price.currency != self.hosting.currency:
            return None
        factor = self.scenario.factor
        dearer = replace(price, sent=price.sent * factor, received=price.received * factor)
        volume = find_break_even(dearer, self.hosting, sent / (sent + received))
        return None if volume is None else float(volume)

    def _line_of_contract(self, row: ContractRow) -> CostLine | None:
        if row.annual_cost is None:
            return None
        tables = self.reliances.tables
        return CostLine(
            tables.system[row.system_id].reference,
            f"contract {row.contract_reference}".strip() + f" with {tables.name_vendor(row.vendor_id)}",
            "yearly cost of the contract, whatever it covers",
            self._spread(Money(row.annual_cost, row.annual_cost_currency), row),
            _note(row),
        )

    def _spread(self, yearly: Money, contract: ContractRow | None) -> tuple[tuple[int, Money, Money], ...]:
        """The cost by calendar year; a guaranteed price holds until its day."""
        starts = self.scenario.on
        if contract is not None and contract.price_guaranteed_until is not None:
            starts = max(starts, contract.price_guaranteed_until)
        return spread_cost(yearly, Raise(self.scenario.factor, starts), self.as_of)


def spread_cost(yearly: Money, rise: Raise, as_of: date) -> tuple[tuple[int, Money, Money], ...]:
    """What a yearly cost comes to in this calendar year from the day on and in the two after it, by days."""
    return tuple(
        (year, yearly.times(before + after), yearly.times(before + after * rise.factor))
        for year, before, after in _split_years(rise.on, as_of)
    )


@lru_cache
def _split_years(turn: date, as_of: date) -> tuple[tuple[int, Decimal, Decimal], ...]:
    """For each year its shares before and after the turn."""
    found = []
    for year in range(as_of.year, as_of.year + YEARS):
        first, end = date(year, 1, 1), date(year + 1, 1, 1)
        begin, whole = max(first, as_of), Decimal((end - first).days)
        middle = min(max(turn, begin), end)
        found.append((year, Decimal((middle - begin).days) / whole, Decimal((end - middle).days) / whole))
    return tuple(found)


def _note(contract: ContractRow | None) -> str:
    if contract is None or contract.price_guaranteed_until is None:
        return ""
    return f"the price is guaranteed until {contract.price_guaranteed_until}"
