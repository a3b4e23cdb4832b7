"""What hangs on the same ultimate parent, over the whole register: computed once for many systems.

An interval is not a fact. A figure is given only where what is not known (a parent, a sub-contractor, whether a
function is critical) cannot change it; else it stays unknown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from audit.engine.facts import JsonValue
from audit.snapshots.components import passed_substitutes
from audit.snapshots.rows import VendorRow
from audit.snapshots.subject import Subject, root_of
from audit.snapshots.values import Maybe, RawFact
from governance.choices import Fallback, LifecycleStage, RunMode
from governance.models import AISystem, Subcontractor, SystemComponent, Vendor, VendorDependency

_SOURCE: Final = "register: portfolio"
_OTHER_MODELS: Final = frozenset({Fallback.HOT_OTHER_MODEL, Fallback.COLD_OTHER_MODEL})
_NOT_COUNTED: Final = (LifecycleStage.WITHDRAWN,)


@dataclass(slots=True)
class Reliance:
    """On which groups one system relies; ``is_complete`` is false while a group or a link is not known.

    ``is_entered`` tells that some component is entered: of a system without one nothing is known.
    """

    function: str
    is_critical: bool | None
    roots: set[int] = field(default_factory=set)
    is_complete: bool = True
    is_entered: bool = False


@dataclass(frozen=True, slots=True)
class Concentration:
    """The reliance of every system of the register that is not withdrawn, and counts over the critical ones.

    ``open_functions`` are those that may hang on any group: critical with a link that is not known, or not known
    to be critical. ``functions`` are the ones known to be critical.
    """

    reliances: Mapping[int, Reliance]
    functions_on: Mapping[int, frozenset[str]]
    contracts_on: Mapping[int, int]
    own_contracts: Mapping[int, Mapping[int, int]]
    functions: frozenset[str]
    open_functions: frozenset[str]

    def share_for(self, system_id: int) -> float | None:
        """The largest share of critical functions on one of the system's groups, 0-1.

        None while it is not known: the least and the most that what is open allows are then not the same.
        """
        reliance = self.reliances.get(system_id)
        if reliance is None or not reliance.is_complete:
            return None
        ends = [self._share_on(root) for root in reliance.roots]
        low, high = max((end[0] for end in ends), default=0.0), max((end[1] for end in ends), default=0.0)
        return low if low == high else None

    def _share_on(self, root: int) -> tuple[float, float]:
        """The least and the most that the share of a group can be."""
        certain = self.functions_on.get(root, frozenset())
        possible = certain | self.open_functions
        all_of_them = self.functions | self.open_functions
        least = round(len(certain) / len(all_of_them), 4) if all_of_them else 0.0
        most = round(len(possible) / len(self.functions | possible), 4) if self.functions | possible else 0.0
        return least, most

    def other_contracts_for(self, system_id: int) -> int | None:
        """Other critical-function contracts with the same or a connected provider; none while not known."""
        reliance = self.reliances.get(system_id)
        own = self.own_contracts.get(system_id, {})
        if reliance is None or not reliance.is_complete or (own and self.open_functions):
            return None
        return max((self.contracts_on.get(root, 0) - count for root, count in own.items()), default=0)


def measure_concentration() -> Concentration:
    """Read the whole register's reliances in five queries."""
    vendors = {row.id: row for row in _all_vendors()}
    reliances = {
        system_id: Reliance(function.strip().casefold() or f"system {system_id}", is_critical)
        for system_id, function, is_critical in AISystem.objects.exclude(stage__in=_NOT_COUNTED).values_list(
            "id", "business_function", "is_critical_function"
        )
    }
    contracts: dict[int, Counter[int]] = defaultdict(Counter)
    for system_id, vendor_id, is_listed, may_subcontract in VendorDependency.objects.values_list(
        "system_id", "vendor_id", "subcontractors_known", "subcontracting_permitted"
    ):
        if (reliance := reliances.get(system_id)) is not None:
            root = _rely(reliance, vendors[vendor_id])
            reliance.is_complete &= is_listed is True or may_subcontract is False
            if root is not None:
                contracts[system_id][root] += 1
    for system_id, vendor_id in Subcontractor.objects.values_list("dependency__system_id", "vendor_id"):
        if (reliance := reliances.get(system_id)) is not None:
            _rely(reliance, vendors[vendor_id])
    for system_id, mode, host_id, publisher_id in SystemComponent.objects.values_list(
        "system_id", "run_mode", "host_id", "component__vendor_id"
    ):
        if (reliance := reliances.get(system_id)) is not None:
            reliance.is_entered = True
            _rely_on_host(reliance, mode, vendors.get(host_id or publisher_id or 0), names_host=host_id is not None)
    for reliance in reliances.values():
        reliance.is_complete &= reliance.is_entered
    return _count(reliances, contracts)


def _all_vendors() -> Iterable[VendorRow]:
    return (VendorRow(*row) for row in Vendor.objects.values_list(*VendorRow._fields))


def _rely(reliance: Reliance, vendor: VendorRow) -> int | None:
    root = root_of(vendor)
    if root is None:
        reliance.is_complete = False
    else:
        reliance.roots.add(root)
    return root


def _rely_on_host(reliance: Reliance, mode: str, vendor: VendorRow | None, *, names_host: bool) -> None:
    if mode == RunMode.SELF_HOSTED and not names_host:
        return
    if vendor is None or not mode or (mode == RunMode.OTHER_HOST and not names_host):
        reliance.is_complete = False
    else:
        _rely(reliance, vendor)


def _count(reliances: Mapping[int, Reliance], contracts: Mapping[int, Counter[int]]) -> Concentration:
    critical = {system_id: row for system_id, row in reliances.items() if row.is_critical}
    functions_on: dict[int, set[str]] = defaultdict(set)
    contracts_on: Counter[int] = Counter()
    for system_id, reliance in critical.items():
        for root in reliance.roots:
            functions_on[root].add(reliance.function)
        contracts_on.update(contracts.get(system_id, {}))
    return Concentration(
        reliances=reliances,
        functions_on={root: frozenset(names) for root, names in functions_on.items()},
        contracts_on=contracts_on,
        own_contracts={
            system_id: counts if system_id in critical else dict.fromkeys(counts, 0)
            for system_id, counts in contracts.items()
        },
        functions=frozenset(reliance.function for reliance in critical.values()),
        open_functions=frozenset(
            reliance.function
            for reliance in reliances.values()
            if reliance.is_critical is None or (reliance.is_critical and not reliance.is_complete)
        ),
    )


SHARE: Final = "conc.critical_share"
OTHER_CONTRACTS: Final = "ict.critical_contracts_same_provider"


def stamp_concentration(share: float | None, other_contracts: int | None) -> str:
    """Both figures as one short text, to be compared; a question mark for one that is not known."""
    return f"{'?' if share is None else share}/{'?' if other_contracts is None else other_contracts}"


def stamp_of_sheet(facts: Mapping[str, JsonValue]) -> str:
    """The stamp of the figures in a fact sheet; empty where they do not apply."""
    share, contracts = (entry if isinstance(entry := facts.get(key), dict) else {} for key in (SHARE, OTHER_CONTRACTS))
    if "not_applicable" in share:
        return ""
    share_value, contract_count = share.get("value"), contracts.get("value")
    return stamp_concentration(
        share_value if isinstance(share_value, int | float) else None,
        contract_count if isinstance(contract_count, int) else None,
    )


def derive_concentration(subject: Subject, concentration: Concentration) -> dict[str, RawFact]:
    """Share of critical functions on one parent, other contracts with it, and whether the way out leads back."""
    found: dict[str, Maybe] = {
        SHARE: _as_fact(concentration.share_for(subject.system.id)),
        OTHER_CONTRACTS: _as_fact(concentration.other_contracts_for(subject.system.id)),
        "conc.hidden_root": _hidden_root(subject),
    }
    return {key: fact for key, fact in found.items() if fact is not None}


def _as_fact(value: float | None) -> Maybe:
    return RawFact(value, _SOURCE) if value is not None else None


def _hidden_root(subject: Subject) -> Maybe:
    """Whether every alternative that passed our evaluation ends at a group the system relies on already.

    One alternative that is known to be independent suffices for no. Without an alternative there is nothing that
    could hide a root; that none passed is counted among the substitutes.
    """
    alternatives = {row.component_id for row in passed_substitutes(subject)}
    if not alternatives:
        settled = [row.fallback for row in subject.dependencies]
        if not settled or "" in settled or _OTHER_MODELS & set(settled):
            return None
        return RawFact(not_applicable="no alternative has passed our evaluation and no other model stands by")
    companies = {subject.host_of(use) for use in subject.deciding_uses}
    companies |= {subject.component_of(use).vendor_id for use in subject.deciding_uses}
    companies |= {row.vendor_id for row in subject.dependencies}
    relied_on = {root_of(subject.vendor(company)) for company in companies - {None}}
    known = relied_on - {None}
    ends = [_ends_of(subject, component_id) for component_id in sorted(alternatives)]
    if None not in relied_on and any(None not in roots and not roots & known for roots in ends):
        return RawFact(value=False, source="register: evaluation records")
    if all(roots & known for roots in ends):
        return RawFact(value=True, source="register: evaluation records")
    return None


def _ends_of(subject: Subject, component_id: int) -> set[int | None]:
    component = subject.register.components[component_id]
    if component.own_work_of_id is not None:
        return set()
    return {root_of(subject.vendor(component.vendor_id))}
