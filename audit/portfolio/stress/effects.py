"""Which systems each scenario hits, surely or perhaps, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from audit.portfolio.alternatives import AlternativeFinder
from audit.portfolio.outcomes import ExitDays
from audit.portfolio.reach import Axis, Reliances, host_of, runs_here
from audit.portfolio.stress.rejudging import Rejudged
from audit.portfolio.stress.result import Certainty, FlowHit
from audit.portfolio.stress.scenarios import LicenceChanged, ModelRetired, NewTerms, TransferStopped, VendorGone
from audit.portfolio.tables import UseRow
from audit.snapshots.flows import transfers_of
from audit.snapshots.rows import FlowRow
from governance.choices import EvaluationResult, TransferTool

_PERMANENT: Final = frozenset({"osi_approved", "fsf_libre", "open_data"})
"""Flags of licences whose grant for the copy at hand is not withdrawn."""


@dataclass(slots=True)
class Effect:
    """That a system is hit: how surely, why, and whether a model that stands by is lost too (none: not known).

    ``exit_days`` are those that leaving then takes, where the scenario moves them.
    """

    certainty: Certainty
    because: list[str] = field(default_factory=list)
    fallback_lost: bool | None = False
    exit_days: ExitDays | None = None


@dataclass(frozen=True)
class EffectFinder:
    """Finds the effects of a scenario over one portfolio."""

    reliances: Reliances
    alternatives: AlternativeFinder

    def of_vendor_gone(self, scenario: VendorGone) -> dict[int, Effect]:
        """Systems that rest on the group: its hosts, contracts and sub-contractors."""
        groups, tables = self.reliances.groups, self.reliances.tables
        top = groups.top_of(scenario.vendor_id)
        members = self.reliances.members.get(top.vendor_id, frozenset({scenario.vendor_id}))
        found: dict[int, Effect] = {}
        for system in tables.systems:
            reach = self.reliances.reaches[system.id]
            serving = sorted(int(item) for item in reach.items[Axis.VENDOR] if item in members)
            if serving:
                found[system.id] = Effect(Certainty.SURELY, [f"rests on {tables.name_vendor(one)}" for one in serving])
            elif reach.is_open(Axis.GROUP):
                found[system.id] = Effect(Certainty.PERHAPS, list(dict.fromkeys(reach.gaps[Axis.GROUP])))
            if system.id in found:
                found[system.id].fallback_lost = self._is_fallback_lost(system.id, top.vendor_id)
        return found

    def _is_fallback_lost(self, system_id: int, group: int) -> bool | None:
        """Whether every model that passed as a substitute goes with the group; none where that is not known."""
        roots = self._substitute_needs.get(system_id)
        if not roots:
            return None
        if all(group in needs for needs, _ in roots):
            return True
        return False if any(group not in needs and not is_open for needs, is_open in roots) else None

    @cached_property
    def _substitute_needs(self) -> Mapping[int, list[tuple[frozenset[int], bool]]]:
        """For each system with substitutes that passed, what each of them cannot do without."""
        tables = self.reliances.tables
        substituted = {row.system_id for row in tables.evaluations if row.result == EvaluationResult.PASSED}
        found: dict[int, list[tuple[frozenset[int], bool]]] = {}
        for system_id in sorted(substituted & tables.system.keys()):
            needs = [(other.needs, other.is_open) for other in self.alternatives.substitutes_of(system_id)]
            if needs:
                found[system_id] = needs
        return found

    def of_model_retired(self, scenario: ModelRetired) -> dict[int, Effect]:
        """Systems that use the version at the host; what runs on our own machines goes on."""
        tables = self.reliances.tables
        model = tables.name_component(scenario.component_id)
        found: dict[int, Effect] = {}
        for use in self._uses_of(scenario.component_id):
            host = host_of(use, tables)
            if runs_here(use):
                continue
            if host is None:
                found[use.system_id] = Effect(Certainty.PERHAPS, [f"where {model} runs for it is not known"])
            elif scenario.host_id in (None, host):
                found[use.system_id] = Effect(Certainty.SURELY, [f"uses {model} at {tables.name_vendor(host)}"])
        return found

    def of_licence_changed(self, scenario: LicenceChanged, judged: Mapping[int, Rejudged]) -> dict[int, Effect]:
        """Systems that lose their right to the component, or the exemption that its open licence gives.

        ``judged`` is what the engine makes of the changed facts, where a system was ever assessed.
        """
        component = self.reliances.tables.component[scenario.component_id]
        permanent = bool(_PERMANENT & set(component.licence_flags))
        is_open = permanent or component.states("model.foss_licence") is True
        found: dict[int, Effect] = {}
        for use in self._uses_of(scenario.component_id):
            certainty, why = _judge_right(use, scenario.to, permanent=permanent)
            effect = found.setdefault(use.system_id, Effect(certainty))
            effect.because.append(f"{component.label}: {why}")
            if is_open and use.system_id not in judged:
                says = "exemptions for free and open-source licences may end (AI Act Art. 2(12), 25(4), 53(2))"
                effect.because.append(f"{component.label}: {says}")
        for system_id, effect in found.items():
            if (one := judged.get(system_id)) is not None:
                effect.because += one.say()
                effect.exit_days = one.after.exit_days
                if one.gained and not permanent:
                    effect.certainty = Certainty.SURELY
        return found

    def _uses_of(self, component_id: int) -> Iterable[UseRow]:
        return (use for use in self.reliances.tables.uses if use.component_id == component_id)

    def of_transfer_stopped(self, scenario: TransferStopped) -> tuple[dict[int, Effect], tuple[FlowHit, ...]]:
        """Systems whose personal data would go to the countries without a basis, and the flows."""
        by_system: dict[int, list[FlowRow]] = defaultdict(list)
        for flow in self.reliances.tables.flows:
            by_system[flow.system_id].append(flow)
        effects: dict[int, Effect] = {}
        hits: list[FlowHit] = []
        for system in self.reliances.tables.systems:
            for flow in transfers_of(by_system.get(system.id, ())):
                hit = _judge_flow(flow, system.reference, scenario)
                if hit is None:
                    continue
                hits.append(hit)
                effect = effects.setdefault(system.id, Effect(hit.certainty))
                effect.certainty = min(effect.certainty, hit.certainty, key=list(Certainty).index)
                effect.because.append(f"{flow.data} to {flow.to_name}")
        return effects, tuple(hits)


def _judge_right(use: UseRow, to: NewTerms, *, permanent: bool) -> tuple[Certainty, str]:
    if not runs_here(use):
        return Certainty.PERHAPS, "the right of whoever runs it for us falls; their contract with us tells what follows"
    if to is NewTerms.RESTRICTED:
        return Certainty.PERHAPS, "the new terms have to be read for this purpose and our size"
    if permanent:
        return Certainty.PERHAPS, "the copy at hand keeps its licence, later versions are lost"
    return Certainty.SURELY, "the right to run it is lost"


def _judge_flow(flow: FlowRow, reference: str, scenario: TransferStopped) -> FlowHit | None:
    """A flow that loses its basis; surely only where country, tool and personal data are known."""
    if flow.to_country and flow.to_country not in scenario.countries:
        return None
    had_none = flow.transfer_tool in (TransferTool.NONE, TransferTool.NOT_NEEDED)
    unknown_tool = flow.transfer_tool == TransferTool.UNKNOWN
    if flow.transfer_tool not in scenario.tools and not had_none and not unknown_tool:
        return None
    is_sure = bool(flow.to_country) and not unknown_tool and flow.has_personal_data is True
    return FlowHit(
        reference,
        flow.to_name,
        flow.to_country,
        flow.data,
        flow.transfer_tool,
        Certainty.SURELY if is_sure else Certainty.PERHAPS,
        had_none=had_none,
    )
