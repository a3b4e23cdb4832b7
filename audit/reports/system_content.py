"""What a system audit report must be asked for with, and all that goes into it."""

from __future__ import annotations

from typing import Final

from audit.engine.facts import JsonValue
from audit.models import Finding, Report
from audit.reports.request import ReportRequestError
from governance.models import AuditEvent

_FINDING_COLUMNS: Final = (
    *("key", "rating", "opened_on", "times_opened", "closed_on", "closed_because", "owner", "due_on", "response"),
    *("response_text", "response_by", "response_on", "accepted_until", "accepted_by", "acceptance_confirmed_by"),
)


def prepare(report: Report) -> None:
    """Refuse a report that names no system; the assessment it is made from is put on it by who asks."""
    if report.system_id is None or report.assessment_id is None:
        raise ReportRequestError("A system audit report needs a system, and an assessment of it.", about="system")


def describe_content(report: Report) -> JsonValue:
    """Judgement, facts, packs, findings with responses, and the last entry of the history."""
    assessment = report.assessment
    if assessment is None:
        raise ReportRequestError("A system audit report needs an assessment.")
    findings: list[JsonValue] = [
        [str(value) for value in row]
        for row in Finding.objects.filter(system_id=report.system_id).order_by("key").values_list(*_FINDING_COLUMNS)
    ]
    last_event = (
        AuditEvent.objects.filter(system_id=report.system_id)
        .exclude(action="downloaded")
        .order_by("-id")
        .values_list("hash", flat=True)
        .first()
    )
    return {
        "result": assessment.result_sha256,
        "facts": assessment.fact_sheet.sha256,
        "packs": assessment.packs_hash,
        "findings": findings,
        "history": last_event or "",
    }
