"""The list of reports, and a report's file with its name, its tag, and an entry in the history."""

from __future__ import annotations

import mimetypes
import re

from django.core.paginator import Paginator
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseGone,
    HttpResponseNotModified,
)
from django.shortcuts import get_object_or_404, render
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from audit.models import Report, WorkState
from audit.selectors import list_reports, list_vendors_in_use
from audit.views.access import REQUEST_REPORT, may, needs
from audit.views.asking import KEPT, ReportForm
from audit.views.portfolio import query_without_page
from governance.services.recording import record_event

ROWS_ON_A_PAGE = 50


@require_safe
@needs("audit.view_report")
def show_reports(request: HttpRequest) -> HttpResponse:
    """All reports, the newest first."""
    words = request.GET.get("q", "")[:100]
    page = Paginator(list_reports(words), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    typed = {name: request.GET[name] for name in KEPT if name in request.GET}
    context = {
        "page": page,
        "rows": rows,
        "words": words,
        "query": query_without_page(request),
        "form": ReportForm(vendors=list_vendors_in_use(), initial=typed) if may(request.user, REQUEST_REPORT) else None,
        "is_working": any(row["state"] in (WorkState.QUEUED, WorkState.RUNNING) for row in rows),
    }
    return render(request, "pages/reports.html", context)


@require_safe
@needs("audit.view_report")
def download_report(request: HttpRequest, report_id: int) -> HttpResponseBase:
    """The PDF, streamed; 304 when the browser already has these very bytes."""
    report = get_object_or_404(Report.objects.select_related("system", "organisation"), pk=report_id)
    return send_report(request, report)


def send_report(request: HttpRequest, report: Report) -> HttpResponseBase:
    """Stream a finished report's file and record the download; raises ``Http404`` while there is no file.

    Where the retention policy deleted it, 410 says so and names its hash.
    """
    if report.file_deleted_at is not None and not report.file:
        gone = f"The file of {report} was deleted by the retention policy on {report.file_deleted_at:%Y-%m-%d}. "
        return HttpResponseGone(f"{gone}Its SHA-256 was {report.sha256}.", content_type="text/plain; charset=utf-8")
    if report.state != WorkState.DONE or not report.file:
        raise Http404("This report is not made yet.")
    tag = quote_etag(report.sha256)
    if tag in request.headers.get("If-None-Match", ""):
        return HttpResponseNotModified(headers={"ETag": tag})
    name = file_name(report)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = FileResponse(report.file.open("rb"), as_attachment=True, filename=name, content_type=kind)
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    if request.method == "GET":
        actor = request.user.get_username()
        record_event(actor=actor, action="downloaded", instance=report, changes={"sha256": ("", report.sha256)})
    return response


def file_name(report: Report) -> str:
    """The name under which the file is saved: number, version, a draft's mark, and its subject."""
    name = re.sub(r"[^\w-]+", "-", report.subject).strip("-")[:60]
    draft = "-DRAFT" if report.status == "draft" else ""
    return f"{report.number}-v{report.version}{draft}-{name}.pdf"
