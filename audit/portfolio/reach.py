"""On whom each system rests for its service, and where that is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Final, Protocol, TypeAlias

from audit.portfolio.groups import Flaw, Groups, find_groups
from audit.portfolio.tables import ComponentRow, ContractRow, Tables, UseRow
from audit.snapshots.rows import SubcontractorRow
from governance.choices import RunMode

Item: TypeAlias = int | str


class Use(Protocol):
    """A component in use, whichever table it was read into."""

    @property
    def component_id(self) -> int:
        """What is used."""

    @property
    def run_mode(self) -> str:
        """How it is run."""

    @property
    def host_id(self) -> int | None:
        """Who was entered as running it."""


class Components(Protocol):
    """Tables that know the components, whatever else they hold."""

    @property
    def component(self) -> Mapping[int, ComponentRow]:
        """Components by id."""


class Axis(StrEnum):
    """By what concentration is measured."""

    VENDOR = "vendor"
    HOST = "host"
    PUBLISHER = "publisher"
    GROUP = "group"
    COUNTRY = "country"


AXES: Final = tuple(Axis)
_SERVING: Final = (Axis.VENDOR, Axis.GROUP, Axis.COUNTRY)


@dataclass(slots=True)
class Reach:
    """What one system rests on, by axis; ``gaps`` says for an axis why more may stand behind it."""

    items: dict[Axis, set[Item]] = field(default_factory=lambda: {axis: set() for axis in AXES})
    gaps: dict[Axis, list[str]] = field(default_factory=dict)

    def is_open(self, axis: Axis) -> bool:
        """Whether the system may rest on more than is known."""
        return axis in self.gaps

    def note(self, axes: Sequence[Axis], why: str) -> None:
        """Say why something on these axes is not known."""
        for axis in axes:
            self.gaps.setdefault(axis, []).append(why)


@dataclass(frozen=True)
class Reliances:
    """The reach of every system, over one set of tables."""

    tables: Tables
    groups: Groups
    reaches: Mapping[int, Reach]
    flaws: tuple[Flaw, ...]

    @cached_property
    def distinct(self) -> Sequence[tuple[Reach, int]]:
        """The reaches that differ, each with how many systems share it."""
        shared = Counter(map(id, self.reaches.values()))
        found = {id(reach): reach for reach in self.reaches.values()}
        return [(reach, shared[key]) for key, reach in found.items()]

    def name(self, axis: Axis, item: Item) -> str:
        """What an item is called."""
        return str(item) if axis is Axis.COUNTRY else self.tables.name_vendor(int(item))

    @cached_property
    def members(self) -> Mapping[int, frozenset[int]]:
        """The vendors of each group, by its top."""
        found: dict[int, set[int]] = {}
        for vendor_id, top in self.groups.tops.items():
            found.setdefault(top.vendor_id, set()).add(vendor_id)
        return {top: frozenset(vendors) for top, vendors in found.items()}


def host_of(use: Use, tables: Components) -> int | None:
    """The company that runs the component for us: the host, else the publisher of a service; none if none is known."""
    if use.host_id is not None:
        return use.host_id
    if use.run_mode in (RunMode.VENDOR_API, RunMode.EMBEDDED):
        component = tables.component.get(use.component_id)
        return component.vendor_id if component is not None else None
    return None


def runs_here(use: Use) -> bool:
    """Whether it runs on our own machines."""
    return use.run_mode == RunMode.SELF_HOSTED and use.host_id is None


def trace_reliances(tables: Tables) -> Reliances:
    """Follow every system to its hosts, vendors, sub-contractors, groups and countries."""
    groups = find_groups(tables.vendors)
    tracer = _Tracer(tables, groups)
    reaches = {row.id: tracer.trace(row.id) for row in tables.systems}
    return Reliances(tables, groups, reaches, (*groups.flaws, *tracer.flaws))


@dataclass
class _Tracer:
    tables: Tables
    groups: Groups
    flaws: list[Flaw] = field(default_factory=list)
    _traced: dict[object, Reach] = field(default_factory=dict)

    def trace(self, system_id: int) -> Reach:
        """What one system rests on; systems that use and contract for the same in the same way share it."""
        uses = self.tables.uses_of.get(system_id, ())
        contracts = self.tables.contracts_of.get(system_id, ())
        way = (
            tuple([(use.component_id, use.run_mode, use.host_id) for use in uses]),
            tuple([self._describe(contract) for contract in contracts]),
        )
        found = self._traced.get(way)
        if found is None:
            found = self._traced[way] = self._follow(uses, contracts)
        return found

    def _describe(self, contract: ContractRow) -> tuple[object, ...]:
        """All of a contract that says on whom a system rests by it."""
        chain = tuple([(link.vendor_id, link.rank, link.country) for link in self.tables.chain_of.get(contract.id, ())])
        return (contract.vendor_id, contract.subcontractors_known, contract.subcontracting_permitted, chain)

    def _follow(self, uses: Sequence[UseRow], contracts: Sequence[ContractRow]) -> Reach:
        reach = Reach()
        if not uses:
            reach.note(AXES, "no component is entered")
        for use in uses:
            self._add_use(reach, use)
        for contract in contracts:
            self._add_contract(reach, contract)
        return reach

    def _add_use(self, reach: Reach, use: UseRow) -> None:
        component = self.tables.component.get(use.component_id)
        if component is None:
            reach.note(AXES, f"component {use.component_id} is not in the register")
            self.flaws.append(Flaw("dangling", f"A use names component {use.component_id}, which is missing.", ()))
            return
        if component.vendor_id is not None:
            reach.items[Axis.PUBLISHER].add(component.vendor_id)
        if runs_here(use):
            return
        host = host_of(use, self.tables)
        if host is None or not use.run_mode:
            reach.note((Axis.HOST, *_SERVING), f"who runs {component.label} is not known")
        if host is not None and use.run_mode:
            reach.items[Axis.HOST].add(host)
            self._add_vendor(reach, host)

    def _add_contract(self, reach: Reach, contract: ContractRow) -> None:
        self._add_vendor(reach, contract.vendor_id)
        name = self.tables.name_vendor(contract.vendor_id)
        chain = self.tables.chain_of.get(contract.id, ())
        for link in chain:
            self._add_vendor(reach, link.vendor_id)
            if link.country:
                reach.items[Axis.COUNTRY].add(link.country)
        if contract.subcontractors_known is not True and contract.subcontracting_permitted is not False:
            reach.note(_SERVING, f"the sub-contractors of {name} are not all known")
        for says in self._flaws_in(contract, chain):
            reach.note(_SERVING, says)

    def _flaws_in(self, contract: ContractRow, chain: Sequence[SubcontractorRow]) -> Iterator[str]:
        """What is wrong in a chain: it leads back to the vendor, or a rank is missing."""
        name = self.tables.name_vendor(contract.vendor_id)
        if any(link.vendor_id == contract.vendor_id for link in chain):
            says = f"The chain of {name} leads back to {name} itself."
            self.flaws.append(Flaw("loop", says, (contract.vendor_id,)))
        ranks = {link.rank for link in chain}
        missing = sorted(set(range(1, max(ranks, default=0) + 1)) - ranks)
        if missing:
            says = f"the chain of {name} names nobody of rank {', '.join(map(str, missing))}"
            self.flaws.append(Flaw("gap", f"{says[0].upper()}{says[1:]}.", (contract.vendor_id,)))
            yield says

    def _add_vendor(self, reach: Reach, vendor_id: int) -> None:
        row, top = self.tables.vendor.get(vendor_id), self.groups.top_of(vendor_id)
        reach.items[Axis.VENDOR].add(vendor_id)
        reach.items[Axis.GROUP].add(top.vendor_id)
        if row is None:
            reach.note(_SERVING, f"vendor {vendor_id} is not in the register")
            self.flaws.append(Flaw("dangling", f"Vendor {vendor_id} is named and missing.", (vendor_id,)))
            return
        if not top.is_certain:
            reach.note((Axis.GROUP, Axis.COUNTRY), f"the ultimate parent of {row.name} is not known")
        above = self.tables.vendor.get(top.vendor_id)
        for company in (row, above):
            if company is not None and company.country:
                reach.items[Axis.COUNTRY].add(company.country)
            elif company is not None:
                reach.note((Axis.COUNTRY,), f"the country of {company.name} is not known")
