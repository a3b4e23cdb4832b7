"""Whether what a system could change to ends at a company on which it rests already: hidden common roots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

import networkx as nx

from audit.engine.dates import earliest
from audit.engine.facts import JsonValue
from audit.engine.lock_in.exercises import ages_on
from audit.portfolio.reach import Axis, Reliances, host_of
from audit.portfolio.tables import OfferRow, SystemRow, UseRow
from governance.choices import ComponentKind, EvaluationResult, HostRole

_SERVED: Final = "service"
_OURSELVES: Final = "ourselves"
_KINDS: Final = frozenset({ComponentKind.MODEL, ComponentKind.ASSISTANT, ComponentKind.SERVICE})


@dataclass(frozen=True, slots=True)
class Alternative:
    """Something a system could change to, and the groups it cannot do without.

    ``is_open`` tells that more groups may stand behind it.
    """

    label: str
    needs: frozenset[int]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Roots:
    """Where a system's alternatives end.

    ``is_hidden``: every alternative shares a group with what is in use (true), one is known to share none (false),
    not known or no alternative (none). ``common`` are the groups that it and all alternatives rest on.
    """

    system_id: int
    reference: str
    alternatives: tuple[Alternative, ...]
    shared: tuple[tuple[str, tuple[str, ...]], ...]
    common: tuple[str, ...]
    is_hidden: bool | None

    def to_json(self) -> dict[str, JsonValue]:
        """As plain data."""
        return {
            "system": self.reference,
            "hidden_root": self.is_hidden,
            "common": [*self.common],
            "alternatives": [{"alternative": label, "shares": [*names]} for label, names in self.shared],
        }


@dataclass(frozen=True)
class AlternativeFinder:
    """Finds the alternatives of each system on a day."""

    reliances: Reliances
    as_of: date
    _models: dict[int, Alternative] = field(default_factory=dict)

    def find_roots(self, system: SystemRow) -> Roots:
        """Where the alternatives of one system end."""
        found = tuple(self._alternatives_of(system))
        reach = self.reliances.reaches[system.id]
        present = {int(item) for item in reach.items[Axis.GROUP]}
        is_open = reach.is_open(Axis.GROUP)
        for publisher in reach.items[Axis.PUBLISHER]:
            top = self.reliances.groups.top_of(int(publisher))
            present.add(top.vendor_id)
            is_open |= not top.is_certain
        common = frozenset(present).intersection(*(other.needs for other in found)) if found else frozenset()
        return Roots(
            system_id=system.id,
            reference=system.reference,
            alternatives=found,
            shared=tuple((other.label, self._names(other.needs & present)) for other in found),
            common=self._names(common),
            is_hidden=_decide(found, present, is_open=is_open),
        )

    def _names(self, groups: frozenset[int]) -> tuple[str, ...]:
        return tuple(sorted(self.reliances.tables.name_vendor(group) for group in groups))

    def _alternatives_of(self, system: SystemRow) -> Iterator[Alternative]:
        tables = self.reliances.tables
        uses = tables.uses_of.get(system.id, ())
        for use in uses:
            component = tables.component.get(use.component_id)
            if component is not None and component.kind in _KINDS and component.own_work_of_id is None:
                yield from self._other_hosts(use)
        yield from self.substitutes_of(system.id)

    def substitutes_of(self, system_id: int) -> Iterator[Alternative]:
        """The other models that passed our own evaluation for this system within the last 12 months."""
        tables = self.reliances.tables
        in_use = {use.component_id for use in tables.uses_of.get(system_id, ())}
        seen: set[int] = set()
        for row in tables.evaluations_of.get(system_id, ()):
            passed = row.is_substitute and row.result == EvaluationResult.PASSED
            fresh = row.evaluated_on <= self.as_of < ages_on(row.evaluated_on)
            if passed and fresh and row.component_id not in in_use | seen:
                seen.add(row.component_id)
                if row.component_id not in self._models:
                    self._models[row.component_id] = self._other_model(row.component_id)
                yield self._models[row.component_id]

    def _other_hosts(self, use: UseRow) -> Iterator[Alternative]:
        """The same model at each other company that runs it; the publisher stays behind it unless it can be held."""
        tables, groups = self.reliances.tables, self.reliances.groups
        ours = host_of(use, tables)
        component = tables.component.get(use.component_id)
        publisher = component.vendor_id if component is not None else None
        for company in self.hosts_of(use.component_id):
            if company == ours:
                continue
            tops = [groups.top_of(company)]
            if component is not None and publisher is not None and not _can_be_held(component.facts):
                tops.append(groups.top_of(publisher))
            needs = frozenset(top.vendor_id for top in tops)
            is_open = any(not top.is_certain for top in tops) or bool(self._chains_elsewhere.get(company))
            yield Alternative(
                f"{tables.name_component(use.component_id)} at {tables.name_vendor(company)}", needs, is_open
            )

    def _other_model(self, component_id: int) -> Alternative:
        """Another model: its publisher, and the companies that every way of running it passes through."""
        tables, groups = self.reliances.tables, self.reliances.groups
        component = tables.component.get(component_id)
        if component is None:
            return Alternative(tables.name_component(component_id), frozenset(), is_open=True)
        needs, is_open = self._needs_to_run(component_id)
        if component.vendor_id is not None:
            top = groups.top_of(component.vendor_id)
            needs, is_open = needs | {top.vendor_id}, is_open or not top.is_certain
        return Alternative(component.label, needs, is_open)

    def _needs_to_run(self, component_id: int) -> tuple[frozenset[int], bool]:
        """The groups that dominate the service in the graph of its hosts, and whether one of them is not certain."""
        component = self.reliances.tables.component[component_id]
        if component.own_work_of_id is not None or _can_be_held(component.facts):
            return frozenset(), False
        hosts = self.hosts_of(component_id)
        if not hosts:
            return frozenset(), True
        graph: nx.DiGraph[tuple[str, int] | str] = nx.DiGraph()
        tops = {company: self.reliances.groups.top_of(company) for company in hosts}
        for company, top in tops.items():
            graph.add_edge("model", ("host", company))
            graph.add_edge(("host", company), ("group", top.vendor_id))
            graph.add_edge(("group", top.vendor_id), _SERVED)
        above = nx.immediate_dominators(graph, "model")
        passed: set[int] = set()
        node: tuple[str, int] | str = _SERVED
        while node != "model":
            node = above[node]
            if isinstance(node, tuple) and node[0] == "group":
                passed.add(node[1])
        return frozenset(passed), any(not top.is_certain for top in tops.values())

    def hosts_of(self, component_id: int) -> list[int]:
        """The companies that truly run a component on the day; gateways and resellers do not count."""
        offers = [
            offer for offer in self.reliances.tables.offers_of.get(component_id, ()) if offer.role == HostRole.HOST
        ]
        return list(dict.fromkeys(offer.company_id for offer in offers if runs_on(offer, offers, self.as_of)))

    @cached_property
    def _chains_elsewhere(self) -> Mapping[int, frozenset[int]]:
        """The groups in each vendor's chains as other contracts name them: they may stand behind this service too."""
        tables = self.reliances.tables
        found: dict[int, set[int]] = {}
        for contract in tables.contracts:
            for link in tables.chain_of.get(contract.id, ()):
                found.setdefault(contract.vendor_id, set()).add(self.reliances.groups.top_of(link.vendor_id).vendor_id)
        return {vendor_id: frozenset(tops) for vendor_id, tops in found.items()}


def runs_on(offer: OfferRow, offers: list[OfferRow], day: date) -> bool:
    """Whether a company runs a version on the day; of sources that disagree the earlier end counts."""
    same = [other for other in offers if (other.company_id, other.model_id) == (offer.company_id, offer.model_id)]
    end = earliest(*(other.offered_until for other in same), *(other.retires_on for other in same))
    return (offer.offered_from is None or offer.offered_from <= day) and (end is None or day < end)


def _can_be_held(facts: list[dict[str, object]]) -> bool:
    return any(entry.get("key") == "lock.weights_obtainable" and entry.get("value") is True for entry in facts)


def _decide(found: tuple[Alternative, ...], present: set[int], *, is_open: bool) -> bool | None:
    if not found:
        return None
    if not is_open and any(not other.is_open and not other.needs & present for other in found):
        return False
    return True if all(other.needs & present for other in found) else None
