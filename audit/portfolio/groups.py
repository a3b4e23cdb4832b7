"""Which company stands at the top of each vendor's group; loops and loose ends in the data are survived and named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx

from audit.snapshots.rows import VendorRow
from governance.choices import ParentStatus


@dataclass(frozen=True, slots=True)
class Top:
    """The vendor at the top of a group. ``is_certain`` is false while the group may belong to another one."""

    vendor_id: int
    is_certain: bool


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something in the register that cannot be right, and what was done about it. ``rows`` are vendors' ids."""

    kind: str
    says: str
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Groups:
    """The top of each vendor's group, and what is wrong in the chains of parents."""

    tops: dict[int, Top]
    flaws: tuple[Flaw, ...]

    def top_of(self, vendor_id: int) -> Top:
        """The top of a vendor's group; a vendor that is not registered stands for itself and is not certain."""
        return self.tops.get(vendor_id, Top(vendor_id, is_certain=False))


def find_groups(vendors: Sequence[VendorRow]) -> Groups:
    """Follow each vendor's parents to the top.

    A parent that was named is taken as the top even if its own parent is not known: whoever named it said that it
    is. A chain of several parents is followed. Vendors whose parents lead in a loop form one group, whose top is
    not known; it goes by its vendor with the lowest id.
    """
    known = {row.id: row for row in vendors}
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(known)
    flaws: list[Flaw] = []
    loose: set[int] = set()
    for row in vendors:
        if row.parent_status != ParentStatus.NAMED:
            continue
        if row.ultimate_parent_id in known:
            graph.add_edge(row.id, row.ultimate_parent_id)
        else:
            loose.add(row.id)
            flaws.append(Flaw("dangling", f"{row.name} names a parent that is not in the register.", (row.id,)))
    tops: dict[int, Top] = {}
    condensed = nx.condensation(graph)
    for place in reversed(list(nx.topological_sort(condensed))):
        members = sorted(condensed.nodes[place]["members"])
        above = next(iter(condensed.successors(place)), None)
        if above is not None:
            top = tops[min(condensed.nodes[above]["members"])]
        elif len(members) > 1 or graph.has_edge(members[0], members[0]):
            flaws.append(_name_loop(members, known))
            top = Top(members[0], is_certain=False)
        else:
            top = Top(members[0], is_certain=_is_top(members[0], known, graph, loose))
        tops |= dict.fromkeys(members, top)
    return Groups(tops, (*flaws, *_name_chains(graph, known)))


def _is_top(vendor_id: int, known: dict[int, VendorRow], graph: nx.DiGraph[int], loose: set[int]) -> bool:
    """Whether nothing stands above: it says so, or another vendor names it as the top."""
    if vendor_id in loose:
        return False
    return known[vendor_id].parent_status == ParentStatus.NONE or graph.in_degree(vendor_id) > 0


def _name_loop(members: Sequence[int], known: dict[int, VendorRow]) -> Flaw:
    names = ", ".join(known[vendor_id].name for vendor_id in members)
    return Flaw("loop", f"The parents of {names} lead in a loop; their common top is not known.", tuple(members))


def _name_chains(graph: nx.DiGraph[int], known: dict[int, VendorRow]) -> list[Flaw]:
    """Vendors whose named parent has a parent itself: two ultimate parents, of which the upper one counts."""
    found = []
    for vendor_id, parent_id in graph.edges:
        if any(above not in (parent_id, vendor_id) for above in graph.successors(parent_id)):
            names = f"{known[vendor_id].name} names {known[parent_id].name} as its ultimate parent"
            found.append(Flaw("two_parents", f"{names}, which names another; the upper one counts.", (vendor_id,)))
    return found
