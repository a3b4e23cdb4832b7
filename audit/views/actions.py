"""The two buttons of a system's page: assess now, and make a report. Both only enqueue; workers do the work."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from audit.models import ReportStatus, WorkState
from audit.reports.request import ReportRequestError
from audit.services.assessing import AssessmentFailedError, SystemBusyError, request_assessment
from audit.services.reporting import request_report
from audit.views.access import REQUEST_ASSESSMENT, REQUEST_REPORT, needs
from governance.models import AISystem


@require_POST
@needs(REQUEST_ASSESSMENT)
def assess_now(request: HttpRequest, system_id: int) -> HttpResponse:
    """Ask for a new assessment of one system."""
    system = get_object_or_404(AISystem, pk=system_id)
    request_assessment(system_ids=[system.pk], requested_by=request.user.get_username())
    return redirect("system", system_id=system.pk)


@require_POST
@needs(REQUEST_REPORT)
def make_report(request: HttpRequest, system_id: int) -> HttpResponse:
    """Ask for a report on the latest assessment; the same content gives the report that exists."""
    system = get_object_or_404(AISystem, pk=system_id)
    status = ReportStatus.DRAFT if request.POST.get("status") == ReportStatus.DRAFT else ReportStatus.FINAL
    try:
        report = request_report(
            system_id=system.pk,
            status=status,
            requested_by=request.user.get_username(),
            language=request.POST.get("language"),
        )
    except (SystemBusyError, AssessmentFailedError, ReportRequestError) as reason:
        messages.error(request, str(reason))
        return redirect("system", system_id=system.pk)
    if report.state == WorkState.DONE:
        messages.info(request, f"Nothing has changed since {report.number}, version {report.version}: it stands below.")
    return redirect(reverse("system", args=[system.pk]) + "#reports")
