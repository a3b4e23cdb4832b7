"""The register as one graph: system, component, host, sub-contractor, ultimate parent, country."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import networkx as nx

from audit.portfolio.reach import host_of, runs_here
from audit.portfolio.tables import ContractRow, Tables

Node: TypeAlias = tuple[str, str]
"""A kind (system, use, component, contract, link, vendor, country, unknown) and a name within it."""

Graph: TypeAlias = "nx.DiGraph[Node]"
PUBLISHED: str = "published by"


def build_graph(tables: Tables) -> Graph:
    """Build the graph. Each edge has ``kind``, the word that joins its ends.

    A component hangs on its publisher by an edge of the kind ``published by``, which is no need of the running
    service. Sub-contractors belong to their contract, so that one contract's chain is not taken for another's.
    What is not known is a node of the kind ``unknown``.
    """
    graph: Graph = nx.DiGraph()
    for system in tables.systems:
        graph.add_node(("system", str(system.id)), label=system.reference)
    for one, other, kind in (*_vendors(tables), *_uses(tables), *_contracts(tables)):
        graph.add_edge(one, other, kind=kind)
    for row in tables.vendors:
        if ("vendor", str(row.id)) in graph:
            graph.nodes["vendor", str(row.id)]["label"] = row.name
    for component in tables.components:
        if ("component", str(component.id)) in graph:
            graph.nodes["component", str(component.id)]["label"] = component.label
    return graph


def serving_edges(graph: Graph) -> Graph:
    """The graph without what the running service does not need."""
    kept = [(one, other) for one, other in graph.edges if graph.edges[one, other]["kind"] != PUBLISHED]
    return graph.edge_subgraph(kept)


def find_loops(graph: Graph) -> list[list[str]]:
    """The nodes that can be reached from themselves, each loop once, by their labels."""
    loops = [part for part in nx.strongly_connected_components(graph) if len(part) > 1]
    loops += [{node} for node in nx.nodes_with_selfloops(graph)]
    return sorted(sorted(str(graph.nodes[node].get("label", node[1])) for node in part) for part in loops)


def explain_path(graph: Graph, system_id: int, node: Node) -> tuple[str, ...]:
    """The shortest way from a system to a node, by labels; empty if there is none."""
    start = ("system", str(system_id))
    if start not in graph or node not in graph or not nx.has_path(graph, start, node):
        return ()
    return tuple(str(graph.nodes[step].get("label", step[1])) for step in nx.shortest_path(graph, start, node))


_Edges: TypeAlias = Iterator[tuple[Node, Node, str]]


def _vendors(tables: Tables) -> _Edges:
    for row in tables.vendors:
        node = ("vendor", str(row.id))
        yield (node, ("country", row.country) if row.country else ("unknown", f"country of {row.name}"), "sits in")
        if row.ultimate_parent_id is not None:
            yield (node, ("vendor", str(row.ultimate_parent_id)), "belongs to")
        elif row.parent_status != "none":
            yield (node, ("unknown", f"parent of {row.name}"), "belongs to")


def _uses(tables: Tables) -> _Edges:
    publishers: set[tuple[int, int]] = set()
    for row in tables.uses:
        use = ("use", f"{row.system_id}/{row.component_id}")
        yield (("system", str(row.system_id)), use, "uses")
        yield (use, ("component", str(row.component_id)), "is")
        component = tables.component.get(row.component_id)
        if component is not None and component.vendor_id is not None:
            publishers.add((component.id, component.vendor_id))
        host = host_of(row, tables)
        if host is not None:
            yield (use, ("vendor", str(host)), "run by")
        elif not runs_here(row):
            yield (use, ("unknown", f"host of {tables.name_component(row.component_id)}"), "run by")
    for component_id, vendor_id in sorted(publishers):
        yield (("component", str(component_id)), ("vendor", str(vendor_id)), PUBLISHED)


def _contracts(tables: Tables) -> _Edges:
    for row in tables.contracts:
        contract = ("contract", str(row.id))
        yield (("system", str(row.system_id)), contract, "served under")
        yield (contract, ("vendor", str(row.vendor_id)), "with")
        yield from _chain(contract, row, tables)


def _chain(contract: Node, row: ContractRow, tables: Tables) -> _Edges:
    """Each rank hangs on the next rank above it that names anybody; rank 1 on the contract."""
    links = tables.chain_of.get(row.id, ())
    above, ranks = [contract], sorted({link.rank for link in links})
    for rank in ranks:
        here = []
        for link in links:
            if link.rank == rank:
                node = ("link", f"{row.id}/{rank}/{link.vendor_id}")
                here.append(node)
                yield (node, ("vendor", str(link.vendor_id)), "is")
                if link.country:
                    yield (node, ("country", link.country), "works in")
        for upper in above:
            for node in here:
                yield (upper, node, "uses")
        above = here
    if row.subcontractors_known is not True and row.subcontracting_permitted is not False:
        yield (contract, ("unknown", f"sub-contractors of {tables.name_vendor(row.vendor_id)}"), "uses")
