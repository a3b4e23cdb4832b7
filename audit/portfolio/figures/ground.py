"""What a system rests on, as its own rows tell it: vendors by their own keys, before anybody asks for their groups.

It does not move when a group changes hands, so many systems share one and keep it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from audit.engine.canonical import hash_canonical
from audit.engine.facts import JsonValue
from governance.choices import RunMode

_PUBLISHED_MODES: Final = frozenset({RunMode.VENDOR_API, RunMode.EMBEDDED})


class LiveRow(NamedTuple):
    """A system that is not withdrawn: its function, and what it says of that."""

    id: int
    business_function: str
    is_critical: bool | None

    @property
    def function(self) -> str:
        """The name of its business function as it is compared; empty where it stands alone."""
        return fold_function(self.business_function)


class NarrowUse(NamedTuple):
    """A component in use: where it runs and who publishes it."""

    system_id: int
    run_mode: str
    host_id: int | None
    publisher_id: int | None


class NarrowContract(NamedTuple):
    """A contract: with whom, and whether others may stand behind it."""

    system_id: int
    vendor_id: int
    subcontractors_known: bool | None
    subcontracting_permitted: bool | None


class NarrowLink(NamedTuple):
    """A company in the chain of a contract."""

    dependency_id: int
    system_id: int
    contracting_id: int
    vendor_id: int
    rank: int


class NarrowRows(NamedTuple):
    """The rows of some systems that tell what they rest on."""

    systems: Iterable[LiveRow]
    uses: Iterable[NarrowUse]
    contracts: Iterable[NarrowContract]
    links: Iterable[NarrowLink]


class Ground(NamedTuple):
    """On which vendors a system rests, with whom it has contracts, and whether it may rest on more.

    ``chained`` are the vendors of which one of its contracts names a sub-contractor.
    """

    vendors: frozenset[int]
    contracts: tuple[int, ...]
    chained: frozenset[int]
    is_open: bool
    is_critical: bool | None
    is_named: bool

    def to_json(self) -> dict[str, JsonValue]:
        """As plain data, the same for equal grounds."""
        return {
            "vendors": [*sorted(self.vendors)],
            "contracts": [*self.contracts],
            "chained": [*sorted(self.chained)],
            "open": self.is_open,
            "critical": self.is_critical,
            "named": self.is_named,
        }

    @property
    def sha256(self) -> str:
        """The hash that tells it from others."""
        return hash_canonical(self.to_json())


class FunctionFooting(NamedTuple):
    """What the systems of one business function rest on together; one that calls it critical decides for all."""

    is_critical: bool | None
    vendors: frozenset[int]
    is_open: bool

    def to_json(self) -> dict[str, JsonValue]:
        """As plain data."""
        return {"critical": self.is_critical, "vendors": [*sorted(self.vendors)], "open": self.is_open}


def read_ground(content: Mapping[str, JsonValue]) -> Ground:
    """The ground that ``to_json`` wrote."""
    critical = content["critical"]
    return Ground(
        _numbers(content["vendors"]),
        tuple(sorted(_list(content["contracts"]))),
        _numbers(content["chained"]),
        content["open"] is True,
        critical if isinstance(critical, bool) else None,
        content["named"] is True,
    )


def read_footing(content: Mapping[str, JsonValue]) -> FunctionFooting:
    """The footing that ``to_json`` wrote."""
    critical = content["critical"]
    return FunctionFooting(
        critical if isinstance(critical, bool) else None, _numbers(content["vendors"]), content["open"] is True
    )


def _list(value: JsonValue) -> list[int]:
    return [each for each in value if isinstance(each, int)] if isinstance(value, list) else []


def _numbers(value: JsonValue) -> frozenset[int]:
    return frozenset(_list(value))


def fold_function(business_function: str) -> str:
    """The name of a business function as it is compared."""
    return business_function.strip().casefold()


def join_grounds(grounds: Iterable[Ground]) -> FunctionFooting:
    """The footing of a function whose systems have these grounds.

    Whether it is critical belongs to the function (DORA Art. 3(22)), as in ``shares.gather_functions``.
    """
    held = list(grounds)
    stated = {ground.is_critical for ground in held}
    critical = True if True in stated else None if None in stated else False
    vendors = frozenset(vendor for ground in held for vendor in ground.vendors)
    return FunctionFooting(critical, vendors, any(ground.is_open for ground in held))


def trace_grounds(rows: NarrowRows) -> tuple[dict[int, Ground], dict[int, str]]:
    """The ground of each system among the rows, and the name of its function; equal grounds are one object."""
    tracer = _Tracer({row.id: row for row in rows.systems})
    tracer.add_uses(rows.uses)
    tracer.add_contracts(rows.contracts)
    tracer.add_links(rows.links)
    functions = {row.id: row.function for row in tracer.systems.values()}
    return tracer.finish(functions), functions


@dataclass
class _Tracer:
    """Follows narrow rows to the vendors they name, as ``reach`` does for people."""

    systems: Mapping[int, LiveRow]
    vendors: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    contracts: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    chained: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    entered: set[int] = field(default_factory=set)
    open_ids: set[int] = field(default_factory=set)

    def add_uses(self, uses: Iterable[NarrowUse]) -> None:
        """What runs elsewhere rests on its host; where that is not known, on whomever."""
        for system_id, mode, host_id, publisher_id in uses:
            if system_id not in self.systems:
                continue
            self.entered.add(system_id)
            if mode == RunMode.SELF_HOSTED and host_id is None:
                continue
            host = host_id if host_id is not None or mode not in _PUBLISHED_MODES else publisher_id
            if host is None or not mode:
                self.open_ids.add(system_id)
            else:
                self.vendors[system_id].add(host)

    def add_contracts(self, contracts: Iterable[NarrowContract]) -> None:
        """A contract rests on its vendor, and on whomever it uses while they are not all known."""
        for system_id, vendor_id, is_listed, may_subcontract in contracts:
            if system_id in self.systems:
                self.vendors[system_id].add(vendor_id)
                self.contracts[system_id].append(vendor_id)
                if is_listed is not True and may_subcontract is not False:
                    self.open_ids.add(system_id)

    def add_links(self, links: Iterable[NarrowLink]) -> None:
        """A chain rests on each company in it; a rank that names nobody leaves it open."""
        ranks: dict[tuple[int, int], set[int]] = defaultdict(set)
        for dependency_id, system_id, contracting_id, vendor_id, rank in links:
            if system_id in self.systems:
                self.vendors[system_id].add(vendor_id)
                self.chained[system_id].add(contracting_id)
                ranks[dependency_id, system_id].add(rank)
        self.open_ids |= {system_id for (_, system_id), found in ranks.items() if len(found) < max(found)}

    def finish(self, functions: Mapping[int, str]) -> dict[int, Ground]:
        """The ground of each system."""
        same: dict[Ground, Ground] = {}
        grounds = {}
        for system_id, row in self.systems.items():
            ground = Ground(
                frozenset(self.vendors.get(system_id, ())),
                tuple(sorted(self.contracts.get(system_id, ()))),
                frozenset(self.chained.get(system_id, ())),
                system_id in self.open_ids or system_id not in self.entered,
                row.is_critical,
                bool(functions[system_id]),
            )
            grounds[system_id] = same.setdefault(ground, ground)
        return grounds
