"""Runs one scenario over the whole portfolio: pure, over plain tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from audit.portfolio.alternatives import AlternativeFinder
from audit.portfolio.costs import SelfHosting
from audit.portfolio.outcomes import Assets, ExitDays
from audit.portfolio.reach import Reliances, trace_reliances
from audit.portfolio.stress.effects import Effect, EffectFinder
from audit.portfolio.stress.leaving import judge_plan, measure_orderly, measure_sudden
from audit.portfolio.stress.prices import PriceFinder
from audit.portfolio.stress.rejudging import DECIDING_KINDS, SOFTWARE_KINDS, Content, Rejudged, rejudge
from audit.portfolio.stress.result import Certainty, CostLine, FlowHit, FunctionHit, Hit, StressResult
from audit.portfolio.stress.scenarios import (
    LicenceChanged,
    ModelRetired,
    PriceTimes,
    Scenario,
    TransferStopped,
    VendorGone,
    describe_scenario,
)
from audit.portfolio.tables import SystemRow, Tables


@dataclass(frozen=True)
class Portfolio:
    """All that a scenario is run on: the register, the exit time of each assessed system, the assets at vendors.

    ``sheets`` are the fact sheets to be judged anew, with their ids, where the scenario changes facts.
    """

    tables: Tables
    exits: Mapping[int, ExitDays]
    assets: Mapping[int, Assets]
    as_of: date
    sheets: Mapping[int, tuple[int, Content]] = field(default_factory=dict)

    @cached_property
    def reliances(self) -> Reliances:
        """On whom each system rests."""
        return trace_reliances(self.tables)

    @cached_property
    def finder(self) -> EffectFinder:
        """Finds what is hit."""
        return EffectFinder(self.reliances, AlternativeFinder(self.reliances, self.as_of))


def run_stress(portfolio: Portfolio, scenario: Scenario, *, hosting: SelfHosting | None = None) -> StressResult:
    """What the scenario does to every system, function, flow and cost."""
    tables = portfolio.tables
    judged = _judge_anew(portfolio, scenario)
    effects, flows, costs, unknown = _find_effects(portfolio, scenario, hosting, judged)
    hits = [_make_hit(portfolio, tables.system[system_id], effect, scenario) for system_id, effect in effects.items()]
    return StressResult(
        scenario=describe_scenario(scenario, tables),
        as_of=portfolio.as_of,
        systems=len(tables.systems),
        hits=tuple(sorted(hits, key=_order)),
        functions=_count_functions(tables.systems, hits),
        flows=flows,
        costs=costs,
        unknown_costs=unknown,
        judgements=tuple(judged.values()),
        not_judged=tuple(
            tables.system[system_id].reference
            for system_id in effects
            if isinstance(scenario, LicenceChanged) and system_id not in portfolio.sheets
        ),
        flaws=tuple(dict.fromkeys((*_name_doubts(portfolio, scenario), *_name_flaws(portfolio)))),
    )


def _name_doubts(portfolio: Portfolio, scenario: Scenario) -> Iterable[str]:
    """Of a company whose group is not known, more may go than is shown."""
    if isinstance(scenario, VendorGone) and not portfolio.reliances.groups.top_of(scenario.vendor_id).is_certain:
        name = portfolio.tables.name_vendor(scenario.vendor_id)
        yield f"The ultimate parent of {name} is not known: systems on other companies of its group are not shown."


def _name_flaws(portfolio: Portfolio) -> Iterable[str]:
    return (flaw.says for flaw in portfolio.reliances.flaws)


def _find_effects(
    portfolio: Portfolio, scenario: Scenario, hosting: SelfHosting | None, judged: Mapping[int, Rejudged]
) -> tuple[Mapping[int, Effect], tuple[FlowHit, ...], tuple[CostLine, ...], tuple[str, ...]]:
    finder = portfolio.finder
    if isinstance(scenario, VendorGone):
        return finder.of_vendor_gone(scenario), (), (), ()
    if isinstance(scenario, ModelRetired):
        return finder.of_model_retired(scenario), (), (), ()
    if isinstance(scenario, TransferStopped):
        effects, flows = finder.of_transfer_stopped(scenario)
        return effects, flows, (), ()
    if isinstance(scenario, PriceTimes):
        lines, unknown = PriceFinder(portfolio.reliances, scenario, portfolio.as_of, hosting).cost_lines()
        dearer = {system_id: Effect(Certainty.SURELY) for system_id, _ in lines}
        for system_id, line in lines:
            dearer[system_id].because.append(line.what)
        dearer |= {
            system_id: Effect(Certainty.PERHAPS, ["its yearly cost is not entered"])
            for system_id in unknown
            if system_id not in dearer
        }
        references = tuple(portfolio.tables.system[system_id].reference for system_id in unknown)
        return dearer, (), tuple(line for _, line in lines), references
    return finder.of_licence_changed(scenario, judged), (), (), ()


def _judge_anew(portfolio: Portfolio, scenario: Scenario) -> dict[int, Rejudged]:
    """Judge the systems whose facts the scenario changes: those of which the component decides what the facts say."""
    if not isinstance(scenario, LicenceChanged):
        return {}
    tables = portfolio.tables
    kind = tables.component[scenario.component_id].kind
    deciding = {}
    for system_id, sheet in portfolio.sheets.items():
        kinds = {tables.component[use.component_id].kind for use in tables.uses_of.get(system_id, ())}
        if kind in DECIDING_KINDS or (kind in SOFTWARE_KINDS and not kinds & DECIDING_KINDS):
            deciding[system_id] = sheet
    names = {system_id: row.reference for system_id, row in tables.system.items()}
    return rejudge(scenario, kind, deciding, names, portfolio.as_of)


def _make_hit(portfolio: Portfolio, system: SystemRow, effect: Effect, scenario: Scenario) -> Hit:
    contracts = portfolio.tables.contracts_of.get(system.id, ())
    exit_days = effect.exit_days if effect.exit_days is not None else portfolio.exits.get(system.id)
    assets = portfolio.assets.get(system.id)
    # A higher price stops nothing: there is no day by which we must have left.
    stops = not isinstance(scenario, PriceTimes)
    given = (scenario.on - portfolio.as_of).days
    lost = effect.fallback_lost
    return Hit(
        system_id=system.id,
        reference=system.reference,
        name=system.name,
        function=system.business_function,
        is_critical=system.is_critical_function,
        certainty=effect.certainty,
        because=tuple(effect.because),
        orderly=measure_orderly(given, exit_days) if stops else None,
        sudden=measure_sudden(contracts, exit_days, fallback_lost=lost) if stops else None,
        plan=judge_plan(contracts, portfolio.as_of),
        stranded=assets.stranded if assets is not None else None,
    )


def _order(hit: Hit) -> tuple[bool, bool, float, str]:
    """Surely hit first, then critical functions, then whoever is short by the most days at worst."""
    short = hit.short_by
    return (
        hit.certainty is not Certainty.SURELY,
        hit.is_critical is False,
        -(short.high if short is not None else float("inf")),
        hit.reference,
    )


def _count_functions(systems: Iterable[SystemRow], hits: Iterable[Hit]) -> tuple[FunctionHit, ...]:
    """The functions of which a system is hit; critical if one system says so."""
    of_system = {row.id: row for row in systems}
    totals: Counter[str] = Counter(row.function for row in of_system.values())
    names: dict[str, str] = {}
    stated: dict[str, set[bool | None]] = {}
    for row in of_system.values():
        names.setdefault(row.function, row.business_function.strip() or row.name)
        stated.setdefault(row.function, set()).add(row.is_critical_function)
    surely: Counter[str] = Counter()
    perhaps: Counter[str] = Counter()
    for hit in hits:
        counter = surely if hit.certainty is Certainty.SURELY else perhaps
        counter[of_system[hit.system_id].function] += 1
    found = [
        FunctionHit(names[key], _is_critical(stated[key]), surely.get(key, 0), perhaps.get(key, 0), totals[key])
        for key in surely.keys() | perhaps.keys()
    ]
    return tuple(sorted(found, key=lambda each: (each.is_critical is False, -each.surely, -each.perhaps, each.name)))


def _is_critical(stated: set[bool | None]) -> bool | None:
    if True in stated:
        return True
    return None if None in stated else False
