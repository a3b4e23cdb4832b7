"""The screen of vendors, with the report on all that hangs on a vendor's group."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from audit.models import ReportKind, ReportStatus, WorkState
from audit.reports.request import ReportRequestError
from audit.services.reporting import request_report
from governance.admin.parties import VendorAdmin
from governance.models import Vendor

admin.site.unregister(Vendor)


@admin.register(Vendor)
class ReportedVendorAdmin(VendorAdmin):
    """Adds the reports to the register's screen."""

    actions = ("make_draft", "make_report")

    def has_request_report_permission(self, request: HttpRequest) -> bool:
        """Whether the person may ask for a report."""
        return bool(request.user.has_perm("audit.request_report"))

    @admin.action(description="Make a draft report on their group", permissions=["request_report"])
    def make_draft(self, request: HttpRequest, vendors: QuerySet[Vendor]) -> None:
        """Ask for a draft on the group of each."""
        self._ask(request, vendors, ReportStatus.DRAFT)

    @admin.action(description="Make the final report on their group", permissions=["request_report"])
    def make_report(self, request: HttpRequest, vendors: QuerySet[Vendor]) -> None:
        """Ask for the final report on the group of each."""
        self._ask(request, vendors, ReportStatus.FINAL)

    def _ask(self, request: HttpRequest, vendors: QuerySet[Vendor], status: str) -> None:
        for vendor in vendors[:20]:
            try:
                report = request_report(
                    kind=ReportKind.VENDOR,
                    organisation_id=vendor.pk,
                    status=status,
                    requested_by=request.user.get_username(),
                )
            except ReportRequestError as wrong:
                self.message_user(request, f"{vendor}: {wrong}", messages.ERROR)
                continue
            where = reverse("admin:audit_report_change", args=[report.pk])
            state = "stands there already" if report.state == WorkState.DONE else "is being made"
            told = format_html('<a href="{}">{}</a> on {} {}.', where, str(report), report.subject, state)
            self.message_user(request, told, messages.SUCCESS)
