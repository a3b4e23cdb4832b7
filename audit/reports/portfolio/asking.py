"""What a portfolio report is made of: which assessments and stress runs it pins, and what else goes into it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Final

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from audit.engine.assess import ENGINE_VERSION
from audit.engine.canonical import hash_canonical
from audit.engine.facts import JsonValue
from audit.models import Assessment, Finding, Report, ReportKind, Standing, StressRecord, WorkState
from audit.portfolio.concentration import read_concentration
from audit.reports.finding_lines import FINDING_COLUMNS
from audit.reports.request import ReportRequestError
from audit.reports.wording import short_day
from governance.choices import LifecycleStage
from governance.models import AISystem

MOST_STRESS: Final = 8
_AT_ONCE: Final = 5_000


def prepare(report: Report) -> None:
    """Put on the row the latest assessment of each system as of the day, the stress runs filed, and the last report.

    Raises ``ReportRequestError`` while no system is assessed.
    """
    assessments = find_assessments(report.as_of)
    if not assessments:
        raise ReportRequestError(
            f"No system is assessed as of {short_day(report.as_of)}; assess the portfolio first, then ask again."
        )
    refuse_other_engines(assessments)
    report.parameters = {
        "assessments": [*assessments],
        "stress": [*_find_stress(report.as_of)],
        "since": _find_last_report(report, assessments),
    }


def find_assessments(as_of: date) -> list[int]:
    """The ids by the systems' references; withdrawn systems are left out."""
    if as_of >= timezone.localdate():
        standings = Standing.objects.filter(assessment__isnull=False, as_of__lte=as_of)
        live = standings.exclude(system__stage=LifecycleStage.WITHDRAWN).order_by("system__reference")
        return [pk for pk in live.values_list("assessment_id", flat=True) if pk is not None]
    latest = Assessment.objects.filter(system=OuterRef("pk"), as_of__lte=as_of).order_by("-as_of", "-id")
    systems = AISystem.objects.exclude(stage=LifecycleStage.WITHDRAWN).order_by("reference")
    found = systems.annotate(latest=Subquery(latest.values("pk")[:1])).values_list("latest", flat=True)
    return [pk for pk in found if pk is not None]


def refuse_other_engines(assessments: Sequence[int]) -> None:
    """Raise ``ReportRequestError`` where an earlier engine made one of them: this one cannot compute it again."""
    others = 0
    for start in range(0, len(assessments), _AT_ONCE):
        part = Assessment.objects.filter(pk__in=assessments[start : start + _AT_ONCE])
        others += part.exclude(engine=ENGINE_VERSION).count()
    if others:
        raise ReportRequestError(
            f"{others} of {len(assessments)} systems were last judged by an earlier engine than {ENGINE_VERSION}, and "
            "nobody could compute that again. They are judged anew within the hour, or now by manage.py reassess."
        )


def _find_stress(as_of: date) -> list[int]:
    """The latest run of each scenario with its parameters, the newest first."""
    runs = StressRecord.objects.filter(state=WorkState.DONE, as_of__lte=as_of, result__isnull=False).order_by("-id")
    seen: set[str] = set()
    found = []
    for pk, scenario, parameters in runs.values_list("pk", "scenario", "parameters"):
        stamp = hash_canonical([scenario, parameters])
        if stamp not in seen:
            seen.add(stamp)
            found.append(pk)
    return found[:MOST_STRESS]


def _find_last_report(report: Report, assessments: list[int]) -> int | None:
    """The last finished portfolio report that was made from other assessments, in whatever language."""
    made = Report.objects.filter(kind=ReportKind.PORTFOLIO, as_of__lte=report.as_of).exclude(sha256="")
    for pk, parameters in made.order_by("-id").values_list("pk", "parameters")[:20]:
        if parameters.get("assessments") != assessments:
            return pk
    return None


def describe_content(report: Report) -> JsonValue:
    """The findings, the register's figures on concentration, and what is told of each system beside its judgement."""
    findings = hashlib.sha256()
    for row in Finding.objects.order_by("system__reference", "key").values_list(*FINDING_COLUMNS).iterator():
        findings.update(repr(row).encode())
    systems = hashlib.sha256()
    columns = ("reference", "name", "owner", "stage", "business_function", "is_critical_function", "facts_confirmed_on")
    for row in AISystem.objects.order_by("reference").values_list(*columns, "standing__is_dirty").iterator():
        systems.update(repr(row).encode())
    return {
        "findings": findings.hexdigest(),
        "systems": systems.hexdigest(),
        "concentration": hash_canonical(read_concentration(report.as_of).to_json()),
    }
