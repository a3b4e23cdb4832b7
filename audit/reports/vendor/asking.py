"""What a vendor report must be asked for with, and all that goes into it."""

from __future__ import annotations

import hashlib

from audit.engine.canonical import hash_canonical
from audit.engine.facts import JsonValue
from audit.models import Assessment, Finding, Report
from audit.reports.finding_lines import FINDING_COLUMNS
from audit.reports.portfolio.asking import find_assessments, refuse_other_engines
from audit.reports.request import ReportRequestError
from audit.reports.vendor.hanging import read_group
from governance.models import AISystem, DataFlow, HostOffer, Subcontractor, SystemComponent, VendorDependency


def prepare(report: Report) -> None:
    """Put the company at the top of the group on the row, and the assessments of the systems that hang on it.

    Raises ``ReportRequestError`` when no organisation is named, or when nothing hangs on it.
    """
    if report.organisation_id is None:
        raise ReportRequestError("A vendor report needs the organisation it is about.", about="organisation")
    group = read_group(report.organisation_id, report.as_of)
    if not group.reasons:
        raise ReportRequestError(
            f"No system that is not withdrawn hangs on {group.name} or a company of its group.", about="organisation"
        )
    report.organisation_id = group.top_id
    wanted = Assessment.objects.filter(pk__in=find_assessments(report.as_of), system__in=[*group.reasons])
    assessments = [*wanted.order_by("system__reference").values_list("pk", flat=True)]
    refuse_other_engines(assessments)
    report.parameters = {"assessments": [*assessments]}


def describe_content(report: Report) -> JsonValue:
    """The stress of losing the group, the rows of the register that hang on it, and the findings of its systems."""
    if report.organisation_id is None:
        raise ReportRequestError("A vendor report needs the organisation it is about.")
    group = read_group(report.organisation_id, report.as_of)
    digest = hashlib.sha256()
    members, systems = [*group.members], [*group.reasons]
    for rows in (
        VendorDependency.objects.filter(vendor__in=members),
        Subcontractor.objects.filter(dependency__system__in=systems),
        DataFlow.objects.filter(system__in=systems),
        SystemComponent.objects.filter(system__in=systems),
        HostOffer.objects.filter(company__in=members),
    ):
        for row in rows.order_by("pk").values_list().iterator():
            digest.update(repr(row).encode())
    for row in Finding.objects.filter(system__in=systems).order_by("pk").values_list(*FINDING_COLUMNS).iterator():
        digest.update(repr(row).encode())
    columns = ("reference", "name", "owner", "business_function", "is_critical_function")
    for row in AISystem.objects.filter(pk__in=systems).order_by("pk").values_list(*columns):
        digest.update(repr(row).encode())
    return {"rows": digest.hexdigest(), "stress": hash_canonical(group.stress.to_json())}
