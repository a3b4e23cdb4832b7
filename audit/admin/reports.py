"""The screen of reports: their state, and the file once it is there."""

from __future__ import annotations

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from audit.models import Report, WorkState
from governance.admin.base import ReadOnlyAdmin


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    """Reports that were asked for."""

    list_display = (
        "number",
        "version",
        "kind",
        "subject",
        "status",
        "state",
        "download",
        "requested_by",
        "finished_at",
    )
    list_filter = ("kind", "status", "state")
    list_select_related = ("system", "organisation")
    search_fields = ("number", "system__name", "system__reference", "organisation__name", "sha256", "unsigned_sha256")
    fields = (
        ("number", "version", "kind"),
        ("status", "language", "pages"),
        ("system", "assessment", "supersedes"),
        ("organisation", "as_of"),
        "parameters",
        ("state", "download", "error"),
        ("requested_by", "requested_at", "finished_at"),
        ("prepared_by", "reviewed_by", "approved_by", "approved_on"),
        "distribution",
        "sha256",
        "unsigned_sha256",
        "signer",
    )
    readonly_fields = ("download",)

    @admin.display(description="file")
    def download(self, report: Report) -> SafeString | str:
        """The file, or why there is none."""
        if report.state == WorkState.DONE and report.file:
            return format_html('<a href="{}">Download the PDF</a>', reverse("download_report", args=[report.pk]))
        if report.file_deleted_at is not None:
            return f"Deleted by the retention policy on {report.file_deleted_at:%Y-%m-%d}; the hashes stay"
        return report.error or "Not ready yet"
