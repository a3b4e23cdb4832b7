"""Whether what a system could change to ends at a company on which it rests already: hidden common roots."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

import networkx as nx

from audit.engine.dates import earliest
from audit.engine.facts import JsonValue
from audit.engine.lock_in.exercises import ages_on
from audit.portfolio.groups import Groups
from audit.portfolio.reach import Axis, Reliances, Use, host_of
from audit.portfolio.tables import OfferRow, SystemRow, Tables
from audit.snapshots.rows import EvaluationRow
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


@dataclass(frozen=True, slots=True)
class Footing:
    """On which groups a system stands today, publishers included; ``is_open`` while more may stand behind it."""

    groups: frozenset[int]
    is_open: bool


@dataclass(frozen=True)
class AlternativeMaker:
    """Makes the alternatives out of the catalogue, its hosts and the groups on a day, each once.

    ``chained`` are the vendors of which some contract names a sub-contractor: more may stand behind their service.
    """

    tables: Tables
    groups: Groups
    as_of: date
    chained: Collection[int]
    _models: dict[int, Alternative] = field(default_factory=dict)
    _hosted: dict[tuple[int, int | None], tuple[Alternative, ...]] = field(default_factory=dict)

    def make_for(self, uses: Sequence[Use], evaluations: Iterable[EvaluationRow]) -> tuple[Alternative, ...]:
        """The alternatives of a system with these components and evaluations."""
        found: list[Alternative] = []
        for use in uses:
            component = self.tables.component.get(use.component_id)
            if component is not None and component.kind in _KINDS and component.own_work_of_id is None:
                found += self._other_hosts(use)
        return (*found, *self.substitutes(uses, evaluations))

    def stand(self, groups: Iterable[int], publishers: Iterable[int], *, is_open: bool) -> Footing:
        """The groups of what runs and publishes the components in use."""
        present = set(groups)
        for publisher in publishers:
            top = self.groups.top_of(publisher)
            present.add(top.vendor_id)
            is_open |= not top.is_certain
        return Footing(frozenset(present), is_open)

    def substitutes(self, uses: Iterable[Use], evaluations: Iterable[EvaluationRow]) -> Iterator[Alternative]:
        """The other models that passed our own evaluation within the last 12 months."""
        in_use = {use.component_id for use in uses}
        seen: set[int] = set()
        for row in evaluations:
            passed = row.is_substitute and row.result == EvaluationResult.PASSED
            fresh = row.evaluated_on <= self.as_of < ages_on(row.evaluated_on)
            if passed and fresh and row.component_id not in in_use | seen:
                seen.add(row.component_id)
                if row.component_id not in self._models:
                    self._models[row.component_id] = self._other_model(row.component_id)
                yield self._models[row.component_id]

    def _other_hosts(self, use: Use) -> tuple[Alternative, ...]:
        place = (use.component_id, host_of(use, self.tables))
        if place not in self._hosted:
            self._hosted[place] = tuple(self._make_other_hosts(*place))
        return self._hosted[place]

    def _make_other_hosts(self, component_id: int, ours: int | None) -> Iterator[Alternative]:
        """The same model at each other company that runs it; the publisher stays behind it unless it can be held."""
        component = self.tables.component.get(component_id)
        publisher = component.vendor_id if component is not None else None
        for company in self.hosts_of(component_id):
            if company == ours:
                continue
            tops = [self.groups.top_of(company)]
            if component is not None and publisher is not None and not _can_be_held(component.facts):
                tops.append(self.groups.top_of(publisher))
            needs = frozenset(top.vendor_id for top in tops)
            is_open = any(not top.is_certain for top in tops) or company in self.chained
            label = f"{self.tables.name_component(component_id)} at {self.tables.name_vendor(company)}"
            yield Alternative(label, needs, is_open)

    def _other_model(self, component_id: int) -> Alternative:
        """Another model: its publisher, and the companies that every way of running it passes through."""
        tables, groups = self.tables, self.groups
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
        component = self.tables.component[component_id]
        if component.own_work_of_id is not None or _can_be_held(component.facts):
            return frozenset(), False
        hosts = self.hosts_of(component_id)
        if not hosts:
            return frozenset(), True
        graph: nx.DiGraph[tuple[str, int] | str] = nx.DiGraph()
        tops = {company: self.groups.top_of(company) for company in hosts}
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
        offers = [offer for offer in self.tables.offers_of.get(component_id, ()) if offer.role == HostRole.HOST]
        return list(dict.fromkeys(offer.company_id for offer in offers if runs_on(offer, offers, self.as_of)))


@dataclass(frozen=True)
class AlternativeFinder:
    """Finds the alternatives of each system of the register on a day."""

    reliances: Reliances
    as_of: date

    @cached_property
    def maker(self) -> AlternativeMaker:
        """Makes each alternative once for all systems."""
        tables = self.reliances.tables
        chained = {contract.vendor_id for contract in tables.contracts if contract.id in tables.chain_of}
        return AlternativeMaker(tables, self.reliances.groups, self.as_of, frozenset(chained))

    def find_roots(self, system: SystemRow) -> Roots:
        """Where the alternatives of one system end."""
        tables, reach = self.reliances.tables, self.reliances.reaches[system.id]
        uses, evaluations = tables.uses_of.get(system.id, ()), tables.evaluations_of.get(system.id, ())
        found = self.maker.make_for(uses, evaluations)
        groups, publishers = (map(int, reach.items[axis]) for axis in (Axis.GROUP, Axis.PUBLISHER))
        footing = self.maker.stand(groups, publishers, is_open=reach.is_open(Axis.GROUP))
        return Roots(
            system_id=system.id,
            reference=system.reference,
            alternatives=found,
            shared=tuple((other.label, self._names(other.needs & footing.groups)) for other in found),
            common=self._names(find_common(found, footing)),
            is_hidden=decide_hidden(found, footing),
        )

    def _names(self, groups: frozenset[int]) -> tuple[str, ...]:
        return name_groups(self.reliances.tables, groups)

    def substitutes_of(self, system_id: int) -> Iterator[Alternative]:
        """The other models that passed our own evaluation for this system within the last 12 months."""
        tables = self.reliances.tables
        return self.maker.substitutes(tables.uses_of.get(system_id, ()), tables.evaluations_of.get(system_id, ()))

    def hosts_of(self, component_id: int) -> list[int]:
        """The companies that truly run a component on the day; gateways and resellers do not count."""
        return self.maker.hosts_of(component_id)


def name_groups(tables: Tables, groups: Iterable[int]) -> tuple[str, ...]:
    """The names of groups, in order."""
    return tuple(sorted(tables.name_vendor(group) for group in groups))


def find_common(found: Sequence[Alternative], footing: Footing) -> frozenset[int]:
    """The groups on which the system and all its alternatives rest."""
    return footing.groups.intersection(*(other.needs for other in found)) if found else frozenset()


def runs_on(offer: OfferRow, offers: list[OfferRow], day: date) -> bool:
    """Whether a company runs a version on the day; of sources that disagree the earlier end counts."""
    same = [other for other in offers if (other.company_id, other.model_id) == (offer.company_id, offer.model_id)]
    end = earliest(*(other.offered_until for other in same), *(other.retires_on for other in same))
    return (offer.offered_from is None or offer.offered_from <= day) and (end is None or day < end)


def _can_be_held(facts: list[dict[str, object]]) -> bool:
    return any(entry.get("key") == "lock.weights_obtainable" and entry.get("value") is True for entry in facts)


def decide_hidden(found: Sequence[Alternative], footing: Footing) -> bool | None:
    """Whether every alternative shares a group with what is in use; none while not known, or without any."""
    if not found:
        return None
    if not footing.is_open and any(not other.is_open and not other.needs & footing.groups for other in found):
        return False
    return True if all(other.needs & footing.groups for other in found) else None
