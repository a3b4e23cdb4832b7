"""The portfolio's figures that fact sheets hold, made of grounds: how many systems rest on which, and which functions.

What ``concentration`` gives for people, with reasons and names, is given here for the judgement, as numbers alone.
Both follow the same chains and divide by the same functions; a property test holds them together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final, NamedTuple, Protocol

from django.db.models import Q

from audit.engine.dates import earliest
from audit.engine.lock_in.exercises import ages_on
from audit.portfolio.alternatives import AlternativeMaker, decide_hidden, find_common, name_groups
from audit.portfolio.figures.ground import (
    FunctionFooting,
    Ground,
    LiveRow,
    NarrowContract,
    NarrowLink,
    NarrowRows,
    NarrowUse,
    join_grounds,
    trace_grounds,
)
from audit.portfolio.groups import Groups, find_groups
from audit.portfolio.shares import Function, Share, ShareTable
from audit.portfolio.tables import Tables, UseRow, read_catalogue
from audit.snapshots.concentration import HiddenRoot, SystemFigures, Ways, figures_of, stamp_concentration
from audit.snapshots.rows import VendorRow
from audit.snapshots.subject import Subject
from governance.choices import LifecycleStage
from governance.models import AISystem, Subcontractor, SystemComponent, Vendor, VendorDependency

QUERIES: Final = 5
"""How many queries ``read_figures`` makes."""
QUERIES_FOR_ALTERNATIVES: Final = 3
"""So many more, once, when the alternatives of the first system are asked for."""
_MOST_RECALLED: Final = 10_000


class Grounds(Protocol):
    """The ground of each system; none of one that is withdrawn or not there."""

    def get(self, system_id: int, /) -> Ground | None:
        """The ground of one system."""

    def expect(self, system_ids: Collection[int], /) -> None:
        """Make ready for these systems, where that spares looking one by one."""


class _MeasuredGrounds(dict[int, Ground]):
    """All of them at hand."""

    def expect(self, system_ids: Collection[int], /) -> None:
        """They are ready."""


class Reach(NamedTuple):
    """On which groups a system rests, and whether it may rest on more."""

    groups: frozenset[int]
    is_open: bool


@dataclass(frozen=True)
class Figures:
    """The figures of every system that is not withdrawn; those of one system are made when they are asked for."""

    grounds: Grounds
    groups: Groups
    shares: ShareTable
    contracts_on: Mapping[int, int]
    chained: frozenset[int]
    names: Mapping[int, str]
    as_of: date
    catalogue: Tables | None = None
    _reaches: dict[Ground, Reach] = field(default_factory=dict)
    _known: dict[Reach, float | None] = field(default_factory=dict)
    _others: dict[Ground, int | None] = field(default_factory=dict)
    _changes: dict[int, date | None] = field(default_factory=dict)
    _recalled: dict[tuple[Ground | None, Ways], SystemFigures] = field(default_factory=dict)

    def largest_group(self) -> tuple[str, Share] | None:
        """The group on which most critical functions rest; none where no group or no critical function is known."""
        tops = {int(group) for one in self.shares.functions if one.is_critical for group in one.items}
        ends = [(share, -group) for group in tops if (share := self.shares.share_of(group)).high > 0]
        if not ends:
            return None
        share, group = max(ends, key=lambda end: (end[0].low, end[0].high, end[1]))
        return self.names.get(-group, f"vendor {-group}"), share

    def expect(self, system_ids: Collection[int]) -> None:
        """Read what these systems need together, before it is asked for one by one."""
        self.grounds.expect(system_ids)

    def reach_of(self, ground: Ground) -> Reach:
        """The groups behind a ground."""
        if ground not in self._reaches:
            self._reaches[ground] = _reach(ground.vendors, self.groups, is_open=ground.is_open)
        return self._reaches[ground]

    def share_for(self, system_id: int) -> float | None:
        """The largest share of critical functions on one of the system's groups, 0-1; none while it has bounds."""
        ground = self.grounds.get(system_id)
        return None if ground is None else self._share(self.reach_of(ground))

    def _share(self, reach: Reach) -> float | None:
        if reach not in self._known:
            self._known[reach] = self._measure(reach)
        return self._known[reach]

    def _measure(self, reach: Reach) -> float | None:
        ends = [self.shares.share_of(group) for group in reach.groups]
        low, high = max((end.low for end in ends), default=0.0), max((end.high for end in ends), default=0.0)
        if reach.is_open:
            high = max(high, self.shares.largest_possible)
        return low if low == high else None

    def other_contracts_for(self, system_id: int) -> int | None:
        """Contracts of other critical systems with the same or a connected provider; none while not known."""
        ground = self.grounds.get(system_id)
        if ground is None:
            return None
        if ground not in self._others:
            self._others[ground] = self._other_contracts(ground)
        return self._others[ground]

    def _other_contracts(self, ground: Ground) -> int | None:
        own = Counter(self.groups.top_of(vendor).vendor_id for vendor in ground.contracts)
        if self.reach_of(ground).is_open or (own and self._has_open_functions):
            return None
        counted = ground.is_critical is True
        return max((self.contracts_on.get(top, 0) - (count if counted else 0) for top, count in own.items()), default=0)

    @cached_property
    def _has_open_functions(self) -> bool:
        return any(not function.is_critical or function.is_open for function in self.shares.functions)

    def stamp_of(self, ground: Ground) -> str:
        """Both figures of a system with this ground, as its standing keeps them."""
        return stamp_concentration(self._share(self.reach_of(ground)), self._other_contracts(ground))

    @cached_property
    def _maker(self) -> AlternativeMaker:
        tables = self.catalogue if self.catalogue is not None else read_catalogue()
        return AlternativeMaker(tables, self.groups, self.as_of, self.chained)

    def hidden_root_for(self, subject: Subject) -> HiddenRoot | None:
        """Where the alternatives of a system end; none where it has no alternative, or is withdrawn."""
        ground = self.grounds.get(subject.system.id)
        evaluations = subject.register.evaluations.get(subject.system.id, ())
        found = self._maker.make_for(subject.uses, evaluations) if ground is not None else ()
        if ground is None or not found:
            return None
        reach = self.reach_of(ground)
        publishers = [vendor for use in subject.uses if (vendor := subject.component_of(use).vendor_id) is not None]
        footing = self._maker.stand(reach.groups, publishers, is_open=reach.is_open)
        return HiddenRoot(
            alternatives=tuple(other.label for other in found),
            common=name_groups(self._maker.tables, find_common(found, footing)),
            is_hidden=decide_hidden(found, footing),
            until=self._next_change(subject),
        )

    def recall(self, system_id: int, ways: Ways, see: Callable[[], Subject]) -> SystemFigures:
        """The figures of a system, measured once for all that rest on the same vendors and have the same ``ways``."""
        key = (self.grounds.get(system_id), ways)
        found = self._recalled.get(key)
        if found is None:
            if len(self._recalled) >= _MOST_RECALLED:
                self._recalled.clear()
            found = self._recalled[key] = figures_of(see(), self)
        return found

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


def _reach(vendors: Iterable[int], groups: Groups, *, is_open: bool) -> Reach:
    tops = [groups.top_of(vendor) for vendor in vendors]
    return Reach(frozenset(top.vendor_id for top in tops), is_open or any(not top.is_certain for top in tops))


def build_figures(
    vendors: Iterable[VendorRow],
    counted: Mapping[Ground, int],
    functions: Mapping[str, FunctionFooting],
    grounds: Grounds,
    *,
    as_of: date,
    catalogue: Tables | None = None,
) -> Figures:
    """The figures of so many systems on each ground, and of the functions that have a name; pure."""
    rows = list(vendors)
    groups = find_groups(rows)
    contracts_on: Counter[int] = Counter()
    for ground, systems in counted.items():
        for vendor in ground.contracts if ground.is_critical else ():
            contracts_on[groups.top_of(vendor).vendor_id] += systems
    return Figures(
        grounds=grounds,
        groups=groups,
        shares=ShareTable([*_gather(counted, functions, groups)]),
        contracts_on=contracts_on,
        chained=frozenset(vendor for ground in counted for vendor in ground.chained),
        names={row.id: row.name for row in rows},
        as_of=as_of,
        catalogue=catalogue,
    )


def _gather(
    counted: Mapping[Ground, int], functions: Mapping[str, FunctionFooting], groups: Groups
) -> Iterator[Function]:
    """The functions that are critical or may be; a system whose function has no name is one by itself."""
    alone = [(join_grounds([ground]), systems) for ground, systems in counted.items() if not ground.is_named]
    for footing, times in (*((one, 1) for one in functions.values()), *alone):
        if footing.is_critical is not False:
            reach = _reach(footing.vendors, groups, is_open=footing.is_open)
            yield Function("", footing.is_critical, reach.groups, reach.is_open, times=times)


def read_narrow_rows(system_ids: Collection[int] | None = None) -> NarrowRows:
    """The rows that grounds are traced on, of all systems or of some, in four queries; withdrawn ones have none.

    A ``range`` of numbers is asked for by its ends, which costs less than naming each.
    """
    own, theirs, chain = (_within(name, system_ids) for name in ("id", "system_id", "dependency__system_id"))
    live = AISystem.objects.filter(own).exclude(stage=LifecycleStage.WITHDRAWN)
    uses = SystemComponent.objects.filter(theirs)
    links = Subcontractor.objects.filter(chain)
    return NarrowRows(
        (LiveRow(*row) for row in live.values_list("id", "business_function", "is_critical_function")),
        (NarrowUse(*row) for row in uses.values_list("system_id", "run_mode", "host_id", "component__vendor_id")),
        (NarrowContract(*row) for row in VendorDependency.objects.filter(theirs).values_list(*NarrowContract._fields)),
        (
            NarrowLink(*row)
            for row in links.values_list(
                "dependency_id", "dependency__system_id", "dependency__vendor_id", "vendor_id", "rank"
            )
        ),
    )


def _within(name: str, system_ids: Collection[int] | None) -> Q:
    if system_ids is None:
        return Q()
    if isinstance(system_ids, range):
        return Q(**{f"{name}__gte": system_ids.start, f"{name}__lt": system_ids.stop})
    return Q(**{f"{name}__in": system_ids})


def read_vendors() -> list[VendorRow]:
    """All vendors, in one query."""
    return [VendorRow(*row) for row in Vendor.objects.order_by("id").values_list(*VendorRow._fields)]


def read_figures(as_of: date) -> Figures:
    """Measure the register as it stands, all of it, in ``QUERIES`` queries over narrow rows."""
    return _measure(read_narrow_rows(), read_vendors(), as_of)


def measure_figures(tables: Tables, as_of: date) -> Figures:
    """The same of plain tables; pure."""
    contracts = {row.id: row for row in tables.contracts}
    rows = NarrowRows(
        (LiveRow(row.id, row.business_function, row.is_critical_function) for row in tables.systems),
        (_narrow_use(row, tables) for row in tables.uses),
        (
            NarrowContract(row.system_id, row.vendor_id, row.subcontractors_known, row.subcontracting_permitted)
            for row in tables.contracts
        ),
        (
            NarrowLink(held.id, held.system_id, held.vendor_id, link.vendor_id, link.rank)
            for link in tables.subcontractors
            if (held := contracts.get(link.dependency_id)) is not None
        ),
    )
    return _measure(rows, tables.vendors, as_of, catalogue=tables)


def _narrow_use(row: UseRow, tables: Tables) -> NarrowUse:
    """A use of a component that is missing tells nothing of who runs it."""
    component = tables.component.get(row.component_id)
    if component is None:
        return NarrowUse(row.system_id, "", None, None)
    return NarrowUse(row.system_id, row.run_mode, row.host_id, component.vendor_id)


def _measure(
    rows: NarrowRows, vendors: Iterable[VendorRow], as_of: date, *, catalogue: Tables | None = None
) -> Figures:
    grounds, functions = trace_grounds(rows)
    named: dict[str, set[Ground]] = defaultdict(set)
    for system_id, ground in grounds.items():
        if ground.is_named:
            named[functions[system_id]].add(ground)
    footings = {name: join_grounds(held) for name, held in named.items()}
    return build_figures(
        vendors, Counter(grounds.values()), footings, _MeasuredGrounds(grounds), as_of=as_of, catalogue=catalogue
    )
