"""The portfolio report's own attachments: every row that its capped tables leave out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext

from audit.reports.attachments import Attachment, attach, canonical_json
from audit.reports.finding_lines import embed_findings
from audit.reports.lines import Ends, SystemLine
from audit.reports.portfolio.records import PortfolioRecords

_COLUMNS: Final = (
    *("reference", "name", "legal_entity", "business_function", "critical", "stage", "owner", "judged_on"),
    *("aia_class", "possible_classes", "duties_met", "duties_not_met", "duties_without_record"),
    *("lock_in_low", "lock_in_high", "lock_in_band", "orderly_margin_low", "orderly_margin_high"),
    *("transparency_low", "transparency_high", "transparency_band", "openness", "answered", "next_date", "next_what"),
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def build_files(records: PortfolioRecords) -> tuple[Attachment, ...]:
    """Give the table of all systems, all findings, the concentration, and the stress runs."""
    stress = [
        {
            "scenario": record.scenario,
            "parameters": record.parameters,
            "as_of": record.as_of,
            "result_sha256": record.result_sha256,
            "result": record.result,
        }
        for record in records.stress
    ]
    return (
        attach("systems.csv", gettext("Every system in one line"), "Data", write_table(records.lines)),
        embed_findings(records.findings),
        attach(
            "concentration.json",
            gettext("Concentration by company, group and country"),
            "Data",
            canonical_json(records.concentration.to_json()),
        ),
        attach("stress.json", gettext("Stress scenarios as they were filed"), "Data", canonical_json(stress)),
    )


def write_table(lines: Iterable[SystemLine]) -> bytes:
    """Give the systems as CSV; what would be a formula in a spreadsheet is written as text."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(_COLUMNS)
    for line in lines:
        table.writerow([_plain(value) for value in _cells(line)])
    return text.getvalue().encode()


def _cells(line: SystemLine) -> tuple[object, ...]:
    margin = line.orderly_margin or (None, None)
    return (
        *(line.reference, line.name, line.entity, line.function, line.is_critical, line.stage, line.owner),
        line.assessed_on.isoformat(),
        *(line.aia_class, " ".join(line.possible_classes)),
        *(line.count("satisfied"), line.count("not_satisfied"), line.count("undetermined")),
        *_score(line.lock_in),
        *margin,
        *_score(line.transparency),
        *(line.openness, line.completeness),
        *(line.next_on.isoformat() if line.next_on else None, line.next_what),
    )


def _score(ends: Ends | None) -> tuple[object, object, object]:
    return (ends.low, ends.high, ends.band) if ends else (None, None, "")


def _plain(value: object) -> object:
    """Keep a spreadsheet from computing what somebody typed; an empty cell is what is not known."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
