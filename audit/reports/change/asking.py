"""What a change report must be asked for with: two days, and a system or the whole portfolio; and what goes into it."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Final

from django.db.models import OuterRef, QuerySet, Subquery

from audit.engine.dates import DayError, parse_day
from audit.engine.facts import JsonValue
from audit.models import Assessment, Finding, Report
from audit.reports.finding_lines import FINDING_COLUMNS
from audit.reports.request import ReportRequestError
from audit.reports.wording import short_day
from governance.models import AISystem

SYSTEM_COLUMNS: Final = ("reference", "name", "stage", "legal_entity__name", "withdrawn_on", "is_fictional")


def prepare(report: Report) -> None:
    """Put on the row, for each system, its last assessment up to the first day and its last up to the second.

    The second day is ``to`` where it is given, and the report's day otherwise. Raises ``ReportRequestError`` when the
    days are missing or not in order, or when nothing was assessed by the first or the second.
    """
    first = _read_day(report, "from")
    if "to" in report.parameters:
        report.as_of = _read_day(report, "to")
    if first >= report.as_of:
        raise ReportRequestError(
            f"A change report needs a first day before the second; {short_day(first)} is not before "
            f"{short_day(report.as_of)}.",
            about="parameters",
        )
    systems = find_systems(report)
    before, after = _find_latest(systems, first), _find_latest(systems, report.as_of)
    if not after:
        raise ReportRequestError(f"Nothing is assessed as of {short_day(report.as_of)}; assess it, then ask again.")
    if not before:
        raise ReportRequestError(
            f"Nothing was assessed by {short_day(first)}; the first assessment is as of "
            f"{short_day(_find_first_day(systems))}.",
            about="parameters",
        )
    report.parameters = {
        "from": first.isoformat(),
        "pairs": [[before.get(pk), after.get(pk)] for pk in systems.values_list("pk", flat=True) if pk in after],
    }


def find_systems(report: Report) -> QuerySet[AISystem]:
    """The system of the report, or all, by reference."""
    systems = AISystem.objects.order_by("reference")
    return systems.filter(pk=report.system_id) if report.system_id is not None else systems


def _read_day(report: Report, name: str) -> date:
    given = report.parameters.get(name)
    try:
        return parse_day(str(given or ""))
    except DayError as error:
        raise ReportRequestError(
            f"A change report needs two days, “from” and “to”, for example 2026-05-01; “{name}”: {error}",
            about="parameters",
        ) from error


def _find_latest(systems: QuerySet[AISystem], day: date) -> dict[int, int]:
    latest = Assessment.objects.filter(system=OuterRef("pk"), as_of__lte=day).order_by("-as_of", "-id")
    found = systems.annotate(latest=Subquery(latest.values("pk")[:1])).values_list("pk", "latest")
    return {pk: assessment for pk, assessment in found if assessment is not None}


def _find_first_day(systems: QuerySet[AISystem]) -> date:
    return Assessment.objects.filter(system__in=systems).order_by("as_of").values_list("as_of", flat=True)[0]


def describe_content(report: Report) -> JsonValue:
    """The findings and what is told of each system beside its judgement; the assessments stand on the row."""
    digest = hashlib.sha256()
    systems = find_systems(report)
    for row in systems.values_list(*SYSTEM_COLUMNS).iterator():
        digest.update(repr(row).encode())
    findings = Finding.objects.filter(system__in=systems).order_by("system__reference", "key")
    for row in findings.values_list(*FINDING_COLUMNS).iterator():
        digest.update(repr(row).encode())
    return {"rows": digest.hexdigest()}
