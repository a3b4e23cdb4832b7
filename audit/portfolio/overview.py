"""What the concentration page and the API show of the whole register: measured once for each state of it.

Of 100,000 systems that takes seconds; what is shown of them is kept while the register does not change.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final

from audit.portfolio.alternatives import Roots
from audit.portfolio.concentration import Concentration, measure_concentration
from audit.portfolio.groups import Flaw
from audit.portfolio.reach import Axis, Item
from audit.portfolio.shares import Function, ShareOf, gather_functions
from audit.portfolio.tables import read_reliance_tables
from audit.selectors.among import among
from audit.selectors.register import Kept
from governance.models import AISystem


@dataclass(frozen=True)
class KnownRoots:
    """Where the alternatives of each system end: ``kinds`` are those that differ, and each system has one of them.

    ``system_ids`` are in order. In ``display`` stand their places as people read them: those that all end at one
    place first, then what is not known, then what is independent, each by reference.
    """

    kinds: Sequence[Roots]
    system_ids: array[int]
    kind_of: array[int]
    display: array[int]

    def __len__(self) -> int:
        return len(self.system_ids)

    @cached_property
    def hidden(self) -> int:
        """Of how many systems every alternative ends where they rest already."""
        hiding = {place for place, kind in enumerate(self.kinds) if kind.is_hidden}
        return sum(1 for kind in self.kind_of if kind in hiding)

    def __getitem__(self, part: slice) -> list[tuple[Roots, str]]:
        """Those from one place of the display up to another, each with the system's name."""
        return self._tell(self.display[part])

    def at(self, places: Sequence[int]) -> list[Roots]:
        """Those at these places in the order of the systems' ids."""
        return [roots for roots, _name in self._tell(places)]

    def find(self, system_id: int) -> int:
        """How many have no higher id than this one."""
        return bisect_right(self.system_ids, system_id)

    def _tell(self, places: Sequence[int]) -> list[tuple[Roots, str]]:
        rows = AISystem.objects.filter(among("id", [self.system_ids[place] for place in places]))
        named = {key: (reference, name) for key, reference, name in rows.values_list("id", "reference", "name")}
        return [
            (replace(self.kinds[self.kind_of[place]], system_id=key, reference=named[key][0]), named[key][1])
            for place in places
            if (key := self.system_ids[place]) in named
        ]


@dataclass(frozen=True)
class Overview:
    """What is shown of one state of the register on a day; nothing of it grows as the register does but the roots.

    ``functions`` are those on groups that are critical or may be; ``open_systems`` may rest on more than is known.
    """

    as_of: date
    systems: int
    shares: Mapping[Axis, tuple[ShareOf, ...]]
    functions: Sequence[Function]
    countries: Mapping[Item, str]
    open_systems: int
    roots: KnownRoots
    flaws: tuple[Flaw, ...]


_kept: Final[Kept[Overview]] = Kept(2)


def recall_overview(as_of: date) -> Overview:
    """The overview of the register as it stands, kept from the last time where nothing has changed since."""
    return _kept.recall(as_of, lambda: read_overview(as_of))


def read_overview(as_of: date) -> Overview:
    """The same, measured."""
    measured = measure_concentration(read_reliance_tables(as_of), as_of)
    reliances, tables = measured.reliances, measured.reliances.tables
    return Overview(
        as_of=as_of,
        systems=len(tables.systems),
        shares=measured.shares,
        functions=gather_functions(tables.systems, reliances.reaches, Axis.GROUP),
        countries={row.id: row.country for row in tables.vendors if row.country},
        open_systems=sum(times for reach, times in reliances.distinct if reach.is_open(Axis.GROUP)),
        roots=_condense(measured),
        flaws=measured.flaws,
    )


def _condense(measured: Concentration) -> KnownRoots:
    kinds: list[Roots] = []
    places: dict[Roots, int] = {}
    rows: list[tuple[int, int, str]] = []
    for roots in measured.find_roots():
        kind = replace(roots, system_id=0, reference="")
        if kind not in places:
            places[kind] = len(kinds)
            kinds.append(kind)
        rows.append((roots.system_id, places[kind], roots.reference))
    rows.sort()
    ranks = [{True: 0, None: 1, False: 2}[kind.is_hidden] for kind in kinds]
    display = sorted(range(len(rows)), key=lambda place: (ranks[rows[place][1]], rows[place][2]))
    return KnownRoots(
        kinds,
        array("q", [system_id for system_id, _kind, _reference in rows]),
        array("L", [kind for _system_id, kind, _reference in rows]),
        array("L", display),
    )
