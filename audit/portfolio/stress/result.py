"""What a stress scenario shows, as data for the command, the page and the report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from audit.engine.facts import JsonValue
from audit.portfolio.costs import Money
from audit.portfolio.stress.rejudging import Rejudged


class Certainty(StrEnum):
    """Whether something is surely hit, or cannot be ruled out while the register does not say more."""

    SURELY = "surely"
    PERHAPS = "perhaps"


class PlanState(StrEnum):
    """How good the exit plan is: tested for real within 12 months, written only, missing, not known."""

    TESTED = "tested"
    UNTESTED = "untested"
    MISSING = "missing"
    UNKNOWN = "unknown"


class Margin(NamedTuple):
    """Days to spare, at worst and at best; less than 0 is short."""

    low: float
    high: float

    def to_json(self) -> dict[str, JsonValue]:
        """As plain data."""
        return {"low": self.low, "high": self.high}


@dataclass(frozen=True, slots=True)
class Hit:
    """A system that a scenario hits, and how long it would be short. Unknown margins are none, never enough."""

    system_id: int
    reference: str
    name: str
    function: str
    is_critical: bool | None
    certainty: Certainty
    because: tuple[str, ...]
    orderly: Margin | None
    sudden: Margin | None
    plan: PlanState
    stranded: tuple[str, ...] | None

    @property
    def short_by(self) -> Margin | None:
        """The days that are missing, at best and at worst, by the worse of the two margins that are known."""
        known = [margin for margin in (self.orderly, self.sudden) if margin is not None]
        if not known:
            return None
        return Margin(max(max(0.0, -margin.high) for margin in known), max(max(0.0, -margin.low) for margin in known))

    def to_json(self) -> dict[str, JsonValue]:
        """As plain data."""
        short = self.short_by
        return {
            "system": self.reference,
            "name": self.name,
            "function": self.function,
            "critical": self.is_critical,
            "certainty": self.certainty.value,
            "because": [*self.because],
            "orderly_margin_days": self.orderly.to_json() if self.orderly else None,
            "sudden_margin_days": self.sudden.to_json() if self.sudden else None,
            "short_by_days": short.to_json() if short else None,
            "exit_plan": self.plan.value,
            "stranded_assets": None if self.stranded is None else [*self.stranded],
        }


@dataclass(frozen=True, slots=True)
class FunctionHit:
    """A business function with the number of its systems, and of those that are hit."""

    name: str
    is_critical: bool | None
    surely: int
    perhaps: int
    systems: int

    def to_json(self) -> dict[str, JsonValue]:
        """As plain data."""
        return {
            "function": self.name,
            "critical": self.is_critical,
            "systems_surely_hit": self.surely,
            "systems_perhaps_hit": self.perhaps,
            "systems": self.systems,
        }


@dataclass(frozen=True, slots=True)
class FlowHit:
    """A data flow that would have no basis; ``had_none`` tells that it has none today."""

    reference: str
    recipient: str
    country: str
    data: str
    tool: str
    certainty: Certainty
    had_none: bool

    def to_json(self) -> dict[str, JsonValue]:
        """As plain data."""
        return {
            "system": self.reference,
            "recipient": self.recipient,
            "country": self.country or None,
            "data": self.data,
            "tool": self.tool,
            "certainty": self.certainty.value,
            "has_none_today": self.had_none,
        }


@dataclass(frozen=True, slots=True)
class CostLine:
    """What something costs one system by calendar year, today's way and under the scenario."""

    reference: str
    what: str
    basis: str
    years: tuple[tuple[int, Money, Money], ...]
    note: str = ""
    break_even: float | None = None

    def to_json(self) -> dict[str, JsonValue]:
        """As plain data."""
        return {
            "system": self.reference,
            "what": self.what,
            "basis": self.basis,
            "years": [
                {"year": year, "as_agreed": before.to_json(), "in_scenario": after.to_json()}
                for year, before, after in self.years
            ],
            "note": self.note,
            "break_even_volume": self.break_even,
        }


@dataclass(frozen=True, slots=True)
class StressResult:
    """All that one scenario does to the portfolio. ``unknown_costs`` names systems whose cost is not entered.

    ``judgements`` are what the engine makes of facts that the scenario changes; ``not_judged`` names systems that were
    never assessed.
    """

    scenario: dict[str, JsonValue]
    as_of: date
    systems: int
    hits: tuple[Hit, ...]
    functions: tuple[FunctionHit, ...]
    flows: tuple[FlowHit, ...] = ()
    costs: tuple[CostLine, ...] = ()
    unknown_costs: tuple[str, ...] = ()
    judgements: tuple[Rejudged, ...] = ()
    not_judged: tuple[str, ...] = ()
    flaws: tuple[str, ...] = ()

    @property
    def surely_hit(self) -> tuple[Hit, ...]:
        """The systems that are surely hit."""
        return tuple(hit for hit in self.hits if hit.certainty is Certainty.SURELY)

    @property
    def critical_functions_hit(self) -> tuple[FunctionHit, ...]:
        """The critical functions of which a system is surely hit."""
        return tuple(function for function in self.functions if function.is_critical and function.surely)

    @property
    def untested_plans(self) -> tuple[str, ...]:
        """The references of hit systems whose way out was never walked: no plan, none tested, or none known."""
        return tuple(hit.reference for hit in self.hits if hit.plan is not PlanState.TESTED)

    def total_by_year(self) -> tuple[tuple[int, str, float, float], ...]:
        """For each year and currency: the sum as agreed and in the scenario."""
        sums: dict[tuple[int, str], tuple[float, float]] = {}
        for line in self.costs:
            for year, before, after in line.years:
                one, other = sums.get((year, before.currency), (0.0, 0.0))
                sums[year, before.currency] = (one + float(before.amount), other + float(after.amount))
        return tuple((year, money, round(a, 2), round(b, 2)) for (year, money), (a, b) in sorted(sums.items()))

    def to_json(self) -> dict[str, JsonValue]:
        """As plain data, in the same order every time."""
        return {
            **self.scenario,
            "as_of": self.as_of.isoformat(),
            "systems": self.systems,
            "systems_surely_hit": len(self.surely_hit),
            "systems_perhaps_hit": len(self.hits) - len(self.surely_hit),
            "critical_functions_hit": [function.name for function in self.critical_functions_hit],
            "hits": [hit.to_json() for hit in self.hits],
            "functions": [function.to_json() for function in self.functions],
            "untested_plans": [*self.untested_plans],
            "flows_without_basis": [flow.to_json() for flow in self.flows],
            "costs": [line.to_json() for line in self.costs],
            "cost_by_year": [
                {"year": year, "currency": currency, "as_agreed": before, "in_scenario": after}
                for year, currency, before, after in self.total_by_year()
            ],
            "unknown_costs": [*self.unknown_costs],
            "judgements": [one.to_json() for one in self.judgements],
            "not_judged": [*self.not_judged],
            "flaws": [*self.flaws],
        }
