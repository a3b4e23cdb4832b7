"""The stress scenarios that were filed: how many systems each one hits, and what would follow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext

from audit.models import StressRecord
from audit.portfolio.stress.sentences import name_scenario, write_sentences
from audit.reports.figures import colours
from audit.reports.figures.tallies import Tally, tally_bars
from audit.reports.portfolio.records import PortfolioRecords
from audit.reports.sections.judgements import SCALE
from audit.reports.stored import told
from audit.reports.wording import number, say, short_day
from audit.selectors.reading import Reading


@dataclass(frozen=True, slots=True)
class ScenarioRow:
    """One scenario and what would follow from it."""

    title: str
    day: str
    follows: tuple[str, ...]
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
        bars.append(Tally(told(name_scenario(record.result or {})), surely, perhaps, figure, colours.INK))
    whole = float(max((_systems(record) for record in records.stress), default=0))
    return Stressing(
        drawing=tally_bars(bars, title=gettext("Systems hit by each scenario"), whole=whole, scale=SCALE)
        if bars
        else "",
        rows=tuple(_row(record) for record in records.stress),
    )


def _systems(record: StressRecord) -> int:
    return int(Reading(record.result or {}).number("systems") or 0)


def _row(record: StressRecord) -> ScenarioRow:
    result = record.result or {}
    names = frozenset(_names(Reading(result)))
    return ScenarioRow(
        title=told(name_scenario(result)),
        day=short_day(record.as_of),
        follows=tuple(told(sentence, names) for sentence in write_sentences(result)),
        note=record.note,
    )


def _names(result: Reading) -> Iterator[str]:
    """Give the names that were typed and may stand in a row within a sentence."""
    yield from result.texts("critical_functions_hit")
    for hit in result.each("hits"):
        yield hit.text("name")
