"""The portfolio's figures that fact sheets hold, measured once for many systems: lean, and those of the graph.

What ``concentration`` gives for people, with reasons and names, is given here for the judgement, as numbers alone.
Both follow the same chains and divide by the same functions; a property test holds them together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final, NamedTuple

from audit.engine.dates import earliest
from audit.engine.lock_in.exercises import ages_on
from audit.portfolio.alternatives import AlternativeMaker, decide_hidden, find_common, name_groups
from audit.portfolio.groups import Groups, find_groups
from audit.portfolio.shares import Function, Share, ShareTable
from audit.portfolio.tables import Tables, UseRow, read_catalogue
from audit.snapshots.concentration import HiddenRoot
from audit.snapshots.rows import VendorRow
from audit.snapshots.subject import Subject
from governance.choices import LifecycleStage, RunMode
from governance.models import AISystem, Subcontractor, SystemComponent, Vendor, VendorDependency

QUERIES: Final = 5
"""How many queries ``read_figures`` makes."""
QUERIES_FOR_ALTERNATIVES: Final = 3
"""So many more, once, when the alternatives of the first system are asked for."""

_PUBLISHED_MODES: Final = frozenset({RunMode.VENDOR_API, RunMode.EMBEDDED})


class _System(NamedTuple):
    id: int
    function: str
    is_critical: bool | None


class _Use(NamedTuple):
    system_id: int
    run_mode: str
    host_id: int | None
    publisher_id: int | None


class _Contract(NamedTuple):
    system_id: int
    vendor_id: int
    subcontractors_known: bool | None
    subcontracting_permitted: bool | None


class _Link(NamedTuple):
    dependency_id: int
    system_id: int
    contracting_id: int
    vendor_id: int
    rank: int


class _Rows(NamedTuple):
    systems: Iterable[_System]
    vendors: Iterable[VendorRow]
    uses: Iterable[_Use]
    contracts: Iterable[_Contract]
    links: Iterable[_Link]


class _Reach(NamedTuple):
    """On which groups a system rests, and whether it may rest on more."""

    groups: frozenset[int]
    is_open: bool


@dataclass
class _Tracer:
    """Follows narrow rows to the groups they end at, as ``reach`` does for people."""

    groups: Groups
    systems: Mapping[int, _System]
    items: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    open_ids: set[int] = field(default_factory=set)
    entered: set[int] = field(default_factory=set)
    contract_tops: dict[int, tuple[int, ...]] = field(default_factory=dict)
    chained: set[int] = field(default_factory=set)

    def _rely(self, system_id: int, vendor_id: int) -> int:
        top = self.groups.top_of(vendor_id)
        self.items[system_id].add(top.vendor_id)
        if not top.is_certain:
            self.open_ids.add(system_id)
        return top.vendor_id

    def add_uses(self, uses: Iterable[_Use]) -> None:
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
                self._rely(system_id, host)

    def add_contracts(self, contracts: Iterable[_Contract]) -> None:
        """A contract rests on its vendor, and on whomever it uses while they are not all known."""
        for system_id, vendor_id, is_listed, may_subcontract in contracts:
            if system_id in self.systems:
                top = self._rely(system_id, vendor_id)
                self.contract_tops[system_id] = (*self.contract_tops.get(system_id, ()), top)
                if is_listed is not True and may_subcontract is not False:
                    self.open_ids.add(system_id)

    def add_links(self, links: Iterable[_Link]) -> None:
        """A chain rests on each company in it; a rank that names nobody leaves it open."""
        ranks: dict[tuple[int, int], set[int]] = defaultdict(set)
        for dependency_id, system_id, contracting_id, vendor_id, rank in links:
            if system_id in self.systems:
                self._rely(system_id, vendor_id)
                self.chained.add(contracting_id)
                ranks[dependency_id, system_id].add(rank)
        self.open_ids |= {system_id for (_, system_id), found in ranks.items() if len(found) < max(found)}

    def finish(self) -> dict[int, _Reach]:
        """The reach of each system; equal ones are one object, so that many systems take little room."""
        same: dict[_Reach, _Reach] = {}
        reaches = {}
        for system_id in self.systems:
            is_open = system_id in self.open_ids or system_id not in self.entered
            reach = _Reach(frozenset(self.items.get(system_id, ())), is_open)
            reaches[system_id] = same.setdefault(reach, reach)
        return reaches


def _gather(systems: Iterable[_System], reaches: Mapping[int, _Reach]) -> list[Function]:
    """The functions that are critical or may be, as ``shares.gather_functions``: one system that says so decides."""
    stated: dict[str, set[bool | None]] = defaultdict(set)
    found: dict[str, set[_Reach]] = defaultdict(set)
    for row in systems:
        name = row.function.strip().casefold() or f"system {row.id}"
        stated[name].add(row.is_critical)
        found[name].add(reaches[row.id])
    return [
        Function(
            name,
            True if True in said else None,
            frozenset(group for reach in found[name] for group in reach.groups),
            any(reach.is_open for reach in found[name]),
        )
        for name, said in stated.items()
        if True in said or None in said
    ]


@dataclass(frozen=True)
class Figures:
    """The figures of every system that is not withdrawn; those of one system are made when they are asked for."""

    groups: Groups
    reaches: Mapping[int, _Reach]
    shares: ShareTable
    contracts_on: Mapping[int, int]
    contract_tops: Mapping[int, tuple[int, ...]]
    critical: frozenset[int]
    chained: frozenset[int]
    names: Mapping[int, str]
    as_of: date
    catalogue: Tables | None = None
    _known: dict[_Reach, float | None] = field(default_factory=dict)
    _changes: dict[int, date | None] = field(default_factory=dict)

    def largest_group(self) -> tuple[str, Share] | None:
        """The group on which most critical functions rest; none where no group or no critical function is known."""
        tops = {int(group) for one in self.shares.functions if one.is_critical for group in one.items}
        ends = [(share, -group) for group in tops if (share := self.shares.share_of(group)).high > 0]
        if not ends:
            return None
        share, group = max(ends, key=lambda end: (end[0].low, end[0].high, end[1]))
        return self.names.get(-group, f"vendor {-group}"), share

    def share_for(self, system_id: int) -> float | None:
        """The largest share of critical functions on one of the system's groups, 0-1; none while it has bounds."""
        reach = self.reaches.get(system_id)
        if reach is None:
            return None
        if reach not in self._known:
            self._known[reach] = self._measure(reach)
        return self._known[reach]

    def _measure(self, reach: _Reach) -> float | None:
        ends = [self.shares.share_of(group) for group in reach.groups]
        low, high = max((end.low for end in ends), default=0.0), max((end.high for end in ends), default=0.0)
        if reach.is_open:
            high = max(high, self.shares.largest_possible)
        return low if low == high else None

    def other_contracts_for(self, system_id: int) -> int | None:
        """Contracts of other critical systems with the same or a connected provider; none while not known."""
        reach = self.reaches.get(system_id)
        own = Counter(self.contract_tops.get(system_id, ()))
        if reach is None or reach.is_open or (own and self._has_open_functions):
            return None
        counted = system_id in self.critical
        return max((self.contracts_on.get(top, 0) - (count if counted else 0) for top, count in own.items()), default=0)

    @cached_property
    def _has_open_functions(self) -> bool:
        return any(not function.is_critical or function.is_open for function in self.shares.functions)

    @cached_property
    def _maker(self) -> AlternativeMaker:
        tables = self.catalogue if self.catalogue is not None else read_catalogue()
        return AlternativeMaker(tables, self.groups, self.as_of, self.chained)

    def hidden_root_for(self, subject: Subject) -> HiddenRoot | None:
        """Where the alternatives of a system end; none where it has no alternative, or is withdrawn."""
        reach = self.reaches.get(subject.system.id)
        evaluations = subject.register.evaluations.get(subject.system.id, ())
        found = self._maker.make_for(subject.uses, evaluations) if reach is not None else ()
        if reach is None or not found:
            return None
        publishers = [vendor for use in subject.uses if (vendor := subject.component_of(use).vendor_id) is not None]
        footing = self._maker.stand(reach.groups, publishers, is_open=reach.is_open)
        return HiddenRoot(
            alternatives=tuple(other.label for other in found),
            common=name_groups(self._maker.tables, find_common(found, footing)),
            is_hidden=decide_hidden(found, footing),
            until=self._next_change(subject),
        )

    def _next_change(self, subject: Subject) -> date | None:
        """The first later day on which an alternative comes or goes by itself."""
        rows = [row for row in subject.register.evaluations.get(subject.system.id, ()) if row.is_substitute]
        components = {use.component_id for use in subject.uses} | {row.component_id for row in rows}
        days = [day for row in rows for day in (row.evaluated_on, ages_on(row.evaluated_on))]
        days += [day for component in sorted(components) if (day := self._offers_change(component)) is not None]
        return earliest(*(day for day in days if day > self.as_of))

    def _offers_change(self, component_id: int) -> date | None:
        if component_id not in self._changes:
            offers = self._maker.tables.offers_of.get(component_id, ())
            days = [day for offer in offers for day in (offer.offered_from, offer.offered_until, offer.retires_on)]
            self._changes[component_id] = earliest(*(day for day in days if day is not None and day > self.as_of))
        return self._changes[component_id]


def read_figures(as_of: date) -> Figures:
    """Measure the register as it stands, in ``QUERIES`` queries over narrow rows."""
    live = AISystem.objects.exclude(stage=LifecycleStage.WITHDRAWN)
    rows = _Rows(
        (_System(*row) for row in live.values_list("id", "business_function", "is_critical_function")),
        [VendorRow(*row) for row in Vendor.objects.order_by("id").values_list(*VendorRow._fields)],
        (
            _Use(*row)
            for row in SystemComponent.objects.values_list("system_id", "run_mode", "host_id", "component__vendor_id")
        ),
        (_Contract(*row) for row in VendorDependency.objects.values_list(*_Contract._fields)),
        (
            _Link(*row)
            for row in Subcontractor.objects.values_list(
                "dependency_id", "dependency__system_id", "dependency__vendor_id", "vendor_id", "rank"
            )
        ),
    )
    return _measure(rows, as_of)


def measure_figures(tables: Tables, as_of: date) -> Figures:
    """The same of plain tables; pure."""
    contracts = {row.id: row for row in tables.contracts}
    rows = _Rows(
        (_System(row.id, row.business_function, row.is_critical_function) for row in tables.systems),
        tables.vendors,
        (_narrow_use(row, tables) for row in tables.uses),
        (
            _Contract(row.system_id, row.vendor_id, row.subcontractors_known, row.subcontracting_permitted)
            for row in tables.contracts
        ),
        (
            _Link(held.id, held.system_id, held.vendor_id, link.vendor_id, link.rank)
            for link in tables.subcontractors
            if (held := contracts.get(link.dependency_id)) is not None
        ),
    )
    return _measure(rows, as_of, catalogue=tables)


def _narrow_use(row: UseRow, tables: Tables) -> _Use:
    """A use of a component that is missing tells nothing of who runs it."""
    component = tables.component.get(row.component_id)
    if component is None:
        return _Use(row.system_id, "", None, None)
    return _Use(row.system_id, row.run_mode, row.host_id, component.vendor_id)


def _measure(rows: _Rows, as_of: date, *, catalogue: Tables | None = None) -> Figures:
    vendors = list(rows.vendors)
    tracer = _Tracer(find_groups(vendors), {row.id: row for row in rows.systems})
    tracer.add_uses(rows.uses)
    tracer.add_contracts(rows.contracts)
    tracer.add_links(rows.links)
    reaches = tracer.finish()
    critical = frozenset(row.id for row in tracer.systems.values() if row.is_critical)
    contracts_on = Counter(top for system_id in critical for top in tracer.contract_tops.get(system_id, ()))
    return Figures(
        groups=tracer.groups,
        reaches=reaches,
        shares=ShareTable(_gather(tracer.systems.values(), reaches)),
        contracts_on=contracts_on,
        contract_tops=tracer.contract_tops,
        critical=critical,
        chained=frozenset(tracer.chained),
        names={row.id: row.name for row in vendors},
        as_of=as_of,
        catalogue=catalogue,
    )
