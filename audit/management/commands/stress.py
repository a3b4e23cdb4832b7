"""Shows what would follow over the whole portfolio if a vendor, version, price, transfer or licence went."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.engine.dates import DayError, parse_day
from audit.portfolio.stress import Margin, ScenarioError, StressResult
from audit.portfolio.stress.scenarios import NAMES, PARAMETERS
from audit.portfolio.stress.sentences import name_scenario
from audit.services.stressing import compute_stress, file_stress
from governance.models.base import name_day

_HELP: Final = {
    "vendor": "A vendor, by its name; its whole group is meant.",
    "component": "A component, by its key or its name with the version.",
    "host": "The company that runs it, by its name; every host if not given.",
    "times": "The factor of the price, for example 3.",
    "country": "The country, for example US; several with commas.",
    "tool": "The transfer tools that fall away, for example dpf,scc; adequacy,dpf if not given.",
    "to": "What the licence becomes: restricted or forbids_us.",
    "on": "The day on which it happens; today if not given.",
}


class Command(BaseCommand):
    """Prints a table, or JSON with ``--json``; ``--file`` keeps the run as a dated record."""

    help = "Run a stress scenario over the portfolio: " + ", ".join(NAMES) + "."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the scenario and its words."""
        parser.add_argument("scenario", choices=list(NAMES))
        for name in sorted({word for words in PARAMETERS.values() for word in words}):
            parser.add_argument(f"--{name}", default="", help=_HELP[name])
        parser.add_argument("--as-of", default="", help="The day of the register, for example 2026-11-20.")
        parser.add_argument("--json", action="store_true", help="Print JSON.")
        parser.add_argument("--file", action="store_true", help="Keep the run as a dated record.")
        parser.add_argument("--note", default="", help="Why it is run; kept with the record.")

    def handle(self, *_args: object, scenario: str, **options: object) -> None:
        """Run it, print it, and file it where that is asked for."""
        as_of = _read_day(str(options["as_of"]))
        words = {name: str(options.get(name) or "") for name in _HELP}
        given = {name: value for name, value in words.items() if value}
        try:
            result = compute_stress(name=scenario, parameters=given, as_of=as_of)
        except ScenarioError as wrong:
            raise CommandError("\n".join(wrong.problems)) from None
        if options["file"]:
            record = file_stress(
                name=scenario, parameters=given, result=result, requested_by="command line", note=str(options["note"])
            )
            self.stderr.write(f"Filed as stress run {record.pk}, SHA-256 {record.result_sha256}.")
        if options["json"]:
            self.stdout.write(json.dumps(result.to_json(), ensure_ascii=False))
        else:
            self.stdout.write("\n".join(write_table(result)))


def _read_day(text: str) -> date:
    try:
        return parse_day(text) if text else timezone.localdate()
    except DayError as wrong:
        raise CommandError(f"--as-of: {wrong}") from None


def write_table(result: StressResult) -> Iterator[str]:
    """The result in lines for people."""
    surely = len(result.surely_hit)
    yield f"{name_scenario(result.to_json())}, as of {name_day(result.as_of)}"
    yield f"{surely} of {result.systems} systems surely hit, {len(result.hits) - surely} perhaps."
    critical = [function.name for function in result.critical_functions_hit]
    yield f"Critical functions hit: {', '.join(critical) or 'none that is known'}."
    yield from _write_hits(result)
    if result.flows:
        yield ""
        yield from _columns(
            ("System", "Data", "To", "Country", "Tool", "How surely"),
            [
                (flow.reference, flow.data, flow.recipient, flow.country or "not known", flow.tool, flow.certainty)
                for flow in result.flows
            ],
        )
    if result.costs:
        yield ""
        totals = [
            (str(year), currency, f"{before:,.2f}", f"{after:,.2f}")
            for year, currency, before, after in result.total_by_year()
        ]
        yield from _columns(("Year", "Currency", "As agreed", "In the scenario"), totals)
    if result.unknown_costs:
        yield f"Cost not entered, or only in part: {', '.join(result.unknown_costs)}."
    for says in result.flaws:
        yield f"Register: {says}"


def _write_hits(result: StressResult) -> Iterator[str]:
    stops = result.scenario["scenario"] != "price_times"  # a higher price ends nothing on a day
    rows = [
        (
            hit.reference,
            hit.function or "—",
            {True: "yes", False: "no", None: "not known"}[hit.is_critical],
            hit.certainty.value,
            _margin(hit.orderly) if stops else "—",
            _margin(hit.sudden) if stops else "—",
            hit.plan.value,
            "not known" if hit.stranded is None else ", ".join(hit.stranded) or "none",
        )
        for hit in result.hits
    ]
    if rows:
        yield ""
        head = ("System", "Function", "Critical", "Hit", "Orderly days", "Sudden days", "Exit plan", "Stranded assets")
        yield from _columns(head, rows)


def _margin(margin: Margin | None) -> str:
    if margin is None:
        return "not known"
    return f"{margin.low:g}" if margin.low == margin.high else f"{margin.low:g} to {margin.high:g}"


def _columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    for row in (head, *rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
