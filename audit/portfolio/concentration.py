"""Concentration over the whole register: what rests on whom, which alternatives end at the same place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from audit.engine.facts import JsonValue
from audit.portfolio.alternatives import AlternativeFinder, Roots
from audit.portfolio.groups import Flaw
from audit.portfolio.reach import Axis, Reliances, trace_reliances
from audit.portfolio.shares import Share, ShareOf, ShareTable, find_contradictions, gather_functions, list_shares
from audit.portfolio.tables import Tables, read_tables


@dataclass(frozen=True)
class Concentration:
    """What the register shows on a day. Everything is computed when it is asked for."""

    reliances: Reliances
    as_of: date

    @cached_property
    def shares(self) -> Mapping[Axis, tuple[ShareOf, ...]]:
        """By vendor, host, publisher, group and country, the largest first."""
        return {axis: tuple(list_shares(self.reliances, axis)) for axis in Axis}

    @cached_property
    def roots(self) -> tuple[Roots, ...]:
        """Where the alternatives of each system end; systems without one are left out."""
        return tuple(self.find_roots())

    def find_roots(self) -> Iterator[Roots]:
        """The same one by one; systems that rest on the same and were tested with the same share what is found."""
        tables, finder = self.reliances.tables, AlternativeFinder(self.reliances, self.as_of)
        found: dict[tuple[object, ...], Roots] = {}
        for system in tables.systems:
            # Equal ways of using and contracting are one object.
            way = (
                id(self.reliances.reaches[system.id]),
                *(row[1:] for row in tables.evaluations_of.get(system.id, ())),
            )
            roots = found.get(way)
            if roots is None:
                roots = found[way] = finder.find_roots(system)
            if roots.alternatives:
                yield replace(roots, system_id=system.id, reference=system.reference)

    @cached_property
    def flaws(self) -> tuple[Flaw, ...]:
        """What is wrong in the register's chains: loops, loose ends, gaps, contradictions. Each is named once."""
        return tuple(dict.fromkeys((*self.reliances.flaws, *find_contradictions(self.reliances.tables.systems))))

    @cached_property
    def _by_group(self) -> ShareTable:
        return ShareTable(gather_functions(self.reliances.tables.systems, self.reliances.reaches, Axis.GROUP))

    def critical_share_of(self, system_id: int) -> Share:
        """The largest share of critical functions on one of a system's groups (fact ``conc.critical_share``), 0-1.

        Where the system may rest on a group that is not named, the most that any group may hold is possible.
        Raises ``KeyError`` for a system that is withdrawn or does not exist.
        """
        reach = self.reliances.reaches[system_id]
        ends = [self._by_group.share_of(item) for item in reach.items[Axis.GROUP]]
        low = max((share.low for share in ends), default=0.0)
        high = max((share.high for share in ends), default=0.0)
        return Share(low, max(high, self._by_group.largest_possible) if reach.is_open(Axis.GROUP) else high)

    def hidden_root_of(self, system_id: int) -> bool | None:
        """Whether every alternative ends where the system rests already (fact ``conc.hidden_root``).

        None while that is not known, or where there is no alternative. Raises ``KeyError`` as above.
        """
        return (
            AlternativeFinder(self.reliances, self.as_of).find_roots(self.reliances.tables.system[system_id]).is_hidden
        )

    def to_json(self) -> dict[str, JsonValue]:
        """As plain data, for the page, the report and the command."""
        return {
            "as_of": self.as_of.isoformat(),
            "systems": len(self.reliances.tables.systems),
            "shares": {axis.value: [share.to_json() for share in found] for axis, found in self.shares.items()},
            "roots": [roots.to_json() for roots in self.roots],
            "flaws": [{"kind": flaw.kind, "says": flaw.says} for flaw in self.flaws],
        }


def measure_concentration(tables: Tables, as_of: date) -> Concentration:
    """Measure plain tables; pure."""
    return Concentration(trace_reliances(tables), as_of)


def read_concentration(as_of: date) -> Concentration:
    """Measure the register as it stands, in one query less than ``tables.QUERIES``: it asks for no data flow."""
    return measure_concentration(read_tables(with_flows=False), as_of)
