"""``manage.py report``: asks for a report of any kind from the command line; a worker makes it, or this process."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.management.days import read_day
from audit.models import Report, ReportKind, ReportStatus, WorkState
from audit.reports.languages import list_languages
from audit.reports.request import ReportRequestError
from audit.services.assessing import AssessmentFailedError, SystemBusyError
from audit.services.leasing import claim
from audit.services.reporting import render_queued_report, request_report
from governance.models import AISystem, Vendor

REQUESTED_BY = "command line"


class Command(BaseCommand):
    """Queues a report and says under which number it will stand; with ``--now`` it is made here."""

    help = "Ask for a report; a worker makes it. The same content gives the report that exists."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the system, the kind, the status, the language and the day."""
        parser.add_argument("system", nargs="?", help="the reference of a system, where the kind is of one")
        parser.add_argument("--kind", choices=ReportKind.values, default=ReportKind.SYSTEM_AUDIT)
        parser.add_argument("--draft", action="store_true", help="with a watermark and without a signature")
        offered = ", ".join(f"{code} ({name})" for code, name in list_languages())
        parser.add_argument("--language", help=f"one of {offered}; else OPENBOOK_REPORT_LANGUAGE")
        parser.add_argument("--as-of", type=read_day, help="the day the report looks at; else today")
        parser.add_argument("--vendor", help="the name of the company of a vendor report; its whole group is meant")
        parser.add_argument("--from", dest="first", type=read_day, help="the first day of a change report")
        parser.add_argument("--parameters", type=json.loads, default=None, help="what else a kind asks for, as JSON")
        parser.add_argument("--now", action="store_true", help="make it in this process, and print where it lies")
        parser.add_argument("--output", type=Path, help="copy the file there; makes it in this process")

    def handle(self, **options: Any) -> None:
        """Ask for the report; raises ``CommandError`` where it cannot be made as asked."""
        try:
            report = request_report(
                kind=options["kind"],
                system_id=self._find(options["system"]),
                organisation_id=self._find_vendor(options["vendor"]),
                parameters=_read_parameters(options),
                status=ReportStatus.DRAFT if options["draft"] else ReportStatus.FINAL,
                requested_by=REQUESTED_BY,
                language=options["language"],
                as_of=options["as_of"],
            )
        except (ReportRequestError, SystemBusyError, AssessmentFailedError) as reason:
            raise CommandError(str(reason)) from reason
        if options["now"] or options["output"]:
            report = self._make(report)
        self.stdout.write(f"{report} in {report.language}: {report.get_state_display().lower()}")
        if report.state == WorkState.DONE and report.file:
            self.stdout.write(str(report.file.name))
            if options["output"]:
                with report.file.open("rb") as file:
                    options["output"].write_bytes(file.read())

    def _make(self, report: Report) -> Report:
        """Make it here, unless it is there or a worker has begun."""
        rows = Report.objects.filter(pk=report.pk)
        token = claim(rows)
        if rows.filter(lease_token=token).exists():
            return render_queued_report(report_id=report.pk, lease_token=token)
        if report.state != WorkState.DONE:
            raise CommandError(f"{report} is being made by a worker; ask again in a moment.")
        return report

    def _find_vendor(self, name: str | None) -> int | None:
        if not name:
            return None
        vendor = Vendor.objects.filter(name__iexact=name).values_list("pk", flat=True).first()
        if vendor is None:
            raise CommandError(f"There is no vendor with the name “{name}”.")
        return int(vendor)

    def _find(self, reference: str | None) -> int | None:
        if not reference:
            return None
        system = AISystem.objects.filter(reference=reference).values_list("pk", flat=True).first()
        if system is None:
            raise CommandError(f"There is no system with the reference “{reference}”.")
        return int(system)


def _read_parameters(options: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the kind asks for beside its subject: the parameters given, and the two days of a change report."""
    parameters = dict(options["parameters"] or {})
    if options["kind"] == ReportKind.CHANGE and options["first"] is not None:
        parameters |= {"from": options["first"].isoformat()}
        if options["as_of"] is not None:
            parameters |= {"to": options["as_of"].isoformat()}
    return parameters or None
