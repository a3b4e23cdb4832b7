"""The stress scenarios that were filed: how many systems and critical functions each one hits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext

from audit.models import StressRecord
from audit.reports.figures import colours
from audit.reports.figures.tallies import Tally, tally_bars
from audit.reports.portfolio.records import PortfolioRecords
from audit.reports.reading import Reading
from audit.reports.sections.judgements import SCALE
from audit.reports.wording import listing, number, say, short_day

_MOST_FUNCTIONS: Final = 5


@dataclass(frozen=True, slots=True)
class ScenarioRow:
    """One scenario and what it would do."""

    name: str
    parameters: str
    day: str
    functions: str
    untested: str
    note: str


@dataclass(frozen=True, slots=True)
class Stressing:
    """The scenarios, as bars and in words."""

    drawing: str
    rows: tuple[ScenarioRow, ...]


def build_stressing(records: PortfolioRecords) -> Stressing:
    """Build the section on stress."""
    bars = []
    for record in records.stress:
        surely, perhaps = record.systems_surely_hit or 0, record.systems_perhaps_hit or 0
        figure = number(surely)
        if perhaps:
            figure = say("{sure}, up to {most}", sure=number(surely), most=number(surely + perhaps))
        label = ", ".join(part for part in (scenario_word(record.scenario), _parameters(record)) if part)
        bars.append(Tally(label, surely, perhaps, figure, colours.INK))
    whole = float(max((_systems(record) for record in records.stress), default=0))
    return Stressing(
        drawing=tally_bars(bars, title=gettext("Systems hit by each scenario"), whole=whole, scale=SCALE)
        if bars
        else "",
        rows=tuple(_row(record) for record in records.stress),
    )


def scenario_word(scenario: str) -> str:
    """Give the name of a scenario in words."""
    words = {
        "vendor_gone": gettext("The vendor is gone"),
        "model_retired": gettext("The model is retired"),
        "price_times": gettext("The price rises"),
        "transfer_stopped": gettext("The transfer is stopped"),
        "licence_changed": gettext("The licence changes"),
    }
    return words.get(scenario, scenario.replace("_", " "))


def _systems(record: StressRecord) -> int:
    return int(Reading(record.result or {}).number("systems") or 0)


def _parameters(record: StressRecord) -> str:
    """Give what the scenario was asked with; a factor says that it is one, names stand for themselves."""
    told = []
    for key, value in sorted(record.parameters.items()):
        told.append(say("times {factor}", factor=value) if key == "times" else str(value))
    return ", ".join(told)


def _row(record: StressRecord) -> ScenarioRow:
    result = Reading(record.result or {})
    functions = result.texts("critical_functions_hit")
    named = listing(functions[:_MOST_FUNCTIONS])
    if len(functions) > _MOST_FUNCTIONS:
        named = say(
            "{functions} and {more} more",
            functions=", ".join(functions[:_MOST_FUNCTIONS]),
            more=len(functions) - _MOST_FUNCTIONS,
        )
    return ScenarioRow(
        name=scenario_word(record.scenario),
        parameters=_parameters(record) or "–",
        day=short_day(record.as_of),
        functions=named or gettext("none for certain"),
        untested=number(len(result.texts("untested_plans"))),
        note=record.note,
    )
